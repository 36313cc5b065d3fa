//! What a position asks for: value at risk and extreme loss on what is open, and its mark to market.

use vocab::{Paise, Price, Qty, Rate, Rounding, Side};

/// One client's trades of one security in one settlement. Settlements never stand against each other: whoever adds
/// positions up adds what each of them asks for (guide I 5.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// Bought less sold.
    pub net: Qty,
    pub bought: Paise,
    pub sold: Paise,
    /// The latest price there is.
    pub price: Price,
}

impl Position {
    /// A fraction of what is open, at the latest price; upwards to the paisa.
    pub fn asks(&self, rate: Rate) -> Paise {
        rate.of(self.price.value(self.net.abs(), Rounding::UpPaisa), Rounding::UpPaisa)
    }

    /// What it gained, or lost if negative, were it closed at the price. With nothing open this is what the sales
    /// brought above the buys: the notional loss of guide I 5.6.
    pub fn gain(&self) -> Paise {
        self.price.value(self.net, Rounding::DownPaisa) - (self.bought - self.sold)
    }
}

/// Gross open position of a security in a settlement: what each client has open, and the own account, none of them
/// against another (guide I 5.4).
pub fn gross_open(nets: impl IntoIterator<Item = Qty>) -> Qty {
    nets.into_iter().map(Qty::abs).sum()
}

/// One client's mark to market in one settlement: gains and losses of his securities stand against each other, those
/// of trade-to-trade securities do not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    netted: Paise,
    alone: Paise,
}

impl Mark {
    pub const NOTHING: Mark = Mark { netted: Paise::ZERO, alone: Paise::ZERO };

    pub fn position(&mut self, position: &Position) {
        self.netted += position.gain();
    }

    /// A trade of a trade-to-trade security, alone against the close (guide I 5.7).
    pub fn trade(&mut self, side: Side, qty: Qty, price: Price, close: Price) {
        let (now, then) = (close.value(qty, Rounding::NearestPaisa), price.value(qty, Rounding::NearestPaisa));
        let gain = match side {
            Side::Buy => now - then,
            Side::Sell => then - now,
        };
        self.alone += (-gain).at_least_zero();
    }

    /// What is asked of him: a net gain asks for nothing, and is nobody else's.
    pub fn loss(&self) -> Paise {
        (-self.netted).at_least_zero() + self.alone
    }
}
