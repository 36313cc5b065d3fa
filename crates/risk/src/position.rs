//! What intraday orders of the day have opened and not closed, client by client and security by security.

use vocab::{Paise, Qty, Side};

/// An open intraday position. None stands for a position of nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// Bought less sold: negative for what was sold first.
    pub qty: Qty,
    /// What the open shares were dealt at, all together; negative for what was sold first.
    pub value: Paise,
    /// Margin committed for them.
    pub margin: Paise,
}
vocab::kept!(struct Position { qty, value, margin });

impl Position {
    pub const NONE: Position = Position { qty: Qty::ZERO, value: Paise::ZERO, margin: Paise::ZERO };

    /// The side that opened it.
    pub fn side(&self) -> Side {
        if self.qty.is_negative() { Side::Sell } else { Side::Buy }
    }

    /// How much of a trade closes it; the rest opens the other way.
    pub fn closed_by(&self, side: Side, qty: Qty) -> Qty {
        if self.qty.is_zero() || side == self.side() { Qty::ZERO } else { qty.min(self.qty.abs()) }
    }

    /// The value and the margin of some of its shares: cut towards nothing, so that the last part takes what is left.
    pub fn part(&self, qty: Qty) -> (Paise, Paise) {
        let of = self.qty.abs();
        (part(self.value, qty, of), part(self.margin, qty, of))
    }
}

/// `whole × part ÷ of`, cut towards nothing, so that the last part takes what is left.
pub fn part(whole: Paise, part: Qty, of: Qty) -> Paise {
    if part == of {
        return whole;
    }
    if let Some(exact) = whole.0.checked_mul(part.0) {
        return Paise(exact.checked_div(of.0).unwrap_or(0));
    }
    let exact = i128::from(whole.0).saturating_mul(i128::from(part.0));
    Paise(exact.checked_div(i128::from(of.0)).and_then(|n| i64::try_from(n).ok()).unwrap_or(0))
}
