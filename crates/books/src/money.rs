//! The money book.
#![allow(clippy::indexing_slicing, reason = "Rows are indexed by their own typed row numbers")]

use crate::{Account, Cause};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use stdx::Rows;
use vocab::{ClientRow, Corporation, Day, Paise, RuleRow, SettlementRow, Venue, VoucherNo};

/// One line of a voucher. Debits are positive, credits negative.
///
/// The entry that carries it is its posting day and time; a voucher balances within one exchange's set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Posting {
    pub voucher: VoucherNo,
    pub reference: u64,
    pub amount: Paise,
    /// Client row, state code or receipt number; zero where the account has no owners.
    pub owner: u32,
    pub value_day: Day,
    pub settlement: Option<SettlementRow>,
    pub rule: Option<RuleRow>,
    pub account: Account,
    pub venue: Venue,
    pub corporation: Corporation,
    pub cause: Cause,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    Posted(Posting),
    /// A bill is known but its pay-in day has not come: debit positive.
    BillOpened { client: ClientRow, settlement: SettlementRow, amount: Paise, due: Day },
    /// Its settlement is done: what it left unpaid ages from its due day.
    BillClosed { client: ClientRow, settlement: SettlementRow, amount: Paise, due: Day },
    /// An open bill is taken back with its note.
    BillTakenBack { client: ClientRow, settlement: SettlementRow, amount: Paise },
    /// Money promised to a client and on its way; it cannot be used again.
    PayingSet { client: ClientRow, amount: Paise },
    /// Credited subject to clearing: no value until it is cleared or taken back (negative).
    Uncleared { client: ClientRow, amount: Paise },
    /// Memo: own money in the client system, after a cover or its return.
    CoverSet { placed: Paise },
    /// Memo: brokerage and dues collected from clients and not yet drawn.
    UndrawnSet { undrawn: Paise },
}

/// One client's money, credit positive: what the firm owes him. Never across two cache lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(align(32))]
pub struct ClientBook {
    pub balance: Paise,
    /// Bills in his favour whose pay-out has not come, and cheques that are not cleared.
    pub open_credit: Paise,
    /// Bills against him whose pay-in has not come.
    pub open_debit: Paise,
    /// Promised to him and on its way.
    pub paying: Paise,
}

vocab::kept!(struct ClientBook { balance, open_credit, open_debit, paying });

impl ClientBook {
    const EMPTY: ClientBook =
        ClientBook { balance: Paise::ZERO, open_credit: Paise::ZERO, open_debit: Paise::ZERO, paying: Paise::ZERO };

    /// What is held for him, adjusted for open bills (sebi 23 Annexure 3.2 C and D).
    pub fn clear(&self) -> Paise {
        self.balance - self.open_credit + self.open_debit
    }

    /// What may back a new order or be paid out: nothing that has not come in, less what he owes.
    pub fn free(&self) -> Paise {
        self.balance - self.open_credit - self.paying
    }
}

/// Count a clear balance on its side, or (with -1) take it off again.
fn count_clear(sums: &mut [Paise; 2], clear: Paise, times: i64) {
    let [credits, debits] = sums;
    let part = Paise(clear.0.saturating_mul(times));
    if clear.is_negative() { *debits -= part } else { *credits += part }
}

/// The state of the money book.
pub struct Books {
    clients: Rows<ClientRow, ClientBook>,
    /// Clear balances of all of them: credits, and debits as a positive sum.
    clear_sums: [Paise; 2],
    general: BTreeMap<(Venue, Account, u32), Paise>,
    /// Debit bills past their due day, by client and day, while the client owes: for ageing.
    dues: BTreeMap<(ClientRow, Day), Paise>,
    /// Who was credited in the current entry and had dues: whether he owes still is seen when all of it is posted.
    credited: Vec<ClientRow>,
    next_voucher: VoucherNo,
    /// What the current entry has posted so far in each exchange's set; zero between entries.
    imbalance: [Paise; Venue::ALL.len()],
    /// The inter-exchange account over all sets; zero between entries.
    crossed: Paise,
    /// Clients' balances in another set than the first's, debit positive, by value day: until they are brought over to the
    /// running account.
    elsewhere: BTreeMap<(Day, Venue, ClientRow), Paise>,
    placed: Paise,
    undrawn: Paise,
}

impl Books {
    pub fn new() -> Books {
        Books {
            clients: Rows::new(),
            clear_sums: [Paise::ZERO; 2],
            general: BTreeMap::new(),
            dues: BTreeMap::new(),
            credited: Vec::new(),
            next_voucher: VoucherNo(1),
            imbalance: [Paise::ZERO; Venue::ALL.len()],
            crossed: Paise::ZERO,
            elsewhere: BTreeMap::new(),
            placed: Paise::ZERO,
            undrawn: Paise::ZERO,
        }
    }

    pub fn next_voucher(&self) -> VoucherNo {
        self.next_voucher
    }

    #[inline]
    pub fn client(&self, client: ClientRow) -> ClientBook {
        self.clients.get(client).copied().unwrap_or(ClientBook::EMPTY)
    }

    pub fn clients(&self) -> impl Iterator<Item = (ClientRow, &ClientBook)> {
        self.clients.iter()
    }

    /// Balance of an account over the sets of all exchanges, debit positive: what a bank or a client holds is one.
    pub fn total(&self, account: Account) -> Paise {
        Venue::ALL.iter().map(|venue| self.balance(*venue, account)).sum()
    }

    /// The part of [`Books::total`] that has one owner.
    pub fn total_of(&self, account: Account, owner: u32) -> Paise {
        Venue::ALL.iter().map(|venue| self.balance_of(*venue, account, owner)).sum()
    }

    /// Balance of a general account in one exchange's set with all its owners, debit positive. For clients, the
    /// control total.
    pub fn balance(&self, venue: Venue, account: Account) -> Paise {
        self.general.range((venue, account, 0)..=(venue, account, u32::MAX)).map(|(_, amount)| *amount).sum()
    }

    pub fn balance_of(&self, venue: Venue, account: Account, owner: u32) -> Paise {
        self.general.get(&(venue, account, owner)).copied().unwrap_or(Paise::ZERO)
    }

    /// Every general account with a posting, owners apart; clients stand as one control account.
    pub fn general(&self) -> impl Iterator<Item = ((Venue, Account, u32), Paise)> {
        self.general.iter().map(|(key, amount)| (*key, *amount))
    }

    /// Own money in the client system: bounded by what clients owe (sebi 23 Annexure 2.4.2).
    pub fn placed(&self) -> Paise {
        self.placed
    }

    /// Brokerage and dues collected and not yet drawn (guide I 8.6).
    pub fn undrawn(&self) -> Paise {
        self.undrawn
    }

    /// What credit clients are owed and debit clients owe, on clear balances: C and D of sebi 23 Annexure 3.2.
    /// Each client stands wholly in one of the two. `otherwise` names those whose clear balance is to be taken
    /// otherwise, each once: by another figure, or not at all.
    pub fn credits_and_debits(&self, otherwise: impl IntoIterator<Item = (ClientRow, Option<Paise>)>) -> (Paise, Paise) {
        let mut sums = self.clear_sums;
        for (row, clear) in otherwise {
            count_clear(&mut sums, self.client(row).clear(), -1);
            count_clear(&mut sums, clear.unwrap_or(Paise::ZERO), 1);
        }
        (sums[0], sums[1])
    }

    /// What a client has not paid of his bills, by their due days, latest first: bills are paid oldest first
    /// (sebi 23 Annexure 2.6: ageing is bill by bill from the pay-in day).
    pub fn unpaid(&self, client: ClientRow) -> impl Iterator<Item = (Day, Paise)> + use<'_> {
        let mut owed = (-self.client(client).clear()).at_least_zero();
        let dues = self.dues.range((client, Day(i32::MIN))..=(client, Day(i32::MAX)));
        dues.rev().map_while(move |((_, day), amount)| {
            let part = owed.min(*amount);
            owed -= part;
            part.is_positive().then_some((*day, part))
        })
    }

    /// The due day of the oldest bill a client has not paid.
    pub fn oldest_unpaid(&self, client: ClientRow) -> Option<Day> {
        self.unpaid(client).last().map(|(day, _)| day)
    }

    /// Do the postings of the entry just applied balance, in each exchange's set by itself, and does what crossed
    /// between sets arrive in another?
    pub fn is_balanced(&self) -> bool {
        self.imbalance.iter().all(|sum| sum.is_zero()) && self.crossed.is_zero()
    }

    /// What clients owe in another set than the first's, or have there if negative, and has fallen due by a day: it is
    /// to be brought over to their one running account, which is in the first's.
    pub fn to_bring_over(&self, until: Day) -> impl Iterator<Item = ((Day, Venue, ClientRow), Paise)> + use<'_> {
        self.elsewhere.iter().take_while(move |((day, ..), _)| *day <= until).map(|(key, amount)| (*key, *amount))
    }

    /// Change one client's book, and the sums it stands in.
    fn change(&mut self, client: ClientRow, change: impl FnOnce(&mut ClientBook)) {
        while self.clients.get(client).is_none() {
            self.clients.push(ClientBook::EMPTY);
        }
        let book = &mut self.clients[client];
        count_clear(&mut self.clear_sums, book.clear(), -1);
        change(book);
        count_clear(&mut self.clear_sums, book.clear(), 1);
    }

    pub fn apply(&mut self, event: &Event) {
        match *event {
            Event::Posted(posting) => self.post(&posting),
            Event::BillOpened { client, amount, .. } => {
                self.change(client, |book| {
                    if amount.is_negative() { book.open_credit -= amount } else { book.open_debit += amount }
                });
            }
            Event::BillTakenBack { client, amount, .. } => self.close(client, amount),
            Event::BillClosed { client, amount, due, .. } => {
                self.close(client, amount);
                if amount.is_positive() {
                    *self.dues.entry((client, due)).or_insert(Paise::ZERO) += amount;
                }
                self.credited.push(client);
            }
            Event::Uncleared { client, amount } => {
                self.change(client, |book| {
                    book.open_credit += amount;
                    assert!(!book.open_credit.is_negative(), "a cheque is cleared or returned once");
                });
                self.credited.push(client);
            }
            Event::PayingSet { client, amount } => self.change(client, |book| book.paying = amount),
            Event::CoverSet { placed } => self.placed = placed,
            Event::UndrawnSet { undrawn } => self.undrawn = undrawn,
        }
    }

    fn close(&mut self, client: ClientRow, amount: Paise) {
        self.change(client, |book| {
            if amount.is_negative() { book.open_credit += amount } else { book.open_debit -= amount }
            assert!(!book.open_credit.is_negative() && !book.open_debit.is_negative(), "a bill closes once");
        });
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "only the client account has a book of its own")]
    fn post(&mut self, posting: &Posting) {
        *self.imbalance.get_mut(usize::from(posting.venue.number())).expect("a set") += posting.amount;
        if posting.account == Account::InterExchange {
            self.crossed += posting.amount;
        }
        if posting.voucher >= self.next_voucher {
            assert!(posting.voucher == self.next_voucher, "voucher numbers are gapless");
            self.next_voucher = posting.voucher.next();
        }
        let owner = match posting.account {
            Account::Client => {
                let client = ClientRow(posting.owner);
                if posting.venue != Venue::FIRST {
                    self.stand_elsewhere(posting, client);
                }
                self.change(client, |book| book.balance -= posting.amount);
                if posting.amount.is_negative() && !self.dues.is_empty() {
                    self.credited.push(client);
                }
                0
            }
            _ => posting.owner,
        };
        *self.general.entry((posting.venue, posting.account, owner)).or_insert(Paise::ZERO) += posting.amount;
    }

    fn stand_elsewhere(&mut self, posting: &Posting, client: ClientRow) {
        let key = (posting.value_day, posting.venue, client);
        let amount = self.elsewhere.entry(key).or_insert(Paise::ZERO);
        *amount += posting.amount;
        if amount.is_zero() {
            self.elsewhere.remove(&key);
        }
    }

    /// The entry is over. A credit that has no value yet, of a bill or a cheque, has paid nothing.
    #[inline]
    pub fn end(&mut self) {
        // Nothing of an order or a fill is.
        while let Some(client) = self.credited.pop() {
            self.forget_paid(client);
        }
    }

    /// A client who owes nothing has no dues to age.
    fn forget_paid(&mut self, client: ClientRow) {
        if self.client(client).clear().is_negative() {
            return;
        }
        while let Some((key, _)) = self.dues.range((client, Day(i32::MIN))..=(client, Day(i32::MAX))).next() {
            let key = *key;
            self.dues.remove(&key);
        }
    }
}

impl Default for Books {
    fn default() -> Self {
        Books::new()
    }
}

vocab::kept!(struct Books { clients, clear_sums, general, dues, credited, next_voucher, imbalance, crossed, elsewhere, placed, undrawn });
