//! Who may come in: what users prove themselves by, their sessions, their programs, their terminals.
//!
//! What this is not: it sees no password, code or token. The edge compares secrets that the vault holds and says what it found;
//! here stand references, keyed digests and what follows.
//!
//! Invariants:
//! - A session has shown two factors of different sorts, or came of a request token that had (sebi 44.1.6).
//! - A device code, a one-time code and a request token are taken once.
//! - Secrets are on record once: no reference stands for two credentials, nor twice for one.
//! - A terminal id is one user's, and a user has one (guide I 12.8, 12.9).
//! - Ended sessions are in the journal and not here.
//!
//! Start with [`Access`] and [`Ask`].
#![no_std]

extern crate alloc;

mod event;
mod state;
mod terminal;
#[cfg(test)]
mod tests;
mod words;

pub use event::{ApiKey, Ask, Event, From, Key, Proof};
pub use state::{Access, App, Credential, OneTime, Refusal, Request, Session};
pub use terminal::Terminal;
pub use words::{Certificate, Denial, Ending, Factor, Lock, Medium, Sort, Trouble};
