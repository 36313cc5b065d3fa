//! The register of securities, by client and by security (guide I 9.5, SP Annexure II.9).

use super::Filter;
use super::gather::{Gathered, Move};
use crate::args::By;
use crate::sheet::{Cell, Sheet};
use books::{Place, StockEvent};
use std::collections::BTreeMap;
use vocab::{ClientRow, Depository, Qty, SecurityRow, SettlementRow};

const COLUMNS: &[&str] = &[
    "Client code", "Scrip name", "Scrip code", "Date", "Entry", "Received", "Delivered", "From", "To", "Depository",
    "Settlement", "Purpose", "With client", "With firm",
];

/// A movement taken out of its event.
pub struct Moved {
    pub client: ClientRow,
    pub security: SecurityRow,
    pub from: Place,
    pub to: Place,
    pub qty: Qty,
    pub settlement: Option<SettlementRow>,
    pub depository: Depository,
}

pub fn moved(event: &StockEvent) -> Option<Moved> {
    match *event {
        StockEvent::Moved { client, security, from, to, qty, settlement, depository } => {
            Some(Moved { client, security, from, to, qty, settlement, depository })
        }
        StockEvent::Blocked { .. } | StockEvent::Sold { .. } | StockEvent::Kept { .. } => None,
    }
}

/// Why shares go from one place to another: the pair says it.
pub const fn purpose(from: Place, to: Place) -> &'static str {
    match (from, to) {
        (Place::Outside, _) => "brought in",
        (_, Place::Outside) => "taken out",
        (Place::Account, Place::Beneficiary | Place::Pool | Place::Principal) => "pay-in from the client",
        (_, Place::Early) => "early pay-in",
        (Place::Early, Place::Account) => "early pay-in returned",
        (_, Place::Corporation) => "pay-in to the clearing corporation",
        (_, Place::Unpaid) => "kept: not paid for",
        (Place::Unpaid, Place::Account) => "released to the client",
        (Place::Corporation, Place::Account) => "direct pay-out to the client",
        (Place::Corporation, _) => "pay-out from the clearing corporation",
        (_, Place::Account) => "delivered to the client",
        (Place::Early, _) => "early pay-in to the firm",
        (
            Place::Beneficiary | Place::Pool | Place::Principal | Place::Unpaid,
            Place::Beneficiary | Place::Pool | Place::Principal,
        ) => "between the firm's accounts",
    }
}

/// Shares held at the firm's own accounts for somebody.
pub const fn is_firm(place: Place) -> bool {
    matches!(place, Place::Beneficiary | Place::Pool | Place::Principal)
}

pub fn sheet(gathered: &Gathered, filter: &Filter, by: By) -> Sheet {
    let directory = &gathered.directory;
    let mut groups: BTreeMap<(u32, u32), Vec<(&Move, Moved)>> = BTreeMap::new();
    for line in gathered.moves.iter().filter(|m| !filter.is_after(m.at.day())) {
        let Some(moved) = moved(&line.moved).filter(|m| filter.is_of(m.client)) else { continue };
        let key = match by {
            By::Client => (moved.client.0, moved.security.0),
            By::Security => (moved.security.0, moved.client.0),
        };
        groups.entry(key).or_default().push((line, moved));
    }
    let view = match by {
        By::Client => "by client",
        By::Security => "by security",
    };
    let mut sheet = Sheet::new(format!("Register of securities, {view}"), COLUMNS);
    for group in groups.values() {
        let (mut with_client, mut with_firm) = (Qty::ZERO, Qty::ZERO);
        for (line, moved) in group {
            let change = |to: bool, from: bool| match (to, from) {
                (true, false) => moved.qty,
                (false, true) => -moved.qty,
                (true, true) | (false, false) => Qty::ZERO,
            };
            with_client += change(moved.to == Place::Account, moved.from == Place::Account);
            with_firm += change(is_firm(moved.to), is_firm(moved.from));
            if filter.is_before(line.at.day()) {
                continue;
            }
            let out = matches!(moved.to, Place::Outside | Place::Corporation);
            sheet.push(vec![
                Cell::text(directory.ucc(moved.client)),
                Cell::text(directory.symbol(moved.security)),
                Cell::text(directory.isin(moved.security)),
                Cell::Day(line.at.day()),
                Cell::Number(line.entry.0),
                if out { Cell::Blank } else { Cell::Qty(moved.qty) },
                if out { Cell::Qty(moved.qty) } else { Cell::Blank },
                Cell::text(moved.from.as_str()),
                Cell::text(moved.to.as_str()),
                Cell::text(moved.depository.as_str()),
                moved.settlement.map_or(Cell::Blank, |row| Cell::text(directory.number(row))),
                Cell::text(purpose(moved.from, moved.to)),
                Cell::Qty(with_client),
                Cell::Qty(with_firm),
            ]);
        }
    }
    sheet.foot.push(format!("{} movements; each moves the same quantity out of one place into another", sheet.rows.len()));
    sheet
}
