//! What companies give on shares in the firm's accounts: who held what when the record day ended, by the shares that
//! moved before; what came; and whether each part of it is in proportion, the whole of it handed on.

use crate::audit::Audit;
use crate::chart::{account, place};
use crate::{Fact, Figure, What, exact};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use rulebook::RuleName;
use vocab::{BankAccount, ClientRow, Day, Paise, Price, Qty, Rate, SecurityRow};

/// Where entitled shares lay: place and depository, both by number.
type Lot = (u8, u8);

/// A corporate action.
pub(crate) struct Given {
    /// Whose shares bring it, and what it consists of.
    security: SecurityRow,
    gives: SecurityRow,
    /// Money a share; nothing where shares are given.
    per_share: Option<Price>,
    entitled: BTreeMap<(Lot, ClientRow), Qty>,
    /// What came and is not handed on, in order: where to, paise or shares, and when.
    arrivals: Vec<(Lot, i64, Option<Day>)>,
    /// Handed on of the first of them.
    passed: BTreeMap<(Lot, ClientRow), i64>,
    /// Of the tax that was kept back from it.
    taxed: BTreeMap<(Lot, ClientRow), Paise>,
}

#[derive(Default)]
pub(crate) struct Benefits {
    actions: BTreeMap<u32, Given>,
    /// Shares a client is to have in a place of the firm's from a benefit, and then on his own account.
    credits: BTreeMap<(ClientRow, SecurityRow, u8), Qty>,
    onward: BTreeMap<(ClientRow, SecurityRow, u8), Qty>,
}

impl Benefits {
    /// Whether shares that move for no settlement are a benefit's, on its way in or onward; they are once.
    pub fn explains(&mut self, client: ClientRow, security: SecurityRow, (from, to): (u8, u8), qty: Qty) -> bool {
        let key = |place| (client, security, place);
        let (open, key) = match (from, to) {
            (place::OUTSIDE, to) => (&mut self.credits, key(to)),
            (from, place::ACCOUNT) => (&mut self.onward, key(from)),
            _ => return false,
        };
        let left = open.get(&key).copied().unwrap_or(Qty::ZERO) - qty;
        if left.is_negative() {
            return false;
        }
        open.insert(key, left);
        true
    }
}

impl Audit {
    #[allow(clippy::wildcard_enum_match_arm, reason = "only what companies give comes here")]
    pub(crate) fn given(&mut self, fact: &Fact) {
        match *fact {
            Fact::BenefitAnnounced { action, security, gives, per_share } => {
                let (entitled, arrivals, passed, taxed) = (BTreeMap::new(), Vec::new(), BTreeMap::new(), BTreeMap::new());
                let it = Given { security, gives, per_share, entitled, arrivals, passed, taxed };
                self.benefits.actions.insert(action, it);
            }
            Fact::Entitled { action, client, place, depository, held } => {
                if let Some(it) = self.benefits.actions.get_mut(&action) {
                    it.entitled.insert(((place, depository), client), held);
                }
            }
            Fact::RegisterTaken { action } => self.register_taken(action),
            Fact::Dividend { account, security, amount } => self.dividend(account, security, amount),
            Fact::BenefitCame { action, place, depository, amount } => {
                if let Some(it) = self.benefits.actions.get_mut(&action) {
                    it.arrivals.push(((place, depository), amount, self.today));
                }
            }
            Fact::BenefitTaxed { action, client, place, depository, tax } => {
                if let Some(it) = self.benefits.actions.get_mut(&action) {
                    *it.taxed.entry(((place, depository), client)).or_insert(Paise::ZERO) += tax;
                }
            }
            Fact::BenefitPassed { action, client, place, depository, amount } => {
                self.passed_on(action, ((place, depository), client), amount);
            }
            Fact::BenefitShared { action } => self.shared_out(action),
            ref other => unreachable!("no fact of a benefit: {other:?}"),
        }
    }

    /// Everyone whose shares lay with the firm is entitled for all of them, and nobody else.
    fn register_taken(&mut self, action: u32) {
        let Some(it) = self.benefits.actions.get(&action) else { return };
        let security = it.security;
        let mut claimed: BTreeMap<(ClientRow, u8), Qty> = BTreeMap::new();
        for (((at, _), client), held) in &it.entitled {
            *claimed.entry((*client, *at)).or_insert(Qty::ZERO) += *held;
        }
        let held = self.places.iter().filter(|((_, of, at), qty)| {
            *of == security && matches!(*at, place::BENEFICIARY | place::POOL | place::PRINCIPAL | place::UNPAID) && qty.is_positive()
        });
        let held: BTreeMap<(ClientRow, u8), Qty> = held.map(|((client, _, at), qty)| ((*client, *at), *qty)).collect();
        for key in held.keys().chain(claimed.keys().filter(|key| !held.contains_key(key))) {
            let of = |map: &BTreeMap<(ClientRow, u8), Qty>| map.get(key).copied().unwrap_or(Qty::ZERO);
            let (expected, found) = (of(&held), of(&claimed));
            if expected != found {
                let who = self.who(key.0);
                self.find(What::Entitlement { who, security }, Figure::Shares(expected), Figure::Shares(found));
            }
        }
    }

    /// Clients' dividends are owed to them from the moment they come; the firm's own are income.
    fn dividend(&mut self, on: BankAccount, security: SecurityRow, amount: Paise) {
        let (bank, to) = match on {
            BankAccount::Client => (account::CLIENT_BANK, (account::CLIENT_DIVIDENDS, security.0)),
            BankAccount::Settlement => (account::SETTLEMENT_BANK, (account::CLIENT_DIVIDENDS, security.0)),
            BankAccount::Own => (account::OWN_BANK, (account::OWN_DIVIDENDS, 0)),
        };
        self.ledger.debit(bank, 0, amount);
        self.ledger.credit(to.0, to.1, amount);
    }

    fn passed_on(&mut self, action: u32, key: (Lot, ClientRow), amount: i64) {
        let Some(it) = self.benefits.actions.get_mut(&action) else { return };
        let ((at, _), client) = key;
        let passed = it.passed.entry(key).or_insert(0);
        *passed = passed.saturating_add(amount);
        let (security, gives) = (it.security, it.gives);
        if it.per_share.is_none() {
            for open in [&mut self.benefits.credits, &mut self.benefits.onward] {
                *open.entry((client, gives, at)).or_insert(Qty::ZERO) += Qty(amount);
            }
            return;
        }
        self.ledger.debit(account::CLIENT_DIVIDENDS, security.0, Paise(amount));
        if self.is_own(client) {
            // Its part waits on the client account for the evening's drawing.
            self.ledger.credit(account::OWN_DIVIDENDS, 0, Paise(amount));
            self.undrawn += Paise(amount);
        } else {
            self.ledger.credit(account::CLIENT, client.0, Paise(amount));
        }
    }

    /// The whole of an arrival went to those it was for, each within one paisa or share of his exact part.
    fn shared_out(&mut self, action: u32) {
        let Some(it) = self.benefits.actions.get_mut(&action) else { return };
        if it.arrivals.is_empty() {
            return;
        }
        let (lot, amount, came) = it.arrivals.remove(0);
        let passed = core::mem::take(&mut it.passed);
        let taxed = core::mem::take(&mut it.taxed);
        let (security, per_share, money) = (it.security, it.per_share, it.per_share.is_some());
        let figure = |amount: i64| if money { Figure::Money(Paise(amount)) } else { Figure::Shares(Qty(amount)) };
        let of = it.entitled.iter().filter(|((at, _), _)| money || *at == lot);
        let of: Vec<((Lot, ClientRow), Qty)> = of.map(|(key, held)| (*key, *held)).collect();
        let all: i128 = of.iter().map(|(_, held)| i128::from(held.0)).sum();
        let mut found = Vec::new();
        let mut sum: i64 = 0;
        for (key, held) in &of {
            let part = passed.get(key).copied().unwrap_or(0);
            sum = sum.saturating_add(part);
            let exact = i128::from(amount).saturating_mul(i128::from(held.0));
            let off = i128::from(part).saturating_mul(all).saturating_sub(exact).abs();
            if off >= all {
                let due = exact.checked_div(all).and_then(|due| i64::try_from(due).ok()).unwrap_or(0);
                found.push((key.1, due, part));
            }
        }
        let strangers = passed.iter().filter(|(key, _)| !of.iter().any(|(known, _)| known == *key));
        found.extend(strangers.map(|((_, client), part)| (*client, 0, *part)));
        for (client, due, part) in found {
            let who = self.who(client);
            self.find(What::BenefitPart { who, security }, figure(due), figure(part));
        }
        if sum != amount && !of.is_empty() {
            self.find(What::BenefitLeft { security }, figure(amount), figure(sum));
        }
        if let Some(per_share) = per_share {
            self.tax_shared(security, (per_share, amount, came), &of, &taxed);
        }
    }

    /// The company taxes each account as one holder, to the rupee. Where what came is what that leaves, the tax is all
    /// theirs, each part within one paisa of the exact one; otherwise nothing is known to have been kept back.
    fn tax_shared(
        &mut self, security: SecurityRow, (per_share, amount, came): (Price, i64, Option<Day>), of: &[((Lot, ClientRow), Qty)],
        taxed: &BTreeMap<(Lot, ClientRow), Paise>,
    ) {
        let mut lots: BTreeMap<Lot, Qty> = BTreeMap::new();
        for ((lot, _), held) in of {
            *lots.entry(*lot).or_insert(Qty::ZERO) += *held;
        }
        let rate = came.and_then(|day| self.rules.rate(RuleName::DividendTax, day).ok()).map_or(Rate::ZERO, |(_, rate)| rate);
        let (mut whole, mut tax) = (Paise::ZERO, Paise::ZERO);
        for held in lots.values() {
            let gross = exact::value(per_share, *held);
            whole += gross;
            tax += exact::to_rupee(exact::unrounded(rate, gross));
        }
        let expected = if Paise(amount) == whole - tax { tax } else { Paise::ZERO };
        let found: Paise = taxed.values().copied().sum();
        if found != expected {
            self.find(What::BenefitTax { security }, Figure::Money(expected), Figure::Money(found));
        }
        let all: i128 = of.iter().map(|(_, held)| i128::from(held.0)).sum();
        for (key, held) in of {
            let part = taxed.get(key).copied().unwrap_or(Paise::ZERO);
            let exact = i128::from(found.0).saturating_mul(i128::from(held.0));
            if i128::from(part.0).saturating_mul(all).saturating_sub(exact).abs() >= all {
                let who = self.who(key.1);
                let due = exact.checked_div(all).and_then(|due| i64::try_from(due).ok()).unwrap_or(0);
                self.find(What::TaxPart { who, security }, Figure::Money(Paise(due)), Figure::Money(part));
            }
        }
    }
}
