//! Short deliveries, told and ended, and what they cost whom (guide I 9.7, 9.9, 9.11; sebi 15.4.6).

use crate::audit::Audit;
use crate::chart::account;
use crate::{Figure, What, exact};
use vocab::{ClientRow, Paise, Price, Qty, SecurityRow, SettlementRow};

/// A seller short towards the clearing corporation.
pub(crate) struct Short {
    pub qty: Qty,
    /// What he was debited when it was told.
    pub debited: Paise,
    pub ended: bool,
}

/// A seller short towards another client of the firm.
pub(crate) struct Internal {
    pub qty: Qty,
    pub ended: bool,
}

/// What the clearing corporation reckons in one sum.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lot {
    Valued,
    BoughtIn,
    ClosedOut,
}

type Seller = (SettlementRow, SecurityRow, ClientRow);
type Pair = (SettlementRow, SecurityRow, ClientRow, ClientRow);

impl Audit {
    pub(crate) fn short_told(&mut self, key: Seller, qty: Qty, valuation: Price) {
        let (settlement, security, _) = key;
        let debited = self.part((settlement, security), Lot::Valued, valuation, qty);
        if self.shorts.insert(key, Short { qty, debited, ended: false }).is_some() {
            self.find_plain(What::ShortageTwice { settlement, security });
        }
        self.bear(key, debited);
    }

    pub(crate) fn short_ended(&mut self, key: Seller, price: Price) {
        let (settlement, security, _) = key;
        match self.shorts.get_mut(&key).filter(|short| !short.ended) {
            None => self.find_plain(What::ShortageUnknown { settlement, security }),
            Some(short) => {
                short.ended = true;
                let (qty, debited) = (short.qty, short.debited);
                let cost = self.part((settlement, security), Lot::BoughtIn, price, qty);
                self.bear(key, cost - debited);
            }
        }
    }

    pub(crate) fn internal_short(&mut self, key: Pair, qty: Qty) {
        let (settlement, security, ..) = key;
        if self.internal.insert(key, Internal { qty, ended: false }).is_some() {
            self.find_plain(What::ShortageTwice { settlement, security });
        }
    }

    /// No money passes: the purchase is a trade of the seller's.
    pub(crate) fn made_good(&mut self, key: Pair, qty: Qty) {
        let (settlement, security, ..) = key;
        match self.internal.get_mut(&key).filter(|short| !short.ended && qty.is_positive() && qty <= short.qty) {
            None => self.find_plain(What::ShortageUnknown { settlement, security }),
            Some(short) => {
                short.qty -= qty;
                short.ended = short.qty.is_zero();
            }
        }
    }

    /// The buyer is paid what the seller bears; the control account is passed through and left as it was.
    pub(crate) fn internal_ended(&mut self, key: Pair, price: Price) {
        let (settlement, security, seller, buyer) = key;
        match self.internal.get_mut(&key).filter(|short| !short.ended) {
            None => self.find_plain(What::ShortageUnknown { settlement, security }),
            Some(short) => {
                short.ended = true;
                let amount = exact::value(price, short.qty);
                self.ledger.debit(account::CLIENT, seller.0, amount);
                self.ledger.credit(account::INTERNAL_SHORTAGE, 0, amount);
                self.ledger.debit(account::INTERNAL_SHORTAGE, 0, amount);
                self.ledger.credit(account::CLIENT, buyer.0, amount);
            }
        }
    }

    pub(crate) fn buyer_closed_out(&mut self, key: Seller, qty: Qty, price: Price) {
        let (settlement, security, _) = key;
        let credit = self.part((settlement, security), Lot::ClosedOut, price, qty);
        self.bear(key, -credit);
    }

    /// A client's part of what the clearing corporation reckons for a whole lot at once. A close-out price may be
    /// finer than a paisa: each takes what the lot comes to with him less what it came to before him, so that
    /// the parts add up to the whole.
    fn part(&mut self, of: (SettlementRow, SecurityRow), lot: Lot, price: Price, qty: Qty) -> Paise {
        let so_far = self.lots.entry((of.0, of.1, lot, price)).or_insert(Qty::ZERO);
        let before = *so_far;
        *so_far += qty;
        exact::value(price, *so_far) - exact::value(price, before)
    }

    /// A client bears what the clearing corporation debits for his shortage, or is credited what it owes him:
    /// his to use once its money has come.
    pub(crate) fn bear(&mut self, key: Seller, amount: Paise) {
        let (settlement, _, client) = key;
        self.ledger.debit(account::CLIENT, client.0, amount);
        self.ledger.credit(account::AUCTION_CONTROL, 0, amount);
        if amount.is_negative() {
            *self.awaited.entry(key).or_insert(Paise::ZERO) -= amount;
            *self.open_credit.entry(client).or_insert(Paise::ZERO) -= amount;
        }
        let own = self.is_own(client);
        match self.settlements.get_mut(&settlement) {
            None => self.find_plain(What::SettlementUnknown { settlement }),
            Some(it) => {
                it.auction -= amount;
                if !own {
                    it.clients_dues += amount.at_least_zero();
                }
            }
        }
    }

    /// No more is given free than the clearing corporation has paid for the settlement's auctions.
    pub(crate) fn credit_came(&mut self, key: Seller) {
        let (settlement, security, client) = key;
        let Some(amount) = self.awaited.remove(&key) else {
            return self.find_plain(What::ShortageUnknown { settlement, security });
        };
        *self.open_credit.entry(client).or_insert(Paise::ZERO) -= amount;
        let Some(it) = self.settlements.get_mut(&settlement) else { return };
        it.auction_used += amount;
        let (came, used) = (it.auction_came, it.auction_used);
        if used > came {
            self.find(What::CreditBeforeMoney { settlement }, Figure::Money(came), Figure::Money(used));
        }
    }
}
