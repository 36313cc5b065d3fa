//! Shortages between the firm's own clients that are bought in, where that is the disclosed policy (sebi 15.4.6).
//!
//! The risk desk buys on the account of the seller who was short: the trade, its charges and its contract note are his.
//! When the shares have come to him they are called in and handed to the buyer who waits. What the desk did not buy by the
//! evening of the next trading day, and what the corporation does not deliver, is closed out for money.

use super::desk::Desk;
use super::{cycle, obligation, place, unpaid};
use crate::{BreakKind, Code, Firm, Place as Order, Refusal};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use books::{Place, StockEvent};
use clearing::Event as Clearing;
use partners::TransferKind;
use risk::{Bound, Needs};
use rulebook::{InternalShortage, RuleName};
use vocab::{
    Channel, ClientRow, DematAccount, Evidence, OrderKind, Price, Product, Qty, Rate, SecurityRow, SettlementRow, Side,
    UserRow, Validity, Venue,
};

/// Whether a settlement's internal shortages are bought in: as disclosed when it traded.
fn is_policy(firm: &Firm, settlement: SettlementRow) -> bool {
    let Some(day) = firm.clearing.settlement(settlement).map(|it| it.trade_day) else { return false };
    let policy = firm.rules.choice::<InternalShortage>(RuleName::HouseInternalShortage, day);
    policy.is_ok_and(|(_, policy)| policy == InternalShortage::BuyIn)
}

/// What a seller still owes other clients of the firm in shares, settlement by settlement.
fn open(firm: &Firm, seller: ClientRow, security: SecurityRow) -> Vec<(SettlementRow, ClientRow, Qty)> {
    let of = firm.clearing.internal_shorts().filter(|((_, sec, who, _), short)| {
        (*sec, *who) == (security, seller) && short.ended.is_none()
    });
    let of = of.filter(|((settlement, ..), _)| is_policy(firm, *settlement));
    of.map(|((settlement, _, _, buyer), short)| (*settlement, *buyer, short.qty)).collect()
}

/// Of it, what is not on its way from him.
pub fn owed(desk: &Desk<'_>, seller: ClientRow, security: SecurityRow) -> Qty {
    let all: Qty = open(desk.firm, seller, security).iter().map(|(.., qty)| *qty).sum();
    (all - under_way(desk.firm, seller, security)).at_least_zero()
}

/// Called in from him, or on its way to a buyer.
fn under_way(firm: &Firm, seller: ClientRow, security: SecurityRow) -> Qty {
    let towards = |t: &partners::Transfer| {
        let mut shorts = firm.clearing.internal_shorts();
        shorts.any(|((s, sec, who, buyer), _)| (Some(*s), *sec, *who, *buyer) == (t.settlement, t.security, t.seller, t.client))
    };
    let moves = |t: &partners::Transfer| {
        t.kind == TransferKind::MakeGood || (t.kind == TransferKind::Internal && towards(t))
    };
    let of = firm.partners.transfers().filter(|(_, t)| (t.seller, t.security) == (seller, security) && moves(t));
    of.map(|(_, t)| t.qty).sum()
}

/// What comes to him by the settlements of his purchases.
fn coming(desk: &Desk<'_>, seller: ClientRow, security: SecurityRow) -> Qty {
    let firm = desk.firm;
    let today = firm.clearing.all_of_day(desk.day()).map(|(.., row)| row);
    let rows = firm.clearing.unsettled(desk.day()).map(|(row, _)| row).chain(today);
    rows.filter_map(|row| firm.clearing.net(row, seller, security)).map(clearing::Net::to_come).sum()
}

/// The evening's look at one settlement's shortages.
pub struct Buying {
    policy: bool,
    /// The first evening: the desk has the next day.
    first: bool,
    left: BTreeMap<(SecurityRow, ClientRow), Qty>,
    pub any_waits: bool,
}

impl Buying {
    pub fn of(desk: &Desk<'_>, settlement: SettlementRow) -> Buying {
        let first = !obligation::auction_over(desk, settlement);
        Buying { policy: is_policy(desk.firm, settlement), first, left: BTreeMap::new(), any_waits: false }
    }

    /// Whether a shortage is left to be made good: on the first evening, or as far as shares come to its seller.
    pub fn waits(&mut self, desk: &mut Desk<'_>, (security, seller, _): (SecurityRow, ClientRow, ClientRow), qty: Qty) -> bool {
        if !self.policy {
            return false;
        }
        let firm = desk.firm;
        let left = self.left.entry((security, seller)).or_insert_with(|| {
            coming(desk, seller, security) + under_way(firm, seller, security)
        });
        let comes = *left >= qty;
        if comes {
            *left -= qty;
        } else if self.first {
            let day = firm.calendar.after(desk.day(), 1);
            desk.break_off(BreakKind::BuyInDue, u64::from(security.0), qty.0, i64::from(day.0));
        }
        let waits = comes || self.first;
        self.any_waits |= waits;
        waits
    }
}

/// The risk desk buys what a seller is short of, on his account. It binds no margin of his: what it costs is his debt
/// already (sebi 15.4.6).
pub fn order(
    desk: &mut Desk<'_>, by: UserRow, (settlement, seller, security): (SettlementRow, ClientRow, SecurityRow), price: Price,
) -> Result<(), Refusal> {
    let (firm, day) = (desk.firm, desk.day());
    let short: Qty = open(firm, seller, security).iter().filter(|(s, ..)| *s == settlement).map(|(.., qty)| *qty).sum();
    let working = firm.orders.iter().map(|(_, o)| o).filter(|o| (o.client, o.security, o.side) == (seller, security, Side::Buy));
    let working: Qty = working.filter(|o| !o.is_closed()).map(orders::Order::left).sum();
    let qty = short - coming(desk, seller, security) - under_way(firm, seller, security) - working;
    if !qty.is_positive() {
        return Err(Refusal::of(Code::NothingToBuyIn, [i64::from(seller.0), i64::from(security.0)]));
    }
    let venue = Venue::ALL.iter().copied().find(|venue| firm.market.terms(*venue, security, day).is_some());
    let venue = venue.ok_or(Refusal::of(Code::NotAdmitted, [i64::from(security.0)]))?;
    let order = Order {
        client: seller, security, venue, side: Side::Buy, kind: OrderKind::Limit, validity: Validity::Day,
        channel: Channel::Terminal, product: Product::Delivery, price, trigger: Price::ZERO, qty, disclosed: Qty::ZERO,
        seen: Price::ZERO, key: 0, source: [0; 16], terminal: firm.users.get(by).map_or(0, |user| user.terminal),
        evidence: Some((Evidence::Other, firm.clearing.settlement(settlement).map_or(0, |it| u64::from(it.number)))),
    };
    unpaid::fits(firm, &order, day)?;
    cycle::of_trade(firm, venue, security).ok_or(Refusal::of(Code::NoSettlement, [i64::from(day.0)]))?;
    let known = firm.clients.dealing(seller).ok_or(Refusal::of(Code::UnknownClient, [i64::from(seller.0)]))?;
    let needs = place::costs(firm, known, Side::Buy, &desk.as_of)?;
    let bound = Bound::of(price, qty, &Needs { margin: Rate::ZERO, ..needs });
    place::bind(firm, by, &order, &bound, &desk.as_of, desk.out);
    Ok(())
}

/// Shares reached a client: what of them he owes to others of the firm is called in; how many.
pub fn call_in(desk: &mut Desk<'_>, seller: ClientRow, security: SecurityRow, came: Qty) -> Qty {
    let mut left = owed(desk, seller, security).min(came);
    let called = left;
    for (settlement, _, qty) in open(desk.firm, seller, security) {
        let part = qty.min(left);
        left -= part;
        if part.is_positive() {
            // Set apart at once: he does not sell them again.
            desk.push(StockEvent::Sold { client: seller, security, qty: part, blocked: Qty::ZERO });
            let (account, depository) = (DematAccount::ClientBeneficiary, desk.depository(seller));
            desk.move_shares(TransferKind::MakeGood, seller, security, part, settlement, seller, account, depository);
        }
    }
    called
}

/// They came, and go on to who waits for them.
pub fn gathered(
    desk: &mut Desk<'_>, settlement: SettlementRow, (seller, security): (ClientRow, SecurityRow), asked: Qty, moved: Qty,
) {
    desk.register(seller, security, Place::Account, Place::Beneficiary, moved, Some(settlement));
    desk.push(StockEvent::Sold { client: seller, security, qty: -asked, blocked: Qty::ZERO });
    desk.push(Clearing::Gathered { settlement, client: seller, security, asked: Qty::ZERO, moved });
    let mut left = moved;
    for (_, buyer, qty) in open(desk.firm, seller, security).into_iter().filter(|(s, ..)| *s == settlement) {
        let part = qty.min(left);
        left -= part;
        if part.is_positive() {
            let (account, depository) = (DematAccount::ClientBeneficiary, desk.depository(seller));
            desk.move_shares(TransferKind::Internal, buyer, security, part, settlement, seller, account, depository);
        }
    }
    if left.is_positive() {
        // Nobody waits for them any more: they lie in the beneficiary account, for operations.
        desk.break_off(BreakKind::SharesUnexpected, u64::from(security.0), (moved - left).0, moved.0);
    }
}

/// A buyer was handed shares: what is more than was planned for him makes a shortage good.
pub fn handed(
    desk: &mut Desk<'_>, settlement: SettlementRow, (seller, buyer): (ClientRow, ClientRow), security: SecurityRow, moved: Qty,
) {
    let awaited = desk.firm.clearing.net(settlement, buyer, security).map_or(Qty::ZERO, clearing::Net::outstanding);
    let mut internal = desk.firm.clearing.internal_shorts();
    let short = internal.find(|((s, sec, from, to), _)| (*s, *sec, *from, *to) == (settlement, security, seller, buyer));
    let short = short.filter(|(_, short)| short.ended.is_none()).map_or(Qty::ZERO, |(_, short)| short.qty);
    let qty = (moved - awaited.at_least_zero()).min(short);
    if qty.is_positive() {
        desk.push(Clearing::InternalShortMadeGood { settlement, seller, buyer, security, qty });
    }
}
