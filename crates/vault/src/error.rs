//! Why the vault refuses. No message carries personal data: fields are named, never quoted.

use std::fmt;
use std::io;
use std::path::PathBuf;

use vocab::{AccountToken, SecretRef, VaultRef};

/// Why a request to the vault failed. Names the field or the place and the rule it breaks.
#[derive(Debug)]
pub enum VaultError {
    /// A field of a person, of a purpose or of a batch breaks a rule. Nothing was written.
    BadField { field: &'static str, rule: &'static str },
    /// The application has a record already and its content differs. Nothing was written.
    OtherContent { application: u64, held: VaultRef },
    /// No record has this reference.
    Unknown { reference: VaultRef },
    /// No secret has this reference.
    UnknownSecret { reference: SecretRef },
    /// The record's key was erased; nobody can read it again.
    Erased { reference: VaultRef },
    /// An account was asked for before the routing index was built.
    NoRouting,
    /// No living record has this account.
    UnknownAccount { token: AccountToken },
    /// The vault was made with another key.
    WrongKey,
    /// The key file cannot serve.
    KeyFile { path: PathBuf, rule: &'static str, source: Option<io::Error> },
    /// The operating system gave no randomness.
    NoRandomness(io::Error),
    /// A stored record is not what was written. Restore from a backup; nothing is repaired here.
    Corrupt { file: String, at: u64, rule: &'static str },
    /// The disk failed. What was in flight may or may not be stored; open the vault again to learn.
    Disk { doing: &'static str, file: String, source: io::Error },
    /// An earlier failure of the disk left this vault unsure of what is durable. Open it again.
    Broken,
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VaultError::BadField { field, rule } => write!(f, "{field}: {rule}"),
            VaultError::OtherContent { application, held } => {
                write!(f, "application {application} is vault record {} already, with other content", held.0)
            }
            VaultError::Unknown { reference } => write!(f, "there is no vault record {}", reference.0),
            VaultError::UnknownSecret { reference } => write!(f, "there is no secret {reference}"),
            VaultError::Erased { reference } => write!(f, "vault record {} was erased", reference.0),
            VaultError::NoRouting => f.write_str("the routing index is not built: call routing first"),
            VaultError::UnknownAccount { token } => write!(f, "no living vault record has account {token:?}"),
            VaultError::WrongKey => f.write_str("the vault was made with another key"),
            VaultError::KeyFile { path, rule, .. } => write!(f, "key file {}: {rule}", path.display()),
            VaultError::NoRandomness(_) => f.write_str("the operating system gave no randomness"),
            VaultError::Corrupt { file, at, rule } => write!(f, "{file} at byte {at}: {rule}"),
            VaultError::Disk { doing, file, source } => write!(f, "{doing} {file}: {source}"),
            VaultError::Broken => f.write_str("the disk failed earlier: open the vault again"),
        }
    }
}

impl std::error::Error for VaultError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            VaultError::Disk { source, .. } | VaultError::NoRandomness(source) => Some(source),
            VaultError::KeyFile { source, .. } => source.as_ref().map(|s| s as _),
            VaultError::BadField { .. }
            | VaultError::UnknownSecret { .. }
            | VaultError::OtherContent { .. }
            | VaultError::Unknown { .. }
            | VaultError::Erased { .. }
            | VaultError::NoRouting
            | VaultError::UnknownAccount { .. }
            | VaultError::WrongKey
            | VaultError::Corrupt { .. }
            | VaultError::Broken => None,
        }
    }
}
