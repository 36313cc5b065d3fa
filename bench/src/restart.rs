//! Restart: ten million entries of one day, the last snapshot as many entries back as there may be, and the firm at
//! work again.

use std::fs;
use std::path::Path;
use std::time::Instant;

use firm::{Command, Events, Head, Input, Report};
use journal::{Caching, DEFAULT_SEGMENT, Journal, RealDisk};
use matching::flow;
use sequencer::{EVERY, Silent, Snapshot};
use vocab::{Dump, EntryNo, UserRow};

use crate::durable::{self, Failure};
use crate::entry::{self, CLIENTS, Kept, LIVE, WALL};
use crate::hot::{Floor, Watch};
use crate::table::{Goal, Row, Runs, Unit};

const ENTRIES: u64 = 10_000_000;
/// Messages that bring so many entries, and some more.
const MESSAGES: usize = 5_500_000;
const RUNS: usize = 3;

/// Hands every entry of the floor to the journal.
struct Keeper<'j> {
    journal: &'j Journal<Kept>,
    batch: Vec<Kept>,
    last: EntryNo,
}

impl Keeper<'_> {
    fn keep(&mut self, kept: Kept) {
        self.batch.push(kept);
        if self.batch.len() >= 1_000 {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        self.last = self.journal.hand_over(&mut self.batch).expect("the journal stands");
    }
}

impl Watch for Keeper<'_> {
    fn asked(&mut self, head: Head, by: UserRow, command: &Command, events: &Events) {
        self.keep(Kept::of(head, Input::Ask { by, command: command.clone() }, events));
    }

    fn told(&mut self, head: Head, report: &Report, events: &Events) {
        self.keep(Kept::of(head, Input::Report(report.clone()), events));
    }
}

/// Make the journal and its snapshot; the digest at its end, and bytes of the snapshot.
fn make(dir: &Path) -> Result<([u8; 32], usize), Failure> {
    let messages = flow::generate(MESSAGES, LIVE);
    let mut floor = Floor::new(entry::stage(), CLIENTS, &messages);
    let journal = durable::journal(&dir.join("firm"), 5)?;
    let mut keeper = Keeper { journal: &journal, batch: Vec::new(), last: EntryNo(0) };
    let (mut bytes, mut messages) = (0, messages.iter());
    while keeper.last.0 < ENTRIES {
        floor.message(messages.next().ok_or("more messages are wanted")?, &mut keeper);
        if bytes == 0 && keeper.last.0 + EVERY >= ENTRIES {
            keeper.hand_over();
            journal.wait_durable(keeper.last)?;
            let mut state = Vec::new();
            floor.stage.firm.dump(&mut |part: &[u8]| state.extend_from_slice(part));
            bytes = state.len();
            let snapshot = Snapshot { head: journal.head(), errands: 0, state, beside: Vec::new() };
            sequencer::write(&RealDisk::new(&dir.join("snapshots"), Caching::Direct)?, &snapshot)?;
        }
    }
    keeper.hand_over();
    journal.close(WALL)?;
    Ok((sequencer::digest(&floor.stage.firm), bytes))
}

/// Seconds to read what a restart reads: the snapshot, and the segments behind its entry.
fn read(dir: &Path, segments: usize) -> Result<f64, Failure> {
    let mut names: Vec<_> = fs::read_dir(dir.join("firm"))?.flatten().map(|e| e.path()).collect();
    names.sort();
    let mut wanted: Vec<_> = names.split_off(names.len().saturating_sub(segments));
    wanted.extend(fs::read_dir(dir.join("snapshots"))?.flatten().map(|e| e.path()));
    let start = Instant::now();
    for name in wanted {
        std::hint::black_box(fs::read(name)?);
    }
    Ok(start.elapsed().as_secs_f64())
}

pub fn rows(dir: &Path) -> Result<Vec<Row>, Failure> {
    let dir = dir.join("restart");
    let (digest, bytes) = make(&dir)?;
    let segments = fs::read_dir(dir.join("firm"))?.count();
    let tail = segments * usize::try_from(EVERY)? / usize::try_from(ENTRIES)? + 1;
    let (mut ours, mut theirs, mut behind) = (Vec::new(), Vec::new(), 0);
    for _ in 0..RUNS {
        theirs.push(read(&dir, tail)?);
        let (firm, snapshots) = (dir.join("firm"), dir.join("snapshots"));
        let start = Instant::now();
        let snapshots = RealDisk::new(&snapshots, Caching::Direct)?;
        let disk = RealDisk::new(&firm, Caching::Direct)?;
        let (replayed, ..) = sequencer::recover(disk, &snapshots, DEFAULT_SEGMENT, WALL, Silent)?;
        ours.push(start.elapsed().as_secs_f64());
        behind = replayed.entries - replayed.from.ok_or("it began from the snapshot")?.0;
        assert!(sequencer::digest(&replayed.firm) == digest, "the restarted firm is the one that stopped");
    }
    fs::remove_dir_all(&dir)?;
    Ok(vec![Row {
        job: "restart after 10 M entries of one day",
        unit: Unit::Seconds,
        runs: Runs::of(ours),
        yardstick: Some(("reading the same bytes", Runs::of(theirs))),
        goal: Goal::AtMost(5.0),
        notes: vec![format!("a snapshot of {} MiB, {behind} entries behind it applied", bytes >> 20)],
    }])
}
