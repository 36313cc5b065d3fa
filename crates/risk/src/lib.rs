//! Limits and holds: one pass over an order, refusals in fixed precedence, each naming its arithmetic.
//!
//! What this is not: it knows no clients' names, no ledger, no rulebook. The firm passes it plain values: what
//! the client has, what the instrument trades on, what fraction of the value the era or the client wants blocked.
//!
//! Invariants: no limit is unlimited or missing (sebi 24 Annexure II 4.3.2); what is blocked for an order is
//! released or consumed exactly once (entities B4).
//! Start with [`check`] and [`Refusal`].
#![no_std]

extern crate alloc;

mod ask;
mod check;
mod group;
mod position;
mod restraint;
mod state;
#[cfg(test)]
mod tests;

pub use ask::{Ask, Deviation, GroupName, Holder, LimitRow};
pub use check::{Already, Bound, Instrument, Means, Needs, Refusal, Ticket, Waived, Which, check};
pub use position::{Position, part};
pub use restraint::{Attempt, Bar, Restriction, Scope, Switch, Whom};
pub use state::{ClientLimits, ClientUse, Event, Hold, Risk, UserLimits, UserUse, is_limit};
