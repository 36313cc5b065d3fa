//! What the exchange reports about orders: acknowledgements, trades, ends.

use super::desk::Desk;
use super::{commitment, cycle, early, intraday, same_day, shares, switches, unpaid};
use crate::{BreakKind, Event};
use clearing::{Stage, TradeFact};
use orders::{Asked, Event as OrderEvent, Order, Report};
use risk::{Bound, part};
use vocab::{ClientKind, ClientRow, Moment, OrderNo, Paise, Price, Product, Qty, Rounding, Side, TradeNo};

pub fn order(desk: &mut Desk<'_>, no: OrderNo, report: &Report) {
    let Some(order) = desk.firm.orders.get(no) else {
        desk.break_off(BreakKind::UnknownOrder, no.0, 0, code_of(report));
        return;
    };
    if let Report::Traded { trade, qty, .. } = report {
        // The same trade told twice is one trade.
        if desk.firm.clearing.trade(*trade, order.side).is_some() {
            return;
        }
        let settlement = cycle::of_order(desk.firm, order.venue, order.security, order.product);
        let stage = settlement.and_then(|s| desk.firm.clearing.settlement(s)).map(|s| s.stage);
        if stage >= Some(Stage::Matched) {
            // The final trade file did not have it and bills are being made: the break keeps it for a person.
            return desk.break_off(BreakKind::MissingInFile, trade.0, qty.0, 0);
        }
    }
    match order.observe(no, report) {
        Err(oddity) => desk.break_off(BreakKind::OrderReport, no.0, i64::from(oddity as u8), code_of(report)),
        Ok(facts) => {
            // The order as facts of this entry leave it. Most reports are one fact, and no copy is made for it.
            let mut later: Option<Order> = None;
            let mut answered = false;
            for fact in &facts {
                let Some(fact) = fact else { break };
                desk.push(*fact);
                let order = later.as_ref().unwrap_or(order);
                match *fact {
                    OrderEvent::Traded { trade, qty, price, at, .. } => {
                        traded(desk, no, order, trade, qty, price, at);
                        later = Some(Order { filled: order.filled + qty, told: order.told + qty, ..*order });
                    }
                    OrderEvent::Modified { price, qty, trigger, .. } => {
                        answered = true;
                        let mut after = Order { price, qty, trigger, ..*order };
                        after.answered();
                        keep_only(desk, no, &after, reserved(order));
                        later = Some(after);
                    }
                    OrderEvent::AskRefused { .. } => {
                        answered = order.asked != Asked::Cancel;
                        let mut after = *order;
                        after.answered();
                        keep_only(desk, no, &after, reserved(order));
                        later = Some(after);
                    }
                    OrderEvent::Closed { .. } => close(desk, no, order),
                    OrderEvent::Opened { .. } => answered = true,
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
            if answered && (desk.firm.risk.has_switches() || desk.firm.clients.is_stopped(order.client)) {
                switches::answered(desk, no, later.as_ref().unwrap_or(order));
            }
        }
    }
}

/// Shares an open sell order blocks: what may still trade, a modification under way included.
fn reserved(order: &Order) -> Qty {
    match order.asked {
        Asked::Modify => order.change.qty.max(order.qty) - order.told,
        Asked::Nothing | Asked::Cancel => order.left(),
    }
}

fn traded(desk: &mut Desk<'_>, no: OrderNo, order: &Order, trade: TradeNo, qty: Qty, price: Price, at: Moment) {
    let firm = desk.firm;
    let (client, security, side) = (order.client, order.security, order.side);
    let settlement = cycle::of_order(firm, order.venue, security, order.product).expect("no order without a settlement of its day");
    let hold = *firm.risk.hold(no).expect("an open order holds");
    let may_trade = reserved(order);
    let (eased_value, eased) = (part(hold.value, qty, may_trade), part(hold.amount, qty, may_trade));
    let turnover = price.value(qty, Rounding::NearestPaisa);
    // What is told after the session is over is delivered.
    let closes_today = order.product == Product::Intraday && !firm.market.is_shut(order.venue, desk.day());
    let known = firm.clients.dealing(client);
    let committed = match known {
        Some(_) if closes_today => intraday::dealt(desk, order, settlement, price, qty).unwrap_or(eased),
        // The rules of the day were there when the order was placed.
        Some(known) => commitment::of_trade(desk, known, (order.product, side, security), (price, qty), order.filled.is_zero())
            .unwrap_or(eased),
        None => eased,
    };
    desk.push(risk::Event::Filled { order: no, side, eased_value, eased, turnover, committed });
    let blocked = if order.blocks() { qty } else { Qty::ZERO };
    let mut net = shares::dealt(desk, (settlement, client, security), side, qty, blocked);
    net.count(side, Qty::ZERO, turnover);
    desk.push(clearing::Event::Traded(TradeFact { trade, order: no, qty, price, at, settlement, client, security, side }));
    commitment::begins(desk, settlement, client, side, committed);
    // What is to be undone today is no sale of shares, and credits nothing.
    if !closes_today {
        early::recount_net(desk, &net);
    }
    if firm.clients.dealing(client).is_some_and(|c| c.kind == ClientKind::Error) {
        super::error::liquidated(desk, client, security, side, (trade, qty, price));
    }
    crossed(desk, (trade, side), client);
}

/// A trade both sides of which are the firm's own clients' is said to be, when its second side is booked.
pub fn crossed(desk: &mut Desk<'_>, (trade, side): (TradeNo, Side), client: ClientRow) {
    let in_entry = desk.out.list().iter().find_map(|event| {
        let Event::Clearing(clearing::Event::Traded(t)) = event else { return None };
        ((t.trade, t.side) == (trade, side.other())).then_some(t.client)
    });
    let booked = desk.firm.clearing.trade(trade, side.other()).filter(|t| !t.annulled).map(|t| t.client);
    if let Some(other) = in_entry.or(booked) {
        let (buyer, seller) = match side {
            Side::Buy => (client, other),
            Side::Sell => (other, client),
        };
        desk.push(Event::Crossed { trade, buyer, seller });
    }
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
