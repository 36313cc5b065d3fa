//! Business days and settlement numbers.

use crate::message::{ScheduleRow, SettlementRef};
use std::collections::BTreeMap;
use vocab::{Day, SettlementKind};

/// Business days are all days but Saturdays, Sundays and the listed holidays.
pub struct Calendar {
    holidays: Vec<Day>,
    cycle_days: u8,
    /// Business days of a year in order; filled as years are asked for, and no part of the state.
    years: BTreeMap<i32, Vec<Day>>,
}

impl Calendar {
    pub fn new(mut holidays: Vec<Day>, cycle_days: u8) -> Calendar {
        holidays.sort_unstable();
        holidays.dedup();
        Calendar { holidays, cycle_days, years: BTreeMap::new() }
    }

    pub fn is_business_day(&self, day: Day) -> bool {
        !day.is_weekend() && self.holidays.binary_search(&day).is_err()
    }

    /// The business day `count` business days after `day`; zero gives `day` itself.
    pub fn after(&self, day: Day, count: u8) -> Day {
        let mut at = day;
        for _ in 0..count {
            at = at.next();
            while !self.is_business_day(at) {
                at = at.next();
            }
        }
        at
    }

    /// The last business day before `day`.
    pub fn before(&self, day: Day) -> Day {
        let mut at = day.plus(-1);
        while !self.is_business_day(at) {
            at = at.plus(-1);
        }
        at
    }

    /// The normal settlement of trades on a business day: YYYYNNN, NNN counting the year's business days.
    pub fn settlement(&mut self, trade_day: Day) -> SettlementRef {
        let (year, _, _) = trade_day.civil();
        if !self.years.contains_key(&year) {
            let first = Day::from_civil(year, 1, 1).expect("a year of the calendar");
            let length = 366;
            let days = (0..length).map(|n| first.plus(n)).filter(|d| d.civil().0 == year);
            let days = days.filter(|d| self.is_business_day(*d)).collect();
            self.years.insert(year, days);
        }
        let nth = self.years.get(&year).and_then(|days| days.binary_search(&trade_day).ok());
        let nth = nth.expect("trades happen on business days");
        let number = u32::try_from(year).expect("a year") * 1_000 + u32::try_from(nth).expect("a day of a year") + 1;
        SettlementRef { kind: SettlementKind::Normal, number }
    }

    /// The settlements of the next `count` trade days, `from` included if it is one.
    pub fn schedule(&mut self, from: Day, count: usize) -> Vec<ScheduleRow> {
        let mut rows = Vec::with_capacity(count);
        let mut day = from;
        while rows.len() < count {
            if self.is_business_day(day) {
                let pay_in_day = self.after(day, self.cycle_days);
                let settlement = self.settlement(day);
                rows.push(ScheduleRow { settlement, trade_day: day, pay_in_day, pay_out_day: pay_in_day });
            }
            day = day.next();
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn settlements_count_the_business_days_of_their_year() {
        let mut calendar = Calendar::new(vec![day("2026-01-26")], 1);
        assert_eq!(calendar.settlement(day("2026-01-01")).number, 2_026_001);
        assert_eq!(calendar.settlement(day("2026-01-05")).number, 2_026_003);
        assert_eq!(calendar.settlement(day("2026-01-27")).number, 2_026_018);
        assert_eq!(calendar.after(day("2026-01-23"), 1), day("2026-01-27"));
        assert_eq!(calendar.before(day("2026-01-27")), day("2026-01-23"));
        let rows = calendar.schedule(day("2026-12-31"), 2);
        assert_eq!(rows[0].pay_in_day, day("2027-01-01"));
        assert_eq!(rows[1].settlement.number, 2_027_001);
    }
}
