//! Order entries made durable by the journal's thread, beside raw flushes of the same disk.

use std::path::Path;
use std::time::Instant;

use journal::{BLOCK, Caching, DEFAULT_SEGMENT, Disk, DiskFile, Identity, Journal, Kind, RealDisk, RealFile, Writer};

use vocab::EntryNo;

use crate::RUNS;
use crate::entry::{self, Kept, WALL};
use crate::table::{Goal, Row, Runs, Unit};

const SINGLES: usize = 2_000;
const FLIGHT: u64 = 1_024;
const MANY: u64 = 300_000;

pub type Failure = Box<dyn std::error::Error>;

/// A journal in a folder of its own.
pub fn journal(dir: &Path, id: u8) -> Result<Journal<Kept>, Failure> {
    let disk = RealDisk::new(dir, Caching::Direct)?;
    let identity = Identity { id: [id; 16], kind: Kind::Firm, sandbox: true };
    let writer = Writer::create(disk, identity, DEFAULT_SEGMENT, WALL)?;
    Ok(Journal::start(writer, entry::encode, 4_096, |_| {})?)
}

/// A file that is overwritten in blocks of one size, each flushed.
pub struct Raw {
    file: RealFile,
    block: Vec<u8>,
    at: u64,
}

impl Raw {
    pub fn new(dir: &Path, block: usize, blocks: usize) -> Result<Raw, Failure> {
        let disk = RealDisk::new(dir, Caching::Direct)?;
        let file = disk.create("raw", (block * blocks) as u64)?;
        Ok(Raw { file, block: vec![7; block], at: 0 })
    }

    pub fn write(&mut self) -> Result<(), Failure> {
        let mut done = 0;
        while done < self.block.len() {
            done += self.file.write_at(self.at + done as u64, &self.block[done..])?;
        }
        self.file.flush()?;
        self.at = (self.at + self.block.len() as u64) % self.file.len();
        Ok(())
    }
}

/// The median and the 99th percentile of single calls, in seconds.
fn singles(mut once: impl FnMut() -> Result<(), Failure>) -> Result<[f64; 2], Failure> {
    let mut times = Vec::with_capacity(SINGLES);
    for _ in 0..SINGLES {
        let start = Instant::now();
        once()?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    Ok([50, 99].map(|percent| times[(SINGLES - 1) * percent / 100].as_secs_f64()))
}

fn one_by_one(dir: &Path, entries: &[Kept]) -> Result<Vec<Row>, Failure> {
    let mut raw = Raw::new(&dir.join("raw"), BLOCK, SINGLES)?;
    let granted = raw.file.is_direct();
    let kept = journal(&dir.join("one"), 1)?;
    let (mut ours, mut theirs) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    let (mut items, mut next) = (Vec::new(), entries.iter().cycle());
    for _ in 0..RUNS {
        for (runs, figure) in theirs.iter_mut().zip(singles(|| raw.write())?) {
            runs.push(figure);
        }
        let figures = singles(|| {
            items.push(next.next().expect("a cycle").clone());
            let last = kept.hand_over(&mut items)?;
            kept.wait_durable(last)?;
            Ok(())
        })?;
        for (runs, figure) in ours.iter_mut().zip(figures) {
            runs.push(figure);
        }
    }
    kept.close(WALL)?;
    let direct = format!("the file system {} O_DIRECT", if granted { "grants" } else { "refuses" });
    let [median, tail] = ours;
    let [raw_median, raw_tail] = theirs;
    let row = |job, runs, beside, goal, notes| Row {
        job,
        unit: Unit::Seconds,
        runs: Runs::of(runs),
        yardstick: Some(("raw 4 KiB flush", Runs::of(beside))),
        goal,
        notes,
    };
    Ok(vec![
        row("one durable order, p50", median, raw_median, Goal::AtMostTimes(1.5), vec![direct, format!("an order's entry has {} bytes", entry::mean_bytes(entries))]),
        row("  the same, p99", tail, raw_tail, Goal::AtMostTimes(2.0), Vec::new()),
    ])
}

/// Entries a second with always so many on the way.
fn in_flight(kept: &Journal<Kept>, entries: &[Kept]) -> Result<f64, Failure> {
    let mut next = entries.iter().cycle();
    let before = kept.durable().0;
    let start = Instant::now();
    let (mut sent, mut items) = (before, Vec::new());
    while sent < before + MANY {
        if sent >= before + FLIGHT {
            kept.wait_durable(EntryNo(sent - FLIGHT + 1))?;
        }
        let room = (kept.durable().0 + FLIGHT - sent).min(before + MANY - sent);
        items.extend((0..room).map(|_| next.next().expect("a cycle").clone()));
        sent = kept.hand_over(&mut items)?.0;
    }
    kept.wait_durable(EntryNo(sent))?;
    Ok(MANY as f64 / start.elapsed().as_secs_f64())
}

fn many(dir: &Path, entries: &[Kept]) -> Result<Row, Failure> {
    let batch = (entry::mean_bytes(entries) * FLIGHT as usize).next_multiple_of(BLOCK);
    let mut raw = Raw::new(&dir.join("raw-batch"), batch, 64)?;
    let kept = journal(&dir.join("many"), 2)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let start = Instant::now();
        for _ in 0..MANY / FLIGHT {
            raw.write()?;
        }
        theirs.push((MANY / FLIGHT * FLIGHT) as f64 / start.elapsed().as_secs_f64());
        ours.push(in_flight(&kept, entries)?);
    }
    kept.close(WALL)?;
    Ok(Row {
        job: "durable orders, 1,024 in flight",
        unit: Unit::PerSecond,
        runs: Runs::of(ours),
        yardstick: Some(("raw flushes of 1,024 entries' bytes", Runs::of(theirs))),
        goal: Goal::AtLeast(500e3),
        notes: Vec::new(),
    })
}

pub fn rows(dir: &Path) -> Result<Vec<Row>, Failure> {
    let entries = entry::orders(40_000);
    let mut rows = one_by_one(dir, &entries)?;
    rows.push(many(dir, &entries)?);
    Ok(rows)
}
