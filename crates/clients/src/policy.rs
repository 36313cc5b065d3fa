//! What the house asks of one client beside what the day's rules ask of all: an extra margin, and a bound on what he may have
//! open by what he has with the firm. From a day on, like brokerage: the days before keep theirs.

use vocab::Rate;

/// The terms of a client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Policy {
    /// What he may have open and bought in a day, of what he has with the firm; none where his limits alone bound him.
    pub multiple: Option<Rate>,
    /// Of the value of an order that adds, on top of its margin.
    pub extra: Rate,
}

vocab::kept!(struct Policy { multiple, extra });

impl Policy {
    /// The finest step of an extra margin: a hundredth of a percent.
    pub const STEP: Rate = Rate(100_000_000);
    /// More than this is no bound: a hundred times what he has.
    pub const MOST: Rate = Rate(100 * Rate::WHOLE.0);

    /// Whether each part is one a policy may have.
    pub fn fits(&self) -> bool {
        let steps = self.extra.0.checked_rem(Policy::STEP.0) == Some(0);
        let bounded = self.multiple.is_none_or(|times| times > Rate::ZERO && times <= Policy::MOST);
        steps && bounded && (Rate::ZERO..=Rate::WHOLE).contains(&self.extra)
    }

    /// The extra margin, in its steps.
    pub(crate) fn steps(&self) -> u16 {
        self.extra.0.checked_div(Policy::STEP.0).and_then(|n| u16::try_from(n).ok()).unwrap_or(u16::MAX)
    }
}
