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
    /// Where the noise after each mark would come out at the next, were it not led back.
    strays: Vec<i64>,
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
        let mut fine = Fine {
            lots: Lots::of(seed, &matter(FINE, row.symbol, day, 0)).draw(),
            len: *first.last().expect("the number of all"),
            first,
            end,
            off: (i64::from(knots.most) - i64::from(knots.least)) * 250_000,
            low,
            high,
            tick: row.tick,
            noise: (high - low).0 / NOISE_PART,
            strays: Vec::new(),
            bands: Vec::new(),
        };
        let places = (0..marks.len()).filter_map(|nth| fine.place_of(marks, nth, *fine.first.get(nth)?));
        fine.strays = places.map(|it| fine.wander(&it, fine.ends(&it))).collect();
        Some(fine)
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
        let ends = self.ends(it);
        if it.k == 0 || it.k == ends || self.noise == 0 {
            return if it.k == 0 { it.from.price } else { self.on_tick(line(it)) };
        }
        let away = self.wander(it, it.k) - self.strays.get(it.nth).copied().unwrap_or(0) * it.k / ends;
        self.on_tick(line(it) + Price(away))
    }

    /// The place at which the noise is none again.
    fn ends(&self, it: &Place) -> i64 {
        let last = it.nth + 2 == self.first.len();
        if last { it.of - 1 } else { it.of }
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

    /// High and low of the whole day, where the marks touch both of its bounds and nothing but the bounds holds it.
    pub fn reaches(&self, marks: &[Knot]) -> Option<(Price, Price)> {
        let touched = |bound: Price| marks.iter().any(|mark| mark.price == bound);
        let whole = self.bands.is_empty() && Some(&self.len) == self.first.last();
        (whole && touched(self.low) && touched(self.high)).then_some((self.low, self.high))
    }

    /// What is dealt before a knot. Each mark a share, the rest of the volume by lots.
    pub fn dealt(&self, marks: usize, n: usize, volume: Qty) -> Qty {
        let rest = i128::from((volume.0 - index(marks)).max(0));
        let all = i128::from(index(*self.first.last().unwrap_or(&0)) * PARTS).max(1);
        let less = if n == 0 || Some(&n) == self.first.last() { 0 } else { self.lot(0, n, 0).between(0, PARTS - 1) };
        let dealt = rest * i128::from(index(n) * PARTS - less) / all;
        let at_marks = self.first.partition_point(|first| *first < n).min(marks);
        Qty(i64::try_from(dealt).expect("a part of the volume") + index(at_marks))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::street::{Walk, walk};
    use vocab::{Board, Isin, Symbol, TimeOfDay};

    const LIVELY: Knots = Knots { least: 1, most: 3 };

    fn row(volume: i64) -> SheetRow {
        let p = |t: &str| Price::parse(t).unwrap();
        SheetRow {
            symbol: Symbol::parse("INFY").unwrap(),
            isin: Isin::parse("INE009A01021").unwrap(),
            prev_close: p("800"),
            open: p("805"),
            high: p("821.50"),
            low: p("790.05"),
            close: p("799.95"),
            band_low: p("720"),
            band_high: p("880"),
            tick: p("0.05"),
            volume: Qty(volume),
            rated: None,
            board: Board::Regular,
            flexes: false,
            gross: false,
            moved: false,
        }
    }

    fn hours() -> (Day, Moment, Moment) {
        let day = Day::parse("2026-07-01").unwrap();
        (day, day + TimeOfDay::hms(9, 15, 0), day + TimeOfDay::hms(15, 30, 0))
    }

    fn lively(seed: u64, row: &SheetRow, knots: Knots) -> Walk {
        let (day, open, close) = hours();
        let marks = walk(seed, row, day, false, open, close);
        let fine = Fine::of(seed, row, day, &marks, close, knots);
        Walk::of(marks, fine)
    }

    #[test]
    fn a_fine_walk_touches_open_high_low_and_close_and_nothing_beyond() {
        let (_, open, close) = hours();
        for (seed, knots) in (0..40).flat_map(|seed| [(seed, LIVELY), (seed, Knots { least: 30, most: 60 }), (seed, Knots { least: 1, most: 1 })]) {
            let row = row(100_000);
            let all: Vec<Knot> = lively(seed, &row, knots).iter().collect();
            assert_eq!(all[0], Knot { at: open, price: row.open });
            assert_eq!(all[all.len() - 1].price, row.close);
            assert_eq!(all.iter().map(|k| k.price).max(), Some(row.high));
            assert_eq!(all.iter().map(|k| k.price).min(), Some(row.low));
            assert!(all.iter().all(|k| k.price.is_on_tick(row.tick) && k.at < close));
            let gaps = all.windows(2).map(|w| w[1].at - w[0].at);
            let (least, most) = (i64::from(knots.least) * 900_000, i64::from(knots.most) * 1_200_000);
            assert!(gaps.clone().all(|gap| least <= gap && gap <= most), "{knots:?}: {:?} {:?}", gaps.clone().min(), gaps.max());
        }
    }

    #[test]
    fn it_moves_as_a_market_does() {
        let all: Vec<Knot> = lively(3, &row(100_000), LIVELY).iter().collect();
        let steps = |wide: usize| {
            let moves = all.windows(wide + 1).map(|w| (w[wide].price.0 - w[0].price.0).abs());
            (moves.clone().sum::<i64>() / index(all.len() - wide), moves.max().unwrap())
        };
        let ((one, widest), (sixteen, _)) = (steps(1), steps(16));
        assert!(one >= 500, "a step is a tick at least on the average: {one}");
        assert!(one * 2 < sixteen && sixteen < one * 8, "sixteen steps go some four times as far as one: {one}, {sixteen}");
        assert!(widest * 10 < (row(0).high - row(0).low).0, "no step is a tenth of the day: {widest}");
        let still = all.windows(2).filter(|w| w[0].price == w[1].price).count();
        assert!(still * 3 < all.len(), "it does not stand: {still} of {}", all.len());
    }

    #[test]
    fn knots_are_found_by_time_and_by_price_as_one_by_one() {
        let walk = lively(5, &row(100_000), LIVELY);
        let all: Vec<Knot> = walk.iter().collect();
        let (_, open, close) = hours();
        for second in -2..22_502 {
            let at = open.plus_seconds(second).plus_micros(second * 37 % 1_000_000);
            assert_eq!(walk.passed(at), all.partition_point(|knot| knot.at <= at), "at {second}");
        }
        for (n, knot) in all.iter().enumerate() {
            assert_eq!((walk.passed(knot.at), walk.passed(knot.at.plus_micros(-1))), (n + 1, n));
        }
        let near = |text: &str| Price::parse(text).unwrap();
        for (bound, from) in [("795", 0), ("790.05", 3), ("790", 0), ("800", 9_000)] {
            let slow = all.iter().copied().enumerate().skip(from).find(|(_, knot)| knot.price <= near(bound));
            assert_eq!(walk.find(from, |low, _| low <= near(bound)), slow, "at most {bound} from {from}");
        }
        for (bound, from) in [("815", 0), ("821.50", 100), ("821.55", 0)] {
            let slow = all.iter().copied().enumerate().skip(from).find(|(_, knot)| knot.price >= near(bound));
            assert_eq!(walk.find(from, |_, high| high >= near(bound)), slow, "at least {bound} from {from}");
        }
        let noon = open.plus_seconds(9_000);
        let cut = walk.until(noon);
        assert!(cut.iter().eq(all.iter().copied().filter(|knot| knot.at < noon)));
        assert_eq!(cut.passed(close), cut.len());
    }

    #[test]
    fn the_days_volume_is_dealt_out_to_the_last_share() {
        for volume in [0, 50, 100, 5_000, 100_000, 1_000_000_000_000] {
            let walk = lively(7, &row(volume), LIVELY);
            let sizes: Vec<Qty> = (0..walk.len()).map(|n| walk.size(n, Qty(volume))).collect();
            let marks = index(walk.marks().len());
            assert_eq!(sizes.iter().copied().sum::<Qty>(), Qty(volume.max(marks)), "a mark trades a share at least");
            assert!(sizes.iter().all(|size| !size.is_negative()));
            let at_marks = walk.marks().iter().map(|mark| walk.passed(mark.at) - 1);
            assert!(at_marks.into_iter().all(|n| sizes[n].is_positive()), "of {volume}: high and low are traded");
            let noon = hours().1.plus_seconds(9_000);
            let (first, bounds, before) = walk.outline(Qty(volume), noon).expect("its marks touch high and low");
            assert_eq!((Some(first), bounds), (walk.knot(0), (row(0).low, row(0).high)));
            assert_eq!(before, sizes.iter().take(walk.passed(noon.plus_micros(-1))).copied().sum::<Qty>());
        }
    }

    #[test]
    fn it_stays_within_a_band_that_moves() {
        let (day, open, close) = hours();
        let flexes = SheetRow { flexes: true, ..row(100_000) };
        let marks = walk(2, &flexes, day, false, open, close);
        let fine = Fine::of(2, &flexes, day, &marks, close, LIVELY);
        let p = |t: &str| Price::parse(t).unwrap();
        let noon = open.plus_seconds(9_000);
        let moved = Moved { at: noon, low: p("700"), high: p("900"), last: Price::ZERO };
        let held = Walk::of(marks, fine).held(&flexes, &[moved], (p("799.02"), p("810")));
        let (before, after): (Vec<Knot>, Vec<Knot>) = held.iter().partition(|knot| knot.at < noon);
        assert!(before.iter().all(|knot| (p("799.05")..=p("810")).contains(&knot.price)));
        assert!(after.iter().any(|knot| !(p("799.05")..=p("810")).contains(&knot.price)));
        let slow = held.iter().enumerate().find(|(_, knot)| knot.price <= p("795"));
        assert_eq!(held.find(0, |low, _| low <= p("795")), slow);
    }
}
