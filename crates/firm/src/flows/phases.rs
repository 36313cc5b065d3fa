//! The phases of the exchange's day, by its reports: what each takes, market-wide halts, bands that move.

use super::desk::Desk;
use super::{queue, review};
use crate::{BreakKind, Code, Firm, Job, Place, Refusal};
use orders::Order;
use rulebook::{NoRule, RuleName};
use vocab::{Board, Day, Moment, OrderKind, Phase, Price, Product, Rate, SecurityRow, TimeOfDay, Validity, Venue};

/// Where the session stands that an order of a product goes into.
#[inline]
pub fn phase_of(firm: &Firm, venue: Venue, security: SecurityRow, product: Product, day: Day) -> Phase {
    match product {
        Product::Delivery | Product::Intraday => firm.market.phase(venue, security, day),
        Product::SameDay => firm.market.board(venue, Board::SameDay, day),
    }
}

/// Whether the exchange takes such an order now. An auction takes limit and market orders that stand for the day, whole
/// and awake (CIR/MRD/DP/21/2010; NSE/CMTR/74466), the last minutes of the closing one limit orders alone; after the
/// close there is one price, and an order names none.
///
/// # Errors
/// That nothing is taken now, or nothing of the kind.
#[inline]
pub fn takes(firm: &Firm, place: &Place, day: Day) -> Result<(), Refusal> {
    if firm.day != Some(day) {
        return Err(Refusal::plain(Code::SessionShut));
    }
    let phase = phase_of(firm, place.venue, place.security, place.product, day);
    if phase == Phase::Continuous {
        return Ok(());
    }
    takes_in(firm, place, day, phase)
}

/// Outside the session in which everything is taken.
#[inline(never)]
fn takes_in(firm: &Firm, place: &Place, day: Day, phase: Phase) -> Result<(), Refusal> {
    let whole = place.validity == Validity::Day && !place.kind.is_stop() && place.disclosed.is_zero();
    let fits = match phase {
        Phase::Continuous => true,
        Phase::PreOpen | Phase::ClosingCall => whole,
        Phase::ClosingLimit => whole && place.kind == OrderKind::Limit,
        Phase::PostClose => whole && place.kind == OrderKind::Market,
        Phase::Shut if !firm.calendar.is_open(place.venue, day) => return Err(shut(place.venue, day)),
        Phase::Shut | Phase::Matching => return Err(Refusal::plain(Code::SessionShut)),
        Phase::Halted => return Err(halt(firm, place.venue, day)),
    };
    if fits { Ok(()) } else { Err(Refusal::of(Code::PhaseBars, [i64::from(phase.number())])) }
}

/// The exchange does not trade on a day on which another does.
fn shut(venue: Venue, day: Day) -> Refusal {
    Refusal::of(Code::ExchangeShut, [i64::from(venue.number()), i64::from(day.0)])
}

/// Why nothing goes in during a halt.
pub fn halt(firm: &Firm, venue: Venue, day: Day) -> Refusal {
    match firm.market.halt(venue, day).and_then(|halt| halt.until) {
        Some(until) => Refusal::of(Code::MarketHalted, [i64::from(until.time().0)]),
        None => Refusal::plain(Code::HaltedForDay),
    }
}

/// Whether an order that stands may be changed now.
///
/// # Errors
/// As [`takes`].
pub fn lets_change(firm: &Firm, order: &Order, day: Day) -> Result<(), Refusal> {
    match phase_of(firm, order.venue, order.security, order.product, day) {
        Phase::Continuous | Phase::PreOpen | Phase::ClosingCall | Phase::PostClose => Ok(()),
        Phase::ClosingLimit => lets_cancel(firm, order, day),
        Phase::Shut | Phase::Matching => Err(Refusal::plain(Code::SessionShut)),
        Phase::Halted => Err(halt(firm, order.venue, day)),
    }
}

/// Whether an order may be taken back now: in the last minutes of the closing auction one at the market may not (SEBI
/// circular 2026-01-16). Any other the exchange itself takes or refuses.
///
/// # Errors
/// That the phase bars it.
pub fn lets_cancel(firm: &Firm, order: &Order, day: Day) -> Result<(), Refusal> {
    let phase = phase_of(firm, order.venue, order.security, order.product, day);
    match phase == Phase::ClosingLimit && order.kind == OrderKind::Market {
        true => Err(Refusal::of(Code::PhaseBars, [i64::from(phase.number())])),
        false => Ok(()),
    }
}

/// The exchange's day comes to a phase. With the whole market shut nothing waits for a person any longer.
pub fn reached(desk: &mut Desk<'_>, venue: Venue, day: Day, board: Option<Board>, phase: Phase) {
    if phase != Phase::Shut && !desk.firm.calendar.is_open(venue, day) && desk.firm.market.is_shut(venue, day) {
        // It says so itself; settlement days are counted without the day until a person enters the session.
        desk.break_off(BreakKind::ShutExchangeOpens, super::trade_file::file_subject(venue, day), 0, i64::from(phase.number()));
    }
    desk.push(market::Event::Phased { venue, day, board, phase });
    queue::begin(desk, venue, phase);
    let market = &desk.firm.market;
    let shut = |it: &Board| match market::reaches(board, *it, phase) {
        true => phase == Phase::Shut,
        false => market.board(venue, *it, day) == Phase::Shut,
    };
    if Board::ALL.iter().all(shut) {
        review::expire(desk, venue);
        if desk.firm.risk.positions_from(vocab::ClientRow(0)).any(|((.., at), _)| at == venue) {
            desk.start(Job::CarryIntraday(venue));
        }
    }
}

/// The exchange halts everything (SMDRPD/Policy/Cir-37/2001, CIR/MRD/DP/25/2013). It cancels what stands and says so
/// order by order; until when nothing is taken is worked out from the rules.
pub fn halted(desk: &mut Desk<'_>, venue: Venue, day: Day, moved: Rate) {
    let until = until(desk.firm, desk.as_of.now, moved).unwrap_or(None);
    desk.push(market::Event::Halted { venue, day, moved, until });
}

/// When orders are taken again after a halt that begins now; none for not today.
///
/// # Errors
/// [`NoRule`] where no rule of the day speaks of halts.
fn until(firm: &Firm, now: Moment, moved: Rate) -> Result<Option<Moment>, NoRule> {
    let (rules, day, at) = (&firm.rules, now.day(), now.time());
    let rate = |name| rules.rate(name, day).map(|(_, rate)| rate);
    let time = |name| rules.time(name, day).map(|(_, time)| time);
    let early = |bound: TimeOfDay| at < bound;
    let minutes = if moved >= rate(RuleName::HaltThirdLevel)? {
        return Ok(None);
    } else if moved >= rate(RuleName::HaltSecondLevel)? {
        match (early(time(RuleName::HaltEarlyTime)?), early(time(RuleName::HaltSecondLateTime)?)) {
            (true, _) => RuleName::HaltSecondEarlyMinutes,
            (false, true) => RuleName::HaltSecondMinutes,
            (false, false) => return Ok(None),
        }
    } else {
        match (early(time(RuleName::HaltEarlyTime)?), early(time(RuleName::HaltFirstLateTime)?)) {
            (true, _) => RuleName::HaltFirstEarlyMinutes,
            (false, true) => RuleName::HaltFirstMinutes,
            // The rule halts nothing so late: what the exchange does without one ends when it says so.
            (false, false) => return Ok(None),
        }
    };
    let (_, minutes) = rules.count(minutes, day)?;
    Ok(Some(now.plus_seconds(minutes.saturating_mul(60))))
}

/// The exchange moves a band: orders and changes follow the one in force. What stands outside it the exchange cancels.
pub fn band_moved(desk: &mut Desk<'_>, venue: Venue, security: SecurityRow, low: Price, high: Price) {
    let day = desk.day();
    let Some(terms) = desk.firm.market.terms(venue, security, day) else {
        return desk.break_off(BreakKind::BandReport, u64::from(security.0), low.0, high.0);
    };
    let on_tick = low.is_on_tick(terms.tick) && high.is_on_tick(terms.tick);
    if !on_tick || low > high || low.0 <= 0 {
        return desk.break_off(BreakKind::BandReport, u64::from(security.0), low.0, high.0);
    }
    desk.push(market::Event::BandMoved { venue, security, day, low, high });
}

/// The day's closing prices.
pub fn closed(desk: &mut Desk<'_>, venue: Venue, rows: &[(SecurityRow, market::Close)]) {
    for (security, close) in rows {
        desk.push(market::Event::Closed { venue, security: *security, close: *close });
    }
}
