//! A hash table from a `u64` key to a `u32` row: open addressing, fixed seed, no iteration.

use crate::slots::Slots;

/// Finds rows by key. Keys chosen by outsiders belong in an ordered map instead: the seed is known.
#[derive(Clone)]
pub struct Table<const SERIES: bool = false> {
    /// Row plus one; zero is empty.
    slots: Slots<u32, SERIES>,
}

/// A [`Table`] for keys that rise for the most part, as an exchange's trade numbers do.
pub type Series = Table<true>;

impl<const SERIES: bool> Table<SERIES> {
    pub fn new() -> Self {
        Table::with_capacity(8)
    }

    /// Room for `n` keys without growing.
    pub fn with_capacity(n: usize) -> Self {
        Table { slots: Slots::with_capacity(n, 0) }
    }

    /// Room for `n` keys in all without growing.
    pub fn make_room(&mut self, n: usize) {
        self.slots.make_room(n);
    }

    pub fn len(&self) -> usize {
        self.slots.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    pub fn get(&self, key: u64) -> Option<u32> {
        self.slots.get(key)?.checked_sub(1)
    }

    /// Remember `row` under `key`; a key is entered once.
    pub fn insert(&mut self, key: u64, row: u32) {
        let (_, had) = self.slots.entry(key, row.checked_add(1).expect("a row number"));
        assert!(!had, "a key is entered once");
    }

    /// What finds each key's place in a list that is there already.
    ///
    /// # Panics
    /// When a key stands there twice.
    pub fn of(keys: impl ExactSizeIterator<Item = u64>) -> Self {
        let mut table = Table::with_capacity(keys.len());
        for (row, key) in keys.enumerate() {
            table.insert(key, u32::try_from(row).expect("a row number"));
        }
        table
    }

    /// Forget every key; for tables that live one day.
    pub fn clear(&mut self) {
        self.slots.clear();
    }
}

impl<const SERIES: bool> Default for Table<SERIES> {
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
        let mut lots = Lots::new(7);
        agrees(Table::<false>::new(), || lots.below(1 << 40));
    }

    #[test]
    fn a_series_agrees_with_an_ordered_map_whatever_its_steps() {
        let mut lots = Lots::new(8);
        agrees(Series::new(), || lots.below(1 << 40));
        // Both sides of trades, one after the other and from two counters; and steps that always meet the same place of a run.
        for (step, counters) in [(1, 1), (1, 2), (3, 2), (256, 1), (1 << 20, 3)] {
            let mut given = 0;
            agrees(Series::with_capacity(20_000), || {
                given += 1;
                let of = given % counters;
                if lots.below(3) == 0 { lots.below(given) } else { (of << 32) + given / counters * step }
            });
        }
    }

    fn agrees<const SERIES: bool>(mut table: Table<SERIES>, mut key: impl FnMut() -> u64) {
        let mut map = BTreeMap::new();
        for row in 0..20_000u32 {
            let key = key();
            if map.insert(key, row).is_none() {
                table.insert(key, row);
            } else {
                map.insert(key, table.get(key).unwrap());
            }
        }
        assert_eq!(table.len(), map.len());
        for _ in 0..50_000 {
            let key = key();
            assert_eq!(table.get(key), map.get(&key).copied());
        }
        for (key, row) in &map {
            assert_eq!(table.get(*key), Some(*row));
        }
        table.clear();
        assert!(map.keys().all(|k| table.get(*k).is_none()));
    }
}
