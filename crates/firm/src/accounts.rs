//! The register of the firm's own bank and demat accounts: when each was opened and closed, and when the exchanges were told
//! (sebi 23 Annexure 2.1 to 2.3).

use crate::Event;
use alloc::vec::Vec;
use vocab::{BankAccount, Day, DematAccount, Depository};

/// One of the firm's own accounts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum HouseAccount {
    Bank(BankAccount),
    Demat(DematAccount, Depository),
}

/// A line of the register. An account that was closed and one opened in its place are two lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Registered {
    pub account: HouseAccount,
    pub opened: Day,
    /// When the exchanges were told that it was opened.
    pub told: Option<Day>,
    pub closed: Option<Day>,
    /// When they were told that it was closed.
    pub closing_told: Option<Day>,
}

#[derive(Default)]
pub struct Accounts {
    lines: Vec<Registered>,
}

impl Accounts {
    /// Accounts without which no day begins: clients' and settlements' money and shares, and the house's own money.
    pub const NEEDED: [HouseAccount; 7] = [
        HouseAccount::Bank(BankAccount::Client),
        HouseAccount::Bank(BankAccount::Settlement),
        HouseAccount::Bank(BankAccount::Own),
        HouseAccount::Demat(DematAccount::ClientBeneficiary, Depository::Nsdl),
        HouseAccount::Demat(DematAccount::ClientBeneficiary, Depository::Cdsl),
        HouseAccount::Demat(DematAccount::Pool, Depository::Nsdl),
        HouseAccount::Demat(DematAccount::Principal, Depository::Cdsl),
    ];

    pub fn iter(&self) -> impl Iterator<Item = &Registered> {
        self.lines.iter()
    }

    pub fn is_open(&self, account: HouseAccount) -> bool {
        self.lines.iter().any(|line| line.account == account && line.closed.is_none())
    }

    /// What the exchanges have not been told, and since when: of an opening, or (true) of a closing.
    pub fn untold(&self) -> impl Iterator<Item = (HouseAccount, bool, Day)> {
        self.lines.iter().flat_map(|line| {
            let opening = line.told.is_none().then_some((line.account, false, line.opened));
            let closing = line.closed.filter(|_| line.closing_told.is_none()).map(|day| (line.account, true, day));
            opening.into_iter().chain(closing)
        })
    }

    /// # Panics
    /// When an account is closed that is not open, or told of that has nothing to tell.
    #[allow(clippy::wildcard_enum_match_arm, reason = "four facts are about accounts")]
    pub fn apply(&mut self, event: &Event, day: Day) {
        match *event {
            Event::BankNamed { account } => self.open(HouseAccount::Bank(account), day),
            Event::DematNamed { account, depository } => self.open(HouseAccount::Demat(account, depository), day),
            Event::AccountClosed { account, .. } => {
                self.line(|line| line.account == account && line.closed.is_none()).closed = Some(day);
            }
            Event::AccountTold { account, closed: false, .. } => {
                self.line(|line| line.account == account && line.told.is_none()).told = Some(day);
            }
            Event::AccountTold { account, closed: true, .. } => {
                let untold = |line: &Registered| line.closed.is_some() && line.closing_told.is_none();
                self.line(|line| line.account == account && untold(line)).closing_told = Some(day);
            }
            _ => {}
        }
    }

    fn open(&mut self, account: HouseAccount, opened: Day) {
        self.lines.push(Registered { account, opened, told: None, closed: None, closing_told: None });
    }

    fn line(&mut self, is: impl Fn(&Registered) -> bool) -> &mut Registered {
        self.lines.iter_mut().find(|line| is(line)).expect("an account on the register")
    }
}

vocab::kept!(enum HouseAccount { 0 = Bank(account), 1 = Demat(account, depository) });
vocab::kept!(struct Registered { account, opened, told, closed, closing_told });
vocab::kept!(struct Accounts { lines });
