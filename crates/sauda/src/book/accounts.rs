//! The register of the firm's own bank and demat accounts (sebi 23 Annexure 2.1 to 2.3).

use super::Filter;
use super::gather::Gathered;
use crate::sheet::{Cell, Sheet};
use firm::{AccountNumber, Command, Event, HouseAccount, Input};
use journal::v1::Entry;
use std::collections::BTreeMap;
use vocab::{Day, EntryNo};

/// One account, from its opening to the letter that told of its closing.
struct Line {
    account: HouseAccount,
    title: String,
    number: Option<AccountNumber>,
    /// Bank and branch, or the depository participant.
    place: String,
    opened: (Day, EntryNo),
    prepared: String,
    approved: String,
    told: Option<(Day, u64)>,
    closed: Option<Day>,
    closing_told: Option<(Day, u64)>,
}

#[derive(Default)]
pub struct HouseAccounts {
    lines: Vec<Line>,
    /// Who said first what waits for a second person.
    first: BTreeMap<[u64; 2], String>,
}

impl HouseAccounts {
    pub fn take(&mut self, entry: &Entry, hands: &(String, String)) {
        let day = entry.head.at.day();
        let mut hands = hands.clone();
        for event in &entry.events {
            match *event {
                Event::Proposed { fingerprint, .. } => {
                    self.first.insert(fingerprint, hands.0.clone());
                }
                Event::ProposalTaken { fingerprint, .. } => hands.0 = self.first.remove(&fingerprint).unwrap_or_default(),
                Event::BankNamed { account } => self.open(HouseAccount::Bank(account), entry, &hands),
                Event::DematNamed { account, depository } => {
                    self.open(HouseAccount::Demat(account, depository), entry, &hands);
                }
                Event::AccountNumbered { account, number } => {
                    let at = place(entry);
                    self.change(|line| line.account == account && line.closed.is_none(), |line| {
                        (line.number, line.place) = (Some(number), at.clone());
                    });
                }
                Event::AccountClosed { account, .. } => {
                    self.change(|line| line.account == account && line.closed.is_none(), |line| line.closed = Some(day));
                }
                Event::AccountTold { account, closed: false, letter } => self.change(
                    |line| line.account == account && line.told.is_none(),
                    |line| line.told = Some((day, letter)),
                ),
                Event::AccountTold { account, closed: true, letter } => self.change(
                    |line| line.account == account && line.closed.is_some() && line.closing_told.is_none(),
                    |line| line.closing_told = Some((day, letter)),
                ),
                _ => {}
            }
        }
    }

    fn open(&mut self, account: HouseAccount, entry: &Entry, (prepared, approved): &(String, String)) {
        let title = match &entry.input {
            Input::Ask { command: Command::NameBankAccount { title, .. } | Command::NameDematAccount { title, .. }, .. } => {
                crate::directory::plain(title)
            }
            _ => String::new(),
        };
        self.lines.push(Line {
            account,
            title,
            number: None,
            place: String::new(),
            opened: (entry.head.at.day(), entry.head.entry),
            prepared: prepared.clone(),
            approved: approved.clone(),
            told: None,
            closed: None,
            closing_told: None,
        });
    }

    fn change(&mut self, is: impl Fn(&Line) -> bool, change: impl Fn(&mut Line)) {
        if let Some(line) = self.lines.iter_mut().find(|line| is(line)) {
            change(line);
        }
    }
}

/// What the ask says of where the account is kept.
fn place(entry: &Entry) -> String {
    match &entry.input {
        Input::Ask { command: Command::NumberAccount { place, .. }, .. } => crate::directory::plain(place),
        _ => String::new(),
    }
}

/// The last four figures alone, and whose: the branch by its IFSC, the participant by his number.
fn masked(number: Option<AccountNumber>) -> [Cell; 2] {
    let Some(number) = number else { return [Cell::Blank, Cell::Blank] };
    let keeper = match number {
        AccountNumber::Bank(_, ifsc) => ifsc.to_string(),
        AccountNumber::Demat(dp, _) => dp.to_string(),
    };
    [Cell::text(format!("…{:04}", number.last_four())), Cell::text(keeper)]
}

impl Line {
    fn standing(&self) -> &'static str {
        match (self.closed, self.closing_told) {
            (None, _) if self.told.is_none() => "open, exchanges not told",
            (None, _) => "open",
            (Some(_), None) => "closed, exchanges not told",
            (Some(_), Some(_)) => "closed",
        }
    }

    fn row(&self) -> Vec<Cell> {
        let day = |day: Option<Day>| day.map_or(Cell::Blank, Cell::Day);
        let letter = |told: Option<(Day, u64)>| told.map_or(Cell::Blank, |(_, letter)| Cell::Number(letter));
        let [number, keeper] = masked(self.number);
        vec![
            Cell::text(crate::say::house_account(self.account)),
            Cell::text(self.title.as_str()),
            number,
            keeper,
            Cell::text(self.place.as_str()),
            Cell::Day(self.opened.0),
            Cell::text(self.prepared.as_str()),
            Cell::text(self.approved.as_str()),
            day(self.told.map(|(day, _)| day)),
            letter(self.told),
            day(self.closed),
            day(self.closing_told.map(|(day, _)| day)),
            letter(self.closing_told),
            Cell::text(self.standing()),
            Cell::Number(self.opened.1.0),
        ]
    }
}

pub fn sheet(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] = &[
        "Account", "Title", "Number", "IFSC or DP", "Kept at", "Opened", "Prepared", "Approved", "Exchanges told", "Letter", "Closed", "Closing told",
        "Closing letter", "Standing", "Entry",
    ];
    let mut sheet = Sheet::new("The firm's own bank and demat accounts", COLUMNS);
    let lines = &gathered.house_accounts.lines;
    // No client's: his page has none of them.
    for line in lines.iter().filter(|line| filter.client.is_none() && filter.takes(line.opened.0)) {
        sheet.push(line.row());
    }
    let open = lines.iter().filter(|line| line.closed.is_none()).count();
    let untold = lines.iter().filter(|line| line.standing().ends_with("told")).count();
    sheet.foot.push(format!("{open} open; the exchanges are not told of {untold}"));
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocab::BankAccount;

    #[test]
    fn an_account_opened_in_place_of_a_closed_one_is_a_line_of_its_own() {
        let line = |closed, told: Option<(Day, u64)>, closing_told| Line {
            account: HouseAccount::Bank(BankAccount::Client),
            title: String::new(),
            number: None,
            place: String::new(),
            opened: (Day(7), EntryNo(1)),
            prepared: String::new(),
            approved: String::new(),
            told,
            closed,
            closing_told,
        };
        let said = (Day(8), 3);
        assert_eq!(line(None, None, None).standing(), "open, exchanges not told");
        assert_eq!(line(None, Some(said), None).standing(), "open");
        assert_eq!(line(Some(Day(9)), Some(said), None).standing(), "closed, exchanges not told");
        assert_eq!(line(Some(Day(9)), Some(said), Some(said)).standing(), "closed");
        let mut it = HouseAccounts { lines: vec![line(Some(Day(9)), Some(said), None), line(None, None, None)], first: BTreeMap::new() };
        it.change(|line| line.closed.is_none(), |line| line.closed = Some(Day(10)));
        assert_eq!(it.lines.iter().map(|line| line.closed).collect::<Vec<_>>(), [Some(Day(9)), Some(Day(10))]);
    }

    #[test]
    fn a_number_is_shown_by_its_last_figures_and_its_branch_or_participant() {
        fn code<const N: usize>(text: &str) -> vocab::Code<N> {
            vocab::Code::parse(text).expect("a code")
        }
        let shown = |number, wanted: [&str; 2]| {
            let cells = masked(Some(number));
            cells.iter().zip(wanted).all(|(cell, wanted)| matches!(cell, Cell::Text(text) if text == wanted))
        };
        assert!(shown(AccountNumber::Bank(code("50100123456"), code("HDFC0000060")), ["…3456", "HDFC0000060"]));
        assert!(shown(AccountNumber::Demat(code("IN300099"), code("00000002")), ["…0002", "IN300099"]));
    }
}
