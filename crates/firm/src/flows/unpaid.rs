//! Shares whose client has not paid for them: kept when they come, told, sold, released when he pays or when the time
//! the law gives is over.
//!
//! How they are kept is the law of the day: withheld, in an account of their own, or in the client's account under a
//! pledge. No more is kept than what he owes is worth (guide I 9.6), looked at every evening and whenever he pays.

use super::desk::Desk;
use super::{collateral, cycle, phases, place};
use crate::{BreakKind, Code, Event, Firm, Place as Order, Refusal, Timer};
use alloc::vec::Vec;
use books::StockEvent;
use clearing::{Event as Clearing, Net};
use liens::{Event as Of, Form, Lien};
use partners::TransferKind;
use risk::Bound;
use rulebook::{NoRule, RuleName, UnpaidSecurities};
use vocab::{
    Channel, ClientRow, Day, DematAccount, Depository, Evidence, LienNo, OrderKind, OrderNo, Paise, Price, Product, Qty, Rounding,
    SecurityRow, SettlementRow, Side, TimeOfDay, UserRow, Validity, Venue,
};

/// When kept shares are looked at: after the day's closing prices, before sold shares are called in.
const LOOK: TimeOfDay = TimeOfDay::hms(19, 15, 0);
/// Liens looked at in one step.
const LIENS: usize = 64;

/// How unpaid shares are kept on a day.
///
/// # Errors
/// [`NoRule`] where the law of the day is not known.
pub fn form(firm: &Firm, day: Day) -> Result<Form, NoRule> {
    Ok(match firm.rules.choice::<UnpaidSecurities>(RuleName::UnpaidSecurities, day)?.1 {
        UnpaidSecurities::Withheld => Form::Withheld,
        UnpaidSecurities::Account => Form::Account,
        UnpaidSecurities::Pledge => Form::Pledge,
    })
}

/// The rules of a day that begins must say what becomes of unpaid shares; what is kept is looked at in its evening.
pub fn begin(desk: &mut Desk<'_>, day: Day) -> Result<(), Refusal> {
    let firm = desk.firm;
    let form = form(firm, day)?;
    firm.rules.count(RuleName::HouseUnpaidNoticeDays, day)?;
    if form != Form::Withheld {
        firm.rules.count(RuleName::UnpaidSaleDays, day)?;
        firm.rules.count(RuleName::UnpaidReleaseDays, day)?;
    }
    if firm.liens.iter().next().is_some() {
        desk.arm(day.at(LOOK), Timer::Unpaid(day));
    }
    Ok(())
}

/// What a client owes. The bill of a settlement whose shares come counts, though its day is not over.
fn owed(firm: &Firm, client: ClientRow, settlement: Option<SettlementRow>) -> Paise {
    let standing = settlement.and_then(|row| firm.clearing.standing(row, client)).filter(|s| !s.closed);
    // What he sold under another code pays for nothing he bought.
    let legs = |s| firm.clearing.legs(s);
    let open = standing.and_then(|s| Some(super::trading_codes::of_bill(s.bill?.1, legs(s))));
    let open = open.map_or(Paise::ZERO, |[pays, is_paid]| if pays.is_positive() { pays } else { is_paid });
    (open - firm.books.client(client).clear()).at_least_zero()
}

fn worth(firm: &Firm, security: SecurityRow, qty: Qty, day: Day) -> Paise {
    collateral::latest_close(firm, security, day).map_or(Paise::ZERO, |close| close.value(qty, Rounding::UpPaisa))
}

/// How many of the shares that come for a client are kept; none of the firm's own, none without a price.
fn due(desk: &Desk<'_>, settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty) -> Qty {
    let (firm, day) = (desk.firm, desk.day());
    let Some(close) = collateral::latest_close(firm, security, day).filter(|_| !firm.is_own(client)) else {
        return Qty::ZERO;
    };
    let secured: Paise = firm.liens.of_client(client).map(|(_, it)| worth(firm, it.security, it.asked + it.qty, day)).sum();
    liens::kept(owed(firm, client, Some(settlement)) - secured, close, qty)
}

fn ask(desk: &mut Desk<'_>, settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty, form: Form) -> LienNo {
    let (no, since) = (desk.next_lien(), desk.day());
    desk.push(Of::Asked { no, client, security, settlement, qty, form, since });
    if !desk.firm.timers.is_armed(Timer::Unpaid(since)) && desk.now() < since.at(LOOK) {
        desk.arm(since.at(LOOK), Timer::Unpaid(since));
    }
    no
}

/// Shares reached a buyer's account: what he has not paid is pledged there, where the law keeps it so.
pub fn arrived(desk: &mut Desk<'_>, settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty) {
    if form(desk.firm, desk.day()) != Ok(Form::Pledge) {
        return;
    }
    let there = (desk.firm.stock.free(client, security) + qty).at_least_zero().min(qty);
    let keep = due(desk, settlement, client, security, there);
    if keep.is_positive() {
        let no = ask(desk, settlement, client, security, keep, Form::Pledge);
        desk.arm_answer(Timer::Lien(no));
    }
}

/// Of shares in the pool, what is not delivered to their buyer but kept: asked to move; how many.
pub fn keep(desk: &mut Desk<'_>, settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty) -> Qty {
    let Ok(form) = form(desk.firm, desk.day()) else { return Qty::ZERO };
    let Some(account) = account(form) else { return Qty::ZERO };
    // What he has sold before it came is called in from his account.
    let there = (desk.firm.stock.free(client, security) + qty).at_least_zero().min(qty);
    let keep = due(desk, settlement, client, security, there);
    if keep.is_positive() {
        ask(desk, settlement, client, security, keep, form);
        let kind = TransferKind::Keep;
        desk.move_shares(kind, client, security, keep, settlement, client, account, Depository::Nsdl);
    }
    keep
}

/// The firm's account kept shares lie in; none where they lie in the client's.
const fn account(form: Form) -> Option<DematAccount> {
    match form {
        Form::Withheld => Some(DematAccount::ClientBeneficiary),
        Form::Account => Some(DematAccount::Unpaid),
        Form::Pledge => None,
    }
}

/// They lie in the account they are kept in.
pub fn kept(desk: &mut Desk<'_>, settlement: SettlementRow, client: ClientRow, security: SecurityRow, (asked, moved): (Qty, Qty)) {
    let of = |lien: &Lien| (lien.settlement, lien.security, lien.asked) == (settlement, security, asked);
    let (no, _) = desk.firm.liens.of_client(client).find(|(_, lien)| of(lien)).expect("a lien that was asked for");
    desk.push(Of::Held { no, qty: moved });
}

/// What a depository says is pledged under a number.
pub fn stands(desk: &mut Desk<'_>, no: LienNo, qty: Qty) {
    let Some(lien) = desk.firm.liens.get(no).copied().filter(|lien| lien.form == Form::Pledge) else {
        if no >= desk.firm.liens.next_no() {
            desk.break_off(BreakKind::LienDiffers, u64::from(no.0), 0, qty.0);
        }
        return;
    };
    let Lien { client, security, .. } = lien;
    let wanted = lien.asked + lien.qty;
    if lien.asked.is_positive() && !qty.is_negative() && qty <= wanted {
        desk.disarm(Timer::Lien(no));
        desk.push(Of::Held { no, qty });
        if qty.is_positive() {
            desk.push(StockEvent::Kept { client, security, qty });
        }
        if qty < wanted {
            desk.break_off(BreakKind::LienDiffers, u64::from(no.0), wanted.0, qty.0);
        }
        return;
    }
    if qty < wanted {
        return desk.break_off(BreakKind::LienDiffers, u64::from(no.0), wanted.0, qty.0);
    }
    // An answer to what was asked before the last change is followed by another.
    if qty == wanted && (lien.leaving + lien.taken).is_positive() {
        desk.disarm(Timer::Lien(no));
        if lien.leaving.is_positive() {
            desk.push(StockEvent::Kept { client, security, qty: -lien.leaving });
        }
        desk.push(Of::Released { no, qty: lien.leaving });
    }
}

/// No answer came: it is told again under its number.
pub fn remind(desk: &mut Desk<'_>, no: LienNo) {
    let waits = |lien: &Lien| (lien.asked + lien.leaving + lien.taken).is_positive();
    if desk.firm.liens.get(no).is_some_and(waits) {
        desk.push(Of::Repeated { no });
        desk.arm_answer(Timer::Lien(no));
    }
}

/// A client paid: what he owes is less by that, and so is what is kept.
pub fn paid(desk: &mut Desk<'_>, client: ClientRow, amount: Paise) {
    let firm = desk.firm;
    for (no, lien) in firm.liens.of_client(client) {
        look(desk, no, lien, amount);
    }
}

/// Every lien is looked at: what sold of it, what is kept no longer, whom to tell.
pub fn step(desk: &mut Desk<'_>, cursor: u32) {
    let all: Vec<(LienNo, Lien)> = desk.firm.liens.iter().map(|(no, lien)| (no, *lien)).filter(|(no, _)| no.0 >= cursor).collect();
    for (nth, (no, lien)) in all.iter().enumerate() {
        if nth >= LIENS {
            return desk.push(Event::JobMoved { cursor: no.0 });
        }
        look(desk, *no, lien, Paise::ZERO);
    }
    desk.push(Event::JobEnded);
}

fn look(desk: &mut Desk<'_>, no: LienNo, lien: &Lien, paid: Paise) {
    let (firm, day) = (desk.firm, desk.day());
    let Lien { client, security, .. } = *lien;
    let idle = lien.idle();
    if !idle.is_positive() {
        return;
    }
    let age = firm.calendar.between(lien.since, day);
    let over = firm.rules.count(RuleName::UnpaidReleaseDays, day).is_ok_and(|(_, days)| i64::from(age) >= days);
    let owed = owed(firm, client, None) - paid;
    let before = firm.liens.of_client(client).filter(|(other, _)| *other < no);
    let secured: Paise = before.map(|(_, it)| worth(firm, it.security, it.asked + it.qty, day)).sum();
    let may = match (lien.form, over) {
        (Form::Pledge, true) => Qty::ZERO,
        _ => collateral::latest_close(firm, security, day).map_or(Qty::ZERO, |close| liens::kept(owed - secured, close, idle)),
    };
    if may < idle {
        release(desk, no, lien, idle - may);
    }
    if !may.is_positive() {
        return;
    }
    let kind = BreakKind::UnpaidKept;
    if over && lien.form == Form::Account && !firm.has_break(kind, u64::from(no.0)) {
        desk.break_off(kind, u64::from(no.0), may.0, i64::from(age));
    }
    if lien.told.is_none() {
        desk.push(Of::Told { no, owed, day });
    }
}

fn release(desk: &mut Desk<'_>, no: LienNo, lien: &Lien, qty: Qty) {
    let Lien { client, security, settlement, .. } = *lien;
    desk.push(Of::Leaving { no, qty });
    match account(lien.form) {
        None if !desk.firm.timers.is_armed(Timer::Lien(no)) => desk.arm_answer(Timer::Lien(no)),
        None => {}
        Some(account) => {
            let depository = desk.depository(client);
            desk.move_shares(TransferKind::Release, client, security, qty, settlement, client, account, depository);
        }
    }
}

/// Kept shares reached their client.
pub fn released(desk: &mut Desk<'_>, settlement: SettlementRow, client: ClientRow, security: SecurityRow, moved: Qty) {
    let of = |lien: &Lien| (lien.settlement, lien.security) == (settlement, security) && lien.leaving >= moved;
    let found = desk.firm.liens.of_client(client).find(|(_, lien)| of(lien));
    if let Some((no, _)) = found.filter(|_| moved.is_positive()) {
        desk.push(Of::Released { no, qty: moved });
    }
}

/// The risk desk sells kept shares for what is owed, after the client was told and had his days, and for no more
/// (sebi 15.4.5). They are the client's, and so are the trade and its charges.
pub fn offer(desk: &mut Desk<'_>, by: UserRow, no: LienNo, price: Price) -> Result<(), Refusal> {
    let (firm, day) = (desk.firm, desk.day());
    let lien = *firm.liens.get(no).ok_or(Refusal::of(Code::UnknownLien, [i64::from(no.0)]))?;
    let Lien { client, security, .. } = lien;
    let notice = firm.rules.count(RuleName::HouseUnpaidNoticeDays, day)?.1;
    let told = lien.told.is_some_and(|(told, _)| i64::from(firm.calendar.between(told, day)) > notice);
    if !told {
        return Err(Refusal::of(Code::NotTold, [i64::from(no.0), notice]));
    }
    if lien.offered.is_positive() {
        return Err(Refusal::plain(Code::AlreadySo));
    }
    let owed = owed(firm, client, None);
    // Where it is traded today.
    let venue = Venue::ALL.iter().copied().find(|venue| firm.market.terms(*venue, security, day).is_some());
    let venue = venue.ok_or(Refusal::of(Code::NotAdmitted, [i64::from(security.0)]))?;
    let order = Order {
        client, security, venue, side: Side::Sell, kind: OrderKind::Limit, validity: Validity::Day, channel: Channel::Terminal,
        product: Product::Delivery,
        price, trigger: Price::ZERO, qty: liens::kept(owed, price, lien.idle()), disclosed: Qty::ZERO, seen: Price::ZERO,
        key: 0, source: [0; 16], terminal: firm.users.get(by).map_or(0, |user| user.terminal),
        evidence: Some((Evidence::Other, u64::from(no.0))),
    };
    fits(firm, &order, day)?;
    let qty = order.qty;
    let settlement = cycle::of_trade(firm, venue, security).filter(|_| qty.is_positive());
    let settlement = settlement.ok_or(Refusal::of(Code::NothingOwed, [owed.0, price.0]))?;
    desk.push(Of::Offered { no, order: firm.orders.next_no(), settlement, qty });
    desk.push(StockEvent::Kept { client, security, qty: -qty });
    // It binds no money: what is owed is to come of it.
    let bound = Bound { value: price.value(qty, Rounding::NearestPaisa), margin: Paise::ZERO, charges: Paise::ZERO };
    place::bind(firm, by, &order, &place::Judged { bound, at_hand: false }, &desk.as_of, desk.out);
    Ok(())
}

/// The exchange takes the order: it has its session, and the price is one of the day.
pub fn fits(firm: &Firm, order: &Order, day: Day) -> Result<(), Refusal> {
    phases::takes(firm, order, day)?;
    let security = order.security;
    let terms = firm.market.terms(order.venue, security, day).ok_or(Refusal::of(Code::NotAdmitted, [i64::from(security.0)]))?;
    if !order.price.is_on_tick(terms.tick) {
        return Err(Refusal::of(Code::OffTick, [order.price.0, terms.tick.0]));
    }
    if order.price < terms.low || order.price > terms.high {
        return Err(Refusal::of(Code::OutsideBand, [order.price.0, terms.low.0, terms.high.0]));
    }
    Ok(())
}

/// So many shares come back from an order, unsold or taken back by the exchange: what it offered of a lien is kept again at
/// once, and never free in between.
pub fn unsold(desk: &mut Desk<'_>, order: OrderNo, (client, security): (ClientRow, SecurityRow), qty: Qty) {
    let Some((no, lien)) = desk.firm.liens.of_client(client).find(|(_, lien)| lien.order == Some(order)) else { return };
    let back = qty.min(lien.offered);
    if back.is_positive() {
        desk.push(Of::Unsold { no, qty: back });
        desk.push(StockEvent::Kept { client, security, qty: back });
    }
}

/// Sold shares are called in: what of them was kept comes from where it was kept; the rest, which is given back, from
/// the client's account, with how much of it was pledged there.
pub fn realise(desk: &mut Desk<'_>, net: &Net, qty: Qty) -> (Qty, Qty) {
    let Net { settlement, client, security, .. } = *net;
    let offered: Vec<(LienNo, Lien)> =
        desk.firm.liens.sold(client, security, settlement).map(|(no, lien)| (no, *lien)).collect();
    let (mut left, mut own, mut pledged) = (qty, qty, Qty::ZERO);
    for (no, lien) in offered {
        let part = lien.offered.min(left);
        left -= part;
        if lien.offered > part {
            // A purchase of the same settlement delivers in its place.
            desk.push(Of::Sold { no, qty: part });
            desk.push(StockEvent::Kept { client, security, qty: lien.offered - part });
        }
        if !part.is_positive() {
            continue;
        }
        desk.push(Of::Realised { no, qty: part });
        let Some(account) = account(lien.form) else {
            pledged += part;
            continue;
        };
        own -= part;
        desk.push(StockEvent::Kept { client, security, qty: part });
        if account == DematAccount::ClientBeneficiary {
            // They lie where sold shares are called in to.
            desk.push(StockEvent::Sold { client, security, qty: -part, blocked: Qty::ZERO });
            desk.push(Clearing::Gathered { settlement, client, security, asked: part, moved: part });
        } else {
            let depository = desk.depository(client);
            desk.move_shares(TransferKind::Realise, client, security, part, settlement, client, account, depository);
        }
    }
    (own, pledged)
}
