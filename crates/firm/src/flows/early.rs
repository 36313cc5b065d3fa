//! Early pay-in: sold shares go to the clearing corporation before they are called in. Once there they ask for no
//! margin, and what they were sold for backs the client's orders as far as the rules of the day let it.
//!
//! When shares are called in, what the corporation needs of those it has stands for the obligation. The rest, bought back
//! or due to another client of the firm, comes back first.

use super::desk::Desk;
use super::{delivery, gate, mandates, same_day, shares};
use crate::{Code, Firm, Refusal, Timer};
use alloc::collections::BTreeMap;
use books::{Place, StockEvent};
use clearing::{Dealt, Event as Clearing, Net, Stage, Standing};
use partners::TransferKind;
use rulebook::RuleName;
use vocab::{ClientRow, Day, DematAccount, Paise, Qty, Rate, Rounding, SecurityRow, SettlementRow, Side, UserRow};

/// From the evening on sold shares are called in.
fn is_called_in(firm: &Firm, settlement: SettlementRow) -> bool {
    let billed = firm.clearing.settlement(settlement).is_some_and(|s| s.stage >= Stage::Billed);
    billed && !firm.timers.is_armed(Timer::Gather(settlement))
}

/// Shares asked to move to the corporation early and not yet there.
pub fn coming(firm: &Firm, settlement: SettlementRow) -> BTreeMap<(ClientRow, SecurityRow), Qty> {
    let mut coming = BTreeMap::new();
    for (_, it) in firm.partners.transfers() {
        if it.settlement == Some(settlement) && it.kind == TransferKind::EarlyPayIn {
            *coming.entry((it.client, it.security)).or_insert(Qty::ZERO) += it.qty;
        }
    }
    coming
}

/// Asked to move between a client's account and the corporation or the firm, for one of his sales.
pub fn under_way(firm: &Firm, net: &Net, kinds: &[TransferKind]) -> Qty {
    let of = |it: &partners::Transfer| {
        (it.settlement, it.client, it.security) == (Some(net.settlement), net.client, net.security) && kinds.contains(&it.kind)
    };
    firm.partners.transfers().filter(|(_, it)| of(it)).map(|(_, it)| it.qty).sum()
}

/// Of today's sales, for whoever acts for the client.
pub fn ask(desk: &mut Desk<'_>, by: UserRow, client: ClientRow, security: SecurityRow, qty: Qty) -> Result<(), Refusal> {
    let firm = desk.firm;
    gate::client_of(firm, by, client)?;
    // Of what he sold at each exchange, that which can take the most.
    let sold = same_day::sold_in(firm, security);
    let nets = sold.filter(|settlement| !is_called_in(firm, *settlement) && !firm.is_own(client));
    let nets = nets.filter_map(|settlement| firm.clearing.net(settlement, client, security));
    let left = |net: &Net| {
        let offered: Qty = firm.liens.sold(client, security, net.settlement).map(|(_, lien)| lien.offered).sum();
        net.to_call() - under_way(firm, net, &[TransferKind::EarlyPayIn]) - offered
    };
    let net = nets.max_by_key(|net| left(net));
    let left = net.map_or(Qty::ZERO, left);
    let (Some(net), true) = (net, qty.is_positive() && qty <= left) else {
        return Err(Refusal::of(Code::NothingToPayIn, [qty.0, left.at_least_zero().0]));
    };
    mandates::pay_in_early(desk, by, net, qty)
}

fn ask_back(desk: &mut Desk<'_>, net: &Net, qty: Qty) {
    mandates::still_instructed(desk, net, qty);
    let (account, depository) = (DematAccount::ClientBeneficiary, desk.depository(net.client));
    desk.move_shares(TransferKind::EarlyBack, net.client, net.security, qty, net.settlement, net.client, account, depository);
}

/// The depository moved them, or the part of them that was there: what did not move is called in with the others.
pub fn paid_in(desk: &mut Desk<'_>, settlement: SettlementRow, client: ClientRow, security: SecurityRow, asked: Qty, moved: Qty) {
    let firm = desk.firm;
    let mut net = *firm.clearing.net(settlement, client, security).expect("paid in for a sale");
    let apart = net.to_call();
    net.early += moved;
    if moved.is_positive() {
        desk.register(client, security, Place::Account, Place::Early, moved, Some(settlement));
        set_apart(desk, &net, apart);
        desk.push(Clearing::PaidInEarly { settlement, client, security, qty: moved });
        release(desk, &net, moved);
        recount(desk, settlement, client, security);
    }
    if is_called_in(firm, settlement) {
        let due = delivery::still_due(firm, firm.clearing.lot(settlement, security).expect("the lot of a sale"));
        take(desk, &net, moved, due);
        let called = under_way(firm, &net, &[TransferKind::Gather, TransferKind::EarlyPayIn]) - asked;
        delivery::call_in(desk, &net, (net.to_call() - called).at_least_zero());
    }
}

/// What stands apart of his shares follows the net.
fn set_apart(desk: &mut Desk<'_>, net: &Net, before: Qty) {
    let change = net.to_call() - before;
    if !change.is_zero() {
        desk.push(StockEvent::Sold { client: net.client, security: net.security, qty: change, blocked: Qty::ZERO });
    }
}

/// The margin a sale bound is free once its shares are there.
fn release(desk: &mut Desk<'_>, net: &Net, moved: Qty) {
    let Net { settlement, client, security, .. } = *net;
    let day = desk.firm.clearing.settlement(settlement).expect("a settlement").trade_day;
    let bound = desk.firm.clearing.standing(settlement, client).map_or(Paise::ZERO, |s| s.committed(Side::Sell));
    if is_credited_at_once(desk.firm, day) {
        return;
    }
    let margin = desk.firm.upfront(security, Side::Sell, day).of(net.sold_for(moved), Rounding::DownPaisa);
    let amount = margin.min(bound);
    if amount.is_positive() {
        desk.push(risk::Event::Released { client, amount });
        desk.push(Clearing::CommitmentEnded { settlement, client, side: Side::Sell, amount });
    }
}

/// Of what a client has with the corporation, what it needs of him stands for the obligation; the rest is asked back.
pub fn take(desk: &mut Desk<'_>, net: &Net, there: Qty, due: Qty) -> Qty {
    let Net { settlement, client, security, .. } = *net;
    let taken = there.min((net.to_deliver() - net.called).at_least_zero()).min(due);
    if taken.is_positive() {
        desk.register(client, security, Place::Early, Place::Corporation, taken, Some(settlement));
        desk.push(Clearing::EarlyTaken { settlement, client, security, qty: taken });
    }
    if there > taken {
        ask_back(desk, net, there - taken);
    }
    taken
}

/// It is back in the client's account: what he still has to deliver of it is called in as any other share.
pub fn back(desk: &mut Desk<'_>, settlement: SettlementRow, client: ClientRow, security: SecurityRow, moved: Qty) {
    if !moved.is_positive() {
        return;
    }
    let mut net = *desk.firm.clearing.net(settlement, client, security).expect("paid in for a sale");
    let apart = net.to_call();
    net.early -= moved;
    desk.register(client, security, Place::Early, Place::Account, moved, Some(settlement));
    desk.push(Clearing::EarlyReturned { settlement, client, security, qty: moved });
    set_apart(desk, &net, apart);
    recount(desk, settlement, client, security);
    let called = under_way(desk.firm, &net, &[TransferKind::Gather, TransferKind::EarlyPayIn]);
    delivery::call_in(desk, &net, (net.to_call() - called).at_least_zero().min(moved));
}

/// Whether a sale is credited when it is traded, for what it keeps back of its own proceeds is its margin.
#[inline]
pub fn is_credited_at_once(firm: &Firm, day: Day) -> bool {
    // Today's figure stands beside the others that an order and a fill read.
    if firm.day == Some(day) { firm.policy.credits_at_once } else { needs_no_early_pay_in(firm, day) }
}

/// Whether the rule of a day credits sales without it; not in the eras without the rule.
pub fn needs_no_early_pay_in(firm: &Firm, day: Day) -> bool {
    firm.rules.yes(RuleName::SaleCreditNeedsEarlyPayIn, day).is_ok_and(|(_, needs)| !needs)
}

/// What of a client's sale of a security backs his orders before its pay-out; nothing in the eras without the rule.
fn credit(firm: &Firm, net: &Dealt, day: Day) -> Paise {
    let at_once = is_credited_at_once(firm, day);
    let part = match at_once {
        true => {
            let within_day = super::intraday::open_in(firm, net.settlement, net.client, net.security);
            // What is sold intraday is bought back.
            if within_day.is_zero() { net.to_deliver() } else { (within_day - net.net_qty()).at_least_zero() }
        }
        false => net.protected(),
    };
    if !part.is_positive() {
        return Paise::ZERO;
    }
    let rate = |name| firm.rules.rate(name, day).map_or(Rate::ZERO, |(_, rate)| rate);
    // What is sold before it came cannot be paid in early; where that is not asked, the lesser rate is for both.
    let rate = match at_once {
        true => rate(RuleName::SaleCreditHoldings).min(rate(RuleName::SaleCreditUndelivered)),
        false => rate(RuleName::SaleCreditHoldings),
    };
    rate.of(net.sold_for(part), Rounding::DownPaisa)
}

/// Something of a net has changed in this entry: so does what of it backs orders. The own account is bound by nothing here.
pub fn recount(desk: &mut Desk<'_>, settlement: SettlementRow, client: ClientRow, security: SecurityRow) {
    let net = shares::so_far(desk, (settlement, client, security));
    recount_net(desk, &net);
}

/// As [`recount`], of a net as this entry has left it.
pub fn recount_net(desk: &mut Desk<'_>, net: &Dealt) {
    let Dealt { settlement, client, credit: before, .. } = *net;
    if (!net.to_deliver().is_positive() && before.is_zero()) || desk.firm.is_own(client) {
        return;
    }
    let day = desk.firm.clearing.settlement(settlement).expect("a settlement").trade_day;
    let mut after = credit(desk.firm, net, day);
    if after.is_zero() && before.is_zero() {
        return;
    }
    if let Some(standing) = desk.firm.clearing.standing(settlement, client).filter(|s| s.bill.is_some()) {
        after = after.min((left(desk.firm, standing) - credited(desk.firm, standing) + before).at_least_zero());
    }
    back_with(desk, net, after - before);
}

/// What a bill leaves of the sales in it: the rest paid for what was bought in the same settlement.
fn left(firm: &Firm, standing: &Standing) -> Paise {
    super::trading_codes::credit(firm, standing)
}

fn credited(firm: &Firm, standing: &Standing) -> Paise {
    firm.clearing.nets_of(standing).map(|net| net.credit).sum()
}

/// The bill is made: of what it sets off against purchases nothing backs another order.
pub fn billed(desk: &mut Desk<'_>, standing: &Standing, bill: Paise) {
    let firm = desk.firm;
    let [_, credit] = super::trading_codes::of_bill(bill, firm.clearing.legs(standing));
    let mut beyond = credited(firm, standing) + credit;
    for net in firm.clearing.nets_of(standing).filter(|net| net.credit.is_positive()) {
        let part = net.credit.min(beyond.at_least_zero());
        beyond -= part;
        back_with(desk, &net.so_far(), -part);
    }
}

/// What stands for a client's margins of a settlement out of his sales in it: what backs orders, and what of the rest
/// paid for the settlement's own purchases, up to what they ask for.
pub fn collected(firm: &Firm, standing: &Standing, upfront: Paise) -> Paise {
    let day = firm.clearing.settlement(standing.settlement).expect("a settlement").trade_day;
    let whole: Paise = firm.clearing.nets_of(standing).map(|net| credit(firm, &net.so_far(), day)).sum();
    let now = credited(firm, standing);
    now + (whole - now).at_least_zero().min(upfront)
}

fn back_with(desk: &mut Desk<'_>, net: &Dealt, amount: Paise) {
    if amount.is_zero() {
        return;
    }
    let Dealt { settlement, client, security, .. } = *net;
    desk.push(Clearing::SaleCredited { settlement, client, security, amount });
    desk.push(risk::Event::Backed { client, amount });
}

/// The bill is closed: the proceeds are money now, or were set off against what was bought.
pub fn end_credit(desk: &mut Desk<'_>, standing: &Standing) {
    let firm = desk.firm;
    for net in firm.clearing.nets_of(standing).filter(|net| net.credit.is_positive()) {
        back_with(desk, &net.so_far(), -net.credit);
    }
}
