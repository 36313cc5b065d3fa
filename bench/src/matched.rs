//! Matching alone on the order flow `flow10k`, beside a matching engine of others on the same messages.

use std::time::Instant;

use lobster::{OrderBook, OrderEvent, OrderType};
use matching::flow::{self, Kind, Message};
use vocab::Side;

use crate::RUNS;
use crate::table::{Goal, Row, Runs, Unit};

const MESSAGES: usize = 2_000_000;
const LIVE: usize = 10_000;
/// What a right engine makes of the flow (`bench/flow`).
const TRADES: u64 = 107_785;
const VOLUME: u64 = 2_782_630;

fn ours(messages: &[Message]) -> (f64, u64, u64) {
    let (mut engine, mut slots) = (flow::engine(), flow::slots(messages));
    let start = Instant::now();
    let totals = flow::play(&mut engine, messages, &mut slots);
    (start.elapsed().as_secs_f64(), totals.trades, totals.volume)
}

fn theirs(messages: &[Message]) -> (f64, u64, u64) {
    let mut books: Vec<_> = (0..flow::SYMBOLS).map(|_| OrderBook::new(LIVE, 100, false)).collect();
    let (mut trades, mut volume) = (0, 0);
    let start = Instant::now();
    for message in messages {
        let book = &mut books[usize::from(message.symbol)];
        let id = u128::from(message.id);
        let event = match message.kind {
            Kind::Add => {
                let side = if message.side == Side::Buy { lobster::Side::Bid } else { lobster::Side::Ask };
                let (qty, price) = (u64::from(message.qty), u64::from(message.price));
                book.execute(OrderType::Limit { id, side, qty, price })
            }
            Kind::Cancel => book.execute(OrderType::Cancel { id }),
        };
        match event {
            OrderEvent::Filled { filled_qty, fills, .. } | OrderEvent::PartiallyFilled { filled_qty, fills, .. } => {
                trades += fills.len() as u64;
                volume += filled_qty;
            }
            OrderEvent::Unfilled { .. } | OrderEvent::Placed { .. } | OrderEvent::Canceled { .. } => {}
        }
    }
    (start.elapsed().as_secs_f64(), trades, volume)
}

pub fn rows() -> Vec<Row> {
    let messages = flow::generate(MESSAGES, LIVE);
    let (mut runs, mut peer) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        for (rates, (took, trades, volume)) in [(&mut runs, ours(&messages)), (&mut peer, theirs(&messages))] {
            assert_eq!((trades, volume), (TRADES, VOLUME), "both engines make the trades of the flow");
            rates.push(MESSAGES as f64 / took);
        }
    }
    vec![Row {
        job: "matching, flow10k, messages",
        unit: Unit::PerSecond,
        runs: Runs::of(runs),
        yardstick: Some(("lobster 0.7.0", Runs::of(peer))),
        goal: Goal::AtLeast(20e6),
        notes: vec![format!("both made {TRADES} trades of {VOLUME} units of {MESSAGES} messages")],
    }]
}
