//! No answer came: the world is asked about it before it is told again.
//!
//! Orders, payments and transfers happen twice if told twice. What the other side does not know is told
//! again; what it knows is waited for.

use super::desk::{ANSWER_SECONDS as PARTNER_SECONDS, Desk};
use super::place::ANSWER_SECONDS;
use crate::{BreakKind, Event, Subject, Timer};
use orders::{Order, Stage};
use partners::Event as Partner;
use vocab::{Moment, OrderNo, PaymentNo, SettlementRow, TransferNo};

/// Orders asked about in one entry.
const AT_ONCE: usize = 200;
/// After this many tries a person looks at it.
const TRIES: u8 = 5;
/// An exchange's link finds what it lost by its heartbeat of half a minute: a person is called when that did not help.
const ORDER_TRIES: u8 = 11;

pub fn orders(desk: &mut Desk<'_>) {
    let now = desk.now();
    let old: alloc::vec::Vec<OrderNo> = desk
        .firm
        .orders
        .unanswered()
        .filter(|(no, o)| o.sent_at.plus_seconds(ANSWER_SECONDS) <= now && !is_broken(desk, *no))
        .map(|(no, _)| no)
        .take(AT_ONCE)
        .collect();
    for no in &old {
        let sent = desk.firm.orders.get(*no).expect("an unanswered order").sent_at;
        if is_silent(sent, now) {
            desk.break_off(BreakKind::OrderReport, no.0, 0, 0);
        } else {
            desk.push(Event::AskedAfter { subject: Subject::Order(*no) });
        }
    }
    let given_up = |no: OrderNo, o: &Order| old.contains(&no) && is_silent(o.sent_at, now);
    let waits = desk.firm.orders.unanswered().filter(|(no, o)| !is_broken(desk, *no) && !given_up(*no, o));
    let next = waits.map(|(_, o)| o.sent_at.plus_seconds(ANSWER_SECONDS)).min();
    if let Some(next) = next {
        desk.arm(next.max(now.plus_seconds(ANSWER_SECONDS)), Timer::Orders);
    }
}

/// Asked as often as it will be: questions leave once an interval since the thing itself did.
pub fn asked_out(since: Moment, seconds: i64, now: Moment) -> bool {
    asked_times(since, seconds, TRIES, now)
}

fn asked_times(since: Moment, seconds: i64, tries: u8, now: Moment) -> bool {
    let last = seconds.saturating_mul(i64::from(tries).saturating_add(1));
    since.plus_seconds(last) <= now
}

/// The exchange says nothing of an order, however often it was asked.
fn is_silent(sent: Moment, now: Moment) -> bool {
    asked_times(sent, ANSWER_SECONDS, ORDER_TRIES, now)
}

/// A person already looks at the order that nobody answers for: given up since it was last sent. When an answer
/// comes after all and it is sent again, it is asked about again.
fn is_broken(desk: &Desk<'_>, no: OrderNo) -> bool {
    let Some(order) = desk.firm.orders.get(no) else { return false };
    let about = |b: &crate::Break| b.kind == BreakKind::OrderReport && b.subject == no.0 && (b.ours, b.theirs) == (0, 0);
    desk.firm.breaks.values().any(|b| about(b) && b.opened >= order.sent_at)
}

/// An answer to a question asked before the last telling says nothing about that telling.
pub fn order_known(desk: &mut Desk<'_>, no: OrderNo, nth: u8, known: bool) {
    let Some(order) = desk.firm.orders.get(no).copied() else { return };
    if !order.awaits_answer() || nth != order.sends {
        return;
    }
    match order.stage {
        // A new order that is known there is waited for: its answer comes.
        Stage::Sent if known => {}
        // The order is known; whether the change was heard is not. Told again it comes to the same.
        Stage::Dormant { .. } | Stage::Open { .. } if known => desk.push(orders::Event::Resent { order: no }),
        Stage::Sent => {
            desk.push(orders::Event::Resent { order: no });
            if !desk.firm.timers.watches_orders() {
                desk.arm(desk.now().plus_seconds(ANSWER_SECONDS), Timer::Orders);
            }
        }
        // The exchange acknowledged it before and does not know it now.
        Stage::Dormant { .. } | Stage::Open { .. } | Stage::Closed { .. } => desk.break_off(BreakKind::OrderUnknownThere, no.0, 1, 0),
    }
}

pub fn payment(desk: &mut Desk<'_>, no: PaymentNo) {
    let Some(payment) = desk.firm.partners.payment(no) else { return };
    if payment.tries > TRIES || asked_out(payment.asked_at, PARTNER_SECONDS, desk.now()) {
        return desk.break_off(BreakKind::PaymentUnknown, no.0, payment.amount.0, 0);
    }
    desk.push(Event::AskedAfter { subject: Subject::Payment(no) });
    desk.arm_answer_of(Timer::Payment(no), payment.settlement);
}

pub fn payment_known(desk: &mut Desk<'_>, no: PaymentNo, nth: u8, known: bool) {
    let Some(payment) = desk.firm.partners.payment(no).filter(|p| !known && p.tries == nth) else { return };
    desk.push(Partner::PaymentRepeated { payment: no });
    ask_on(desk, Timer::Payment(no), payment.settlement);
}

/// What was given up and is told again after all is asked about again.
fn ask_on(desk: &mut Desk<'_>, timer: Timer, settlement: Option<SettlementRow>) {
    if !desk.firm.timers.is_armed(timer) {
        desk.arm_answer_of(timer, settlement);
    }
}

pub fn transfer(desk: &mut Desk<'_>, no: TransferNo) {
    let Some(transfer) = desk.firm.partners.transfer(no) else { return };
    if transfer.tries > TRIES || asked_out(transfer.asked_at, PARTNER_SECONDS, desk.now()) {
        return desk.break_off(BreakKind::TransferUnknown, no.0, transfer.qty.0, 0);
    }
    desk.push(Event::AskedAfter { subject: Subject::Transfer(no) });
    desk.arm_answer_of(Timer::Transfer(no), transfer.settlement);
}

pub fn transfer_known(desk: &mut Desk<'_>, no: TransferNo, nth: u8, known: bool) {
    let Some(transfer) = desk.firm.partners.transfer(no).filter(|t| !known && t.tries == nth) else { return };
    desk.push(Partner::TransferRepeated { transfer: no });
    ask_on(desk, Timer::Transfer(no), transfer.settlement);
}
