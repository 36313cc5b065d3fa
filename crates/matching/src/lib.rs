//! Price-time-priority matching for one exchange's continuous market.
//!
//! Better prices trade first; at one price, who came first trades first; every trade is at the price of
//! the order that stood. [`naive::Book`] is the twin that says the same slowly and obviously.
//!
//! What this is not: no session, no call auction, no trade number, no client, no check of risk, no clock.
//! The caller opens books, decides what may enter when, and keeps its own names for orders in tags.
//!
//! What always holds:
//! - A book is never crossed: an order trades with all it can before it stands.
//! - Filled and left add up to what came in; every unit traded is taken from one order that stood.
//! - A slot names one order for ever. Once that order is gone the slot is stale, and is refused.
//! - A refusal changes nothing.
//!
//! Start with [`Engine::submit`].
#![no_std]

extern crate alloc;

mod engine;
pub mod flow;
mod ladder;
pub mod naive;
mod order;
mod refusal;

pub use engine::Engine;
pub use order::{Band, Fill, Incoming, Level, Outcome, Resting, Slot};
pub use refusal::{BadBook, BadOrder, BadReduce, MOST_QTY, MOST_RUNGS};
