//! No answer came: the world is asked about it before it is told again.
//!
//! Orders, payments and transfers happen twice if told twice. What the other side does not know is told
//! again; what it knows is waited for.

use super::desk::Desk;
use super::place::{ANSWER_SECONDS, is_watched};
use crate::{BreakKind, Event, Subject, Timer};
use orders::Stage;
use partners::Event as Partner;
use vocab::{OrderNo, PaymentNo, TransferNo};

/// Orders asked about in one entry.
const AT_ONCE: usize = 200;
/// After this many tries a person looks at it.
const TRIES: u8 = 5;

pub fn orders(desk: &mut Desk<'_>) {
    let now = desk.now();
    let old: alloc::vec::Vec<OrderNo> = desk
        .firm
        .orders
        .unanswered()
        .filter(|(_, o)| o.sent_at.plus_seconds(ANSWER_SECONDS) <= now)
        .map(|(no, _)| no)
        .take(AT_ONCE)
        .collect();
    let next = desk.firm.orders.unanswered().map(|(_, o)| o.sent_at.plus_seconds(ANSWER_SECONDS)).min();
    for order in &old {
        desk.push(Event::AskedAfter { subject: Subject::Order(*order) });
    }
    if let Some(next) = next {
        desk.arm(next.max(now.plus_seconds(ANSWER_SECONDS)), Timer::Orders);
    }
}

pub fn order_known(desk: &mut Desk<'_>, no: OrderNo, known: bool) {
    let Some(order) = desk.firm.orders.get(no).copied() else { return };
    if known || !order.awaits_answer() {
        return;
    }
    match order.stage {
        Stage::Sent => {
            desk.push(orders::Event::Resent { order: no });
            if !is_watched(desk.firm) {
                desk.arm(desk.now().plus_seconds(ANSWER_SECONDS), Timer::Orders);
            }
        }
        // The exchange acknowledged it before and does not know it now.
        Stage::Open { .. } | Stage::Closed { .. } => desk.break_off(BreakKind::OrderUnknownThere, no.0, 1, 0),
    }
}

pub fn payment(desk: &mut Desk<'_>, no: PaymentNo) {
    let Some(payment) = desk.firm.partners.payment(no) else { return };
    if payment.tries > TRIES {
        return desk.break_off(BreakKind::PaymentUnknown, no.0, payment.amount.0, 0);
    }
    desk.push(Event::AskedAfter { subject: Subject::Payment(no) });
    desk.arm_answer(Timer::Payment(no));
}

pub fn payment_known(desk: &mut Desk<'_>, no: PaymentNo, known: bool) {
    if !known && desk.firm.partners.payment(no).is_some() {
        desk.push(Partner::PaymentRepeated { payment: no });
    }
}

pub fn transfer(desk: &mut Desk<'_>, no: TransferNo) {
    let Some(transfer) = desk.firm.partners.transfer(no) else { return };
    if transfer.tries > TRIES {
        return desk.break_off(BreakKind::TransferUnknown, no.0, transfer.qty.0, 0);
    }
    desk.push(Event::AskedAfter { subject: Subject::Transfer(no) });
    desk.arm_answer(Timer::Transfer(no));
}

pub fn transfer_known(desk: &mut Desk<'_>, no: TransferNo, known: bool) {
    if !known && desk.firm.partners.transfer(no).is_some() {
        desk.push(Partner::TransferRepeated { transfer: no });
    }
}
