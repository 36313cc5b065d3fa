//! Trading days, and the days among them on which banks and the clearing corporation settle. Holidays are imported;
//! weekends are neither.

use alloc::collections::BTreeSet;
use vocab::{Day};

#[derive(Clone, Default)]
pub struct Calendar {
    holidays: BTreeSet<Day>,
    /// The market trades and nothing settles.
    settlement_holidays: BTreeSet<Day>,
}

impl Calendar {
    pub fn new() -> Calendar {
        Calendar::default()
    }

    pub fn is_trading_day(&self, day: Day) -> bool {
        !day.is_weekend() && !self.holidays.contains(&day)
    }

    pub fn is_holiday(&self, day: Day) -> bool {
        self.holidays.contains(&day)
    }

    pub fn is_settlement_holiday(&self, day: Day) -> bool {
        self.settlement_holidays.contains(&day)
    }

    pub fn is_settlement_day(&self, day: Day) -> bool {
        self.is_trading_day(day) && !self.is_settlement_holiday(day)
    }

    /// The day itself if anything settles on it, or the first one after it.
    pub fn settling(&self, day: Day) -> Day {
        let mut at = day;
        while !self.is_settlement_day(at) {
            at = at.next();
        }
        at
    }

    /// The `n`th settlement day after a day; the day itself for none.
    pub fn settling_after(&self, day: Day, n: u32) -> Day {
        (0..n).fold(day, |at, _| self.settling(at.next()))
    }

    /// The `n`th trading day after a day; the day itself for none.
    pub fn after(&self, day: Day, n: u32) -> Day {
        let mut at = day;
        for _ in 0..n {
            at = at.next();
            while !self.is_trading_day(at) {
                at = at.next();
            }
        }
        at
    }

    /// The last trading day before a day.
    pub fn before(&self, day: Day) -> Day {
        let mut at = day.plus(-1);
        while !self.is_trading_day(at) {
            at = at.plus(-1);
        }
        at
    }

    /// Trading days from a day to another, the first not counted.
    pub fn between(&self, from: Day, to: Day) -> u32 {
        let (mut at, mut count) = (from, 0u32);
        while at < to {
            at = at.next();
            count = count.saturating_add(u32::from(self.is_trading_day(at)));
        }
        count
    }

    pub fn add(&mut self, day: Day) {
        self.holidays.insert(day);
    }

    pub(crate) fn add_settlement_holiday(&mut self, day: Day) {
        self.settlement_holidays.insert(day);
    }
}

vocab::kept!(struct Calendar { holidays, settlement_holidays });

#[cfg(test)]
mod tests {
    use super::*;

    // covers: G-7.7-1
    #[test]
    fn trading_days_skip_weekends_and_holidays() {
        let mut calendar = Calendar::new();
        calendar.add(Day::parse("2026-06-26").unwrap());
        let thursday = Day::parse("2026-06-25").unwrap();
        let monday = Day::parse("2026-06-29").unwrap();
        assert_eq!(calendar.after(thursday, 1), monday);
        assert_eq!(calendar.after(thursday, 2), Day::parse("2026-06-30").unwrap());
        assert_eq!(calendar.before(monday), thursday);
        assert_eq!(calendar.between(thursday, monday), 1);
        calendar.add_settlement_holiday(monday);
        assert_eq!((calendar.after(thursday, 1), calendar.settling_after(thursday, 1)), (monday, monday.next()));
        assert_eq!((calendar.settling(thursday), calendar.settling(monday)), (thursday, monday.next()));
    }
}
