//! Trades of institutions. Each is told to the institution's custodian once it is billed; what he confirms is his to
//! settle and leaves the member's obligation, so that the institution owes brokerage and levies alone; what he rejects, or
//! has not answered when his time is over, the member settles like any other, delivery versus payment (guide I 7.3(iv),
//! I 7.7).

use super::desk::Desk;
use super::{delivery, shares, trading_codes};
use crate::{BreakKind, Timer};
use books::{Account, Cause};
use clearing::{Custody, Entrusted, Event as Clearing, Standing, Trade};
use rulebook::RuleName;
use vocab::{ClientKind, ClientRow, Moment, Qty, Rounding, SecurityRow, SettlementRow, Side, TradeNo};

/// An institution settles through its custodian.
pub fn is_institution(desk: &Desk<'_>, client: ClientRow) -> bool {
    desk.firm.clients.get(client).is_some_and(|c| c.kind == ClientKind::Institution)
}

/// The trades of a bill go to the custodian, each once.
pub fn entrust(desk: &mut Desk<'_>, standing: &Standing, trades: &[&Trade]) {
    if !is_institution(desk, standing.client) {
        return;
    }
    for trade in trades {
        if desk.firm.clearing.entrusted(trade.trade, trade.side).is_none() {
            let (settlement, trade, side) = (trade.settlement, trade.trade, trade.side);
            desk.push(Clearing::Entrusted { settlement, trade, side });
        }
    }
}

/// When the custodians' time is over; none where nothing of the settlement was told to any.
pub fn deadline(desk: &Desk<'_>, settlement: SettlementRow, calendar: &crate::Calendar) -> Option<Moment> {
    let firm = desk.firm;
    firm.clearing.entrusted_of(settlement).next()?;
    let it = firm.clearing.settlement(settlement)?;
    let trade_day = it.trade_day;
    let (_, days) = firm.rules.count(RuleName::CustodianConfirmationDay, trade_day).ok()?;
    let (_, time) = firm.rules.time(RuleName::CustodianConfirmationTime, trade_day).ok()?;
    Some(calendar.of(it.corporation).after(trade_day, u32::try_from(days).ok()?).at(time))
}

/// Whether a custodian was told of a client's trades: their note stands.
pub fn is_told(desk: &Desk<'_>, settlement: SettlementRow, client: ClientRow) -> bool {
    let open = |it: &Entrusted| it.client == client && it.custody != Custody::Returned;
    desk.firm.clearing.entrusted_of(settlement).any(|(_, it)| open(it))
}

/// Whether an answer about a client's security is still to come.
pub fn waits(desk: &Desk<'_>, settlement: SettlementRow, client: ClientRow, security: SecurityRow) -> bool {
    let asked = |it: &Entrusted| (it.client, it.security, it.custody) == (client, security, Custody::Asked);
    desk.firm.clearing.entrusted_of(settlement).any(|(_, it)| asked(it))
}

/// The clearing corporation passes on what a custodian said.
pub fn answered(desk: &mut Desk<'_>, trade: TradeNo, side: Side, confirmed: bool, code: u16) {
    let said = if confirmed { 1 } else { 2 };
    match desk.firm.clearing.entrusted(trade, side).copied() {
        None => desk.break_off(BreakKind::CustodyDiffers, trade.0, 0, said),
        Some(it) => match (it.custody, confirmed) {
            (Custody::Asked, true) => confirm(desk, trade, side, &it),
            (Custody::Asked, false) => give_back(desk, it.settlement, &[(trade, side, it)], code),
            // Told again.
            (Custody::Confirmed, true) | (Custody::Returned, false) => {}
            (Custody::Confirmed, false) => desk.break_off(BreakKind::CustodyDiffers, trade.0, 1, said),
            (Custody::Returned, true) => desk.break_off(BreakKind::CustodyDiffers, trade.0, 2, said),
        },
    }
}

/// The value of the trade leaves the institution's bill and the settlement: brokerage and levies stay.
fn confirm(desk: &mut Desk<'_>, trade: TradeNo, side: Side, it: &Entrusted) {
    let firm = desk.firm;
    let Entrusted { settlement, client, security, qty, price, .. } = *it;
    let value = price.value(qty, Rounding::NearestPaisa);
    let payable = if side == Side::Buy { value } else { -value };
    let (_, bill) = firm.clearing.standing(settlement, client).and_then(|s| s.bill).expect("billed before it was told");
    let due = firm.clearing.settlement(settlement).expect("a settlement").pay_in;
    shares::dealt(desk, (settlement, client, security), side, -qty, Qty::ZERO);
    desk.push(Clearing::Confirmed { settlement, trade, side });
    let before = firm.clearing.standing(settlement, client).and_then(|s| firm.clearing.legs(s));
    let after = before.map(|[bought, sold]| if side == Side::Buy { [bought - value, sold] } else { [bought, sold - value] });
    trading_codes::take_back(desk, (settlement, client), trading_codes::of_bill(bill, before));
    trading_codes::open(desk, (settlement, client), trading_codes::of_bill(bill - payable, after), due);
    let voucher = desk.voucher(Cause::Custodian, trade.0, due, Some(settlement));
    desk.post(&voucher, Account::SettlementControl, 0, payable);
    desk.post(&voucher.on(trade.venue()), Account::Client, client.0, -payable);
    call_in(desk, settlement, &[(trade, side, *it)], true);
}

/// The trades are the member's to settle after all.
fn give_back(desk: &mut Desk<'_>, settlement: SettlementRow, back: &[(TradeNo, Side, Entrusted)], code: u16) {
    for (trade, side, _) in back {
        desk.push(Clearing::Returned { settlement, trade: *trade, side: *side, code });
    }
    call_in(desk, settlement, back, false);
}

/// Whatever has no answer when the time is over comes back.
pub fn time_over(desk: &mut Desk<'_>, settlement: SettlementRow) {
    let open = desk.firm.clearing.entrusted_of(settlement).filter(|(_, it)| it.custody == Custody::Asked);
    let back: alloc::vec::Vec<_> = open.map(|((trade, side), it)| (trade, side, *it)).collect();
    if !back.is_empty() {
        give_back(desk, settlement, &back, 0);
    }
}

/// Shares sold that the member must deliver after all are called in at once where the evening's call is over: when the
/// last answer about the client's security is in. What is confirmed with it leaves the net.
fn call_in(desk: &mut Desk<'_>, settlement: SettlementRow, answered: &[(TradeNo, Side, Entrusted)], confirmed: bool) {
    let firm = desk.firm;
    if firm.timers.is_armed(Timer::Gather(settlement)) {
        return;
    }
    let mut seen = alloc::collections::BTreeSet::new();
    for (_, side, it) in answered {
        let (client, security) = (it.client, it.security);
        let of = |other: &Entrusted| (other.client, other.security, other.custody) == (client, security, Custody::Asked);
        let is_answered = |key: (TradeNo, Side)| answered.iter().any(|(trade, side, _)| (*trade, *side) == key);
        let waits = firm.clearing.entrusted_of(settlement).any(|(key, other)| of(other) && !is_answered(key));
        if waits || !seen.insert((client, security)) {
            continue;
        }
        let Some(net) = firm.clearing.net(settlement, client, security) else { continue };
        let left = if confirmed { net.dealt(*side, -it.qty) } else { *net };
        let deliver = left.to_deliver();
        if deliver.is_positive() && net.called.is_zero() {
            delivery::call_in(desk, net, deliver);
        }
    }
}
