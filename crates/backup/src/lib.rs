//! Backups: the firm's journal, the world's and the vault copied while their writers run, and put back.
//!
//! A backup is a folder of files, each under its own name and the number of the backup that brought it, and a
//! manifest that names them with their sizes and hashes and says which entry is the last. A file that has not
//! changed since the backup before is not copied again: sealed segments never change.
//!
//! What this is not: no schedule, no network, no compression, and no key. The file of the vault's key is never
//! part of a backup.
//!
//! Invariants:
//! - The manifest is written last. Until it is durable the backup before it stands, whole; only then are the
//!   files of that one removed, key tables overwritten with zeros first.
//! - The firm's journal first; then the world's, as far as it had heard of that; then the vault, which may be
//!   later and is never earlier: every person the journal knows has a record in the copy.
//! - Nothing in a backup could still be lost from its source: what is copied was made durable there first.
//! - A backup goes on with the record it began with and no other.
//! - Nothing is believed that was not read back: every record, link and seal, every fact applied, the state
//!   against the digests of the checkpoints.
//!
//! Start with [`take`] and [`restore`].

mod error;
mod manifest;
mod proof;
mod store;
mod view;

pub use error::BackupError;
pub use manifest::{Kept, Manifest, latest};
pub use proof::Proof;
pub use store::{HeardIn, Parts, Store, check, restore, take};

/// What a state is made of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part {
    Firm,
    World,
    Vault,
}

impl Part {
    pub const ALL: [Part; 3] = [Part::Firm, Part::World, Part::Vault];

    /// Its folder.
    pub const fn name(self) -> &'static str {
        match self {
            Part::Firm => "firm",
            Part::World => "world",
            Part::Vault => "vault",
        }
    }
}
