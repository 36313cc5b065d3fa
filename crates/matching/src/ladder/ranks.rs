//! A set of ranks that finds the first one at or after another: 64-ary bitmaps in three tiers.

use alloc::vec;
use alloc::vec::Vec;

use super::{NONE, at};

/// Rank 0 is the best price of a side, so that the best level in use is the first rank of the set.
#[derive(Clone)]
pub(super) struct Ranks {
    /// A bit for each rank.
    words: Vec<u64>,
    /// A bit for each word that is not zero.
    groups: Vec<u64>,
    /// A bit for each group that is not zero; at most 64 of these, scanned.
    heads: Vec<u64>,
}

impl Ranks {
    /// A set that holds nothing and has room for nothing, until `with_room`.
    pub const fn new() -> Ranks {
        Ranks { words: Vec::new(), groups: Vec::new(), heads: Vec::new() }
    }

    pub fn with_room(ranks: u32) -> Ranks {
        let words = at(ranks).div_ceil(64);
        let groups = words.div_ceil(64);
        Ranks { words: vec![0; words], groups: vec![0; groups], heads: vec![0; groups.div_ceil(64)] }
    }

    #[inline]
    pub fn insert(&mut self, rank: u32) {
        let word = &mut self.words[at(rank >> 6)];
        let was = *word;
        *word |= 1 << (rank & 63);
        if was == 0 {
            let group = &mut self.groups[at(rank >> 12)];
            let was = *group;
            *group |= 1 << (rank >> 6 & 63);
            if was == 0 {
                self.heads[at(rank >> 18)] |= 1 << (rank >> 12 & 63);
            }
        }
    }

    #[inline]
    pub fn remove(&mut self, rank: u32) {
        let word = &mut self.words[at(rank >> 6)];
        *word &= !(1 << (rank & 63));
        if *word == 0 {
            let group = &mut self.groups[at(rank >> 12)];
            *group &= !(1 << (rank >> 6 & 63));
            if *group == 0 {
                self.heads[at(rank >> 18)] &= !(1 << (rank >> 12 & 63));
            }
        }
    }

    /// The first rank of the set at or after `rank`, or `NONE`.
    #[inline]
    pub fn first_from(&self, rank: u32) -> u32 {
        if let Some(word) = self.words.get(at(rank >> 6)) {
            let bits = word & (!0 << (rank & 63));
            if bits != 0 {
                return rank & !63 | bits.trailing_zeros();
            }
        }
        self.first_after_word(rank >> 6)
    }

    fn first_after_word(&self, word: u32) -> u32 {
        let next = word + 1;
        if let Some(group) = self.groups.get(at(next >> 6)) {
            let bits = group & (!0 << (next & 63));
            if bits != 0 {
                return self.first_of_word(next & !63 | bits.trailing_zeros());
            }
        }
        let next = (next >> 6) + 1;
        let mut mask = !0 << (next & 63);
        for head in next >> 6.. {
            let Some(bits) = self.heads.get(at(head)) else { break };
            let bits = bits & mask;
            if bits != 0 {
                let group = head << 6 | bits.trailing_zeros();
                return self.first_of_word(group << 6 | self.groups[at(group)].trailing_zeros());
            }
            mask = !0;
        }
        NONE
    }

    fn first_of_word(&self, word: u32) -> u32 {
        word << 6 | self.words[at(word)].trailing_zeros()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;
    use stdx::Lots;

    #[test]
    fn finds_what_an_ordered_set_finds() {
        for (room, spread) in [(40, 40), (256, 256), (5_000, 5_000), (1 << 24, 1 << 24), (1 << 24, 9_000)] {
            let (mut ranks, mut set, mut lots) = (Ranks::with_room(room), BTreeSet::new(), Lots::new(u64::from(room)));
            for step in 0..20_000 {
                let rank = u32::try_from(lots.below(spread)).unwrap();
                // Fill, then drain, so that both crowded and nearly empty sets are searched.
                let enters = if step < 8_000 { !lots.one_in(4) } else { lots.one_in(4) };
                if enters {
                    ranks.insert(rank);
                    set.insert(rank);
                } else if let Some(present) = set.range(rank..).next().copied() {
                    ranks.remove(present);
                    set.remove(&present);
                }
                let from = u32::try_from(lots.below(spread)).unwrap();
                for from in [from, 0, room - 1, room] {
                    assert_eq!(ranks.first_from(from), set.range(from..).next().copied().unwrap_or(NONE));
                }
            }
        }
    }

    #[test]
    fn a_set_without_room_holds_nothing() {
        assert_eq!(Ranks::new().first_from(0), NONE);
    }
}
