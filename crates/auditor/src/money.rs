//! Money: receipts, payments, the clearing corporation's debits and credits, and own money in the client system.

use crate::audit::Audit;
use crate::chart::{account, state_owner};
use crate::sets::Sets;
use crate::{ClearingHead, Figure, PaymentKind, What};
use alloc::collections::BTreeMap;
use vocab::{BankAccount, ClientRow, EntryNo, Paise, PaymentNo, SettlementRow};

/// Balances by account and owner, debit positive; clients' ledgers apart from their control account.
#[derive(Default)]
pub(crate) struct Ledger {
    pub accounts: BTreeMap<(u8, u32), Paise>,
    /// Credit positive.
    pub clients: BTreeMap<ClientRow, Paise>,
    pub sets: Sets,
}

impl Ledger {
    pub fn debit(&mut self, account: u8, owner: u32, amount: Paise) {
        self.sets.debit(account, owner, amount);
        let owner = if account == account::CLIENT {
            *self.clients.entry(ClientRow(owner)).or_insert(Paise::ZERO) -= amount;
            0
        } else {
            owner
        };
        *self.accounts.entry((account, owner)).or_insert(Paise::ZERO) += amount;
    }

    pub fn credit(&mut self, account: u8, owner: u32, amount: Paise) {
        self.debit(account, owner, -amount);
    }

    pub fn client(&self, client: ClientRow) -> Paise {
        self.clients.get(&client).copied().unwrap_or(Paise::ZERO)
    }

    /// An account with all its owners, debit positive.
    pub fn balance(&self, account: u8) -> Paise {
        self.accounts.range((account, 0)..=(account, u32::MAX)).map(|(_, amount)| *amount).sum()
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Payment {
    pub kind: PaymentKind,
    pub amount: Paise,
    pub owner: u32,
    pub settlement: Option<SettlementRow>,
    pub open: bool,
}

const fn bank(account: BankAccount) -> u8 {
    match account {
        BankAccount::Client => account::CLIENT_BANK,
        BankAccount::Settlement => account::SETTLEMENT_BANK,
        BankAccount::Own => account::OWN_BANK,
    }
}

impl Audit {
    pub(crate) fn opening(&mut self, capital: Paise) {
        self.ledger.debit(account::OWN_BANK, 0, capital);
        self.ledger.credit(account::CAPITAL, 0, capital);
    }

    pub(crate) fn received(&mut self, client: ClientRow, amount: Paise) {
        if !self.clients.contains_key(&client) {
            self.find_plain(What::UnknownClient { client });
        }
        self.ledger.debit(account::CLIENT_BANK, 0, amount);
        self.ledger.credit(account::CLIENT, client.0, amount);
    }

    pub(crate) fn held_apart(&mut self, receipt: u32, account: BankAccount, amount: Paise) {
        if self.receipts.insert(receipt, (account, amount)).is_some() {
            self.find_plain(What::ReceiptTwice { receipt });
        }
        self.ledger.debit(bank(account), 0, amount);
        self.ledger.credit(account::SUSPENSE, receipt, amount);
    }

    pub(crate) fn asked(&mut self, no: PaymentNo, payment: Payment) {
        let next = self.last_payment.saturating_add(1);
        if no.0 != next {
            self.find(What::PaymentNumber {}, Figure::Number(next), Figure::Number(no.0));
        }
        self.last_payment = no.0;
        match payment.kind {
            PaymentKind::ToClient => self.promise(no, &payment),
            PaymentKind::Return => self.give_back(no, &payment, BankAccount::Client),
            PaymentKind::ReturnFromSettlement => self.give_back(no, &payment, BankAccount::Settlement),
            PaymentKind::ReturnFromOwn => self.give_back(no, &payment, BankAccount::Own),
            PaymentKind::PayInFromClients => self.draw_on_clients(&payment),
            PaymentKind::PayInFromOwn
            | PaymentKind::PayOutToClients
            | PaymentKind::PayOutToOwn
            | PaymentKind::Cover
            | PaymentKind::CoverBack
            | PaymentKind::Sweep
            | PaymentKind::ToCorporation
            | PaymentKind::CoverPayIn => {}
            PaymentKind::ToIntermediary => self.pay_share(no, &payment),
        }
        self.payments.insert(no, payment);
    }

    /// A client is paid out of what is held for him: not what has not come in yet, not what is promised already
    /// (sebi 25.1.4(a): money held for this client and nobody else).
    fn promise(&mut self, no: PaymentNo, payment: &Payment) {
        let client = ClientRow(payment.owner);
        let held = self.held_for(client).at_least_zero();
        if payment.amount > held {
            let who = self.who(client);
            let (expected, found) = (Figure::Money(held), Figure::Money(payment.amount));
            self.find(What::BeyondOwnMoney { payment: no, who }, expected, found);
        }
        *self.promised.entry(client).or_insert(Paise::ZERO) += payment.amount;
    }

    /// An intermediary is paid what stands to his credit, and nothing beyond what is already on its way.
    fn pay_share(&mut self, no: PaymentNo, payment: &Payment) {
        let his = |p: &&Payment| p.open && p.kind == PaymentKind::ToIntermediary && p.owner == payment.owner;
        let asked: Paise = self.payments.values().filter(his).map(|p| p.amount).sum();
        let accrued = self.ledger.accounts.get(&(account::INTERMEDIARY, payment.owner)).copied();
        let due = -accrued.unwrap_or(Paise::ZERO) - asked;
        if payment.amount > due {
            let (expected, found) = (Figure::Money(due), Figure::Money(payment.amount));
            self.find(What::BeyondShare { payment: no }, expected, found);
        }
    }

    pub(crate) fn held_for(&self, client: ClientRow) -> Paise {
        let of = |map: &BTreeMap<ClientRow, Paise>| map.get(&client).copied().unwrap_or(Paise::ZERO);
        self.ledger.client(client) - of(&self.open_credit) - of(&self.promised)
    }

    fn give_back(&mut self, no: PaymentNo, payment: &Payment, from: BankAccount) {
        match self.receipts.get(&payment.owner).copied() {
            Some((on, came)) if self.returning.insert(payment.owner) => {
                if on != from {
                    self.find_plain(What::ReturnElsewhere { payment: no });
                }
                if came != payment.amount {
                    let (expected, found) = (Figure::Money(came), Figure::Money(payment.amount));
                    self.find(What::ReturnDiffers { payment: no }, expected, found);
                }
            }
            Some(_) | None => self.find_plain(What::ReturnUnknown { payment: no }),
        }
    }

    /// Clients' money goes to the clearing corporation for what clients owe it, and for nothing else.
    fn draw_on_clients(&mut self, payment: &Payment) {
        let Some(settlement) = payment.settlement else { return };
        let Some(it) = self.settlements.get_mut(&settlement) else {
            return self.find_plain(What::SettlementUnknown { settlement });
        };
        it.clients_money += payment.amount;
        let (dues, drawn) = (it.clients_dues, it.clients_money);
        if drawn > dues {
            self.find(What::BeyondClientsDues { settlement }, Figure::Money(dues), Figure::Money(drawn));
        }
    }

    /// An answer belongs to a payment that was asked, and counts once.
    pub(crate) fn answered(&mut self, no: PaymentNo, then: fn(&mut Audit, &Payment)) {
        match self.payments.get_mut(&no) {
            None => self.find_plain(What::PaymentUnknown { payment: no }),
            Some(payment) if !payment.open => self.find_plain(What::PaymentTwice { payment: no }),
            Some(payment) => {
                payment.open = false;
                let payment = *payment;
                then(self, &payment);
            }
        }
    }

    pub(crate) fn paid(&mut self, payment: &Payment) {
        let Payment { kind, amount, owner, .. } = *payment;
        let (cb, sb, ob) = ((account::CLIENT_BANK, 0), (account::SETTLEMENT_BANK, 0), (account::OWN_BANK, 0));
        let (from, to) = match kind {
            PaymentKind::PayInFromClients => (cb, sb),
            PaymentKind::PayInFromOwn | PaymentKind::CoverPayIn => (ob, sb),
            PaymentKind::PayOutToClients => (sb, cb),
            PaymentKind::PayOutToOwn => (sb, ob),
            PaymentKind::Cover => (ob, cb),
            PaymentKind::CoverBack | PaymentKind::Sweep => (cb, ob),
            PaymentKind::ToClient => (cb, (account::CLIENT, owner)),
            PaymentKind::Return => (cb, (account::SUSPENSE, owner)),
            PaymentKind::ReturnFromSettlement => (sb, (account::SUSPENSE, owner)),
            PaymentKind::ReturnFromOwn => (ob, (account::SUSPENSE, owner)),
            PaymentKind::ToIntermediary => (ob, (account::INTERMEDIARY, owner)),
            PaymentKind::ToCorporation => (ob, (account::OWN_DEPOSIT, 0)),
        };
        self.ledger.debit(to.0, to.1, amount);
        self.ledger.credit(from.0, from.1, amount);
        match kind {
            PaymentKind::ToClient => self.unpromise(owner, amount),
            PaymentKind::Cover | PaymentKind::CoverPayIn => self.placed += amount,
            PaymentKind::CoverBack => {
                self.placed -= amount;
                if self.placed.is_negative() {
                    self.find(What::OwnMoneyNegative {}, Figure::Money(Paise::ZERO), Figure::Money(self.placed));
                }
            }
            PaymentKind::Sweep => {
                self.undrawn -= amount;
                if self.undrawn.is_negative() {
                    let (earned, drawn) = (Figure::Money(self.undrawn + amount), Figure::Money(amount));
                    self.find(What::DrawnBeyondEarned {}, earned, drawn);
                }
            }
            PaymentKind::PayInFromClients
            | PaymentKind::PayInFromOwn
            | PaymentKind::PayOutToClients
            | PaymentKind::PayOutToOwn
            | PaymentKind::Return
            | PaymentKind::ReturnFromSettlement
            | PaymentKind::ReturnFromOwn
            | PaymentKind::ToCorporation
            | PaymentKind::ToIntermediary => {}
        }
    }

    fn unpromise(&mut self, client: u32, amount: Paise) {
        *self.promised.entry(ClientRow(client)).or_insert(Paise::ZERO) -= amount;
    }

    pub(crate) fn refused(&mut self, payment: &Payment) {
        match payment.kind {
            PaymentKind::ToClient => self.unpromise(payment.owner, payment.amount),
            PaymentKind::Return | PaymentKind::ReturnFromSettlement | PaymentKind::ReturnFromOwn => {
                self.returning.remove(&payment.owner);
            }
            PaymentKind::PayInFromClients => {
                if let Some(it) = payment.settlement.and_then(|s| self.settlements.get_mut(&s)) {
                    it.clients_money -= payment.amount;
                }
            }
            PaymentKind::CoverBack => self.back_refused = true,
            PaymentKind::PayInFromOwn
            | PaymentKind::PayOutToClients
            | PaymentKind::PayOutToOwn
            | PaymentKind::Cover
            | PaymentKind::Sweep
            | PaymentKind::CoverPayIn
            | PaymentKind::ToCorporation
            | PaymentKind::ToIntermediary => {}
        }
    }

    pub(crate) fn clearing_money(&mut self, settlement: SettlementRow, head: ClearingHead, amount: Paise) {
        let Some(it) = self.settlements.get_mut(&settlement) else {
            return self.find_plain(What::SettlementUnknown { settlement });
        };
        self.ledger.credit(account::SETTLEMENT_BANK, 0, amount);
        match head {
            ClearingHead::PayIn | ClearingHead::PayOut => {
                it.control += amount;
                self.ledger.debit(account::SETTLEMENT_CONTROL, 0, amount);
            }
            ClearingHead::Valuation | ClearingHead::Auction | ClearingHead::CloseOut => {
                it.auction += amount;
                it.auction_came += (-amount).at_least_zero();
                self.ledger.debit(account::AUCTION_CONTROL, 0, amount);
            }
            ClearingHead::Levies => {
                let billed = it.stt + it.stamps.values().copied().sum();
                if amount == billed {
                    self.ledger.debit(account::STT, 0, it.stt);
                    for (state, duty) in &it.stamps {
                        self.ledger.debit(account::STAMP, state_owner(*state), *duty);
                    }
                } else {
                    // Another sum than was billed cannot be told apart: it stands on STT until it is cleared up.
                    self.ledger.debit(account::STT, 0, amount);
                }
            }
        }
    }

    pub(crate) fn cheque(&mut self, client: ClientRow, amount: Paise, uncleared: Paise) {
        self.received(client, amount);
        *self.open_credit.entry(client).or_insert(Paise::ZERO) += uncleared;
    }

    /// A gain may be drawn, a loss stands against what is earned: no client bears it.
    pub(crate) fn written_off(&mut self, settlement: SettlementRow, value: Paise) {
        let Some(it) = self.settlements.get_mut(&settlement) else {
            return self.find_plain(What::SettlementUnknown { settlement });
        };
        it.control += value;
        self.undrawn += value;
        self.ledger.debit(account::SETTLEMENT_CONTROL, 0, value);
        self.ledger.credit(account::WRITTEN_OFF, 0, value);
    }

    /// After the evening's drawing own money stays only for what clients leave uncovered
    /// (sebi 23 Annexure 2.4.2), or is on its way back. Judged when the entry that drew is over.
    pub(crate) fn judge_sweep(&mut self, next: Option<EntryNo>) {
        if self.sweeping.is_none() || self.sweeping == next {
            return;
        }
        self.entry = self.sweeping.take();
        let refused = core::mem::replace(&mut self.back_refused, false);
        let back = |p: &&Payment| p.open && p.kind == PaymentKind::CoverBack;
        let leaving: Paise = self.payments.values().filter(back).map(|p| p.amount).sum();
        let (left, need) = (self.placed - leaving, self.uncovered());
        if left > need && !refused {
            self.find(What::OwnMoneyAboveNeed {}, Figure::Money(need), Figure::Money(left));
        }
    }

    /// The most that own money may have to stand in for: what clients owe, what third parties and the
    /// government are still to get out of the client system, and what the clearing corporation has not paid.
    fn uncovered(&self) -> Paise {
        let debits: Paise = self.ledger.clients.keys().map(|c| (-self.held_for(*c)).at_least_zero()).sum();
        let owed = |account| (-self.ledger.balance(account)).at_least_zero();
        let receivable: Paise =
            self.settlements.values().map(|s| s.control.at_least_zero() + s.auction.at_least_zero()).sum();
        let there = self.ledger.balance(account::SETTLEMENT_BANK).at_least_zero();
        let returning = |p: &&Payment| p.open && matches!(p.kind, PaymentKind::Return | PaymentKind::Sweep);
        let leaving: Paise = self.payments.values().filter(returning).map(|p| p.amount).sum();
        debits
            + owed(account::SUSPENSE)
            + owed(account::STT)
            + owed(account::STAMP)
            + receivable
            + there
            + leaving
    }
}
