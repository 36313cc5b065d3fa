//! One order.

use crate::{Event, Placed};
use vocab::{
    Channel, ClientRow, Closing, Moment, OrderKind, OrderNo, Price, Product, Qty, SecurityRow, Side, TradeNo,
    UserRow, Validity, Venue, VenueOrderNo,
};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Given to the exchange, not yet acknowledged.
    Sent,
    /// A stop the exchange has taken, whose trigger is not reached.
    Dormant { venue_order: VenueOrderNo },
    Open { venue_order: VenueOrderNo },
    Closed { why: Closing },
}

vocab::kept!(enum Stage { 0 = Sent, 1 = Open { venue_order }, 2 = Closed { why }, 3 = Dormant { venue_order } });

/// What the exchange was asked and has not answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked {
    Nothing,
    /// To what stands in [`Order::change`].
    Modify,
    Cancel,
}

vocab::kept!(enum Asked { 0 = Nothing, 1 = Modify, 2 = Cancel });

/// What an order is to be instead.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    pub price: Price,
    pub qty: Qty,
    pub trigger: Price,
}

vocab::kept!(struct Change { price, qty, trigger });

impl Change {
    pub const NONE: Change = Change { price: Price::ZERO, qty: Qty::ZERO, trigger: Price::ZERO };
}

/// What the exchange says about one order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Report {
    Acked { venue_order: VenueOrderNo, at: Moment },
    Refused { code: u16 },
    Triggered { at: Moment },
    Traded { trade: TradeNo, qty: Qty, price: Price, at: Moment },
    Modified { price: Price, qty: Qty, trigger: Price },
    ModifyRefused { code: u16 },
    Cancelled,
    CancelRefused { code: u16 },
    Lapsed,
}

/// A report that does not fit the order's stage. It is kept as a `Break`, never dropped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Oddity {
    AckedTwice = 1,
    TradedBeforeAck = 2,
    TradedLate = 3,
    Overfilled = 4,
    TradedThroughLimit = 5,
    ClosedTwice = 6,
    AnswerUnasked = 7,
    TradedDormant = 8,
    TriggeredUnasked = 9,
    OtherExchange = 10,
}

/// One order. What its acknowledgement, its fills and its end read lies in one cache line: a long list of rows begins sixteen
/// bytes behind one (it is not aligned, so that it grows in place and is not copied), and a row is two of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct Order {
    pub user: UserRow,
    /// Zero for an order that never slept.
    pub trigger: Price,
    /// The most that is shown at once; zero shows all.
    pub disclosed: Qty,
    /// What it is asked to be; nothing is read of it while no modification is under way.
    pub change: Change,
    pub client: ClientRow,
    pub security: SecurityRow,
    /// Where it stands or will.
    pub venue: Venue,
    pub side: Side,
    pub kind: OrderKind,
    pub validity: Validity,
    pub channel: Channel,
    pub product: Product,
    pub asked: Asked,
    /// When the last message about it left for the exchange, and how many have.
    pub sends: u8,
    pub sent_at: Moment,
    pub price: Price,
    pub qty: Qty,
    /// What the exchange told as dealt while the order lived. A trade it annuls is void and the order does not revive: it stays
    /// counted here, and not in `filled`.
    pub told: Qty,
    pub stage: Stage,
    /// What of it was dealt and stands.
    pub filled: Qty,
    /// Up to the next cache line.
    pub spare: u64,
}

const _: () = assert!(
    core::mem::offset_of!(Order, client) == 48 && core::mem::offset_of!(Order, filled) == 112 && size_of::<Order>() == 128,
    "what an order's end reads is one cache line"
);

impl Order {
    pub(crate) fn placed(placed: &Placed, now: Moment) -> Order {
        Order {
            client: placed.client,
            security: placed.security,
            user: placed.user,
            venue: placed.venue,
            side: placed.side,
            kind: placed.kind,
            validity: placed.validity,
            channel: placed.channel,
            product: placed.product,
            price: placed.price,
            trigger: Price::ZERO,
            qty: placed.qty,
            disclosed: Qty::ZERO,
            filled: Qty::ZERO,
            told: Qty::ZERO,
            stage: Stage::Sent,
            asked: Asked::Nothing,
            change: Change::NONE,
            sent_at: now,
            sends: 1,
            spare: 0,
        }
    }

    /// A row that no order has yet.
    pub(crate) fn blank() -> Order {
        let nobody = Placed {
            order: OrderNo(0),
            key: 0,
            price: Price::ZERO,
            qty: Qty::ZERO,
            client: ClientRow(0),
            security: SecurityRow(0),
            user: UserRow(0),
            venue: Venue::FIRST,
            side: Side::Buy,
            kind: OrderKind::Limit,
            validity: Validity::Day,
            channel: Channel::Web,
            product: Product::Delivery,
        };
        Order::placed(&nobody, Moment(0))
    }

    /// What the exchange may still deal in.
    pub fn left(&self) -> Qty {
        self.qty - self.told
    }

    /// What was dealt and is void: the exchange took it back.
    pub fn void(&self) -> Qty {
        (self.told - self.filled).at_least_zero()
    }

    pub fn is_closed(&self) -> bool {
        matches!(self.stage, Stage::Closed { .. })
    }

    pub fn awaits_answer(&self) -> bool {
        match self.stage {
            Stage::Sent => true,
            Stage::Dormant { .. } | Stage::Open { .. } => self.asked != Asked::Nothing,
            Stage::Closed { .. } => false,
        }
    }

    /// Whether its shares are set apart while it waits: a sale of what its client has.
    pub fn blocks(&self) -> bool {
        self.side == Side::Sell && self.product != Product::Intraday
    }

    /// Whether the exchange has it, dormant or open.
    pub fn stands(&self) -> bool {
        matches!(self.stage, Stage::Dormant { .. } | Stage::Open { .. })
    }

    /// The exchange tells; we may not refuse. At most two facts follow, or an oddity for operations.
    ///
    /// # Errors
    /// An [`Oddity`] when the report does not fit the stage.
    pub fn observe(&self, order: OrderNo, report: &Report) -> Result<[Option<Event>; 2], Oddity> {
        let one = |event| Ok([Some(event), None]);
        let filled = Event::Closed { order, why: Closing::Filled, left: Qty::ZERO, code: 0 };
        let close = |why, code| one(Event::Closed { order, why, left: self.left(), code });
        match (self.stage, report) {
            (Stage::Sent, Report::Acked { venue_order, at }) => {
                one(Event::Opened { order, venue_order: *venue_order, at: *at })
            }
            (Stage::Sent, Report::Refused { code }) => close(Closing::Rejected, *code),
            (Stage::Sent, Report::Traded { .. }) => Err(Oddity::TradedBeforeAck),
            (Stage::Dormant { .. }, Report::Traded { .. }) => Err(Oddity::TradedDormant),
            (Stage::Dormant { .. }, Report::Triggered { at }) => one(Event::Triggered { order, at: *at }),
            // A trigger told twice is one.
            (Stage::Open { .. }, Report::Triggered { .. }) if self.kind.is_stop() => Ok([None, None]),
            (Stage::Sent | Stage::Open { .. } | Stage::Closed { .. }, Report::Triggered { .. }) => {
                Err(Oddity::TriggeredUnasked)
            }
            (Stage::Open { .. }, Report::Traded { trade, qty, price, at }) => {
                self.traded(order, *trade, *qty, *price, *at)
            }
            (Stage::Dormant { .. } | Stage::Open { .. }, Report::Modified { price, qty, trigger }) => match self.asked {
                // What was left after the change may have traded before the answer came.
                Asked::Modify if *qty > self.change.qty.max(self.qty) || *qty < self.told => Err(Oddity::AnswerUnasked),
                Asked::Modify => Ok([
                    Some(Event::Modified { order, price: *price, qty: *qty, trigger: *trigger }),
                    (*qty == self.told).then_some(filled),
                ]),
                // A change told twice is answered twice.
                Asked::Nothing if (*price, *qty, *trigger) == (self.price, self.qty, self.trigger) => Ok([None, None]),
                Asked::Nothing | Asked::Cancel => Err(Oddity::AnswerUnasked),
            },
            (
                Stage::Dormant { .. } | Stage::Open { .. },
                Report::ModifyRefused { code } | Report::CancelRefused { code },
            ) => match self.asked {
                Asked::Nothing => Ok([None, None]),
                Asked::Modify | Asked::Cancel => Ok([
                    Some(Event::AskRefused { order, code: *code }),
                    self.left().is_zero().then_some(filled),
                ]),
            },
            (Stage::Sent | Stage::Dormant { .. } | Stage::Open { .. }, Report::Cancelled) => close(Closing::Cancelled, 0),
            (Stage::Sent | Stage::Dormant { .. } | Stage::Open { .. }, Report::Lapsed) => close(Closing::Lapsed, 0),
            (Stage::Dormant { .. } | Stage::Open { .. }, Report::Acked { .. }) => Err(Oddity::AckedTwice),
            (Stage::Dormant { .. } | Stage::Open { .. }, Report::Refused { .. }) => Err(Oddity::AnswerUnasked),
            (Stage::Sent, Report::Modified { .. } | Report::ModifyRefused { .. } | Report::CancelRefused { .. }) => {
                Err(Oddity::AnswerUnasked)
            }
            (Stage::Closed { .. }, Report::Traded { .. }) => Err(Oddity::TradedLate),
            (Stage::Closed { .. }, Report::Acked { .. }) => Err(Oddity::AckedTwice),
            (Stage::Closed { .. }, Report::Cancelled | Report::Lapsed | Report::Refused { .. }) => {
                Err(Oddity::ClosedTwice)
            }
            // An ask crossed the close on its way: the refusal says nothing new.
            (
                Stage::Closed { .. },
                Report::Modified { .. } | Report::ModifyRefused { .. } | Report::CancelRefused { .. },
            ) => Ok([None, None]),
        }
    }

    fn traded(
        &self, order: OrderNo, trade: TradeNo, qty: Qty, price: Price, at: Moment,
    ) -> Result<[Option<Event>; 2], Oddity> {
        // A modification on its way may already be in force at the exchange.
        let (limit, most) = match self.asked {
            Asked::Modify => (Some(self.change.price), self.change.qty.max(self.qty)),
            Asked::Nothing | Asked::Cancel => (None, self.qty),
        };
        if trade.venue() != self.venue {
            return Err(Oddity::OtherExchange);
        }
        // A trade of nothing, or less than nothing, fits no order either.
        if !qty.is_positive() || qty > most - self.told {
            return Err(Oddity::Overfilled);
        }
        let within = |limit: Price| match self.side {
            Side::Buy => price <= limit,
            Side::Sell => price >= limit,
        };
        let fits = match self.kind {
            OrderKind::Market | OrderKind::StopMarket => true,
            OrderKind::Limit | OrderKind::StopLimit => within(self.price) || limit.is_some_and(within),
        };
        if !fits {
            return Err(Oddity::TradedThroughLimit);
        }
        let traded = Event::Traded { order, trade, qty, price, at };
        let closed = Event::Closed { order, why: Closing::Filled, left: Qty::ZERO, code: 0 };
        let done = qty == self.left() && self.asked != Asked::Modify;
        Ok([Some(traded), done.then_some(closed)])
    }

    /// Nothing is asked of the exchange any more.
    pub fn answered(&mut self) {
        if self.asked == Asked::Modify {
            self.change = Change::NONE;
        }
        self.asked = Asked::Nothing;
    }

    pub(crate) fn sent(&mut self, now: Moment) {
        self.sent_at = now;
        self.sends = self.sends.saturating_add(1);
    }

    pub(crate) fn opened(&mut self, venue_order: VenueOrderNo) {
        self.stage = if self.kind.is_stop() { Stage::Dormant { venue_order } } else { Stage::Open { venue_order } };
    }

    pub(crate) fn traded_more(&mut self, qty: Qty) {
        self.filled += qty;
        // What a file adds once it is over was not told of it.
        if !self.is_closed() {
            self.told += qty;
        }
    }

    pub(crate) fn woken(&mut self) {
        match self.stage {
            Stage::Dormant { venue_order } => self.stage = Stage::Open { venue_order },
            Stage::Sent | Stage::Open { .. } | Stage::Closed { .. } => unreachable!("only what sleeps is woken"),
        }
    }

    pub(crate) fn asked_to_change(&mut self, change: Change, now: Moment) {
        (self.asked, self.change) = (Asked::Modify, change);
        self.sent(now);
    }

    pub(crate) fn changed(&mut self, Change { price, qty, trigger }: Change) {
        (self.price, self.qty, self.trigger) = (price, qty, trigger);
        self.answered();
    }

    pub(crate) fn asked_to_cancel(&mut self, now: Moment) {
        self.asked = Asked::Cancel;
        self.sent(now);
    }

    pub(crate) fn closed(&mut self, why: Closing) {
        assert!(!self.is_closed(), "an order closes once");
        self.stage = Stage::Closed { why };
        self.answered();
    }
}

vocab::kept!(struct Order {
    client, security, user, venue, side, kind, validity, channel, product, price, trigger, qty, disclosed, filled, told, stage, asked,
    change, sent_at, sends,
} made { spare });

impl Order {
    fn remake(&mut self) {}
}
