//! Facts about orders.

use vocab::{
    Channel, ClientRow, Closing, Evidence, Moment, OrderKind, OrderNo, Price, Product, Qty, SecurityRow, SettlementRow, Side, TradeNo, UserRow,
    Validity, Venue, VenueOrderNo,
};

/// An order as it was given (sebi 24 Annexure II 4.1.2): the entry carries its time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Placed {
    pub order: OrderNo,
    /// The caller's own key; zero where none was given.
    pub key: u64,
    pub price: Price,
    pub qty: Qty,
    pub client: ClientRow,
    pub security: SecurityRow,
    pub user: UserRow,
    pub venue: Venue,
    pub side: Side,
    pub kind: OrderKind,
    pub validity: Validity,
    pub channel: Channel,
    pub product: Product,
}

vocab::kept!(struct Placed { order, key, price, qty, client, security, user, venue, side, kind, validity, channel, product });

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    Placed(Placed),
    /// Where the order came from and what proves it (sebi 24 Annexure II 4.1.1, sebi 36.2).
    Evidenced { order: OrderNo, source: [u8; 16], terminal: u64, kind: Evidence, reference: u64 },
    /// What an order has besides: the price that wakes it, and the part of it that is shown; zero where it has none.
    Conditioned { order: OrderNo, trigger: Price, disclosed: Qty },
    /// The trigger was already reached at the last price its client saw (sebi 73 Annexure 5 1.4).
    TriggerPassed { order: OrderNo, last: Price },
    /// So much of what it sells is still to come from a settlement: what does not come is short, and goes to auction at
    /// the client's cost. He is told so.
    Unreceived { order: OrderNo, settlement: SettlementRow, qty: Qty },
    /// The firm closes what an intraday order opened, before the session ends.
    SquaredOff { order: OrderNo },
    Opened { order: OrderNo, venue_order: VenueOrderNo, at: Moment },
    Traded { order: OrderNo, trade: TradeNo, qty: Qty, price: Price, at: Moment },
    /// The last price reached the trigger: the order trades like any other from now on.
    Triggered { order: OrderNo, at: Moment },
    ModifyAsked { order: OrderNo, price: Price, qty: Qty, trigger: Price },
    Modified { order: OrderNo, price: Price, qty: Qty, trigger: Price },
    CancelAsked { order: OrderNo },
    /// The exchange refused to modify or cancel; the order stands as before.
    AskRefused { order: OrderNo, code: u16 },
    /// The exchange does not know what we sent: it is sent again, once we have asked.
    Resent { order: OrderNo },
    Closed { order: OrderNo, why: Closing, left: Qty, code: u16 },
    /// A trade of it was corrected, or taken back: so much more of it stands, or less. What may still be dealt stays as told.
    Recounted { order: OrderNo, trade: TradeNo, qty: Qty },
    /// The day's orders are closed and leave memory; numbering goes on.
    DayCleared { next: OrderNo },
}

impl Event {
    pub const fn order(&self) -> OrderNo {
        match self {
            Event::Placed(placed) => placed.order,
            Event::Evidenced { order, .. }
            | Event::Conditioned { order, .. }
            | Event::TriggerPassed { order, .. }
            | Event::Triggered { order, .. }
            | Event::Unreceived { order, .. }
            | Event::SquaredOff { order }
            | Event::Opened { order, .. }
            | Event::Traded { order, .. }
            | Event::ModifyAsked { order, .. }
            | Event::Modified { order, .. }
            | Event::CancelAsked { order }
            | Event::AskRefused { order, .. }
            | Event::Resent { order }
            | Event::Recounted { order, .. }
            | Event::Closed { order, .. } => *order,
            Event::DayCleared { next } => *next,
        }
    }
}
