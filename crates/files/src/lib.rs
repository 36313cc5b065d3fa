//! Files of exchanges and regulators, read from disk into plain values.
//!
//! [`read_market`] puts a day of the market together from the exchange's own files: prices in any of the
//! three formats it has used, ISINs, price bands, margin rates, symbol changes and holidays, plain or packed, anywhere
//! below one folder. [`sample_market`] is a small invented day that is built into the program and goes
//! through the same parsers.
//!
//! [`rulebook`] reads the dated rules; [`read_limits`] the risk desk's file of limits.
//!
//! What this is not: nothing is judged here and nothing is kept; no network, no clock, no randomness.
//!
//! Invariants:
//! - The same files give the same value on any machine: neither the order of a directory nor the place of
//!   the folder shows in it.
//! - A file that breaks its format is refused with its name, line, field and rule ([`FileError`]), and
//!   nothing is read from it. What was missing or stood in is said in [`MarketDay::notices`].
//! - Sizes are bounded before they are believed: bytes, unpacked bytes, lines, names, folders.
//!
//! Start with [`read_market`] in `market.rs`, then `bhavcopy.rs` for the formats.

mod actions;
mod bhavcopy;
mod error;
mod limits;
mod margin;
mod market;
mod masters;
pub mod rulebook;
mod sample;
mod sessions;
mod sheet;
mod shelf;
mod unpack;

pub use bhavcopy::{Format, Series};
pub use error::FileError;
pub use limits::{Known, read_limits};
pub use actions::{ActionList, CorporateAction, Gives, read_actions};
pub use margin::{Exposure, Rated, read_exposure};
pub use market::{Band, MarketDay, NotTraded, Reason, Role, SecurityDay, SourceFile, market_days, read_market, read_markets};
pub use sample::sample_market;
pub use sessions::{SessionHours, SpecialSession};
