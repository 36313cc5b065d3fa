//! How fast a program may ask: windows of a second, a minute and a day, by api key and kind of question.

use crate::wrong::Wrong;
use rulebook::{NoRule, RuleName, Rulebook};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use vocab::Day;

/// What a request is, for the limits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Class {
    Order,
    Quote,
    Candles,
    Other,
}

/// How many of each are answered: rules of the day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rates {
    pub orders_a_second: u32,
    pub orders_a_minute: u32,
    pub orders_a_day: u32,
    pub quotes_a_second: u32,
    pub candles_a_second: u32,
    pub others_a_second: u32,
}

impl Rates {
    /// # Errors
    /// [`NoRule`] naming the first that is not known on the day.
    pub fn of(rules: &Rulebook, day: Day) -> Result<Rates, NoRule> {
        let count = |name| rules.count(name, day).map(|(_, n)| u32::try_from(n).unwrap_or(0));
        // Before there was a rule for programs, the house's own was the only one.
        let algo = count(RuleName::AlgoOrdersASecond).unwrap_or(u32::MAX);
        Ok(Rates {
            orders_a_second: count(RuleName::HouseApiOrdersASecond)?.min(algo),
            orders_a_minute: count(RuleName::HouseApiOrdersAMinute)?,
            orders_a_day: count(RuleName::HouseApiOrdersADay)?,
            quotes_a_second: count(RuleName::HouseApiQuotesASecond)?,
            candles_a_second: count(RuleName::HouseApiCandlesASecond)?,
            others_a_second: count(RuleName::HouseApiRequestsASecond)?,
        })
    }
}

/// A window that began at a second, and what came in it.
#[derive(Clone, Copy, Default)]
struct Window {
    began: u64,
    count: u32,
}

impl Window {
    /// Whether one more fits; it is counted where it does.
    fn has_room(&mut self, now: u64, seconds: u64, most: u32) -> bool {
        let began = now - now % seconds;
        if self.began != began {
            *self = Window { began, count: 0 };
        }
        self.count < most
    }
}

const DAY: u64 = 86_400;

/// A second, a minute, a day.
type Windows = [Window; 3];

/// Counts of everyone who has asked.
#[derive(Default)]
pub struct Pace(Mutex<HashMap<(Box<str>, Class), Windows>>);

impl Pace {
    /// One request of an api key, at a second of the wall's clock. What is turned away is not counted.
    ///
    /// # Errors
    /// Which limit it is over.
    pub fn take(&self, key: &str, class: Class, rates: &Rates, now: u64) -> Result<(), Wrong> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let windows = all.entry((key.into(), class)).or_default();
        let limits: [(u64, u32, &str); 3] = match class {
            Class::Order => [
                (1, rates.orders_a_second, "orders a second"),
                (60, rates.orders_a_minute, "orders a minute"),
                (DAY, rates.orders_a_day, "orders a day"),
            ],
            Class::Quote => alone(rates.quotes_a_second, "quotes a second"),
            Class::Candles => alone(rates.candles_a_second, "questions for candles a second"),
            Class::Other => alone(rates.others_a_second, "requests a second"),
        };
        for (window, (seconds, most, what)) in windows.iter_mut().zip(limits) {
            if !window.has_room(now, seconds, most) {
                return Err(Wrong::too_fast(&format!("at most {most} {what}")));
            }
        }
        windows.iter_mut().for_each(|window| window.count += 1);
        Ok(())
    }
}

/// Only the second is bounded.
const fn alone(most: u32, what: &str) -> [(u64, u32, &str); 3] {
    [(1, most, what), (60, u32::MAX, what), (DAY, u32::MAX, what)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: Rates = Rates {
        orders_a_second: 2, orders_a_minute: 3, orders_a_day: 4, quotes_a_second: 1, candles_a_second: 3, others_a_second: 10,
    };

    #[test]
    fn each_window_turns_away_what_is_over_and_opens_again() {
        let pace = Pace::default();
        let order = |now| pace.take("A", Class::Order, &RATES, now).map_err(|wrong| (wrong.http, wrong.message));
        let over = |what: &str| Err((429, format!("Too many requests: {what}")));
        assert_eq!([order(600), order(600), order(600)], [Ok(()), Ok(()), over("at most 2 orders a second")]);
        assert_eq!([order(601), order(602)], [Ok(()), over("at most 3 orders a minute")]);
        assert_eq!([order(660), order(720)], [Ok(()), over("at most 4 orders a day")]);
        assert_eq!(order(DAY), Ok(()));
    }

    #[test]
    fn keys_and_kinds_are_counted_apart() {
        let pace = Pace::default();
        let ok = |key, class| pace.take(key, class, &RATES, 5).is_ok();
        assert_eq!([ok("A", Class::Quote), ok("A", Class::Quote), ok("B", Class::Quote), ok("A", Class::Candles)], [true, false, true, true]);
    }
}
