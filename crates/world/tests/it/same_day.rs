use crate::stage::{INFY, Stage, TCS, at, code, isin, price, sheet_row, terms};
use vocab::{Board, Corporation, Phase, Price, Qty, Rate, SettlementKind, Side, TimeOfDay, Venue};
use world::{ClearingHead, DaySheet, FromPeople, Odds, Phases, SameDay, SettlementRef, SheetRow, Terms, ToFirm};

/// The 130th business day, as of the regular settlement.
const TODAY: SettlementRef = SettlementRef { corporation: Corporation::Nscl, kind: SettlementKind::SameDay, number: 2_026_130 };

fn of_the_day(odds: Odds) -> Terms {
    let time = |h, m| TimeOfDay::hms(h, m, 0);
    let same_day = SameDay {
        from: time(9, 15),
        until: time(13, 30),
        band: Rate::parse("0.01").unwrap(),
        step: Rate::parse("0.005").unwrap(),
        trade_file: time(13, 45),
        obligation: time(14, 15),
        securities_pay_in: time(15, 0),
        funds_pay_in: time(15, 0),
        pay_out: time(16, 30),
    };
    let usual = terms();
    Terms { phases: Phases { same_day: Some(same_day), ..usual.phases.clone() }, odds, ..usual }
}

/// TCS in both sessions, INFY in the regular one alone.
fn open(odds: Odds) -> Stage {
    let mut s = Stage::bare(of_the_day(odds), 11);
    let regular = sheet_row("TCS", TCS, "3000", "3080.50", "2950", "3010");
    let own = SheetRow {
        symbol: code("TCS#"), band_low: price("2970"), band_high: price("3030"), board: Board::SameDay, ..regular.clone()
    };
    let securities = vec![regular, own, sheet_row("INFY", INFY, "800", "820", "790.05", "805")];
    let day = at("2026-07-01 00:00").day();
    let sheet = DaySheet { venue: Venue::Nse, day, securities, flat: false, fell: Rate::ZERO };
    s.people(at("2026-07-01 07:00"), &FromPeople::DaySheet(sheet));
    s
}

#[test]
fn the_band_follows_the_regular_market_and_its_session_is_told_by_itself() {
    let mut s = open(Odds::NEVER);
    let heard = s.until("2026-07-01 23:59");
    let told = |wanted: Phase| {
        heard.iter().filter(|m| matches!(m, ToFirm::Phase { board: Some(Board::SameDay), phase, .. } if *phase == wanted)).count()
    };
    assert_eq!((told(Phase::Continuous), told(Phase::Shut)), (1, 1));
    let bands = heard.iter().filter_map(|m| match m {
        ToFirm::SameDayBand { isin: of, last, low, high } if *of == isin(TCS) => Some((*last, *low, *high)),
        _ => None,
    });
    let mut before = price("3000");
    let mut seen = 0;
    for (last, low, high) in bands {
        assert!((last.0 - before.0).abs() * 200 >= before.0, "it moved by half a percent: {before} to {last}");
        let (most, least) = (Price(last.0 / 100 * 101 + 1), Price(last.0 / 100 * 99 - 1));
        assert!(least <= low && low < last && last < high && high <= most, "{low} to {high} around {last}");
        (before, seen) = (last, seen + 1);
    }
    assert!(seen >= 2, "the day goes up and down by more than a percent");
    // No close of its own.
    let all = s.all();
    let closes = all.iter().filter_map(|m| if let ToFirm::Bhavcopy { rows, .. } = m { Some(rows.len()) } else { None });
    assert_eq!(closes.sum::<usize>(), 2);
}

#[test]
fn what_is_dealt_for_today_is_filed_at_a_quarter_to_two_and_paid_out_the_same_afternoon() {
    let mut s = open(Odds::NEVER);
    s.market("2026-07-01 10:00", Side::Buy, "TCS#", 10);
    s.market("2026-07-01 10:01", Side::Buy, "TCS", 7);
    s.until("2026-07-01 13:44");
    let heard = s.until("2026-07-01 13:46");
    let Some(ToFirm::SameDayFile { rows, qty: Qty(10), .. }) = heard.last() else { panic!("{heard:?}") };
    assert!(rows.iter().all(|r| r.settlement == TODAY && r.isin == isin(TCS)));
    let heard = s.until("2026-07-01 16:31");
    let ours = |m: &&ToFirm| match m {
        ToFirm::Obligation { settlement, .. } | ToFirm::PaidOut { settlement, .. } | ToFirm::PayOutComplete { settlement } => *settlement == TODAY,
        ToFirm::ClearingDebit { settlement, head, .. } => (*settlement, *head) == (TODAY, ClearingHead::PayIn),
        _ => false,
    };
    assert_eq!(heard.iter().filter(ours).count(), 4, "obligation, pay-in, shares and the end: {heard:?}");
    // The evening's file has them once more, with the regular trade, whose obligation is its own.
    let heard = s.until("2026-07-01 23:59");
    let files: Vec<Qty> = heard.iter().filter_map(|m| if let ToFirm::TradeFile { qty, .. } = m { Some(*qty) } else { None }).collect();
    assert_eq!(files, [Qty(17)]);
    let nets = heard.iter().filter_map(|m| if let ToFirm::Obligation { settlement, rows, .. } = m { Some((settlement.kind, rows[0].qty)) } else { None });
    assert_eq!(nets.collect::<Vec<_>>(), [(SettlementKind::Normal, Qty(7))]);
}

#[test]
fn what_is_short_of_today_is_closed_out_that_evening_without_an_auction() {
    let mut s = open(Odds::NEVER);
    s.market("2026-07-01 10:00", Side::Sell, "TCS#", 10);
    let heard = s.until("2026-07-02 23:59");
    let debit = heard.iter().find_map(|m| match m {
        ToFirm::Shortage { settlement, qty: Qty(10), valuation_price, debit, .. } if *settlement == TODAY => Some((*valuation_price, *debit)),
        _ => None,
    });
    let (valued, debit) = debit.expect("ten shares did not come");
    assert_eq!(valued.value(Qty(10), vocab::Rounding::NearestPaisa), debit);
    assert!(!heard.iter().any(|m| matches!(m, ToFirm::Auctioned { .. })));
    let closed = heard.iter().find_map(|m| if let ToFirm::ClosedOut { settlement, price, .. } = m { Some((*settlement, *price)) } else { None });
    let (settlement, closed) = closed.expect("closed out");
    assert!(settlement == TODAY && closed > valued, "{closed} after {valued}");
}

/// Where the regular market's own band moves, its walk goes beyond the first band, and the session's band follows it there.
#[test]
fn the_session_follows_a_regular_market_whose_band_moves() {
    let step = Rate(Rate::WHOLE.0 / 20);
    let flex = world::Flex { first: step, second: step, third: step, wait_minutes: 15, slides: true };
    let mut lowest = price("3000");
    for seed in 1..9 {
        let terms = of_the_day(Odds::NEVER);
        let mut s = Stage::bare(Terms { phases: Phases { flex: Some(flex.clone()), ..terms.phases.clone() }, ..terms }, seed);
        let regular = SheetRow { flexes: true, ..sheet_row("TCS", TCS, "3000", "3010", "2250", "2300") };
        let own = SheetRow {
            symbol: code("TCS#"), band_low: price("2970"), band_high: price("3030"), board: Board::SameDay, flexes: false, ..regular.clone()
        };
        let day = at("2026-07-01 00:00").day();
        let sheet = DaySheet { venue: Venue::Nse, day, securities: vec![regular, own], flat: false, fell: Rate::ZERO };
        s.people(at("2026-07-01 07:00"), &FromPeople::DaySheet(sheet));
        for hour in 10..14 {
            s.market(&format!("2026-07-01 {hour}:05"), Side::Buy, "TCS#", 1);
        }
        let bands = s.all().into_iter().filter_map(|m| if let ToFirm::SameDayBand { last, .. } = m { Some(last) } else { None });
        lowest = bands.fold(lowest, Price::min);
    }
    assert!(lowest < price("2690"), "never beyond a tenth: {lowest}");
}
