//! Securities, the terms they trade on today, the phases of the day, and the closes.
//!
//! What this is not: no order, no rule about orders. Terms come from the exchange's files, closes from its
//! bhavcopy; a security without terms for the day is not traded that day.
//!
//! Invariants: a row is one ISIN for ever; terms and closes carry the day they are of.
//! Start with [`Market`].
#![no_std]
#![allow(clippy::indexing_slicing, reason = "Rows are indexed by their own typed row numbers")]

extern crate alloc;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use stdx::Rows;
use vocab::{Board, Day, Isin, Moment, Phase, Price, Rate, ScripCode, SecurityRow, Symbol, Venue};

/// How many past closes are kept per security. The price of a close-out is the highest since the trade (guide I 9.11), and of
/// shares that a company does not register it is asked for twenty-one days after it said so.
const KEPT: usize = 40;
const EXCHANGES: usize = Venue::ALL.len();

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    Listed { security: SecurityRow, isin: Isin, symbol: Symbol },
    /// The exchange changed the ticker; the row stays.
    Renamed { security: SecurityRow, symbol: Symbol },
    Termed { venue: Venue, security: SecurityRow, terms: Terms },
    /// What part of a trade's value the day asks for up front in this security.
    Margined { security: SecurityRow, day: Day, margin: Rate },
    /// A board, or the whole market, comes to a phase of its day.
    Phased { venue: Venue, day: Day, board: Option<Board>, phase: Phase },
    /// The index moved so far that everything stops; `until` is when orders are taken again, none for not today.
    Halted { venue: Venue, day: Day, moved: Rate, until: Option<Moment> },
    /// The exchange moved the band of a security within the day.
    BandMoved { venue: Venue, security: SecurityRow, day: Day, low: Price, high: Price },
    Closed { venue: Venue, security: SecurityRow, close: Close },
    /// The exchanges say from which day its trades settle by the shorter cycle.
    CycleMoved { security: SecurityRow, from: Day },
    /// From that day on it is dealt in for settlement on the same day too, or no longer.
    SameDayListed { security: SecurityRow, from: Day, admitted: bool },
    /// The exchange put the band of its same-day session around the regular market's last price.
    SameDayBanded { venue: Venue, security: SecurityRow, day: Day, last: Price, low: Price, high: Price },
    /// What the second exchange numbers it.
    Coded { security: SecurityRow, code: ScripCode },
}

/// What a security trades on for one day, from the exchange's masters and band list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Terms {
    pub day: Day,
    /// Yesterday's close, unadjusted.
    pub reference: Price,
    pub low: Price,
    pub high: Price,
    pub tick: Price,
    /// Whose hours it keeps.
    pub board: Board,
    /// Settled trade for trade: every buy and sale by delivery.
    pub gross: bool,
}

/// What every order reads of its security, in one cache line: the terms, and the margin of a day.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Today {
    /// Of no day before the first.
    terms: Terms,
    margin: Rate,
    margin_day: Day,
}

vocab::kept!(struct Today { terms, margin, margin_day });

const _: () = assert!(size_of::<Today>() == 64, "a cache line");

/// Before the first day of anything.
const NEVER: Day = Day(i32::MIN);

impl Today {
    const NOTHING: Today = Today {
        terms: Terms { day: NEVER, reference: Price::ZERO, low: Price::ZERO, high: Price::ZERO, tick: Price::ZERO, board: Board::Regular, gross: false },
        margin: Rate::ZERO,
        margin_day: NEVER,
    };
}

/// One day's official prices.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Close {
    pub day: Day,
    pub high: Price,
    pub close: Price,
}

vocab::kept!(struct Close { day, high, close });

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Security {
    pub isin: Isin,
    pub symbol: Symbol,
    /// First trade day of the shorter cycle, while two ran side by side.
    pub moved: Option<Day>,
}

vocab::kept!(struct Security { isin, symbol, moved });

/// The band of a same-day session, as the exchange last set it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SameDayBand {
    pub day: Day,
    /// The regular market's price that it lies around.
    pub last: Price,
    pub low: Price,
    pub high: Price,
}

vocab::kept!(struct SameDayBand { day, last, low, high });

/// A halt of the whole market.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Halt {
    /// How far the index had moved, either way.
    pub moved: Rate,
    pub until: Option<Moment>,
}

/// The day at the exchange, by its reports.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Session {
    day: Day,
    phases: [Phase; Board::ALL.len()],
    /// The last halt of the day.
    halt: Option<Halt>,
}

impl Session {
    const fn of(day: Day) -> Session {
        Session { day, phases: [Phase::Shut; Board::ALL.len()], halt: None }
    }
}

vocab::kept!(struct Halt { moved, until });
vocab::kept!(struct Session { day, phases, halt });

/// The state of the department.
pub struct Market {
    securities: Rows<SecurityRow, Security>,
    /// By exchange: terms, closes and sessions are its own.
    today: [Rows<SecurityRow, Today>; EXCHANGES],
    closes: [Rows<SecurityRow, [Option<Close>; KEPT]>; EXCHANGES],
    by_isin: BTreeMap<Isin, SecurityRow>,
    by_symbol: BTreeMap<Symbol, SecurityRow>,
    /// The second exchange's numbers of those it lists.
    codes: BTreeMap<SecurityRow, ScripCode>,
    by_code: BTreeMap<ScripCode, SecurityRow>,
    sessions: [Session; EXCHANGES],
    /// Securities dealt in for settlement on the same day: from each day on, or no longer.
    same_day: BTreeMap<(SecurityRow, Day), bool>,
    same_day_bands: BTreeMap<(Venue, SecurityRow), SameDayBand>,
}

/// An exchange's place in what is kept by exchange.
fn of(venue: Venue) -> usize {
    usize::from(venue.number())
}

impl Market {
    pub fn new() -> Market {
        Market {
            securities: Rows::new(),
            today: [Rows::new(), Rows::new()],
            closes: [Rows::new(), Rows::new()],
            by_isin: BTreeMap::new(),
            by_symbol: BTreeMap::new(),
            codes: BTreeMap::new(),
            by_code: BTreeMap::new(),
            sessions: [Session::of(NEVER); EXCHANGES],
            same_day: BTreeMap::new(),
            same_day_bands: BTreeMap::new(),
        }
    }

    /// Whether the exchanges' list has a security on a day as one dealt in for settlement on the same day.
    pub fn is_same_day(&self, row: SecurityRow, day: Day) -> bool {
        self.same_day.range((row, NEVER)..=(row, day)).next_back().is_some_and(|(_, admitted)| *admitted)
    }

    /// What the list says from exactly a day on, if it says anything.
    pub fn same_day_from(&self, row: SecurityRow, from: Day) -> Option<bool> {
        self.same_day.get(&(row, from)).copied()
    }

    /// The band of a same-day session, if the exchange set one on the day.
    pub fn same_day_band(&self, venue: Venue, row: SecurityRow, day: Day) -> Option<SameDayBand> {
        self.same_day_bands.get(&(venue, row)).filter(|band| band.day == day).copied()
    }

    /// Where a board of an exchange stands on a day.
    pub fn board(&self, venue: Venue, board: Board, day: Day) -> Phase {
        let session = &self.sessions[of(venue)];
        match session.phases.get(usize::from(board.number())) {
            Some(phase) if session.day == day => *phase,
            Some(_) | None => Phase::Shut,
        }
    }

    /// Where a security's board stands on a day.
    #[inline]
    pub fn phase(&self, venue: Venue, row: SecurityRow, day: Day) -> Phase {
        let board = self.today[of(venue)].get(row).map_or(Board::Regular, |today| today.terms.board);
        self.board(venue, board, day)
    }

    /// Whether no board of an exchange takes anything.
    pub fn is_shut(&self, venue: Venue, day: Day) -> bool {
        Board::ALL.iter().all(|board| self.board(venue, *board, day) == Phase::Shut)
    }

    /// The last halt of a day.
    pub fn halt(&self, venue: Venue, day: Day) -> Option<Halt> {
        let session = &self.sessions[of(venue)];
        session.halt.filter(|_| session.day == day)
    }

    pub fn security(&self, row: SecurityRow) -> Option<&Security> {
        self.securities.get(row)
    }

    pub fn next_row(&self) -> SecurityRow {
        self.securities.next()
    }

    /// Securities an exchange admitted to trading on a day.
    pub fn admitted(&self, venue: Venue, day: Day) -> impl Iterator<Item = SecurityRow> {
        self.today[of(venue)].iter().filter(move |(_, today)| today.terms.day == day).map(|(row, _)| row)
    }

    /// The exchanges that admitted anything to trading on a day.
    pub fn exchanges(&self, day: Day) -> Vec<Venue> {
        Venue::ALL.iter().copied().filter(|venue| self.admitted(*venue, day).next().is_some()).collect()
    }

    pub fn count(&self) -> usize {
        self.securities.len()
    }

    pub fn by_isin(&self, isin: &Isin) -> Option<SecurityRow> {
        self.by_isin.get(isin).copied()
    }

    pub fn by_symbol(&self, symbol: &Symbol) -> Option<SecurityRow> {
        self.by_symbol.get(symbol).copied()
    }

    /// The second exchange's number of a security, where a list of them was imported.
    pub fn code(&self, row: SecurityRow) -> Option<ScripCode> {
        self.codes.get(&row).copied()
    }

    pub fn by_code(&self, code: ScripCode) -> Option<SecurityRow> {
        self.by_code.get(&code).copied()
    }

    /// Today's terms, if the exchange admitted the security to trading today.
    pub fn terms(&self, venue: Venue, row: SecurityRow, day: Day) -> Option<&Terms> {
        self.today[of(venue)].get(row).map(|today| &today.terms).filter(|t| t.day == day)
    }

    /// Whether any exchange admitted it today.
    pub fn trades(&self, row: SecurityRow, day: Day) -> bool {
        Venue::ALL.iter().any(|venue| self.terms(*venue, row, day).is_some())
    }

    /// Whether its trades of a day at an exchange settle one by one, by delivery.
    pub fn is_gross(&self, venue: Venue, row: SecurityRow, day: Day) -> bool {
        self.terms(venue, row, day).is_some_and(|terms| terms.gross)
    }

    /// The part of a trade's value this security asks for on a day at any exchange, where the day's own figure is not
    /// enough.
    #[inline]
    pub fn margin(&self, row: SecurityRow, day: Day) -> Option<Rate> {
        self.today[0].get(row).filter(|today| today.margin_day == day).map(|today| today.margin)
    }

    /// An exchange's close of exactly that day.
    pub fn close_on(&self, venue: Venue, row: SecurityRow, day: Day) -> Option<Price> {
        self.kept(venue, row).find(|c| c.day == day).map(|c| c.close)
    }

    /// An exchange's latest close on or before a day (guide I 9.11: a day without a close uses the one before).
    pub fn close_by(&self, venue: Venue, row: SecurityRow, day: Day) -> Option<Close> {
        self.kept(venue, row).filter(|c| c.day <= day).max_by_key(|c| c.day).copied()
    }

    /// The latest close on or before a day at any exchange; of one day, the first exchange's.
    pub fn last_close(&self, row: SecurityRow, day: Day) -> Option<Close> {
        Venue::ALL.iter().rev().filter_map(|venue| self.close_by(*venue, row, day)).max_by_key(|c| c.day)
    }

    /// The highest price of each of the days in `from..=to` that are kept.
    pub fn highs(&self, venue: Venue, row: SecurityRow, from: Day, to: Day) -> impl Iterator<Item = (Day, Price)> {
        self.kept(venue, row).filter(move |c| c.day >= from && c.day <= to).map(|c| (c.day, c.high))
    }

    fn kept(&self, venue: Venue, row: SecurityRow) -> impl Iterator<Item = &Close> {
        self.closes[of(venue)].get(row).into_iter().flatten().flatten()
    }

    /// # Panics
    /// When the event contradicts the state: a row out of series, an ISIN listed twice.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Listed { security, isin, symbol } => {
                assert!(*security == self.securities.next(), "rows are given in order");
                assert!(self.by_isin.insert(*isin, *security).is_none(), "an ISIN is listed once");
                self.by_symbol.insert(*symbol, *security);
                self.securities.push(Security { isin: *isin, symbol: *symbol, moved: None });
                for venue in Venue::ALL {
                    self.today[of(*venue)].push(Today::NOTHING);
                    self.closes[of(*venue)].push([None; KEPT]);
                }
            }
            Event::Renamed { security, symbol } => {
                let old = core::mem::replace(&mut self.securities[*security].symbol, *symbol);
                if self.by_symbol.get(&old) == Some(security) {
                    self.by_symbol.remove(&old);
                }
                self.by_symbol.insert(*symbol, *security);
            }
            Event::Termed { venue, security, terms } => self.today[of(*venue)][*security].terms = *terms,
            Event::Margined { security, day, margin } => {
                let today = &mut self.today[0][*security];
                (today.margin, today.margin_day) = (*margin, *day);
            }
            Event::CycleMoved { security, from } => self.securities[*security].moved = Some(*from),
            Event::Coded { security, code } => self.give_code(*security, *code),
            Event::SameDayListed { security, from, admitted } => {
                self.same_day.insert((*security, *from), *admitted);
            }
            Event::SameDayBanded { venue, security, day, last, low, high } => {
                let band = SameDayBand { day: *day, last: *last, low: *low, high: *high };
                self.same_day_bands.insert((*venue, *security), band);
            }
            Event::Phased { venue, day, board, phase } => {
                let session = self.turn(*venue, *day);
                let all = Board::ALL.iter().filter(|it| reaches(*board, **it, *phase));
                for board in all {
                    session.phases[usize::from(board.number())] = *phase;
                }
            }
            Event::Halted { venue, day, moved, until } => {
                let session = self.turn(*venue, *day);
                session.phases = [Phase::Halted; Board::ALL.len()];
                session.halt = Some(Halt { moved: *moved, until: *until });
            }
            Event::BandMoved { venue, security, day, low, high } => {
                let terms = &mut self.today[of(*venue)][*security].terms;
                if terms.day == *day {
                    (terms.low, terms.high) = (*low, *high);
                }
            }
            Event::Closed { venue, security, close } => {
                let kept = &mut self.closes[of(*venue)][*security];
                // The oldest makes room; a restated day replaces itself.
                let slot = kept
                    .iter_mut()
                    .min_by_key(|slot| match slot {
                        Some(c) if c.day == close.day => Day(i32::MIN),
                        Some(c) => c.day,
                        None => Day(i32::MIN.saturating_add(1)),
                    })
                    .expect("room for closes");
                *slot = Some(*close);
            }
        }
    }

    fn give_code(&mut self, security: SecurityRow, code: ScripCode) {
        if let Some(old) = self.codes.insert(security, code)
            && self.by_code.get(&old) == Some(&security)
        {
            self.by_code.remove(&old);
        }
        self.by_code.insert(code, security);
    }

    /// A day begins with every board shut.
    fn turn(&mut self, venue: Venue, day: Day) -> &mut Session {
        let session = &mut self.sessions[of(venue)];
        if session.day != day {
            *session = Session::of(day);
        }
        session
    }
}

impl Default for Market {
    fn default() -> Self {
        Market::new()
    }
}

/// Whether a report of a phase speaks of a board. Of the whole exchange it is the regular day: the same-day session is
/// told by itself, and shut with the others.
pub fn reaches(told: Option<Board>, board: Board, phase: Phase) -> bool {
    match told {
        Some(told) => told == board,
        None => board != Board::SameDay || phase == Phase::Shut,
    }
}

/// Band and tick of a day: `fraction` either side of the reference, inwards to the tick, at least one tick.
pub fn band(reference: Price, fraction: Rate, tick: Price) -> (Price, Price) {
    let low = reference.moved(Rate(fraction.0.saturating_neg())).tick_up(tick).max(tick);
    let high = reference.moved(fraction).tick_down(tick).max(low);
    (low, high)
}

vocab::kept!(struct Terms { day, reference, low, high, tick, board, gross });

vocab::kept!(struct Market { securities, today, closes, by_isin, by_symbol, codes, by_code, sessions, same_day, same_day_bands });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_stays_inside_its_fraction_and_on_the_tick() {
        let (low, high) = band(Price(1_000_700), Rate::parse("0.05").unwrap(), Price(500));
        assert_eq!((low, high), (Price(951_000), Price(1_050_500)));
        assert_eq!(band(Price(300), Rate::parse("0.02").unwrap(), Price(500)), (Price(500), Price(500)));
    }

    #[test]
    fn a_board_is_in_a_phase_of_its_day_and_shut_on_any_other() {
        let mut m = Market::new();
        let phased = |board, phase| Event::Phased { venue: Venue::Nse, day: Day(7), board, phase };
        m.apply(&phased(None, Phase::Continuous));
        m.apply(&phased(Some(Board::Auction), Phase::ClosingCall));
        assert_eq!(m.board(Venue::Nse, Board::Regular, Day(7)), Phase::Continuous);
        assert_eq!(m.board(Venue::Nse, Board::Auction, Day(7)), Phase::ClosingCall);
        assert!(m.is_shut(Venue::Nse, Day(8)) && !m.is_shut(Venue::Nse, Day(7)));
        m.apply(&Event::Halted { venue: Venue::Nse, day: Day(7), moved: Rate(1), until: None });
        assert!(Board::ALL.iter().all(|board| m.board(Venue::Nse, *board, Day(7)) == Phase::Halted));
        assert_eq!(m.halt(Venue::Nse, Day(7)), Some(Halt { moved: Rate(1), until: None }));
        m.apply(&Event::Phased { venue: Venue::Nse, day: Day(8), board: Some(Board::Regular), phase: Phase::PreOpen });
        assert_eq!((m.board(Venue::Nse, Board::Auction, Day(8)), m.halt(Venue::Nse, Day(8))), (Phase::Shut, None));
    }

    #[test]
    fn the_same_day_session_is_told_by_itself_and_shut_with_the_others() {
        let mut m = Market::new();
        let mut phased = |board, phase| {
            m.apply(&Event::Phased { venue: Venue::Nse, day: Day(7), board, phase });
            (m.board(Venue::Nse, Board::Regular, Day(7)), m.board(Venue::Nse, Board::SameDay, Day(7)))
        };
        assert_eq!(phased(None, Phase::Continuous), (Phase::Continuous, Phase::Shut));
        assert_eq!(phased(Some(Board::SameDay), Phase::Continuous), (Phase::Continuous, Phase::Continuous));
        assert_eq!(phased(None, Phase::PostClose), (Phase::PostClose, Phase::Continuous));
        assert_eq!(phased(None, Phase::Shut), (Phase::Shut, Phase::Shut));
    }

    #[test]
    fn a_security_is_on_the_same_day_list_from_a_day_and_off_it_for_one() {
        let mut m = Market::new();
        let s = SecurityRow(3);
        for (from, admitted) in [(10, true), (14, false), (15, true)] {
            m.apply(&Event::SameDayListed { security: s, from: Day(from), admitted });
        }
        let on = (8..18).filter(|day| m.is_same_day(s, Day(*day)));
        assert!(on.eq([10, 11, 12, 13, 15, 16, 17]));
        assert!(!m.is_same_day(SecurityRow(2), Day(12)) && !m.is_same_day(SecurityRow(4), Day(12)));
    }

    #[test]
    fn a_code_is_one_securitys_and_goes_with_it() {
        let mut m = Market::new();
        let (first, second) = (SecurityRow(0), SecurityRow(1));
        let [old, new] = [500_325, 500_326].map(ScripCode);
        m.apply(&Event::Coded { security: first, code: old });
        m.apply(&Event::Coded { security: first, code: new });
        assert_eq!((m.code(first), m.by_code(old), m.by_code(new)), (Some(new), None, Some(first)));
        m.apply(&Event::Coded { security: second, code: old });
        assert_eq!((m.by_code(old), m.by_code(new), m.code(second)), (Some(second), Some(first), Some(old)));
    }

    #[test]
    fn a_margin_is_of_its_day_alone() {
        let mut m = Market::new();
        let security = SecurityRow(0);
        let isin = Isin::parse("INE144J01027").unwrap();
        m.apply(&Event::Listed { security, isin, symbol: Symbol::parse("A").unwrap() });
        assert_eq!((m.margin(security, Day(7)), m.terms(Venue::Nse, security, Day(7))), (None, None));
        m.apply(&Event::Margined { security, day: Day(7), margin: Rate(5) });
        assert_eq!((m.margin(security, Day(7)), m.margin(security, Day(8))), (Some(Rate(5)), None));
    }

    #[test]
    fn closes_are_found_by_day_and_a_restated_day_replaces_itself() {
        let mut m = Market::new();
        let s = SecurityRow(0);
        let isin = Isin::parse("INE144J01027").unwrap();
        m.apply(&Event::Listed { security: s, isin, symbol: Symbol::parse("A").unwrap() });
        let kept = i32::try_from(KEPT).unwrap();
        for n in 0..kept + 4 {
            let close = Close { day: Day(100 + n), high: Price(i64::from(n) * 100), close: Price(1) };
            m.apply(&Event::Closed { venue: Venue::Nse, security: s, close });
        }
        m.apply(&Event::Closed { venue: Venue::Nse, security: s, close: Close { day: Day(110), high: Price(9), close: Price(2) } });
        assert_eq!(m.close_on(Venue::Nse, s, Day(110)), Some(Price(2)));
        assert_eq!(m.close_on(Venue::Nse, s, Day(111)), Some(Price(1)));
        assert_eq!(m.close_by(Venue::Nse, s, Day(200)).unwrap().day, Day(103 + kept));
        assert_eq!([Day(103), Day(104)].map(|day| m.close_on(Venue::Nse, s, day)), [None, Some(Price(1))]);
        assert_eq!(m.highs(Venue::Nse, s, Day(104), Day(109)).map(|(_, high)| high).max(), Some(Price(900)));
    }
}
