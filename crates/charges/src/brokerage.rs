//! Brokerage by the client's plan, never above the cap of the day.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;
use rulebook::{NoRule, RuleName, Rulebook};
use vocab::{Day, OrderNo, Paise, Portion, Price, Qty, Rate, Rounding, SecurityRow, Side, Slab};

/// One trade, as brokerage sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deal {
    pub order: OrderNo,
    pub security: SecurityRow,
    pub side: Side,
    pub price: Price,
    pub qty: Qty,
}

/// The most a broker may charge (guide I 6.9).
struct Cap {
    rate: Rate,
    per_share: Paise,
}

impl Cap {
    fn of_day(book: &Rulebook, day: Day) -> Result<Cap, NoRule> {
        let (_, rate) = book.rate(RuleName::BrokerageCap, day)?;
        let (_, per_share) = book.amount(RuleName::BrokerageCapPerShare, day)?;
        Ok(Cap { rate, per_share })
    }

    /// On a trade: the higher of a fraction of its value and an amount a share.
    fn on(&self, part: &Part) -> Paise {
        self.rate.of(part.value, Rounding::DownPaisa).max(shares_at(self.per_share, part.qty))
    }
}

fn shares_at(per_share: Paise, qty: Qty) -> Paise {
    // Paise per share as a price, so that the product is a value.
    Price::from_paise(per_share.0).value(qty, Rounding::NearestPaisa)
}

/// A trade, or what of it falls on one portion.
#[derive(Clone, Copy)]
struct Part {
    deal: usize,
    order: OrderNo,
    portion: Portion,
    qty: Qty,
    value: Paise,
}

/// Where intraday pays otherwise, what a security's buys and sales of the day have in common is squared: the first
/// trades of each side, in the order they came. Everywhere else a trade is one part, whatever becomes of it.
fn parts(slabs: &[Slab], deals: &[Deal]) -> Vec<Part> {
    let mut squared: BTreeMap<(SecurityRow, Side), Qty> = BTreeMap::new();
    if slabs.iter().any(|slab| slab.portion == Portion::Intraday) {
        let mut sums: BTreeMap<(SecurityRow, Side), Qty> = BTreeMap::new();
        for deal in deals {
            *sums.entry((deal.security, deal.side)).or_insert(Qty::ZERO) += deal.qty;
        }
        for (key, qty) in &sums {
            let other = sums.get(&(key.0, key.1.other())).copied().unwrap_or(Qty::ZERO);
            squared.insert(*key, other.min(*qty));
        }
    }
    let mut all = Vec::with_capacity(deals.len());
    for (nth, deal) in deals.iter().enumerate() {
        let left = squared.get_mut(&(deal.security, deal.side));
        let intraday = left.as_ref().map_or(Qty::ZERO, |left| deal.qty.min(**left));
        if let Some(left) = left {
            *left -= intraday;
        }
        let whole = deal.price.value(deal.qty, Rounding::NearestPaisa);
        let within = deal.price.value(intraday, Rounding::NearestPaisa);
        let both = [(Portion::Intraday, intraday, within), (Portion::Delivery, deal.qty - intraday, whole - within)];
        for (portion, qty, value) in both {
            if qty.is_positive() {
                all.push(Part { deal: nth, order: deal.order, portion, qty, value });
            }
        }
    }
    all
}

/// The row that the turnover of the day in a portion has reached.
fn reached<'a>(slabs: &'a [Slab], parts: &[Part], portion: Portion) -> Option<&'a Slab> {
    let turnover: Paise = parts.iter().filter(|part| part.portion == portion).map(|part| part.value).sum();
    let there = slabs.iter().filter(|slab| slab.portion == portion && slab.turnover <= turnover);
    there.max_by_key(|slab| slab.turnover)
}

/// The rows of a plan by which one settlement pays. What settles on the day of the trade has rows of its own where the plan has
/// any; where every trade is delivered, as it is there, nothing is squared within the day.
pub fn rows_of(slabs: &[Slab], same_day: bool, delivered: bool) -> Vec<Slab> {
    let of_today = slabs.iter().filter(|slab| slab.portion == Portion::SameDay);
    let own: Vec<Slab> = of_today.map(|slab| Slab { portion: Portion::Delivery, ..*slab }).collect();
    if same_day && !own.is_empty() {
        return own;
    }
    let pays = |slab: &&Slab| match slab.portion {
        Portion::Delivery => true,
        Portion::Intraday => !delivered,
        Portion::SameDay => false,
    };
    slabs.iter().filter(pays).copied().collect()
}

/// Brokerage on each trade of a client's bill, the trades in the order they were booked. A trade pays what it makes
/// its order dearer by, and never more than the cap of the day on itself.
///
/// # Errors
/// [`NoRule`] when the cap of the day is not known.
pub fn brokerage(book: &Rulebook, slabs: &[Slab], deals: &[Deal], day: Day) -> Result<Vec<Paise>, NoRule> {
    let cap = Cap::of_day(book, day)?;
    let parts = parts(slabs, deals);
    let rows = [Portion::Delivery, Portion::Intraday].map(|portion| (portion, reached(slabs, &parts, portion)));
    let mut fees = vec![Paise::ZERO; deals.len()];
    // Of each order: due so far before its bounds, and charged so far.
    let mut orders: BTreeMap<(OrderNo, Portion), (Paise, Paise)> = BTreeMap::new();
    for part in &parts {
        let Some(slab) = rows.iter().find(|(portion, _)| *portion == part.portion).and_then(|(_, slab)| *slab) else {
            continue;
        };
        let (due, charged) = orders.entry((part.order, part.portion)).or_insert((Paise::ZERO, Paise::ZERO));
        *due += slab.rate.of(part.value, Rounding::NearestPaisa).max(shares_at(slab.per_share, part.qty));
        let fee = (slab.within(*due) - *charged).at_least_zero().min(cap.on(part));
        *charged += fee;
        if let Some(sum) = fees.get_mut(part.deal) {
            *sum += fee;
        }
    }
    Ok(fees)
}

/// Why rows are no plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unfit {
    /// A rate or a sum per share is above the most (guide I 11.2).
    AboveCap,
    /// Rows contradict each other, or none says what delivery pays from the first rupee.
    Rows,
}

/// May a plan be agreed at all? Refused at set-up, and capped again on every trade (guide I 11.2).
///
/// # Errors
/// [`NoRule`] when the cap of the day is not known.
pub fn plan_fits(book: &Rulebook, slabs: &[Slab], day: Day) -> Result<Result<(), Unfit>, NoRule> {
    let cap = Cap::of_day(book, day)?;
    let within = |slab: &Slab| slab.rate <= cap.rate && slab.per_share <= cap.per_share;
    let bounded = |slab: &Slab| {
        let amounts = [slab.turnover, slab.per_share, slab.least, slab.most];
        let ordered = slab.most.is_zero() || slab.least <= slab.most;
        slab.rate >= Rate::ZERO && amounts.iter().all(|amount| !amount.is_negative()) && ordered
    };
    let first = |portion| slabs.iter().filter(|s| s.portion == portion).map(|s| s.turnover).min();
    let whole = first(Portion::Delivery) == Some(Paise::ZERO)
        && [Portion::Intraday, Portion::SameDay].into_iter().all(|portion| first(portion).is_none_or(Paise::is_zero));
    let once = |slab: &Slab| {
        slabs.iter().filter(|other| (other.portion, other.turnover) == (slab.portion, slab.turnover)).count() == 1
    };
    Ok(match slabs.iter().all(|slab| bounded(slab) && once(slab)) && whole {
        false => Err(Unfit::Rows),
        true if !slabs.iter().all(within) => Err(Unfit::AboveCap),
        true => Ok(()),
    })
}
