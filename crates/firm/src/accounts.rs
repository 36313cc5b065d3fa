//! The register of the firm's own bank and demat accounts: its number, when each was opened and closed, and when the exchanges were told
//! (sebi 23 Annexure 2.1 to 2.3).

use crate::Event;
use alloc::boxed::Box;
use alloc::vec::Vec;
use vocab::{BankAccount, Code, Day, DematAccount, Depository};

/// One of the firm's own accounts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum HouseAccount {
    Bank(BankAccount),
    Demat(DematAccount, Depository),
}

/// What an account is called by whoever keeps it. The firm's own numbers are no personal data: they stand on what it pays and
/// delivers. Books show their last four figures.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum AccountNumber {
    /// 9 to 18 figures, and the branch's IFSC: four letters, a zero, six letters or figures.
    Bank(Code<18>, Code<11>),
    /// Eight characters of the depository participant and eight figures of the client: with NSDL `IN` and six figures, then eight;
    /// with CDSL sixteen figures.
    Demat(Code<8>, Code<8>),
}

impl AccountNumber {
    /// Whether an account of its kind can have it.
    pub fn fits(&self, account: HouseAccount) -> bool {
        let figures = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        match (self, account) {
            (AccountNumber::Bank(number, ifsc), HouseAccount::Bank(_)) => {
                let digits = number.as_str();
                figures(digits) && digits.len() >= LEAST_FIGURES && is_ifsc(ifsc.as_str())
            }
            (AccountNumber::Demat(dp, client), HouseAccount::Demat(_, depository)) => {
                let (dp, client) = (dp.as_str(), client.as_str());
                let member = match depository {
                    Depository::Nsdl => dp.strip_prefix("IN"),
                    Depository::Cdsl => Some(dp),
                };
                dp.len() == 8 && member.is_some_and(figures) && client.len() == 8 && figures(client)
            }
            (AccountNumber::Bank(..), HouseAccount::Demat(..)) | (AccountNumber::Demat(..), HouseAccount::Bank(_)) => false,
        }
    }

    /// Its last four figures: what is shown of it.
    pub fn last_four(&self) -> u16 {
        let text = match self {
            AccountNumber::Bank(number, _) => number.as_str(),
            AccountNumber::Demat(_, client) => client.as_str(),
        };
        let from = text.len().saturating_sub(4);
        text.get(from..).and_then(|last| last.parse().ok()).unwrap_or(0)
    }

    /// Whether both name one account: an IFSC names a branch, and a number is one account's of the bank.
    pub fn is_same(&self, other: &AccountNumber) -> bool {
        match (self, other) {
            (AccountNumber::Bank(ours, at), AccountNumber::Bank(theirs, of)) => {
                ours == theirs && at.as_str().get(..4) == of.as_str().get(..4)
            }
            _ => self == other,
        }
    }
}

const LEAST_FIGURES: usize = 9;

fn is_ifsc(text: &str) -> bool {
    let (bank, rest) = text.split_at_checked(4).unwrap_or(("", ""));
    let branch = rest.strip_prefix('0').unwrap_or("");
    let capital = |byte: u8| byte.is_ascii_uppercase();
    bank.bytes().all(capital) && branch.len() == 6 && branch.bytes().all(|byte| capital(byte) || byte.is_ascii_digit())
}

/// A row of a depository's list of the accounts under the firm's tax number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedAccount {
    pub dp: Code<8>,
    pub client: Code<8>,
    pub account: DematAccount,
    pub title: Box<str>,
}

/// A line of the register. An account that was closed and one opened in its place are two lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Registered {
    pub account: HouseAccount,
    pub number: Option<AccountNumber>,
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

    /// The open accounts.
    pub fn open_lines(&self) -> impl Iterator<Item = &Registered> {
        self.lines.iter().filter(|line| line.closed.is_none())
    }

    /// The account, open or closed, that has a number.
    pub fn numbered(&self, number: &AccountNumber) -> Option<&Registered> {
        self.lines.iter().find(|line| line.number.is_some_and(|it| it.is_same(number)))
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
    #[allow(clippy::wildcard_enum_match_arm, reason = "five facts are about accounts")]
    pub fn apply(&mut self, event: &Event, day: Day) {
        match *event {
            Event::BankNamed { account } => self.open(HouseAccount::Bank(account), day),
            Event::DematNamed { account, depository } => self.open(HouseAccount::Demat(account, depository), day),
            Event::AccountNumbered { account, number } => {
                self.line(|line| line.account == account && line.closed.is_none()).number = Some(number);
            }
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
        self.lines.push(Registered { account, number: None, opened, told: None, closed: None, closing_told: None });
    }

    fn line(&mut self, is: impl Fn(&Registered) -> bool) -> &mut Registered {
        self.lines.iter_mut().find(|line| is(line)).expect("an account on the register")
    }
}

vocab::kept!(enum HouseAccount { 0 = Bank(account), 1 = Demat(account, depository) });
vocab::kept!(enum AccountNumber { 0 = Bank(number, ifsc), 1 = Demat(dp, client) });
vocab::kept!(struct Registered { account, number, opened, told, closed, closing_told });
vocab::kept!(struct Accounts { lines });

#[cfg(test)]
mod tests {
    use super::*;

    fn code<const N: usize>(text: &str) -> Code<N> {
        Code::parse(text).unwrap()
    }

    #[test]
    fn a_number_is_one_of_its_bank_or_depository() {
        let bank = |number, ifsc| AccountNumber::Bank(code(number), code(ifsc)).fits(HouseAccount::Bank(BankAccount::Client));
        assert!(bank("123456789", "HDFC0000060") && bank("123456789012345678", "SBIN00A12Z9"));
        let wrong = [
            ("12345678", "HDFC0000060"), ("12345678A", "HDFC0000060"), ("123456789", "HDFC1000060"), ("123456789", "HDF00000060"),
            ("123456789", "HDFC000060"), ("123456789", "hdfc0000060"), ("123456789", "HDFC00000-0"),
        ];
        assert!(wrong.iter().all(|(number, ifsc)| !bank(number, ifsc)));
        let at = |depository| HouseAccount::Demat(DematAccount::Pool, depository);
        let demat = |dp, client, depository| AccountNumber::Demat(code(dp), code(client)).fits(at(depository));
        assert!(demat("IN300099", "00000002", Depository::Nsdl) && demat("12019900", "00000002", Depository::Cdsl));
        let wrong = [
            ("12019900", "00000002", Depository::Nsdl), ("IN300099", "00000002", Depository::Cdsl), ("IN30009", "00000002", Depository::Nsdl),
            ("IN300099", "0000002", Depository::Nsdl), ("IN300099", "0000000A", Depository::Nsdl), ("1201990", "00000002", Depository::Cdsl),
            ("IN30009A", "00000002", Depository::Nsdl), ("1201990A", "00000002", Depository::Cdsl), ("12019900", "0000002", Depository::Cdsl),
        ];
        assert!(wrong.iter().all(|(dp, client, depository)| !demat(dp, client, *depository)));
        assert!(!AccountNumber::Bank(code("123456789"), code("HDFC0000060")).fits(at(Depository::Nsdl)));
        assert!(!AccountNumber::Demat(code("IN300099"), code("00000002")).fits(HouseAccount::Bank(BankAccount::Own)));
    }

    #[test]
    fn a_number_is_one_account_of_a_bank_at_whatever_branch() {
        let bank = |number, ifsc| AccountNumber::Bank(code(number), code(ifsc));
        assert!(bank("123456789", "HDFC0000060").is_same(&bank("123456789", "HDFC0000061")));
        assert!(!bank("123456789", "HDFC0000060").is_same(&bank("123456789", "ICIC0000060")));
        assert!(!bank("123456789", "HDFC0000060").is_same(&bank("123456780", "HDFC0000060")));
        assert_eq!(bank("123456789", "HDFC0000060").last_four(), 6_789);
    }
}
