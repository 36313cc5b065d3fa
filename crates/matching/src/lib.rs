//! Price-time-priority matching for one exchange's continuous market, and the orders that wait for a price.
//!
//! Better prices trade first; at one price, who came first trades first; every trade is at the price of
//! the order that stood. An order may hide a part: each part shown goes behind those that stand at its price.
//! [`Stops`] holds what is dormant until the last price reaches it, [`Call`] what trades at one price. [`naive`] has the twins that say the same
//! slowly and obviously.
//!
//! What this is not: no session, no trade number, no client, no check of risk, no clock.
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

mod call;
mod engine;
pub mod flow;
mod ladder;
pub mod naive;
mod order;
mod refusal;
mod stops;

pub use call::{Call, CallOrder, Cross, Equilibrium};
pub use engine::Engine;
pub use order::{Band, Fill, Incoming, Level, Outcome, Resting, Slot};
pub use refusal::{BadBook, BadOrder, BadReduce, MOST_QTY, MOST_RUNGS};
pub use stops::{Stop, StopSlot, Stops};
