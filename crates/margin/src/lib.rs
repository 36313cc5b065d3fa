//! Margins: what the clearing corporation asks for each security, and what was deposited against it.
//!
//! What this is not: no ledger (cash a client keeps with the firm stands in `books`), no order, no rule of a day.
//! The firm passes rates, prices and haircuts in; amounts come out.
//!
//! Invariants:
//! - A deposit belongs to one client for ever, and counts for him alone (sebi 26.1.1).
//! - What is not approved, has expired or is on its way back counts nothing.
//! - The sum of a client's deposits is the figure his orders are backed with.
//! - Gross across clients: one client's shares, or profit, never stand against another's (guide I 5.4, I 5.7).
//!
//! Start with [`Deposit`], [`Position`] and [`Margin`].
#![no_std]

extern crate alloc;

mod deposit;
mod event;
mod peak;
mod position;
mod state;
#[cfg(test)]
mod tests;

pub use deposit::{Deposit, Form, worth};
pub use event::{Event, Holder, Rated};
pub use peak::{Due, Lapse, Look, Peak, Slabs};
pub use position::{Mark, Position, gross_open};
pub use state::{Kept, Margin, Sums};
