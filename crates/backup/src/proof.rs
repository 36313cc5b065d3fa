//! Reading a copy back: every record, every fact applied, the state against its checkpoints.

use std::collections::BTreeMap;

use firm::{Event, Firm, STATE_VERSION, errand};
use journal::{Disk, Head, Item, Mark, RecoverError, v1};
use vocab::{EntryNo, Moment};

use crate::error::of_part;
use crate::{BackupError, Part};

/// What the firm's journal was found to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Proof {
    pub head: Head,
    /// Market time of the last entry.
    pub at: Moment,
    /// Errands that all entries called for.
    pub errands: u64,
    /// The highest reference into the vault.
    pub people: u32,
    /// Checkpoints compared.
    pub compared: u64,
}

/// The digests that marks claim, by their entries; a mark may stand behind later entries than its own.
#[derive(Default)]
pub(crate) struct Claims(BTreeMap<EntryNo, [u8; 32]>);

impl Claims {
    pub(crate) fn note(&mut self, item: &Item<'_>) {
        if let Item::Mark { mark: Mark::Checkpoint { entry, state_version, digest }, .. } = item
            && *state_version == u32::from(STATE_VERSION)
        {
            self.0.insert(*entry, *digest);
        }
    }
}

/// Applies every entry of a firm's journal and compares the state where a checkpoint stands.
///
/// # Errors
/// [`BackupError::Journal`] with the first entry that is wrong.
pub(crate) fn prove<D: Disk>(disk: &D, claims: &Claims) -> Result<Proof, BackupError> {
    let mut firm = Firm::new();
    let genesis = Head { entry: EntryNo(0), hash: [0; 32] };
    let mut proof = Proof { head: genesis, at: Moment(0), errands: 0, people: 0, compared: 0 };
    let (mut events, mut tail) = (Vec::new(), Vec::new());
    let cut = journal::cut(disk, |item| {
        let Item::Entry { number, body, .. } = *item else { return Ok(true) };
        let (head, ..) = v1::get_into(number, body, &mut events, &mut tail).map_err(|e| e.to_string())?;
        let applied = sequencer::caught(|| firm.enter(&head, &events, &tail));
        applied.map_err(|why| format!("its events contradict the state: {why}"))?;
        proof.at = head.at;
        for event in &events {
            proof.errands += u64::from(errand(event).is_some());
            if let Event::Client(clients::Event::Opened { vault, .. }) = event {
                proof.people = proof.people.max(vault.0);
            }
        }
        if let Some(digest) = claims.0.get(&number) {
            proof.compared += 1;
            if sequencer::digest(&firm) != *digest {
                return Err("the state after it is not the one its checkpoint names".to_owned());
            }
        }
        Ok(true)
    });
    proof.head = cut.map_err(of_part(Part::Firm))?.head;
    Ok(proof)
}

/// As [`prove`], with the claims that the journal itself makes.
pub(crate) fn prove_alone<D: Disk>(disk: &D) -> Result<Proof, BackupError> {
    let mut claims = Claims::default();
    journal::cut(disk, |item| {
        claims.note(item);
        Ok(true)
    })
    .map_err(of_part(Part::Firm))?;
    prove(disk, &claims)
}

/// Whether an error may be the writer at work between two of our looks.
pub(crate) fn may_pass(error: &RecoverError) -> bool {
    matches!(error, RecoverError::Read(journal::ReadError::Wrong(_)))
}
