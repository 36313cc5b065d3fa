//! Replay: facts applied again, on any machine, to the same digest.

use firm::{Errand, Event, Firm, Head, Input, errand};
use crate::snapshot::{self, Unfit};
use journal::{Disk, Item, Kind, ReadError, RecoverError, Recovered, v1};
use sha2::{Digest, Sha256};
use vocab::{Dump, EntryNo, Moment};

/// SHA-256 of the canonical dump.
pub fn digest(firm: &Firm) -> [u8; 32] {
    let mut hasher = Sha256::new();
    firm.dump(&mut |bytes: &[u8]| hasher.update(bytes));
    hasher.finalize().into()
}

/// What a journal gives back.
pub struct Replayed {
    pub firm: Firm,
    pub entries: u64,
    /// How many errands all entries called for.
    pub errands: u64,
    /// The entry of the snapshot it began from; none where every entry was applied.
    pub from: Option<EntryNo>,
    /// Later snapshots, and why none of them was begun from.
    pub passed: Vec<(EntryNo, Unfit)>,
}

/// An errand the world has not heard, as it was written when its entry was made.
pub struct Unheard<M> {
    pub number: u64,
    pub message: M,
    /// Market time of its entry.
    pub at: Moment,
    pub entry: EntryNo,
}

impl Replayed {
    /// Nothing yet: a journal just made.
    pub fn fresh() -> Replayed {
        Replayed { firm: Firm::new(), entries: 0, errands: 0, from: None, passed: Vec::new() }
    }

    fn take(&mut self, head: &Head, events: &[Event], tail: &[u8], mut called: impl FnMut(&Firm, u64, &Errand)) {
        self.entries += 1;
        self.firm.begin(head);
        for event in events {
            self.firm.apply(event, tail);
        }
        self.firm.end();
        for errand in events.iter().filter_map(errand) {
            self.errands += 1;
            called(&self.firm, self.errands, &errand);
        }
    }
}

/// Who watches a replay.
pub trait Watch {
    /// What an errand is written as for the world outside.
    type Message;

    /// How many errands the world has heard.
    fn heard(&self) -> u64;

    /// What stood beside a snapshot: what was counted from all entries up to it.
    ///
    /// # Errors
    /// When it cannot be read: the snapshot is passed over then.
    fn begin(&mut self, beside: &[u8]) -> Result<(), String>;

    /// An entry that was applied.
    fn see(&mut self, head: &Head, input: &Input, events: &[Event]);

    /// An errand the world has not heard, written from the state after its entry.
    fn write(&mut self, firm: &Firm, errand: &Errand) -> Self::Message;
}

/// Nobody watches.
pub struct Silent;

impl Watch for Silent {
    type Message = ();

    fn heard(&self) -> u64 {
        u64::MAX
    }

    fn begin(&mut self, _: &[u8]) -> Result<(), String> {
        Ok(())
    }

    fn see(&mut self, _: &Head, _: &Input, _: &[Event]) {}

    fn write(&mut self, _: &Firm, _: &Errand) {}
}

/// What a recovery gives: the state, the errands the world has not heard, and the writer that goes on.
pub type Recovery<D, M> = (Replayed, Vec<Unheard<M>>, Recovered<D>);

/// Recover a firm's journal: from the last snapshot that fits, or else from the first entry.
///
/// # Errors
/// As [`journal::recover`] and [`journal::recover_after`]; an entry that does not decode is refused by number. A snapshot
/// whose entry the journal does not hold is a witness against the journal, and nothing is opened.
pub fn recover<D: Disk, S: Disk, W: Watch>(
    disk: D, snapshots: &S, segment_bytes: u64, wall: Moment, mut watch: W,
) -> Result<Recovery<D, W::Message>, RecoverError> {
    let mut passed = Vec::new();
    let begun = begin(snapshots, &mut watch, &mut passed)?;
    let after = begun.as_ref().map(|(head, _)| *head);
    let mut replayed = begun.map_or_else(Replayed::fresh, |(_, replayed)| replayed);
    replayed.passed = passed;
    let mut unheard = Vec::new();
    let (mut events, mut tail) = (Vec::new(), Vec::new());
    let take = |item: Item<'_>| {
        if let Item::Entry { number, body, .. } = item {
            let (head, _, _, input) =
                v1::get_into(number, body, &mut events, &mut tail).map_err(|e| e.to_string())?;
            replayed.take(&head, &events, &tail, |firm, number, errand| {
                if number > watch.heard() {
                    let message = watch.write(firm, errand);
                    unheard.push(Unheard { number, message, at: head.at, entry: head.entry });
                }
            });
            watch.see(&head, &input, &events);
        }
        Ok(())
    };
    let recovered = match &after {
        Some(after) => journal::recover_after(disk, Kind::Firm, segment_bytes, wall, after, take)?,
        None => journal::recover(disk, Kind::Firm, segment_bytes, wall, take)?,
    };
    Ok((replayed, unheard, recovered))
}

/// The last snapshot that fits, loaded; why later ones were passed over.
fn begin<S: Disk, W: Watch>(
    snapshots: &S, watch: &mut W, passed: &mut Vec<(EntryNo, Unfit)>,
) -> Result<Option<(journal::Head, Replayed)>, RecoverError> {
    let listed = snapshot::list(snapshots);
    let disk = |source| RecoverError::Read(ReadError::Disk { attempt: "list the snapshots".to_owned(), source });
    for entry in listed.map_err(disk)? {
        match from_snapshot(snapshots, entry, watch) {
            Ok(begun) => return Ok(Some(begun)),
            Err(unfit) => passed.push((entry, unfit)),
        }
    }
    Ok(None)
}

fn from_snapshot<S: Disk, W: Watch>(
    snapshots: &S, entry: EntryNo, watch: &mut W,
) -> Result<(journal::Head, Replayed), Unfit> {
    let snapshot = snapshot::read(snapshots, entry)?;
    let errands = snapshot.errands;
    if errands > watch.heard() {
        return Err(Unfit::Ahead { errands });
    }
    let firm = snapshot.load()?;
    watch.begin(&snapshot.beside).map_err(Unfit::Unreadable)?;
    let replayed = Replayed { firm, entries: entry.0, errands, from: Some(entry), passed: Vec::new() };
    Ok((snapshot.head, replayed))
}
