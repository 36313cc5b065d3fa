//! The bank: the firm's three accounts, everybody else's, and the clearing corporation's.
//!
//! It carries out every instruction it gets, also one it has seen before: it does not know what the firm
//! meant. Who lost an answer asks with [`FromFirm::AskPayment`](crate::FromFirm::AskPayment).

use crate::canon::{dump_fields, list, set, text};
use crate::exchange::{Turn, parts};
use crate::message::{AccountNo, BankLine, ClearingHead, LineOf, Link, SettlementRef, ToFirm, Utr};
use crate::terms::FirmBankAccount;
use std::collections::{BTreeMap, BTreeSet};
use vocab::{BankAccount, Day, DepositNo, Dump, Moment, Paise, PaymentNo, Sink};

/// Codes with which the bank turns an instruction down.
pub mod failure {
    /// The account does not hold the amount; nothing moved.
    pub const SHORT_OF_FUNDS: u16 = 1;
    pub const UNKNOWN_ACCOUNT: u16 = 2;
    /// The amount is zero or negative.
    pub const BAD_AMOUNT: u16 = 3;
}

/// Codes with which a cheque comes back unpaid.
pub mod dishonour {
    /// Its drawer's account does not hold the amount.
    pub const SHORT_OF_FUNDS: u16 = 1;
    /// What is written on it is wrong.
    pub const BADLY_DRAWN: u16 = 2;
}

/// A cheque handed in for the client account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Cheque {
    from: AccountNo,
    amount: Paise,
    /// On the client account, and not to be drawn upon: whether it is good is not known yet.
    uncleared: bool,
}

struct Account {
    name: String,
    balance: Paise,
}

struct FirmAccount {
    account: BankAccount,
    number: AccountNo,
    balance: Paise,
    /// Balance and lines since the last statement.
    opening: Paise,
    lines: Vec<BankLine>,
}

/// What the clearing corporation still has to get from the settlement account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Claim {
    settlement: SettlementRef,
    head: ClearingHead,
    amount: Paise,
}

/// The settlement account did not hold what was due: the member's default, on record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PayInDefault {
    pub settlement: SettlementRef,
    pub head: ClearingHead,
    pub at: Moment,
    pub short: Paise,
}

pub(crate) struct Bank {
    firm: Vec<FirmAccount>,
    people: BTreeMap<AccountNo, Account>,
    /// Below zero when the corporation has paid the firm more than it took: the street's side of it.
    clearing: Paise,
    opened: Paise,
    /// By the firm's number.
    cheques: BTreeMap<u32, Cheque>,
    /// Of it, the firm's own that lies there as its margin; and what came back, by deposit.
    placed: Paise,
    given_back: BTreeMap<DepositNo, Paise>,
    seen: BTreeSet<PaymentNo>,
    claims: Vec<Claim>,
    pub defaults: Vec<PayInDefault>,
}

impl Bank {
    pub fn new(firm: &[FirmBankAccount]) -> Bank {
        let account = |it: &FirmBankAccount| FirmAccount {
            account: it.account,
            number: it.number,
            balance: it.opening,
            opening: it.opening,
            lines: Vec::new(),
        };
        let mut firm: Vec<FirmAccount> = firm.iter().map(account).collect();
        firm.sort_by_key(|a| a.account);
        let opened = firm.iter().map(|a| a.balance).sum();
        Bank {
            firm,
            people: BTreeMap::new(),
            clearing: Paise::ZERO,
            opened,
            cheques: BTreeMap::new(),
            placed: Paise::ZERO,
            given_back: BTreeMap::new(),
            seen: BTreeSet::new(),
            claims: Vec::new(),
            defaults: Vec::new(),
        }
    }

    fn firm_account(&mut self, account: BankAccount) -> &mut FirmAccount {
        self.firm.iter_mut().find(|a| a.account == account).expect("the terms hold all three")
    }

    pub fn balance(&self, account: BankAccount) -> Paise {
        self.firm.iter().find(|a| a.account == account).map_or(Paise::ZERO, |a| a.balance)
    }

    pub fn balance_of(&self, account: AccountNo) -> Option<Paise> {
        let own = self.firm.iter().find(|a| a.number == account).map(|a| a.balance);
        own.or_else(|| self.people.get(&account).map(|a| a.balance))
    }

    /// Everything in the bank, and everything that was ever put there from outside. Equal, always.
    pub fn totals(&self) -> (Paise, Paise) {
        let firm: Paise = self.firm.iter().map(|a| a.balance).sum();
        let people: Paise = self.people.values().map(|a| a.balance).sum();
        // What is not cleared is on the client account and still on its drawer's.
        (firm + people + self.clearing - self.uncleared(), self.opened)
    }

    fn uncleared(&self) -> Paise {
        self.cheques.values().filter(|it| it.uncleared).map(|it| it.amount).sum()
    }

    /// A number that is taken stays whose it was.
    pub fn open(&mut self, account: AccountNo, name: String, balance: Paise) {
        if self.balance_of(account).is_none() {
            self.people.insert(account, Account { name, balance });
            self.opened += balance;
        }
    }

    fn move_firm(&mut self, account: BankAccount, of: LineOf, amount: Paise) {
        let it = self.firm_account(account);
        it.balance += amount;
        it.lines.push(BankLine { of, amount });
        assert!(!it.balance.is_negative(), "the bank lends nothing");
    }

    /// Money from outside on one of the firm's accounts.
    pub fn bring(&mut self, account: BankAccount, utr: Utr, amount: Paise) {
        self.opened += amount;
        self.move_firm(account, LineOf::Credit(utr), amount);
    }

    pub fn transfer(
        &mut self,
        payment: PaymentNo,
        from: BankAccount,
        to: BankAccount,
        amount: Paise,
        turn: &mut Turn<'_>,
    ) {
        self.seen.insert(payment);
        if let Err(code) = self.check(from, amount) {
            return turn.say(Link::Bank, &ToFirm::PayFailed { payment, code });
        }
        self.move_firm(from, LineOf::Payment(payment), -amount);
        self.move_firm(to, LineOf::Payment(payment), amount);
        turn.say(Link::Bank, &ToFirm::Paid { payment });
        self.collect(turn);
    }

    fn check(&self, from: BankAccount, amount: Paise) -> Result<(), u16> {
        if !amount.is_positive() {
            return Err(failure::BAD_AMOUNT);
        }
        let kept = if from == BankAccount::Client { self.uncleared() } else { Paise::ZERO };
        if self.balance(from) - kept < amount {
            return Err(failure::SHORT_OF_FUNDS);
        }
        Ok(())
    }

    pub fn pay(
        &mut self,
        payment: PaymentNo,
        from: BankAccount,
        to: AccountNo,
        amount: Paise,
        turn: &mut Turn<'_>,
    ) {
        self.seen.insert(payment);
        let checked = match self.balance_of(to) {
            None => Err(failure::UNKNOWN_ACCOUNT),
            Some(_) => self.check(from, amount),
        };
        if let Err(code) = checked {
            return turn.say(Link::Bank, &ToFirm::PayFailed { payment, code });
        }
        self.move_firm(from, LineOf::Payment(payment), -amount);
        match self.firm.iter().find(|a| a.number == to).map(|a| a.account) {
            Some(own) => self.move_firm(own, LineOf::Payment(payment), amount),
            None => self.people.get_mut(&to).expect("found above").balance += amount,
        }
        turn.say(Link::Bank, &ToFirm::Paid { payment });
        self.collect(turn);
    }

    /// Own money of the firm goes to the corporation as its margin.
    pub fn place_cash(&mut self, payment: PaymentNo, amount: Paise, turn: &mut Turn<'_>) {
        self.seen.insert(payment);
        if let Err(code) = self.check(BankAccount::Own, amount) {
            return turn.say(Link::Bank, &ToFirm::PayFailed { payment, code });
        }
        self.move_firm(BankAccount::Own, LineOf::Payment(payment), -amount);
        self.clearing += amount;
        self.placed += amount;
        turn.say(Link::Bank, &ToFirm::Paid { payment });
    }

    /// The corporation gives it back, once for each deposit and never more than lies there.
    pub fn give_cash_back(&mut self, deposit: DepositNo, amount: Paise, turn: &mut Turn<'_>) {
        if self.given_back.contains_key(&deposit) {
            return;
        }
        let amount = amount.min(self.placed);
        self.given_back.insert(deposit, amount);
        if !amount.is_positive() {
            return;
        }
        self.clearing -= amount;
        self.placed -= amount;
        self.move_firm(BankAccount::Own, LineOf::Deposit(deposit), amount);
        turn.say(Link::Clearing, &ToFirm::CashBack { deposit, amount });
    }

    /// The corporation takes a penalty from the firm's own account; whether the account held it.
    pub fn penalise(&mut self, day: Day, amount: Paise) -> bool {
        if self.check(BankAccount::Own, amount).is_err() {
            return false;
        }
        self.move_firm(BankAccount::Own, LineOf::MarginPenalties(day), -amount);
        self.clearing += amount;
        true
    }

    pub fn answer(&self, payment: PaymentNo, nth: u8, turn: &mut Turn<'_>) {
        turn.say(Link::Bank, &ToFirm::PaymentKnown { payment, nth, known: self.seen.contains(&payment) });
    }

    /// A person pays into the firm's client account. Without the money nothing happens: his own bank tells him.
    pub fn pay_in(&mut self, from: AccountNo, name: String, amount: Paise, utr: Utr, turn: &mut Turn<'_>) {
        let Some(payer) = self.people.get_mut(&from).filter(|p| p.balance >= amount) else { return };
        payer.balance -= amount;
        let account = BankAccount::Client;
        self.move_firm(account, LineOf::Credit(utr), amount);
        turn.say(Link::Bank, &ToFirm::Credited { account, amount, from, name, utr });
    }

    /// A cheque is handed in: whether it is one the bank has not seen.
    pub fn take_cheque(&mut self, instrument: u32, from: AccountNo, amount: Paise) -> bool {
        let is_new = !self.cheques.contains_key(&instrument);
        self.cheques.entry(instrument).or_insert(Cheque { from, amount, uncleared: false });
        is_new
    }

    pub fn credit_cheque(&mut self, instrument: u32, turn: &mut Turn<'_>) {
        let it = self.cheques.get_mut(&instrument).expect("a cheque that was handed in");
        it.uncleared = true;
        let amount = it.amount;
        self.move_firm(BankAccount::Client, LineOf::Instrument(instrument), amount);
        turn.say(Link::Bank, &ToFirm::InstrumentCredited { instrument });
    }

    /// The drawer's bank pays, or sends the cheque back: by lot, or because the money is not there.
    pub fn decide_cheque(&mut self, instrument: u32, badly_drawn: bool, turn: &mut Turn<'_>) {
        let it = self.cheques.get_mut(&instrument).expect("a cheque that was handed in");
        it.uncleared = false;
        let Cheque { from, amount, .. } = *it;
        let drawer = self.people.get_mut(&from).filter(|drawer| drawer.balance >= amount);
        let code = match drawer {
            None => dishonour::SHORT_OF_FUNDS,
            Some(_) if badly_drawn => dishonour::BADLY_DRAWN,
            Some(drawer) => {
                drawer.balance -= amount;
                return turn.say(Link::Bank, &ToFirm::InstrumentCleared { instrument });
            }
        };
        self.move_firm(BankAccount::Client, LineOf::Instrument(instrument), -amount);
        turn.say(Link::Bank, &ToFirm::InstrumentReturned { instrument, code });
    }

    /// The clearing corporation debits the settlement account by mandate. What the account does not hold is
    /// a default, and is taken as soon as money arrives.
    pub fn debit(&mut self, settlement: SettlementRef, head: ClearingHead, amount: Paise, turn: &mut Turn<'_>) {
        if !amount.is_positive() {
            return;
        }
        self.claims.push(Claim { settlement, head, amount });
        self.collect(turn);
        if let Some(left) = self.claims.last().filter(|c| c.settlement == settlement && c.head == head) {
            let short = left.amount;
            self.defaults.push(PayInDefault { settlement, head, at: turn.at, short });
        }
    }

    pub fn credit(&mut self, settlement: SettlementRef, head: ClearingHead, amount: Paise, turn: &mut Turn<'_>) {
        if !amount.is_positive() {
            return;
        }
        self.clearing -= amount;
        self.move_firm(BankAccount::Settlement, LineOf::Clearing(settlement, head), amount);
        turn.say(Link::Bank, &ToFirm::ClearingCredit { settlement, head, amount });
        self.collect(turn);
    }

    /// Take what is claimed, oldest first, as far as the settlement account reaches.
    fn collect(&mut self, turn: &mut Turn<'_>) {
        while let Some(claim) = self.claims.first().copied() {
            let amount = claim.amount.min(self.balance(BankAccount::Settlement));
            if !amount.is_positive() {
                return;
            }
            let (settlement, head) = (claim.settlement, claim.head);
            self.move_firm(BankAccount::Settlement, LineOf::Clearing(settlement, head), -amount);
            self.clearing += amount;
            turn.say(Link::Bank, &ToFirm::ClearingDebit { settlement, head, amount });
            if amount == claim.amount {
                self.claims.remove(0);
            } else if let Some(first) = self.claims.first_mut() {
                first.amount -= amount;
            }
        }
    }

    pub fn statements(&mut self, turn: &mut Turn<'_>) {
        let day = turn.at.day();
        for it in &mut self.firm {
            let (account, opening, closing) = (it.account, it.opening, it.balance);
            it.opening = closing;
            let rows = std::mem::take(&mut it.lines);
            let lines = u32::try_from(rows.len()).expect("lines of one day");
            for (part, parts, rows) in parts(&rows).into_iter().filter(|(.., rows)| !rows.is_empty()) {
                turn.say(Link::Bank, &ToFirm::BankLines { day, account, part, parts, rows });
            }
            turn.say(Link::Bank, &ToFirm::BankStatement { day, account, opening, closing, lines });
        }
    }
}

impl Dump for LineOf {
    fn dump(&self, sink: &mut Sink<'_>) {
        match *self {
            LineOf::Payment(payment) => (1u8, payment).dump(sink),
            LineOf::Credit(utr) => (2u8, utr).dump(sink),
            LineOf::Deposit(no) => (33u8, no).dump(sink),
            LineOf::MarginPenalties(day) => (34u8, day).dump(sink),
            LineOf::Clearing(settlement, head) => (3u8, (settlement, head)).dump(sink),
            LineOf::Instrument(instrument) => (4u8, instrument).dump(sink),
        }
    }
}

impl Dump for FirmAccount {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.account.dump(sink);
        self.number.dump(sink);
        (self.balance, self.opening).dump(sink);
        list(&self.lines, sink);
    }
}

dump_fields! {
    BankLine { of amount }
    Claim { settlement head amount }
    Cheque { from amount uncleared }
    PayInDefault { settlement head at short }
}

impl Dump for ClearingHead {
    fn dump(&self, sink: &mut Sink<'_>) {
        sink(&[*self as u8]);
    }
}

impl Dump for Account {
    fn dump(&self, sink: &mut Sink<'_>) {
        text(&self.name, sink);
        self.balance.dump(sink);
    }
}

impl Dump for Bank {
    fn dump(&self, sink: &mut Sink<'_>) {
        list(&self.firm, sink);
        self.people.dump(sink);
        (self.clearing, self.opened).dump(sink);
        self.cheques.dump(sink);
        self.placed.dump(sink);
        self.given_back.dump(sink);
        set(&self.seen, sink);
        list(&self.claims, sink);
        list(&self.defaults, sink);
    }
}
