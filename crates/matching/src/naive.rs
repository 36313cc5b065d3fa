//! The slow obvious twin: one book as a list of orders in the order they came.
//!
//! It shares no code with [`crate::Engine`] but the words, so that a law broken in one shows as a
//! difference. Every operation reads the whole list.

use alloc::vec::Vec;

use vocab::{Dump, Price, Qty, SecurityRow, Side, Sink};

use crate::call::{CallOrder, Equilibrium};
use crate::order::{Band, Fill, Incoming, Level, Outcome, Resting, Slot};
use crate::refusal::{BadBook, BadOrder, BadReduce, MOST_QTY, MOST_RUNGS};
use crate::stops::Stop;

/// One security's book. Its slots count the orders that ever stood, so none is ever given twice.
#[derive(Clone)]
pub struct Book {
    security: SecurityRow,
    band: Band,
    /// In the order they came to stand, or last showed a part.
    orders: Vec<Standing>,
    stood: u64,
}

/// An order, and the most of it that is shown at once.
#[derive(Clone, Copy)]
struct Standing {
    it: Resting,
    shows: Qty,
}

impl Book {
    /// # Errors
    /// As [`crate::Engine::open_book`].
    pub fn new(security: SecurityRow, low: Price, high: Price, tick: Price) -> Result<Book, BadBook> {
        let band = Book::checked(low, high, tick)?;
        Ok(Book { security, band, orders: Vec::new(), stood: 0 })
    }

    fn checked(low: Price, high: Price, tick: Price) -> Result<Band, BadBook> {
        if tick.0 <= 0 {
            return Err(BadBook::TickNotPositive);
        }
        if low.0 <= 0 {
            return Err(BadBook::LowNotPositive);
        }
        if low > high {
            return Err(BadBook::HighBelowLow);
        }
        if low.tick_down(tick) != low || high.tick_down(tick) != high {
            return Err(BadBook::OffTick { tick });
        }
        let rungs = (i128::from(high.0).saturating_sub(i128::from(low.0)))
            .checked_div(i128::from(tick.0))
            .expect("a positive tick")
            .saturating_add(1);
        if rungs > i128::from(MOST_RUNGS) {
            return Err(BadBook::TooWide { rungs: i64::try_from(rungs).expect("a band of i64"), most: MOST_RUNGS });
        }
        Ok(Band { low, high, tick })
    }

    /// Open the book anew; former slots stay stale.
    ///
    /// # Errors
    /// As [`crate::Engine::open_book`].
    pub fn reopen(&mut self, low: Price, high: Price, tick: Price) -> Result<(), BadBook> {
        let band = Book::checked(low, high, tick)?;
        if !self.orders.is_empty() {
            return Err(BadBook::NotEmpty);
        }
        self.band = band;
        Ok(())
    }

    /// Drop every order; how many stood.
    pub fn clear(&mut self) -> u32 {
        let dropped = u32::try_from(self.orders.len()).expect("few orders in a twin");
        self.orders.clear();
        dropped
    }

    /// # Errors
    /// As [`crate::Engine::submit`].
    pub fn submit(&mut self, incoming: Incoming, fills: &mut impl FnMut(Fill)) -> Result<Outcome, BadOrder> {
        self.check(incoming)?;
        let mut left = incoming.qty;
        while left.is_positive() {
            let Some(met) = self.best_met(incoming) else { break };
            let Standing { it: order, shows } = self.orders.get_mut(met).expect("found in the list");
            let traded = left.min(order.shown);
            order.left -= traded;
            order.shown -= traded;
            left -= traded;
            fills(Fill {
                resting: order.slot,
                resting_tag: order.tag,
                qty: traded,
                price: order.price,
                resting_left: order.left,
            });
            if order.shown.is_zero() {
                order.shown = order.left.min(*shows);
                // What it shows next comes after those that stand there already.
                let again = self.orders.remove(met);
                if again.it.left.is_positive() {
                    self.orders.push(again);
                }
            }
        }
        let mut outcome = Outcome { filled: incoming.qty - left, left, slot: None };
        if let Some(price) = incoming.limit
            && incoming.rests
            && left.is_positive()
        {
            let slot = Slot::from_bits(self.stood);
            self.stood = self.stood.saturating_add(1);
            outcome.slot = Some(slot);
            let Incoming { security, side, tag, shown: shows, .. } = incoming;
            let it = Resting { slot, security, side, price, left, shown: left.min(shows), tag };
            self.orders.push(Standing { it, shows });
        }
        Ok(outcome)
    }

    fn check(&self, incoming: Incoming) -> Result<(), BadOrder> {
        let Band { low, high, tick } = self.band;
        if incoming.security != self.security {
            return Err(BadOrder::NoBook);
        }
        if incoming.qty <= Qty::ZERO {
            return Err(BadOrder::QtyNotPositive);
        }
        if incoming.qty > MOST_QTY {
            return Err(BadOrder::QtyTooLarge { most: MOST_QTY });
        }
        if incoming.shown <= Qty::ZERO {
            return Err(BadOrder::ShownNotPositive);
        }
        match incoming.limit {
            Some(price) if !(low..=high).contains(&price) => Err(BadOrder::OutsideLadder { low, high }),
            Some(price) if price.tick_down(tick) != price => Err(BadOrder::OffTick { tick }),
            Some(_) | None => Ok(()),
        }
    }

    /// Where the order stands that an incoming order trades with next.
    fn best_met(&self, incoming: Incoming) -> Option<usize> {
        let mut met: Option<(usize, Price)> = None;
        for (place, Standing { it: order, .. }) in self.orders.iter().enumerate() {
            if order.side == incoming.side {
                continue;
            }
            let accepted = incoming.limit.is_none_or(|limit| !better(order.side, limit, order.price));
            // Strictly better only: of two at one price, the one that came first is kept.
            if accepted && met.is_none_or(|(_, price)| better(order.side, order.price, price)) {
                met = Some((place, order.price));
            }
        }
        met.map(|(place, _)| place)
    }

    fn place(&self, slot: Slot) -> Option<usize> {
        self.orders.iter().position(|order| order.it.slot == slot)
    }

    /// Take an order out; what was left of it, or `None` when the slot is stale.
    pub fn cancel(&mut self, slot: Slot) -> Option<Qty> {
        let place = self.place(slot)?;
        Some(self.orders.remove(place).it.left)
    }

    /// # Errors
    /// As [`crate::Engine::reduce`].
    pub fn reduce(&mut self, slot: Slot, by: Qty) -> Result<Qty, BadReduce> {
        let place = self.place(slot).ok_or(BadReduce::NoOrder)?;
        let order = &mut self.orders.get_mut(place).expect("found in the list").it;
        if by <= Qty::ZERO {
            return Err(BadReduce::QtyNotPositive);
        }
        if by >= order.left {
            return Err(BadReduce::NothingLeft { left: order.left });
        }
        order.left -= by;
        order.shown = order.shown.min(order.left);
        Ok(order.left)
    }

    /// The order at a slot, or `None` when the slot is stale.
    pub fn order(&self, slot: Slot) -> Option<Resting> {
        self.orders.iter().map(|order| order.it).find(|order| order.slot == slot)
    }

    /// The orders of a side, best price first and first come first.
    pub fn resting(&self, side: Side) -> Vec<Resting> {
        let mut orders: Vec<Resting> = self.orders.iter().map(|o| o.it).filter(|order| order.side == side).collect();
        // A stable sort: at one price they keep the order they came in.
        orders.sort_by_key(|order| match side {
            Side::Buy => -order.price,
            Side::Sell => order.price,
        });
        orders
    }

    /// The best price of a side and the units that stand there.
    pub fn best(&self, side: Side) -> Option<(Price, Qty)> {
        self.depth(side, 1).first().map(|level| (level.price, level.qty))
    }

    /// The best `n` levels of a side, best first.
    pub fn depth(&self, side: Side, n: usize) -> Vec<Level> {
        let mut levels: Vec<Level> = Vec::new();
        for order in self.resting(side) {
            match levels.last_mut() {
                Some(level) if level.price == order.price => {
                    level.qty += order.shown;
                    level.orders = level.orders.saturating_add(1);
                }
                Some(_) | None => levels.push(Level { price: order.price, qty: order.shown, orders: 1 }),
            }
        }
        levels.truncate(n);
        levels
    }
}

/// Whether `a` is a better price than `b` for an order of `side` to be met first.
fn better(side: Side, a: Price, b: Price) -> bool {
    match side {
        Side::Buy => a > b,
        Side::Sell => a < b,
    }
}

/// The part of an engine's dump that is this book's.
impl Dump for Book {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.security.dump(sink);
        self.band.dump(sink);
        for side in [Side::Buy, Side::Sell] {
            let orders = self.resting(side);
            u64::try_from(orders.len()).expect("a length").dump(sink);
            for order in orders {
                order.price.dump(sink);
                order.left.dump(sink);
                order.shown.dump(sink);
                order.tag.dump(sink);
            }
        }
    }
}

/// The stops of a market as a list in the order they came; every question reads all of it.
#[derive(Clone, Default)]
pub struct Stops {
    waiting: Vec<Stop>,
}

impl Stops {
    pub fn enter(&mut self, stop: Stop) {
        self.waiting.push(stop);
    }

    /// Take out the stop of a name; false when none waits.
    pub fn cancel(&mut self, tag: u64) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|stop| stop.tag != tag);
        self.waiting.len() < before
    }

    /// As [`crate::Stops::reached`].
    pub fn reached(&mut self, security: SecurityRow, last: Price) -> Option<u64> {
        let reached = |stop: &Stop| match stop.side {
            Side::Buy => last >= stop.trigger,
            Side::Sell => last <= stop.trigger,
        };
        // The first of its side: no trigger nearer, and at the same trigger nobody before it.
        let leads = |place: usize, stop: &Stop| {
            self.waiting.iter().enumerate().filter(|(_, o)| o.security == stop.security && o.side == stop.side).all(
                |(at, other)| match (stop.side, other.trigger == stop.trigger) {
                    (_, true) => at >= place,
                    (Side::Buy, false) => other.trigger > stop.trigger,
                    (Side::Sell, false) => other.trigger < stop.trigger,
                },
            )
        };
        let next = self
            .waiting
            .iter()
            .enumerate()
            .position(|(place, stop)| stop.security == security && reached(stop) && leads(place, stop))?;
        Some(self.waiting.remove(next).tag)
    }
}

/// A call auction by trying every price there is, each against every order.
pub struct Call<'a>(pub &'a [CallOrder]);

impl Call<'_> {
    /// Units of a side that accept a price.
    fn willing(&self, side: Side, price: Price) -> Qty {
        let accepts = |order: &&CallOrder| match (order.limit, side) {
            (None, _) => true,
            (Some(limit), Side::Buy) => limit >= price,
            (Some(limit), Side::Sell) => limit <= price,
        };
        self.0.iter().filter(|order| order.side == side).filter(accepts).map(|order| order.qty).sum()
    }

    fn at(&self, price: Price) -> Equilibrium {
        let (buys, sells) = (self.willing(Side::Buy, price), self.willing(Side::Sell, price));
        Equilibrium { price, qty: buys.min(sells), unmatched: buys - sells }
    }

    /// As [`crate::Call::equilibrium`].
    pub fn equilibrium(&self, reference: Price) -> Option<Equilibrium> {
        let mut tried: Vec<Equilibrium> = self.0.iter().filter_map(|order| Some(self.at(order.limit?))).collect();
        if tried.is_empty() {
            tried.push(self.at(reference));
        }
        let most = tried.iter().map(|e| e.qty).max()?;
        tried.retain(|e| e.qty == most);
        let least = tried.iter().map(|e| e.unmatched.abs()).min()?;
        tried.retain(|e| e.unmatched.abs() == least);
        let distance = |e: &Equilibrium| (e.price.0.saturating_sub(reference.0)).saturating_abs();
        let nearest = tried.iter().map(distance).min()?;
        tried.retain(|e| distance(e) == nearest);
        let first = *tried.first()?;
        let found = if tried.iter().any(|e| e.price != first.price) { self.at(reference) } else { first };
        found.qty.is_positive().then_some(found)
    }
}
