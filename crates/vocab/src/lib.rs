//! The words of the trade. A word is admitted when three departments need it.
//!
//! What this is not: no rule, no rate, no I/O, no clock. Money is integers here and everywhere.
//! Start with [`Paise`], [`Price`] and [`Day`].
#![no_std]

extern crate alloc;

mod codes;
mod day;
mod dump;
mod ids;
mod money;
mod slab;
mod words;

pub use codes::{AccountToken, BadCode, Code, Isin, Label, PanToken, ScripCode, StateCode, Symbol, Ucc, VaultRef};
pub use day::{BadDate, Day, FinancialYear, Moment, TimeOfDay, Weekday};
pub use dump::{Dump, Dumped, Load, Sink, Unreadable, load, load_first};
pub use ids::{
    ActionNo, AlertNo, AppNo, BreakNo, ClientRow, DepositNo, EntryNo, IntermediaryRow, LienNo, ListNo, ModificationNo, NetRow, NoteNo, OrderNo,
    PaymentNo, PowerNo, PlanNo, RuleRow, SecretRef, SecurityRow, SessionNo, SettlementRow, TransferNo, TradeNo, TriggerNo, UserRow, VenueOrderNo,
    VoucherNo,
};
pub use money::{BadAmount, Paise, Price, Qty, Rate, Rounding};
pub use slab::Slab;
pub use words::{
    Certification, InstrumentKind,
    Agreement, BankAccount, BenefitKind, Board, Channel, ClientKind, Closing, Corporation, DematAccount, Depository,
    Clause, Evidence, IntermediaryKind, LegalForm, ModificationReason, OrderKind, Phase, Portion, PowerKind, Product, Purpose, SettlementKind,
    Side, Validity, Venue,
};
