//! The questions, against the firm itself.

use crate::{PLAYED, fed, memory};
use books::Account;
use std::collections::BTreeMap;
use views::{Given, QUERIES, Query, Value, ViewsError};
use vocab::{Day, EntryNo, Paise, Ucc};

fn int(value: &Value) -> i64 {
    match value {
        Value::Int(n) => *n,
        Value::Null | Value::Text(_) => panic!("{value:?} is no number"),
    }
}

fn text(value: &Value) -> &str {
    match value {
        Value::Text(text) => text,
        Value::Null | Value::Int(_) => panic!("{value:?} is no text"),
    }
}

fn ask(views: &mut views::Views<views::Sqlite>, name: &str, given: &Given) -> Vec<Vec<Value>> {
    let answer = views.ask(Query::named(name).expect("a question"), given).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert!(answer.rows.iter().all(|row| row.len() == answer.query.columns.len()), "{name}: a cell for each column");
    answer.rows
}

#[test]
fn every_question_is_answered_and_stamped_with_its_entry() {
    let mut views = fed(&PLAYED.disk);
    assert_eq!(views.upto(), EntryNo(PLAYED.entries));
    let client = text(&ask(&mut views, "clients", &Given::default())[3][0]).to_owned();
    let given = Given { client: Some(Ucc::parse(&client).unwrap()), note: Some(1), ..Given::default() };
    for query in QUERIES {
        let answer = views.ask(query, &given).unwrap_or_else(|e| panic!("{}: {e}", query.name));
        assert_eq!(answer.as_of, EntryNo(PLAYED.entries), "{}", query.name);
        let may_be_empty = ["breaks", "actions"].contains(&query.name);
        assert!(may_be_empty || !answer.rows.is_empty(), "{} has no rows", query.name);
    }
    let ledger = Query::named("ledger").unwrap();
    assert!(matches!(views.ask(ledger, &Given::default()), Err(ViewsError::Asked { .. })));
}

/// The books by SQL are the firm's own.
#[test]
fn balances_and_the_trial_balance_are_the_firms() {
    let mut views = fed(&PLAYED.disk);
    let firm = &PLAYED.firm;
    let mut sum = 0;
    let mut by_code: BTreeMap<String, i64> = BTreeMap::new();
    for row in ask(&mut views, "trial", &Given::default()) {
        sum += int(&row[2]);
        *by_code.entry(text(&row[1]).to_owned()).or_default() += int(&row[2]);
    }
    assert_eq!(sum, 0);
    let clients: Vec<(String, i64)> =
        ask(&mut views, "balances", &Given::default()).iter().map(|r| (text(&r[0]).to_owned(), int(&r[1]))).collect();
    assert!(clients.len() > 5);
    for (ucc, balance) in &clients {
        let row = firm.clients.by_code(&Ucc::parse(ucc).unwrap()).expect("a client");
        assert_eq!(-firm.books.client(row).balance, Paise(*balance), "{ucc}: debits are positive");
        let given = Given { client: Some(Ucc::parse(ucc).unwrap()), ..Given::default() };
        let ledger = ask(&mut views, "ledger", &given);
        assert_eq!(int(&ledger.last().expect("a posting")[6]), *balance, "{ucc}");
    }
    assert_eq!(by_code[Account::Client.code()], clients.iter().map(|(_, b)| b).sum::<i64>());
}

/// A day asked about later, as it was known then: what tables fed no further say.
#[test]
fn a_past_day_is_told_as_it_was_known_then() {
    let mut whole = fed(&PLAYED.disk);
    let first = ask(&mut whole, "trades", &Given::default());
    let day = vocab::Moment(int(&first[0][1])).day();
    let known = Given { known: Some(day), ..Given::default() };
    let as_of = whole.ask(Query::named("trial").unwrap(), &known).unwrap().as_of;
    assert!(as_of > EntryNo(0) && as_of < whole.upto());
    let mut then = memory();
    then.feed_to(&PLAYED.disk, as_of, &mut || Ok(())).unwrap();
    for query in ["trial", "balances", "trades", "orders", "notes", "breaks", "refusals", "settlements", "payments", "clients"] {
        assert_eq!(ask(&mut whole, query, &known), ask(&mut then, query, &Given::default()), "{query}");
    }
    // Known later, that day's end by value differs: bills had not come due.
    let now = Given { to: Some(day), ..Given::default() };
    let then = Given { to: Some(day), ..known };
    assert_eq!(ask(&mut whole, "trades", &now), ask(&mut whole, "trades", &then));
    assert_ne!(ask(&mut whole, "settlements", &now), ask(&mut whole, "settlements", &then));
    let before = Given { known: Some(Day::parse("2000-01-01").unwrap()), ..Given::default() };
    assert!(ask(&mut whole, "clients", &before).is_empty());
}

/// What was deposited, what companies gave and what intermediaries are due, by SQL, is the firm's own.
#[test]
fn margins_benefits_and_intermediaries_are_the_firms() {
    let mut views = fed(&PLAYED.disk);
    let firm = &PLAYED.firm;
    let deposits = ask(&mut views, "deposits", &Given::default());
    let here: Vec<_> = deposits.iter().filter(|row| row[8] != Value::from("Returned")).collect();
    assert!(!here.is_empty() && here.len() == firm.margin.deposits().count());
    for (row, (no, deposit)) in here.iter().zip(firm.margin.deposits()) {
        assert_eq!((int(&row[0]).cast_unsigned(), int(&row[5])), (u64::from(no.0), deposit.amount.0));
        assert!(row[7] == Value::Null && deposit.value.is_zero() || int(&row[7]) == deposit.value.0, "deposit {no}");
    }
    let sums = firm.margin.last_sums();
    let given = Given { from: Some(sums.day), to: Some(sums.day), ..Given::default() };
    let margins = ask(&mut views, "margins", &given);
    assert_eq!(margins.iter().map(|row| int(&row[2])).sum::<i64>(), sums.var.0);
    assert_eq!(margins.iter().map(|row| int(&row[5])).sum::<i64>(), sums.covered.0);
    let actions = ask(&mut views, "actions", &Given::default());
    assert_eq!(actions.len(), firm.actions.iter().count());
    for (row, (_, action)) in actions.iter().zip(firm.actions.iter()) {
        assert_eq!((int(&row[6]) + int(&row[8]), int(&row[7]) + int(&row[9])), (action.came, action.passed));
    }
    let intermediaries = ask(&mut views, "intermediaries", &Given::default());
    assert_eq!(intermediaries.len(), 2);
    for (nth, row) in intermediaries.iter().enumerate() {
        let owner = u32::try_from(nth).unwrap();
        let due = -firm.books.balance_of(vocab::Venue::Nse, Account::Intermediary, owner);
        assert_eq!(int(&row[5]), due.0, "{row:?}");
    }
    assert!(intermediaries.iter().any(|row| int(&row[4]) > 0));
}
