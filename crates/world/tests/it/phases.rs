//! The phases of a day: auctions, the close, halts, bands that move.

use crate::stage::{Stage, at, day, isin, order, price, sheet, terms};
use vocab::{Board, OrderKind, OrderNo, Phase, Price, Qty, Rate, Side, TimeOfDay, Validity, Venue};
use world::{
    ClosingCall, DaySheet, Flex, FromFirm, FromPeople, HaltRow, OpeningCall, Phases, PostClose, Terms, ToFirm, refusal,
};

fn time(text: &str) -> TimeOfDay {
    TimeOfDay::parse(text).unwrap()
}

fn phases() -> Phases {
    let tenth = Rate(Rate::WHOLE.0 / 10);
    Phases {
        same_day: None,
        opening: Some(OpeningCall { from: time("09:00:00"), random: time("09:07:00"), matching: time("09:08:00") }),
        closing: Some(ClosingCall {
            from: time("15:15:00"),
            order: time("15:20:00"),
            limit: time("15:25:00"),
            random: time("15:28:00"),
            matching: time("15:30:00"),
            until: time("15:35:00"),
            band: Rate(Rate::WHOLE.0 / 100 * 3),
        }),
        post_close: Some(PostClose { from: time("15:50:00"), until: time("16:00:00") }),
        halts: vec![
            HaltRow { moved: tenth, before: time("13:00:00"), minutes: Some(45) },
            HaltRow { moved: tenth, before: time("14:30:00"), minutes: Some(15) },
            HaltRow { moved: Rate(tenth.0 * 2), before: TimeOfDay(86_400), minutes: None },
        ],
        halt_auction: 15,
        flex: Some(Flex {
            first: Rate(Rate::WHOLE.0 / 20),
            second: Rate(Rate::WHOLE.0 / 100 * 3),
            third: Rate(Rate::WHOLE.0 / 50),
            wait_minutes: 15,
            slides: true,
        }),
    }
}

/// INFY closes by auction, TCS does not.
fn day_sheet(fell: &str, flat: bool) -> DaySheet {
    let mut sheet = sheet(day("2026-07-01"), flat);
    for row in sheet.securities.iter_mut().filter(|row| row.symbol.as_str() == "INFY") {
        (row.board, row.flexes) = (Board::Auction, true);
    }
    DaySheet { fell: Rate::parse(fell).unwrap(), ..sheet }
}

fn open(activity: u32, sheet: DaySheet) -> Stage {
    let mut s = Stage::bare(Terms { phases: phases(), street_activity: activity, ..terms() }, 7);
    s.people(at("2026-07-01 00:00:00"), &FromPeople::DaySheet(sheet));
    s
}

fn new(symbol: &str, side: Side, of: OrderKind, at_price: &str, qty: i64) -> FromFirm {
    let mut message = order(0, "ASHA", side, symbol, qty, at_price);
    if let FromFirm::NewOrder { kind, .. } = &mut message {
        *kind = of;
    }
    message
}

fn with(mut message: FromFirm, stands: Validity, wakes: &str) -> FromFirm {
    if let FromFirm::NewOrder { validity, trigger, .. } = &mut message {
        (*validity, *trigger) = (stands, price(wakes));
    }
    message
}

/// Send an order under the number of its time; what was said is heard later.
fn tell(s: &mut Stage, time: &str, mut message: FromFirm) -> u64 {
    let number: u64 = time.replace(':', "").parse().unwrap();
    if let FromFirm::NewOrder { order, .. } = &mut message {
        *order = OrderNo(number);
    }
    s.firm(at(&format!("2026-07-01 {time}")), &message);
    number
}

fn send(s: &mut Stage, time: &str, symbol: &str, side: Side, of: OrderKind, at_price: &str, qty: i64) -> u64 {
    tell(s, time, new(symbol, side, of, at_price, qty))
}

fn phase(board: Option<Board>, phase: Phase) -> ToFirm {
    ToFirm::Phase { day: day("2026-07-01"), board, phase }
}

fn traded(heard: &[ToFirm], order: u64) -> Vec<(Qty, Price)> {
    let of = |m: &ToFirm| match m {
        ToFirm::Traded { order: no, qty, price, .. } if no.0 == order => Some((*qty, *price)),
        _ => None,
    };
    heard.iter().filter_map(of).collect()
}

#[test]
fn the_market_opens_at_the_price_where_most_trades() {
    let mut s = open(0, day_sheet("0", false));
    assert_eq!(s.until("2026-07-01 09:00:00").last(), Some(&phase(None, Phase::PreOpen)));
    let limit = OrderKind::Limit;
    let buy = send(&mut s, "09:01:00", "INFY", Side::Buy, limit, "806", 100);
    let at_market = send(&mut s, "09:02:00", "INFY", Side::Buy, OrderKind::Market, "0", 30);
    let sell = send(&mut s, "09:03:00", "INFY", Side::Sell, limit, "802", 80);
    let ioc = tell(&mut s, "09:03:01", with(new("INFY", Side::Buy, limit, "806", 1), Validity::Ioc, "0"));
    let heard = s.until("2026-07-01 09:10:00");
    assert!(heard.contains(&phase(None, Phase::Matching)));
    assert!(heard.contains(&ToFirm::Refused { order: OrderNo(ioc), code: refusal::PHASE_BARS }));
    // 80 trade at any price of 802 to 806; the nearest to the close before is the lowest.
    assert_eq!(traded(&heard, buy), [(Qty(80), price("802"))]);
    assert_eq!(traded(&heard, sell), [(Qty(80), price("802"))]);
    assert_eq!(traded(&heard, at_market), []);
    // What did not trade stands in the book, the order at the market at the price that was found.
    s.until("2026-07-01 09:15:00");
    let later = send(&mut s, "09:15:01", "INFY", Side::Sell, limit, "802", 50);
    let heard = s.until("2026-07-01 09:15:02");
    assert_eq!(traded(&heard, later), [(Qty(20), price("806")), (Qty(30), price("802"))]);
}

#[test]
fn the_auction_board_closes_by_auction_while_the_other_trades_on() {
    let mut s = open(0, day_sheet("0", true));
    s.until("2026-07-01 15:00:00");
    let limit = OrderKind::Limit;
    let carried = send(&mut s, "15:10:00", "INFY", Side::Buy, limit, "801", 60);
    let far = send(&mut s, "15:10:01", "INFY", Side::Buy, limit, "770", 10);
    let stop = new("INFY", Side::Buy, OrderKind::StopLimit, "812", 10);
    let stop = tell(&mut s, "15:10:02", with(stop, Validity::Day, "810"));
    let other = send(&mut s, "15:10:03", "TCS", Side::Buy, limit, "2990", 5);
    let heard = s.until("2026-07-01 15:20:00");
    let gone = |no: u64, heard: &[ToFirm]| {
        heard.iter().any(|m| match m {
            ToFirm::Cancelled { order, .. } | ToFirm::Lapsed { order, .. } => order.0 == no,
            _ => false,
        })
    };
    assert!(gone(far, &heard) && gone(stop, &heard) && !gone(carried, &heard) && !gone(other, &heard));
    let band = ToFirm::BandMoved { isin: isin(crate::stage::INFY), low: price("776"), high: price("824") };
    assert!(heard.contains(&band), "{heard:?}");
    assert!(heard.contains(&phase(Some(Board::Auction), Phase::ClosingCall)));
    let at_market = send(&mut s, "15:21:00", "INFY", Side::Sell, OrderKind::Market, "0", 40);
    s.until("2026-07-01 15:25:00");
    s.firm(at("2026-07-01 15:26:00"), &FromFirm::CancelOrder { venue: Venue::Nse, order: OrderNo(at_market) });
    let late = send(&mut s, "15:26:01", "INFY", Side::Sell, OrderKind::Market, "0", 5);
    let heard = s.until("2026-07-01 15:31:00");
    assert!(heard.contains(&ToFirm::CancelRefused { order: OrderNo(at_market), code: refusal::PHASE_BARS }));
    assert!(heard.contains(&ToFirm::Refused { order: OrderNo(late), code: refusal::PHASE_BARS }));
    assert_eq!(traded(&heard, carried), [(Qty(40), price("801"))]);
    assert_eq!(traded(&heard, at_market), [(Qty(40), price("801"))]);
    assert!(gone(other, &heard), "the other board closes at half past three");
    assert!(gone(carried, &s.until("2026-07-01 15:36:00")), "what is left lapses");
}

#[test]
fn after_the_close_all_trade_at_its_price() {
    let mut s = open(4, day_sheet("0", true));
    s.until("2026-07-01 15:50:00");
    let bought = send(&mut s, "15:51:00", "TCS", Side::Buy, OrderKind::Market, "0", 1);
    let named = send(&mut s, "15:52:00", "TCS", Side::Buy, OrderKind::Limit, "3000", 1);
    let heard = s.until("2026-07-01 16:00:01");
    assert_eq!(traded(&heard, bought), [(Qty(1), price("3000"))]);
    assert!(heard.contains(&ToFirm::Refused { order: OrderNo(named), code: refusal::PHASE_BARS }));
    assert_eq!(heard.last(), Some(&phase(None, Phase::Shut)));
}

#[test]
fn a_fall_of_the_index_halts_everything_and_an_auction_begins_it_again() {
    let mut s = open(4, day_sheet("0.112", false));
    s.until("2026-07-01 09:15:00");
    let standing = send(&mut s, "09:15:10", "TCS", Side::Buy, OrderKind::Limit, "2750", 5);
    let heard = s.until("2026-07-01 11:30:00");
    let said: Vec<ToFirm> = heard
        .into_iter()
        .filter(|m| matches!(m, ToFirm::Phase { .. } | ToFirm::Halted { .. } | ToFirm::Cancelled { .. }))
        .collect();
    let tenth = Rate(Rate::WHOLE.0 / 10);
    assert_eq!(said[0], ToFirm::Halted { day: day("2026-07-01"), moved: tenth });
    assert!(matches!(said[1], ToFirm::Cancelled { order, .. } if order.0 == standing));
    assert_eq!(said[2..], [Phase::PreOpen, Phase::Matching, Phase::Continuous].map(|it| phase(None, it)));
    let none = open(4, day_sheet("0.099", false)).until("2026-07-01 15:00:00");
    assert!(!none.iter().any(|m| matches!(m, ToFirm::Halted { .. })));
}

#[test]
fn a_dynamic_band_moves_as_the_price_comes_to_its_edge() {
    let mut sheet = day_sheet("0", false);
    for row in sheet.securities.iter_mut().filter(|row| row.flexes) {
        (row.low, row.close) = (price("690"), price("695"));
    }
    let mut s = open(4, sheet);
    let heard = s.until("2026-07-01 15:14:00");
    let moved: Vec<(Price, Price)> = heard
        .iter()
        .filter_map(|m| match m {
            ToFirm::BandMoved { low, high, .. } => Some((*low, *high)),
            _ => None,
        })
        .collect();
    assert_eq!(moved[0], (price("680"), price("840")), "both edges follow: {moved:?}");
}
