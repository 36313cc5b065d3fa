//! Prints the entries of a seed that open breaks, or `all`; `rough` plays it with the faults on the way that the
//! simulator gives it, and in an era if one is named.
//! `cargo run -p sim --example trace -- SEED [DAYS] [rough] [ERA] [all]`

use firm::Event;
use sequencer::Honest;
use sim::{Era, Month, Plan, Table, open};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (numbers, words): (Vec<_>, Vec<_>) = words.iter().partition(|w| w.starts_with(|c: char| c.is_ascii_digit()));
    let seed = numbers.first().map_or(1, |s| s.parse().expect("a seed"));
    let days = numbers.get(1).map_or(1, |s| s.parse().expect("days"));
    let said = |word: &str| words.iter().any(|w| *w == word);
    let all = said("all");
    let ground = words.iter().find_map(|word| Era::named(word)).unwrap_or(Era::of(seed)).ground();
    let month = Month { clients: 10, orders_each_day: 50, days };
    let disk = |n| journal::SimDisk::new(n, journal::Faults::default());
    let mut table = Table { firm: disk(1), vault: disk(2), snapshots: disk(3), keeps: false, resumed: 0, world: None, failed: false };
    let plan = if said("rough") { Plan::rough(seed) } else { Plan::NONE };
    let mut theatre = open(&ground, month, seed, plan, Honest, &mut table).expect("a play");
    let mut last = 0;
    loop {
        let more = theatre.advance();
        let seq = theatre.sequencer_mut();
        if seq.entries() > last {
            last = seq.entries();
            let broke = seq.events().list().iter().any(|e| matches!(e, Event::Broke { .. }));
            if broke || all {
                println!("{} entry {last}", seq.firm().now());
                for e in seq.events().list().iter().take(3_000) {
                    println!("    {e:?}");
                }
            }
        }
        match more {
            Ok(true) => {}
            Ok(false) => return println!("done"),
            Err(e) => return println!("failed: {e}"),
        }
    }
}
