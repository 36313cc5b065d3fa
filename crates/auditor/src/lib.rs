//! The second opinion: from what happened, what the books must be, and where the firm says otherwise.
//!
//! [`audit`] takes plain facts (who traded what, what was paid, which rule was adopted) in the order of the
//! journal, works out charges, ledgers, bank and control accounts, obligations, dates and holdings by itself,
//! and compares them with the firm's claims. It is slow and obvious on purpose.
//!
//! What this is not: it shares no code with the departments that keep the books and reads none of their
//! events; it decides nothing, mends nothing and stops at nothing. Close-out prices and limits are not
//! judged here.
//!
//! Invariants:
//! - The same facts and claims give the same findings in the same order.
//! - A fact that cannot be right is a finding, never a panic; what follows from the rest is still worked out.
//! - No claim is used to work out what another claim should be.
//!
//! Start with [`Fact`], [`Claims`] and [`audit`].
#![no_std]

extern crate alloc;

mod audit;
mod authority;
mod benefits;
mod bill;
mod brokerage;
mod chart;
mod charge;
mod claim;
mod codes;
mod dealing;
mod exact;
mod fact;
mod finding;
mod margin;
mod money;
mod sets;
mod shares;
mod sharing;
mod shortage;
#[cfg(test)]
mod tests;
mod verdict;

pub use audit::audit;
pub use claim::{Claims, NoteClaim, ObligationClaim};
pub use fact::{ClearingHead, Fact, PaymentKind, Told};
pub use finding::{Figure, Finding, What, Who};
pub use margin::MarginFact;
