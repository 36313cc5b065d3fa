//! Registers of changed client codes and of the error account (sebi 38, guide I 11.5).

use super::Filter;
use super::gather::{Deal, Gathered, Recoded};
use crate::sheet::{Cell, Sheet};
use corrections::{Stage, Waiver};
use rulebook::RuleName;
use std::collections::BTreeMap;
use vocab::{ModificationNo, Moment, Paise, Price, Side};

const MODIFICATIONS: &[&str] = &[
    "No", "Asked", "Exchange", "Segment", "Scrip name", "Trade no", "Trade time", "Side", "Quantity", "Value",
    "Old code", "New code", "Criterion", "Evidence", "Dealer", "Terminal", "Prepared", "Sanctioned", "Told the exchange",
    "Answer", "Counted", "Waiver", "Quarter", "Pattern",
];

fn wanted<'a>(gathered: &'a Gathered, filter: &Filter) -> impl Iterator<Item = (ModificationNo, &'a Recoded)> {
    let filter = *filter;
    let of = move |it: &Recoded| {
        let whose = filter.is_of(it.it.from) || filter.is_of(it.it.to);
        whose && filter.takes(it.it.at.day()) && filter.is_on(it.it.trade.venue())
    };
    gathered.recoded.iter().map(|(no, it)| (*no, it)).filter(move |(_, it)| of(it))
}

fn deal<'a>(gathered: &'a Gathered, it: &Recoded) -> Option<&'a Deal> {
    let of = |d: &&Deal| (d.fact.trade, d.fact.side, d.booked.day()) == (it.it.trade, it.it.side, it.it.at.day());
    gathered.deals.iter().find(of)
}

/// Every change of code that was asked for, whatever came of it: the whole population, for audit and for patterns.
pub fn modifications(gathered: &Gathered, filter: &Filter) -> Sheet {
    let directory = &gathered.directory;
    let mut sheet = Sheet::new("Register of client-code modifications", MODIFICATIONS);
    let mut pairs = BTreeMap::new();
    for (no, recoded) in wanted(gathered, filter) {
        let it = &recoded.it;
        let times = pairs.entry((it.from.min(it.to), it.from.max(it.to))).or_insert(0u32);
        *times += 1;
        let deal = deal(gathered, recoded);
        let (answer, counted) = match it.stage {
            Stage::Asked => ("not answered".to_owned(), false),
            Stage::Accepted => ("changed".to_owned(), !it.is_shift()),
            Stage::Refused(0) => ("kept, by the final trade file".to_owned(), false),
            Stage::Refused(code) => (format!("kept, code {code}"), false),
        };
        let (year, month, _) = it.at.day().civil();
        sheet.push(vec![
            Cell::Number(u64::from(no.0)),
            Cell::Day(it.at.day()),
            Cell::text(it.trade.venue().as_str()),
            Cell::text("cash"),
            deal.map_or(Cell::Blank, |d| Cell::text(directory.symbol(d.fact.security))),
            Cell::Number(it.trade.number()),
            deal.map_or(Cell::Blank, |d| Cell::At(d.fact.at)),
            Cell::text(it.side.as_str()),
            deal.map_or(Cell::Blank, |d| Cell::Qty(d.fact.qty)),
            it.moved.map_or(Cell::Blank, |m| Cell::Money(m.value)),
            Cell::text(directory.ucc(it.from)),
            Cell::text(directory.ucc(it.to)),
            Cell::text(it.reason.as_str()),
            Cell::Number(it.evidence),
            Cell::text(directory.user(it.dealer)),
            recoded.terminal.map_or(Cell::Blank, Cell::Number),
            Cell::text(directory.user(it.by)),
            Cell::text(directory.user(it.sanctioned)),
            Cell::At(it.at),
            Cell::text(answer),
            Cell::text(if counted { "yes" } else { "no" }),
            Cell::text(waiver(it.waiver)),
            Cell::text(format!("{year} Q{}", month.div_ceil(3))),
            Cell::text(pattern(gathered, recoded, deal, *times)),
        ]);
    }
    sheet.foot.push(format!("{} modifications asked", sheet.rows.len()));
    sheet
}

const fn waiver(waiver: Waiver) -> &'static str {
    match waiver {
        Waiver::Nothing => "",
        Waiver::Draft => "drafted",
        Waiver::Submitted => "submitted",
        Waiver::Granted => "granted",
        Waiver::Denied => "denied",
    }
}

/// What makes a change worth a look: the same pair again, a trade of the last half hour, a price that pays the new
/// code by the day's close.
fn pattern(gathered: &Gathered, recoded: &Recoded, deal: Option<&Deal>, times: u32) -> String {
    let mut words = Vec::new();
    if times > 1 {
        words.push(format!("same pair {times} times"));
    }
    let Some(deal) = deal else { return words.join("; ") };
    if is_near_close(gathered, deal.fact.trade.venue(), deal.fact.at) {
        words.push("near the close".to_owned());
    }
    if let Some((close, _)) = gathered.closes.get(&(deal.fact.trade.venue(), deal.fact.security, deal.fact.at.day())) {
        let pays = match recoded.it.side {
            Side::Buy => *close > deal.fact.price,
            Side::Sell => *close < deal.fact.price,
        };
        if pays {
            words.push(format!("pays the new code {:#}", gain(deal, *close)));
        }
    }
    words.join("; ")
}

fn gain(deal: &Deal, close: Price) -> Paise {
    let value = |price: Price| price.value(deal.fact.qty, vocab::Rounding::NearestPaisa);
    (value(close) - value(deal.fact.price)).abs()
}

fn is_near_close(gathered: &Gathered, venue: vocab::Venue, at: Moment) -> bool {
    let rule = |name| gathered.directory.rule_on(name, at.day()).map(|rule| rule.value);
    let special = gathered.calendar.hours(venue, at.day()).map(|(_, close)| i64::from(close.0));
    let (Some(close), Some(minutes)) =
        (special.or(rule(RuleName::MarketCloseTime)), rule(RuleName::ClosingAverageMinutes)) else { return false };
    i64::from(at.time().0) >= close - minutes * 60
}

/// Each month's share and what it costs (sebi 38.3).
pub fn months(gathered: &Gathered) -> Sheet {
    const COLUMNS: &[&str] =
        &["Exchange", "Segment", "Month", "Modified (a)", "Turnover (b)", "a as % of b", "Waived", "Penalty", "Due to"];
    let mut sheet = Sheet::new("Client-code modifications by month", COLUMNS);
    for ((venue, month), tally) in gathered.corrections.tallies() {
        let share = match tally.turnover.is_positive() {
            // Hundredths of a percent, cut.
            true => i128::from(tally.a().0) * 10_000 / i128::from(tally.turnover.0),
            false => 0,
        };
        let (year, number, _) = month.first_day().civil();
        sheet.push(vec![
            Cell::text(venue.as_str()),
            Cell::text("cash"),
            Cell::text(format!("{year}-{number:02}")),
            Cell::Money(tally.a()),
            Cell::Money(tally.turnover),
            Cell::text(format!("{}.{:02}", share / 100, share % 100)),
            Cell::Money(tally.waived),
            Cell::Money(tally.penalised),
            Cell::text("investor protection fund"),
        ]);
    }
    sheet
}

/// What was asked and refused: attempts against the rules are part of the record.
pub fn attempts(gathered: &Gathered, filter: &Filter) -> Sheet {
    let mut sheet = Sheet::new("Refused", &["Entry", "Date", "Time", "By", "Asked", "Refused"]);
    for attempt in gathered.attempts.iter().filter(|a| filter.takes(a.at.day())) {
        sheet.push(vec![
            Cell::Number(attempt.entry.0),
            Cell::Day(attempt.at.day()),
            Cell::At(attempt.at),
            Cell::text(gathered.directory.user(attempt.by)),
            Cell::text(attempt.asked.clone()),
            Cell::text(attempt.refused.clone()),
        ]);
    }
    sheet
}

const ERROR: &[&str] = &[
    "No", "Date", "Error code", "From", "Scrip name", "Trade no", "Side", "Quantity", "Value", "Reason", "Dealer",
    "Terminal", "Closed by trades", "Closed", "Proceeds", "Result", "Still open", "Age",
];

/// Flows to the error account, each with how it was closed and what it came to (sebi 38.5, guide I 11.5).
pub fn error(gathered: &Gathered, filter: &Filter) -> Sheet {
    let directory = &gathered.directory;
    let mut sheet = Sheet::new("Error account", ERROR);
    let (mut by_dealer, mut by_scrip) = (BTreeMap::new(), BTreeMap::new());
    let shifts = wanted(gathered, filter).filter(|(_, r)| r.it.is_shift());
    for (no, recoded) in shifts {
        let it = &recoded.it;
        let Some(moved) = it.moved else { continue };
        let until = if it.left().is_zero() { recoded.closed_on } else { gathered.last_day };
        let trades: Vec<String> = recoded.closed_by.iter().map(|t| t.to_string()).collect();
        for (sums, key) in [
            (&mut by_dealer, directory.user(it.dealer)), (&mut by_scrip, directory.symbol(moved.security)),
        ] {
            let sum: &mut (u64, Paise, Paise) = sums.entry(key).or_insert((0, Paise::ZERO, Paise::ZERO));
            sum.0 += 1;
            sum.1 += moved.value;
            sum.2 += it.result();
        }
        sheet.push(vec![
            Cell::Number(u64::from(no.0)),
            Cell::Day(moved.day),
            Cell::text(directory.ucc(it.to)),
            Cell::text(directory.ucc(it.from)),
            Cell::text(directory.symbol(moved.security)),
            Cell::Number(it.trade.number()),
            Cell::text(it.side.as_str()),
            Cell::Qty(moved.qty),
            Cell::Money(moved.value),
            Cell::text(it.reason.as_str()),
            Cell::text(directory.user(it.dealer)),
            recoded.terminal.map_or(Cell::Blank, Cell::Number),
            Cell::text(trades.join(" ")),
            Cell::Qty(it.liquidated),
            Cell::Money(it.proceeds),
            Cell::Money(it.result()),
            if it.left().is_zero() { Cell::Blank } else { Cell::Qty(it.left()) },
            until.map_or(Cell::Blank, |day| Cell::text(format!("{} days", day.days_since(moved.day)))),
        ]);
    }
    for (word, sums) in [("dealer", by_dealer), ("scrip", by_scrip)] {
        for (key, (count, value, result)) in sums {
            sheet.foot.push(format!("{word} {key}: {count} of {value:#}, result {result:#}"));
        }
    }
    sheet
}

/// What was disclosed and approved: without both nothing is shifted (sebi 38.5).
pub fn policy(gathered: &Gathered) -> Sheet {
    let mut sheet = Sheet::new("Error policy and disclosed codes", &["What", "Which", "From", "By"]);
    for (what, which, from, by) in &gathered.disclosures {
        sheet.push(vec![Cell::text(what.clone()), Cell::text(which.clone()), Cell::Day(*from), Cell::text(by.clone())]);
    }
    sheet
}
