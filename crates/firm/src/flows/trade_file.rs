//! The exchange's final trade file is matched to the sauda book, trade by trade (guide I 6.3).

use super::desk::Desk;
use crate::{BreakKind, Event, FileRow, Job, Report};
use clearing::{Stage, Trade};
use vocab::{Day, Paise, Qty, Rounding, SettlementKind, SettlementRow};

/// What the entry has found in this part, before it is state.
struct Found {
    matched: u64,
    broken: bool,
}

pub fn part(desk: &mut Desk<'_>, report: &Report) {
    let Report::TradeFile { day, part, parts, count, qty, value, rows } = report else { return };
    let firm = desk.firm;
    let Some(settlement) = firm.clearing.of_day(*day, SettlementKind::Normal) else {
        desk.break_off(BreakKind::UnknownSettlement, u64::from(day.0.unsigned_abs()), 0, 0);
        return;
    };
    let stage = firm.clearing.settlement(settlement).map(|s| s.stage);
    // A file imported again changes nothing.
    if stage != Some(Stage::Scheduled) || firm.file_parts.contains(&(*day, *part)) {
        return;
    }
    let mut found = Found { matched: 0, broken: false };
    for row in rows {
        compare(desk, settlement, row, &mut found);
    }
    desk.push(Event::FilePart { day: *day, part: *part, rows: u32::try_from(rows.len()).unwrap_or(u32::MAX) });
    let parts_seen = firm.file_parts.iter().filter(|(d, _)| d == day).count();
    if parts_seen.saturating_add(1) >= usize::from(*parts) {
        finish(desk, settlement, *day, (*count, *qty, *value), &found);
    }
}

fn compare(desk: &mut Desk<'_>, settlement: SettlementRow, row: &FileRow, found: &mut Found) {
    let Some(trade) = desk.firm.clearing.trade(row.trade, row.side) else {
        desk.break_off(BreakKind::MissingInSauda, row.trade.0, 0, row.qty.0);
        found.broken = true;
        return;
    };
    let kind = if row.client != Some(trade.client) {
        Some((BreakKind::CodeDiffers, i64::from(trade.client.0), row.client.map_or(-1, |c| i64::from(c.0))))
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
        None if !trade.in_file => {
            found.matched = found.matched.saturating_add(1);
            desk.push(clearing::Event::FileRowMatched { settlement, trade: row.trade, side: row.side });
        }
        None => {}
    }
}

/// The last part: every trade of ours is in the file and the control totals agree (guide I 6.2), or breaks.
fn finish(desk: &mut Desk<'_>, settlement: SettlementRow, day: Day, totals: (u64, Qty, Paise), found: &Found) {
    let firm = desk.firm;
    let (mut ours, mut qty, mut value) = (0u64, Qty::ZERO, Paise::ZERO);
    let of_day = |t: &&Trade| t.settlement == settlement;
    for trade in firm.clearing.trades().iter().filter(of_day) {
        ours = ours.saturating_add(1);
        qty += trade.qty;
        value += trade.price.value(trade.qty, Rounding::NearestPaisa);
    }
    let it = firm.clearing.settlement(settlement).expect("a scheduled settlement");
    let mut clean = !found.broken;
    if it.matched.saturating_add(found.matched) != ours {
        let missing = firm.clearing.trades().iter().filter(of_day).find(|t| !t.in_file && !matched_now(desk, t));
        if let Some(trade) = missing {
            desk.break_off(BreakKind::MissingInFile, trade.trade.0, trade.qty.0, 0);
        }
        clean = false;
    }
    if totals != (ours, qty, value) {
        let theirs = i64::try_from(totals.0).unwrap_or(i64::MAX);
        desk.break_off(BreakKind::ControlTotals, u64::from(day.0.unsigned_abs()), i64::try_from(ours).unwrap_or(0), theirs);
        clean = false;
    }
    let open = firm.breaks.values().any(|b| is_about_trades(b.kind));
    if clean && !open {
        desk.push(clearing::Event::FileMatched { settlement, count: ours, qty, value });
        desk.start(Job::Bill(settlement));
    }
}

fn matched_now(desk: &Desk<'_>, trade: &Trade) -> bool {
    desk.out.list().iter().any(|e| {
        matches!(e, Event::Clearing(clearing::Event::FileRowMatched { trade: t, side, .. })
            if *t == trade.trade && *side == trade.side)
    })
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
            | BreakKind::ControlTotals
    )
}
