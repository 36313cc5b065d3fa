use crate::stage::{Stage, TCS, at, code, day, isin, order, price, sheet, terms};
use vocab::{OrderKind, OrderNo, Paise, Phase, Price, Qty, Rounding, Side, Validity, VenueOrderNo, Venue};
use world::{BadMessage, DaySheet, FromFirm, FromPeople, Mistake, Odds, Sender, ToFirm, refusal};

fn quiet() -> Stage {
    Stage::open(world::Terms { street_activity: 0, ..terms() }, 1, true)
}

fn kinds(heard: &[ToFirm]) -> Vec<&'static str> {
    heard.iter().map(word).collect()
}

fn word(message: &ToFirm) -> &'static str {
    match message {
        ToFirm::Acked { .. } => "acked",
        ToFirm::Refused { .. } => "refused",
        ToFirm::Triggered { .. } => "woken",
        ToFirm::Traded { .. } => "traded",
        ToFirm::Cancelled { .. } => "cancelled",
        ToFirm::Modified { .. } => "modified",
        ToFirm::Lapsed { .. } => "lapsed",
        ToFirm::Phase { phase: Phase::Shut, .. } => "closed",
        ToFirm::Phase { .. } => "opened",
        _ => "other",
    }
}

fn refused(heard: &[ToFirm]) -> u16 {
    match heard {
        [ToFirm::Refused { code, .. } | ToFirm::ModifyRefused { code, .. } | ToFirm::CancelRefused { code, .. }] => *code,
        other => panic!("not one refusal: {other:?}"),
    }
}

#[test]
fn every_refusal_has_its_code() {
    let mut s = quiet();
    let early = s.limit("2026-07-01 09:14:59", "ASHA", Side::Buy, "INFY", 10, "800");
    assert_eq!(refused(&early), refusal::SESSION_CLOSED);
    let t = "2026-07-01 10:00";
    assert_eq!(refused(&s.limit(t, "NOBODY", Side::Buy, "INFY", 10, "800")), refusal::UNKNOWN_CODE);
    assert_eq!(refused(&s.limit(t, "ASHA", Side::Buy, "WIPRO", 10, "800")), refusal::UNKNOWN_SYMBOL);
    assert_eq!(refused(&s.limit(t, "ASHA", Side::Buy, "INFY", 0, "800")), refusal::BAD_QTY);
    assert_eq!(refused(&s.limit(t, "ASHA", Side::Buy, "INFY", 100_000_001, "800")), refusal::BAD_QTY);
    assert_eq!(refused(&s.limit(t, "ASHA", Side::Buy, "INFY", 10, "800.03")), refusal::OFF_TICK);
    assert_eq!(refused(&s.limit(t, "ASHA", Side::Buy, "INFY", 10, "880.05")), refusal::OUTSIDE_BAND);
    assert_eq!(refused(&s.limit(t, "ASHA", Side::Buy, "INFY", 10, "719.95")), refusal::OUTSIDE_BAND);
    assert_eq!(kinds(&s.limit(t, "ASHA", Side::Buy, "INFY", 10, "800")), ["acked"]);
    s.firm(at(t), &FromFirm::CancelOrder { venue: Venue::Nse, order: OrderNo(99) });
    assert_eq!(refused(&s.heard()), refusal::NOT_STANDING);
    s.firm(at(t), &FromFirm::ModifyOrder { venue: Venue::Nse, order: OrderNo(99), price: price("800"), qty: Qty(1), trigger: price("0") });
    assert_eq!(refused(&s.heard()), refusal::NOT_STANDING);
    let holiday = s.limit("2026-07-06 10:00", "ASHA", Side::Buy, "INFY", 10, "800");
    assert_eq!(refused(&holiday), refusal::SESSION_CLOSED);
}

#[test]
fn an_own_order_may_carry_the_member_code() {
    let mut s = quiet();
    assert_eq!(refused(&s.limit("2026-07-01 10:00", "90001", Side::Buy, "INFY", 1, "800")), refusal::UNKNOWN_CODE);
    let mut own = order(2, "90001", Side::Buy, "INFY", 1, "800");
    if let FromFirm::NewOrder { own, .. } = &mut own {
        *own = true;
    }
    s.firm(at("2026-07-01 10:00"), &own);
    assert_eq!(kinds(&s.heard()), ["acked"]);
}

#[test]
fn clients_of_one_firm_meet_by_price_and_time() {
    let mut s = quiet();
    let t = "2026-07-01 10:00";
    s.limit(t, "ASHA", Side::Buy, "INFY", 50, "799");
    s.limit(t, "BALU", Side::Buy, "INFY", 30, "800");
    s.limit(t, "ASHA", Side::Buy, "INFY", 20, "800");
    let heard = s.limit("2026-07-01 10:01", "BALU", Side::Sell, "INFY", 60, "799");
    let trades: Vec<(u64, i64, Price)> = heard
        .iter()
        .filter_map(|m| match m {
            ToFirm::Traded { order, qty, price, .. } => Some((order.0, qty.0, *price)),
            _ => None,
        })
        .collect();
    // The seller is told of each trade first, then the buyer whose order stood.
    let (p800, p799) = (price("800"), price("799"));
    assert_eq!(trades, [(4, 30, p800), (2, 30, p800), (4, 20, p800), (3, 20, p800), (4, 10, p799), (1, 10, p799)]);
    let heard = s.until("2026-07-01 15:30");
    assert_eq!(kinds(&heard), ["lapsed", "closed"]);
    assert!(matches!(heard[0], ToFirm::Lapsed { order: OrderNo(1), left: Qty(40), .. }));
}

#[test]
fn a_smaller_quantity_keeps_its_place_and_a_larger_one_loses_it() {
    let mut s = quiet();
    let t = "2026-07-01 10:00";
    s.limit(t, "ASHA", Side::Buy, "INFY", 50, "800");
    s.limit(t, "BALU", Side::Buy, "INFY", 50, "800");
    let first = |s: &mut Stage| {
        let heard = s.limit(t, "ASHA", Side::Sell, "INFY", 1, "800");
        heard
            .iter()
            .find_map(|m| match m {
                ToFirm::Traded { order: OrderNo(n @ 1..=2), .. } => Some(*n),
                _ => None,
            })
            .unwrap()
    };
    s.firm(at(t), &FromFirm::ModifyOrder { venue: Venue::Nse, order: OrderNo(1), price: price("800"), qty: Qty(40), trigger: price("0") });
    assert_eq!(first(&mut s), 1);
    s.firm(at(t), &FromFirm::ModifyOrder { venue: Venue::Nse, order: OrderNo(1), price: price("800"), qty: Qty(45), trigger: price("0") });
    assert_eq!(first(&mut s), 2);
    s.heard();
    s.firm(at(t), &FromFirm::ModifyOrder { venue: Venue::Nse, order: OrderNo(1), price: price("800"), qty: Qty(1), trigger: price("0") });
    assert_eq!(refused(&s.heard()), refusal::ALREADY_TRADED);
    s.firm(at(t), &FromFirm::CancelOrder { venue: Venue::Nse, order: OrderNo(1) });
    assert!(matches!(s.heard()[..], [ToFirm::Cancelled { left: Qty(44), .. }]));
}

#[test]
fn a_change_of_price_may_trade_at_once() {
    let mut s = quiet();
    let t = "2026-07-01 10:00";
    s.limit(t, "ASHA", Side::Buy, "INFY", 10, "795");
    s.limit(t, "BALU", Side::Sell, "INFY", 4, "801");
    s.firm(at(t), &FromFirm::ModifyOrder { venue: Venue::Nse, order: OrderNo(1), price: price("801"), qty: Qty(10), trigger: price("0") });
    assert_eq!(kinds(&s.heard()), ["modified", "traded", "traded"]);
}

#[test]
fn what_does_not_trade_at_once_is_cancelled() {
    let mut s = quiet();
    let t = "2026-07-01 10:00";
    s.limit(t, "BALU", Side::Sell, "INFY", 4, "801");
    let mut ioc = order(50, "ASHA", Side::Buy, "INFY", 10, "801");
    if let FromFirm::NewOrder { validity, .. } = &mut ioc {
        *validity = Validity::Ioc;
    }
    s.firm(at(t), &ioc);
    let heard = s.heard();
    assert_eq!(kinds(&heard), ["acked", "traded", "traded", "cancelled"]);
    assert!(matches!(heard[3], ToFirm::Cancelled { left: Qty(6), .. }));
    let heard = s.market(t, Side::Buy, "INFY", 5);
    assert_eq!(kinds(&heard), ["acked", "cancelled"]);
}

#[test]
fn a_number_sent_twice_is_two_orders_and_is_known() {
    let mut s = quiet();
    let t = at("2026-07-01 10:00");
    s.world.advance(t, &mut s.sent);
    s.heard();
    s.firm(t, &FromFirm::AskOrder { venue: Venue::Nse, order: OrderNo(7), nth: 1 });
    assert_eq!(s.heard(), [ToFirm::OrderKnown { order: OrderNo(7), nth: 1, known: false }]);
    s.firm(t, &order(7, "ASHA", Side::Buy, "INFY", 5, "800"));
    s.firm(t, &order(7, "ASHA", Side::Buy, "INFY", 5, "800"));
    let heard = s.heard();
    let numbers: Vec<VenueOrderNo> = heard
        .iter()
        .map(|m| match m {
            ToFirm::Acked { order: OrderNo(7), venue_order, .. } => *venue_order,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(numbers.len() == 2 && numbers[0] != numbers[1]);
    s.firm(t, &FromFirm::AskOrder { venue: Venue::Nse, order: OrderNo(7), nth: 1 });
    assert_eq!(s.heard(), [ToFirm::OrderKnown { order: OrderNo(7), nth: 1, known: true }]);
    s.firm(t, &FromFirm::CancelOrder { venue: Venue::Nse, order: OrderNo(7) });
    s.firm(t, &FromFirm::CancelOrder { venue: Venue::Nse, order: OrderNo(7) });
    s.firm(t, &FromFirm::CancelOrder { venue: Venue::Nse, order: OrderNo(7) });
    let heard = s.heard();
    assert_eq!(kinds(&heard[..2]), ["cancelled", "cancelled"]);
    assert_eq!(refused(&heard[2..]), refusal::NOT_STANDING);
}

#[test]
fn the_street_quotes_before_the_first_order_and_fills_in_parts() {
    let mut partial = 0;
    for seed in 0..20 {
        let mut s = Stage::open(terms(), seed, true);
        let heard = s.limit("2026-07-01 10:00", "ASHA", Side::Buy, "INFY", 300, "802");
        let got: i64 = heard.iter().filter_map(|m| if let ToFirm::Traded { qty, .. } = m { Some(qty.0) } else { None }).sum();
        assert!(got > 0, "the street quotes within two rupees of 800");
        partial += i32::from(got < 300);
        s.check_laws();
    }
    assert!(partial > 0);
}

#[test]
fn a_resting_order_is_hit_when_the_walk_reaches_it() {
    for seed in 0..20 {
        let mut s = Stage::open(terms(), seed, false);
        s.limit("2026-07-01 09:15", "ASHA", Side::Buy, "INFY", 1, "790.05");
        s.limit("2026-07-01 09:15", "ASHA", Side::Sell, "INFY", 1, "820");
        s.limit("2026-07-01 09:15", "ASHA", Side::Buy, "INFY", 1, "790");
        let heard = s.until("2026-07-01 15:30");
        let done: Vec<u64> = heard.iter().filter_map(|m| if let ToFirm::Traded { order, .. } = m { Some(order.0) } else { None }).collect();
        // The day's low is 790.05 and its high 820: both are touched, nothing beyond.
        assert!(done.contains(&1) && done.contains(&2) && !done.contains(&3), "{done:?}");
    }
}

#[test]
fn the_walk_does_not_depend_on_who_looks() {
    // One firm asks early and often, another late and once: both find the same street at the same time.
    let quotes = |early: bool| {
        let mut s = Stage::open(terms(), 5, false);
        if early {
            for minute in 20..50 {
                s.limit(&format!("2026-07-01 09:{minute}"), "ASHA", Side::Buy, "INFY", 1, "720");
            }
        }
        s.until("2026-07-01 14:00");
        s.market("2026-07-01 14:00", Side::Buy, "INFY", 500)
            .into_iter()
            .filter_map(|m| if let ToFirm::Traded { qty, price, .. } = m { Some((qty, price)) } else { None })
            .collect::<Vec<_>>()
    };
    let late = quotes(false);
    assert!(!late.is_empty());
    assert_eq!(quotes(true), late);
}

#[test]
fn a_trade_may_be_reported_twice_and_stands_once_in_the_file() {
    let odds = Odds { double_report_one_in: 1, ..Odds::NEVER };
    let mut s = Stage::open(world::Terms { odds, ..terms() }, 3, true);
    let heard = s.market("2026-07-01 10:00", Side::Buy, "INFY", 1);
    assert_eq!(kinds(&heard), ["acked", "traded", "traded"]);
    assert_eq!(heard[1], heard[2]);
    let heard = s.until("2026-07-01 18:00");
    let Some(ToFirm::TradeFile { rows, count: 1, qty: Qty(1), parts: 1, .. }) = heard.last() else { panic!("{heard:?}") };
    assert_eq!(rows.len(), 1);
}

#[test]
fn the_files_of_the_day_re_add_to_their_totals() {
    let mut s = Stage::open(world::Terms { street_activity: 40, ..terms() }, 9, false);
    for n in 0..900 {
        let time = format!("2026-07-01 {:02}:{:02}:{:02}", 10 + n / 400, n / 10 % 40, n % 60 / 10 * 10);
        let side = if n % 3 == 0 { Side::Sell } else { Side::Buy };
        if at(&time) >= s.world.now() {
            s.market(&time, side, if n % 2 == 0 { "INFY" } else { "TCS" }, 1 + n % 7);
        } else {
            let now = s.world.now();
            s.firm(now, &order(5_000 + n as u64, "BALU", side, "INFY", 3, "800"));
        }
    }
    s.until("2026-07-01 18:00");
    let traded: Qty = s.all().iter().filter_map(|m| if let ToFirm::Traded { qty, .. } = m { Some(*qty) } else { None }).sum();
    let (mut rows_seen, mut qty_seen, mut value_seen, mut totals) = (0, Qty::ZERO, Paise::ZERO, None);
    for m in s.all() {
        if let ToFirm::TradeFile { part, parts, rows, count, qty, value, .. } = m {
            assert!(rows.len() <= 500 && part <= parts && parts > 1);
            rows_seen += rows.len() as u64;
            qty_seen += rows.iter().map(|r| r.qty).sum();
            value_seen += rows.iter().map(|r| r.price.value(r.qty, Rounding::NearestPaisa)).sum();
            totals = Some((count, qty, value));
        }
    }
    assert_eq!(totals, Some((rows_seen, qty_seen, value_seen)));
    assert_eq!(traded, qty_seen);
    let rows = s.all().into_iter().find_map(|m| if let ToFirm::Bhavcopy { rows, .. } = m { Some(rows) } else { None });
    let rows = rows.unwrap();
    let infy = rows.iter().find(|r| r.symbol == code("INFY")).unwrap();
    assert_eq!((infy.open, infy.high, infy.low), (price("800"), price("820"), price("790.05")));
    assert!((infy.close - price("805")).0.abs() < price("3").0, "the last half hour stays by the close: {infy:?}");
    s.check_laws();
}

#[test]
fn an_untraded_security_closes_where_it_closed_before() {
    let mut s = quiet();
    s.limit("2026-07-01 15:10", "ASHA", Side::Buy, "INFY", 10, "799.95");
    s.limit("2026-07-01 15:20", "BALU", Side::Sell, "INFY", 4, "799.95");
    s.until("2026-07-01 17:30");
    let rows = s.all().into_iter().find_map(|m| if let ToFirm::Bhavcopy { rows, .. } = m { Some(rows) } else { None }).unwrap();
    assert_eq!((rows[0].symbol, rows[0].traded, rows[0].close), (code("INFY"), Qty(4), price("799.95")));
    assert_eq!((rows[1].symbol, rows[1].traded, rows[1].close), (code("TCS"), Qty::ZERO, price("3000")));
}

#[test]
fn the_close_is_the_average_of_the_last_half_hour() {
    let mut s = quiet();
    let mut pair = |time: &str, qty: i64, at_price: &str| {
        s.limit(time, "ASHA", Side::Buy, "INFY", qty, at_price);
        s.limit(time, "BALU", Side::Sell, "INFY", qty, at_price);
    };
    pair("2026-07-01 14:59", 1_000, "790");
    pair("2026-07-01 15:00", 2, "800");
    pair("2026-07-01 15:10", 1, "800.05");
    s.until("2026-07-01 17:30");
    let rows = s.all().into_iter().find_map(|m| if let ToFirm::Bhavcopy { rows, .. } = m { Some(rows) } else { None }).unwrap();
    // (2 x 800.00 + 800.05) / 3 = 800.0166..: to the paisa.
    assert_eq!(rows[0].close, price("800.02"));
    assert_eq!((rows[0].open, rows[0].high, rows[0].low), (price("790"), price("800.05"), price("790")));
}

#[test]
fn a_sheet_no_market_could_trade_by_is_refused() {
    let mut s = quiet();
    let before = s.world.digest();
    let mut send = |sheet: DaySheet| {
        let bytes = FromPeople::DaySheet(sheet).encode();
        s.world.receive(at("2026-07-02 08:00"), Sender::People, &bytes, &mut s.sent)
    };
    let day = day("2026-07-20");
    let good = sheet(day, false);
    let with = |change: fn(&mut world::SheetRow)| {
        let mut it = good.clone();
        change(&mut it.securities[0]);
        it
    };
    for bad in [
        with(|r| r.tick = Price::ZERO),
        with(|r| r.close = Price(-1)),
        with(|r| r.low = Price(r.high.0 + 1)),
        with(|r| (r.band_low, r.band_high) = (price("100.01"), price("100.04"))),
        with(|r| r.volume = Qty(-1)),
        with(|r| r.symbol = code("INFY")),
    ] {
        assert!(matches!(send(bad), Err(BadMessage::Field { .. })));
    }
    assert_eq!(s.world.digest(), before, "a refused message changes nothing, not even the time");
}

fn stop(number: u64, side: Side, kind: OrderKind, limit: &str, wakes: &str, qty: i64) -> FromFirm {
    let mut it = order(number, "ASHA", side, "INFY", qty, limit);
    if let FromFirm::NewOrder { kind: of, trigger, .. } = &mut it {
        (*of, *trigger) = (kind, price(wakes));
    }
    it
}

fn trail(all: &[ToFirm], number: u64) -> Vec<&'static str> {
    let of = |m: &&ToFirm| match m {
        ToFirm::Acked { order, .. }
        | ToFirm::Refused { order, .. }
        | ToFirm::Triggered { order, .. }
        | ToFirm::Traded { order, .. }
        | ToFirm::Modified { order, .. }
        | ToFirm::Cancelled { order, .. }
        | ToFirm::Lapsed { order, .. } => *order == OrderNo(number),
        _ => false,
    };
    all.iter().filter(of).map(word).collect()
}

#[test]
fn a_stop_wakes_when_the_street_reaches_its_trigger_and_trades_no_worse_than_its_limit() {
    let mut s = Stage::open(world::Terms { street_activity: 40, ..terms() }, 9, false);
    s.until("2026-07-01 09:20");
    // The day's walk goes from 790.05 to 820 and back: both are reached.
    for (number, side, kind, limit, wakes) in [
        (1, Side::Buy, OrderKind::StopLimit, "818", "815"),
        (2, Side::Sell, OrderKind::StopMarket, "0", "793"),
        (3, Side::Buy, OrderKind::StopLimit, "860", "850"),
    ] {
        s.firm(at("2026-07-01 09:20"), &stop(number, side, kind, limit, wakes, 20));
    }
    let mut bad = stop(4, Side::Buy, OrderKind::StopLimit, "814.95", "815", 20);
    s.firm(at("2026-07-01 09:21"), &bad);
    if let FromFirm::NewOrder { order, disclosed, kind, .. } = &mut bad {
        (*order, *disclosed, *kind) = (OrderNo(5), Qty(1), OrderKind::Limit);
    }
    s.firm(at("2026-07-01 09:21"), &bad);
    s.until("2026-07-01 15:31");
    let all = s.all();
    assert_eq!(trail(&all, 1)[..3], ["acked", "woken", "traded"]);
    assert_eq!(trail(&all, 2)[..3], ["acked", "woken", "traded"]);
    assert_eq!(trail(&all, 3), ["acked", "lapsed"]);
    assert_eq!(trail(&all, 4), ["refused"]);
    assert_eq!(trail(&all, 5), ["refused"]);
    let codes: Vec<u16> = all.iter().filter_map(|m| if let ToFirm::Refused { code, .. } = m { Some(*code) } else { None }).collect();
    assert_eq!(codes, [world::refusal::BAD_TRIGGER, world::refusal::BAD_DISCLOSED]);
    for message in &all {
        if let ToFirm::Traded { order: OrderNo(1), price: paid, .. } = message {
            assert!(*paid <= price("818"), "no worse than the limit");
        }
    }
    s.check_laws();
}

#[test]
fn a_sleeping_stop_is_changed_and_cancelled() {
    let mut s = quiet();
    let t = "2026-07-01 10:00";
    s.until(t);
    s.firm(at(t), &stop(1, Side::Buy, OrderKind::StopLimit, "818", "815", 20));
    s.firm(at(t), &FromFirm::ModifyOrder { venue: Venue::Nse, order: OrderNo(1), price: price("822"), qty: Qty(5), trigger: price("821") });
    s.firm(at(t), &FromFirm::ModifyOrder { venue: Venue::Nse, order: OrderNo(1), price: price("820"), qty: Qty(5), trigger: price("821") });
    // Two orders of the firm meet at 821: the last price wakes the stop, whose limit the next seller accepts.
    let meets = [(2, Side::Sell, "821"), (3, Side::Buy, "821"), (4, Side::Sell, "822")];
    for (number, side, limit) in meets {
        s.firm(at(t), &order(number, "BALU", side, "INFY", 5, limit));
    }
    let all = s.all();
    assert_eq!(trail(&all, 1), ["acked", "modified", "woken", "traded"]);
    s.firm(at(t), &stop(5, Side::Sell, OrderKind::StopMarket, "0", "700", 20));
    s.firm(at(t), &stop(6, Side::Sell, OrderKind::StopMarket, "0", "790", 20));
    s.firm(at(t), &FromFirm::CancelOrder { venue: Venue::Nse, order: OrderNo(6) });
    let all = s.all();
    assert_eq!((trail(&all, 5), trail(&all, 6)), (vec!["refused"], vec!["acked", "cancelled"]));
}

/// What a file issued anew has in place of the first: figures corrected, a trade that was none, one of an order that was over.
#[test]
fn a_file_issued_anew_stands_in_place_of_the_first_and_the_corporation_follows_it() {
    let mut s = Stage::open(terms(), 11, true);
    s.market("2026-07-01 10:00", Side::Buy, "TCS", 10);
    s.market("2026-07-01 10:01", Side::Sell, "INFY", 40);
    s.limit("2026-07-01 10:02", "ASHA", Side::Buy, "TCS", 5, "2900");
    let mistakes = |s: &Stage| {
        let rows = s.all().into_iter().find_map(|m| if let ToFirm::TradeFile { rows, .. } = m { Some(rows) } else { None });
        let rows = rows.expect("the file is out");
        let of = |side| rows.iter().find(|r| r.side == side).expect("a trade of the side").clone();
        let (bought, sold) = (of(Side::Buy), of(Side::Sell));
        let price = bought.price - Price::parse("0.05").unwrap();
        vec![
            Mistake::Figures { trade: bought.trade, side: Side::Buy, qty: Qty(4), price },
            Mistake::Nothing { trade: sold.trade, side: Side::Sell },
            Mistake::LeftOut { order: OrderNo(3), qty: Qty(2) },
            Mistake::LeftOut { order: OrderNo(3), qty: Qty(9) },
        ]
    };
    s.until("2026-07-01 19:00");
    let first = s.all().iter().filter(|m| matches!(m, ToFirm::TradeFile { .. })).count();
    let message = FromPeople::Reissue { venue: Venue::Nse, mistakes: mistakes(&s) };
    s.people(at("2026-07-01 19:05"), &message);
    let heard = s.heard();
    let [ToFirm::TradeFileAnew { issue: 2, part: 1, parts: 1, rows, count, qty, .. }] = &heard[..] else {
        panic!("one file anew, not {heard:?}")
    };
    assert_eq!(first, 1);
    let told: Vec<(Side, Qty)> = rows.iter().map(|r| (r.side, r.qty)).collect();
    assert_eq!((*count, *qty), (u64::try_from(rows.len()).unwrap(), rows.iter().map(|r| r.qty).sum()));
    assert!(told.contains(&(Side::Buy, Qty(4))) && told.contains(&(Side::Buy, Qty(2))), "{told:?}");
    assert!(!told.contains(&(Side::Buy, Qty(9))), "no order deals in more than it asked for: {told:?}");
    let net: i64 = rows.iter().filter(|r| r.isin == isin(TCS)).map(|r| r.qty.0).sum();
    let funds: Paise = rows
        .iter()
        .map(|r| {
            let value = r.price.value(r.qty, Rounding::NearestPaisa);
            if r.side == Side::Sell { value } else { -value }
        })
        .sum();
    let heard = s.until("2026-07-02 09:00");
    let agreed = |m: &ToFirm| match m {
        ToFirm::Obligation { provisional: false, rows, funds: of, .. } => {
            Some((rows.iter().find(|r| r.isin == isin(TCS)).map(|r| r.qty.0), *of))
        }
        _ => None,
    };
    assert_eq!(heard.iter().find_map(agreed), Some((Some(net), funds)));
    // The day is over: its file is issued no more.
    s.people(at("2026-07-02 09:30"), &message);
    assert!(!s.heard().iter().any(|m| matches!(m, ToFirm::TradeFileAnew { .. })));
}
