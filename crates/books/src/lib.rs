//! Money and securities in double entry, by the chart of accounts brokers keep.
//!
//! What this is not: it decides nothing. Flows post vouchers; this keeps the balances, refuses nothing, and
//! asserts that every entry leaves both books at zero.
//!
//! Invariants: after every entry the postings of an exchange's set sum to zero (guide I 3.2(b)(iii)); shares
//! only move between places; a client's ledger is the sum of his postings.
//! Start with [`Account`], [`Books`] and [`Stock`].
#![no_std]

extern crate alloc;

mod account;
mod money;
mod stock;
#[cfg(test)]
mod tests;

pub use account::{Account, Cause, Class};
pub use money::{Books, ClientBook, Event, Posting};
pub use stock::{Holding, Place, Stock, StockEvent};
