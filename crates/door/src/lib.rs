//! What is secret at the edge: passwords, device codes, tokens, and how often somebody may try.
//!
//! The core sees none of it: it is told what fitted, and keeps digests. What this is not: it speaks no HTTP, keeps nothing, and
//! judges no rule of the firm; figures of the policy come from the rulebook.
//!
//! Invariants:
//! - Nothing here prints a secret. Comparisons of secrets take as long whether they fit or not.
//! - Whether there is a user cannot be told from how long a wrong password takes: [`pretend`] costs as much.
//!
//! Start with [`check_password`], [`totp::check`] and [`mint`].

mod error;
mod limiter;
mod password;
mod policy;
mod text;
mod token;
pub mod totp;

pub use error::DoorError;
pub use limiter::Limiter;
pub use password::{Cost, check_password, first_password, pretend, verifier};
pub use policy::{Policy, Weak};
pub use token::{Codes, Key, Token, checksum, key_of, mint, same};
