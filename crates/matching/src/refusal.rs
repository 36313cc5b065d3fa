//! Why the engine turns something down; each names the field and what holds for it.

use core::fmt;

use vocab::{Price, Qty};

use crate::order::Band;

/// The most units of one order. Quantities stand in 32 bits, as on the exchanges' own order wires.
pub const MOST_QTY: Qty = Qty(u32::MAX as i64);

/// The most prices of one book: 40 % of 4,00,000 rupees in steps of five paise is a fifth of it.
pub const MOST_RUNGS: u32 = 1 << 24;

/// Why an order is not taken, in the order the checks run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadOrder {
    /// The security has no open book.
    NoBook,
    QtyNotPositive,
    QtyTooLarge { most: Qty },
    ShownNotPositive,
    OutsideLadder { low: Price, high: Price },
    OffTick { tick: Price },
}

impl fmt::Display for BadOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadOrder::NoBook => f.write_str("security: no book is open"),
            BadOrder::QtyNotPositive => f.write_str("qty: must be positive"),
            BadOrder::QtyTooLarge { most } => write!(f, "qty: at most {most}"),
            BadOrder::ShownNotPositive => f.write_str("shown: must be positive"),
            BadOrder::OutsideLadder { low, high } => write!(f, "limit: must be within {low} and {high}"),
            BadOrder::OffTick { tick } => write!(f, "limit: must be a multiple of {tick}"),
        }
    }
}

/// Why an order is not made smaller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadReduce {
    /// The slot is stale: the order traded or was cancelled.
    NoOrder,
    QtyNotPositive,
    /// Nothing would be left; that is a cancel.
    NothingLeft { left: Qty },
}

impl fmt::Display for BadReduce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadReduce::NoOrder => f.write_str("slot: the order no longer stands"),
            BadReduce::QtyNotPositive => f.write_str("by: must be positive"),
            BadReduce::NothingLeft { left } => write!(f, "by: must be below the {left} left; cancel instead"),
        }
    }
}

/// Why a book is not opened, in the order the checks run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadBook {
    TickNotPositive,
    LowNotPositive,
    HighBelowLow,
    /// `low` or `high` is not a multiple of the tick.
    OffTick { tick: Price },
    TooWide { rungs: i64, most: u32 },
    /// Orders of the former opening still stand.
    NotEmpty,
}

impl BadBook {
    /// How many prices a band holds.
    ///
    /// # Errors
    /// Every refusal but `NotEmpty`.
    pub(crate) fn rungs(band: Band) -> Result<u32, BadBook> {
        if band.tick <= Price::ZERO {
            return Err(BadBook::TickNotPositive);
        }
        if band.low <= Price::ZERO {
            return Err(BadBook::LowNotPositive);
        }
        if band.high < band.low {
            return Err(BadBook::HighBelowLow);
        }
        if !band.low.is_on_tick(band.tick) || !band.high.is_on_tick(band.tick) {
            return Err(BadBook::OffTick { tick: band.tick });
        }
        // Both ends are multiples of a positive tick, so `low >= tick` and the sum cannot overflow.
        let steps = (band.high - band.low).0.checked_div(band.tick.0).expect("a positive tick");
        let rungs = steps.checked_add(1).expect("fewer steps than prices");
        match u32::try_from(rungs) {
            Ok(n) if n <= MOST_RUNGS => Ok(n),
            Ok(_) | Err(_) => Err(BadBook::TooWide { rungs, most: MOST_RUNGS }),
        }
    }
}

impl fmt::Display for BadBook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadBook::TickNotPositive => f.write_str("tick: must be positive"),
            BadBook::LowNotPositive => f.write_str("low: must be positive"),
            BadBook::HighBelowLow => f.write_str("high: must not be below low"),
            BadBook::OffTick { tick } => write!(f, "low, high: must be multiples of {tick}"),
            BadBook::TooWide { rungs, most } => write!(f, "low, high: {rungs} prices, at most {most}"),
            BadBook::NotEmpty => f.write_str("security: orders still stand in the book"),
        }
    }
}

impl core::error::Error for BadOrder {}
impl core::error::Error for BadReduce {}
impl core::error::Error for BadBook {}
