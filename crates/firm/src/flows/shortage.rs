//! Short deliveries: valuation debit, auction, close-out; and shortages between the firm's own clients.

use super::desk::Desk;
use super::{credits, funds};
use crate::{BreakKind, SettlementKey};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use books::{Account, Cause};
use clearing::{Event as Clearing, Net};
use partners::PaymentKind;
use rulebook::RuleName;
use vocab::{ClientRow, Day, Paise, Price, Qty, Rate, Rounding, SecurityRow, SettlementRow};

fn nets(desk: &Desk<'_>, settlement: SettlementRow, security: SecurityRow) -> Vec<Net> {
    let lot = desk.firm.clearing.lot(settlement, security);
    lot.map_or(Vec::new(), |lot| desk.firm.clearing.nets_in(lot).into_iter().copied().collect())
}

/// The number the clearing corporation published: what vouchers refer to.
pub fn number(desk: &Desk<'_>, settlement: SettlementRow) -> u64 {
    desk.firm.clearing.settlement(settlement).map_or(0, |s| u64::from(s.number))
}

/// The clearing corporation says the firm delivered short: whose shortage it is, and the valuation debit.
pub fn told(
    desk: &mut Desk<'_>, key: SettlementKey, security: SecurityRow, qty: Qty, valuation: Price, debit: Paise,
) {
    let Some(settlement) = desk.settlement(key) else { return };
    // A shortage told again is told whole: only what it grew by is new.
    let mut known: BTreeMap<ClientRow, Qty> = BTreeMap::new();
    for ((s, sec, client), short) in desk.firm.clearing.shortages() {
        if *s == settlement && *sec == security {
            known.insert(*client, short.qty);
        }
    }
    let before: Qty = known.values().copied().sum();
    let mut shares = Shares::at(valuation);
    let told_before = shares.next(before);
    let mut left = (qty - before).at_least_zero();
    let (mut due, mut usable) = (Paise::ZERO, Paise::ZERO);
    let (given, passing) = (funds::given(desk), super::buy_in::passing(desk.firm, settlement));
    for net in nets(desk, settlement, security) {
        let internal = internal_of(desk, settlement, security, net.client);
        let had = known.get(&net.client).copied().unwrap_or(Qty::ZERO);
        // What makes a shortage good came after, and is the buyer's.
        let passing = passing.get(&(net.client, security)).copied().unwrap_or(Qty::ZERO);
        let missing = (net.to_deliver() - (net.gathered - passing) - internal - had).at_least_zero().min(left);
        if !missing.is_positive() {
            continue;
        }
        left -= missing;
        let client = net.client;
        desk.push(Clearing::ShortOfDelivery { settlement, client, security, qty: had + missing, valuation });
        let amount = shares.next(missing);
        let day = desk.day();
        let voucher = desk.voucher(Cause::Valuation, u64::from(key.number), day, Some(settlement));
        desk.transfer_between(&voucher, (Account::Client, client.0), (Account::AuctionControl, 0), amount);
        due += amount;
        if !desk.firm.is_own(client) {
            usable += amount.min(funds::has(desk, client, &given));
        }
    }
    let more = debit - told_before;
    if !left.is_zero() || qty < before || due != more {
        desk.break_off(BreakKind::ShortageDiffers, u64::from(security.0), (qty - left).0, qty.0);
    }
    if more.is_positive() {
        funds::fund(desk, settlement, more, usable);
    }
}

/// What the next `qty` shares of a sum are worth, when all parts must add up to the value of the whole:
/// each part is what the running total grew by.
struct Shares {
    price: Price,
    counted: Qty,
}

impl Shares {
    fn at(price: Price) -> Shares {
        Shares { price, counted: Qty::ZERO }
    }

    fn next(&mut self, qty: Qty) -> Paise {
        let before = self.price.value(self.counted, Rounding::NearestPaisa);
        self.counted += qty;
        self.price.value(self.counted, Rounding::NearestPaisa) - before
    }
}

fn internal_of(desk: &Desk<'_>, settlement: SettlementRow, security: SecurityRow, seller: ClientRow) -> Qty {
    let of = desk.firm.clearing.internal_shorts();
    of.filter(|((s, sec, who, _), _)| *s == settlement && *sec == security && *who == seller).map(|(_, i)| i.qty).sum()
}

/// The firm's buyers will receive short: the last in the list waits for the auction.
pub fn awaited(desk: &mut Desk<'_>, key: SettlementKey, security: SecurityRow, qty: Qty) {
    let Some(settlement) = desk.settlement(key) else { return };
    let mut left = qty;
    for net in nets(desk, settlement, security).iter().rev() {
        let waits = net.direct.min(left);
        if waits.is_positive() {
            left -= waits;
            super::shares::lacking(desk, (settlement, net.client, security), waits);
            desk.push(Clearing::Awaited { settlement, client: net.client, security, qty: waits });
        }
    }
    if left.is_positive() {
        desk.break_off(BreakKind::ShortageDiffers, u64::from(security.0), (qty - left).0, qty.0);
    }
}

/// The close-out price: the higher of the highest price since trading and the percentage of the official
/// close on the auction day, or the day before that has one (guide I 9.11).
///
/// What is short are shares as they were dealt in. Where a bonus or a split made more of one since, the prices of the days
/// after it are told in the shares of before.
pub fn close_out_price(desk: &Desk<'_>, settlement: SettlementRow, security: SecurityRow, auction: Day) -> Option<Price> {
    let market = &desk.firm.market;
    let it = desk.firm.clearing.settlement(settlement)?;
    let (trade_day, first) = (it.trade_day, it.corporation.exchange());
    // Prices of the corporation's own exchange, or of the other where it alone trades the share.
    let venue = if market.close_by(first, security, auction).is_some() { first } else { first.other() };
    let (_, percentage) = desk.firm.rules.rate(RuleName::CloseOutPercentage, auction).ok()?;
    let as_dealt = |of: (Day, Price)| desk.firm.actions.in_shares_of(trade_day, security, of);
    let close = market.close_by(venue, security, auction)?;
    let raised = as_dealt((close.day, close.close)).moved(Rate(percentage.0.saturating_sub(Rate::WHOLE.0)));
    let highest = market.highs(venue, security, trade_day, auction).map(as_dealt).max().unwrap_or(Price::ZERO);
    // To the paisa, upwards: it is paid out.
    Some(highest.max(raised).tick_up(Price::from_paise(1)))
}

/// The auction is over: bought in, or closed out for money.
pub fn ended(
    desk: &mut Desk<'_>, key: SettlementKey, security: SecurityRow, qty: Qty, price: Price, as_seller: bool,
    closed_out: bool,
) {
    let Some(settlement) = desk.settlement(key) else { return };
    if !closed_out && desk.firm.clearing.settlement(settlement).is_some_and(|it| it.kind.is_closed_out()) {
        // Trade for trade and on the same day a shortage is closed out without an auction (guide I 9.10).
        return desk.break_off(BreakKind::ShortageDiffers, u64::from(security.0), 0, qty.0);
    }
    if closed_out {
        let day = desk.day();
        let rule = close_out_price(desk, settlement, security, day);
        if rule != Some(price) {
            desk.break_off(BreakKind::CloseOutPrice, u64::from(security.0), rule.map_or(0, |p| p.0), price.0);
        }
    }
    match (as_seller, closed_out) {
        (true, _) => seller_ends(desk, settlement, security, qty, price, closed_out),
        (false, true) => buyer_ends(desk, settlement, security, qty, price),
        // Bought in for our buyer: the shares come with the auction's own pay-out.
        (false, false) => {}
    }
}

/// The difference to the valuation falls on the seller who was short, and on nobody else (guide I 9.7).
fn seller_ends(
    desk: &mut Desk<'_>, settlement: SettlementRow, security: SecurityRow, qty: Qty, price: Price, closed_out: bool,
) {
    let open = |((s, sec, _), short): &(&(SettlementRow, SecurityRow, ClientRow), &clearing::Shortage)| {
        *s == settlement && *sec == security && short.ended.is_none()
    };
    let shortages: Vec<_> = desk.firm.clearing.shortages().filter(open).map(|((.., c), s)| (*c, *s)).collect();
    let known: Qty = shortages.iter().map(|(_, s)| s.qty).sum();
    if known != qty {
        desk.break_off(BreakKind::ShortageDiffers, u64::from(security.0), known.0, qty.0);
    }
    let cause = if closed_out { Cause::CloseOut } else { Cause::Auction };
    let (mut due, mut usable) = (Paise::ZERO, Paise::ZERO);
    let (given, reference) = (funds::given(desk), number(desk, settlement));
    let valued = shortages.first().map_or(price, |(_, short)| short.valuation);
    let (mut cost, mut valuation) = (Shares::at(price), Shares::at(valued));
    for (client, short) in shortages {
        desk.push(Clearing::ShortageEnded { settlement, client, security, qty: short.qty, price, closed_out });
        let difference = cost.next(short.qty) - valuation.next(short.qty);
        let day = desk.day();
        let voucher = desk.voucher(cause, reference, day, Some(settlement));
        desk.transfer_between(&voucher, (Account::Client, client.0), (Account::AuctionControl, 0), difference);
        if difference.is_negative() {
            credit_later(desk, settlement, client, security, -difference);
            continue;
        }
        due += difference;
        if !desk.firm.is_own(client) {
            usable += difference.min(funds::has(desk, client, &given));
        }
    }
    if due.is_positive() {
        funds::fund(desk, settlement, due, usable);
    }
}

fn buyer_ends(desk: &mut Desk<'_>, settlement: SettlementRow, security: SecurityRow, qty: Qty, price: Price) {
    let (mut left, reference) = (qty, number(desk, settlement));
    let mut shares = Shares::at(price);
    for net in nets(desk, settlement, security) {
        let closed = net.awaited.min(left);
        if !closed.is_positive() {
            continue;
        }
        left -= closed;
        let client = net.client;
        desk.push(Clearing::AwaitedEnded { settlement, client, security, qty: closed, price });
        let day = desk.day();
        let voucher = desk.voucher(Cause::CloseOut, reference, day, Some(settlement));
        let amount = shares.next(closed);
        desk.transfer_between(&voucher, (Account::AuctionControl, 0), (Account::Client, client.0), amount);
        credit_later(desk, settlement, client, security, amount);
    }
    if left.is_positive() {
        desk.break_off(BreakKind::ShortageDiffers, u64::from(security.0), (qty - left).0, qty.0);
    }
}

/// The client is credited now; the money comes with the auction's settlement. Until then it is an open bill.
pub fn credit_later(desk: &mut Desk<'_>, settlement: SettlementRow, client: ClientRow, security: SecurityRow, amount: Paise) {
    let due = desk.day();
    desk.push(books::Event::BillOpened { client, settlement, amount: -amount, due });
    let before = desk.firm.cures.get(&(settlement, client, security)).copied().unwrap_or(Paise::ZERO);
    desk.push(crate::Event::CureDue { settlement, client, security, amount: before + amount });
}

/// The money came, one security's credits at a time: it is theirs whose credits add up to it.
pub fn paid(desk: &mut Desk<'_>, settlement: SettlementRow, amount: Paise) {
    let mut by_security: BTreeMap<SecurityRow, Vec<(ClientRow, Paise)>> = BTreeMap::new();
    for ((s, client, security), credit) in &desk.firm.cures {
        if *s == settlement {
            by_security.entry(*security).or_default().push((*client, *credit));
        }
    }
    let found = by_security.into_iter().find(|(_, all)| all.iter().map(|(_, c)| *c).sum::<Paise>() == amount);
    let Some((security, theirs)) = found else {
        return desk.break_off(BreakKind::AuctionMoney, u64::from(settlement.0), 0, amount.0);
    };
    let (mut clients, mut own) = (Paise::ZERO, Paise::ZERO);
    for (client, amount) in theirs {
        let due = desk.day();
        desk.push(books::Event::BillClosed { client, settlement, amount: -amount, due });
        desk.push(crate::Event::CurePaid { settlement, client, security, amount });
        if desk.firm.is_own(client) { own += amount } else { clients += amount }
        credits::arose(desk, client, amount);
    }
    for (kind, sum) in [(PaymentKind::PayOutToClients, clients), (PaymentKind::PayOutToOwn, own)] {
        if sum.is_positive() {
            desk.pay(kind, sum, 0, None, Some(settlement));
        }
    }
}

/// Shortages between the firm's own clients, by the disclosed policy: the shares are bought in on the seller's account,
/// or, where that is not the policy or did not come to it, the buyer is paid the close-out price, the seller bears it, and
/// the control account ends at zero (sebi 15.4.6, guide I 9.9).
pub fn internal(desk: &mut Desk<'_>, settlement: SettlementRow) {
    let (day, reference) = (desk.day(), number(desk, settlement));
    let open: Vec<_> = desk
        .firm
        .clearing
        .internal_shorts()
        .filter(|((s, ..), short)| *s == settlement && short.ended.is_none())
        .map(|((_, security, seller, buyer), short)| (*security, *seller, *buyer, short.qty))
        .collect();
    let mut buying = super::buy_in::Buying::of(desk, settlement);
    for (security, seller, buyer, qty) in open {
        if buying.waits(desk, (security, seller, buyer), qty) {
            continue;
        }
        let Some(price) = close_out_price(desk, settlement, security, day) else {
            desk.break_off(BreakKind::CloseOutPrice, u64::from(security.0), 0, 0);
            continue;
        };
        desk.push(Clearing::InternalShortEnded { settlement, seller, buyer, security, price });
        let amount = price.value(qty, Rounding::NearestPaisa);
        let voucher = desk.voucher(Cause::InternalShortage, reference, day, Some(settlement));
        desk.transfer_between(&voucher, (Account::Client, seller.0), (Account::InternalShortage, 0), amount);
        let voucher = desk.voucher(Cause::InternalShortage, reference, day, Some(settlement));
        desk.transfer_between(&voucher, (Account::InternalShortage, 0), (Account::Client, buyer.0), amount);
        credits::arose(desk, buyer, amount);
    }
    if buying.any_waits {
        super::obligation::shortages_again(desk, settlement);
    }
}
