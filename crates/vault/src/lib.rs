//! The vault: personal data, sealed per person, beside the journal that only refers to it.
//!
//! The journal and every core type know a person as a [`VaultRef`](vocab::VaultRef) and keyed
//! [`Tokens`]. An edge puts the [`Person`] here first, durably, and then submits reference and tokens;
//! `decide` never reads the vault (DESIGN, before the first line, 1).
//!
//! What this is not: no clock is read, no rule of onboarding is judged, nothing is searched. One writer
//! at a time: whoever opens it holds the firm's lock on its folder.
//!
//! Invariants:
//! - What is acknowledged is durable, and no reference is given twice.
//! - No personal data is handed out before its access record is durable. There is no other way to read;
//!   payments go by the routing index, whose making is an access too.
//! - The log is append-only and hash-chained. A tail is cut only if nothing in it was ever acknowledged;
//!   anything else that does not check is refused, and the vault stays as it is.
//! - The key table is the only thing overwritten. A person whose slot is zeros is erased for ever, and
//!   no other byte changes for it.
//! - Secrets of users and programs are sealed beside, under references of their own.
//! - No error and no debug output holds personal data or keys.
//!
//! Backups (`crates/backup` takes them). Copy the journal first and the vault after it: then every reference in the journal's copy has
//! its record. Within the vault copy `vault.mark`, then `vault-*.log`, then `keys-*.tab`, and erase
//! nobody meanwhile, or copy again until nothing is left unfinished: then marks never run ahead of the log and
//! each record has its key. [`erased_after`] tells an older copy whom to erase. An old copy of
//! `keys-*.tab` still opens a person erased since: keep those copies apart and no longer than the law
//! lets the firm take over an erasure. Disks that remap sectors may keep an overwritten slot as well;
//! the key file, never stored beside a backup, is what such remains lack.
//!
//! Start with [`Vault::open`], [`Vault::put`] and [`Vault::read`]; [`verify`] for auditors;
//! `record.rs` and `table.rs` for the bytes.

mod access;
mod error;
mod key;
mod log;
mod mark;
mod medium;
mod person;
mod record;
mod register;
mod routing;
mod seal;
mod secret;
mod table;
mod tokens;
mod vault;
mod verify;

pub use access::{Accessed, Act, Purpose};
pub use error::VaultError;
pub use key::VaultKey;
pub use person::{Person, parse_pan};
pub use routing::{Account, Routed};
pub use secret::Bare;
pub use tokens::{NameToken, Tokens};
pub use vault::{Head, Sizes, Vault};
pub use verify::{Report, erased_after, verify};
