//! What is put right after trading: client codes entered in error, the error account, and what both cost.
//!
//! What this is not: no trade is moved and no money posted here; flows in the firm do that. No rate stands
//! here: slabs are handed in ([`Slabs`]).
//!
//! Invariants: modifications are numbered without gaps; one is answered once; no more of a shifted trade is
//! liquidated than was shifted; a code's waiver of a quarter is asked for once.
//! Start with [`Corrections`] and [`Modification`].
#![no_std]

extern crate alloc;

mod event;
mod modification;
mod state;
mod tally;
#[cfg(test)]
mod tests;

pub use event::Event;
pub use modification::{Modification, Stage, Waiver};
pub use state::{Corrections, ErrorPolicy};
pub use tally::{Month, Slabs, Tally};
