//! What clients let the firm do: most of the cast execute the day's paper when they come, the others instruct in the evening
//! what they sold.

use crate::cast::Member;
use crate::script::{OPERATIONS, PRINCIPAL, Script, What};
use vocab::{ClientKind, Day, Moment, TimeOfDay, UserRow};

/// One client of so many gives no power.
const NONE_ONE_IN: u32 = 7;
/// Sales that one of them instructs in an evening.
const INSTRUCTIONS: u32 = 16;

/// An act about a member's power; what it comes to is worked out when its moment comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PowerAct {
    /// One of two persons enters the paper.
    Execute { member: u32, second: bool },
    Copy { member: u32 },
    /// The next of the sales that nothing covers: by himself, or by a slip once he is dead.
    Instruct { member: u32 },
}

impl PowerAct {
    /// Who of the firm does it; a living client instructs himself.
    pub const fn by(self) -> UserRow {
        match self {
            PowerAct::Execute { second: true, .. } => PRINCIPAL,
            PowerAct::Execute { second: false, .. } | PowerAct::Copy { .. } | PowerAct::Instruct { .. } => OPERATIONS,
        }
    }
}

impl Member {
    /// Institutions have no time to instruct what their custodian leaves to the firm.
    pub fn gives_power(&self) -> bool {
        self.kind == ClientKind::Institution || self.number % NONE_ONE_IN != 5
    }
}

impl Script {
    /// A member's papers as he comes.
    pub(crate) fn papers_of(&self, n: u32) -> Vec<What> {
        if !self.member(n).gives_power() {
            return Vec::new();
        }
        let execute = |second| PowerAct::Execute { member: n, second };
        [execute(false), execute(true), PowerAct::Copy { member: n }].map(What::Power).to_vec()
    }

    /// An evening's instructions.
    pub(crate) fn instructions(&self, day: Day) -> Vec<(Moment, What)> {
        let first = day + TimeOfDay::hms(20, 10, 0);
        let wanting = (0..self.clients).filter(|n| !self.member(*n).gives_power() || self.member(*n).dies);
        let each = wanting.flat_map(|member| (0..INSTRUCTIONS).map(move |_| What::Power(PowerAct::Instruct { member })));
        (0..).zip(each).map(|(nth, what)| (first.plus_micros(nth * 20_000), what)).collect()
    }
}
