//! Who brings clients to the firm and has a share of its brokerage: sub-brokers, remisiers, authorised persons.
//!
//! What this is not: no money (what an intermediary is due stands in the books), no personal data, and no way to
//! trade: his clients are the firm's clients (guide I 13.3, sebi 34.7.6).
//!
//! Invariants: nobody shares before the exchange approved him, before he and the firm agreed, before his client signed
//! with both, or once any of it ended; what was agreed from a day on is never changed for the days before.
//! Start with [`Intermediaries::share`].
#![no_std]
#![allow(clippy::indexing_slicing, reason = "Rows are indexed by their own typed row numbers")]

extern crate alloc;

mod event;
#[cfg(test)]
mod tests;

pub use event::{Ask, Event};

use alloc::collections::BTreeMap;
use stdx::Rows;
use vocab::{
    AccountToken, ClientRow, Day, IntermediaryKind, IntermediaryRow, LegalForm, PanToken, Rate, Ucc,
    VaultRef, Venue,
};

/// What an exchange said of him.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// From a day on, and until it was withdrawn.
    Approved { from: Day, until: Option<Day> },
    Refused { day: Day },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Intermediary {
    pub code: Ucc,
    pub vault: VaultRef,
    pub pan: PanToken,
    pub kind: IntermediaryKind,
    pub form: LegalForm,
    pub opened: Day,
    pub nse: Option<Standing>,
    pub bse: Option<Standing>,
    pub agreed: Option<Day>,
    pub bank: Option<AccountToken>,
    pub withheld: bool,
}

impl Intermediary {
    pub const fn standing(&self, venue: Venue) -> Option<Standing> {
        match venue {
            Venue::Nse => self.nse,
            Venue::Bse => self.bse,
        }
    }

    fn set(&mut self, venue: Venue, standing: Standing) {
        match venue {
            Venue::Nse => self.nse = Some(standing),
            Venue::Bse => self.bse = Some(standing),
        }
    }

    pub fn is_approved(&self, venue: Venue, day: Day) -> bool {
        match self.standing(venue) {
            Some(Standing::Approved { from, until }) => from <= day && until.is_none_or(|until| day < until),
            Some(Standing::Refused { .. }) | None => false,
        }
    }
}

/// Why an ask about an intermediary is refused. The order is the precedence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    Unknown { intermediary: IntermediaryRow },
    /// Code or tax number stand with another, himself or his partner or director (sebi 34.5.1).
    Taken { by: IntermediaryRow },
    /// Nobody may share brokerage with this person (guide SP Ann II.7).
    Barred { reason: u16 },
    /// The exchange refused him (sebi 34.3.2).
    Refused { intermediary: IntermediaryRow },
    NotApproved { intermediary: IntermediaryRow, day: Day },
    NoAgreement { intermediary: IntermediaryRow },
}

/// The state of the department.
#[derive(Default)]
pub struct Intermediaries {
    rows: Rows<IntermediaryRow, Intermediary>,
    by_code: BTreeMap<Ucc, IntermediaryRow>,
    /// His own tax number, and those of partners and directors.
    by_pan: BTreeMap<PanToken, IntermediaryRow>,
    by_bank: BTreeMap<AccountToken, IntermediaryRow>,
    shares: BTreeMap<(IntermediaryRow, Day), Rate>,
    /// Who brought a client, by the day from which it holds; none ends it.
    brought: BTreeMap<(ClientRow, Day), Option<IntermediaryRow>>,
    barred: BTreeMap<PanToken, (u16, Day)>,
}

/// The latest of a dated list that has begun.
fn latest<K: Ord + Copy, V: Copy>(all: &BTreeMap<(K, Day), V>, key: K, day: Day) -> Option<(Day, V)> {
    all.range((key, Day(i32::MIN))..=(key, day)).last().map(|((_, from), value)| (*from, *value))
}

impl Intermediaries {
    pub fn new() -> Intermediaries {
        Intermediaries::default()
    }

    pub fn get(&self, row: IntermediaryRow) -> Option<&Intermediary> {
        self.rows.get(row)
    }

    pub fn iter(&self) -> impl Iterator<Item = (IntermediaryRow, &Intermediary)> {
        self.rows.iter()
    }

    pub fn next_row(&self) -> IntermediaryRow {
        self.rows.next()
    }

    pub fn by_code(&self, code: &Ucc) -> Option<IntermediaryRow> {
        self.by_code.get(code).copied()
    }

    pub fn by_bank(&self, account: &AccountToken) -> Option<IntermediaryRow> {
        self.by_bank.get(account).copied()
    }

    /// # Errors
    /// [`Refusal::Unknown`].
    pub fn known(&self, intermediary: IntermediaryRow) -> Result<&Intermediary, Refusal> {
        self.rows.get(intermediary).ok_or(Refusal::Unknown { intermediary })
    }

    /// May someone with this tax number be an intermediary, or a partner or director of one? Of one alone.
    ///
    /// # Errors
    /// [`Refusal::Taken`], [`Refusal::Barred`].
    pub fn may_stand(&self, pan: &PanToken) -> Result<(), Refusal> {
        match (self.by_pan.get(pan), self.barred.get(pan)) {
            (Some(by), _) => Err(Refusal::Taken { by: *by }),
            (None, Some((reason, _))) => Err(Refusal::Barred { reason: *reason }),
            (None, None) => Ok(()),
        }
    }

    /// May he work here at all on a day: approved by the exchange, agreed with the firm, not barred?
    ///
    /// # Errors
    /// The first that is missing.
    pub fn may_work(&self, intermediary: IntermediaryRow, venue: Venue, day: Day) -> Result<(), Refusal> {
        let it = self.known(intermediary)?;
        if let Some(reason) = self.bar_of(intermediary, day) {
            return Err(Refusal::Barred { reason });
        }
        if matches!(it.standing(venue), Some(Standing::Refused { .. })) {
            return Err(Refusal::Refused { intermediary });
        }
        if !it.is_approved(venue, day) {
            return Err(Refusal::NotApproved { intermediary, day });
        }
        match it.agreed {
            Some(agreed) if agreed <= day => Ok(()),
            Some(_) | None => Err(Refusal::NoAgreement { intermediary }),
        }
    }

    /// Is he, or a partner or director of his, barred by a day?
    fn bar_of(&self, intermediary: IntermediaryRow, day: Day) -> Option<u16> {
        let begun = self.barred.iter().filter(|(_, (_, from))| *from <= day);
        let his = |pan: &PanToken| self.by_pan.get(pan) == Some(&intermediary);
        begun.filter(|(pan, _)| his(pan)).map(|(_, (reason, _))| *reason).next()
    }

    /// Who brought a client, as of a day.
    pub fn introducer(&self, client: ClientRow, day: Day) -> Option<IntermediaryRow> {
        latest(&self.brought, client, day)?.1
    }

    /// The first day from which who brought the client may be said anew.
    pub fn said_until(&self, client: ClientRow) -> Option<Day> {
        latest(&self.brought, client, Day(i32::MAX)).map(|(from, _)| from)
    }

    /// What he was promised of his clients' brokerage, as of a day, and since when.
    pub fn rate(&self, intermediary: IntermediaryRow, day: Day) -> Option<(Day, Rate)> {
        latest(&self.shares, intermediary, day)
    }

    /// Who shares in the brokerage of a client's trades of a day, and how much of it.
    pub fn share(&self, client: ClientRow, venue: Venue, day: Day) -> Option<(IntermediaryRow, Rate)> {
        let intermediary = self.introducer(client, day)?;
        self.may_work(intermediary, venue, day).ok()?;
        let (_, rate) = self.rate(intermediary, day)?;
        (rate > Rate::ZERO).then_some((intermediary, rate))
    }

    /// How many clients he brought, as of a day.
    pub fn clients_of(&self, intermediary: IntermediaryRow, day: Day) -> impl Iterator<Item = ClientRow> {
        let mut last = None;
        let brought = self.brought.keys().map(|(client, _)| *client);
        let each = brought.filter(move |client| last.replace(*client) != Some(*client));
        each.filter(move |client| self.introducer(*client, day) == Some(intermediary))
    }

    /// # Panics
    /// When the event contradicts the state.
    pub fn apply(&mut self, event: &Event) {
        match *event {
            Event::Opened { intermediary, code, vault, pan, kind, form, day } => {
                assert!(intermediary == self.rows.next(), "rows are given in order");
                assert!(self.by_code.insert(code, intermediary).is_none(), "a code is given once");
                self.by_pan.insert(pan, intermediary);
                let (nse, bse, agreed, bank) = (None, None, None, None);
                let withheld = false;
                self.rows.push(Intermediary {
                    code, vault, pan, kind, form, opened: day, nse, bse, agreed, bank, withheld,
                });
            }
            Event::Associated { intermediary, pan } => {
                self.by_pan.insert(pan, intermediary);
            }
            Event::Decided { intermediary, venue, approved, from, .. } => {
                let standing = match approved {
                    true => Standing::Approved { from, until: None },
                    false => Standing::Refused { day: from },
                };
                self.rows[intermediary].set(venue, standing);
            }
            Event::Withdrawn { intermediary, venue, day, .. } => {
                let it = &mut self.rows[intermediary];
                if let Some(Standing::Approved { from, .. }) = it.standing(venue) {
                    it.set(venue, Standing::Approved { from, until: Some(day) });
                }
            }
            Event::Agreed { intermediary, day } => self.rows[intermediary].agreed = Some(day),
            Event::BankRegistered { intermediary, account } => {
                self.rows[intermediary].bank = Some(account);
                self.by_bank.insert(account, intermediary);
            }
            Event::ShareSet { intermediary, from, rate } => {
                assert!(self.shares.insert((intermediary, from), rate).is_none(), "a share is never overwritten");
            }
            Event::Introduced { client, intermediary, from, .. } => {
                assert!(self.brought.insert((client, from), intermediary).is_none(), "who brought him is said once");
            }
            Event::Withheld { intermediary, on, .. } => self.rows[intermediary].withheld = on,
            Event::Barred { pan, reason, day } => {
                self.barred.entry(pan).or_insert((reason, day));
            }
        }
    }
}

vocab::kept!(enum Standing { 1 = Approved { from, until }, 2 = Refused { day } });

vocab::kept!(struct Intermediary { code, vault, pan, kind, form, opened, nse, bse, agreed, bank, withheld });

vocab::kept!(struct Intermediaries { rows, by_code, by_pan, by_bank, shares, brought, barred });
