//! Candles: what traded in a minute, and in longer spans made of minutes.

use vocab::{Moment, Price, Qty, TimeOfDay};
use world::Print;

pub(crate) const MINUTE: i64 = 60_000_000;
const DAY: i64 = 1_440 * MINUTE;
/// Spans of several minutes are counted from here, either way.
const ANCHOR: TimeOfDay = TimeOfDay::hms(9, 15, 0);

/// What traded from a moment on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Candle {
    pub at: Moment,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
    pub volume: Qty,
}

/// How much time a candle tells of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Span {
    Minute,
    Three,
    Five,
    Ten,
    Fifteen,
    Thirty,
    Hour,
    Day,
}

impl Span {
    pub const ALL: [Span; 8] = [Span::Minute, Span::Three, Span::Five, Span::Ten, Span::Fifteen, Span::Thirty, Span::Hour, Span::Day];

    pub const fn minutes(self) -> i64 {
        match self {
            Span::Minute => 1,
            Span::Three => 3,
            Span::Five => 5,
            Span::Ten => 10,
            Span::Fifteen => 15,
            Span::Thirty => 30,
            Span::Hour => 60,
            Span::Day => 1_440,
        }
    }

    /// When the span that holds a moment began.
    pub fn start(self, at: Moment) -> Moment {
        match self {
            Span::Day => Moment(at.0 - at.0.rem_euclid(DAY)),
            _ => {
                let from = at.day() + ANCHOR;
                Moment(at.0 - (at.0 - from.0).rem_euclid(self.minutes() * MINUTE))
            }
        }
    }
}

impl Candle {
    /// The candle a trade begins.
    pub(crate) fn of(at: Moment, print: &Print) -> Candle {
        let Print { price, qty, .. } = *print;
        Candle { at, open: price, high: price, low: price, close: price, volume: qty }
    }

    /// What came later is added.
    pub(crate) fn add(&mut self, later: &Candle) {
        self.high = self.high.max(later.high);
        self.low = self.low.min(later.low);
        self.close = later.close;
        self.volume += later.volume;
    }
}

/// Longer candles of minutes that rise.
pub(crate) fn joined(minutes: impl IntoIterator<Item = Candle>, span: Span) -> Vec<Candle> {
    let mut all: Vec<Candle> = Vec::new();
    for minute in minutes {
        let at = span.start(minute.at);
        match all.last_mut().filter(|last| last.at == at) {
            Some(last) => last.add(&minute),
            None => all.push(Candle { at, ..minute }),
        }
    }
    all
}
