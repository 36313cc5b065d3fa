//! What a client's shares are bound to, and which he may sell.
//!
//! One figure says what is set apart of his shares: what his net of a settlement still has to deliver
//! ([`Net::to_call`](clearing::Net::to_call)). It moves with every trade that joins or leaves the net, bought or sold,
//! told or changed, and with nothing else but pledges.

use super::desk::Desk;
use super::{buy_in, cycle};
use crate::{BreakKind, Event, Events, Firm};
use books::StockEvent;
use clearing::{Dealt, Event as Clearing, Net};
use orders::Event as OrderEvent;
use vocab::{ClientRow, Day, OrderNo, Paise, Price, Qty, Rounding, SecurityRow, SettlementRow, Side, Venue};

/// A client's net of a settlement in one security.
pub type Key = (SettlementRow, ClientRow, SecurityRow);

/// A trade joins the net, or leaves it with a negative quantity; said before the trade itself is. `blocked` were
/// blocked for its order.
pub fn dealt(desk: &mut Desk<'_>, key: Key, side: Side, qty: Qty, blocked: Qty) {
    let net = so_far(desk, key);
    counted(desk, net, side, qty, blocked);
}

/// As [`dealt`], of a net with what this entry has moved already. Gives it with so many shares more, and their value left out.
#[inline]
pub fn counted(desk: &mut Desk<'_>, mut net: Dealt, side: Side, qty: Qty, blocked: Qty) -> Dealt {
    let Dealt { client, security, .. } = net;
    let before = net.to_call();
    net.count(side, qty, Paise::ZERO);
    let change = net.to_call() - before;
    if !change.is_zero() || !blocked.is_zero() {
        desk.push(StockEvent::Sold { client, security, qty: change, blocked });
    }
    net
}

/// The net with what this entry has moved already.
#[allow(clippy::wildcard_enum_match_arm, reason = "no other facts change a net before its shares are called in")]
pub fn so_far(desk: &Desk<'_>, (settlement, client, security): Key) -> Dealt {
    let clearing = &desk.firm.clearing;
    let mut net = clearing.dealt(settlement, client, security);
    let is_it = |s: SettlementRow, sec: SecurityRow| (s, sec) == (settlement, security);
    let value = |price: Price, qty: Qty| price.value(qty, Rounding::NearestPaisa);
    let known = |trade, side| clearing.trade(trade, side).filter(|t| is_it(t.settlement, t.security));
    for event in desk.out.list() {
        let Event::Clearing(event) = event else { continue };
        match *event {
            Clearing::Traded(t) if is_it(t.settlement, t.security) && t.client == client => {
                net.count(t.side, t.qty, value(t.price, t.qty));
            }
            Clearing::Corrected { trade, side, qty, price, .. } => {
                if let Some(was) = known(trade, side).filter(|t| t.client == client) {
                    net.count(side, qty - was.qty, value(price, qty) - value(was.price, was.qty));
                }
            }
            Clearing::Annulled { trade, side, .. } => {
                if let Some(was) = known(trade, side).filter(|t| t.client == client) {
                    net.count(side, -was.qty, -value(was.price, was.qty));
                }
            }
            Clearing::CodeModified { trade, side, to, .. } => {
                let Some(it) = known(trade, side) else { continue };
                if it.client == client {
                    net.count(side, -it.qty, -value(it.price, it.qty));
                }
                if to == client {
                    net.count(side, it.qty, value(it.price, it.qty));
                }
            }
            Clearing::PaidInEarly { settlement: s, client: c, security: sec, qty } if is_it(s, sec) && c == client => net.early += qty,
            Clearing::EarlyReturned { settlement: s, client: c, security: sec, qty } if is_it(s, sec) && c == client => net.early -= qty,
            Clearing::SaleCredited { settlement: s, client: c, security: sec, amount } if is_it(s, sec) && c == client => net.credit += amount,
            _ => {}
        }
    }
    net
}

/// What he may sell: shares in his account that nothing binds, what he bought today and has not sold, and what comes
/// to him from earlier settlements before these would be called in.
/// Trade for trade a sale is delivered out of the account. What he is short of towards others of the firm, and nothing
/// else that comes to him meets, is not his to sell.
pub fn saleable(firm: &Firm, venue: Venue, client: ClientRow, security: SecurityRow, day: Day) -> Qty {
    let free = firm.stock.free(client, security);
    if firm.market.is_gross(venue, security, day) {
        return free - buy_in::bound(firm, client, security, Qty::ZERO, day);
    }
    let to_come: Qty = to_come(firm, venue, client, security, day).map(|(_, qty)| qty).sum();
    let at_hand = at_hand(firm, venue, client, security);
    at_hand + to_come - buy_in::bound(firm, client, security, at_hand - free + to_come, day)
}

/// As [`saleable`], but looks no further than it must to see that a quantity is there.
#[inline]
pub fn for_sale(firm: &Firm, venue: Venue, client: ClientRow, security: SecurityRow, qty: Qty, day: Day) -> Qty {
    match plainly_free(firm, client, security, qty) {
        Some(free) => free,
        None => saleable(firm, venue, client, security, day),
    }
}

/// What is free in his account, where that is enough and nothing he opened within the day counts against it: no net need
/// be looked up.
#[inline]
pub fn plainly_free(firm: &Firm, client: ClientRow, security: SecurityRow, qty: Qty) -> Option<Qty> {
    let free = firm.stock.free(client, security);
    let no_position = || firm.risk.positions_from(client).next().is_none_or(|((of, ..), _)| of != client);
    let owes = || firm.clearing.owes_shares(client, security) && buy_in::owed(firm, client, security).is_positive();
    (free >= qty && no_position() && !owes()).then_some(free)
}

/// Without what is still to be received: negative once some of that is sold.
fn at_hand(firm: &Firm, venue: Venue, client: ClientRow, security: SecurityRow) -> Qty {
    let settlement = cycle::of_trade(firm, venue, security);
    let today = settlement.and_then(|row| firm.clearing.net(row, client, security));
    // What is bought or sold intraday is to be undone, and counts for neither.
    let undone = settlement.map_or(Qty::ZERO, |row| super::intraday::open_in(firm, row, client, security));
    firm.stock.free(client, security) + today.map_or(Qty::ZERO, Net::to_receive) - undone
}

/// What he bought on earlier days and has not received, settlement by settlement, oldest first.
fn to_come(
    firm: &Firm, venue: Venue, client: ClientRow, security: SecurityRow, day: Day,
) -> impl Iterator<Item = (SettlementRow, Qty)> + use<'_> {
    let today = cycle::of_trade(firm, venue, security).and_then(|row| firm.clearing.settlement(row));
    let pay_in = today.map(|s| s.pay_in).filter(|_| firm.house.resale);
    let open = firm.clearing.unsettled(day).filter(move |(_, s)| pay_in.is_some_and(|pay_in| s.pay_out < pay_in));
    open.filter_map(move |(row, _)| {
        let qty = firm.clearing.net(row, client, security)?.to_come();
        qty.is_positive().then_some((row, qty))
    })
}

/// A sale of more than is at hand is told what it rests on: should that not come, it is short and goes to auction.
pub fn tell(
    firm: &Firm, (order, venue): (OrderNo, Venue), (client, security): (ClientRow, SecurityRow), qty: Qty, day: Day,
    out: &mut Events,
) {
    if plainly_free(firm, client, security, qty).is_some() || firm.is_own(client) {
        return;
    }
    let at_hand = at_hand(firm, venue, client, security);
    let mut left = qty - at_hand.at_least_zero();
    let mut sold = (-at_hand).at_least_zero();
    if !left.is_positive() {
        return;
    }
    for (settlement, qty) in to_come(firm, venue, client, security, day) {
        let before = sold.min(qty);
        sold -= before;
        let qty = left.min(qty - before);
        if qty.is_positive() {
            left -= qty;
            out.push(Event::Order(OrderEvent::Unreceived { order, settlement, qty }));
        }
    }
}

/// So many shares that were to come do not: what was sold of them will be short.
pub fn lacking(desk: &mut Desk<'_>, (settlement, client, security): Key, qty: Qty) {
    // What is delivered trade for trade or on the day itself is sold once it has come, and not before.
    if desk.firm.clearing.settlement(settlement).is_some_and(|it| it.kind.is_closed_out()) {
        return;
    }
    let at = |venue: &Venue| saleable(desk.firm, *venue, client, security, desk.day());
    let left = Venue::ALL.iter().map(at).max().unwrap_or(Qty::ZERO);
    let short = (qty - left.at_least_zero()).at_least_zero();
    if short.is_positive() && !desk.firm.is_own(client) {
        desk.break_off(BreakKind::ResoldShort, u64::from(security.0), qty.0, short.0);
    }
}
