//! The feed: asks the exchanges what changed, and keeps what they showed.

use crate::bars::{Candle, MINUTE, Span, joined};
use crate::fresh::Served;
use crate::keep::{self, Cut, Leaf};
use crate::pack;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use vocab::{Board, Day, Isin, Moment, Symbol, Venue};
use world::{Print, Quote, Watch, World};

/// A security of a feed; never another's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Id(pub u32);

/// What has a quote of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Name {
    pub venue: Venue,
    pub isin: Isin,
    /// Dealt in for settlement on the day.
    pub same_day: bool,
}

/// Where quotes come from: it stands beside each that is shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Source {
    Exchange,
    Simulated,
}

impl Source {
    pub const fn label(self) -> &'static str {
        match self {
            Source::Exchange => "exchange",
            Source::Simulated => "simulated",
        }
    }
}

/// What one look brought.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Taken<'a> {
    /// Rises by one with each look that brought something; the last such number where it brought nothing.
    pub number: u64,
    pub at: Moment,
    pub changed: &'a [Id],
}

/// One security.
struct Seat {
    name: Name,
    /// None of a security known from past days alone.
    quote: Option<Quote>,
    /// The number under which it last changed.
    number: u64,
    /// Of the day at hand.
    minutes: Vec<Candle>,
    past: VecDeque<(Day, Box<[u8]>)>,
    days: VecDeque<Candle>,
}

/// The last quote of every security and candles of what traded.
pub struct Feed {
    source: Source,
    watches: Vec<Watch>,
    seats: Vec<Seat>,
    ids: BTreeMap<Name, Id>,
    by_symbol: BTreeMap<(Venue, Symbol), Id>,
    number: u64,
    heard: Option<Moment>,
    changed: Vec<Id>,
    day: Option<Day>,
    /// Minutes before it are kept already.
    open: Moment,
    /// Before it the day's trades are in what was kept when the feed was opened.
    resumed: Moment,
    /// Days of minutes in memory, besides the one at hand.
    keeps: usize,
    folder: Option<PathBuf>,
    leaf: Option<Leaf>,
}

impl Feed {
    /// A feed that keeps nothing on disk.
    pub fn new(source: Source, keeps: usize) -> Feed {
        Feed {
            source,
            watches: Venue::ALL.iter().map(|venue| Watch::new(*venue)).collect(),
            seats: Vec::new(),
            ids: BTreeMap::new(),
            by_symbol: BTreeMap::new(),
            number: 0,
            heard: None,
            changed: Vec::new(),
            day: None,
            open: Moment(i64::MIN),
            resumed: Moment(i64::MIN),
            keeps,
            folder: None,
            leaf: None,
        }
    }

    /// A feed with the candles of a folder, to which it adds: of the last days, and of the day at hand as far as they were
    /// kept. What was cut off the ends of files is told.
    ///
    /// # Errors
    /// When the folder or a file cannot be read, or a file is none of candles.
    pub fn open(folder: &Path, source: Source, keeps: usize) -> io::Result<(Feed, Vec<Cut>)> {
        let mut feed = Feed::new(source, keeps);
        let days = keep::days(folder)?;
        let mut cuts = Vec::new();
        for day in days.iter().skip(days.len().saturating_sub(keeps + 1)) {
            let (kept, cut) = keep::read(folder, *day)?;
            cuts.extend(cut);
            feed.turn(*day);
            let ids: Vec<Id> = kept.names.iter().map(|name| feed.id_of(*name)).collect();
            for (place, candle) in kept.minutes {
                let id = ids.get(place).copied().expect("a place that was checked");
                feed.seat_mut(id).minutes.push(candle);
            }
            feed.open = kept.last.map_or(Moment(i64::MIN), |last| last.plus_micros(MINUTE));
            feed.resumed = feed.open;
        }
        feed.folder = Some(folder.to_owned());
        Ok((feed, cuts))
    }

    /// Look at the exchanges.
    ///
    /// # Errors
    /// When a minute that is over cannot be written; what was seen is in memory all the same, and is written with the next.
    pub fn take(&mut self, world: &World, at: Moment) -> io::Result<Taken<'_>> {
        let mut watches = std::mem::take(&mut self.watches);
        self.changed.clear();
        for watch in &mut watches {
            world.watch(watch, at, &mut |quote, prints| self.hear(quote, prints));
        }
        self.watches = watches;
        self.heard = Some(self.heard.map_or(at, |heard| heard.max(at)));
        if !self.changed.is_empty() {
            self.number += 1;
            for id in &self.changed {
                if let Some(seat) = self.seats.get_mut(place(*id)) {
                    seat.number = self.number;
                }
            }
        }
        self.keep(at)?;
        Ok(Taken { number: self.number, at, changed: &self.changed })
    }

    fn hear(&mut self, quote: &Quote, prints: &[Print]) {
        if self.day.is_none_or(|day| day < quote.day) {
            self.turn(quote.day);
        }
        let name = Name { venue: quote.venue, isin: quote.isin, same_day: quote.board == Board::SameDay };
        let id = self.id_of(name);
        if self.seats.get(place(id)).and_then(|seat| seat.quote).is_none_or(|before| before.symbol != quote.symbol) {
            self.by_symbol.insert((quote.venue, quote.symbol), id);
        }
        let (open, resumed, today) = (self.open, self.resumed, self.day == Some(quote.day));
        let seat = self.seat_mut(id);
        seat.quote = Some(*quote);
        for print in prints.iter().filter(|print| today && print.at >= resumed) {
            seat.trade(print, open);
        }
        self.changed.push(id);
    }

    /// Another day begins: the one before is packed away.
    fn turn(&mut self, day: Day) {
        let before = self.day.replace(day);
        (self.open, self.resumed) = (Moment(i64::MIN), Moment(i64::MIN));
        for seat in &mut self.seats {
            seat.turn(before, self.keeps);
        }
    }

    /// Write every minute that is over.
    fn keep(&mut self, at: Moment) -> io::Result<()> {
        let (Some(folder), Some(day)) = (&self.folder, self.day) else { return Ok(()) };
        let over = Span::Minute.start(at);
        let mut minutes: BTreeMap<Moment, Vec<(Name, Candle)>> = BTreeMap::new();
        if over <= self.open {
            return Ok(());
        }
        for seat in &self.seats {
            let from = seat.minutes.partition_point(|candle| candle.at < self.open);
            for candle in seat.minutes.iter().skip(from).filter(|candle| candle.at < over) {
                minutes.entry(candle.at).or_default().push((seat.name, *candle));
            }
        }
        if minutes.is_empty() {
            return Ok(());
        }
        if self.leaf.as_ref().is_none_or(|leaf| leaf.day() != day) {
            let leaf = Leaf::open(folder, day)?;
            if let Some(before) = self.leaf.replace(leaf) {
                before.close()?;
            }
        }
        let Some(leaf) = &mut self.leaf else { return Ok(()) };
        for (minute, rows) in minutes {
            leaf.add(minute, &rows)?;
            self.open = minute.plus_micros(MINUTE);
        }
        Ok(())
    }

    fn id_of(&mut self, name: Name) -> Id {
        *self.ids.entry(name).or_insert_with(|| {
            let id = Id(u32::try_from(self.seats.len()).expect("a number of securities"));
            let (minutes, past, days) = (Vec::new(), VecDeque::new(), VecDeque::new());
            self.seats.push(Seat { name, quote: None, number: 0, minutes, past, days });
            id
        })
    }

    fn seat_mut(&mut self, id: Id) -> &mut Seat {
        self.seats.get_mut(place(id)).expect("an id of this feed")
    }

    pub const fn source(&self) -> Source {
        self.source
    }

    /// The number of the last look that brought something.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Every security that has a quote.
    pub fn ids(&self) -> impl Iterator<Item = Id> {
        let all = (0u32..).map(Id).zip(&self.seats);
        all.filter(|(_, seat)| seat.quote.is_some()).map(|(id, _)| id)
    }

    pub fn quote(&self, id: Id) -> Option<&Quote> {
        self.seats.get(place(id))?.quote.as_ref()
    }

    pub fn name(&self, id: Id) -> Option<Name> {
        self.seats.get(place(id)).map(|seat| seat.name)
    }

    /// What an exchange calls by this symbol now.
    pub fn by_symbol(&self, venue: Venue, symbol: Symbol) -> Option<Id> {
        let id = *self.by_symbol.get(&(venue, symbol))?;
        self.quote(id).filter(|quote| quote.symbol == symbol).map(|_| id)
    }

    /// The security as it is usually dealt in: not for settlement on the day.
    pub fn by_isin(&self, venue: Venue, isin: Isin) -> Option<Id> {
        self.ids.get(&Name { venue, isin, same_day: false }).copied()
    }

    /// What changed after a number: for one who missed some.
    pub fn since(&self, number: u64) -> impl Iterator<Item = Id> {
        let all = (0u32..).map(Id).zip(&self.seats);
        all.filter(move |(_, seat)| seat.number > number).map(|(id, _)| id)
    }

    /// Milliseconds since the exchange was last heard; none if never.
    pub fn age(&self, at: Moment) -> Option<i64> {
        self.heard.map(|heard| (at - heard).max(0) / 1_000)
    }

    /// A quote with its age and source; stale when the exchange was not heard for longer than `limit` milliseconds.
    pub fn served(&self, id: Id, at: Moment, limit: i64) -> Option<Served<'_>> {
        let (quote, age) = (self.quote(id)?, self.age(at)?);
        Some(Served { quote, source: self.source, age, stale: age > limit })
    }

    /// Candles that begin from one moment to another, both included, the oldest first. A longer one is made of the minutes
    /// there are.
    pub fn candles(&self, id: Id, span: Span, from: Moment, to: Moment) -> Vec<Candle> {
        let Some(seat) = self.seats.get(place(id)) else { return Vec::new() };
        let within = |candle: &Candle| from <= candle.at && candle.at <= to;
        if span == Span::Day {
            let today = joined(seat.minutes.iter().copied(), span);
            return seat.days.iter().copied().chain(today).filter(within).collect();
        }
        let (first, last) = (from.day(), to.day());
        let past = seat.past.iter().filter(|(day, _)| (first..=last).contains(day)).flat_map(|(day, bytes)| pack::unpack(*day, bytes));
        joined(past.chain(seat.minutes.iter().copied()), span).into_iter().filter(within).collect()
    }
}

impl Seat {
    /// A trade goes into its minute; one that comes late, when its minute is kept or was followed by another, into the next.
    fn trade(&mut self, print: &Print, open: Moment) {
        let at = Span::Minute.start(print.at).max(open);
        match self.minutes.last_mut().filter(|last| at <= last.at) {
            Some(last) => last.add(&Candle::of(last.at, print)),
            None => self.minutes.push(Candle::of(at, print)),
        }
    }

    fn turn(&mut self, before: Option<Day>, keeps: usize) {
        let minutes = std::mem::take(&mut self.minutes);
        let Some(day) = before.filter(|_| !minutes.is_empty()) else { return };
        self.days.extend(joined(minutes.iter().copied(), Span::Day));
        self.past.push_back((day, pack::pack(&minutes)));
        while self.past.len() > keeps {
            self.past.pop_front();
            self.days.pop_front();
        }
    }
}

fn place(id: Id) -> usize {
    usize::try_from(id.0).expect("an id")
}
