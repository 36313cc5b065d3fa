//! Depository statements against the register of securities, account by account and security by security: what they do
//! not agree on stays open with its age (guide I 9.14).

use alloc::collections::{BTreeMap, BTreeSet};
use vocab::{Day, DematAccount, Depository, Qty, SecurityRow};

/// One security in one of the firm's accounts.
pub type DematLine = (DematAccount, Depository, SecurityRow);

/// What register and depository do not agree on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gap {
    pub ours: Qty,
    pub theirs: Qty,
    pub since: Day,
}

/// Open differences; what agrees is forgotten.
#[derive(Default)]
pub struct DematReconciliation {
    open: BTreeMap<DematLine, Gap>,
    /// Lines of the statements that are being told.
    stated: BTreeSet<DematLine>,
    /// The last day each depository's statement was whole.
    whole: BTreeMap<Depository, Day>,
}

impl DematReconciliation {
    pub fn iter(&self) -> impl Iterator<Item = (DematLine, &Gap)> {
        self.open.iter().map(|(line, gap)| (*line, gap))
    }

    pub fn gap(&self, line: DematLine) -> Option<&Gap> {
        self.open.get(&line)
    }

    /// Whether the statement that is being told has shown a line.
    pub fn is_stated(&self, line: DematLine) -> bool {
        self.stated.contains(&line)
    }

    /// The last day a depository told all it holds for the firm.
    pub fn last(&self, depository: Depository) -> Option<Day> {
        self.whole.get(&depository).copied()
    }

    /// Differences of one account that have stood since a day or before: how many, and since when the oldest.
    pub fn older(&self, account: DematAccount, day: Day) -> Option<(u32, Day)> {
        let since = self.iter().filter(|((of, ..), _)| *of == account).map(|(_, gap)| gap.since);
        crate::reconciliation::older(since, day)
    }

    /// Register and statement were compared on a day.
    pub fn compared(&mut self, line: DematLine, ours: Qty, theirs: Qty, day: Day) {
        self.stated.insert(line);
        if ours == theirs {
            self.open.remove(&line);
            return;
        }
        let gap = self.open.entry(line).or_insert(Gap { ours, theirs, since: day });
        (gap.ours, gap.theirs) = (ours, theirs);
    }

    /// A depository has told all it holds.
    pub fn told(&mut self, depository: Depository, day: Day) {
        self.stated.retain(|(_, of, _)| *of != depository);
        self.whole.insert(depository, day);
    }
}

vocab::kept!(struct Gap { ours, theirs, since });
vocab::kept!(struct DematReconciliation { open, stated, whole });

#[cfg(test)]
mod tests {
    use super::*;

    // covers: G-9.14-1
    #[test]
    fn a_difference_keeps_its_first_day_until_it_is_gone() {
        let mut it = DematReconciliation::default();
        let line = (DematAccount::Pool, Depository::Nsdl, SecurityRow(4));
        it.compared(line, Qty(5), Qty(7), Day(10));
        assert!(it.is_stated(line));
        it.told(Depository::Cdsl, Day(10));
        assert!(it.is_stated(line), "the other depository's statement is not over");
        it.told(Depository::Nsdl, Day(10));
        assert!(!it.is_stated(line));
        it.compared(line, Qty(5), Qty(6), Day(12));
        assert_eq!(it.gap(line), Some(&Gap { ours: Qty(5), theirs: Qty(6), since: Day(10) }));
        assert_eq!(it.older(DematAccount::Pool, Day(10)), Some((1, Day(10))));
        assert_eq!((it.older(DematAccount::Own, Day(10)), it.older(DematAccount::Pool, Day(9))), (None, None));
        it.compared(line, Qty(6), Qty(6), Day(13));
        assert_eq!(it.iter().count(), 0);
    }
}
