//! Short deliveries, told and ended, and what they cost whom (guide I 9.7, 9.9, 9.11; sebi 15.4.6).

use crate::audit::Audit;
use crate::chart::account;
use crate::{What, exact};
use vocab::{ClientRow, Paise, Price, Qty, SecurityRow, SettlementRow};

/// A seller short towards the clearing corporation.
pub(crate) struct Short {
    pub qty: Qty,
    pub valuation: Price,
    pub ended: bool,
}

/// A seller short towards another client of the firm.
pub(crate) struct Internal {
    pub qty: Qty,
    pub ended: bool,
}

type Seller = (SettlementRow, SecurityRow, ClientRow);
type Pair = (SettlementRow, SecurityRow, ClientRow, ClientRow);

impl Audit {
    pub(crate) fn short_told(&mut self, key: Seller, qty: Qty, valuation: Price) {
        let (settlement, security, client) = key;
        if self.shorts.insert(key, Short { qty, valuation, ended: false }).is_some() {
            self.find_plain(What::ShortageTwice { settlement, security });
        }
        self.bear(settlement, client, exact::value(valuation, qty));
    }

    pub(crate) fn short_ended(&mut self, key: Seller, price: Price) {
        let (settlement, security, client) = key;
        match self.shorts.get_mut(&key).filter(|short| !short.ended) {
            None => self.find_plain(What::ShortageUnknown { settlement, security }),
            Some(short) => {
                short.ended = true;
                let more = exact::value(price, short.qty) - exact::value(short.valuation, short.qty);
                self.bear(settlement, client, more);
            }
        }
    }

    pub(crate) fn internal_short(&mut self, key: Pair, qty: Qty) {
        let (settlement, security, ..) = key;
        if self.internal.insert(key, Internal { qty, ended: false }).is_some() {
            self.find_plain(What::ShortageTwice { settlement, security });
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

    /// A client bears what the clearing corporation debits for his shortage, or gets what it credits.
    pub(crate) fn bear(&mut self, settlement: SettlementRow, client: ClientRow, amount: Paise) {
        self.ledger.debit(account::CLIENT, client.0, amount);
        self.ledger.credit(account::AUCTION_CONTROL, 0, amount);
        let own = self.is_own(client);
        match self.settlements.get_mut(&settlement) {
            None => self.find_plain(What::SettlementUnknown { settlement }),
            Some(it) => {
                it.auction -= amount;
                if !own {
                    it.clients_dues += amount.max(Paise::ZERO);
                }
            }
        }
    }
}
