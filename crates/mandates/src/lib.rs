//! What clients let the firm do on their accounts: powers of attorney, debit and pledge instructions, bank mandates, and
//! the instructions they give themselves (sebi 37).
//!
//! What this is not: it moves no share and no rupee, and knows no rule. The firm asks what covers a movement, and says what it
//! was moved by.
//!
//! Invariants:
//! - A power is never widened: more powers need another paper (sebi 37.6). It ends once.
//! - It covers its own client's listed accounts and its own purposes, from its entry until its end.
//! - What a slip or an ended power still covers is used up once.
//!
//! Start with [`Mandates::covering`] and [`Sale`].
#![no_std]

extern crate alloc;

mod event;
#[cfg(test)]
mod tests;

pub use event::{Ask, Authority, Ending, Event, Written};

use alloc::collections::{BTreeMap, BTreeSet};
use vocab::{
    AccountToken, Clause, ClientRow, Code, Day, Moment, Paise, PowerKind, PowerNo, Purpose, Qty, SecurityRow, SettlementRow,
    StateCode,
};

/// What a power is for: one bit each, by number.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Purposes(pub u8);

impl Purposes {
    pub fn of(all: &[Purpose]) -> Purposes {
        Purposes(all.iter().fold(0, |sum, purpose| sum | bit(purpose.number())))
    }

    pub fn has(self, purpose: Purpose) -> bool {
        self.0 & bit(purpose.number()) != 0
    }

    pub fn iter(self) -> impl Iterator<Item = Purpose> {
        Purpose::ALL.iter().copied().filter(move |purpose| self.has(*purpose))
    }
}

fn bit(n: u8) -> u8 {
    1u8.checked_shl(u32::from(n)).unwrap_or(0)
}

/// What stands on a paper: one bit each, by number.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Clauses(pub u16);

impl Clauses {
    /// What every paper over a client's account must say (sebi 37 Annex 2.1.6, 2.1.9).
    pub const WANTED: [Clause; 2] = [Clause::ReturnsErrors, Clause::SendsSummary];

    pub fn of(all: &[Clause]) -> Clauses {
        Clauses(all.iter().fold(0, |sum, clause| sum | Clauses::bit(*clause)))
    }

    fn bit(clause: Clause) -> u16 {
        1u16.checked_shl(u32::from(clause.number())).unwrap_or(0)
    }

    pub fn has(self, clause: Clause) -> bool {
        self.0 & Clauses::bit(clause) != 0
    }

    /// The first that no power may hold.
    pub fn forbidden(self) -> Option<Clause> {
        Clause::ALL.iter().copied().find(|clause| self.has(*clause) && !Clauses::WANTED.contains(clause))
    }

    /// The first that is wanting.
    pub fn wanting(self) -> Option<Clause> {
        Clauses::WANTED.into_iter().find(|clause| !self.has(*clause))
    }
}

/// A power or mandate that a client gave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Power {
    pub client: ClientRow,
    pub kind: PowerKind,
    pub purposes: Purposes,
    pub clauses: Clauses,
    pub signers: u8,
    pub dated: Day,
    pub paper: Code<16>,
    /// When it was entered; it covers nothing before.
    pub since: Day,
    /// Where it was stamped, and with what.
    pub stamp: Option<(StateCode, Paise)>,
    pub until: Option<Day>,
    pub most: Paise,
    /// The letter with the client's copy.
    pub copy: Option<u64>,
    /// The letter that told the client what was struck out of it.
    pub struck: Option<u64>,
    pub ended: Option<(Moment, Ending)>,
}

impl Power {
    pub fn is_in_force(&self, day: Day) -> bool {
        self.ended.is_none() && self.until.is_none_or(|last| day <= last)
    }

    /// Whether it holds nothing that no power may hold.
    pub fn is_clean(&self) -> bool {
        self.struck.is_some() || self.clauses.forbidden().is_none()
    }
}

/// What moves a client's sale in one settlement beside a power in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sale {
    /// Instructed by himself and not moved.
    pub instructed: Qty,
    /// Dealt before his power ended and not moved.
    pub remains: Qty,
    /// Called for, and waiting for his instruction.
    pub awaited: Qty,
}

impl Sale {
    pub const NOTHING: Sale = Sale { instructed: Qty::ZERO, remains: Qty::ZERO, awaited: Qty::ZERO };
}

type Key = (SettlementRow, ClientRow, SecurityRow);

/// Why an ask about a power is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    Unknown { power: PowerNo },
    /// It ended before.
    Ended { power: PowerNo },
}

/// The state of the department.
pub struct Mandates {
    powers: BTreeMap<PowerNo, Power>,
    by_client: BTreeMap<ClientRow, BTreeSet<PowerNo>>,
    /// Accounts that a paper names; whether of a bank.
    listed: BTreeMap<(PowerNo, AccountToken), bool>,
    /// Whose client has no copy.
    uncopied: BTreeSet<PowerNo>,
    sales: BTreeMap<Key, Sale>,
    next: PowerNo,
}

impl Mandates {
    pub fn new() -> Mandates {
        Mandates {
            powers: BTreeMap::new(),
            by_client: BTreeMap::new(),
            listed: BTreeMap::new(),
            uncopied: BTreeSet::new(),
            sales: BTreeMap::new(),
            next: PowerNo(1),
        }
    }

    pub fn next_no(&self) -> PowerNo {
        self.next
    }

    pub fn iter(&self) -> impl Iterator<Item = (PowerNo, &Power)> {
        self.powers.iter().map(|(no, power)| (*no, power))
    }

    pub fn of_client(&self, client: ClientRow) -> impl Iterator<Item = (PowerNo, &Power)> {
        let all = self.by_client.get(&client).into_iter().flatten();
        all.filter_map(|no| self.powers.get(no).map(|power| (*no, power)))
    }

    /// # Errors
    /// [`Refusal::Unknown`], [`Refusal::Ended`].
    pub fn standing(&self, power: PowerNo) -> Result<&Power, Refusal> {
        let it = self.powers.get(&power).ok_or(Refusal::Unknown { power })?;
        if it.ended.is_some() { Err(Refusal::Ended { power }) } else { Ok(it) }
    }

    pub fn lists(&self, power: PowerNo, account: &AccountToken) -> bool {
        self.listed.contains_key(&(power, *account))
    }

    /// The accounts a paper names, and whether each is of a bank.
    pub fn accounts(&self, power: PowerNo) -> impl Iterator<Item = (AccountToken, bool)> {
        let all = self.listed.range((power, AccountToken([0; 16]))..=(power, AccountToken([u8::MAX; 16])));
        all.map(|((_, account), bank)| (*account, *bank))
    }

    /// The first power of a client's that lets the firm act on one of his accounts for a purpose on a day. Where the norms are
    /// in force a paper that holds what none may hold covers nothing until that is struck out.
    pub fn covering(
        &self, client: ClientRow, purpose: Purpose, account: &AccountToken, day: Day, norms: bool,
    ) -> Option<(PowerNo, &Power)> {
        self.of_client(client).find(|(no, power)| {
            let fits = power.is_in_force(day) && power.purposes.has(purpose) && (power.is_clean() || !norms);
            fits && self.lists(*no, account)
        })
    }

    /// What covers a sale beside a power in force.
    pub fn sale(&self, settlement: SettlementRow, client: ClientRow, security: SecurityRow) -> Sale {
        self.sales.get(&(settlement, client, security)).copied().unwrap_or(Sale::NOTHING)
    }

    /// The settlements something is known of.
    pub fn settlements(&self) -> impl Iterator<Item = SettlementRow> {
        let mut last = None;
        self.sales.keys().map(|key| key.0).filter(move |row| last.replace(*row) != Some(*row))
    }

    /// Powers whose client has no copy of them yet, and since when.
    pub fn uncopied(&self) -> impl Iterator<Item = Day> {
        self.uncopied.iter().filter_map(|no| self.powers.get(no)).map(|power| power.since)
    }

    /// # Panics
    /// When the event contradicts the state.
    pub fn apply(&mut self, event: &Event, today: Day) {
        match *event {
            Event::Executed { power, client, kind, purposes, clauses, signers, dated, paper } => {
                assert!(power == self.next, "powers are numbered without gaps");
                self.next = power.next();
                let it = Power {
                    client, kind, purposes, clauses, signers, dated, paper, since: today, stamp: None, until: None,
                    most: Paise::ZERO, copy: None, struck: None, ended: None,
                };
                self.powers.insert(power, it);
                self.by_client.entry(client).or_default().insert(power);
                self.uncopied.insert(power);
            }
            Event::Stamped { power, place, stamp, until, most } => {
                let it = self.power(power);
                (it.stamp, it.until, it.most) = (Some((place, stamp)), until, most);
            }
            Event::Listed { power, account, bank } => {
                self.listed.insert((power, account), bank);
            }
            Event::CopyGiven { power, letter } => {
                self.power(power).copy = Some(letter);
                self.uncopied.remove(&power);
            }
            Event::Struck { power, letter } => self.power(power).struck = Some(letter),
            Event::Ended { power, at, why } => {
                let ended = self.power(power).ended.replace((at, why));
                assert!(ended.is_none(), "a power ends once");
                self.uncopied.remove(&power);
            }
            Event::Remains { settlement, client, security, qty, .. } => {
                self.change((settlement, client, security), |sale| sale.remains += qty);
            }
            Event::Instructed { settlement, client, security, qty, .. } => {
                self.change((settlement, client, security), |sale| sale.instructed += qty);
            }
            Event::Awaited { settlement, client, security, qty } => {
                self.change((settlement, client, security), |sale| sale.awaited = qty);
            }
            Event::Used { by, settlement, client, security, qty, .. } => match by {
                Authority::Power(_) | Authority::Lien => {}
                Authority::Slip => self.change((settlement, client, security), |sale| sale.instructed -= qty),
                Authority::Ended => self.change((settlement, client, security), |sale| sale.remains -= qty),
            },
            Event::Over { settlement } => self.sales.retain(|(of, ..), _| *of != settlement),
        }
    }

    fn power(&mut self, no: PowerNo) -> &mut Power {
        self.powers.get_mut(&no).expect("a power that was given")
    }

    fn change(&mut self, key: Key, change: impl FnOnce(&mut Sale)) {
        let mut sale = self.sales.remove(&key).unwrap_or(Sale::NOTHING);
        change(&mut sale);
        let Sale { instructed, remains, awaited } = sale;
        assert!([instructed, remains, awaited].iter().all(|qty| !qty.is_negative()), "what is covered is used up once");
        if sale != Sale::NOTHING {
            self.sales.insert(key, sale);
        }
    }
}

impl Default for Mandates {
    fn default() -> Self {
        Mandates::new()
    }
}

vocab::kept!(struct Purposes { 0 });
vocab::kept!(struct Clauses { 0 });
vocab::kept!(struct Power {
    client, kind, purposes, clauses, signers, dated, paper, since, stamp, until, most, copy, struck, ended,
});
vocab::kept!(struct Sale { instructed, remains, awaited });
vocab::kept!(struct Mandates { powers, by_client, listed, uncopied, sales, next });
