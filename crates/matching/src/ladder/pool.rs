//! The orders of all books, in one vector of half-cache-line nodes with a free list.

use alloc::collections::BTreeMap;
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
    /// The row of its security, four times, plus one for a sell, plus two if it hides a part.
    home: u32,
}

const SELLS: u32 = 1;
const HIDES: u32 = 2;

const _: () = assert!(size_of::<Node>() == 32);

/// What the pool needs to know of an order that comes to stand.
pub(super) struct Entry {
    pub security: SecurityRow,
    pub side: Side,
    pub prev: u32,
    pub left: u32,
    /// At most so much of it is shown at once.
    pub shown: u32,
    pub tag: u64,
    pub queue: u32,
}

/// What an order has behind the part of it that is shown.
#[derive(Clone, Copy)]
struct Hidden {
    /// The most that is shown at once.
    shows: u32,
    behind: u32,
}

#[derive(Clone)]
pub(crate) struct Pool {
    nodes: Vec<Node>,
    free: u32,
    /// Of the few orders that hide a part, by index.
    hidden: BTreeMap<u32, Hidden>,
}

impl Pool {
    pub const fn new() -> Pool {
        Pool { nodes: Vec::new(), free: NONE, hidden: BTreeMap::new() }
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
        (SecurityRow(home >> 2), if home & SELLS == 0 { Side::Buy } else { Side::Sell })
    }

    /// What the order has behind what is shown; for almost every order one bit says: nothing.
    #[inline]
    pub fn behind(&self, index: u32) -> u32 {
        if self.nodes[at(index)].home & HIDES == 0 { 0 } else { self.hidden[&index].behind }
    }

    /// Show the next part of an order whose shown part has traded; how much, zero when nothing is left.
    #[inline]
    pub(super) fn show_more(&mut self, index: u32) -> u32 {
        if self.nodes[at(index)].home & HIDES == 0 { 0 } else { self.show_hidden(index) }
    }

    #[cold]
    fn show_hidden(&mut self, index: u32) -> u32 {
        let hidden = self.hidden.get_mut(&index).expect("an order that hides a part");
        let shown = hidden.shows.min(hidden.behind);
        hidden.behind -= shown;
        self.nodes[at(index)].left = shown;
        shown
    }

    /// Take units off what is hidden; how many of them there were.
    pub(super) fn hide_less(&mut self, index: u32, by: u32) -> u32 {
        let Some(hidden) = self.hidden.get_mut(&index) else { return 0 };
        let taken = by.min(hidden.behind);
        hidden.behind -= taken;
        taken
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
        let hides = if entry.shown < entry.left { HIDES } else { 0 };
        *node = Node {
            next: NONE,
            prev: entry.prev,
            left: entry.left.min(entry.shown),
            generation,
            tag: entry.tag,
            queue: entry.queue,
            home: entry.security.0 << 2 | hides | u32::from(entry.side.number()),
        };
        if hides != 0 {
            self.hide(index, &entry);
        }
        Slot { index, generation }
    }

    #[cold]
    fn hide(&mut self, index: u32, entry: &Entry) {
        self.hidden.insert(index, Hidden { shows: entry.shown, behind: entry.left - entry.shown });
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
        if node.home & HIDES != 0 {
            node.home &= !HIDES;
            self.hidden.remove(&index);
        }
        // A place whose generations are used up is never given again, so no slot is ever good twice.
        if let Some(generation) = node.generation.checked_add(1) {
            node.generation = generation;
            node.next = self.free;
            self.free = index;
        }
    }
}
