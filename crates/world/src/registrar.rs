//! Companies' registrars: who holds what when a record day ends, and what it brings him.
//!
//! Shares come the same night, money on the pay day. What a person's own account brings in money goes to his own bank,
//! which is no concern of the firm's.

use crate::bank::Bank;
use crate::canon::count;
use crate::depository::{Depositories, link};
use crate::exchange::Turn;
use crate::message::{Announcement, Gift, Link, ToFirm};
use crate::queue::Due;
use crate::terms::Terms;
use vocab::{BankAccount, Code, Day, DematAccount, Dump, Isin, Paise, Price, Qty, Rounding, Sink, TimeOfDay};

/// After the last statement of a record day; in the morning of a pay day.
const RECORD: TimeOfDay = TimeOfDay::hms(23, 20, 0);
const PAY: TimeOfDay = TimeOfDay::hms(11, 0, 0);

struct Row {
    it: Announcement,
    /// Dividends of the firm's accounts: clients' and its own.
    clients: Paise,
    own: Paise,
}

impl Dump for Row {
    fn dump(&self, sink: &mut Sink<'_>) {
        sink(&journal::encode(&self.it));
        (self.clients, self.own).dump(sink);
    }
}

pub(crate) struct Registrar {
    rows: Vec<Row>,
}

impl Registrar {
    pub const fn new() -> Registrar {
        Registrar { rows: Vec::new() }
    }

    /// A company announces, the exchange publishes; a record day that is over changes nothing.
    pub fn announce(&mut self, it: Announcement, turn: &mut Turn<'_>) {
        if it.record + RECORD <= turn.at {
            return;
        }
        let nth = u32::try_from(self.rows.len()).expect("a count");
        turn.enter(it.record + RECORD, Due::Record(nth));
        turn.say(Link::Venue, &ToFirm::Actions { rows: vec![it] });
        self.rows.push(Row { it, clients: Paise::ZERO, own: Paise::ZERO });
    }

    /// A price of a day in the shares of an earlier one.
    pub fn in_shares_of(&self, then: Day, isin: Isin, (day, price): (Day, Price)) -> Price {
        let between = |row: &&Row| row.it.isin == isin && row.it.ex > then && row.it.ex <= day;
        let wide = self.rows.iter().filter(between).filter_map(|row| row.it.gift.shares_made_of()).fold(i128::from(price.0), |p, (all, of)| {
            p * i128::from(all) / i128::from(of)
        });
        Price(i64::try_from(wide).expect("no more than the market holds"))
    }

    /// Has one share become more since that day, up to and with another?
    pub fn is_ex(&self, since: Day, isin: Isin, day: Day) -> bool {
        let made = |row: &Row| row.it.isin == isin && row.it.gift.shares_made_of().is_some();
        self.rows.iter().any(|row| made(row) && row.it.ex > since && row.it.ex <= day)
    }

    pub fn record(&mut self, nth: u32, terms: &Terms, depositories: &mut Depositories, turn: &mut Turn<'_>) {
        let Some(row) = usize::try_from(nth).ok().and_then(|nth| self.rows.get_mut(nth)) else { return };
        let Announcement { isin, gift, record, pay, tax, .. } = row.it;
        let own = |account| terms.demat.iter().any(|d| d.number == account && d.account == DematAccount::Own);
        let firms = |account| terms.demat.iter().any(|d| d.number == account);
        for (account, depository, held) in depositories.holders(isin) {
            let left = |amount: Paise| amount - tax.of(amount, Rounding::NearestRupee);
            match gift.of(held) {
                Brings::Money(amount) if own(account) => row.own += left(amount),
                Brings::Money(amount) if firms(account) => row.clients += left(amount),
                Brings::Money(_) => {}
                Brings::Shares(qty) if qty.is_positive() => {
                    let given = if let Gift::Rights { entitlement, .. } = gift { entitlement } else { isin };
                    depositories.endow(account, given, qty);
                    let kind = gift.kind();
                    turn.say(link(depository), &ToFirm::BenefitShares { isin, kind, record, to: account, qty });
                }
                Brings::Shares(_) => {}
            }
        }
        if row.clients.is_positive() || row.own.is_positive() {
            turn.enter((pay + PAY).max(turn.at), Due::Dividend(nth));
        }
    }

    pub fn pay(&self, nth: u32, bank: &mut Bank, turn: &mut Turn<'_>) {
        let Some(row) = usize::try_from(nth).ok().and_then(|nth| self.rows.get(nth)) else { return };
        for (account, amount) in [(BankAccount::Client, row.clients), (BankAccount::Own, row.own)] {
            if amount.is_positive() {
                let utr = Code::parse(&format!("DIV{nth:08}{}", account.number())).expect("a reference");
                bank.bring(account, utr, amount);
                let Announcement { isin, record, .. } = row.it;
                turn.say(Link::Bank, &ToFirm::Dividend { isin, record, account, amount, utr });
            }
        }
    }
}

impl Dump for Registrar {
    fn dump(&self, sink: &mut Sink<'_>) {
        count(self.rows.len(), sink);
        for row in &self.rows {
            row.dump(sink);
        }
    }
}

/// What a holding brings.
enum Brings {
    Money(Paise),
    Shares(Qty),
}

impl Gift {
    /// So many shares of so many, for what makes more of those there are.
    fn shares_made_of(&self) -> Option<(i64, i64)> {
        match *self {
            Gift::Bonus { new, held } => Some((i64::from(new) + i64::from(held), i64::from(held))),
            Gift::Split { from, to } => Some((from.0, to.0)),
            Gift::Dividend { .. } | Gift::Rights { .. } => None,
        }
    }

    fn of(&self, held: Qty) -> Brings {
        let shares = |new: i64, of: i64| {
            let whole = i128::from(held.0) * i128::from(new) / i128::from(of.max(1));
            Brings::Shares(Qty(i64::try_from(whole).expect("no more than the market holds")))
        };
        match *self {
            Gift::Dividend { per_share } => Brings::Money(per_share.value(held, Rounding::NearestPaisa)),
            Gift::Bonus { new, held } | Gift::Rights { new, held, .. } => shares(i64::from(new), i64::from(held)),
            Gift::Split { from, to } => shares(from.0 - to.0, to.0),
        }
    }
}
