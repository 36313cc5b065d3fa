//! Dated rules: which rate, cap, time of day or choice was in force on a day, where, and who set it.
//!
//! What this is not: no number stands here, only the shape of a rule (its name, its unit, what else a row of
//! it may carry). The numbers are rows of data that an edge reads and the firm adopts. No file is read here.
//!
//! Invariants:
//! - A rule is found for a day only if a row covers that day; a gap is [`NoRule`], never the nearest row.
//! - At most one row of a name and scope covers a day. Rows are only added, so a [`vocab::RuleRow`] written
//!   into an event names the same rule for ever.
//! - An open-ended row ends where the next row of its name and scope begins: a change of rule is one new row.
//! - What did not exist on a day (a tax before its Act) is a row of zero, or a choice that says so. A gap
//!   always means "not known".
//!
//! Start with [`RuleName`] for what can be asked, [`Rulebook::rate`] and its sisters for the asking, and
//! [`complete`] for whether a day can be judged at all.
#![no_std]

extern crate alloc;

mod book;
mod choice;
mod complete;
mod name;
mod rule;
mod unit;

pub use book::{BadRule, NoRule, Rulebook};
pub use choice::{
    AdmittedOn, Choice, ClearedBy, ClosingMethod, DeliveryPaper, DirectPayOut, IdleCredit, Interoperability, InternalShortage, MarginPolicy,
    PenaltyPassing, PreOpen, PriceBand,
    RunningAccount, StampRegime, TaxBase, UnpaidSecurities, UpfrontMethod, YesNo,
};
pub use complete::complete;
pub use name::{Jurisdiction, RuleName};
pub use rule::{Confidence, EVERYWHERE, OTHER_STATES, Rule};
pub use unit::{Extra, Unit};
