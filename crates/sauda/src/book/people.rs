//! Registers of clients, of the changes of their records, and of intermediaries (guide I 3.2, sebi 24 Annexure II).

use super::Filter;
use super::gather::Gathered;
use super::money::narration;
use crate::directory::Directory;
use crate::sheet::{Cell, Sheet};
use books::Account;
use clients::Event as Client;
use firm::{Command, Event, Input};
use intermediaries::Event as Agent;
use journal::v1::Entry;
use std::collections::BTreeMap;
use vocab::{ClientRow, Day, EntryNo, IntermediaryRow, Moment, Paise, Side};

/// One change of a record: what it said before, and what it says since.
pub struct Change {
    pub entry: EntryNo,
    pub at: Moment,
    pub client: Option<ClientRow>,
    pub whose: String,
    pub what: &'static str,
    pub from: String,
    pub to: String,
    pub by: String,
    pub second: String,
    pub paper: String,
}

#[derive(Default)]
pub struct Intermediary {
    pub kind: String,
    pub approved: String,
    pub agreed: Option<Day>,
    pub share: String,
    pub withheld: bool,
}

/// Everything said of clients and intermediaries, in the order it was said.
#[derive(Default)]
pub struct People {
    pub changes: Vec<Change>,
    pub intermediaries: BTreeMap<IntermediaryRow, Intermediary>,
    last: BTreeMap<(String, &'static str), String>,
}

impl People {
    pub fn take(&mut self, entry: &Entry, names: &Directory, hands: &(String, String)) {
        let paper = match &entry.input {
            Input::Ask { command: Command::Keep { ask, .. }, .. } => ask.paper().map(|p| p.to_string()),
            Input::Ask { command: Command::Risk(risk::Ask::Upload { file, .. }), .. } => Some(file.to_string()),
            Input::Ask { .. } | Input::Report(_) | Input::Tick(_) | Input::Step => None,
        };
        for event in &entry.events {
            let Some((client, whose, what, to)) = said(event, names) else { continue };
            self.learn(event);
            let from = self.last.insert((whose.clone(), what), to.clone()).unwrap_or_default();
            let ((by, second), paper) = (hands.clone(), paper.clone().unwrap_or_default());
            let second = if second == "by rule" { String::new() } else { second };
            let (entry, at) = (entry.head.entry, entry.head.at);
            self.changes.push(Change { entry, at, client, whose, what, from, to, by, second, paper });
        }
    }

    /// What a part of a client's record says at the end.
    pub fn latest(&self, client: ClientRow, what: &str) -> Option<String> {
        self.changes.iter().rev().find(|c| c.client == Some(client) && c.what == what).map(|c| c.to.clone())
    }

    fn learn(&mut self, event: &Event) {
        let Event::Intermediary(event) = event else { return };
        match *event {
            Agent::Opened { intermediary, kind, form, .. } => {
                self.intermediaries.entry(intermediary).or_default().kind = format!("{kind}, {form}");
            }
            Agent::Decided { intermediary, venue, approved, from, .. } => {
                let word = if approved { "approved" } else { "refused" };
                self.intermediaries.entry(intermediary).or_default().approved = format!("{venue} {word} {from}");
            }
            Agent::Withdrawn { intermediary, venue, day, .. } => {
                self.intermediaries.entry(intermediary).or_default().approved = format!("{venue} ended {day}");
            }
            Agent::Agreed { intermediary, day } => {
                self.intermediaries.entry(intermediary).or_default().agreed = Some(day);
            }
            Agent::ShareSet { intermediary, from, rate } => {
                self.intermediaries.entry(intermediary).or_default().share = format!("{rate} from {from}");
            }
            Agent::Withheld { intermediary, on, .. } => {
                self.intermediaries.entry(intermediary).or_default().withheld = on;
            }
            Agent::Associated { .. } | Agent::BankRegistered { .. } | Agent::Introduced { .. } | Agent::Barred { .. } => {}
        }
    }
}

type Said = (Option<ClientRow>, String, &'static str, String);

/// Whose record, which part of it, and what it says from now on.
fn said(event: &Event, names: &Directory) -> Option<Said> {
    match event {
        Event::Client(event) => {
            let client = event.client()?;
            let (what, to) = of_client(event, names)?;
            Some((Some(client), names.ucc(client), what, to))
        }
        Event::Risk(risk::Event::ClientLimited { client, limits }) => {
            let risk::ClientLimits { order_value, exposure, turnover } = limits;
            let to = format!("order {order_value:#}, exposure {exposure:#}, turnover {turnover:#}");
            Some((Some(*client), names.ucc(*client), "limits", to))
        }
        Event::Risk(risk::Event::UserLimited { user, limits }) => {
            let risk::UserLimits { order_qty, order_value, symbol_qty, open_value } = limits;
            let to = format!("order {order_qty:#} and {order_value:#}, security {symbol_qty:#}, open {open_value:#}");
            Some((None, format!("user {}", names.user(*user)), "limits", to))
        }
        Event::Risk(risk::Event::GroupLimited { group, holder, from, exposure }) => {
            let client = if let risk::Holder::Client(client) = holder { Some(*client) } else { None };
            let who = crate::say::holder(*holder, names);
            Some((client, who, "limit on a group", format!("group {group}: {exposure:#} from {from}")))
        }
        Event::Risk(risk::Event::GroupDrawn { group, name, from }) => {
            Some((None, format!("group {group}"), "securities", format!("{name} drawn anew from {from}")))
        }
        Event::Intermediary(Agent::Introduced { client, intermediary, from, .. }) => {
            let by = intermediary.map_or("nobody".to_owned(), |row| names.intermediary(row));
            Some((Some(*client), names.ucc(*client), "introduced by", format!("{by} from {from}")))
        }
        Event::Intermediary(event) => {
            let row = match *event {
                Agent::Opened { intermediary, .. }
                | Agent::Associated { intermediary, .. }
                | Agent::Decided { intermediary, .. }
                | Agent::Withdrawn { intermediary, .. }
                | Agent::Agreed { intermediary, .. }
                | Agent::BankRegistered { intermediary, .. }
                | Agent::ShareSet { intermediary, .. }
                | Agent::Withheld { intermediary, .. } => intermediary,
                Agent::Introduced { .. } | Agent::Barred { .. } => return None,
            };
            Some((None, names.intermediary(row), "intermediary", crate::say::event(&Event::Intermediary(*event), &[], names)))
        }
        _ => None,
    }
}

fn of_client(event: &Client, names: &Directory) -> Option<(&'static str, String)> {
    Some(match *event {
        Client::Opened { kind, state, day, .. } => ("account", format!("{kind}, {state}, opened {day}")),
        Client::Verified { day, .. } => ("formalities", format!("finished {day}")),
        Client::CodeRegistered { day, .. } => ("exchange code", format!("registered {day}")),
        Client::Signed { agreement, day, .. } => (agreement.as_str(), format!("signed {day}")),
        Client::Revoked { agreement, day, .. } => (agreement.as_str(), format!("revoked {day}")),
        Client::BankRegistered { account, .. } => ("bank account", format!("{account:?} registered")),
        Client::BankChosen { account, .. } => ("paid on", format!("{account:?}")),
        Client::BankDropped { account, .. } => ("bank account", format!("{account:?} struck out")),
        Client::DematRegistered { depository, account, .. } => ("demat account", format!("{depository} {account:?}")),
        Client::PlaceRegistered { terminal, .. } => ("terminal", terminal.to_string()),
        Client::PlanSet { plan, from, .. } => ("brokerage", format!("plan {plan} from {from}")),
        Client::RunningSet { every, from, .. } => ("running account days", format!("every {every} from {from}")),
        Client::FullValue { on, .. } => ("blocked at an order", (if on { "whole value" } else { "by policy" }).to_owned()),
        Client::Suspended { reason, .. } => ("status", format!("suspended, reason {reason}")),
        Client::Resumed { .. } => ("status", "active".to_owned()),
        Client::Switched { on, .. } => ("switch", (if on { "on" } else { "off" }).to_owned()),
        Client::Slept { day, .. } => ("status", format!("dormant from {day}")),
        Client::Woken { day, .. } => ("status", format!("active again {day}")),
        Client::DealtAgain { day, .. } => ("first dealing since", day.to_string()),
        Client::Died { day, .. } => ("status", format!("dead, recorded {day}")),
        Client::Closed { day, .. } => ("status", format!("closed {day}")),
        Client::Succeeded { to, .. } => ("succeeded by", names.ucc(to)),
        Client::Reviewed { day, next, .. } => ("review", format!("{day}, next by {next}")),
        Client::PolicySet { policy, from, .. } => ("margin and exposure", format!("{} from {from}", crate::say::policy(&policy))),
        Client::CustodianSet { custodian, .. } => ("custodian", custodian.to_string()),
        Client::TradingCodeAllotted { side: Side::Buy, code, .. } => ("buys under", format!("{code}, not taken")),
        Client::TradingCodeAllotted { side: Side::Sell, code, .. } => ("sells under", format!("{code}, not taken")),
        Client::TradingCodeTaken { client, side, from } => {
            let code = names.trading_code(client, side, from).map_or(String::new(), |code| code.to_string());
            (if side == Side::Buy { "buys under" } else { "sells under" }, format!("{code} from {from}"))
        }
        Client::FamilySet { head, .. } => ("family of", head.map_or("nobody".to_owned(), |row| names.ucc(row))),
        Client::HolderAdded { vault, .. } => ("joint holder", format!("vault record {}", vault.0)),
        Client::PlanDrawn { .. } | Client::RunningSettled { .. } => return None,
    })
}

/// Each change with what stood before it, who made it and who agreed, and its paper.
pub fn changes(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] = &["Date", "Time", "Entry", "Of", "What", "From", "To", "By", "Second", "Paper"];
    let mut sheet = Sheet::new("Register of changes", COLUMNS);
    let wanted = |c: &&Change| filter.takes(c.at.day()) && (filter.client.is_none() || filter.client == c.client);
    for c in gathered.people.changes.iter().filter(wanted) {
        sheet.push(vec![
            Cell::Day(c.at.day()),
            Cell::At(c.at),
            Cell::Number(c.entry.0),
            Cell::text(&c.whose),
            Cell::text(c.what),
            Cell::text(&c.from),
            Cell::text(&c.to),
            Cell::text(&c.by),
            Cell::text(&c.second),
            Cell::text(&c.paper),
        ]);
    }
    sheet
}

/// How each client's record stood at the end of the last day asked for.
pub fn register(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] = &[
        "Client code", "Account", "Status", "Exchange code", "Brokerage", "Demat account", "Running account", "Family of",
        "Custodian", "Buys under", "Sells under", "Introduced by", "Review",
    ];
    const PARTS: [&str; 12] = [
        "account", "status", "exchange code", "brokerage", "demat account", "running account days", "family of", "custodian",
        "buys under", "sells under", "introduced by", "review",
    ];
    let mut sheet = Sheet::new("Register of clients", COLUMNS);
    let mut stands: BTreeMap<(ClientRow, &str), &str> = BTreeMap::new();
    let mut holders: BTreeMap<ClientRow, String> = BTreeMap::new();
    for c in gathered.people.changes.iter().filter(|c| !filter.is_after(c.at.day())) {
        if let Some(client) = c.client.filter(|row| filter.is_of(*row)) {
            stands.insert((client, c.what), &c.to);
            if c.what == "joint holder" {
                holders.entry(client).or_default().push_str(&format!(", with {}", c.to));
            }
        }
    }
    let clients: Vec<ClientRow> = stands.keys().filter(|(_, what)| *what == "account").map(|(row, _)| *row).collect();
    for client in clients {
        let part = |what: &&str| match stands.get(&(client, *what)) {
            Some(to) if *what == "account" => Cell::text(format!("{to}{}", holders.get(&client).map_or("", String::as_str))),
            Some(to) => Cell::text(*to),
            None if *what == "status" => Cell::text("active"),
            None => Cell::Blank,
        };
        let mut row = vec![Cell::text(gathered.directory.ucc(client))];
        row.extend(PARTS.iter().map(part));
        sheet.push(row);
    }
    sheet
}

/// The account of each intermediary: what he was credited, what he was paid, what is left (guide I 3.2(b)(xii)).
pub fn accounts(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] = &["Intermediary", "Date", "Voucher", "Entry", "Narration", "Debit", "Credit", "Balance"];
    let mut sheet = Sheet::new("Accounts of intermediaries", COLUMNS);
    for row in gathered.people.intermediaries.keys() {
        let mut balance = Paise::ZERO;
        let of_him = |l: &&super::gather::Line| l.posting.account == Account::Intermediary && l.posting.owner == row.0;
        for line in gathered.lines.iter().filter(of_him).filter(|l| !filter.is_after(l.at.day())) {
            let posting = &line.posting;
            balance -= posting.amount;
            if filter.is_before(line.at.day()) {
                continue;
            }
            sheet.push(vec![
                Cell::text(gathered.directory.intermediary(*row)),
                Cell::Day(line.at.day()),
                Cell::Number(posting.voucher.0),
                Cell::Number(line.entry.0),
                Cell::text(narration(posting)),
                Cell::money_if(posting.amount),
                Cell::money_if(-posting.amount),
                Cell::Money(balance),
            ]);
        }
        sheet.foot.push(format!("{} {balance:#}", gathered.directory.intermediary(*row)));
    }
    sheet
}

/// Who they are, since when, for how much, and whom they brought.
pub fn intermediaries(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] = &["Intermediary", "Kind", "Approval", "Agreement", "Share", "Clients", "Dues"];
    let mut sheet = Sheet::new("Register of intermediaries", COLUMNS);
    let people = &gathered.people;
    let mut by: BTreeMap<ClientRow, &str> = BTreeMap::new();
    let introduced = |c: &&Change| c.what == "introduced by" && !filter.is_after(c.at.day());
    for c in people.changes.iter().filter(introduced) {
        by.extend(c.client.map(|client| (client, c.to.split(' ').next().unwrap_or(""))));
    }
    for (row, it) in &people.intermediaries {
        let name = gathered.directory.intermediary(*row);
        let brought = by.values().filter(|who| **who == name).count();
        sheet.push(vec![
            Cell::text(&name),
            Cell::text(&it.kind),
            Cell::text(&it.approved),
            it.agreed.map_or(Cell::Blank, Cell::Day),
            Cell::text(&it.share),
            Cell::Number(u64::try_from(brought).unwrap_or(u64::MAX)),
            Cell::text(if it.withheld { "withheld" } else { "" }),
        ]);
    }
    sheet
}
