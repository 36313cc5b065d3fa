//! One page for the broker's owner: what was dealt in and earned, who was not served, what is owed, what went
//! wrong and whose it is, and whether the books balance. Everything on it is counted or summed from the record;
//! `--all` tells the rest.

use crate::tell::{Told, money};
use books::{Account, Class};
use charges::Head;
use firm::{Answer, BreakKind, Firm};
use rehearsal::{DayTold, Story};
use std::collections::BTreeMap;
use vocab::{ClientRow, Closing, Day, Qty, Ucc};

/// The page is this wide.
const WIDE: usize = 100;
/// Where a line's text begins.
const INDENT: usize = 13;
/// So many refusals or clients are named; the rest is summed up.
const NAMED: usize = 6;
/// So many kinds of what went wrong get a line of their own, and so many things of a kind their name.
const KINDS: usize = 5;
const THINGS: usize = 3;
/// Rows of weeks at most; a longer run is told by months.
const WEEKS: usize = 10;

/// What the page takes from the firm itself, at the end.
pub struct Page {
    /// Who is a client, and not an account of the firm's own.
    clients: BTreeMap<ClientRow, Ucc>,
    /// Accounts that are not zero, debit positive.
    balances: Vec<(Account, i64)>,
    /// Clients who have not paid a bill, and the day on which the oldest was due.
    debtors: (usize, Option<Day>),
    /// Open breaks and alerts, and what each is about.
    open: BTreeMap<BreakKind, BTreeMap<String, u64>>,
    /// Settlements in which something was dealt, how many of them are done, and how many are trade for trade.
    settled: [usize; 3],
}

impl Page {
    pub fn of(firm: &Firm) -> Page {
        let own = firm.clients.own();
        let clients = firm.clients.iter().filter(|(row, _)| !own.contains(row));
        let clients: BTreeMap<_, _> = clients.map(|(row, client)| (row, client.ucc)).collect();
        let unpaid: Vec<Day> = clients.keys().filter_map(|row| firm.books.oldest_unpaid(*row)).collect();
        let mut open: BTreeMap<BreakKind, BTreeMap<String, u64>> = BTreeMap::new();
        for (_, it) in firm.breaks() {
            let about = it.kind.subject(it.subject, firm);
            *open.entry(it.kind).or_default().entry(about).or_default() += 1;
        }
        let dealt = || firm.clearing.settlements().filter(|(_, it)| it.trades > 0);
        let balances = Account::ALL.iter().map(|account| (*account, firm.books.total(*account).0));
        Page {
            balances: balances.filter(|(_, amount)| *amount != 0).collect(),
            debtors: (unpaid.len(), unpaid.into_iter().min()),
            settled: [
                dealt().count(),
                dealt().filter(|(_, it)| it.stage == clearing::Stage::Done).count(),
                dealt().filter(|(_, it)| it.kind.is_gross()).count(),
            ],
            open,
            clients,
        }
    }

    fn of_class(&self, class: Class) -> impl Iterator<Item = (Account, i64)> + '_ {
        self.balances.iter().copied().filter(move |(account, _)| account.class() == class)
    }
}

/// The page, from its second paragraph to its last line but those of the record.
pub fn told(told: &Told) -> String {
    let mut out = Lines(String::new());
    let s = &told.story;
    out.gap();
    dealt_in(&mut out, s, &told.page);
    if s.by_day.values().filter(|day| day.trades > 0).count() > 1 {
        out.gap();
        table(&mut out, &s.by_day);
        days_that_mattered(&mut out, &s.by_day);
    }
    out.gap();
    earned(&mut out, s, &told.page);
    out.gap();
    not_served(&mut out, s, &told.page);
    out.gap();
    owed(&mut out, told);
    out.gap();
    wrong(&mut out, s, &told.page);
    out.gap();
    balanced(&mut out, told);
    out.gap();
    out.0
}

/// Lines of a label and a text, which is broken before it is too wide.
struct Lines(String);

impl Lines {
    fn gap(&mut self) {
        self.0.push('\n');
    }

    fn line(&mut self, label: &str, text: &str) {
        let mut at = INDENT;
        self.0.push_str(&format!("{label:INDENT$}"));
        for (nth, word) in text.split(' ').enumerate() {
            let wide = word.chars().count();
            if nth > 0 && at + 1 + wide > WIDE {
                self.0.push_str(&format!("\n{:INDENT$}", ""));
                at = INDENT;
            } else if nth > 0 {
                self.0.push(' ');
                at += 1;
            }
            self.0.push_str(word);
            at += wide;
        }
        self.0.push('\n');
    }

    /// A sum below other sums.
    fn sum(&mut self, label: &str, what: &str, amount: i64, more: &str) {
        let line = format!("{label:INDENT$}{what:28} {:>20}   {more}", money(amount));
        self.0.push_str(line.trim_end());
        self.0.push('\n');
    }
}

/// `ShortOfFunds` as "short of funds".
fn words(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// The name of an account in words, without its class.
fn in_words(account: Account) -> String {
    account.name().split(':').skip(1).collect::<Vec<_>>().join(" ").replace('-', " ")
}

fn count(n: u64) -> String {
    format!("{:#}", Qty(i64::try_from(n).unwrap_or(i64::MAX)))
}

/// Counted things, most first, the first few by name; what is there once goes without its count.
fn named(mut all: Vec<(u64, String)>, few: usize, rest: &str) -> String {
    all.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let one = |(n, what): &(u64, String)| if *n == 1 { what.clone() } else { format!("{what} {}", count(*n)) };
    let mut parts: Vec<String> = all.iter().take(few).map(one).collect();
    let more = all.get(few..).unwrap_or_default();
    let (kinds, sum) = (more.len() as u64, more.iter().map(|(n, _)| n).sum());
    match kinds {
        0 => {}
        _ if kinds == sum => parts.push(format!("{kinds} {rest}")),
        _ => parts.push(format!("{kinds} {rest} {}", count(sum))),
    }
    parts.join(", ")
}

fn dealt_in(out: &mut Lines, s: &Story, page: &Page) {
    let closed = |why| count(s.closed.get(&why).copied().unwrap_or(0));
    out.line("orders", &format!(
        "{} went to the market: {} filled, {} cancelled, {} lapsed at the close, {} rejected by the exchange",
        count(s.placed), closed(Closing::Filled), closed(Closing::Cancelled), closed(Closing::Lapsed), closed(Closing::Rejected)
    ));
    let elsewhere = match s.elsewhere {
        0 => String::new(),
        n => format!("; {} of them on BSE", count(n)),
    };
    out.line("trades", &format!(
        "bought {} in {}, sold {} in {}{elsewhere}",
        money(s.traded[0]), count(s.trades[0]), money(s.traded[1]), count(s.trades[1])
    ));
    if s.intraday[0] > 0 {
        let [orders, squared, _, carried] = s.intraday.map(count);
        out.line("intraday", &format!("{orders} orders, {squared} of them the firm's to square off; {carried} positions carried into delivery"));
    }
    if s.same_day[1] > 0 {
        let [orders, trades, paid, dealt] = s.same_day.map(count);
        out.line("same day", &format!("{orders} orders to settle on the day, {trades} trades; paid out on it: {paid} of {dealt} settlements"));
    }
    if s.custody[0] > 0 {
        let [told, taken, back] = s.custody.map(count);
        out.line("institutions", &format!("{told} trades, {taken} settled by their custodians, {back} by the firm"));
    }
    let [settlements, done, gross] = page.settled;
    let gross = if gross > 0 { format!(" ({gross} gross)") } else { String::new() };
    out.line("settled", &format!(
        "{done} of {settlements} settlements{gross}; {} short deliveries, {} ended; {} between own clients",
        count(s.short), count(s.short_ended), count(s.internal_short)
    ));
    beside(out, s);
    for (nth, halt) in s.market_halts().iter().enumerate() {
        out.line(if nth == 0 { "halted" } else { "" }, &crate::tell::halted(halt));
    }
    if !s.given.came.is_empty() {
        let g = &s.given;
        out.line("passed on", &format!("dividends of {} in {} parts, {} bonus and split shares in {}", money(g.money.1), g.money.0, g.shares.1, g.shares.0));
    }
}

/// What a day seldom has, where it had it.
fn beside(out: &mut Lines, s: &Story) {
    let mut had = Vec::new();
    if s.cheques[0] > 0 {
        let [lodged, _, unpaid] = s.cheques.map(count);
        had.push(format!("{lodged} cheques, {unpaid} unpaid"));
    }
    if s.strays[0] > 0 {
        let [came, back] = s.strays.map(count);
        had.push(format!("strangers' shares {came}, {back} back"));
    }
    match s.shut[..] {
        [] => {}
        [day] => had.push(format!("nothing settled on {day}")),
        ref days => had.push(format!("nothing settled on {} days", days.len())),
    }
    if !had.is_empty() {
        out.line("seldom", &had.join("; "));
    }
}

fn earned(out: &mut Lines, s: &Story, page: &Page) {
    let mut label = "earned";
    let mut left = 0;
    for class in [Class::Income, Class::Loss] {
        for (account, amount) in page.of_class(class) {
            out.sum(label, &in_words(account), -amount, "");
            (label, left) = ("", left - amount);
        }
    }
    let dealt = i128::from(s.traded[0]) + i128::from(s.traded[1]);
    // A lakh is 1,00,000 rupees.
    let per_lakh = i128::from(left).saturating_mul(10_000_000).checked_div(dealt).and_then(|it| i64::try_from(it).ok());
    let of = per_lakh.map_or(String::new(), |it| format!("{} on every lakh dealt in", money(it)));
    out.sum(label, "left to the firm", left, &of);
    let levied = s.charges.iter().filter(|(head, _)| **head != Head::Brokerage.number()).map(|(_, it)| it).sum();
    out.sum("", "charged for others", levied, &format!("on {} contract notes", count(s.notes)));
}

fn not_served(out: &mut Lines, s: &Story, page: &Page) {
    let refused: u64 = s.refused.values().map(|(n, _)| n).sum();
    let kinds = s.refused.iter().map(|(code, (n, _))| (*n, words(code.name()))).collect();
    let asked = || s.served.iter().filter_map(|(row, it)| page.clients.get(row).map(|ucc| (*ucc, *it)));
    let with = asked().filter(|(_, it)| it.refused > 0).count();
    out.line("not served", &format!("{} asks refused: {}", count(refused), named(kinds, NAMED, "more kinds")));
    out.line("", &format!("{with} of the {} clients who gave orders had one refused", asked().count()));
    let none = asked().filter(|(_, it)| it.trades == 0).map(|(ucc, it)| (it.asked, ucc.to_string())).collect::<Vec<_>>();
    if !none.is_empty() {
        out.line("", &format!("{} gave orders and dealt in nothing: {}", none.len(), named(none, NAMED, "more")));
    }
    let answered = |answer| count(s.answers.get(&answer).copied().unwrap_or(0));
    if s.referred > 0 {
        out.line("waited", &format!(
            "{} orders for a person: {} released, {} declined, {} expired with no answer",
            count(s.referred), answered(Answer::Release), answered(Answer::Decline), answered(Answer::Expire)
        ));
    }
}

fn owed(out: &mut Lines, told: &Told) {
    let (credits, debits) = told.clients;
    let (debtors, oldest) = told.page.debtors;
    let since = oldest.map_or(String::new(), |day| format!("{debtors} clients, oldest due {day}"));
    out.sum("owed", "to clients", credits, "");
    out.sum("", "by clients", debits, &since);
    let own = told.page.of_class(Class::Liability).filter(|(account, _)| *account == Account::Client).map(|(_, it)| it).sum::<i64>()
        + credits - debits;
    if own != 0 {
        out.sum("", "by the firm's own accounts", own, "for what they dealt in");
    }
    for class in [Class::Liability, Class::Asset, Class::Clearing, Class::Control] {
        let all: Vec<_> = told.page.of_class(class).filter(|(account, _)| *account != Account::Client).collect();
        if all.is_empty() {
            continue;
        }
        let what = match class {
            Class::Liability => "to others",
            Class::Asset => "by others",
            Class::Bank | Class::Clearing | Class::Control | Class::Income | Class::Loss | Class::Capital => "still between settlements",
        };
        out.sum("", what, -all.iter().map(|(_, amount)| amount).sum::<i64>(), "");
        let parts: Vec<String> = all.iter().map(|(account, amount)| format!("{} {}", in_words(*account), money(-amount))).collect();
        out.line("", &format!("  {}", parts.join(", ")));
    }
    if told.placed != 0 {
        out.sum("", "own money with clients'", told.placed, "");
    }
}

fn wrong(out: &mut Lines, s: &Story, page: &Page) {
    let breaks: u64 = s.breaks.values().sum();
    out.line("went wrong", &format!(
        "{breaks} differences opened, {} mended; {} matters for persons; {} paid or delivered late",
        s.mended, s.alerts, s.late
    ));
    let mut open: Vec<_> = page.open.iter().map(|(kind, about)| (about.values().sum::<u64>(), *kind, about)).collect();
    open.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for (count, kind, about) in open.iter().take(KINDS) {
        let things = |few| named(about.iter().map(|(what, n)| (*n, what.clone())).collect(), few, "more");
        let text = |few| format!("{}: {count} × {} ({})", kind.owner(), kind.as_str(), things(few));
        // As many by name as one line takes.
        let few = (1..=THINGS).rev().find(|few| text(*few).chars().count() <= WIDE - INDENT);
        out.line("", &few.map_or_else(|| format!("{}: {count} × {}", kind.owner(), kind.as_str()), text));
    }
    let rest = open.get(KINDS..).unwrap_or_default();
    if !rest.is_empty() {
        out.line("", &format!("{} more of {} kinds", rest.iter().map(|(n, ..)| n).sum::<u64>(), rest.len()));
    }
}

fn balanced(out: &mut Lines, told: &Told) {
    let sum: i64 = told.page.balances.iter().map(|(_, amount)| amount).sum();
    let says = if sum == 0 { "they balance" } else { "THEY DO NOT BALANCE" };
    let banks: Vec<String> =
        told.page.of_class(Class::Bank).map(|(account, amount)| format!("{} {}", in_words(account).replace("bank ", ""), money(amount))).collect();
    out.line("books", &format!("sum to {}: {says}; at the banks: {}", money(sum), banks.join(", ")));
    let s = &told.story;
    let worst = s.worst_g.map_or("never tested".into(), |g| format!("{} at the least", money(g)));
    out.line("client money", &format!("{} tests; beyond what clients are due is held {worst}", s.money_tests));
}

/// Weeks, or months where there are many: what was dealt in, and what went wrong.
fn table(out: &mut Lines, days: &BTreeMap<Day, DayTold>) {
    let monday = |day: Day| day.plus(-((day.0 + 3).rem_euclid(7)));
    let first = |day: Day| day.plus(1 - i32::try_from(day.civil().2).expect("a day of a month"));
    let mut rows = grouped(days, monday);
    let unit = if rows.len() > WEEKS { "month of" } else { "week of" };
    if rows.len() > WEEKS {
        rows = grouped(days, first);
    }
    let row = |cells: [&str; 9]| {
        let [a, b, c, d, e, f, g, h, i] = cells;
        format!("{a:11}{b:>5}{c:>8}{d:>8}{e:>10}{f:>19}{g:>14}{h:>18}{i:>7}\n")
    };
    out.0.push_str(&row([unit, "days", "orders", "refused", "trades", "dealt in", "brokerage", "paid to clients", "wrong"]));
    for (from, (sessions, t)) in rows {
        let [n, o, r, tr, w] = [sessions, t.orders, t.refused, t.trades, t.wrong].map(count);
        out.0.push_str(&row([
            &from.to_string(), &n, &o, &r, &tr, &money(t.traded), &money(t.brokerage), &money(t.paid_out), &w,
        ]));
    }
}

/// Days added up from the first day of what they belong to; of each the days on which something was dealt.
fn grouped(days: &BTreeMap<Day, DayTold>, first: impl Fn(Day) -> Day) -> BTreeMap<Day, (u64, DayTold)> {
    let mut rows: BTreeMap<Day, (u64, DayTold)> = BTreeMap::new();
    for (day, it) in days {
        let (sessions, sum) = rows.entry(first(*day)).or_default();
        *sessions += u64::from(it.trades > 0);
        *sum = sum.with(it);
    }
    rows
}

/// The busiest day, the one with the most refusals, the one on which most went wrong, the one with the least client money.
fn days_that_mattered(out: &mut Lines, days: &BTreeMap<Day, DayTold>) {
    let most = |of: &dyn Fn(&DayTold) -> i64| days.iter().map(|(day, it)| (of(it), *day)).max_by_key(|(n, day)| (*n, -day.0));
    let counted = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let mut of: BTreeMap<Day, Vec<String>> = BTreeMap::new();
    if let Some((traded, day)) = most(&|it| it.traded) {
        of.entry(day).or_default().push(format!("the most dealt in: {}", money(traded)));
    }
    if let Some((refused, day)) = most(&|it| counted(it.refused)).filter(|(n, _)| *n > 0) {
        of.entry(day).or_default().push(format!("the most refused: {refused}"));
    }
    if let Some((wrong, day)) = most(&|it| counted(it.wrong)).filter(|(n, _)| *n > 0) {
        of.entry(day).or_default().push(format!("the most went wrong: {wrong}"));
    }
    if let Some((g, day)) = days.iter().filter_map(|(day, it)| it.worst_g.map(|g| (g, *day))).min() {
        of.entry(day).or_default().push(format!("the least client money beyond what is due: {}", money(g)));
    }
    for (nth, (day, what)) in of.iter().enumerate() {
        out.line(if nth == 0 { "days" } else { "" }, &format!("{day} {}", what.join("; ")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_the_page_and_no_word_is_lost() {
        let mut out = Lines(String::new());
        let text = "thirteen letters and more of them ".repeat(20);
        out.line("wrong", text.trim_end());
        assert!(out.0.lines().all(|line| line.chars().count() <= WIDE), "{}", out.0);
        assert_eq!(out.0.split_whitespace().skip(1).collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>());
    }

    #[test]
    fn the_most_frequent_come_by_name_and_the_rest_adds_up() {
        let all = (1..=9).map(|n| (n, format!("reason{n}"))).collect();
        let single = vec![(1, "a".to_owned()), (1, "b".to_owned()), (1, "c".to_owned())];
        assert_eq!(named(single, 1, "more"), "a, 2 more");
        assert_eq!(named(all, 6, "more"), "reason9 9, reason8 8, reason7 7, reason6 6, reason5 5, reason4 4, 3 more 6");
        assert_eq!(words("ShortOfFunds"), "short of funds");
    }

    #[test]
    fn a_long_run_is_told_by_months_and_a_short_one_by_weeks() {
        let first = Day::parse("2026-06-03").unwrap();
        let days = |n: i32| -> BTreeMap<Day, DayTold> {
            (0..n).map(|at| (first.plus(at), DayTold { trades: 2, traded: 100, ..DayTold::default() })).collect()
        };
        let told = |n| {
            let mut out = Lines(String::new());
            table(&mut out, &days(n));
            assert!(out.0.lines().all(|line| line.chars().count() <= WIDE), "{}", out.0);
            out.0.lines().map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        let weeks = told(12);
        assert_eq!((weeks.len(), &weeks[0][0][..]), (3, "week"));
        assert_eq!((&weeks[1][0][..], &weeks[1][1][..], &weeks[1][4][..]), ("2026-06-01", "5", "10"));
        assert_eq!((&weeks[2][0][..], &weeks[2][1][..]), ("2026-06-08", "7"));
        let months = told(100);
        assert_eq!((months.len(), &months[1][0][..], &months[1][1][..]), (5, "2026-06-01", "28"));
        assert_eq!((&months[2][0][..], &months[2][1][..], &months[2][5][..]), ("2026-07-01", "31", "31.00"));
    }
}
