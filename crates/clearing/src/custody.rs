//! Trades of institutions, which their custodian settles if he confirms them (guide I 7.3(iv)).

use vocab::{ClientRow, Price, Qty, SecurityRow, SettlementRow, Side};

/// What the custodian said of a trade.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Custody {
    /// Told to him, and not answered: the member's obligation until it is.
    Asked = 0,
    /// His to settle.
    Confirmed = 1,
    /// Rejected, or not answered in time: the member settles it, delivery versus payment.
    Returned = 2,
}

/// A trade a custodian was told of. It outlives the day's trades: he may answer on the next day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entrusted {
    pub settlement: SettlementRow,
    pub client: ClientRow,
    pub security: SecurityRow,
    pub side: Side,
    pub qty: Qty,
    pub price: Price,
    pub custody: Custody,
}

impl Custody {
    pub const fn from_number(n: u8) -> Option<Custody> {
        match n {
            0 => Some(Custody::Asked),
            1 => Some(Custody::Confirmed),
            2 => Some(Custody::Returned),
            _ => None,
        }
    }
}

vocab::kept!(byte Custody);
vocab::kept!(struct Entrusted { settlement, client, security, side, qty, price, custody });
