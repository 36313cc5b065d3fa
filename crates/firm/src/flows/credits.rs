//! Clients' credits that no settlement's bill pays out: of shortages and auctions, of dividends, what a written word kept
//! until its day, and money that lies idle. What nothing keeps is with its client by the deadline of a sale's proceeds, or it
//! is recorded as late (guide I 7.4(8), 8.10; sebi 15.1.1, 25.3).

use super::desk::Desk;
use super::{funds, obligation, payout};
use crate::{CreditDue, Event, Timer};
use clients::Client;
use partners::{Payment, PaymentKind};
use rulebook::{IdleCredit, RuleName};
use vocab::{ClientRow, Day, Moment, Paise, TimeOfDay};

/// After the closes, when internal shortages have been priced, and before the firm draws what is its own.
const EVENING: TimeOfDay = TimeOfDay::hms(20, 0, 0);
/// What became free while no bank worked, or was bound before, is paid when they work again.
const MORNING: TimeOfDay = TimeOfDay::hms(10, 0, 0);
/// So many seconds before a deadline it is tried again: what the day's pay-out made free, and what its orders did when they
/// lapsed, is still in time.
const AHEAD: [i64; 2] = [3_600, 300];
/// What must be paid on a day is late after it.
const OVER: TimeOfDay = TimeOfDay::hms(23, 40, 0);

/// A client was credited by something that pays nobody by itself. A running account keeps it, and so does his word until
/// its day; nothing keeps the rest.
pub fn arose(desk: &mut Desk<'_>, client: ClientRow, amount: Paise) {
    // What is held for the dead waits for who succeeds them.
    let died = desk.firm.clients.get(client).is_some_and(|c| c.died.is_some());
    let kept = desk.firm.is_own(client) || runs(desk, client) || died;
    if !amount.is_positive() || kept {
        return;
    }
    let today = desk.day();
    let word = desk.firm.keeps.get(&client).copied().filter(|until| *until >= today);
    let first = match word {
        Some(until) => desk.firm.calendar.settling_after(until, 1).at(MORNING),
        None => soon(desk),
    };
    let due = obligation::credit_deadline(desk, word.unwrap_or(today));
    owe(desk, client, amount, (first, due));
}

/// So much more is due to a client. What is due already keeps its own deadline: he has waited for it.
fn owe(desk: &mut Desk<'_>, client: ClientRow, more: Paise, (first, due): (Moment, Moment)) {
    match known(desk, client) {
        Some(known) => desk.push(Event::CreditDue { client, amount: known.amount + more, due: known.due }),
        None => {
            desk.push(Event::CreditDue { client, amount: more, due });
            desk.arm(first, Timer::Credit(client));
        }
    }
}

/// What is due to a client, with what this entry has said of it.
#[allow(clippy::wildcard_enum_match_arm, reason = "only what is due counts")]
fn known(desk: &Desk<'_>, client: ClientRow) -> Option<CreditDue> {
    let of = |event: &Event| match *event {
        Event::CreditDue { client: of, amount, due } if of == client => Some(CreditDue { amount, due }),
        _ => None,
    };
    let said = desk.out.list().iter().rev().find_map(of);
    said.or(desk.firm.credits_due.get(&client).copied()).filter(|it| it.amount.is_positive())
}

fn runs(desk: &Desk<'_>, client: ClientRow) -> bool {
    desk.firm.clients.get(client).is_some_and(|c| c.running.is_some())
}

/// This evening, where the banks work today.
fn soon(desk: &Desk<'_>) -> Moment {
    let (today, calendar) = (desk.day(), &desk.firm.calendar);
    if calendar.is_settlement_day(today) { today.at(EVENING) } else { calendar.settling_after(today, 1).at(MORNING) }
}

/// His word keeps what is due to him already, until its day.
pub fn kept(desk: &mut Desk<'_>, client: ClientRow, until: Day) {
    let Some(CreditDue { amount, .. }) = known(desk, client).filter(|_| !runs(desk, client)) else { return };
    desk.push(Event::CreditDue { client, amount, due: obligation::credit_deadline(desk, until) });
    desk.disarm(Timer::Credit(client));
    desk.arm(desk.firm.calendar.settling_after(until, 1).at(MORNING), Timer::Credit(client));
}

/// Its time has come: what is free of it is paid. What open orders and purchases bind waits until they do no more; what
/// he has used, or owes, is met by that.
pub fn pay(desk: &mut Desk<'_>, client: ClientRow) {
    let Some(CreditDue { amount, mut due }) = known(desk, client) else { return };
    let (firm, now) = (desk.firm, desk.now());
    if !firm.calendar.is_settlement_day(now.day()) {
        // A holiday that was declared late: nothing can leave, and nothing is late for it.
        let day = firm.calendar.settling_after(now.day(), 1);
        due = due.max(day.at(due.time()));
        desk.push(Event::CreditDue { client, amount, due });
        return desk.arm(day.at(now.time()), Timer::Credit(client));
    }
    let of = firm.clients.get(client).expect("a client");
    // What is held for the dead waits for who succeeds them; a running account keeps what is not idle.
    if of.died.is_some() || (of.running.is_some() && !is_idle(desk, of, RuleName::IdleCreditDays)) {
        return desk.push(Event::CreditDue { client, amount: Paise::ZERO, due });
    }
    let sent = on_its_way(desk, client).min(amount);
    let left = (amount - sent).min(payout::there_for(desk, client));
    let free = left.min(payout::spare(desk, client).expect("the day's rules are adopted"));
    // Clients' money that is short pays nobody: the test goes before every pay-out.
    let room = if super::day::may_leave(desk).is_negative() { Paise::ZERO } else { funds::room(desk) };
    let still = sent + left;
    let tomorrow = firm.calendar.settling_after(now.day(), 1);
    let (was, late) = (due, now >= due && (sent + free).is_positive());
    if now >= due && !late {
        // All of it is bound: it is not late, and has until the next day's.
        due = tomorrow.at(due.time());
    }
    if (still, due) != (amount, was) {
        desk.push(Event::CreditDue { client, amount: still, due });
    }
    if late {
        desk.push(Event::CreditLate { client, amount: sent + free, due });
    }
    if free.min(room).is_positive() {
        payout::promise(desk, client, free.min(room), None);
    }
    if still.is_positive() {
        // Each morning again, before the deadline, and at it, which says whether it is late.
        let before = AHEAD.map(|ahead| due.plus_seconds(ahead.saturating_neg()));
        let tries = before.into_iter().chain([due, tomorrow.at(MORNING)]);
        let next = tries.filter(|at| *at > now).min().expect("tomorrow is to come");
        desk.arm(next, Timer::Credit(client));
    }
}

/// Money on its way to him that is no bill's.
fn on_its_way(desk: &Desk<'_>, client: ClientRow) -> Paise {
    let his = |p: &Payment| p.kind == PaymentKind::ToClient && p.owner == client.0 && p.settlement.is_none();
    desk.firm.partners.payments().filter(|(_, p)| his(p)).map(|(_, p)| p.amount).sum()
}

/// The bank moved money to him that is no bill's, asked for by whomever: so much less is due.
pub fn paid(desk: &mut Desk<'_>, client: ClientRow, amount: Paise) {
    let Some(known) = known(desk, client) else { return };
    let left = (known.amount - amount).at_least_zero();
    desk.push(Event::CreditDue { client, amount: left, due: known.due });
    if left.is_zero() {
        desk.disarm(Timer::Credit(client));
    }
}

fn is_idle(desk: &Desk<'_>, of: &Client, name: RuleName) -> bool {
    let (today, rules) = (desk.day(), &desk.firm.rules);
    rules.count(name, today).is_ok_and(|(_, days)| i64::from(today.days_since(of.active)) > days)
}

/// As a day begins: the money of who has long not dealt goes back, though his account runs (SEBI 2021-06-16 5.4, SEBI
/// 2025-01-06). Of who keeps none that is what he brought and did not use, by the house's own days.
pub fn idle(desk: &mut Desk<'_>, client: ClientRow, of: &Client) -> bool {
    let today = desk.day();
    let runs = of.running.is_some();
    let name = if runs { RuleName::IdleCreditDays } else { RuleName::HouseUnusedMoneyDays };
    let word = desk.firm.keeps.get(&client).is_some_and(|until| *until >= today);
    if of.is_own() || of.died.is_some() || (word && !runs) || !is_idle(desk, of, name) {
        return false;
    }
    let before = known(desk, client).map_or(Paise::ZERO, |it| it.amount);
    let more = payout::payable(desk, client) - before;
    if !more.is_positive() {
        return false;
    }
    if runs {
        let when = idle_until(desk, of);
        owe(desk, client, more, when);
    } else {
        arose(desk, client, more);
    }
    true
}

/// When idle money of a running account is tried to be paid, and by when it must be.
fn idle_until(desk: &Desk<'_>, of: &Client) -> (Moment, Moment) {
    let (today, rules) = (desk.day(), &desk.firm.rules);
    let days = rules.count(RuleName::IdleCreditDays, today).map_or(0, |(_, days)| days);
    let over = of.active.plus(i32::try_from(days).unwrap_or(i32::MAX));
    match rules.choice::<IdleCredit>(RuleName::IdleCredit, today) {
        Ok((_, IdleCredit::MonthlyDay)) => {
            let day = payout::running_due(desk, over.max(today.plus(-1)), 30);
            (day, day.day().at(OVER))
        }
        // Without a rule of how long, by the deadline of any other credit.
        Ok((_, IdleCredit::WorkingDays)) | Err(_) => {
            let count = rules.count(RuleName::IdleCreditWorkingDays, today).map_or(1, |(_, n)| n);
            let last = desk.firm.calendar.settling_after(over, u32::try_from(count).unwrap_or(1));
            (soon(desk), last.at(OVER))
        }
    }
}
