//! Replay: facts applied again, on any machine, to the same digest.

use firm::{Errand, Event, Firm, Head, Input, errand};
use journal::{Disk, Item, Kind, RecoverError, Recovered, v1};
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
        Replayed { firm: Firm::new(), entries: 0, errands: 0 }
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

/// How the replay is watched: each entry as it is applied, and the errands after a number as they are written.
pub struct Watch<S, W> {
    pub see: S,
    /// The world has heard this many.
    pub heard: u64,
    pub write: W,
}

/// What a recovery gives: the state, the errands the world has not heard, and the writer that goes on.
pub type Recovery<D, M> = (Replayed, Vec<Unheard<M>>, Recovered<D>);

/// Recover a firm's journal: its state, the errands the world has not heard, and the writer that goes on.
///
/// # Errors
/// As [`journal::recover`]; an entry that does not decode is refused by number.
pub fn recover<D: Disk, M>(
    disk: D, segment_bytes: u64, wall: Moment,
    mut watch: Watch<impl FnMut(&Head, &Input, &[Event]), impl FnMut(&Firm, &Errand) -> M>,
) -> Result<Recovery<D, M>, RecoverError> {
    let mut replayed = Replayed::fresh();
    let mut unheard = Vec::new();
    let (mut events, mut tail) = (Vec::new(), Vec::new());
    let recovered = journal::recover(disk, Kind::Firm, segment_bytes, wall, |item| {
        if let Item::Entry { number, body, .. } = item {
            let (head, _, _, input) =
                v1::get_into(number, body, &mut events, &mut tail).map_err(|e| e.to_string())?;
            replayed.take(&head, &events, &tail, |firm, number, errand| {
                if number > watch.heard {
                    let message = (watch.write)(firm, errand);
                    unheard.push(Unheard { number, message, at: head.at, entry: head.entry });
                }
            });
            (watch.see)(&head, &input, &events);
        }
        Ok(())
    })?;
    Ok((replayed, unheard, recovered))
}
