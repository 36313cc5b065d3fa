//! Messages a second on the comparison flow, on one core: `cargo run --release -p matching --example flow`.

use matching::flow;
use std::time::Instant;

fn main() {
    let messages = flow::generate(2_000_000, 10_000);
    let mut rates = Vec::new();
    for round in 1..=9 {
        let (mut engine, mut slots) = (flow::engine(), flow::slots(&messages));
        let begin = Instant::now();
        let totals = flow::play(&mut engine, &messages, &mut slots);
        let nanos = begin.elapsed().as_nanos();
        let rate = u128::try_from(messages.len()).expect("a length").saturating_mul(1_000_000_000).checked_div(nanos);
        let rate = rate.expect("a clock that moves");
        println!("round {round}: {rate} messages/s, {} trades, volume {}", totals.trades, totals.volume);
        rates.push(rate);
    }
    rates.sort_unstable();
    println!("best {:?}, median {:?} messages/s", rates.last(), rates.get(4));
}
