//! The exchange issues a day's trade file anew: it is matched again, trade by trade, and what it says differently is put
//! right in every book while the bills can still be made anew (guide I 6.2, I 6.3). Nothing is edited: notes are cancelled,
//! their vouchers posted the other way round, and new ones made. What comes too late is a break for operations.

use super::desk::Desk;
use super::trade_file::FileOf;
use super::{commitment, cycle, early, intraday, limits, modification, penalty, reissue, shares, trade_file, venue};
use crate::{BreakKind, Event, FileRow, Job, Report};
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use books::StockEvent;
use clearing::{Event as Clearing, Stage, Trade, TradeFact};
use vocab::{ClientRow, Day, OrderNo, Paise, Product, Qty, Rounding, SecurityRow, SettlementRow, Side, TradeNo, Venue};

/// What the entry has found in this part, before it is state.
struct Found {
    /// Every row of the file so far that is of a trade of ours, whether or not it agrees.
    seen: BTreeSet<(TradeNo, Side)>,
    /// The first part of the issue: no trade is in the file yet.
    first: bool,
}

/// A part of an issue after the first.
pub fn part(desk: &mut Desk<'_>, report: &Report) {
    let Report::TradeFileReissued { issue, venue, day, part, parts, count, qty, value, rows } = report else { return };
    let firm = desk.firm;
    let Some(stage) = trade_file::stage_of(desk, FileOf::Day, *venue, *day) else {
        return desk.break_off(BreakKind::NoSettlement, trade_file::file_subject(*venue, *day), 0, 0);
    };
    let known = firm.reissues.get(venue).copied().unwrap_or(1);
    let again = *issue == known && firm.file_parts.contains(&(*venue, *day, *part));
    if *issue < known.max(2) || again {
        return;
    }
    if firm.day != Some(*day) || stage > Stage::Billed {
        // Its trades are out of memory, or given and paid for.
        let subject = trade_file::file_subject(*venue, *day);
        return desk.break_off(BreakKind::ReissuedLate, subject, i64::from(known), i64::from(*issue));
    }
    let mut found = Found { seen: BTreeSet::new(), first: *issue > known };
    if found.first {
        begin(desk, *venue, *day, *issue);
    }
    for row in rows {
        compare(desk, row, &mut found);
    }
    desk.push(Event::FilePart { venue: *venue, day: *day, part: *part, rows: u32::try_from(rows.len()).unwrap_or(u32::MAX) });
    let parts_seen = firm.file_parts.iter().filter(|(v, d, _)| !found.first && (v, d) == (venue, day)).count();
    if parts_seen.saturating_add(1) >= usize::from(*parts) {
        finish(desk, (*venue, *day), (*count, *qty, *value), &found);
    }
}

/// Differences with the issue before are differences no more: those that are left are found again.
fn begin(desk: &mut Desk<'_>, venue: Venue, day: Day, issue: u16) {
    desk.push(Event::FileReissued { venue, day, issue });
    desk.push(Clearing::FileReopened { venue });
    let open = desk.firm.breaks.iter().filter(|(_, b)| trade_file::is_about_file(b, (venue, day)));
    for no in open.map(|(no, _)| *no).collect::<Vec<_>>() {
        desk.push(Event::Superseded { no, issue });
    }
}

fn compare(desk: &mut Desk<'_>, row: &FileRow, found: &mut Found) {
    let trade = desk.firm.clearing.trade(row.trade, row.side).filter(|t| !t.annulled && !is_taken_back(desk, t)).copied();
    if !found.seen.insert((row.trade, row.side)) {
        // A row that stands twice stands for no other.
        return;
    }
    let Some(trade) = trade else {
        if add(desk, row, found) {
            let product = desk.firm.orders.get(row.order).expect("a known order").product;
            let security = row.security.expect("a listed share");
            return matched(desk, row, cycle::of_order(desk.firm, row.trade.venue(), security, product));
        }
        return desk.break_off(BreakKind::MissingInSauda, row.trade.0, 0, row.qty.0);
    };
    let before_bills = desk.firm.clearing.settlement(trade.settlement).is_some_and(|s| s.stage == Stage::Scheduled);
    let client = if before_bills { modification::in_file(desk, &trade, row.client) } else { trade.client };
    if row.client != Some(client) {
        // A code is changed at the exchange within its window, and by no file (sebi 38.2).
        let theirs = row.client.map_or(-1, |c| i64::from(c.0));
        return desk.break_off(BreakKind::CodeDiffers, row.trade.0, i64::from(client.0), theirs);
    }
    if row.security != Some(trade.security) || row.order != trade.order || !row.qty.is_positive() {
        return desk.break_off(BreakKind::QuantityDiffers, row.trade.0, trade.qty.0, row.qty.0);
    }
    if row.qty - trade.qty > room(desk, row.order) {
        // No order deals in more than it asks for.
        return desk.break_off(BreakKind::QuantityDiffers, row.trade.0, trade.qty.0, row.qty.0);
    }
    if (row.qty, row.price) != (trade.qty, trade.price) {
        let more = if trade.side == Side::Sell { row.qty - trade.qty } else { Qty::ZERO };
        let there = more <= free(desk, client, trade.security);
        if !there || client != trade.client || !reissue::is_in_time(desk, trade.settlement, client) {
            let [ours, theirs] = [(trade.price, trade.qty), (row.price, row.qty)].map(|(price, qty)| value_of(price, qty).0);
            return desk.break_off(BreakKind::CorrectedLate, row.trade.0, ours, theirs);
        }
        correct(desk, &trade, row);
    }
    if found.first || !trade.in_file {
        matched(desk, row, Some(trade.settlement));
    }
}

fn matched(desk: &mut Desk<'_>, row: &FileRow, settlement: Option<SettlementRow>) {
    if let Some(settlement) = settlement {
        desk.push(Clearing::FileRowMatched { settlement, trade: row.trade, side: row.side });
    }
}

/// What of a client's shares nothing binds, with what this entry has set apart.
fn free(desk: &Desk<'_>, client: ClientRow, security: SecurityRow) -> Qty {
    let of_entry = desk.out.list().iter().filter_map(|event| {
        let Event::Stock(StockEvent::Sold { client: c, security: s, qty, .. }) = event else { return None };
        ((*c, *s) == (client, security)).then_some(*qty)
    });
    let set_apart: Qty = of_entry.sum();
    (desk.firm.stock.free(client, security) - set_apart).at_least_zero()
}

fn value_of(price: vocab::Price, qty: Qty) -> Paise {
    price.value(qty, Rounding::NearestPaisa)
}

/// Has a trade's order room for what the file says of it, and its client the shares?
pub fn fits(desk: &Desk<'_>, trade: &Trade, row: &FileRow) -> bool {
    let more = row.qty - trade.qty;
    let there = trade.side == Side::Buy || more <= free(desk, trade.client, trade.security);
    there && more <= room(desk, trade.order)
}

/// The trade stands with the file's figures in every book, and binds what it would have with them.
pub fn correct(desk: &mut Desk<'_>, trade: &Trade, row: &FileRow) {
    let Trade { settlement, client, security, side, .. } = *trade;
    let (more, dearer) = (row.qty - trade.qty, value_of(row.price, row.qty) - value_of(trade.price, trade.qty));
    let key = (settlement, client, security);
    if !more.is_zero() {
        shares::dealt(desk, key, side, more, Qty::ZERO);
    }
    desk.push(Clearing::Corrected { settlement, trade: trade.trade, side, qty: row.qty, price: row.price });
    reissue::recounted(desk, trade, more);
    intraday::corrected(desk, trade, row.qty, row.price);
    limits::more(desk, trade.order, client, security, dearer);
    let change = match closes_today(desk, trade.order, trade.trade.venue()) {
        true => Paise::ZERO,
        false => commitment::beside(desk, trade, client, (row.price, row.qty)) - commitment::beside(desk, trade, client, (trade.price, trade.qty)),
    };
    let change = commitment::changes(desk, settlement, client, side, change);
    count(desk, (settlement, client, side), (trade.trade.venue(), trade.at.day()), (dearer, change));
    early::recount(desk, settlement, client, security);
}

/// Whether an order's trades are to be undone within the session, and bind by position.
fn closes_today(desk: &Desk<'_>, order: OrderNo, venue: Venue) -> bool {
    let is_intraday = desk.firm.orders.get(order).is_some_and(|order| order.product == Product::Intraday);
    is_intraday && !desk.firm.market.is_shut(venue, desk.day())
}

/// Turnover, what is committed, and the note of the client follow.
fn count(
    desk: &mut Desk<'_>, (settlement, client, side): (SettlementRow, ClientRow, Side), of: (Venue, Day),
    (more, committed): (Paise, Paise),
) {
    desk.push(risk::Event::Recounted { client, side, value: more, committed });
    if desk.firm.clearing.settlement(settlement).is_some_and(|s| s.stage >= Stage::Matched) {
        penalty::uncount(desk, client, of, -more);
        make_anew(desk, settlement, client);
    }
}

/// The client's note is cancelled and made anew, or made: the first he has of the settlement.
fn make_anew(desk: &mut Desk<'_>, settlement: SettlementRow, client: ClientRow) {
    match desk.firm.clearing.standing(settlement, client).is_some_and(|s| s.bill.is_some()) {
        true => reissue::recall_all(desk, settlement),
        false => reissue::bill(desk, settlement),
    }
}

/// What an order left undealt, with what this entry changes: what was taken back is dealt no more.
#[allow(clippy::wildcard_enum_match_arm, reason = "three facts change what was dealt")]
fn room(desk: &Desk<'_>, order: OrderNo) -> Qty {
    let firm = desk.firm;
    let of = |trade: TradeNo, side: Side| firm.clearing.trade(trade, side).filter(|t| t.order == order && !t.annulled);
    let mut dealt: Qty = firm.clearing.trades().iter().filter(|t| t.order == order && !t.annulled).map(|t| t.qty).sum();
    for event in desk.out.list() {
        let Event::Clearing(event) = event else { continue };
        dealt += match *event {
            Clearing::Traded(t) if t.order == order => t.qty,
            Clearing::Corrected { trade, side, qty, .. } => of(trade, side).map_or(Qty::ZERO, |was| qty - was.qty),
            Clearing::Annulled { trade, side, .. } => of(trade, side).map_or(Qty::ZERO, |was| -was.qty),
            _ => Qty::ZERO,
        };
    }
    firm.orders.get(order).map_or(Qty::ZERO, |order| order.qty) - dealt
}

fn is_taken_back(desk: &Desk<'_>, trade: &Trade) -> bool {
    let of = |e: &Event| matches!(e, Event::Clearing(Clearing::Annulled { trade: no, side, .. }) if (*no, *side) == (trade.trade, trade.side));
    desk.out.list().iter().any(of)
}

/// A trade of the same order and figures that the issue has not: the exchange has given it another number.
fn renumbered(desk: &Desk<'_>, row: &FileRow, found: &Found) -> Option<Trade> {
    let same = |t: &&Trade| (t.order, t.side, t.qty, t.price) == (row.order, row.side, row.qty, row.price);
    let missing = |t: &&Trade| !found.seen.contains(&(t.trade, t.side)) && (found.first || !t.in_file) && !is_taken_back(desk, t);
    trade_file::of_exchange(desk.firm, row.trade.venue()).filter(same).find(missing).copied()
}

/// The trade leaves its client's books, and its note.
fn take_back(desk: &mut Desk<'_>, trade: &Trade) {
    reissue::take_back(desk, trade);
    if desk.firm.clearing.standing(trade.settlement, trade.client).is_some_and(|s| s.bill.is_some()) {
        reissue::recall_all(desk, trade.settlement);
    }
}

/// A trade nobody told us: it is ours where an order of today that is over left room for it, or where it stands for another
/// number of ours.
fn add(desk: &mut Desk<'_>, row: &FileRow, found: &Found) -> bool {
    let firm = desk.firm;
    let FileRow { trade, order, side, qty, price, at, .. } = *row;
    let (Some(known), Some(client), Some(security)) = (firm.orders.get(order), row.client, row.security) else { return false };
    let is_its = known.is_closed() && (known.client, known.security, known.side, known.venue) == (client, security, side, trade.venue());
    let Some(settlement) = cycle::of_order(firm, trade.venue(), security, known.product).filter(|_| is_its) else { return false };
    let known_number = firm.clearing.trade(trade, side).is_some();
    if known_number || !qty.is_positive() || !reissue::is_in_time(desk, settlement, client) {
        return false;
    }
    let was = renumbered(desk, row, found).filter(|was| was.client == client && qty > room(desk, order));
    let given_back = was.map_or(Qty::ZERO, |was| was.qty);
    let there = side == Side::Buy || qty - given_back <= free(desk, client, security);
    if !there || qty - given_back > room(desk, order) {
        return false;
    }
    if let Some(was) = was {
        take_back(desk, &was);
    }
    let fact = TradeFact { trade, order, qty, price, at, settlement, client, security, side };
    let value = value_of(price, qty);
    let committed = match (closes_today(desk, order, trade.venue()), firm.clients.dealing(client)) {
        (true, _) => intraday::dealt(desk, known, settlement, price, qty),
        (false, Some(dealing)) => {
            commitment::of_trade(desk, dealing, (known.product, side, security), (price, qty), known.filled.is_zero())
        }
        (false, None) => None,
    };
    shares::dealt(desk, (settlement, client, security), side, qty, Qty::ZERO);
    desk.push(orders::Event::Traded { order, trade, qty, price, at });
    desk.push(Clearing::Traded(fact));
    let committed = committed.unwrap_or(Paise::ZERO);
    commitment::begins(desk, settlement, client, side, committed);
    limits::more(desk, order, client, security, value);
    count(desk, (settlement, client, side), (trade.venue(), at.day()), (value, committed));
    early::recount(desk, settlement, client, security);
    venue::crossed(desk, (trade, side), client);
    true
}

/// The last part: a trade that no row of the issue is of was taken back, and what is left are the issue's control totals.
fn finish(desk: &mut Desk<'_>, (venue, day): (Venue, Day), told: (u64, Qty, Paise), found: &Found) {
    let firm = desk.firm;
    let gone = |t: &&Trade| !found.seen.contains(&(t.trade, t.side)) && (found.first || !t.in_file);
    let stood = |kind| trade_file::is_about_trades(kind) || kind == BreakKind::CorrectedLate;
    let differs = |t: &Trade| firm.breaks.values().any(|b| !found.first && stood(b.kind) && b.subject == t.trade.0);
    let gone = trade_file::of_exchange(firm, venue).filter(gone).filter(|t| !differs(t) && !is_taken_back(desk, t));
    let gone: Vec<Trade> = gone.copied().collect();
    // A file that leaves out very much is no correction: the control totals say how much.
    let few = gone.len() <= trade_file::MOST_BREAKS;
    for trade in gone.iter().take(trade_file::MOST_BREAKS) {
        if few && reissue::is_in_time(desk, trade.settlement, trade.client) {
            take_back(desk, trade);
        } else {
            desk.break_off(BreakKind::MissingInFile, trade.trade.0, trade.qty.0, 0);
        }
    }
    let ours = totals(desk, venue);
    let _agrees = trade_file::control(desk, (venue, day), told, ours);
    desk.push(Event::FileWhole { venue, day });
    let of_day = firm.clearing.all_of_day(day);
    if let Some((_, _, settlement)) = of_day.into_iter().find(|(_, _, s)| firm.clearing.settlement(*s).is_some_and(|it| it.stage == Stage::Scheduled)) {
        desk.start(Job::Agree(settlement));
    }
}

/// Count, quantity and value of our trades at an exchange with what this entry changes.
#[allow(clippy::wildcard_enum_match_arm, reason = "three facts change what was dealt")]
fn totals(desk: &Desk<'_>, venue: Venue) -> (u64, Qty, Paise) {
    let firm = desk.firm;
    let mut sum = (0i64, Qty::ZERO, Paise::ZERO);
    let mut add = |sign: i64, price: vocab::Price, qty: Qty| {
        sum.0 = sum.0.saturating_add(sign);
        let (qty, value) = (Qty(qty.0.saturating_mul(sign)), Paise(value_of(price, qty).0.saturating_mul(sign)));
        (sum.1, sum.2) = (sum.1 + qty, sum.2 + value);
    };
    for trade in trade_file::of_exchange(firm, venue) {
        add(1, trade.price, trade.qty);
    }
    let was = |trade: TradeNo, side: Side| firm.clearing.trade(trade, side).filter(|_| trade.venue() == venue);
    for event in desk.out.list() {
        match *event {
            Event::Clearing(Clearing::Traded(t)) if t.trade.venue() == venue => add(1, t.price, t.qty),
            Event::Clearing(Clearing::Annulled { trade, side, .. }) => {
                if let Some(was) = was(trade, side) {
                    add(-1, was.price, was.qty);
                }
            }
            Event::Clearing(Clearing::Corrected { trade, side, qty, price, .. }) => {
                if let Some(was) = was(trade, side) {
                    add(-1, was.price, was.qty);
                    add(1, price, qty);
                }
            }
            _ => {}
        }
    }
    (u64::try_from(sum.0).unwrap_or(0), sum.1, sum.2)
}

/// What was put right is state now: bills are made if sauda book and files are one.
pub fn agree(desk: &mut Desk<'_>, settlement: SettlementRow) {
    let day = desk.firm.clearing.settlement(settlement).expect("a scheduled settlement").trade_day;
    desk.push(Event::JobEnded);
    trade_file::agree(desk, day, None, None);
}
