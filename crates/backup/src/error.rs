//! Why a backup is not taken, or not put back.

use std::fmt;
use std::io;

use journal::{ReadError, RecoverError};
use vault::VaultError;
use vocab::EntryNo;

use crate::Part;

#[derive(Debug)]
pub enum BackupError {
    /// A disk failed at what was attempted.
    Disk { doing: &'static str, file: String, source: io::Error },
    /// A journal does not stand: the source's, or the copy's when it was read back.
    Journal { part: Part, error: RecoverError },
    Vault(VaultError),
    /// No manifest is whole: the folder is empty, or its first backup was never finished.
    Unfinished,
    /// A file of the backup is not what its manifest says.
    Damaged { file: String, rule: &'static str },
    /// The folder holds the backup of another record, or of more of this one than there is.
    Foreign { part: Part, held: EntryNo },
    /// The vault's copy lacks a person whom the journal's copy knows.
    VaultBehind { journal: u32, vault: u32 },
    /// What should be made anew is there already.
    NotEmpty { part: Part },
    /// The source changed faster than it could be copied.
    Busy { part: Part },
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BackupError::Disk { doing, file, source } => write!(f, "{doing} {file}: {source}"),
            BackupError::Journal { part, error } => write!(f, "{}: {error}", part.name()),
            BackupError::Vault(error) => write!(f, "vault: {error}"),
            BackupError::Unfinished => f.write_str("no whole backup is here: it was never finished, or something was taken away"),
            BackupError::Damaged { file, rule } => write!(f, "{file}: {rule}"),
            BackupError::Foreign { part, held } => {
                write!(f, "{}: the folder holds the backup of another record, up to entry {held}", part.name())
            }
            BackupError::VaultBehind { journal, vault } => {
                write!(f, "the journal knows {journal} people and the vault {vault}")
            }
            BackupError::NotEmpty { part } => write!(f, "{}/ holds something already", part.name()),
            BackupError::Busy { part } => write!(f, "{}/ changed again and again while it was copied: ask again", part.name()),
        }
    }
}

impl std::error::Error for BackupError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            BackupError::Disk { source, .. } => Some(source),
            BackupError::Journal { error, .. } => Some(error),
            BackupError::Vault(error) => Some(error),
            BackupError::Unfinished
            | BackupError::Damaged { .. }
            | BackupError::Foreign { .. }
            | BackupError::VaultBehind { .. }
            | BackupError::NotEmpty { .. }
            | BackupError::Busy { .. } => None,
        }
    }
}

impl From<VaultError> for BackupError {
    fn from(error: VaultError) -> BackupError {
        BackupError::Vault(error)
    }
}

/// Names what was attempted at which file.
pub(crate) fn trying<T>(doing: &'static str, file: &str, done: io::Result<T>) -> Result<T, BackupError> {
    done.map_err(|source| BackupError::Disk { doing, file: file.to_owned(), source })
}

pub(crate) fn of_part(part: Part) -> impl Fn(RecoverError) -> BackupError {
    move |error| BackupError::Journal { part, error }
}

pub(crate) fn unread(part: Part) -> impl Fn(ReadError) -> BackupError {
    move |error| BackupError::Journal { part, error: RecoverError::Read(error) }
}
