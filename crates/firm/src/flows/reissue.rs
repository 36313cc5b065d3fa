//! What stood on a note and is found wrong: the note is cancelled whole, never edited, and a new one is made.
//! Trades that the exchange takes back, before and after the bills.

use super::desk::Desk;
use super::{billing, modification, shares};
use crate::{BreakKind, Code, Event, Job, Refusal, Timer};
use books::{Account, Cause};
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
    Ok(())
}

/// The voucher of the note is posted the other way round; its client is billed again if he has trades left.
fn cancel(desk: &mut Desk<'_>, standing: &Standing, reason: u16) {
    let firm = desk.firm;
    let (client, settlement) = (standing.client, standing.settlement);
    let (note, total) = standing.bill.expect("a billed client");
    let it = firm.clearing.settlement(settlement).expect("a settlement");
    let (year, due) = (it.trade_day.financial_year(), it.pay_in);
    let block = firm.note_of_day(note).expect("a note of today").clone();
    desk.push(Event::NoteCancelled { year, note, client, settlement, reason });
    desk.push(clearing::Event::BillCancelled { settlement, client, note });
    desk.push(books::Event::BillTakenBack { client, settlement, amount: total });
    let voucher = desk.voucher(Cause::BillCancelled, billing::reference(year, note), due, Some(settlement));
    let charges: Paise = block.lines.iter().map(|(_, amount)| *amount).sum();
    desk.post(&voucher, Account::Client, client.0, -total);
    desk.post(&voucher, Account::SettlementControl, 0, total - charges);
    for (head, amount) in block.lines {
        billing::credit(desk, &voucher, head, -amount, None, block.state);
    }
    if let Some((intermediary, sum)) = block.shared {
        billing::post_share(desk, standing, (year, note), (intermediary, -sum), it.trade_day);
    }
    bill(desk, settlement);
}

/// Bills are made of what has none, if that is not under way.
pub fn bill(desk: &mut Desk<'_>, settlement: SettlementRow) {
    let (firm, job) = (desk.firm, Job::Bill(settlement));
    let queued = firm.jobs.iter().any(|(other, _)| *other == job)
        || desk.out.list().iter().any(|e| matches!(e, Event::JobStarted { job: other } if *other == job));
    if !queued {
        desk.start(job);
    }
}

/// Why a note was cancelled when no person said so.
const ANNULLED: u16 = 9;

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

pub fn take_back(desk: &mut Desk<'_>, trade: &Trade) {
    let firm = desk.firm;
    let Trade { settlement, client, security, side, qty, .. } = *trade;
    modification::withdraw(desk, trade);
    let value = trade.price.value(qty, Rounding::NearestPaisa);
    let released = modification::released(desk, trade);
    let standing = *firm.clearing.standing(settlement, client).expect("a client who traded");
    if released.is_positive() {
        desk.push(clearing::Event::CommitmentEnded { settlement, client, side, amount: released });
    }
    super::intraday::left(desk, trade);
    shares::dealt(desk, (settlement, client, security), side, -qty, Qty::ZERO);
    desk.push(clearing::Event::Annulled { settlement, trade: trade.trade, side });
    desk.push(risk::Event::TradeMoved { from: client, to: None, side, value, released, committed: Paise::ZERO });
    super::limits::moved(desk, trade, None, value);
    super::early::recount(desk, settlement, client, security, |net| net.count(side, -qty, -value));
    if standing.bill.is_some() {
        cancel_once(desk, &standing, ANNULLED);
    }
    if firm.clearing.settlement(settlement).is_some_and(|s| s.stage >= Stage::Matched) {
        super::penalty::uncount(desk, client, (trade.trade.venue(), trade.at.day()), value);
    }
}

/// A note that several trades of one entry make wrong is cancelled once.
pub fn cancel_once(desk: &mut Desk<'_>, standing: &Standing, reason: u16) {
    let (settlement, client) = (standing.settlement, standing.client);
    let done = |e: &Event| {
        matches!(e, Event::Clearing(clearing::Event::BillCancelled { settlement: s, client: c, .. }) if (*s, *c) == (settlement, client))
    };
    if !desk.out.list().iter().any(done) {
        cancel(desk, standing, reason);
    }
}
