//! The sheets of days: checked at the door, kept until their day, and the marks they leave behind.

use crate::canon::{count, dump_fields, list, set};
use crate::message::{DaySheet, SheetRow};
use crate::world::BadMessage;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use vocab::{Day, Dump, Isin, Price, Qty, Sink, Symbol};

/// Refuse a sheet no market could trade by.
///
/// # Errors
/// Names the field and the rule.
pub(crate) fn check(sheet: &DaySheet) -> Result<(), BadMessage> {
    let bad = |field, rule| Err(BadMessage::Field { field, rule });
    let mut symbols: Vec<Symbol> = sheet.securities.iter().map(|s| s.symbol).collect();
    symbols.sort_unstable();
    if symbols.windows(2).any(|w| matches!(w, [a, b] if a == b)) {
        return bad("securities.symbol", "once on a sheet");
    }
    for row in &sheet.securities {
        let prices = [row.prev_close, row.open, row.high, row.low, row.close, row.band_low, row.band_high, row.tick];
        if prices.iter().any(|p| *p <= Price::ZERO || *p > DEAREST) {
            return bad("securities.price", "positive, at most one crore rupees");
        }
        if row.low > row.high {
            return bad("securities.low", "at most the high");
        }
        if row.band_low.tick_up(row.tick) > row.band_high.tick_down(row.tick) {
            return bad("securities.band", "holds a price on the tick");
        }
        if row.volume.is_negative() || row.volume > MOST_VOLUME {
            return bad("securities.volume", "not negative, at most a lakh crore shares");
        }
    }
    Ok(())
}

/// One crore rupees: no share has ever cost it, and values of it still fit.
const DEAREST: Price = Price(100_000_000_000);
const MOST_VOLUME: Qty = Qty(1_000_000_000_000);

/// What the close of a day left behind for a security. `high` is zero when nothing traded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Mark {
    pub isin: Isin,
    pub close: Price,
    pub high: Price,
}

dump_fields! {
    Mark { isin close high }
    SheetRow { symbol isin prev_close open high low close band_low band_high tick volume rated board flexes gross moved }
}

impl Dump for DaySheet {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.day.dump(sink);
        list(&self.securities, sink);
        (self.flat, self.fell).dump(sink);
    }
}

/// Days whose marks are kept: longer than any settlement with its auction.
const KEPT_DAYS: i32 = 45;

/// Closing prices and highs of the last weeks.
pub(crate) struct Marks {
    days: VecDeque<(Day, Vec<Mark>)>,
}

impl Marks {
    pub const fn new() -> Marks {
        Marks { days: VecDeque::new() }
    }

    pub fn enter(&mut self, day: Day, mut marks: Vec<Mark>) {
        marks.sort_by_key(|m| m.isin);
        self.days.push_back((day, marks));
        while self.days.front().is_some_and(|(old, _)| day.days_since(*old) > KEPT_DAYS) {
            self.days.pop_front();
        }
    }

    fn of(marks: &[Mark], isin: Isin) -> Option<Mark> {
        marks.binary_search_by_key(&isin, |m| m.isin).ok().and_then(|at| marks.get(at).copied())
    }

    /// The last close known on `day` or before.
    pub fn close(&self, isin: Isin, day: Day) -> Option<Price> {
        self.close_with_day(isin, day).map(|(_, close)| close)
    }

    /// The last close known on `day` or before, with its day.
    pub fn close_with_day(&self, isin: Isin, day: Day) -> Option<(Day, Price)> {
        let mut known = self.days.iter().rev().filter(|(d, _)| *d <= day);
        known.find_map(|(d, marks)| Marks::of(marks, isin).map(|m| (*d, m.close)))
    }

    /// The highest price traded on each day from one to another, both included.
    pub fn highs(&self, isin: Isin, from: Day, to: Day) -> impl Iterator<Item = (Day, Price)> {
        let within = self.days.iter().filter(move |(d, _)| *d >= from && *d <= to);
        within.filter_map(move |(d, marks)| Marks::of(marks, isin).map(|m| (*d, m.high)))
    }
}

impl Dump for Marks {
    fn dump(&self, sink: &mut Sink<'_>) {
        count(self.days.len(), sink);
        for (day, marks) in &self.days {
            day.dump(sink);
            list(marks, sink);
        }
    }
}

/// Sheets for days to come, and the client codes the exchange admits.
pub(crate) struct Register {
    pub codes: BTreeSet<vocab::Ucc>,
    pub sheets: BTreeMap<Day, DaySheet>,
}

impl Dump for Register {
    fn dump(&self, sink: &mut Sink<'_>) {
        set(&self.codes, sink);
        self.sheets.dump(sink);
    }
}
