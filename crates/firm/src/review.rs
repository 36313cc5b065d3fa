//! Orders that wait: for the risk desk's release, for their own confirmation, or for the exchange to take orders.

use crate::{Place, Refusal};
use alloc::collections::BTreeMap;
use orders::Placed;
use risk::Waived;
use vocab::{Evidence, Moment, Price, Qty, UserRow};

/// An order that waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Referral {
    /// As it was given; its number is the referral's.
    pub placed: Placed,
    pub source: [u8; 16],
    pub terminal: u64,
    /// What a stop waits for, how much is shown, and the price its client saw.
    pub trigger: Price,
    pub disclosed: Qty,
    pub seen: Price,
    pub evidence: (Evidence, u64),
    /// Why it waits, with the figures of then.
    pub refusal: Refusal,
    /// The limits a release waives; none where a confirmation is waited for.
    pub waived: Waived,
    pub since: Moment,
}

vocab::kept!(struct Referral {
    placed, source, terminal, trigger, disclosed, seen, evidence, refusal, waived, since,
});

impl Referral {
    /// The order as it would be asked anew.
    pub fn place(&self) -> Place {
        let Placed { key, price, qty, client, security, venue, side, kind, validity, channel, product, .. } = self.placed;
        let Referral { source, terminal, trigger, disclosed, seen, .. } = *self;
        let evidence = Some(self.evidence);
        Place {
            client, security, venue, side, kind, validity, channel, product, price, trigger, qty, disclosed, seen, key, source,
            terminal, evidence,
        }
    }

    /// Whether it waits for its own confirmation, not for the risk desk.
    pub fn wants_confirming(&self) -> bool {
        self.waived == Waived::NONE && !self.is_queued()
    }

    /// Whether it waits for the exchange alone.
    pub fn is_queued(&self) -> bool {
        self.refusal.code == crate::Code::Queued
    }
}

/// The queue.
#[derive(Default)]
pub struct Review {
    waiting: BTreeMap<u32, Referral>,
    last: u32,
}

impl Review {
    pub fn get(&self, referral: u32) -> Option<&Referral> {
        self.waiting.get(&referral)
    }

    pub fn iter(&self) -> impl Iterator<Item = (u32, &Referral)> {
        self.waiting.iter().map(|(no, referral)| (*no, referral))
    }

    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub fn next(&self) -> u32 {
        self.last.saturating_add(1)
    }

    /// The referral a caller's own key waits under.
    pub fn by_key(&self, user: UserRow, key: u64) -> Option<u32> {
        let of = |referral: &Referral| key != 0 && (referral.placed.user, referral.placed.key) == (user, key);
        self.iter().find(|(_, referral)| of(referral)).map(|(no, _)| no)
    }

    pub(crate) fn refer(&mut self, placed: Placed, since: Moment) {
        let referral = u32::try_from(placed.order.0).expect("a referral's number");
        assert!(referral == self.next(), "referrals are numbered without gaps");
        self.last = referral;
        let refusal = Refusal::plain(crate::Code::AlreadySo);
        let evidence = (Evidence::Other, 0);
        let (trigger, disclosed, seen) = (Price::ZERO, Qty::ZERO, Price::ZERO);
        let (source, terminal, waived) = ([0; 16], 0, Waived::NONE);
        let waits = Referral { placed, source, terminal, trigger, disclosed, seen, evidence, refusal, waived, since };
        self.waiting.insert(referral, waits);
    }

    pub(crate) fn get_mut(&mut self, referral: u32) -> &mut Referral {
        self.waiting.get_mut(&referral).expect("an order that waits")
    }

    pub(crate) fn end(&mut self, referral: u32) {
        self.waiting.remove(&referral).expect("an order that waits");
    }
}

vocab::kept!(struct Review { waiting, last });
