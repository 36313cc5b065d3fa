//! One pass over the journal: what the books are made of, in the order it happened.

use super::backtest::BackTest;
use super::accounts::HouseAccounts;
use super::contracts::Contracts;
use super::custodians::Custodians;
use super::documents::Documents;
use super::people::People;
use super::prices::More;
use super::third_party::ThirdParty;
use crate::directory::Directory;
use crate::failure::Failure;
use crate::state::State;
use books::{Posting, StockEvent};
use clearing::TradeFact;
use corrections::{Corrections, Modification};
use firm::{Command, BankRef, Event, Input};
use journal::v1::Entry;
use partners::PaymentKind;
use std::collections::BTreeMap;
use vocab::{
    BankAccount, Day, EntryNo, ModificationNo, Moment, NoteNo, OrderNo, Paise, PaymentNo, Price, SecurityRow, Side, TradeNo, UserRow, Venue,
};

/// One line of the money books with the entry that carries it.
pub struct Line {
    pub entry: EntryNo,
    pub at: Moment,
    /// The day it counts for: of posting, or of value if the book is asked by value.
    pub day: Day,
    pub posting: Posting,
    /// Who caused it, and who released it (guide I 3.2(b)(iv)).
    pub prepared: String,
    pub approved: String,
}

/// One trade of the sauda book.
pub struct Deal {
    pub fact: TradeFact,
    /// The day it was booked.
    pub booked: Moment,
    pub order_at: Option<Moment>,
    /// The note it stands on, and its brokerage there: the latest, if there were several.
    pub note: Option<NoteNo>,
    pub brokerage: Option<Paise>,
    /// The exchange took it back.
    pub annulled: bool,
}

/// One line of the register of securities.
pub struct Move {
    pub entry: EntryNo,
    pub at: Moment,
    pub moved: StockEvent,
}

/// What a bank said, as evidence beside our own book.
pub struct Statement {
    pub at: Moment,
    pub day: Day,
    pub account: BankAccount,
    pub closing: Paise,
    pub lines: u32,
    pub agreed: bool,
}

/// A change of client code, with how it ended.
pub struct Recoded {
    pub it: Modification,
    /// Where the order with the wrong code was entered.
    pub terminal: Option<u64>,
    pub closed_by: Vec<TradeNo>,
    pub closed_on: Option<Day>,
}

/// A change that was asked for and refused.
pub struct Attempt {
    pub entry: EntryNo,
    pub at: Moment,
    pub by: UserRow,
    pub asked: String,
    pub refused: String,
}

#[derive(Default)]
pub struct Gathered {
    pub directory: Directory,
    pub lines: Vec<Line>,
    pub deals: Vec<Deal>,
    pub moves: Vec<Move>,
    pub statements: Vec<Statement>,
    pub margins: Vec<(EntryNo, Moment, margin::Event)>,
    pub liens: Vec<(EntryNo, Moment, liens::Event)>,
    /// What depositories said of the firm's accounts, beside the register.
    pub demat: Vec<(EntryNo, Moment, Event)>,
    /// Lines of the bank book (true) and of statements, by what they are of.
    pub bank_lines: Vec<(Moment, bool, BankAccount, BankRef, Paise)>,
    pub payments: BTreeMap<PaymentNo, PaymentKind>,
    /// The department's own state, by its own events.
    pub corrections: Corrections,
    pub recoded: BTreeMap<ModificationNo, Recoded>,
    pub attempts: Vec<Attempt>,
    /// What, which, from when, by whom.
    pub disclosures: Vec<(String, String, Day, String)>,
    /// What was published last for a day, and its entry.
    pub closes: BTreeMap<(Venue, SecurityRow, Day), (Price, EntryNo)>,
    /// Bonuses and splits that were announced.
    pub more: Vec<More>,
    /// Closes are told in today's shares too.
    pub adjusted: bool,
    pub first_day: Option<Day>,
    /// The money book's own state, by its own events; and the days it counts in.
    pub money: books::Books,
    pub calendar: firm::Calendar,
    pub last_day: Option<Day>,
    pub entries: u64,
    pub contracts: Contracts,
    pub custodians: Custodians,
    pub third_party: ThirdParty,
    pub house_accounts: HouseAccounts,
    pub documents: Documents,
    terminals: BTreeMap<OrderNo, u64>,
    pub people: People,
    pub backtest: BackTest,
    placed: BTreeMap<OrderNo, Moment>,
    by_trade: BTreeMap<(TradeNo, Side), usize>,
}

/// How the record is looked at.
#[derive(Clone, Copy, Default)]
pub struct View {
    /// As it was known at the end of this day: what was entered later is not there.
    pub known: Option<Day>,
    /// By the day a posting has its value, not the day it was posted.
    pub by_value: bool,
    /// Closes in today's shares beside those of the record.
    pub adjusted: bool,
}

/// # Errors
/// When the journal does not read to its end.
pub fn gather(state: &State, view: View) -> Result<Gathered, Failure> {
    let mut gathered = Gathered { adjusted: view.adjusted, ..Gathered::default() };
    state.entries(&mut |entry| {
        if view.known.is_none_or(|known| entry.head.at.day() <= known) {
            gathered.take(entry);
        }
        Ok(())
    })?;
    if view.by_value {
        for line in &mut gathered.lines {
            line.day = line.posting.value_day;
        }
        gathered.lines.sort_by_key(|line| line.day);
    }
    Ok(gathered)
}

impl Gathered {
    fn take(&mut self, entry: &Entry) {
        self.directory.take(entry);
        let hands = self.hands(entry);
        self.people.take(entry, &self.directory, &hands);
        let (number, at) = (entry.head.entry, entry.head.at);
        self.first_day = self.first_day.or(Some(at.day()));
        self.last_day = Some(at.day());
        self.entries = number.0;
        self.documents.take(entry, &self.directory);
        self.backtest.take(entry);
        self.attempt(entry);
        self.third_party.take(entry);
        self.house_accounts.take(entry, &hands);
        for event in &entry.events {
            self.owed(event);
            match event {
                Event::Money(books::Event::Posted(posting)) => {
                    let (prepared, approved) = self.hands(entry);
                    self.lines.push(Line { entry: number, at, day: at.day(), posting: *posting, prepared, approved });
                }
                Event::Correction(event) => self.correct(event, at),
                Event::Market(market::Event::Closed { venue, security, close }) => {
                    self.closes.insert((*venue, *security, close.day), (close.close, number));
                }
                Event::Action(event) => self.more.extend(More::of(event, number)),
                Event::Order(orders::Event::Evidenced { order, terminal, .. }) => {
                    self.terminals.insert(*order, *terminal);
                }
                Event::Order(orders::Event::Placed(placed)) => {
                    self.placed.insert(placed.order, at);
                }
                Event::Stock(moved @ StockEvent::Moved { .. }) => {
                    self.moves.push(Move { entry: number, at, moved: *moved });
                }
                Event::Margin(event) if !matches!(event, margin::Event::Rated { .. }) => {
                    self.margins.push((number, at, *event));
                }
                Event::DematCompared { .. } | Event::DematStated { .. } => self.demat.push((number, at, *event)),
                Event::Lien(event) => self.liens.push((number, at, *event)),
                Event::StatementSeen { day, account, closing, lines, agreed } => {
                    let (day, account, closing, lines, agreed) = (*day, *account, *closing, *lines, *agreed);
                    self.statements.push(Statement { at, day, account, closing, lines, agreed });
                }
                Event::BankBooked { account, reference, amount } => {
                    self.bank_lines.push((at, true, *account, *reference, *amount));
                }
                Event::BankStated { account, reference, amount } => {
                    self.bank_lines.push((at, false, *account, *reference, *amount));
                }
                Event::Partner(partners::Event::PaymentAsked { payment, kind, .. }) => {
                    self.payments.insert(*payment, *kind);
                }
                _ => self.deal(event, at),
            }
        }
        let (by_trade, deals) = (&self.by_trade, &self.deals);
        let fact = |trade, side| by_trade.get(&(trade, side)).and_then(|nth| deals.get(*nth)).map(|deal| deal.fact);
        self.contracts.take(entry, &fact);
    }

    pub fn deal_of(&self, trade: TradeNo, side: Side) -> Option<&Deal> {
        self.by_trade.get(&(trade, side)).and_then(|nth| self.deals.get(*nth))
    }

    fn deal(&mut self, event: &Event, at: Moment) {
        if let Event::Clearing(event) = event {
            self.custodians.take(event, at);
        }
        if let Event::Clearing(clearing::Event::Traded(fact)) = event {
            let order_at = self.placed.get(&fact.order).copied();
            self.by_trade.insert((fact.trade, fact.side), self.deals.len());
            self.deals.push(Deal { fact: *fact, booked: at, order_at, note: None, brokerage: None, annulled: false });
            return;
        }
        let (Event::Clearing(
            clearing::Event::Annulled { trade, side, .. }
            | clearing::Event::CodeModified { trade, side, .. }
            | clearing::Event::Corrected { trade, side, .. },
        )
        | Event::Noted { trade, side, .. }) = event
        else {
            return;
        };
        let Some(deal) = self.by_trade.get(&(*trade, *side)).and_then(|nth| self.deals.get_mut(*nth)) else { return };
        match event {
            Event::Clearing(clearing::Event::Annulled { .. }) => deal.annulled = true,
            Event::Clearing(clearing::Event::Corrected { qty, price, .. }) => (deal.fact.qty, deal.fact.price) = (*qty, *price),
            Event::Clearing(clearing::Event::CodeModified { to, .. }) => deal.fact.client = *to,
            Event::Noted { note, brokerage, .. } => (deal.note, deal.brokerage) = (Some(*note), Some(*brokerage)),
            _ => {}
        }
    }

    /// What debts are aged by.
    fn owed(&mut self, event: &Event) {
        match event {
            Event::Money(event) => self.money.apply(event),
            Event::HolidayAdded { day } => self.calendar.add(*day),
            Event::ExchangeHolidayAdded { venue, day } => self.calendar.add_alone(*venue, *day),
            Event::SessionAdded { venue, day } => self.calendar.add_session(*venue, *day),
            _ => {}
        }
    }

    fn attempt(&mut self, entry: &Entry) {
        let Input::Ask { by, command: Command::Correct(correction) } = &entry.input else { return };
        let refusal = entry.events.iter().find_map(|event| match event {
            Event::Refused(refusal) => Some(refusal),
            _ => None,
        });
        if let Some(refusal) = refusal {
            let asked = crate::say::correction(correction, &self.directory);
            let refused = format!("{}: {refusal}", refusal.code.name());
            self.attempts.push(Attempt { entry: entry.head.entry, at: entry.head.at, by: *by, asked, refused });
        }
    }

    fn correct(&mut self, event: &corrections::Event, at: Moment) {
        use corrections::Event as E;
        self.corrections.apply(event, at);
        let no = match *event {
            E::PolicyApproved { version, from, document, by } => {
                let which = format!("version {version}, document {document}");
                let by = self.directory.user(by);
                return self.disclosures.push(("policy approved".to_owned(), which, from, by));
            }
            E::CodeDisclosed { venue, client, day, reference } => {
                let what = format!("error code told to {venue}");
                let which = format!("{}, letter {reference}", self.directory.ucc(client));
                return self.disclosures.push((what, which, day, String::new()));
            }
            E::TurnoverCounted { .. } | E::Penalised { .. } | E::Alerted { .. } => return,
            E::Asked { no, .. }
            | E::Repeated { no }
            | E::Accepted { no, .. }
            | E::Refused { no, .. }
            | E::Liquidated { no, .. }
            | E::WaiverDrafted { no, .. }
            | E::WaiverSubmitted { no }
            | E::WaiverDecided { no, .. } => no,
        };
        let it = *self.corrections.get(no).expect("a modification of the journal");
        let order = self.by_trade.get(&(it.trade, it.side)).and_then(|nth| self.deals.get(*nth)).map(|d| d.fact.order);
        let terminal = order.and_then(|order| self.terminals.get(&order).copied());
        let known = self.recoded.entry(no).or_insert(Recoded { it, terminal, closed_by: Vec::new(), closed_on: None });
        known.it = it;
        if let E::Liquidated { trade, .. } = *event {
            known.closed_by.push(trade);
            known.closed_on = Some(at.day());
        }
    }

    /// What nobody asked for was made by rule from a report or a timer: no second person released it.
    fn hands(&self, entry: &Entry) -> (String, String) {
        let second = entry.events.iter().find_map(|event| match event {
            Event::ProposalTaken { by, .. } => Some(self.directory.user(*by)),
            _ => None,
        });
        let prepared = match &entry.input {
            Input::Ask { by, .. } => self.directory.user(*by),
            Input::Report(_) => format!("report of {}", entry.head.source.as_str()),
            Input::Tick(_) | Input::Step => entry.head.source.as_str().to_owned(),
        };
        (prepared, second.unwrap_or_else(|| "by rule".to_owned()))
    }
}
