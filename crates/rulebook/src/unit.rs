//! What the number of a rule counts.

use core::fmt;

/// The unit of a rule's value. Every [`crate::RuleName`] has exactly one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// A fraction in parts per 10^12, as [`vocab::Rate`] holds it.
    Rate,
    /// Money in paise, as [`vocab::Paise`] holds it.
    Paise,
    /// A price in 1/10,000 rupee, as [`vocab::Price`] holds it.
    Price,
    /// Seconds since midnight, as [`vocab::TimeOfDay`] holds it.
    TimeOfDay,
    /// Calendar days.
    Days,
    /// Days on which the market trades.
    TradingDays,
    /// Days on which the clearing corporation settles: neither trading holidays nor settlement holidays.
    SettlementDays,
    /// Days on which banks and depositories work.
    WorkingDays,
    Minutes,
    Hours,
    Years,
    /// A plain number.
    Count,
    /// One capital letter or digit, as its ASCII code: how a clearing corporation names a settlement type.
    Letter,
    /// A day of the calendar, by its number.
    Day,
    /// One of a closed list, by its stable number.
    Choice(&'static [(i64, &'static str)]),
}

/// What a row of a rule may carry beside its value; always an amount in paise, zero for none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extra {
    Nothing,
    /// The most that is charged to a client in a day.
    DailyCap,
    /// The row holds for reference prices below this one.
    Below,
}

impl Unit {
    /// Whether the value is a count of days, hours or things.
    pub const fn is_count(self) -> bool {
        match self {
            Unit::Days
            | Unit::TradingDays
            | Unit::SettlementDays
            | Unit::WorkingDays
            | Unit::Minutes
            | Unit::Hours
            | Unit::Years
            | Unit::Count => true,
            Unit::Rate | Unit::Paise | Unit::Price | Unit::TimeOfDay | Unit::Letter | Unit::Day | Unit::Choice(_) => false,
        }
    }

    /// Whether a number can stand in this unit: nothing a regulator sets is negative, a time lies within a
    /// day, a choice is one of its list.
    pub fn admits(self, value: i64) -> bool {
        match self {
            Unit::Rate
            | Unit::Paise
            | Unit::Days
            | Unit::TradingDays
            | Unit::SettlementDays
            | Unit::WorkingDays
            | Unit::Minutes
            | Unit::Hours
            | Unit::Years
            | Unit::Day
            | Unit::Count => value >= 0,
            Unit::Price => value > 0,
            Unit::TimeOfDay => (0..86_400).contains(&value),
            Unit::Letter => {
                u8::try_from(value).is_ok_and(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            }
            Unit::Choice(list) => list.iter().any(|(n, _)| *n == value),
        }
    }

    /// How a row writes a value of this unit, for messages.
    pub const fn example(self) -> &'static str {
        match self {
            Unit::Rate => "a rate, as `0.1 %` or `297 per crore`",
            Unit::Paise => "an amount, as `Rs 0.25`",
            Unit::Price => "a price, as `Rs 0.05`",
            Unit::TimeOfDay => "a time of day, as `10:30`",
            Unit::Days => "calendar days, as `90 days`",
            Unit::TradingDays => "trading days, as `5 trading days`",
            Unit::SettlementDays => "settlement days, as `2 settlement days`",
            Unit::WorkingDays => "working days, as `1 working day`",
            Unit::Minutes => "minutes, as `30 minutes`",
            Unit::Hours => "hours, as `24 hours`",
            Unit::Years => "years, as `5 years`",
            Unit::Count => "a whole number",
            Unit::Letter => "one capital letter or digit",
            Unit::Day => "a day, as `2026-07-03`",
            Unit::Choice(_) => "one of the words its list knows",
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.example())?;
        if let Unit::Choice(list) = self {
            for (i, (_, word)) in list.iter().enumerate() {
                f.write_str(if i == 0 { ": " } else { ", " })?;
                write!(f, "`{word}`")?;
            }
        }
        Ok(())
    }
}
