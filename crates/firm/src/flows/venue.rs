//! What the exchange reports about orders: acknowledgements, trades, ends.

use super::desk::Desk;
use super::{commitment, cycle, early, intraday, same_day, shares, switches, unpaid};
use crate::{BreakKind, Event, Firm};
use clearing::{Net, Stage, Trade, TradeFact};
use clients::Dealing;
use orders::{Asked, Event as OrderEvent, Order, Report};
use risk::{Bound, part};
use vocab::{ClientKind, ClientRow, Moment, OrderNo, Paise, Price, Product, Qty, Rounding, SettlementRow, Side, TradeNo};

#[allow(clippy::wildcard_enum_match_arm, reason = "only a trade touches more rows than its order's")]
pub fn order(desk: &mut Desk<'_>, no: OrderNo, report: &Report) {
    let firm = desk.firm;
    let (order, sides) = match report {
        Report::Traded { trade, .. } => call_first(firm, no, *trade),
        _ => (firm.orders.get(no), [None; 2]),
    };
    let Some(order) = order else {
        desk.break_off(BreakKind::UnknownOrder, no.0, 0, code_of(report));
        return;
    };
    let mut called = None;
    if let Report::Traded { trade, qty, .. } = report {
        let (same, other) = match (order.side, sides) {
            (Side::Buy, [buy, sell]) => (buy, sell),
            (Side::Sell, [buy, sell]) => (sell, buy),
        };
        called = Called::of(firm, order, other);
        // The same trade told twice is one trade.
        if same.is_some() {
            return;
        }
        let stage = called.and_then(|rows| firm.clearing.settlement(rows.settlement)).map(|s| s.stage);
        if stage >= Some(Stage::Matched) {
            // The final trade file did not have it and bills are being made: the break keeps it for a person.
            return desk.break_off(BreakKind::MissingInFile, trade.0, qty.0, 0);
        }
    }
    match order.observe(no, report) {
        Err(oddity) => desk.break_off(BreakKind::OrderReport, no.0, i64::from(oddity as u8), code_of(report)),
        // Most reports are one of these facts alone, and no copy of the order is made for it.
        Ok([Some(OrderEvent::Closed { why, left, code, .. }), None]) => {
            desk.push(OrderEvent::Closed { order: no, why, left, code });
            close(desk, no, order);
        }
        Ok([Some(OrderEvent::Opened { venue_order, at, .. }), None]) => {
            desk.push(OrderEvent::Opened { order: no, venue_order, at });
            answered(desk, no, order);
        }
        Ok([Some(OrderEvent::Traded { trade, qty, price, at, .. }), None]) => {
            desk.push(OrderEvent::Traded { order: no, trade, qty, price, at });
            traded(desk, no, order, called.expect("no order without a settlement of its day"), &Fill { trade, qty, price, at });
        }
        Ok(facts) => told(desk, no, order, called, &facts),
    }
}

/// The order, and both sides of the trade as far as they are booked. What a trade is judged by and what applying it writes lies
/// far apart and was long not used: all of it is looked at first, so that it comes from memory side by side, not one by one.
/// Here what the report itself names.
#[inline(always)]
fn call_first(firm: &Firm, no: OrderNo, trade: TradeNo) -> (Option<&Order>, [Option<&Trade>; 2]) {
    let order = firm.orders.get(no);
    core::hint::black_box((firm.risk.hold(no).map(|hold| hold.value), order.map(|order| order.client)));
    (order, [Side::Buy, Side::Sell].map(|side| firm.clearing.trade(trade, side)))
}

/// What the trades of one report are booked with, looked at once.
#[derive(Clone, Copy)]
struct Called<'a> {
    settlement: SettlementRow,
    known: Option<&'a Dealing>,
    net: Option<&'a Net>,
    /// The other side of the trade.
    other: Option<&'a Trade>,
}

impl<'a> Called<'a> {
    /// What the order names. The last rows are only to be near when the facts are applied.
    #[inline(always)]
    fn of(firm: &'a Firm, order: &Order, other: Option<&'a Trade>) -> Option<Called<'a>> {
        let (client, security) = (order.client, order.security);
        let settlement = cycle::of_order(firm, order.venue, security, order.product)?;
        let known = firm.clients.dealing(client);
        let net = firm.clearing.net(settlement, client, security);
        let standing = firm.clearing.standing(settlement, client).map(|standing| standing.trades);
        let (held, free) = (firm.risk.client(client).held, firm.stock.free(client, security));
        core::hint::black_box((standing, held, free, known.map(|it| it.kind), net.map(|it| (it.buy_qty, it.credit))));
        Some(Called { settlement, known, net, other })
    }
}

/// What the exchange says of a trade.
struct Fill {
    trade: TradeNo,
    qty: Qty,
    price: Price,
    at: Moment,
}

/// The facts of one report, each with the order as those before it leave it.
fn told<'a>(desk: &mut Desk<'a>, no: OrderNo, order: &Order, called: Option<Called<'a>>, facts: &[Option<OrderEvent>]) {
    let mut order = *order;
    for fact in facts.iter().flatten() {
        desk.push(*fact);
        match *fact {
            OrderEvent::Traded { trade, qty, price, at, .. } => {
                traded(desk, no, &order, called.expect("no order without a settlement of its day"), &Fill { trade, qty, price, at });
                order = Order { filled: order.filled + qty, told: order.told + qty, ..order };
            }
            OrderEvent::Modified { price, qty, trigger, .. } => {
                let mut after = Order { price, qty, trigger, ..order };
                after.answered();
                keep_only(desk, no, &after, reserved(&order));
                order = after;
                answered(desk, no, &order);
            }
            OrderEvent::AskRefused { .. } => {
                let asked = order.asked;
                let mut after = order;
                after.answered();
                keep_only(desk, no, &after, reserved(&order));
                order = after;
                if asked != Asked::Cancel {
                    answered(desk, no, &order);
                }
            }
            OrderEvent::Closed { .. } => close(desk, no, &order),
            OrderEvent::Opened { .. } => answered(desk, no, &order),
            OrderEvent::Placed(_)
            | OrderEvent::Evidenced { .. }
            | OrderEvent::Conditioned { .. }
            | OrderEvent::TriggerPassed { .. }
            | OrderEvent::Unreceived { .. }
            | OrderEvent::SquaredOff { .. }
            | OrderEvent::Recounted { .. }
            | OrderEvent::Triggered { .. }
            | OrderEvent::ModifyAsked { .. }
            | OrderEvent::CancelAsked { .. }
            | OrderEvent::Resent { .. }
            | OrderEvent::DayCleared { .. } => {}
        }
    }
}

/// The exchange answered what was asked of it: a switch that was pulled meanwhile takes the order now.
#[inline]
fn answered(desk: &mut Desk<'_>, no: OrderNo, order: &Order) {
    if desk.firm.risk.has_switches() || desk.firm.clients.is_stopped(order.client) {
        switches::answered(desk, no, order);
    }
}

/// Shares an open sell order blocks: what may still trade, a modification under way included.
fn reserved(order: &Order) -> Qty {
    match order.asked {
        Asked::Modify => order.change.qty.max(order.qty) - order.told,
        Asked::Nothing | Asked::Cancel => order.left(),
    }
}

fn traded<'a>(desk: &mut Desk<'a>, no: OrderNo, order: &Order, called: Called<'a>, fill: &Fill) {
    let firm = desk.firm;
    let (client, security, side) = (order.client, order.security, order.side);
    let Called { settlement, known, net, other, .. } = called;
    let Fill { trade, qty, price, at } = *fill;
    let hold = *firm.risk.hold(no).expect("an open order holds");
    let may_trade = reserved(order);
    let (eased_value, eased) = (part(hold.value, qty, may_trade), part(hold.amount, qty, may_trade));
    let turnover = price.value(qty, Rounding::NearestPaisa);
    // What is told after the session is over is delivered.
    let closes_today = order.product == Product::Intraday && !firm.market.is_shut(order.venue, desk.day());
    let committed = match known {
        Some(_) if closes_today => intraday::dealt(desk, order, settlement, price, qty).unwrap_or(eased),
        // The rules of the day were there when the order was placed.
        Some(known) => commitment::of_trade(desk, known, (order.product, side, security), (price, qty), order.filled.is_zero())
            .unwrap_or(eased),
        None => eased,
    };
    desk.push(risk::Event::Filled { order: no, side, eased_value, eased, turnover, committed });
    // A purchase by who sold nothing binds no shares and frees none, and no sale of his backs orders. Nothing of this entry
    // has moved the net before.
    let sold = match side {
        Side::Sell => Some(net.map_or_else(|| firm.clearing.dealt(settlement, client, security), Net::so_far)),
        Side::Buy => net.filter(|net| net.has_sale()).map(Net::so_far),
    };
    let sold = sold.map(|net| {
        let blocked = if order.blocks() { qty } else { Qty::ZERO };
        let mut net = shares::counted(desk, net, side, qty, blocked);
        net.count(side, Qty::ZERO, turnover);
        net
    });
    desk.push(clearing::Event::Traded(TradeFact { trade, order: no, qty, price, at, settlement, client, security, side }));
    commitment::begins(desk, settlement, client, side, committed);
    // What is to be undone today is no sale of shares, and credits nothing.
    if let (Some(net), false) = (&sold, closes_today) {
        early::recount_net(desk, net);
    }
    if known.is_some_and(|c| c.kind == ClientKind::Error) {
        super::error::liquidated(desk, client, security, side, (trade, qty, price));
    }
    // One report tells one side of a trade: the other is booked, or not there.
    say_crossed(desk, (trade, side), client, standing(other));
}

fn booked(desk: &Desk<'_>, trade: TradeNo, side: Side) -> Option<ClientRow> {
    standing(desk.firm.clearing.trade(trade, side))
}

/// Whose a booked side is, if it was not taken back.
fn standing(side: Option<&Trade>) -> Option<ClientRow> {
    side.filter(|side| !side.annulled).map(|side| side.client)
}

/// A trade both sides of which are the firm's own clients' is said to be, when its second side is booked.
pub fn crossed(desk: &mut Desk<'_>, (trade, side): (TradeNo, Side), client: ClientRow) {
    let in_entry = desk.out.list().iter().find_map(|event| {
        let Event::Clearing(clearing::Event::Traded(t)) = event else { return None };
        ((t.trade, t.side) == (trade, side.other())).then_some(t.client)
    });
    let other = in_entry.or_else(|| booked(desk, trade, side.other()));
    say_crossed(desk, (trade, side), client, other);
}

#[inline]
fn say_crossed(desk: &mut Desk<'_>, (trade, side): (TradeNo, Side), client: ClientRow, other: Option<ClientRow>) {
    let Some(other) = other else { return };
    let (buyer, seller) = match side {
        Side::Buy => (client, other),
        Side::Sell => (other, client),
    };
    desk.push(Event::Crossed { trade, buyer, seller });
}

/// After an answer the order binds what it needs and no more.
fn keep_only(desk: &mut Desk<'_>, no: OrderNo, order: &Order, blocked: Qty) {
    let hold = *desk.firm.risk.hold(no).expect("an open order holds");
    let known = desk.firm.clients.dealing(order.client);
    let needs = known.and_then(|c| same_day::needs(desk.firm, c, order.product, order.side, order.security, &desk.as_of).ok());
    // What may trade at any price is held at the worst of the band, as when it was placed.
    let instrument = same_day::instrument(desk.firm, order.venue, order.security, order.product, desk.day());
    let worst = instrument.map(|instrument| instrument.high);
    let price = if order.kind.is_limit() { Some(order.price) } else { worst };
    let as_held = Bound { value: hold.value, margin: hold.amount, charges: Paise::ZERO };
    let need = match (needs, price) {
        (Some(needs), Some(price)) => Bound::of(price, order.left(), &needs),
        (None, _) | (_, None) => as_held,
    };
    let (value, amount) = ((hold.value - need.value).at_least_zero(), (hold.amount - need.amount()).at_least_zero());
    if value.is_positive() || amount.is_positive() {
        desk.push(risk::Event::Eased { order: no, value, amount });
    }
    give_back(desk, no, order, blocked - order.left());
}

fn give_back(desk: &mut Desk<'_>, no: OrderNo, order: &Order, qty: Qty) {
    if order.blocks() && qty.is_positive() {
        let (client, security) = (order.client, order.security);
        desk.push(books::StockEvent::Blocked { client, security, qty: -qty });
        unpaid::unsold(desk, no, (client, security), qty);
    }
}

/// What a closed order still binds is free: what earlier facts of this entry eased is taken off first.
#[allow(clippy::wildcard_enum_match_arm, reason = "only what eased the hold counts")]
fn close(desk: &mut Desk<'_>, no: OrderNo, order: &Order) {
    let hold = *desk.firm.risk.hold(no).expect("an order holds until it closes");
    let (mut value, mut amount) = (hold.value, hold.amount);
    let mut modified = false;
    for event in desk.out.list() {
        match event {
            Event::Risk(risk::Event::Filled { order, eased_value, eased, .. }) if *order == no => {
                value -= *eased_value;
                amount -= *eased;
            }
            Event::Risk(risk::Event::Eased { order, value: v, amount: a }) if *order == no => {
                value -= *v;
                amount -= *a;
                modified = true;
            }
            _ => {}
        }
    }
    if value.is_positive() || amount.is_positive() {
        desk.push(risk::Event::Eased { order: no, value, amount });
    }
    if !modified {
        give_back(desk, no, order, reserved(order));
    }
}

fn code_of(report: &Report) -> i64 {
    match report {
        Report::Acked { .. } => 1,
        Report::Refused { .. } => 2,
        Report::Traded { .. } => 3,
        Report::Modified { .. } => 4,
        Report::ModifyRefused { .. } => 5,
        Report::Cancelled => 6,
        Report::CancelRefused { .. } => 7,
        Report::Lapsed => 8,
        Report::Triggered { .. } => 9,
    }
}
