//! What people watch the market for: lists of securities, alerts, and orders that wait for a price.
//!
//! What this is not: it sees no market. An edge that does reports what was reached; whether that holds is judged here. It places
//! no order: the firm does, as if its owner had asked at that moment.
//!
//! Invariants:
//! - A list, an alert and a kept order is its owner's; nobody else is told that it is there.
//! - An alert tells once for each time the market goes to where it is true (entities C5).
//! - A kept order fires once. Of two legs one fires, and the other is over with it.
//!
//! Start with [`Watch`] and [`Kept::reached`].
#![no_std]

extern crate alloc;

mod condition;
mod event;
mod kept;
mod state;
#[cfg(test)]
mod tests;

pub use condition::{Condition, Measure, Operator, Than};
pub use event::{Ask, Event};
pub use kept::{End, Kept, Leg, Legs, Stage};
pub use state::{Alert, List, MOST_ALERTS, MOST_KEPT, MOST_LISTS, MOST_ON_LIST, Refusal, Watch};
