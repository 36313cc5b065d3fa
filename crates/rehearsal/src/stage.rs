//! The market that days are played on.

use crate::house::PRICES_OUT;
use files::{Band, MarketDay, SecurityDay, SessionHours, SpecialSession};
use rulebook::{ClosingMethod, NoRule, RuleName, Rulebook};
use std::collections::{BTreeMap, BTreeSet};
use vocab::{Board, Day, Isin, Price, Rate, ScripCode, SecurityRow, Symbol, Venue};
use world::{Announcement, SpecialHours};

/// The market of one or several days: what trades, at which real prices, and the holidays around it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stage {
    /// The first day.
    pub day: Day,
    /// Everything that trades on any of the days, as on the first of them it does: the order of listing.
    pub securities: Vec<SecurityDay>,
    /// What the files say of each day.
    days: BTreeMap<Day, BTreeMap<SecurityRow, SecurityDay>>,
    /// Of the first exchange.
    pub holidays: Vec<Day>,
    /// Of the second; the first's where nothing trades there.
    pub bse_holidays: Vec<Day>,
    /// Special sessions of the first exchange and of the second, from the first day on, as far ahead as the exchanges tell their hours.
    pub sessions: BTreeMap<Day, SpecialHours>,
    pub bse_sessions: BTreeMap<Day, SpecialHours>,
    /// What companies give on these days.
    pub(crate) gifts: Vec<Announcement>,
    /// How far the index falls on days of which no file says so.
    falls: BTreeMap<Day, Rate>,
    invents: bool,
}

/// Tick and band of a security on a day, from the rulebook: tick by the reference price, width by the list.
///
/// # Errors
/// [`NoRule`] when the day's ticks or dynamic band are not known.
pub fn limits(rules: &Rulebook, reference: Price, band: Band, day: Day) -> Result<(Price, Price, Price), NoRule> {
    let (_, tick) = rules.tick(reference, day)?;
    let width = match band {
        Band::Percent(percent) => Rate(i64::from(percent) * (Rate::WHOLE.0 / 100)),
        Band::Dynamic => rules.rate(RuleName::DynamicBandStart, day)?.1,
    };
    let (low, high) = market::band(reference, width, tick);
    Ok((low, high, tick))
}

/// Why the rules of the day do not let a security be played; none when they do.
fn barred(s: &SecurityDay, day: Day, rules: &Rulebook) -> Option<String> {
    let none = limits(rules, s.prev_close, s.band, day).err();
    none.or(board(rules, s.band, day).err()).map(|none| none.to_string())
}

/// Whose hours a security keeps: shares with derivatives that close by auction are a board of their own.
///
/// # Errors
/// [`NoRule`] when it is not known how they close on the day.
pub fn board(rules: &Rulebook, band: Band, day: Day) -> Result<Board, NoRule> {
    let method = rules.choice::<ClosingMethod>(RuleName::ClosingMethodDerivativeShares, day)?.1;
    Ok(if band == Band::Dynamic && method == ClosingMethod::Auction { Board::Auction } else { Board::Regular })
}

/// The same for the same ISIN, but where two would have one code: then the next that is free.
fn simulated(isin: &Isin, given: &mut BTreeSet<ScripCode>) -> ScripCode {
    let mut n = isin.0.iter().fold(0u32, |n, byte| n.wrapping_mul(31).wrapping_add(u32::from(*byte)));
    while !given.insert(ScripCode::simulated(n)) {
        n = n.wrapping_add(1);
    }
    ScripCode::simulated(n)
}

/// The exchanges tell the hours of a special session some weeks before it: those of 2025-10-21 on 2025-09-22.
const TOLD_AHEAD: i32 = 30;

fn special(of: SessionHours) -> SpecialHours {
    SpecialHours { open: of.open, close: of.close, after_from: of.after_from, after_until: of.after_until }
}

/// The fund whose units follow the index: how far it falls on a day is how far the index does.
const INDEX_FUND: &str = "NIFTYBEES";

impl Stage {
    /// What trades on the days of the exchange's files and is covered by the rules, and what is left out of any of
    /// them, with the reason.
    ///
    /// # Panics
    /// When no day is given.
    pub fn of(markets: &[MarketDay], rules: &Rulebook) -> (Stage, Vec<(Symbol, String)>) {
        let mut stage = Stage {
            day: markets.first().expect("at least a day").day,
            securities: Vec::new(),
            days: BTreeMap::new(),
            holidays: Vec::new(),
            bse_holidays: Vec::new(),
            sessions: BTreeMap::new(),
            bse_sessions: BTreeMap::new(),
            gifts: Vec::new(),
            falls: BTreeMap::new(),
            invents: false,
        };
        let mut rows: BTreeMap<Isin, SecurityRow> = BTreeMap::new();
        let (mut left_out, mut holidays, mut of_bse) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for market in markets {
            holidays.extend(market.holidays.iter().copied());
            of_bse.extend(market.bse_holidays.iter().copied());
            let day = stage.days.entry(market.day).or_default();
            for security in &market.securities {
                if let Some(why) = barred(security, market.day, rules) {
                    left_out.insert((security.symbol, why));
                    continue;
                }
                let row = *rows.entry(security.isin).or_insert_with(|| {
                    stage.securities.push(security.clone());
                    SecurityRow(u32::try_from(stage.securities.len() - 1).expect("a row"))
                });
                day.insert(row, security.clone());
            }
        }
        stage.holidays = holidays.into_iter().collect();
        let until = stage.last_day().plus(TOLD_AHEAD);
        let told = |of: fn(&MarketDay) -> &Vec<SpecialSession>| {
            let within = markets.iter().flat_map(of).filter(|it| stage.day <= it.day && it.day <= until);
            let played = |it: &SpecialSession| Some((it.day, special(it.hours.filter(|hours| hours.after_until <= PRICES_OUT)?)));
            within.filter_map(played).collect::<BTreeMap<_, _>>()
        };
        let (sessions, of_second) = (told(|market| &market.sessions), told(|market| &market.bse_sessions));
        stage.bse_sessions = if stage.on_bse().is_empty() { sessions.clone() } else { of_second };
        stage.sessions = sessions;
        stage.bse_holidays = if stage.on_bse().is_empty() { stage.holidays.clone() } else { of_bse.into_iter().collect() };
        (stage, left_out.into_iter().collect())
    }

    /// The days of the files.
    pub fn days(&self) -> impl Iterator<Item = Day> {
        self.days.keys().copied()
    }

    /// What the files say of a day; none for a day they do not cover.
    pub fn on(&self, day: Day) -> Option<&BTreeMap<SecurityRow, SecurityDay>> {
        self.days.get(&day)
    }

    /// Let the index fall on days of which no file says so: for simulated markets.
    pub fn fall_also(&mut self, falls: impl IntoIterator<Item = (Day, Rate)>) {
        self.falls.extend(falls);
    }

    /// Whether days without files have prices of their own, drawn by lots from the close before: for a market that goes on
    /// after its files.
    #[must_use]
    pub const fn invents(mut self, invents: bool) -> Stage {
        self.invents = invents;
        self
    }

    pub(crate) const fn does_invent(&self) -> bool {
        self.invents
    }

    /// How far the index falls on a day at its lowest, by the fund that follows it; by what was drawn where no file says.
    pub fn fell(&self, day: Day) -> Rate {
        if let Some(fell) = self.falls.get(&day) {
            return *fell;
        }
        let fund = self.days.get(&day).into_iter().flatten().find(|(_, s)| s.symbol.as_str() == INDEX_FUND);
        let of = |s: &SecurityDay| {
            let lost = i128::from(s.prev_close.0 - s.low.0) * i128::from(Rate::WHOLE.0);
            Rate(i64::try_from(lost / i128::from(s.prev_close.0.max(1))).unwrap_or(0).max(0))
        };
        fund.map_or(Rate::ZERO, |(_, s)| of(s))
    }

    /// Everything that trades on a day without files, as the last of them before it has it; whose symbol has passed to another
    /// is left out.
    pub fn last_known(&self, day: Day) -> BTreeMap<SecurityRow, &SecurityDay> {
        let (mut known, mut holders) = (BTreeMap::new(), BTreeMap::new());
        for (row, security) in self.days.range(..day).flat_map(|(_, rows)| rows) {
            if let Some(before) = holders.insert(security.symbol, *row).filter(|before| before != row) {
                known.remove(&before);
            }
            known.insert(*row, security);
        }
        known
    }

    /// What the second exchange calls the securities it trades on these days, by the first of the lists that names each:
    /// no name is given twice.
    pub fn on_bse(&self) -> BTreeMap<Isin, Symbol> {
        let (mut names, mut given) = (BTreeMap::new(), BTreeSet::new());
        for security in self.days.values().flat_map(BTreeMap::values) {
            if let Some(symbol) = security.on_bse.filter(|_| !names.contains_key(&security.isin))
                && given.insert(symbol)
            {
                names.insert(security.isin, symbol);
            }
        }
        names
    }

    /// Its codes of them: of its own file, or simulated by ISIN where that has none.
    pub fn codes(&self) -> BTreeMap<Isin, ScripCode> {
        let mut known: BTreeMap<Isin, ScripCode> = BTreeMap::new();
        for (isin, code) in self.days.values().flat_map(BTreeMap::values).filter_map(|s| Some((s.isin, s.code?))) {
            known.entry(isin).or_insert(code);
        }
        let mut given = BTreeSet::new();
        let of = |isin: Isin| (isin, known.get(&isin).copied().unwrap_or_else(|| simulated(&isin, &mut given)));
        self.on_bse().into_keys().map(of).collect()
    }

    /// What is listed, or listed under another symbol, since the day of the files before.
    pub fn newly_listed(&self, day: Day) -> Vec<(Isin, Symbol)> {
        let mut known: BTreeMap<SecurityRow, Symbol> = BTreeMap::new();
        for (_, rows) in self.days.range(..day) {
            known.extend(rows.iter().map(|(row, s)| (*row, s.symbol)));
        }
        let today = self.days.get(&day).into_iter().flatten();
        today.filter(|(row, s)| known.get(row) != Some(&s.symbol)).map(|(_, s)| (s.isin, s.symbol)).collect()
    }

    /// Whether an exchange trades on a day.
    pub fn is_open(&self, venue: Venue, day: Day) -> bool {
        let (holidays, sessions) = match venue {
            Venue::Nse => (&self.holidays, &self.sessions),
            Venue::Bse => (&self.bse_holidays, &self.bse_sessions),
        };
        !day.is_weekend() && !holidays.contains(&day) || sessions.contains_key(&day)
    }

    /// Whether any does.
    pub fn is_trading_day(&self, day: Day) -> bool {
        Venue::ALL.iter().any(|venue| self.is_open(*venue, day))
    }

    /// The last day of the files.
    pub fn last_day(&self) -> Day {
        self.days().last().unwrap_or(self.day)
    }

    /// Days of trading from the first to the last of the files.
    pub fn sessions(&self) -> usize {
        (0..=self.last_day().days_since(self.day)).filter(|n| self.is_trading_day(self.day.plus(*n))).count()
    }

    /// The days that an exchange keeps and the other does not.
    pub fn kept_alone(&self, venue: Venue) -> Vec<Day> {
        let (own, other) = match venue {
            Venue::Nse => (&self.holidays, &self.bse_holidays),
            Venue::Bse => (&self.bse_holidays, &self.holidays),
        };
        own.iter().copied().filter(|day| !other.contains(day)).collect()
    }

    /// The holidays of both.
    pub fn kept_together(&self) -> Vec<Day> {
        self.holidays.iter().copied().filter(|day| self.bse_holidays.contains(day)).collect()
    }

    /// The trading day after a day.
    pub fn next_day(&self, day: Day) -> Day {
        let mut at = day.next();
        while !self.is_trading_day(at) {
            at = at.next();
        }
        at
    }
}
