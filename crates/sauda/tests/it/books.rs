//! The books of the played day.

use crate::played::{ask, book, column, day, error_day, folder, paise, rows, sample, turn};
use std::collections::{BTreeMap, BTreeSet};

// covers: G-6.1-1, G-6.1-2, A-4.6-2
#[test]
fn the_sauda_book_holds_all_thirteen_fields_settlement_by_settlement_own_and_clients() {
    let _turn = turn();
    let (heading, rows) = book("sauda", &[]);
    assert!(rows.len() > 100);
    let at = |name| column(&heading, name);
    for name in [
        "Scrip name", "Scrip code", "Order no", "Order time", "Trade no", "Trade time", "Client code", "Client name",
        "Market rate", "Net rate", "Settlement", "Date", "Note",
    ] {
        assert!(rows.iter().all(|row| !row[at(name)].is_empty()), "{name} is filled in every row");
    }
    for row in &rows {
        let (bought, sold) = (&row[at("Bought")], &row[at("Sold")]);
        assert!(bought.is_empty() != sold.is_empty(), "a row is bought or sold");
        let (market, net) = (paise_of_rate(&row[at("Market rate")]), paise_of_rate(&row[at("Net rate")]));
        let dearer = if sold.is_empty() { net >= market } else { net <= market };
        assert!(dearer, "the net rate has the brokerage in it");
    }
    let mut settlements = BTreeSet::new();
    for of_one in rows.chunk_by(|a, b| a[at("Settlement")] == b[at("Settlement")]) {
        assert!(settlements.insert(&of_one[0][at("Settlement")]), "settlement by settlement");
        assert!(of_one.is_sorted_by_key(|row| &row[at("Trade time")]), "in time order");
    }
    let kinds: BTreeSet<&str> = rows.iter().map(|r| r[at("For")].as_str()).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["client", "own account"]);
}

fn paise_of_rate(text: &str) -> i64 {
    vocab::Price::parse(text).expect("a rate").0
}

// covers: G-3.2-3
#[test]
fn the_sauda_book_is_printed_alike_each_time_and_for_its_day_alone() {
    let _turn = turn();
    let once = ask(day(), &["book", "sauda"]).good();
    assert_eq!(once, ask(day(), &["book", "sauda"]).good());
    let of_day = ask(day(), &["book", "sauda", "--from", "2026-07-01", "--to", "2026-07-01", "--format", "csv"]).good();
    assert_eq!(of_day, ask(day(), &["book", "sauda", "--format", "csv"]).good());
    let (_, none) = book("sauda", &["--from", "2026-07-02"]);
    assert!(none.is_empty());
}

// covers: G-3.2-4
#[test]
fn the_clients_ledger_runs_its_balances_and_agrees_with_the_control_account() {
    let (heading, rows) = book("clients", &[]);
    let at = |name| column(&heading, name);
    let mut balances: BTreeMap<&str, i64> = BTreeMap::new();
    for row in &rows {
        let balance = balances.entry(&row[at("Account")]).or_insert(0);
        *balance += paise(&row[at("Credit")]) - paise(&row[at("Debit")]);
        assert_eq!(*balance, paise(&row[at("Balance")]), "{row:?}");
    }
    let (heading, trial) = book("trial", &[]);
    let control = trial.iter().find(|r| r[column(&heading, "Code")] == "UCC").expect("the control account");
    let control = paise(&control[column(&heading, "Credit")]) - paise(&control[column(&heading, "Debit")]);
    assert_eq!(balances.values().sum::<i64>(), control);
    assert!(ask(day(), &["book", "clients"]).good().contains("agrees with the control account"));
}

#[test]
fn a_period_brings_its_opening_balance_forward() {
    let (heading, all) = book("clients", &[]);
    let (_, later) = book("clients", &["--from", "2026-07-02"]);
    let at = |name| column(&heading, name);
    let last = |rows: &[Vec<String>], account: &str| {
        rows.iter().rev().find(|r| r[at("Account")] == account).map(|r| r[at("Balance")].clone())
    };
    assert!(later.iter().any(|row| row[at("Narration")] == "brought forward"));
    for row in &later {
        assert_eq!(last(&later, &row[at("Account")]), last(&all, &row[at("Account")]));
    }
}

#[test]
fn the_trial_balance_and_every_voucher_balance() {
    let (heading, trial) = book("trial", &[]);
    let sum = |rows: &[Vec<String>], name: &str, heading: &[String]| -> i64 {
        rows.iter().map(|row| paise(&row[column(heading, name)])).sum()
    };
    assert_eq!(sum(&trial, "Debit", &heading), sum(&trial, "Credit", &heading));
    // Each exchange's set by itself, and what the one owes the other is what the other has to come.
    let mut owed = Vec::new();
    for venue in ["NSE", "BSE"] {
        let (heading, set) = book("trial", &["--exchange", venue]);
        assert_eq!(sum(&set, "Debit", &heading), sum(&set, "Credit", &heading), "{venue}");
        let there = |row: &&Vec<String>| row[0] == venue;
        assert_eq!(set, trial.iter().filter(there).cloned().collect::<Vec<_>>(), "{venue}");
        let crossed: Vec<_> = set.into_iter().filter(|row| row[column(&heading, "Code")] == "IX").collect();
        owed.push(sum(&crossed, "Debit", &heading) - sum(&crossed, "Credit", &heading));
    }
    assert!(owed[0] != 0 && owed[0] == -owed[1], "{owed:?}");
    assert!(ask(day(), &["book", "trial"]).good().contains("control:inter-exchange, over all exchanges: 0.00: at zero"));
    let (heading, journal) = book("journal", &[]);
    let at = |name| column(&heading, name);
    let mut vouchers: BTreeMap<(u64, String), i64> = BTreeMap::new();
    let mut crossed: BTreeMap<u64, i64> = BTreeMap::new();
    for row in &journal {
        let voucher = row[at("Voucher")].parse().unwrap();
        let amount = paise(&row[at("Debit")]) - paise(&row[at("Credit")]);
        *vouchers.entry((voucher, row[at("Exchange")].clone())).or_insert(0) += amount;
        if row[at("Account")] == "control:inter-exchange" {
            *crossed.entry(voucher).or_insert(0) += amount;
        }
    }
    assert!(vouchers.values().all(|sum| *sum == 0), "in each exchange's set");
    assert!(crossed.len() > 10 && crossed.values().all(|sum| *sum == 0), "what leaves one set comes in the other");
}

/// Trades of one exchange and of the other are all trades; a register that is one for both is not cut in two.
#[test]
fn a_book_of_one_exchange_holds_its_trades_and_no_other() {
    let (heading, all) = book("sauda", &[]);
    let at = column(&heading, "Exchange");
    let mut rows = 0;
    for venue in ["NSE", "BSE"] {
        let (_, here) = book("sauda", &["--exchange", venue]);
        assert!(here.len() > 5 && here.iter().all(|row| row[at] == venue), "{venue}");
        assert_eq!(here.len(), all.iter().filter(|row| row[at] == venue).count());
        rows += here.len();
        // The second exchange's own number, which says that no list of the real ones was there.
        let code = column(&heading, "Scrip code");
        let simulated = |text: &str| text.strip_suffix(" (simulated)").is_some_and(|n| n.len() == 6 && n.starts_with('0'));
        assert!(here.iter().all(|row| simulated(&row[code]) == (venue == "BSE")), "{venue}");
        let (heading, notes) = book("contracts", &["--exchange", venue]);
        assert!(notes.iter().all(|row| row[column(&heading, "Exchange")].contains(venue)));
        for name in ["custodians", "modifications"] {
            let (heading, rows) = book(name, &["--exchange", venue]);
            assert!(rows.iter().all(|row| row[column(&heading, "Exchange")] == venue), "{name}");
        }
    }
    assert_eq!(rows, all.len());
    let refused = crate::played::ask(crate::played::day(), &["book", "unpaid", "--exchange", "BSE"]).bad(2);
    assert!(refused.contains("--exchange"), "{refused}");
    let refused = crate::played::ask(crate::played::day(), &["book", "trial", "--exchange", "LSE"]).bad(2);
    assert!(refused.contains("NSE or BSE"), "{refused}");
}

// covers: G-3.2-6
#[test]
fn vouchers_are_gapless_and_say_when_why_by_whom_and_released_by_whom() {
    let (heading, rows) = book("journal", &[]);
    let at = |name| column(&heading, name);
    let numbers: BTreeSet<u64> = rows.iter().map(|r| r[at("Voucher")].parse().unwrap()).collect();
    let count = u64::try_from(numbers.len()).unwrap();
    assert_eq!(numbers.into_iter().collect::<Vec<_>>(), (1..=count).collect::<Vec<_>>());
    for name in ["Date", "Narration", "Prepared by", "Approved by", "Entry"] {
        assert!(rows.iter().all(|row| !row[at(name)].is_empty()), "{name}");
    }
}

// covers: G-3.2-7
#[test]
fn the_cash_book_is_there_and_empty_and_names_the_rule() {
    let (heading, rows) = book("cash", &[]);
    assert!(heading.contains(&"Voucher".to_owned()) && rows.is_empty());
    let table = ask(day(), &["book", "cash"]).good();
    assert!(table.contains("cash-refused") && table.contains("sebi 29.1"), "{table}");
}

// covers: G-3.2-8
#[test]
fn what_the_banks_say_is_kept_apart_from_the_bank_book() {
    let table = ask(day(), &["book", "bank"]).good();
    let (book_part, statements) = table.split_once("Bank statements received").expect("both parts");
    assert!(book_part.contains("assets:bank:settlement") && !book_part.contains("Closing balance"));
    assert!(statements.contains("agrees") && !statements.contains("Voucher"));
    let (heading, rows) = book("bank", &[]);
    assert!(rows.iter().all(|row| row[column(&heading, "Whose money")] != "not known"));
}

// covers: G-9.5-2, G-SP-80
#[test]
fn the_register_of_securities_has_both_views_with_full_lines() {
    let (heading, by_client) = book("securities", &[]);
    let (_, by_security) = book("securities", &["--by", "security"]);
    let at = |name| column(&heading, name);
    assert!(!by_client.is_empty());
    let grouped = |rows: &[Vec<String>], key: usize| {
        let keys: Vec<&String> = rows.iter().map(|r| &r[key]).collect();
        let mut seen = BTreeSet::new();
        keys.chunk_by(|a, b| a == b).all(|chunk| seen.insert(chunk[0].clone()))
    };
    assert!(grouped(&by_client, at("Client code")) && grouped(&by_security, at("Scrip code")));
    let sorted = |mut rows: Vec<Vec<String>>| {
        rows.sort();
        rows
    };
    assert_eq!(sorted(by_client.clone()), sorted(by_security), "the same lines");
    for name in ["Date", "From", "To", "Purpose", "Depository"] {
        assert!(by_client.iter().all(|row| !row[at(name)].is_empty()), "{name}");
    }
    for row in &by_client {
        assert!(row[at("Received")].is_empty() != row[at("Delivered")].is_empty(), "received or delivered");
    }
}

#[test]
fn one_client_has_his_own_lines_and_nobody_elses() {
    let (heading, rows) = book("clients", &["--client", "C000003"]);
    assert!(!rows.is_empty() && rows.iter().all(|row| row[column(&heading, "Account")] == "C000003"));
    let (heading, rows) = book("securities", &["--client", "C000003"]);
    assert!(!rows.is_empty() && rows.iter().all(|row| row[column(&heading, "Client code")] == "C000003"));
}

/// Every transaction of an hledger journal sums to zero by itself, commodity by commodity.
#[test]
fn hledger_forms_sum_to_zero_in_every_transaction() {
    for name in ["sauda", "clients", "general", "journal", "cash", "bank", "securities", "trial"] {
        let text = ask(day(), &["book", name, "--format", "hledger"]).good();
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        let mut transactions = 0;
        for line in text.lines() {
            if let Some(posting) = line.strip_prefix("    ") {
                let (_, amount) = posting.split_once("  ").expect("account and amount");
                let (unit, number) = match amount.strip_prefix("INR ") {
                    Some(rupees) => ("INR", paise(rupees)),
                    None => {
                        let (qty, rest) = amount.split_once(' ').expect("quantity and commodity");
                        (rest.split(" @").next().unwrap(), qty.parse().unwrap())
                    }
                };
                *sums.entry(unit.to_owned()).or_insert(0) += number;
            } else if line.starts_with(|c: char| c.is_ascii_digit()) {
                transactions += 1;
            } else if line.is_empty() {
                assert!(sums.values().all(|sum| *sum == 0), "{name}: {sums:?}");
            }
        }
        assert!(transactions > 0 || name == "cash", "{name}");
        assert!(sums.values().all(|sum| *sum == 0), "{name}: {sums:?}");
    }
}

#[test]
fn a_day_is_seen_as_it_was_then_known_and_as_it_is_known_now() {
    let (heading, all) = book("journal", &[]);
    let at = |name| column(&heading, name);
    let (_, then) = book("journal", &["--known", "2026-07-01"]);
    assert!(!then.is_empty() && then.len() < all.len());
    assert_eq!(then[..], all[..then.len()], "what was known is the beginning of what is known now");
    // Bills of the first day have their value on the day of pay-in: by value they are of that day.
    let (_, by_value) = book("journal", &["--by-value", "--to", "2026-07-01"]);
    let (_, by_posting) = book("journal", &["--to", "2026-07-01"]);
    assert_ne!(by_value.len(), by_posting.len());
    assert!(by_value.iter().all(|row| row[at("Value date")].as_str() <= "2026-07-01"));
    let (_, both) = book("journal", &["--by-value", "--to", "2026-07-02", "--known", "2026-07-01"]);
    assert!(both.iter().all(|row| then.iter().any(|known| known[at("Entry")] == row[at("Entry")])));
}

#[test]
fn a_workbook_is_the_same_each_time_and_wants_a_file() {
    let refused = ask(day(), &["book", "trial", "--format", "xlsx"]).bad(2);
    assert!(refused.contains("--output"), "{refused}");
    let dir = folder("workbook");
    std::fs::create_dir_all(&dir).expect("a folder");
    let files = ["one.xlsx", "two.xlsx"].map(|name| dir.join(name));
    for file in &files {
        ask(day(), &["book", "bank", "--format", "xlsx", "--output", file.to_str().expect("a path")]).good();
    }
    let [one, two] = files.map(|file| std::fs::read(file).expect("a workbook"));
    assert!(one == two, "the same book is the same file");
    assert!(one.starts_with(b"PK"), "a workbook is a zip of sheets");
    let nowhere = dir.join("none").join("x.csv");
    ask(day(), &["book", "trial", "--output", nowhere.to_str().expect("a path")]).bad(2);
    std::fs::remove_dir_all(&dir).expect("a folder");
}

// covers: S-38.2.2-1, S-38.2.3-1, S-38.8-1, G-SP-92, G-SP-93
#[test]
fn the_register_of_modifications_holds_every_change_asked_with_who_why_and_what_came_of_it() {
    let (heading, rows) = book("modifications", &[]);
    let at = |name| column(&heading, name);
    assert!(!rows.is_empty(), "the played day has changed codes");
    for row in &rows {
        for name in [
            "Exchange", "Segment", "Trade no", "Trade time", "Old code", "New code", "Criterion", "Evidence", "Dealer",
            "Terminal", "Prepared", "Sanctioned", "Told the exchange", "Answer", "Quarter",
        ] {
            assert!(!row[at(name)].is_empty(), "{name}: {row:?}");
        }
        assert_ne!(row[at("Prepared")], row[at("Sanctioned")], "two persons");
        assert!(row[at("Answer")] != "changed" || !row[at("Value")].is_empty());
    }
    let told = ask(day(), &["book", "modifications"]).good();
    for sheet in ["Client-code modifications by month", "a as % of b", "Refused"] {
        assert!(told.contains(sheet), "{sheet}:\n{told}");
    }
}

// covers: S-38.5-3, G-11.5-3
#[test]
fn the_error_account_is_shown_trade_by_trade_with_its_closing_result_and_age() {
    let dir = error_day();
    let (heading, rows) = crate::played::rows(&ask(dir, &["book", "error", "--format", "csv"]).good());
    let at = |name| column(&heading, name);
    assert!(!rows.is_empty(), "the played day has a trade in the error account");
    for row in &rows {
        let open = row[at("Still open")].parse::<i64>().unwrap_or(0);
        let (qty, closed): (i64, i64) = (row[at("Quantity")].parse().expect("shares"), row[at("Closed")].parse().expect("shares"));
        assert_eq!(qty, closed + open, "{row:?}");
        assert_eq!(closed > 0, !row[at("Closed by trades")].is_empty(), "{row:?}");
        assert!(row[at("Age")].ends_with(" days"));
    }
    let told = ask(dir, &["book", "error"]).good();
    assert!(told.contains("dealer ") && told.contains("scrip ") && told.contains("policy approved"), "{told}");
}

// covers: S-24T2-4.3.6-1, S-24T2-4.13.2-1
#[test]
fn each_change_of_a_record_says_what_stood_before_who_made_it_and_on_which_paper() {
    let (heading, rows) = book("changes", &[]);
    let at = |name| column(&heading, name);
    let of = |what: &str| -> Vec<&Vec<String>> { rows.iter().filter(|r| r[at("What")] == what).collect() };
    let limits = of("limits");
    assert!(!limits.is_empty() && limits.iter().all(|r| !r[at("By")].is_empty() && !r[at("Second")].is_empty()));
    assert!(of("review").iter().all(|r| r[at("Paper")].starts_with("PAP/")), "on a paper");
    let mut last: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for row in &rows {
        let key = (row[at("Of")].as_str(), row[at("What")].as_str());
        assert_eq!(last.insert(key, &row[at("To")]).unwrap_or(""), row[at("From")], "{row:?}");
    }
    let (heading, register) = book("client-register", &[]);
    let status = column(&heading, "Status");
    assert!(register.len() > 10 && register.iter().all(|r| !r[status].is_empty()));
}

// covers: G-3.2-14
#[test]
fn an_intermediarys_account_holds_his_share_and_what_he_was_paid() {
    let (heading, rows) = book("intermediaries", &[]);
    let at = |name| column(&heading, name);
    assert!(rows.iter().any(|r| r[at("Narration")].starts_with("intermediary's share of brokerage: note")));
    let mut balances: BTreeMap<&str, i64> = BTreeMap::new();
    for row in &rows {
        let balance = balances.entry(&row[at("Intermediary")]).or_insert(0);
        *balance += paise(&row[at("Credit")]) - paise(&row[at("Debit")]);
        assert_eq!(*balance, paise(&row[at("Balance")]), "{row:?}");
    }
    let listed = ask(day(), &["book", "intermediaries"]).good();
    for part in ["Register of intermediaries", "authorised person, individual", "NSE approved"] {
        assert!(listed.contains(part), "{part}:\n{listed}");
    }
}

// covers: G-3.2-11, A-4.7-2, A-4.7-10, A-4.7-11, A-4.7-13, A-4.7-19
#[test]
fn the_contract_book_has_each_trade_on_one_note_and_its_duplicate_says_the_same() {
    let _turn = turn();
    let (heading, notes) = book("contracts", &[]);
    let at = |name| column(&heading, name);
    let numbers: Vec<String> = notes.iter().map(|r| r[at("Note")].clone()).collect();
    let running: Vec<String> = (1..=notes.len()).map(|n| format!("2026-27/{n}")).collect();
    assert_eq!(numbers, running, "a gapless serial from 1");
    let (trade_heading, trades) = book("sauda", &[]);
    let of = |name: &str| column(&trade_heading, name);
    let live: Vec<&Vec<String>> = trades.iter().filter(|t| t[of("For")] != "annulled").collect();
    assert!(live.iter().all(|t| numbers.contains(&t[of("Note")])), "every trade stands on a note");
    for row in &notes {
        let number = &row[at("Note")];
        let its: Vec<&&Vec<String>> = live.iter().filter(|t| t[of("Note")] == *number).collect();
        assert_eq!(row[at("Trades")], its.len().to_string(), "{number}");
        assert!(its.iter().all(|t| t[of("Client code")] == row[at("Client code")]), "{number}: one client's trades");
        let value = |side: &str| -> i64 {
            let qty = |t: &Vec<String>| vocab::Qty(t[of(side)].parse().unwrap_or(0));
            let rate = |t: &Vec<String>| vocab::Price::parse(&t[of("Market rate")]).expect("a rate");
            its.iter().map(|t| rate(t).value(qty(t), vocab::Rounding::NearestPaisa).0).sum()
        };
        let (bought, sold) = (paise(&row[at("Bought")]), paise(&row[at("Sold")]));
        assert_eq!((value("Bought"), value("Sold")), (bought, sold), "{number}");
        let charges = paise(&row[at("Brokerage")]) + paise(&row[at("Levies and taxes")]);
        assert_eq!(sold - bought - charges, paise(&row[at("Net")]), "{number}");
        let nth = number.rsplit('/').next().expect("a number");
        let printed = ask(day(), &["note", "--fy", "2026-27", nth]).good();
        for part in [format!("Contract note no. {number}"), format!("Client {}", row[at("Client code")]), row[at("Net")].clone()] {
            assert!(printed.contains(&part), "{number}: {part}\n{printed}");
        }
    }
}

// covers: G-3.2-9
// Securities on paper cannot be taken in at all: every line has a depository.
#[test]
fn the_documents_register_has_a_document_for_each_receipt_and_delivery() {
    let (heading, rows) = book("documents", &[]);
    let at = |name| column(&heading, name);
    assert!(!rows.is_empty());
    for row in &rows {
        for name in ["Date", "Document", "Client code", "Scrip code", "Quantity", "From", "To", "Depository", "Purpose"] {
            assert!(!row[at(name)].is_empty(), "{name}: {row:?}");
        }
        assert!(row[at("Document")] != "no document", "{row:?}");
    }
    let ways: BTreeSet<&str> = rows.iter().map(|r| r[at("Received or delivered")].as_str()).collect();
    assert!(ways.contains("received") && ways.contains("delivered"), "{ways:?}");
    let told = ask(day(), &["book", "documents"]).good();
    let (_, stated) = told.split_once("Statements of the depositories").expect("their statements");
    for part in ["NSDL", "CDSL", "Papers", "PAP/0000", "margin: bank guarantee", "rights and obligations"] {
        assert!(stated.contains(part), "{part}:\n{stated}");
    }
}

// covers: S-23A-2.6-3
#[test]
fn debits_are_aged_bill_by_bill_and_add_up_to_what_the_ledger_says() {
    let dir = folder("ageing");
    let ageing = |known: &str, more: &[&str]| ask(&dir, &[&["book", "ageing", "--known", known], more].concat()).good();
    // The first day on whose pay-in day, which may have been put off, somebody has not paid yet.
    let owing = (1..20).find_map(|seed: u32| {
        let _ = std::fs::remove_dir_all(&dir);
        ask(&dir, &["day", "--clients", "60", "--orders", "600", "--seed", &seed.to_string()]).good();
        let on = ["2026-07-02", "2026-07-03"].map(|known| (known, ageing(known, &["--format", "csv"])));
        on.into_iter().find(|(_, text)| text.lines().count() > 1)
    });
    let (known, text) = owing.expect("somebody owes on one of the days");
    let (heading, lines) = rows(&text);
    let at = |name| column(&heading, name);
    let mut owed: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for row in lines {
        let sums = owed.entry(row[at("Client code")].clone()).or_default();
        sums.0 = paise(&row[at("Owes")]);
        sums.1 += paise(&row[at("Unpaid of it")]);
        let old = !row[at("Too old")].is_empty();
        let days: u32 = if row[at("Trading days")].is_empty() { 0 } else { row[at("Trading days")].parse().expect("days") };
        assert_eq!(old, days > 5, "the sixth trading day after pay-in is too old: {row:?}");
        assert!(!old || row[at("New exposure")] == "barred", "{row:?}");
    }
    for (code, (owes, parts)) in &owed {
        assert_eq!(owes, parts, "{code}: the bills add up to the debit");
    }
    let table = ageing(known, &[]);
    assert!(table.contains("Debits of clients by age") && table.contains("more than 5 trading days"), "{table}");
    std::fs::remove_dir_all(&dir).expect("a folder of this test");
}

// covers: G-SP-47, G-App6-32, A-4.10-9
#[test]
fn third_parties_money_is_listed_with_its_reason_and_what_is_not_back_is_in_suspense() {
    let _turn = turn();
    let (dir, _) = sample();
    let csv = |name: &str| crate::played::rows(&ask(dir, &["book", name, "--format", "csv"]).good());
    let (heading, rows) = csv("third-party");
    let at = |name| column(&heading, name);
    let money: Vec<_> = rows.iter().filter(|r| r[at("What")] == "money").collect();
    assert!(!money.is_empty(), "somebody paid for another");
    for row in &money {
        assert!(paise(&row[at("Amount")]) > 0 && !row[at("Reason")].is_empty(), "{row:?}");
        assert_eq!(row[at("Standing")] == "returned", !row[at("Returned")].is_empty(), "{row:?}");
    }
    let held: i64 = money.iter().filter(|r| r[at("Standing")] != "returned").map(|r| paise(&r[at("Amount")])).sum();
    let (heading, trial) = csv("trial");
    let suspense = trial.iter().filter(|r| r[column(&heading, "Code")] == "SUS");
    assert_eq!(suspense.map(|r| paise(&r[column(&heading, "Credit")])).sum::<i64>(), held);
}

// covers: A-SP2-10
#[test]
fn each_institutions_trade_went_to_its_custodian_and_what_did_not_stay_with_him_says_why() {
    let (_, told) = sample();
    assert!(told.contains("institutions "), "{told}");
    let (dir, _) = sample();
    let (heading, rows) = crate::played::rows(&ask(dir, &["book", "custodians", "--format", "csv"]).good());
    let at = |name| column(&heading, name);
    let answers: BTreeSet<&str> = rows.iter().map(|r| r[at("Answer")].split(',').next().unwrap_or("")).collect();
    assert!(answers.contains("confirmed") && answers.contains("rejected") && !answers.contains("awaited"), "{answers:?}");
    for row in &rows {
        assert_eq!(row[at("Custodian")], "CUSTODY1", "{row:?}");
        assert_eq!(row[at("Answer")] == "confirmed", row[at("Settled by")] == "custodian", "{row:?}");
    }
    let institutions: BTreeSet<&str> = rows.iter().map(|r| r[at("Client code")].as_str()).collect();
    let (ledger_heading, ledger) = crate::played::rows(&ask(dir, &["book", "clients", "--format", "csv"]).good());
    let of = |name| column(&ledger_heading, name);
    // The value of what custodians took over is off the institutions' ledgers again.
    let settled = |r: &&Vec<String>| r[of("Narration")].starts_with("settled by the institution's custodian");
    let off: i64 = ledger.iter().filter(settled).map(|r| paise(&r[of("Debit")]) + paise(&r[of("Credit")])).sum();
    let confirmed = rows.iter().filter(|r| r[at("Answer")] == "confirmed");
    assert_eq!(off, confirmed.map(|r| paise(&r[at("Value")])).sum::<i64>());
    assert!(ledger.iter().filter(settled).all(|r| institutions.contains(r[of("Account")].as_str())));
}

// covers: S-37.1-1, S-37A.1.1.2-1
#[test]
fn every_movement_out_of_a_clients_account_names_what_it_was_by() {
    let (heading, rows) = book("powers", &[]);
    let at = |name: &str| heading.iter().position(|it| it == name).unwrap();
    assert!(!rows.is_empty() && rows.iter().all(|row| row[at("Standing")] != "" && row[at("Demat accounts")] == "1"));
    assert!(rows.iter().all(|row| !row[at("Copy given")].is_empty() && row[at("Approved")] != "by rule"), "two persons, and a copy");
    let listed = ask(day(), &["book", "powers"]).good();
    let (_, moved) = listed.split_once("What was moved by powers and instructions").unwrap();
    let by = |what: &str| moved.lines().filter(|line| line.contains(what)).count();
    assert!(by("  power ") > 0 && by("his own instruction") > 0, "some give a power, some instruct");
    let asked = ask(day(), &["book", "powers", "--client", "C000006"]).good();
    assert!(asked.contains("0 given, 0 in force"), "he gives none, and deals: {asked}");
}
