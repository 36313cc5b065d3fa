//! The daily margin of every client, and the margin deposit book (guide I 3.2, I 10.4, I 10.5).

use super::Filter;
use super::gather::Gathered;
use crate::sheet::{Cell, Sheet};
use margin::{Event, Form};
use std::collections::BTreeMap;
use vocab::{ClientRow, Day, DepositNo, Paise};

const COLUMNS: &[&str] = &[
    "Day", "Client code", "VaR", "ELM", "Mark to market", "Covered by own collateral", "Wanted up front", "In money",
    "In receipts and guarantees", "In securities", "Collected", "Short", "Peak look", "Wanted at it", "Short at it",
    "Reported short", "Penalty", "Entry",
];

/// What was reported of a client's day: the look that asked for most, what it wanted and what was missing, then the larger
/// shortage and what it costs.
#[derive(Clone, Copy)]
struct Reported {
    nth: u8,
    money: [Paise; 4],
}

fn reported(gathered: &Gathered) -> BTreeMap<(Day, ClientRow), Reported> {
    let of = |event: &Event| match *event {
        Event::Reported { day, client, nth, evening, wanted, peak, penalty, .. } => {
            Some(((day, client), Reported { nth, money: [wanted, peak, evening.max(peak), penalty] }))
        }
        _ => None,
    };
    gathered.margins.iter().filter_map(|(.., event)| of(event)).collect()
}

/// What of a margin was there: at most what was wanted.
fn collected(upfront: Paise, short: Paise) -> Paise {
    upfront - short
}

/// Client by client and day by day: what positions ask for and what was there against it, as it stood that evening, and
/// at the look within the day that asked for most. Who had nothing open by the evening has the looks alone.
pub fn daily(gathered: &Gathered, filter: &Filter) -> Sheet {
    let directory = &gathered.directory;
    let mut sheet = Sheet::new("Daily margin, client by client", COLUMNS);
    let mut exposed: BTreeMap<(Day, ClientRow), [Paise; 4]> = BTreeMap::new();
    let mut reported = reported(gathered);
    let (mut wanted, mut missing, mut told) = (Paise::ZERO, Paise::ZERO, Paise::ZERO);
    for (entry, _, event) in &gathered.margins {
        match *event {
            Event::Exposed { day, client, var, elm, mtm, covered, .. } => {
                exposed.insert((day, client), [var, elm, mtm, covered]);
            }
            Event::Collected { day, client, upfront, funds, deposits, securities, short, .. } => {
                if !filter.takes(day) || !filter.is_of(client) {
                    continue;
                }
                wanted += upfront;
                missing += short;
                let [var, elm, mtm, covered] = exposed.get(&(day, client)).copied().unwrap_or([Paise::ZERO; 4]);
                let money = [
                    var, elm, mtm, covered, upfront, funds, deposits, securities, collected(upfront, short), short,
                ];
                let mut row = vec![Cell::Day(day), Cell::text(directory.ucc(client))];
                row.extend(money.map(Cell::Money));
                let of_day = reported.remove(&(day, client));
                told += of_day.map_or(Paise::ZERO, |it| it.money[2]);
                row.extend(peak(of_day));
                row.push(Cell::Number(entry.0));
                sheet.push(row);
            }
            Event::Reported { day, client, .. } if filter.takes(day) && filter.is_of(client) => {
                let Some(alone) = reported.remove(&(day, client)) else { continue };
                told += alone.money[2];
                let mut row = vec![Cell::Day(day), Cell::text(directory.ucc(client))];
                row.extend([Paise::ZERO; 10].map(Cell::Money));
                row.extend(peak(Some(alone)));
                row.push(Cell::Number(entry.0));
                sheet.push(row);
            }
            _ => {}
        }
    }
    sheet.foot.push(format!(
        "wanted {wanted:#}, collected {:#}, short {missing:#}; reported short, at peaks or in the evening, {told:#}",
        wanted - missing
    ));
    sheet
}

fn peak(of_day: Option<Reported>) -> [Cell; 5] {
    let Some(Reported { nth, money }) = of_day else { return [Cell::Blank, Cell::Blank, Cell::Blank, Cell::Blank, Cell::Blank] };
    let look = if nth > 0 { Cell::Number(u64::from(nth)) } else { Cell::Blank };
    let [wanted, short, larger, penalty] = money.map(Cell::Money);
    [look, wanted, short, larger, penalty]
}

const DEPOSIT_COLUMNS: &[&str] = &[
    "Day", "Deposit", "Client code", "Form", "Paper", "Security", "Shares", "Amount", "With the bank", "Good until",
    "What happened", "Price", "Worth", "Entry",
];

/// What a deposit is, for the lines that follow its first.
#[derive(Clone, Copy)]
struct Known {
    client: ClientRow,
    form: Form,
    paper: u32,
}

/// Every receipt, guarantee and pledge: taken, valued, placed, returned, each with its day and entry.
pub fn deposits(gathered: &Gathered, filter: &Filter) -> Sheet {
    let directory = &gathered.directory;
    let mut sheet = Sheet::new("Margin deposit book", DEPOSIT_COLUMNS);
    let mut known: BTreeMap<DepositNo, Known> = BTreeMap::new();
    for (entry, at, event) in &gathered.margins {
        let blank = || [Cell::Blank, Cell::Blank, Cell::Blank, Cell::Blank, Cell::Blank];
        let (no, what, [security, shares, amount, funded, until], price, worth) = match *event {
            Event::Deposited { no, client, form, security, qty, amount, funded, good_until, paper, .. } => {
                known.insert(no, Known { client, form, paper });
                let cells = [
                    security.map_or(Cell::Blank, |row| Cell::text(directory.symbol(row))),
                    if security.is_some() { Cell::Qty(qty) } else { Cell::Blank },
                    Cell::money_if(amount),
                    Cell::money_if(funded),
                    good_until.map_or(Cell::Blank, Cell::Day),
                ];
                (no, "taken", cells, Cell::Blank, Cell::Blank)
            }
            Event::Valued { no, price, value, .. } => {
                let price = if price.0 > 0 { Cell::Price(price) } else { Cell::Blank };
                (no, "valued", blank(), price, Cell::Money(value))
            }
            Event::Lodged { no, on: true } => (no, "placed with the clearing corporation", blank(), Cell::Blank, Cell::Blank),
            Event::Lodged { no, on: false } => (no, "back from the clearing corporation", blank(), Cell::Blank, Cell::Blank),
            Event::Leaving { no } => (no, "asked back", blank(), Cell::Blank, Cell::Blank),
            Event::Returned { no, .. } => (no, "returned", blank(), Cell::Blank, Cell::Blank),
            _ => continue,
        };
        let Some(Known { client, form, paper }) = known.get(&no).copied() else { continue };
        if filter.takes(at.day()) && filter.is_of(client) {
            sheet.push(vec![
                Cell::Day(at.day()),
                Cell::Number(u64::from(no.0)),
                Cell::text(directory.ucc(client)),
                Cell::text(form.as_str()),
                Cell::Number(u64::from(paper)),
                security,
                shares,
                amount,
                funded,
                until,
                Cell::text(what),
                price,
                worth,
                Cell::Number(entry.0),
            ]);
        }
    }
    sheet
}
