//! The register of transactions: every trade, own account and clients, settlement by settlement (guide I 6.1).

use super::Filter;
use super::gather::{Deal, Gathered};
use crate::directory::plain;
use crate::failure::Failure;
use crate::person;
use crate::sheet::{Cell, Sheet};
use crate::state::State;
use std::collections::BTreeSet;
use vocab::{Paise, Price, Qty, Rounding, Side};

const COLUMNS: &[&str] = &[
    "Settlement", "Exchange", "Date", "Scrip name", "Scrip code", "Order no", "Order time", "Trade no", "Trade time",
    "Client code", "Client name", "For", "Bought", "Sold", "Market rate", "Net rate", "Note",
];

/// Per share with brokerage, as the client pays or receives it; known once the note is made.
fn net_rate(deal: &Deal) -> Option<Price> {
    let brokerage = deal.brokerage?;
    let value = deal.fact.price.value(deal.fact.qty, Rounding::NearestPaisa);
    let net = match deal.fact.side {
        Side::Buy => value + brokerage,
        Side::Sell => value - brokerage,
    };
    let exact = net.0.checked_mul(Price::PER_PAISA)?.checked_div(deal.fact.qty.0)?;
    Some(Price(exact))
}

/// The trades in the order of the register: settlement, then time.
pub fn in_order<'a>(gathered: &'a Gathered, filter: &Filter) -> Vec<&'a Deal> {
    let wanted = |d: &&Deal| {
        filter.takes(d.booked.day()) && filter.is_of(d.fact.client) && filter.is_on(d.fact.trade.venue())
    };
    let mut deals: Vec<&Deal> = gathered.deals.iter().filter(wanted).collect();
    deals.sort_by_key(|d| (d.fact.settlement, d.fact.at, d.fact.trade, d.fact.side));
    deals
}

/// # Errors
/// When the names cannot be read from the vault: a register without names is not the register.
pub fn sheet(state: &State, gathered: &Gathered, filter: &Filter) -> Result<Sheet, Failure> {
    let directory = &gathered.directory;
    let deals = in_order(gathered, filter);
    let clients: BTreeSet<_> = deals.iter().map(|d| d.fact.client).collect();
    let names = person::names(state, directory, &clients, "sauda book")?;
    let mut sheet = Sheet::new("Register of transactions (sauda book)", COLUMNS);
    let (mut bought, mut sold) = ((Qty::ZERO, Paise::ZERO), (Qty::ZERO, Paise::ZERO));
    for deal in &deals {
        let fact = &deal.fact;
        let sum = match fact.side {
            Side::Buy => &mut bought,
            Side::Sell => &mut sold,
        };
        if !deal.annulled {
            sum.0 += fact.qty;
            sum.1 += fact.price.value(fact.qty, Rounding::NearestPaisa);
        }
        let of = |side| if fact.side == side { Cell::Qty(fact.qty) } else { Cell::Blank };
        let own = directory.client(fact.client).is_some_and(|c| c.is_own());
        sheet.push(vec![
            Cell::text(directory.number(fact.settlement)),
            Cell::text(fact.trade.venue().as_str()),
            Cell::Day(fact.at.day()),
            Cell::text(directory.symbol(fact.security)),
            Cell::text(deal.code.map_or_else(|| directory.isin(fact.security), |code| format!("{code}{}", code.label()))),
            Cell::Number(fact.order.0),
            deal.order_at.map_or(Cell::Blank, Cell::At),
            Cell::Number(fact.trade.number()),
            Cell::At(fact.at),
            Cell::text(directory.ucc(fact.client)),
            Cell::text(names.get(&fact.client).map_or(String::new(), |n| plain(n))),
            Cell::text(match (deal.annulled, own) {
                (true, _) => "annulled",
                (false, true) => "own account",
                (false, false) => "client",
            }),
            of(Side::Buy),
            of(Side::Sell),
            Cell::Price(fact.price),
            net_rate(deal).map_or(Cell::Blank, Cell::Price),
            deal.note.map_or(Cell::Blank, |note| Cell::text(format!("{}/{note}", fact.at.day().financial_year()))),
        ]);
    }
    let ((bq, bv), (sq, sv)) = (bought, sold);
    sheet.foot.push(format!("{} trades; bought {bq:#} for {bv:#}, sold {sq:#} for {sv:#}", deals.len()));
    Ok(sheet)
}
