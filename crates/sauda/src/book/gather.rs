//! One pass over the journal: what the books are made of, in the order it happened.

use super::backtest::BackTest;
use super::accounts::HouseAccounts;
use super::contracts::Contracts;
use super::custodians::Custodians;
use super::documents::Documents;
use super::people::People;
use super::powers::Powers;
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
    BankAccount, Day, EntryNo, ModificationNo, Moment, NoteNo, OrderNo, Paise, PaymentNo, Price, ScripCode, SecurityRow, Side, TradeNo, UserRow, Venue,
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
    /// The exchange's number of the security then.
    pub code: Option<ScripCode>,
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
    pub powers: Powers,
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

impl View {
    /// Whether what was entered on a day is looked at.
    fn knows(&self, day: Day) -> bool {
        self.known.is_none_or(|known| day <= known)
    }
}

/// # Errors
/// When the journal does not read to its end.
pub fn gather(state: &State, view: View) -> Result<Gathered, Failure> {
    let mut gathered = Gathered { adjusted: view.adjusted, ..Gathered::default() };
    state.entries(&mut |entry| {
        if view.knows(entry.head.at.day()) {
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
        self.powers.take(entry, &hands);
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
                Event::Stock(moved @ (StockEvent::Moved { .. } | StockEvent::Pledged { .. })) => {
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
            let code = self.directory.code_at(fact.trade.venue(), fact.security);
            self.deals.push(Deal { fact: *fact, code, booked: at, order_at, note: None, brokerage: None, annulled: false });
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
            Event::SessionTimed { venue, day, open, close } => self.calendar.time_session(*venue, *day, *open, *close),
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

#[cfg(test)]
mod tests {
    use super::super::{Filter, contracts, margin as margins, securities};
    use super::*;
    use crate::args::By;
    use crate::sheet::Sheet;
    use books::Place;
    use vocab::{ClientRow, Depository, FinancialYear, Qty, SettlementRow, TimeOfDay};

    const DAY: Day = Day(20_000);
    const TRADE: TradeNo = TradeNo(1);
    const ASHA: ClientRow = ClientRow(1);
    const RAVI: ClientRow = ClientRow(2);

    /// A trade of the first day is billed; on the next one its client, its figures and its note are other ones, and shares move.
    fn told(view: View) -> Gathered {
        let (settlement, security, side) = (SettlementRow(0), SecurityRow(7), Side::Buy);
        let (year, qty, price) = (FinancialYear(2024), Qty(10), Price(800_0000));
        let at = |nth| DAY.plus(nth).at(TimeOfDay(0));
        let fact = |trade| TradeFact {
            trade, order: OrderNo(1), qty, price, at: at(0), settlement, client: ASHA, security, side,
        };
        let noted = |note, client| {
            let net = Paise(-800_000);
            [
                Event::Noted { note, trade: TRADE, side, client, brokerage: Paise(80) },
                Event::NoteTaken { year, note, client, settlement, net },
            ]
        };
        let moved = |from, to| {
            let (client, settlement, depository) = (ASHA, None, Depository::Nsdl);
            Event::Stock(StockEvent::Moved { client, security, from, to, qty, settlement, depository })
        };
        let collected = |nth, short| {
            let (day, nil) = (DAY.plus(nth), Paise::ZERO);
            Event::Margin(margin::Event::Collected {
                day, client: ASHA, upfront: Paise(900), mtm: nil, funds: nil, deposits: nil, securities: nil, short,
            })
        };
        let mut first = vec![Event::Clearing(clearing::Event::Traded(fact(TRADE))), Event::Clearing(clearing::Event::Traded(fact(TradeNo(2))))];
        first.extend(noted(NoteNo(1), ASHA));
        first.extend([moved(Place::Outside, Place::Account), collected(0, Paise(5))]);
        let mut next = vec![
            Event::Clearing(clearing::Event::CodeModified { settlement, trade: TRADE, side, to: RAVI }),
            Event::Clearing(clearing::Event::Corrected { settlement, trade: TRADE, side, qty: Qty(9), price }),
            Event::Clearing(clearing::Event::Annulled { settlement, trade: TradeNo(2), side }),
            Event::NoteCancelled { year, note: NoteNo(1), client: ASHA, settlement, reason: 3 },
        ];
        next.extend(noted(NoteNo(2), RAVI));
        next.push(Event::NoteReplaces { year, note: NoteNo(2), cancelled: NoteNo(1) });
        next.extend([moved(Place::Account, Place::Beneficiary), collected(1, Paise(6))]);
        let mut gathered = Gathered::default();
        for (nth, events) in [(0, first), (1, next)] {
            let source = firm::Source::Itself;
            let head = firm::Head { entry: EntryNo(if nth == 0 { 1 } else { 2 }), source, sequence: 0, at: at(nth) };
            let entry = Entry { head, wall: 0, logic: 1, input: Input::Step, events, tail: Vec::new() };
            if view.knows(entry.head.at.day()) {
                gathered.take(&entry);
            }
        }
        gathered
    }

    fn column(sheet: &Sheet, name: &str) -> Vec<String> {
        let at = sheet.columns.iter().position(|it| *it == name).expect("a column");
        sheet.rows.iter().map(|row| row[at].plain()).collect()
    }

    #[test]
    fn what_was_put_right_later_stands_as_it_was_where_that_is_asked() {
        let all = Filter::default();
        let deals = |it: &Gathered| it.deals.iter().map(|d| (d.fact.client, d.fact.qty, d.annulled)).collect::<Vec<_>>();
        let then = told(View { known: Some(DAY), ..View::default() });
        assert_eq!(deals(&then), [(ASHA, Qty(10), false), (ASHA, Qty(10), false)]);
        assert_eq!(column(&contracts::sheet(&then, &all), "Standing"), ["stands"]);
        assert_eq!(column(&securities::sheet(&then, &all, By::Client), "With client"), ["10"]);
        assert_eq!(column(&margins::daily(&then, &all), "Short"), ["0.05"]);
        let now = told(View::default());
        assert_eq!(deals(&now), [(RAVI, Qty(9), false), (ASHA, Qty(10), true)]);
        assert_eq!(column(&contracts::sheet(&now, &all), "Standing"), ["cancelled, now 2", "in place of 1"]);
        assert_eq!(column(&securities::sheet(&now, &all, By::Client), "With client"), ["10", "0"]);
        assert_eq!(column(&margins::daily(&now, &all), "Short"), ["0.05", "0.06"]);
    }

    #[test]
    fn a_pledge_moves_no_share_and_stands_in_the_register() {
        let mut gathered = told(View { known: Some(DAY), ..View::default() });
        for qty in [Qty(6), Qty(-6)] {
            let moved = StockEvent::Pledged { client: ASHA, security: SecurityRow(7), qty };
            gathered.moves.push(Move { entry: EntryNo(2), at: DAY.at(TimeOfDay(1)), moved });
        }
        let sheet = securities::sheet(&gathered, &Filter::default(), By::Client);
        assert_eq!(column(&sheet, "Purpose"), ["brought in", "pledged as margin", "pledge ended"]);
        assert_eq!(column(&sheet, "Received"), ["10", "6", "6"]);
        assert_eq!(column(&sheet, "Depository"), ["NSDL", "NSDL", "NSDL"]);
        assert_eq!(column(&sheet, "With client"), ["10", "10", "10"]);
        assert_eq!(sheet.foot, ["1 movements; each moves the same quantity out of one place into another"]);
    }
}
