//! `cargo xtask sim --seeds A..B`: prints one line a failing seed, and a summary with the digests folded.

use sim::{Era, Month, run};
use std::process::ExitCode;

fn usage(what: &str) -> ExitCode {
    eprintln!("{what}\nusage: sim [--seeds A..B] [--days N] [--clients N] [--orders N] [--era NAME]");
    ExitCode::from(2)
}

fn main() -> ExitCode {
    let mut month = Month::USUAL;
    let (mut first, mut last) = (1u64, 20u64);
    let mut era = None;
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let Some(value) = args.next() else { return usage(&format!("{name}: wants a value")) };
        let number = value.parse::<u32>().ok();
        match (name.as_str(), number) {
            ("--seeds", _) => {
                let parts = value.split_once("..").and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
                let Some((a, b)) = parts else { return usage("--seeds: wants A..B") };
                (first, last) = (a, b);
            }
            ("--era", _) => match Era::named(&value) {
                Some(named) => era = Some(named),
                None => return usage(&format!("--era: no era is called {value}")),
            },
            ("--days", Some(n)) => month.days = n,
            ("--clients", Some(n)) => month.clients = n,
            ("--orders", Some(n)) => month.orders_each_day = n,
            _ => return usage(&format!("{name}: not an option, or {value} is not a number")),
        }
    }
    let sum = run(era, month, first..last, &mut |line| println!("{line}"));
    println!("{sum}");
    if sum.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
