//! Shares kept because their client has not paid for them: what was kept of whom, for how much, and how each ended
//! (guide I 9.6).

use super::Filter;
use super::gather::Gathered;
use crate::sheet::{Cell, Sheet};
use liens::{Event, Form};
use std::collections::BTreeMap;
use vocab::{ClientRow, LienNo, SecurityRow, SettlementRow};

const COLUMNS: &[&str] = &[
    "Day", "Lien", "Client code", "Security", "Settlement", "How kept", "What happened", "Shares", "Owed", "Entry",
];

#[derive(Clone, Copy)]
struct Known {
    client: ClientRow,
    security: SecurityRow,
    settlement: SettlementRow,
    form: Form,
}

pub fn sheet(gathered: &Gathered, filter: &Filter) -> Sheet {
    let directory = &gathered.directory;
    let mut sheet = Sheet::new("Register of shares kept as unpaid", COLUMNS);
    let mut known: BTreeMap<LienNo, Known> = BTreeMap::new();
    let mut kept = liens::Liens::new();
    for (entry, at, event) in gathered.liens.iter().take_while(|line| !filter.is_after(line.1.day())) {
        kept.apply(event);
        let (no, what, qty, owed) = match *event {
            Event::Asked { no, client, security, settlement, qty, form, .. } => {
                known.insert(no, Known { client, security, settlement, form });
                (no, "to be kept", Some(qty), None)
            }
            Event::Held { no, qty } => (no, "kept", Some(qty), None),
            Event::Told { no, owed, .. } => (no, "client told", None, Some(owed)),
            Event::Offered { no, qty, .. } => (no, "offered for sale", Some(qty), None),
            Event::Sold { no, qty } => (no, "sold", Some(qty), None),
            Event::Unsold { no, qty } => (no, "unsold", Some(qty), None),
            Event::Realised { no, qty } => (no, "taken for delivery", Some(qty), None),
            Event::Leaving { no, qty } => (no, "released", Some(qty), None),
            Event::Released { no, qty } if qty.is_positive() => (no, "free to the client", Some(qty), None),
            Event::Released { .. } | Event::Repeated { .. } => continue,
        };
        let Some(it) = known.get(&no).filter(|it| filter.takes(at.day()) && filter.is_of(it.client)) else { continue };
        sheet.push(vec![
            Cell::Day(at.day()),
            Cell::Number(u64::from(no.0)),
            Cell::text(directory.ucc(it.client)),
            Cell::text(directory.symbol(it.security)),
            Cell::text(directory.number(it.settlement)),
            Cell::text(it.form.as_str()),
            Cell::text(what),
            qty.map_or(Cell::Blank, Cell::Qty),
            owed.map_or(Cell::Blank, Cell::Money),
            Cell::Number(entry.0),
        ]);
    }
    let open = kept.iter().filter(|(_, lien)| filter.is_of(lien.client));
    sheet.foot.push(format!("{} liens, {} in force at the end", known.len(), open.count()));
    sheet
}
