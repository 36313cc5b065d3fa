//! Open addressing: values by `u64` key, fixed seed, what [`crate::Table`] and [`crate::Tally`] stand on.
//!
//! Indexing and arithmetic lints are relaxed here: the capacity is a power of two and every index is
//! masked by it.
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

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

#[derive(Clone)]
pub struct Slots<V> {
    groups: Vec<Group<V>>,
    len: usize,
    /// From a mixed key to its home among the slots.
    shift: u32,
    /// The value that no key has: it marks a slot nobody took.
    empty: V,
}

impl<V: Copy + PartialEq> Slots<V> {
    /// Room for `n` keys without growing.
    pub fn with_capacity(n: usize, empty: V) -> Slots<V> {
        let size = (n.max(8) * 2).next_power_of_two();
        let shift = size.leading_zeros() + 1;
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

    /// Where a key stands, or the slot it would take.
    #[inline]
    fn place(&self, key: u64) -> usize {
        // Fibonacci hashing after one fold: keys are dense pairs, not adversarial text. Four keys that
        // follow each other (both sides of two trades, a client's securities) share a cache line.
        let group = key >> 2;
        let mixed = (group ^ (group >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mask = self.size() - 1;
        let home = usize::try_from((mixed >> self.shift) & !3 | key & 3).expect("64-bit indexes");
        let mut at = home & mask;
        loop {
            let slot = self.groups[at >> 2].0[at & 3];
            if slot.value == self.empty || slot.key == key {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    #[inline]
    pub fn get(&self, key: u64) -> Option<V> {
        let at = self.place(key);
        let value = self.groups[at >> 2].0[at & 3].value;
        (value != self.empty).then_some(value)
    }

    /// The value of a key, which is `fresh` if it had none; and whether it had one.
    pub fn entry(&mut self, key: u64, fresh: V) -> (&mut V, bool) {
        if (self.len + 1) * 2 > self.size() {
            self.grow();
        }
        let (at, empty) = (self.place(key), self.empty);
        let slot = &mut self.groups[at >> 2].0[at & 3];
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
            let at = self.place(slot.key);
            self.groups[at >> 2].0[at & 3] = slot;
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
