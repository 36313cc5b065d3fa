//! The exchange's final trade file is matched to the sauda book, trade by trade (guide I 6.3).

use super::desk::Desk;
use crate::{BreakKind, Event, FileRow, Job, Report};
use alloc::collections::BTreeSet;
use clearing::{Stage, Trade};
use vocab::{Day, Paise, Qty, Rounding, SettlementKind, Side, TradeNo};

/// Trades named one by one when the file leaves many out: the control totals say how many.
const MOST_BREAKS: usize = 50;

/// What the entry has found in this part, before it is state.
struct Found {
    matched: BTreeSet<(TradeNo, Side)>,
    broken: bool,
}

pub fn part(desk: &mut Desk<'_>, report: &Report) {
    let Report::TradeFile { day, part, parts, count, qty, value, rows } = report else { return };
    let firm = desk.firm;
    let Some(settlement) = firm.clearing.of_day(*day, SettlementKind::Normal) else {
        desk.break_off(BreakKind::NoSettlement, u64::from(day.0.unsigned_abs()), 0, 0);
        return;
    };
    let stage = firm.clearing.settlement(settlement).map(|s| s.stage);
    // A file imported again changes nothing.
    if stage != Some(Stage::Scheduled) || firm.file_parts.contains(&(*day, *part)) {
        return;
    }
    let mut found = Found { matched: BTreeSet::new(), broken: false };
    for row in rows {
        compare(desk, row, &mut found);
    }
    desk.push(Event::FilePart { day: *day, part: *part, rows: u32::try_from(rows.len()).unwrap_or(u32::MAX) });
    let parts_seen = firm.file_parts.iter().filter(|(d, _)| d == day).count();
    if parts_seen.saturating_add(1) >= usize::from(*parts) {
        finish(desk, *day, (*count, *qty, *value), &found);
    }
}

fn compare(desk: &mut Desk<'_>, row: &FileRow, found: &mut Found) {
    let ours = desk.firm.clearing.trade(row.trade, row.side).filter(|t| !t.annulled);
    let Some(trade) = ours else {
        desk.break_off(BreakKind::MissingInSauda, row.trade.0, 0, row.qty.0);
        found.broken = true;
        return;
    };
    // A change of its code that the exchange has not answered for: the final file is its answer.
    let client = super::modification::in_file(desk, trade, row.client);
    let kind = if row.client != Some(client) {
        Some((BreakKind::CodeDiffers, i64::from(client.0), row.client.map_or(-1, |c| i64::from(c.0))))
    } else if row.price != trade.price {
        Some((BreakKind::RateDiffers, trade.price.0, row.price.0))
    } else if row.qty != trade.qty || row.security != Some(trade.security) || row.order != trade.order {
        Some((BreakKind::QuantityDiffers, trade.qty.0, row.qty.0))
    } else {
        None
    };
    match kind {
        Some((kind, ours, theirs)) => {
            desk.break_off(kind, row.trade.0, ours, theirs);
            found.broken = true;
        }
        // A row that stands twice stands for no other.
        None if !trade.in_file && found.matched.insert((row.trade, row.side)) => {
            let (settlement, trade, side) = (trade.settlement, row.trade, row.side);
            desk.push(clearing::Event::FileRowMatched { settlement, trade, side });
        }
        None => {}
    }
}

/// The last part: every trade of ours is in the file and the control totals agree (guide I 6.2), or breaks.
fn finish(desk: &mut Desk<'_>, day: Day, told: (u64, Qty, Paise), found: &Found) {
    let firm = desk.firm;
    let (ours, qty, value) = totals(firm.clearing.trades().iter().filter(|t| !t.annulled));
    let of_day = firm.clearing.all_of_day(day).filter_map(|(_, row)| firm.clearing.settlement(row));
    let before: u64 = of_day.map(|it| it.matched).fold(0, u64::saturating_add);
    let mut clean = !found.broken;
    if before.saturating_add(u64::try_from(found.matched.len()).unwrap_or(u64::MAX)) != ours {
        missing(desk, &found.matched);
        clean = false;
    }
    if told != (ours, qty, value) {
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        // The figure that says most about the difference: value, else quantity, else the count.
        let (kind, ours, theirs) = if told.2 != value {
            (BreakKind::ControlValue, value.0, told.2.0)
        } else if told.1 != qty {
            (BreakKind::ControlQuantity, qty.0, told.1.0)
        } else {
            (BreakKind::ControlCount, number(ours), number(told.0))
        };
        desk.break_off(kind, u64::from(day.0.unsigned_abs()), ours, theirs);
        clean = false;
    }
    let open = firm.breaks.values().any(|b| is_about_trades(b.kind));
    if clean && !open {
        agree(desk, day);
    }
}

/// Sauda book and file are one: each settlement of the day that has trades is billed, and the normal one in any case.
pub fn agree(desk: &mut Desk<'_>, day: Day) {
    let clearing = &desk.firm.clearing;
    for (kind, settlement) in clearing.all_of_day(day) {
        let it = clearing.settlement(settlement).expect("a scheduled settlement");
        if it.stage == Stage::Scheduled && (it.trades > 0 || kind == SettlementKind::Normal) {
            let (count, qty, value) = totals(clearing.trades().iter().filter(|t| t.settlement == settlement && !t.annulled));
            desk.push(clearing::Event::FileMatched { settlement, count, qty, value });
            super::penalty::count(desk, settlement);
            desk.start(Job::Bill(settlement));
        }
    }
}

/// Count, quantity and value of trades.
fn totals<'a>(trades: impl Iterator<Item = &'a Trade>) -> (u64, Qty, Paise) {
    let (mut count, mut qty, mut value) = (0u64, Qty::ZERO, Paise::ZERO);
    for trade in trades {
        count = count.saturating_add(1);
        qty += trade.qty;
        value += trade.price.value(trade.qty, Rounding::NearestPaisa);
    }
    (count, qty, value)
}

/// A break for each trade the file leaves out, a bounded number; a row that merely differs is in the file.
fn missing(desk: &mut Desk<'_>, matched: &BTreeSet<(TradeNo, Side)>) {
    let firm = desk.firm;
    let mut differs = BTreeSet::new();
    for event in desk.out.list() {
        if let Event::Broke { kind, subject, .. } = event
            && is_about_trades(*kind)
        {
            differs.insert(*subject);
        }
    }
    differs.extend(firm.breaks.values().filter(|b| is_about_trades(b.kind)).map(|b| b.subject));
    let absent = |t: &&Trade| {
        let known = matched.contains(&(t.trade, t.side)) || differs.contains(&t.trade.0);
        !t.in_file && !t.annulled && !known
    };
    for trade in firm.clearing.trades().iter().filter(absent).take(MOST_BREAKS) {
        desk.break_off(BreakKind::MissingInFile, trade.trade.0, trade.qty.0, 0);
    }
}

/// Breaks that keep bills from being made (PRACTICE: only then bills).
pub fn is_about_trades(kind: BreakKind) -> bool {
    matches!(
        kind,
        BreakKind::MissingInSauda
            | BreakKind::MissingInFile
            | BreakKind::CodeDiffers
            | BreakKind::RateDiffers
            | BreakKind::QuantityDiffers
            | BreakKind::ControlValue
            | BreakKind::ControlQuantity
            | BreakKind::ControlCount
    )
}
