//! The clearing corporation: it takes over the firm's trades, nets them, takes in and gives out.
//!
//! Shortages and what follows them are in [`crate::auction`].

use crate::bank::Bank;
use crate::calendar::Calendar;
use crate::canon::{count, dump_fields, list};
use crate::depository::Depositories;
use crate::exchange::{Exchange, Turn, parts};
use crate::message::{
    ClearingHead, DematNo, Link, LookRow, ObligationRow, RateRow, SettlementRef, SheetRow, ToFirm, TradeRow,
};
use crate::objection::Objection;
use crate::queue::{Due, Key, Milestone, Queue};
use crate::registrar::Registrar;
use crate::sheet::Marks;
use crate::terms::{Hours, Terms};
use std::collections::{BTreeMap, BTreeSet};
use stdx::Lots;
use vocab::{
    Board, Corporation, Day, DematAccount, Depository, Dump, Isin, Moment, Paise, Price, Qty, Rate, Rounding, SettlementKind, Side, Sink, TimeOfDay,
    Venue,
};

/// What the corporation works with.
pub(crate) struct Around<'a> {
    pub seed: u64,
    pub terms: &'a Terms,
    pub calendar: &'a Calendar,
    pub marks: Prices<'a>,
    /// What lies in the principal account for others: another corporation, another settlement.
    pub bespoken: BTreeMap<Isin, Qty>,
    pub bank: &'a mut Bank,
    pub depositories: &'a mut Depositories,
    pub registrar: &'a Registrar,
}

/// The closing prices of both exchanges, the corporation's own first: the other's where a security trades there alone.
#[derive(Clone, Copy)]
pub(crate) struct Prices<'a> {
    pub own: &'a Marks,
    pub other: Option<&'a Marks>,
}

impl Prices<'_> {
    /// The last close known on `day` or before.
    pub fn close(&self, isin: Isin, day: Day) -> Option<Price> {
        self.close_with_day(isin, day).map(|(_, close)| close)
    }

    /// The last close known on `day` or before, with its day.
    pub fn close_with_day(&self, isin: Isin, day: Day) -> Option<(Day, Price)> {
        self.own.close_with_day(isin, day).or_else(|| self.other?.close_with_day(isin, day))
    }

    /// The highest price traded on each day from one to another, both included.
    pub fn highs(&self, isin: Isin, from: Day, to: Day) -> Vec<(Day, Price)> {
        let own: Vec<_> = self.own.highs(isin, from, to).collect();
        match self.other.filter(|_| own.is_empty()) {
            Some(other) => other.highs(isin, from, to).collect(),
            None => own,
        }
    }
}

/// How a shortage ended, or stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cure {
    Awaited,
    Auctioned(vocab::Price),
    /// No seller came; the close-out is priced by the day's close.
    Failed,
    ClosedOut(vocab::Price),
}

/// Shares that did not come on pay-in day, of the firm (as seller) or of the street (the firm buys).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Short {
    pub isin: Isin,
    pub qty: Qty,
    pub firm_sells: bool,
    /// What the firm was debited for them; zero when the street is short.
    pub debit: Paise,
    pub cure: Cure,
}

pub(crate) struct Settlement {
    pub trade_day: Day,
    pub pay_in_day: Day,
    /// + the firm receives, - it delivers; trade for trade what it delivers stands apart.
    pub net: BTreeMap<(Isin, bool), Qty>,
    /// The price it was last dealt in at.
    pub last: BTreeMap<Isin, Price>,
    pub funds: Paise,
    /// Moved to the corporation, by its account, and not yet taken against the obligation.
    pub delivered: BTreeMap<(Isin, DematNo), Qty>,
    pub securities_taken: bool,
    pub levies_due: bool,
    pub levies: Paise,
    pub levies_debited: Paise,
    pub shorts: Vec<Short>,
    /// What custodians bring to institutions with the pay-out.
    pub custody: Vec<(DematNo, Isin, Qty)>,
    pub complete: bool,
}

pub(crate) struct Clearing {
    pub corporation: Corporation,
    pub settlements: BTreeMap<Key, Settlement>,
    /// Who gets the pay-out directly, in the order of the instructions.
    pub direct: BTreeMap<(SettlementRef, Isin), Vec<(DematNo, Qty)>>,
    /// Moved into the principal account for a settlement that has not taken it.
    pub principal: BTreeMap<(Key, Isin), Qty>,
    /// Shares that are, or were, objected to, by the corporation's number.
    pub objections: BTreeMap<u32, Objection>,
}

const STREET_SHORT: u64 = 0x5_40_27;

/// A settlement as it is named outside.
pub(crate) const fn named(of: Venue, (kind, number): Key) -> SettlementRef {
    SettlementRef { corporation: of.own_corporation(), kind, number }
}

pub(crate) const fn is_same_day((kind, _): Key) -> bool {
    matches!(kind, SettlementKind::SameDay)
}

const RATES: u64 = 0x3A_7E5;

/// Margin rates and the list of approved securities: the published ones, else drawn for each security once and for
/// all, as the exchange's rules give an ordinary share. One in four has no place on the list.
pub(crate) fn say_rates(seed: u64, securities: &[SheetRow], turn: &mut Turn<'_>) {
    let day = turn.at.day();
    let hundredth = |n: i64| Rate(Rate::WHOLE.0 / 10_000 * n);
    let rate = |row: &SheetRow| {
        let mut lots = lots(seed, RATES, 0, row.isin);
        let drawn = (hundredth(lots.between(900, 3_200)), hundredth(350));
        let (var, elm) = row.rated.unwrap_or(drawn);
        let haircut = (!lots.one_in(4)).then_some(var);
        RateRow { isin: row.isin, var, elm, haircut }
    };
    let rows: Vec<RateRow> = securities.iter().filter(|row| row.board != Board::SameDay).map(rate).collect();
    for (_, _, rows) in parts(&rows) {
        turn.say(Link::Clearing, &ToFirm::MarginRates { day, rows });
    }
}

const LOOKS: u64 = 0x1_00C5;

/// The session is cut into as many windows as there are looks; in each the moment is drawn by lot.
pub(crate) fn plan_looks(seed: u64, day: Day, looks: u8, hours: &Hours, queue: &mut Queue) {
    if looks == 0 {
        return;
    }
    let (open, close) = (i64::from(hours.session_open.0), i64::from(hours.session_close.0));
    let window = (close - open) / i64::from(looks);
    let mut lots = Lots::of(seed, &[LOOKS, u64::from(day.0.unsigned_abs())]);
    for nth in 1..=looks {
        let from = open + window * (i64::from(nth) - 1);
        let second = u32::try_from(lots.between(from, from + window - 1)).expect("a second of the day");
        queue.enter(day + TimeOfDay(second), Venue::Nse, Due::Look(nth));
    }
}

/// Look at margins: what the firm's clients have open is told with its price at this moment.
pub(crate) fn look(nth: u8, all: &[Clearing], exchange: &Exchange, turn: &mut Turn<'_>) {
    let open = all.iter().flat_map(|it| it.settlements.values()).filter(|it| !it.complete);
    let isins: BTreeSet<Isin> = open.flat_map(|it| it.net.keys().map(|(isin, _)| *isin)).collect();
    let priced = |isin| Some(LookRow { isin, price: exchange.price_at(isin, turn.at)? });
    let rows = isins.into_iter().filter_map(priced).collect();
    turn.say(Link::Clearing, &ToFirm::MarginLook { day: turn.at.day(), nth, rows });
}

/// Lots of one settlement and security.
pub(crate) fn lots(seed: u64, matter: u64, number: u32, isin: Isin) -> Lots {
    let (mut high, mut low) = ([0; 8], [0; 8]);
    high.copy_from_slice(&isin.0[..8]);
    low[..4].copy_from_slice(&isin.0[8..]);
    Lots::of(seed, &[matter, u64::from(number), u64::from_le_bytes(high), u64::from_le_bytes(low)])
}

impl Clearing {
    pub const fn new(corporation: Corporation) -> Clearing {
        Clearing { corporation, settlements: BTreeMap::new(), direct: BTreeMap::new(), principal: BTreeMap::new(), objections: BTreeMap::new() }
    }

    /// The corporation steps between the firm and the street; the first trade of a settlement enters its milestones.
    pub fn novate(&mut self, trade: &TradeRow, around: &Around<'_>, turn: &mut Turn<'_>) {
        let key = (trade.settlement.kind, trade.settlement.number);
        let trade_day = trade.traded_at.day();
        let it = self.settlements.entry(key).or_insert_with(|| {
            let cycle = if is_same_day(key) { 0 } else { around.terms.cycle_of(key.0).days };
            let pay_in_day = around.calendar.after(trade_day, cycle);
            enter_milestones(key, trade_day, pay_in_day, around, turn);
            Settlement::new(trade_day, pay_in_day)
        });
        it.last.insert(trade.isin, trade.price);
        let value = trade.price.value(trade.qty, Rounding::NearestPaisa);
        it.count(key.0, trade.isin, trade.side, trade.qty, value);
    }

    /// Nothing settles on a day to come: what was not paid in yet is, on the calendar now in force. The first day whose trades
    /// were not paid in; none if all were.
    pub fn put_off(&mut self, calendar: &Calendar, today: Day, terms: &Terms) -> Option<Day> {
        let open = self.settlements.iter_mut().filter(|(_, it)| it.pay_in_day > today);
        open.map(|((kind, _), it)| {
            it.pay_in_day = calendar.after(it.trade_day, terms.cycle_of(*kind).days);
            it.trade_day
        }).min()
    }

    /// When a milestone that was entered for a moment comes, on the calendar now in force.
    pub fn due(&self, (key, milestone): (Key, Milestone), at: Moment, calendar: &Calendar, terms: &Terms) -> Moment {
        let Some(it) = self.settlements.get(&key) else { return at };
        let day = match milestone {
            Milestone::Provisional => at.day(),
            Milestone::Final => calendar.after(it.trade_day, terms.cycle_of(key.0).final_obligation_day),
            Milestone::SecuritiesPayIn | Milestone::FundsPayIn | Milestone::ShortageAdvice | Milestone::PayOut => it.pay_in_day,
            Milestone::Auction | Milestone::CloseOut | Milestone::AuctionSettlement => calendar.settling(at.day()),
        };
        day + at.time()
    }

    /// A custodian settles the trade, or the exchange takes it back: it leaves the firm's obligation.
    pub fn leave(&mut self, key: Key, isin: Isin, side: Side, qty: Qty, value: Paise) {
        let it = self.settlements.get_mut(&key).expect("a trade that was taken over");
        it.count(key.0, isin, side, -qty, -value);
    }

    /// Shares a custodian's client bought come with the pay-out.
    pub fn bring_later(&mut self, key: Key, to: DematNo, isin: Isin, qty: Qty) {
        self.settlements.get_mut(&key).expect("a trade that was taken over").custody.push((to, isin, qty));
    }

    /// Shares on their way to the corporation count for a settlement that still takes them.
    pub fn takes(&self, settlement: Option<SettlementRef>) -> Option<Key> {
        let it = settlement.filter(|s| s.corporation == self.corporation)?;
        let key = (it.kind, it.number);
        self.settlements.get(&key).filter(|s| !s.securities_taken).map(|_| key)
    }

    /// What lies of a security in an account of the corporation for a settlement.
    pub fn given(&self, key: Key, isin: Isin, account: DematNo) -> Qty {
        self.settlements.get(&key).and_then(|it| it.delivered.get(&(isin, account))).copied().unwrap_or(Qty::ZERO)
    }

    pub fn deliver(&mut self, key: Key, isin: Isin, account: DematNo, qty: Qty) {
        let it = self.settlements.get_mut(&key).expect("it takes shares");
        *it.delivered.entry((isin, account)).or_insert(Qty::ZERO) += qty;
    }

    /// Shares come to the principal account for a settlement.
    pub fn stage(&mut self, key: Key, isin: Isin, qty: Qty) {
        *self.principal.entry((key, isin)).or_insert(Qty::ZERO) += qty;
    }

    /// What lies in the principal account for settlements that have not taken it.
    pub fn bespoken(&self) -> BTreeMap<Isin, Qty> {
        let mut all = BTreeMap::new();
        for ((_, isin), qty) in &self.principal {
            *all.entry(*isin).or_insert(Qty::ZERO) += *qty;
        }
        all
    }

    pub fn direct(&mut self, settlement: SettlementRef, isin: Isin, to: DematNo, qty: Qty) {
        self.direct.entry((settlement, isin)).or_default().push((to, qty));
    }

    /// The last upload holds; after the debit only a difference moves.
    pub fn upload_levies(
        &mut self,
        settlement: SettlementRef,
        levies: Paise,
        around: &mut Around<'_>,
        turn: &mut Turn<'_>,
    ) {
        // An auction has no levies of the firm.
        let key = (settlement.kind, settlement.number);
        if let Some(it) = self.settlements.get_mut(&key) {
            it.levies = levies;
            it.settle_levies(key, around, turn);
        }
    }

    pub fn reach(&mut self, key: Key, milestone: Milestone, around: &mut Around<'_>, turn: &mut Turn<'_>) {
        let it = self.settlements.get_mut(&key).expect("milestones belong to settlements");
        match milestone {
            Milestone::Provisional => it.state_obligation(key, true, turn),
            Milestone::Final => it.state_obligation(key, false, turn),
            Milestone::SecuritiesPayIn => {
                // What lies there for another settlement of the day stays for that one.
                for ((_, isin), qty) in self.principal.iter().filter(|((of, _), _)| *of != key) {
                    *around.bespoken.entry(*isin).or_insert(Qty::ZERO) += *qty;
                }
                it.take_securities(key, around);
                self.principal.retain(|(of, _), _| *of != key);
            }
            Milestone::FundsPayIn => {
                around.bank.debit(named(turn.of, key), ClearingHead::PayIn, -it.funds, turn);
                it.levies_due = true;
                it.settle_levies(key, around, turn);
            }
            Milestone::ShortageAdvice => it.advise_shortages(key, around, turn),
            Milestone::PayOut => self.pay_out(key, around, turn),
            Milestone::Auction => it.auction(key, around, turn),
            Milestone::CloseOut => it.price_close_outs(key, around, turn),
            Milestone::AuctionSettlement => self.settle_auction(key, around, turn),
        }
    }

    fn pay_out(&mut self, key: Key, around: &mut Around<'_>, turn: &mut Turn<'_>) {
        let it = self.settlements.get_mut(&key).expect("milestones belong to settlements");
        around.bank.credit(named(turn.of, key), ClearingHead::PayOut, it.funds, turn);
        for (to, isin, qty) in std::mem::take(&mut it.custody) {
            if around.depositories.is_open(to) {
                around.depositories.bring(to, isin, qty);
            }
        }
        let street_shorts = it.draw_street_shorts(key, around);
        let due = it.net.iter().filter(|(_, qty)| qty.is_positive());
        let mut due: BTreeMap<Isin, Qty> = due.map(|((isin, _), qty)| (*isin, *qty)).collect();
        for short in street_shorts {
            let (settlement, isin, qty) = (named(turn.of, key), short.isin, short.qty);
            turn.say(Link::Clearing, &ToFirm::PayOutShort { settlement, isin, qty });
            *due.get_mut(&isin).expect("short of what is due") -= qty;
            it.shorts.push(short);
        }
        let excess = std::mem::take(&mut it.delivered);
        let shorts = !it.shorts.is_empty();
        let auction_day = around.calendar.after(it.pay_in_day, around.terms.cycle_of(key.0).auction_day);
        for (isin, qty) in due {
            self.give(named(turn.of, key), isin, qty, around, turn);
        }
        for ((isin, from), qty) in excess {
            return_excess(key, isin, from, qty, around, turn);
        }
        if shorts && is_same_day(key) {
            self.close_out_today(key, around, turn);
        } else if shorts {
            let due = Due::Settlement { key, milestone: Milestone::Auction };
            turn.enter(auction_day + around.terms.hours.auction, due);
        } else {
            self.complete(key, turn);
        }
    }

    /// Release shares: to those whom the firm named, in order, the rest to the pool.
    pub fn give(
        &mut self,
        settlement: SettlementRef,
        isin: Isin,
        qty: Qty,
        around: &mut Around<'_>,
        turn: &mut Turn<'_>,
    ) {
        let mut left = qty;
        let pool = (pool(around.terms), qty);
        for (to, most) in self.direct.remove(&(settlement, isin)).unwrap_or_default().into_iter().chain([pool]) {
            let qty = left.min(most);
            if qty.is_positive() && around.depositories.is_open(to) {
                around.depositories.bring(to, isin, qty);
                turn.say(Link::Clearing, &ToFirm::PaidOut { settlement, isin, qty, to });
                left -= qty;
            }
        }
        assert!(left.is_zero(), "the pool takes the rest");
    }

    /// The last step is done; what is kept answers a late upload of levies.
    pub fn complete(&mut self, key: Key, turn: &mut Turn<'_>) {
        let it = self.settlements.get_mut(&key).expect("milestones belong to settlements");
        it.complete = true;
        let (mine, shorts) = (std::mem::take(&mut it.net), std::mem::take(&mut it.shorts));
        // Two cycles may share the number of an auction, and never a security.
        let is_mine = |isin| mine.contains_key(&(isin, false)) || shorts.iter().any(|short| short.isin == isin);
        self.direct.retain(|(settlement, isin), _| {
            let of_auction = settlement.kind == SettlementKind::Auction && is_mine(*isin);
            settlement.number != key.1 || !(settlement.kind == key.0 || of_auction)
        });
        turn.say(Link::Clearing, &ToFirm::PayOutComplete { settlement: named(turn.of, key) });
    }
}

/// Seconds after the pay-in of what settles today until shortages are advised.
const ADVISED_AFTER: u32 = 600;

fn enter_milestones(key: Key, trade_day: Day, pay_in_day: Day, around: &Around<'_>, turn: &mut Turn<'_>) {
    if let Some(it) = around.terms.phases.same_day.as_ref().filter(|_| is_same_day(key)) {
        let advice = TimeOfDay(it.securities_pay_in.max(it.funds_pay_in).0 + ADVISED_AFTER).min(it.pay_out);
        let all = [
            (Milestone::Final, it.obligation),
            (Milestone::SecuritiesPayIn, it.securities_pay_in),
            (Milestone::FundsPayIn, it.funds_pay_in),
            (Milestone::ShortageAdvice, advice),
            (Milestone::PayOut, it.pay_out),
        ];
        for (milestone, time) in all {
            turn.enter(trade_day + time, Due::Settlement { key, milestone });
        }
        return;
    }
    let h = &around.terms.hours;
    let final_day = around.calendar.after(trade_day, around.terms.cycle_of(key.0).final_obligation_day);
    let all: [(Milestone, Day, TimeOfDay); 6] = [
        (Milestone::Provisional, trade_day, h.provisional_obligation),
        (Milestone::Final, final_day, around.terms.cycle_of(key.0).final_obligation),
        (Milestone::SecuritiesPayIn, pay_in_day, h.securities_pay_in),
        (Milestone::FundsPayIn, pay_in_day, h.funds_pay_in),
        (Milestone::ShortageAdvice, pay_in_day, h.shortage_advice),
        (Milestone::PayOut, pay_in_day, h.pay_out),
    ];
    for (milestone, day, time) in all {
        turn.enter(day + time, Due::Settlement { key, milestone });
    }
}

fn pool(terms: &Terms) -> DematNo {
    terms.demat_no(DematAccount::Pool, Depository::Nsdl).expect("checked with the terms")
}

/// What was moved beyond the obligation goes back to the pool.
fn return_excess(key: Key, isin: Isin, from: DematNo, qty: Qty, around: &mut Around<'_>, turn: &mut Turn<'_>) {
    let to = pool(around.terms);
    let went = around.depositories.shift(from, to, isin, qty);
    assert!(went == qty, "what was delivered is there");
    if qty.is_positive() {
        turn.say(Link::Clearing, &ToFirm::PaidOut { settlement: named(turn.of, key), isin, qty, to });
    }
}

impl Settlement {
    const fn new(trade_day: Day, pay_in_day: Day) -> Settlement {
        Settlement {
            trade_day,
            pay_in_day,
            net: BTreeMap::new(),
            last: BTreeMap::new(),
            funds: Paise::ZERO,
            delivered: BTreeMap::new(),
            securities_taken: false,
            levies_due: false,
            levies: Paise::ZERO,
            levies_debited: Paise::ZERO,
            shorts: Vec::new(),
            custody: Vec::new(),
            complete: false,
        }
    }

    /// A trade more, or less where quantity and value are negative.
    fn count(&mut self, kind: SettlementKind, isin: Isin, side: Side, qty: Qty, value: Paise) {
        let net = self.net.entry((isin, kind.is_gross() && side == Side::Sell)).or_insert(Qty::ZERO);
        match side {
            Side::Buy => (*net, self.funds) = (*net + qty, self.funds - value),
            Side::Sell => (*net, self.funds) = (*net - qty, self.funds + value),
        }
    }

    fn state_obligation(&self, key: Key, provisional: bool, turn: &mut Turn<'_>) {
        let net = self.net.iter().filter(|(_, qty)| !qty.is_zero());
        let rows: Vec<ObligationRow> = net.map(|((isin, _), qty)| ObligationRow { isin: *isin, qty: *qty }).collect();
        for (part, parts, rows) in parts(&rows) {
            turn.say(
                Link::Clearing,
                &ToFirm::Obligation {
                    settlement: named(turn.of, key),
                    provisional,
                    part,
                    parts,
                    rows,
                    funds: self.funds,
                    stt: Paise::ZERO,
                    stamp: Paise::ZERO,
                },
            );
        }
    }

    fn settle_levies(&mut self, key: Key, around: &mut Around<'_>, turn: &mut Turn<'_>) {
        if !self.levies_due {
            return;
        }
        let more = self.levies - self.levies_debited;
        self.levies_debited = self.levies;
        around.bank.debit(named(turn.of, key), ClearingHead::Levies, more, turn);
        around.bank.credit(named(turn.of, key), ClearingHead::Levies, -more, turn);
    }

    /// Pay-in of securities: first what was moved for this settlement, then the principal account with CDSL.
    fn take_securities(&mut self, key: Key, around: &mut Around<'_>) {
        self.securities_taken = true;
        let valued: BTreeMap<Isin, Price> =
            self.net.iter().filter(|(_, net)| net.is_negative()).map(|((isin, _), _)| (*isin, self.valuation(key, *isin, around))).collect();
        let Around { terms, depositories, bespoken, .. } = around;
        for ((isin, _), net) in &self.net {
            let owed = -*net;
            if !owed.is_positive() {
                continue;
            }
            let mut moved = Qty::ZERO;
            for from in [terms.clearing_nsdl, terms.clearing_cdsl] {
                let Some(there) = self.delivered.get_mut(&(*isin, from)) else { continue };
                let taken = (owed - moved).min(*there);
                let went = depositories.take_away(from, *isin, taken);
                assert!(went == taken, "what was delivered is there");
                (*there, moved) = (*there - taken, moved + taken);
            }
            let principal = terms.demat_no(DematAccount::Principal, Depository::Cdsl);
            let others = bespoken.get(isin).copied().unwrap_or(Qty::ZERO);
            let debited = principal.map_or(Qty::ZERO, |p| {
                let ours = (depositories.balance(p, *isin) - others).at_least_zero();
                depositories.take_away(p, *isin, ours.min(owed - moved))
            });
            let qty = owed - moved - debited;
            if qty.is_positive() {
                let price = *valued.get(isin).expect("what is delivered is valued");
                let debit = price.value(qty, Rounding::NearestPaisa);
                self.shorts.push(Short { isin: *isin, qty, firm_sells: true, debit, cure: Cure::Awaited });
            }
        }
        assert!(self.trade_day < self.pay_in_day || is_same_day(key), "settlement {} pays in after its trades", key.1);
    }

    /// What is short is debited at the close of the day before pay-in; of what settles today, at the price it was last
    /// dealt in at.
    pub(crate) fn valuation(&self, key: Key, isin: Isin, around: &Around<'_>) -> Price {
        if is_same_day(key) {
            return *self.last.get(&isin).expect("it was dealt in");
        }
        let close = around.marks.close_with_day(isin, self.pay_in_day.plus(-1));
        around.registrar.in_shares_of(self.trade_day, isin, close.expect("what traded has a close"))
    }

    /// Draw where the street delivers short of what the firm is to receive.
    fn draw_street_shorts(&self, key: Key, around: &Around<'_>) -> Vec<Short> {
        let odds = around.terms.odds.street_short_one_in;
        let mut shorts = Vec::new();
        for ((isin, _), net) in self.net.iter().filter(|(_, net)| net.is_positive()) {
            let mut lots = lots(around.seed, STREET_SHORT, key.1, *isin);
            if odds > 0 && lots.one_in(odds) {
                let qty = Qty(lots.between(1, net.0));
                let (firm_sells, debit, cure) = (false, Paise::ZERO, Cure::Awaited);
                shorts.push(Short { isin: *isin, qty, firm_sells, debit, cure });
            }
        }
        shorts
    }
}

impl Dump for Cure {
    fn dump(&self, sink: &mut Sink<'_>) {
        match self {
            Cure::Awaited => 0u8.dump(sink),
            Cure::Auctioned(price) => (1u8, *price).dump(sink),
            Cure::Failed => 2u8.dump(sink),
            Cure::ClosedOut(price) => (3u8, *price).dump(sink),
        }
    }
}

dump_fields! { Short { isin qty firm_sells debit cure } }

impl Dump for Settlement {
    fn dump(&self, sink: &mut Sink<'_>) {
        (self.trade_day, self.pay_in_day).dump(sink);
        self.net.dump(sink);
        self.last.dump(sink);
        self.funds.dump(sink);
        self.delivered.dump(sink);
        (self.securities_taken, self.levies_due).dump(sink);
        (self.levies, self.levies_debited).dump(sink);
        list(&self.shorts, sink);
        list(&self.custody, sink);
        self.complete.dump(sink);
    }
}

impl Dump for Clearing {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.settlements.dump(sink);
        count(self.direct.len(), sink);
        for (key, all) in &self.direct {
            key.dump(sink);
            list(all, sink);
        }
        self.principal.dump(sink);
        self.objections.dump(sink);
    }
}
