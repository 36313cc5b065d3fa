//! The fast book: a ladder of prices, a set of the ranks in use, one pool of orders for all books.
//!
//! Indexing and arithmetic lints are relaxed in this module only. Every index in it was made by it: a
//! link of the pool, a rung checked against the band, a bit of a set. A wrong one is a bug and panics,
//! as overflow does in every profile; there is no input left that a typed error could name.
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod book;
mod pool;
mod ranks;

pub(crate) use book::Book;
pub(crate) use pool::Pool;

/// No order, no level, no rank.
const NONE: u32 = u32::MAX;

/// A 32-bit index as the machine wants it; lossless wherever a pointer has 32 bits or more.
#[inline]
const fn at(index: u32) -> usize {
    index as usize
}
