//! A look at margins within the day: the clearing corporation tells its prices, and of every client who has something open
//! it is kept what was asked and what was there, until the last entry is durable.

use std::path::Path;
use std::time::Instant;

use firm::{Event, Input, Job, Report, Source};
use vocab::{EntryNo, Price, SecurityRow};

use crate::RUNS;
use crate::durable::{self, Failure, Raw};
use crate::entry::{self, Kept, WALL};
use crate::hot;
use crate::stage::{SECURITIES, Stage};
use crate::table::{Goal, Row, Runs, Unit};

const CLIENTS: u32 = 100_000;
const MIB: usize = 1 << 20;

/// One look over all clients; entries it made, and their bytes.
fn look(stage: &mut Stage, nth: u8, kept: &journal::Journal<Kept>) -> Result<(u64, usize), Failure> {
    let price = Price::from_paise(10_000 - i64::from(nth));
    let rows = (0..SECURITIES).map(|row| (SecurityRow(row), price)).collect();
    let report = Report::MarginLook { day: stage.day(), nth, rows };
    let (mut batch, mut all, mut looked) = (Vec::new(), Vec::new(), 0);
    let head = stage.report(Source::Ncl, &report);
    batch.push(Kept::of(head, Input::Report(report), &stage.events));
    all.extend(batch.iter().cloned());
    let mut last = kept.hand_over(&mut batch)?;
    while let Some(Job::Look(_)) = stage.firm.job() {
        let head = stage.step();
        looked += stage.events.list().iter().filter(|e| matches!(e, Event::Margin(margin::Event::Looked { .. }))).count();
        let entry = Kept::of(head, Input::Step, &stage.events);
        all.push(entry.clone());
        batch.push(entry);
        last = kept.hand_over(&mut batch)?;
    }
    kept.wait_durable(last)?;
    assert_eq!(looked, CLIENTS as usize, "everyone has something open, and is looked at");
    Ok((all.len() as u64, entry::mean_bytes(&all) * all.len()))
}

pub fn rows(dir: &Path) -> Result<Vec<Row>, Failure> {
    let dir = dir.join("look");
    let mut stage = Stage::open(CLIENTS);
    hot::one_trade_each(&mut stage, CLIENTS);
    let kept = durable::journal(&dir.join("firm"), 6)?;
    let (mut ours, mut theirs, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    for nth in 1..=RUNS {
        let start = Instant::now();
        let (entries, bytes) = look(&mut stage, u8::try_from(nth)?, &kept)?;
        ours.push(start.elapsed().as_secs_f64());
        let mut raw = Raw::new(&dir.join(format!("raw-{nth}")), MIB, 64)?;
        let start = Instant::now();
        for _ in 0..bytes.div_ceil(MIB) {
            raw.write()?;
        }
        theirs.push(start.elapsed().as_secs_f64());
        notes = vec![format!("{entries} entries, {} MiB a look", bytes / MIB)];
    }
    assert_eq!(stage.firm.breaks().count(), 0, "every look comes in its turn");
    assert!(kept.durable() > EntryNo(0), "the journal stands");
    kept.close(WALL)?;
    std::fs::remove_dir_all(&dir)?;
    Ok(vec![Row {
        job: "a look at the margins of 100,000 clients, durable",
        unit: Unit::Seconds,
        runs: Runs::of(ours),
        yardstick: Some(("raw 1 MiB flushes of its bytes", Runs::of(theirs))),
        goal: Goal::AtMost(1.0),
        notes,
    }])
}
