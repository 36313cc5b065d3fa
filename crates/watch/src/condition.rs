//! What an alert waits for.

use vocab::{SecurityRow, Venue};

/// What of a security is looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Measure {
    /// The last price, in the unit of prices.
    LastPrice = 1,
    /// How far the last price is from the close before, in millionths of that close.
    Change = 2,
    /// Shares dealt in today.
    Volume = 3,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Operator {
    AtLeast = 1,
    AtMost = 2,
    Above = 3,
    Below = 4,
    Equal = 5,
}

impl Measure {
    pub const ALL: [Measure; 3] = [Measure::LastPrice, Measure::Change, Measure::Volume];

    pub const fn number(self) -> u8 {
        self as u8
    }

    pub fn from_number(n: u8) -> Option<Measure> {
        Measure::ALL.into_iter().find(|it| it.number() == n)
    }
}

impl Operator {
    pub const ALL: [Operator; 5] = [Operator::AtLeast, Operator::AtMost, Operator::Above, Operator::Below, Operator::Equal];

    pub const fn number(self) -> u8 {
        self as u8
    }

    pub fn from_number(n: u8) -> Option<Operator> {
        Operator::ALL.into_iter().find(|it| it.number() == n)
    }

    pub const fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Operator::AtLeast => left >= right,
            Operator::AtMost => left <= right,
            Operator::Above => left > right,
            Operator::Below => left < right,
            Operator::Equal => left == right,
        }
    }
}

vocab::kept!(byte Measure Operator);

/// What it is compared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Than {
    /// A figure in the measure's unit.
    Figure(i64),
    /// The same measure of another security.
    Of(Venue, SecurityRow),
}

vocab::kept!(enum Than { 0 = Figure(figure), 1 = Of(venue, security) });

/// A measure of a security stands so to a figure or to another security.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Condition {
    pub venue: Venue,
    pub security: SecurityRow,
    pub measure: Measure,
    pub operator: Operator,
    pub than: Than,
}

vocab::kept!(struct Condition { venue, security, measure, operator, than });
