//! The register of powers and mandates (sebi 37.1), and what was moved by each (sebi 37 Annex 1.1.2).

use super::Filter;
use super::gather::Gathered;
use crate::say::{authority, purposes};
use crate::sheet::{Cell, Sheet};
use firm::Event as Fact;
use journal::v1::Entry;
use mandates::{Authority, Ending, Event, Purposes};
use partners::TransferKind;
use std::collections::BTreeMap;
use vocab::{ClientRow, Code, Day, EntryNo, Moment, Paise, PowerKind, PowerNo, Qty, SecurityRow, SettlementRow, StateCode, TransferNo};

struct Line {
    power: PowerNo,
    client: ClientRow,
    kind: PowerKind,
    purposes: Purposes,
    paper: Code<16>,
    dated: Day,
    entered: (Moment, EntryNo),
    hands: (String, String),
    stamp: Option<(StateCode, Paise)>,
    until: Option<Day>,
    most: Paise,
    /// Demat and bank accounts it names.
    accounts: [u64; 2],
    copy: Option<(Day, u64)>,
    struck: Option<Day>,
    ended: Option<(Moment, Ending)>,
}

struct Use {
    at: Moment,
    entry: EntryNo,
    by: Authority,
    transfer: TransferNo,
    client: ClientRow,
    security: SecurityRow,
    settlement: SettlementRow,
    qty: Qty,
    actor: String,
}

/// Powers in the order they were given, and movements in the order they were asked for.
#[derive(Default)]
pub struct Powers {
    lines: Vec<Line>,
    uses: Vec<Use>,
    transfers: BTreeMap<TransferNo, TransferKind>,
    /// Who said first what waits for a second person.
    first: BTreeMap<[u64; 2], String>,
}

impl Powers {
    pub fn take(&mut self, entry: &Entry, hands: &(String, String)) {
        let mut hands = hands.clone();
        for event in &entry.events {
            match event {
                Fact::Proposed { fingerprint, .. } => {
                    self.first.insert(*fingerprint, hands.0.clone());
                }
                Fact::ProposalTaken { fingerprint, .. } => hands.0 = self.first.remove(fingerprint).unwrap_or_default(),
                Fact::Partner(partners::Event::TransferAsked { transfer, kind, .. }) => {
                    self.transfers.insert(*transfer, *kind);
                }
                Fact::Mandate(event) => self.happened(event, entry, &hands),
                _ => {}
            }
        }
    }

    fn happened(&mut self, event: &Event, entry: &Entry, hands: &(String, String)) {
        let (at, number) = (entry.head.at, entry.head.entry);
        match *event {
            Event::Executed { power, client, kind, purposes, dated, paper, .. } => self.lines.push(Line {
                power, client, kind, purposes, paper, dated, entered: (at, number), hands: hands.clone(), stamp: None, until: None,
                most: Paise::ZERO, accounts: [0; 2], copy: None, struck: None, ended: None,
            }),
            Event::Stamped { power, place, stamp, until, most } => self.change(power, |it| {
                (it.stamp, it.until, it.most) = (Some((place, stamp)), until, most);
            }),
            Event::Listed { power, bank, .. } => self.change(power, |it| it.accounts[usize::from(bank)] += 1),
            Event::CopyGiven { power, letter } => self.change(power, |it| it.copy = Some((at.day(), letter))),
            Event::Struck { power, .. } => self.change(power, |it| it.struck = Some(at.day())),
            Event::Ended { power, at, why } => self.change(power, |it| it.ended = Some((at, why))),
            Event::Used { transfer, by, settlement, client, security, qty } => {
                let actor = hands.0.clone();
                self.uses.push(Use { at, entry: number, by, transfer, client, security, settlement, qty, actor });
            }
            Event::Remains { .. } | Event::Instructed { .. } | Event::Awaited { .. } | Event::Over { .. } => {}
        }
    }

    fn change(&mut self, power: PowerNo, change: impl FnOnce(&mut Line)) {
        if let Some(line) = self.lines.iter_mut().find(|line| line.power == power) {
            change(line);
        }
    }
}

/// A power a line, as it stands at the end.
pub fn register(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] = &[
        "Power", "Client code", "Paper", "Number", "For", "To", "Dated", "Entered", "Prepared", "Approved", "Executed in", "Stamp",
        "At most", "Until", "Demat accounts", "Bank accounts", "Copy given", "Letter", "Struck out", "Ended", "Standing", "Entry",
    ];
    let mut sheet = Sheet::new("Register of powers and mandates", COLUMNS);
    let day = |day: Option<Day>| day.map_or(Cell::Blank, Cell::Day);
    let lines: Vec<&Line> = gathered.powers.lines.iter().filter(|it| filter.is_of(it.client) && filter.takes(it.entered.0.day())).collect();
    for it in &lines {
        sheet.push(vec![
            Cell::Number(u64::from(it.power.0)),
            Cell::text(gathered.directory.ucc(it.client)),
            Cell::text(it.kind.as_str()),
            Cell::text(it.paper.as_str()),
            Cell::text(purposes(it.purposes)),
            Cell::text(gathered.directory.firm.clone()),
            Cell::Day(it.dated),
            Cell::Day(it.entered.0.day()),
            Cell::text(it.hands.0.as_str()),
            Cell::text(it.hands.1.as_str()),
            it.stamp.map_or(Cell::Blank, |(place, _)| Cell::text(place.as_str())),
            it.stamp.filter(|(_, stamp)| stamp.is_positive()).map_or(Cell::Blank, |(_, stamp)| Cell::Money(stamp)),
            if it.most.is_positive() { Cell::Money(it.most) } else { Cell::Blank },
            day(it.until),
            Cell::Number(it.accounts[0]),
            Cell::Number(it.accounts[1]),
            day(it.copy.map(|(day, _)| day)),
            it.copy.map_or(Cell::Blank, |(_, letter)| Cell::Number(letter)),
            day(it.struck),
            it.ended.map_or(Cell::Blank, |(at, _)| Cell::At(at)),
            Cell::text(it.ended.map_or("in force", |(_, why)| why.as_str())),
            Cell::Number(it.entered.1.0),
        ]);
    }
    let open = lines.iter().filter(|it| it.ended.is_none()).count();
    let uncopied = lines.iter().filter(|it| it.ended.is_none() && it.copy.is_none()).count();
    sheet.foot.push(format!("{} given, {open} in force; {uncopied} without the client's copy", lines.len()));
    sheet
}

/// Where the shares of a movement went.
const fn destination(kind: Option<&TransferKind>) -> &'static str {
    match kind {
        Some(TransferKind::EarlyPayIn) => "clearing corporation",
        _ => "client beneficiary account",
    }
}

const fn purpose(kind: Option<&TransferKind>) -> &'static str {
    match kind {
        Some(TransferKind::EarlyPayIn) => "early pay-in",
        Some(TransferKind::MakeGood) => "shortage towards another client",
        _ => "delivery",
    }
}

/// What left clients' accounts, and by what: each movement with its settlement.
pub fn uses(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] = &[
        "Day", "Client code", "By", "Purpose", "Settlement", "Security", "Shares", "Destination", "Transfer", "Asked by", "Entry",
    ];
    let names = &gathered.directory;
    let mut sheet = Sheet::new("What was moved by powers and instructions", COLUMNS);
    for it in gathered.powers.uses.iter().filter(|it| filter.is_of(it.client) && filter.takes(it.at.day())) {
        let kind = gathered.powers.transfers.get(&it.transfer);
        sheet.push(vec![
            Cell::Day(it.at.day()),
            Cell::text(names.ucc(it.client)),
            Cell::text(authority(it.by)),
            Cell::text(purpose(kind)),
            Cell::text(names.number(it.settlement)),
            Cell::text(names.symbol(it.security)),
            Cell::Qty(it.qty),
            Cell::text(destination(kind)),
            Cell::Number(it.transfer.0),
            Cell::text(it.actor.as_str()),
            Cell::Number(it.entry.0),
        ]);
    }
    sheet
}
