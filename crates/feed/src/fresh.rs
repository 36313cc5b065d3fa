//! How old what is shown is, from where it comes, and whether anything was missed.

use crate::feed::{Feed, Source};
use vocab::{Isin, Moment, Venue};
use world::Quote;

/// Who follows a feed by its numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Follower {
    last: Option<u64>,
}

/// Numbers that never came: ask the feed for every quote again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gap {
    pub missed: u64,
}

impl Follower {
    /// A number came; the first is as good as any.
    ///
    /// # Errors
    /// When numbers between the last and this one did not come, or it came before.
    pub fn hear(&mut self, number: u64) -> Result<(), Gap> {
        let expected = self.last.map_or(number, |last| last + 1);
        self.last = Some(self.last.map_or(number, |last| last.max(number)));
        if number == expected { Ok(()) } else { Err(Gap { missed: number.saturating_sub(expected) }) }
    }
}

/// A quote with what must stand beside it wherever it is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Served<'a> {
    pub quote: &'a Quote,
    pub source: Source,
    /// Milliseconds since the feed last heard the exchange.
    pub age: i64,
    /// Older than the limit asked for.
    pub stale: bool,
}

/// Several feeds of one market, the best first.
#[derive(Clone, Copy)]
pub struct Feeds<'a>(pub &'a [&'a Feed]);

impl<'a> Feeds<'a> {
    /// From the first feed that has the security and is not stale; else the least old, marked as stale.
    pub fn quote(&self, venue: Venue, isin: Isin, at: Moment, limit: i64) -> Option<Served<'a>> {
        let all = || self.0.iter().filter_map(|feed| feed.served(feed.by_isin(venue, isin)?, at, limit));
        all().find(|served| !served.stale).or_else(|| all().min_by_key(|served| served.age))
    }

    /// The feeds that have not heard the exchange for longer than a limit in milliseconds: their loss is shown.
    pub fn lost(&self, at: Moment, limit: i64) -> impl Iterator<Item = Source> {
        self.0.iter().filter(move |feed| feed.age(at).is_none_or(|age| age > limit)).map(|feed| feed.source())
    }
}
