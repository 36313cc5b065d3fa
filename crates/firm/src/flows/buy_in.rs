//! Shortages between the firm's own clients that are bought in, where that is the disclosed policy (sebi 15.4.6).
//!
//! The risk desk buys on the account of the seller who was short: the trade, its charges and its contract note are his.
//! When the shares have come to him they are called in and handed to the buyer who waits. What the desk did not buy by the
//! evening of the next trading day, and what the corporation does not deliver, is closed out for money.

use super::desk::Desk;
use super::{cycle, delivery, mandates, obligation, place, unpaid};
use crate::{BreakKind, Code, Firm, Place as Order, Refusal, Timer};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use books::{Place, StockEvent};
use clearing::Event as Clearing;
use partners::TransferKind;
use risk::{Bound, Needs};
use rulebook::{InternalShortage, RuleName};
use vocab::{
    Channel, ClientRow, Day, Evidence, Moment, OrderKind, Price, Product, Qty, Rate, SecurityRow, SettlementRow, Side,
    UserRow, Validity, Venue,
};

/// Trading days within which what is bought in comes to who was short: the next one, and the longest cycle.
const TO_COME: u32 = 3;

/// Whether a settlement's internal shortages are bought in: as disclosed when it traded.
fn is_policy(firm: &Firm, settlement: SettlementRow) -> bool {
    let Some(day) = firm.clearing.settlement(settlement).map(|it| it.trade_day) else { return false };
    let policy = firm.rules.choice::<InternalShortage>(RuleName::HouseInternalShortage, day);
    policy.is_ok_and(|(_, policy)| policy == InternalShortage::BuyIn)
}

/// Whether a share of today is less than what was sold in a settlement: it was split, or brought a bonus, on a day after
/// the trade's and up to another. What was due before is then settled in money, told in the shares of then.
fn goes_ex(firm: &Firm, settlement: SettlementRow, security: SecurityRow, by: Day) -> bool {
    let Some(traded) = firm.clearing.settlement(settlement).map(|it| it.trade_day) else { return false };
    let more = |a: &actions::Action| a.security == security && a.benefit.ratio().is_some() && a.ex > traded && a.ex <= by;
    firm.actions.iter().any(|(_, action)| more(action))
}

/// What a seller still owes another client of the firm in shares, and what of it is not on its way.
struct Debt {
    settlement: SettlementRow,
    buyer: ClientRow,
    qty: Qty,
    /// On its way to the buyer.
    passing: Qty,
    missing: Qty,
}

/// All he owes of a security, the oldest settlement first; those of one policy, or of any.
fn debts(firm: &Firm, seller: ClientRow, security: SecurityRow, bought_in: bool) -> Vec<Debt> {
    // Nobody owes, at nearly every sale and credit of shares: nothing else is looked at.
    if !firm.clearing.owes_shares(seller, security) {
        return Vec::new();
    }
    let of = firm.clearing.internal_shorts().filter(|((_, sec, who, _), short)| {
        (*sec, *who) == (security, seller) && short.ended.is_none()
    });
    let of = of.filter(|((settlement, ..), _)| !bought_in || is_policy(firm, *settlement));
    let new = |settlement, buyer, qty| Debt { settlement, buyer, qty, passing: Qty::ZERO, missing: qty };
    let mut debts: Vec<Debt> = of.map(|((settlement, _, _, buyer), short)| new(*settlement, *buyer, short.qty)).collect();
    let moves = |kind: TransferKind| {
        let of = move |t: &&partners::Transfer| (t.kind, t.seller, t.security) == (kind, seller, security);
        firm.partners.transfers().map(|(_, t)| t).filter(of)
    };
    for t in moves(TransferKind::PassOn) {
        if let Some(debt) = debts.iter_mut().find(|debt| (Some(debt.settlement), debt.buyer) == (t.settlement, t.client)) {
            debt.passing += t.qty;
            debt.missing = (debt.missing - t.qty).at_least_zero();
        }
    }
    for t in moves(TransferKind::MakeGood) {
        meet(&mut debts, t.qty, |debt| Some(debt.settlement) == t.settlement);
    }
    let today = firm.now().day();
    debts.retain(|debt| debt.passing.is_positive() || !goes_ex(firm, debt.settlement, security, today));
    debts
}

/// So many shares are for those debts, the first of them first.
fn meet(debts: &mut [Debt], qty: Qty, of: impl Fn(&Debt) -> bool) {
    let mut left = qty;
    for debt in debts.iter_mut().filter(|debt| of(debt)) {
        let part = debt.missing.min(left);
        debt.missing -= part;
        left -= part;
    }
}

/// What a seller owes others of the firm in shares and is not on its way from him.
pub fn owed(firm: &Firm, seller: ClientRow, security: SecurityRow) -> Qty {
    debts(firm, seller, security, true).iter().map(|debt| debt.missing).sum()
}

/// Of what he owes, what comes to him does not meet, `counted` of that aside: so many shares he may not sell.
pub fn bound(firm: &Firm, seller: ClientRow, security: SecurityRow, counted: Qty, day: Day) -> Qty {
    let owed = owed(firm, seller, security);
    if owed.is_zero() {
        return Qty::ZERO;
    }
    let beside = (coming(firm, seller, security, day) - counted).at_least_zero();
    (owed - beside).at_least_zero()
}

/// What comes to him by the settlements of his purchases.
fn coming(firm: &Firm, seller: ClientRow, security: SecurityRow, day: Day) -> Qty {
    let today = firm.clearing.all_of_day(day).map(|(.., row)| row);
    let rows = firm.clearing.unsettled(day).map(|(row, _)| row).chain(today);
    rows.filter_map(|row| firm.clearing.net(row, seller, security)).map(clearing::Net::to_come).sum()
}

/// The evening's look at one settlement's shortages.
pub struct Buying {
    settlement: SettlementRow,
    policy: bool,
    /// The first evening: the desk has the next day.
    first: bool,
    met: BTreeMap<(SecurityRow, ClientRow), Vec<Debt>>,
    pub any_waits: bool,
}

impl Buying {
    pub fn of(desk: &Desk<'_>, settlement: SettlementRow) -> Buying {
        let first = !obligation::auction_over(desk, settlement);
        Buying { settlement, policy: is_policy(desk.firm, settlement), first, met: BTreeMap::new(), any_waits: false }
    }

    /// Whether a shortage is left to be made good: on the first evening, while shares are on their way to its buyer, or as
    /// far as shares come to its seller that no older shortage of his takes.
    pub fn waits(
        &mut self, desk: &mut Desk<'_>, (security, seller, buyer): (SecurityRow, ClientRow, ClientRow), qty: Qty,
    ) -> bool {
        let first = self.first;
        // What is bought tomorrow comes within days: over an ex day it would be less than what is due.
        let by = desk.firm.calendar.after(desk.day(), TO_COME);
        let policy = self.policy && !goes_ex(desk.firm, self.settlement, security, by);
        let met = self.met.entry((security, seller)).or_insert_with(|| supplied(desk, seller, security, policy, first));
        let debt = met.iter().find(|debt| (debt.settlement, debt.buyer) == (self.settlement, buyer));
        let missing = debt.map_or(qty, |debt| debt.missing);
        let comes = missing < qty;
        if policy && first && missing.is_positive() {
            let day = desk.firm.calendar.after(desk.day(), 1);
            desk.break_off(BreakKind::BuyInDue, u64::from(security.0), missing.0, i64::from(day.0));
        }
        let waits = comes || (policy && first);
        self.any_waits |= waits;
        waits
    }
}

/// His debts less what comes to him, each met whole or not at all. On the first evening what lies free in his account is
/// called in before anything is bought.
fn supplied(desk: &mut Desk<'_>, seller: ClientRow, security: SecurityRow, policy: bool, first: bool) -> Vec<Debt> {
    let (firm, day) = (desk.firm, desk.day());
    let mut debts = debts(firm, seller, security, policy);
    if !policy {
        return debts;
    }
    let mut supply = coming(firm, seller, security, day);
    let missing: Qty = debts.iter().map(|debt| debt.missing).sum();
    if first {
        let free = firm.stock.free(seller, security).at_least_zero();
        supply += call_in(desk, seller, security, free.min((missing - supply).at_least_zero()));
    }
    for debt in &mut debts {
        if debt.missing <= supply {
            supply -= debt.missing;
            debt.missing = Qty::ZERO;
        }
    }
    debts
}

/// The risk desk buys what a seller is short of, on his account. It binds no margin of his: what it costs is his debt
/// already (sebi 15.4.6).
pub fn order(
    desk: &mut Desk<'_>, by: UserRow, (settlement, seller, security): (SettlementRow, ClientRow, SecurityRow), price: Price,
) -> Result<(), Refusal> {
    let (firm, day) = (desk.firm, desk.day());
    let working = firm.orders.iter().map(|(_, o)| o).filter(|o| (o.client, o.security, o.side) == (seller, security, Side::Buy));
    let working: Qty = working.filter(|o| !o.is_closed()).map(orders::Order::left).sum();
    let mut debts = debts(firm, seller, security, true);
    // What comes and what is being bought is for the oldest first.
    meet(&mut debts, coming(firm, seller, security, day) + working, |_| true);
    let qty: Qty = debts.iter().filter(|debt| debt.settlement == settlement).map(|debt| debt.missing).sum();
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
    place::bind(firm, by, &order, &place::Judged { bound, at_hand: false }, &desk.as_of, desk.out);
    Ok(())
}

/// What of so many shares each of his settlements is to have; how many in all.
fn shared(debts: &[Debt], qty: Qty) -> (BTreeMap<SettlementRow, Qty>, Qty) {
    let mut by_settlement: BTreeMap<SettlementRow, Qty> = BTreeMap::new();
    let mut left = qty;
    for debt in debts {
        let part = debt.missing.min(left);
        left -= part;
        if part.is_positive() {
            *by_settlement.entry(debt.settlement).or_insert(Qty::ZERO) += part;
        }
    }
    (by_settlement, qty - left)
}

/// Shares reached a client: what of them he owes to others of the firm is called in; how many.
pub fn call_in(desk: &mut Desk<'_>, seller: ClientRow, security: SecurityRow, came: Qty) -> Qty {
    let (by_settlement, called) = shared(&debts(desk.firm, seller, security, true), came);
    let mut refused = Qty::ZERO;
    for (settlement, qty) in by_settlement {
        let net = *desk.firm.clearing.net(settlement, seller, security).expect("short of what he sold");
        let may = mandates::fetch(desk, TransferKind::MakeGood, &net, (qty, Qty::ZERO));
        refused += qty - may;
        // Set apart at once: he does not sell them again.
        desk.push(StockEvent::Sold { client: seller, security, qty: may, blocked: Qty::ZERO });
    }
    if refused.is_positive() {
        mandates::wanted(desk, seller, security, refused);
    }
    called - refused
}

/// They came, and go on to who waits for them.
pub fn gathered(
    desk: &mut Desk<'_>, settlement: SettlementRow, (seller, security): (ClientRow, SecurityRow), place: Place,
    (asked, moved): (Qty, Qty),
) {
    desk.push(StockEvent::Sold { client: seller, security, qty: -asked, blocked: Qty::ZERO });
    let passed = pass_on(desk, settlement, (seller, security), place, moved);
    if moved < asked {
        // The desk has until shortages are looked at next.
        let by = desk.firm.timers.due(Timer::Shortages(settlement)).map_or(desk.day(), Moment::day);
        desk.break_off(BreakKind::BuyInDue, u64::from(security.0), (asked - moved).0, i64::from(by.0));
    }
    // Nobody waits for the rest any more.
    delivery::give_back(desk, settlement, (seller, security), moved - passed);
}

/// A seller brought shares himself after they were set aside: what he is short of towards others of the firm, whatever
/// would be done about it in the evening; how many.
pub fn brought(desk: &mut Desk<'_>, seller: ClientRow, security: SecurityRow, came: Qty) -> Qty {
    let (by_settlement, taken) = shared(&debts(desk.firm, seller, security, false), came);
    for (settlement, qty) in by_settlement {
        pass_on(desk, settlement, (seller, security), Place::Beneficiary, qty);
    }
    taken
}

/// A seller's shares that make a shortage good go to its buyers; how many.
fn pass_on(
    desk: &mut Desk<'_>, settlement: SettlementRow, (seller, security): (ClientRow, SecurityRow), place: Place, moved: Qty,
) -> Qty {
    desk.register(seller, security, Place::Account, place, moved, Some(settlement));
    desk.push(Clearing::Gathered { settlement, client: seller, security, asked: Qty::ZERO, moved });
    hand_on(desk, settlement, (seller, security), moved)
}

/// So many of a seller's shares in the firm's account go to whom he is short towards; how many.
pub fn hand_on(desk: &mut Desk<'_>, settlement: SettlementRow, (seller, security): (ClientRow, SecurityRow), qty: Qty) -> Qty {
    let mut left = qty;
    for debt in debts(desk.firm, seller, security, false).into_iter().filter(|debt| debt.settlement == settlement) {
        let part = (debt.qty - debt.passing).at_least_zero().min(left);
        left -= part;
        if part.is_positive() {
            let (account, depository) = (desk.gathers_in(seller), desk.depository(seller));
            desk.move_shares(TransferKind::PassOn, debt.buyer, security, part, settlement, seller, account, depository);
        }
    }
    qty - left
}

/// What of a settlement is on its way to buyers to make shortages good, by its seller.
pub fn passing(firm: &Firm, settlement: SettlementRow) -> BTreeMap<(ClientRow, SecurityRow), Qty> {
    let mut passing = BTreeMap::new();
    for (_, it) in firm.partners.transfers() {
        if it.settlement == Some(settlement) && it.kind == TransferKind::PassOn {
            *passing.entry((it.seller, it.security)).or_insert(Qty::ZERO) += it.qty;
        }
    }
    passing
}

/// A buyer has shares that make a shortage towards him good.
pub fn made_good(
    desk: &mut Desk<'_>, settlement: SettlementRow, (seller, buyer): (ClientRow, ClientRow), security: SecurityRow, moved: Qty,
) {
    let mut internal = desk.firm.clearing.internal_shorts();
    let short = internal.find(|((s, sec, from, to), _)| (*s, *sec, *from, *to) == (settlement, security, seller, buyer));
    let short = short.filter(|(_, short)| short.ended.is_none()).map_or(Qty::ZERO, |(_, short)| short.qty);
    let qty = moved.min(short);
    if qty.is_positive() {
        desk.push(Clearing::InternalShortMadeGood { settlement, seller, buyer, security, qty });
    }
}
