//! The street: everybody else in the market, drawn by lots of (seed, symbol, day).
//!
//! The price walks from knot to knot, some three to five minutes apart; the walk is a function of the
//! time alone, so who looks late sees what who looked early saw. Between two knots the street's quotes
//! stand, less what the firm took. The street's own trades are numbers on the tape and never meet the
//! books: nobody could tell, and an idle security costs nothing.
//!
//! Where the world's knots are finer, these are marks, and the knots between two of them are worked out when asked for:
//! [`Walk`].

use crate::fine::Fine;
use crate::message::SheetRow;
use crate::phases::Moved;
use crate::terms::Knots;
use stdx::Lots;
use vocab::{Day, Moment, Price, Qty, Symbol, TimeOfDay};

/// Where the walk stands from `at` until the next knot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Knot {
    pub at: Moment,
    pub price: Price,
}

/// Quotes on each side at a knot.
const LEVELS: usize = 5;
/// The last half hour stays by the close, because the closing price is its average.
pub(crate) const CLOSING_WINDOW_SECONDS: i64 = 1_800;

const WALK: u64 = 0x3A1C;
const QUOTES: u64 = 0x90_7E;
const CALLED: u64 = 0xCA_11;
const MOMENT: u64 = 0x40_3E;

pub(crate) fn matter(kind: u64, symbol: Symbol, day: Day, nth: u64) -> [u64; 5] {
    let (mut high, mut low) = ([0; 8], [0; 8]);
    high.copy_from_slice(&symbol.0[..8]);
    low[..4].copy_from_slice(&symbol.0[8..]);
    [kind, u64::from_le_bytes(high), u64::from_le_bytes(low), u64::from(day.0.unsigned_abs()), nth]
}

/// The lowest and highest price the walk may take: the day's range within the band, on the tick.
pub(crate) fn bounds(row: &SheetRow) -> (Price, Price) {
    if row.flexes {
        return (row.low.tick_up(row.tick), row.high.tick_down(row.tick).max(row.low.tick_up(row.tick)));
    }
    let band = (row.band_low.tick_up(row.tick), row.band_high.tick_down(row.tick));
    let low = row.low.tick_up(row.tick).max(band.0).min(band.1);
    let high = row.high.tick_down(row.tick).min(band.1).max(band.0);
    if low <= high { (low, high) } else { (low, low) }
}

/// The walk of a day: from the open to the close, touching the high and the low in between.
pub(crate) fn walk(seed: u64, row: &SheetRow, day: Day, flat: bool, open: Moment, close: Moment) -> Vec<Knot> {
    let mut lots = Lots::of(seed, &matter(WALK, row.symbol, day, 0));
    let (low, high) = bounds(row);
    let held = |price: Price| price.tick_down(row.tick).max(low).min(high);
    let mut times = Vec::with_capacity(128);
    let mut at = open;
    while at < close {
        times.push(at);
        at = at.plus_seconds(lots.between(i64::from(Knots::USUAL.least), i64::from(Knots::USUAL.most)));
    }
    let start = held(row.open);
    if flat {
        return times.into_iter().map(|at| Knot { at, price: start }).collect();
    }
    let tail = times.iter().position(|t| close - *t <= CLOSING_WINDOW_SECONDS * 1_000_000);
    let tail = tail.unwrap_or(times.len() - 1);
    // Too short a session for a way round by high and low goes straight.
    let mut marks = vec![(0, start)];
    if tail >= 3 {
        let first = usize::try_from(lots.between(1, index(tail) - 2)).expect("an index");
        let second = usize::try_from(lots.between(index(first) + 1, index(tail) - 1)).expect("an index");
        let (one, two) = if lots.one_in(2) { (high, low) } else { (low, high) };
        marks.extend([(first, one), (second, two)]);
    }
    marks.push((tail, held(row.close)));
    let noise = (high - low).0 / 16;
    let mut knots = Vec::with_capacity(times.len());
    for (nth, at) in times.into_iter().enumerate() {
        let (exact, marked) = along(&marks, nth);
        let price = if marked || nth >= tail { exact } else { exact + Price(lots.between(-noise, noise)) };
        knots.push(Knot { at, price: held(price) });
    }
    knots
}

pub(crate) fn index(n: usize) -> i64 {
    i64::try_from(n).expect("an index")
}

/// The straight line through the marks at `nth`, and whether `nth` is a mark.
fn along(marks: &[(usize, Price)], nth: usize) -> (Price, bool) {
    for pair in marks.windows(2) {
        let [(from, start), (to, end)] = pair else { continue };
        if nth == *from {
            return (*start, true);
        }
        if nth < *to {
            let rise = (*end - *start).0 * (index(nth) - index(*from)) / (index(*to) - index(*from));
            return (*start + Price(rise), false);
        }
    }
    marks.last().map_or((Price::ZERO, false), |(_, price)| (*price, true))
}

/// Shares the street brings to each side of a call auction; nothing where it is idle.
pub(crate) fn called(seed: u64, symbol: Symbol, at: Moment, activity: u32) -> [Qty; 2] {
    let most = i64::from(activity) * 200;
    let time = u64::from(at.time().0);
    let mut lots = Lots::of(seed, &matter(CALLED, symbol, at.day(), time));
    [(); 2].map(|()| if most == 0 { Qty::ZERO } else { Qty(lots.between(1, most)) })
}

/// A moment between two times of a day, by lot.
pub(crate) fn between(seed: u64, day: Day, from: TimeOfDay, to: TimeOfDay) -> Moment {
    let matter = [MOMENT, u64::from(day.0.unsigned_abs()), u64::from(from.0)];
    (day + from).plus_seconds(Lots::of(seed, &matter).between(0, i64::from(to.0) - i64::from(from.0)))
}

/// How far the street's furthest quote is from the walk.
pub(crate) fn reach(row: &SheetRow, price: Price) -> Price {
    (0..LEVELS).map(|_| step(row, price)).sum()
}

/// How far the street's first quote is from the walk, and the next from the first.
fn step(row: &SheetRow, price: Price) -> Price {
    Price(price.0 / 2_000).tick_down(row.tick).max(row.tick)
}

/// What the street does at a knot: it takes from both sides at the walk's price, then quotes around it.
pub(crate) struct Quotes {
    pub sell_into: Qty,
    pub buy_into: Qty,
    /// Nearest first; `None` where the band ends.
    pub bids: [Option<(Price, Qty)>; LEVELS],
    pub asks: [Option<(Price, Qty)>; LEVELS],
}

/// The quotes of a knot; prices outside the band are left out. `activity` zero quotes nothing.
pub(crate) fn quotes(seed: u64, row: &SheetRow, day: Day, nth: usize, price: Price, activity: u32) -> Option<Quotes> {
    let most = i64::from(activity) * 25;
    if most == 0 {
        return None;
    }
    let nth = u64::try_from(nth).expect("an index");
    let mut lots = Lots::of(seed, &matter(QUOTES, row.symbol, day, nth));
    let mut size = || Qty(lots.between(1, most));
    let (sell_into, buy_into) = (size(), size());
    let step = step(row, price);
    let (low, high) = (row.band_low.tick_up(row.tick), row.band_high.tick_down(row.tick));
    let (mut bids, mut asks) = ([None; LEVELS], [None; LEVELS]);
    let mut away = Price::ZERO;
    for (bid, ask) in bids.iter_mut().zip(&mut asks) {
        away += step;
        *bid = Some((price - away, size())).filter(|(p, _)| *p >= low);
        *ask = Some((price + away, size())).filter(|(p, _)| *p <= high);
    }
    Some(Quotes { sell_into, buy_into, bids, asks })
}

/// The walk of a security on a day. It ends with continuous trading.
#[derive(Clone)]
pub(crate) struct Walk {
    marks: Vec<Knot>,
    fine: Option<Fine>,
}

impl Walk {
    pub const fn none() -> Walk {
        Walk { marks: Vec::new(), fine: None }
    }

    /// A walk by marks alone, or with finer knots between them.
    pub const fn of(marks: Vec<Knot>, fine: Option<Fine>) -> Walk {
        Walk { marks, fine }
    }

    pub fn marks(&self) -> &[Knot] {
        &self.marks
    }

    /// How many knots.
    pub fn len(&self) -> usize {
        self.fine.as_ref().map_or(self.marks.len(), Fine::len)
    }

    pub fn knot(&self, n: usize) -> Option<Knot> {
        match &self.fine {
            None => self.marks.get(n).copied(),
            Some(fine) => fine.knot(&self.marks, n),
        }
    }

    /// How many knots are at a moment or before.
    pub fn passed(&self, at: Moment) -> usize {
        let marks = self.marks.partition_point(|knot| knot.at <= at);
        match &self.fine {
            None => marks,
            Some(fine) => fine.passed(&self.marks, marks, at),
        }
    }

    /// The knot at a moment or the last before it.
    pub fn standing(&self, at: Moment) -> Option<Knot> {
        self.passed(at).checked_sub(1).and_then(|n| self.knot(n))
    }

    pub fn iter(&self) -> impl Iterator<Item = Knot> {
        (0..self.len()).filter_map(|n| self.knot(n))
    }

    /// The first knot from a number on whose price fits; `fits` is asked whether any price of a range could.
    pub fn find(&self, from: usize, fits: impl Fn(Price, Price) -> bool) -> Option<(usize, Knot)> {
        let exact = |n: usize| self.knot(n).filter(|knot| fits(knot.price, knot.price)).map(|knot| (n, knot));
        match &self.fine {
            None => (from..self.len()).find_map(exact),
            Some(fine) => fine.stretches(&self.marks, from).filter(|(_, low, high)| fits(*low, *high)).find_map(|(mut knots, ..)| knots.find_map(exact)),
        }
    }

    /// The walk of a security whose band moves stays within the band of each moment.
    pub fn held(mut self, row: &SheetRow, moves: &[Moved], first: (Price, Price)) -> Walk {
        if let Some(fine) = self.fine {
            return Walk { fine: Some(fine.held(first, moves)), ..self };
        }
        for knot in &mut self.marks {
            let band = moves.iter().rev().find(|it| it.at <= knot.at).map_or(first, |it| (it.low, it.high));
            knot.price = knot.price.max(band.0.tick_up(row.tick)).min(band.1.tick_down(row.tick));
        }
        self
    }

    /// What is left of it before a moment.
    pub fn until(self, end: Moment) -> Walk {
        match self.fine {
            None => Walk { marks: self.marks.into_iter().filter(|knot| knot.at < end).collect(), fine: None },
            Some(fine) => {
                let knots = fine.passed(&self.marks, self.marks.partition_point(|knot| knot.at < end), end.plus_micros(-1));
                Walk { fine: Some(fine.cut(knots)), marks: self.marks }
            }
        }
    }

    /// What the street trades with itself at a knot, of the day's volume: in equal parts by marks alone, by lots otherwise; in
    /// all at least one share a mark.
    pub fn size(&self, n: usize, volume: Qty) -> Qty {
        match &self.fine {
            None => Qty((volume.0 / index(self.marks.len().max(1))).max(1)),
            Some(fine) => {
                let before = |n| fine.dealt(self.marks.len(), n, volume);
                before(n + 1) - before(n)
            }
        }
    }

    /// What is known of the street's day without following it: its first knot, high and low, and the volume before a moment;
    /// nothing of a walk by marks, which is short.
    pub fn outline(&self, volume: Qty, until: Moment) -> Option<(Knot, (Price, Price), Qty)> {
        let fine = self.fine.as_ref()?;
        let before = fine.dealt(self.marks.len(), self.passed(until.plus_micros(-1)), volume);
        Some((self.knot(0)?, fine.reaches(&self.marks)?, before))
    }

    /// The street's own trades from a number of knot on; none where it is idle.
    pub fn trades(&self, from: usize, volume: Qty, activity: u32) -> impl Iterator<Item = (Knot, Qty)> {
        let knots = if activity == 0 { 0..0 } else { from..self.len() };
        knots.filter_map(move |n| Some((self.knot(n)?, self.size(n, volume))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocab::Isin;

    fn row() -> SheetRow {
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
            volume: Qty(100_000),
            rated: None,
            board: vocab::Board::Regular,
            flexes: false,
            gross: false,
            moved: false,
        }
    }

    #[test]
    fn the_walk_touches_open_high_low_and_close() {
        let day = Day::parse("2026-07-01").unwrap();
        let (open, close) = (day + TimeOfDay::hms(9, 15, 0), day + TimeOfDay::hms(15, 30, 0));
        for seed in 0..200 {
            let knots = walk(seed, &row(), day, false, open, close);
            assert_eq!(knots[0], Knot { at: open, price: row().open });
            assert_eq!(knots[knots.len() - 1].price, row().close);
            assert_eq!(knots.iter().map(|k| k.price).max(), Some(row().high));
            assert_eq!(knots.iter().map(|k| k.price).min(), Some(row().low));
            assert!(knots.iter().all(|k| k.price.is_on_tick(row().tick) && k.at < close));
            assert!(knots.windows(2).all(|w| w[0].at < w[1].at));
        }
        let flat = walk(1, &row(), day, true, open, close);
        assert!(flat.iter().all(|k| k.price == row().open));
    }

    #[test]
    fn a_narrow_band_holds_the_walk() {
        let day = Day::parse("2026-07-01").unwrap();
        let (open, close) = (day + TimeOfDay::hms(9, 15, 0), day + TimeOfDay::hms(9, 30, 0));
        let narrow = SheetRow { band_high: Price::parse("800.03").unwrap(), ..row() };
        let knots = walk(3, &narrow, day, false, open, close);
        assert!(knots.iter().all(|k| k.price <= Price::parse("800").unwrap()));
        let quotes = quotes(3, &narrow, day, 0, Price::parse("800").unwrap(), 1).unwrap();
        assert!(quotes.asks.iter().all(Option::is_none) && quotes.bids.iter().all(Option::is_some));
    }
}
