//! A hash table from a `u64` key to a `u32` row: open addressing, fixed seed, no iteration.
//!
//! Indexing and arithmetic lints are relaxed here: the capacity is a power of two and every index is
//! masked by it.
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use alloc::vec;
use alloc::vec::Vec;

#[derive(Clone, Copy)]
struct Slot {
    key: u64,
    /// Row plus one; zero is empty.
    row: u32,
}

/// Four slots, one cache line.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Group([Slot; 4]);

impl Group {
    const EMPTY: Group = Group([Slot { key: 0, row: 0 }; 4]);
}

const _: () = assert!(size_of::<Group>() == 64, "a group of slots is a cache line");

/// Finds rows by key. Keys chosen by outsiders belong in an ordered map instead: the seed is known.
#[derive(Clone)]
pub struct Table {
    groups: Vec<Group>,
    len: usize,
}

impl Table {
    pub fn new() -> Table {
        Table::with_capacity(8)
    }

    /// Room for `n` keys without growing.
    pub fn with_capacity(n: usize) -> Table {
        let size = (n.max(8) * 2).next_power_of_two();
        Table { groups: vec![Group::EMPTY; size / 4], len: 0 }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    fn home(&self, key: u64) -> usize {
        // Fibonacci hashing after one fold: keys are dense pairs, not adversarial text. Four keys that
        // follow each other (both sides of two trades, a client's securities) share a cache line.
        let group = key >> 2;
        let mixed = (group ^ (group >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let shift = self.size().leading_zeros() + 1;
        let home = (mixed >> shift) & !3 | key & 3;
        usize::try_from(home).expect("64-bit indexes")
    }

    /// Slots there are: a power of two, eight or more.
    #[inline]
    fn size(&self) -> usize {
        self.groups.len() * 4
    }

    #[inline]
    fn slot(&self, at: usize) -> Slot {
        self.groups[at >> 2].0[at & 3]
    }

    #[inline]
    pub fn get(&self, key: u64) -> Option<u32> {
        let mask = self.size() - 1;
        let mut at = self.home(key) & mask;
        loop {
            let slot = self.slot(at);
            if slot.row == 0 {
                return None;
            }
            if slot.key == key {
                return Some(slot.row - 1);
            }
            at = (at + 1) & mask;
        }
    }

    /// Remember `row` under `key`; a key is entered once.
    pub fn insert(&mut self, key: u64, row: u32) {
        if (self.len + 1) * 2 > self.size() {
            self.grow();
        }
        self.place(key, row);
        self.len += 1;
    }

    fn place(&mut self, key: u64, row: u32) {
        let mask = self.size() - 1;
        let mut at = self.home(key) & mask;
        while self.slot(at).row != 0 {
            assert!(self.slot(at).key != key, "a key is entered once");
            at = (at + 1) & mask;
        }
        self.groups[at >> 2].0[at & 3] = Slot { key, row: row.checked_add(1).expect("a row number") };
    }

    fn grow(&mut self) {
        let bigger = vec![Group::EMPTY; self.groups.len() * 2];
        let old = core::mem::replace(&mut self.groups, bigger);
        for slot in old.into_iter().flat_map(|group| group.0) {
            if slot.row != 0 {
                self.place(slot.key, slot.row - 1);
            }
        }
    }

    /// Forget every key; for tables that live one day.
    pub fn clear(&mut self) {
        self.groups.fill(Group::EMPTY);
        self.len = 0;
    }
}

impl Default for Table {
    fn default() -> Self {
        Table::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Lots;
    use alloc::collections::BTreeMap;

    #[test]
    fn agrees_with_an_ordered_map() {
        let (mut table, mut map, mut lots) = (Table::new(), BTreeMap::new(), Lots::new(7));
        for row in 0..20_000u32 {
            let key = lots.below(1 << 40);
            if map.insert(key, row).is_none() {
                table.insert(key, row);
            } else {
                map.insert(key, table.get(key).unwrap());
            }
        }
        assert_eq!(table.len(), map.len());
        for _ in 0..50_000 {
            let key = lots.below(1 << 40);
            assert_eq!(table.get(key), map.get(&key).copied());
        }
        for (key, row) in &map {
            assert_eq!(table.get(*key), Some(*row));
        }
        table.clear();
        assert!(map.keys().all(|k| table.get(*k).is_none()));
    }
}
