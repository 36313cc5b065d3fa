//! Two exchanges: each its own book, prices, files and numbers; settled apart, or by one corporation.

use crate::stage::{ASHA, BALU, CLEARING, INFY, PRINCIPAL, Stage, at, day, isin, order, pool_move, sheet_row, terms};
use vocab::{Corporation, Day, OrderKind, OrderNo, Qty, Rate, SettlementKind, Side, TradeNo, TransferNo, Venue};
use world::{
    DaySheet, FromFirm, FromPeople, HaltRow, Link, ObligationRow, Phases, ScheduleRow, SecondExchange, SettlementRef, Terms, ToFirm,
    TradeRow,
};

/// The second exchange names INFY otherwise, deals in it dearer, and does not list TCS.
fn two(joint: Option<Corporation>) -> Terms {
    let holidays = terms().holidays;
    let joint = joint.map(|corporation| (day("2026-07-01"), corporation));
    Terms { second: Some(SecondExchange { holidays, sessions: std::collections::BTreeMap::new(), joint }), ..terms() }
}

fn open(terms: Terms) -> Stage {
    let mut s = Stage::open(terms, 5, true);
    for n in 0..10 {
        let securities = vec![sheet_row("INFOSYS", INFY, "801", "821", "791.05", "806")];
        let sheet = DaySheet { venue: Venue::Bse, day: day("2026-07-01").plus(n), securities, flat: true, fell: Rate::ZERO };
        s.people(s.world.now(), &FromPeople::DaySheet(sheet));
    }
    s
}

/// At the market, which a flat street always fills for small quantities.
fn deal(s: &mut Stage, time: &str, number: u64, on: Venue, side: Side, symbol: &str, qty: i64) {
    let mut message = order(number, "ASHA", side, symbol, qty, "0");
    if let FromFirm::NewOrder { venue, kind, .. } = &mut message {
        (*venue, *kind) = (on, OrderKind::Market);
    }
    s.until(time);
    s.firm(at(time), &message);
}

/// What was said on a link.
fn on(s: &Stage, link: Link) -> Vec<ToFirm> {
    s.sent.iter().filter(|sent| sent.link == link).map(|sent| ToFirm::decode(&sent.bytes).unwrap()).collect()
}

fn file(s: &Stage, link: Link) -> Vec<TradeRow> {
    let rows = on(s, link).into_iter().filter_map(|m| if let ToFirm::TradeFile { rows, .. } = m { Some(rows) } else { None });
    rows.flatten().collect()
}

fn obligations(s: &Stage, link: Link) -> Vec<(SettlementRef, Vec<ObligationRow>)> {
    let of = |m| match m {
        ToFirm::Obligation { settlement, provisional: true, rows, .. } => Some((settlement, rows)),
        _ => None,
    };
    on(s, link).into_iter().filter_map(of).collect()
}

fn scheduled(s: &Stage, link: Link, trade_day: Day) -> Option<ScheduleRow> {
    let of = |m| if let ToFirm::Schedule { rows } = m { Some(rows) } else { None };
    on(s, link).into_iter().filter_map(of).flatten().find(|row| row.trade_day == trade_day)
}

const NSCL: SettlementRef = SettlementRef { corporation: Corporation::Nscl, kind: SettlementKind::Normal, number: 2_026_130 };
const ICCL: SettlementRef = SettlementRef { corporation: Corporation::Iccl, kind: SettlementKind::Normal, number: 2_627_066 };

#[test]
fn each_exchange_has_its_own_book_names_numbers_and_files() {
    let mut s = open(two(None));
    deal(&mut s, "2026-07-01 10:00", 1, Venue::Nse, Side::Buy, "INFY", 10);
    deal(&mut s, "2026-07-01 10:01", 2, Venue::Bse, Side::Sell, "INFOSYS", 7);
    // Names of the other exchange are no names here, and a listing there is none here.
    deal(&mut s, "2026-07-01 10:02", 3, Venue::Bse, Side::Sell, "INFY", 7);
    deal(&mut s, "2026-07-01 10:03", 4, Venue::Bse, Side::Sell, "TCS", 7);
    s.firm(at("2026-07-01 10:04"), &FromFirm::AskOrder { venue: Venue::Bse, order: OrderNo(1), nth: 1 });
    s.until("2026-07-01 23:00");
    let (first, second) = (file(&s, Link::Venue), file(&s, Link::Bse));
    let sum = |rows: &[TradeRow]| rows.iter().map(|row| row.qty).sum::<Qty>();
    assert_eq!((sum(&first), sum(&second)), (Qty(10), Qty(7)));
    assert!(first.iter().all(|row| row.settlement == NSCL && row.trade.venue() == Venue::Nse && row.price.0 < 8_005_000));
    assert!(second.iter().all(|row| row.settlement == ICCL && row.trade.venue() == Venue::Bse && row.price.0 > 8_005_000));
    assert_ne!(first[0].trade, TradeNo(second[0].trade.number()), "each counts by itself");
    let refused = |no| on(&s, Link::Bse).contains(&ToFirm::Refused { order: OrderNo(no), code: world::refusal::UNKNOWN_SYMBOL });
    assert!(!refused(2) && refused(3) && refused(4));
    assert!(on(&s, Link::Bse).contains(&ToFirm::OrderKnown { order: OrderNo(1), nth: 1, known: false }), "it was told the other");
    let closes = |link| on(&s, link).iter().filter(|m| matches!(m, ToFirm::Bhavcopy { .. })).count();
    assert_eq!((closes(Link::Venue), closes(Link::Bse)), (1, 1));
    s.check_laws();
}

#[test]
fn settled_apart_each_corporation_states_its_own_obligation_on_its_own_link() {
    let mut s = open(two(None));
    deal(&mut s, "2026-07-01 10:00", 1, Venue::Nse, Side::Buy, "INFY", 10);
    deal(&mut s, "2026-07-01 10:01", 2, Venue::Bse, Side::Sell, "INFOSYS", 7);
    s.until("2026-07-01 23:00");
    let row = |qty| vec![ObligationRow { isin: isin(INFY), qty: Qty(qty) }];
    assert_eq!(obligations(&s, Link::Clearing), [(NSCL, row(10))]);
    assert_eq!(obligations(&s, Link::Iccl), [(ICCL, row(-7))]);
    assert_eq!(scheduled(&s, Link::Iccl, day("2026-07-01")).map(|row| row.settlement), Some(ICCL));
}

#[test]
fn one_corporation_nets_what_was_dealt_on_both() {
    let mut s = open(two(Some(Corporation::Nscl)));
    deal(&mut s, "2026-07-01 10:00", 1, Venue::Nse, Side::Buy, "INFY", 10);
    deal(&mut s, "2026-07-01 10:01", 2, Venue::Bse, Side::Sell, "INFOSYS", 7);
    s.until("2026-07-01 23:00");
    assert_eq!(obligations(&s, Link::Clearing), [(NSCL, vec![ObligationRow { isin: isin(INFY), qty: Qty(3) }])]);
    assert!(on(&s, Link::Iccl).is_empty(), "who settles nothing says nothing");
    assert!(file(&s, Link::Bse).iter().all(|row| row.settlement == NSCL));
    // The other way round, what trades at one exchange alone has that exchange's closes.
    let mut s = open(two(Some(Corporation::Iccl)));
    deal(&mut s, "2026-07-01 10:00", 1, Venue::Nse, Side::Sell, "TCS", 4);
    s.until("2026-07-03 20:00");
    let short = |m: &ToFirm| matches!(m, ToFirm::Shortage { settlement, qty: Qty(4), .. } if *settlement == ICCL);
    assert!(on(&s, Link::Iccl).iter().any(short));
    s.check_laws();
}

/// In the principal account lies what both corporations are to take: each takes what came for it.
#[test]
fn what_was_set_aside_for_one_corporation_is_not_taken_by_the_other() {
    for (first_short, second_short) in [(4, 0), (0, 4)] {
        let mut s = open(two(None));
        deal(&mut s, "2026-07-01 10:00", 1, Venue::Nse, Side::Sell, "INFY", 10);
        deal(&mut s, "2026-07-01 10:01", 2, Venue::Bse, Side::Sell, "INFOSYS", 10);
        for (number, settlement, short) in [(1, NSCL, first_short), (2, ICCL, second_short)] {
            let mut aside = pool_move(number, BALU, PRINCIPAL, INFY, 10 - short, None);
            if let FromFirm::Move { settlement: of, .. } = &mut aside {
                *of = Some(settlement);
            }
            s.firm(at("2026-07-02 08:00"), &aside);
        }
        s.until("2026-07-02 13:00");
        let shorts = |link| -> i64 {
            let of = |m| if let ToFirm::Shortage { qty, .. } = m { Some(qty.0) } else { None };
            on(&s, link).into_iter().filter_map(of).sum()
        };
        assert_eq!((shorts(Link::Clearing), shorts(Link::Iccl)), (first_short, second_short));
        assert_eq!(s.demat(PRINCIPAL, INFY), 0);
        s.check_laws();
    }
}

/// A pay-in for one corporation is none for the other, though they take shares in one account.
#[test]
fn shares_given_to_one_corporation_count_for_it_alone() {
    let mut s = open(two(None));
    deal(&mut s, "2026-07-01 10:00", 1, Venue::Bse, Side::Sell, "INFOSYS", 10);
    s.firm(at("2026-07-02 08:00"), &pool_move(1, ASHA, CLEARING, INFY, 10, Some(NSCL.number)));
    let heard = s.until("2026-07-02 08:10");
    assert!(heard.contains(&ToFirm::Moved { transfer: TransferNo(1), qty: Qty(0) }), "nothing is due there: {heard:?}");
}

#[test]
fn a_day_that_the_second_exchange_keeps_alone_has_no_session_there() {
    let mut closed = two(None);
    closed.second.as_mut().unwrap().holidays.push(day("2026-07-02"));
    let mut s = open(closed);
    deal(&mut s, "2026-07-02 10:00", 1, Venue::Bse, Side::Buy, "INFOSYS", 10);
    deal(&mut s, "2026-07-02 10:01", 2, Venue::Nse, Side::Buy, "INFY", 10);
    s.until("2026-07-02 23:00");
    assert!(on(&s, Link::Bse).contains(&ToFirm::Refused { order: OrderNo(1), code: world::refusal::SESSION_CLOSED }));
    assert_eq!(scheduled(&s, Link::Iccl, day("2026-07-02")), None);
    // What was dealt the day before pays in a day later there than here.
    let pays_in = |link| scheduled(&s, link, day("2026-07-01")).map(|row| row.pay_in_day);
    assert_eq!(pays_in(Link::Clearing), Some(day("2026-07-02")));
    assert_eq!(pays_in(Link::Iccl), Some(day("2026-07-03")));
}

/// The first exchange is shut alone: who settles for both has a settlement of that day, and pays in on its own days.
#[test]
fn a_day_that_the_first_exchange_keeps_alone_is_a_day_of_the_second() {
    let mut closed = two(Some(Corporation::Nscl));
    closed.holidays.push(day("2026-07-02"));
    closed.looks = 3;
    let mut s = open(closed);
    deal(&mut s, "2026-07-01 10:00", 1, Venue::Nse, Side::Buy, "INFY", 10);
    deal(&mut s, "2026-07-02 10:00", 2, Venue::Bse, Side::Buy, "INFOSYS", 7);
    deal(&mut s, "2026-07-02 10:01", 3, Venue::Nse, Side::Buy, "INFY", 10);
    s.until("2026-07-03 23:00");
    assert!(on(&s, Link::Venue).contains(&ToFirm::Refused { order: OrderNo(3), code: world::refusal::SESSION_CLOSED }));
    let files = |link| on(&s, link).iter().filter(|m| matches!(m, ToFirm::TradeFile { .. })).count();
    assert_eq!((files(Link::Venue), files(Link::Bse)), (2, 3));
    let next = SettlementRef { number: NSCL.number + 1, ..NSCL };
    assert!(file(&s, Link::Bse).iter().all(|row| row.settlement == next));
    let dated = |text| scheduled(&s, Link::Clearing, day(text)).map(|row| (row.settlement, row.pay_in_day));
    assert_eq!(dated("2026-07-01"), Some((NSCL, day("2026-07-03"))));
    assert_eq!(dated("2026-07-02"), Some((next, day("2026-07-03"))));
    let looks = on(&s, Link::Clearing).into_iter().filter(|m| matches!(m, ToFirm::MarginLook { day: on, .. } if *on == day("2026-07-02")));
    assert_eq!(looks.count(), 3, "the corporation looks on every day of trades");
    let rates = on(&s, Link::Clearing).into_iter().any(|m| matches!(m, ToFirm::MarginRates { day: on, rows } if on == day("2026-07-02") && !rows.is_empty()));
    assert!(rates, "and rates every share");
    s.check_laws();
}

/// Before interoperability what one corporation settles is dealt on its own exchange alone.
#[test]
fn settled_apart_a_day_of_the_second_alone_has_no_settlement_of_the_first() {
    let mut closed = two(None);
    closed.holidays.push(day("2026-07-02"));
    let mut s = open(closed);
    deal(&mut s, "2026-07-02 10:00", 1, Venue::Bse, Side::Buy, "INFOSYS", 7);
    s.until("2026-07-03 23:00");
    assert_eq!(scheduled(&s, Link::Clearing, day("2026-07-02")), None);
    assert_eq!(scheduled(&s, Link::Iccl, day("2026-07-02")).map(|row| row.pay_in_day), Some(day("2026-07-03")));
    s.check_laws();
}

/// The index is one: what it halts is halted everywhere at one moment, whatever else the exchanges' own lots bring.
#[test]
fn a_halt_is_of_all_exchanges_at_one_moment() {
    let minutes = Some(45);
    let halts = vec![HaltRow { moved: Rate(Rate::WHOLE.0 / 10), before: vocab::TimeOfDay::hms(13, 0, 0), minutes }];
    let phases = Phases { halts, ..two(None).phases };
    for seed in 1..9 {
        let mut s = Stage::bare(Terms { phases: phases.clone(), ..two(None) }, seed);
        for (venue, symbol) in [(Venue::Nse, "INFY"), (Venue::Bse, "INFOSYS")] {
            let securities = vec![sheet_row(symbol, INFY, "801", "821", "791.05", "806")];
            let sheet = DaySheet { venue, day: day("2026-07-01"), securities, flat: true, fell: Rate(Rate::WHOLE.0 / 9) };
            s.people(s.world.now(), &FromPeople::DaySheet(sheet));
        }
        s.until("2026-07-01 15:00");
        let halted = |link| {
            let of = s.sent.iter().filter(move |sent| sent.link == link);
            let of = of.filter(|sent| matches!(ToFirm::decode(&sent.bytes), Ok(ToFirm::Halted { .. })));
            of.map(|sent| sent.sent_at).collect::<Vec<_>>()
        };
        assert_eq!(halted(Link::Venue).len(), 1);
        assert_eq!(halted(Link::Venue), halted(Link::Bse), "seed {seed}");
    }
}
