//! Shares that came onto one of the firm's accounts from an account that is not their client's: whose they are is not
//! known, nothing is delivered out of them, and they go back where they came from (guide I 9.6).

use alloc::collections::BTreeMap;
use vocab::{AccountToken, Day, DematAccount, Depository, Qty, SecurityRow};

/// One such credit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Inward {
    pub account: DematAccount,
    pub depository: Depository,
    pub security: SecurityRow,
    /// What of it is still here.
    pub qty: Qty,
    pub from: AccountToken,
    pub since: Day,
    /// The depository was told to give it back, and has not answered.
    pub returning: bool,
}

/// What is held, by number; what has gone back lives in the journal.
pub struct Inwards {
    held: BTreeMap<u32, Inward>,
    next: u32,
}

impl Inwards {
    pub fn new() -> Inwards {
        Inwards { held: BTreeMap::new(), next: 1 }
    }

    pub fn next_no(&self) -> u32 {
        self.next
    }

    pub fn get(&self, no: u32) -> Option<&Inward> {
        self.held.get(&no)
    }

    pub fn iter(&self) -> impl Iterator<Item = (u32, &Inward)> {
        self.held.iter().map(|(no, it)| (*no, it))
    }

    /// What of a security lies on an account and is nobody's of the firm's clients.
    pub fn at(&self, account: DematAccount, depository: Depository, security: SecurityRow) -> Qty {
        let of = |it: &&Inward| (it.account, it.depository, it.security) == (account, depository, security);
        self.held.values().filter(of).map(|it| it.qty).sum()
    }

    /// Held on an account since a day or before: how many, and since when the oldest.
    pub fn older(&self, account: DematAccount, day: Day) -> Option<(u32, Day)> {
        let since = self.held.values().filter(|it| it.account == account).map(|it| it.since);
        crate::reconciliation::older(since, day)
    }

    /// # Panics
    /// When a number is given twice or out of turn.
    pub fn hold(&mut self, no: u32, it: Inward) {
        assert!(no == self.next && it.qty.is_positive(), "numbers are gapless, and shares are held");
        self.next = no.saturating_add(1);
        self.held.insert(no, it);
    }

    /// # Panics
    /// When nothing is held under the number.
    pub fn send(&mut self, no: u32) {
        self.held.get_mut(&no).expect("shares that are held").returning = true;
    }

    /// # Panics
    /// When more went than is held.
    pub fn went(&mut self, no: u32, qty: Qty) {
        let it = self.held.get_mut(&no).expect("shares that are held");
        it.qty -= qty;
        it.returning = false;
        assert!(!it.qty.is_negative(), "no more goes back than came");
        if it.qty.is_zero() {
            self.held.remove(&no);
        }
    }

    /// The rest is held under a number of its own, since when it was.
    ///
    /// # Panics
    /// When nothing is held under the number, or the new one is out of turn.
    pub fn stay(&mut self, no: u32, under: u32) {
        let it = self.held.remove(&no).expect("shares that are held");
        self.hold(under, it);
    }
}

impl Default for Inwards {
    fn default() -> Self {
        Inwards::new()
    }
}

vocab::kept!(struct Inward { account, depository, security, qty, from, since, returning });
vocab::kept!(struct Inwards { held, next });
