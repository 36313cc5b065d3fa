//! Proof of a journal: every byte, link and checksum; every entry re-applied and re-decided.

use firm::{AsOf, Events, Firm, LOGIC_VERSION};
use journal::{Disk, Item, Mark, Reader, v1};
use sequencer::digest;
use vocab::Dump;

/// Entries after which the proof goes on from the state as a snapshot gives it back.
const RELOAD: u64 = 509;

/// Read a journal from its first byte and prove it; the number of its entries.
///
/// # Errors
/// The first thing that is wrong, with its entry.
pub fn prove<D: Disk>(disk: &D) -> Result<u64, String> {
    let mut reader = Reader::open(disk).map_err(|e| e.to_string())?;
    let mut firm = Firm::new();
    let (mut events, mut tail) = (Vec::new(), Vec::new());
    let mut again = Events::new();
    let mut entries = 0;
    while let Some(item) = reader.read().map_err(|e| e.to_string())? {
        match item {
            Item::Entry { number, body, .. } => {
                let (head, _, logic, input) =
                    v1::get_into(number, body, &mut events, &mut tail).map_err(|e| format!("entry {number}: {e}"))?;
                if logic == LOGIC_VERSION {
                    firm.answer(&input, &AsOf { now: head.at }, &mut again);
                    if again.list() != events || again.text() != tail {
                        return Err(format!("entry {number} decides otherwise again"));
                    }
                }
                firm.enter(&head, &events, &tail);
                entries += 1;
                if entries % RELOAD == 0 {
                    let mut state = Vec::new();
                    firm.dump(&mut |part: &[u8]| state.extend_from_slice(part));
                    firm = vocab::load(&state).map_err(|e| format!("the state after entry {number} reads back: {e}"))?;
                }
            }
            Item::Mark { mark: Mark::Checkpoint { entry, digest: kept, .. }, .. } => {
                if digest(&firm) != kept {
                    return Err(format!("the digest at entry {entry} differs"));
                }
            }
            Item::Mark { .. } => {}
        }
    }
    Ok(entries)
}
