//! The documents register: securities received and delivered, the depositories' statements behind them, and the papers
//! that were handed in (Securities Contracts Rules 15(1)(g), guide I 3.2(b)(vii)).
//!
//! Nothing on paper is among the securities: every movement names a depository.

use super::Filter;
use super::gather::Gathered;
use super::securities::{is_firm, moved, purpose};
use crate::directory::Directory;
use crate::sheet::{Cell, Sheet};
use books::Place;
use firm::{Command, Event, Input, InstrumentStage, Report};
use journal::v1::Entry;
use std::collections::BTreeMap;
use vocab::{ClientRow, Day, Depository, EntryNo, Moment, Paise};

/// A paper that was handed in, or a letter that was sent.
pub struct Handed {
    entry: EntryNo,
    at: Moment,
    client: Option<ClientRow>,
    of: String,
    what: String,
    reference: String,
    amount: Option<Paise>,
}

/// What a depository said it holds, and how many rows differed from the register.
pub struct Stated {
    entry: EntryNo,
    at: Moment,
    day: Day,
    depository: String,
    rows: u32,
    differing: u32,
}

#[derive(Default)]
pub struct Documents {
    /// The document behind the movements of an entry.
    behind: BTreeMap<EntryNo, String>,
    stated: Vec<Stated>,
    handed: Vec<Handed>,
    cheques: BTreeMap<u32, (Option<ClientRow>, String)>,
}

impl Documents {
    pub fn take(&mut self, entry: &Entry, names: &Directory) {
        let number = entry.head.entry;
        for event in &entry.events {
            match *event {
                Event::Partner(partners::Event::TransferDone { transfer, .. }) => {
                    self.behind.insert(number, format!("instruction {transfer}"));
                }
                Event::HoldingsSeen { day, rows, differing } => {
                    let depository = entry.head.source.as_str().to_owned();
                    self.stated.push(Stated { entry: number, at: entry.head.at, day, depository, rows, differing });
                }
                _ => self.paper(entry, event, names),
            }
        }
        let advice = match &entry.input {
            Input::Report(Report::SharesOut { .. }) => "pay-out advice",
            Input::Report(Report::BenefitShares { .. }) => "company's advice",
            Input::Report(_) => "report of the clearing corporation",
            Input::Ask { .. } | Input::Tick(_) | Input::Step => return,
        };
        self.behind.entry(number).or_insert_with(|| advice.to_owned());
    }

    fn paper(&mut self, entry: &Entry, event: &Event, names: &Directory) {
        // One paper may change several things.
        let known = self.handed.last().is_some_and(|last| last.entry == entry.head.entry);
        let mut hand = |client: Option<ClientRow>, of: String, what: String, reference: String, amount| {
            self.handed.push(Handed { entry: entry.head.entry, at: entry.head.at, client, of, what, reference, amount });
        };
        match *event {
            Event::Client(clients::Event::Signed { client, agreement, day, .. }) => {
                hand(Some(client), names.ucc(client), format!("{agreement}, signed {day}"), String::new(), None);
            }
            Event::Client(event) if !known => {
                let Input::Ask { command: Command::Keep { ask, .. }, .. } = &entry.input else { return };
                let (Some(paper), Some(client)) = (ask.paper(), event.client()) else { return };
                hand(Some(client), names.ucc(client), "change of record".to_owned(), paper.to_string(), None);
            }
            Event::Margin(margin::Event::Deposited { client, form, amount, paper, .. }) => {
                let worth = Some(amount).filter(|a| a.is_positive());
                hand(Some(client), names.ucc(client), format!("margin: {}", form.as_str()), paper.to_string(), worth);
            }
            Event::Lodged { instrument, client, kind, amount, .. } => {
                let what = kind.to_string();
                hand(Some(client), names.ucc(client), what.clone(), format!("instrument {instrument}"), Some(amount));
                self.cheques.insert(instrument, (Some(client), what));
            }
            Event::InstrumentReached { instrument, stage: InstrumentStage::Returned } => {
                let (client, what) = self.cheques.get(&instrument).cloned().unwrap_or_default();
                let of = client.map_or_else(String::new, |row| names.ucc(row));
                hand(client, of, format!("{what}, given back unpaid"), format!("instrument {instrument}"), None);
            }
            Event::CreditKept { client, until, reference } => {
                let what = format!("request that credits stay until {until}");
                hand(Some(client), names.ucc(client), what, reference.to_string(), None);
            }
            Event::Intermediary(intermediaries::Event::Agreed { intermediary, day }) => {
                let what = format!("agreement with the intermediary, signed {day}");
                hand(None, names.intermediary(intermediary), what, String::new(), None);
            }
            Event::Mandate(mandates::Event::Executed { client, kind, paper, .. }) => {
                hand(Some(client), names.ucc(client), kind.to_string(), paper.to_string(), None);
            }
            Event::Mandate(mandates::Event::Instructed { client, slip, .. }) if slip > 0 => {
                hand(Some(client), names.ucc(client), "delivery instruction slip".to_owned(), slip.to_string(), None);
            }
            Event::Correction(corrections::Event::Asked { no, from, evidence, .. }) => {
                hand(Some(from), names.ucc(from), format!("evidence of modification {no}"), evidence.to_string(), None);
            }
            Event::Correction(corrections::Event::PolicyApproved { version, document, .. }) => {
                hand(None, names.firm.clone(), format!("error policy, version {version}"), document.to_string(), None);
            }
            Event::Correction(corrections::Event::CodeDisclosed { venue, client, reference, .. }) => {
                hand(Some(client), names.ucc(client), format!("error code told to {venue}"), reference.to_string(), None);
            }
            _ => {}
        }
    }
}

/// What a client brings into his own account or takes out of it passes no hand of the firm.
const fn is_his_own(from: Place, to: Place) -> bool {
    matches!((from, to), (Place::Outside, Place::Account) | (Place::Account, Place::Outside))
}

/// Into the firm's accounts, out of them, or past them.
const fn way(from: Place, to: Place) -> &'static str {
    match (is_firm(from), is_firm(to)) {
        (false, true) => "received",
        (true, false) => "delivered",
        (true, true) => "within the firm",
        (false, false) => "direct",
    }
}

/// Every receipt and delivery with its document, in the order they happened.
pub fn securities(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] = &[
        "Date", "Entry", "Document", "Client code", "Scrip name", "Scrip code", "Received or delivered", "Quantity", "From", "To",
        "Depository", "Settlement", "Purpose",
    ];
    let names = &gathered.directory;
    let mut sheet = Sheet::new("Documents register", COLUMNS);
    for line in gathered.moves.iter().filter(|line| filter.takes(line.at.day())) {
        let Some(it) = moved(&line.moved).filter(|m| filter.is_of(m.client) && !is_his_own(m.from, m.to)) else { continue };
        // The principal account is the corporation's to take from: no instruction of ours moves it.
        let taken = if it.to == Place::Corporation { "obligation" } else { "no document" };
        let document = gathered.documents.behind.get(&line.entry).cloned();
        sheet.push(vec![
            Cell::Day(line.at.day()),
            Cell::Number(line.entry.0),
            Cell::text(document.unwrap_or_else(|| taken.to_owned())),
            Cell::text(names.ucc(it.client)),
            Cell::text(names.symbol(it.security)),
            Cell::text(names.isin(it.security)),
            Cell::text(way(it.from, it.to)),
            Cell::Qty(it.qty),
            Cell::text(it.from.as_str()),
            Cell::text(it.to.as_str()),
            Cell::text(it.depository.as_str()),
            it.settlement.map_or(Cell::Blank, |row| Cell::text(names.number(row))),
            Cell::text(purpose(it.from, it.to)),
        ]);
    }
    let at = |depository: Depository| {
        let word = depository.as_str();
        sheet.rows.iter().filter(|row| row.get(10).is_some_and(|cell| cell.plain() == word)).count()
    };
    let (nsdl, cdsl) = (at(Depository::Nsdl), at(Depository::Cdsl));
    sheet.foot.push(format!("{nsdl} lines at NSDL, {cdsl} at CDSL; on paper: none is taken in"));
    sheet
}

/// What the depositories said they hold: the third party's evidence of the lines above.
pub fn statements(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] = &["Date", "Time", "Entry", "Statement of", "Depository", "Holdings", "Differing"];
    let mut sheet = Sheet::new("Statements of the depositories", COLUMNS);
    for s in gathered.documents.stated.iter().filter(|s| filter.takes(s.at.day())) {
        sheet.push(vec![
            Cell::Day(s.at.day()),
            Cell::At(s.at),
            Cell::Number(s.entry.0),
            Cell::Day(s.day),
            Cell::text(&s.depository),
            Cell::Number(u64::from(s.rows)),
            Cell::Number(u64::from(s.differing)),
        ]);
    }
    sheet
}

/// Papers handed in, with the number under which each is found.
pub fn papers(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] = &["Date", "Entry", "Of", "Paper", "Reference", "Amount"];
    let mut sheet = Sheet::new("Papers", COLUMNS);
    let wanted = |h: &&Handed| filter.takes(h.at.day()) && (filter.client.is_none() || filter.client == h.client);
    for h in gathered.documents.handed.iter().filter(wanted) {
        sheet.push(vec![
            Cell::Day(h.at.day()),
            Cell::Number(h.entry.0),
            Cell::text(&h.of),
            Cell::text(&h.what),
            Cell::text(&h.reference),
            h.amount.map_or(Cell::Blank, Cell::Money),
        ]);
    }
    sheet
}
