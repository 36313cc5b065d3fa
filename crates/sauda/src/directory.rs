//! Names behind rows, gathered from the events as they pass: codes of clients, tickers, users, settlements,
//! rules. Maps, not vectors: a record that somebody rewrote may name any row.

use charges::Head;
use firm::{Event, Names, Role, SettlementKey, text_of};
use journal::v1::Entry;
use rulebook::{Rule, RuleName};
use std::collections::BTreeMap;
use vocab::{
    ClientKind, ClientRow, Code, Corporation, Day, IntermediaryRow, Isin, RuleRow, ScripCode, SecurityRow, SettlementKind, SettlementRow, Side, StateCode, Symbol,
    Ucc, UserRow, VaultRef, Venue,
};

#[derive(Clone, Copy)]
pub struct ClientName {
    pub ucc: Ucc,
    pub kind: ClientKind,
    pub vault: VaultRef,
}

impl ClientName {
    /// The own and error accounts are the firm's.
    pub fn is_own(&self) -> bool {
        self.kind.is_own()
    }
}

#[derive(Clone, Copy)]
pub struct SettlementName {
    pub corporation: Corporation,
    pub kind: SettlementKind,
    pub number: u32,
    pub trade_day: Day,
    pub pay_in: Day,
    pub pay_out: Day,
}

#[derive(Default)]
pub struct Directory {
    pub firm: String,
    pub home: Option<StateCode>,
    clients: BTreeMap<ClientRow, ClientName>,
    securities: BTreeMap<SecurityRow, (Symbol, Isin)>,
    scrip_codes: BTreeMap<SecurityRow, ScripCode>,
    users: BTreeMap<UserRow, (Code<12>, Role)>,
    settlements: BTreeMap<SettlementRow, SettlementName>,
    rules: BTreeMap<RuleRow, Rule>,
    intermediaries: BTreeMap<IntermediaryRow, Ucc>,
    /// Trading codes by side, and from when on the exchange has them.
    codes: BTreeMap<(ClientRow, Side), (Ucc, Option<Day>)>,
}

impl Directory {
    pub fn new() -> Directory {
        Directory::default()
    }

    pub fn take(&mut self, entry: &Entry) {
        for event in &entry.events {
            self.learn(event, &entry.tail);
        }
    }

    fn learn(&mut self, event: &Event, tail: &[u8]) {
        match *event {
            Event::Client(clients::Event::Opened { client, ucc, vault, kind, .. }) => {
                self.clients.insert(client, ClientName { ucc, kind, vault });
            }
            Event::Client(clients::Event::TradingCodeAllotted { client, side, code }) => {
                self.codes.insert((client, side), (code, None));
            }
            Event::Client(clients::Event::TradingCodeTaken { client, side, from }) => {
                self.codes.entry((client, side)).and_modify(|(_, since)| *since = Some(from));
            }
            Event::Intermediary(intermediaries::Event::Opened { intermediary, code, .. }) => {
                self.intermediaries.insert(intermediary, code);
            }
            Event::Market(market::Event::Listed { security, isin, symbol }) => {
                self.securities.insert(security, (symbol, isin));
            }
            Event::Market(market::Event::Renamed { security, symbol }) => {
                if let Some(known) = self.securities.get_mut(&security) {
                    known.0 = symbol;
                }
            }
            Event::Market(market::Event::Coded { security, code }) => {
                self.scrip_codes.insert(security, code);
            }
            Event::UserRegistered { user, code, role, .. } => {
                self.users.insert(user, (code, role));
            }
            Event::Clearing(clearing::Event::Scheduled {
                settlement, corporation, kind, number, trade_day, pay_in, pay_out,
            }) => {
                let name = SettlementName { corporation, kind, number, trade_day, pay_in, pay_out };
                self.settlements.insert(settlement, name);
            }
            Event::Clearing(clearing::Event::Rescheduled { settlement, pay_in, pay_out }) => {
                if let Some(known) = self.settlements.get_mut(&settlement) {
                    (known.pay_in, known.pay_out) = (pay_in, pay_out);
                }
            }
            Event::FirmOpened { state, ref name } => {
                self.firm = plain(text_of(tail, name));
                self.home = Some(state);
            }
            Event::RuleAdopted { row, name, scope, from, to, value, extra, confidence, ref text } => {
                let mut texts = text_of(tail, text).split('\n');
                let mut next = || Box::<str>::from(texts.next().unwrap_or(""));
                let (source, paragraph, note) = (next(), next(), next());
                self.rules.insert(
                    row,
                    Rule { name, scope, from, to, value, extra, confidence, source, paragraph, note },
                );
            }
            _ => {}
        }
    }

    pub fn client(&self, row: ClientRow) -> Option<&ClientName> {
        self.clients.get(&row)
    }

    pub fn client_of(&self, ucc: &Ucc) -> Option<ClientRow> {
        self.clients.iter().find(|(_, c)| c.ucc == *ucc).map(|(row, _)| *row)
    }

    pub fn settlement(&self, row: SettlementRow) -> Option<&SettlementName> {
        self.settlements.get(&row)
    }

    /// The settlement of a published key; an auction carries the number of the one it cures.
    pub fn settlement_of(&self, key: &SettlementKey) -> Option<SettlementRow> {
        let kind = if key.kind == SettlementKind::Auction { SettlementKind::Normal } else { key.kind };
        let meant = |s: &SettlementName| (s.corporation, s.number, s.kind) == (key.corporation, key.number, kind);
        self.settlements.iter().find(|(_, s)| meant(s)).map(|(row, _)| *row)
    }

    pub fn rule(&self, row: RuleRow) -> Option<&Rule> {
        self.rules.get(&row)
    }

    pub fn rules_named(&self, name: RuleName) -> impl Iterator<Item = &Rule> {
        self.rules.values().filter(move |rule| rule.name == name)
    }

    /// The rule of a name that holds everywhere and covers the day: the latest that began.
    pub fn rule_on(&self, name: RuleName, day: Day) -> Option<&Rule> {
        self.rules_named(name).filter(|rule| rule.covers(day)).max_by_key(|rule| rule.from)
    }

    pub fn security(&self, row: SecurityRow) -> Option<(Symbol, Isin)> {
        self.securities.get(&row).copied()
    }

    /// What an exchange numbers a security, if it does: as the last list read so far has it.
    pub fn code_at(&self, venue: Venue, row: SecurityRow) -> Option<ScripCode> {
        self.scrip_codes.get(&row).copied().filter(|_| venue == Venue::Bse)
    }

    pub fn isin(&self, row: SecurityRow) -> String {
        self.securities.get(&row).map_or_else(|| format!("security {row}"), |(_, isin)| isin.to_string())
    }

    pub fn symbol(&self, row: SecurityRow) -> String {
        self.securities.get(&row).map_or_else(|| format!("security {row}"), |(symbol, _)| symbol.to_string())
    }

    pub fn ucc(&self, row: ClientRow) -> String {
        self.clients.get(&row).map_or_else(|| format!("client {row}"), |c| c.ucc.to_string())
    }

    /// The trading code that a client's orders of a side went under on a day, if they did not under his own.
    pub fn trading_code(&self, client: ClientRow, side: Side, day: Day) -> Option<Ucc> {
        let (code, from) = self.codes.get(&(client, side))?;
        from.is_some_and(|from| from <= day).then_some(*code)
    }

    pub fn intermediary(&self, row: IntermediaryRow) -> String {
        self.intermediaries.get(&row).map_or_else(|| format!("intermediary {row}"), ToString::to_string)
    }

    pub fn user(&self, row: UserRow) -> String {
        self.users.get(&row).map_or_else(|| format!("user {row}"), |(code, _)| code.to_string())
    }

    pub fn role(&self, row: UserRow) -> Option<Role> {
        self.users.get(&row).map(|(_, role)| *role)
    }

    /// As published: `2026121`, or `ICCL 2026121` of the second corporation; an auction says so.
    pub fn number(&self, row: SettlementRow) -> String {
        let Some(s) = self.settlements.get(&row) else { return format!("settlement {row}") };
        let of = if s.corporation == Corporation::Nscl { "" } else { "ICCL " };
        match s.kind {
            SettlementKind::Normal => format!("{of}{}", s.number),
            kind => format!("{of}{} ({kind})", s.number),
        }
    }
}

impl Names for Directory {
    fn ucc_of(&self, row: ClientRow) -> Option<Ucc> {
        self.clients.get(&row).map(|c| c.ucc)
    }

    fn symbol_of(&self, row: SecurityRow) -> Option<Symbol> {
        self.securities.get(&row).map(|(symbol, _)| *symbol)
    }

    fn number_of(&self, row: SettlementRow) -> Option<u32> {
        self.settlements.get(&row).map(|s| s.number)
    }
}

/// Text of outsiders, fit for a terminal.
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// The word of a charge head in `charge:2026-27/5/stt`.
pub const fn head_word(head: Head) -> &'static str {
    match head {
        Head::Brokerage => "brokerage",
        Head::Exchange => "exchange",
        Head::InvestorProtection => "ipft",
        Head::SebiFee => "sebi",
        Head::StateAndCentralGst => "gst",
        Head::IntegratedGst => "igst",
        Head::ServiceTax => "service-tax",
        Head::EducationCess => "education-cess",
        Head::HigherEducationCess => "higher-education-cess",
        Head::SwachhBharatCess => "swachh-bharat-cess",
        Head::KrishiKalyanCess => "krishi-kalyan-cess",
        Head::Stt => "stt",
        Head::Stamp => "stamp",
    }
}
