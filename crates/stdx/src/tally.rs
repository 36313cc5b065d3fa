//! Sums by a `u64` key, the sum beside its key: one look where [`crate::Table`] and a row take two.
//!
//! Indexing and arithmetic lints are relaxed as in `table`.
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use alloc::vec;
use alloc::vec::Vec;

#[derive(Clone, Copy)]
struct Slot {
    /// Plus one; zero is empty.
    key: u64,
    sum: i64,
}

/// Four slots, one cache line.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Group([Slot; 4]);

impl Group {
    const EMPTY: Group = Group([Slot { key: 0, sum: 0 }; 4]);
}

const _: () = assert!(size_of::<Group>() == 64, "a group of slots is a cache line");

/// A sum for every key, zero until something is added. Keys are dense pairs, not text of outsiders.
#[derive(Clone)]
pub struct Tally {
    groups: Vec<Group>,
    len: usize,
}

impl Tally {
    pub fn new() -> Tally {
        Tally { groups: vec![Group::EMPTY; 4], len: 0 }
    }

    #[inline]
    fn size(&self) -> usize {
        self.groups.len() * 4
    }

    /// Where a key stands, or where it would.
    #[inline]
    fn place(&self, stored: u64) -> usize {
        let mixed = (stored ^ (stored >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let shift = self.size().leading_zeros() + 1;
        let mask = self.size() - 1;
        let mut at = usize::try_from(mixed >> shift).expect("64-bit indexes") & mask;
        loop {
            let key = self.groups[at >> 2].0[at & 3].key;
            if key == stored || key == 0 {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    #[inline]
    pub fn get(&self, key: u64) -> i64 {
        // Nothing is ever added to the largest number.
        let Some(stored) = key.checked_add(1) else { return 0 };
        let at = self.place(stored);
        self.groups[at >> 2].0[at & 3].sum
    }

    /// # Panics
    /// When the sum leaves 64 bits, in every profile, or the key is the largest number there is.
    pub fn add(&mut self, key: u64, more: i64) {
        if (self.len + 1) * 2 > self.size() {
            self.grow();
        }
        let stored = key.checked_add(1).expect("a key below the largest number");
        let at = self.place(stored);
        let slot = &mut self.groups[at >> 2].0[at & 3];
        if slot.key == 0 {
            slot.key = stored;
            self.len += 1;
        }
        slot.sum = slot.sum.checked_add(more).expect("a sum within 64 bits");
    }

    fn grow(&mut self) {
        let bigger = vec![Group::EMPTY; self.groups.len() * 2];
        let old = core::mem::replace(&mut self.groups, bigger);
        for slot in old.into_iter().flat_map(|group| group.0) {
            if slot.key != 0 {
                let at = self.place(slot.key);
                self.groups[at >> 2].0[at & 3] = slot;
            }
        }
    }

    /// Every key something was added to, in order, with its sum.
    pub fn sorted(&self) -> Vec<(u64, i64)> {
        let slots = self.groups.iter().flat_map(|group| group.0).filter(|slot| slot.key != 0);
        let mut all: Vec<(u64, i64)> = slots.map(|slot| (slot.key - 1, slot.sum)).collect();
        all.sort_unstable();
        all
    }

    /// Forget everything; for sums of one day.
    pub fn clear(&mut self) {
        self.groups.fill(Group::EMPTY);
        self.len = 0;
    }
}

impl Default for Tally {
    fn default() -> Self {
        Tally::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Lots;
    use alloc::collections::BTreeMap;

    #[test]
    fn agrees_with_an_ordered_map() {
        let (mut tally, mut map, mut lots) = (Tally::new(), BTreeMap::new(), Lots::new(7));
        for _ in 0..20_000 {
            let (key, more) = (lots.below(5_000), lots.between(-50, 50));
            tally.add(key, more);
            *map.entry(key).or_insert(0) += more;
        }
        for key in 0..6_000 {
            assert_eq!(tally.get(key), map.get(&key).copied().unwrap_or(0));
        }
        assert_eq!(tally.sorted(), map.into_iter().collect::<Vec<_>>());
        assert_eq!(tally.get(u64::MAX), 0);
        tally.clear();
        assert!(tally.sorted().is_empty() && tally.get(7) == 0);
    }
}
