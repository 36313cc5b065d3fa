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

/// Whose shares bring something: a client's, or a third party's, by the number they are held under.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Holder {
    Client(ClientRow),
    Stranger(u32),
}

type Key = (Lot, Holder);

/// A corporate action.
pub(crate) struct Given {
    /// Whose shares bring it, and what it consists of.
    security: SecurityRow,
    gives: SecurityRow,
    record: Day,
    /// The own account's money came; of the tax kept back from it, what no holder has on record.
    own_came: bool,
    own_tax: Paise,
    /// Money a share; nothing where shares are given.
    per_share: Option<Price>,
    entitled: BTreeMap<Key, Qty>,
    /// What came and is not handed on, in order: where to, paise or shares, and when.
    arrivals: Vec<(Lot, i64, Option<Day>)>,
    /// Handed on of the first of them.
    passed: BTreeMap<Key, i64>,
    /// Of the tax that was kept back from it.
    taxed: BTreeMap<Key, Paise>,
}

#[derive(Default)]
pub(crate) struct Benefits {
    actions: BTreeMap<u32, Given>,
    /// Shares a client is to have in a place of the firm's from a benefit, and then on his own account.
    credits: BTreeMap<(ClientRow, SecurityRow, u8), Qty>,
    onward: BTreeMap<(ClientRow, SecurityRow, u8), Qty>,
    /// Shares a third party is to have held for him, by the number they are to be held under.
    apart: BTreeMap<u32, Qty>,
}

impl Benefits {
    pub fn held_for_stranger(&mut self, inward: u32) -> Option<Qty> {
        self.apart.remove(&inward)
    }

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
            Fact::BenefitAnnounced { action, security, gives, record, per_share } => {
                let (entitled, arrivals, passed, taxed) = (BTreeMap::new(), Vec::new(), BTreeMap::new(), BTreeMap::new());
                let (own_came, own_tax) = (false, Paise::ZERO);
                let it = Given { security, gives, record, own_came, own_tax, per_share, entitled, arrivals, passed, taxed };
                self.benefits.actions.insert(action, it);
            }
            Fact::Entitled { action, client, place, depository, held } => {
                if let Some(it) = self.benefits.actions.get_mut(&action) {
                    it.entitled.insert(((place, depository), Holder::Client(client)), held);
                }
            }
            Fact::StrangerEntitled { action, inward, place, depository, held } => {
                if let Some(it) = self.benefits.actions.get_mut(&action) {
                    it.entitled.insert(((place, depository), Holder::Stranger(inward)), held);
                }
            }
            Fact::RegisterTaken { action } => self.register_taken(action),
            Fact::Dividend { account: BankAccount::Own, security, record, amount } => self.own_dividend(security, record, amount),
            Fact::Dividend { account, security, amount, .. } => self.dividend(account, security, amount),
            Fact::BenefitCame { action, place, depository, amount } => {
                if let Some(it) = self.benefits.actions.get_mut(&action) {
                    it.arrivals.push(((place, depository), amount, self.today));
                }
            }
            Fact::BenefitTaxed { action, place: place::ACCOUNT, tax, .. } => self.own_taxed(action, tax),
            Fact::BenefitTaxed { action, client, place, depository, tax } => {
                if self.is_own(client) {
                    self.ledger.debit(account::TAX_KEPT_BACK, 0, tax);
                    self.ledger.credit(account::OWN_DIVIDENDS, 0, tax);
                }
                self.taxed(action, ((place, depository), Holder::Client(client)), tax);
            }
            Fact::StrangerTaxed { action, inward, place, depository, tax } => {
                self.taxed(action, ((place, depository), Holder::Stranger(inward)), tax);
            }
            // It stands with the bank's money.
            Fact::BenefitPassed { place: place::ACCOUNT, .. } => {}
            Fact::BenefitPassed { action, client, place, depository, amount } => {
                self.passed_on(action, ((place, depository), client), amount);
            }
            Fact::StrangerPassed { action, inward, place, depository, amount, under } => {
                self.held_on(action, ((place, depository), inward), amount, under);
            }
            Fact::BenefitShared { action } => self.shared_out(action),
            ref other => unreachable!("no fact of a benefit: {other:?}"),
        }
    }

    /// Everyone whose shares lay with the firm is entitled for all of them, and nobody else.
    fn register_taken(&mut self, action: u32) {
        let Some(it) = self.benefits.actions.get(&action) else { return };
        let (security, money) = (it.security, it.per_share.is_some());
        let mut claimed: BTreeMap<(Holder, u8), Qty> = BTreeMap::new();
        for (((at, _), holder), held) in &it.entitled {
            *claimed.entry((*holder, *at)).or_insert(Qty::ZERO) += *held;
        }
        let custody = |at: u8| matches!(at, place::BENEFICIARY | place::POOL | place::PRINCIPAL | place::UNPAID);
        let held = self.places.iter().filter(|((_, of, at), qty)| *of == security && custody(*at) && qty.is_positive());
        let held = held.map(|((client, _, at), qty)| ((Holder::Client(*client), *at), *qty));
        // The firm's own account brings the firm money, on what lies there in all; what shares bring there its depository shows.
        let is_own = |client: &ClientRow, at: u8| money && at == place::ACCOUNT && self.is_own(*client);
        let own = self.places.iter().filter(|((client, of, at), _)| *of == security && is_own(client, *at));
        let lies: Qty = own.clone().map(|(_, qty)| *qty).sum();
        let claims = claimed.keys().find_map(|(holder, at)| match holder {
            Holder::Client(client) if is_own(client, *at) => Some(*client),
            Holder::Client(_) | Holder::Stranger(_) => None,
        });
        let whose = claims.or(own.map(|((client, ..), _)| *client).next()).filter(|_| lies.is_positive());
        let held = held.chain(whose.map(|client| ((Holder::Client(client), place::ACCOUNT), lies)));
        let apart = self.inwards.iter().filter(|(_, it)| it.security == security && custody(it.place) && it.qty.is_positive());
        let held: BTreeMap<(Holder, u8), Qty> = held.chain(apart.map(|(no, it)| ((Holder::Stranger(*no), it.place), it.qty))).collect();
        for key in held.keys().chain(claimed.keys().filter(|key| !held.contains_key(key))) {
            let of = |map: &BTreeMap<(Holder, u8), Qty>| map.get(key).copied().unwrap_or(Qty::ZERO);
            let (expected, found) = (of(&held), of(&claimed));
            if expected != found {
                let what = match key.0 {
                    Holder::Client(client) => What::Entitlement { who: self.who(client), security },
                    Holder::Stranger(inward) => What::StrangerEntitlement { inward, security },
                };
                self.find(what, Figure::Shares(expected), Figure::Shares(found));
            }
        }
    }

    /// Clients' dividends are owed to them from the moment they come.
    fn dividend(&mut self, on: BankAccount, security: SecurityRow, amount: Paise) {
        let (bank, to) = match on {
            BankAccount::Client => (account::CLIENT_BANK, (account::CLIENT_DIVIDENDS, security.0)),
            BankAccount::Settlement => (account::SETTLEMENT_BANK, (account::CLIENT_DIVIDENDS, security.0)),
            BankAccount::Own => return,
        };
        self.ledger.debit(bank, 0, amount);
        self.ledger.credit(to.0, to.1, amount);
    }

    /// Income as the company gave it. Where what came is what the tax leaves of it, the tax is the firm's to have credited.
    fn own_dividend(&mut self, security: SecurityRow, record: Day, amount: Paise) {
        self.ledger.debit(account::OWN_BANK, 0, amount);
        self.ledger.credit(account::OWN_DIVIDENDS, 0, amount);
        let of = |it: &&mut Given| it.security == security && it.record == record && it.per_share.is_some();
        let Some(it) = self.benefits.actions.values_mut().rev().find(of).filter(|it| !it.own_came) else { return };
        let own = it.entitled.iter().filter(|(((at, _), _), _)| *at == place::ACCOUNT);
        let whole = exact::value(it.per_share.expect("of money"), own.map(|(_, held)| *held).sum());
        let rate = self.today.and_then(|day| self.rules.rate(RuleName::DividendTax, day).ok()).map_or(Rate::ZERO, |(_, rate)| rate);
        let tax = exact::to_rupee(exact::unrounded(rate, whole));
        it.own_came = amount == whole || amount == whole - tax;
        if amount == whole - tax {
            it.own_tax = tax;
            self.ledger.debit(account::TAX_KEPT_BACK, 0, tax);
            self.ledger.credit(account::OWN_DIVIDENDS, 0, tax);
        }
    }

    /// No more stands on record for the own account than was kept back from it.
    fn own_taxed(&mut self, action: u32, tax: Paise) {
        let Some(it) = self.benefits.actions.get_mut(&action) else { return };
        let (security, left) = (it.security, it.own_tax);
        it.own_tax -= tax;
        if tax > left {
            self.find(What::BenefitTax { security }, Figure::Money(left), Figure::Money(tax));
        }
    }

    fn taxed(&mut self, action: u32, key: Key, tax: Paise) {
        if let Some(it) = self.benefits.actions.get_mut(&action) {
            *it.taxed.entry(key).or_insert(Paise::ZERO) += tax;
        }
    }

    /// A third party's part is nobody's here: money in suspense, or shares held like his.
    fn held_on(&mut self, action: u32, (lot, inward): (Lot, u32), amount: i64, under: u32) {
        let Some(it) = self.benefits.actions.get_mut(&action) else { return };
        let passed = it.passed.entry((lot, Holder::Stranger(inward))).or_insert(0);
        *passed = passed.saturating_add(amount);
        if it.per_share.is_none() {
            self.benefits.apart.insert(under, Qty(amount));
            return;
        }
        let security = it.security;
        if self.receipts.insert(under, (BankAccount::Client, Paise(amount))).is_some() {
            self.find_plain(What::ReceiptTwice { receipt: under });
        }
        self.ledger.debit(account::CLIENT_DIVIDENDS, security.0, Paise(amount));
        self.ledger.credit(account::SUSPENSE, under, Paise(amount));
    }

    fn passed_on(&mut self, action: u32, key: (Lot, ClientRow), amount: i64) {
        let Some(it) = self.benefits.actions.get_mut(&action) else { return };
        let ((at, _), client) = key;
        let passed = it.passed.entry((key.0, Holder::Client(client))).or_insert(0);
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
        let of = it.entitled.iter().filter(|((at, _), _)| if money { at.0 != place::ACCOUNT } else { *at == lot });
        let of: Vec<(Key, Qty)> = of.map(|(key, held)| (*key, *held)).collect();
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
        let others = passed.iter().filter(|(key, _)| !of.iter().any(|(known, _)| known == *key));
        found.extend(others.map(|((_, holder), part)| (*holder, 0, *part)));
        for (holder, due, part) in found {
            let what = match holder {
                Holder::Client(client) => What::BenefitPart { who: self.who(client), security },
                Holder::Stranger(inward) => What::StrangerPart { inward, security },
            };
            self.find(what, figure(due), figure(part));
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
        &mut self, security: SecurityRow, (per_share, amount, came): (Price, i64, Option<Day>), of: &[(Key, Qty)],
        taxed: &BTreeMap<Key, Paise>,
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
                let due = exact.checked_div(all).and_then(|due| i64::try_from(due).ok()).unwrap_or(0);
                let what = match key.1 {
                    Holder::Client(client) => What::TaxPart { who: self.who(client), security },
                    Holder::Stranger(inward) => What::StrangerPart { inward, security },
                };
                self.find(what, Figure::Money(Paise(due)), Figure::Money(part));
            }
        }
    }
}
