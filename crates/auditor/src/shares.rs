//! Shares in their places, by client and security; called in, delivered and received by what was traded.

use crate::audit::Audit;
use crate::charge::Dealt;
use crate::chart::place;
use crate::{Figure, What};
use vocab::{ClientRow, Price, Qty, SecurityRow, SettlementRow};

/// Third parties' shares in one of the firm's places.
#[derive(Clone, Copy)]
pub(crate) struct Inward {
    pub place: u8,
    pub security: SecurityRow,
    pub qty: Qty,
}

/// What moved for a client's trades of a security in a settlement.
#[derive(Clone, Copy)]
pub(crate) struct Tally {
    called: Qty,
    delivered: Qty,
    received: Qty,
    /// In early pay-in, and all that was ever paid in so.
    early: Qty,
    pub paid_in_early: Qty,
}

impl Tally {
    /// What the clearing corporation has of it.
    pub fn with_corporation(&self) -> Qty {
        self.early + self.delivered
    }
}

/// Is it one of the firm's own demat accounts, where clients' shares stand?
const fn is_the_firms(at: u8) -> bool {
    matches!(at, place::BENEFICIARY | place::POOL | place::PRINCIPAL | place::UNPAID)
}

impl Audit {
    pub(crate) fn at(&self, client: ClientRow, security: SecurityRow, place: u8) -> Qty {
        self.places.get(&(client, security, place)).copied().unwrap_or(Qty::ZERO)
    }

    pub(crate) fn moved(
        &mut self, client: ClientRow, security: SecurityRow, path: (u8, u8), qty: Qty,
        settlement: Option<SettlementRow>,
    ) {
        let (from, to) = path;
        let who = self.who(client);
        if !qty.is_positive() {
            return self.find_plain(What::SharesQuantity { who, security });
        }
        if let Some(place) = [from, to].into_iter().find(|p| place::name(*p).is_none()) {
            return self.find_plain(What::UnknownPlace { place });
        }
        *self.places.entry((client, security, from)).or_insert(Qty::ZERO) -= qty;
        *self.places.entry((client, security, to)).or_insert(Qty::ZERO) += qty;
        let left = self.at(client, security, from);
        if (is_the_firms(from) || from == place::EARLY) && left.is_negative() {
            let (had, went) = (Figure::Shares(left + qty), Figure::Shares(qty));
            self.find(What::SharesNotThere { who, security, place: from }, had, went);
        }
        match settlement {
            // Only what came from the client's account or the corporation stands for what he dealt (guide I 9.6).
            Some(_) if from == place::OUTSIDE || to == place::OUTSIDE => {
                self.find_plain(What::SharesFromOutside { who, security });
            }
            Some(settlement) => self.tally((settlement, client, security), path, qty),
            // A client's own movements at his depository are his.
            None if matches!(path, (place::OUTSIDE, place::ACCOUNT) | (place::ACCOUNT, place::OUTSIDE)) => {}
            None if self.benefits.explains(client, security, path, qty) => {}
            None => self.find_plain(What::SharesWithoutSettlement { who, security }),
        }
    }

    /// Defective shares that a client received go back to the corporation.
    pub(crate) fn objected(&mut self, (settlement, security, client): (SettlementRow, SecurityRow, ClientRow), qty: Qty, as_seller: bool) {
        let open = self.objected.entry((settlement, security, client, as_seller)).or_insert(Qty::ZERO);
        *open += qty;
        if !as_seller {
            self.beyond.entry((settlement, client, security)).or_insert((Qty::ZERO, Qty::ZERO)).0 += qty;
        }
    }

    /// Good ones come in their place to who received them, and the defective ones to who delivered them, if somebody
    /// else's were bought for him.
    pub(crate) fn objection_ended(
        &mut self, key: (SettlementRow, SecurityRow, ClientRow), qty: Qty, as_seller: bool, price: Option<Price>,
    ) {
        let (settlement, security, client) = key;
        let open = self.objected.entry((settlement, security, client, as_seller)).or_insert(Qty::ZERO);
        *open -= qty;
        if open.is_negative() {
            self.find_plain(What::ObjectionUnknown { settlement, security });
        }
        if price.is_some() == as_seller {
            self.beyond.entry((settlement, client, security)).or_insert((Qty::ZERO, Qty::ZERO)).1 += qty;
        }
        if let Some(price) = price {
            let amount = crate::exact::value(price, qty);
            self.bear(key, if as_seller { amount } else { -amount });
        }
    }

    /// A third party's shares: nobody's here, until they are back.
    pub(crate) fn shares_apart(&mut self, inward: u32, it: Inward) {
        if let Some(part) = self.benefits.held_for_stranger(inward).filter(|part| *part != it.qty) {
            self.find(What::InwardDiffers { inward }, Figure::Shares(part), Figure::Shares(it.qty));
        }
        if self.inwards.insert(inward, it).is_some() {
            self.find_plain(What::InwardTwice { inward });
        }
    }

    /// What did not go back is held under another number.
    pub(crate) fn shares_renumbered(&mut self, inward: u32, under: u32) {
        if let Some(it) = self.inwards.get_mut(&inward) {
            let rest = *it;
            it.qty = Qty::ZERO;
            self.shares_apart(under, rest);
        }
    }

    pub(crate) fn shares_back(&mut self, inward: u32, qty: Qty) {
        let held = self.inwards.get(&inward).map_or(Qty::ZERO, |it| it.qty);
        if qty.is_negative() || qty > held {
            self.find(What::InwardDiffers { inward }, Figure::Shares(held), Figure::Shares(qty));
        }
        if let Some(it) = self.inwards.get_mut(&inward) {
            it.qty -= qty;
        }
    }

    /// No client's shares are taken, or given away, beyond his own trades (guide I 9.1, 9.5).
    fn tally(&mut self, key: (SettlementRow, ClientRow, SecurityRow), path: (u8, u8), qty: Qty) {
        let (_, client, security) = key;
        let dealt = self.dealt.get(&key).copied().unwrap_or(Dealt::NOTHING);
        let (more_out, more_in) = self.beyond.get(&key).copied().unwrap_or((Qty::ZERO, Qty::ZERO));
        let none = Tally { called: Qty::ZERO, delivered: Qty::ZERO, received: Qty::ZERO, early: Qty::ZERO, paid_in_early: Qty::ZERO };
        let tally = self.tallies.entry(key).or_insert(none);
        let who = self.clients.get(&client).map(|c| c.ucc);
        let who = crate::Who { client, ucc: who };
        let (from, to) = path;
        let comes = if to == place::EARLY { qty } else { Qty::ZERO };
        (tally.early, tally.paid_in_early) = (tally.early + comes, tally.paid_in_early + comes);
        tally.early -= if from == place::EARLY { qty } else { Qty::ZERO };
        let leaves = from == place::ACCOUNT && (is_the_firms(to) || to == place::EARLY);
        let found = if leaves {
            tally.called += qty;
            // What he asked to pay in early he may have bought back before it moved.
            let most = if to == place::EARLY { dealt.sell_qty } else { dealt.to_deliver() };
            Some((What::CalledBeyondSold { who, security }, most, tally.called))
        } else if to == place::ACCOUNT && matches!(from, place::EARLY | place::BENEFICIARY) {
            // It came back, or was not needed, and may be called in again.
            tally.called -= qty;
            None
        } else if to == place::CORPORATION {
            tally.delivered += qty;
            Some((What::DeliveredBeyondSold { who, security }, dealt.to_deliver() + more_out, tally.delivered))
        } else if from == place::CORPORATION {
            tally.received += qty;
            Some((What::ReceivedBeyondBought { who, security }, dealt.to_receive() + more_in, tally.received))
        } else {
            None
        };
        if let Some((what, most, all)) = found.filter(|(_, most, all)| all > most) {
            self.find(what, Figure::Shares(most), Figure::Shares(all));
        }
        if leaves {
            self.left_account(key, who, qty);
        }
    }

    /// What of a sale has left its client's account.
    pub(crate) fn called(&self, key: &(SettlementRow, ClientRow, SecurityRow)) -> Qty {
        self.tallies.get(key).map_or(Qty::ZERO, |tally| tally.called)
    }
}
