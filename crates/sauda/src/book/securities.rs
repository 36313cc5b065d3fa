//! The register of securities, by client and by security (guide I 9.5, SP Annexure II.9).

use super::Filter;
use super::gather::{Gathered, Move};
use crate::args::By;
use crate::directory::Directory;
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
        StockEvent::Blocked { .. } | StockEvent::Sold { .. } | StockEvent::Kept { .. } | StockEvent::Pledged { .. } => None,
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

/// Where the depository stands among a line's cells.
const DEPOSITORY: usize = 4;

/// A line of the register: whose, which, and its cells from what was received to why.
fn line(it: &Move, directory: &Directory) -> Option<(ClientRow, SecurityRow, [Cell; 7])> {
    let pledged = "own account, pledged";
    if let StockEvent::Pledged { client, security, qty } = it.moved {
        // A pledge moves nothing: the shares are in his own account, and not his to sell.
        let (from, to, why) = match qty.is_negative() {
            false => (Place::Account.as_str(), pledged, "pledged as margin"),
            true => (pledged, Place::Account.as_str(), "pledge ended"),
        };
        let cells = [Cell::Qty(qty.abs()), Cell::Blank, Cell::text(from), Cell::text(to), Cell::Blank, Cell::Blank, Cell::text(why)];
        return Some((client, security, cells));
    }
    let moved = moved(&it.moved)?;
    let (qty, out) = (Cell::Qty(moved.qty), matches!(moved.to, Place::Outside | Place::Corporation));
    let (received, delivered) = if out { (Cell::Blank, qty) } else { (qty, Cell::Blank) };
    let settlement = moved.settlement.map_or(Cell::Blank, |row| Cell::text(directory.number(row)));
    let (from, to) = (Cell::text(moved.from.as_str()), Cell::text(moved.to.as_str()));
    let depository = Cell::text(moved.depository.as_str());
    let why = Cell::text(purpose(moved.from, moved.to));
    Some((moved.client, moved.security, [received, delivered, from, to, depository, settlement, why]))
}

/// How many more a movement puts with the client, and with the firm.
fn change(event: &StockEvent) -> (Qty, Qty) {
    let Some(moved) = moved(event) else { return (Qty::ZERO, Qty::ZERO) };
    let change = |to: bool, from: bool| match (to, from) {
        (true, false) => moved.qty,
        (false, true) => -moved.qty,
        (true, true) | (false, false) => Qty::ZERO,
    };
    let with_client = change(moved.to == Place::Account, moved.from == Place::Account);
    (with_client, change(is_firm(moved.to), is_firm(moved.from)))
}

/// A move of shares, whose and of which security, and its cells.
type Line<'a> = (&'a Move, ClientRow, SecurityRow, [Cell; 7]);

pub fn sheet(gathered: &Gathered, filter: &Filter, by: By) -> Sheet {
    let directory = &gathered.directory;
    let mut groups: BTreeMap<(u32, u32), Vec<Line<'_>>> = BTreeMap::new();
    for it in gathered.moves.iter().filter(|m| !filter.is_after(m.at.day())) {
        let Some((client, security, cells)) = line(it, directory).filter(|(client, ..)| filter.is_of(*client)) else { continue };
        let key = match by {
            By::Client => (client.0, security.0),
            By::Security => (security.0, client.0),
        };
        groups.entry(key).or_default().push((it, client, security, cells));
    }
    let view = match by {
        By::Client => "by client",
        By::Security => "by security",
    };
    let mut sheet = Sheet::new(format!("Register of securities, {view}"), COLUMNS);
    let mut movements = 0usize;
    for group in groups.into_values() {
        let (mut with_client, mut with_firm, mut depository) = (Qty::ZERO, Qty::ZERO, Cell::Blank);
        for (it, client, security, mut cells) in group {
            // Shares are pledged where they came to.
            match &mut cells[DEPOSITORY] {
                blank @ Cell::Blank => *blank = depository.clone(),
                known => depository = known.clone(),
            }
            let (client_more, firm_more) = change(&it.moved);
            (with_client, with_firm) = (with_client + client_more, with_firm + firm_more);
            if filter.is_before(it.at.day()) {
                continue;
            }
            movements += usize::from(moved(&it.moved).is_some());
            let mut row = vec![
                Cell::text(directory.ucc(client)),
                Cell::text(directory.symbol(security)),
                Cell::text(directory.isin(security)),
                Cell::Day(it.at.day()),
                Cell::Number(it.entry.0),
            ];
            row.extend(cells);
            row.extend([Cell::Qty(with_client), Cell::Qty(with_firm)]);
            sheet.push(row);
        }
    }
    sheet.foot.push(format!("{movements} movements; each moves the same quantity out of one place into another"));
    sheet
}
