//! Knots between the marks of a walk, seconds apart. Any of them is worked out alone, by lots of its place, so that a day of
//! many thousands costs no memory and a reader no more than he reads.

use crate::message::SheetRow;
use crate::phases::Moved;
use crate::street::{Knot, bounds, index, matter};
use crate::terms::Knots;
use std::ops::Range;
use stdx::Lots;
use vocab::{Day, Moment, Price, Qty};

const FINE: u64 = 0xF1_4E;
/// The widest noise between two marks, as a part of the day's range.
const NOISE_PART: i64 = 24;
/// Parts of a knot in which volume is dealt out.
const PARTS: i64 = 1_024;

#[derive(Clone)]
pub(crate) struct Fine {
    lots: u64,
    /// The number of the first knot of each mark, and of all knots.
    first: Vec<usize>,
    /// Fewer than all, where the walk was cut.
    len: usize,
    end: Moment,
    /// A knot lies off its even place by at most so much.
    off: i64,
    low: Price,
    high: Price,
    tick: Price,
    noise: i64,
    bands: Vec<(Moment, Price, Price)>,
}

/// A place between two marks.
struct Place {
    nth: usize,
    k: i64,
    /// Knots of this mark.
    of: i64,
    from: Knot,
    to: Knot,
}

impl Fine {
    /// Of a security's day; nothing where the world's knots are the marks, or the price stands still all day.
    pub fn of(seed: u64, row: &SheetRow, day: Day, marks: &[Knot], end: Moment, knots: Knots) -> Option<Fine> {
        if knots == Knots::USUAL || marks.is_empty() {
            return None;
        }
        let (low, high) = bounds(row);
        let even = (i64::from(knots.least) + i64::from(knots.most)) * 500_000;
        let mut first = vec![0];
        let ends = marks.iter().skip(1).map(|mark| mark.at).chain([end]);
        for (mark, end) in marks.iter().zip(ends) {
            let of = ((end - mark.at) / even).max(1);
            first.push(first.last().copied().unwrap_or(0) + usize::try_from(of).expect("a number of knots"));
        }
        Some(Fine {
            lots: Lots::of(seed, &matter(FINE, row.symbol, day, 0)).draw(),
            len: *first.last().expect("the number of all"),
            first,
            end,
            off: (i64::from(knots.most) - i64::from(knots.least)) * 250_000,
            low,
            high,
            tick: row.tick,
            noise: (high - low).0 / NOISE_PART,
            bands: Vec::new(),
        })
    }

    /// The walk stays within the band of each moment: the first, and where it moves to.
    pub fn held(mut self, first: (Price, Price), moves: &[Moved]) -> Fine {
        let band = |at, (low, high): (Price, Price)| (at, low.tick_up(self.tick), high.tick_down(self.tick));
        self.bands = [band(Moment(i64::MIN), first)].into_iter().chain(moves.iter().map(|it| band(it.at, (it.low, it.high)))).collect();
        self
    }

    pub fn cut(mut self, knots: usize) -> Fine {
        self.len = self.len.min(knots);
        self
    }

    pub const fn len(&self) -> usize {
        self.len
    }

    fn place(&self, marks: &[Knot], n: usize) -> Option<Place> {
        if n >= self.len {
            return None;
        }
        let nth = self.first.partition_point(|first| *first <= n) - 1;
        self.place_of(marks, nth, n)
    }

    fn place_of(&self, marks: &[Knot], nth: usize, n: usize) -> Option<Place> {
        let (first, next) = (*self.first.get(nth)?, *self.first.get(nth + 1)?);
        let from = *marks.get(nth)?;
        let to = marks.get(nth + 1).copied().unwrap_or(Knot { at: self.end, price: from.price });
        Some(Place { nth, k: index(n - first), of: index(next - first), from, to })
    }

    pub fn knot(&self, marks: &[Knot], n: usize) -> Option<Knot> {
        let place = self.place(marks, n)?;
        let at = self.time(&place);
        Some(Knot { at, price: self.held_at(self.price(&place), at) })
    }

    fn lot(&self, kind: u64, nth: usize, k: i64) -> Lots {
        let place = (index(nth) << 20 | k).unsigned_abs();
        Lots::new(self.lots ^ (kind << 56) ^ place.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn time(&self, it: &Place) -> Moment {
        let length = it.to.at - it.from.at;
        let off = self.off.min(length / it.of / 2 - 1).max(0);
        match it.k {
            0 => it.from.at,
            k => it.from.at.plus_micros(length * k / it.of + self.lot(1, it.nth, k).between(-off, off)),
        }
    }

    /// On the line between the marks, with noise in proportion to the step: twice as wide over four times as many knots. It is
    /// none at the marks and at the day's last knot.
    fn price(&self, it: &Place) -> Price {
        let last = it.nth + 2 == self.first.len();
        let ends = if last { it.of - 1 } else { it.of };
        if it.k == 0 || it.k == ends || self.noise == 0 {
            return if it.k == 0 { it.from.price } else { self.on_tick(line(it)) };
        }
        let away = self.wander(it, it.k) - self.wander(it, ends) * it.k / ends;
        self.on_tick(line(it) + Price(away))
    }

    fn on_tick(&self, price: Price) -> Price {
        price.tick_down(self.tick).max(self.low).min(self.high)
    }

    fn wander(&self, it: &Place, k: i64) -> i64 {
        let octaves = octaves(it.of);
        let node = |octave: u32, j: i64| match j {
            0 => 0,
            j => {
                let wide = self.noise >> (octaves - 1 - octave);
                self.lot(2 + u64::from(octave), it.nth, j).between(-wide, wide)
            }
        };
        let along = |octave: u32| {
            let (step, j) = (1 << (2 * octave), k >> (2 * octave));
            let (from, to) = (node(octave, j), node(octave, j + 1));
            from + (to - from) * (k - j * step) / step
        };
        (0..octaves).map(along).sum()
    }

    fn held_at(&self, price: Price, at: Moment) -> Price {
        let band = self.bands.iter().rev().find(|(from, ..)| *from <= at);
        band.map_or(price, |(_, low, high)| price.max(*low).min(*high))
    }

    /// How many knots are at a moment or before, of which so many marks are.
    pub fn passed(&self, marks: &[Knot], passed: usize, at: Moment) -> usize {
        let Some(nth) = passed.checked_sub(1) else { return 0 };
        let Some(it) = self.first.get(nth).and_then(|first| self.place_of(marks, nth, *first)) else { return 0 };
        let (length, first) = ((it.to.at - it.from.at).max(1), self.first[nth]);
        // The even place, and one either way.
        let guess = ((at - it.from.at) * it.of / length).clamp(0, it.of - 1);
        let is_passed = |k: i64| self.time(&Place { k, ..it }) <= at;
        let k = (guess - 1..=guess + 1).rev().find(|k| (0..it.of).contains(k) && is_passed(*k)).unwrap_or(0);
        (first + usize::try_from(k).expect("a place") + 1).min(self.len)
    }

    /// The knots of each mark from a number on, and a range that holds their prices.
    pub fn stretches(&self, marks: &[Knot], from: usize) -> impl Iterator<Item = (Range<usize>, Price, Price)> {
        let nth = self.first.partition_point(|first| *first <= from).saturating_sub(1);
        let wide = Price(self.noise * 4) + self.tick;
        let all = marks.iter().enumerate().skip(nth).zip(self.first.iter().skip(nth).zip(self.first.iter().skip(nth + 1)));
        all.map(move |((n, mark), (first, next))| {
            let to = marks.get(n + 1).unwrap_or(mark);
            let knots = (*first).max(from)..(*next).min(self.len);
            if self.bands.is_empty() {
                (knots, mark.price.min(to.price) - wide, mark.price.max(to.price) + wide)
            } else {
                // A band may hold the walk anywhere.
                (knots, Price::ZERO, Price(i64::MAX))
            }
        })
    }

    /// Each mark a share, the rest of the volume by lots.
    pub fn size(&self, marks: usize, n: usize, volume: Qty) -> Qty {
        let rest = i128::from((volume.0 - index(marks)).max(0));
        let all = i128::from(index(*self.first.last().unwrap_or(&0)) * PARTS).max(1);
        let dealt = |n: usize| {
            let less = if n == 0 || Some(&n) == self.first.last() { 0 } else { self.lot(0, n, 0).between(0, PARTS - 1) };
            rest * i128::from(index(n) * PARTS - less) / all
        };
        let at_mark = i64::from(self.first.binary_search(&n).is_ok());
        Qty(i64::try_from(dealt(n + 1) - dealt(n)).expect("a part of the volume") + at_mark)
    }
}

fn line(it: &Place) -> Price {
    it.from.price + Price((it.to.price - it.from.price).0 * it.k / it.of)
}

/// Kinds of noise between two marks, each over four times as many knots as the one before.
fn octaves(knots: i64) -> u32 {
    let mut octaves = 1;
    while 1 << (2 * octaves) < knots {
        octaves += 1;
    }
    octaves
}
