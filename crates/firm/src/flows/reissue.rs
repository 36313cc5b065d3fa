//! What stood on a note and is found wrong: the note is cancelled whole, never edited, and a new one is made.
//! Trades that the exchange takes back, before and after the bills.

use super::apart::{self, BillLine};
use super::desk::Desk;
use super::{billing, commitment, modification, shares, trading_codes, unpaid};
use crate::{BreakKind, Code, Event, Job, Refusal, Timer};
use alloc::vec::Vec;
use books::Cause;
use clearing::{Stage, Standing, Trade};
use vocab::{ClientRow, NoteNo, Paise, Qty, Rounding, SettlementRow, Side, TradeNo};

/// A person found a note wrong. Once the obligation is agreed the shares and money of it are under way.
pub fn ask(desk: &mut Desk<'_>, note: NoteNo, reason: u16) -> Result<(), Refusal> {
    let firm = desk.firm;
    // What a custodian was told of stands on its note.
    let told = |s: &Standing| super::custodian::is_told(desk, s.settlement, s.client);
    let of = |s: &&Standing| s.bill.is_some_and(|(n, _)| n == note) && !s.closed && !told(s);
    let open = |s: &&Standing| firm.clearing.settlement(s.settlement).is_some_and(|it| it.stage == Stage::Billed);
    let found = firm.settlements.into_iter().flatten().flatten().find_map(|row| firm.clearing.standings_of(row).filter(of).find(open));
    let standing = *found.filter(|_| reason > 0).ok_or(Refusal::of(Code::NoteStands, [i64::from(note.0)]))?;
    cancel(desk, &standing, reason);
    bill(desk, standing.settlement);
    Ok(())
}

/// The voucher of the note is posted the other way round.
fn cancel(desk: &mut Desk<'_>, standing: &Standing, reason: u16) {
    let firm = desk.firm;
    let (client, settlement) = (standing.client, standing.settlement);
    let (note, total) = standing.bill.expect("a billed client");
    let it = firm.clearing.settlement(settlement).expect("a settlement");
    let (year, due) = (it.trade_day.financial_year(), it.pay_in);
    let block = firm.note_of_day(note).expect("a note of today").clone();
    desk.push(Event::NoteCancelled { year, note, client, settlement, reason });
    desk.push(clearing::Event::BillCancelled { settlement, client, note });
    let bill_by_leg = trading_codes::of_bill(total, firm.clearing.legs(standing));
    trading_codes::take_back(desk, (settlement, client), bill_by_leg);
    let voucher = desk.voucher(Cause::BillCancelled, billing::reference(year, note), due, Some(settlement));
    let line = |(head, amount)| BillLine { head, amount, rule: None };
    let lines: Vec<BillLine> = block.lines.into_iter().map(line).collect();
    let charges: Paise = lines.iter().map(|line| line.amount).sum();
    let trades = billing::trades(firm, standing);
    let known = firm.clients.get(client).expect("a client who traded");
    let fees = billing::fees(firm, known, client, &trades, it.trade_day);
    let apart = apart::of(firm, voucher.venue, &trades, &fees, &lines, it.trade_day);
    apart::post(desk, &voucher, client, total - charges, (&lines, apart), block.state, -1);
    if let Some((intermediary, sums)) = block.shared {
        billing::post_share(desk, standing, (year, note), (intermediary, sums.map(|sum| -sum)), it.trade_day);
    }
}

/// Bills are made of what has none, if that is not under way.
pub fn bill(desk: &mut Desk<'_>, settlement: SettlementRow) {
    start_once(desk, Job::Bill(settlement));
}

/// Notes cancelled in one step, and events after which a step stops early: an entry is bounded.
const NOTES: u32 = 64;
const EVENTS: usize = 6_000;

/// Why a note was cancelled when no person said so.
const CORRECTED: u16 = 10;
const ANNULLED: u16 = 9;

/// What a file issued anew made wrong of a settlement's notes is to be made anew.
pub fn recall_all(desk: &mut Desk<'_>, settlement: SettlementRow) {
    start_once(desk, Job::Recall(settlement));
}

/// A bounded number of them; bills follow when all are cancelled.
pub fn recall(desk: &mut Desk<'_>, settlement: SettlementRow, cursor: u32) {
    let standings = desk.firm.clearing.standings();
    let (mut at, mut done) = (cursor, 0u32);
    while let Some(standing) = usize::try_from(at).ok().and_then(|i| standings.get(i)) {
        at = at.saturating_add(1);
        if standing.settlement != settlement || !standing.stale {
            continue;
        }
        cancel(desk, standing, CORRECTED);
        done = done.saturating_add(1);
        if done >= NOTES || desk.out.len() > EVENTS {
            return desk.push(Event::JobMoved { cursor: at });
        }
    }
    desk.push(Event::JobEnded);
    bill(desk, settlement);
}

fn start_once(desk: &mut Desk<'_>, job: Job) {
    let firm = desk.firm;
    let queued = firm.jobs.iter().any(|(other, _)| *other == job)
        || desk.out.list().iter().any(|e| matches!(e, Event::JobStarted { job: other } if *other == job));
    if !queued {
        desk.start(job);
    }
}

/// The exchange took a trade back. Before the bills it leaves every book; after them its notes are made anew;
/// once the obligation is agreed a person must undo what is under way.
pub fn annulled(desk: &mut Desk<'_>, no: TradeNo) {
    let firm = desk.firm;
    let sides = [Side::Buy, Side::Sell].map(|side| firm.clearing.trade(no, side).copied());
    if sides.iter().all(Option::is_none) {
        return desk.break_off(BreakKind::AnnulledLate, no.0, 0, 0);
    }
    for trade in sides.into_iter().flatten().filter(|t| !t.annulled) {
        if !is_in_time(desk, trade.settlement, trade.client) {
            desk.break_off(BreakKind::AnnulledLate, no.0, trade.qty.0, 0);
            continue;
        }
        take_back(desk, &trade);
        let standing = *firm.clearing.standing(trade.settlement, trade.client).expect("a client who traded");
        if standing.bill.is_some() {
            cancel_once(desk, &standing, ANNULLED);
        }
    }
}

/// Can the trade still be taken out of the bills, or be changed in them? From the evening on sold shares are called in.
pub fn is_in_time(desk: &Desk<'_>, settlement: SettlementRow, client: ClientRow) -> bool {
    let firm = desk.firm;
    let stage = firm.clearing.settlement(settlement).map(|s| s.stage);
    let called = stage == Some(Stage::Billed) && !firm.timers.is_armed(Timer::Gather(settlement));
    let told = super::custodian::is_told(desk, settlement, client);
    stage <= Some(Stage::Billed) && !called && !told && !firm.is_error_account(client)
}

/// So much more of an order stands, or less. What an open one may still trade is the exchange's to say: a trade it annuls
/// is void, and the order does not revive.
pub fn recounted(desk: &mut Desk<'_>, trade: &Trade, qty: Qty) {
    let Trade { order, trade, client, security, .. } = *trade;
    unpaid::unsold(desk, order, (client, security), -qty);
    if !qty.is_zero() && desk.firm.orders.get(order).is_some() {
        desk.push(orders::Event::Recounted { order, trade, qty });
    }
}

/// The trade leaves every book. A note it stands on is the caller's to cancel.
pub fn take_back(desk: &mut Desk<'_>, trade: &Trade) {
    let firm = desk.firm;
    let Trade { settlement, client, security, side, qty, .. } = *trade;
    modification::withdraw(desk, trade);
    let value = trade.price.value(qty, Rounding::NearestPaisa);
    let released = commitment::leaves(desk, trade);
    super::intraday::left(desk, trade);
    shares::dealt(desk, (settlement, client, security), side, -qty, Qty::ZERO);
    recounted(desk, trade, -qty);
    desk.push(clearing::Event::Annulled { settlement, trade: trade.trade, side });
    desk.push(risk::Event::TradeMoved { from: client, to: None, side, value, released, committed: Paise::ZERO });
    super::limits::moved(desk, trade, None, value);
    super::early::recount(desk, settlement, client, security);
    if firm.clearing.settlement(settlement).is_some_and(|s| s.stage >= Stage::Matched) {
        super::penalty::uncount(desk, client, (trade.trade.venue(), trade.at.day()), value);
    }
}

/// A note that several trades of one entry make wrong is cancelled once.
fn cancel_once(desk: &mut Desk<'_>, standing: &Standing, reason: u16) {
    let (settlement, client) = (standing.settlement, standing.client);
    let done = |e: &Event| {
        matches!(e, Event::Clearing(clearing::Event::BillCancelled { settlement: s, client: c, .. }) if (*s, *c) == (settlement, client))
    };
    if !desk.out.list().iter().any(done) {
        cancel(desk, standing, reason);
        bill(desk, settlement);
    }
}
