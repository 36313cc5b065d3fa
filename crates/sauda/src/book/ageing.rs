//! What clients owe, bill by bill, aged in trading days from the pay-in of each (sebi 23 Annexure 2.6, guide SP Ann II.2).

use super::Filter;
use super::gather::Gathered;
use crate::sheet::{Cell, Sheet};
use rulebook::RuleName;
use vocab::{ClientRow, Paise};

const COLUMNS: &[&str] = &["Client code", "Owes", "Pay-in day", "Unpaid of it", "Trading days", "In time", "Too old", "New exposure"];

/// As the record stands, or stood on the day it is asked for. Bills are paid oldest first; what is owed without a bill
/// past its pay-in has no age and stands with no day.
pub fn sheet(gathered: &Gathered, filter: &Filter) -> Sheet {
    let mut sheet = Sheet::new("Debits of clients by age", COLUMNS);
    let Some(today) = gathered.last_day else { return sheet };
    let rule = |name| gathered.directory.rule_on(name, today);
    let bars = rule(RuleName::DebitBar).is_some_and(|rule| rule.value == 1);
    let most = rule(RuleName::DebitBarDays).filter(|_| bars).and_then(|rule| u32::try_from(rule.value).ok());
    let (mut owed, mut old, mut barred) = (Paise::ZERO, Paise::ZERO, 0u32);
    let debtors = gathered.money.clients().filter(|(client, book)| {
        let own = gathered.directory.client(*client).is_some_and(crate::directory::ClientName::is_own);
        book.clear().is_negative() && filter.is_of(*client) && !own
    });
    for (client, book) in debtors {
        let debit = -book.clear();
        owed += debit;
        let too_old = rows(gathered, &mut sheet, client, debit, most);
        old += too_old;
        barred += u32::from(too_old.is_positive());
    }
    let of = most.map_or_else(|| "no rule bars".to_owned(), |days| format!("{old:#} more than {days} trading days, {barred} barred"));
    sheet.foot.push(format!("on {today}: owed {owed:#}; {of}"));
    sheet
}

/// The lines of one debtor, oldest first; what of them is too old.
fn rows(gathered: &Gathered, sheet: &mut Sheet, client: ClientRow, debit: Paise, most: Option<u32>) -> Paise {
    let today = gathered.last_day.expect("a record with a debtor has a day");
    let mut bills: Vec<_> = gathered.money.unpaid(client).collect();
    bills.reverse();
    let aged: Vec<_> = bills.into_iter().map(|(due, part)| (due, part, gathered.calendar.between(due, today))).collect();
    let is_old = |days: u32| most.is_some_and(|most| days > most);
    let too_old: Paise = aged.iter().filter(|(.., days)| is_old(*days)).map(|(_, part, _)| *part).sum();
    let standing = if too_old.is_positive() { "barred" } else { "open" };
    let mut row = |day, part: Paise, days, old: bool| {
        let (in_time, late) = if old { (Paise::ZERO, part) } else { (part, Paise::ZERO) };
        let code = Cell::text(gathered.directory.ucc(client));
        sheet.push(vec![
            code, Cell::Money(debit), day, Cell::Money(part), days, Cell::money_if(in_time), Cell::money_if(late),
            Cell::text(standing),
        ]);
    };
    let billed: Paise = aged.iter().map(|(_, part, _)| *part).sum();
    for (due, part, days) in aged {
        row(Cell::Day(due), part, Cell::Number(u64::from(days)), is_old(days));
    }
    if debit > billed {
        row(Cell::Blank, debit - billed, Cell::Blank, false);
    }
    too_old
}
