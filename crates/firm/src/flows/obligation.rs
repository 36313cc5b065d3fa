//! Settlement schedules and the obligation: ours against the clearing corporation's file, or a break.

use super::desk::Desk;
use crate::{BreakKind, Event, Job, Report, ScheduleRow, Timer};
use alloc::collections::{BTreeMap, BTreeSet};
use clearing::Stage;
use rulebook::RuleName;
use vocab::{Moment, SecurityRow, SettlementKind, SettlementRow, TimeOfDay};

/// The firm acts this long before the clearing corporation's cut-offs, and after its pay-out.
const BEFORE_SHARES: i64 = -45 * 60;
const BEFORE_FUNDS: i64 = -30 * 60;
const AFTER_PAY_OUT: i64 = 10 * 60;
/// After the auction day's closing prices are known.
const AFTER_CLOSES: TimeOfDay = TimeOfDay::hms(18, 30, 0);

pub fn schedule(desk: &mut Desk<'_>, rows: &[ScheduleRow]) {
    let mut next = desk.firm.clearing.next_row();
    let (mut seen, mut days) = (BTreeSet::new(), BTreeMap::new());
    for row in rows {
        let ScheduleRow { key, trade_day, pay_in, pay_out } = *row;
        // A number named twice in one file is one settlement: the first row stands.
        if !seen.insert((key.kind, key.number)) {
            continue;
        }
        match desk.firm.clearing.by_number(key.kind, key.number) {
            None => {
                let (kind, number) = (key.kind, key.number);
                let of_day = desk.firm.clearing.of_day(trade_day, kind);
                let other = of_day.and_then(|row| desk.firm.clearing.settlement(row)).map(|it| it.number);
                if let Some(other) = other.or_else(|| days.get(&(trade_day, kind)).copied()) {
                    // A day's trades stand in one settlement: a second number for them is a person's to clear up.
                    desk.break_off(BreakKind::SecondNumber, u64::from(number), i64::from(other), i64::from(number));
                    continue;
                }
                days.insert((trade_day, kind), number);
                desk.push(clearing::Event::Scheduled { settlement: next, kind, number, trade_day, pay_in, pay_out });
                next = next.next();
            }
            Some(settlement) => {
                let known = desk.firm.clearing.settlement(settlement).expect("a scheduled settlement");
                if (known.pay_in, known.pay_out) != (pay_in, pay_out) && known.stage < Stage::PaidOut {
                    desk.push(clearing::Event::Rescheduled { settlement, pay_in, pay_out });
                    rearm(desk, settlement, (known.trade_day, pay_in, pay_out));
                }
            }
        }
    }
}

/// The milestones of a settlement on the calendar in force; none where a rule is missing.
fn milestones(
    desk: &Desk<'_>, settlement: SettlementRow, days: (vocab::Day, vocab::Day, vocab::Day),
) -> [Option<(Moment, Timer)>; 5] {
    let (trade_day, pay_in, pay_out) = days;
    let rules = &desk.firm.rules;
    let at = |name, day: vocab::Day, seconds| {
        rules.time(name, day).ok().map(|(_, time)| day.at(time).plus_seconds(seconds))
    };
    let working = rules.count(RuleName::ClientPayOutDays, pay_out).ok().and_then(|(_, n)| u32::try_from(n).ok());
    let last = working.map(|n| desk.firm.calendar.after(pay_out, n));
    let auction = rules.count(RuleName::AuctionDay, trade_day).ok().and_then(|(_, n)| u32::try_from(n).ok());
    let auction = auction.map(|n| desk.firm.calendar.after(trade_day, n));
    [
        at(RuleName::SecuritiesPayInTime, pay_in, BEFORE_SHARES).map(|due| (due, Timer::Deliver(settlement))),
        at(RuleName::FundsPayInTime, pay_in, BEFORE_FUNDS).map(|due| (due, Timer::Fund(settlement))),
        at(RuleName::FundsPayOutTime, pay_out, AFTER_PAY_OUT).map(|due| (due, Timer::PayOut(settlement))),
        last.and_then(|day| at(RuleName::SecuritiesPayOutTime, day, AFTER_PAY_OUT))
            .map(|due| (due, Timer::Deadline(settlement))),
        auction.map(|day| (day.at(AFTER_CLOSES), Timer::Shortages(settlement))),
    ]
}

/// Arm what a billed settlement still has to do.
pub fn arm(desk: &mut Desk<'_>, settlement: SettlementRow) {
    let it = *desk.firm.clearing.settlement(settlement).expect("a settlement");
    for (due, timer) in milestones(desk, settlement, (it.trade_day, it.pay_in, it.pay_out)).into_iter().flatten() {
        desk.arm(due, timer);
    }
}

/// A late-declared holiday moves what has not fired yet.
fn rearm(desk: &mut Desk<'_>, settlement: SettlementRow, days: (vocab::Day, vocab::Day, vocab::Day)) {
    for (due, timer) in milestones(desk, settlement, days).into_iter().flatten() {
        if desk.firm.timers.is_armed(timer) {
            desk.disarm(timer);
            desk.arm(due, timer);
        }
    }
    if desk.firm.timers.is_armed(Timer::Gather(settlement)) {
        desk.disarm(Timer::Gather(settlement));
        super::billing::arm_gather(desk, settlement, days.1);
    }
}

pub fn part(desk: &mut Desk<'_>, report: &Report) {
    let Report::Obligation { key, provisional, part, parts, funds, rows } = report else { return };
    if key.kind != SettlementKind::Normal {
        return;
    }
    let Some(settlement) = desk.settlement(*key) else { return };
    let ours = desk.firm.clearing.obligation(settlement);
    let by_security: BTreeMap<_, _> = ours.rows.iter().copied().collect();
    // The first part starts again: the file may come provisional and then final. A part out of turn fits no file.
    let file = desk.firm.obligation_files.get(&settlement).filter(|f| *part > 1 && f.part.checked_add(1) == Some(*part));
    let whole = *part <= 1 || file.is_some_and(|f| !f.spoilt);
    let mut matched = BTreeSet::new();
    let mut clean = true;
    for (security, qty) in rows {
        let expected = security.and_then(|s| by_security.get(&s).copied());
        // A row that stands twice stands for no other: the second is not ours.
        let again = security.is_some_and(|s| matched.contains(&s) || file.is_some_and(|f| f.rows.contains(&s)));
        match security.filter(|_| expected == Some(*qty) && !again) {
            Some(security) => {
                matched.insert(security);
            }
            None => {
                clean = false;
                let subject = security.map_or(u64::MAX, |s| u64::from(s.0));
                let ours = expected.filter(|_| !again).map_or(0, |q| q.0);
                desk.break_off(BreakKind::ObligationRow, subject, ours, qty.0);
            }
        }
    }
    let of = |rows: &BTreeSet<SecurityRow>| u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let all = file.map_or(0, |f| of(&f.rows)).saturating_add(of(&matched));
    desk.push(Event::ObligationPart { settlement, part: *part, matched: of(&matched) });
    if !(clean && whole) {
        desk.push(Event::ObligationSpoilt { settlement });
    }
    for security in matched {
        desk.push(Event::ObligationRow { settlement, security });
    }
    if part != parts {
        return;
    }
    let count = u32::try_from(ours.rows.len()).unwrap_or(u32::MAX);
    if clean && !(whole && all == count) {
        desk.break_off(BreakKind::ObligationCount, u64::from(settlement.0), i64::from(count), i64::from(all));
        clean = false;
    }
    if *funds != ours.funds {
        desk.break_off(BreakKind::ObligationFunds, u64::from(settlement.0), ours.funds.0, funds.0);
        clean = false;
    }
    agree(desk, settlement, *provisional, clean, (*funds, count));
}

fn agree(
    desk: &mut Desk<'_>, settlement: SettlementRow, provisional: bool, clean: bool, figures: (vocab::Paise, u32),
) {
    let (funds, rows) = figures;
    let stage = desk.firm.clearing.settlement(settlement).map_or(Stage::Scheduled, |s| s.stage);
    if !clean || (!provisional && stage > Stage::Billed) {
        return;
    }
    if !provisional && stage < Stage::Billed {
        // Before the bills our own side is not final: the file is imported again once they are made.
        return desk.break_off(BreakKind::ObligationFunds, u64::from(settlement.0), 0, funds.0);
    }
    desk.push(clearing::Event::ObligationAgreed { settlement, provisional, funds, rows });
    if !provisional {
        desk.start(Job::Plan(settlement));
    }
}
