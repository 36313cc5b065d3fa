//! Market data: the last quote of every security, candles of its own ticks, and how old both are.
//!
//! What this is not: no clock, no socket, no part of the record. It asks the exchange's view when it is told to, and what it
//! keeps on disk is what it saw, not what was decided.
//!
//! Invariants:
//! - What changed is told under one number, rising by one: who misses a number knows it ([`Follower`]).
//! - A quote says when the exchange showed it and where it comes from.
//! - A trade is in one candle, also after a restart: minutes that were kept are not made again.
//!
//! Start with [`Feed::open`] and [`Feed::take`].

mod bars;
mod feed;
mod fresh;
mod keep;
mod pack;

pub use bars::{Candle, Span};
pub use feed::{Feed, Id, Name, Source, Taken};
pub use fresh::{Feeds, Follower, Gap, Served};
pub use keep::Cut;
pub use world::{Indicative, Print, Quote, SHOWN, Shown, Standing};
