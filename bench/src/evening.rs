//! The end of a day: the exchange's trade file is matched to the sauda book and every client is billed,
//! until the last entry is durable.

use std::path::Path;
use std::time::Instant;

use firm::{FileRow, Input, Job, Report, Source};
use journal::Journal;
use stdx::Lots;
use vocab::{ClientRow, EntryNo, Paise, Qty, Rounding, SecurityRow, Side};

use crate::RUNS;
use crate::durable::{self, Failure, Raw};
use crate::entry::{Kept, WALL};
use crate::hot;
use crate::stage::{SECURITIES, Stage, home};
use crate::table::{Goal, Row, Runs, Unit};

const CLIENTS: u32 = 100_000;
const TRADES: u32 = 1_000_000;
/// Rows of one part of the trade file: an entry is bounded.
const PART: usize = 4_000;
const MIB: usize = 1 << 20;

/// A day's trades: each client buys what comes, and sells what he holds.
fn trade(stage: &mut Stage) {
    let mut lots = Lots::new(4);
    for nth in 0..TRADES {
        let client = ClientRow(nth % CLIENTS);
        let qty = Qty(lots.between(1, 100));
        if lots.below(10) < 3 {
            hot::trade(stage, client, home(client), Side::Sell, qty);
        } else {
            let security = SecurityRow(u32::try_from(lots.below(u64::from(SECURITIES))).expect("a row"));
            hot::trade(stage, client, security, Side::Buy, qty);
        }
    }
}

/// The exchange's file of the day, in parts.
fn file(stage: &Stage) -> Vec<Report> {
    let rows: Vec<FileRow> = stage
        .firm
        .clearing
        .trades()
        .iter()
        .map(|t| FileRow {
            trade: t.trade,
            order: t.order,
            client: Some(t.client),
            security: Some(t.security),
            side: t.side,
            qty: t.qty,
            price: t.price,
            at: t.at,
        })
        .collect();
    let qty = rows.iter().map(|r| r.qty).sum::<Qty>();
    let value = rows.iter().map(|r| r.price.value(r.qty, Rounding::NearestPaisa)).sum::<Paise>();
    let (day, count) = (stage.day(), rows.len() as u64);
    let parts = u16::try_from(rows.len().div_ceil(PART)).expect("parts");
    let report = |(rows, part): (&[FileRow], u16)| {
        Report::TradeFile { venue: vocab::Venue::Nse, day, part, parts, count, qty, value, rows: rows.to_vec() }
    };
    rows.chunks(PART).zip(1..).map(report).collect()
}

/// What one evening took, and what it wrote.
struct Evening {
    matching: f64,
    whole: f64,
    entries: u64,
    events: u64,
}

fn evening(stage: &mut Stage, kept: &Journal<Kept>) -> Result<Evening, Failure> {
    let parts = file(stage);
    let (mut events, mut batch) = (0, Vec::new());
    let mut keep = |kept_entry: Kept, batch: &mut Vec<Kept>| -> Result<EntryNo, Failure> {
        events += kept_entry.events.len() as u64;
        batch.push(kept_entry);
        Ok(kept.hand_over(batch)?)
    };
    let start = Instant::now();
    for report in parts {
        let head = stage.report(Source::Nse, &report);
        keep(Kept::of(head, Input::Report(report), &stage.events), &mut batch)?;
    }
    let matching = start.elapsed().as_secs_f64();
    let mut last = EntryNo(0);
    while let Some(Job::Bill(_)) = stage.firm.job() {
        let head = stage.step();
        last = keep(Kept::of(head, Input::Step, &stage.events), &mut batch)?;
    }
    kept.wait_durable(last)?;
    let whole = start.elapsed().as_secs_f64();
    let billed = stage.firm.clearing.standings().iter().filter(|s| s.bill.is_some()).count();
    assert_eq!(billed, CLIENTS as usize, "every client is billed");
    assert_eq!(stage.firm.breaks().count(), 0, "the file agrees");
    Ok(Evening { matching, whole, entries: last.0, events })
}

/// Bytes of all segments a journal has begun.
fn written(kept: &Journal<Kept>, dir: &Path) -> Result<usize, Failure> {
    let disk = journal::RealDisk::new(dir, journal::Caching::ReadOnly)?;
    let mut bytes = 0;
    let mut reader = journal::Reader::open(&disk)?;
    while let Some(item) = reader.read()? {
        if let journal::Item::Entry { body, .. } = item {
            bytes += body.len();
        }
    }
    assert!(kept.failure().is_none(), "the journal stands");
    Ok(bytes)
}

pub fn rows(dir: &Path) -> Result<Vec<Row>, Failure> {
    let (mut ours, mut theirs, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    for run in 0..RUNS {
        let mut stage = Stage::open(CLIENTS);
        trade(&mut stage);
        let dir = dir.join(format!("evening-{run}"));
        let kept = durable::journal(&dir, 4)?;
        let it = evening(&mut stage, &kept)?;
        let bytes = written(&kept, &dir)?;
        kept.close(WALL)?;
        let mut raw = Raw::new(&dir, MIB, 64)?;
        let start = Instant::now();
        for _ in 0..bytes.div_ceil(MIB) {
            raw.write()?;
        }
        theirs.push(start.elapsed().as_secs_f64());
        ours.push(it.whole);
        let Evening { matching, whole, entries, events } = it;
        notes = vec![format!(
            "last run: trade file {matching:.2} s, bills {:.2} s; {entries} entries, {events} events, {} MiB",
            whole - matching,
            bytes / MIB,
        )];
        std::fs::remove_dir_all(&dir)?;
    }
    Ok(vec![Row {
        job: "end of day, 1 M trades of 100,000 clients, durable",
        unit: Unit::Seconds,
        runs: Runs::of(ours),
        yardstick: Some(("raw 1 MiB flushes of its bytes", Runs::of(theirs))),
        goal: Goal::AtMost(3.0),
        notes,
    }])
}
