//! Business days and settlement numbers.

use crate::message::{ScheduleRow, SettlementRef};
use crate::canon::set;
use crate::terms::Terms;
use std::collections::{BTreeMap, BTreeSet};
use vocab::{Corporation, Day, Dump, SettlementKind, Sink};

/// The days of an exchange and its clearing corporation: the exchange trades on all but Saturdays, Sundays and its own
/// holidays, and on those the corporation settles; in special sessions the exchange trades and nothing settles. The corporation has
/// settlements for the trades of every exchange it settles for.
pub struct Calendar {
    corporation: Corporation,
    holidays: Vec<Day>,
    sessions: Vec<Day>,
    /// Whose trades it settles too, from a day on: the other exchange, by its holidays and special sessions.
    also: Option<(Day, Vec<Day>, Vec<Day>)>,
    /// Trading days on which nothing settles: declared since the world began.
    settlement_holidays: BTreeSet<Day>,
    /// Days of trades of a year in order; filled as years are asked for, and no part of the state.
    years: BTreeMap<i32, Vec<Day>>,
}

/// In order, each once.
fn sorted(mut days: Vec<Day>) -> Vec<Day> {
    days.sort_unstable();
    days.dedup();
    days
}

/// Whether an exchange trades that keeps these holidays and holds these special sessions.
fn trades(day: Day, holidays: &[Day], sessions: &[Day]) -> bool {
    !day.is_weekend() && holidays.binary_search(&day).is_err() || sessions.binary_search(&day).is_ok()
}

impl Calendar {
    pub fn new(corporation: Corporation, holidays: Vec<Day>, sessions: Vec<Day>) -> Calendar {
        let (settlement_holidays, years) = (BTreeSet::new(), BTreeMap::new());
        Calendar { corporation, holidays: sorted(holidays), sessions: sorted(sessions), also: None, settlement_holidays, years }
    }

    /// From a day on it settles the trades of the other exchange too, which keeps other holidays and holds other
    /// special sessions.
    #[must_use]
    pub fn and_settles(self, from: Day, holidays: Vec<Day>, sessions: Vec<Day>) -> Calendar {
        Calendar { also: Some((from, sorted(holidays), sorted(sessions))), ..self }
    }

    /// Whether the exchange trades.
    pub fn is_open(&self, day: Day) -> bool {
        trades(day, &self.holidays, &self.sessions)
    }

    /// Whether an exchange trades whose trades the corporation settles.
    pub fn has_trades(&self, day: Day) -> bool {
        let also = self.also.as_ref().filter(|(from, ..)| *from <= day);
        self.is_open(day) || also.is_some_and(|(_, holidays, sessions)| trades(day, holidays, sessions))
    }

    /// From now on nothing settles on a day.
    pub fn shut(&mut self, day: Day) {
        self.settlement_holidays.insert(day);
    }

    pub fn settles(&self, day: Day) -> bool {
        trades(day, &self.holidays, &[]) && !self.settlement_holidays.contains(&day)
    }

    /// The day itself if anything settles on it, or the first one after it.
    pub fn settling(&self, day: Day) -> Day {
        let mut at = day;
        while !self.settles(at) {
            at = at.next();
        }
        at
    }

    /// The `count`th day after a day on which anything settles; zero gives `day` itself.
    pub fn after(&self, day: Day, count: u8) -> Day {
        (0..count).fold(day, |at, _| self.settling(at.next()))
    }

    /// The last day before `day` on which there are trades that it settles.
    pub fn before(&self, day: Day) -> Day {
        let mut at = day.plus(-1);
        while !self.has_trades(at) {
            at = at.plus(-1);
        }
        at
    }

    /// The normal settlement of a day's trades. The first corporation numbers by the calendar year, YYYYNNN; the
    /// second by the financial year, YYZZNNN.
    pub fn settlement(&mut self, trade_day: Day) -> SettlementRef {
        let (year, month, _) = trade_day.civil();
        let (year, first) = match self.corporation {
            Corporation::Nscl => (year, 1),
            Corporation::Iccl => (if month < 4 { year - 1 } else { year }, 4),
        };
        if !self.years.contains_key(&year) {
            let begins = |year| Day::from_civil(year, first, 1).expect("a year of the calendar");
            let days = (0..366).map(|n| begins(year).plus(n)).filter(|d| *d < begins(year + 1));
            let days = days.filter(|d| self.has_trades(*d)).collect();
            self.years.insert(year, days);
        }
        let nth = self.years.get(&year).and_then(|days| days.binary_search(&trade_day).ok());
        let nth = u32::try_from(nth.expect("a day of trades")).expect("a day of a year") + 1;
        let year = u32::try_from(year).expect("a year");
        let named = match self.corporation {
            Corporation::Nscl => year,
            Corporation::Iccl => year % 100 * 100 + (year + 1) % 100,
        };
        SettlementRef { corporation: self.corporation, kind: SettlementKind::Normal, number: named * 1_000 + nth }
    }

    /// The settlements of the next `count` trade days, `from` included if it is one.
    pub fn schedule(&mut self, from: Day, count: usize, terms: &Terms) -> Vec<ScheduleRow> {
        let mut rows = Vec::new();
        let (mut day, mut days) = (from, 0);
        while days < count {
            if self.has_trades(day) {
                let of_day = self.settlement(day);
                for kind in terms.kinds() {
                    let pay_in_day = self.after(day, terms.cycle_of(kind).days);
                    let settlement = SettlementRef { kind, ..of_day };
                    rows.push(ScheduleRow { settlement, trade_day: day, pay_in_day, pay_out_day: pay_in_day });
                }
                days += 1;
            }
            day = day.next();
        }
        rows
    }
}

/// Of the rest nothing changes.
impl Dump for Calendar {
    fn dump(&self, sink: &mut Sink<'_>) {
        set(&self.settlement_holidays, sink);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn settlements_count_the_days_of_trades_of_their_year() {
        let mut calendar = Calendar::new(Corporation::Nscl, vec![day("2026-01-26")], Vec::new());
        assert_eq!(calendar.settlement(day("2026-01-01")).number, 2_026_001);
        assert_eq!(calendar.settlement(day("2026-01-05")).number, 2_026_003);
        assert_eq!(calendar.settlement(day("2026-01-27")).number, 2_026_018);
        assert_eq!(calendar.after(day("2026-01-23"), 1), day("2026-01-27"));
        // Nothing settles on the 27th: what was dealt before it and on it is paid in together.
        calendar.shut(day("2026-01-27"));
        assert_eq!([day("2026-01-23"), day("2026-01-27")].map(|day| calendar.after(day, 1)), [day("2026-01-28"); 2]);
        assert!(calendar.is_open(day("2026-01-27")) && !calendar.settles(day("2026-01-27")));
        assert_eq!(calendar.after(day("2026-12-31"), 1), day("2027-01-01"));
        assert_eq!(calendar.settlement(day("2027-01-01")).number, 2_027_001);
    }

    #[test]
    fn who_settles_for_both_has_a_settlement_for_each_day_of_either_and_settles_on_its_own() {
        let keeps = vec![day("2026-07-02")];
        let mut calendar = Calendar::new(Corporation::Nscl, keeps, Vec::new()).and_settles(day("2026-07-02"), vec![day("2026-07-03")], Vec::new());
        let trades = ["2026-07-01", "2026-07-02", "2026-07-03", "2026-07-04"].map(|it| calendar.has_trades(day(it)));
        assert_eq!(trades, [true, true, true, false]);
        assert_eq!(calendar.settlement(day("2026-07-03")).number - calendar.settlement(day("2026-07-01")).number, 2);
        assert!(!calendar.settles(day("2026-07-02")));
        assert_eq!([day("2026-07-01"), day("2026-07-02")].map(|day| calendar.after(day, 1)), [day("2026-07-03"); 2]);
    }

    // The corporation's calendar of October 2025 (NCL/CMPT/70009) numbers its settlements 2025188 to 2025208: the Muhurat session
    // of the 21st is one of them. What was dealt in on the 20th and the 21st, a holiday like the 22nd, is settled on the 23rd.
    #[test]
    fn a_special_session_has_a_settlement_and_settles_on_the_next_settlement_day() {
        let holidays = ["02-26", "03-14", "03-31", "04-10", "04-14", "04-18", "05-01", "08-15", "08-27", "10-02", "10-21", "10-22", "11-05", "12-25"];
        let holidays = holidays.map(|it| day(&format!("2025-{it}"))).to_vec();
        let mut calendar = Calendar::new(Corporation::Nscl, holidays, vec![day("2025-10-21"), day("2025-02-01")]);
        let number = |calendar: &mut Calendar, it| calendar.settlement(day(it)).number;
        let numbers = ["2025-10-01", "2025-10-20", "2025-10-21", "2025-10-23", "2025-10-31"].map(|it| number(&mut calendar, it));
        assert_eq!(numbers, [2_025_188, 2_025_200, 2_025_201, 2_025_202, 2_025_208]);
        assert!(calendar.is_open(day("2025-10-21")) && !calendar.settles(day("2025-10-21")));
        assert_eq!([day("2025-10-20"), day("2025-10-21")].map(|day| calendar.after(day, 1)), [day("2025-10-23"); 2]);
        // The Saturday of the budget: with the Friday before, on Monday.
        assert_eq!([day("2025-01-31"), day("2025-02-01")].map(|day| calendar.after(day, 1)), [day("2025-02-03"); 2]);
    }

    #[test]
    fn the_second_corporation_counts_by_the_financial_year() {
        let mut calendar = Calendar::new(Corporation::Iccl, vec![day("2016-01-26")], Vec::new());
        let first = SettlementRef { corporation: Corporation::Iccl, kind: SettlementKind::Normal, number: 1_617_001 };
        assert_eq!(calendar.settlement(day("2016-04-01")), first);
        assert_eq!(calendar.settlement(day("2016-03-31")).number, 1_516_261);
        assert_eq!(calendar.settlement(day("1999-04-01")).number, 9_900_001);
    }
}
