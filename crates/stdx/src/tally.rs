//! Sums by a `u64` key, the sum beside its key: one look where [`crate::Table`] and a row take two.

use crate::slots::Slots;
use alloc::vec::Vec;

/// No sum: one that came to it would be lost, so none may.
const NONE: i64 = i64::MIN;

/// A sum for every key, zero until something is added. Keys are dense pairs, not text of outsiders.
#[derive(Clone)]
pub struct Tally {
    slots: Slots<i64>,
}

impl Tally {
    pub fn new() -> Tally {
        Tally { slots: Slots::with_capacity(8, NONE) }
    }

    #[inline]
    pub fn get(&self, key: u64) -> i64 {
        self.slots.get(key).unwrap_or(0)
    }

    /// # Panics
    /// When the sum leaves 64 bits, in every profile.
    pub fn add(&mut self, key: u64, more: i64) {
        let (sum, _) = self.slots.entry(key, 0);
        *sum = sum.checked_add(more).filter(|sum| *sum != NONE).expect("a sum within 64 bits");
    }

    /// Every key something was added to, in order, with its sum.
    pub fn sorted(&self) -> Vec<(u64, i64)> {
        let mut all: Vec<(u64, i64)> = self.slots.iter().collect();
        all.sort_unstable();
        all
    }

    /// Forget everything; for sums of one day.
    pub fn clear(&mut self) {
        self.slots.clear();
    }
}

impl Default for Tally {
    fn default() -> Self {
        Tally::new()
    }
}

impl vocab::Dump for Tally {
    fn dump(&self, sink: &mut vocab::Sink<'_>) {
        self.sorted().dump(sink);
    }
}

impl vocab::Load for Tally {
    fn load(from: &mut vocab::Dumped<'_>) -> Result<Tally, vocab::Unreadable> {
        let wrong = from.no("sum");
        let mut all = Tally::new();
        for (key, sum) in <Vec<(u64, i64)>>::load(from)? {
            if sum == NONE || all.slots.get(key).is_some() {
                return Err(wrong);
            }
            all.add(key, sum);
        }
        Ok(all)
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
        let mut bytes = Vec::new();
        vocab::Dump::dump(&tally, &mut |more| bytes.extend_from_slice(more));
        assert_eq!(vocab::load::<Tally>(&bytes).unwrap().sorted(), tally.sorted());
        assert_eq!(tally.get(u64::MAX), 0);
        tally.clear();
        assert!(tally.sorted().is_empty() && tally.get(7) == 0);
    }
}
