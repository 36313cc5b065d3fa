//! Settlements: nets, obligations, shortages and their ends.
//!
//! The key of a settlement is clearing corporation, type and number; schedules are imported, never invented.
//! A client's trades of one security in one settlement are a [`Net`]; all his nets there are a [`Standing`];
//! all clients' nets of a security there are a [`Lot`].
//!
//! What this is not: no money is posted and no shares move here; flows in the firm do that from these figures.
//!
//! Invariants: a trade number is booked once; the expected obligation is the sum of nets and nothing else.
//! Start with [`Clearing`].
#![no_std]

extern crate alloc;

mod custody;
mod event;
mod net;
mod objection;
mod state;
#[cfg(test)]
mod tests;

pub use custody::{Custody, Entrusted};
pub use event::{Event, TradeFact};
pub use net::{Dealt, Lot, Net, Standing, Trade};
pub use objection::{Defect, Objection, Remedy};
pub use state::{Clearing, InternalShort, Obligation, Settlement, Shortage, Stage};
