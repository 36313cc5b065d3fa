//! Looks at margins within the day: the clearing corporation looks at moments nobody knows before, and of the highest
//! margin of a client a share must have been there. The firm keeps its own evidence of what was there at each look.
//!
//! In the evening the larger shortage of each client is reported, that of the peak or that of the day's end, with what it
//! costs by the rules of the day.

use super::desk::{Desk, subject};
use super::margins;
use crate::{BreakKind, Event, Firm, Job};
use margin::{Event as Margin, Lapse, Slabs};
use rulebook::{MarginPolicy, RuleName};
use vocab::{ClientRow, Day, Paise, Price, Rate, Rounding, SecurityRow};

/// Clients reported in one step.
const CLIENTS: u32 = 256;

/// Of the highest margin within the day, what must have been there. Before the first row no law asked for any.
fn share(firm: &Firm, day: Day) -> Rate {
    firm.rules.rate(RuleName::PeakMargin, day).map_or(Rate::ZERO, |(_, share)| share)
}

/// The corporation looked, at these prices. A look out of turn is told; one that is over counts no more.
pub fn taken(desk: &mut Desk<'_>, day: Day, nth: u8, rows: &[(SecurityRow, Price)]) {
    let firm = desk.firm;
    let next = firm.margin.look(day).map_or(0, |look| look.nth).saturating_add(1);
    let is_over = firm.day != Some(day) || desk.day() != day || desk.now() >= day.at(margins::AT);
    if is_over || nth != next {
        desk.break_off(BreakKind::LookOutOfTurn, subject(day), i64::from(next), i64::from(nth));
    }
    if is_over || nth < next {
        return;
    }
    desk.push(Margin::LookTaken { day, nth });
    for (security, price) in rows.iter().copied() {
        if firm.market.security(security).is_none() || price.0 <= 0 {
            desk.break_off(BreakKind::LookPrice, u64::from(security.0), 0, price.0);
            continue;
        }
        desk.push(Margin::LookPriced { security, price });
    }
    desk.start(Job::Look(u32::from(nth)));
}

/// Every client with an open position. A look that the next one has overtaken is over.
pub fn step(desk: &mut Desk<'_>, nth: u32, cursor: u32) {
    let (firm, day) = (desk.firm, desk.day());
    let Some(look) = firm.margin.look(day).filter(|look| u32::from(look.nth) == nth) else {
        return desk.push(Event::JobEnded);
    };
    let share = share(firm, day);
    let next = margins::each(desk, cursor, |desk, client| client_look(desk, client, (day, look.nth), share));
    match next {
        Some(cursor) => desk.push(Event::JobMoved { cursor }),
        None => desk.push(Event::JobEnded),
    }
}

/// One client at a look; who has nothing open has nothing to show.
fn client_look(desk: &mut Desk<'_>, client: ClientRow, (day, nth): (Day, u8), share: Rate) {
    let firm = desk.firm;
    let asked = margins::asked_at_look(firm, client, day);
    if firm.is_own(client) || asked.upfront.is_zero() {
        return;
    }
    let wanted = share.of(asked.upfront, Rounding::UpPaisa);
    let (kept, funds) = (firm.margin.kept(client), margins::funds(firm, client) + asked.by_sales);
    let short = (wanted - funds - kept.sum()).at_least_zero();
    let (asked, deposits, securities) = (asked.upfront, kept.cash_like, kept.securities);
    desk.push(Margin::Looked { day, client, nth, asked, wanted, funds, deposits, securities, short });
}

/// The evening's margins are counted: where the law has margins reported, each client's day is.
pub fn evening(desk: &mut Desk<'_>) {
    let (firm, day) = (desk.firm, desk.day());
    let (came, due) = (firm.margin.look(day).map_or(0, |look| look.count), firm.rules.count(RuleName::PeakLooks, day));
    let due = due.map_or(0, |(_, due)| due);
    let is_anything_open = firm.margin.peaks_from(day, ClientRow(0)).next().is_some();
    if (came > 0 || is_anything_open) && i64::from(came) < due {
        desk.break_off(BreakKind::LooksMissing, subject(day), due, i64::from(came));
    }
    super::margin_penalty::evening(desk);
    let policy = firm.rules.choice::<MarginPolicy>(RuleName::MarginPolicy, day);
    let is_reported = policy.is_ok_and(|(_, policy)| policy != MarginPolicy::Member);
    if is_reported && is_anything_open {
        desk.start(Job::Report);
    }
}

/// What a shortage costs; nothing in the eras without the rule.
fn slabs(firm: &Firm, day: Day) -> Option<Slabs> {
    let rate = |name| firm.rules.rate(name, day).ok().map(|(_, rate)| rate);
    let days = |name| firm.rules.count(name, day).ok().and_then(|(_, n)| u8::try_from(n).ok());
    Some(Slabs {
        rate: rate(RuleName::MarginPenalty)?,
        amount: firm.rules.amount(RuleName::MarginPenaltyAmount, day).ok()?.1,
        part: rate(RuleName::MarginPenaltyPart)?,
        higher: rate(RuleName::MarginPenaltyHigher)?,
        running: days(RuleName::MarginPenaltyRunningDays)?,
        in_month: days(RuleName::MarginPenaltyMonthDays)?,
        repeated: rate(RuleName::MarginPenaltyRepeated)?,
    })
}

pub fn report(desk: &mut Desk<'_>, cursor: u32) {
    let (firm, day) = (desk.firm, desk.day());
    let (slabs, before, mut done) = (slabs(firm, day), firm.calendar.before(day), 0u32);
    for (client, peak) in firm.margin.peaks_from(day, ClientRow(cursor)) {
        if done >= CLIENTS {
            return desk.push(Event::JobMoved { cursor: client.0 });
        }
        done = done.saturating_add(1);
        let (short, of) = peak.shortage();
        let lapse = short.is_positive().then(|| Lapse::after(firm.margin.lapse(client), day, before));
        let rate = slabs.zip(lapse).map_or(Rate::ZERO, |(slabs, lapse)| slabs.rate(short, of, &lapse));
        let (running, in_month) = lapse.map_or((0, 0), |lapse| (lapse.running, lapse.in_month));
        let penalty = if short.is_positive() { rate.of(short, Rounding::NearestPaisa) } else { Paise::ZERO };
        let (nth, evening, wanted, peak) = (peak.nth, peak.evening_short, peak.wanted, peak.short);
        desk.push(Margin::Reported { day, client, nth, running, in_month, evening, wanted, peak, rate, penalty });
    }
    desk.push(Event::JobEnded);
}
