//! The internal auditor's points that the whole record of a played day answers, by their own words.

use crate::played::{book, column, paise};
use crate::record::entries;
use clearing::TradeFact;
use firm::{Event, FileRow, Input, Report};
use std::collections::{BTreeMap, BTreeSet};
use vocab::{ClientRow, NoteNo, OrderNo, TradeNo};

/// One side of a trade.
type Of = (TradeNo, u8);

/// What the exchanges' files say was dealt, as they came.
fn filed() -> BTreeMap<Of, FileRow> {
    let mut filed: BTreeMap<Of, FileRow> = BTreeMap::new();
    for entry in entries() {
        let (Input::Report(Report::TradeFile { rows, .. })
        | Input::Report(Report::SameDayFile { rows, .. })
        | Input::Report(Report::TradeFileReissued { rows, .. })) = &entry.input
        else {
            continue;
        };
        filed.extend(rows.iter().map(|row| ((row.trade, row.side.number()), *row)));
    }
    filed
}

// covers: A-4.6-3, A-4.6-4, A-4.6-7, A-SP11-1
#[test]
fn books_and_notes_have_every_trade_of_the_exchanges_as_it_was_dealt_and_no_other() {
    let filed = filed();
    let mut booked: BTreeMap<Of, TradeFact> = BTreeMap::new();
    let mut noted: BTreeMap<Of, ClientRow> = BTreeMap::new();
    let mut moved = 0;
    for event in entries().iter().flat_map(|e| &e.events) {
        match event {
            Event::Clearing(clearing::Event::Traded(fact)) => {
                booked.insert((fact.trade, fact.side.number()), *fact);
            }
            Event::Clearing(clearing::Event::Annulled { trade, side, .. }) => {
                booked.remove(&(*trade, side.number()));
            }
            // Asked of the exchange and changed by it: its file has the new code.
            Event::Clearing(clearing::Event::CodeModified { trade, side, to, .. }) => {
                booked.get_mut(&(*trade, side.number())).expect("a booked trade").client = *to;
                moved += 1;
            }
            Event::Noted { trade, side, client, .. } => {
                noted.insert((*trade, side.number()), *client);
            }
            _ => {}
        }
    }
    assert!(booked.len() > 100 && moved > 0, "{} trades, {moved} of another code", booked.len());
    let keys = |of: Vec<&Of>| of.into_iter().copied().collect::<BTreeSet<Of>>();
    assert_eq!(keys(booked.keys().collect()), keys(filed.keys().collect()), "no trade but the exchanges', and each of theirs");
    for (of, row) in &filed {
        let ours = booked[of];
        assert_eq!((Some(ours.client), Some(noted[of])), (row.client, row.client), "book and note have its code: {row:?}");
        assert_eq!((ours.price, ours.qty, Some(ours.security)), (row.price, row.qty, row.security), "{row:?}");
        assert_eq!((ours.order, ours.at), (row.order, row.at), "{row:?}");
    }
}

// covers: A-4.7-4
// Order by order: a plan with a most for an order charges the fills after it nothing more.
#[test]
fn no_client_trades_without_brokerage() {
    let mut own: BTreeSet<ClientRow> = BTreeSet::new();
    let mut order_of: BTreeMap<Of, OrderNo> = BTreeMap::new();
    let mut paid: BTreeMap<(NoteNo, OrderNo), i64> = BTreeMap::new();
    for event in entries().iter().flat_map(|e| &e.events) {
        match event {
            Event::Client(clients::Event::Opened { client, kind, .. }) if kind.is_own() => {
                own.insert(*client);
            }
            Event::Clearing(clearing::Event::Traded(fact)) => {
                order_of.insert((fact.trade, fact.side.number()), fact.order);
            }
            Event::Noted { note, trade, side, client, brokerage } if !own.contains(client) => {
                let order = order_of[&(*trade, side.number())];
                *paid.entry((*note, order)).or_insert(0) += brokerage.0;
            }
            _ => {}
        }
    }
    assert!(paid.len() > 100, "{}", paid.len());
    let free: Vec<_> = paid.iter().filter(|(_, paid)| **paid <= 0).collect();
    assert!(free.is_empty(), "orders without brokerage: {free:?}");
}

// covers: A-4.2-1
#[test]
fn each_exchange_has_its_own_books_and_each_of_them_balances() {
    let (heading, journal) = book("journal", &[]);
    let at = |name| column(&heading, name);
    let mut sets: BTreeMap<&str, i64> = BTreeMap::new();
    for row in &journal {
        *sets.entry(&row[at("Exchange")]).or_insert(0) += paise(&row[at("Debit")]) - paise(&row[at("Credit")]);
    }
    assert_eq!(sets, BTreeMap::from([("BSE", 0), ("NSE", 0)]), "no posting of no exchange, and each set at zero");
    for venue in ["NSE", "BSE"] {
        for name in ["sauda", "contracts", "journal", "general", "trial"] {
            let (_, rows) = book(name, &["--exchange", venue]);
            assert!(!rows.is_empty(), "the {name} book of {venue} is kept");
        }
        // One clients account stands for both, so that these may be without a line.
        for name in ["clients", "bank"] {
            book(name, &["--exchange", venue]);
        }
    }
}
