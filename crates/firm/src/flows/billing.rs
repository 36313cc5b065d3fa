//! Bills: each client's trades of a settlement become one note, its charges, and one voucher.

use super::apart::{self, BillLine};
use super::desk::{Desk, Voucher};
use crate::event::Charged;
use crate::{Event, Firm};
use alloc::vec::Vec;
use books::{Account, Cause};
use charges::{Deal, Dealt, Head, Line, Place};
use clearing::{Stage, Standing, Trade};
use clients::Client;
use rulebook::RuleName;
use vocab::{
    ClientRow, Day, FinancialYear, IntermediaryRow, NoteNo, Paise, Qty, Rounding, RuleRow, SettlementKind, SettlementRow, Side, Slab, StateCode, Venue,
};

/// Standings billed in one step, and events after which a step stops early: an entry is bounded.
const STANDINGS: u32 = 64;
const EVENTS: usize = 6_000;

pub fn step(desk: &mut Desk<'_>, settlement: SettlementRow, cursor: u32) {
    let firm = desk.firm;
    let day = firm.clearing.settlement(settlement).expect("a matched settlement").trade_day;
    let year = day.financial_year();
    let mut note = firm.series.next(year);
    let (mut at, mut done) = (cursor, 0u32);
    let standings = firm.clearing.standings();
    while let Some(standing) = usize::try_from(at).ok().and_then(|i| standings.get(i)) {
        at = at.saturating_add(1);
        if standing.settlement != settlement || standing.bill.is_some() || standing.trades == 0 {
            continue;
        }
        bill(desk, standing, year, note, day);
        note = note.next();
        done = done.saturating_add(1);
        if done >= STANDINGS || desk.out.len() > EVENTS {
            desk.push(Event::JobMoved { cursor: at });
            return;
        }
    }
    if done > 0 {
        // The levies of this step are state only in the next entry.
        desk.push(Event::JobMoved { cursor: at });
        return;
    }
    finish(desk, settlement);
}

fn finish(desk: &mut Desk<'_>, settlement: SettlementRow) {
    let levies = desk.firm.levies_of(settlement);
    let (stt, stamp) = (levies.stt, levies.stamps.values().copied().sum());
    desk.push(clearing::Event::LeviesDue { settlement, stt, stamp });
    desk.push(Event::LeviesUploaded { settlement, stt, stamp });
    desk.push(Event::JobEnded);
    let stage = desk.firm.clearing.settlement(settlement).map(|s| s.stage);
    if stage >= Some(Stage::Billed) {
        // Notes were made anew: what falls due was armed with the first.
        return;
    }
    desk.push(clearing::Event::StageReached { settlement, stage: Stage::Billed });
    super::obligation::arm(desk, settlement);
}

/// The bill without brokerage: what the net rate of a trade is.
pub fn net_of_brokerage(trade: &Trade, brokerage: Paise) -> Paise {
    let value = trade.price.value(trade.qty, vocab::Rounding::NearestPaisa);
    match trade.side {
        Side::Buy => value + brokerage,
        Side::Sell => value - brokerage,
    }
}

fn bill(desk: &mut Desk<'_>, standing: &Standing, year: FinancialYear, note: NoteNo, day: Day) {
    let firm = desk.firm;
    let client = standing.client;
    let known = firm.clients.get(client).expect("a client who traded");
    let trades = trades(firm, standing);
    let fees = fees(firm, known, client, &trades, day);
    for (trade, fee) in trades.iter().zip(&fees) {
        desk.push(Event::Noted { note, trade: trade.trade, side: trade.side, client, brokerage: *fee });
    }
    let brokerage: Paise = fees.iter().copied().sum();
    let nets: Vec<_> = firm.clearing.nets_of(standing).copied().collect();
    let dealt: Vec<Dealt> = nets.iter().flat_map(dealt).collect();
    let place = Place { client: known.state, firm: firm.home_state() };
    let there = trades.iter().filter(|t| t.trade.venue() == Venue::Bse);
    let on_bse = there.map(|t| t.price.value(t.qty, Rounding::NearestPaisa)).sum();
    // The rules of the day were complete when its orders were taken: a rule cannot leave the book.
    let lines = charges::bill(&firm.rules, &dealt, on_bse, brokerage, place, day).expect("the day's rules are adopted");
    for line in &lines {
        desk.push(charged(line, client, note));
    }
    let value: Paise = nets.iter().map(clearing::Net::payable).sum();
    let levied: Paise = lines.iter().filter(|l| is_levy(l.head)).map(|l| l.amount).sum();
    let total = value + lines.iter().map(|l| l.amount).sum();
    post(desk, standing, (year, note), (&trades, &fees), value, &lines, day);
    share(desk, standing, (year, note), &trades, &fees, day);
    super::custodian::entrust(desk, standing, &trades);
    super::keep::dealt_again(desk, client, day);
    close_bill(desk, standing, year, note, total, levied);
}

/// The trades a bill is made of.
pub fn trades<'a>(firm: &'a Firm, standing: &Standing) -> Vec<&'a Trade> {
    firm.clearing.trades_of(standing).filter(|t| t.settlement == standing.settlement).collect()
}

/// A net as the charges see it; trade for trade, and under a code for each side, nothing is squared within the day
/// (guide I 9.12, I 4.16).
fn dealt(net: &clearing::Net) -> impl Iterator<Item = Dealt> + use<> {
    let clearing::Net { buy_qty, buy_value, sell_qty, sell_value, .. } = *net;
    let whole = Dealt { buy_qty, buy_value, sell_qty, sell_value };
    let bought = Dealt { sell_qty: Qty::ZERO, sell_value: Paise::ZERO, ..whole };
    let sold = Dealt { buy_qty: Qty::ZERO, buy_value: Paise::ZERO, ..whole };
    if net.gross { [Some(bought), Some(sold)] } else { [Some(whole), None] }.into_iter().flatten()
}

/// The rows of a client's plan by which a settlement pays.
pub fn rows_of(firm: &Firm, slabs: &[Slab], (settlement, client): (SettlementRow, ClientRow)) -> Vec<Slab> {
    let same_day = firm.clearing.settlement(settlement).is_some_and(|it| it.kind == SettlementKind::SameDay);
    charges::rows_of(slabs, same_day, firm.clearing.is_gross(settlement, client))
}

/// Brokerage of each trade by the plan of its own day; the firm charges itself none.
pub fn fees(firm: &Firm, known: &Client, client: ClientRow, trades: &[&Trade], day: Day) -> Vec<Paise> {
    if known.is_own() {
        return trades.iter().map(|_| Paise::ZERO).collect();
    }
    let slabs = firm.clients.slabs(client, day).expect("no trade without a plan");
    let slabs = trades.first().map_or_else(Vec::new, |t| rows_of(firm, slabs, (t.settlement, client)));
    let deal = |t: &&Trade| Deal { order: t.order, security: t.security, side: t.side, price: t.price, qty: t.qty };
    let deals: Vec<Deal> = trades.iter().map(deal).collect();
    // The rules of the day were complete when its orders were taken: a rule cannot leave the book.
    charges::brokerage(&firm.rules, &slabs, &deals, day).expect("the day's rules are adopted")
}

fn close_bill(
    desk: &mut Desk<'_>, standing: &Standing, year: FinancialYear, note: NoteNo, total: Paise, levies: Paise,
) {
    let (client, settlement) = (standing.client, standing.settlement);
    let due = desk.firm.clearing.settlement(settlement).expect("a settlement").pay_in;
    if let Some(cancelled) = desk.firm.cancelled.get(&(settlement, client)).copied() {
        desk.push(Event::NoteReplaces { year, note, cancelled });
    }
    desk.push(Event::NoteTaken { year, note, client, settlement, net: -total });
    desk.push(clearing::Event::Billed { settlement, client, note, bill: total, levies });
    let legs = desk.firm.clearing.legs(standing);
    super::trading_codes::open(desk, (settlement, client), super::trading_codes::of_bill(total, legs), due);
    super::early::billed(desk, standing, total);
    // The bill itself now stands against the client: what was committed for buys is free of it.
    let amount = standing.committed_buy;
    if amount.is_positive() {
        desk.push(risk::Event::Released { client, amount });
        desk.push(clearing::Event::CommitmentEnded { settlement, client, side: Side::Buy, amount });
    }
}

fn is_levy(head: Head) -> bool {
    matches!(head, Head::Stt | Head::Stamp)
}

fn charged(line: &Line, client: ClientRow, note: NoteNo) -> Event {
    let mut rules = [0; 3];
    for (slot, rule) in rules.iter_mut().zip(line.rules) {
        *slot = rule.map_or(0, |r: RuleRow| r.0.saturating_add(1));
    }
    let Line { head, amount, bases, rounding, .. } = *line;
    Event::Charged(Charged { amount, bases, client, note, rules, head, rounding: rounding as u8 })
}

/// The voucher of a note.
fn post(
    desk: &mut Desk<'_>, standing: &Standing, (year, note): (FinancialYear, NoteNo), (trades, fees): (&[&Trade], &[Paise]),
    value: Paise, lines: &[Line], day: Day,
) {
    let firm = desk.firm;
    let due = firm.clearing.settlement(standing.settlement).expect("a settlement").pay_in;
    let state = firm.clients.get(standing.client).expect("a client who traded").state;
    let voucher = desk.voucher(Cause::Bill, reference(year, note), due, Some(standing.settlement));
    let line = |l: &Line| BillLine { head: l.head, amount: l.amount, rule: l.rules.iter().flatten().next().copied() };
    let lines: Vec<BillLine> = lines.iter().map(line).collect();
    let apart = apart::of(firm, voucher.venue, trades, fees, &lines, day);
    apart::post(desk, &voucher, standing.client, value, (&lines, apart), state, 1);
}

/// One line of a charge block on its account; taken back with a negative amount.
pub fn credit(desk: &mut Desk<'_>, voucher: &Voucher, head: Head, amount: Paise, rule: Option<RuleRow>, state: StateCode) {
    let mut on = |account, owner, amount: Paise| desk.post_by(voucher, account, owner, -amount, rule);
    match head {
        Head::Brokerage => on(Account::Brokerage, 0, amount),
        Head::Exchange => on(Account::ExchangeCharges, 0, amount),
        Head::InvestorProtection => on(Account::InvestorProtection, 0, amount),
        Head::SebiFee => on(Account::SebiFee, 0, amount),
        Head::StateAndCentralGst => {
            // Taken back as it was split: an odd paisa stays where it went.
            let sign = if amount.is_negative() { -1 } else { 1 };
            let (central, state) = amount.abs().halves();
            on(Account::CentralGst, 0, Paise(central.0.saturating_mul(sign)));
            on(Account::StateGst, 0, Paise(state.0.saturating_mul(sign)));
        }
        Head::IntegratedGst => on(Account::IntegratedGst, 0, amount),
        Head::ServiceTax => on(Account::ServiceTax, 0, amount),
        Head::EducationCess => on(Account::EducationCess, 0, amount),
        Head::HigherEducationCess => on(Account::HigherEducationCess, 0, amount),
        Head::SwachhBharatCess => on(Account::SwachhBharatCess, 0, amount),
        Head::KrishiKalyanCess => on(Account::KrishiKalyanCess, 0, amount),
        Head::Stt => on(Account::Stt, 0, amount),
        Head::Stamp => on(Account::Stamp, state_owner(state), amount),
    }
}

/// A note as the reference of its vouchers.
pub fn reference(year: FinancialYear, note: NoteNo) -> u64 {
    (u64::from(year.0.unsigned_abs()) << 32) | u64::from(note.0)
}

/// What the intermediary who brought the client has of the brokerage: trade by trade, a cost of the firm beside the
/// brokerage and never taken off it (guide I 11.3).
fn share(
    desk: &mut Desk<'_>, standing: &Standing, paper: (FinancialYear, NoteNo), trades: &[&Trade], fees: &[Paise], day: Day,
) {
    let firm = desk.firm;
    // Each exchange approves by itself: of what was dealt where he is not approved he has nothing.
    let on = |venue| firm.intermediaries.share(standing.client, venue, day);
    let rates = Venue::ALL.iter().map(|venue| (*venue, on(*venue))).collect::<Vec<_>>();
    let Some(intermediary) = rates.iter().find_map(|(_, found)| found.map(|(him, _)| him)) else { return };
    let (_, note) = paper;
    let mut sums = [Paise::ZERO; Venue::ALL.len()];
    for (trade, fee) in trades.iter().zip(fees) {
        let found = rates.iter().find(|(venue, _)| *venue == trade.trade.venue()).and_then(|(_, found)| *found);
        let amount = found.map_or(Paise::ZERO, |(_, rate)| rate.of(*fee, Rounding::DownPaisa));
        if amount.is_positive() {
            desk.push(Event::Shared { note, trade: trade.trade, side: trade.side, intermediary, amount });
            *sums.get_mut(usize::from(trade.trade.venue().number())).expect("an exchange") += amount;
        }
    }
    post_share(desk, standing, paper, (intermediary, sums), day);
}

/// A share on its accounts, what it is of each exchange's brokerage in that exchange's set; with negative sums it is
/// taken back with its note.
pub fn post_share(
    desk: &mut Desk<'_>, standing: &Standing, (year, note): (FinancialYear, NoteNo),
    (intermediary, sums): (IntermediaryRow, [Paise; Venue::ALL.len()]), day: Day,
) {
    let sum = sums.into_iter().sum::<Paise>();
    let found = desk.firm.rules.rate(RuleName::IntermediaryTax, day);
    let (rule, tax) = found.expect("looked up when the share was agreed");
    let kept = tax.of(sum, Rounding::NearestPaisa);
    let voucher = desk.voucher(Cause::Sharing, reference(year, note), day, Some(standing.settlement));
    for (venue, amount) in Venue::ALL.iter().zip(sums) {
        desk.post(&voucher.on(*venue), Account::SharedBrokerage, 0, amount);
    }
    desk.post(&voucher, Account::Intermediary, intermediary.0, kept - sum);
    desk.post_by(&voucher, Account::TaxDeducted, 0, -kept, Some(rule));
    desk.cross();
}

/// A state as an owner of the stamp duty account.
pub fn state_owner(state: StateCode) -> u32 {
    state.0.iter().fold(0u32, |n, b| (n << 8) | u32::from(*b))
}

