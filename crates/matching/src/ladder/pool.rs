//! The orders of all books, in one vector of half-cache-line nodes with a free list.

use alloc::vec::Vec;

use vocab::{SecurityRow, Side};

use super::{NONE, at};
use crate::order::Slot;

/// An order, or a free place. `left` is zero exactly when the place is free.
#[derive(Clone, Copy)]
#[repr(C, align(32))]
pub(super) struct Node {
    /// The order behind it at its price; in a free place, the next free place.
    pub next: u32,
    /// The order before it at its price; not read of the first.
    pub prev: u32,
    pub left: u32,
    generation: u32,
    pub tag: u64,
    /// Its queue, among those its book has made.
    pub queue: u32,
    /// The row of its security, doubled, plus one for a sell.
    home: u32,
}

const _: () = assert!(size_of::<Node>() == 32);

/// What the pool needs to know of an order that comes to stand.
pub(super) struct Entry {
    pub security: SecurityRow,
    pub side: Side,
    pub prev: u32,
    pub left: u32,
    pub tag: u64,
    pub queue: u32,
}

#[derive(Clone)]
pub(crate) struct Pool {
    nodes: Vec<Node>,
    free: u32,
}

impl Pool {
    pub const fn new() -> Pool {
        Pool { nodes: Vec::new(), free: NONE }
    }

    /// The index of the order a slot names, unless the slot is stale.
    #[inline]
    pub fn find(&self, slot: Slot) -> Option<u32> {
        let node = self.nodes.get(at(slot.index))?;
        (node.generation == slot.generation && node.left != 0).then_some(slot.index)
    }

    /// Which book and side an order stands in.
    #[inline]
    pub fn home(&self, index: u32) -> (SecurityRow, Side) {
        let home = self.nodes[at(index)].home;
        (SecurityRow(home >> 1), if home & 1 == 0 { Side::Buy } else { Side::Sell })
    }

    #[inline]
    pub(super) fn node(&self, index: u32) -> &Node {
        &self.nodes[at(index)]
    }

    #[inline]
    pub(super) fn node_mut(&mut self, index: u32) -> &mut Node {
        &mut self.nodes[at(index)]
    }

    #[inline]
    pub(super) fn slot(&self, index: u32) -> Slot {
        Slot { index, generation: self.nodes[at(index)].generation }
    }

    /// A place for an order at the end of its queue.
    #[inline]
    pub(super) fn take(&mut self, entry: Entry) -> Slot {
        let index = if self.free == NONE { self.grow() } else { self.free };
        let node = &mut self.nodes[at(index)];
        self.free = node.next;
        let generation = node.generation;
        *node = Node {
            next: NONE,
            prev: entry.prev,
            left: entry.left,
            generation,
            tag: entry.tag,
            queue: entry.queue,
            home: entry.security.0 << 1 | u32::from(entry.side.number()),
        };
        Slot { index, generation }
    }

    #[cold]
    fn grow(&mut self) -> u32 {
        let index = u32::try_from(self.nodes.len()).expect("fewer than 2^32 orders stand");
        assert!(index != NONE, "fewer than 2^32 orders stand");
        self.nodes.push(Node { next: NONE, prev: NONE, left: 0, generation: 0, tag: 0, queue: NONE, home: 0 });
        index
    }

    /// The order is gone: its slot becomes stale and its place free.
    #[inline]
    pub(super) fn release(&mut self, index: u32) {
        let node = &mut self.nodes[at(index)];
        node.left = 0;
        // A place whose generations are used up is never given again, so no slot is ever good twice.
        if let Some(generation) = node.generation.checked_add(1) {
            node.generation = generation;
            node.next = self.free;
            self.free = index;
        }
    }
}
