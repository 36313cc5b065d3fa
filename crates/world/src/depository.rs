//! The two depositories: who holds how many of what.
//!
//! Like the bank, they carry out an instruction each time it comes, as far as there are shares.

use crate::canon::{dump_fields, set};
use crate::exchange::{PART_ROWS, Turn};
use crate::message::{DematNo, HoldingRow, Link, ToFirm};
use std::collections::{BTreeMap, BTreeSet};
use vocab::{DepositNo, Depository, Dump, Isin, LienNo, Qty, Sink, TransferNo};

struct Account {
    depository: Depository,
    /// The firm's own, or one whose holder lets the firm see it.
    seen_by_firm: bool,
}

pub(crate) struct Depositories {
    accounts: BTreeMap<DematNo, Account>,
    balances: BTreeMap<(DematNo, Isin), Qty>,
    /// Everybody's shares who is not named: below zero when the street delivered more to the firm's side than it took.
    street: BTreeMap<Isin, Qty>,
    endowed: BTreeMap<Isin, Qty>,
    seen: BTreeSet<(Depository, TransferNo)>,
    /// Pledged to the firm: there, and not to be moved.
    pledged: BTreeMap<(DematNo, Isin), Qty>,
    pledges: u32,
    /// Of that, as unpaid, by the firm's number.
    liens: BTreeMap<LienNo, Qty>,
    /// What went back of a third party's shares, by the firm's number.
    sent_back: BTreeMap<u32, Qty>,
}

pub(crate) const fn link(depository: Depository) -> Link {
    match depository {
        Depository::Nsdl => Link::Nsdl,
        Depository::Cdsl => Link::Cdsl,
    }
}

impl Depositories {
    pub const fn new() -> Depositories {
        Depositories {
            accounts: BTreeMap::new(),
            balances: BTreeMap::new(),
            street: BTreeMap::new(),
            endowed: BTreeMap::new(),
            seen: BTreeSet::new(),
            pledged: BTreeMap::new(),
            pledges: 0,
            liens: BTreeMap::new(),
            sent_back: BTreeMap::new(),
        }
    }

    /// Open an account; for one that is open only what the firm may see changes.
    pub fn open(&mut self, account: DematNo, depository: Depository, seen_by_firm: bool) {
        let it = self.accounts.entry(account).or_insert(Account { depository, seen_by_firm });
        it.seen_by_firm = seen_by_firm;
    }

    pub fn is_open(&self, account: DematNo) -> bool {
        self.accounts.contains_key(&account)
    }

    pub fn balance(&self, account: DematNo, isin: Isin) -> Qty {
        self.balances.get(&(account, isin)).copied().unwrap_or(Qty::ZERO)
    }

    /// What may leave an account.
    fn free(&self, account: DematNo, isin: Isin) -> Qty {
        self.balance(account, isin) - self.pledged.get(&(account, isin)).copied().unwrap_or(Qty::ZERO)
    }

    /// As far as there are shares that are not pledged already.
    pub fn pledge(&mut self, from: DematNo, isin: Isin, qty: Qty, turn: &mut Turn<'_>) {
        let qty = qty.min(self.free(from, isin));
        let Some(depository) = self.accounts.get(&from).map(|a| a.depository).filter(|_| qty.is_positive()) else { return };
        *self.pledged.entry((from, isin)).or_insert(Qty::ZERO) += qty;
        self.pledges += 1;
        turn.say(link(depository), &ToFirm::Pledged { from, isin, qty, number: self.pledges });
    }

    pub fn unpledge(&mut self, deposit: DepositNo, from: DematNo, isin: Isin, qty: Qty, turn: &mut Turn<'_>) {
        let Some(depository) = self.accounts.get(&from).map(|a| a.depository) else { return };
        let left = self.pledged.get(&(from, isin)).copied().unwrap_or(Qty::ZERO) - qty;
        if !left.is_negative() {
            self.pledged.insert((from, isin), left);
            self.pledged.retain(|_, qty| qty.is_positive());
            turn.say(link(depository), &ToFirm::Unpledged { deposit });
        }
    }

    /// So many shares are pledged as unpaid under a number from now on, as far as they are there.
    pub fn lien(&mut self, lien: LienNo, from: DematNo, isin: Isin, qty: Qty, turn: &mut Turn<'_>) {
        let Some(depository) = self.accounts.get(&from).map(|a| a.depository) else { return };
        let had = self.liens.get(&lien).copied().unwrap_or(Qty::ZERO);
        let more = (qty - had).min(self.free(from, isin).at_least_zero());
        *self.pledged.entry((from, isin)).or_insert(Qty::ZERO) += more;
        self.pledged.retain(|_, qty| qty.is_positive());
        self.liens.insert(lien, had + more);
        turn.say(link(depository), &ToFirm::LienStands { lien, qty: had + more });
    }

    /// A person gives shares to somebody; the firm is told what came onto its accounts, by the depository it came at.
    pub fn give(&mut self, (from, to): (DematNo, DematNo), isin: Isin, qty: Qty, is_firms: bool, turn: &mut Turn<'_>) {
        let Some(depository) = self.accounts.get(&to).map(|a| a.depository).filter(|_| self.is_open(from)) else { return };
        let went = self.shift(from, to, isin, qty);
        if is_firms && went.is_positive() {
            turn.say(link(depository), &ToFirm::SharesCame { to, from, isin, qty: went });
        }
    }

    /// A third party's shares go back once, as far as they are there.
    pub fn send_back(&mut self, inward: u32, (from, to): (DematNo, DematNo), isin: Isin, qty: Qty, turn: &mut Turn<'_>) {
        let Some(depository) = self.accounts.get(&from).map(|a| a.depository).filter(|_| self.is_open(to)) else { return };
        let went = match self.sent_back.get(&inward) {
            Some(went) => *went,
            None => self.shift(from, to, isin, qty),
        };
        self.sent_back.insert(inward, went);
        turn.say(link(depository), &ToFirm::SentBack { inward, qty: went });
    }

    fn add(&mut self, account: DematNo, isin: Isin, qty: Qty) {
        let balance = self.balance(account, isin) + qty;
        assert!(!balance.is_negative(), "a depository lends nothing");
        if balance.is_zero() {
            self.balances.remove(&(account, isin));
        } else {
            self.balances.insert((account, isin), balance);
        }
    }

    fn add_street(&mut self, isin: Isin, qty: Qty) {
        *self.street.entry(isin).or_insert(Qty::ZERO) += qty;
    }

    pub fn endow(&mut self, account: DematNo, isin: Isin, qty: Qty) {
        if self.is_open(account) {
            self.add(account, isin, qty);
            *self.endowed.entry(isin).or_insert(Qty::ZERO) += qty;
        }
    }

    /// Who holds a security, of the accounts the firm may see.
    pub fn holders(&self, isin: Isin) -> Vec<(DematNo, Depository, Qty)> {
        let seen = self.accounts.iter().filter(|(_, a)| a.seen_by_firm);
        let held = seen.map(|(number, a)| (*number, a.depository, self.balance(*number, isin)));
        held.filter(|(.., qty)| qty.is_positive()).collect()
    }

    /// From an account to the street, as far as there is; how many went.
    pub fn take_away(&mut self, account: DematNo, isin: Isin, qty: Qty) -> Qty {
        let went = self.free(account, isin).min(qty).at_least_zero();
        if went.is_positive() {
            self.add(account, isin, -went);
            self.add_street(isin, went);
        }
        went
    }

    pub fn bring(&mut self, account: DematNo, isin: Isin, qty: Qty) {
        assert!(self.is_open(account), "shares go to open accounts");
        self.add_street(isin, -qty);
        self.add(account, isin, qty);
    }

    /// Move between two accounts, as far as there is; how many went.
    pub fn shift(&mut self, from: DematNo, to: DematNo, isin: Isin, qty: Qty) -> Qty {
        let went = self.free(from, isin).min(qty).at_least_zero();
        if went.is_positive() {
            self.add(from, isin, -went);
            self.add(to, isin, went);
        }
        went
    }

    /// Whether an instruction can be carried out at all: `from` is with this depository, `to` is somewhere.
    pub fn can_move(&self, depository: Depository, from: DematNo, to: DematNo) -> bool {
        self.is_open(to) && self.accounts.get(&from).is_some_and(|a| a.depository == depository)
    }

    pub fn note(&mut self, depository: Depository, transfer: TransferNo) {
        self.seen.insert((depository, transfer));
    }

    pub fn answer(&self, depository: Depository, transfer: TransferNo, nth: u8, turn: &mut Turn<'_>) {
        let known = self.seen.contains(&(depository, transfer));
        turn.say(link(depository), &ToFirm::MoveKnown { transfer, nth, known });
    }

    /// What each depository tells the firm; at least one part each, so that silence is not "nothing held".
    pub fn holdings(&self, turn: &mut Turn<'_>) {
        let day = turn.at.day();
        for depository in Depository::ALL {
            let seen = self.accounts.iter().filter(|(_, a)| a.depository == *depository && a.seen_by_firm);
            let mut rows = Vec::new();
            for (account, _) in seen {
                let held = self.balances.range((*account, Isin([0; 12]))..=(*account, Isin([0xFF; 12])));
                rows.extend(held.map(|(&(account, isin), &qty)| HoldingRow { account, isin, qty }));
            }
            for (_, _, rows) in crate::exchange::parts(&rows) {
                assert!(rows.len() <= PART_ROWS, "a part is bounded");
                turn.say(link(*depository), &ToFirm::Holdings { day, rows });
            }
            turn.say(link(*depository), &ToFirm::HoldingsWhole { day, depository: *depository });
        }
    }

    /// For every security: all that is held, the street's included, and all that was ever endowed. Equal, always.
    pub fn totals(&self) -> BTreeMap<Isin, (Qty, Qty)> {
        let mut all: BTreeMap<Isin, (Qty, Qty)> = BTreeMap::new();
        let held = self.balances.iter().map(|((_, isin), qty)| (isin, qty)).chain(&self.street);
        for (isin, qty) in held {
            all.entry(*isin).or_insert((Qty::ZERO, Qty::ZERO)).0 += *qty;
        }
        for (isin, qty) in &self.endowed {
            all.entry(*isin).or_insert((Qty::ZERO, Qty::ZERO)).1 += *qty;
        }
        all
    }
}

dump_fields! { Account { depository seen_by_firm } }

impl Dump for Depositories {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.accounts.dump(sink);
        self.balances.dump(sink);
        self.street.dump(sink);
        self.endowed.dump(sink);
        set(&self.seen, sink);
        self.pledged.dump(sink);
        self.pledges.dump(sink);
        self.liens.dump(sink);
        self.sent_back.dump(sink);
    }
}
