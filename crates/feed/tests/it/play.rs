//! A market of two securities, watched for some days.

use feed::{Candle, Feed, Feeds, Follower, Gap, Id, Source, Span};
use std::collections::BTreeMap;
use vocab::{
    BankAccount, Board, Code, Day, DematAccount, Depository, Isin, Moment, OrderKind, OrderNo, Paise, Price, Qty, Rate, Side, TimeOfDay,
    Validity, Venue,
};
use world::{Cycle, DaySheet, FirmBankAccount, FirmDemat, FromFirm, FromPeople, Hours, Knots, Odds, Phases, Sender, SheetRow, Terms, World};

pub const INFY: &str = "INE009A01021";
const TCS: &str = "INE467B01029";

fn code<const N: usize>(text: &str) -> Code<N> {
    Code::parse(text).unwrap()
}

fn price(text: &str) -> Price {
    Price::parse(text).unwrap()
}

pub fn isin(text: &str) -> Isin {
    Isin::parse(text).unwrap()
}

pub fn at(text: &str) -> Moment {
    let (date, time) = text.split_once(' ').unwrap();
    Day::parse(date).unwrap() + TimeOfDay::parse(time).unwrap()
}

fn terms() -> Terms {
    let bank = |account, number: &str| FirmBankAccount { account, number: code(number), opening: Paise::rupees(1_000) };
    Terms {
        member: code("90001"),
        first_day: Day::parse("2026-07-01").unwrap(),
        holidays: Vec::new(),
        sessions: BTreeMap::new(),
        bank: vec![bank(BankAccount::Client, "CB1"), bank(BankAccount::Settlement, "SB1"), bank(BankAccount::Own, "OB1")],
        demat: vec![FirmDemat { account: DematAccount::Pool, depository: Depository::Nsdl, number: code("IN30000000000001") }],
        clearing_nsdl: code("IN30000000000099"),
        clearing_cdsl: code("1200000000000099"),
        hours: Hours::usual(),
        phases: Phases::none(),
        cycle: Cycle { days: 1, final_obligation_day: 1, final_obligation: TimeOfDay::hms(8, 15, 0), auction_day: 0, auction_settlement_day: 1 },
        moved: None,
        auction_band: Rate::parse("0.1").unwrap(),
        close_out_over: Rate::parse("0.2").unwrap(),
        odds: Odds::NEVER,
        disclosed_least: Rate(Rate::WHOLE.0 / 10),
        street_activity: 12,
        knots: Knots { least: 1, most: 3 },
        second: None,
        looks: 0,
        penalties: None,
    }
}

fn row(symbol: &str, of: &str, open: &str, high: &str, low: &str, close: &str) -> SheetRow {
    let prev = price(open);
    SheetRow {
        symbol: code(symbol),
        isin: isin(of),
        prev_close: prev,
        open: prev,
        high: price(high),
        low: price(low),
        close: price(close),
        band_low: prev.moved(Rate::parse("-0.1").unwrap()),
        band_high: prev.moved(Rate::parse("0.1").unwrap()),
        tick: price("0.05"),
        volume: Qty(50_000),
        rated: None,
        board: Board::Regular,
        flexes: false,
        gross: false,
        moved: false,
    }
}

/// The market of some days; the first security changes its symbol on the second.
pub fn market() -> World {
    let mut world = World::new(terms(), 5).unwrap();
    let mut tell = |message: FromPeople| world.receive(world.now(), Sender::People, &message.encode(), &mut Vec::new()).unwrap();
    for n in 0..4 {
        let infy = if n == 0 { "INFY" } else { "INFOSYS" };
        let securities = vec![row(infy, INFY, "800", "820", "790.05", "805"), row("TCS", TCS, "3000", "3080.50", "2950", "3010")];
        let day = Day::parse("2026-07-01").unwrap().plus(n);
        tell(FromPeople::DaySheet(DaySheet { venue: Venue::Nse, day, securities, flat: false, fell: Rate::ZERO }));
    }
    tell(FromPeople::RegisterCode { ucc: code("ASHA") });
    world
}

/// Play on to a moment as the firm does: an order now and then, the feed taken each few seconds.
pub fn play(world: &mut World, feed: &mut Feed, until: Moment) -> Vec<(u64, Vec<Id>)> {
    let mut told = Vec::new();
    while world.now() < until {
        let now = world.now().plus_micros(3_700_000).min(until);
        world.advance(now, &mut Vec::new());
        let open = (9 * 3_600 + 20 * 60..15 * 3_600 + 1_500).contains(&now.time().0);
        if open && now.time().0 % 97 < 3 {
            let order = OrderNo(u64::try_from(now.0 / 1_000_000).unwrap());
            let buys = now.time().0.is_multiple_of(2);
            let message = FromFirm::NewOrder {
                venue: Venue::Nse,
                order,
                ucc: code("ASHA"),
                own: false,
                symbol: code("TCS"),
                side: if buys { Side::Buy } else { Side::Sell },
                kind: OrderKind::Limit,
                validity: Validity::Day,
                price: price(if buys { "3005" } else { "2995" }),
                trigger: Price::ZERO,
                qty: Qty(40),
                disclosed: Qty::ZERO,
                terminal: 111_111_111_111_100,
            };
            world.receive(now, Sender::Firm, &message.encode(), &mut Vec::new()).unwrap();
        }
        let taken = feed.take(world, now).unwrap();
        if told.last().is_none_or(|(number, _)| *number != taken.number) {
            told.push((taken.number, taken.changed.to_vec()));
        }
    }
    told
}

pub fn day_of(text: &str) -> (Moment, Moment) {
    (at(&format!("{text} 00:00:00")), at(&format!("{text} 23:59:59")))
}

#[test]
fn candles_hold_every_trade_of_the_day_and_longer_ones_are_made_of_minutes() {
    let (mut world, mut feed) = (market(), Feed::new(Source::Simulated, 60));
    play(&mut world, &mut feed, at("2026-07-01 16:00:00"));
    let (from, to) = day_of("2026-07-01");
    for of in [INFY, TCS] {
        let id = feed.by_isin(Venue::Nse, isin(of)).unwrap();
        let quote = *feed.quote(id).unwrap();
        for span in Span::ALL {
            let all = feed.candles(id, span, from, to);
            assert_eq!(all.iter().map(|candle| candle.volume).sum::<Qty>(), quote.volume, "{span:?}");
            assert_eq!((all[0].open, all[all.len() - 1].close), (quote.open, quote.last));
            assert_eq!(all.iter().map(|candle| candle.high).max(), Some(quote.high));
            assert_eq!(all.iter().map(|candle| candle.low).min(), Some(quote.low));
            assert!(all.iter().all(|it| it.low <= it.open.min(it.close) && it.high >= it.open.max(it.close)));
            assert!(all.windows(2).all(|w| w[0].at < w[1].at));
        }
        let count = |span| feed.candles(id, span, from, to).len();
        assert_eq!(Span::ALL.map(count), [375, 125, 75, 38, 25, 13, 7, 1]);
        let first = |span| feed.candles(id, span, from, to)[0].at;
        assert_eq!(first(Span::Ten), at("2026-07-01 09:15:00"), "counted from the opening");
        assert_eq!(first(Span::Hour), at("2026-07-01 09:15:00"));
        let hours = feed.candles(id, Span::Hour, at("2026-07-01 10:00:00"), at("2026-07-01 12:15:00"));
        let begins: Vec<Moment> = hours.iter().map(|it| it.at).collect();
        assert_eq!(begins, ["10:15:00", "11:15:00", "12:15:00"].map(|time| at(&format!("2026-07-01 {time}"))));
    }
}

#[test]
fn past_days_are_kept_as_far_as_asked_and_a_new_symbol_is_the_same_security() {
    let (mut world, mut feed) = (market(), Feed::new(Source::Simulated, 2));
    let mut days: Vec<Vec<Candle>> = Vec::new();
    for day in ["2026-07-01", "2026-07-02", "2026-07-03"] {
        play(&mut world, &mut feed, at(&format!("{day} 16:00:00")));
        let id = feed.by_isin(Venue::Nse, isin(INFY)).unwrap();
        let (from, to) = day_of(day);
        days.push(feed.candles(id, Span::Minute, from, to));
        let symbol = if day == "2026-07-01" { "INFY" } else { "INFOSYS" };
        assert_eq!(feed.by_symbol(Venue::Nse, code(symbol)), Some(id));
    }
    let id = feed.by_isin(Venue::Nse, isin(INFY)).unwrap();
    assert_eq!(feed.by_symbol(Venue::Nse, code("INFY")), None, "nothing is called so any more");
    let (from, to) = (at("2026-07-01 00:00:00"), at("2026-07-04 00:00:00"));
    assert_eq!(feed.candles(id, Span::Minute, from, to), days.concat());
    let whole = feed.candles(id, Span::Day, from, to);
    assert_eq!(whole.iter().map(|it| it.at.day()).collect::<Vec<_>>(), [0, 1, 2].map(|n| from.day().plus(n)));
    // Two days beside the one at hand: with the next begun the first is gone.
    let sheet = FromPeople::DaySheet(DaySheet {
        venue: Venue::Nse,
        day: Day::parse("2026-07-06").unwrap(),
        securities: vec![row("INFOSYS", INFY, "805", "820", "790.05", "805")],
        flat: false,
        fell: Rate::ZERO,
    });
    world.receive(world.now(), Sender::People, &sheet.encode(), &mut Vec::new()).unwrap();
    play(&mut world, &mut feed, at("2026-07-06 10:00:00"));
    let kept: Vec<Day> = feed.candles(id, Span::Day, from, at("2026-07-07 00:00:00")).iter().map(|it| it.at.day()).collect();
    assert_eq!(kept, ["2026-07-02", "2026-07-03", "2026-07-06"].map(|day| Day::parse(day).unwrap()));
}

// covers: E-48
#[test]
fn who_misses_a_number_knows_it_and_another_feed_stands_in_for_one_that_is_lost() {
    let (mut world, mut first) = (market(), Feed::new(Source::Exchange, 5));
    let told = play(&mut world, &mut first, at("2026-07-01 10:00:00"));
    let mut follower = Follower::default();
    let numbers: Vec<u64> = told.iter().map(|(number, _)| *number).filter(|number| *number > 0).collect();
    assert!(numbers.len() > 500 && numbers.iter().all(|number| follower.hear(*number).is_ok()), "one number a look, none left out");
    let mut gappy = Follower::default();
    assert_eq!(gappy.hear(numbers[0]), Ok(()));
    assert_eq!(gappy.hear(numbers[3]), Err(Gap { missed: 2 }));
    assert_eq!(gappy.hear(numbers[1]), Err(Gap { missed: 0 }), "what comes again is no news");
    assert_eq!(gappy.hear(numbers[4]), Ok(()));
    // What he missed he finds by number.
    let after = numbers[numbers.len() - 3];
    let missed: Vec<Id> = first.since(after).collect();
    let mut slow: Vec<Id> = told.iter().filter(|(number, _)| *number > after).flat_map(|(_, ids)| ids.clone()).collect();
    slow.sort_unstable();
    slow.dedup();
    assert_eq!(missed, slow);

    // The first feed is heard no more; the second goes on, and is told as what it is.
    let mut second = Feed::new(Source::Simulated, 5);
    play(&mut world, &mut second, at("2026-07-01 10:01:00"));
    let (now, limit) = (at("2026-07-01 10:01:00"), 5_000);
    let infy = first.by_isin(Venue::Nse, isin(INFY)).unwrap();
    assert_eq!((first.age(now), second.age(now)), (Some(60_000), Some(0)));
    assert!(first.served(infy, now, limit).unwrap().stale, "older than the limit");
    assert!(!first.served(infy, now, 60_000).unwrap().stale, "exactly as old as the limit");
    let feeds = [&first, &second];
    let feeds = Feeds(&feeds);
    let served = feeds.quote(Venue::Nse, isin(INFY), now, limit).unwrap();
    assert_eq!((served.source.label(), served.stale, served.age), ("simulated", false, 0));
    assert!(served.quote.at > first.quote(infy).unwrap().at && served.quote.at <= now, "it says when it was shown");
    assert_eq!(feeds.lost(now, limit).collect::<Vec<_>>(), [Source::Exchange]);
    let both = feeds.quote(Venue::Nse, isin(INFY), at("2026-07-01 10:02:00"), limit).unwrap();
    assert_eq!((both.source, both.stale), (Source::Simulated, true), "the least old of two that are lost, and marked");
    assert_eq!(feeds.quote(Venue::Nse, isin(INFY), at("2026-07-01 10:00:00"), limit).unwrap().source, Source::Exchange, "the best first");
    assert_eq!(Feed::new(Source::Exchange, 1).age(now), None, "never heard");
}
