//! The books as plain-text ledgers that other programs add up: hledger's form and beancount's. Money in INR, trades
//! and shares as commodities. Every transaction sums to zero by itself.

use super::gather::{Gathered, Line};
use super::{Filter, money, sauda, securities};
use crate::directory::Directory;
use books::Account;
use std::collections::BTreeMap;
use std::fmt::{self, Write};
use vocab::{ClientRow, Day, Paise, Price, Qty, Side};

/// Whose form is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    Hledger,
    Beancount,
}

/// Which vouchers are wanted: always whole ones, since a part would not balance.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Touching {
    Anything,
    Clients,
    Banks,
}

enum Amount {
    Money(Paise),
    Shares { qty: Qty, isin: String, at: Option<Price> },
}

struct Transaction {
    day: Day,
    number: Option<String>,
    narration: String,
    tags: Vec<(&'static str, String)>,
    lines: Vec<(String, Amount)>,
}

/// A book ready to be written in either form.
pub struct Ledger {
    title: String,
    transactions: Vec<Transaction>,
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Amount::Money(amount) => write!(f, "INR {amount}"),
            Amount::Shares { qty, isin, at: None } => write!(f, "{qty} \"{isin}\""),
            Amount::Shares { qty, isin, at: Some(price) } => write!(f, "{qty} \"{isin}\" @ INR {price}"),
        }
    }
}

impl Amount {
    fn unit(&self) -> &str {
        match self {
            Amount::Money(_) => "INR",
            Amount::Shares { isin, .. } => isin,
        }
    }

    fn beancount(&self) -> String {
        match self {
            Amount::Money(amount) => format!("{amount} INR"),
            Amount::Shares { qty, isin, at: None } => format!("{qty} {isin}"),
            Amount::Shares { qty, isin, at: Some(price) } => format!("{qty} {isin} @ {price} INR"),
        }
    }
}

/// Beancount knows five roots, and parts of letters, digits and hyphens that begin with a capital or a digit: what is
/// neither stands as its number, so that no two accounts become one.
fn beancount_account(name: &str) -> String {
    let (root, rest) = name.split_once(':').unwrap_or((name, ""));
    let (root, kept) = match root {
        "liabilities" => ("Liabilities", None),
        "income" => ("Income", None),
        "loss" => ("Expenses", None),
        "capital" => ("Equity", Some("capital")),
        "assets" => ("Assets", None),
        other => ("Assets", Some(other)),
    };
    let parts = kept.into_iter().chain(rest.split(':').filter(|part| !part.is_empty()));
    let mut out = root.to_owned();
    for part in parts {
        out.push(':');
        for (nth, c) in part.chars().enumerate() {
            match c {
                _ if nth == 0 && c.is_ascii_lowercase() => out.push(c.to_ascii_uppercase()),
                _ if c.is_ascii_alphanumeric() || (c == '-' && nth > 0) => out.push(c),
                _ => {
                    let _ = write!(out, "X{:02x}", u32::from(c));
                }
            }
        }
    }
    out
}

/// Text within beancount's quotes.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " ")
}

impl Ledger {
    fn new(gathered: &Gathered, title: &str) -> Ledger {
        let title = format!("{}: {title}", gathered.directory.firm.replace('\n', " "));
        Ledger { title, transactions: Vec::new() }
    }

    pub fn write(&self, form: Form) -> String {
        let mut out = String::new();
        let written = match form {
            Form::Hledger => self.hledger(&mut out),
            Form::Beancount => self.beancount(&mut out),
        };
        written.expect("text grows");
        out
    }

    fn hledger(&self, out: &mut String) -> fmt::Result {
        write!(out, "; {}\ncommodity INR 1000.00\n\n", self.title)?;
        for t in &self.transactions {
            write!(out, "{} *", t.day)?;
            if let Some(number) = &t.number {
                write!(out, " ({number})")?;
            }
            write!(out, " {}", t.narration)?;
            for (nth, (name, value)) in t.tags.iter().enumerate() {
                let before = if nth == 0 { "  ; " } else { ", " };
                write!(out, "{before}{name}:{value}")?;
            }
            out.push('\n');
            for (account, amount) in &t.lines {
                writeln!(out, "    {account}  {amount}")?;
            }
            out.push('\n');
        }
        Ok(())
    }

    fn beancount(&self, out: &mut String) -> fmt::Result {
        write!(out, "; {0}\noption \"title\" \"{1}\"\noption \"operating_currency\" \"INR\"\n", self.title, quoted(&self.title))?;
        let mut opened: BTreeMap<String, Day> = BTreeMap::new();
        let mut units: BTreeMap<&str, Day> = BTreeMap::new();
        for t in &self.transactions {
            for (account, amount) in &t.lines {
                let first = opened.entry(beancount_account(account)).or_insert(t.day);
                *first = t.day.min(*first);
                let first = units.entry(amount.unit()).or_insert(t.day);
                *first = t.day.min(*first);
            }
        }
        for (unit, day) in units {
            writeln!(out, "{day} commodity {unit}")?;
        }
        for (account, day) in opened {
            writeln!(out, "{day} open {account}")?;
        }
        for t in &self.transactions {
            writeln!(out, "\n{} * \"{}\"", t.day, quoted(&t.narration))?;
            for (name, value) in t.number.iter().map(|n| ("number", n)).chain(t.tags.iter().map(|(n, v)| (*n, v))) {
                writeln!(out, "  {name}: \"{}\"", quoted(value))?;
            }
            for (account, amount) in &t.lines {
                writeln!(out, "  {}  {}", beancount_account(account), amount.beancount())?;
            }
        }
        Ok(())
    }
}

pub fn money(gathered: &Gathered, filter: &Filter, touching: Touching) -> Ledger {
    let mut ledger = Ledger::new(gathered, "money books");
    let mut rest = gathered.lines.as_slice();
    while let Some(first) = rest.first() {
        let count = rest.iter().take_while(|l| l.posting.voucher == first.posting.voucher && l.entry == first.entry).count();
        let (voucher, after) = rest.split_at(count.max(1));
        rest = after;
        if filter.takes(first.day) && voucher.iter().any(|l| is_wanted(l, filter, touching)) {
            ledger.transactions.push(transaction(&gathered.directory, voucher));
        }
    }
    ledger
}

fn is_wanted(line: &Line, filter: &Filter, touching: Touching) -> bool {
    let posting = &line.posting;
    let of_client = |client: ClientRow| posting.account == Account::Client && posting.owner == client.0;
    let touches = match touching {
        Touching::Anything => true,
        Touching::Clients => posting.account == Account::Client,
        Touching::Banks => money::is_bank(posting.account),
    };
    touches && filter.client.is_none_or(of_client)
}

fn transaction(directory: &Directory, voucher: &[Line]) -> Transaction {
    let first = voucher.first().expect("a voucher has lines");
    let posting = &first.posting;
    let posted = first.at.day();
    let mut tags = vec![("entry", first.entry.to_string()), ("value", posting.value_day.to_string())];
    if first.day != posted {
        tags.push(("posted", posted.to_string()));
    }
    let line = |line: &Line| (money::account_name(&line.posting, directory), Amount::Money(line.posting.amount));
    Transaction {
        day: first.day,
        number: Some(posting.voucher.to_string()),
        narration: money::narration(posting),
        tags,
        lines: voucher.iter().map(line).collect(),
    }
}

pub fn trial(gathered: &Gathered, filter: &Filter) -> Ledger {
    let mut ledger = Ledger::new(gathered, "trial balance");
    let last = gathered.lines.iter().map(|l| l.day).filter(|day| filter.takes(*day)).max();
    let Some(day) = last else { return ledger };
    let balances = money::balances(gathered, filter);
    let mut lines: Vec<(String, Amount)> =
        balances.iter().map(|((_, account), balance)| (account.name().to_owned(), Amount::Money(*balance))).collect();
    // One client's lines alone do not balance: the rest of the books stands against them.
    if filter.client.is_some() {
        let sum: Paise = balances.values().copied().sum();
        lines.push(("rest".to_owned(), Amount::Money(-sum)));
    }
    let narration = "trial balance".to_owned();
    ledger.transactions.push(Transaction { day, number: None, narration, tags: Vec::new(), lines });
    ledger
}

pub fn cash(gathered: &Gathered) -> Ledger {
    Ledger::new(gathered, "cash book: no entries, since cash is refused")
}

/// A register of what was asked for, and of papers: no money moves by it.
pub fn no_money(gathered: &Gathered) -> Ledger {
    Ledger::new(gathered, "margins: no postings, since no money moves by them")
}

/// The two sides of a trade: the client's and the exchange's.
pub fn sauda(gathered: &Gathered, filter: &Filter) -> Ledger {
    let mut ledger = Ledger::new(gathered, "register of transactions");
    let directory = &gathered.directory;
    for deal in sauda::in_order(gathered, filter) {
        let fact = &deal.fact;
        let qty = match fact.side {
            Side::Buy => fact.qty,
            Side::Sell => -fact.qty,
        };
        let isin = directory.isin(fact.security);
        let shares = |qty| Amount::Shares { qty, isin: isin.clone(), at: Some(fact.price) };
        let client = format!("trades:client:{}", money::safe(&directory.ucc(fact.client)));
        ledger.transactions.push(Transaction {
            day: fact.at.day(),
            number: Some(fact.trade.to_string()),
            narration: format!("{} {}", fact.side, directory.symbol(fact.security)),
            tags: vec![
                ("order", fact.order.to_string()),
                ("settlement", directory.number(fact.settlement)),
                ("time", fact.at.time().to_string()),
            ],
            lines: vec![(client, shares(qty)), (format!("trades:exchange:{}", fact.trade.venue()), shares(-qty))],
        });
    }
    ledger
}

pub fn securities(gathered: &Gathered, filter: &Filter) -> Ledger {
    let mut ledger = Ledger::new(gathered, "register of securities");
    let directory = &gathered.directory;
    for line in gathered.moves.iter().filter(|m| filter.takes(m.at.day())) {
        let Some(moved) = securities::moved(&line.moved).filter(|m| filter.is_of(m.client)) else { continue };
        let (isin, ucc) = (directory.isin(moved.security), money::safe(&directory.ucc(moved.client)));
        let leg = |place: books::Place, qty: Qty| {
            let place = place.as_str().replace(' ', "-");
            (format!("securities:{ucc}:{place}"), Amount::Shares { qty, isin: isin.clone(), at: None })
        };
        ledger.transactions.push(Transaction {
            day: line.at.day(),
            number: None,
            narration: securities::purpose(moved.from, moved.to).to_owned(),
            tags: vec![("entry", line.entry.to_string())],
            lines: vec![leg(moved.to, moved.qty), leg(moved.from, -moved.qty)],
        });
    }
    ledger
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_accounts_become_one_in_beancount() {
        assert_eq!(beancount_account("assets:bank:client"), "Assets:Bank:Client");
        assert_eq!(beancount_account("control:inter-exchange"), "Assets:Control:Inter-exchange");
        assert_eq!(beancount_account("loss:error"), "Expenses:Error");
        assert_eq!(beancount_account("capital"), "Equity:Capital");
        assert_eq!(beancount_account("liabilities:client:A/B"), "Liabilities:Client:AX2fB");
        assert_ne!(beancount_account("liabilities:client:A.B"), beancount_account("liabilities:client:A_B"));
    }
}
