//! The feed over a world: numbers, candles, what is kept.
mod keeping;
mod play;
