//! From account tokens back to accounts, for payments and deliveries that leave the firm.

use std::collections::BTreeMap;
use std::fmt;

use vocab::{AccountToken, Code, Depository, VaultRef};

use crate::person::Person;
use crate::tokens::Tokens;

/// An account money or securities go to. Personal data: prints as nothing but its kind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Account {
    Bank { number: Code<20>, ifsc: Code<11> },
    Demat { number: Code<16>, depository: Depository },
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Account::Bank { .. } => f.write_str("Bank(..)"),
            Account::Demat { .. } => f.write_str("Demat(..)"),
        }
    }
}

/// An account and those who hold it: joint holders share a token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Routed {
    pub account: Account,
    /// In order of reference.
    pub owners: Vec<VaultRef>,
}

#[derive(Default)]
pub(crate) struct Routing(BTreeMap<AccountToken, Routed>);

impl Routing {
    pub(crate) fn add(&mut self, tokens: &Tokens, reference: VaultRef, person: &Person) {
        let bank = Account::Bank { number: person.account, ifsc: person.ifsc };
        let demat = Account::Demat { number: person.demat, depository: person.depository };
        for (token, account) in [(tokens.bank_of(person), bank), (tokens.demat_of(person), demat)] {
            let routed = self.0.entry(token).or_insert_with(|| Routed { account, owners: Vec::new() });
            if !routed.owners.contains(&reference) {
                routed.owners.push(reference);
            }
        }
    }

    pub(crate) fn remove(&mut self, reference: VaultRef) {
        self.0.retain(|_, routed| {
            routed.owners.retain(|o| *o != reference);
            !routed.owners.is_empty()
        });
    }

    pub(crate) fn get(&self, token: AccountToken) -> Option<&Routed> {
        self.0.get(&token)
    }
}
