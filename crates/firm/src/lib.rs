//! The whole broker: departments composed, one file per flow.
//!
//! Three verbs. [`Firm::decide`]: a person asks, we may refuse. [`Firm::observe`] (and [`Firm::tick`],
//! [`Firm::step`]): the world, the clock or a job reports, we may not refuse; what does not fit becomes a
//! break with an owner and an age. [`Firm::apply`]: a fact, cannot fail.
//!
//! What this is not: no I/O, no clock, no randomness, no personal data, no encoding. Nothing here is
//! durable; a keeper journals entries before anything leaves.
//!
//! Invariants:
//! - An entry decides on the state before it.
//! - The books sum to zero after every entry; a client's money never pays another's dues.
//! - Replaying events reaches the same [`Firm::dump`] on any machine.
//!
//! Start with [`Firm`], then `flows/place.rs` and `flows/billing.rs`.
#![no_std]

extern crate alloc;

mod accounts;
mod answer;
mod ask;
mod breaks;
mod calendar;
mod correction;
mod costs;
mod demat;
mod errand;
mod event;
mod fingerprint;
mod firm;
mod flows;
mod inward;
mod money_test;
pub mod permits;
mod reconciliation;
mod refusal;
mod review;
mod timer;
mod users;

pub use ask::{
    ActionRow, Answer, ClearingHead, Command, FileRow, HeldAt, Input, Instrument, PenaltyRow, Place, RateRow, Report, Role, SameDayRow, ScheduleRow, SettlementKey, Source,
};
pub use breaks::{About, Break, BreakKind, Measure, Names};
pub use calendar::{Calendar, SettlementDays};
pub use correction::Correction;
pub use demat::{DematLine, DematReconciliation, Gap};
pub use errand::{Errand, errand};
pub use event::{Charged, Event, Events, HouseFigures, InstrumentStage, PolicyFigures, Subject, Text, text_of};
pub use firm::{AsOf, CreditDue, Firm, Head, LOGIC_VERSION, STATE_VERSION};
pub use flows::billing::{net_of_brokerage, rows_of};
pub use flows::same_day::instrument;
pub use flows::margins::{Asked, asked, asked_at_look, funds};
pub use accounts::{AccountNumber, Accounts, HouseAccount, ListedAccount, Registered};
pub use inward::{Inward, Inwards};
pub use money_test::{MoneyTest, money_test};
pub use reconciliation::{BankRef, OpenItem, Reconciliation, StatementLine};
pub use refusal::{Code, Refusal};
pub use review::{Referral, Review};
pub use timer::{Job, Timer};
pub use users::{User, Users};
