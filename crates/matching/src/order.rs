//! The words of a market: what comes in, what it met, what stands.

use vocab::{Price, Qty, SecurityRow, Side};

/// Where an order stands, with the generation of the place: once the order is gone the slot is stale,
/// and stays stale when another order stands in the same place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Slot {
    pub(crate) index: u32,
    pub(crate) generation: u32,
}

impl Slot {
    /// The slot as one number, for a caller's own table.
    pub const fn to_bits(self) -> u64 {
        (self.generation as u64) << 32 | self.index as u64
    }

    /// The slot of [`Slot::to_bits`]. A number that never was a slot is stale.
    pub const fn from_bits(bits: u64) -> Slot {
        Slot { index: (bits & 0xFFFF_FFFF) as u32, generation: (bits >> 32) as u32 }
    }
}

/// An order on its way in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Incoming {
    pub security: SecurityRow,
    pub side: Side,
    /// The worst price it accepts; `None` is a market order, which sweeps what stands and never rests.
    pub limit: Option<Price>,
    /// Units, from 1 to [`crate::MOST_QTY`].
    pub qty: Qty,
    /// Of what comes to stand, at most so many are shown at once, from 1 on; all of it, where that is less.
    pub shown: Qty,
    /// Whether what does not trade at once stands in the book; not read for a market order.
    pub rests: bool,
    /// The caller's name for the order, given back in fills; the engine does not read it.
    pub tag: u64,
}

/// One trade, at the price of the order that stood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fill {
    /// The order that stood; its slot is stale already when `resting_left` is zero.
    pub resting: Slot,
    pub resting_tag: u64,
    pub qty: Qty,
    pub price: Price,
    /// What is left of it, shown or not.
    pub resting_left: Qty,
}

/// What became of an incoming order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outcome {
    pub filled: Qty,
    /// What did not trade: stands at `slot`, or is dropped when that is `None`.
    pub left: Qty,
    pub slot: Option<Slot>,
}

/// An order that stands in a book.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Resting {
    pub slot: Slot,
    pub security: SecurityRow,
    pub side: Side,
    pub price: Price,
    pub left: Qty,
    /// The part of it that others see; only that trades before the order goes to the end of its queue.
    pub shown: Qty,
    pub tag: u64,
}

/// What stands at one price, as far as it is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Level {
    pub price: Price,
    pub qty: Qty,
    pub orders: u32,
}

/// The prices a book takes: `low`, `low + tick`, … `high`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Band {
    pub low: Price,
    pub high: Price,
    pub tick: Price,
}

impl vocab::Dump for Band {
    fn dump(&self, sink: &mut vocab::Sink<'_>) {
        self.low.dump(sink);
        self.high.dump(sink);
        self.tick.dump(sink);
    }
}
