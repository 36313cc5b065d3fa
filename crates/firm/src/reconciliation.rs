//! Bank statements against the bank book, line by line: what only one side has stays open with its age (guide I 8.12).

use crate::{ClearingHead, SettlementKey};
use alloc::collections::BTreeMap;
use vocab::{BankAccount, Code, Day, DepositNo, Paise, PaymentNo};

/// What a line of a bank statement says it is of: the same words that the book has for it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum BankRef {
    /// An instruction of the firm, by its number.
    Payment(PaymentNo),
    /// A credit, by the bank's own number.
    Credit(Code<22>),
    /// What the clearing corporation moved for a settlement under one head, its parts together.
    Clearing(SettlementKey, ClearingHead),
    /// A cheque or draft, by the firm's number of it.
    Instrument(u32),
    /// Own cash that came back from the clearing corporation.
    Deposit(DepositNo),
    /// The penalties for short margins of a day.
    MarginPenalties(Day),
}

/// A line of a statement: to the account positive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StatementLine {
    pub reference: BankRef,
    pub amount: Paise,
}

/// What book and bank do not agree on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpenItem {
    pub ours: Paise,
    pub theirs: Paise,
    pub since: Day,
}

vocab::kept!(struct OpenItem { ours, theirs, since });

/// Of what stands since these days, what has stood since a day or before: how many, and since when the oldest.
pub(crate) fn older(since: impl Iterator<Item = Day>, day: Day) -> Option<(u32, Day)> {
    since.filter(|since| *since <= day).fold(None, |found, since| match found {
        None => Some((1, since)),
        Some((count, oldest)) => Some((count.saturating_add(1), since.min(oldest))),
    })
}

/// Open items by account and reference; what agrees is forgotten.
#[derive(Default)]
pub struct Reconciliation {
    open: BTreeMap<(BankAccount, BankRef), OpenItem>,
}

impl Reconciliation {
    pub fn iter(&self) -> impl Iterator<Item = (BankAccount, BankRef, &OpenItem)> {
        self.open.iter().map(|((account, reference), item)| (*account, *reference, item))
    }

    /// Items of one account that stood open on or before a day: how many, and since when the oldest.
    pub fn older(&self, account: BankAccount, day: Day) -> Option<(u32, Day)> {
        let since = self.iter().filter(|(of, ..)| *of == account).map(|(.., item)| item.since);
        older(since, day)
    }

    pub fn booked(&mut self, account: BankAccount, reference: BankRef, amount: Paise, day: Day) {
        self.change((account, reference), day, |item| item.ours += amount);
    }

    pub fn stated(&mut self, account: BankAccount, reference: BankRef, amount: Paise, day: Day) {
        self.change((account, reference), day, |item| item.theirs += amount);
    }

    fn change(&mut self, key: (BankAccount, BankRef), day: Day, change: impl FnOnce(&mut OpenItem)) {
        let item = self.open.entry(key).or_insert(OpenItem { ours: Paise::ZERO, theirs: Paise::ZERO, since: day });
        change(item);
        if item.ours == item.theirs {
            self.open.remove(&key);
        }
    }
}

vocab::kept!(enum BankRef { 1 = Payment(no), 2 = Credit(number), 3 = Clearing(key, head), 4 = Instrument(no), 34 = MarginPenalties(day), 35 = Deposit(no) });

vocab::kept!(struct Reconciliation { open });

#[cfg(test)]
mod tests {
    use super::*;

    // covers: G-8.12-1
    #[test]
    fn what_agrees_is_forgotten_and_what_does_not_keeps_its_first_day() {
        let mut it = Reconciliation::default();
        let (client, of) = (BankAccount::Client, BankRef::Payment(PaymentNo(7)));
        it.booked(client, of, Paise(-500), Day(10));
        it.stated(client, of, Paise(-400), Day(11));
        let item = *it.iter().next().unwrap().2;
        assert_eq!(item, OpenItem { ours: Paise(-500), theirs: Paise(-400), since: Day(10) });
        assert_eq!((it.older(client, Day(9)), it.older(client, Day(10))), (None, Some((1, Day(10)))));
        it.stated(client, of, Paise(-100), Day(12));
        assert_eq!(it.iter().count(), 0);
        it.stated(BankAccount::Own, of, Paise(3), Day(12));
        assert_eq!(it.older(client, Day(20)), None);
    }
}
