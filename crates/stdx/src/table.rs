//! A hash table from a `u64` key to a `u32` row: open addressing, fixed seed, no iteration.

use crate::slots::Slots;

/// Finds rows by key. Keys chosen by outsiders belong in an ordered map instead: the seed is known.
#[derive(Clone)]
pub struct Table {
    /// Row plus one; zero is empty.
    slots: Slots<u32>,
}

impl Table {
    pub fn new() -> Table {
        Table::with_capacity(8)
    }

    /// Room for `n` keys without growing.
    pub fn with_capacity(n: usize) -> Table {
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
    pub fn of(keys: impl ExactSizeIterator<Item = u64>) -> Table {
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
