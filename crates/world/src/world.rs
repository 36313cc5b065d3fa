//! The world as one machine: messages in, messages out, and what it does by itself in between.

use crate::bank::{Bank, PayInDefault};
use crate::calendar::Calendar;
use crate::canon::dump_fields;
use crate::clearing::{self, Around, Clearing};
use crate::depository::{self, Depositories};
use crate::exchange::{Exchange, Turn};
use crate::floor::{Change, NewOrder};
use crate::message::{
    AccountNo, Announcement, DematNo, FromFirm, FromPeople, Gift, Link, Sender, SettlementRef, ToFirm,
};
use crate::post::{Post, Sent};
use crate::queue::{Due, Queue};
use crate::custodian::Custodians;
use crate::registrar::Registrar;
use crate::sheet;
use crate::terms::{BadTerms, Terms};
use journal::BadBytes;
use sha2::{Digest, Sha256};
use std::fmt;
use vocab::{BankAccount, Day, Depository, Dump, Isin, Moment, Paise, Qty, TimeOfDay, TransferNo};

/// Why a message is not taken. Nothing changes then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadMessage {
    /// The bytes are no message of this sender.
    Bytes(BadBytes),
    /// A field breaks a rule that no institution would let pass the counter.
    Field { field: &'static str, rule: &'static str },
}

impl fmt::Display for BadMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadMessage::Bytes(bad) => write!(f, "message: {bad}"),
            BadMessage::Field { field, rule } => write!(f, "{field}: must be {rule}"),
        }
    }
}

impl std::error::Error for BadMessage {}

impl From<BadBytes> for BadMessage {
    fn from(bad: BadBytes) -> BadMessage {
        BadMessage::Bytes(bad)
    }
}

/// Everything outside the firm. The same terms, seed and messages make the same world, byte for byte.
pub struct World {
    terms: Terms,
    seed: u64,
    now: Moment,
    calendar: Calendar,
    queue: Queue,
    post: Post,
    exchange: Exchange,
    bank: Bank,
    clearing: Clearing,
    depositories: Depositories,
    registrar: Registrar,
    custodians: Custodians,
}

dump_fields! { World { seed now queue post exchange bank clearing depositories registrar custodians } }

/// Trade days a schedule of settlements looks ahead.
const SCHEDULED_DAYS: usize = 10;
/// A lakh crore rupees, in paise: more than any account holds, and sums of it still fit.
const MOST_MONEY: Paise = Paise(100_000_000_000_000);
const MOST_SHARES: Qty = Qty(1_000_000_000_000);
const MIDNIGHT: TimeOfDay = TimeOfDay(0);

impl World {
    /// A world at midnight of its first day.
    ///
    /// # Errors
    /// When the terms contradict themselves.
    pub fn new(terms: Terms, seed: u64) -> Result<World, BadTerms> {
        terms.check()?;
        let mut depositories = Depositories::new();
        for it in &terms.demat {
            depositories.open(it.number, it.depository, true);
        }
        depositories.open(terms.clearing_nsdl, Depository::Nsdl, false);
        depositories.open(terms.clearing_cdsl, Depository::Cdsl, false);
        let mut queue = Queue::new();
        queue.enter(terms.first_day + MIDNIGHT, Due::NewDay(terms.first_day));
        Ok(World {
            now: terms.first_day + MIDNIGHT,
            calendar: Calendar::new(terms.holidays.clone(), terms.cycle_days),
            queue,
            post: Post::new(seed),
            exchange: Exchange::new(seed, &terms),
            bank: Bank::new(&terms.bank),
            clearing: Clearing::new(),
            depositories,
            registrar: Registrar::new(),
            custodians: Custodians::default(),
            terms,
            seed,
        })
    }

    /// Take a message that arrives at `at`, after everything the world does by itself up to then. What the
    /// world says meanwhile is added to `out`.
    ///
    /// # Errors
    /// When the bytes are no message of this sender, or a field breaks its rule; nothing changes then, not
    /// even the time.
    pub fn receive(
        &mut self,
        at: Moment,
        who: Sender,
        bytes: &[u8],
        out: &mut Vec<Sent>,
    ) -> Result<(), BadMessage> {
        let message = Message::read(who, bytes)?;
        self.take(at, message, out);
        Ok(())
    }

    pub(crate) fn take(&mut self, at: Moment, message: Message, out: &mut Vec<Sent>) {
        assert!(at >= self.now, "the world's time does not run backwards");
        self.run(at);
        match message {
            Message::Firm(it) => self.hear_firm(it),
            Message::People(it) => self.hear_people(it),
        }
        self.novate();
        self.post.drain(out);
    }

    /// When the world will next do something by itself.
    pub fn next_due(&self) -> Option<Moment> {
        self.queue.next_due()
    }

    /// Do everything that is due at `to` or before, in order of (due, sequence).
    pub fn advance(&mut self, to: Moment, out: &mut Vec<Sent>) {
        assert!(to >= self.now, "the world's time does not run backwards");
        self.run(to);
        self.post.drain(out);
    }

    pub const fn now(&self) -> Moment {
        self.now
    }

    pub const fn terms(&self) -> &Terms {
        &self.terms
    }

    /// What was said on a link from a number on: the firm asks for what a crash cost it.
    pub fn resend(&self, link: Link, from_seq: u64) -> impl Iterator<Item = &Sent> {
        self.post.resend(link, from_seq)
    }

    /// SHA-256 of the canonical dump.
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        self.dump(&mut |bytes| hash.update(bytes));
        hash.finalize().into()
    }

    /// What one of the firm's accounts holds, by the bank's books.
    pub fn bank_balance(&self, account: BankAccount) -> Paise {
        self.bank.balance(account)
    }

    /// What any account holds; `None` when there is no such account.
    pub fn account_balance(&self, account: AccountNo) -> Option<Paise> {
        self.bank.balance_of(account)
    }

    pub fn demat_balance(&self, account: DematNo, isin: Isin) -> Qty {
        self.depositories.balance(account, isin)
    }

    /// Every time the settlement account did not hold what was due.
    pub fn defaults(&self) -> &[PayInDefault] {
        &self.bank.defaults
    }

    /// All money there is and all that was ever brought in. Equal, always.
    pub fn money(&self) -> (Paise, Paise) {
        self.bank.totals()
    }

    /// For every security all shares held, the street's included, and all ever endowed. Equal, always.
    pub fn shares(&self) -> impl Iterator<Item = (Isin, Qty, Qty)> {
        self.depositories.totals().into_iter().map(|(isin, (held, endowed))| (isin, held, endowed))
    }

    fn run(&mut self, to: Moment) {
        while let Some((at, due)) = self.queue.take(to) {
            self.now = at;
            self.happen(due);
            self.novate();
        }
        self.now = to;
    }

    fn happen(&mut self, due: Due) {
        let today = self.now.day();
        let World { terms, calendar, queue, post, exchange, bank, clearing, depositories, registrar, .. } = self;
        let mut turn = Turn { at: self.now, post, queue };
        match due {
            Due::Record(nth) => registrar.record(nth, terms, depositories, &mut turn),
            Due::Dividend(nth) => registrar.pay(nth, bank, &mut turn),
            Due::NewDay(day) => {
                begin(day, terms, calendar, turn.queue);
                clearing::plan_looks(self.seed, day, terms, calendar, turn.queue);
            }
            Due::Look(nth) => clearing.look(nth, exchange, &mut turn),
            Due::SessionOpen => exchange.open_session(calendar.settlement(today), &terms.hours, &mut turn),
            Due::Phase { board, phase } => exchange.reach(board, phase, &mut turn),
            Due::Halt { moved } => exchange.halt(moved, &mut turn),
            Due::Resume(phase) => exchange.resume(phase, &mut turn),
            Due::Flex { security, low, high } => exchange.flex(security, low, high, &mut turn),
            Due::Bhavcopy => exchange.publish_bhavcopy(&mut turn),
            Due::TradeFile => exchange.publish_trades(&mut turn),
            Due::Schedule => {
                turn.say(Link::Clearing, &ToFirm::Schedule { rows: calendar.schedule(today, SCHEDULED_DAYS) });
                clearing::say_rates(self.seed, exchange.register.sheets.get(&today), &mut turn);
            }
            Due::Holdings => depositories.holdings(&mut turn),
            Due::BankStatement => bank.statements(&mut turn),
            Due::Street { security, day, knot } => exchange.street_due(security, day, knot, &mut turn),
            Due::Settlement { number, milestone } => {
                let marks = &exchange.marks;
                let seed = self.seed;
                let mut around = Around { seed, terms, calendar, marks, bank, depositories };
                clearing.reach(number, milestone, &mut around, &mut turn);
            }
        }
    }

    /// The clearing corporation takes over what has traded since it last looked.
    fn novate(&mut self) {
        let World { terms, calendar, queue, post, exchange, bank, clearing, depositories, .. } = self;
        if exchange.novated == exchange.trades.len() {
            return;
        }
        let mut turn = Turn { at: self.now, post, queue };
        let around = Around { seed: self.seed, terms, calendar, marks: &exchange.marks, bank, depositories };
        for trade in exchange.trades.iter().skip(exchange.novated) {
            clearing.novate(trade, &around, &mut turn);
        }
        exchange.novated = exchange.trades.len();
    }

    fn hear_firm(&mut self, message: FromFirm) {
        let World { terms, calendar, queue, post, exchange, bank, clearing, depositories, custodians, .. } = self;
        let mut turn = Turn { at: self.now, post, queue };
        match message {
            FromFirm::NewOrder { order, ucc, own, symbol, side, kind, validity, price, trigger, qty, disclosed, terminal } => {
                let new =
                    NewOrder { order, ucc, own, symbol, side, kind, validity, price, trigger, qty, disclosed, terminal };
                exchange.take_order(&new, &mut turn);
            }
            FromFirm::ModifyOrder { order, price, qty, trigger } => {
                exchange.modify(order, &Change { price, qty, trigger }, &mut turn);
            }
            FromFirm::CancelOrder { order } => exchange.cancel(order, &mut turn),
            FromFirm::AskOrder { order, nth } => exchange.answer(order, nth, &mut turn),
            FromFirm::ModifyCode { modification, trade, side, to } => {
                exchange.modify_code(modification, trade, side, to, &mut turn);
            }
            FromFirm::AskWaiver { modification } => exchange.waive(modification, &mut turn),
            FromFirm::Entrust { trade, side, account, .. } => {
                let row = exchange.trades.iter().find(|t| (t.trade, t.side) == (trade, side));
                custodians.told(self.seed, (trade, side), row, account, clearing, depositories, &mut turn);
            }
            FromFirm::Transfer { payment, from, to, amount } => bank.transfer(payment, from, to, amount, &mut turn),
            FromFirm::Pay { payment, from, to, amount } => bank.pay(payment, from, to, amount, &mut turn),
            FromFirm::AskPayment { payment, nth } => bank.answer(payment, nth, &mut turn),
            FromFirm::Move { transfer, depository, from, to, symbol_isin, qty, settlement } => {
                let asked = Asked { transfer, depository, from, to, isin: symbol_isin, qty, settlement };
                self.move_shares(&asked);
            }
            FromFirm::AskMove { transfer, nth, depository } => depositories.answer(depository, transfer, nth, &mut turn),
            FromFirm::DirectPayOut { settlement, isin, to, qty } => clearing.direct(settlement, isin, to, qty),
            FromFirm::Lien { lien, from, isin, qty } => depositories.lien(lien, from, isin, qty, &mut turn),
            FromFirm::Unpledge { deposit, from, isin, qty } => depositories.unpledge(deposit, from, isin, qty, &mut turn),
            FromFirm::LeviesUpload { settlement, stt, stamp } => {
                let marks = &exchange.marks;
                let mut around = Around { seed: self.seed, terms, calendar, marks, bank, depositories };
                clearing.upload_levies(settlement, stt + stamp, &mut around, &mut turn);
            }
        }
    }

    /// Carry out an instruction as far as there are shares. The clearing corporation's accounts take shares only
    /// for a settlement that still pays in, and give back no more than was given for it.
    fn move_shares(&mut self, asked: &Asked) {
        let ours = [self.terms.clearing_nsdl, self.terms.clearing_cdsl];
        let Asked { transfer, depository, from, to, isin, qty, settlement } = *asked;
        self.depositories.note(depository, transfer);
        let pay_in = self.clearing.takes(settlement);
        let early = ours.contains(&from);
        let barred = (early || ours.contains(&to)) && pay_in.is_none();
        let mut moved = Qty::ZERO;
        if !barred && self.depositories.can_move(depository, from, to) {
            let given = pay_in.map_or(Qty::ZERO, |number| self.clearing.given(number, isin, from));
            moved = self.depositories.shift(from, to, isin, if early { qty.min(given) } else { qty });
        }
        if let Some(number) = pay_in.filter(|_| early && moved.is_positive()) {
            self.clearing.deliver(number, isin, from, -moved);
        }
        if let Some(number) = pay_in.filter(|_| ours.contains(&to) && moved.is_positive()) {
            self.clearing.deliver(number, isin, to, moved);
        }
        self.post.send(depository::link(depository), self.now, &ToFirm::Moved { transfer, qty: moved });
    }

    fn hear_people(&mut self, message: FromPeople) {
        let mut turn = Turn { at: self.now, post: &mut self.post, queue: &mut self.queue };
        match message {
            FromPeople::PayIn { from, name, amount, utr } => self.bank.pay_in(from, name, amount, utr, &mut turn),
            FromPeople::MoveAway { from, isin, qty } => {
                // The corporation's shares are nobody's to take away.
                if from != self.terms.clearing_nsdl && from != self.terms.clearing_cdsl {
                    self.depositories.take_away(from, isin, qty);
                }
            }
            FromPeople::OpenBankAccount { account, name, balance } => self.bank.open(account, name, balance),
            FromPeople::OpenDemat { account, depository, firm_may_see } => {
                self.depositories.open(account, depository, firm_may_see);
            }
            FromPeople::Pledge { from, isin, qty } => self.depositories.pledge(from, isin, qty, &mut turn),
            FromPeople::Endow { account, isin, qty } => self.depositories.endow(account, isin, qty),
            FromPeople::RegisterCode { ucc } => {
                self.exchange.register.codes.insert(ucc);
            }
            FromPeople::Announce(it) => self.registrar.announce(it, &mut turn),
            FromPeople::DaySheet(sheet) => self.exchange.enter_sheet(sheet, &mut turn),
        }
    }
}

/// An instruction to a depository.
struct Asked {
    transfer: TransferNo,
    depository: Depository,
    from: DematNo,
    to: DematNo,
    isin: Isin,
    qty: Qty,
    settlement: Option<SettlementRef>,
}

/// Enter what a day holds, and the next day.
fn begin(day: Day, terms: &Terms, calendar: &Calendar, queue: &mut Queue) {
    let h = &terms.hours;
    if calendar.is_business_day(day) {
        for (time, due) in [
            (h.schedule, Due::Schedule),
            (h.holdings_begin, Due::Holdings),
            (terms.phases.opening.as_ref().map_or(h.session_open, |it| it.from), Due::SessionOpen),
            (h.bhavcopy, Due::Bhavcopy),
            (h.trade_file, Due::TradeFile),
            (h.holdings_end, Due::Holdings),
            (h.bank_statement, Due::BankStatement),
        ] {
            queue.enter(day + time, due);
        }
    }
    queue.enter(day.next() + MIDNIGHT, Due::NewDay(day.next()));
}

/// A message that passed the counter.
pub(crate) enum Message {
    Firm(FromFirm),
    People(FromPeople),
}

impl Message {
    pub(crate) fn read(who: Sender, bytes: &[u8]) -> Result<Message, BadMessage> {
        match who {
            Sender::Firm => {
                let it = FromFirm::decode(bytes)?;
                check_firm(&it)?;
                Ok(Message::Firm(it))
            }
            Sender::People => {
                let it = FromPeople::decode(bytes)?;
                check_people(&it)?;
                Ok(Message::People(it))
            }
        }
    }
}

fn shares(field: &'static str, qty: Qty) -> Result<(), BadMessage> {
    let rule = "positive, at most a lakh crore shares";
    if qty.is_positive() && qty <= MOST_SHARES { Ok(()) } else { Err(BadMessage::Field { field, rule }) }
}

fn money(field: &'static str, amount: Paise) -> Result<(), BadMessage> {
    let rule = "not negative, at most a lakh crore rupees";
    if !amount.is_negative() && amount <= MOST_MONEY { Ok(()) } else { Err(BadMessage::Field { field, rule }) }
}

/// What has an answer that says no is left to the institution; the rest is turned back here.
fn check_firm(message: &FromFirm) -> Result<(), BadMessage> {
    match message {
        FromFirm::NewOrder { .. }
        | FromFirm::ModifyOrder { .. }
        | FromFirm::CancelOrder { .. }
        | FromFirm::AskOrder { .. }
        | FromFirm::Transfer { .. }
        | FromFirm::Pay { .. }
        | FromFirm::AskPayment { .. }
        | FromFirm::Move { .. }
        | FromFirm::AskMove { .. }
        | FromFirm::ModifyCode { .. }
        | FromFirm::AskWaiver { .. }
        | FromFirm::Entrust { .. } => Ok(()),
        FromFirm::DirectPayOut { qty, .. } | FromFirm::Unpledge { qty, .. } => shares("qty", *qty),
        // None: the pledge is over.
        FromFirm::Lien { qty, .. } if qty.is_zero() => Ok(()),
        FromFirm::Lien { qty, .. } => shares("qty", *qty),
        FromFirm::LeviesUpload { stt, stamp, .. } => money("stt", *stt).and_then(|()| money("stamp", *stamp)),
    }
}

fn announcement(it: &Announcement) -> Result<(), BadMessage> {
    let sound = match it.gift {
        Gift::Dividend { per_share } => per_share.0 > 0,
        Gift::Bonus { new, held } | Gift::Rights { new, held, .. } => new > 0 && held > 0,
        Gift::Split { from, to } => to.0 > 0 && from > to,
    };
    let field = |field, rule| Err(BadMessage::Field { field, rule });
    match () {
        () if !sound => field("gift", "something for something, and a split into smaller shares"),
        () if it.ex > it.record => field("ex", "on or before the record day"),
        () if it.pay < it.record => field("pay", "on or after the record day"),
        () => Ok(()),
    }
}

fn check_people(message: &FromPeople) -> Result<(), BadMessage> {
    match message {
        FromPeople::PayIn { amount, .. } if amount.0 == 0 => {
            Err(BadMessage::Field { field: "amount", rule: "positive" })
        }
        FromPeople::PayIn { amount, .. } => money("amount", *amount),
        FromPeople::MoveAway { qty, .. } | FromPeople::Endow { qty, .. } | FromPeople::Pledge { qty, .. } => shares("qty", *qty),
        FromPeople::OpenBankAccount { balance, .. } => money("balance", *balance),
        FromPeople::OpenDemat { .. } | FromPeople::RegisterCode { .. } => Ok(()),
        FromPeople::Announce(it) => announcement(it),
        FromPeople::DaySheet(it) => sheet::check(it),
    }
}
