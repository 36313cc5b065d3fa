//! The comparison flow, against what its own generator and reference engine print.
#![allow(clippy::arithmetic_side_effects)]

use matching::flow::{self, Kind, Totals};
use matching::{Fill, naive};
use std::collections::BTreeMap;
use vocab::{SecurityRow, Side};

#[test]
fn the_flow_trades_what_the_reference_trades() {
    let messages = flow::generate(2_000_000, 10_000);
    // FNV-1a of the file that the original generator writes.
    let print = messages.iter().flat_map(flow::Message::to_bytes).fold(0xCBF2_9CE4_8422_2325u64, |print, byte| {
        (print ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    assert_eq!(print, 0x5109_CBD6_FE1C_916F);

    let (mut engine, mut slots) = (flow::engine(), flow::slots(&messages));
    let totals = flow::play(&mut engine, &messages, &mut slots);
    assert_eq!(totals, Totals { adds: 1_059_482, cancels: 940_518, trades: 107_785, volume: 2_782_630 });
    let standing: usize = (0..u32::from(flow::SYMBOLS))
        .flat_map(|row| Side::ALL.iter().map(move |side| (SecurityRow(row), *side)))
        .map(|(row, side)| engine.resting(row, side).count())
        .sum();
    assert_eq!(standing, 10_017);
}

#[test]
fn the_twin_trades_the_flow_alike() {
    let messages = flow::generate(60_000, 1_000);
    let mut engine = flow::engine();
    let band = engine.band(SecurityRow(0)).unwrap();
    let mut twins: Vec<naive::Book> = (0..u32::from(flow::SYMBOLS))
        .map(|row| naive::Book::new(SecurityRow(row), band.low, band.high, band.tick).unwrap())
        .collect();
    let mut slots = BTreeMap::new();
    for message in &messages {
        let twin = twins.get_mut(usize::from(message.symbol)).unwrap();
        match message.kind {
            Kind::Add => {
                let (mut fast, mut slow) = (Vec::new(), Vec::new());
                let a = engine.submit(message.incoming(), &mut |f| fast.push(plain(f))).unwrap();
                let b = twin.submit(message.incoming(), &mut |f| slow.push(plain(f))).unwrap();
                assert_eq!((fast, a.filled, a.left), (slow, b.filled, b.left));
                slots.insert(message.id, (a.slot, b.slot));
            }
            Kind::Cancel => {
                let (a, b) = *slots.get(&message.id).unwrap();
                let (a, b) = (engine.cancel(a.unwrap()), twin.cancel(b.unwrap()));
                assert!(a.is_some() && a == b);
            }
        }
    }
}

fn plain(f: Fill) -> (u64, i64, i64, i64) {
    (f.resting_tag, f.qty.0, f.price.0, f.resting_left.0)
}
