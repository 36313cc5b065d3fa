//! What a client agreed to pay for his trades.

use crate::{Paise, Portion, Rate};

/// One row of a brokerage plan: what an order pays, for one portion, once the day's turnover in it has come so far.
///
/// An order pays the rate on its value or the sum per share, whichever is more; at least `least`, at most `most`
/// (zero: no such bound). A flat sum per order is both bounds alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Slab {
    pub portion: Portion,
    /// It holds from this turnover of the client's day on.
    pub turnover: Paise,
    pub rate: Rate,
    pub per_share: Paise,
    pub least: Paise,
    pub most: Paise,
}

impl Slab {
    /// A rate of every trade and nothing else.
    pub const fn plain(rate: Rate) -> Slab {
        let zero = Paise::ZERO;
        Slab { portion: Portion::Delivery, turnover: zero, rate, per_share: zero, least: zero, most: zero }
    }

    /// What the rows say of one order: `due` by rate and shares, within the bounds.
    pub fn within(&self, due: Paise) -> Paise {
        let due = due.max(self.least);
        if self.most.is_zero() { due } else { due.min(self.most) }
    }
}

crate::kept!(struct Slab { portion, turnover, rate, per_share, least, most });
