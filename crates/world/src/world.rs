//! The world as one machine: messages in, messages out, and what it does by itself in between.

use crate::bank::{Bank, PayInDefault};
use crate::calendar::Calendar;
use crate::canon::dump_fields;
use crate::clearing::{self, Around, Clearing, Prices};
use crate::depository::{self, Depositories};
use crate::exchange::{Exchange, Turn};
use crate::floor::{Change, NewOrder};
use crate::message::{
    AccountNo, Announcement, DematNo, FromFirm, FromPeople, Gift, Link, Mistake, ScheduleRow, Sender, SettlementRef, ToFirm,
};
use crate::penalty::{Missing, Reports};
use crate::post::{Post, Sent};
use crate::queue::{Due, Queue};
use crate::custodian::Custodians;
use crate::registrar::Registrar;
use crate::sheet;
use crate::terms::{BadTerms, Terms};
use journal::BadBytes;
use stdx::Lots;
use sha2::{Digest, Sha256};
use std::fmt;
use vocab::{
    BankAccount, Corporation, Day, DematAccount, Depository, Dump, Isin, Moment, Paise, Qty, SettlementKind, Side, TimeOfDay, TradeNo,
    Rounding, TransferNo, Ucc, Venue,
};

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
    /// One of each exchange, as all below: the first's, then the second's if there is one.
    calendars: Vec<Calendar>,
    queue: Queue,
    post: Post,
    exchanges: Vec<Exchange>,
    bank: Bank,
    clearing: Vec<Clearing>,
    depositories: Depositories,
    registrar: Registrar,
    custodians: Custodians,
    reports: Reports,
}

dump_fields! { World { seed now calendars queue post exchanges bank clearing depositories registrar custodians reports } }

/// Trade days a schedule of settlements looks ahead.
const SCHEDULED_DAYS: usize = 10;
/// A lakh crore rupees, in paise: more than any account holds, and sums of it still fit.
const MOST_MONEY: Paise = Paise(100_000_000_000_000);
const MOST_SHARES: Qty = Qty(1_000_000_000_000);
/// From the counter to the account, in seconds; and when the drawer's bank has decided, on the next day that settles.
const CHEQUE_TAKES: i64 = 7_200;
const CHEQUES_DECIDED: TimeOfDay = TimeOfDay::hms(12, 15, 0);
/// Lots of a cheque.
const CHEQUE: u64 = 0xC4E_0DE;
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
        queue.enter(terms.first_day + MIDNIGHT, Venue::Nse, Due::NewDay(terms.first_day));
        Ok(World {
            now: terms.first_day + MIDNIGHT,
            calendars: venues(&terms).map(|venue| calendar(venue, &terms)).collect(),
            queue,
            post: Post::new(seed),
            exchanges: venues(&terms).map(|venue| Exchange::new(venue, seed, &terms)).collect(),
            bank: Bank::new(&terms.bank),
            clearing: venues(&terms).map(|venue| Clearing::new(venue.own_corporation())).collect(),
            depositories,
            registrar: Registrar::new(),
            custodians: Custodians::default(),
            reports: Reports::default(),
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

    pub(crate) fn exchange(&self, venue: Venue) -> Option<&Exchange> {
        self.exchanges.get(usize::from(venue.number()))
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
        while let Some((at, of, due)) = self.queue.take(to) {
            self.now = at;
            self.happen(of, due);
            self.novate();
        }
        self.now = to;
    }

    fn happen(&mut self, of: Venue, due: Due) {
        let today = self.now.day();
        let nth = usize::from(of.number());
        let World { terms, calendars, queue, post, exchanges, bank, clearing, depositories, registrar, reports, .. } = self;
        let mut turn = Turn { at: self.now, of, post, queue };
        let exchange = exchanges.get_mut(nth).expect("what is due is of an exchange there is");
        match due {
            Due::Record(nth) => registrar.record(nth, terms, depositories, &mut turn),
            Due::Dividend(nth) => registrar.pay(nth, bank, &mut turn),
            Due::ChequeCredited(no) => {
                bank.credit_cheque(no, &mut turn);
                let decided = of_corporation(calendars, Corporation::Nscl).after(today, 1) + CHEQUES_DECIDED;
                turn.enter(decided, Due::ChequeDecided(no));
            }
            Due::ChequeDecided(no) => {
                let odds = terms.odds.cheque_bounces_one_in;
                let badly_drawn = odds > 0 && Lots::of(self.seed, &[CHEQUE, u64::from(no)]).one_in(odds);
                bank.decide_cheque(no, badly_drawn, &mut turn);
            }
            Due::NewDay(day) => {
                begin(day, terms, calendars, turn.queue);
                if let Some(priced) = first_open(calendars, day).and_then(|nth| Venue::ALL.get(nth)) {
                    clearing::plan_looks(self.seed, day, terms.looks, &terms.of_day(*priced, day).0, turn.queue);
                }
            }
            Due::Look(nth) => {
                // At the prices of the first that trades.
                let priced = first_open(calendars, today).and_then(|nth| exchanges.get(nth));
                clearing::look(nth, clearing, priced.expect("a look is taken while an exchange trades"), &mut turn);
            }
            Due::Penalties(day) => {
                let calendar = of_corporation(calendars, of.own_corporation());
                reports.charge(day, terms, calendar, bank, &mut turn);
            }
            Due::ObjectionEnds(no) => {
                self.at_corporation(of, |clearing, around, turn| clearing.end_objection(no, around, turn));
            }
            Due::ObjectionPaid(no) => {
                self.at_corporation(of, |clearing, around, turn| clearing.pay_objection(no, around, turn));
            }
            Due::SessionOpen => {
                let corporation = terms.clears(of, today);
                let settlement = of_corporation(calendars, corporation).settlement(today);
                exchange.open_session(settlement, terms, &mut turn);
            }
            Due::Phase { board, phase } => exchange.reach(board, phase, &mut turn),
            Due::Halt { moved } => exchange.halt(moved, &mut turn),
            Due::Resume(phase) => exchange.resume(phase, &mut turn),
            Due::Flex { security, low, high } => exchange.flex(security, low, high, &mut turn),
            Due::Bhavcopy => exchange.publish_bhavcopy(&mut turn),
            Due::TradeFile => exchange.publish_trades(&mut turn),
            Due::SameDayFile => exchange.publish_same_day(&mut turn),
            Due::Schedule => {
                say_schedule(today, terms, calendars, &mut turn);
                if of == Venue::Nse {
                    clearing::say_rates(self.seed, exchange.sheet_of(today), &mut turn);
                }
            }
            Due::Holdings => depositories.holdings(&mut turn),
            Due::BankStatement => bank.statements(&mut turn),
            Due::Street { security, day, knot } => exchange.street_due(security, day, knot, &mut turn),
            Due::Settlement { key, milestone } => {
                self.at_corporation(of, |clearing, around, turn| clearing.reach(key, milestone, around, turn));
            }
        }
    }

    /// Something that a clearing corporation does, with all it works with.
    fn at_corporation<T>(
        &mut self, of: Venue, act: impl FnOnce(&mut Clearing, &mut Around<'_>, &mut Turn<'_>) -> T,
    ) -> Option<T> {
        let (nth, other) = (usize::from(of.number()), usize::from(of.other().number()));
        let World { terms, calendars, queue, post, exchanges, bank, clearing, depositories, registrar, .. } = self;
        let mut turn = Turn { at: self.now, of, post, queue };
        let bespoken = clearing.get(other).map_or_else(Default::default, Clearing::bespoken);
        let marks = Prices { own: &exchanges.get(nth)?.marks, other: exchanges.get(other).map(|it| &it.marks) };
        let calendar = calendars.get(nth)?;
        let mut around = Around { seed: self.seed, terms, calendar, marks, bespoken, bank, depositories, registrar };
        Some(act(clearing.get_mut(nth)?, &mut around, &mut turn))
    }

    /// The clearing corporations take over what has traded since they last looked.
    fn novate(&mut self) {
        for nth in 0..self.exchanges.len() {
            let exchange = &mut self.exchanges[nth];
            let fresh = exchange.trades[exchange.novated..].to_vec();
            exchange.novated = exchange.trades.len();
            for trade in fresh {
                let of = trade.settlement.corporation.exchange();
                self.at_corporation(of, |clearing, around, turn| clearing.novate(&trade, around, turn));
            }
        }
    }

    fn hear_firm(&mut self, message: FromFirm) {
        match message {
            FromFirm::NewOrder { venue, .. }
            | FromFirm::ModifyOrder { venue, .. }
            | FromFirm::CancelOrder { venue, .. }
            | FromFirm::AskOrder { venue, .. }
            | FromFirm::AskWaiver { venue, .. } => return self.hear_at(venue, message),
            FromFirm::ModifyCode { trade, .. } => return self.hear_at(trade.venue(), message),
            FromFirm::Entrust { trade, side, account, .. } => return self.entrust(trade, side, account),
            FromFirm::LeviesUpload { settlement, stt, stamp } => {
                self.at_corporation(settlement.corporation.exchange(), |clearing, around, turn| {
                    clearing.upload_levies(settlement, stt + stamp, around, turn);
                });
                return;
            }
            FromFirm::ReportShort { day, ucc, asked, short } => return self.hear_report(day, ucc, Missing { asked, short }),
            FromFirm::DirectPayOut { settlement, isin, to, qty } => {
                let of = settlement.corporation.exchange();
                self.at_corporation(of, |clearing, _, _| clearing.direct(settlement, isin, to, qty));
                return;
            }
            FromFirm::Move { transfer, depository, from, to, symbol_isin, qty, settlement } => {
                return self.move_shares(&Asked { transfer, depository, from, to, isin: symbol_isin, qty, settlement });
            }
            FromFirm::Transfer { .. }
            | FromFirm::Pay { .. }
            | FromFirm::PlaceCash { .. }
            | FromFirm::RecallCash { .. }
            | FromFirm::AskPayment { .. }
            | FromFirm::AskMove { .. }
            | FromFirm::Lien { .. }
            | FromFirm::SendBack { .. }
            | FromFirm::Unpledge { .. } => {}
        }
        let World { queue, post, bank, depositories, .. } = self;
        let mut turn = Turn { at: self.now, of: Venue::Nse, post, queue };
        match message {
            FromFirm::Transfer { payment, from, to, amount } => bank.transfer(payment, from, to, amount, &mut turn),
            FromFirm::Pay { payment, from, to, amount } => bank.pay(payment, from, to, amount, &mut turn),
            FromFirm::PlaceCash { payment, amount } => bank.place_cash(payment, amount, &mut turn),
            FromFirm::RecallCash { deposit, amount } => bank.give_cash_back(deposit, amount, &mut turn),
            FromFirm::AskPayment { payment, nth } => bank.answer(payment, nth, &mut turn),
            FromFirm::AskMove { transfer, nth, depository } => depositories.answer(depository, transfer, nth, &mut turn),
            FromFirm::Lien { lien, from, isin, qty } => depositories.lien(lien, from, isin, qty, &mut turn),
            FromFirm::SendBack { inward, from, to, isin, qty } => {
                depositories.send_back(inward, (from, to), isin, qty, &mut turn);
            }
            FromFirm::Unpledge { deposit, from, isin, qty } => depositories.unpledge(deposit, from, isin, qty, &mut turn),
            other => unreachable!("heard by an exchange or a corporation: {other:?}"),
        }
    }

    /// A member's report of what was short, to the corporation that settles the day's trades.
    fn hear_report(&mut self, day: Day, ucc: Ucc, missing: Missing) {
        let World { terms, calendars, queue, post, reports, .. } = self;
        let of = terms.clears(Venue::Nse, day).exchange();
        let mut turn = Turn { at: self.now, of, post, queue };
        reports.take((day, ucc), missing, terms, of_corporation(calendars, of.own_corporation()), &mut turn);
    }

    /// A message to an exchange; one that is not there does not answer.
    fn hear_at(&mut self, venue: Venue, message: FromFirm) {
        let World { queue, post, exchanges, .. } = self;
        let mut turn = Turn { at: self.now, of: venue, post, queue };
        let Some(exchange) = exchanges.get_mut(usize::from(venue.number())) else { return };
        match message {
            FromFirm::NewOrder { order, ucc, own, symbol, side, kind, validity, price, trigger, qty, disclosed, terminal, .. } => {
                let new =
                    NewOrder { order, ucc, own, symbol, side, kind, validity, price, trigger, qty, disclosed, terminal };
                exchange.take_order(&new, &mut turn);
            }
            FromFirm::ModifyOrder { order, price, qty, trigger, .. } => {
                exchange.modify(order, &Change { price, qty, trigger }, &mut turn);
            }
            FromFirm::CancelOrder { order, .. } => exchange.cancel(order, &mut turn),
            FromFirm::AskOrder { order, nth, .. } => exchange.answer(order, nth, &mut turn),
            FromFirm::ModifyCode { modification, trade, side, to } => {
                exchange.modify_code(modification, trade, side, to, &mut turn);
            }
            FromFirm::AskWaiver { modification, .. } => exchange.waive(modification, &mut turn),
            other => unreachable!("no message to an exchange: {other:?}"),
        }
    }

    /// A custodian is told of a trade through the corporation that settles it.
    fn entrust(&mut self, trade: TradeNo, side: Side, account: DematNo) {
        let of = usize::from(trade.venue().number());
        let found = self.exchanges.get(of).and_then(|it| it.trades.iter().find(|t| (t.trade, t.side) == (trade, side)));
        let found = found.cloned();
        let through = found.as_ref().map_or(Venue::Nse, |row| row.settlement.corporation.exchange());
        let World { queue, post, clearing, depositories, custodians, .. } = self;
        let mut turn = Turn { at: self.now, of: through, post, queue };
        let Some(clearing) = clearing.get_mut(usize::from(through.number())) else { return };
        custodians.told(self.seed, (trade, side), found.as_ref(), account, (clearing, depositories), &mut turn);
    }

    /// Carry out an instruction as far as there are shares. The clearing corporation's accounts take shares only
    /// for a settlement that still pays in, and give back no more than was given for it.
    fn move_shares(&mut self, asked: &Asked) {
        let ours = [self.terms.clearing_nsdl, self.terms.clearing_cdsl];
        let Asked { transfer, depository, from, to, isin, qty, settlement } = *asked;
        self.depositories.note(depository, transfer);
        let principal = self.terms.demat_no(DematAccount::Principal, Depository::Cdsl);
        let of = settlement.map_or(Venue::Nse, |s| s.corporation.exchange());
        let clearing = self.clearing.get_mut(usize::from(of.number()));
        let pay_in = clearing.as_ref().and_then(|it| it.takes(settlement));
        let early = ours.contains(&from);
        let barred = (early || ours.contains(&to)) && pay_in.is_none();
        let mut moved = Qty::ZERO;
        if !barred && self.depositories.can_move(depository, from, to) {
            let given = clearing.as_ref().zip(pay_in).map_or(Qty::ZERO, |(it, key)| it.given(key, isin, from));
            moved = self.depositories.shift(from, to, isin, if early { qty.min(given) } else { qty });
        }
        if let Some((clearing, key)) = clearing.zip(pay_in).filter(|_| moved.is_positive()) {
            match () {
                () if early => clearing.deliver(key, isin, from, -moved),
                () if ours.contains(&to) => clearing.deliver(key, isin, to, moved),
                () if principal == Some(to) => clearing.stage(key, isin, moved),
                () => {}
            }
        }
        self.post.send(depository::link(depository), self.now, &ToFirm::Moved { transfer, qty: moved });
    }

    /// What waits for a day on which nothing settles any more comes later, and the corporations say when. A day that has
    /// begun is not shut.
    fn shut(&mut self, day: Day) {
        let today = self.now.day();
        if day <= today {
            return;
        }
        let World { terms, calendars, queue, post, clearing, .. } = self;
        let mut open = Vec::new();
        for (calendar, clearing) in calendars.iter_mut().zip(clearing.iter_mut()) {
            calendar.shut(day);
            open.push(clearing.put_off(calendar, today, terms));
        }
        queue.put_off(|at, of, due| {
            let nth = usize::from(of.number());
            let there = calendars.get(nth).zip(clearing.get(nth));
            match (due, there) {
                (Due::Settlement { key, milestone }, Some((calendar, clearing))) => {
                    clearing.due((key, milestone), at, calendar, terms)
                }
                (Due::ChequeDecided(_) | Due::Penalties(_), Some((calendar, _))) => calendar.settling(at.day()) + at.time(),
                _ => at,
            }
        });
        let mut turn = Turn { at: self.now, of: Venue::Nse, post, queue };
        for (of, open) in venues(terms).zip(open) {
            turn.of = of;
            say_schedule(open.unwrap_or(today), terms, calendars, &mut turn);
        }
    }

    /// An exchange puts its trade file right, and the corporations what they took over by it.
    fn reissue(&mut self, venue: Venue, mistakes: &[Mistake]) {
        let nth = usize::from(venue.number());
        let Some(exchange) = self.exchanges.get_mut(nth).filter(|it| it.is_filed_on(self.now.day())) else { return };
        for row in exchange.put_right(mistakes) {
            let key = (row.settlement.kind, row.settlement.number);
            let of = usize::from(row.settlement.corporation.exchange().number());
            let value = row.price.value(row.qty, Rounding::NearestPaisa);
            let clearing = self.clearing.get_mut(of).expect("a corporation that took it over");
            clearing.leave(key, row.isin, row.side, row.qty, value);
        }
        let mut turn = Turn { at: self.now, of: venue, post: &mut self.post, queue: &mut self.queue };
        self.exchanges.get_mut(nth).expect("found above").publish_anew(&mut turn);
    }

    fn hear_people(&mut self, message: FromPeople) {
        match message {
            FromPeople::Reissue { venue, mistakes } => self.reissue(venue, &mistakes),
            FromPeople::Object(it) => {
                let of = it.settlement.corporation.exchange();
                self.at_corporation(of, |clearing, around, turn| clearing.object(&it, around, turn));
            }
            message => self.hear_person(message),
        }
    }

    fn hear_person(&mut self, message: FromPeople) {
        let mut turn = Turn { at: self.now, of: Venue::Nse, post: &mut self.post, queue: &mut self.queue };
        match message {
            FromPeople::PayIn { from, name, amount, utr } => self.bank.pay_in(from, name, amount, utr, &mut turn),
            FromPeople::Deposit { instrument, from, amount } => {
                if self.bank.take_cheque(instrument, from, amount) {
                    turn.enter(self.now.plus_seconds(CHEQUE_TAKES), Due::ChequeCredited(instrument));
                }
            }
            FromPeople::MoveAway { from, isin, qty } => {
                // The corporation's shares are nobody's to take away.
                if from != self.terms.clearing_nsdl && from != self.terms.clearing_cdsl {
                    self.depositories.take_away(from, isin, qty);
                }
            }
            FromPeople::Give { from, to, isin, qty } => {
                let ours = [self.terms.clearing_nsdl, self.terms.clearing_cdsl];
                if !ours.contains(&from) && !ours.contains(&to) {
                    let is_firms = self.terms.demat.iter().any(|it| it.number == to);
                    self.depositories.give((from, to), isin, qty, is_firms, &mut turn);
                }
            }
            FromPeople::OpenBankAccount { account, name, balance } => self.bank.open(account, name, balance),
            FromPeople::SettlementHoliday { day } => self.shut(day),
            FromPeople::OpenDemat { account, depository, firm_may_see } => {
                self.depositories.open(account, depository, firm_may_see);
            }
            FromPeople::Pledge { from, isin, qty } => self.depositories.pledge(from, isin, qty, &mut turn),
            FromPeople::Endow { account, isin, qty } => self.depositories.endow(account, isin, qty),
            FromPeople::RegisterCode { ucc } => {
                for exchange in &mut self.exchanges {
                    exchange.register.codes.insert(ucc);
                }
            }
            FromPeople::Announce(it) => self.registrar.announce(it, &mut turn),
            FromPeople::Reissue { .. } | FromPeople::Object(_) => unreachable!("heard by an exchange or a corporation"),
            FromPeople::DaySheet(sheet) => {
                turn.of = sheet.venue;
                if let Some(exchange) = self.exchanges.get_mut(usize::from(sheet.venue.number())) {
                    exchange.enter_sheet(sheet, &mut turn);
                }
            }
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

/// The exchanges there are.
fn venues(terms: &Terms) -> impl Iterator<Item = Venue> {
    let there = 1 + usize::from(terms.second.is_some());
    Venue::ALL.iter().copied().take(there)
}

fn calendar(venue: Venue, terms: &Terms) -> Calendar {
    let corporation = venue.own_corporation();
    let sessions = |venue| terms.sessions(venue).keys().copied().collect::<Vec<Day>>();
    let Some(second) = &terms.second else { return Calendar::new(corporation, terms.holidays.clone(), sessions(venue)) };
    let (own, other) = match venue {
        Venue::Nse => (&terms.holidays, &second.holidays),
        Venue::Bse => (&second.holidays, &terms.holidays),
    };
    let calendar = Calendar::new(corporation, own.clone(), sessions(venue));
    match second.joint.filter(|(_, chosen)| *chosen == corporation) {
        Some((from, _)) => calendar.and_settles(from, other.clone(), sessions(venue.other())),
        None => calendar,
    }
}

/// The first of the exchanges that trade on a day.
fn first_open(calendars: &[Calendar], day: Day) -> Option<usize> {
    calendars.iter().position(|calendar| calendar.is_open(day))
}

fn of_corporation(calendars: &mut [Calendar], corporation: Corporation) -> &mut Calendar {
    calendars.get_mut(usize::from(corporation.exchange().number())).expect("it settles for an exchange there is")
}

/// The settlements of the days from one on, of the corporation whose turn it is.
fn say_schedule(from: Day, terms: &Terms, calendars: &mut [Calendar], turn: &mut Turn<'_>) {
    let corporation = turn.of.own_corporation();
    let mut rows = of_corporation(calendars, corporation).schedule(from, SCHEDULED_DAYS, terms);
    // Whose trades of a day another settles has no settlement of that day.
    rows.retain(|row| terms.clears(turn.of, row.trade_day) == corporation);
    if turn.of == Venue::Nse && terms.phases.same_day.is_some() {
        let calendar = of_corporation(calendars, corporation);
        let same_day = |row: &ScheduleRow| ScheduleRow {
            settlement: SettlementRef { kind: SettlementKind::SameDay, ..row.settlement },
            trade_day: row.trade_day,
            pay_in_day: row.trade_day,
            pay_out_day: row.trade_day,
        };
        let normal = |row: &&ScheduleRow| row.settlement.kind == SettlementKind::Normal;
        let on = rows.iter().filter(normal).filter(|row| calendar.settles(row.trade_day)).map(same_day);
        rows.extend(on.collect::<Vec<_>>());
    }
    if !rows.is_empty() {
        turn.say(Link::Clearing, &ToFirm::Schedule { rows });
    }
}

/// Enter what a day holds, and the next day.
fn begin(day: Day, terms: &Terms, calendars: &[Calendar], queue: &mut Queue) {
    let h = &terms.hours;
    // Who serves all works when any exchange trades; the first's corporation rates every security.
    let institutions = [
        (h.schedule, Due::Schedule),
        (h.holdings_begin, Due::Holdings),
        (h.holdings_end, Due::Holdings),
        (h.bank_statement, Due::BankStatement),
    ];
    for (time, due) in institutions.into_iter().filter(|_| first_open(calendars, day).is_some()) {
        queue.enter(day + time, Venue::Nse, due);
    }
    let there = calendars.iter().zip(Venue::ALL.iter().copied());
    for (_, of) in there.filter(|(calendar, _)| calendar.is_open(day)) {
        let (hours, phases) = terms.of_day(of, day);
        let opens = phases.opening.as_ref().map_or(hours.session_open, |it| it.from);
        let schedule = (of != Venue::Nse).then_some((h.schedule, Due::Schedule));
        let exchange = [(opens, Due::SessionOpen), (h.bhavcopy, Due::Bhavcopy), (h.trade_file, Due::TradeFile)];
        let same_day = phases.same_day.as_ref().filter(|_| of == Venue::Nse).map(|it| (it.trade_file, Due::SameDayFile));
        for (time, due) in schedule.into_iter().chain(exchange).chain(same_day) {
            queue.enter(day + time, of, due);
        }
    }
    queue.enter(day.next() + MIDNIGHT, Venue::Nse, Due::NewDay(day.next()));
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
            Sender::People | Sender::Online => {
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
        | FromFirm::PlaceCash { .. }
        | FromFirm::Move { .. }
        | FromFirm::AskMove { .. }
        | FromFirm::ModifyCode { .. }
        | FromFirm::AskWaiver { .. }
        | FromFirm::Entrust { .. } => Ok(()),
        FromFirm::DirectPayOut { qty, .. } | FromFirm::Unpledge { qty, .. } | FromFirm::SendBack { qty, .. } => shares("qty", *qty),
        // None: the pledge is over.
        FromFirm::Lien { qty, .. } if qty.is_zero() => Ok(()),
        FromFirm::Lien { qty, .. } => shares("qty", *qty),
        FromFirm::RecallCash { amount, .. } => money("amount", *amount),
        FromFirm::ReportShort { asked, short, .. } => money("asked", *asked).and_then(|()| money("short", *short)),
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
        () if it.tax.0 < 0 || it.tax > vocab::Rate::WHOLE => field("tax", "a part of the dividend"),
        () => Ok(()),
    }
}

fn check_people(message: &FromPeople) -> Result<(), BadMessage> {
    match message {
        FromPeople::PayIn { amount, .. } if amount.0 == 0 => {
            Err(BadMessage::Field { field: "amount", rule: "positive" })
        }
        FromPeople::PayIn { amount, .. } => money("amount", *amount),
        FromPeople::Deposit { amount, .. } if amount.0 == 0 => {
            Err(BadMessage::Field { field: "amount", rule: "positive" })
        }
        FromPeople::Deposit { amount, .. } => money("amount", *amount),
        FromPeople::SettlementHoliday { .. } => Ok(()),
        FromPeople::MoveAway { qty, .. } | FromPeople::Give { qty, .. } | FromPeople::Endow { qty, .. } | FromPeople::Pledge { qty, .. } => shares("qty", *qty),
        FromPeople::OpenBankAccount { balance, .. } => money("balance", *balance),
        FromPeople::OpenDemat { .. } | FromPeople::RegisterCode { .. } => Ok(()),
        FromPeople::Announce(it) => announcement(it),
        FromPeople::Object(it) => shares("qty", it.qty),
        FromPeople::Reissue { mistakes, .. } => mistakes.iter().try_for_each(|it| match it {
            Mistake::Figures { qty, .. } | Mistake::LeftOut { qty, .. } => shares("mistakes.qty", *qty),
            Mistake::Nothing { .. } => Ok(()),
        }),
        FromPeople::DaySheet(it) => sheet::check(it),
    }
}
