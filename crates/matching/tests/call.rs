//! The call auction: its laws, and the price by brute force.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)]

use matching::{Call, CallOrder, Cross, Equilibrium, naive};
use stdx::Lots;
use vocab::{Price, Qty, Side};

fn call(orders: &[(Side, i64, i64)]) -> Call {
    let mut call = Call::new();
    for (tag, (side, limit, qty)) in (1..).zip(orders) {
        call.enter(CallOrder { side: *side, limit: (*limit > 0).then_some(Price(*limit)), qty: Qty(*qty), tag });
    }
    call
}

fn found(orders: &[(Side, i64, i64)], reference: i64) -> Option<(i64, i64, i64)> {
    call(orders).equilibrium(Price(reference)).map(|e| (e.price.0, e.qty.0, e.unmatched.0))
}

use Side::{Buy, Sell};

#[test]
fn the_most_trades_then_the_least_is_left_then_the_nearest() {
    assert_eq!(found(&[(Buy, 105, 10), (Buy, 103, 20), (Sell, 100, 15), (Sell, 104, 5)], 103), Some((103, 15, 15)));
    // 15 trade at 100, 102 and 103; 102 leaves 5, 103 leaves 5: the nearer to 104 is 103.
    let tie = [(Buy, 103, 20), (Sell, 100, 10), (Sell, 102, 5), (Buy, 90, 5)];
    assert_eq!(found(&tie, 104), Some((103, 15, 5)));
    assert_eq!(found(&tie, 101), Some((102, 15, 5)));
    // The reference lies halfway between the two nearest: it is the price.
    assert_eq!(found(&[(Buy, 106, 10), (Sell, 100, 10)], 103), Some((103, 10, 0)));
    assert_eq!(found(&[(Buy, 106, 10), (Sell, 100, 10)], 104), Some((106, 10, 0)));
}

#[test]
fn nothing_that_meets_is_no_price_and_market_orders_alone_trade_at_the_reference() {
    assert_eq!(found(&[(Buy, 99, 10), (Sell, 100, 10)], 100), None);
    assert_eq!(found(&[(Buy, 0, 10)], 100), None);
    assert_eq!(found(&[], 100), None);
    assert_eq!(found(&[(Buy, 0, 10), (Sell, 0, 4)], 100), Some((100, 4, 6)));
    assert_eq!(found(&[(Buy, 0, 10), (Sell, 98, 4), (Sell, 101, 6)], 100), Some((101, 10, 0)));
}

#[test]
fn limits_trade_before_market_orders_better_prices_first_then_who_came_first() {
    let mut call = call(&[(Buy, 0, 10), (Buy, 101, 5), (Buy, 102, 5), (Buy, 101, 5), (Sell, 99, 12), (Sell, 0, 6)]);
    let mut met = Vec::new();
    let found = call.cross(Price(102), &mut |Cross { buy, sell, qty }| met.push((buy, sell, qty.0)));
    assert_eq!(found, Some(Equilibrium { price: Price(101), qty: Qty(18), unmatched: Qty(7) }));
    assert_eq!(met, [(3, 5, 5), (2, 5, 5), (4, 5, 2), (4, 6, 3), (1, 6, 3)]);
    let left: Vec<(u64, i64)> = call.orders().iter().map(|o| (o.tag, o.qty.0)).collect();
    assert_eq!(left, [(1, 7)]);
}

#[test]
fn orders_are_cancelled_and_made_smaller_where_they_stand() {
    let mut call = call(&[(Buy, 101, 5), (Buy, 101, 5), (Sell, 99, 4)]);
    call.reduce(1, Qty(2));
    assert_eq!((call.cancel(2), call.cancel(2)), (Some(Qty(5)), None));
    assert_eq!(call.equilibrium(Price(98)), Some(Equilibrium { price: Price(99), qty: Qty(3), unmatched: Qty(-1) }));
}

/// Every price by brute force; and of what trades: nothing is made, no limit is passed, no better order waits.
#[test]
fn the_price_is_that_of_brute_force_and_the_crosses_keep_the_laws() {
    let (mut none, mut halfway, mut markets) = (0, 0, 0);
    for seed in 1..=6_000u64 {
        let mut lots = Lots::new(seed);
        let spread = [4, 12, 60][usize::try_from(lots.below(3)).unwrap()];
        let mut call = Call::new();
        for tag in 1..=lots.below(14) {
            let side = if lots.one_in(2) { Buy } else { Sell };
            let limit = (!lots.one_in(5)).then(|| Price(100 + lots.between(-spread, spread)));
            call.enter(CallOrder { side, limit, qty: Qty(lots.between(1, 9)), tag });
        }
        let reference = Price(100 + lots.between(-spread, spread));
        let before = call.orders().to_vec();
        let expected = naive::Call(&before).equilibrium(reference);
        assert_eq!(call.equilibrium(reference), expected, "seed {seed}: {before:?} around {reference}");
        let mut crosses = Vec::new();
        assert_eq!(call.cross(reference, &mut |c| crosses.push(c)), expected);
        let Some(found) = expected else {
            none += 1;
            assert_eq!(call.orders(), before);
            continue;
        };
        halfway += u32::from(before.iter().all(|o| o.limit != Some(found.price)) && before.iter().any(|o| o.limit.is_some()));
        let of = |tag: u64| *before.iter().find(|o| o.tag == tag).unwrap();
        let traded = |tag: u64| crosses.iter().filter(|c| c.buy == tag || c.sell == tag).map(|c| c.qty).sum::<Qty>();
        for cross in &crosses {
            let (buy, sell) = (of(cross.buy), of(cross.sell));
            assert!(buy.side == Buy && sell.side == Sell && cross.qty.is_positive());
            assert!(buy.limit.is_none_or(|l| l >= found.price) && sell.limit.is_none_or(|l| l <= found.price));
            markets += u32::from(buy.limit.is_none() || sell.limit.is_none());
        }
        for order in &before {
            let left = call.orders().iter().find(|o| o.tag == order.tag).map_or(Qty::ZERO, |o| o.qty);
            assert_eq!(traded(order.tag) + left, order.qty);
            // Who trades leaves nobody of the same kind before him with something left.
            let ahead = before.iter().filter(|o| o.side == order.side && o.limit.is_some() == order.limit.is_some());
            for other in ahead.filter(|_| traded(order.tag).is_positive()) {
                let better = match order.side {
                    Buy => other.limit > order.limit,
                    Sell => other.limit < order.limit,
                };
                if better || (other.limit == order.limit && other.tag < order.tag) {
                    assert_eq!(traded(other.tag), other.qty, "seed {seed}");
                }
            }
        }
    }
    assert!(none > 200 && halfway > 20 && markets > 500, "{none} {halfway} {markets}");
}
