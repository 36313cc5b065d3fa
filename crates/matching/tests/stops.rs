//! Stops: their laws, and the twin over long random flows in which what is reached trades and moves the price.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)]

use matching::{Engine, Incoming, Stop, StopSlot, Stops, naive};
use std::collections::BTreeMap;
use stdx::Lots;
use vocab::{Dump, Price, Qty, SecurityRow, Side};

const INFY: SecurityRow = SecurityRow(0);

fn stop(side: Side, trigger: i64, tag: u64) -> Stop {
    Stop { security: INFY, side, trigger: Price(trigger), tag }
}

// covers: S-73A5-1.4-1
#[test]
fn a_stop_is_reached_at_its_trigger_and_beyond() {
    let mut stops = Stops::new();
    stops.enter(stop(Side::Buy, 810, 1));
    stops.enter(stop(Side::Sell, 790, 2));
    assert_eq!(stops.reached(INFY, Price(809)), None);
    assert_eq!(stops.reached(INFY, Price(791)), None);
    assert_eq!((stops.nearest(INFY, Side::Buy), stops.nearest(INFY, Side::Sell)), (Some(Price(810)), Some(Price(790))));
    assert_eq!(stops.reached(INFY, Price(810)), Some(1));
    assert_eq!(stops.reached(INFY, Price(700)), Some(2));
    assert_eq!(stops.reached(INFY, Price(700)), None);
}

#[test]
fn the_nearest_trigger_goes_first_and_at_one_trigger_who_came_first() {
    let mut stops = Stops::new();
    for (trigger, tag) in [(812, 1), (811, 2), (811, 3), (815, 4)] {
        stops.enter(stop(Side::Buy, trigger, tag));
    }
    let gone = stops.enter(stop(Side::Buy, 811, 5));
    assert!(stops.cancel(gone) && !stops.cancel(gone));
    let mut order = Vec::new();
    while let Some(tag) = stops.reached(INFY, Price(813)) {
        order.push(tag);
    }
    assert_eq!(order, [2, 3, 1]);
    assert_eq!(stops.clear(INFY), 1);
    assert_eq!(stops.nearest(INFY, Side::Buy), None);
}

/// A market with stops: what is reached is submitted, which may move the price and reach more.
struct Pair {
    fast: (Engine, Stops),
    slow: (naive::Book, naive::Stops),
    slots: BTreeMap<u64, StopSlot>,
    orders: BTreeMap<u64, Incoming>,
    last: Price,
    trades: u32,
    reached: u32,
    deepest: u32,
}

impl Pair {
    fn new() -> Pair {
        let (low, high, tick) = (Price(1), Price(400), Price(1));
        let mut engine = Engine::new();
        engine.open_book(INFY, low, high, tick).unwrap();
        let book = naive::Book::new(INFY, low, high, tick).unwrap();
        Pair {
            fast: (engine, Stops::new()),
            slow: (book, naive::Stops::default()),
            slots: BTreeMap::new(),
            orders: BTreeMap::new(),
            last: Price(200),
            trades: 0,
            reached: 0,
            deepest: 0,
        }
    }

    fn submit(&mut self, incoming: Incoming) {
        let (mut fast, mut slow) = (Vec::new(), Vec::new());
        self.fast.0.submit(incoming, &mut |fill| fast.push((fill.resting_tag, fill.qty, fill.price))).unwrap();
        self.slow.0.submit(incoming, &mut |fill| slow.push((fill.resting_tag, fill.qty, fill.price))).unwrap();
        assert_eq!(fast, slow);
        if let Some((.., price)) = fast.last() {
            self.last = *price;
            self.trades += 1;
        }
    }

    fn settle(&mut self) {
        let mut deep = 0;
        loop {
            let (a, b) = (self.fast.1.reached(INFY, self.last), self.slow.1.reached(INFY, self.last));
            assert_eq!(a, b);
            let Some(tag) = a else { break };
            self.slots.remove(&tag).expect("a stop that waited");
            let order = self.orders.remove(&tag).expect("a stop that waited");
            self.submit(order);
            deep += 1;
        }
        self.reached += deep;
        self.deepest = self.deepest.max(deep);
    }

    fn bytes(&self) -> Vec<u8> {
        let mut all = Vec::new();
        self.fast.1.dump(&mut |part| all.extend_from_slice(part));
        all
    }
}

#[test]
fn stops_and_their_twin_agree() {
    for seed in 1..=20 {
        let (mut it, mut lots) = (Pair::new(), Lots::new(seed));
        for tag in 1..4_000u64 {
            let side = if lots.one_in(2) { Side::Buy } else { Side::Sell };
            let near = |lots: &mut Lots, most: i64| Price((200 + lots.between(-most, most)).clamp(1, 400));
            let limit = (!lots.one_in(6)).then(|| near(&mut lots, 40));
            let qty = Qty(lots.between(1, 60));
            let shown = if lots.one_in(5) { Qty(lots.between(1, 20)) } else { qty };
            let incoming = Incoming { security: INFY, side, limit, qty, shown, rests: true, tag };
            match lots.below(10) {
                0..=5 => it.submit(incoming),
                6..=8 => {
                    let stop = stop(side, near(&mut lots, 60).0, tag);
                    it.orders.insert(tag, incoming);
                    it.slots.insert(tag, it.fast.1.enter(stop));
                    it.slow.1.enter(stop);
                }
                _ => {
                    let nth = usize::try_from(lots.below(it.slots.len() as u64 + 1)).unwrap();
                    let picked = it.slots.iter().nth(nth).map(|(tag, slot)| (*tag, *slot));
                    if let Some((tag, slot)) = picked {
                        assert!(it.fast.1.cancel(slot) && it.slow.1.cancel(tag));
                        it.slots.remove(&tag);
                        it.orders.remove(&tag);
                    }
                }
            }
            it.settle();
        }
        assert!(it.trades > 500 && it.reached > 200 && it.deepest > 2, "{} {} {}", it.trades, it.reached, it.deepest);
        assert_eq!(it.bytes().is_empty(), it.slots.is_empty());
    }
}
