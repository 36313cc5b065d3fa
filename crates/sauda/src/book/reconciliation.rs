//! The bank book against the banks' statements, line by line, as of any day (guide I 8.12).

use super::Filter;
use super::gather::Gathered;
use crate::directory::Directory;
use crate::sheet::{Cell, Sheet};
use firm::{BankRef, BreakKind, Reconciliation};

/// What is open at the end of the last day that is wanted: oldest first within each account.
pub fn sheet(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] = &["Bank account", "Of", "Bank book", "Statement", "Difference", "Since", "Days", "Owner"];
    let mut sheet = Sheet::new("Bank reconciliation: what book and statements do not agree on", COLUMNS);
    let mut open = Reconciliation::default();
    let (mut seen, mut last) = (0u64, None);
    for (at, ours, account, of, amount) in gathered.bank_lines.iter().take_while(|line| !filter.is_after(line.0.day())) {
        let change = if *ours { Reconciliation::booked } else { Reconciliation::stated };
        change(&mut open, *account, *of, *amount, at.day());
        seen += 1;
        last = Some(at.day());
    }
    let today = filter.to.or(last);
    for (account, of, item) in open.iter() {
        let days = today.map_or(0, |day| day.days_since(item.since));
        sheet.push(vec![
            Cell::text(account.as_str()),
            Cell::text(named(of, &gathered.directory)),
            Cell::Money(item.ours),
            Cell::Money(item.theirs),
            Cell::Money(item.ours - item.theirs),
            Cell::Day(item.since),
            Cell::Number(u64::try_from(days).unwrap_or(0)),
            Cell::text(BreakKind::BankItemsOld.owner()),
        ]);
    }
    sheet.foot.push(format!("{seen} lines of book and statements, {} open", open.iter().count()));
    sheet
}

fn named(of: BankRef, directory: &Directory) -> String {
    match of {
        BankRef::Payment(no) => format!("payment {no}"),
        BankRef::Credit(number) => format!("credit {number}"),
        BankRef::Clearing(key, head) => {
            let row = directory.settlement_of(&key);
            let number = row.map_or_else(|| key.number.to_string(), |row| directory.number(row));
            format!("{} of {number}", head.as_str())
        }
        BankRef::Instrument(no) => format!("instrument {no}"),
        BankRef::Deposit(no) => format!("deposit {no}"),
        BankRef::MarginPenalties(day) => format!("penalties for short margins of {day}"),
    }
}
