//! The state as programs read it.

pub mod candles;
pub mod market;
pub mod money;
pub mod orders;
pub mod people;
pub mod portfolio;
