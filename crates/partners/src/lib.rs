//! What was asked of banks and depositories, and what they answered.
//!
//! A payment or transfer is asked once under its number. Until it is answered it is an open errand: state,
//! not something recomputed. An unanswered one is asked *about* before it is asked again (money and shares
//! move twice if told twice); what stays unknown becomes a `Break` above.
//!
//! Invariants: numbers are gapless; an answered errand never opens again.
//! Start with [`Payment`] and [`Transfer`].
#![no_std]

extern crate alloc;

use alloc::collections::BTreeMap;
use vocab::{
    AccountToken, BankAccount, ClientRow, DematAccount, Depository, Moment, Paise, PaymentNo, Qty, SecurityRow,
    SettlementRow, TransferNo,
};

/// Why money moves. The legality of each pair of accounts is [`PaymentKind::path`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum PaymentKind {
    /// Clients' own money for their own pay-in.
    PayInFromClients = 1,
    /// The firm's own money for its own dues.
    PayInFromOwn = 2,
    /// What the clearing corporation paid out for clients.
    PayOutToClients = 3,
    /// What it paid out for the own account.
    PayOutToOwn = 4,
    /// Own money put in so that no client's money pays another's dues.
    Cover = 5,
    /// Own money taken back once debtors paid.
    CoverBack = 6,
    /// Brokerage and dues collected from clients and not yet drawn.
    Sweep = 7,
    /// To a client's registered bank account.
    ToClient = 8,
    /// Third-party money back where it came from.
    Return = 9,
    /// Own money for what clients left unpaid at the pay-in.
    CoverPayIn = 10,
    /// Money that strayed onto the settlement or own account, back where it came from.
    ReturnFromSettlement = 11,
    ReturnFromOwn = 12,
    /// An intermediary's share of brokerage, to his registered account.
    ToIntermediary = 13,
    /// Own money placed with the clearing corporation as margin.
    ToCorporation = 44,
}

vocab::kept!(byte PaymentKind TransferKind);

impl PaymentKind {
    pub const ALL: [PaymentKind; 14] = [
        PaymentKind::PayInFromClients,
        PaymentKind::PayInFromOwn,
        PaymentKind::PayOutToClients,
        PaymentKind::PayOutToOwn,
        PaymentKind::Cover,
        PaymentKind::CoverBack,
        PaymentKind::Sweep,
        PaymentKind::ToClient,
        PaymentKind::Return,
        PaymentKind::CoverPayIn,
        PaymentKind::ReturnFromSettlement,
        PaymentKind::ReturnFromOwn,
        PaymentKind::ToIntermediary,
        PaymentKind::ToCorporation,
    ];

    /// From which of the firm's accounts, and to which; none is a person's account.
    ///
    /// This is the matrix of sebi 23 Annexure 2.4.2: client, settlement and the client's own bank account among
    /// each other; to the own account only for brokerage, dues, and shortfalls the firm had met.
    pub const fn path(self) -> (BankAccount, Option<BankAccount>) {
        use BankAccount::{Client, Own, Settlement};
        match self {
            PaymentKind::PayInFromClients => (Client, Some(Settlement)),
            PaymentKind::PayInFromOwn | PaymentKind::CoverPayIn => (Own, Some(Settlement)),
            PaymentKind::PayOutToClients => (Settlement, Some(Client)),
            PaymentKind::PayOutToOwn => (Settlement, Some(Own)),
            PaymentKind::Cover => (Own, Some(Client)),
            PaymentKind::CoverBack | PaymentKind::Sweep => (Client, Some(Own)),
            PaymentKind::ToClient | PaymentKind::Return => (Client, None),
            PaymentKind::ReturnFromSettlement => (Settlement, None),
            PaymentKind::ReturnFromOwn | PaymentKind::ToIntermediary | PaymentKind::ToCorporation => (Own, None),
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            PaymentKind::PayInFromClients => "pay-in from clients' money",
            PaymentKind::PayInFromOwn => "pay-in from own money",
            PaymentKind::PayOutToClients => "pay-out to the client account",
            PaymentKind::PayOutToOwn => "pay-out to the own account",
            PaymentKind::Cover => "own money placed to cover debtors",
            PaymentKind::CoverBack => "own money taken back",
            PaymentKind::Sweep => "brokerage and dues drawn",
            PaymentKind::ToClient => "pay-out to the client",
            PaymentKind::Return | PaymentKind::ReturnFromSettlement | PaymentKind::ReturnFromOwn => {
                "third-party money returned"
            }
            PaymentKind::CoverPayIn => "own money for what clients left unpaid",
            PaymentKind::ToIntermediary => "share of brokerage to an intermediary",
            PaymentKind::ToCorporation => "own money placed with the clearing corporation",
        }
    }

    pub fn from_number(n: u8) -> Option<PaymentKind> {
        PaymentKind::ALL.into_iter().find(|k| *k as u8 == n)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Payment {
    pub kind: PaymentKind,
    pub amount: Paise,
    /// Whose money, for [`PaymentKind::ToClient`]; the suspense number for a return; the intermediary for his share.
    pub owner: u32,
    /// The person's account, where one is paid.
    pub to: Option<AccountToken>,
    pub settlement: Option<SettlementRow>,
    pub asked_at: Moment,
    pub tries: u8,
}

/// Why shares move.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum TransferKind {
    /// Sold shares from the client's account to the firm's client beneficiary account (own shares: to the pool).
    Gather = 1,
    /// From the client beneficiary account to the pool (NSDL) or the principal account (CDSL).
    Stage = 2,
    /// From the pool to the clearing corporation (NSDL; CDSL is taken from the principal account).
    Deliver = 3,
    /// From the client beneficiary account to the buyer, where the firm's own clients netted.
    Internal = 4,
    /// From the pool to the buyer's account.
    PayOut = 5,
    /// What a company gave on shares in one of the firm's accounts, to its owner's account.
    Benefit = 6,
    /// Sold shares from the client's account to the clearing corporation, before they are called in.
    EarlyPayIn = 7,
    /// What it does not need of them, back to the client's account.
    EarlyBack = 8,
    /// Shares of a client who has not paid, from the pool to the account they are kept in.
    Keep = 9,
    /// Kept shares to their client, who has paid, or whose other shares are worth what he owes.
    Release = 10,
    /// Kept shares that the firm sold, to the client beneficiary account.
    Realise = 11,
    /// Shares of a seller who was short towards another client of the firm, once he has them, to the client beneficiary
    /// account.
    MakeGood = 12,
    /// They, to the client who waited for them.
    PassOn = 13,
    /// Called in, and too late for anybody who waits: back to their client's account.
    GiveBack = 14,
}

impl TransferKind {
    pub const ALL: [TransferKind; 14] = [
        TransferKind::Gather,
        TransferKind::Stage,
        TransferKind::Deliver,
        TransferKind::Internal,
        TransferKind::PayOut,
        TransferKind::Benefit,
        TransferKind::EarlyPayIn,
        TransferKind::EarlyBack,
        TransferKind::Keep,
        TransferKind::Release,
        TransferKind::Realise,
        TransferKind::MakeGood,
        TransferKind::PassOn,
        TransferKind::GiveBack,
    ];

    pub fn from_number(n: u8) -> Option<TransferKind> {
        TransferKind::ALL.into_iter().find(|k| *k as u8 == n)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Transfer {
    pub kind: TransferKind,
    pub client: ClientRow,
    pub security: SecurityRow,
    pub qty: Qty,
    /// What is moved for a settlement; what companies give is of none.
    pub settlement: Option<SettlementRow>,
    /// For [`TransferKind::Internal`] and [`TransferKind::PassOn`], the seller whose shares they were; else the client himself.
    pub seller: ClientRow,
    /// The firm's account on the firm's side of it.
    pub account: DematAccount,
    pub depository: Depository,
    pub asked_at: Moment,
    pub tries: u8,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    PaymentAsked {
        payment: PaymentNo, kind: PaymentKind, amount: Paise, owner: u32, to: Option<AccountToken>,
        settlement: Option<SettlementRow>,
    },
    /// The bank does not know it: told again, once asked.
    PaymentRepeated { payment: PaymentNo },
    PaymentDone { payment: PaymentNo },
    PaymentFailed { payment: PaymentNo, code: u16 },
    TransferAsked {
        transfer: TransferNo, kind: TransferKind, client: ClientRow, security: SecurityRow, qty: Qty,
        settlement: Option<SettlementRow>, seller: ClientRow, account: DematAccount, depository: Depository,
    },
    TransferRepeated { transfer: TransferNo },
    /// What was there moved: all of it, part of it, or none.
    TransferDone { transfer: TransferNo, moved: Qty },
}

/// The state of the department: open errands only; what is answered lives in the journal.
pub struct Partners {
    payments: BTreeMap<PaymentNo, Payment>,
    /// Their sums by purpose.
    under_way: BTreeMap<PaymentKind, Paise>,
    transfers: BTreeMap<TransferNo, Transfer>,
    next_payment: PaymentNo,
    next_transfer: TransferNo,
}

impl Partners {
    pub fn new() -> Partners {
        Partners {
            payments: BTreeMap::new(),
            under_way: BTreeMap::new(),
            transfers: BTreeMap::new(),
            next_payment: PaymentNo(1),
            next_transfer: TransferNo(1),
        }
    }

    pub fn next_payment(&self) -> PaymentNo {
        self.next_payment
    }

    pub fn next_transfer(&self) -> TransferNo {
        self.next_transfer
    }

    pub fn payment(&self, no: PaymentNo) -> Option<&Payment> {
        self.payments.get(&no)
    }

    pub fn transfer(&self, no: TransferNo) -> Option<&Transfer> {
        self.transfers.get(&no)
    }

    pub fn payments(&self) -> impl Iterator<Item = (PaymentNo, &Payment)> {
        self.payments.iter().map(|(no, p)| (*no, p))
    }

    pub fn transfers(&self) -> impl Iterator<Item = (TransferNo, &Transfer)> {
        self.transfers.iter().map(|(no, t)| (*no, t))
    }

    /// Money asked to move for a purpose and not yet answered.
    pub fn under_way(&self, kind: PaymentKind) -> Paise {
        self.under_way.get(&kind).copied().unwrap_or(Paise::ZERO)
    }

    fn count(&mut self, kind: PaymentKind, more: Paise) {
        let sum = self.under_way.entry(kind).or_insert(Paise::ZERO);
        *sum += more;
        assert!(!sum.is_negative(), "no more is answered than was asked");
    }

    /// # Panics
    /// When the event contradicts the state.
    pub fn apply(&mut self, event: &Event, now: Moment) {
        match *event {
            Event::PaymentAsked { payment, kind, amount, owner, to, settlement } => {
                assert!(payment == self.next_payment, "payment numbers are gapless");
                assert!(amount.is_positive(), "a payment moves money");
                self.next_payment = payment.next();
                let asked = Payment { kind, amount, owner, to, settlement, asked_at: now, tries: 1 };
                self.payments.insert(payment, asked);
                self.count(kind, amount);
            }
            Event::PaymentRepeated { payment } => {
                let asked = self.payments.get_mut(&payment).expect("an open payment");
                asked.tries = asked.tries.saturating_add(1);
                asked.asked_at = now;
            }
            Event::PaymentDone { payment } | Event::PaymentFailed { payment, .. } => {
                let Payment { kind, amount, .. } = self.payments.remove(&payment).expect("an open payment");
                self.count(kind, -amount);
            }
            Event::TransferAsked { transfer, kind, client, security, qty, settlement, seller, account, depository } => {
                assert!(transfer == self.next_transfer, "transfer numbers are gapless");
                assert!(qty.is_positive(), "a transfer moves shares");
                self.next_transfer = transfer.next();
                let (asked_at, tries) = (now, 1);
                let asked = Transfer {
                    kind, client, security, qty, settlement, seller, account, depository, asked_at, tries,
                };
                self.transfers.insert(transfer, asked);
            }
            Event::TransferRepeated { transfer } => {
                let asked = self.transfers.get_mut(&transfer).expect("an open transfer");
                asked.tries = asked.tries.saturating_add(1);
                asked.asked_at = now;
            }
            Event::TransferDone { transfer, moved } => {
                let asked = self.transfers.remove(&transfer).expect("an open transfer");
                assert!(!moved.is_negative() && moved <= asked.qty, "no more moves than was asked");
            }
        }
    }
}

impl Default for Partners {
    fn default() -> Self {
        Partners::new()
    }
}

vocab::kept!(struct Payment { kind, amount, owner, to, settlement, asked_at, tries });

vocab::kept!(struct Transfer {
    kind, client, security, qty, settlement, seller, account, depository, asked_at, tries,
});

vocab::kept!(struct Partners { payments, under_way, transfers, next_payment, next_transfer });

#[cfg(test)]
mod tests {
    use super::*;

    // covers: S-23A-2.4.2-1, S-23A-2.4.2-2, S-34.5.1-3, G-8.2-1, G-8.3-1, G-8.5-1
    #[test]
    fn money_moves_only_along_the_permitted_paths() {
        use BankAccount::{Client, Own, Settlement};
        for kind in PaymentKind::ALL {
            let (from, to) = kind.path();
            match (from, to) {
                // Client, settlement and the client's own bank account, among each other.
                (Client, Some(Settlement) | None) | (Settlement, Some(Client)) => {}
                // What strayed onto another account goes back whence it came.
                (Settlement | Own, None) => {}
                // Own money for own dues and shortfalls, and what was paid out for the own account.
                (Own, Some(Settlement | Client)) | (Settlement, Some(Own)) => {}
                // Out of clients' money to the firm only for what the firm is owed or had put in.
                (Client, Some(Own)) => assert!(matches!(kind, PaymentKind::Sweep | PaymentKind::CoverBack)),
                other => panic!("{kind:?} moves money along {other:?}"),
            }
            let stray = matches!(kind, PaymentKind::ReturnFromSettlement | PaymentKind::ReturnFromOwn);
            let share = kind == PaymentKind::ToIntermediary;
            let placed = kind == PaymentKind::ToCorporation;
            assert!(to.is_some() || from == Client || stray || share || placed, "clients are paid out of the client account only");
            assert!(!(share || placed) || from == Own, "an intermediary is paid the firm's money, never a client's");
        }
    }

    #[test]
    fn an_answered_payment_never_opens_again() {
        let mut p = Partners::new();
        let asked = Event::PaymentAsked {
            payment: PaymentNo(1), kind: PaymentKind::Sweep, amount: Paise(5), owner: 0, to: None, settlement: None,
        };
        p.apply(&asked, Moment(1));
        assert_eq!(p.under_way(PaymentKind::Sweep), Paise(5));
        p.apply(&Event::PaymentRepeated { payment: PaymentNo(1) }, Moment(2));
        assert_eq!(p.payment(PaymentNo(1)).unwrap().tries, 2);
        p.apply(&Event::PaymentDone { payment: PaymentNo(1) }, Moment(3));
        assert!(p.payment(PaymentNo(1)).is_none());
        assert_eq!(p.next_payment(), PaymentNo(2));
    }
}
