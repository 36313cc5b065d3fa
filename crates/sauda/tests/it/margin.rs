//! The daily margin and the deposit book, as the program prints them, and each figure taken back to its operands.

use crate::played::{ask, book, column, day, paise};
use std::collections::{BTreeMap, BTreeSet};

// covers: A-4.5-4, A-4.5-9, A-4.5-13
#[test]
fn every_client_day_with_a_position_has_its_margin_and_nothing_is_said_that_was_not_there() {
    let (heading, margins) = book("margin", &[]);
    let of = |name| column(&heading, name);
    let mut days: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in &margins {
        let amount = |name| {
            assert!(!row[of(name)].is_empty(), "a figure left out is none of zero: {row:?}");
            paise(&row[of(name)])
        };
        let there = amount("In money") + amount("In receipts and guarantees") + amount("In securities");
        assert_eq!(amount("Collected") + amount("Short"), amount("Wanted up front"), "{row:?}");
        assert!(amount("Collected") <= there, "{row:?}");
        assert!(amount("Short") == 0 || amount("Collected") == there, "short only of what was not there: {row:?}");
        assert!(days.entry(row[of("Day")].clone()).or_default().insert(row[of("Client code")].clone()), "twice: {row:?}");
    }
    let (heading, trades) = book("sauda", &[]);
    let of = |name| column(&heading, name);
    // Of an institution the corporation asks its custodian.
    let (entrusted, told) = book("custodians", &[]);
    let institutions: BTreeSet<&String> = told.iter().map(|row| &row[column(&entrusted, "Client code")]).collect();
    let is_asked = |t: &&Vec<String>| t[of("For")] == "client" && !institutions.contains(&t[of("Client code")]);
    for trade in trades.iter().filter(is_asked) {
        let known = days.get(&trade[of("Date")]).is_some_and(|clients| clients.contains(&trade[of("Client code")]));
        assert!(known, "a trade without a margin of its day: {trade:?}");
    }
    assert!(margins.len() > 5, "{}", margins.len());
}

// covers: G-3.2-13, S-25.2.4-1, G-10.5-4, S-26.1.2-4, S-26.1.2-5
#[test]
fn the_deposit_book_tells_what_was_taken_valued_placed_and_returned() {
    let (heading, deposits) = book("deposits", &[]);
    let of = |name| column(&heading, name);
    let mut taken = BTreeSet::new();
    for row in &deposits {
        let no = row[of("Deposit")].clone();
        if row[of("What happened")] == "taken" {
            assert!(taken.insert(no), "taken once: {row:?}");
        } else {
            assert!(taken.contains(&no), "nothing happens to what was not taken: {row:?}");
        }
    }
    let forms: BTreeSet<&str> = deposits.iter().map(|r| r[of("Form")].as_str()).collect();
    assert!(forms.contains("fixed deposit receipt") && forms.contains("bank guarantee"), "{forms:?}");
    let what: BTreeSet<&str> = deposits.iter().map(|r| r[of("What happened")].as_str()).collect();
    assert!(what.contains("valued") && what.contains("placed with the clearing corporation"), "{what:?}");
}

#[test]
fn a_margin_is_worked_out_again_from_the_state_before_it() {
    let (heading, margins) = book("margin", &[]);
    let of = |name| column(&heading, name);
    for row in margins.iter().take(6) {
        let thing = format!("margin:{}/{}", row[of("Client code")], row[of("Day")]);
        let told = ask(day(), &["why", &thing]).good();
        assert!(told.contains("value at risk") && told.contains("wanted up front") && told.contains("rule: "), "{told}");
    }
    ask(day(), &["why", "margin:NOBODY/2026-07-01"]).bad(2);
    ask(day(), &["why", "margin:ASHA"]).bad(2);
}
