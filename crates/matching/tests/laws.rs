//! The laws of a market, one test each.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)]

use matching::{BadBook, BadOrder, BadReduce, Engine, Fill, Incoming, Level, MOST_QTY, MOST_RUNGS, Outcome, Slot};
use vocab::{Dump, Price, Qty, SecurityRow, Side};

const INFY: SecurityRow = SecurityRow(3);

fn rupees(text: &str) -> Price {
    Price::parse(text).unwrap()
}

/// INFY between 760 and 840 by five paise.
fn market() -> Engine {
    let mut engine = Engine::new();
    engine.open_book(INFY, rupees("760"), rupees("840"), rupees("0.05")).unwrap();
    engine
}

fn limit(side: Side, price: &str, qty: i64, tag: u64) -> Incoming {
    Incoming { security: INFY, side, limit: Some(rupees(price)), qty: Qty(qty), shown: Qty(qty.max(1)), rests: true, tag }
}

fn send(engine: &mut Engine, incoming: Incoming) -> (Outcome, Vec<Fill>) {
    let mut fills = Vec::new();
    let outcome = engine.submit(incoming, &mut |fill| fills.push(fill)).unwrap();
    (outcome, fills)
}

fn stand(engine: &mut Engine, incoming: Incoming) -> Slot {
    let (outcome, fills) = send(engine, incoming);
    assert!(fills.is_empty());
    outcome.slot.unwrap()
}

fn met(fills: &[Fill]) -> Vec<(u64, i64, Price)> {
    fills.iter().map(|f| (f.resting_tag, f.qty.0, f.price)).collect()
}

fn bytes(it: &impl Dump) -> Vec<u8> {
    let mut all = Vec::new();
    it.dump(&mut |part| all.extend_from_slice(part));
    all
}

#[test]
fn better_prices_trade_first_then_who_came_first() {
    let mut engine = market();
    stand(&mut engine, limit(Side::Sell, "800.10", 10, 1));
    stand(&mut engine, limit(Side::Sell, "800.00", 20, 2));
    let third = stand(&mut engine, limit(Side::Sell, "800.00", 30, 3));
    let (outcome, fills) = send(&mut engine, limit(Side::Buy, "800.05", 45, 4));
    assert_eq!(met(&fills), [(2, 20, rupees("800.00")), (3, 25, rupees("800.00"))]);
    assert_eq!(outcome, Outcome { filled: Qty(45), left: Qty::ZERO, slot: None });
    assert_eq!(fills[1].resting_left, Qty(5));
    assert_eq!(engine.order(third).unwrap().left, Qty(5));
    assert_eq!(engine.best(INFY, Side::Sell), Some((rupees("800.00"), Qty(5))));
}

#[test]
fn a_trade_is_at_the_price_of_the_order_that_stood() {
    let mut engine = market();
    stand(&mut engine, limit(Side::Buy, "801.00", 10, 1));
    stand(&mut engine, limit(Side::Buy, "802.00", 10, 2));
    let (outcome, fills) = send(&mut engine, limit(Side::Sell, "800.00", 25, 3));
    assert_eq!(met(&fills), [(2, 10, rupees("802.00")), (1, 10, rupees("801.00"))]);
    assert_eq!((outcome.filled, outcome.left), (Qty(20), Qty(5)));
    assert_eq!(engine.best(INFY, Side::Sell), Some((rupees("800.00"), Qty(5))));
    assert_eq!(engine.best(INFY, Side::Buy), None);
}

#[test]
fn market_and_ioc_orders_never_rest() {
    let mut engine = market();
    stand(&mut engine, limit(Side::Sell, "800.00", 10, 1));
    stand(&mut engine, limit(Side::Sell, "840.00", 10, 2));
    let (outcome, fills) = send(&mut engine, Incoming { rests: false, ..limit(Side::Buy, "800.00", 15, 3) });
    assert_eq!(met(&fills), [(1, 10, rupees("800.00"))]);
    assert_eq!(outcome, Outcome { filled: Qty(10), left: Qty(5), slot: None });
    let (outcome, fills) = send(&mut engine, Incoming { limit: None, ..limit(Side::Buy, "760.00", 15, 4) });
    assert_eq!(met(&fills), [(2, 10, rupees("840.00"))]);
    assert_eq!(outcome, Outcome { filled: Qty(10), left: Qty(5), slot: None });
    assert!(engine.is_empty(INFY));
}

#[test]
fn a_reduced_order_keeps_its_place_and_a_new_one_goes_behind() {
    let mut engine = market();
    let first = stand(&mut engine, limit(Side::Buy, "800.00", 50, 1));
    let second = stand(&mut engine, limit(Side::Buy, "800.00", 50, 2));
    assert_eq!(engine.reduce(first, Qty(40)), Ok(Qty(10)));
    assert_eq!(engine.best(INFY, Side::Buy), Some((rupees("800.00"), Qty(60))));
    assert_eq!(engine.cancel(second), Some(Qty(50)));
    stand(&mut engine, limit(Side::Buy, "800.00", 60, 2));
    let (_, fills) = send(&mut engine, limit(Side::Sell, "800.00", 30, 3));
    assert_eq!(met(&fills), [(1, 10, rupees("800.00")), (2, 20, rupees("800.00"))]);
}

#[test]
fn a_bad_reduction_changes_nothing() {
    let mut engine = market();
    let slot = stand(&mut engine, limit(Side::Buy, "800.00", 50, 1));
    let before = bytes(&engine);
    assert_eq!(engine.reduce(slot, Qty::ZERO), Err(BadReduce::QtyNotPositive));
    assert_eq!(engine.reduce(slot, Qty(-1)), Err(BadReduce::QtyNotPositive));
    assert_eq!(engine.reduce(slot, Qty(50)), Err(BadReduce::NothingLeft { left: Qty(50) }));
    assert_eq!(engine.reduce(slot, Qty(i64::MAX)), Err(BadReduce::NothingLeft { left: Qty(50) }));
    assert_eq!(bytes(&engine), before);
    engine.cancel(slot).unwrap();
    assert_eq!(engine.reduce(slot, Qty(1)), Err(BadReduce::NoOrder));
}

#[test]
fn a_stale_slot_never_names_another_order() {
    let mut engine = market();
    let cancelled = stand(&mut engine, limit(Side::Buy, "800.00", 1, 1));
    assert_eq!(engine.cancel(cancelled), Some(Qty(1)));
    assert_eq!(engine.cancel(cancelled), None);
    let filled = stand(&mut engine, limit(Side::Buy, "800.00", 1, 2));
    assert_ne!(cancelled, filled);
    send(&mut engine, limit(Side::Sell, "800.00", 1, 3));
    let live = stand(&mut engine, limit(Side::Buy, "800.00", 7, 4));
    for stale in [cancelled, filled, Slot::from_bits(u64::MAX), Slot::from_bits(live.to_bits() + (1 << 32))] {
        assert_eq!(engine.order(stale), None);
        assert_eq!(engine.cancel(stale), None);
    }
    assert_eq!(engine.order(Slot::from_bits(live.to_bits())).unwrap().tag, 4);
}

#[test]
fn a_free_place_is_no_order() {
    let mut engine = market();
    let slot = stand(&mut engine, limit(Side::Buy, "800.00", 1, 1));
    engine.cancel(slot).unwrap();
    // The generation the place would give next, before it gives it.
    assert_eq!(engine.order(Slot::from_bits(slot.to_bits() + (1 << 32))), None);
    assert_eq!(engine.cancel(Slot::from_bits(slot.to_bits() + (1 << 32))), None);
}

#[test]
fn bad_orders_are_named_and_change_nothing() {
    let mut engine = market();
    stand(&mut engine, limit(Side::Sell, "800.00", 10, 1));
    let before = bytes(&engine);
    let good = limit(Side::Buy, "800.00", 10, 2);
    let (low, high, tick) = (rupees("760"), rupees("840"), rupees("0.05"));
    let (outside, above) = (BadOrder::OutsideLadder { low, high }, MOST_QTY + Qty(1));
    let (closed, unknown) = (SecurityRow(0), SecurityRow(u32::MAX));
    let within = "limit: must be within 760.00 and 840.00";
    let cases = [
        (Incoming { security: closed, ..good }, BadOrder::NoBook, "security: no book is open"),
        (Incoming { security: unknown, qty: Qty(0), ..good }, BadOrder::NoBook, "security: no book is open"),
        (Incoming { qty: Qty(0), ..good }, BadOrder::QtyNotPositive, "qty: must be positive"),
        (Incoming { qty: Qty(i64::MIN), ..good }, BadOrder::QtyNotPositive, "qty: must be positive"),
        (Incoming { qty: above, ..good }, BadOrder::QtyTooLarge { most: MOST_QTY }, "qty: at most 4294967295"),
        (limit(Side::Buy, "840.05", 1, 2), outside, within),
        (limit(Side::Sell, "759.95", 1, 2), outside, within),
        (Incoming { limit: Some(Price(i64::MIN)), ..good }, outside, within),
        (limit(Side::Buy, "800.01", 1, 2), BadOrder::OffTick { tick }, "limit: must be a multiple of 0.05"),
    ];
    for (incoming, refusal, text) in cases {
        assert_eq!(engine.submit(incoming, &mut |_| panic!("a refused order trades")), Err(refusal));
        assert_eq!(refusal.to_string(), text);
    }
    assert_eq!(bytes(&engine), before);
}

#[test]
fn the_ends_of_the_ladder_and_of_quantity_are_within() {
    let mut engine = market();
    let most = MOST_QTY.0;
    stand(&mut engine, limit(Side::Sell, "840.00", most, 1));
    stand(&mut engine, limit(Side::Sell, "840.00", most, 2));
    stand(&mut engine, limit(Side::Buy, "760.00", most, 3));
    assert_eq!(engine.best(INFY, Side::Sell), Some((rupees("840.00"), MOST_QTY + MOST_QTY)));
    let (outcome, _) = send(&mut engine, limit(Side::Buy, "840.00", most, 4));
    assert_eq!(outcome.filled, MOST_QTY);
    let (outcome, fills) = send(&mut engine, limit(Side::Sell, "760.00", 1, 5));
    assert_eq!((outcome.filled, fills[0].resting_left), (Qty(1), Qty(most - 1)));
}

#[test]
fn a_book_opens_anew_only_when_nothing_stands() {
    let mut engine = market();
    let slot = stand(&mut engine, limit(Side::Buy, "800.00", 10, 1));
    stand(&mut engine, limit(Side::Sell, "801.00", 10, 2));
    let (low, high, tick) = (rupees("700"), rupees("720"), rupees("0.01"));
    assert_eq!(engine.open_book(INFY, low, high, tick), Err(BadBook::NotEmpty));
    assert_eq!(engine.clear_book(INFY), 2);
    assert_eq!(engine.order(slot), None);
    assert_eq!(engine.open_book(INFY, low, high, tick), Ok(()));
    assert_eq!(engine.band(INFY).unwrap().tick, tick);
    assert_eq!(engine.best(INFY, Side::Buy), None);
    stand(&mut engine, limit(Side::Buy, "719.99", 10, 3));
    assert_eq!(engine.best(INFY, Side::Buy), Some((rupees("719.99"), Qty(10))));
    assert_eq!(engine.clear_book(SecurityRow(99)), 0);
}

#[test]
fn bad_books_are_named() {
    let mut engine = Engine::new();
    let cases = [
        ((1, 2, 0), BadBook::TickNotPositive, "tick: must be positive"),
        ((1, 2, -1), BadBook::TickNotPositive, "tick: must be positive"),
        ((0, 2, 1), BadBook::LowNotPositive, "low: must be positive"),
        ((3, 2, 1), BadBook::HighBelowLow, "high: must not be below low"),
        ((501, 1_000, 500), BadBook::OffTick { tick: Price(500) }, "low, high: must be multiples of 0.05"),
        ((500, 1_001, 500), BadBook::OffTick { tick: Price(500) }, "low, high: must be multiples of 0.05"),
        (
            (1, i64::MAX, 1),
            BadBook::TooWide { rungs: i64::MAX, most: MOST_RUNGS },
            "low, high: 9223372036854775807 prices, at most 16777216",
        ),
        (
            (1, i64::from(MOST_RUNGS) + 1, 1),
            BadBook::TooWide { rungs: i64::from(MOST_RUNGS) + 1, most: MOST_RUNGS },
            "low, high: 16777217 prices, at most 16777216",
        ),
    ];
    for ((low, high, tick), refusal, text) in cases {
        assert_eq!(engine.open_book(INFY, Price(low), Price(high), Price(tick)), Err(refusal));
        assert_eq!(refusal.to_string(), text);
    }
    assert_eq!(engine.band(INFY), None);
    assert_eq!(engine.open_book(INFY, Price(1), Price(i64::from(MOST_RUNGS)), Price(1)), Ok(()));
    assert_eq!(engine.open_book(INFY, Price(500), Price(500), Price(500)), Ok(()));
}

#[test]
fn depth_counts_orders_and_resting_lists_them_in_priority() {
    let mut engine = market();
    for (price, qty, tag) in [("799.00", 5, 1), ("799.50", 6, 2), ("799.00", 7, 3), ("790.00", 8, 4)] {
        stand(&mut engine, limit(Side::Buy, price, qty, tag));
    }
    let levels: Vec<Level> = engine.depth(INFY, Side::Buy, 2).collect();
    assert_eq!(
        levels,
        [
            Level { price: rupees("799.50"), qty: Qty(6), orders: 1 },
            Level { price: rupees("799.00"), qty: Qty(12), orders: 2 },
        ]
    );
    let tags: Vec<u64> = engine.resting(INFY, Side::Buy).map(|o| o.tag).collect();
    assert_eq!(tags, [2, 1, 3, 4]);
    assert_eq!(engine.depth(INFY, Side::Sell, 5).count(), 0);
    assert_eq!(engine.resting(SecurityRow(0), Side::Buy).count(), 0);
}

#[test]
fn what_is_hidden_trades_after_those_who_stood_there_and_is_counted_as_left() {
    let mut engine = market();
    let hiding = stand(&mut engine, Incoming { shown: Qty(10), ..limit(Side::Sell, "800.00", 25, 1) });
    stand(&mut engine, limit(Side::Sell, "800.00", 8, 2));
    assert_eq!(engine.best(INFY, Side::Sell), Some((rupees("800.00"), Qty(18))));
    let (_, fills) = send(&mut engine, limit(Side::Buy, "800.00", 22, 3));
    assert_eq!(met(&fills), [(1, 10, rupees("800.00")), (2, 8, rupees("800.00")), (1, 4, rupees("800.00"))]);
    assert_eq!(fills.iter().map(|f| f.resting_left.0).collect::<Vec<_>>(), [15, 0, 11]);
    let left = engine.order(hiding).unwrap();
    assert_eq!((left.left, left.shown), (Qty(11), Qty(6)));
    assert_eq!(engine.reduce(hiding, Qty(7)), Ok(Qty(4)));
    assert_eq!(engine.order(hiding).unwrap().shown, Qty(4));
    assert_eq!(engine.cancel(hiding), Some(Qty(4)));
    assert!(engine.is_empty(INFY));
}
