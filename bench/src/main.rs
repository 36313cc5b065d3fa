//! One table: what the program does, each figure beside its yardstick run in the same minute.
//!
//! `bench [--dir FOLDER] [JOB...]`: the jobs are `matching`, `orders` (10,000 clients), `million` (1 M
//! clients, and memory), `durable`, `replay`, `restart`, `evening`, `look`, `fed`, `online`; all of them when none is named. The folder is
//! where journals are written and removed again. `README.md` says how to read the table.

mod durable;
mod entry;
mod evening;
mod fed;
mod hot;
mod loads;
mod look;
mod machine;
#[allow(dead_code, reason = "tests need more of it")]
#[path = "../../crates/live/tests/it/house.rs"]
mod house;
mod matched;
mod memory;
mod online;
mod replay;
mod restart;
mod stage;
mod table;
#[allow(dead_code, reason = "tests need more of it")]
#[path = "../../crates/kite/tests/it/wire.rs"]
mod wire;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use durable::Failure;
use table::{Row, Table};

/// Runs of each figure: the median is shown with the least and the most.
pub const RUNS: usize = 5;

const JOBS: [&str; 10] = ["matching", "orders", "million", "durable", "replay", "restart", "evening", "look", "fed", "online"];

fn run(job: &str, dir: &Path) -> Result<Vec<Row>, Failure> {
    match job {
        "matching" => Ok(matched::rows()),
        "orders" => Ok(hot::rows(stage::Stage::open(hot::TEN_THOUSAND.clients), &hot::TEN_THOUSAND)),
        "million" => {
            let (stage, memory) = memory::open(hot::MILLION.clients);
            let mut rows = hot::rows(stage, &hot::MILLION);
            rows.push(memory);
            Ok(rows)
        }
        "durable" => durable::rows(dir),
        "replay" => replay::rows(dir),
        "restart" => restart::rows(dir),
        "evening" => evening::rows(dir),
        "look" => look::rows(dir),
        "fed" => fed::rows(dir),
        "online" => online::rows(dir),
        other => Err(format!("no job {other}; there are {}", JOBS.join(", ")).into()),
    }
}

fn all(jobs: &[String], dir: &Path) -> Result<Table, Failure> {
    let mut rows = Vec::new();
    for job in jobs {
        eprintln!("{job} ...");
        rows.extend(run(job, dir)?);
    }
    Ok(Table(rows))
}

fn main() -> ExitCode {
    let (mut jobs, mut parent) = (Vec::new(), std::env::temp_dir());
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match (word.as_str(), JOBS.contains(&word.as_str())) {
            ("--dir", _) => parent = words.next().map_or(parent, PathBuf::from),
            (_, true) => jobs.push(word),
            (_, false) => {
                eprintln!("bench [--dir FOLDER] [JOB...]; there is no job `{word}`, there are {}", JOBS.join(", "));
                return ExitCode::from(2);
            }
        }
    }
    if jobs.is_empty() {
        jobs = JOBS.map(str::to_owned).to_vec();
    }
    println!("{}\n", machine::facts());
    let dir = parent.join(format!("sauda-bench-{}", std::process::id()));
    let done = std::fs::create_dir_all(&dir).map_err(Failure::from).and_then(|()| all(&jobs, &dir));
    let removed = std::fs::remove_dir_all(&dir);
    match (done, removed) {
        (Ok(table), Ok(())) => {
            print!("{table}");
            ExitCode::SUCCESS
        }
        (Err(e), _) => {
            eprintln!("bench: {e}");
            ExitCode::FAILURE
        }
        (Ok(_), Err(e)) => {
            eprintln!("bench: removing {}: {e}", dir.display());
            ExitCode::FAILURE
        }
    }
}
