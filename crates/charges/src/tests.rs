use crate::*;
use alloc::boxed::Box;
use alloc::vec::Vec;
use rulebook::{Confidence, Rule, RuleName, Rulebook};
use vocab::*;

/// A rulebook of one day, with the rates of 2026 as given by `pairs` and everything else nil.
fn book(pairs: &[(RuleName, i64)]) -> Rulebook {
    let mut book = Rulebook::default();
    let names = [
        RuleName::SttDeliveryBuy, RuleName::SttDeliverySell, RuleName::SttIntradaySell, RuleName::StampRegime,
        RuleName::StampDeliveryBuy, RuleName::StampIntradayBuy, RuleName::ExchangeChargeNse, RuleName::ExchangeChargeBse,
        RuleName::InvestorProtectionNse, RuleName::SebiTurnoverFee, RuleName::Gst, RuleName::TaxBase,
        RuleName::ServiceTax, RuleName::EducationCess, RuleName::HigherEducationCess, RuleName::SwachhBharatCess,
        RuleName::KrishiKalyanCess, RuleName::BrokerageCap, RuleName::BrokerageCapPerShare,
    ];
    for name in names {
        let value = pairs.iter().find(|(n, _)| *n == name).map_or(i64::from(name == RuleName::StampRegime), |(_, v)| *v);
        let rule = Rule {
            name, scope: rulebook::EVERYWHERE, from: Day(0), to: None, value, extra: 0,
            confidence: Confidence::High, source: Box::from("test"), paragraph: Box::from(""), note: Box::from(""),
        };
        book.adopt(rule).expect("a fresh name");
    }
    book
}

const DAY: Day = Day(20_000);

fn state(code: &str) -> StateCode {
    StateCode::parse(code).unwrap()
}

fn at_home() -> Place {
    Place { client: state("MH"), firm: state("MH") }
}

fn rate(text: &str) -> i64 {
    Rate::parse(text).unwrap().0
}

fn bought(value: i64) -> Dealt {
    Dealt { buy_qty: Qty(100), buy_value: Paise(value), sell_qty: Qty::ZERO, sell_value: Paise::ZERO }
}

fn amount(lines: &[Line], head: Head) -> Paise {
    lines.iter().find(|l| l.head == head).map_or(Paise::ZERO, |l| l.amount)
}

/// Zerodha's published example: 500 bought at 100 and 500 sold at 105.
#[test]
fn the_published_stt_example_is_reproduced() {
    let book = book(&[(RuleName::SttDeliveryBuy, rate("0.001")), (RuleName::SttDeliverySell, rate("0.001"))]);
    let buy = [Dealt { buy_qty: Qty(500), buy_value: Paise::rupees(50_000), sell_qty: Qty(0), sell_value: Paise(0) }];
    let sell = [Dealt { buy_qty: Qty(0), buy_value: Paise(0), sell_qty: Qty(500), sell_value: Paise::rupees(52_500) }];
    let stt = |dealt: &[Dealt]| amount(&bill(&book, dealt, Paise::ZERO, Paise(0), at_home(), DAY).unwrap(), Head::Stt);
    assert_eq!(stt(&buy), Paise::rupees(50));
    assert_eq!(stt(&sell), Paise::rupees(53), "52.50 goes up to the whole rupee");
}

/// A real note printed 1.88 + 1.88 beside a debit of 3.75: taxable value 20.85 at 18 %.
#[test]
fn the_tax_is_rounded_once_and_only_then_split() {
    let book = book(&[(RuleName::Gst, rate("0.18")), (RuleName::TaxBase, 2)]);
    let lines = bill(&book, &[bought(1)], Paise::ZERO, Paise(2_085), at_home(), DAY).unwrap();
    let gst = amount(&lines, Head::StateAndCentralGst);
    assert_eq!(gst, Paise(375), "3.7530 is debited once");
    let half = Rate::parse("0.09").unwrap().of(Paise(2_085), Rounding::NearestPaisa);
    assert_eq!((half, half), (Paise(188), Paise(188)), "each half prints rounded by itself");
    assert_eq!(gst.halves(), (Paise(188), Paise(187)), "the books split what was debited");
}

// covers: G-6.6-3, G-11.4-2
#[test]
fn every_line_can_be_worked_out_again_from_its_operands() {
    let book = book(&[
        (RuleName::SttDeliveryBuy, rate("0.001")), (RuleName::SttDeliverySell, rate("0.001")),
        (RuleName::SttIntradaySell, rate("0.00025")), (RuleName::StampRegime, 1),
        (RuleName::StampDeliveryBuy, rate("0.00015")), (RuleName::StampIntradayBuy, rate("0.00003")),
        (RuleName::ExchangeChargeNse, rate("0.000030699")), (RuleName::InvestorProtectionNse, rate("0.000000001")),
        (RuleName::SebiTurnoverFee, rate("0.000001")), (RuleName::Gst, rate("0.18")), (RuleName::TaxBase, 2),
    ]);
    let dealt = [
        Dealt { buy_qty: Qty(100), buy_value: Paise(8_000_000), sell_qty: Qty(40), sell_value: Paise(3_210_000) },
        bought(4_567_890),
    ];
    let lines = bill(&book, &dealt, Paise::ZERO, Paise(4_321), at_home(), DAY).unwrap();
    for line in &lines {
        assert_eq!(recompute(&book, line), Some(line.amount), "{:?}", line.head);
    }
    // 60 of the first are delivered, 40 squared: STT on 48,00,000 + 45,67,890 bought, 0.025 % on 32,10,000 sold.
    let stt = lines.iter().find(|l| l.head == Head::Stt).unwrap();
    assert_eq!(stt.bases, [Paise(9_367_890), Paise(3_210_000), Paise::ZERO]);
    assert_eq!(stt.amount, Paise(10_200));
    assert_eq!(amount(&lines, Head::Stamp), Paise(1_500), "14.05 + 0.96 to the rupee");
    assert_eq!(amount(&lines, Head::SebiFee), Paise(16));
    assert_eq!(amount(&lines, Head::InvestorProtection), Paise::ZERO, "a line that comes to nothing is not printed");
}

// covers: G-6.9-1, G-11.2-1, G-11.1-1, A-4.7-14
#[test]
fn brokerage_never_exceeds_the_higher_of_both_caps() {
    let book = book(&[(RuleName::BrokerageCap, rate("0.025")), (RuleName::BrokerageCapPerShare, 25)]);
    let plan = |rate_text: &str, per_share: i64| {
        [Slab { per_share: Paise(per_share), ..Slab::plain(Rate::parse(rate_text).unwrap()) }]
    };
    let of = |rate_text: &str, per_share: i64, paise: i64, qty: i64| {
        fee(&book, &plan(rate_text, per_share), deal(1, Side::Buy, qty, paise))
    };
    assert_eq!(of("0.003", 0, 800_00, 100), Paise(24_000));
    assert_eq!(of("0.05", 0, 800_00, 100), Paise(200_000), "2.5 % and no more");
    assert_eq!(of("0.05", 25, 4_00, 100), Paise(2_500), "25 paise a share is the higher cap below ten rupees");
    assert_eq!(of("0", 40, 8_00, 100), Paise(2_500));
    let fits = |rate_text: &str, paise| plan_fits(&book, &plan(rate_text, paise), DAY).unwrap();
    assert_eq!(fits("0.025", 25), Ok(()));
    assert_eq!([fits("0.0251", 0), fits("0.01", 26)], [Err(Unfit::AboveCap); 2]);
    assert_eq!(fits("-0.01", 0), Err(Unfit::Rows));
}

fn capped_at_the_law() -> Rulebook {
    book(&[(RuleName::BrokerageCap, rate("0.025")), (RuleName::BrokerageCapPerShare, 25)])
}

fn deal(order: u64, side: Side, qty: i64, paise: i64) -> Deal {
    Deal { order: OrderNo(order), security: SecurityRow(0), side, price: Price::from_paise(paise), qty: Qty(qty) }
}

fn fee(book: &Rulebook, slabs: &[Slab], deal: Deal) -> Paise {
    fees(book, slabs, &[deal]).into_iter().sum()
}

fn fees(book: &Rulebook, slabs: &[Slab], deals: &[Deal]) -> Vec<Paise> {
    brokerage(book, slabs, deals, DAY).unwrap()
}

// covers: G-11.1-1
#[test]
fn an_order_pays_within_its_bounds_however_many_trades_it_takes() {
    let book = capped_at_the_law();
    // The smaller of 0.03 % and Rs 20, at least Rs 5.
    let slab = Slab { least: Paise::rupees(5), most: Paise::rupees(20), ..Slab::plain(Rate(rate("0.0003"))) };
    let three = [deal(1, Side::Buy, 10, 800_00), deal(1, Side::Buy, 50, 800_00), deal(1, Side::Buy, 100, 800_00)];
    // 2.40, 12.00 and 24.00 by the rate: 5 with the first, 14.40 with the second, 20 with the third.
    assert_eq!(fees(&book, &[slab], &three), [Paise(500), Paise(940), Paise(560)]);
    let flat = Slab { least: Paise::rupees(20), most: Paise::rupees(20), ..Slab::plain(Rate::ZERO) };
    let two_orders = [deal(1, Side::Buy, 10, 800_00), deal(1, Side::Buy, 50, 800_00), deal(2, Side::Sell, 1, 800_00)];
    assert_eq!(fees(&book, &[flat], &two_orders), [Paise(2_000), Paise(0), Paise(2_000)], "a flat sum on each order");
    // A first trade of ten shares bears no more than 2.50: the rest of the flat sum falls on the next.
    let small = [deal(1, Side::Buy, 10, 4_00), deal(1, Side::Buy, 10_000, 4_00)];
    assert_eq!(fees(&book, &[flat], &small), [Paise(250), Paise(1_750)], "25 paise a share is the cap of the first");
}

// covers: G-11.1-1
#[test]
fn what_is_squared_within_the_day_pays_the_intraday_rows() {
    let book = capped_at_the_law();
    let delivery = Slab::plain(Rate(rate("0.003")));
    let intraday = Slab { portion: Portion::Intraday, ..Slab::plain(Rate(rate("0.0003"))) };
    let deals = [deal(1, Side::Buy, 30, 100_00), deal(2, Side::Buy, 100, 100_00), deal(3, Side::Sell, 50, 100_00)];
    // 50 are squared: the first 30, 20 of the next 100, and the whole sale.
    assert_eq!(fees(&book, &[delivery, intraday], &deals), [Paise(90), Paise(60 + 2_400), Paise(150)]);
    assert_eq!(fees(&book, &[delivery], &deals), [Paise(900), Paise(3_000), Paise(1_500)], "one price for both");
    let other = Deal { security: SecurityRow(1), ..deals[2] };
    assert_eq!(fees(&book, &[delivery, intraday], &[deals[0], other]), [Paise(900), Paise(1_500)], "by security");
}

// covers: G-11.1-1
#[test]
fn the_days_turnover_chooses_the_row() {
    let book = capped_at_the_law();
    let row = |turnover: i64, rate_text| Slab { turnover: Paise::rupees(turnover), ..Slab::plain(Rate(rate(rate_text))) };
    let slabs = [row(0, "0.005"), row(1_00_000, "0.003"), row(10_00_000, "0.001")];
    let of = |qty| fee(&book, &slabs, deal(1, Side::Buy, qty, 100_00));
    assert_eq!([of(999), of(1_000), of(10_000)], [Paise(49_950), Paise(30_000), Paise(100_000)]);
    let both = fees(&book, &slabs, &[deal(1, Side::Buy, 500, 100_00), deal(2, Side::Sell, 500, 100_00)]);
    assert_eq!(both, [Paise(15_000); 2], "buys and sales of a day together");
}

// covers: G-11.1-1
#[test]
fn what_settles_on_the_day_pays_by_its_own_rows_or_as_everything_does() {
    let delivery = Slab::plain(Rate(rate("0.003")));
    let intraday = Slab { portion: Portion::Intraday, ..Slab::plain(Rate(rate("0.0003"))) };
    let today = Slab { portion: Portion::SameDay, ..Slab::plain(Rate(rate("0.001"))) };
    let plan = [delivery, intraday, today];
    assert_eq!(rows_of(&plan, true, true), [Slab { portion: Portion::Delivery, ..today }]);
    assert_eq!(rows_of(&plan, false, false), [delivery, intraday]);
    assert_eq!(rows_of(&plan, false, true), [delivery]);
    assert_eq!(rows_of(&[delivery, intraday], true, false), [delivery, intraday]);
    let book = capped_at_the_law();
    assert_eq!(plan_fits(&book, &plan, DAY).unwrap(), Ok(()));
    let late = Slab { turnover: Paise(1), ..today };
    assert_eq!(plan_fits(&book, &[delivery, late], DAY).unwrap(), Err(Unfit::Rows), "from the first rupee");
}

#[test]
fn rows_that_contradict_each_other_are_no_plan() {
    let book = capped_at_the_law();
    let plain = Slab::plain(Rate(rate("0.003")));
    let intraday = Slab { portion: Portion::Intraday, ..plain };
    let fits = |slabs: &[Slab]| plan_fits(&book, slabs, DAY).unwrap();
    assert_eq!(fits(&[plain, intraday, Slab { turnover: Paise(1), ..plain }]), Ok(()));
    for slabs in [
        &[][..],
        &[intraday],
        &[plain, plain],
        &[Slab { turnover: Paise(1), ..plain }],
        &[plain, Slab { turnover: Paise(1), ..intraday }],
        &[Slab { least: Paise(2), most: Paise(1), ..plain }],
        &[Slab { most: Paise(-1), ..plain }],
    ] {
        assert_eq!(fits(slabs), Err(Unfit::Rows), "{slabs:?}");
    }
}

#[test]
fn what_an_order_holds_is_never_less_than_what_its_trade_costs() {
    let book = book(&[
        (RuleName::SttDeliveryBuy, rate("0.001")), (RuleName::StampRegime, 1),
        (RuleName::StampDeliveryBuy, rate("0.00015")), (RuleName::ExchangeChargeNse, rate("0.000030699")),
        (RuleName::InvestorProtectionNse, rate("0.000000001")), (RuleName::SebiTurnoverFee, rate("0.000001")),
        (RuleName::ExchangeChargeBse, rate("0.0000375")), (RuleName::Gst, rate("0.18")), (RuleName::TaxBase, 2),
        (RuleName::BrokerageCap, rate("0.025")), (RuleName::BrokerageCapPerShare, 25),
    ]);
    let mut lots = stdx::Lots::new(3);
    let on = |exchanges: &[Venue]| worst(&book, Side::Buy, at_home(), exchanges, DAY).unwrap();
    let held_for = |on_bse| if on_bse { on(&Venue::ALL) } else { on(&[Venue::Nse]) };
    assert!(held_for(false).levies < held_for(true).levies, "the dearer exchange counts where it trades");
    // Alone it counts alone, dearer or not.
    assert_eq!((on(&[Venue::Bse]), on(&[])), (held_for(true), held_for(false)));
    for _ in 0..2_000 {
        let there = lots.one_in(2);
        let worst = held_for(there);
        let (price, qty) = (Price::from_paise(lots.between(100, 5_000_000)), Qty(lots.between(1, 5_000)));
        let value = price.value(qty, Rounding::NearestPaisa);
        let plan = [Slab::plain(Rate(rate("0.003")))];
        let fee = fee(&book, &plan, Deal { price, ..deal(1, Side::Buy, qty.0, 0) });
        let dealt = [Dealt { buy_qty: qty, buy_value: value, sell_qty: Qty(0), sell_value: Paise(0) }];
        let on_bse = if there { value } else { Paise::ZERO };
        let cost: Paise = bill(&book, &dealt, on_bse, fee, at_home(), DAY).unwrap().iter().map(|l| l.amount).sum();
        let held = worst.levies.of(value, Rounding::UpPaisa) + fee + worst.tax.of(fee, Rounding::UpPaisa) + Paise(200);
        assert!(cost <= held, "{cost} of {value} against {held}");
    }
}

/// 1,00,000.00 on the first exchange at 0.003 % and 60,000.00 on the second at 0.00375 %: 3.00 and 2.25, one line.
#[test]
fn each_exchange_charges_what_was_dealt_on_it() {
    let book = book(&[
        (RuleName::ExchangeChargeNse, rate("0.00003")), (RuleName::ExchangeChargeBse, rate("0.0000375")),
        (RuleName::InvestorProtectionNse, rate("0.0001")), (RuleName::BrokerageCap, rate("0.025")),
    ]);
    let (nse, bse) = (Paise::rupees(100_000), Paise::rupees(60_000));
    let dealt = [Dealt { buy_qty: Qty(160), buy_value: nse + bse, sell_qty: Qty(0), sell_value: Paise(0) }];
    let lines = bill(&book, &dealt, bse, Paise::ZERO, at_home(), DAY).unwrap();
    let line = lines.iter().find(|l| l.head == Head::Exchange).unwrap();
    assert_eq!((line.amount, line.bases), (Paise(525), [nse, bse, Paise::ZERO]));
    assert_eq!(amount(&lines, Head::InvestorProtection), Paise::rupees(10), "the fund is the first exchange's");
    assert_eq!(recompute(&book, line), Some(Paise(525)), "from its operands");
    // A rule of an exchange on which nothing was dealt is not missed.
    let alone = bill(&book, &dealt, nse + bse, Paise::ZERO, at_home(), DAY).unwrap();
    assert_eq!(amount(&alone, Head::Exchange), Paise(600));
}

#[test]
fn a_day_without_a_rule_is_refused_by_name() {
    let none = bill(&Rulebook::default(), &[bought(100)], Paise::ZERO, Paise(0), at_home(), DAY);
    assert_eq!(none.unwrap_err().name, RuleName::ExchangeChargeNse);
}

/// A state whose tables cap the duty on delivery at Rs 500 and on trading within the day at Rs 200.
fn capped(delivery: i64, intraday: i64) -> Rulebook {
    let mut book = book(&[(RuleName::StampRegime, 0)]);
    let tables = [
        (RuleName::StampStateDelivery, rate("0.0001"), delivery),
        (RuleName::StampStateIntraday, rate("0.00002"), intraday),
    ];
    for (name, value, extra) in tables {
        let rule = Rule {
            name, scope: state("HR"), from: Day(0), to: None, value, extra: Paise::rupees(extra).0,
            confidence: Confidence::High, source: Box::from("test"), paragraph: Box::from(""), note: Box::from(""),
        };
        book.adopt(rule).expect("a fresh name");
    }
    book
}

// covers: G-6.6-3
#[test]
fn each_duty_stays_within_its_own_cap_and_the_sum_within_the_higher() {
    let place = Place { client: state("HR"), firm: state("HR") };
    let dealt = |delivery: i64, intraday: i64| {
        [
            Dealt { buy_qty: Qty(100), buy_value: Paise::rupees(delivery), sell_qty: Qty(0), sell_value: Paise(0) },
            Dealt {
                buy_qty: Qty(100), buy_value: Paise::rupees(intraday), sell_qty: Qty(100), sell_value: Paise::rupees(intraday),
            },
        ]
    };
    let stamp = |book: &Rulebook, delivery, intraday| {
        let lines = bill(book, &dealt(delivery, intraday), Paise::ZERO, Paise(0), place, DAY).expect("the rules are there");
        for line in &lines {
            assert_eq!(recompute(book, line), Some(line.amount), "{:?}", line.head);
        }
        amount(&lines, Head::Stamp)
    };
    let both = capped(500, 200);
    assert_eq!(stamp(&both, 1_000_000, 2_500_000), Paise::rupees(200), "100 and 100: no cap bites");
    assert_eq!(stamp(&both, 1_000_000, 10_000_000), Paise::rupees(300), "100, and 400 cut to 200");
    assert_eq!(stamp(&both, 8_000_000, 0), Paise::rupees(500), "800 cut to 500");
    assert_eq!(stamp(&both, 0, 10_000_000), Paise::rupees(200), "nothing delivered lends its cap to nobody");
    assert_eq!(stamp(&both, 4_000_000, 10_000_000), Paise::rupees(500), "400 and 200 together");
    let one = capped(500, 0);
    assert_eq!(stamp(&one, 8_000_000, 10_000_000), Paise::rupees(900), "500 and 400: one has no cap, so has the sum");
}
