//! Views: the entries of a day read back from the journal, every hash checked, and put into the tables of an SQLite file.

use std::path::Path;
use std::time::Instant;

use journal::{Caching, RealDisk};
use views::{Sqlite, Store, Value, Views};

use crate::durable::{self, Failure};
use crate::entry::{self, Kept, WALL};
use crate::table::{Goal, Row, Runs, Unit};

const MESSAGES: usize = 145_000;
const RUNS: usize = 3;

/// Tables of the file, but for the one that says how far they reach.
fn tables(store: &mut Sqlite) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    let asked = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'upto'";
    store.rows(asked, &[], &mut |row| {
        if let Some(Value::Text(name)) = row.into_iter().next() {
            names.push(name);
        }
    })?;
    Ok(names)
}

/// Rows of all tables.
fn count(file: &Path) -> Result<u64, Failure> {
    let mut store = Sqlite::open(file)?;
    let mut all = 0;
    for name in tables(&mut store)? {
        store.rows(&format!("SELECT COUNT(*) FROM {name}"), &[], &mut |row| {
            if let Some(Value::Int(n)) = row.first() {
                all += n.unsigned_abs();
            }
        })?;
    }
    Ok(all)
}

/// Seconds to put as many rows of ten numbers into one table, in transactions of a thousand.
fn bare(file: &Path, rows: u64) -> Result<f64, Failure> {
    let start = Instant::now();
    let mut store = Sqlite::open(file)?;
    store.run("CREATE TABLE bare (a BIGINT, b BIGINT, c BIGINT, d BIGINT, e BIGINT, f BIGINT, g BIGINT, h BIGINT, i BIGINT, j BIGINT)", &[])?;
    let insert = "INSERT INTO bare VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    for nth in 0..rows {
        if nth % 1_000 == 0 {
            store.run("BEGIN", &[])?;
        }
        let values: Vec<Value> = (0..10).map(|column| Value::from(nth + column)).collect();
        store.run(insert, &values)?;
        if nth % 1_000 == 999 || nth + 1 == rows {
            store.run("COMMIT", &[])?;
        }
    }
    Ok(start.elapsed().as_secs_f64())
}

pub fn rows(dir: &Path) -> Result<Vec<Row>, Failure> {
    let dir = dir.join("fed");
    let (entries, stage) = entry::record(MESSAGES);
    drop(stage);
    let count_of_entries = entries.len() as u64;
    let kept = durable::journal(&dir.join("firm"), 7)?;
    for part in entries.chunks(1_000) {
        kept.hand_over(&mut part.to_vec())?;
    }
    kept.close(WALL)?;
    drop::<Vec<Kept>>(entries);
    let (mut ours, mut theirs, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    for run in 0..RUNS {
        let file = dir.join(format!("views-{run}.sqlite"));
        let start = Instant::now();
        let mut views = Views::open(Sqlite::open(&file)?)?;
        let fed = views.feed(&RealDisk::new(&dir.join("firm"), Caching::ReadOnly)?, &mut || Ok(()))?;
        ours.push(count_of_entries as f64 / start.elapsed().as_secs_f64());
        assert_eq!(fed.entries, count_of_entries, "every entry is taken in");
        drop(views);
        let rows = count(&file)?;
        let took = bare(&dir.join(format!("bare-{run}.sqlite")), rows)?;
        theirs.push(count_of_entries as f64 / took);
        notes = vec![format!("{count_of_entries} entries, {rows} rows")];
    }
    std::fs::remove_dir_all(&dir)?;
    Ok(vec![Row {
        job: "views fed in SQLite, hashes checked, entries",
        unit: Unit::PerSecond,
        runs: Runs::of(ours),
        yardstick: Some(("as many rows of ten numbers", Runs::of(theirs))),
        goal: Goal::AtLeast(50e3),
        notes,
    }])
}
