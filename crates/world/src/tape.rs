//! The tape of one security on one day: the firm's trades and the street's own, and the close they make.

use crate::canon::dump_fields;
use crate::message::{CloseRow, SheetRow};
use crate::street::{CLOSING_WINDOW_SECONDS, Knot};
use vocab::{Moment, Price, Qty};

/// Running figures; `high` and `low` are zero while nothing traded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Tape {
    opened_at: Moment,
    open: Price,
    high: Price,
    low: Price,
    last_at: Moment,
    last: Price,
    traded: Qty,
    window_from: Moment,
    window_value: i128,
    window_qty: Qty,
    /// The day's close, once it is known.
    fixed: Option<Price>,
    /// For those who watch; nothing is decided by them.
    value: i128,
    last_qty: Qty,
}

// What is only watched follows from what was printed, and is left out.
dump_fields! { Tape { opened_at open high low last_at last traded window_from window_value window_qty fixed } }

impl Tape {
    pub fn new(session_close: Moment) -> Tape {
        Tape {
            opened_at: Moment(i64::MAX),
            open: Price::ZERO,
            high: Price::ZERO,
            low: Price::ZERO,
            last_at: Moment(i64::MIN),
            last: Price::ZERO,
            traded: Qty::ZERO,
            window_from: session_close.plus_seconds(-CLOSING_WINDOW_SECONDS),
            window_value: 0,
            window_qty: Qty::ZERO,
            fixed: None,
            value: 0,
            last_qty: Qty::ZERO,
        }
    }

    pub fn print(&mut self, at: Moment, qty: Qty, price: Price) {
        if !qty.is_positive() {
            return;
        }
        if at < self.opened_at {
            (self.opened_at, self.open) = (at, price);
        }
        if at >= self.last_at {
            (self.last_at, self.last, self.last_qty) = (at, price, qty);
        }
        self.high = self.high.max(price);
        self.low = if self.traded.is_zero() { price } else { self.low.min(price) };
        self.traded += qty;
        self.value += i128::from(price.0) * i128::from(qty.0);
        if at >= self.window_from {
            self.window_value += i128::from(price.0) * i128::from(qty.0);
            self.window_qty += qty;
        }
    }

    /// The street's own trades.
    pub fn print_walk(&mut self, trades: impl Iterator<Item = (Knot, Qty)>) {
        for (knot, size) in trades {
            self.print(knot.at, size, knot.price);
        }
    }

    /// What traded before the last half hour, by its outline alone: for the day's row.
    pub fn print_outline(&mut self, first: Knot, (low, high): (Price, Price), volume: Qty) {
        (self.opened_at, self.open) = (first.at, first.price);
        (self.low, self.high, self.traded) = (low, high, volume);
    }

    /// When the average begins that makes the close.
    pub const fn window_from(&self) -> Moment {
        self.window_from
    }

    /// The average of the last half hour by volume, to the nearest paisa, else the last trade; none where nothing traded.
    fn average(&self) -> Option<Price> {
        match i128::from(self.window_qty.0) * i128::from(Price::PER_PAISA) {
            0 => Some(self.last).filter(|_| self.traded.is_positive()),
            parts => {
                let paise = (self.window_value + parts / 2) / parts;
                Some(Price::from_paise(i64::try_from(paise).expect("an average of prices")))
            }
        }
    }

    /// The close is found: what an auction made, else the average, else the close before. What trades later does
    /// not move it.
    pub fn close_at(&mut self, auction: Option<Price>, sheet: &SheetRow) {
        self.fixed = self.fixed.or(auction).or(self.average()).or(Some(sheet.prev_close));
    }

    pub const fn close(&self) -> Option<Price> {
        self.fixed
    }

    /// What it shows.
    pub fn figures(&self) -> Figures {
        let it = self;
        if it.traded.is_zero() {
            return Figures::NONE;
        }
        Figures {
            opened_at: it.opened_at, open: it.open, high: it.high, low: it.low,
            last_at: it.last_at, last: it.last, last_qty: it.last_qty, volume: it.traded, value: it.value,
        }
    }

    /// The day's row.
    pub fn row(&self, sheet: &SheetRow) -> CloseRow {
        if self.traded.is_zero() {
            return untraded(sheet);
        }
        let close = self.fixed.or(self.average()).unwrap_or(sheet.prev_close);
        let (open, high, low, traded) = (self.open, self.high, self.low, self.traded);
        CloseRow { symbol: sheet.symbol, open, high, low, close, traded }
    }
}

/// The row of a security in which nothing traded: the previous close throughout.
pub(crate) fn untraded(sheet: &SheetRow) -> CloseRow {
    let price = sheet.prev_close;
    CloseRow { symbol: sheet.symbol, open: price, high: price, low: price, close: price, traded: Qty::ZERO }
}

/// What a tape shows to those who watch; all zero while nothing traded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Figures {
    opened_at: Moment,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub last_at: Moment,
    pub last: Price,
    pub last_qty: Qty,
    pub volume: Qty,
    value: i128,
}

impl Figures {
    const NONE: Figures = Figures {
        opened_at: Moment(0),
        open: Price::ZERO,
        high: Price::ZERO,
        low: Price::ZERO,
        last_at: Moment(0),
        last: Price::ZERO,
        last_qty: Qty::ZERO,
        volume: Qty::ZERO,
        value: 0,
    };

    /// Two tapes of one day read as one.
    pub fn with(self, other: Figures) -> Figures {
        if self.volume.is_zero() || other.volume.is_zero() {
            return if self.volume.is_zero() { other } else { self };
        }
        let first = if other.opened_at < self.opened_at { other } else { self };
        let last = if other.last_at > self.last_at { other } else { self };
        Figures {
            opened_at: first.opened_at,
            open: first.open,
            high: self.high.max(other.high),
            low: self.low.min(other.low),
            last_at: last.last_at,
            last: last.last,
            last_qty: last.last_qty,
            volume: self.volume + other.volume,
            value: self.value + other.value,
        }
    }

    /// By volume, to the nearest paisa; zero while nothing traded.
    pub fn average(&self) -> Price {
        let parts = i128::from(self.volume.0) * i128::from(Price::PER_PAISA);
        let paise = (self.value + parts / 2).checked_div(parts).unwrap_or(0);
        Price::from_paise(i64::try_from(paise).expect("an average of prices"))
    }
}
