//! The books are added up again by programs that are not ours.

use crate::played::{Ran, ask, column, day, paise, rows};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const BOOKS: [&str; 8] = ["sauda", "clients", "general", "journal", "cash", "bank", "securities", "trial"];

/// Reads a beancount journal from standard input, fails on any error, and prints what each account holds.
const BEANCOUNT: &str = r#"
import sys
from collections import defaultdict
from beancount import loader
from beancount.core.data import Transaction
entries, errors, _ = loader.load_string(sys.stdin.read())
for error in errors:
    print(error, file=sys.stderr)
held = defaultdict(lambda: defaultdict(int))
for entry in entries:
    if isinstance(entry, Transaction):
        for posting in entry.postings:
            held[posting.account][posting.units.currency] += posting.units.number
for account in sorted(held):
    for unit, number in sorted(held[account].items()):
        print(account, unit, number)
sys.exit(1 if errors else 0)
"#;

fn feed(program: &mut Command, text: &str) -> Ran {
    let mut child = program
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
    Ran::of(&child.wait_with_output().expect("it ends"))
}

fn hledger(text: &str, words: &[&str]) -> Ran {
    feed(Command::new("hledger").args(["-f", "-"]).args(words), text)
}

fn beancount(text: &str) -> Ran {
    feed(Command::new("python3").args(["-c", BEANCOUNT]), text)
}

/// Whether the program is there; otherwise the test is skipped aloud.
fn has(test: &str, program: &str, words: &[&str]) -> bool {
    let there = Command::new(program).args(words).stderr(Stdio::null()).output().is_ok_and(|o| o.status.success());
    if !there {
        reference::skip(test, &format!("{program} {} does not run, so nobody else has added up the books", words.join(" ")));
    }
    there
}

fn has_hledger(test: &str) -> bool {
    has(test, "hledger", &["--version"])
}

fn has_beancount(test: &str) -> bool {
    has(test, "python3", &["-c", "import beancount"])
}

fn form(dir: &Path, book: &str, form: &str) -> String {
    form_of(dir, book, form, &[])
}

fn form_of(dir: &Path, book: &str, form: &str, of: &[&str]) -> String {
    ask(dir, &[&["book", book, "--format", form], of].concat()).good()
}

#[test]
fn hledger_reads_every_book_and_finds_zero() {
    if !has_hledger("sauda::hledger_reads_every_book_and_finds_zero") {
        return;
    }
    for book in BOOKS {
        let text = form(day(), book, "hledger");
        hledger(&text, &["check"]).good();
        let total = hledger(&text, &["balance", "--depth", "0", "--empty"]).good();
        assert!(!total.contains(|c: char| ('1'..='9').contains(&c)), "{book}: {total}");
    }
}

#[test]
fn beancount_reads_every_book_and_finds_zero() {
    if !has_beancount("sauda::beancount_reads_every_book_and_finds_zero") {
        return;
    }
    for book in BOOKS {
        let held = beancount(&form(day(), book, "beancount")).good();
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        for line in held.lines() {
            let [_, unit, number] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
            *sums.entry(unit).or_insert(0) += paise(number);
        }
        assert!(!sums.is_empty() || book == "cash", "{book}");
        assert!(sums.values().all(|sum| *sum == 0), "{book}: {sums:?}");
    }
}

/// What our trial balance says of each account, by its name.
fn trial(dir: &Path, of: &[&str]) -> BTreeMap<String, i64> {
    let (heading, lines) = rows(&form_of(dir, "trial", "csv", of));
    let at = |name| column(&heading, name);
    let mut trial = BTreeMap::new();
    for row in lines {
        let balance = paise(&row[at("Debit")]) - paise(&row[at("Credit")]);
        *trial.entry(row[at("Account")].clone()).or_insert(0) += balance;
    }
    trial.retain(|_, balance| *balance != 0);
    trial
}

/// The sums of the accounts below each account of the trial balance, as somebody else added them up.
fn under(trial: &BTreeMap<String, i64>, held: &[(String, i64)], spelt: impl Fn(&str) -> String) -> BTreeMap<String, i64> {
    let below = |account: &str, name: &str| account == name || account.strip_prefix(name).is_some_and(|r| r.starts_with(':'));
    let mut sums = BTreeMap::new();
    for (account, balance) in held {
        let name = trial.keys().find(|name| below(account, &spelt(name)));
        let name = name.cloned().unwrap_or_else(|| account.clone());
        *sums.entry(name).or_insert(0) += balance;
    }
    sums.retain(|_, balance| *balance != 0);
    sums
}

fn beancount_name(name: &str) -> String {
    let capital = |part: &str| part[..1].to_uppercase() + &part[1..];
    let parts: Vec<String> = name.split(':').map(capital).collect();
    match parts[0].as_str() {
        "Assets" | "Liabilities" | "Income" => parts.join(":"),
        "Loss" => ["Expenses".to_owned()].into_iter().chain(parts[1..].iter().cloned()).collect::<Vec<_>>().join(":"),
        "Capital" => "Equity:Capital".to_owned(),
        _ => format!("Assets:{}", parts.join(":")),
    }
}

/// Every account of the general ledger, added up by hledger and by beancount, is what the trial balance says.
pub fn agree(test: &str, dir: &Path) {
    agree_on(test, dir, &[]);
}

fn agree_on(test: &str, dir: &Path, of: &[&str]) {
    let trial = trial(dir, of);
    assert!(trial.len() > 2, "{trial:?}");
    if has_hledger(test) {
        let text = form_of(dir, "general", "hledger", of);
        let held: Vec<(String, i64)> = hledger(&text, &["balance", "--flat", "--no-total", "--empty"])
            .good()
            .lines()
            .map(|line| {
                let (amount, account) = line.trim().strip_prefix("INR").unwrap_or(line.trim()).trim().split_once("  ").expect("two columns");
                (account.trim().to_owned(), paise(amount.trim()))
            })
            .collect();
        assert_eq!(under(&trial, &held, str::to_owned), trial, "hledger");
    }
    if has_beancount(test) {
        let told = beancount(&form_of(dir, "general", "beancount", of)).good();
        let held = told.lines().map(|line| {
            let mut words = line.split(' ');
            (words.next().expect("an account").to_owned(), paise(words.nth(1).expect("a number")))
        });
        assert_eq!(under(&trial, &held.collect::<Vec<_>>(), beancount_name), trial, "beancount");
    }
}

/// Of both exchanges together, where the inter-exchange account is at zero, and of each alone, with it.
#[test]
fn others_come_to_the_same_trial_balance() {
    let test = "sauda::others_come_to_the_same_trial_balance";
    agree(test, day());
    for exchange in ["NSE", "BSE"] {
        agree_on(test, day(), &["--exchange", exchange]);
        assert!(trial(day(), &["--exchange", exchange]).contains_key("control:inter-exchange"), "{exchange}");
    }
}
