//! The contract book: the duplicate of every contract note that was ever made (guide I 3.2(b)(ix), I 6.7). A cancelled
//! note stays in it. `sauda note` prints each whole.

use super::Filter;
use super::gather::Gathered;
use crate::directory::Directory;
use crate::sheet::{Cell, Sheet};
use charges::Head;
use clearing::TradeFact;
use firm::Event;
use journal::v1::Entry;
use std::collections::{BTreeMap, BTreeSet};
use vocab::{ClientRow, EntryNo, FinancialYear, Moment, NoteNo, Paise, Rounding, SettlementRow, Side, TradeNo, Venue};

/// What one note says, added up.
pub struct Note {
    entry: EntryNo,
    at: Moment,
    client: ClientRow,
    settlement: SettlementRow,
    trades: u64,
    /// Of which exchanges its trades are.
    exchanges: BTreeSet<Venue>,
    bought: Paise,
    sold: Paise,
    brokerage: Paise,
    levies: Paise,
    net: Paise,
    standing: Standing,
}

#[derive(Clone, Copy)]
enum Standing {
    Stands,
    InPlaceOf(NoteNo),
    Cancelled,
    Replaced(NoteNo),
}

#[derive(Default)]
pub struct Contracts {
    notes: BTreeMap<(FinancialYear, NoteNo), Note>,
}

impl Contracts {
    pub fn take(&mut self, entry: &Entry, trade_of: &dyn Fn(TradeNo, Side) -> Option<TradeFact>) {
        for event in &entry.events {
            if let Event::NoteTaken { year, note, client, settlement, net } = *event {
                self.notes.insert((year, note), added(entry, note, client, settlement, net, trade_of));
            }
        }
        for event in &entry.events {
            match *event {
                Event::NoteCancelled { year, note, .. } => self.say(year, note, Standing::Cancelled),
                Event::NoteReplaces { year, note, cancelled } => {
                    self.say(year, cancelled, Standing::Replaced(note));
                    self.say(year, note, Standing::InPlaceOf(cancelled));
                }
                _ => {}
            }
        }
    }

    fn say(&mut self, year: FinancialYear, note: NoteNo, standing: Standing) {
        if let Some(known) = self.notes.get_mut(&(year, note)) {
            known.standing = standing;
        }
    }
}

/// A note and its lines stand in one entry.
fn added(
    entry: &Entry, wanted: NoteNo, client: ClientRow, settlement: SettlementRow, net: Paise,
    trade_of: &dyn Fn(TradeNo, Side) -> Option<TradeFact>,
) -> Note {
    let nil = Paise::ZERO;
    let (at, entry_no, standing) = (entry.head.at, entry.head.entry, Standing::Stands);
    let mut it = Note {
        entry: entry_no, at, client, settlement, trades: 0, exchanges: BTreeSet::new(), bought: nil, sold: nil, brokerage: nil, levies: nil, net, standing,
    };
    for event in &entry.events {
        match event {
            Event::Noted { note, trade, side, .. } if *note == wanted => {
                let value = trade_of(*trade, *side).map_or(nil, |t| t.price.value(t.qty, Rounding::NearestPaisa));
                it.trades += 1;
                it.exchanges.insert(trade.venue());
                match side {
                    Side::Buy => it.bought += value,
                    Side::Sell => it.sold += value,
                }
            }
            Event::Charged(line) if line.note == wanted => match line.head {
                Head::Brokerage => it.brokerage += line.amount,
                _ => it.levies += line.amount,
            },
            _ => {}
        }
    }
    it
}

pub fn sheet(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] = &[
        "Note", "Made", "Trade date", "Client code", "Settlement", "Exchange", "Trades", "Bought", "Sold", "Brokerage", "Levies and taxes",
        "Net", "Standing", "Entry",
    ];
    let names: &Directory = &gathered.directory;
    let mut sheet = Sheet::new("Contract book", COLUMNS);
    let (mut standing, mut net) = (0u64, Paise::ZERO);
    let on = |n: &Note| n.exchanges.iter().any(|venue| filter.is_on(*venue));
    let wanted = |n: &Note| filter.takes(n.at.day()) && filter.is_of(n.client) && on(n);
    for ((year, note), it) in gathered.contracts.notes.iter().filter(|(_, it)| wanted(it)) {
        let word = match it.standing {
            Standing::Stands => "stands".to_owned(),
            Standing::InPlaceOf(old) => format!("in place of {old}"),
            Standing::Cancelled => "cancelled".to_owned(),
            Standing::Replaced(new) => format!("cancelled, now {new}"),
        };
        if matches!(it.standing, Standing::Stands | Standing::InPlaceOf(_)) {
            standing += 1;
            net += it.net;
        }
        sheet.push(vec![
            Cell::text(format!("{year}/{note}")),
            Cell::Day(it.at.day()),
            names.settlement(it.settlement).map_or(Cell::Blank, |s| Cell::Day(s.trade_day)),
            Cell::text(names.ucc(it.client)),
            Cell::text(names.number(it.settlement)),
            Cell::text(it.exchanges.iter().map(|venue| venue.as_str()).collect::<Vec<_>>().join(", ")),
            Cell::Number(it.trades),
            Cell::money_if(it.bought),
            Cell::money_if(it.sold),
            Cell::Money(it.brokerage),
            Cell::Money(it.levies),
            Cell::Money(it.net),
            Cell::text(word),
            Cell::Number(it.entry.0),
        ]);
    }
    sheet.foot.push(format!("{} notes, {standing} of them stand, net {net:#}", sheet.rows.len()));
    sheet
}
