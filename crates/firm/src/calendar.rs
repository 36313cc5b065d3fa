//! Trading days of each exchange, and the days on which banks and a clearing corporation settle. Holidays and special
//! sessions are imported; weekends are neither.

use alloc::collections::{BTreeMap, BTreeSet};
use vocab::{Corporation, Day, TimeOfDay, Venue};

#[derive(Clone, Default)]
pub struct Calendar {
    /// Of all exchanges.
    holidays: BTreeSet<Day>,
    /// The market trades and nothing settles.
    settlement_holidays: BTreeSet<Day>,
    /// What one exchange keeps alone.
    alone: BTreeSet<(Venue, Day)>,
    /// An exchange trades though the day is a holiday or of a weekend; nothing settles.
    sessions: BTreeSet<(Venue, Day)>,
    /// From when to when it does, where the exchange has told it.
    hours: BTreeMap<(Venue, Day), (TimeOfDay, TimeOfDay)>,
}

/// Days on which a clearing corporation settles, by the calendar of its own exchange.
#[derive(Clone, Copy)]
pub struct SettlementDays<'a> {
    calendar: &'a Calendar,
    corporation: Corporation,
}

impl SettlementDays<'_> {
    pub fn settles(&self, day: Day) -> bool {
        self.calendar.settles(self.corporation, day)
    }

    /// The day itself if it settles on it, or the first one after it.
    pub fn settling(&self, day: Day) -> Day {
        let mut at = day;
        while !self.settles(at) {
            at = at.next();
        }
        at
    }

    /// The `n`th settlement day after a day; the day itself for none.
    pub fn after(&self, day: Day, n: u32) -> Day {
        (0..n).fold(day, |at, _| self.settling(at.next()))
    }
}

impl Calendar {
    pub fn new() -> Calendar {
        Calendar::default()
    }

    /// Whether an exchange trades on a day.
    pub fn is_open(&self, venue: Venue, day: Day) -> bool {
        self.is_ordinary(venue, day) || self.sessions.contains(&(venue, day))
    }

    /// No weekend, and no holiday of the exchange.
    fn is_ordinary(&self, venue: Venue, day: Day) -> bool {
        !day.is_weekend() && !self.is_holiday(venue, day)
    }

    /// The first of the exchanges that trade on a day.
    pub fn first_open(&self, day: Day) -> Option<Venue> {
        Venue::ALL.iter().copied().find(|venue| self.is_open(*venue, day))
    }

    /// Whether any exchange trades on a day: the firm works.
    pub fn is_trading_day(&self, day: Day) -> bool {
        self.first_open(day).is_some()
    }

    /// Whether an exchange keeps a holiday, with the others or alone.
    pub fn is_holiday(&self, venue: Venue, day: Day) -> bool {
        self.is_holiday_of_all(day) || self.alone.contains(&(venue, day))
    }

    pub fn is_holiday_of_all(&self, day: Day) -> bool {
        self.holidays.contains(&day)
    }

    pub fn is_session(&self, venue: Venue, day: Day) -> bool {
        self.sessions.contains(&(venue, day))
    }

    /// When a special session opens and closes; none on any other day, and where the exchange has not told it.
    pub fn hours(&self, venue: Venue, day: Day) -> Option<(TimeOfDay, TimeOfDay)> {
        self.hours.get(&(venue, day)).copied()
    }

    pub fn is_settlement_holiday(&self, day: Day) -> bool {
        self.settlement_holidays.contains(&day)
    }

    /// The settlement days of a corporation.
    pub fn of(&self, corporation: Corporation) -> SettlementDays<'_> {
        SettlementDays { calendar: self, corporation }
    }

    fn settles(&self, corporation: Corporation, day: Day) -> bool {
        self.is_ordinary(corporation.exchange(), day) && !self.is_settlement_holiday(day)
    }

    /// Whether any corporation settles on a day: banks are open.
    pub fn is_settlement_day(&self, day: Day) -> bool {
        Venue::ALL.iter().any(|venue| self.settles(venue.own_corporation(), day))
    }

    /// The `n`th day after a day on which any corporation settles; the day itself for none.
    pub fn settling_after(&self, day: Day, n: u32) -> Day {
        let mut at = day;
        for _ in 0..n {
            at = at.next();
            while !self.is_settlement_day(at) {
                at = at.next();
            }
        }
        at
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

    /// A holiday that one exchange keeps alone.
    pub fn add_alone(&mut self, venue: Venue, day: Day) {
        self.alone.insert((venue, day));
    }

    /// A special session of an exchange.
    pub fn add_session(&mut self, venue: Venue, day: Day) {
        self.sessions.insert((venue, day));
    }

    /// The hours of a special session; those told last are in force.
    pub fn time_session(&mut self, venue: Venue, day: Day, open: TimeOfDay, close: TimeOfDay) {
        self.hours.insert((venue, day), (open, close));
    }

    pub(crate) fn add_settlement_holiday(&mut self, day: Day) {
        self.settlement_holidays.insert(day);
    }
}

vocab::kept!(struct Calendar { holidays, settlement_holidays, alone, sessions, hours });

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
        let nscl = calendar.of(Corporation::Nscl);
        assert_eq!((nscl.settling(thursday), nscl.settling(monday)), (thursday, monday.next()));
    }

    #[test]
    fn each_exchange_keeps_days_of_its_own_and_each_corporation_counts_by_its_own() {
        let day = |text| Day::parse(text).unwrap();
        let (wednesday, thursday, friday, saturday) = (day("2026-07-01"), day("2026-07-02"), day("2026-07-03"), day("2026-07-04"));
        let mut calendar = Calendar::new();
        calendar.add_alone(Venue::Bse, thursday);
        calendar.add_alone(Venue::Nse, friday);
        calendar.add_session(Venue::Bse, saturday);
        let open = |day| Venue::ALL.iter().map(|venue| calendar.is_open(*venue, day)).collect::<alloc::vec::Vec<_>>();
        assert_eq!([wednesday, thursday, friday, saturday].map(open), [[true, true], [true, false], [false, true], [false, true]]);
        assert_eq!((calendar.first_open(thursday), calendar.first_open(friday)), (Some(Venue::Nse), Some(Venue::Bse)));
        // The firm works on each of them.
        assert_eq!((calendar.between(wednesday, day("2026-07-06")), calendar.before(day("2026-07-06"))), (4, saturday));
        let after = |corporation, n| calendar.of(corporation).after(wednesday, n);
        assert_eq!((after(Corporation::Nscl, 1), after(Corporation::Iccl, 1)), (thursday, friday));
        // Nothing settles in a session on a Saturday.
        assert_eq!((after(Corporation::Nscl, 2), after(Corporation::Iccl, 2)), (day("2026-07-06"), day("2026-07-06")));
    }
}
