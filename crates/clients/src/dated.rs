//! What is agreed with a client from a day on, until what is agreed for a later one: the days before keep theirs.

use alloc::collections::{BTreeMap, BTreeSet};
use vocab::{ClientRow, Day};

/// From which day each client has which terms.
pub struct Dated<T> {
    agreed: BTreeMap<(ClientRow, Day), T>,
    /// Agreed and not begun.
    ahead: BTreeSet<(Day, ClientRow)>,
}

vocab::kept!(struct Dated<T> { agreed, ahead });

impl<T> Default for Dated<T> {
    fn default() -> Self {
        Dated { agreed: BTreeMap::new(), ahead: BTreeSet::new() }
    }
}

impl<T: Copy> Dated<T> {
    /// A client's terms on a day, and since when.
    pub fn on(&self, client: ClientRow, day: Day) -> Option<(Day, T)> {
        let until = self.agreed.range((client, Day(i32::MIN))..=(client, day));
        until.last().map(|((_, from), terms)| (*from, *terms))
    }

    /// What has begun and stands.
    pub fn now(&self, client: ClientRow) -> Option<T> {
        let all = self.agreed.range((client, Day(i32::MIN))..=(client, Day(i32::MAX)));
        all.rev().find(|((_, from), _)| !self.ahead.contains(&(*from, client))).map(|(_, terms)| *terms)
    }

    /// The last that were agreed, begun or not.
    pub fn last(&self, client: ClientRow) -> Option<(Day, T)> {
        self.on(client, Day(i32::MAX))
    }

    /// From their first day on they hold: today, or when that day comes.
    pub(crate) fn agree(&mut self, client: ClientRow, terms: T, from: Day, today: Day) {
        assert!(self.agreed.insert((client, from), terms).is_none(), "terms begun are never overwritten");
        if from > today {
            self.ahead.insert((from, client));
        }
    }

    /// The first day on which anyone's terms begin.
    pub(crate) fn next_beginning(&self) -> Option<Day> {
        self.ahead.first().map(|(day, _)| *day)
    }

    /// A client whose terms have begun by a day, each once.
    pub(crate) fn begun(&mut self, day: Day) -> Option<ClientRow> {
        let first = self.ahead.first().copied().filter(|(from, _)| *from <= day)?;
        self.ahead.remove(&first);
        Some(first.1)
    }
}
