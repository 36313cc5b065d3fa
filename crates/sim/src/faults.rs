//! What goes wrong on the way between firm and world, by lots of the message alone.

use rehearsal::{Fate, Faults};
use stdx::Lots;
use world::Link;

/// How much goes wrong: each once in so many, zero never.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub lost_out: u64,
    pub lost_in: u64,
    pub doubled: u64,
    pub late: u64,
    /// Planted: a payment is sent twice by the firm's messenger.
    pub pay_twice: u64,
}

impl Plan {
    pub const NONE: Plan = Plan { lost_out: 0, lost_in: 0, doubled: 0, late: 0, pay_twice: 0 };

    /// A rough day: a lot of a seed.
    pub fn rough(seed: u64) -> Plan {
        let mut lots = Lots::of(seed, &[0xFA17]);
        let mut odds = |least: u64| if lots.one_in(3) { 0 } else { least + lots.below(200) };
        Plan { lost_out: odds(40), lost_in: odds(30), doubled: odds(20), late: odds(20), pay_twice: 0 }
    }
}

pub struct WayFaults {
    pub seed: u64,
    pub plan: Plan,
}

impl WayFaults {
    fn falls(&self, matter: u64, about: [u64; 2], one_in: u64) -> bool {
        one_in > 0 && Lots::of(self.seed, &[matter, about[0], about[1]]).one_in(one_in)
    }
}

impl Faults for WayFaults {
    fn lost_out(&self, number: u64) -> bool {
        self.falls(1, [number, 0], self.plan.lost_out)
    }

    fn inbound(&self, link: Link, seq: u64) -> Fate {
        let about = [link as u64, seq];
        if self.falls(2, about, self.plan.lost_in) {
            return Fate::Lost;
        }
        if self.falls(3, about, self.plan.doubled) {
            return Fate::Doubled;
        }
        if self.falls(4, about, self.plan.late) {
            let most = 40_000_000;
            return Fate::Late(Lots::of(self.seed, &[5, about[0], about[1]]).between(1_000, most));
        }
        Fate::Straight
    }

    fn sent_twice(&self, message: &world::FromFirm) -> bool {
        match message {
            world::FromFirm::Pay { payment, .. } => self.falls(6, [payment.0, 0], self.plan.pay_twice),
            _ => false,
        }
    }
}
