//! The books as journals for stock hledger: money in INR, trades and shares as commodities. Every transaction
//! sums to zero by itself.

use super::gather::{Gathered, Line};
use super::{Filter, money, sauda, securities};
use books::Account;
use std::fmt::Write;
use vocab::{ClientRow, Qty, Side};

/// Which vouchers are wanted: always whole ones, since a part would not balance.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Touching {
    Anything,
    Clients,
    Banks,
}

fn put(out: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(out, "{line}").expect("text grows");
}

fn head(out: &mut String, gathered: &Gathered, title: &str) {
    put(out, format_args!("; {}: {title}", gathered.directory.firm.replace('\n', " ")));
    put(out, format_args!("commodity INR 1000.00"));
    out.push('\n');
}

pub fn money(gathered: &Gathered, filter: &Filter, touching: Touching, out: &mut String) {
    head(out, gathered, "money books");
    let mut rest = gathered.lines.as_slice();
    while let Some(first) = rest.first() {
        let count = rest.iter().take_while(|l| l.posting.voucher == first.posting.voucher && l.entry == first.entry).count();
        let (voucher, after) = rest.split_at(count.max(1));
        rest = after;
        if filter.takes(first.at.day()) && voucher.iter().any(|l| is_wanted(l, filter, touching)) {
            transaction(gathered, voucher, out);
        }
    }
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

fn transaction(gathered: &Gathered, voucher: &[Line], out: &mut String) {
    let Some(first) = voucher.first() else { return };
    let posting = &first.posting;
    put(
        out,
        format_args!(
            "{} * ({}) {}  ; entry:{}, value:{}",
            first.at.day(), posting.voucher, money::narration(posting), first.entry, posting.value_day
        ),
    );
    for line in voucher {
        let name = money::account_name(&line.posting, &gathered.directory);
        put(out, format_args!("    {name}  INR {}", line.posting.amount));
    }
    out.push('\n');
}

pub fn trial(gathered: &Gathered, filter: &Filter, out: &mut String) {
    head(out, gathered, "trial balance");
    let last = gathered.lines.iter().filter(|l| filter.takes(l.at.day())).map(|l| l.at.day()).max();
    let Some(last) = last else { return };
    put(out, format_args!("{last} * trial balance"));
    for ((_, account), balance) in money::balances(gathered, filter) {
        put(out, format_args!("    {}  INR {balance}", account.name()));
    }
    // One client's lines alone do not balance: the rest of the books stands against them.
    if filter.client.is_some() {
        let sum: vocab::Paise = money::balances(gathered, filter).values().copied().sum();
        put(out, format_args!("    rest  INR {}", -sum));
    }
    out.push('\n');
}

pub fn cash(gathered: &Gathered, out: &mut String) {
    head(out, gathered, "cash book: no entries, since cash is refused");
}

/// The two sides of a trade: the client's and the exchange's.
pub fn sauda(gathered: &Gathered, filter: &Filter, out: &mut String) {
    head(out, gathered, "register of transactions");
    for deal in sauda::in_order(gathered, filter) {
        let fact = &deal.fact;
        let directory = &gathered.directory;
        let qty = match fact.side {
            Side::Buy => fact.qty,
            Side::Sell => -fact.qty,
        };
        put(
            out,
            format_args!(
                "{} * ({}) {} {}  ; order:{}, settlement:{}, time:{}",
                fact.at.day(), fact.trade, fact.side, directory.symbol(fact.security), fact.order,
                directory.number(fact.settlement), fact.at.time()
            ),
        );
        let isin = directory.isin(fact.security);
        let mut side = |account: &str, qty: Qty| put(out, format_args!("    {account}  {qty} \"{isin}\" @ INR {}", fact.price));
        side(&format!("trades:client:{}", code(&directory.ucc(fact.client))), qty);
        side("trades:exchange:NSE", -qty);
        out.push('\n');
    }
}

fn code(text: &str) -> String {
    text.replace([':', ';', '"'], "_")
}

pub fn securities(gathered: &Gathered, filter: &Filter, out: &mut String) {
    head(out, gathered, "register of securities");
    for line in gathered.moves.iter().filter(|m| filter.takes(m.at.day())) {
        let Some(moved) = securities::moved(&line.moved).filter(|m| filter.is_of(m.client)) else { continue };
        let directory = &gathered.directory;
        put(
            out,
            format_args!("{} * {}  ; entry:{}", line.at.day(), securities::purpose(moved.from, moved.to), line.entry),
        );
        let (isin, ucc) = (directory.isin(moved.security), code(&directory.ucc(moved.client)));
        for (place, qty) in [(moved.to, moved.qty), (moved.from, -moved.qty)] {
            let place = place.as_str().replace(' ', "-");
            put(out, format_args!("    securities:{ucc}:{place}  {qty} \"{isin}\""));
        }
        out.push('\n');
    }
}

