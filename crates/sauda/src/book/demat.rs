//! The register of securities against the depositories' statements, as of any day (guide I 9.14).

use super::Filter;
use super::gather::Gathered;
use crate::sheet::{Cell, Sheet};
use firm::{BreakKind, DematReconciliation, Event};

/// What is open at the end of the last day that is wanted, account by account and security by security.
pub fn sheet(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] =
        &["Demat account", "Depository", "Security", "ISIN", "Register", "Statement", "Difference", "Since", "Days", "Owner"];
    let mut sheet = Sheet::new("Demat reconciliation: what register and statements do not agree on", COLUMNS);
    let mut open = DematReconciliation::default();
    let (mut seen, mut last) = (0u64, None);
    for (_, at, event) in gathered.demat.iter().take_while(|line| !filter.is_after(line.1.day())) {
        match *event {
            Event::DematCompared { account, depository, security, ours, theirs } => {
                open.compared((account, depository, security), ours, theirs, at.day());
                seen += 1;
            }
            Event::DematStated { day, depository, .. } => open.told(depository, day),
            _ => {}
        }
        last = Some(at.day());
    }
    let today = filter.to.or(last);
    for ((account, depository, security), gap) in open.iter() {
        let days = today.map_or(0, |day| day.days_since(gap.since));
        sheet.push(vec![
            Cell::text(account.as_str()),
            Cell::text(depository.as_str()),
            Cell::text(gathered.directory.symbol(security)),
            Cell::text(gathered.directory.isin(security)),
            Cell::Qty(gap.ours),
            Cell::Qty(gap.theirs),
            Cell::Qty(gap.ours - gap.theirs),
            Cell::Day(gap.since),
            Cell::Number(u64::try_from(days).unwrap_or(0)),
            Cell::text(BreakKind::DematItemsOld.owner()),
        ]);
    }
    sheet.foot.push(format!("{seen} lines compared, {} open", open.iter().count()));
    sheet
}

/// Every statement that came whole, with what it left open.
pub fn statements(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] = &["Statement of", "Depository", "Came", "Of the register, not shown", "Open", "Entry"];
    let mut sheet = Sheet::new("Depository statements", COLUMNS);
    for (entry, at, event) in gathered.demat.iter().filter(|line| filter.takes(line.1.day())) {
        let Event::DematStated { day, depository, missing, open } = *event else { continue };
        sheet.push(vec![
            Cell::Day(day),
            Cell::text(depository.as_str()),
            Cell::text(at.to_string()),
            Cell::Number(u64::from(missing)),
            Cell::Number(u64::from(open)),
            Cell::Number(entry.0),
        ]);
    }
    sheet
}
