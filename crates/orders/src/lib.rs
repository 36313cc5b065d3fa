//! Orders and every state they pass through.
//!
//! ```text
//! Sent ──ack──▶ Open ──fill*──▶ Closed      reject, cancel and lapse also close
//!   └──ack──▶ Dormant ──trigger──▶ Open     a stop, until the last price reaches its trigger
//!                │ ▲
//!   ask to modify or cancel, and its answer: the order stays Dormant or Open meanwhile
//! ```
//! What this is not: no funds, no limits, no prices: risk decides those before an order is placed.
//!
//! Invariants: numbers are unique and gapless for the life of the firm; only [`Orders::apply`] moves a
//! stage; what the exchange reports is never refused, an oddity becomes a `Break` above.
//! Start with [`Order`] and its transition table in `tests`.
#![no_std]

extern crate alloc;

mod event;
mod order;
#[cfg(test)]
mod tests;

pub use event::{Event, Placed};
pub use order::{Asked, Change, Oddity, Order, Report, Stage};

use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;
use vocab::{Moment, OrderNo, Product, UserRow};

/// Why an order command is refused. The order is the precedence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    UnknownOrder { order: OrderNo },
    /// The order belongs to another client.
    NotYours { order: OrderNo },
    /// Closed orders stay as they are.
    AlreadyClosed { order: OrderNo },
    /// The exchange has not yet taken the order, or has not yet answered the last ask.
    AwaitingAnswer { order: OrderNo },
    /// Less than what has already traded.
    BelowFilled { order: OrderNo },
    /// A market or immediate order is gone before it could be changed.
    NotModifiable { order: OrderNo },
    NothingChanged { order: OrderNo },
    /// The caller's key was used for this order (resubmission returns it).
    SameKey { order: OrderNo },
}

/// The state of the department: today's orders, densely by number.
pub struct Orders {
    /// The number of the first order kept; all before are closed and of earlier days.
    first: OrderNo,
    rows: Vec<Order>,
    /// The intraday ones among them, oldest first.
    intraday: Vec<OrderNo>,
    /// The caller's own key, where one was given: a repeated order is told its number again.
    by_key: BTreeMap<(UserRow, u64), OrderNo>,
    /// Orders sent and not yet answered, oldest first; answered ones are skipped.
    unanswered: VecDeque<(Moment, OrderNo)>,
}

impl Orders {
    pub fn new() -> Orders {
        Orders { first: OrderNo(1), rows: Vec::new(), intraday: Vec::new(), by_key: BTreeMap::new(), unanswered: VecDeque::new() }
    }

    fn index(&self, no: OrderNo) -> Option<usize> {
        usize::try_from(no.0.checked_sub(self.first.0)?).ok()
    }

    #[inline]
    pub fn get(&self, no: OrderNo) -> Option<&Order> {
        self.rows.get(self.index(no)?)
    }

    pub fn next_no(&self) -> OrderNo {
        OrderNo(self.first.0.saturating_add(u64::try_from(self.rows.len()).expect("a count")))
    }

    pub fn iter(&self) -> impl Iterator<Item = (OrderNo, &Order)> {
        (self.first.0..).map(OrderNo).zip(self.rows.iter())
    }

    /// The day's intraday orders, oldest first.
    pub fn intraday(&self) -> impl Iterator<Item = (OrderNo, &Order)> {
        self.intraday.iter().filter_map(|no| Some((*no, self.get(*no)?)))
    }

    pub fn by_key(&self, user: UserRow, key: u64) -> Option<OrderNo> {
        self.by_key.get(&(user, key)).copied()
    }

    /// The oldest order whose last message to the exchange is unanswered.
    pub fn oldest_unanswered(&self) -> Option<(Moment, OrderNo)> {
        self.unanswered
            .iter()
            .find(|(at, no)| self.get(*no).is_some_and(|o| o.awaits_answer() && o.sent_at == *at))
            .copied()
    }

    /// Orders whose last message to the exchange is unanswered, oldest first.
    pub fn unanswered(&self) -> impl Iterator<Item = (OrderNo, &Order)> {
        self.unanswered.iter().filter_map(|(at, no)| {
            let order = self.get(*no)?;
            (order.awaits_answer() && order.sent_at == *at).then_some((*no, order))
        })
    }

    /// An order that can still trade, for a change asked by its client.
    ///
    /// # Errors
    /// Any [`Refusal`] but those about the change itself.
    pub fn changeable(&self, no: OrderNo) -> Result<&Order, Refusal> {
        let order = self.get(no).ok_or(Refusal::UnknownOrder { order: no })?;
        if let Stage::Closed { .. } = order.stage {
            return Err(Refusal::AlreadyClosed { order: no });
        }
        if order.awaits_answer() {
            return Err(Refusal::AwaitingAnswer { order: no });
        }
        Ok(order)
    }

    /// # Panics
    /// When the event contradicts the state.
    #[inline]
    #[allow(clippy::wildcard_enum_match_arm, reason = "the next function applies the rest")]
    pub fn apply(&mut self, event: &Event, now: Moment) {
        match *event {
            // What every order is made of; the rest stands apart, and weighs on none of it.
            Event::Placed(ref placed) => self.place(placed, now),
            Event::Evidenced { .. } => {}
            Event::Opened { order, venue_order, .. } => self.row(order).opened(venue_order),
            Event::Traded { order, qty, .. } => self.row(order).traded_more(qty),
            Event::CancelAsked { order } => {
                self.note_sent(order, now);
                self.row(order).asked_to_cancel(now);
            }
            Event::Closed { order, why, .. } => self.row(order).closed(why),
            ref other => self.apply_rest(other, now),
        }
    }

    #[inline(never)]
    fn apply_rest(&mut self, event: &Event, now: Moment) {
        match *event {
            Event::Conditioned { order, trigger, disclosed } => {
                let row = self.row(order);
                (row.trigger, row.disclosed) = (trigger, disclosed);
            }
            Event::Triggered { order, .. } => self.row(order).woken(),
            Event::Recounted { order, qty, .. } => self.row(order).filled += qty,
            Event::ModifyAsked { order, price, qty, trigger } => {
                self.note_sent(order, now);
                self.row(order).asked_to_change(Change { price, qty, trigger }, now);
            }
            Event::Modified { order, price, qty, trigger } => self.row(order).changed(Change { price, qty, trigger }),
            Event::AskRefused { order, .. } => self.row(order).answered(),
            Event::Resent { order } => {
                self.note_sent(order, now);
                self.row(order).sent(now);
            }
            Event::DayCleared { next } => self.clear(next),
            Event::TriggerPassed { .. } | Event::Unreceived { .. } | Event::SquaredOff { .. } => {}
            Event::Placed(_)
            | Event::Evidenced { .. }
            | Event::Opened { .. }
            | Event::Traded { .. }
            | Event::CancelAsked { .. }
            | Event::Closed { .. } => unreachable!("applied before"),
        }
    }

    /// Room for so many orders of a day, written to: memory that is first touched while the market is open stops the order
    /// that touches it.
    pub fn make_room(&mut self, orders: usize) {
        let len = self.rows.len();
        if self.rows.capacity() < orders {
            self.rows.resize(orders, Order::blank());
            self.rows.truncate(len);
        }
    }

    fn row(&mut self, no: OrderNo) -> &mut Order {
        let index = self.index(no).expect("a known order");
        self.rows.get_mut(index).expect("a known order")
    }

    fn place(&mut self, placed: &Placed, now: Moment) {
        assert!(placed.order == self.next_no(), "order numbers are gapless");
        if placed.key != 0 {
            self.by_key.insert((placed.user, placed.key), placed.order);
        }
        if placed.product == Product::Intraday {
            self.intraday.push(placed.order);
        }
        self.rows.push(Order::placed(placed, now));
        self.note_sent(placed.order, now);
    }

    fn clear(&mut self, next: OrderNo) {
        assert!(next == self.next_no(), "numbering goes on");
        self.first = next;
        self.rows.clear();
        self.intraday.clear();
        self.by_key.clear();
        self.unanswered.clear();
    }

    #[inline]
    fn note_sent(&mut self, no: OrderNo, now: Moment) {
        // Those at the front that were answered, of which there is one as a rule.
        while let Some(&(at, front)) = self.unanswered.front()
            && self.get(front).is_none_or(|o| !o.awaits_answer() || o.sent_at != at)
        {
            self.unanswered.pop_front();
        }
        self.unanswered.push_back((now, no));
    }
}

impl Default for Orders {
    fn default() -> Self {
        Orders::new()
    }
}

vocab::kept!(struct Orders { first, rows, intraday, by_key, unanswered });
