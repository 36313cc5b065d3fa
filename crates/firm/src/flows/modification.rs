//! A client code entered in error: asked of the exchange within its window, moved when the exchange has moved it
//! (sebi 38).

use super::desk::{ANSWER_SECONDS, Desk};
use super::unanswered::asked_out;
use super::custodian::is_institution;
use super::{commitment, early, error, penalty, same_day, shares};
use crate::{BreakKind, Code, Command, Correction, Event, Refusal, Timer, fingerprint};
use clearing::{Stage, Trade};
use clients::Gate;
use corrections::{Event as Corrected, Month, Stage as Answer, Waiver};
use risk::{Bound, Needs};
use rulebook::RuleName;
use vocab::{
    ClientKind, ClientRow, ModificationNo, ModificationReason, Paise, Product, Qty, Rounding, Side, TradeNo, Ucc,
    UserRow,
};

pub fn decide(desk: &mut Desk<'_>, by: UserRow, correction: &Correction) -> Result<(), Refusal> {
    match *correction {
        Correction::ModifyCode { trade, side, to, reason, evidence } => {
            // The first of the two persons, while the proposal stands.
            let first = fingerprint::fingerprint(&Command::Correct(*correction));
            let first = desk.firm.proposals.get(&first).map_or(by, |(by, _)| *by);
            ask(desk, (trade, side), to, (reason, evidence), (first, by))
        }
        Correction::ApproveErrorPolicy { version, from, document } => error::approve(desk, by, version, from, document),
        Correction::DiscloseErrorCode { venue, client, letter } => error::disclose(desk, venue, client, letter),
        Correction::DraftWaiver { modification, evidence } => draft(desk, modification, evidence),
        Correction::SubmitWaiver { modification } => submit(desk, modification),
        Correction::ReissueNote { note, reason } => super::reissue::ask(desk, note, reason),
        Correction::SanctionErrorLoss { client, amount } => error::sanction(desk, client, amount),
    }
}

fn ask(
    desk: &mut Desk<'_>, (no, side): (TradeNo, Side), to: ClientRow, (reason, evidence): (ModificationReason, u64),
    (by, sanctioned): (UserRow, UserRow),
) -> Result<(), Refusal> {
    let unknown = Refusal::of(Code::UnknownTrade, [i64::try_from(no.number()).unwrap_or(i64::MAX)]);
    let firm = desk.firm;
    let trade = firm.clearing.trade(no, side).filter(|t| !t.annulled).ok_or(unknown)?;
    in_window(desk, trade)?;
    if let Some(pending) = firm.corrections.pending(no, side) {
        return Err(Refusal::of(Code::ModificationAsked, [i64::from(pending.0)]));
    }
    allowed(desk, trade, to, reason)?;
    if evidence == 0 {
        return Err(Refusal::plain(Code::ErrorUnproved));
    }
    let other = firm.clearing.trade(no, side.other()).filter(|t| !t.annulled);
    if other.is_some_and(|t| t.client == to) {
        return Err(Refusal::of(Code::BothSides, [i64::from(to.0), i64::try_from(no.number()).unwrap_or(i64::MAX)]));
    }
    bears(desk, trade, to)?;
    // What it will cost must be known before it is done.
    penalty::slabs(desk, desk.day())?;
    let dealer = firm.orders.get(trade.order).map_or(sanctioned, |order| order.user);
    let (no, trade, from) = (firm.corrections.next_no(), trade.trade, trade.client);
    desk.push(Corrected::Asked { no, trade, side, from, to, reason, evidence, by, sanctioned, dealer });
    desk.arm_answer(Timer::Modification(no));
    frequent(desk, [from, to], dealer);
    Ok(())
}

/// Until the exchange shuts the window, and never against its final trade file.
fn in_window(desk: &Desk<'_>, trade: &Trade) -> Result<(), Refusal> {
    let (_, until) = desk.firm.rules.time(RuleName::CodeModificationEndTime, desk.day())?;
    let stage = desk.firm.clearing.settlement(trade.settlement).map(|s| s.stage);
    if stage >= Some(Stage::Matched) || trade.at.day() != desk.day() || desk.now().time() > until {
        return Err(Refusal::of(Code::WindowShut, [i64::from(until.0)]));
    }
    Ok(())
}

/// Who may stand for whom: never own for client or back, nothing out of the error account, and only by a
/// criterion of the exchange.
fn allowed(desk: &Desk<'_>, trade: &Trade, to: ClientRow, reason: ModificationReason) -> Result<(), Refusal> {
    let from = trade.client;
    let (firm, day) = (desk.firm, desk.day());
    let (old, new) = (firm.clients.known(from)?, firm.clients.known(to)?);
    if from == to {
        return Err(Refusal::plain(Code::AlreadySo));
    }
    if old.kind == ClientKind::Error {
        return Err(Refusal::plain(Code::ErrorKeeps));
    }
    if old.kind == ClientKind::Own || new.kind == ClientKind::Own {
        return Err(Refusal::plain(Code::OwnAndClient));
    }
    let criterion = match reason {
        ModificationReason::Alike => RuleName::CodeModificationAlike,
        ModificationReason::Error => RuleName::CodeModificationErrorAccount,
    };
    if !firm.rules.yes(criterion, day)?.1 || (reason == ModificationReason::Alike && new.kind == ClientKind::Error) {
        return Err(Refusal::plain(Code::NotACriterion));
    }
    match reason {
        ModificationReason::Error => error::may_take(desk, trade.trade.venue(), to, new.kind)?,
        ModificationReason::Alike => {
            let (_, most) = firm.rules.count(RuleName::HouseSimilarCodes, day)?;
            let letters = distance(&old.ucc, &new.ucc);
            if letters > most {
                return Err(Refusal::of(Code::CodesDiffer, [letters, most]));
            }
        }
    }
    let gate = new.gate();
    if gate == Gate::Open { Ok(()) } else { Err(Refusal::of(gate.into(), [i64::from(to.0)])) }
}

/// Letters to change, add or leave out to make one code of the other.
fn distance(one: &Ucc, other: &Ucc) -> i64 {
    let (one, other) = (one.as_str().as_bytes(), other.as_str().as_bytes());
    let mut row: alloc::vec::Vec<i64> = (0i64..).take(other.len().saturating_add(1)).collect();
    for (nth, letter) in (1i64..).zip(one) {
        let mut corner = nth.saturating_sub(1);
        let mut left = nth;
        if let Some(first) = row.first_mut() {
            *first = nth;
        }
        for (cell, with) in row.iter_mut().skip(1).zip(other) {
            let changed = corner.saturating_add(i64::from(letter != with));
            corner = *cell;
            left = changed.min(left.saturating_add(1)).min(corner.saturating_add(1));
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// A change of code is no way round the limits: the other client has what the trade needs, or it is no trade of
/// his.
pub fn bears(desk: &Desk<'_>, trade: &Trade, to: ClientRow) -> Result<(), Refusal> {
    let firm = desk.firm;
    let known = firm.clients.dealing(to).expect("a known client");
    if known.is_own() || known.kind == ClientKind::Institution {
        return Ok(());
    }
    let product = same_day::product_of(firm, trade.settlement);
    let shares = match product {
        Product::SameDay => same_day::for_sale(firm, to, trade.security),
        Product::Delivery | Product::Intraday => shares::saleable(firm, trade.trade.venue(), to, trade.security, desk.day()),
    };
    if trade.side == Side::Sell && shares < trade.qty {
        return Err(risk::Refusal::ShortOfShares { free: shares, asked: trade.qty }.into());
    }
    let needs = same_day::needs(firm, known, product, trade.side, trade.security, &desk.as_of)?;
    let bound = Bound::of(trade.price, trade.qty, &Needs { allowance: Paise::ZERO, ..needs });
    let used = firm.risk.client(to);
    let free = firm.books.client(to).free() - used.held - used.committed - same_day::not_there(firm, to, product);
    if trade.side == Side::Buy && bound.amount() > free {
        return Err(risk::Refusal::ShortOfFunds { free, margin: bound.margin, charges: bound.charges }.into());
    }
    Ok(())
}

/// Codes and dealers that come back again and again go to compliance, once while it looks (sebi 38.9).
fn frequent(desk: &mut Desk<'_>, codes: [ClientRow; 2], dealer: UserRow) {
    let Ok((_, most)) = desk.firm.rules.count(RuleName::HouseFrequentModifications, desk.day()) else { return };
    let month = Month::of(desk.day());
    let this_month = || desk.firm.corrections.iter().map(|(_, m)| *m).filter(|m| m.month() == month);
    let seen = |count: usize| i64::try_from(count).unwrap_or(i64::MAX).saturating_add(1);
    let clients = codes.map(|code| {
        let times = this_month().filter(|m| m.from == code || m.to == code).count();
        (BreakKind::FrequentClient, u64::from(code.0), seen(times))
    });
    let of_dealer = seen(this_month().filter(|m| m.dealer == dealer).count());
    let all = clients.into_iter().chain([(BreakKind::FrequentDealer, u64::from(dealer.0), of_dealer)]);
    for (kind, subject, times) in all.collect::<alloc::vec::Vec<_>>() {
        let known = desk.firm.has_break(kind, subject);
        let own = kind == BreakKind::FrequentClient
            && u32::try_from(subject).is_ok_and(|row| desk.firm.is_own(ClientRow(row)));
        if times >= most && !known && !own {
            desk.break_off(kind, subject, times, most);
        }
    }
}

/// No answer came: the exchange is told again, and after a while a person looks at it.
pub fn remind(desk: &mut Desk<'_>, no: ModificationNo) {
    let Some(it) = desk.firm.corrections.get(no).filter(|m| m.stage == Answer::Asked) else { return };
    if asked_out(it.at, ANSWER_SECONDS, desk.now()) {
        return desk.break_off(BreakKind::ModificationUnknown, u64::from(no.0), 0, 0);
    }
    desk.push(Corrected::Repeated { no });
    desk.arm_answer(Timer::Modification(no));
}

/// The exchange has answered.
pub fn answered(desk: &mut Desk<'_>, no: ModificationNo, accepted: bool, code: u16) {
    let known = desk.firm.corrections.get(no).map(|m| m.stage);
    let said = if accepted { 1 } else { 2 };
    match (known, accepted) {
        (Some(Answer::Asked), true) => accept(desk, no),
        (Some(Answer::Asked), false) => refuse(desk, no, code),
        // Told again.
        (Some(Answer::Accepted), true) | (Some(Answer::Refused(_)), false) => {}
        (Some(Answer::Accepted), false) => desk.break_off(BreakKind::ModificationUnknown, u64::from(no.0), 1, said),
        (Some(Answer::Refused(_)), true) => desk.break_off(BreakKind::ModificationUnknown, u64::from(no.0), 2, said),
        (None, _) => desk.break_off(BreakKind::ModificationUnknown, u64::from(no.0), 0, said),
    }
}

fn refuse(desk: &mut Desk<'_>, no: ModificationNo, code: u16) {
    desk.disarm(Timer::Modification(no));
    desk.push(Corrected::Refused { no, code });
}

/// The trade is no more: what was asked about it is answered by that.
pub fn withdraw(desk: &mut Desk<'_>, trade: &Trade) {
    if let Some(no) = desk.firm.corrections.pending(trade.trade, trade.side) {
        refuse(desk, no, 0);
    }
}

/// The trade's client as the final file settles it: what it has under the code that was asked for is accepted.
pub fn in_file(desk: &mut Desk<'_>, trade: &Trade, theirs: Option<ClientRow>) -> ClientRow {
    let Some(no) = desk.firm.corrections.pending(trade.trade, trade.side) else { return trade.client };
    // A row that stands twice is answered once.
    let answered = |e: &Event| {
        matches!(e, Event::Correction(Corrected::Accepted { no: of, .. } | Corrected::Refused { no: of, .. }) if *of == no)
    };
    let to = desk.firm.corrections.get(no).map_or(trade.client, |m| m.to);
    if !desk.out.list().iter().any(answered) {
        if theirs == Some(to) {
            accept(desk, no);
        } else {
            refuse(desk, no, 0);
        }
    }
    if theirs == Some(to) { to } else { trade.client }
}

/// The exchange knows the trade under the other code: it is counted, and is the other client's in every book.
fn accept(desk: &mut Desk<'_>, no: ModificationNo) {
    let firm = desk.firm;
    let it = *firm.corrections.get(no).expect("a modification asked");
    let before_bills = |t: &Trade| firm.clearing.settlement(t.settlement).is_some_and(|s| s.stage < Stage::Matched);
    let of_day = |t: &Trade| t.at.day() == it.at.day() && !t.annulled && before_bills(t);
    let Some(trade) = firm.clearing.trade(it.trade, it.side).copied().filter(of_day) else {
        // Its day is over, and the final file had the old code.
        desk.break_off(BreakKind::ModificationUnknown, u64::from(no.0), 0, 1);
        return refuse(desk, no, 0);
    };
    desk.disarm(Timer::Modification(no));
    let value = trade.price.value(trade.qty, Rounding::NearestPaisa);
    let (security, qty, to) = (trade.security, trade.qty, it.to);
    let (venue, day) = (trade.trade.venue(), it.at.day());
    // The category of the client on the trade says it, not whoever asks (sebi 38.1).
    let institutional = is_institution(desk, it.from);
    desk.push(Corrected::Accepted { no, venue, day, security, qty, value, institutional });
    hand_over(desk, &trade, to);
    // A shift counts at the end of the day, if it is not closed by then.
    if !it.is_shift() && !institutional {
        penalty::alert(desk, venue, Month::of(day), value);
    }
}

/// The trade is the other client's in every book: nets, commitments, limits, shares to deliver.
pub fn hand_over(desk: &mut Desk<'_>, trade: &Trade, to: ClientRow) {
    let Trade { security, qty, settlement, side, .. } = *trade;
    let value = trade.price.value(qty, Rounding::NearestPaisa);
    let released = commitment::leaves(desk, trade);
    let committed = commitment::beside(desk, trade, to, (trade.price, trade.qty));
    super::intraday::left(desk, trade);
    shares::dealt(desk, (settlement, trade.client, security), side, -qty, Qty::ZERO);
    shares::dealt(desk, (settlement, to, security), side, qty, Qty::ZERO);
    desk.push(clearing::Event::CodeModified { settlement, trade: trade.trade, side, to });
    commitment::begins(desk, settlement, to, side, committed);
    let from = trade.client;
    desk.push(risk::Event::TradeMoved { from, to: Some(to), side, value, released, committed });
    super::limits::moved(desk, trade, Some(to), value);
    early::recount(desk, settlement, from, security);
    early::recount(desk, settlement, to, security);
    super::venue::crossed(desk, (trade.trade, side), to);
}

fn draft(desk: &mut Desk<'_>, no: ModificationNo, evidence: u64) -> Result<(), Refusal> {
    let number = i64::from(no.0);
    let accepted = desk.firm.corrections.get(no).filter(|m| m.stage == Answer::Accepted && !m.is_shift());
    let it = accepted.ok_or(Refusal::of(Code::UnknownModification, [number]))?;
    if evidence == 0 {
        return Err(Refusal::plain(Code::ErrorUnproved));
    }
    let (_, most) = desk.firm.rules.count(RuleName::CodeModificationWaivers, it.at.day())?;
    let taken = desk.firm.corrections.waivers_of_quarter(no);
    if i64::try_from(taken.len()).unwrap_or(i64::MAX) >= most {
        let by = taken.first().map_or(0, |by| i64::from(by.0));
        return Err(Refusal::of(Code::WaiverTaken, [by]));
    }
    desk.push(Corrected::WaiverDrafted { no, evidence });
    Ok(())
}

fn submit(desk: &mut Desk<'_>, no: ModificationNo) -> Result<(), Refusal> {
    if desk.firm.corrections.get(no).is_none_or(|m| m.waiver != Waiver::Draft) {
        return Err(Refusal::of(Code::NoWaiver, [i64::from(no.0)]));
    }
    desk.push(Corrected::WaiverSubmitted { no });
    Ok(())
}

/// The exchange has decided on a waiver. What was not asked for is a break.
pub fn waiver(desk: &mut Desk<'_>, no: ModificationNo, granted: bool) {
    match desk.firm.corrections.get(no).map(|m| m.waiver) {
        Some(Waiver::Submitted) => desk.push(Corrected::WaiverDecided { no, granted }),
        Some(Waiver::Granted) if granted => {}
        Some(Waiver::Denied) if !granted => {}
        Some(Waiver::Nothing | Waiver::Draft | Waiver::Granted | Waiver::Denied) | None => {
            desk.break_off(BreakKind::ModificationUnknown, u64::from(no.0), 0, i64::from(granted));
        }
    }
}
