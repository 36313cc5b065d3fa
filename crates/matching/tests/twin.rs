//! The engine and its slow obvious twin agree on everything, over long random flows.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)]

use matching::{BadBook, BadOrder, BadReduce, Engine, Fill, Incoming, Outcome, Resting, Slot, naive};
use std::collections::BTreeMap;
use stdx::Lots;
use vocab::{Dump, Price, Qty, SecurityRow, Side};

const BOOKS: u32 = 3;

/// An engine and its twins, driven alike.
struct Pair {
    fast: Engine,
    slow: Vec<naive::Book>,
    lots: Lots,
    tick: i64,
    rungs: i64,
    /// Every order that ever stood: its row and both slots; tags are its places.
    stood: Vec<(usize, Slot, Slot)>,
    tags: BTreeMap<u64, usize>,
    seen: Seen,
}

/// How often each thing happened, so that a flow which stopped testing something is noticed.
#[derive(Default, Debug)]
struct Seen {
    trades: u32,
    emptied: u32,
    refused: u32,
    stale: u32,
    cancelled: u32,
    reduced: u32,
    dropped: u32,
    markets: u32,
    hidden: u32,
}

impl Pair {
    fn new(seed: u64, tick: i64, rungs: i64) -> Pair {
        let (mut fast, mut slow) = (Engine::new(), Vec::new());
        for row in (0..BOOKS).map(SecurityRow) {
            let (low, high) = (Price(tick), Price(tick * rungs));
            fast.open_book(row, low, high, Price(tick)).unwrap();
            slow.push(naive::Book::new(row, low, high, Price(tick)).unwrap());
        }
        let lots = Lots::new(seed);
        Pair { fast, slow, lots, tick, rungs, stood: Vec::new(), tags: BTreeMap::new(), seen: Seen::default() }
    }

    /// A price that is mostly near the middle, sometimes anywhere, rarely bad.
    fn price(&mut self, side: Side) -> Price {
        let middle = self.rungs / 2;
        let rung = match self.lots.below(40) {
            0 => return Price(self.lots.between(-self.tick, self.tick * (self.rungs + 2))),
            1..4 => self.lots.between(1, self.rungs),
            _ => {
                let near = (self.rungs / 4).min(90);
                match side {
                    Side::Buy => self.lots.between(middle - near, middle + near / 6),
                    Side::Sell => self.lots.between(middle - near / 6, middle + near),
                }
            }
        };
        Price(rung * self.tick)
    }

    fn incoming(&mut self, tag: u64) -> Incoming {
        let side = if self.lots.one_in(2) { Side::Buy } else { Side::Sell };
        let qty = match self.lots.below(60) {
            0 => Qty(self.lots.between(-2, 0)),
            1 => Qty(self.lots.between(i64::from(u32::MAX), i64::from(u32::MAX) + 2)),
            2..6 => Qty(self.lots.between(1, 5_000)),
            _ => Qty(self.lots.between(1, 100)),
        };
        let limit = if self.lots.one_in(12) { None } else { Some(self.price(side)) };
        let shown = match self.lots.below(8) {
            // Exchanges want a tenth shown; a few units of a huge order would trade for ever.
            0 => Qty(self.lots.between(1, 40).max(qty.0 / 50)),
            1 if self.lots.one_in(40) => Qty::ZERO,
            _ => Qty(qty.0.max(1)),
        };
        let row = if self.lots.one_in(200) { BOOKS } else { u32::try_from(self.lots.below(BOOKS.into())).unwrap() };
        Incoming { security: SecurityRow(row), side, limit, qty, shown, rests: !self.lots.one_in(6), tag }
    }

    fn submit(&mut self, tag: u64) {
        let incoming = self.incoming(tag);
        let (mut fast, mut slow) = (Vec::new(), Vec::new());
        let a = self.fast.submit(incoming, &mut |fill| fast.push(fill));
        let row = usize::try_from(incoming.security.0).unwrap();
        let b = match self.slow.get_mut(row) {
            Some(twin) => twin.submit(incoming, &mut |fill| slow.push(fill)),
            None => Err(BadOrder::NoBook),
        };
        let (a, b): (Outcome, Outcome) = match (a, b) {
            (Ok(a), Ok(b)) => (a, b),
            (a, b) => {
                assert_eq!(a, b);
                self.seen.refused += 1;
                return;
            }
        };
        assert_eq!((a.filled, a.left, a.slot.is_some()), (b.filled, b.left, b.slot.is_some()));
        assert_eq!(a.filled + a.left, incoming.qty);
        assert_eq!(fast.len(), slow.len());
        for (f, s) in fast.iter().zip(&slow) {
            let (_, fast_slot, slow_slot) = self.stood[self.tags[&f.resting_tag]];
            assert_eq!((f.resting, s.resting), (fast_slot, slow_slot));
            assert_eq!(*f, Fill { resting: f.resting, ..*s });
            self.seen.trades += 1;
            self.seen.emptied += u32::from(f.resting_left.is_zero());
            self.seen.hidden += u32::from(f.resting_left.is_positive() && self.fast.order(f.resting).is_some_and(|o| o.shown < o.left));
        }
        self.seen.markets += u32::from(incoming.limit.is_none());
        if let (Some(a), Some(b)) = (a.slot, b.slot) {
            self.tags.insert(tag, self.stood.len());
            self.stood.push((row, a, b));
        }
    }

    /// An order that once stood: mostly a late one, which may well stand still.
    fn pick(&mut self) -> Option<(usize, Slot, Slot)> {
        let len = u64::try_from(self.stood.len()).unwrap();
        let back = if self.lots.one_in(4) { len } else { len.min(60) };
        if back == 0 {
            return None;
        }
        let nth = len - 1 - self.lots.below(back);
        Some(self.stood[usize::try_from(nth).unwrap()])
    }

    fn cancel(&mut self) {
        let Some((row, a, b)) = self.pick() else { return };
        let (a, b) = (self.fast.cancel(a), self.slow[row].cancel(b));
        assert_eq!(a, b);
        if a.is_some() { self.seen.cancelled += 1 } else { self.seen.stale += 1 }
    }

    fn reduce(&mut self) {
        let Some((row, a, b)) = self.pick() else { return };
        let by = Qty(self.lots.between(-1, 60));
        let (a, b) = (self.fast.reduce(a, by), self.slow[row].reduce(b, by));
        assert_eq!(a, b);
        match a {
            Ok(_) => self.seen.reduced += 1,
            Err(BadReduce::NoOrder) => self.seen.stale += 1,
            Err(BadReduce::QtyNotPositive | BadReduce::NothingLeft { .. }) => self.seen.refused += 1,
        }
    }

    /// A new day for one book, with another band of the same width.
    fn close(&mut self) {
        let row = usize::try_from(self.lots.below(BOOKS.into())).unwrap();
        let security = SecurityRow(u32::try_from(row).unwrap());
        let (low, high, tick) = (Price(self.tick), Price(self.tick * self.rungs), Price(self.tick));
        let a = self.fast.open_book(security, low, high, tick);
        assert_eq!(a, self.slow[row].reopen(low, high, tick));
        if a == Err(BadBook::NotEmpty) {
            let dropped = self.fast.clear_book(security);
            assert_eq!(dropped, self.slow[row].clear());
            assert!(self.fast.is_empty(security));
            self.seen.dropped += dropped;
            assert_eq!(self.fast.open_book(security, low, high, tick), Ok(()));
        }
    }

    fn compare_tops(&mut self) {
        for (row, twin) in (0..BOOKS).map(SecurityRow).zip(&self.slow) {
            for side in Side::ALL.iter().copied() {
                assert_eq!(self.fast.best(row, side), twin.best(side));
            }
            if let (Some((bid, _)), Some((ask, _))) = (twin.best(Side::Buy), twin.best(Side::Sell)) {
                assert!(bid < ask, "a book is never crossed");
            }
        }
        if let Some((row, a, b)) = self.pick() {
            let (a, b) = (self.fast.order(a), self.slow[row].order(b));
            assert_eq!(a.map(unnamed), b.map(unnamed));
        }
    }

    fn compare_all(&self) {
        let mut slow = Vec::new();
        u64::from(BOOKS).dump(&mut |part| slow.extend_from_slice(part));
        for (row, twin) in (0..BOOKS).map(SecurityRow).zip(&self.slow) {
            twin.dump(&mut |part| slow.extend_from_slice(part));
            assert_eq!(self.fast.is_empty(row), Side::ALL.iter().all(|side| twin.best(*side).is_none()));
            for side in Side::ALL.iter().copied() {
                let depth: Vec<_> = self.fast.depth(row, side, usize::MAX).collect();
                assert_eq!(depth, twin.depth(side, usize::MAX));
                assert!(self.fast.depth(row, side, 5).eq(twin.depth(side, 5)));
                let resting: Vec<_> = self.fast.resting(row, side).map(unnamed).collect();
                assert_eq!(resting, twin.resting(side).into_iter().map(unnamed).collect::<Vec<_>>());
            }
        }
        let mut fast = Vec::new();
        self.fast.dump(&mut |part| fast.extend_from_slice(part));
        assert_eq!(fast, slow);
    }

    fn run(mut self, steps: u64) -> Seen {
        for step in 0..steps {
            // Busy and quiet hours by turns, so that books fill up and drain.
            let adds = if step / 3_000 % 2 == 0 { 60 } else { 40 };
            match self.lots.below(100) {
                lot if lot < adds => self.submit(step),
                lot if lot < 92 => self.cancel(),
                lot if lot < 98 => self.reduce(),
                _ => self.compare_tops(),
            }
            if self.lots.one_in(4_000) {
                self.close();
            }
            if step % 256 == 0 {
                self.compare_all();
            }
        }
        self.compare_all();
        self.seen
    }
}

/// An order without its slot, which engine and twin number apart.
fn unnamed(order: Resting) -> (SecurityRow, Side, Price, Qty, Qty, u64) {
    (order.security, order.side, order.price, order.left, order.shown, order.tag)
}

/// Narrow and wide ladders: one word of the bitmaps, a few, one group and more, several heads.
#[test]
fn the_engine_and_its_twin_agree() {
    for (seed, tick, rungs) in
        [(1, 500, 2), (2, 100, 40), (3, 500, 64), (4, 500, 256), (5, 1, 5_000), (6, 500, 300_000), (7, 7, 1 << 24)]
    {
        let seen = Pair::new(seed, tick, rungs).run(40_000);
        let each = [
            seen.trades,
            seen.emptied,
            seen.refused,
            seen.stale,
            seen.cancelled,
            seen.reduced,
            seen.dropped,
            seen.markets,
            seen.hidden,
        ];
        assert!(each.iter().all(|times| *times > 20), "seed {seed}: {seen:?}");
    }
}
