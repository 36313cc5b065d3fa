//! What happened, counted: from entries, live or replayed, so that a resumed day tells the whole day.

use crate::Post;
use firm::{Answer, Code, Command, Errand, Event, Firm, Head, HeldAt, Input, InstrumentStage, Refusal, Report};
use sequencer::Watch;
use std::collections::{BTreeMap, BTreeSet};
use vocab::{ActionNo, BenefitKind, ClientRow, Closing, Day, Moment, NoteNo, Paise, Phase, Rate, Rounding, SettlementKind, SettlementRow, Side, Venue};

/// What companies gave.
#[derive(Default)]
pub struct Given {
    /// Actions announced.
    pub announced: BTreeMap<ActionNo, BenefitKind>,
    /// Of these, how many brought anything to the firm's accounts for clients.
    pub came: BTreeSet<ActionNo>,
    /// Parts passed on and their paise; parts and their shares.
    pub money: (u64, i64),
    pub shares: (u64, i64),
    /// Tax that companies kept back from it.
    pub tax: i64,
    /// Credits to clients' own accounts, and their shares.
    pub direct: (u64, i64),
}

/// One day of the calendar, in the few figures by which days are told apart.
#[derive(Clone, Copy, Default)]
pub struct DayTold {
    pub orders: u64,
    pub refused: u64,
    pub trades: u64,
    pub traded: i64,
    pub brokerage: i64,
    pub paid_out: i64,
    /// Breaks and alerts.
    pub wrong: u64,
    pub worst_g: Option<i64>,
}

impl DayTold {
    /// Both days together.
    #[must_use]
    pub fn with(self, other: &DayTold) -> DayTold {
        DayTold {
            orders: self.orders + other.orders,
            refused: self.refused + other.refused,
            trades: self.trades + other.trades,
            traded: self.traded + other.traded,
            brokerage: self.brokerage + other.brokerage,
            paid_out: self.paid_out + other.paid_out,
            wrong: self.wrong + other.wrong,
            worst_g: [self.worst_g, other.worst_g].into_iter().flatten().min(),
        }
    }
}

/// What a client asked for and got.
#[derive(Clone, Copy, Default)]
pub struct Served {
    pub asked: u64,
    pub refused: u64,
    pub trades: u64,
}

/// A halt of all trading at an exchange, as the firm heard of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HaltTold {
    pub venue: Venue,
    pub at: Moment,
    /// How far the index had moved.
    pub moved: Rate,
    /// When orders were to be taken again; none for not that day.
    pub until: Option<Moment>,
}

#[derive(Default)]
pub struct Story {
    pub entries: u64,
    pub events: u64,
    pub asks: u64,
    pub reports: u64,
    pub ticks: u64,
    pub steps: u64,
    pub placed: u64,
    pub modified: u64,
    pub cancel_asked: u64,
    pub closed: BTreeMap<Closing, u64>,
    pub refused: BTreeMap<Code, (u64, Option<Refusal>)>,
    pub trades: [u64; 2],
    pub traded: [i64; 2],
    pub crossed: u64,
    /// Of the trades, those at the second exchange.
    pub elsewhere: u64,
    /// Orders that waited for a person, and what became of them.
    pub referred: u64,
    pub answers: BTreeMap<Answer, u64>,
    pub switches: u64,
    pub notes: u64,
    pub charges: BTreeMap<u8, i64>,
    pub billed: i64,
    pub receipts: (u64, i64),
    pub suspense: (u64, i64),
    pub payments: BTreeMap<u8, (u64, i64)>,
    pub moved: BTreeMap<u8, (u64, i64)>,
    pub given: Given,
    pub short: u64,
    pub short_ended: u64,
    pub internal_short: u64,
    pub awaited: u64,
    pub breaks: BTreeMap<firm::BreakKind, u64>,
    /// What persons must look at though nothing differs.
    pub alerts: u64,
    /// Intraday orders; squared off by the firm; converted; carried.
    pub intraday: [u64; 4],
    /// For settlement on the same day: orders, trades, settlements paid out on their trade day, and those with a trade.
    pub same_day: [u64; 4],
    same_day_settlements: BTreeMap<SettlementRow, (Day, bool)>,
    /// Client codes: asked to be changed, changed, of these to the error account.
    pub recoded: [u64; 3],
    /// Liens on shares not paid for: asked, told, offered, sold.
    pub liens: [u64; 4],
    /// Questions about what nobody answered for.
    pub asked_after: u64,
    /// Trades of institutions: told to custodians, theirs to settle, come back.
    pub custody: [u64; 3],
    /// Cheques: lodged, cleared, come back unpaid.
    pub cheques: [u64; 3],
    /// Credits of shares that are nobody's here, and those that went back.
    pub strays: [u64; 2],
    /// Penalties taken for short margins, and their paise.
    pub penalties: (u64, i64),
    /// Days on which nothing settled, declared late.
    pub shut: Vec<Day>,
    kept_alone: BTreeSet<(Venue, Day)>,
    /// Trades at each exchange while the other was shut.
    pub alone: [u64; Venue::ALL.len()],
    pub halts: Vec<HaltTold>,
    /// Closing auctions, looks at the margins within the day, trade files issued anew.
    pub calls: u64,
    pub looks: u64,
    pub files_anew: u64,
    /// What files issued anew put right: corrected, taken back, added.
    pub put_right: [u64; 3],
    /// Orders that buy in what clients are short of towards each other; times such a shortage was made good.
    pub bought_in: [u64; 2],
    /// Objections to shares delivered, and received; ended rectified, and otherwise.
    pub objected: [u64; 4],
    /// Liens asked by form: withheld, in the unpaid account, pledged.
    pub kept: [u64; 3],
    /// Settlements with trades, with the exchanges they were made at, by bit.
    pub dealt_at: BTreeMap<SettlementRow, u8>,
    pub mended: u64,
    pub late: u64,
    pub agreed: u64,
    pub money_tests: u64,
    pub worst_g: Option<i64>,
    pub days: Vec<Day>,
    pub most_placed: i64,
    pub by_day: BTreeMap<Day, DayTold>,
    /// Everybody who asked for an order.
    pub served: BTreeMap<ClientRow, Served>,
    /// Notes since the day began: what is taken back of one that is cancelled.
    notes_of_day: BTreeMap<NoteNo, NoteTold>,
}

/// What a note added to the story, and to which day of it.
struct NoteTold {
    day: Day,
    net: i64,
    charges: Vec<(u8, i64)>,
}

impl Story {
    pub fn new() -> Story {
        Story::default()
    }

    /// The halts of the whole market, each as the first exchange that said so told it.
    pub fn market_halts(&self) -> Vec<HaltTold> {
        let mut all: Vec<HaltTold> = Vec::new();
        for it in &self.halts {
            if !all.iter().any(|known| (known.at.day(), known.moved) == (it.at.day(), it.moved)) {
                all.push(*it);
            }
        }
        all
    }

    /// Take an entry in.
    pub fn see(&mut self, head: &Head, input: &Input, events: &[Event]) {
        self.entries += 1;
        self.events += events.len() as u64;
        match input {
            Input::Ask { command, .. } => {
                self.asks += 1;
                match command {
                    Command::Place(order) | Command::Queue(order) => {
                        let served = self.served.entry(order.client).or_default();
                        served.asked += 1;
                        served.refused += u64::from(events.iter().any(|event| matches!(event, Event::Refused(_))));
                    }
                    Command::BuyIn { .. } => {
                        let ordered = |event: &Event| matches!(event, Event::Order(orders::Event::Placed(_)));
                        self.bought_in[0] += events.iter().filter(|event| ordered(event)).count() as u64;
                    }
                    Command::Modify { .. } => self.modified += 1,
                    Command::Cancel { .. } => self.cancel_asked += 1,
                    _ => {}
                }
            }
            Input::Report(report) => {
                self.reports += 1;
                if let Report::TradeFileReissued { .. } = report {
                    self.file_anew(events);
                }
                if let Report::BenefitShares { to: HeldAt::Client(_), qty, .. } = report {
                    self.given.direct.0 += 1;
                    self.given.direct.1 += qty.0;
                }
            }
            Input::Tick(_) => self.ticks += 1,
            Input::Step => self.steps += 1,
        }
        let day = head.at.day();
        for event in events {
            if let Event::Market(market::Event::Halted { venue, moved, until, .. }) = event {
                self.halts.push(HaltTold { venue: *venue, at: head.at, moved: *moved, until: *until });
            }
            self.event(event);
            self.of_day(day, event);
            self.note(day, event);
        }
    }

    fn file_anew(&mut self, events: &[Event]) {
        for event in events {
            match event {
                Event::Clearing(clearing::Event::Corrected { .. }) => self.put_right[0] += 1,
                Event::Clearing(clearing::Event::Annulled { .. }) => self.put_right[1] += 1,
                Event::Clearing(clearing::Event::Traded(_)) => self.put_right[2] += 1,
                _ => {}
            }
        }
    }

    /// Notes that stand, and what is charged on them. Only a note of the day is ever cancelled.
    fn note(&mut self, day: Day, event: &Event) {
        match event {
            Event::DayBegun { .. } => self.notes_of_day.clear(),
            Event::Charged(charged) => {
                let line = (charged.head.number(), charged.amount.0);
                self.note_told(charged.note, day).charges.push(line);
                self.charge(day, line);
            }
            Event::NoteTaken { note, net, .. } => {
                self.note_told(*note, day).net = net.0;
                self.notes += 1;
                self.billed += net.0;
            }
            Event::NoteCancelled { note, .. } => {
                let it = self.notes_of_day.remove(note).expect("a note of the day");
                self.notes -= 1;
                self.billed -= it.net;
                it.charges.iter().for_each(|(head, amount)| self.charge(it.day, (*head, -amount)));
            }
            _ => {}
        }
    }

    /// A note begins with its first charge, or by itself where nothing is charged.
    fn note_told(&mut self, note: NoteNo, day: Day) -> &mut NoteTold {
        self.notes_of_day.entry(note).or_insert(NoteTold { day, net: 0, charges: Vec::new() })
    }

    fn charge(&mut self, day: Day, (head, amount): (u8, i64)) {
        *self.charges.entry(head).or_default() += amount;
        if head == charges::Head::Brokerage.number() {
            self.by_day.entry(day).or_default().brokerage += amount;
        }
    }

    fn of_day(&mut self, day: Day, event: &Event) {
        let mut count = |change: &dyn Fn(&mut DayTold)| change(self.by_day.entry(day).or_default());
        match event {
            Event::Order(orders::Event::Placed(_)) => count(&|d| d.orders += 1),
            Event::Refused(_) => count(&|d| d.refused += 1),
            Event::Clearing(clearing::Event::Traded(fact)) => count(&|d| {
                d.trades += 1;
                d.traded += fact.price.value(fact.qty, Rounding::NearestPaisa).0;
            }),
            Event::Partner(partners::Event::PaymentAsked { kind: partners::PaymentKind::ToClient, amount, .. }) => {
                count(&|d| d.paid_out += amount.0);
            }
            Event::Broke { .. } => count(&|d| d.wrong += 1),
            Event::MoneyTested { held, collateral, credits, .. } => count(&|d| {
                let g = held.0 + collateral.0 - credits.0;
                d.worst_g = Some(d.worst_g.map_or(g, |worst| worst.min(g)));
            }),
            _ => {}
        }
    }

    fn event(&mut self, event: &Event) {
        match event {
            Event::Order(orders::Event::Placed(placed)) => {
                self.placed += 1;
                self.intraday[0] += u64::from(placed.product == vocab::Product::Intraday);
                self.same_day[0] += u64::from(placed.product == vocab::Product::SameDay);
            }
            Event::Order(orders::Event::SquaredOff { .. }) => self.intraday[1] += 1,
            Event::Converted { .. } => self.intraday[2] += 1,
            Event::Carried { .. } => self.intraday[3] += 1,
            Event::Order(orders::Event::Closed { why, .. }) => *self.closed.entry(*why).or_default() += 1,
            Event::Refused(refusal) => {
                let slot = self.refused.entry(refusal.code).or_insert((0, None));
                slot.0 += 1;
                slot.1.get_or_insert(*refusal);
            }
            Event::Clearing(event) => self.clearing(event),
            Event::Action(event) => self.given.event(event),
            Event::Crossed { .. } => self.crossed += 1,
            Event::Referred(_) => self.referred += 1,
            Event::ReferralEnded { answer, .. } => *self.answers.entry(*answer).or_default() += 1,
            Event::Risk(risk::Event::SwitchPulled { .. }) => self.switches += 1,
            Event::Receipt { amount, .. } => add(&mut self.receipts, *amount),
            Event::ReceiptHeld { amount, .. } => add(&mut self.suspense, *amount),
            Event::Partner(partners::Event::PaymentAsked { kind, amount, .. }) => {
                add(self.payments.entry(*kind as u8).or_default(), *amount);
            }
            Event::Partner(partners::Event::TransferAsked { kind, qty, .. }) => {
                let slot = self.moved.entry(*kind as u8).or_default();
                slot.0 += 1;
                slot.1 += qty.0;
            }
            Event::Correction(corrections::Event::Asked { .. }) => self.recoded[0] += 1,
            Event::Correction(corrections::Event::Accepted { .. }) => self.recoded[1] += 1,
            Event::Lien(liens::Event::Asked { form, .. }) => {
                self.liens[0] += 1;
                self.kept[usize::from(*form as u8) - 1] += 1;
            }
            Event::Lien(liens::Event::Told { .. }) => self.liens[1] += 1,
            Event::Lien(liens::Event::Offered { .. }) => self.liens[2] += 1,
            Event::Lien(liens::Event::Realised { .. }) => self.liens[3] += 1,
            Event::Broke { kind, .. } if kind.is_alert() => self.alerts += 1,
            Event::Broke { kind, .. } => *self.breaks.entry(*kind).or_default() += 1,
            Event::Market(market::Event::Phased { phase: Phase::ClosingCall, .. }) => self.calls += 1,
            Event::Margin(margin::Event::LookTaken { .. }) => self.looks += 1,
            Event::FileReissued { .. } => self.files_anew += 1,
            Event::Lodged { .. } => self.cheques[0] += 1,
            Event::InstrumentReached { stage: InstrumentStage::Cleared, .. } => self.cheques[1] += 1,
            Event::InstrumentReached { stage: InstrumentStage::Returned, .. } => self.cheques[2] += 1,
            Event::SharesHeld { .. } => self.strays[0] += 1,
            Event::SharesReturned { .. } => self.strays[1] += 1,
            Event::Margin(margin::Event::Penalised { debited, .. }) => add(&mut self.penalties, *debited),
            Event::SettlementHolidayAdded { day } => self.shut.push(*day),
            Event::ExchangeHolidayAdded { venue, day } => {
                self.kept_alone.insert((*venue, *day));
            }
            Event::AskedAfter { .. } => self.asked_after += 1,
            Event::Mended { .. } | Event::Superseded { .. } => self.mended += 1,
            Event::Late { .. } | Event::CreditLate { .. } => self.late += 1,
            Event::MoneyTested { held, collateral, credits, .. } => {
                self.money_tests += 1;
                let g = held.0 + collateral.0 - credits.0;
                self.worst_g = Some(self.worst_g.map_or(g, |worst| worst.min(g)));
            }
            Event::Money(books::Event::CoverSet { placed }) => self.most_placed = self.most_placed.max(placed.0),
            Event::DayBegun { day, .. } => self.days.push(*day),
            _ => {}
        }
    }

    fn clearing(&mut self, event: &clearing::Event) {
        match event {
            clearing::Event::Traded(fact) => {
                let side = usize::from(fact.side == Side::Sell);
                self.trades[side] += 1;
                *self.dealt_at.entry(fact.settlement).or_default() |= 1 << fact.trade.venue().number();
                let venue = fact.trade.venue();
                self.elsewhere += u64::from(venue != Venue::Nse);
                let other_shut = self.days.last().is_some_and(|day| self.kept_alone.contains(&(venue.other(), *day)));
                self.alone[usize::from(venue.number())] += u64::from(other_shut);
                if let Some(served) = self.served.get_mut(&fact.client) {
                    served.trades += 1;
                }
                if let Some((_, dealt)) = self.same_day_settlements.get_mut(&fact.settlement) {
                    self.same_day[1] += 1;
                    self.same_day[3] += u64::from(!*dealt);
                    *dealt = true;
                }
                self.traded[side] += fact.price.value(fact.qty, Rounding::NearestPaisa).0;
            }
            clearing::Event::ObligationAgreed { provisional: false, .. } => self.agreed += 1,
            clearing::Event::Scheduled { settlement, kind: SettlementKind::SameDay, trade_day, .. } => {
                self.same_day_settlements.insert(*settlement, (*trade_day, false));
            }
            clearing::Event::StageReached { settlement, stage: clearing::Stage::PaidOut } => {
                let of_today = self.same_day_settlements.get(settlement).is_some_and(|(day, _)| Some(day) == self.days.last());
                self.same_day[2] += u64::from(of_today);
            }
            clearing::Event::ShortOfDelivery { .. } => self.short += 1,
            clearing::Event::ShortageEnded { .. } => self.short_ended += 1,
            clearing::Event::ShortInternally { .. } => self.internal_short += 1,
            clearing::Event::Awaited { .. } => self.awaited += 1,
            clearing::Event::InternalShortMadeGood { .. } => self.bought_in[1] += 1,
            clearing::Event::Objected { as_seller, .. } => self.objected[usize::from(!*as_seller)] += 1,
            clearing::Event::ObjectionEnded { remedy, .. } => {
                self.objected[2 + usize::from(*remedy != clearing::Remedy::Rectified)] += 1;
            }
            clearing::Event::Entrusted { .. } => self.custody[0] += 1,
            clearing::Event::Confirmed { .. } => self.custody[1] += 1,
            clearing::Event::Returned { .. } => self.custody[2] += 1,
            clearing::Event::CodeModified { to, .. } => self.recoded[2] += u64::from(*to == crate::script::ERROR),
            _ => {}
        }
    }
}

impl Given {
    fn event(&mut self, event: &actions::Event) {
        use actions::Event as Of;
        match *event {
            Of::Announced { action, benefit, .. } => {
                self.announced.insert(action, benefit.kind());
            }
            Of::Came { action, .. } => {
                self.came.insert(action);
            }
            Of::Passed { account: vocab::DematAccount::Own, .. } => {}
            Of::Passed { action, amount, .. } => {
                let slot = match self.announced.get(&action) {
                    Some(BenefitKind::Dividend) | None => &mut self.money,
                    Some(BenefitKind::Bonus | BenefitKind::Split | BenefitKind::Rights) => &mut self.shares,
                };
                slot.0 += 1;
                slot.1 += amount;
            }
            Of::Taxed { account: vocab::DematAccount::Own, .. } => {}
            Of::Taxed { tax, .. } => self.tax += tax.0,
            // Nobody's here: it is told with what strangers sent.
            Of::StrangerEntitled { .. } | Of::StrangerPassed { .. } | Of::StrangerTaxed { .. } => {}
            Of::Entitled { .. } | Of::Recorded { .. } | Of::Shared { .. } => {}
        }
    }
}

// It stands beside a snapshot, so that a day that goes on from one still tells the whole day.
vocab::kept!(struct Story {
    entries, events, asks, reports, ticks, steps, placed, modified, cancel_asked, closed, refused, trades, traded,
    crossed, elsewhere, referred, answers, switches, notes, charges, billed, receipts, suspense, payments, moved, given, short,
    short_ended, internal_short, awaited, breaks, alerts, intraday, same_day, same_day_settlements, recoded, liens, asked_after, custody,
    cheques, strays, penalties, shut, kept_alone, alone, halts, calls, looks, files_anew, put_right, bought_in, objected, kept, dealt_at, mended, late,
    agreed, money_tests, worst_g, days, most_placed,
    by_day, served, notes_of_day,
});

vocab::kept!(struct HaltTold { venue, at, moved, until });

vocab::kept!(struct NoteTold { day, net, charges });

vocab::kept!(struct DayTold { orders, refused, trades, traded, brokerage, paid_out, wrong, worst_g });
vocab::kept!(struct Served { asked, refused, trades });

vocab::kept!(struct Given { announced, came, money, shares, tax, direct });

fn add(slot: &mut (u64, i64), amount: Paise) {
    slot.0 += 1;
    slot.1 += amount.0;
}

/// Who else sees each entry, and is kept with the story beside a snapshot.
pub trait Beside {
    fn see(&mut self, head: &Head, input: &Input, events: &[Event]);

    /// Add what must be there after a start from the snapshot.
    fn keep(&self, out: &mut Vec<u8>);

    /// What [`Beside::keep`] added.
    ///
    /// # Errors
    /// When it cannot be read: the snapshot is passed over then.
    fn begin(&mut self, kept: &[u8]) -> Result<(), String>;
}

/// Nobody else does.
pub struct NobodyElse;

impl Beside for NobodyElse {
    fn see(&mut self, _: &Head, _: &Input, _: &[Event]) {}

    fn keep(&self, _: &mut Vec<u8>) {}

    fn begin(&mut self, kept: &[u8]) -> Result<(), String> {
        if kept.is_empty() { Ok(()) } else { Err("it was kept by one that somebody else saw".to_owned()) }
    }
}

/// Watches a firm's journal being read back: counts its entries, and writes what the world has not heard.
pub struct Telling<'a> {
    pub story: &'a mut Story,
    pub beside: &'a mut dyn Beside,
    pub post: &'a Post,
    /// Errands the world has heard.
    pub heard: u64,
}

impl Watch for Telling<'_> {
    type Message = Option<world::FromFirm>;

    fn heard(&self) -> u64 {
        self.heard
    }

    fn begin(&mut self, beside: &[u8]) -> Result<(), String> {
        let (story, rest) = vocab::load_first(beside).map_err(|e| e.to_string())?;
        self.beside.begin(rest)?;
        *self.story = story;
        Ok(())
    }

    fn see(&mut self, head: &Head, input: &Input, events: &[Event]) {
        self.story.see(head, input, events);
        self.beside.see(head, input, events);
    }

    fn write(&mut self, firm: &Firm, errand: &Errand) -> Option<world::FromFirm> {
        self.post.write(firm, errand)
    }
}

/// Refusals by code with one example each, most frequent first.
pub fn refusal_lines(story: &Story) -> Vec<(u64, Code, String)> {
    let example = |r: &Option<Refusal>| r.map_or(String::new(), |r| r.to_string());
    let mut all: Vec<_> = story.refused.iter().map(|(code, (n, r))| (*n, *code, example(r))).collect();
    all.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use firm::{Charged, Source};
    use vocab::{EntryNo, FinancialYear, Moment, SettlementRow, TimeOfDay};

    const DAY: Day = Day(20_635);
    const TAX: charges::Head = charges::Head::Stt;
    const BROKERAGE: charges::Head = charges::Head::Brokerage;

    fn see(story: &mut Story, at: Moment, events: &[Event]) {
        let head = Head { entry: EntryNo(1), source: Source::Itself, sequence: 0, at };
        story.see(&head, &Input::Step, events);
    }

    fn note(nth: u32, brokerage: i64, tax: i64) -> [Event; 3] {
        let (client, note) = (ClientRow(0), NoteNo(nth));
        let charged = |head, amount| {
            let (amount, bases) = (Paise(amount), [Paise::ZERO; 3]);
            Event::Charged(Charged { amount, bases, client, note, rules: [0; 3], head, rounding: 0 })
        };
        let (year, settlement, net) = (DAY.financial_year(), SettlementRow(0), Paise(-brokerage - tax));
        [charged(BROKERAGE, brokerage), charged(TAX, tax), Event::NoteTaken { year, note, client, settlement, net }]
    }

    fn cancelled(nth: u32) -> Event {
        let year: FinancialYear = DAY.financial_year();
        Event::NoteCancelled { year, note: NoteNo(nth), client: ClientRow(0), settlement: SettlementRow(0), reason: 1 }
    }

    #[test]
    fn of_a_note_that_is_cancelled_and_made_anew_the_new_one_counts() {
        let (mut story, evening) = (Story::new(), DAY + TimeOfDay::hms(23, 59, 0));
        see(&mut story, evening, &note(1, 2_000, 300));
        see(&mut story, evening, &note(2, 500, 40));
        // Past midnight, and from a snapshot: what is taken back is taken from the day it was counted for.
        let mut kept = Vec::new();
        vocab::Dump::dump(&story, &mut |part: &[u8]| kept.extend_from_slice(part));
        let mut story: Story = vocab::load(&kept).expect("what was kept");
        let after = evening.plus_seconds(120);
        see(&mut story, after, &[cancelled(1)]);
        assert_eq!((story.notes, story.billed), (1, -540));
        assert_eq!(story.by_day[&DAY].brokerage, 500);
        see(&mut story, after, &note(3, 1_500, 200));
        assert_eq!((story.notes, story.billed), (2, -2_240));
        let charged = |head: charges::Head| story.charges[&head.number()];
        assert_eq!((charged(BROKERAGE), charged(TAX)), (2_000, 240));
        assert_eq!(story.by_day.values().map(|day| day.brokerage).sum::<i64>(), 2_000);
    }
}
