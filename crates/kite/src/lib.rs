//! The HTTP and WebSocket API that Indian traders already program against: Kite Connect v3 shapes, so that its public client
//! libraries work with only the root address replaced.
//!
//! What this is not: no rule and no record. Wire words stop here: what comes in is looked up and asked at the broker's
//! counter, what goes out is read off the state between two entries.
//!
//! Invariants: every input is bounded before it is read; what is not offered is refused by its field, never passed over;
//! money is a decimal built from integers.
//! Start with [`router`] and `asks.rs`.

mod asks;
pub mod doors;
mod estimate;
mod fields;
mod kite;
mod number;
pub mod pace;
mod page;
mod postback;
pub mod quote;
mod router;
mod show;
mod stream;
mod triggers;
mod words;
mod wrong;

pub use kite::{Kite, Ticks};
pub use router::{router, serve};
pub use wrong::{Kind, Wrong};
