//! Real days of the exchange, from its own files; skipped aloud where they are absent.

use crate::played::{ask, column, folder, paise, rows, run};
use std::fs;

/// Thousands of securities, both exchanges, both depositories, settlement cycles of two days and of one: every obligation ends,
/// nothing breaks, nobody is late.
#[test]
fn real_days_settle_without_a_break() {
    let test = "sauda::real_days_settle_without_a_break";
    let Some(data) = reference::folder(test, "nse-cm") else { return };
    // Each exchange settled its own trades, then one corporation those of both; and what settles on the day by itself.
    for (date, obligations, apart) in [("2016-01-01", 2, true), ("2024-07-05", 2, false)] {
        let dir = folder(&format!("real-{date}"));
        let data = data.to_str().expect("a path");
        let told = ask(&dir, &["day", "--all", "--market", data, "--date", date]).good();
        nothing_breaks(&told);
        assert!(told.contains(" of them on BSE too, at prices simulated"), "{date}:\n{told}");
        assert!(told.contains(" of them on BSE, at simulated prices"), "{date}:\n{told}");
        let agreed = told.lines().find_map(|line| line.strip_prefix("settlement   ")?.split(' ').next()?.parse::<u32>().ok());
        assert!(agreed.is_some_and(|n| n >= obligations), "{date}:\n{told}");
        let verified = ask(&dir, &["verify"]).good();
        assert!(verified.contains("no differences"), "{date}:\n{verified}");
        // The second exchange has a set of books of its own; the obligation is in it where it is settled apart.
        let there = ask(&dir, &["book", "trial", "--exchange", "BSE"]).good();
        assert!(there.contains("BSE: debits ") && there.contains(": balances"), "{date}:\n{there}");
        assert!(there.contains("control:inter-exchange"), "{date}:\n{there}");
        assert_eq!(there.contains("clearing:settlement"), apart, "{date}:\n{there}");
        assert!(!there.contains("NSE: debits "), "{date}:\n{there}");
        fs::remove_dir_all(&dir).expect("a folder");
    }
}

/// The month the owner sees: sessions that fall by tenths, symbols that change, securities that come and go.
#[test]
fn a_month_settles_without_a_break() {
    let test = "sauda::a_month_settles_without_a_break";
    let Some(data) = reference::folder(test, "") else { return };
    let months = [
        ("2020-03-02", "2020-03-20", (14, 0), "178 dividends, 2 bonuses, 0 splits"),
        // On one day of the month nobody deals for settlement on the same day.
        ("2026-06-01", "2026-06-30", (21, 20), "115 dividends, 5 bonuses, 2 splits"),
    ];
    for (from, to, (sessions, same_day), given) in months {
        let obligations = sessions + same_day;
        let dir = folder(&format!("month-{from}"));
        let data = data.to_str().expect("a path");
        let few = ["--clients", "60", "--orders", "300"];
        let words = [&["month", "--market", data, "--from", from, "--to", to][..], &few].concat();
        let told = ask(&dir, &[&words[..], &["--all"]].concat()).good();
        assert!(told.contains(&format!("in {sessions} sessions")), "{from}:\n{told}");
        // One of each day that nets, and those of days with trades trade for trade.
        let agreed = told.lines().find_map(|line| line.strip_prefix("settlement   ")?.split(' ').next()?.parse::<u32>().ok());
        assert!(agreed.is_some_and(|n| n > obligations), "{from}:\n{told}");
        nothing_breaks(&told);
        let seldom = told.lines().find(|line| line.starts_with("seldom")).expect("a line of what is seldom");
        assert!(!seldom.contains(" 0 unpaid") && !seldom.contains(" came 0 times") && !seldom.contains("; 0 days"), "{seldom}");
        assert!(told.contains(&format!("companies    give {given}")), "{from}:\n{told}");
        let benefits = told.lines().find(|line| line.starts_with("benefits")).expect("a line of benefits");
        assert!(!benefits.contains("; 0 came") || !benefits.contains(" 0 shares to clients"), "{from}: something is given: {benefits}");
        // The day the market was halted, by the fund that follows the index; on no day of the other month.
        let halted: Vec<&str> = told.lines().filter(|line| line.starts_with("halted")).collect();
        assert_eq!(halted.len(), if from == "2020-03-02" { 1 } else { 0 }, "{from}:\n{told}");
        assert!(halted.iter().all(|line| line.contains("2020-03-13 at 10%, from 09:") && line.contains(" to ")), "{halted:?}");
        let verified = ask(&dir, &["verify"]).good();
        assert!(verified.contains("no differences"), "{from}:\n{verified}");
        crate::outside::agree(test, &dir);
        let again = ask(&dir, &words).good();
        assert_eq!(again.lines().last(), told.lines().last(), "a month that is over stays as it was");
        is_one_page(&again, &told);
        assert_eq!(again.lines().filter(|line| line.starts_with("halted  ")).count(), halted.len(), "{again}");
        let remade = charges_are_the_books(&dir, &told, &again);
        assert!(remade > 0, "{from}: no note was made anew");
        let split = if sessions == 21 { 2 } else { 0 };
        prices_before_benefits_are_told_in_the_shares_after_them(&dir, split);
        let remade = charges_are_the_books(&dir, &told, &again);
        assert!(remade > 0, "{from}: no note was made anew");
        fs::remove_dir_all(&dir).expect("a folder");
    }
}

/// What is mended is a matter that a person closed.
fn nothing_breaks(told: &str) {
    let breaks = told.lines().find(|line| line.starts_with("breaks")).expect("a line of breaks");
    assert!(breaks.contains(" 0 opened") && breaks.ends_with(" 0 late to clients"), "{told}");
}

/// What the story says was charged is what the books say was earned and is to be paid on: notes that were cancelled and made
/// anew count once. Returns how many were cancelled.
fn charges_are_the_books(dir: &std::path::Path, all: &str, page: &str) -> usize {
    let (heading, trial) = rows(&ask(dir, &["book", "trial", "--format", "csv"]).good());
    let at = |name| column(&heading, name);
    let of = |code: &str| -> i64 {
        let of = trial.iter().filter(|row| row[at("Code")] == code);
        of.map(|row| paise(&row[at("Credit")]) - paise(&row[at("Debit")])).sum()
    };
    let last = |line: &str| paise(&line.split_whitespace().last().expect("a sum").replace(',', ""));
    let charged = |head: &str| all.lines().find(|line| line.trim_start().starts_with(head)).map_or(0, last);
    for (head, code) in [("brokerage  ", "BR"), ("SEBI turnover fee  ", "SEBI"), ("GST (integrated)  ", "IGST")] {
        assert_eq!(charged(head), of(code), "{head}\n{all}");
    }
    let weeks = page.lines().skip_while(|line| !line.starts_with("week of")).skip(1).take_while(|line| line.starts_with("20"));
    let weeks = weeks.map(|line| paise(&line.split_whitespace().nth(6).expect("brokerage").replace(',', "")));
    assert_eq!(weeks.sum::<i64>(), of("BR"), "{page}");
    let (heading, notes) = rows(&ask(dir, &["book", "contracts", "--format", "csv"]).good());
    let standing = column(&heading, "Standing");
    notes.iter().filter(|row| row[standing].starts_with("cancelled")).count()
}

/// The record keeps what was published; beside it stands what it is in today's shares, and why.
fn prices_before_benefits_are_told_in_the_shares_after_them(dir: &std::path::Path, splits: usize) {
    let (_, published) = rows(&ask(dir, &["book", "prices", "--format", "csv"]).good());
    let (heading, told) = rows(&ask(dir, &["book", "prices", "--adjusted", "--format", "csv"]).good());
    assert!(told.iter().map(|row| &row[..6]).eq(published.iter().map(|row| &row[..6])), "the record is as it was");
    let at = |name| column(&heading, name);
    let price = |row: &Vec<String>, name| vocab::Price::parse(&row[at(name)]).expect("a price").0;
    let (mut because, mut alone) = (std::collections::BTreeSet::new(), 0);
    for row in &told {
        let (why, factor) = (&row[at("Because of")], &row[at("Factor")]);
        assert_eq!(why.is_empty(), factor == "1", "{row:?}");
        if factor.contains('×') {
            continue;
        }
        // As many shares for as many, and nothing of the price is lost but what is cut off.
        let (all, held) = factor.split_once('/').unwrap_or((factor, "1"));
        let [all, held] = [all, held].map(|n| n.parse::<i64>().expect("a count"));
        assert_eq!(price(row, "Adjusted"), price(row, "Close") * held / all, "{row:?}");
        if let Some((_, ex)) = why.split_once("ex ") {
            assert!(row[at("Date")].as_str() < &ex[..10], "{row:?}");
            because.insert(why.clone());
            alone += 1;
        }
    }
    assert!(alone > 0 && because.iter().any(|why| why.starts_with("bonus ")), "{because:?}");
    assert_eq!(because.iter().filter(|why| why.starts_with("split ")).count(), splits, "{because:?}");
}

/// What the owner reads: a page of paper, whose weeks add up to what all of it says.
fn is_one_page(page: &str, all: &str) {
    assert!(page.lines().count() <= 66, "a page:\n{page}");
    let wide = page.lines().filter(|line| !line.starts_with("head ")).find(|line| line.chars().count() > 100);
    assert_eq!(wide, None, "{page}");
    assert!(page.contains("sum to 0.00: they balance"), "{page}");
    let weeks = page.lines().skip_while(|line| !line.starts_with("week of")).skip(1);
    let weeks = weeks.take_while(|line| line.starts_with("20")).map(|line| line.split_whitespace().collect::<Vec<_>>());
    let trades: u64 = weeks.map(|row| row[4].replace(',', "").parse::<u64>().expect("a count")).sum();
    let line = all.lines().find(|line| line.starts_with("trades")).expect("a line of trades");
    let said: Vec<u64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    assert_eq!(trades, said[0] + said[1], "{line}\n{page}");
}

/// The files give the close before as it was dealt. In the shares of the first day without a bonus or a split it is the
/// exchange's reference: the prices that were dealt on that day lie within the band around it.
#[test]
fn real_prices_of_first_days_without_a_benefit_lie_within_their_bands() {
    let test = "sauda::real_prices_of_first_days_without_a_benefit_lie_within_their_bands";
    let Some(data) = reference::folder(test, "") else { return };
    let mut book = rulebook::Rulebook::default();
    for rule in files::rulebook::read_rulebook(files::rulebook::built_in()).expect("the rulebook") {
        book.adopt(rule).expect("a rule");
    }
    let mut seen = 0;
    for (from, to) in [("2020-03-02", "2020-03-20"), ("2026-06-01", "2026-06-30")] {
        let [from, to] = [from, to].map(|day| vocab::Day::parse(day).expect("a day"));
        let markets = files::read_markets(&data, from, to).expect("a month");
        let (mut stage, _) = rehearsal::Stage::of(&markets, &book);
        let list = files::read_actions(&data, from, to).expect("a list");
        let _not_given = stage.give(&list.actions, &book);
        for it in stage.gifts().iter().filter(|it| it.gift.kind() != vocab::BenefitKind::Dividend) {
            let s = stage.on(it.ex).and_then(|rows| rows.values().find(|s| s.isin == it.isin)).expect("it trades");
            let reference = stage.reference(s.isin, s.prev_close, it.ex, &book);
            let (low, high, _) = rehearsal::limits(&book, reference, s.band, it.ex).expect("a band");
            assert!(low <= s.low && s.high <= high, "{}: {} to {} within {low} to {high}", s.symbol, s.low, s.high);
            assert!(reference < s.prev_close, "{}: {reference} of {}", s.symbol, s.prev_close);
            seen += 1;
        }
    }
    assert_eq!(seen, 9, "two bonuses of March 2020, five and two splits of June 2026");
}

#[test]
fn a_month_with_a_hole_is_refused() {
    let test = "sauda::a_month_with_a_hole_is_refused";
    let Some(data) = reference::folder(test, "") else { return };
    let dir = folder("hole");
    let words = |from: &'static str, to: &'static str| {
        let data = data.to_str().expect("a path");
        let dir = dir.to_str().expect("a path");
        run(&["month", "--market", data, "--from", from, "--to", to, "--dir", dir]).bad(2)
    };
    let hole = words("2026-07-23", "2026-07-28");
    assert!(hole.contains("2026-07-27"), "{hole}");
    let backwards = words("2026-07-02", "2026-07-01");
    assert!(backwards.contains("--to"), "{backwards}");
    assert!(!dir.exists(), "what is refused makes nothing");
}
