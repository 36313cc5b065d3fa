//! Margins that the member reported short: charged by the corporation's own count of the days a code was short on, and
//! taken from the member's own account once the time for reports is over.

use crate::bank::Bank;
use crate::calendar::Calendar;
use crate::canon::{count, dump_fields, set};
use crate::exchange::{Turn, parts};
use crate::message::{Link, PenaltyRow, ToFirm};
use crate::queue::Due;
use crate::terms::{Penalties, Terms};
use std::collections::{BTreeMap, BTreeSet};
use vocab::{Day, Dump, Paise, Rate, Rounding, Sink, TimeOfDay, Ucc};

/// When it is taken.
const TAKEN: TimeOfDay = TimeOfDay::hms(10, 0, 0);

/// What a client had to have, and how much of it was not there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Missing {
    pub asked: Paise,
    pub short: Paise,
}

/// What was reported short.
#[derive(Default)]
pub(crate) struct Reports {
    /// By day, until it is charged.
    waiting: BTreeMap<Day, BTreeMap<Ucc, Missing>>,
    /// Every day a code was charged for.
    short_on: BTreeMap<Ucc, BTreeSet<Day>>,
    charged: BTreeSet<Day>,
}

impl Reports {
    /// The first report of a day sets the hour at which the day is charged; what comes after it changes nothing.
    pub fn take(&mut self, (day, ucc): (Day, Ucc), missing: Missing, terms: &Terms, calendar: &Calendar, turn: &mut Turn<'_>) {
        let Some(penalties) = terms.penalties.filter(|it| it.from <= day) else { return };
        if self.charged.contains(&day) {
            return;
        }
        let of_day = self.waiting.entry(day).or_insert_with(|| {
            turn.enter(calendar.after(day, penalties.day) + TAKEN, Due::Penalties(day));
            BTreeMap::new()
        });
        of_day.insert(ucc, missing);
    }

    /// Take the penalties of a day. What the account does not hold is tried again on the next day that settles.
    pub fn charge(&mut self, day: Day, terms: &Terms, calendar: &Calendar, bank: &mut Bank, turn: &mut Turn<'_>) {
        let penalties = terms.penalties.expect("a report was taken");
        let of_day = self.waiting.remove(&day).unwrap_or_default();
        if self.charged.insert(day) {
            for (ucc, _) in of_day.iter().filter(|(_, it)| it.short.is_positive()) {
                self.short_on.entry(*ucc).or_default().insert(day);
            }
        }
        let row = |(ucc, it): (&Ucc, &Missing)| {
            let penalty = self.rate(&penalties, *ucc, *it, day, calendar).of(it.short, Rounding::NearestPaisa);
            PenaltyRow { ucc: *ucc, penalty, tax: penalties.tax.of(penalty, Rounding::NearestPaisa) }
        };
        let rows: Vec<PenaltyRow> = of_day.iter().map(row).filter(|it| it.penalty.is_positive()).collect();
        let mut left = BTreeMap::new();
        for (_, _, rows) in parts(&rows).into_iter().filter(|(.., rows)| !rows.is_empty()) {
            let debit = rows.iter().map(|it| it.penalty + it.tax).sum();
            match bank.penalise(day, debit) {
                true => turn.say(Link::Clearing, &ToFirm::MarginPenalties { day, debit, rows }),
                false => left.extend(rows.iter().map(|it| (it.ucc, of_day[&it.ucc]))),
            }
        }
        if !left.is_empty() {
            self.waiting.insert(day, left);
            turn.enter(calendar.after(turn.at.day(), 1) + TAKEN, Due::Penalties(day));
        }
    }

    /// By how often the code was short, and by how much is short.
    fn rate(&self, by: &Penalties, ucc: Ucc, it: Missing, day: Day, calendar: &Calendar) -> Rate {
        let none = BTreeSet::new();
        let days = self.short_on.get(&ucc).unwrap_or(&none);
        let mut on_end = 0;
        let mut at = day;
        while days.contains(&at) && on_end <= by.running {
            on_end += 1;
            at = calendar.before(at);
        }
        let (year, month, _) = day.civil();
        let of_month = days.range(..=day).filter(|it| (it.civil().0, it.civil().1) == (year, month)).count();
        if on_end > by.running || of_month > usize::from(by.in_month) {
            return by.repeated;
        }
        // To the last digit: a part of a paisa is not rounded to either side of the bound.
        let reaches_part = i128::from(it.short.0) * i128::from(Rate::WHOLE.0) >= i128::from(it.asked.0) * i128::from(by.part.0);
        if it.short >= by.amount || reaches_part { by.higher } else { by.rate }
    }
}

dump_fields! { Missing { asked short } }

impl Dump for Reports {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.waiting.dump(sink);
        count(self.short_on.len(), sink);
        for (ucc, days) in &self.short_on {
            ucc.dump(sink);
            set(days, sink);
        }
        set(&self.charged, sink);
    }
}
