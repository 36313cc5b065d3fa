//! Views of the program's own day: against its books, while it is played, and killed while they are fed.

use crate::played::{Copied, ask, book, column, copy, day, folder, paise, program, rows, turn};
use std::fs;
use std::process::Stdio;
use std::time::Duration;

fn query(dir: &std::path::Path, name: &str, more: &[&str]) -> (Vec<String>, Vec<Vec<String>>) {
    let mut words = vec!["views", "query", name, "--format", "csv"];
    words.extend(more);
    rows(&ask(dir, &words).good())
}

/// The registers by SQL and those read off the journal are the same.
#[test]
fn views_agree_with_the_books() {
    let state = copy("views-books");
    let _turn = turn();
    let (heading, trades) = query(&state.0, "trades", &[]);
    let (books_heading, deals) = book("sauda", &[]);
    assert_eq!(trades.len(), deals.len());
    let of = |heading: &[String], rows: &[Vec<String>], trade: &str, client: &str| {
        let (trade, client) = (column(heading, trade), column(heading, client));
        let mut all: Vec<_> = rows.iter().map(|row| (row[trade].clone(), row[client].clone())).collect();
        all.sort();
        all
    };
    assert_eq!(of(&heading, &trades, "Trade", "Client"), of(&books_heading, &deals, "Trade no", "Client code"));
    let (_, trial) = query(&state.0, "trial", &[]);
    assert_eq!(trial.iter().map(|row| paise(&row[2])).sum::<i64>(), 0);
    let (_, clients) = query(&state.0, "balances", &[]);
    let (code, balance) = clients.iter().map(|row| (row[0].clone(), paise(&row[1]))).find(|(_, b)| *b != 0).expect("a balance");
    let (heading, ledger) = query(&state.0, "ledger", &["--client", &code]);
    let at = column(&heading, "Balance");
    assert_eq!(paise(&ledger.last().expect("a posting")[at]), balance);
    // A day and its end as it was known: nothing later is in it.
    let (_, on) = query(&state.0, "trades", &["--from", "2026-07-01", "--to", "2026-07-01", "--known", "2026-07-01"]);
    assert_eq!(on.len(), trades.len());
    let (_, before) = query(&state.0, "notes", &["--known", "2026-06-30"]);
    assert!(before.is_empty());
    let told = ask(&state.0, &["views", "query", "orders"]).good();
    assert!(told.starts_with("Orders, as of entry "), "{told}");
}

#[test]
fn views_say_what_they_do_not_know() {
    let state = copy("views-asked");
    assert!(ask(&state.0, &["views", "query", "gossip"]).bad(2).contains("ledger"));
    assert!(ask(&state.0, &["views", "query", "ledger"]).bad(2).contains("one client"));
    assert!(ask(&state.0, &["views", "query"]).good().contains("Register of contract notes"));
    assert!(ask(&state.0, &["views", "verify"]).good().contains("as the journal makes them"));
    fs::write(state.0.join("views/views.sqlite"), "no database").unwrap();
    ask(&state.0, &["views", "query", "trial"]).bad(2);
    ask(&state.0, &["views", "rebuild"]).good();
    ask(&state.0, &["views", "query", "trial"]).good();
    assert!(ask(day(), &["verify"]).good().contains("no differences"));
}

/// Fed while the day is played, and killed at it: what is there at the end is what a rebuild makes.
#[test]
fn killed_while_fed_the_views_are_what_a_rebuild_makes() {
    let state = Copied(folder("views-killed"));
    let words = ["day", "--clients", "60", "--orders", "2000", "--seed", "7"];
    let quiet = |words: &[&str]| {
        program().args(words).arg("--dir").arg(&state.0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
    };
    let mut child = quiet(&words);
    let (mut lot, mut kills, mut running) = (77u64, 0, true);
    while running || kills < 12 {
        running = child.try_wait().expect("a child").is_none();
        lot = lot.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let rebuild = kills % 5 == 4;
        let mut feeding = quiet(if rebuild { &["views", "rebuild"] } else { &["views", "query", "trial"] });
        std::thread::sleep(Duration::from_micros((lot >> 33) % 80_000));
        kills += u32::from(feeding.try_wait().expect("a child").is_none());
        feeding.kill().expect("SIGKILL");
        feeding.wait().expect("a child");
    }
    assert!(child.wait().expect("a child").success());
    let told = ask(&state.0, &["views", "verify"]).good();
    ask(&state.0, &["views", "rebuild"]).good();
    assert_eq!(ask(&state.0, &["views", "verify"]).good(), told);
}
