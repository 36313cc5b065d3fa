//! Defective shares: bad deliveries and companies' objections, each reported by the corporation within its time, put right
//! or replaced by its day, or bought in and charged to who delivered them (guide I 9.8).
//!
//! Paper arose by this; since it is transferred no more there is no rule for the day, and no objection.

use super::desk::Desk;
use super::{funds, shortage};
use crate::{BreakKind, SettlementKey};
use books::{Account, Cause, Place};
use clearing::{Defect, Event as Clearing, Net, Objection, Remedy};
use rulebook::{NoRule, RuleName};
use vocab::{ClientRow, Day, Price, Qty, Rounding, SecurityRow, SettlementRow};

/// The corporation reports one.
pub fn raised(
    desk: &mut Desk<'_>, key: SettlementKey, number: u32, (client, security, qty): (Option<ClientRow>, SecurityRow, Qty),
    (defect, as_seller): (Defect, bool),
) {
    let Some(settlement) = desk.settlement_of(key, security) else { return };
    let net = client.and_then(|client| desk.firm.clearing.net(settlement, client, security));
    let there = net.map_or(Qty::ZERO, |net| objectable(desk, net, as_seller));
    let known = desk.firm.clearing.objection(settlement, number).is_some();
    let due = due(desk, settlement, defect);
    let (Some(net), Ok(Some(due)), false, true) = (net, due, known, qty.is_positive() && qty <= there) else {
        return desk.break_off(BreakKind::ObjectionDiffers, u64::from(security.0), there.0, qty.0);
    };
    let client = net.client;
    desk.push(Clearing::Objected { settlement, number, client, security, qty, defect, as_seller, due });
    if !as_seller {
        // They were handed in with the report.
        desk.register(client, security, Place::Account, Place::Corporation, qty, Some(settlement));
    }
    desk.break_off(BreakKind::DeliveryObjected, u64::from(security.0), qty.0, i64::from(due.0));
}

/// Of what a client gave the corporation, or had from it and still has, what is not objected to already.
fn objectable(desk: &Desk<'_>, net: &Net, as_seller: bool) -> Qty {
    let moved = if as_seller { net.delivered } else { net.received - net.received_internal };
    let same = |(s, _, it): &(SettlementRow, u32, &Objection)| {
        let of = (*s, it.client, it.security, it.as_seller);
        of == (net.settlement, net.client, net.security, as_seller) && (it.ended.is_none() || it.is_settled())
    };
    let left = moved - desk.firm.clearing.objections().filter(same).map(|(.., it)| it.qty).sum();
    if as_seller { left } else { left.min(desk.firm.stock.free(net.client, net.security)) }
}

/// By when they are to be put right; none where a bad delivery is reported too late.
fn due(desk: &Desk<'_>, settlement: SettlementRow, defect: Defect) -> Result<Option<Day>, NoRule> {
    let it = desk.firm.clearing.settlement(settlement).expect("a settlement");
    let (days_of, today) = (desk.firm.calendar.of(it.corporation), desk.day());
    let count = |name, day| desk.firm.rules.count(name, day).map(|(_, n)| u32::try_from(n).unwrap_or(u32::MAX));
    Ok(match defect {
        Defect::BadDelivery => {
            let last = days_of.after(it.trade_day, count(RuleName::BadDeliveryReportDay, it.trade_day)?);
            let due = days_of.after(it.trade_day, count(RuleName::RectifiedDeliveryDay, it.trade_day)?);
            (today <= last).then_some(due)
        }
        Defect::Objection => {
            let days = i32::try_from(count(RuleName::ObjectionRectifyDays, it.trade_day)?).unwrap_or(i32::MAX);
            Some(today.plus(days))
        }
    })
}

/// It is put right, replaced, or bought in.
pub fn ended(desk: &mut Desk<'_>, key: SettlementKey, number: u32, remedy: Remedy, price: Price) {
    let Some(settlement) = desk.settlement(key) else { return };
    let Some(it) = desk.firm.clearing.objection(settlement, number).filter(|it| it.ended.is_none()).copied() else {
        return desk.break_off(BreakKind::ObjectionDiffers, u64::MAX, 0, 0);
    };
    let Objection { client, security, qty, as_seller, due, .. } = it;
    if remedy != Remedy::Rectified && desk.day() < due {
        // It has its time to be put right: what is charged before is charged, and questioned.
        desk.break_off(BreakKind::ObjectionDiffers, u64::from(security.0), 0, qty.0);
    }
    let money = if as_seller { remedy != Remedy::Rectified } else { remedy == Remedy::ClosedOut };
    if money && price <= Price::ZERO {
        // Nobody pays nothing for shares: it stays open.
        return desk.break_off(BreakKind::ObjectionDiffers, u64::from(security.0), price.0, qty.0);
    }
    let rule = shortage::close_out_price(desk, settlement, security, desk.day());
    if remedy == Remedy::ClosedOut && rule != Some(price) {
        desk.break_off(BreakKind::CloseOutPrice, u64::from(security.0), rule.map_or(0, |p| p.0), price.0);
    }
    let price = if money { price } else { Price::ZERO };
    desk.push(Clearing::ObjectionEnded { settlement, number, client, security, qty, remedy, as_seller, price });
    // Good shares in their place to who received them; the defective ones back to who delivered them: by that end, so behind it.
    let back = if as_seller { remedy != Remedy::Rectified } else { remedy != Remedy::ClosedOut };
    if back {
        desk.register(client, security, Place::Corporation, Place::Account, qty, Some(settlement));
    }
    if money {
        settle(desk, settlement, &it, remedy, price);
    }
}

/// Who delivered them bears what good ones cost; who received them has the price of the close-out.
fn settle(desk: &mut Desk<'_>, settlement: SettlementRow, it: &Objection, remedy: Remedy, price: Price) {
    let Objection { client, security, qty, as_seller, .. } = *it;
    let amount = price.value(qty, Rounding::NearestPaisa);
    let cause = if remedy == Remedy::ClosedOut { Cause::CloseOut } else { Cause::Auction };
    let (day, reference) = (desk.day(), shortage::number(desk, settlement));
    let voucher = desk.voucher(cause, reference, day, Some(settlement));
    let (of_client, control) = ((Account::Client, client.0), (Account::AuctionControl, 0));
    if !as_seller {
        desk.transfer_between(&voucher, control, of_client, amount);
        return shortage::credit_later(desk, settlement, client, security, amount);
    }
    desk.transfer_between(&voucher, of_client, control, amount);
    let given = funds::given(desk);
    let usable = if desk.firm.is_own(client) { vocab::Paise::ZERO } else { amount.min(funds::has(desk, client, &given)) };
    funds::fund(desk, settlement, amount, usable);
}

/// What is open beyond its day, each once.
pub fn overdue(desk: &mut Desk<'_>, day: Day) {
    let kind = BreakKind::ObjectionOverdue;
    for (_, _, it) in desk.firm.clearing.objections().filter(|(.., it)| it.ended.is_none() && it.due < day) {
        let (subject, ours, theirs) = (u64::from(it.security.0), it.qty.0, i64::from(it.due.0));
        let said = desk.firm.breaks.values().any(|b| (b.kind, b.subject, b.ours, b.theirs) == (kind, subject, ours, theirs));
        if !said {
            desk.break_off(kind, subject, ours, theirs);
        }
    }
}
