//! The transition table: every stage against every report. A changed cell is a changed law.
#![allow(clippy::indexing_slicing)]

use crate::*;
use alloc::format;
use alloc::string::String;
use vocab::*;

fn order(stage: Stage, asked: Asked) -> Order {
    Order {
        client: ClientRow(0),
        security: SecurityRow(0),
        user: UserRow(0),
        venue: Venue::Nse,
        side: Side::Buy,
        kind: OrderKind::Limit,
        validity: Validity::Day,
        channel: Channel::Web,
        product: Product::Delivery,
        price: Price::from_paise(800_00),
        trigger: Price::ZERO,
        qty: Qty(100),
        disclosed: Qty(0),
        filled: Qty(0),
        told: Qty(0),
        stage,
        asked,
        change: Change::NONE,
        sent_at: Moment(0),
        sends: 1,
        spare: 0,
    }
}

fn reports() -> [(&'static str, Report); 11] {
    let traded = |qty, price| Report::Traded { trade: TradeNo(7), qty: Qty(qty), price: Price::from_paise(price), at: Moment(1) };
    [
        ("acked", Report::Acked { venue_order: VenueOrderNo(9), at: Moment(1) }),
        ("refused", Report::Refused { code: 3 }),
        ("triggered", Report::Triggered { at: Moment(1) }),
        ("traded part", traded(60, 799_50)),
        ("traded whole", traded(100, 800_00)),
        ("traded beyond", traded(101, 800_00)),
        ("traded through", traded(10, 800_05)),
        ("modified", Report::Modified { price: Price::from_paise(801_00), qty: Qty(90), trigger: Price::ZERO }),
        ("cancelled", Report::Cancelled),
        ("cancel refused", Report::CancelRefused { code: 5 }),
        ("lapsed", Report::Lapsed),
    ]
}

fn say(outcome: Result<[Option<Event>; 2], Oddity>) -> String {
    let word = |e: Event| match e {
        Event::Opened { .. } => "opened",
        Event::Triggered { .. } => "triggered",
        Event::Traded { .. } => "traded",
        Event::Modified { .. } => "modified",
        Event::AskRefused { .. } => "stands",
        Event::Closed { why, .. } => why.as_str(),
        Event::Placed(_) | Event::Evidenced { .. } | Event::ModifyAsked { .. } | Event::CancelAsked { .. }
        | Event::Conditioned { .. } | Event::TriggerPassed { .. } | Event::Unreceived { .. } | Event::SquaredOff { .. } | Event::Recounted { .. } | Event::Resent { .. }
        | Event::DayCleared { .. } => "?",
    };
    match outcome {
        Err(odd) => format!("break {odd:?}"),
        Ok([None, _]) => "nothing".into(),
        Ok([Some(a), None]) => word(a).into(),
        Ok([Some(a), Some(b)]) => format!("{}, {}", word(a), word(b)),
    }
}

// covers: E-28, E-29
#[test]
fn every_stage_answers_every_report() {
    let change = Change { price: Price::from_paise(801_00), qty: Qty(90), trigger: Price::ZERO };
    let order = |stage, asked| Order { change, ..order(stage, asked) };
    let stop = |stage, asked| Order { kind: OrderKind::StopLimit, ..order(stage, asked) };
    let stages = [
        ("sent", order(Stage::Sent, Asked::Nothing)),
        ("open", order(Stage::Open { venue_order: VenueOrderNo(9) }, Asked::Nothing)),
        ("modifying", order(Stage::Open { venue_order: VenueOrderNo(9) }, Asked::Modify)),
        ("cancelling", order(Stage::Open { venue_order: VenueOrderNo(9) }, Asked::Cancel)),
        ("dormant", stop(Stage::Dormant { venue_order: VenueOrderNo(9) }, Asked::Nothing)),
        ("modifying it", stop(Stage::Dormant { venue_order: VenueOrderNo(9) }, Asked::Modify)),
        ("cancelling it", stop(Stage::Dormant { venue_order: VenueOrderNo(9) }, Asked::Cancel)),
        ("woken", stop(Stage::Open { venue_order: VenueOrderNo(9) }, Asked::Nothing)),
        ("closed", order(Stage::Closed { why: Closing::Cancelled }, Asked::Nothing)),
    ];
    let mut table = String::new();
    for (name, order) in &stages {
        for (what, report) in &reports() {
            table.push_str(&format!("{name:13} | {what:14} | {}\n", say(order.observe(OrderNo(1), report))));
        }
    }
    assert_eq!(table, include_str!("transitions.txt"), "\n{table}");
}

#[test]
fn a_fill_beyond_the_quantity_breaks_and_changes_nothing() {
    let mut orders = Orders::new();
    let placed = Placed {
        order: OrderNo(1), key: 5, price: Price::from_paise(800_00), qty: Qty(100), client: ClientRow(0),
        security: SecurityRow(0), user: UserRow(0), venue: Venue::Nse, side: Side::Buy, kind: OrderKind::Limit,
        validity: Validity::Day, channel: Channel::Web,
        product: Product::Delivery,
    };
    orders.apply(&Event::Placed(placed), Moment(5));
    orders.apply(&Event::Opened { order: OrderNo(1), venue_order: VenueOrderNo(2), at: Moment(6) }, Moment(6));
    let at = Moment(7);
    orders.apply(&Event::Traded { order: OrderNo(1), trade: TradeNo(1), qty: Qty(60), price: placed.price, at }, at);
    let order = orders.get(OrderNo(1)).unwrap();
    assert_eq!(order.left(), Qty(40));
    let over = Report::Traded { trade: TradeNo(2), qty: Qty(41), price: placed.price, at };
    assert_eq!(order.observe(OrderNo(1), &over), Err(Oddity::Overfilled));
    assert_eq!(orders.by_key(UserRow(0), 5), Some(OrderNo(1)));
    assert_eq!(orders.next_no(), OrderNo(2));
}

#[test]
fn only_unanswered_orders_are_asked_after() {
    let mut orders = Orders::new();
    for n in 1..=3u64 {
        let placed = Placed {
            order: OrderNo(n), key: 0, price: Price(100), qty: Qty(1), client: ClientRow(0), security: SecurityRow(0),
            user: UserRow(0), venue: Venue::Nse, side: Side::Sell, kind: OrderKind::Limit, validity: Validity::Day, channel: Channel::Api,
            product: Product::Delivery,
        };
        orders.apply(&Event::Placed(placed), Moment(i64::try_from(n).unwrap()));
    }
    orders.apply(&Event::Opened { order: OrderNo(1), venue_order: VenueOrderNo(1), at: Moment(4) }, Moment(4));
    assert_eq!(orders.oldest_unanswered(), Some((Moment(2), OrderNo(2))));
    orders.apply(&Event::CancelAsked { order: OrderNo(1) }, Moment(9));
    let open: alloc::vec::Vec<u64> = orders.unanswered().map(|(no, _)| no.0).collect();
    assert_eq!(open, [2, 3, 1]);
}

#[test]
fn a_trade_of_nothing_or_less_breaks() {
    let open = order(Stage::Open { venue_order: VenueOrderNo(9) }, Asked::Nothing);
    for qty in [0, -1, i64::MIN] {
        let report = Report::Traded { trade: TradeNo(7), qty: Qty(qty), price: Price::from_paise(800_00), at: Moment(1) };
        assert_eq!(open.observe(OrderNo(1), &report), Err(Oddity::Overfilled), "{qty}");
    }
}

/// What is answered lies between what has traded and the most that was ever asked; a partial modification at
/// the exchange may leave any quantity between.
#[test]
fn a_modification_beyond_what_was_asked_or_below_what_traded_breaks() {
    let change = Change { price: Price::from_paise(801_00), qty: Qty(120), trigger: Price::ZERO };
    let modifying = Order { filled: Qty(40), told: Qty(40), change, ..order(Stage::Open { venue_order: VenueOrderNo(9) }, Asked::Modify) };
    let told = |qty| Report::Modified { price: Price::from_paise(801_00), qty: Qty(qty), trigger: Price::ZERO };
    let answer = |qty| modifying.observe(OrderNo(1), &told(qty));
    assert_eq!(answer(121), Err(Oddity::AnswerUnasked));
    assert_eq!(answer(39), Err(Oddity::AnswerUnasked));
    assert_eq!(say(answer(120)), "modified");
    assert_eq!(say(answer(40)), "modified, filled");
}
