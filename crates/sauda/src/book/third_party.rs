//! Third parties' money and shares, each with what became of it; and the cash, cheques and drafts that were not taken
//! (guide I 8.9, 8.11, 9.6).

use super::Filter;
use super::gather::Gathered;
use crate::directory::Directory;
use crate::sheet::{Cell, Sheet};
use firm::{Command, Event, Input};
use journal::v1::Entry;
use partners::Event as Partner;
use std::collections::BTreeMap;
use vocab::{BankAccount, ClientRow, DematAccount, Depository, EntryNo, Moment, Paise, PaymentNo, Qty, SecurityRow};

/// Money or shares that are nobody's here.
struct Held {
    entry: EntryNo,
    at: Moment,
    what: What,
    /// What of the shares has gone back, and since when nothing is left.
    back: Qty,
    returned: Option<Moment>,
    asked: bool,
}

enum What {
    Money(BankAccount, Paise),
    /// On shares that were held.
    Dividend(Paise),
    Shares(DematAccount, Depository, SecurityRow, Qty),
}

/// Something a client handed in that was not taken.
struct Refused {
    entry: EntryNo,
    at: Moment,
    client: ClientRow,
    what: String,
    amount: Paise,
    reason: String,
}

#[derive(Default)]
pub struct ThirdParty {
    money: BTreeMap<u32, Held>,
    shares: BTreeMap<u32, Held>,
    refused: Vec<Refused>,
    /// Which receipt a payment returns.
    returning: BTreeMap<PaymentNo, u32>,
}

impl ThirdParty {
    pub fn take(&mut self, entry: &Entry) {
        let (number, at) = (entry.head.entry, entry.head.at);
        for event in &entry.events {
            self.event(event, number, at);
        }
        let Input::Ask { command: Command::Lodge { client, instrument }, .. } = &entry.input else { return };
        let refusal = entry.events.iter().find_map(|event| match event {
            Event::Refused(refusal) => Some(refusal.to_string()),
            _ => None,
        });
        if let Some(reason) = refusal {
            let (what, amount) = (instrument.kind.to_string(), instrument.amount);
            self.refused.push(Refused { entry: number, at, client: *client, what, amount, reason });
        }
    }

    fn event(&mut self, event: &Event, entry: EntryNo, at: Moment) {
        let held = |what| Held { entry, at, what, back: Qty::ZERO, returned: None, asked: false };
        match *event {
            Event::ReceiptHeld { receipt, account, amount, .. } => {
                self.money.insert(receipt, held(What::Money(account, amount)));
            }
            Event::DividendHeld { receipt, amount, .. } => {
                self.money.insert(receipt, held(What::Dividend(amount)));
            }
            Event::ReceiptReturned { receipt, payment } => {
                self.returning.insert(payment, receipt);
                if let Some(it) = self.money.get_mut(&receipt) {
                    it.asked = payment.0 != 0;
                }
            }
            Event::Partner(Partner::PaymentDone { payment }) => {
                if let Some(it) = self.returning.get(&payment).and_then(|receipt| self.money.get_mut(receipt)) {
                    it.returned = Some(at);
                }
            }
            Event::SharesHeld { inward, account, depository, security, qty, .. } => {
                self.shares.insert(inward, held(What::Shares(account, depository, security, qty)));
            }
            Event::SharesReturning { inward } => {
                if let Some(it) = self.shares.get_mut(&inward) {
                    it.asked = true;
                }
            }
            Event::SharesReturned { inward, qty } => {
                if let Some(it) = self.shares.get_mut(&inward) {
                    it.asked = false;
                    it.back += qty;
                    it.returned = it.is_back().then_some(at);
                }
            }
            // Its line goes on under the number it is returned by next.
            Event::SharesStay { inward, under } => {
                if let Some(it) = self.shares.remove(&inward) {
                    self.shares.insert(under, it);
                }
            }
            _ => {}
        }
    }
}

impl Held {
    fn is_back(&self) -> bool {
        matches!(self.what, What::Shares(.., qty) if self.back == qty)
    }

    fn standing(&self) -> &'static str {
        match (self.returned.is_some(), self.asked) {
            (true, _) => "returned",
            (false, true) => "on its way back",
            (false, false) => "held",
        }
    }

    fn reason(&self) -> &'static str {
        match self.what {
            What::Money(BankAccount::Client, _) => "not from a client's registered account in his name",
            What::Dividend(_) => "a dividend on third parties' shares",
            What::Money(..) => "clients do not pay onto this account",
            What::Shares(..) => "not from its client's registered account, or for nothing he sold",
        }
    }

    fn row(&self, no: u32, names: &Directory) -> Vec<Cell> {
        let (what, amount, qty, scrip, account) = match self.what {
            What::Dividend(amount) => ("money", Cell::Money(amount), Cell::Blank, Cell::Blank, BankAccount::Client.to_string()),
            What::Money(account, amount) => ("money", Cell::Money(amount), Cell::Blank, Cell::Blank, account.to_string()),
            What::Shares(account, depository, security, qty) => {
                let account = format!("{account}, {depository}");
                ("shares", Cell::Blank, Cell::Qty(qty), Cell::text(names.symbol(security)), account)
            }
        };
        vec![
            Cell::Day(self.at.day()),
            Cell::Number(u64::from(no)),
            Cell::text(what),
            amount,
            qty,
            scrip,
            Cell::text(account),
            Cell::Blank,
            Cell::text(self.reason()),
            Cell::text(self.standing()),
            self.returned.map_or(Cell::Blank, |at| Cell::Day(at.day())),
            Cell::Number(self.entry.0),
        ]
    }
}

pub fn sheet(gathered: &Gathered, filter: &Filter) -> Sheet {
    const COLUMNS: &[&str] = &[
        "Day", "No", "What", "Amount", "Quantity", "Scrip name", "Account", "Client code", "Reason", "Standing", "Returned",
        "Entry",
    ];
    let (names, it) = (&gathered.directory, &gathered.third_party);
    let mut sheet = Sheet::new("Third parties' money and shares, and what was not taken", COLUMNS);
    let mut held = Paise::ZERO;
    // Nobody's: a client's own page has what he himself handed in.
    for (no, line) in it.money.iter().chain(&it.shares).filter(|_| filter.client.is_none()) {
        if !filter.takes(line.at.day()) {
            continue;
        }
        if let (What::Money(_, amount) | What::Dividend(amount), None) = (&line.what, line.returned) {
            held += *amount;
        }
        sheet.push(line.row(*no, names));
    }
    for line in it.refused.iter().filter(|line| filter.takes(line.at.day()) && filter.is_of(line.client)) {
        sheet.push(vec![
            Cell::Day(line.at.day()),
            Cell::Blank,
            Cell::text(line.what.as_str()),
            Cell::Money(line.amount),
            Cell::Blank,
            Cell::Blank,
            Cell::Blank,
            Cell::text(names.ucc(line.client)),
            Cell::text(line.reason.as_str()),
            Cell::text("refused"),
            Cell::Blank,
            Cell::Number(line.entry.0),
        ]);
    }
    sheet.foot.push(format!("{held:#} of third parties held; {} not taken", it.refused.len()));
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_returned_when_the_last_of_them_is_back() {
        let mut it = ThirdParty::default();
        let mut say = |event| it.event(&event, EntryNo(9), Moment(0));
        let from = vocab::AccountToken([7; 16]);
        let (account, depository, security) = (DematAccount::Pool, Depository::Nsdl, SecurityRow(1));
        say(Event::SharesHeld { inward: 1, account, depository, security, qty: Qty(20), from });
        say(Event::SharesReturning { inward: 1 });
        say(Event::SharesReturned { inward: 1, qty: Qty(12) });
        say(Event::SharesStay { inward: 1, under: 2 });
        assert_eq!((it.shares.contains_key(&1), it.shares[&2].standing()), (false, "held"));
        it.event(&Event::SharesReturned { inward: 2, qty: Qty(8) }, EntryNo(10), Moment(5));
        assert_eq!((it.shares[&2].standing(), it.shares[&2].returned), ("returned", Some(Moment(5))));
    }
}
