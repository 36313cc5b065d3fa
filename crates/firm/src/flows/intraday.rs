//! Intraday: what an order opens is to be closed before the session ends. The product is a word between client and firm;
//! the exchange knows nothing of it, and what is not closed is delivered like any other trade.
//!
//! Before the close the firm climbs a ladder: from one time on nothing new is opened, from the next on open intraday
//! orders are cancelled, from the last on positions are squared off at the market, step by step. What could not be
//! squared is carried: it is delivered, its margin is that of delivery, and what that costs is told. Each exchange has its
//! own positions and its own ladder.

use super::desk::Desk;
use super::{commitment, cycle, gate, place, shares};
use crate::{AsOf, BreakKind, Code, Event, Events, Firm, Job, Refusal, Timer};
use clearing::Trade;
use clients::{Dealing, Gate};
use orders::{Asked, Event as OrderEvent, Order, Placed};
use risk::{Bound, Event as Risk, Needs, Position, part};
use rulebook::{NoRule, RuleName};
use vocab::{
    Channel, ClientKind, ClientRow, Day, Evidence, OrderKind, OrderNo, Paise, Phase, Price, Product, Qty, Rate, Rounding,
    SecurityRow, SettlementKind, SettlementRow, Side, TimeOfDay, UserRow, Validity, Venue,
};

/// Whose position, in what, and at which exchange: what is opened at one is closed there.
pub type Of = (ClientRow, SecurityRow, Venue);

/// Orders looked at, and positions squared or carried, in one step.
const ORDERS: usize = 500;
const POSITIONS: usize = 50;

/// The times of a day, each so many minutes before the market closes.
struct Ladder {
    /// From here on nothing new is opened.
    stop: TimeOfDay,
    cancel: TimeOfDay,
    square: TimeOfDay,
    close: TimeOfDay,
    /// Seconds from one squaring to the next.
    step: i64,
}

impl Ladder {
    fn of(firm: &Firm, venue: Venue, day: Day) -> Result<Ladder, NoRule> {
        let close = close_of(firm, venue, day)?;
        let minutes = |name| firm.rules.count(name, day).map(|(_, n)| u32::try_from(n).unwrap_or(0).saturating_mul(60));
        let before = |name| minutes(name).map(|seconds| TimeOfDay(close.0.saturating_sub(seconds)));
        Ok(Ladder {
            stop: before(RuleName::HouseIntradayStopMinutes)?,
            cancel: before(RuleName::HouseIntradayCancelMinutes)?,
            square: before(RuleName::HouseSquareOffMinutes)?,
            close,
            step: i64::from(minutes(RuleName::HouseSquareOffStepMinutes)?.max(60)),
        })
    }
}

/// When continuous trading ends at an exchange: by the hours of its special session, by its own rule where the rulebook has one, else
/// by that of both.
fn close_of(firm: &Firm, venue: Venue, day: Day) -> Result<TimeOfDay, NoRule> {
    if let Some((_, close)) = firm.calendar.hours(venue, day) {
        return Ok(close);
    }
    let time = |name| firm.rules.time(name, day).map(|(_, time)| time);
    let common = time(RuleName::MarketCloseTime)?;
    let own = match venue {
        Venue::Nse => common,
        Venue::Bse => time(RuleName::MarketCloseTimeBse).unwrap_or(common),
    };
    // Where some shares stop trading before the others, all are squared before that.
    let first = time(RuleName::MarketCloseTimeDerivativeShares).ok().filter(|first| *first < common);
    Ok(first.map_or(own, |first| own.min(first)))
}

/// Of the value of what an intraday order opens: the house's own fraction, or where it is more, the share of the margin
/// up front that the day's rules ask of positions closed within the day (PRACTICE: margins by era).
pub fn margin(firm: &Firm, security: SecurityRow, side: Side, day: Day) -> Result<Rate, NoRule> {
    let (_, house) = firm.rules.rate(RuleName::HouseIntradayFraction, day)?;
    // Before the first row no law asked for a margin within the day.
    let Ok((_, share)) = firm.rules.rate(RuleName::PeakMargin, day) else { return Ok(house) };
    let asked = share.of(Paise(firm.upfront(security, side, day).0), Rounding::UpPaisa);
    Ok(house.max(Rate(asked.0)))
}

/// What an intraday order wants blocked: margin for what it opens, none for what it closes.
pub fn needs(
    firm: &Firm, client: &Dealing, side: Side, (security, venue): (SecurityRow, Venue), covers: bool, as_of: &AsOf,
) -> Result<Needs, Refusal> {
    if covers {
        return place::costs(firm, client, side, as_of);
    }
    admit(firm, client.kind, (security, venue), as_of)?;
    let delivery = place::needs(firm, client, side, security, as_of)?;
    let margin = if client.full_value { Rate::WHOLE } else { client.raised(margin(firm, security, side, as_of.day())?) };
    Ok(Needs { margin, ..delivery })
}

/// Would an order only close what the day's intraday orders have opened, with all that are under way?
pub fn covers(firm: &Firm, (client, security, venue): Of, side: Side, qty: Qty) -> bool {
    let position = firm.risk.position(client, security, venue);
    if position.closed_by(side, qty) < qty {
        return false;
    }
    let of = |o: &Order| (o.client, o.security, o.venue, o.side) == (client, security, venue, side) && !o.is_closed();
    let working: Qty = firm.orders.intraday().filter(|(_, o)| of(o)).map(|(_, o)| o.left()).sum();
    position.closed_by(side, qty + working) == qty + working
}

/// What of a settlement's trades in a security is to be undone today: bought less sold.
pub fn open_in(firm: &Firm, settlement: SettlementRow, client: ClientRow, security: SecurityRow) -> Qty {
    let open = |venue: &Venue| firm.risk.position(client, security, *venue).qty;
    let there = |venue: &&Venue| !open(venue).is_zero() && cycle::of_trade(firm, **venue, security) == Some(settlement);
    Venue::ALL.iter().filter(there).map(open).sum()
}

/// May an intraday order open anything now?
///
/// # Errors
/// The security settles share by share or the account only closes; or it is too late in the day.
fn admit(firm: &Firm, kind: ClientKind, (security, venue): (SecurityRow, Venue), as_of: &AsOf) -> Result<(), Refusal> {
    let nets = matches!(cycle::kind_of(firm, venue, security, as_of.day()), SettlementKind::Normal | SettlementKind::NormalMoved);
    if !nets || kind == ClientKind::Error {
        return Err(Refusal::of(Code::NotIntraday, [i64::from(security.0)]));
    }
    let phase = firm.market.phase(venue, security, as_of.day());
    if phase != Phase::Continuous {
        return Err(Refusal::of(Code::PhaseBars, [i64::from(phase.number())]));
    }
    let until = Ladder::of(firm, venue, as_of.day())?.stop;
    if as_of.now.time() >= until {
        return Err(Refusal::of(Code::IntradayOver, [i64::from(until.0)]));
    }
    Ok(())
}

/// The first intraday order of a day at an exchange sets its ladder up.
pub fn arm(firm: &Firm, venue: Venue, as_of: &AsOf, out: &mut Events) {
    let (day, timer) = (as_of.day(), Timer::Intraday(venue, as_of.day()));
    if !firm.timers.is_armed(timer) && let Ok(ladder) = Ladder::of(firm, venue, day) {
        out.push(Event::Armed { due: day.at(ladder.cancel).max(as_of.now), timer });
    }
}

/// A rung: open intraday orders are cancelled, then positions squared until the market closes.
pub fn due(desk: &mut Desk<'_>, venue: Venue, day: Day) {
    let Ok(ladder) = Ladder::of(desk.firm, venue, day) else { return };
    let (now, timer) = (desk.now(), Timer::Intraday(venue, day));
    if now < day.at(ladder.square) {
        desk.start(Job::CancelIntraday(venue));
        return desk.arm(day.at(ladder.square), timer);
    }
    desk.start(Job::SquareOff(venue));
    let next = now.plus_seconds(ladder.step);
    if next < day.at(ladder.close) {
        desk.arm(next, timer);
    }
}

/// Open intraday orders are pulled, whoever gave them. What the exchange has not answered for is pulled with the next rung.
pub fn cancel(desk: &mut Desk<'_>, venue: Venue, cursor: u32) {
    let firm = desk.firm;
    let first = usize::try_from(cursor).unwrap_or(usize::MAX);
    let mut looked = 0usize;
    for (no, order) in firm.orders.intraday().skip(first).take(ORDERS) {
        looked = looked.saturating_add(1);
        if order.venue == venue {
            pull(desk, no, order);
        }
    }
    match looked == ORDERS {
        true => desk.push(Event::JobMoved { cursor: cursor.saturating_add(u32::try_from(looked).unwrap_or(u32::MAX)) }),
        false => desk.push(Event::JobEnded),
    }
    watch(desk);
}

fn pull(desk: &mut Desk<'_>, no: OrderNo, order: &Order) {
    if order.stands() && order.asked == Asked::Nothing {
        desk.push(OrderEvent::CancelAsked { order: no });
    }
}

fn watch(desk: &mut Desk<'_>) {
    if desk.out.list().iter().any(|e| matches!(e, Event::Order(_))) {
        place::watch(desk.firm, &desk.as_of, desk.out);
    }
}

/// Walk an exchange's open positions from a client on, whole clients at a time; end the job after the last.
fn each(desk: &mut Desk<'_>, venue: Venue, cursor: u32, mut work: impl FnMut(&mut Desk<'_>, (ClientRow, SecurityRow), Position)) {
    let firm = desk.firm;
    let (mut done, mut last) = (0usize, None);
    let there = firm.risk.positions_from(ClientRow(cursor)).filter(|((.., at), _)| *at == venue);
    for ((client, security, _), position) in there {
        if done >= POSITIONS && last != Some(client) {
            return desk.push(Event::JobMoved { cursor: client.0 });
        }
        work(desk, (client, security), *position);
        (done, last) = (done.saturating_add(1), Some(client));
    }
    desk.push(Event::JobEnded);
}

/// Positions are closed at the market. Where an order is still out, it is pulled, and the next rung squares.
pub fn square_off(desk: &mut Desk<'_>, venue: Venue, cursor: u32) {
    let mut no = desk.firm.orders.next_no();
    each(desk, venue, cursor, |desk, (client, security), position| {
        let firm = desk.firm;
        let of = |o: &Order| (o.client, o.security, o.venue) == (client, security, venue);
        let mine = || firm.orders.intraday().filter(|(_, o)| of(o));
        let mut out = false;
        for (no, order) in mine().filter(|(_, o)| !o.is_closed()) {
            out = true;
            pull(desk, no, order);
        }
        let user = mine().last().map(|(_, o)| o.user).or_else(|| dealer(firm, (client, security, venue)));
        if let (false, Some(user)) = (out, user)
            && square(desk, no, user, (client, security, venue), position)
        {
            no = no.next();
        }
    });
    watch(desk);
}

/// Who gave the last order that a position came from which was converted.
fn dealer(firm: &Firm, (client, security, venue): Of) -> Option<UserRow> {
    let standing = firm.clearing.standing(cycle::of_trade(firm, venue, security)?, client)?;
    let there = firm.clearing.trades_of(standing).filter(|t| (t.security, t.trade.venue()) == (security, venue));
    let last = there.map(|t| t.order).max()?;
    firm.orders.get(last).map(|order| order.user)
}

/// One order at the market, by whoever gave the last order of it: exits pass no limit.
fn square(desk: &mut Desk<'_>, order: OrderNo, user: UserRow, (client, security, venue): Of, position: Position) -> bool {
    let firm = desk.firm;
    let (side, qty) = (position.side().other(), position.qty.abs());
    if firm.market.phase(venue, security, desk.day()) != Phase::Continuous {
        return false;
    }
    let terms = firm.market.terms(venue, security, desk.day());
    let known = firm.clients.dealing(client);
    let (Some(terms), Some(known)) = (terms, known) else { return false };
    let Ok(needs) = place::costs(firm, known, side, &desk.as_of) else { return false };
    let Bound { value, charges, .. } = Bound::of(terms.high, qty, &needs);
    let (kind, validity, product) = (OrderKind::Market, Validity::Ioc, Product::Intraday);
    let (key, price, channel) = (0, Price::ZERO, Channel::Terminal);
    desk.push(OrderEvent::Placed(Placed {
        order, key, price, qty, client, security, user, venue, side, kind, validity, channel, product,
    }));
    let (source, terminal, kind, reference) = ([0; 16], 0, Evidence::Other, 0);
    desk.push(OrderEvent::Evidenced { order, source, terminal, kind, reference });
    desk.push(OrderEvent::SquaredOff { order });
    desk.push(Risk::Held { order, client, user, security, qty, value, margin: Paise::ZERO, charges });
    true
}

fn signed(side: Side, qty: Qty) -> Qty {
    match side {
        Side::Buy => qty,
        Side::Sell => -qty,
    }
}

/// An intraday trade: what it closes frees its margin and binds its loss, what it opens binds margin. What the order's
/// side commits is returned.
#[inline(never)]
pub fn dealt(
    desk: &mut Desk<'_>, order: &Order, settlement: SettlementRow, price: Price, qty: Qty,
) -> Option<Paise> {
    let firm = desk.firm;
    let Order { client, security, venue, side, .. } = *order;
    let known = firm.clients.dealing(client)?;
    let costs = place::costs(firm, known, side, &desk.as_of).ok()?;
    let rate = known.raised(margin(firm, security, side, desk.day()).ok()?);
    let position = firm.risk.position(client, security, venue);
    let closing = position.closed_by(side, qty);
    let opening = qty - closing;
    let allowance = if order.filled.is_zero() { costs.allowance - firm.policy.allowance } else { Paise::ZERO };
    let charges = Bound::of(price, qty, &Needs { allowance, ..costs }).charges;
    let opened = Bound::of(price, opening, &Needs { margin: rate, ..costs }).margin;
    let turnover = |qty| price.value(qty, Rounding::NearestPaisa);
    let worth = |amount: Paise| if side == Side::Buy { amount } else { -amount };
    let (value, freed) = position.part(closing);
    let lost = if known.is_own() { Paise::ZERO } else { (value + worth(turnover(closing))).at_least_zero() };
    let freed = commitment::ends(desk, settlement, client, position.side(), freed);
    // What is closed leaves with the value it was opened at, not the one it was closed at.
    let value = worth(turnover(opening)) - value;
    let (qty, margin, committed) = (signed(side, qty), opened - freed, -freed);
    desk.push(Risk::PositionMoved { client, security, venue, qty, value, margin, committed });
    Some(charges + opened + lost)
}

/// Whether a trade is part of an intraday position: once its exchange is shut there is none.
fn is_part_of_one(desk: &Desk<'_>, trade: &Trade) -> bool {
    let firm = desk.firm;
    let was_intraday = firm.orders.get(trade.order).is_some_and(|o| o.product == Product::Intraday);
    was_intraday && !firm.market.is_shut(trade.trade.venue(), desk.day())
}

/// A trade leaves its client, for another code or because it was taken back: its part of a position goes with it. What
/// it had committed is the caller's to free.
pub fn left(desk: &mut Desk<'_>, trade: &Trade) {
    let firm = desk.firm;
    let Trade { client, security, side, qty, price, .. } = *trade;
    let venue = trade.trade.venue();
    if !is_part_of_one(desk, trade) {
        return;
    }
    let position = firm.risk.position(client, security, venue);
    let turnover = price.value(qty, Rounding::NearestPaisa);
    let opened = if side == position.side() { qty.min(position.qty.abs()) } else { Qty::ZERO };
    let (value, margin) = position.part(opened);
    // What had closed stands open again, and nothing is committed for it.
    let again = part(turnover, qty - opened, qty);
    let again = if side == Side::Buy { again } else { -again };
    let (qty, value, margin) = (-signed(side, qty), -value - again, -margin);
    desk.push(Risk::PositionMoved { client, security, venue, qty, value, margin, committed: Paise::ZERO });
}

/// A trade stands with other figures than were told: its part of a position follows. What is committed stays.
pub fn corrected(desk: &mut Desk<'_>, trade: &Trade, now: Qty, price: Price) {
    let firm = desk.firm;
    let Trade { client, security, side, qty: was, .. } = *trade;
    let venue = trade.trade.venue();
    if !is_part_of_one(desk, trade) {
        return;
    }
    let position = firm.risk.position(client, security, venue);
    let worth = |price: Price, qty: Qty| {
        let value = price.value(qty, Rounding::NearestPaisa);
        if side == Side::Buy { value } else { -value }
    };
    // Of the trade, what stands open; the rest of it closed what had been opened before.
    let opened = if side == position.side() { was.min(position.qty.abs()) } else { Qty::ZERO };
    let more = now - was;
    let stays = (opened + more.min(Qty::ZERO)).at_least_zero();
    let closes = position.closed_by(side, more.at_least_zero());
    let closed = position.part(closes).0;
    let value = match more.is_negative() {
        // What it did not close stands open again, at the price it was told at.
        true => worth(price, stays) - worth(trade.price, opened) + worth(trade.price, more + opened - stays),
        false => worth(price, stays) - worth(trade.price, stays) + worth(price, more - closes) - closed,
    };
    let margin = if (position.qty + signed(side, more)).is_zero() { -position.margin } else { Paise::ZERO };
    desk.push(Risk::PositionMoved { client, security, venue, qty: signed(side, more), value, margin, committed: Paise::ZERO });
}

/// A client makes delivery of an intraday position, or an intraday position of what he dealt today for delivery. Margin
/// is checked again; a position of nothing, or more than there is, is refused.
pub fn convert(
    desk: &mut Desk<'_>, by: UserRow, (client, security, venue): Of, qty: Qty, to: Product,
) -> Result<(), Refusal> {
    let firm = desk.firm;
    let (known, _) = gate::client_of(firm, by, client)?;
    if known.gate != Gate::Open {
        return Err(Refusal::of(known.gate.into(), [i64::from(client.0)]));
    }
    if firm.market.is_shut(venue, desk.day()) || firm.day != Some(desk.day()) {
        return Err(Refusal::plain(Code::SessionShut));
    }
    // What goes under two codes is delivered, every share of it.
    if to == Product::Intraday && firm.clients.legs_apart(client, desk.day()) {
        return Err(Refusal::of(Code::NotIntraday, [i64::from(security.0)]));
    }
    let settlement = cycle::of_trade(firm, venue, security).ok_or(Refusal::plain(Code::SessionShut))?;
    let position = firm.risk.position(client, security, venue);
    let dealt = |side| dealt_at(firm, settlement, (client, security, venue), side);
    let there = match to {
        Product::Delivery => position.qty,
        Product::Intraday => dealt(Side::Buy).0 - dealt(Side::Sell).0 - position.qty,
        // What settles today is dealt in a session of its own.
        Product::SameDay => Qty::ZERO,
    };
    let side = if there.is_negative() { Side::Sell } else { Side::Buy };
    let against = to == Product::Intraday && !position.qty.is_zero() && side != position.side();
    if !qty.is_positive() || qty > there.abs() || against {
        return Err(Refusal::of(Code::NothingToConvert, [there.abs().0, qty.0]));
    }
    let needs = place::needs(firm, known, side, security, &desk.as_of)?;
    let rate = known.raised(margin(firm, security, side, desk.day())?);
    let asked = |rate: Rate, value: Paise| if needs.unbound { Paise::ZERO } else { rate.of(value.abs(), Rounding::UpPaisa) };
    let (value, margin, change) = match to {
        Product::Delivery => {
            let (value, margin) = position.part(qty);
            (-value, -margin, asked(needs.margin, value) - margin)
        }
        Product::Intraday => {
            admit(firm, known.kind, (security, venue), &desk.as_of)?;
            let (whole, value) = dealt(side);
            let value = part(value, qty, whole);
            let margin = asked(rate, value);
            let value = if side == Side::Buy { value } else { -value };
            (value, margin, margin - asked(needs.margin, value))
        }
        Product::SameDay => return Err(Refusal::of(Code::NothingToConvert, [0, qty.0])),
    };
    bears(desk, (client, security, venue), (side, qty), to, change)?;
    let change = commitment::changes(desk, settlement, client, side, change);
    let moved = signed(side, qty);
    desk.push(Event::Converted { client, security, venue, qty: moved, to });
    let qty = if to == Product::Intraday { moved } else { -moved };
    desk.push(Risk::PositionMoved { client, security, venue, qty, value, margin, committed: change });
    if to == Product::Intraday {
        arm(firm, venue, &desk.as_of, desk.out);
    }
    Ok(())
}

/// What a client dealt in a security at one exchange in a settlement: shares and value of a side.
fn dealt_at(firm: &Firm, settlement: SettlementRow, (client, security, venue): Of, side: Side) -> (Qty, Paise) {
    let standing = firm.clearing.standing(settlement, client);
    let all = standing.into_iter().flat_map(|standing| firm.clearing.trades_of(standing));
    let there = |t: &&Trade| {
        (t.settlement, t.security, t.trade.venue(), t.side) == (settlement, security, venue, side) && !t.annulled
    };
    let mut sum = (Qty::ZERO, Paise::ZERO);
    for trade in all.filter(there) {
        sum.0 += trade.qty;
        sum.1 += trade.price.value(trade.qty, Rounding::NearestPaisa);
    }
    sum
}

/// What a conversion wants: shares that are delivered, or no longer received; money for a margin that is more.
fn bears(
    desk: &Desk<'_>, (client, security, venue): Of, (side, qty): (Side, Qty), to: Product, change: Paise,
) -> Result<(), Refusal> {
    let firm = desk.firm;
    // Shares sold intraday become a delivery; shares bought become intraday, and back no sale any more.
    let gives = (side == Side::Sell) == (to == Product::Delivery);
    let free = shares::saleable(firm, venue, client, security, desk.day());
    if gives && free < qty {
        return Err(risk::Refusal::ShortOfShares { free, asked: qty }.into());
    }
    let (book, used) = (firm.books.client(client), firm.risk.client(client));
    if to == Product::Delivery
        && side == Side::Buy
        && !firm.is_own(client)
        && book.clear().is_negative()
        && let Some(days) = place::overdue(firm, client, &desk.as_of)
    {
        return Err(risk::Refusal::DebitOverdue { days }.into());
    }
    let free = book.free() - used.held - used.committed;
    match change.is_positive() && change > free {
        true => Err(risk::Refusal::ShortOfFunds { free, margin: change, charges: Paise::ZERO }.into()),
        false => Ok(()),
    }
}

/// The exchange's session is over: what is still open there is delivered, and what that asks for is told.
pub fn carry(desk: &mut Desk<'_>, venue: Venue, cursor: u32) {
    each(desk, venue, cursor, |desk, (client, security), position| {
        let firm = desk.firm;
        let (side, qty) = (position.side(), position.qty.abs());
        let known = firm.clients.dealing(client);
        let needs = known.and_then(|known| place::needs(firm, known, side, security, &desk.as_of).ok());
        let asked = needs.filter(|needs| !needs.unbound).map(|needs| needs.margin.of(position.value.abs(), Rounding::UpPaisa));
        let wanted = asked.unwrap_or(Paise::ZERO) - position.margin;
        let change = match cycle::of_trade(firm, venue, security) {
            Some(settlement) => commitment::changes(desk, settlement, client, side, wanted),
            None => Paise::ZERO,
        };
        // What he sold first he now delivers: out of his holdings, as far as they go.
        let lacking = match side {
            Side::Buy => Qty::ZERO,
            Side::Sell => (qty - shares::saleable(firm, venue, client, security, desk.day()).at_least_zero()).at_least_zero(),
        };
        let Position { qty, value, margin } = position;
        desk.push(Event::Carried { client, security, venue, qty, margin: margin + change, lacking });
        desk.push(Risk::PositionMoved { client, security, venue, qty: -qty, value: -value, margin: -margin, committed: change });
        if lacking.is_positive() {
            desk.break_off(BreakKind::CarriedShort, u64::from(security.0), qty.abs().0, lacking.0);
        }
    });
}
