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
    Modify { price: Price, qty: Qty, trigger: Price },
    Cancel,
}

vocab::kept!(enum Asked { 0 = Nothing, 1 = Modify { price, qty, trigger }, 2 = Cancel });

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

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Order {
    pub client: ClientRow,
    pub security: SecurityRow,
    pub user: UserRow,
    /// Where it stands or will.
    pub venue: Venue,
    pub side: Side,
    pub kind: OrderKind,
    pub validity: Validity,
    pub channel: Channel,
    pub product: Product,
    pub price: Price,
    /// Zero for an order that never slept.
    pub trigger: Price,
    pub qty: Qty,
    /// The most that is shown at once; zero shows all.
    pub disclosed: Qty,
    pub filled: Qty,
    pub stage: Stage,
    pub asked: Asked,
    /// When the last message about it left for the exchange, and how many have.
    pub sent_at: Moment,
    pub sends: u8,
}

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
            stage: Stage::Sent,
            asked: Asked::Nothing,
            sent_at: now,
            sends: 1,
        }
    }

    pub fn left(&self) -> Qty {
        self.qty - self.filled
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
                Asked::Modify { qty: asked, .. } if *qty > asked.max(self.qty) || *qty < self.filled => {
                    Err(Oddity::AnswerUnasked)
                }
                Asked::Modify { .. } => Ok([
                    Some(Event::Modified { order, price: *price, qty: *qty, trigger: *trigger }),
                    (*qty == self.filled).then_some(filled),
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
                Asked::Modify { .. } | Asked::Cancel => Ok([
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
            Asked::Modify { price, qty, .. } => (Some(price), qty.max(self.qty)),
            Asked::Nothing | Asked::Cancel => (None, self.qty),
        };
        if trade.venue() != self.venue {
            return Err(Oddity::OtherExchange);
        }
        // A trade of nothing, or less than nothing, fits no order either.
        if !qty.is_positive() || qty > most - self.filled {
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
        let done = qty == self.left() && !matches!(self.asked, Asked::Modify { .. });
        Ok([Some(traded), done.then_some(closed)])
    }

    fn sent(&mut self, now: Moment) {
        self.sent_at = now;
        self.sends = self.sends.saturating_add(1);
    }

    pub(crate) fn apply(&mut self, event: &Event, now: Moment) {
        match *event {
            Event::Placed(_)
            | Event::Evidenced { .. }
            | Event::TriggerPassed { .. }
            | Event::Unreceived { .. }
            | Event::SquaredOff { .. }
            | Event::DayCleared { .. } => {}
            Event::Conditioned { trigger, disclosed, .. } => (self.trigger, self.disclosed) = (trigger, disclosed),
            Event::Opened { venue_order, .. } if self.kind.is_stop() => self.stage = Stage::Dormant { venue_order },
            Event::Opened { venue_order, .. } => self.stage = Stage::Open { venue_order },
            Event::Triggered { .. } => match self.stage {
                Stage::Dormant { venue_order } => self.stage = Stage::Open { venue_order },
                Stage::Sent | Stage::Open { .. } | Stage::Closed { .. } => unreachable!("only what sleeps is woken"),
            },
            Event::Traded { qty, .. } | Event::Recounted { qty, .. } => self.filled += qty,
            Event::ModifyAsked { price, qty, trigger, .. } => {
                self.asked = Asked::Modify { price, qty, trigger };
                self.sent(now);
            }
            Event::Modified { price, qty, trigger, .. } => {
                (self.price, self.qty, self.trigger) = (price, qty, trigger);
                self.asked = Asked::Nothing;
            }
            Event::CancelAsked { .. } => {
                self.asked = Asked::Cancel;
                self.sent(now);
            }
            Event::AskRefused { .. } => self.asked = Asked::Nothing,
            Event::Resent { .. } => self.sent(now),
            Event::Closed { why, .. } => {
                assert!(!self.is_closed(), "an order closes once");
                self.stage = Stage::Closed { why };
                self.asked = Asked::Nothing;
            }
        }
    }
}

vocab::kept!(struct Order {
    client, security, user, venue, side, kind, validity, channel, product, price, trigger, qty, disclosed, filled, stage, asked,
    sent_at, sends,
});
