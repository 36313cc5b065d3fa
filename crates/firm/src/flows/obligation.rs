//! Settlement schedules and the obligation: ours against the clearing corporation's file, or a break.

use super::desk::Desk;
use crate::{BreakKind, Calendar, Event, Firm, Job, Report, ScheduleRow, SettlementDays, Timer};
use alloc::collections::{BTreeMap, BTreeSet};
use clearing::Stage;
use rulebook::RuleName;
use vocab::{Day, Moment, Qty, SecurityRow, SettlementKind, SettlementRow, TimeOfDay};

/// The firm acts this long before the clearing corporation's cut-offs, and after its pay-out.
const BEFORE_SHARES: i64 = -45 * 60;
const BEFORE_FUNDS: i64 = -30 * 60;
const AFTER_PAY_OUT: i64 = 10 * 60;
/// Sold shares are called in on the evening before pay-in.
const GATHER: TimeOfDay = TimeOfDay::hms(21, 30, 0);
/// After the auction day's closing prices are known.
const AFTER_CLOSES: TimeOfDay = TimeOfDay::hms(18, 30, 0);
/// Of what settles on the day of the trade they are called in so long before the cut-off.
const BEFORE_SAME_DAY: i64 = -55 * 60;
const GIVEN_SAME_DAY: i64 = -20 * 60;

pub fn schedule(desk: &mut Desk<'_>, rows: &[ScheduleRow]) {
    let mut next = desk.firm.clearing.next_row();
    let (mut seen, mut days) = (BTreeSet::new(), BTreeMap::new());
    for row in rows {
        let ScheduleRow { key, trade_day, pay_in, pay_out } = *row;
        // A number named twice in one file is one settlement: the first row stands.
        if !seen.insert(key) {
            continue;
        }
        match desk.firm.clearing.by_number(key.corporation, key.kind, key.number) {
            None => {
                let crate::SettlementKey { corporation, kind, number } = key;
                let of_day = desk.firm.clearing.of_day(trade_day, corporation, kind);
                let other = of_day.and_then(|row| desk.firm.clearing.settlement(row)).map(|it| it.number);
                if let Some(other) = other.or_else(|| days.get(&(trade_day, corporation, kind)).copied()) {
                    // A day's trades stand in one settlement: a second number for them is a person's to clear up.
                    desk.break_off(BreakKind::SecondNumber, u64::from(number), i64::from(other), i64::from(number));
                    continue;
                }
                days.insert((trade_day, corporation, kind), number);
                let settlement = next;
                desk.push(clearing::Event::Scheduled {
                    settlement, corporation, kind, number, trade_day, pay_in, pay_out,
                });
                next = next.next();
            }
            Some(settlement) => {
                let known = desk.firm.clearing.settlement(settlement).expect("a scheduled settlement");
                if (known.pay_in, known.pay_out) != (pay_in, pay_out) && known.stage < Stage::PaidOut {
                    desk.push(clearing::Event::Rescheduled { settlement, pay_in, pay_out });
                    rearm(desk, settlement, &desk.firm.calendar, (pay_in, pay_out));
                }
            }
        }
    }
}

/// The days on which the corporation of a settlement settles.
pub fn days_of<'a>(firm: &Firm, settlement: SettlementRow, calendar: &'a Calendar) -> SettlementDays<'a> {
    calendar.of(firm.clearing.settlement(settlement).expect("a settlement").corporation)
}

/// The milestones of a settlement on a calendar; none where a rule is missing. A day on which nothing settles any
/// more, though the schedule still names it, stands for the next one.
fn milestones(
    desk: &Desk<'_>, settlement: SettlementRow, calendar: &Calendar, days: (Day, Day),
) -> [Option<(Moment, Timer)>; 7] {
    let it = *desk.firm.clearing.settlement(settlement).expect("a settlement");
    let settles = calendar.of(it.corporation);
    let (pay_in, pay_out) = (settles.settling(days.0), settles.settling(days.1));
    let rules = &desk.firm.rules;
    let at = |name, day: Day, seconds| rules.time(name, day).ok().map(|(_, time)| day.at(time).plus_seconds(seconds));
    let count = |name, day: Day| rules.count(name, day).ok().and_then(|(_, n)| u32::try_from(n).ok());
    let last = count(RuleName::ClientPayOutDays, pay_out).map(|n| settles.after(pay_out, n));
    let auction = auction_day(desk, &it, calendar);
    let [gather, deliver, fund, given] = match it.kind == SettlementKind::SameDay {
        false => [
            Some(calendar.before(pay_in).at(GATHER)),
            at(RuleName::SecuritiesPayInTime, pay_in, BEFORE_SHARES),
            at(RuleName::FundsPayInTime, pay_in, BEFORE_FUNDS),
            at(RuleName::FundsPayOutTime, pay_out, AFTER_PAY_OUT),
        ],
        true => [
            at(RuleName::SameDaySecuritiesPayInTime, pay_in, BEFORE_SAME_DAY),
            at(RuleName::SameDaySecuritiesPayInTime, pay_in, GIVEN_SAME_DAY),
            at(RuleName::SameDayFundsPayInTime, pay_in, GIVEN_SAME_DAY),
            at(RuleName::SameDayPayOutTime, pay_out, AFTER_PAY_OUT),
        ],
    };
    [
        gather.map(|due| (due, Timer::Gather(settlement))),
        deliver.map(|due| (due, Timer::Deliver(settlement))),
        fund.map(|due| (due, Timer::Fund(settlement))),
        given.map(|due| (due, Timer::PayOut(settlement))),
        last.and_then(|day| at(RuleName::SecuritiesPayOutTime, day, AFTER_PAY_OUT))
            .map(|due| (due, Timer::Deadline(settlement))),
        auction.map(|day| (day.at(AFTER_CLOSES), Timer::Shortages(settlement))),
        super::custodian::deadline(desk, settlement, calendar).map(|due| (due, Timer::Custody(settlement))),
    ]
}

/// The day on which the corporation holds the auction of a settlement's shortages; what settles on the day of the trade is
/// closed out that evening.
fn auction_day(desk: &Desk<'_>, it: &clearing::Settlement, calendar: &Calendar) -> Option<Day> {
    let settles = calendar.of(it.corporation);
    let name = match it.kind {
        SettlementKind::SameDay => return Some(settles.settling(it.pay_in)),
        SettlementKind::NormalMoved | SettlementKind::TradeToTradeMoved => RuleName::AuctionDayMoved,
        SettlementKind::Normal
        | SettlementKind::Auction
        | SettlementKind::TradeToTrade => RuleName::AuctionDay,
    };
    let (_, n) = desk.firm.rules.count(name, it.trade_day).ok()?;
    Some(settles.after(it.trade_day, u32::try_from(n).ok()?))
}

/// Whether the day of a settlement's auction is over: what was to be bought in since has had its day.
pub fn auction_over(desk: &Desk<'_>, settlement: SettlementRow) -> bool {
    let it = desk.firm.clearing.settlement(settlement).expect("a settlement");
    auction_day(desk, it, &desk.firm.calendar).is_none_or(|day| desk.day() > day)
}

/// When internal shortages are looked at again: the next evening of trading.
pub fn shortages_again(desk: &mut Desk<'_>, settlement: SettlementRow) {
    let day = desk.firm.calendar.after(desk.day(), 1);
    desk.arm(day.at(AFTER_CLOSES), Timer::Shortages(settlement));
}

/// When clients must have what they are due, on the calendar in force.
pub fn client_deadline(desk: &Desk<'_>, settlement: SettlementRow) -> Option<Moment> {
    let it = desk.firm.clearing.settlement(settlement)?;
    let all = milestones(desk, settlement, &desk.firm.calendar, (it.pay_in, it.pay_out));
    all.into_iter().flatten().find(|(_, timer)| *timer == Timer::Deadline(settlement)).map(|(due, _)| due)
}

/// By when a client has what he was credited on a day: as the proceeds of a sale (guide I 7.4(8)). Without a rule it is due
/// at once.
pub fn credit_deadline(desk: &Desk<'_>, from: Day) -> Moment {
    let rules = &desk.firm.rules;
    let days = rules.count(RuleName::ClientPayOutDays, from).ok().and_then(|(_, n)| u32::try_from(n).ok());
    let last = days.map(|n| desk.firm.calendar.settling_after(from, n));
    let time = |day| rules.time(RuleName::SecuritiesPayOutTime, day).ok().map(|(_, time)| day.at(time));
    last.and_then(time).map_or(desk.now(), |due| due.plus_seconds(AFTER_PAY_OUT))
}

/// Arm what a billed settlement still has to do.
pub fn arm(desk: &mut Desk<'_>, settlement: SettlementRow) {
    let it = desk.firm.clearing.settlement(settlement).expect("a settlement");
    let days = (it.pay_in, it.pay_out);
    let all = milestones(desk, settlement, &desk.firm.calendar, days);
    // Billed after it should have begun to settle today, it keeps its order, so much later.
    let begins = all.iter().flatten().map(|(due, _)| *due).min().filter(|_| it.kind == SettlementKind::SameDay);
    let late = begins.map_or(0, |begins| (desk.now() - begins).max(0));
    for (due, timer) in all.into_iter().flatten() {
        let due = if due.day() == desk.day() { due.plus_micros(late) } else { due };
        desk.arm(due, timer);
    }
}

/// What has not fired yet moves to its time on the calendar and the days now in force; what is tried again day by day
/// leaves a day on which nothing settles.
fn rearm(desk: &mut Desk<'_>, settlement: SettlementRow, calendar: &Calendar, days: (Day, Day)) {
    for (due, timer) in milestones(desk, settlement, calendar, days).into_iter().flatten() {
        let Some(armed) = desk.firm.timers.due(timer) else { continue };
        let due = if due > desk.now() { due } else { days_of(desk.firm, settlement, calendar).settling(armed.day()).at(armed.time()) };
        if due != armed {
            desk.disarm(timer);
            desk.arm(due, timer);
        }
    }
}

/// A holiday was declared late: every milestone to come is on the amended calendar (guide I 7.7).
pub fn amended(desk: &mut Desk<'_>, calendar: &Calendar) {
    let firm = desk.firm;
    let under_way = |s: &clearing::Settlement| s.trades > 0 && (Stage::Billed..Stage::Done).contains(&s.stage);
    for (settlement, it) in firm.clearing.settlements().filter(|(_, s)| under_way(s)) {
        rearm(desk, settlement, calendar, (it.pay_in, it.pay_out));
    }
    super::payout::running_amended(desk, calendar);
}

pub fn part(desk: &mut Desk<'_>, report: &Report) {
    let Report::Obligation { key, provisional, part, parts, funds, rows } = report else { return };
    if key.kind == SettlementKind::Auction {
        return;
    }
    let Some(settlement) = desk.settlement(*key) else { return };
    let ours = desk.firm.clearing.obligation(settlement);
    // Trade for trade a security has a row of what comes and one of what goes.
    let side = |qty: Qty| key.kind.is_gross() && qty.is_negative();
    let by_security: BTreeMap<_, _> = ours.rows.iter().map(|(security, qty)| ((*security, side(*qty)), *qty)).collect();
    // The first part starts again: the file may come provisional and then final. A part out of turn fits no file.
    let file = desk.firm.obligation_files.get(&settlement).filter(|f| *part > 1 && f.part.checked_add(1) == Some(*part));
    let whole = *part <= 1 || file.is_some_and(|f| !f.spoilt);
    let mut matched = BTreeSet::new();
    let mut clean = true;
    for (security, qty) in rows {
        let delivers = side(*qty);
        let expected = security.and_then(|s| by_security.get(&(s, delivers)).copied());
        // A row that stands twice stands for no other: the second is not ours.
        let again = security.is_some_and(|s| {
            matched.contains(&(s, delivers)) || file.is_some_and(|f| f.rows.contains(&(s, delivers)))
        });
        match security.filter(|_| expected == Some(*qty) && !again) {
            Some(security) => {
                matched.insert((security, delivers));
            }
            None => {
                clean = false;
                let subject = security.map_or(u64::MAX, |s| u64::from(s.0));
                let ours = expected.filter(|_| !again).map_or(0, |q| q.0);
                desk.break_off(BreakKind::ObligationRow, subject, ours, qty.0);
            }
        }
    }
    let of = |rows: &BTreeSet<(SecurityRow, bool)>| u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let all = file.map_or(0, |f| of(&f.rows)).saturating_add(of(&matched));
    desk.push(Event::ObligationPart { settlement, part: *part, matched: of(&matched) });
    if !(clean && whole) {
        desk.push(Event::ObligationSpoilt { settlement });
    }
    for (security, delivers) in matched {
        desk.push(Event::ObligationRow { settlement, security, delivers });
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
        // The final obligation has what no custodian took.
        desk.disarm(Timer::Custody(settlement));
        super::custodian::time_over(desk, settlement);
        desk.start(Job::Plan(settlement));
    }
}
