//! Open addressing: values by `u64` key, fixed seed, what [`crate::Table`] and [`crate::Tally`] stand on.
//!
//! Indexing and arithmetic lints are relaxed here: the capacity is a power of two and every index is
//! masked by it.
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::cast_possible_truncation)]

use alloc::vec;
use alloc::vec::Vec;

#[derive(Clone, Copy)]
struct Slot<V> {
    key: u64,
    value: V,
}

/// Four slots, one cache line.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Group<V>([Slot<V>; 4]);

const _: () = assert!(size_of::<Group<u32>>() == 64 && size_of::<Group<i64>>() == 64, "a group is a cache line");

/// A slot, and how many runs were tried for it.
#[derive(Clone, Copy)]
struct Seat {
    group: usize,
    nth: usize,
    tried: u32,
}

/// Groups that lie side by side in a [`Slots`] of a series: with keys given one after the other, a page of memory.
const RUN: usize = 64;
/// So often a key of a series goes to the same place of the next run, then to one of its own.
const RUNS: u32 = 4;

/// Of a series (`SERIES`) keys rise for the most part, as an exchange's trade numbers do: those given near each other lie near
/// each other, so that a day's next key finds its cache line where the last one left it, however much room there is.
#[derive(Clone)]
pub struct Slots<V, const SERIES: bool = false> {
    groups: Vec<Group<V>>,
    len: usize,
    /// From a mixed key to its group.
    shift: u32,
    /// The value that no key has: it marks a slot nobody took.
    empty: V,
}

impl<V: Copy + PartialEq, const SERIES: bool> Slots<V, SERIES> {
    /// Room for `n` keys without growing.
    pub fn with_capacity(n: usize, empty: V) -> Slots<V, SERIES> {
        let size = (n.max(8) * 2).next_power_of_two();
        let shift = (size / 4).leading_zeros() + 1;
        Slots { groups: vec![Group([Slot { key: 0, value: empty }; 4]); size / 4], len: 0, shift, empty }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// Slots there are: a power of two, eight or more.
    #[inline]
    fn size(&self) -> usize {
        self.groups.len() * 4
    }

    /// A group among all of them. Fibonacci hashing after one fold: keys are dense pairs, not adversarial text.
    #[inline(always)]
    fn spread(&self, of: u64) -> usize {
        let mixed = (of ^ (of >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        // The shift is at most 62, and what it leaves is below the number of groups: neither is checked a second time.
        mixed.wrapping_shr(self.shift) as usize
    }

    /// Where a key stands if nobody else took it: four keys that follow each other (both sides of two trades, a client's
    /// securities) share a cache line.
    #[inline(always)]
    fn home(&self, key: u64) -> Seat {
        let (group, nth) = (key >> 2, (key & 3) as usize);
        if !SERIES {
            return Seat { group: self.spread(group), nth, tried: RUNS };
        }
        let within = (RUN - 1) & (self.groups.len() - 1);
        let run = self.spread(group / RUN as u64) & !within;
        Seat { group: run | group as usize & within, nth, tried: 0 }
    }

    /// Where a key goes on from a seat that another took.
    #[inline(always)]
    fn next(&self, key: u64, seat: Seat) -> Seat {
        let Seat { group, nth, tried } = seat;
        if SERIES && tried < RUNS {
            let (group, tried) = ((group + RUN) & (self.groups.len() - 1), tried + 1);
            return if tried < RUNS { Seat { group, nth, tried } } else { Seat { group: self.spread(key >> 2), nth, tried } };
        }
        if nth < 3 {
            return Seat { group, nth: nth + 1, tried };
        }
        Seat { group: if group + 1 == self.groups.len() { 0 } else { group + 1 }, nth: 0, tried }
    }

    /// Where a key stands, or the slot it would take.
    #[inline]
    fn place(&self, key: u64) -> Seat {
        let mut at = self.home(key);
        loop {
            let slot = &self.groups[at.group].0[at.nth];
            if slot.value == self.empty || slot.key == key {
                return at;
            }
            at = self.next(key, at);
        }
    }

    #[inline]
    pub fn get(&self, key: u64) -> Option<V> {
        let mut at = self.home(key);
        loop {
            let slot = &self.groups[at.group].0[at.nth];
            if slot.value == self.empty {
                return None;
            }
            if slot.key == key {
                return Some(slot.value);
            }
            at = self.next(key, at);
        }
    }

    /// The value of a key, which is `fresh` if it had none; and whether it had one.
    pub fn entry(&mut self, key: u64, fresh: V) -> (&mut V, bool) {
        if (self.len + 1) * 2 > self.size() {
            self.grow();
        }
        let (Seat { group, nth, .. }, empty) = (self.place(key), self.empty);
        let slot = &mut self.groups[group].0[nth];
        let had = slot.value != empty;
        if !had {
            *slot = Slot { key, value: fresh };
            self.len += 1;
        }
        (&mut slot.value, had)
    }

    /// Room for `n` keys in all without growing.
    pub fn make_room(&mut self, n: usize) {
        if n * 2 > self.size() {
            self.take_over(n);
        }
    }

    fn grow(&mut self) {
        self.take_over(self.size());
    }

    fn take_over(&mut self, n: usize) {
        let old = core::mem::replace(self, Slots::with_capacity(n, self.empty));
        self.len = old.len;
        for slot in old.taken() {
            let Seat { group, nth, .. } = self.place(slot.key);
            self.groups[group].0[nth] = slot;
        }
    }

    fn taken(&self) -> impl Iterator<Item = Slot<V>> {
        self.groups.iter().flat_map(|group| group.0).filter(|slot| slot.value != self.empty)
    }

    /// Every key with its value, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (u64, V)> {
        self.taken().map(|slot| (slot.key, slot.value))
    }

    pub fn clear(&mut self) {
        self.groups.fill(Group([Slot { key: 0, value: self.empty }; 4]));
        self.len = 0;
    }
}
