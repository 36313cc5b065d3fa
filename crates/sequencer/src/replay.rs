//! Replay: facts applied again, on any machine, to the same digest.

use firm::{Errand, Event, Firm, Head, Input, errand};
use journal::{Disk, Item, Kind, RecoverError, Recovered, v1};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use vocab::{EntryNo, Moment};

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
    /// The latest of them, oldest first, with their numbers and the moment they were called for.
    pub recent: VecDeque<(u64, Errand, Moment, EntryNo)>,
}

/// Errands remembered in replay: more than can be under way when a process dies.
const REMEMBERED: usize = 200_000;

impl Replayed {
    /// Nothing yet: a journal just made.
    pub fn fresh() -> Replayed {
        Replayed { firm: Firm::new(), entries: 0, errands: 0, recent: VecDeque::new() }
    }

    fn take(&mut self, head: &Head, events: &[Event], tail: &[u8]) {
        self.entries += 1;
        self.firm.begin(head);
        for event in events {
            self.firm.apply(event, tail);
            if let Some(errand) = errand(event) {
                self.errands += 1;
                self.recent.push_back((self.errands, errand, head.at, head.entry));
                if self.recent.len() > REMEMBERED {
                    self.recent.pop_front();
                }
            }
        }
        self.firm.end();
    }
}

/// Recover a firm's journal: its state, its errands, and the writer that goes on.
///
/// `see` is shown every entry as it is applied.
///
/// # Errors
/// As [`journal::recover`]; an entry that does not decode is refused by number.
pub fn recover<D: Disk>(
    disk: D, segment_bytes: u64, wall: Moment, mut see: impl FnMut(&Head, &Input, &[Event], &[u8]),
) -> Result<(Replayed, Recovered<D>), RecoverError> {
    let mut replayed = Replayed::fresh();
    let (mut events, mut tail) = (Vec::new(), Vec::new());
    let recovered = journal::recover(disk, Kind::Firm, segment_bytes, wall, |item| {
        if let Item::Entry { number, body, .. } = item {
            let (head, _, _, input) =
                v1::get_into(number, body, &mut events, &mut tail).map_err(|e| e.to_string())?;
            replayed.take(&head, &events, &tail);
            see(&head, &input, &events, &tail);
        }
        Ok(())
    })?;
    Ok((replayed, recovered))
}
