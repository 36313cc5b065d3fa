//! What lets the firm move sold shares out of their client's account (sebi 37): a power in force, what an ended one had still to
//! deliver, and what the client let move himself.

use crate::audit::Audit;
use crate::{Figure, What, Who};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use vocab::{ClientRow, Qty, SecurityRow, SettlementRow};

type Key = (SettlementRow, ClientRow, SecurityRow);

#[derive(Default)]
pub(crate) struct Authorities {
    powers: BTreeMap<u32, ClientRow>,
    in_force: BTreeSet<(ClientRow, u32)>,
    /// What may still move of each sale without a power.
    left: BTreeMap<Key, Qty>,
}

impl Authorities {
    pub fn given(&mut self, power: u32, client: ClientRow) {
        self.powers.insert(power, client);
        self.in_force.insert((client, power));
    }

    fn has_power(&self, client: ClientRow) -> bool {
        self.in_force.range((client, 0)..=(client, u32::MAX)).next().is_some()
    }

    pub fn may(&mut self, key: Key, qty: Qty) {
        *self.left.entry(key).or_insert(Qty::ZERO) += qty;
    }
}

impl Audit {
    /// What he had dealt and not delivered then is still delivered (sebi 37 Annex 2.1.7).
    pub(crate) fn power_ended(&mut self, power: u32) {
        let Some(client) = self.authorities.powers.get(&power).copied() else { return };
        self.authorities.in_force.remove(&(client, power));
        let his = self.dealt.iter().filter(|((_, of, _), _)| *of == client);
        let open: Vec<(Key, Qty)> = his.map(|(key, dealt)| (*key, dealt.to_deliver() - self.called(key))).collect();
        for (key, qty) in open.into_iter().filter(|(_, qty)| qty.is_positive()) {
            self.authorities.left.insert(key, qty);
        }
    }

    /// So many shares of a sale left their client's account.
    pub(crate) fn left_account(&mut self, key: Key, who: Who, qty: Qty) {
        let (_, client, security) = key;
        let own = self.clients.get(&client).is_some_and(|it| it.own);
        let left = self.authorities.left.get(&key).copied().unwrap_or(Qty::ZERO);
        let used = left.min(qty);
        if used.is_positive() {
            self.authorities.left.insert(key, left - used);
        }
        if used < qty && !own && !self.authorities.has_power(client) {
            self.find(What::MovedWithoutAuthority { who, security }, Figure::Shares(used), Figure::Shares(qty));
        }
    }
}
