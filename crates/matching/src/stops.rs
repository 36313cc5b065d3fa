//! Orders that wait for a price: dormant until the last trade reaches their trigger, then orders like any other.
//!
//! A stop to buy is reached when the last price is at its trigger or above, a stop to sell at or below. Of those
//! reached at once the nearest trigger goes first, at one trigger who came first; between a buy and a sell, who
//! came first. The caller submits each to the engine before it asks for the next, since that may move the price.

use alloc::collections::BTreeMap;

use vocab::{Dump, Price, SecurityRow, Side, Sink};

/// A dormant order, by the caller's name for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stop {
    pub security: SecurityRow,
    pub side: Side,
    pub trigger: Price,
    pub tag: u64,
}

/// Where a stop waits: stale once it was reached or taken out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct StopSlot {
    security: SecurityRow,
    side: Side,
    /// Rises with the distance the price has to go.
    rank: i64,
    /// Counts the stops as they come.
    came: u64,
}

/// The stops of a market.
#[derive(Clone)]
pub struct Stops {
    waiting: BTreeMap<StopSlot, u64>,
    came: u64,
}

impl Stops {
    pub const fn new() -> Stops {
        Stops { waiting: BTreeMap::new(), came: 0 }
    }

    pub fn enter(&mut self, stop: Stop) -> StopSlot {
        self.came = self.came.checked_add(1).expect("fewer than 2^64 stops");
        let slot = StopSlot {
            security: stop.security,
            side: stop.side,
            rank: rank(stop.side, stop.trigger),
            came: self.came,
        };
        self.waiting.insert(slot, stop.tag);
        slot
    }

    /// Take a stop out; false when the slot is stale.
    pub fn cancel(&mut self, slot: StopSlot) -> bool {
        self.waiting.remove(&slot).is_some()
    }

    /// Take out the next stop that the last price reaches; its tag.
    pub fn reached(&mut self, security: SecurityRow, last: Price) -> Option<u64> {
        let heads = [Side::Buy, Side::Sell].map(|side| self.head(security, side).filter(|s| s.rank <= rank(side, last)));
        let first = heads.into_iter().flatten().min_by_key(|slot| slot.came)?;
        self.waiting.remove(&first)
    }

    /// The trigger the price has to go least for.
    pub fn nearest(&self, security: SecurityRow, side: Side) -> Option<Price> {
        self.head(security, side).map(trigger)
    }

    /// Drop every stop of a security, as at the close; how many waited.
    pub fn clear(&mut self, security: SecurityRow) -> u32 {
        let mut dropped = 0u32;
        for side in [Side::Buy, Side::Sell] {
            while let Some(slot) = self.head(security, side) {
                self.waiting.remove(&slot);
                dropped = dropped.saturating_add(1);
            }
        }
        dropped
    }

    fn head(&self, security: SecurityRow, side: Side) -> Option<StopSlot> {
        let from = StopSlot { security, side, rank: i64::MIN, came: 0 };
        let to = StopSlot { security, side, rank: i64::MAX, came: u64::MAX };
        self.waiting.range(from..=to).next().map(|(slot, _)| *slot)
    }
}

/// Higher triggers are further for a buy, lower ones for a sell.
fn rank(side: Side, price: Price) -> i64 {
    match side {
        Side::Buy => price.0,
        Side::Sell => price.0.checked_neg().expect("a price"),
    }
}

fn trigger(slot: StopSlot) -> Price {
    match slot.side {
        Side::Buy => Price(slot.rank),
        Side::Sell => Price(slot.rank.checked_neg().expect("a price")),
    }
}

impl Default for Stops {
    fn default() -> Self {
        Stops::new()
    }
}

/// Security, side, trigger and name of each, in the order they would be reached.
impl Dump for Stops {
    fn dump(&self, sink: &mut Sink<'_>) {
        for (slot, tag) in &self.waiting {
            (slot.security, slot.side).dump(sink);
            (trigger(*slot), *tag).dump(sink);
        }
    }
}
