//! Contract notes as data: their series, their content, their text.
//!
//! What this is not: no drawing, no signing, no sending; no personal data is kept here, an edge hands it over
//! for one rendering.
//!
//! Invariants: notes are numbered 1.. without gaps in each financial year, in the order they are made
//! (guide I 6.8); the lines of a note are its trades and nothing else (guide I 6.4).
//! Start with [`Series`] and [`Content`].
#![no_std]

extern crate alloc;

mod content;

pub use content::{AverageLine, ChargeRow, Content, Firm, NoteStanding, Recipient, TradeLine};

use alloc::collections::BTreeMap;
use vocab::{FinancialYear, NoteNo};

/// The numbering of notes.
#[derive(Default)]
pub struct Series {
    last: BTreeMap<FinancialYear, NoteNo>,
}

impl Series {
    pub fn new() -> Series {
        Series::default()
    }

    pub fn next(&self, year: FinancialYear) -> NoteNo {
        self.last.get(&year).map_or(NoteNo(1), |last| last.next())
    }

    pub fn last(&self, year: FinancialYear) -> Option<NoteNo> {
        self.last.get(&year).copied()
    }

    /// # Panics
    /// When a number is skipped or used twice.
    pub fn take(&mut self, year: FinancialYear, note: NoteNo) {
        assert!(note == self.next(year), "notes are numbered without gaps");
        self.last.insert(year, note);
    }
}

vocab::kept!(struct Series { last });

#[cfg(test)]
mod tests {
    use super::*;

    // covers: G-6.8-1
    #[test]
    fn notes_start_at_one_each_financial_year_and_never_skip() {
        let mut series = Series::new();
        let (old, new) = (FinancialYear(2025), FinancialYear(2026));
        for n in 1..=3 {
            assert_eq!(series.next(old), NoteNo(n));
            series.take(old, NoteNo(n));
        }
        assert_eq!(series.next(new), NoteNo(1));
        assert_eq!(series.last(new), None);
        series.take(new, NoteNo(1));
        assert_eq!(series.next(old), NoteNo(4));
    }

    #[test]
    #[should_panic(expected = "without gaps")]
    fn a_skipped_number_is_a_bug() {
        Series::new().take(FinancialYear(2026), NoteNo(2));
    }
}
