//! A call auction: orders gather, then trade at one price.
//!
//! The price is that of a limit order at which the most units trade; of several the one that leaves the least
//! unmatched; of several of those the nearest to the reference, and the reference itself when it lies halfway
//! between the nearest two (SEBI CIR/MRD/DP/21/2010). Where every order is at the market, it is the reference.
//!
//! Limit orders trade with limit orders first, what is left of them with market orders, market orders with
//! market orders last; within each, better prices first, then who came first. [`crate::naive::Call`] is the twin.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use vocab::{Dump, Price, Qty, Side, Sink};

/// An order of the auction, by the caller's name for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CallOrder {
    pub side: Side,
    /// `None` trades at any price.
    pub limit: Option<Price>,
    /// Positive.
    pub qty: Qty,
    pub tag: u64,
}

/// Where an auction stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Equilibrium {
    pub price: Price,
    /// What trades at it.
    pub qty: Qty,
    /// What does not, of orders that accept it: positive if to buy.
    pub unmatched: Qty,
}

/// Units that a buyer and a seller trade at the price of the auction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cross {
    pub buy: u64,
    pub sell: u64,
    pub qty: Qty,
}

/// The orders of one security's auction, in the order they came.
#[derive(Clone, Default)]
pub struct Call {
    orders: Vec<CallOrder>,
}

/// Units to buy and to sell.
type Both = [Qty; 2];

impl Call {
    pub const fn new() -> Call {
        Call { orders: Vec::new() }
    }

    pub fn enter(&mut self, order: CallOrder) {
        assert!(order.qty.is_positive(), "an order is of something");
        self.orders.push(order);
    }

    /// Take an order out; what was left of it, or `None` when no order has the name.
    pub fn cancel(&mut self, tag: u64) -> Option<Qty> {
        let place = self.orders.iter().position(|order| order.tag == tag)?;
        Some(self.orders.remove(place).qty)
    }

    /// Make an order smaller, in its place.
    ///
    /// # Panics
    /// When no order has the name, or nothing would be left.
    pub fn reduce(&mut self, tag: u64, by: Qty) {
        let order = self.orders.iter_mut().find(|order| order.tag == tag).expect("an order of the auction");
        assert!(by < order.qty, "a reduction leaves something");
        order.qty -= by;
    }

    /// What is in it, in the order it came.
    pub fn orders(&self) -> &[CallOrder] {
        &self.orders
    }

    /// The price at which it would trade now, if anything would.
    pub fn equilibrium(&self, reference: Price) -> Option<Equilibrium> {
        let (market, by_price) = self.sums();
        let at = |price: Price, buys: Qty, sells: Qty| Equilibrium { price, qty: buys.min(sells), unmatched: buys - sells };
        let all_buys: Qty = by_price.values().map(|both| both[0]).sum();
        // Prices rise: buyers below drop out, sellers at and below are in.
        let (mut buys, mut sells) = (market[0] + all_buys, market[1]);
        let mut best: Vec<Equilibrium> = Vec::new();
        for (price, both) in &by_price {
            sells += both[1];
            let found = at(*price, buys, sells);
            buys -= both[0];
            let rank = |e: &Equilibrium| (e.qty, -e.unmatched.abs());
            match best.first().map(|first| rank(&found).cmp(&rank(first))) {
                None | Some(core::cmp::Ordering::Greater) => best = alloc::vec![found],
                Some(core::cmp::Ordering::Equal) => best.push(found),
                Some(core::cmp::Ordering::Less) => {}
            }
        }
        let found = match best.as_slice() {
            [] => at(reference, market[0], market[1]),
            tied => self.nearest(tied, reference),
        };
        found.qty.is_positive().then_some(found)
    }

    fn nearest(&self, tied: &[Equilibrium], reference: Price) -> Equilibrium {
        let away = |e: &Equilibrium| Price((e.price - reference).0.saturating_abs());
        let least = tied.iter().map(away).min().expect("one is tied");
        let mut near = tied.iter().filter(|e| away(e) == least);
        match (near.next(), near.next()) {
            (Some(_), Some(_)) => {
                let of = |side| self.orders.iter().filter(|o| accepts(o, side, reference)).map(|o| o.qty).sum::<Qty>();
                let (buys, sells) = (of(Side::Buy), of(Side::Sell));
                Equilibrium { price: reference, qty: buys.min(sells), unmatched: buys - sells }
            }
            (one, _) => *one.expect("the nearest"),
        }
    }

    /// Units at the market, and units by limit.
    fn sums(&self) -> (Both, BTreeMap<Price, Both>) {
        let (mut market, mut by_price) = ([Qty::ZERO; 2], BTreeMap::new());
        for order in &self.orders {
            let both = match order.limit {
                None => &mut market,
                Some(price) => by_price.entry(price).or_insert([Qty::ZERO; 2]),
            };
            match order.side {
                Side::Buy => both[0] += order.qty,
                Side::Sell => both[1] += order.qty,
            }
        }
        (market, by_price)
    }

    /// Trade at the price of the auction. What does not trade stays, in the order it came.
    pub fn cross(&mut self, reference: Price, crosses: &mut impl FnMut(Cross)) -> Option<Equilibrium> {
        let found = self.equilibrium(reference)?;
        let queue = |side, at_market: bool| self.queue(side, at_market, found.price);
        let (limits, markets) = ([queue(Side::Buy, false), queue(Side::Sell, false)], [queue(Side::Buy, true), queue(Side::Sell, true)]);
        let mut traded = Qty::ZERO;
        for (buys, sells) in [
            (&limits[0], &limits[1]),
            (&limits[0], &markets[1]),
            (&markets[0], &limits[1]),
            (&markets[0], &markets[1]),
        ] {
            traded += self.meet(buys, sells, crosses);
        }
        assert!(traded == found.qty, "as much trades as the price was found by");
        self.orders.retain(|order| order.qty.is_positive());
        Some(found)
    }

    /// Places of the orders of a side that accept a price, best first.
    fn queue(&self, side: Side, at_market: bool, price: Price) -> Vec<usize> {
        let of_kind = |order: &CallOrder| accepts(order, side, price) && order.limit.is_none() == at_market;
        let mut places: Vec<usize> = (0..self.orders.len()).filter(|at| self.orders.get(*at).is_some_and(of_kind)).collect();
        // A stable sort: at one price they keep the order they came in.
        places.sort_by_key(|at| match (side, self.orders.get(*at).and_then(|order| order.limit)) {
            (_, None) => Price::ZERO,
            (Side::Buy, Some(limit)) => -limit,
            (Side::Sell, Some(limit)) => limit,
        });
        places
    }

    fn meet(&mut self, buys: &[usize], sells: &[usize], crosses: &mut impl FnMut(Cross)) -> Qty {
        let (mut buys, mut sells) = (buys.iter().copied().peekable(), sells.iter().copied().peekable());
        let mut traded = Qty::ZERO;
        while let (Some(buyer), Some(seller)) = (buys.peek().copied(), sells.peek().copied()) {
            let (buy, sell) = (self.at(buyer), self.at(seller));
            let qty = buy.qty.min(sell.qty);
            if qty.is_positive() {
                crosses(Cross { buy: buy.tag, sell: sell.tag, qty });
                traded += qty;
                self.orders.get_mut(buyer).expect("a place").qty -= qty;
                self.orders.get_mut(seller).expect("a place").qty -= qty;
            }
            if buy.qty == qty {
                buys.next();
            }
            if sell.qty == qty {
                sells.next();
            }
        }
        traded
    }

    fn at(&self, place: usize) -> CallOrder {
        *self.orders.get(place).expect("a place")
    }
}

fn accepts(order: &CallOrder, side: Side, price: Price) -> bool {
    order.side == side
        && order.limit.is_none_or(|limit| match side {
            Side::Buy => limit >= price,
            Side::Sell => limit <= price,
        })
}

impl Dump for Call {
    fn dump(&self, sink: &mut Sink<'_>) {
        u64::try_from(self.orders.len()).expect("a count").dump(sink);
        for order in &self.orders {
            (order.side, order.limit).dump(sink);
            (order.qty, order.tag).dump(sink);
        }
    }
}
