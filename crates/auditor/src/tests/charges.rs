//! Charge blocks of other eras, worked out by hand.

use super::*;
use crate::brokerage::brokerage;
use crate::charge::{Dealt, Turnovers, block};
use crate::dealing::Sold;
use rulebook::Rulebook;

/// The rates of [`rules`], some of them changed, and rows of one state.
fn book(changed: &[(RuleName, i64)], of_state: &[(RuleName, &str, i64, i64)]) -> Rulebook {
    let mut book = Rulebook::new();
    for mut row in rules() {
        if let Some((_, value)) = changed.iter().find(|(name, _)| *name == row.name) {
            row.value = *value;
        }
        book.adopt(row).unwrap();
    }
    for (name, scope, value, extra) in of_state {
        book.adopt(rule(*name, state(scope), *value, *extra)).unwrap();
    }
    book
}

fn both(buy_qty: i64, buy: &str, sell_qty: i64, sell: &str) -> Dealt {
    Dealt { buy_qty: Qty(buy_qty), buy_value: rs(buy), sell_qty: Qty(sell_qty), sell_value: rs(sell), gross: false }
}

/// All of it on the first exchange.
fn at_first(dealt: &[Dealt]) -> Turnovers {
    Turnovers { nse: dealt.iter().map(|d| d.buy_value + d.sell_value).sum(), bse: Paise::ZERO }
}

fn line(book: &Rulebook, dealt: &[Dealt], client: &str, head: u8) -> Paise {
    let lines = block(book, &at_first(dealt), dealt, rs("100"), [state(client), state("MH")], thursday()).unwrap();
    lines.get(&head).copied().unwrap_or(Paise::ZERO)
}

/// 2012: service tax 12 % on brokerage and exchange charges, cesses of 2 % and 1 % on the tax.
#[test]
fn service_tax_and_its_cesses_round_one_after_the_other() {
    let book = book(
        &[
            (RuleName::Gst, 0),
            (RuleName::TaxBase, 1),
            (RuleName::ServiceTax, rate("0.12")),
            (RuleName::EducationCess, rate("0.02")),
            (RuleName::HigherEducationCess, rate("0.01")),
            (RuleName::SwachhBharatCess, rate("0.005")),
        ],
        &[],
    );
    // Taxable: brokerage 100.00 and exchange 100 x 799.00 x 0.0030699 % = 2.4529 -> 2.45; the SEBI fee is not.
    let dealt = [both(100, "79,900", 0, "0")];
    let of = |head| line(&book, &dealt, "MH", head);
    assert_eq!(of(7), rs("12.29"), "12.294");
    assert_eq!((of(8), of(9)), (rs("0.25"), rs("0.12")), "0.2458 and 0.1229, on the rounded tax");
    assert_eq!(of(10), rs("0.51"), "0.51225, on what is taxed");
    assert_eq!((of(5), of(6), of(11)), (Paise::ZERO, Paise::ZERO, Paise::ZERO));
}

/// Haryana from July 2017: 0.01 % delivered, at most Rs 500; 0.002 % intraday, at most Rs 200.
#[test]
fn each_state_duty_keeps_to_its_own_cap() {
    let rows = [
        (RuleName::StampStateDelivery, "HR", rate("0.0001"), 50_000),
        (RuleName::StampStateIntraday, "HR", rate("0.00002"), 20_000),
    ];
    let book = book(&[(RuleName::StampRegime, 0)], &rows);
    let stamp = |dealt: &[Dealt]| line(&book, dealt, "HR", 13);
    assert_eq!(stamp(&[both(100, "30,00,000", 0, "0")]), rs("300"));
    assert_eq!(stamp(&[both(100, "80,00,000", 0, "0")]), rs("500"), "800 without the cap");
    // Delivered 300.00; squared 10,00,000 + 10,00,000 at 0.002 % = 40.00.
    let mixed = [both(100, "30,00,000", 0, "0"), both(10, "10,00,000", 10, "10,00,000")];
    assert_eq!(stamp(&mixed), rs("340"), "the intraday cap of 200 is not the delivery's");
    let large = [both(100, "48,00,000", 0, "0"), both(10, "80,00,000", 10, "80,00,000")];
    assert_eq!(stamp(&large), rs("500"), "480 and 200 of 320: a client's day is capped at the higher");
    let missing = block(&book, &at_first(&mixed), &mixed, rs("0"), [state("GA"), state("MH")], thursday());
    assert_eq!(missing.unwrap_err().to_string(), "no rule `stamp-state-delivery` for GA is known on 2026-06-25");
}

/// 79,900.00 bought: 39,900.00 on the first exchange at 0.0030699 % and 40,000.00 on the second at 0.00375 %, 1.2249 and 1.5.
#[test]
fn each_exchange_charges_its_own_rate_and_the_sum_is_rounded_once() {
    let rows = [(RuleName::ExchangeChargeBse, rate("0.0000375"))];
    let mut book = book(&[], &[]);
    for (name, value) in rows {
        book.adopt(rule(name, rulebook::EVERYWHERE, value, 0)).unwrap();
    }
    let dealt = [both(100, "79,900", 0, "0")];
    let turnovers = Turnovers { nse: rs("39,900"), bse: rs("40,000") };
    let lines = block(&book, &turnovers, &dealt, rs("0"), [state("MH"), state("MH")], thursday()).unwrap();
    assert_eq!(lines.get(&2), Some(&rs("2.72")), "2.7249");
    assert_eq!(lines.get(&4), Some(&rs("0.08")), "the SEBI fee is of both");
}

/// 500 bought at 100.00 and 300 sold at 105.00: 300 squared at the average, 200 delivered.
#[test]
fn a_part_squared_within_the_day_is_taken_at_the_average_price() {
    let book = book(&[], &[]);
    let dealt = [both(500, "50,000", 300, "31,500")];
    // STT: 20,000 x 0.1 % = 20.00, and 31,500 x 0.025 % = 7.875: 27.875 -> 28.
    assert_eq!(line(&book, &dealt, "MH", 12), rs("28"));
    // Stamp: 20,000 x 0.015 % = 3.00, and 30,000 x 0.003 % = 0.90: 3.90 -> 4.
    assert_eq!(line(&book, &dealt, "MH", 13), rs("4"));
    // A half rupee goes up: 52,500 delivered x 0.1 % = 52.50.
    assert_eq!(line(&book, &[both(0, "0", 500, "52,500")], "MH", 12), rs("53"));
}

#[test]
fn brokerage_keeps_to_the_higher_of_both_caps() {
    let book = book(&[], &[]);
    let of = |rate_text: &str, per_share: i64, price: &str, qty: i64| {
        let plan = Slab { per_share: Paise(per_share), ..Slab::plain(Rate(rate(rate_text))) };
        let (fees, cap) = brokerage(&book, &[plan], &[sold(1, Side::Buy, qty, price)], thursday()).unwrap();
        (fees[0], cap)
    };
    assert_eq!(of("0.003", 0, "800", 100), (rs("240"), rs("2,000")));
    assert_eq!(of("0.05", 0, "800", 100), (rs("2,000"), rs("2,000")));
    assert_eq!(of("0.05", 0, "4", 100), (rs("20"), rs("25")), "25 paise a share is the higher cap below ten rupees");
    assert_eq!(of("0", 40, "8", 100), (rs("25"), rs("25")));
}

fn sold(order: u64, side: Side, qty: i64, price: &str) -> Sold {
    let (order, price) = (OrderNo(order), Price::parse(price).unwrap());
    Sold { trade: TradeNo(order.0), order, security: STEEL, side, price, qty: Qty(qty), nth: order.0 }
}

/// 0.3 % delivered, at least 25.00 an order; squared 0.03 %, at most 20.00 an order; less above 10 lakh.
#[test]
fn brokerage_goes_by_portion_turnover_and_order() {
    let book = book(&[], &[]);
    let plain = Slab::plain(Rate(rate("0.003")));
    let slabs = [
        Slab { least: rs("25"), ..plain },
        Slab { turnover: rs("10,00,000"), rate: Rate(rate("0.001")), ..plain },
        Slab { portion: Portion::Intraday, rate: Rate(rate("0.0003")), most: rs("20"), ..plain },
    ];
    let of = |all: &[Sold]| brokerage(&book, &slabs, all, thursday()).unwrap().0.into_iter().sum::<Paise>();
    assert_eq!(of(&[sold(1, Side::Buy, 10, "100")]), rs("25"), "3.00 by the rate");
    assert_eq!(of(&[sold(1, Side::Buy, 50, "100"), sold(1, Side::Buy, 100, "100")]), rs("45"));
    assert_eq!(of(&[sold(1, Side::Buy, 10_000, "100")]), rs("1,000"), "0.1 % of ten lakh");
    // 400 squared: 12.00 of the buy and 12.00 of the sale; 600 delivered at 0.3 % of 60,000.
    assert_eq!(of(&[sold(1, Side::Buy, 1_000, "100"), sold(2, Side::Sell, 400, "100")]), rs("204"));
    // 2,000 squared: 60.00 of each side by the rate, 20.00 an order.
    assert_eq!(of(&[sold(1, Side::Buy, 2_000, "100"), sold(2, Side::Sell, 2_000, "100")]), rs("40"));
}
