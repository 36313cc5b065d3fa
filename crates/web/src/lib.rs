//! The broker's own JSON API under `/api/v1`, and the trading terminal in front of it.
//!
//! Money and prices are whole paise, quantities whole shares, times RFC 3339 in Indian time with microseconds.

mod market;
mod orders;
mod page;
mod portfolio;
mod problem;
mod router;
mod session;
mod stream;
mod words;

pub use router::{Web, openapi, serve};
