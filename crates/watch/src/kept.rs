//! An order that waits for its price.

use vocab::{Channel, ClientRow, Day, Moment, OrderNo, Price, Product, Qty, SecurityRow, Side, UserRow, Venue};

/// What goes when a price is reached: a limit order of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Leg {
    /// The price that is waited for.
    pub at: Price,
    pub side: Side,
    pub qty: Qty,
    /// The order's limit.
    pub price: Price,
    pub product: Product,
}

vocab::kept!(struct Leg { at, side, qty, price, product });

/// One leg; or two around the market, of which the first to be reached goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Legs {
    One(Leg),
    /// The lower trigger, then the upper.
    Two(Leg, Leg),
}

impl Legs {
    pub fn iter(&self) -> impl Iterator<Item = Leg> {
        let (first, second) = match *self {
            Legs::One(leg) => (leg, None),
            Legs::Two(lower, upper) => (lower, Some(upper)),
        };
        core::iter::once(first).chain(second)
    }
}

/// Why a kept order waits no more, other than that its price came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum End {
    Dropped = 1,
    Expired = 2,
}

impl End {
    pub const ALL: [End; 2] = [End::Dropped, End::Expired];

    pub const fn number(self) -> u8 {
        self as u8
    }

    pub fn from_number(n: u8) -> Option<End> {
        End::ALL.into_iter().find(|it| it.number() == n)
    }
}

vocab::kept!(byte End);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    Waits,
    /// A leg was reached at a price: its order, or number 0 and the code of the refusal.
    Fired { nth: u8, at: Moment, price: Price, order: OrderNo, code: u16 },
    Ended { at: Moment, why: End },
}

vocab::kept!(enum Stage { 0 = Waits, 1 = Fired { nth, at, price, order, code }, 2 = Ended { at, why } });

/// An order that waits for its price, or did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kept {
    pub user: UserRow,
    pub client: ClientRow,
    pub venue: Venue,
    pub security: SecurityRow,
    /// The last price its owner saw: on which side of it a trigger is, says from where it is reached.
    pub last: Price,
    pub channel: Channel,
    pub source: [u8; 16],
    pub made: Moment,
    pub changed: Moment,
    /// The last day it waits.
    pub expires: Day,
    pub first: Option<Leg>,
    pub second: Option<Leg>,
    pub stage: Stage,
}

vocab::kept!(struct Kept {
    user, client, venue, security, last, channel, source, made, changed, expires, first, second, stage,
});

impl Kept {
    pub fn legs(&self) -> impl Iterator<Item = Leg> {
        self.first.into_iter().chain(self.second)
    }

    pub const fn waits(&self) -> bool {
        matches!(self.stage, Stage::Waits)
    }

    /// The leg that a price has reached, with its number. A trigger above the price that was seen is reached from below, and one
    /// below it from above; one at it is reached at once.
    pub fn reached(&self, price: Price) -> Option<(u8, Leg)> {
        if !self.waits() {
            return None;
        }
        let is = |leg: &Leg| if leg.at >= self.last { price >= leg.at } else { price <= leg.at };
        (0u8..).zip(self.legs()).find(|(_, leg)| is(leg))
    }
}
