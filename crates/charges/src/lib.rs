//! What a trade costs: brokerage, levies and taxes, each with its own rounding.
//!
//! What this is not: it posts nothing and numbers nothing. Every rate comes from the rulebook of the day; a
//! day whose rules are not complete gives [`NoRule`], never a neighbour's rate.
//!
//! Invariants: every [`Line`] carries its operands (bases, rules, rounding), so that anyone can work it out
//! again; the tax is computed once on rounded lines and only then split (that is how 1.88 + 1.88 prints
//! beside a debit of 3.75).
//! Start with [`bill`].
#![no_std]

extern crate alloc;

mod bill;
mod brokerage;
#[cfg(test)]
mod tests;

pub use bill::{Dealt, Head, Line, Place, bill, of_order, recompute, worst, Worst};
pub use brokerage::{Deal, Unfit, brokerage, plan_fits, rows_of};
pub use rulebook::NoRule;
