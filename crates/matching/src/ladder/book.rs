//! One security's book.
//!
//! A rung is a price's place in the band, counted from the low end; a rank is a rung counted from the
//! best price of a side. The first rank in use is a side's best, for both sides alike. A price never
//! holds both sides, because an order trades with the other side before it rests: so one queue serves
//! a price. Queues are made 64 at a time where orders come, so that a wide band costs little.

use alloc::vec;
use alloc::vec::Vec;

use vocab::{Price, Qty, SecurityRow, Side};

use super::pool::{Entry, Pool};
use super::ranks::Ranks;
use super::{NONE, at};
use crate::order::{Band, Fill, Incoming, Level, Outcome, Resting, Slot};
use crate::refusal::{BadBook, BadOrder, MOST_QTY};

/// The orders that stand at one price, first come first.
#[derive(Clone, Copy)]
struct Queue {
    /// As far as it is shown.
    qty: i64,
    head: u32,
    tail: u32,
    orders: u32,
    rung: u32,
}

#[derive(Clone)]
pub(crate) struct Book {
    band: Band,
    security: SecurityRow,
    rungs: u32,
    /// The best rank in use of buys and of sells, or `NONE`.
    best: [u32; 2],
    ranks: [Ranks; 2],
    /// For each 64 rungs, where their queues begin, or `NONE` before the first order among them.
    pages: Vec<u32>,
    queues: Vec<Queue>,
}

impl Book {
    pub fn open(security: SecurityRow, band: Band) -> Result<Book, BadBook> {
        assert!(security.0 < 1 << 30, "a row leaves two bits: its side, and whether it hides a part");
        let rungs = BadBook::rungs(band)?;
        Ok(Book {
            band,
            security,
            rungs,
            best: [NONE; 2],
            ranks: [Ranks::new(), Ranks::new()],
            pages: Vec::new(),
            queues: Vec::new(),
        })
    }

    pub fn band(&self) -> Band {
        self.band
    }

    pub fn is_empty(&self) -> bool {
        self.best == [NONE; 2]
    }

    #[inline]
    pub fn submit(
        &mut self,
        pool: &mut Pool,
        incoming: &Incoming,
        fills: &mut impl FnMut(Fill),
    ) -> Result<Outcome, BadOrder> {
        let qty = Book::units(incoming.qty)?;
        if !incoming.shown.is_positive() {
            return Err(BadOrder::ShownNotPositive);
        }
        let other = incoming.side.other();
        let (rung, reach) = match incoming.limit {
            Some(price) => {
                let rung = self.rung(price)?;
                (Some(rung), self.flip(other, rung))
            }
            None => (None, self.rungs - 1),
        };
        let mut left = qty;
        while left > 0 && self.best[side_no(other)] <= reach {
            left = self.sweep(pool, other, left, fills);
        }
        let slot = match rung {
            Some(rung) if left > 0 && incoming.rests => {
                Some(self.rest(pool, incoming, rung, left))
            }
            Some(_) | None => None,
        };
        Ok(Outcome { filled: Qty(i64::from(qty - left)), left: Qty(i64::from(left)), slot })
    }

    #[inline]
    fn units(qty: Qty) -> Result<u32, BadOrder> {
        match u32::try_from(qty.0) {
            Ok(0) => Err(BadOrder::QtyNotPositive),
            Ok(units) => Ok(units),
            Err(_) if qty.is_negative() => Err(BadOrder::QtyNotPositive),
            Err(_) => Err(BadOrder::QtyTooLarge { most: MOST_QTY }),
        }
    }

    #[inline]
    fn rung(&self, price: Price) -> Result<u32, BadOrder> {
        let Band { low, high, tick } = self.band;
        if price < low || price > high {
            return Err(BadOrder::OutsideLadder { low, high });
        }
        let (offset, step) = ((price.0 - low.0).unsigned_abs(), tick.0.unsigned_abs());
        if offset % step != 0 {
            return Err(BadOrder::OffTick { tick });
        }
        Ok(u32::try_from(offset / step).expect("a rung of the band"))
    }

    #[inline]
    fn price(&self, rung: u32) -> Price {
        Price(self.band.low.0 + i64::from(rung) * self.band.tick.0)
    }

    /// From a rung to the rank of a side, and back.
    #[inline]
    fn flip(&self, side: Side, place: u32) -> u32 {
        match side {
            Side::Buy => self.rungs - 1 - place,
            Side::Sell => place,
        }
    }

    /// Trade `left` units with the best level of a side; what is left after it.
    #[inline]
    fn sweep(&mut self, pool: &mut Pool, side: Side, mut left: u32, fills: &mut impl FnMut(Fill)) -> u32 {
        let rank = self.best[side_no(side)];
        let rung = self.flip(side, rank);
        let price = self.price(rung);
        let queue = &mut self.queues[at(self.pages[at(rung >> 6)] + (rung & 63))];
        let mut index = queue.head;
        // Without it a stale best would sweep an empty level for ever.
        assert!(index != NONE, "an order stands at a best price");
        while left > 0 && index != NONE {
            let resting = pool.slot(index);
            let node = pool.node_mut(index);
            let (traded, tag, next) = (left.min(node.left), node.tag, node.next);
            node.left -= traded;
            let resting_left = node.left;
            left -= traded;
            queue.qty -= i64::from(traded);
            let behind = pool.behind(index);
            fills(Fill {
                resting,
                resting_tag: tag,
                qty: Qty(i64::from(traded)),
                price,
                resting_left: Qty(i64::from(resting_left) + i64::from(behind)),
            });
            if resting_left == 0 {
                let shown = pool.show_more(index);
                if shown == 0 {
                    queue.orders -= 1;
                    pool.release(index);
                    index = next;
                } else {
                    queue.qty += i64::from(shown);
                    index = Book::to_the_end(pool, queue, index, next);
                }
            }
        }
        queue.head = index;
        if index == NONE {
            queue.tail = NONE;
            self.vacate(side, rank);
        }
        left
    }

    /// The first order of a queue goes behind the others, as what it shows next came later; who is first now.
    #[cold]
    fn to_the_end(pool: &mut Pool, queue: &mut Queue, index: u32, next: u32) -> u32 {
        if next == NONE {
            return index;
        }
        let last = queue.tail;
        pool.node_mut(last).next = index;
        let node = pool.node_mut(index);
        (node.prev, node.next) = (last, NONE);
        queue.tail = index;
        next
    }

    /// The last order of a level is gone.
    #[inline]
    fn vacate(&mut self, side: Side, rank: u32) {
        let ranks = &mut self.ranks[side_no(side)];
        ranks.remove(rank);
        let best = &mut self.best[side_no(side)];
        if *best == rank {
            *best = ranks.first_from(rank);
        }
    }

    #[inline]
    fn rest(&mut self, pool: &mut Pool, incoming: &Incoming, rung: u32, left: u32) -> Slot {
        let Incoming { side, tag, .. } = *incoming;
        let shown = u32::try_from(incoming.shown.0).unwrap_or(u32::MAX).min(left);
        let page = match self.pages.get(at(rung >> 6)) {
            Some(page) if *page != NONE => *page,
            Some(_) | None => self.make_page(rung),
        };
        let number = page + (rung & 63);
        let queue = &mut self.queues[at(number)];
        let prev = queue.tail;
        let slot = pool.take(Entry { security: self.security, side, prev, left, shown, tag, queue: number });
        queue.qty += i64::from(shown);
        queue.orders += 1;
        queue.tail = slot.index;
        if prev != NONE {
            pool.node_mut(prev).next = slot.index;
            return slot;
        }
        queue.head = slot.index;
        let rank = self.flip(side, rung);
        self.ranks[side_no(side)].insert(rank);
        let best = &mut self.best[side_no(side)];
        *best = rank.min(*best);
        slot
    }

    /// Make the queues around a rung; the first order of the book makes its tables too.
    #[cold]
    fn make_page(&mut self, rung: u32) -> u32 {
        if self.pages.is_empty() {
            self.pages = vec![NONE; at(self.rungs).div_ceil(64)];
            self.ranks = [Ranks::with_room(self.rungs), Ranks::with_room(self.rungs)];
        }
        let page = u32::try_from(self.queues.len()).expect("fewer queues than rungs, rounded up");
        let first = rung & !63;
        self.queues.extend((first..first + 64).map(|rung| Queue { qty: 0, head: NONE, tail: NONE, orders: 0, rung }));
        self.pages[at(rung >> 6)] = page;
        page
    }

    /// Take an order out of its queue; what was left of it.
    #[inline]
    pub fn cancel(&mut self, pool: &mut Pool, side: Side, index: u32) -> Qty {
        let node = *pool.node(index);
        let behind = pool.behind(index);
        let queue = &mut self.queues[at(node.queue)];
        queue.qty -= i64::from(node.left);
        queue.orders -= 1;
        let (first, last) = (queue.head == index, queue.tail == index);
        if first {
            queue.head = node.next;
        } else {
            pool.node_mut(node.prev).next = node.next;
        }
        if last {
            queue.tail = if first { NONE } else { node.prev };
        } else {
            pool.node_mut(node.next).prev = node.prev;
        }
        pool.release(index);
        if first && last {
            let rung = queue.rung;
            self.vacate(side, self.flip(side, rung));
        }
        Qty(i64::from(node.left) + i64::from(behind))
    }

    /// Make an order smaller by less than all of it, in its place: what is hidden of it first. What is left.
    pub fn reduce(&mut self, pool: &mut Pool, index: u32, by: u32) -> Qty {
        let by = by - pool.hide_less(index, by);
        let behind = pool.behind(index);
        let node = pool.node_mut(index);
        assert!(by < node.left, "a reduction leaves something");
        node.left -= by;
        self.queues[at(node.queue)].qty -= i64::from(by);
        Qty(i64::from(node.left) + i64::from(behind))
    }

    /// Drop every order and every table; how many orders stood.
    pub fn clear(&mut self, pool: &mut Pool) -> u32 {
        let mut dropped = 0;
        for queue in &self.queues {
            let mut index = queue.head;
            while index != NONE {
                let next = pool.node(index).next;
                pool.release(index);
                dropped += 1;
                index = next;
            }
        }
        self.best = [NONE; 2];
        self.ranks = [Ranks::new(), Ranks::new()];
        (self.pages, self.queues) = (Vec::new(), Vec::new());
        dropped
    }

    pub fn order(&self, pool: &Pool, side: Side, index: u32) -> Resting {
        let node = pool.node(index);
        Resting {
            slot: pool.slot(index),
            security: self.security,
            side,
            price: self.price(self.queues[at(node.queue)].rung),
            left: Qty(i64::from(node.left) + i64::from(pool.behind(index))),
            shown: Qty(i64::from(node.left)),
            tag: node.tag,
        }
    }

    /// The best level of a side.
    #[inline]
    pub fn best(&self, side: Side) -> Option<Level> {
        let rank = self.best[side_no(side)];
        (rank != NONE).then(|| self.level(self.queue(side, rank)))
    }

    fn queue(&self, side: Side, rank: u32) -> &Queue {
        let rung = self.flip(side, rank);
        &self.queues[at(self.pages[at(rung >> 6)] + (rung & 63))]
    }

    fn level(&self, queue: &Queue) -> Level {
        Level { price: self.price(queue.rung), qty: Qty(queue.qty), orders: queue.orders }
    }

    fn queues(&self, side: Side) -> impl Iterator<Item = &Queue> {
        let mut rank = self.best[side_no(side)];
        core::iter::from_fn(move || {
            let queue = (rank != NONE).then(|| self.queue(side, rank))?;
            rank = self.ranks[side_no(side)].first_from(rank + 1);
            Some(queue)
        })
    }

    /// The levels of a side, best first.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = Level> {
        self.queues(side).map(|queue| self.level(queue))
    }

    /// The orders of a side, best price first, then first come first.
    pub fn resting(&self, pool: &Pool, side: Side) -> impl Iterator<Item = Resting> {
        self.queues(side).flat_map(move |queue| {
            let mut index = queue.head;
            core::iter::from_fn(move || {
                let order = (index != NONE).then(|| self.order(pool, side, index))?;
                index = pool.node(index).next;
                Some(order)
            })
        })
    }
}

#[inline]
fn side_no(side: Side) -> usize {
    usize::from(side.number())
}
