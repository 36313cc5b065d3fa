//! Snapshots of a state folder: making one, and whether those that are there say what the journal says.

use crate::args::SnapshotArgs;
use crate::failure::Failure;
use crate::state::{Seen, SNAPSHOTS, State, Stop, take};
use firm::{Firm, errand};
use journal::v1::Entry;
use journal::{Caching, Head, RealDisk, StateLock};
use live::DayBook;
use rehearsal::{Beside, Story};
use sequencer::{Snapshot, Unfit, digest};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use vocab::{Dump, EntryNo};

/// What follows from the entries so far, as a snapshot has it.
pub struct Replayed {
    pub firm: Firm,
    pub errands: u64,
    pub story: Story,
    pub book: DayBook,
}

impl Replayed {
    pub fn new() -> Replayed {
        Replayed { firm: Firm::new(), errands: 0, story: Story::new(), book: DayBook::default() }
    }

    /// # Errors
    /// What the entry's events contradict.
    pub fn take(&mut self, entry: &Entry) -> Result<(), String> {
        take(&mut self.firm, entry)?;
        self.errands += entry.events.iter().filter_map(errand).count() as u64;
        self.story.see(&entry.head, &entry.input, &entry.events);
        self.book.see(&entry.head, &entry.input, &entry.events);
        Ok(())
    }

    /// What is kept beside the state.
    fn beside(&self) -> Vec<u8> {
        let mut bytes = dumped(&self.story);
        self.book.keep(&mut bytes);
        bytes
    }
}

fn dumped(it: &impl Dump) -> Vec<u8> {
    let mut bytes = Vec::new();
    it.dump(&mut |part: &[u8]| bytes.extend_from_slice(part));
    bytes
}

/// `sauda snapshot`: apply every entry, and keep the state after the last.
///
/// # Errors
/// [`Failure::Refused`] when the state is in use or the disk fails; as a reader's where the record does not stand.
pub fn run(args: &SnapshotArgs, out: &mut String) -> Result<(), Failure> {
    let refuse = |what: &str, e: &dyn std::fmt::Display| Failure::refused(format!("--dir {}: {what}: {e}", args.dir.display()));
    let state = State::open(&args.dir)?;
    let _lock = StateLock::take(&args.dir).map_err(|e| refuse("a firm at work keeps its own snapshots", &e))?;
    let mut replayed = Replayed::new();
    let end = state.read(&mut |seen| {
        let Seen::Entry { entry, .. } = seen else { return Ok(()) };
        let number = entry.head.entry;
        replayed.take(entry).map_err(|why| Stop::Entry { number, why })
    });
    let head = end.map_err(|stop| state.refusal(stop))?.head;
    let beside = replayed.beside();
    let Replayed { firm, errands, .. } = replayed;
    let snapshot = Snapshot { head, errands, state: dumped(&firm), beside };
    let disk = RealDisk::new(&args.dir.join(SNAPSHOTS), Caching::Buffered).map_err(|e| refuse(SNAPSHOTS, &e))?;
    sequencer::write(&disk, &snapshot).map_err(|e| refuse(SNAPSHOTS, &e))?;
    let bytes = snapshot.state.len() + snapshot.beside.len();
    writeln!(out, "snapshot of entry {}: {bytes} bytes, state {}", head.entry, crate::day::hex(&snapshot.digest()))
        .expect("text grows");
    Ok(())
}

/// Those that are there, each compared with the replay when it comes to its entry.
pub struct Check {
    waiting: BTreeMap<EntryNo, Snapshot>,
    passed: Vec<(EntryNo, Unfit)>,
    equal: u64,
}

impl Check {
    /// Read before the journal is: whatever a snapshot has is durable there.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn new(dir: &Path) -> Result<Check, Failure> {
        let mut check = Check { waiting: BTreeMap::new(), passed: Vec::new(), equal: 0 };
        let path = dir.join(SNAPSHOTS);
        if !path.exists() {
            return Ok(check);
        }
        let refuse = |e: std::io::Error| Failure::refused(format!("{}: {e}", path.display()));
        let disk = RealDisk::new(&path, Caching::ReadOnly).map_err(refuse)?;
        for entry in sequencer::list(&disk).map_err(refuse)? {
            match sequencer::read(&disk, entry) {
                Ok(snapshot) => drop(check.waiting.insert(entry, snapshot)),
                // A firm at work removed it meanwhile.
                Err(Unfit::Disk(e)) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(unfit) => check.passed.push((entry, unfit)),
            }
        }
        Ok(check)
    }

    /// # Errors
    /// What of the snapshot of an entry is not what the entries up to it come to.
    pub fn compare(&mut self, replayed: &Replayed, head: &Head) -> Result<(), String> {
        let Some(snapshot) = self.waiting.remove(&head.entry) else { return Ok(()) };
        let differs = |what: &str| Err(format!("the snapshot of it has another {what}"));
        if snapshot.head != *head {
            return differs("place on the chain");
        }
        if snapshot.digest() != digest(&replayed.firm) {
            return differs("state");
        }
        let loaded = snapshot.load().map_err(|e| e.to_string())?;
        if digest(&loaded) != snapshot.digest() {
            return differs("state once it is loaded");
        }
        if snapshot.errands != replayed.errands {
            return differs("count of errands");
        }
        if snapshot.beside != replayed.beside() {
            return differs("count of what happened");
        }
        self.equal += 1;
        Ok(())
    }

    /// # Errors
    /// [`Failure::Found`]: a snapshot that is damaged, or of an entry that the journal does not have.
    pub fn tell(&self, out: &mut String) -> Result<(), Failure> {
        let mut line = |text: &str| writeln!(out, "{text}").expect("text grows");
        line(&format!("{SNAPSHOTS}: {} of state and entry as the replay has them", self.equal));
        let mut wrong = None;
        for (entry, unfit) in &self.passed {
            match unfit {
                Unfit::Unfinished => line(&format!("  left by a crash: the snapshot of entry {entry}")),
                Unfit::Version { .. } => line(&format!("  not compared: the snapshot of entry {entry}: {unfit}")),
                Unfit::Damaged | Unfit::Ahead { .. } | Unfit::Unreadable(_) | Unfit::Disk(_) => {
                    wrong = Some(format!("the snapshot of entry {entry}: {unfit}"));
                }
            }
        }
        if let Some(entry) = self.waiting.keys().next() {
            wrong = Some(format!("the snapshot of entry {entry}: the journal does not hold that entry"));
        }
        let Some(wrong) = wrong else { return Ok(()) };
        line(&format!("WRONG {SNAPSHOTS}: {wrong}"));
        Err(Failure::found(format!("{SNAPSHOTS}: {wrong}")))
    }
}
