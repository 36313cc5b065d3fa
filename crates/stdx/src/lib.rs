//! What the standard library lacks for a deterministic core.
//!
//! [`Table`] looks up dense row numbers by key, with a fixed seed and without iteration: nothing can
//! depend on its order. [`Tally`] keeps a sum beside its key. [`Rows`] is a vector indexed by one typed row number. [`Lots`] draws lots from a
//! seed, by an algorithm that is ours so that no release of a library changes a digest.
#![no_std]

extern crate alloc;

mod lots;
mod rows;
mod slots;
mod table;
mod tally;

pub use lots::Lots;
pub use rows::{Row, Rows};
pub use table::{Series, Table};
pub use tally::Tally;
