//! Days and moments of the market, in Indian Standard Time. A day is a number; no clock is read here.
#![allow(clippy::arithmetic_side_effects)]

use core::fmt;
use core::ops::{Add, Sub};

/// A calendar day: days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// A moment of market time: microseconds since 1970-01-01 00:00 Indian Standard Time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub i64);

/// A time within a day: seconds since midnight.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(pub u32);

/// A financial year by the year it starts in: 2026 is April 2026 to March 2027.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FinancialYear(pub i32);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Weekday {
    Monday = 0,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// Why a text is not a date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BadDate;

impl fmt::Display for BadDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a date of the calendar")
    }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MICROS_A_DAY: i64 = 86_400_000_000;

impl Day {
    /// The day of a civil date.
    ///
    /// # Errors
    /// When the calendar has no such date, or it lies outside 1880 to 2199.
    pub fn from_civil(year: i32, month: u32, day: u32) -> Result<Day, BadDate> {
        if !(1880..=2199).contains(&year) || !(1..=12).contains(&month) || day == 0 {
            return Err(BadDate);
        }
        let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        let length = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        if day > length {
            return Err(BadDate);
        }
        // Howard Hinnant's days_from_civil.
        let y = i64::from(if month <= 2 { year - 1 } else { year });
        let era = y.div_euclid(400);
        let of_era = y.rem_euclid(400);
        let m = i64::from(month);
        let of_year = (153 * (if m > 2 { m - 3 } else { m + 9 }) + 2) / 5 + i64::from(day) - 1;
        let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        Ok(Day(i32::try_from(era * 146_097 + day_of_era - 719_468).map_err(|_| BadDate)?))
    }

    /// Year, month and day of the month.
    pub fn civil(self) -> (i32, u32, u32) {
        let z = i64::from(self.0) + 719_468;
        let era = z.div_euclid(146_097);
        let of_era = z.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let mp = (5 * of_year + 2) / 153;
        let day = of_year - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (
            i32::try_from(year).expect("a year"),
            u32::try_from(month).expect("a month"),
            u32::try_from(day).expect("a day"),
        )
    }

    /// Parse `2026-04-06`.
    ///
    /// # Errors
    /// When the text is not of that form or names no day.
    pub fn parse(text: &str) -> Result<Day, BadDate> {
        let mut parts = text.trim().splitn(3, '-');
        let mut next = |len: usize| {
            let part = parts.next().ok_or(BadDate)?;
            if part.len() != len || !part.bytes().all(|b| b.is_ascii_digit()) {
                return Err(BadDate);
            }
            part.parse::<u32>().map_err(|_| BadDate)
        };
        let (year, month, day) = (next(4)?, next(2)?, next(2)?);
        Day::from_civil(i32::try_from(year).map_err(|_| BadDate)?, month, day)
    }

    /// Parse `06-Apr-2026` or `06-APR-2026`, as exchange files print it.
    ///
    /// # Errors
    /// When the text is not of that form or names no day.
    pub fn parse_market(text: &str) -> Result<Day, BadDate> {
        let mut parts = text.trim().splitn(3, '-');
        let (d, m, y) = (
            parts.next().ok_or(BadDate)?,
            parts.next().ok_or(BadDate)?,
            parts.next().ok_or(BadDate)?,
        );
        let month = MONTHS.iter().zip(1u32..).find(|(name, _)| name.eq_ignore_ascii_case(m));
        let (Some((_, month)), true) = (month, y.len() == 4 && !d.is_empty() && d.len() <= 2) else {
            return Err(BadDate);
        };
        let (year, day) = (y.parse().map_err(|_| BadDate)?, d.parse().map_err(|_| BadDate)?);
        Day::from_civil(year, month, day)
    }

    pub fn weekday(self) -> Weekday {
        match (self.0 + 3).rem_euclid(7) {
            0 => Weekday::Monday,
            1 => Weekday::Tuesday,
            2 => Weekday::Wednesday,
            3 => Weekday::Thursday,
            4 => Weekday::Friday,
            5 => Weekday::Saturday,
            _ => Weekday::Sunday,
        }
    }

    pub fn is_weekend(self) -> bool {
        matches!(self.weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    #[must_use]
    pub const fn next(self) -> Day {
        Day(self.0 + 1)
    }

    #[must_use]
    pub const fn plus(self, days: i32) -> Day {
        Day(self.0 + days)
    }

    pub const fn days_since(self, earlier: Day) -> i32 {
        self.0 - earlier.0
    }

    pub fn at(self, time: TimeOfDay) -> Moment {
        Moment(i64::from(self.0) * MICROS_A_DAY + i64::from(time.0) * 1_000_000)
    }

    pub fn financial_year(self) -> FinancialYear {
        let (year, month, _) = self.civil();
        FinancialYear(if month >= 4 { year } else { year - 1 })
    }
}

impl Moment {
    pub fn day(self) -> Day {
        Day(i32::try_from(self.0.div_euclid(MICROS_A_DAY)).expect("a day"))
    }

    pub fn time(self) -> TimeOfDay {
        let micros = self.0.rem_euclid(MICROS_A_DAY);
        TimeOfDay(u32::try_from(micros / 1_000_000).expect("seconds of a day"))
    }

    #[must_use]
    pub const fn plus_micros(self, micros: i64) -> Moment {
        Moment(self.0 + micros)
    }

    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Moment {
        Moment(self.0 + seconds * 1_000_000)
    }
}

impl Add<TimeOfDay> for Day {
    type Output = Moment;
    fn add(self, time: TimeOfDay) -> Moment {
        self.at(time)
    }
}

impl Sub for Moment {
    type Output = i64;
    /// Microseconds between.
    fn sub(self, earlier: Moment) -> i64 {
        self.0 - earlier.0
    }
}

impl TimeOfDay {
    pub const fn hms(hour: u32, minute: u32, second: u32) -> TimeOfDay {
        TimeOfDay(hour * 3_600 + minute * 60 + second)
    }

    /// Parse `09:15` or `09:15:30`.
    ///
    /// # Errors
    /// When the text is not of that form or names no time of a day.
    pub fn parse(text: &str) -> Result<TimeOfDay, BadDate> {
        let mut all = [0u32; 3];
        let mut count = 0;
        for (slot, part) in all.iter_mut().zip(text.trim().split(':')) {
            if part.len() != 2 || !part.bytes().all(|b| b.is_ascii_digit()) {
                return Err(BadDate);
            }
            *slot = part.parse().map_err(|_| BadDate)?;
            count += 1;
        }
        let [hour, minute, second] = all;
        let complete = (2..=3).contains(&count) && text.trim().split(':').count() == count;
        if !complete || hour > 23 || minute > 59 || second > 59 {
            return Err(BadDate);
        }
        Ok(TimeOfDay::hms(hour, minute, second))
    }
}

impl FinancialYear {
    /// Parse `2026-27`.
    ///
    /// # Errors
    /// When the text is not of that form.
    pub fn parse(text: &str) -> Result<FinancialYear, BadDate> {
        let (start, end) = text.trim().split_once('-').ok_or(BadDate)?;
        let year: i32 = start.parse().map_err(|_| BadDate)?;
        let tail: i32 = end.parse().map_err(|_| BadDate)?;
        if start.len() != 4 || end.len() != 2 || (year + 1).rem_euclid(100) != tail {
            return Err(BadDate);
        }
        Ok(FinancialYear(year))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, m, d) = self.civil();
        write!(f, "{y:04}-{m:02}-{d:02}")
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.0 / 3_600, self.0 / 60 % 60, self.0 % 60)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.rem_euclid(1_000_000);
        write!(f, "{} {}.{micros:06}", self.day(), self.time())
    }
}

impl fmt::Display for FinancialYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0, (self.0 + 1).rem_euclid(100))
    }
}

macro_rules! debug_as_display {
    ($($type:ident)*) => {$(
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(self, f) }
        }
    )*};
}
debug_as_display!(Day Moment TimeOfDay FinancialYear);

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn dates_go_round() {
        for n in [0, 1, 59, 60, 11_016, 20_546, 20_605, 40_000] {
            let (y, m, d) = Day(n).civil();
            assert_eq!(Day::from_civil(y, m, d), Ok(Day(n)));
            assert_eq!(Day::parse(&Day(n).to_string()), Ok(Day(n)));
        }
        assert_eq!(Day::parse("2026-11-21").unwrap().weekday(), Weekday::Saturday);
        assert_eq!(Day::parse_market("01-JUL-2026"), Day::parse("2026-07-01"));
        assert_eq!(Day::parse("2026-02-29"), Err(BadDate));
        assert_eq!(Day::parse("2026-2-9"), Err(BadDate));
        assert_eq!(Day::parse_market("31-Jun-2026"), Err(BadDate));
    }

    #[test]
    fn a_financial_year_starts_in_april() {
        assert_eq!(Day::parse("2026-03-31").unwrap().financial_year().to_string(), "2025-26");
        assert_eq!(Day::parse("2026-04-01").unwrap().financial_year().to_string(), "2026-27");
        assert_eq!(FinancialYear::parse("1999-00"), Ok(FinancialYear(1999)));
        assert_eq!(FinancialYear::parse("2026-28"), Err(BadDate));
    }

    #[test]
    fn moments_know_their_day_and_time() {
        let m = Day::parse("2026-07-01").unwrap() + TimeOfDay::parse("09:15").unwrap();
        assert_eq!(m.to_string(), "2026-07-01 09:15:00.000000");
        assert_eq!(m.plus_seconds(-33_301).day(), Day::parse("2026-06-30").unwrap());
        assert_eq!(TimeOfDay::parse("24:00"), Err(BadDate));
        assert_eq!(TimeOfDay::parse("09:15:00:00"), Err(BadDate));
    }
}
