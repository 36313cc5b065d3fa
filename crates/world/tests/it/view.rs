//! What an exchange shows: it is what an order meets, and looking changes nothing.

use crate::stage::{Stage, at, code, day, order, price, sheet, terms};
use journal::{Faults, SimDisk};
use std::collections::BTreeMap;
use vocab::{Moment, OrderKind, OrderNo, Phase, Price, Qty, Side, TimeOfDay, Validity, Venue};
use world::{
    CloseRow, FromFirm, FromPeople, HaltRow, Kept, Knots, OpeningCall, Phases, Print, Quote, Sender, Standing, Terms, ToFirm, Watch,
};

const LIVELY: Knots = Knots { least: 1, most: 3 };

fn lively() -> Terms {
    Terms { knots: LIVELY, street_activity: 40, ..terms() }
}

fn quote(s: &Stage, symbol: &str, time: &str) -> Quote {
    s.world.quote(Venue::Nse, code(symbol), at(time)).unwrap()
}

fn both() -> [Terms; 2] {
    [Terms { street_activity: 40, ..terms() }, lively()]
}

#[test]
fn an_order_meets_what_was_shown() {
    for terms in both() {
        for side in [Side::Buy, Side::Sell] {
            let mut s = Stage::open(terms.clone(), 11, false);
            s.until("2026-07-01 11:00:30");
            let shown = quote(&s, "INFY", "2026-07-01 11:00:30");
            let other = if side == Side::Buy { shown.sells } else { shown.buys };
            assert!(other.best.iter().all(|level| level.qty.is_positive() && level.orders == 1));
            assert_eq!(other.total, other.best.iter().map(|level| level.qty).sum());
            let (first, second) = (other.best[0], other.best[1]);
            let heard = s.market("2026-07-01 11:00:30", side, "INFY", first.qty.0 + 1);
            let fills: Vec<(Price, Qty)> =
                heard.iter().filter_map(|m| if let ToFirm::Traded { price, qty, .. } = m { Some((*price, *qty)) } else { None }).collect();
            assert_eq!(fills, [(first.price, first.qty), (second.price, Qty(1))]);
            // Its book now has so much less, and its tape so much more.
            let after = quote(&s, "INFY", "2026-07-01 11:00:30");
            let left = if side == Side::Buy { after.sells } else { after.buys };
            assert_eq!(left.best[0], Standing { qty: second.qty - Qty(1), ..second });
            assert_eq!(left.total, other.total - first.qty - Qty(1));
            assert_eq!((after.volume, after.last, after.last_qty), (shown.volume + first.qty + Qty(1), second.price, Qty(1)));
            assert_eq!(after.last_at, Some(at("2026-07-01 11:00:30")));
        }
    }
}

#[test]
fn looking_changes_nothing() {
    for terms in both() {
        let play = |looks: bool| {
            let mut s = Stage::open(terms.clone(), 4, false);
            let mut watch = Watch::new(Venue::Nse);
            for n in 0..200 {
                let time = at("2026-07-01 09:15:00").plus_seconds(n * 137);
                s.world.advance(time, &mut s.sent);
                if n % 9 == 0 {
                    let symbol = if n % 2 == 0 { "INFY" } else { "TCS" };
                    let side = if n % 4 < 2 { Side::Buy } else { Side::Sell };
                    s.firm(time, &order(n as u64 + 1, "ASHA", side, symbol, 40, if symbol == "INFY" { "800" } else { "3000" }));
                }
                if looks {
                    let before = s.world.digest();
                    let ahead = time.plus_seconds(20);
                    assert_eq!(s.world.quotes(Venue::Nse, ahead).count(), 2);
                    s.world.watch(&mut watch, ahead, &mut |_, _| {});
                    assert_eq!(s.world.quotes(Venue::Bse, ahead).count(), 0, "there is no second exchange");
                    assert_eq!(s.world.digest(), before);
                }
            }
            (s.world.digest(), s.sent)
        };
        assert!(play(true) == play(false));
    }
}

#[test]
fn only_what_is_disclosed_is_shown_and_no_stop() {
    let mut s = Stage::open(Terms { street_activity: 0, ..terms() }, 1, true);
    let mut hidden = order(1, "ASHA", Side::Buy, "INFY", 1_000, "799");
    if let FromFirm::NewOrder { disclosed, .. } = &mut hidden {
        *disclosed = Qty(100);
    }
    let mut stop = order(2, "ASHA", Side::Buy, "INFY", 70, "811");
    if let FromFirm::NewOrder { kind, trigger, .. } = &mut stop {
        (*kind, *trigger) = (OrderKind::StopLimit, price("810"));
    }
    s.until("2026-07-01 10:00");
    for message in [hidden, stop, order(3, "BALU", Side::Buy, "INFY", 5, "799"), order(4, "BALU", Side::Sell, "INFY", 30, "802")] {
        s.firm(at("2026-07-01 10:00"), &message);
    }
    let shown = quote(&s, "INFY", "2026-07-01 10:00:01");
    assert_eq!(shown.buys.best[0], Standing { price: price("799"), qty: Qty(105), orders: 2 });
    assert_eq!((shown.buys.best[1], shown.buys.total), (Standing::NONE, Qty(105)));
    assert_eq!((shown.sells.best[0].price, shown.sells.total), (price("802"), Qty(30)));
    assert_eq!((shown.last, shown.last_at, shown.volume, shown.open), (shown.prev_close, None, Qty::ZERO, Price::ZERO));
    assert_eq!((shown.band_low, shown.band_high), (price("720"), price("880")));
}

/// All a watcher is told of a day, and that it is what a fresh look shows.
fn watched(s: &mut Stage, from: &str, until: &str, step: i64, mut act: impl FnMut(&mut Stage, usize)) -> BTreeMap<String, (Quote, Vec<Print>)> {
    let mut watch = Watch::new(Venue::Nse);
    let mut told: BTreeMap<String, (Quote, Vec<Print>)> = BTreeMap::new();
    let (mut now, mut nth) = (at(from), 0);
    while now <= at(until) {
        s.world.advance(now, &mut s.sent);
        act(s, nth);
        let mut changed = Vec::new();
        s.world.watch(&mut watch, now, &mut |quote, prints| {
            changed.push(quote.symbol);
            let entry = told.entry(quote.symbol.as_str().to_owned()).or_insert_with(|| (*quote, Vec::new()));
            entry.0 = *quote;
            entry.1.extend(prints);
        });
        if nth % 11 == 0 {
            for fresh in s.world.quotes(Venue::Nse, now) {
                let seen = told[fresh.symbol.as_str()].0;
                assert_eq!(seen, Quote { at: seen.at, ..fresh }, "who was told of changes alone sees the same");
                assert!(changed.contains(&fresh.symbol) == (seen.at == now));
            }
        }
        (now, nth) = (now.plus_micros(step), nth + 1);
    }
    told
}

#[test]
fn who_follows_sees_every_trade_once_and_the_day_ends_as_it_was_shown() {
    for terms in both() {
        let mut s = Stage::open(terms, 8, false);
        let act = |s: &mut Stage, nth: usize| {
            if nth % 40 == 20 && s.world.now() > at("2026-07-01 09:20") && s.world.now() < at("2026-07-01 15:25") {
                let side = if nth % 80 == 20 { Side::Buy } else { Side::Sell };
                let mut message = order(nth as u64, "ASHA", side, "INFY", 30, if side == Side::Buy { "812" } else { "793" });
                if let FromFirm::NewOrder { kind, validity, .. } = &mut message {
                    (*kind, *validity) = if nth % 120 == 20 { (OrderKind::Market, Validity::Ioc) } else { (OrderKind::Limit, Validity::Day) };
                }
                let now = s.world.now();
                s.firm(now, &message);
            }
        };
        let told = watched(&mut s, "2026-07-01 09:00:00", "2026-07-01 15:31:00", 7_300_000, act);
        s.until("2026-07-01 18:00");
        let rows: Vec<CloseRow> = s.all().into_iter().find_map(|m| if let ToFirm::Bhavcopy { rows, .. } = m { Some(rows) } else { None }).unwrap();
        assert!(s.all().iter().any(|m| matches!(m, ToFirm::Traded { .. })));
        for row in &rows {
            let (quote, prints) = &told[row.symbol.as_str()];
            assert_eq!((quote.open, quote.high, quote.low, quote.volume), (row.open, row.high, row.low, row.traded));
            assert_eq!((quote.close, quote.phase), (Some(row.close), Phase::Shut));
            assert_eq!(prints.iter().map(|print| print.qty).sum::<Qty>(), row.traded, "each trade once");
            assert_eq!(prints.iter().map(|print| print.price).max(), Some(row.high));
            assert_eq!(prints.iter().map(|print| print.price).min(), Some(row.low));
            let value: i128 = prints.iter().map(|print| i128::from(print.price.0) * i128::from(print.qty.0)).sum();
            let off = value - i128::from(quote.average.0) * i128::from(quote.volume.0);
            assert!(off.abs() <= i128::from(quote.volume.0) * 50, "the average is by volume, to the nearest paisa");
        }
    }
}

#[test]
fn orders_that_stand_are_reached_when_the_price_comes_however_fine_the_knots() {
    let mut s = Stage::open(lively(), 21, false);
    s.until("2026-07-01 09:30");
    s.firm(at("2026-07-01 09:30"), &order(1, "ASHA", Side::Buy, "INFY", 1, "792"));
    let mut stop = order(2, "ASHA", Side::Buy, "TCS", 1, "3060");
    if let FromFirm::NewOrder { kind, trigger, .. } = &mut stop {
        (*kind, *trigger) = (OrderKind::StopLimit, price("3050"));
    }
    s.firm(at("2026-07-01 09:30"), &stop);
    // A world that the firm left alone shows when the walk came there.
    let reached = |symbol: &str, fits: &dyn Fn(Price) -> bool| {
        let mut watch = Watch::new(Venue::Nse);
        let mut first = None;
        let mut see = |quote: &Quote, prints: &[Print]| {
            if quote.symbol == code(symbol) {
                let after = prints.iter().find(|print| print.at >= at("2026-07-01 09:30") && fits(print.price));
                first = first.or(after.map(|print| print.at));
            }
        };
        let mut alone = Stage::open(lively(), 21, false);
        alone.until("2026-07-01 15:30");
        alone.world.watch(&mut watch, at("2026-07-01 15:30"), &mut see);
        first
    };
    s.until("2026-07-01 15:30");
    let traded = |no: u64| {
        s.all().into_iter().find_map(|m| match m {
            ToFirm::Traded { order, at, .. } if order == OrderNo(no) => Some(at),
            _ => None,
        })
    };
    let low: Option<Moment> = reached("INFY", &|it| it <= price("792"));
    assert!(low.is_some() && traded(1) == low, "{:?} {low:?}", traded(1));
    let high = reached("TCS", &|it| it >= price("3050"));
    let woken = s.all().into_iter().find_map(|m| if let ToFirm::Triggered { at, .. } = m { Some(at) } else { None });
    assert!(high.is_some() && woken == high, "{woken:?} {high:?}");
}

#[test]
fn before_the_opening_what_gathers_and_where_it_would_trade_is_shown_and_in_a_halt_nothing() {
    let tenth = vocab::Rate(vocab::Rate::WHOLE.0 / 10);
    let time = |text: &str| TimeOfDay::parse(text).unwrap();
    let phases = Phases {
        opening: Some(OpeningCall { from: time("09:00:00"), random: time("09:07:00"), matching: time("09:08:00") }),
        halts: vec![HaltRow { moved: tenth, before: time("13:00:00"), minutes: Some(45) }],
        ..Phases::none()
    };
    let mut s = Stage::bare(Terms { phases, ..lively() }, 7);
    let fell = world::DaySheet { fell: tenth, ..sheet(day("2026-07-01"), false) };
    s.people(at("2026-07-01 00:00:00"), &FromPeople::DaySheet(fell));
    s.until("2026-07-01 09:00:00");
    let empty = quote(&s, "INFY", "2026-07-01 09:00:01");
    assert_eq!((empty.phase, empty.last_at, empty.volume), (Phase::PreOpen, None, Qty::ZERO));
    s.firm(at("2026-07-01 09:01:00"), &order(1, "ASHA", Side::Buy, "INFY", 1_000_000, "806"));
    let shown = quote(&s, "INFY", "2026-07-01 09:01:00");
    assert_eq!((shown.buys.best[0].price, shown.buys.best[0].qty), (price("806"), Qty(1_000_000)));
    assert!(shown.buys.total > Qty(1_000_000) && shown.sells.total.is_positive(), "the street is there as well");
    let found = shown.indicative.unwrap();
    assert_eq!(found.qty, shown.sells.total, "all that is to sell goes to him");
    assert_eq!(found.price, price("806"), "where the least is left over");
    let mut halted = None;
    for minute in 0..180 {
        let now = at("2026-07-01 09:15:00").plus_seconds(minute * 60);
        s.world.advance(now, &mut s.sent);
        let shown = s.world.quote(Venue::Nse, code("INFY"), now).unwrap();
        if shown.phase == Phase::Halted {
            assert_eq!((shown.buys.total, shown.sells.total, shown.indicative), (Qty::ZERO, Qty::ZERO, None));
            let before: Quote = *halted.get_or_insert(shown);
            assert_eq!((before.last_at, before.volume), (shown.last_at, shown.volume), "nothing trades in a halt");
        }
    }
    let before = halted.expect("the index fell by a tenth");
    let after = quote(&s, "INFY", "2026-07-01 12:15:00");
    assert!(after.phase == Phase::Continuous && after.volume > before.volume);
}

#[test]
fn a_lively_world_is_kept_as_it_was_made() {
    let disk = SimDisk::new(1, Faults::default());
    let mut kept = Kept::create(disk.clone(), [7; 16], 1 << 20, lively(), 9, Moment(0)).unwrap();
    let first = terms().first_day;
    for (nth, message) in crate::stage::cast(first, false).iter().enumerate() {
        kept.receive(first + TimeOfDay(0), Sender::People, nth as u64 + 1, &message.encode()).unwrap();
    }
    kept.receive(at("2026-07-01 10:00"), Sender::Firm, 1, &order(1, "ASHA", Side::Buy, "INFY", 900, "799").encode()).unwrap();
    let mut out = Vec::new();
    kept.flush(&mut out).unwrap();
    let shown = kept.world().quote(Venue::Nse, code("INFY"), at("2026-07-01 10:20"));
    let digest = kept.world().digest();
    drop(kept);
    let kept = Kept::recover(disk, 1 << 20, Moment(0)).unwrap();
    assert_eq!((kept.world().digest(), kept.world().terms().knots), (digest, LIVELY));
    assert_eq!(kept.world().quote(Venue::Nse, code("INFY"), at("2026-07-01 10:20")), shown);
}

#[test]
fn knots_too_wide_or_none_are_refused() {
    for (least, most) in [(0, 1), (3, 2), (1, 61), (180, 301)] {
        let bad = world::World::new(Terms { knots: Knots { least, most }, ..terms() }, 1).err().unwrap();
        assert_eq!(bad.field, "knots");
    }
}

#[test]
fn who_looks_ahead_of_the_exchange_sees_no_book_that_is_crossed() {
    for terms in both() {
        let mut s = Stage::open(terms, 21, false);
        s.until("2026-07-01 09:30");
        s.firm(at("2026-07-01 09:30"), &order(1, "ASHA", Side::Buy, "INFY", 1_000, "795"));
        for minute in 0..355 {
            let now = at("2026-07-01 09:30").plus_seconds(minute * 60);
            let shown = s.world.quote(Venue::Nse, code("INFY"), now).unwrap();
            let (bid, ask) = (shown.buys.best[0], shown.sells.best[0]);
            assert!(bid.price < ask.price, "{now:?}: {bid:?} {ask:?}");
            let stands = shown.buys.best.iter().any(|it| it.price == price("795") && it.qty >= Qty(1_000));
            assert!(stands || shown.buys.best[4].price > price("795"), "what the exchange has not come to has not traded");
        }
    }
}
