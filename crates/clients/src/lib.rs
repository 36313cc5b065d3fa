//! Who may trade: clients, their codes, agreements, accounts and plans.
//!
//! What this is not: no personal data (that is sealed in the vault; here are a [`vocab::VaultRef`] and keyed
//! tokens), no money, no limits.
//!
//! Invariants: a code belongs to one client for ever (guide I 4.15), a trading code to one side of his (guide I 4.16);
//! a tax number to one client, with the exceptions of [`shares_pan`]; [`Client::gate`] is the only way to an order.
//! Start with [`Clients`] and [`Gate`].
#![no_std]
#![allow(clippy::indexing_slicing, reason = "Rows are indexed by their own typed row numbers")]

extern crate alloc;

mod client;
mod dated;
mod event;
mod plans;
mod policy;
mod trading_code;

pub use client::{Client, Dealing, Gate, Plan, Running};
pub use trading_code::{TradingCode, TradingCodes};
pub use dated::Dated;
pub use event::{Ask, Event, Paper};
pub use plans::{Dearest, Plans};
pub use policy::Policy;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use stdx::Rows;
use vocab::{AccountToken, ClientKind, ClientRow, Day, Moment, PanToken, Side, Slab, TimeOfDay, Ucc, VaultRef};

/// Why a client command is refused. The order is the precedence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The code is given to another client, now or before (guide I 4.15).
    CodeTaken { by: ClientRow },
    /// As many trading codes as a client may have are allotted to him (guide I 4.16).
    TooManyCodes { has: u32, most: u32 },
    /// The tax number stands with another client (guide I 4.15; guide I 4.16 lists the exceptions).
    PanTaken { by: ClientRow },
    UnknownClient { client: ClientRow },
    /// A code is registered with the exchange only after formalities are finished (guide I 4.15).
    NotVerified,
    /// The running-account authority must be signed by the client, dated, revocable (sebi 15.1.1).
    BadAuthority,
    /// The account is already in the state asked for.
    AlreadySo,
}

/// The state of the department.
pub struct Clients {
    rows: Rows<ClientRow, Client>,
    /// Derived from the rows, for the path of an order.
    dealings: Rows<ClientRow, Dealing>,
    /// The rows of the firm's own accounts.
    own: Vec<ClientRow>,
    by_code: BTreeMap<Ucc, ClientRow>,
    by_pan: BTreeMap<PanToken, ClientRow>,
    /// Registered bank accounts, with a keyed fingerprint of the name each is in.
    by_bank: BTreeMap<AccountToken, (ClientRow, AccountToken)>,
    by_demat: BTreeMap<AccountToken, ClientRow>,
    /// Joint holders beside the first.
    holders: BTreeMap<ClientRow, Vec<Holder>>,
    /// Trading codes beside a client's own.
    codes: BTreeMap<ClientRow, TradingCodes>,
    pub plans: Plans,
    pub policies: Dated<Policy>,
    /// Derived: the midnight from which on something agreed before begins.
    turns: Option<Moment>,
    /// Derived, for each answer of the exchange: the suspended and the dead.
    stopped: BTreeSet<ClientRow>,
}

/// Who holds a client's account with him.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Holder {
    pub vault: VaultRef,
    pub pan: PanToken,
    /// A keyed fingerprint of his name.
    pub name: AccountToken,
}

vocab::kept!(struct Holder { vault, pan, name });

/// The member's own code and the error code carry the member's one tax number.
pub fn shares_pan(kind: ClientKind) -> bool {
    kind.is_own()
}

impl Clients {
    pub fn new() -> Clients {
        Clients {
            rows: Rows::new(),
            dealings: Rows::new(),
            own: Vec::new(),
            by_code: BTreeMap::new(),
            by_pan: BTreeMap::new(),
            by_bank: BTreeMap::new(),
            by_demat: BTreeMap::new(),
            holders: BTreeMap::new(),
            codes: BTreeMap::new(),
            plans: Plans::default(),
            policies: Dated::default(),
            turns: None,
            stopped: BTreeSet::new(),
        }
    }

    pub fn get(&self, row: ClientRow) -> Option<&Client> {
        self.rows.get(row)
    }

    /// The firm's own accounts: own and error.
    pub fn own(&self) -> &[ClientRow] {
        &self.own
    }

    /// Is what this client has at the exchange pulled, because he is suspended or dead?
    #[inline]
    pub fn is_stopped(&self, row: ClientRow) -> bool {
        !self.stopped.is_empty() && self.stopped.contains(&row)
    }

    /// What an order needs to know of a client.
    #[inline]
    pub fn dealing(&self, row: ClientRow) -> Option<&Dealing> {
        self.dealings.get(row)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (ClientRow, &Client)> {
        self.rows.iter()
    }

    /// Clients from a row on.
    pub fn from(&self, first: ClientRow) -> impl Iterator<Item = (ClientRow, &Client)> {
        let rows = (first.0..).map(ClientRow);
        rows.map_while(|row| self.rows.get(row).map(|client| (row, client)))
    }

    pub fn count(&self) -> usize {
        self.rows.len()
    }

    pub fn next_row(&self) -> ClientRow {
        self.rows.next()
    }

    pub fn by_code(&self, code: &Ucc) -> Option<ClientRow> {
        self.by_code.get(code).copied()
    }

    /// Whose order or trade it is that the exchange has under a code: a trading code is one side's and no other's.
    pub fn by_code_of(&self, code: &Ucc, side: Side) -> Option<ClientRow> {
        let client = self.by_code(code)?;
        let known = self.rows.get(client)?;
        let is_his = known.ucc == *code || self.trading_codes(client).of(side).is_some_and(|it| it.code == *code);
        is_his.then_some(client)
    }

    /// A client's trading codes; none of most.
    pub fn trading_codes(&self, client: ClientRow) -> TradingCodes {
        self.codes.get(&client).copied().unwrap_or_default()
    }

    /// The code an order of a client's goes under on a day.
    pub fn code(&self, client: ClientRow, side: Side, day: Day) -> Option<Ucc> {
        let taken = |it: &TradingCode| it.from.is_some_and(|from| from <= day);
        let own = self.rows.get(client)?.ucc;
        Some(self.trading_codes(client).of(side).filter(taken).map_or(own, |it| it.code))
    }

    /// From when on what a client buys and what he sells go under different codes.
    pub fn legs_apart_from(&self, client: ClientRow) -> Option<Day> {
        self.trading_codes(client).iter().filter_map(|it| it.from).min()
    }

    /// Whether what a client buys on a day and what he sells go under different codes: nothing of it is netted.
    pub fn legs_apart(&self, client: ClientRow, day: Day) -> bool {
        self.legs_apart_from(client).is_some_and(|from| from <= day)
    }

    /// May this code be a trading code of the client's side, of at most so many?
    ///
    /// # Errors
    /// [`Refusal::UnknownClient`], [`Refusal::CodeTaken`], [`Refusal::TooManyCodes`], [`Refusal::AlreadySo`].
    pub fn may_allot(&self, client: ClientRow, side: Side, code: &Ucc, most: u32) -> Result<(), Refusal> {
        self.known(client)?;
        if let Some(by) = self.by_code.get(code) {
            return Err(Refusal::CodeTaken { by: *by });
        }
        let codes = self.trading_codes(client);
        let has = u32::try_from(codes.iter().count()).unwrap_or(u32::MAX);
        if has >= most {
            return Err(Refusal::TooManyCodes { has, most });
        }
        match codes.of(side) {
            None => Ok(()),
            Some(_) => Err(Refusal::AlreadySo),
        }
    }

    /// The client whose registered bank account this is.
    pub fn by_bank(&self, account: &AccountToken) -> Option<ClientRow> {
        self.by_bank.get(account).map(|(client, _)| *client)
    }

    /// Whose money it is that comes from this account in this name: both must be the client's.
    pub fn payer(&self, account: &AccountToken, name: AccountToken) -> Option<ClientRow> {
        self.by_bank.get(account).filter(|(_, of)| *of == name).map(|(client, _)| *client)
    }

    /// Joint holders of a client's account beside the first.
    pub fn holders(&self, client: ClientRow) -> &[Holder] {
        self.holders.get(&client).map_or(&[], Vec::as_slice)
    }

    /// Is this the client's name, or that of one who holds his account with him? Money comes from and goes to no account in
    /// another (sebi 29.2).
    pub fn is_his_name(&self, client: ClientRow, name: AccountToken) -> bool {
        let first = self.rows.get(client).and_then(|it| it.name);
        first == Some(name) || self.holders(client).iter().any(|it| it.name == name)
    }

    /// A client's trades of a day are billed: he dealt.
    pub fn dealt(&mut self, client: ClientRow, day: Day) {
        self.rows[client].dealt(day);
    }

    pub fn by_demat(&self, account: &AccountToken) -> Option<ClientRow> {
        self.by_demat.get(account).copied()
    }

    /// The client, or the refusal that there is none.
    ///
    /// # Errors
    /// [`Refusal::UnknownClient`].
    pub fn known(&self, client: ClientRow) -> Result<&Client, Refusal> {
        self.rows.get(client).ok_or(Refusal::UnknownClient { client })
    }

    /// May this code and tax number open an account?
    ///
    /// # Errors
    /// [`Refusal::CodeTaken`], [`Refusal::PanTaken`].
    pub fn may_open(&self, code: &Ucc, pan: &PanToken, kind: ClientKind) -> Result<ClientRow, Refusal> {
        if let Some(by) = self.by_code.get(code) {
            return Err(Refusal::CodeTaken { by: *by });
        }
        if let Some(by) = self.by_pan.get(pan) {
            let both_members = shares_pan(kind) && self.rows.get(*by).is_some_and(|c| shares_pan(c.kind));
            if !both_members {
                return Err(Refusal::PanTaken { by: *by });
            }
        }
        Ok(self.rows.next())
    }

    /// What a client pays for his trades of a day.
    pub fn slabs(&self, client: ClientRow, day: Day) -> Option<&[Slab]> {
        self.plans.agreed.on(client, day).map(|(_, plan)| self.plans.rows(plan))
    }

    /// What was agreed to begin by now begins: to be called as time goes on.
    #[inline]
    pub fn turn(&mut self, now: Moment) {
        if self.turns.is_some_and(|turns| now >= turns) {
            self.begin(now.day());
        }
    }

    #[cold]
    fn begin(&mut self, day: Day) {
        while let Some(client) = self.plans.agreed.begun(day) {
            self.redraw(client, day);
        }
        while let Some(client) = self.policies.begun(day) {
            self.redraw(client, day);
        }
        self.look_ahead();
    }

    fn look_ahead(&mut self) {
        let both = [self.plans.agreed.next_beginning(), self.policies.next_beginning()];
        self.turns = both.into_iter().flatten().min().map(|day| day.at(TimeOfDay(0)));
    }

    /// What orders look at, drawn from the clients' records.
    fn remake(&mut self) {
        self.dealings = self.rows.iter().map(|(row, client)| self.drawn(row, client)).collect();
        self.stopped = self.rows.iter().filter(|(_, client)| client.is_stopped()).map(|(row, _)| row).collect();
        self.look_ahead();
    }

    /// Draw anew what follows from the client's record on a day.
    fn redraw(&mut self, client: ClientRow, day: Day) {
        if let Some((from, number)) = self.plans.agreed.on(client, day) {
            self.rows[client].pay_by(Plan { number, from });
        }
        self.dealings[client] = self.drawn(client, &self.rows[client]);
    }

    fn drawn(&self, row: ClientRow, client: &Client) -> Dealing {
        let dearest = client.plan.map_or(Dearest::NOTHING, |plan| self.plans.dearest(plan.number));
        client.dealing(dearest, self.policies.now(row))
    }

    /// # Panics
    /// When the event contradicts the state.
    #[allow(clippy::wildcard_enum_match_arm, reason = "the rest changes the client's own row alone")]
    pub fn apply(&mut self, event: &Event, today: Day) {
        if let Event::Opened { client, ucc, vault, pan, kind, state, day } = event {
            assert!(*client == self.rows.next(), "rows are given in order");
            assert!(self.by_code.insert(*ucc, *client).is_none(), "a code is given once");
            self.by_pan.entry(*pan).or_insert(*client);
            let opened = Client::opened(*ucc, *vault, *pan, *kind, *state, *day);
            self.dealings.push(opened.dealing(Dearest::NOTHING, None));
            if opened.is_own() {
                self.own.push(*client);
            }
            self.rows.push(opened);
            return;
        }
        match *event {
            Event::BankRegistered { client, account, name } => {
                self.by_bank.insert(account, (client, name));
            }
            Event::BankDropped { account, .. } => {
                self.by_bank.remove(&account);
            }
            Event::TradingCodeAllotted { client, side, code } => {
                assert!(self.by_code.insert(code, client).is_none(), "a code is given once");
                self.codes.entry(client).or_default().allot(side, code);
            }
            Event::TradingCodeTaken { client, side, from } => {
                self.codes.get_mut(&client).expect("a client with a code").take(side, from);
            }
            Event::HolderAdded { client, vault, pan, name } => {
                self.holders.entry(client).or_default().push(Holder { vault, pan, name });
            }
            Event::PlanDrawn { plan, slab } => self.plans.draw(plan, slab),
            Event::PlanSet { client, plan, from } => {
                self.plans.agree(client, plan, from, today);
                self.look_ahead();
            }
            Event::PolicySet { client, policy, from } => {
                self.policies.agree(client, policy, from, today);
                self.look_ahead();
            }
            _ => {}
        }
        if let Event::DematRegistered { client, account, .. } = event {
            self.by_demat.insert(*account, *client);
        }
        let Some(client) = event.client() else { return };
        self.rows[client].apply(event);
        match self.rows[client].is_stopped() {
            true => self.stopped.insert(client),
            false => self.stopped.remove(&client),
        };
        self.redraw(client, today);
    }
}

impl Default for Clients {
    fn default() -> Self {
        Clients::new()
    }
}

vocab::kept!(struct Clients {
    rows, own, by_code, by_pan, by_bank, by_demat, holders, codes, plans, policies,
} made { dealings, turns, stopped });
