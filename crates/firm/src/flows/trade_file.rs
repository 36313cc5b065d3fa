//! The exchange's final trade file is matched to the sauda book, trade by trade (guide I 6.3).

use super::desk::{Desk, subject};
use super::same_day;
use crate::{BreakKind, Event, FileRow, Firm, Job, Report};
use alloc::collections::BTreeSet;
use clearing::{Stage, Trade};
use vocab::{BreakNo, Day, Paise, Product, Qty, Rounding, SettlementKind, Side, TradeNo, Venue};

/// Trades named one by one when the file leaves many out: the control totals say how many.
pub const MOST_BREAKS: usize = 50;

/// What the entry has found in this part, before it is state.
struct Found {
    matched: BTreeSet<(TradeNo, Side)>,
    broken: bool,
}

/// What a trade file is of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FileOf {
    /// Everything an exchange dealt on the day.
    Day,
    /// What settles on the day itself, ahead of that.
    SameDay,
}

pub fn part(desk: &mut Desk<'_>, report: &Report) {
    let (Report::TradeFile { venue, day, part, parts, count, qty, value, rows }
    | Report::SameDayFile { venue, day, part, parts, count, qty, value, rows }) = report
    else {
        return;
    };
    let of = if matches!(report, Report::SameDayFile { .. }) { FileOf::SameDay } else { FileOf::Day };
    let (venue, day, part, parts, told) = (*venue, *day, *part, *parts, (*count, *qty, *value));
    let firm = desk.firm;
    let Some(stage) = stage_of(desk, of, venue, day) else {
        desk.break_off(BreakKind::NoSettlement, file_subject(venue, day), 0, 0);
        return;
    };
    let came = if of == FileOf::Day { &firm.file_parts } else { &firm.same_day_parts };
    // A file imported again changes nothing, nor does one that was issued anew since. That the other exchange's file came
    // first, and what it alone concerned is billed, makes this one none that came before.
    let is_read = of != FileOf::Day || firm.day() != Some(day) || firm.whole_files.contains(&(venue, day));
    if (stage != Stage::Scheduled && is_read) || firm.reissues.contains_key(&venue) || came.contains(&(venue, day, part)) {
        return;
    }
    let mut found = Found { matched: BTreeSet::new(), broken: false };
    for row in rows {
        compare(desk, of, row, &mut found);
    }
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    desk.push(match of {
        FileOf::Day => Event::FilePart { venue, day, part, rows: count },
        FileOf::SameDay => Event::SameDayFilePart { venue, day, part, rows: count },
    });
    let parts_seen = came.iter().filter(|(v, d, _)| (*v, *d) == (venue, day)).count();
    if parts_seen.saturating_add(1) >= usize::from(parts) {
        finish(desk, of, (venue, day), told, &found);
    }
}

/// Whether a file speaks of a trade.
fn speaks_of(firm: &Firm, of: FileOf, trade: &Trade) -> bool {
    of == FileOf::Day || same_day::product_of(firm, trade.settlement) == Product::SameDay
}

fn compare(desk: &mut Desk<'_>, of: FileOf, row: &FileRow, found: &mut Found) {
    let firm = desk.firm;
    let ours = firm.clearing.trade(row.trade, row.side).filter(|t| !t.annulled && speaks_of(firm, of, t));
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

/// The stage of an exchange's settlement of a day, if one is scheduled.
pub fn stage_of(desk: &Desk<'_>, of: FileOf, venue: Venue, day: Day) -> Option<Stage> {
    let clearing = &desk.firm.clearing;
    let kind = if of == FileOf::Day { SettlementKind::Normal } else { SettlementKind::SameDay };
    let with = |corporation| clearing.of_day(day, corporation, kind);
    let settlement = with(desk.firm.cleared_by(venue)).or(with(venue.own_corporation()))?;
    clearing.settlement(settlement).map(|s| s.stage)
}

/// The last part: every trade of ours at the exchange is in its file and the control totals agree (guide I 6.2), or
/// breaks.
fn finish(desk: &mut Desk<'_>, of: FileOf, (venue, day): (Venue, Day), told: (u64, Qty, Paise), found: &Found) {
    let firm = desk.firm;
    let (ours, qty, value) = totals(in_file(firm, of, venue));
    let before = in_file(firm, of, venue).filter(|t| t.in_file).count();
    let mut clean = !found.broken;
    let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    if number(before.saturating_add(found.matched.len())) != ours {
        missing(desk, of, venue, &found.matched);
        clean = false;
    }
    clean &= control(desk, (venue, day), told, (ours, qty, value));
    desk.push(match of {
        FileOf::Day => Event::FileWhole { venue, day },
        FileOf::SameDay => Event::SameDayFileWhole { venue, day },
    });
    if clean && !is_disputed(firm, (venue, day), None) {
        agree(desk, day, Some((venue, of)), None);
    }
}

/// Whether a file's control totals are those of our trades: a break of the figure that says most about the difference,
/// value, else quantity, else the count.
pub fn control(desk: &mut Desk<'_>, (venue, day): (Venue, Day), told: (u64, Qty, Paise), ours: (u64, Qty, Paise)) -> bool {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let (kind, ours, theirs) = if told.2 != ours.2 {
        (BreakKind::ControlValue, ours.2.0, told.2.0)
    } else if told.1 != ours.1 {
        (BreakKind::ControlQuantity, ours.1.0, told.1.0)
    } else if told.0 != ours.0 {
        (BreakKind::ControlCount, number(ours.0), number(told.0))
    } else {
        return true;
    };
    desk.break_off(kind, file_subject(venue, day), ours, theirs);
    false
}

/// The subject of a break about an exchange's whole file: its day, with the exchange as in a trade's number.
pub fn file_subject(venue: Venue, day: Day) -> u64 {
    TradeNo::of(venue, subject(day)).0
}

pub fn of_exchange(firm: &Firm, venue: Venue) -> impl Iterator<Item = &Trade> {
    firm.clearing.trades().iter().filter(move |t| t.trade.venue() == venue && !t.annulled)
}

/// The trades of ours that such a file is to have.
fn in_file(firm: &Firm, of: FileOf, venue: Venue) -> impl Iterator<Item = &Trade> {
    of_exchange(firm, venue).filter(move |t| speaks_of(firm, of, t))
}

/// A difference with an exchange's trade file of a day. What was found before the day began is about another, and keeps none
/// of this one's bills from being made.
pub fn is_about_file(of: &crate::Break, (venue, day): (Venue, Day)) -> bool {
    is_about_trades(of.kind) && TradeNo(of.subject).venue() == venue && of.opened.day() >= day
}

/// Is a difference with an exchange's trade file of a day open, one of them (that is just mended) aside?
fn is_disputed(firm: &Firm, file: (Venue, Day), but: Option<BreakNo>) -> bool {
    firm.breaks.iter().any(|(no, b)| Some(*no) != but && is_about_file(b, file))
}

/// Sauda book and files are one: each settlement of the day whose exchanges' files are whole and undisputed is billed
/// if it has trades, and the normal one in any case. `came` is whole in this entry, `mended` a break no more.
pub fn agree(desk: &mut Desk<'_>, day: Day, came: Option<(Venue, FileOf)>, mended: Option<BreakNo>) {
    let firm = desk.firm;
    let clearing = &firm.clearing;
    let agreed = |venue: Venue, kind: SettlementKind| {
        let whole = came == Some((venue, FileOf::Day)) || firm.whole_files.contains(&(venue, day));
        // What settles today waits for its own file alone; if that never came, the day's has it.
        let ahead = came == Some((venue, FileOf::SameDay)) || firm.same_day_files.contains(&(venue, day));
        (whole || (ahead && kind == SettlementKind::SameDay)) && !is_disputed(firm, (venue, day), mended)
    };
    for (corporation, kind, settlement) in clearing.all_of_day(day) {
        let it = clearing.settlement(settlement).expect("a scheduled settlement");
        let trades = || clearing.trades().iter().filter(move |t| t.settlement == settlement && !t.annulled);
        // An exchange that was shut sends no file.
        let own = |venue: Venue| venue == corporation.exchange() && firm.calendar.is_open(venue, day);
        let concerns = |venue: Venue| own(venue) || trades().any(|t| t.trade.venue() == venue);
        let waits = Venue::ALL.iter().any(|venue| concerns(*venue) && !agreed(*venue, kind));
        let of_day = kind == SettlementKind::Normal && firm.cleared_by(corporation.exchange()) == corporation;
        if it.stage == Stage::Scheduled && (it.trades > 0 || of_day) && !waits {
            let (count, qty, value) = totals(trades());
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
fn missing(desk: &mut Desk<'_>, of: FileOf, venue: Venue, matched: &BTreeSet<(TradeNo, Side)>) {
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
        !t.in_file && !known
    };
    for trade in in_file(firm, of, venue).filter(absent).take(MOST_BREAKS) {
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
