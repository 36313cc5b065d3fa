//! Shares that came for a client who has not paid for them: kept until he pays, or sold for what he owes.
//!
//! What this is not: no price, no ledger, no day is known here. The firm passes in what a client owes and what his
//! shares are worth; how many stay under the lien comes out of [`kept`].
//!
//! Invariants:
//! - No more is kept than what is owed is worth (guide I 9.6, sebi 23 Annexure 2.5).
//! - What is offered for sale is part of what is kept.
//! - A lien is on shares of one client for his own debt, and ends with them.
//!
//! Start with [`Lien`] and [`Liens`].
#![no_std]

extern crate alloc;

use alloc::collections::{BTreeMap, BTreeSet};
use vocab::{ClientRow, Day, LienNo, OrderNo, Paise, Price, Qty, Rounding, SecurityRow, SettlementRow};

/// How the shares are kept: the law of the day they came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Form {
    /// Withheld in the firm's client beneficiary account (guide I 9.6).
    Withheld = 1,
    /// In the firm's client unpaid securities account.
    Account = 2,
    /// In the client's own account, pledged to the firm as unpaid.
    Pledge = 3,
}

impl Form {
    pub const ALL: [Form; 3] = [Form::Withheld, Form::Account, Form::Pledge];

    pub const fn number(self) -> u8 {
        self as u8
    }

    pub fn from_number(n: u8) -> Option<Form> {
        Form::ALL.into_iter().find(|form| form.number() == n)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Form::Withheld => "withheld",
            Form::Account => "in the unpaid securities account",
            Form::Pledge => "pledged as unpaid",
        }
    }
}

/// Shares of one client and one pay-out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lien {
    pub client: ClientRow,
    pub security: SecurityRow,
    pub settlement: SettlementRow,
    pub form: Form,
    /// The day of the pay-out.
    pub since: Day,
    /// Asked for, and not yet known to be kept.
    pub asked: Qty,
    /// Kept: what is offered for sale counts, what is on its way back does not.
    pub qty: Qty,
    /// Of that, offered in the market or sold there, and not yet taken for delivery.
    pub offered: Qty,
    /// The order that sells them, the last one; and the settlement they are sold in.
    pub order: Option<OrderNo>,
    pub sale: Option<SettlementRow>,
    /// On its way back to the client.
    pub leaving: Qty,
    /// Taken for delivery, while the depository has not said that the pledge on them is over.
    pub taken: Qty,
    /// When the client was told, and what he owed then.
    pub told: Option<(Day, Paise)>,
}

impl Lien {
    /// Kept and not offered.
    pub fn idle(&self) -> Qty {
        self.qty - self.offered
    }

    fn is_over(&self) -> bool {
        [self.asked, self.qty, self.leaving, self.taken].iter().all(|qty| qty.is_zero())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    Asked {
        no: LienNo, client: ClientRow, security: SecurityRow, settlement: SettlementRow, qty: Qty, form: Form,
        since: Day,
    },
    /// What of it is kept: all of it, fewer, or none.
    Held { no: LienNo, qty: Qty },
    /// The client is told what he owes and that his shares will be sold for it.
    Told { no: LienNo, owed: Paise, day: Day },
    /// An order to sell them is in the market.
    Offered { no: LienNo, order: OrderNo, settlement: SettlementRow, qty: Qty },
    /// Of what was sold so many are needed for delivery; the rest is kept as before.
    Sold { no: LienNo, qty: Qty },
    /// Sold, and taken for delivery.
    Realised { no: LienNo, qty: Qty },
    /// Released: asked to go back to the client.
    Leaving { no: LienNo, qty: Qty },
    /// With the client, free; and nothing pledged that was taken for delivery.
    Released { no: LienNo, qty: Qty },
    /// Told to the depository once more: under its number it comes to the same.
    Repeated { no: LienNo },
    /// So many of what was offered come back from the order: unsold, or taken back by the exchange. They are kept as before.
    Unsold { no: LienNo, qty: Qty },
}

/// How many shares may be kept for what is owed at a price: never more than that is worth.
pub fn kept(owed: Paise, price: Price, of: Qty) -> Qty {
    if !owed.is_positive() || price.0 <= 0 {
        return Qty::ZERO;
    }
    if price.value(of, Rounding::UpPaisa) <= owed {
        return of;
    }
    // A price is in 1/10,000 of a rupee, a paisa is a hundred of them.
    let shares = i128::from(owed.0).saturating_mul(100).checked_div(i128::from(price.0)).unwrap_or(0);
    Qty(i64::try_from(shares).unwrap_or(0)).min(of)
}

/// The state of the department: liens in force; what is over is in the journal.
pub struct Liens {
    all: BTreeMap<LienNo, Lien>,
    by_client: BTreeMap<ClientRow, BTreeSet<LienNo>>,
    next: LienNo,
}

impl Liens {
    pub fn new() -> Liens {
        Liens { all: BTreeMap::new(), by_client: BTreeMap::new(), next: LienNo(1) }
    }

    pub fn next_no(&self) -> LienNo {
        self.next
    }

    pub fn get(&self, no: LienNo) -> Option<&Lien> {
        self.all.get(&no)
    }

    pub fn iter(&self) -> impl Iterator<Item = (LienNo, &Lien)> {
        self.all.iter().map(|(no, lien)| (*no, lien))
    }

    /// One client's, oldest first.
    pub fn of_client(&self, client: ClientRow) -> impl Iterator<Item = (LienNo, &Lien)> {
        let all = self.by_client.get(&client).into_iter().flatten();
        all.filter_map(|no| Some((*no, self.all.get(no)?)))
    }

    /// What of one client's security was offered in one settlement.
    pub fn sold(
        &self, client: ClientRow, security: SecurityRow, settlement: SettlementRow,
    ) -> impl Iterator<Item = (LienNo, &Lien)> {
        let of = move |lien: &Lien| lien.security == security && lien.sale == Some(settlement);
        self.of_client(client).filter(move |(_, lien)| of(lien) && lien.offered.is_positive())
    }

    /// # Panics
    /// When the event contradicts the state: a number out of series, more offered or released than is kept.
    pub fn apply(&mut self, event: &Event) {
        match *event {
            Event::Asked { no, client, security, settlement, qty, form, since } => {
                assert!(no == self.next, "liens are numbered without gaps");
                assert!(qty.is_positive(), "a lien is on shares");
                self.next = no.next();
                let zero = Qty::ZERO;
                self.by_client.entry(client).or_default().insert(no);
                self.all.insert(no, Lien {
                    client, security, settlement, form, since, asked: qty, qty: zero, offered: zero, order: None,
                    sale: None, leaving: zero, taken: zero, told: None,
                });
            }
            Event::Held { no, qty } => self.change(no, |lien| {
                assert!(!qty.is_negative() && qty <= lien.asked, "no more is kept than was asked for");
                lien.qty = qty;
                lien.asked = Qty::ZERO;
            }),
            Event::Told { no, owed, day } => self.change(no, |lien| lien.told = Some((day, owed))),
            Event::Offered { no, order, settlement, qty } => self.change(no, |lien| {
                lien.offered += qty;
                (lien.order, lien.sale) = (Some(order), Some(settlement));
            }),
            Event::Sold { no, qty } => self.change(no, |lien| {
                assert!(qty <= lien.offered, "no more sells than was offered");
                lien.offered = qty;
                lien.order = None;
            }),
            Event::Realised { no, qty } => self.change(no, |lien| {
                lien.offered -= qty;
                lien.qty -= qty;
                if lien.form == Form::Pledge {
                    lien.taken += qty;
                }
            }),
            Event::Leaving { no, qty } => self.change(no, |lien| {
                lien.qty -= qty;
                lien.leaving += qty;
            }),
            Event::Released { no, qty } => self.change(no, |lien| {
                lien.leaving -= qty;
                lien.taken = Qty::ZERO;
            }),
            Event::Repeated { .. } => {}
            Event::Unsold { no, qty } => self.change(no, |lien| lien.offered -= qty),
        }
    }

    fn change(&mut self, no: LienNo, change: impl FnOnce(&mut Lien)) {
        let lien = self.all.get_mut(&no).expect("a lien in force");
        change(lien);
        let whole = !lien.offered.is_negative() && lien.offered <= lien.qty && !lien.leaving.is_negative();
        assert!(whole, "what is offered is part of what is kept");
        let client = lien.client;
        if lien.is_over() {
            self.all.remove(&no);
            self.by_client.get_mut(&client).expect("its client has liens").remove(&no);
        }
    }
}

impl Default for Liens {
    fn default() -> Self {
        Liens::new()
    }
}

vocab::kept!(byte Form);
vocab::kept!(struct Lien {
    client, security, settlement, form, since, asked, qty, offered, order, sale, leaving, taken, told,
});
vocab::kept!(struct Liens { all, by_client, next });

#[cfg(test)]
mod tests {
    use super::*;

    // covers: G-9.6-4, S-23A-2.5-1
    #[test]
    fn no_more_is_kept_than_what_is_owed_is_worth() {
        let price = Price::from_paise(80_000);
        for owed in (-3..200_000).map(|n| Paise(n * 7)) {
            for of in [Qty(1), Qty(3), Qty(10)] {
                let qty = kept(owed, price, of);
                assert!(qty <= of && !qty.is_negative());
                assert!(qty.is_zero() || price.value(qty, Rounding::UpPaisa) <= owed, "{qty} kept for {owed}");
                let more = price.value(qty + Qty(1), Rounding::UpPaisa) <= owed;
                assert!(qty == of || !more, "fewer are kept than may be");
            }
        }
        assert_eq!(kept(Paise(1_000), Price::ZERO, Qty(5)), Qty::ZERO, "what has no price is not kept");
    }

    fn asked() -> Liens {
        let mut liens = Liens::new();
        liens.apply(&Event::Asked {
            no: LienNo(1), client: ClientRow(1), security: SecurityRow(2), settlement: SettlementRow(3), qty: Qty(10),
            form: Form::Pledge, since: Day(20_000),
        });
        liens
    }

    #[test]
    fn a_lien_ends_with_its_last_share() {
        let no = LienNo(1);
        let mut liens = asked();
        for event in [
            Event::Held { no, qty: Qty(8) },
            Event::Told { no, owed: Paise(500), day: Day(20_001) },
            Event::Offered { no, order: OrderNo(4), settlement: SettlementRow(9), qty: Qty(5) },
            Event::Sold { no, qty: Qty(3) },
            Event::Realised { no, qty: Qty(3) },
            Event::Leaving { no, qty: Qty(5) },
        ] {
            liens.apply(&event);
        }
        assert_eq!(liens.get(no).map(|l| (l.qty, l.leaving, l.taken)), Some((Qty::ZERO, Qty(5), Qty(3))));
        liens.apply(&Event::Released { no, qty: Qty(5) });
        assert!(liens.get(no).is_none());
        assert_eq!(liens.next_no(), LienNo(2));
    }

    #[test]
    fn what_nobody_kept_is_no_lien() {
        let mut liens = asked();
        liens.apply(&Event::Held { no: LienNo(1), qty: Qty::ZERO });
        assert!(liens.get(LienNo(1)).is_none());
    }

    #[test]
    #[should_panic(expected = "part of what is kept")]
    fn no_more_is_offered_than_is_kept() {
        let no = LienNo(1);
        let mut liens = asked();
        liens.apply(&Event::Held { no, qty: Qty(4) });
        liens.apply(&Event::Offered { no, order: OrderNo(4), settlement: SettlementRow(9), qty: Qty(5) });
    }
}
