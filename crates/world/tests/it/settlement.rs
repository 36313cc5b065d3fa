use crate::stage::{ASHA, BALU, CLEARING, CLEARING_CDSL, INFY, POOL, PRINCIPAL, Stage, TCS, at, code, isin, normal, pool_move, sheet, terms};
use vocab::{BankAccount, Paise, PaymentNo, Price, Qty, Rounding, SettlementKind, Side, Corporation};
use world::{ClearingHead, FromFirm, FromPeople, Cycle, ObligationRow, Odds, SettlementRef, SheetRow, Terms, ToFirm};

/// 2026-07-01, with one earlier holiday-free half year: the 130th business day.
const NUMBER: u32 = 2_026_130;

fn turnover(s: &Stage) -> Paise {
    let mut net = Paise::ZERO;
    for m in s.all() {
        if let ToFirm::TradeFile { rows, .. } = m {
            for r in rows {
                let value = r.price.value(r.qty, Rounding::NearestPaisa);
                net += if r.side == Side::Sell { value } else { -value };
            }
        }
    }
    net
}

fn of_clearing(heard: Vec<ToFirm>) -> Vec<ToFirm> {
    let ours = |m: &ToFirm| {
        !matches!(
            m,
            ToFirm::Phase { .. } | ToFirm::TradeFile { .. } | ToFirm::Moved { .. }
                | ToFirm::MarginRates { .. }
        )
    };
    heard.into_iter().filter(ours).collect()
}

fn flow(heard: &[ToFirm], wanted: ClearingHead) -> Paise {
    let signed = |m: &ToFirm| match m {
        ToFirm::ClearingDebit { head, amount, .. } if *head == wanted => -*amount,
        ToFirm::ClearingCredit { head, amount, .. } if *head == wanted => *amount,
        _ => Paise::ZERO,
    };
    heard.iter().map(signed).sum()
}

#[test]
fn a_t_plus_one_settlement_runs_to_its_end() {
    let mut s = Stage::open(terms(), 11, true);
    s.market("2026-07-01 10:00", Side::Buy, "TCS", 10);
    s.market("2026-07-01 10:01", Side::Sell, "INFY", 40);
    s.until("2026-07-01 20:59");
    let heard = of_clearing(s.until("2026-07-01 23:59"));
    let funds = turnover(&s);
    let (infy, tcs) = (ObligationRow { isin: isin(INFY), qty: Qty(-40) }, ObligationRow { isin: isin(TCS), qty: Qty(10) });
    let obligation = |provisional| ToFirm::Obligation {
        settlement: normal(NUMBER),
        provisional,
        part: 1,
        parts: 1,
        rows: vec![infy.clone(), tcs.clone()],
        funds,
        stt: Paise::ZERO,
        stamp: Paise::ZERO,
    };
    assert_eq!(heard, [obligation(true)]);
    // Twenty-five early to the corporation, five too many; the rest from the principal account with CDSL.
    s.firm(at("2026-07-02 08:00"), &pool_move(1, ASHA, CLEARING, INFY, 25, Some(NUMBER)));
    s.firm(at("2026-07-02 08:00"), &pool_move(2, BALU, PRINCIPAL, INFY, 20, None));
    let (settlement, stt, stamp) = (normal(NUMBER), Paise(3_100), Paise(500));
    s.firm(at("2026-07-02 08:05"), &FromFirm::LeviesUpload { settlement, stt, stamp });
    s.firm(at("2026-07-02 08:06"), &FromFirm::DirectPayOut { settlement, isin: isin(TCS), to: code(ASHA), qty: Qty(6) });
    assert_eq!(of_clearing(s.until("2026-07-02 10:59")), [obligation(false)]);
    assert_eq!((s.demat(CLEARING, INFY), s.demat(PRINCIPAL, INFY)), (0, 5));
    let opening = s.settlement_account();
    let heard = of_clearing(s.until("2026-07-02 13:29"));
    let levies = ToFirm::ClearingDebit { settlement, head: ClearingHead::Levies, amount: Paise(3_600) };
    if funds.is_negative() {
        let pay_in = ToFirm::ClearingDebit { settlement, head: ClearingHead::PayIn, amount: -funds };
        assert_eq!(heard, [pay_in, levies]);
    } else {
        assert_eq!(heard, [levies]);
    }
    let heard = of_clearing(s.until("2026-07-02 13:30"));
    let paid_out = |qty, to| ToFirm::PaidOut { settlement, isin: isin(TCS), qty: Qty(qty), to: code(to) };
    let shares: Vec<ToFirm> = heard.iter().filter(|m| !matches!(m, ToFirm::ClearingCredit { .. })).cloned().collect();
    assert_eq!(shares, [paid_out(6, ASHA), paid_out(4, POOL), ToFirm::PayOutComplete { settlement }]);
    assert_eq!(s.settlement_account(), opening + funds - Paise(3_600));
    assert_eq!((s.demat(ASHA, TCS), s.demat(POOL, TCS)), (506, 4));
    // A corrected upload after the debit moves the difference only.
    s.firm(at("2026-07-02 15:00"), &FromFirm::LeviesUpload { settlement, stt: Paise(3_000), stamp });
    assert_eq!(flow(&s.heard(), ClearingHead::Levies), Paise(100));
    s.check_laws();
}

#[test]
fn what_was_moved_too_much_comes_back_to_the_pool() {
    let mut s = Stage::open(terms(), 11, true);
    s.market("2026-07-01 10:01", Side::Sell, "INFY", 4);
    s.firm(at("2026-07-01 16:00"), &pool_move(1, ASHA, CLEARING, INFY, 9, Some(NUMBER)));
    let heard = s.until("2026-07-02 14:00");
    assert!(heard.iter().any(|m| matches!(m, ToFirm::PaidOut { qty: Qty(5), to, .. } if *to == code(POOL))));
    assert_eq!((s.demat(POOL, INFY), s.demat(CLEARING, INFY)), (5, 0));
    // The settlement takes no more shares: it is over.
    s.firm(at("2026-07-02 14:00"), &pool_move(2, POOL, CLEARING, INFY, 5, Some(NUMBER)));
    assert!(s.heard().iter().any(|m| matches!(m, ToFirm::Moved { qty: Qty(0), .. })));
    s.check_laws();
}

#[test]
fn what_lies_with_the_corporation_for_one_settlement_serves_no_other() {
    let mut s = Stage::open(terms(), 11, true);
    s.market("2026-07-01 10:01", Side::Sell, "INFY", 20);
    s.firm(at("2026-07-01 16:00"), &pool_move(1, BALU, CLEARING_CDSL, INFY, 20, Some(NUMBER)));
    s.until("2026-07-02 09:20");
    s.market("2026-07-02 10:01", Side::Sell, "INFY", 15);
    s.firm(at("2026-07-02 10:02"), &pool_move(2, ASHA, CLEARING, INFY, 15, Some(NUMBER + 1)));
    // The first settlement takes its own twenty, not the fifteen of the second with the other depository.
    s.until("2026-07-02 14:00");
    assert_eq!((s.demat(CLEARING_CDSL, INFY), s.demat(CLEARING, INFY)), (0, 15));
    s.firm(at("2026-07-02 16:00"), &pool_move(3, CLEARING, ASHA, INFY, 15, Some(NUMBER + 1)));
    assert!(s.heard().iter().any(|m| matches!(m, ToFirm::Moved { qty: Qty(15), .. })));
    s.check_laws();
}

/// Sell forty, deliver thirty; what followed up to the end of the auction settlement.
fn short_seller(odds: Odds) -> (Stage, Vec<ToFirm>, Paise) {
    let mut s = Stage::open(Terms { odds, ..terms() }, 21, true);
    s.market("2026-07-01 10:01", Side::Sell, "INFY", 40);
    // Another order of the auction day, so that the day has trades and a high of its own.
    s.firm(at("2026-07-01 16:00"), &pool_move(1, ASHA, CLEARING, INFY, 30, Some(NUMBER)));
    s.until("2026-07-02 09:00");
    let before = s.settlement_account();
    let heard = s.until("2026-07-03 23:00");
    s.check_laws();
    (s, of_clearing(heard), before)
}

fn shortage(heard: &[ToFirm]) -> (Price, Paise) {
    let found = heard.iter().find_map(|m| match m {
        ToFirm::Shortage { qty: Qty(10), valuation_price, debit, .. } => Some((*valuation_price, *debit)),
        _ => None,
    });
    found.expect("ten shares short")
}

#[test]
fn a_short_delivery_is_valued_auctioned_and_settled() {
    let (s, heard, before) = short_seller(Odds::NEVER);
    let (valuation, debit) = shortage(&heard);
    assert_eq!(valuation, Price::parse("800").unwrap(), "the close of the day before pay-in");
    assert_eq!(flow(&heard, ClearingHead::Valuation), -debit);
    let price = heard.iter().find_map(|m| match m {
        ToFirm::Auctioned { price, qty: Qty(10), for_firm_as_seller: true, .. } => Some(*price),
        _ => None,
    });
    let price = price.unwrap();
    assert!(price >= Price::parse("720").unwrap() && price <= Price::parse("880").unwrap());
    let value = price.value(Qty(10), Rounding::NearestPaisa);
    assert_eq!(flow(&heard, ClearingHead::Auction), debit - value);
    assert_eq!(heard.last(), Some(&ToFirm::PayOutComplete { settlement: normal(NUMBER) }));
    // In the end the firm has the sale's money less what the auction cost.
    assert_eq!(s.settlement_account(), before + turnover(&s) - value);
}

#[test]
fn a_failed_auction_is_closed_out_at_the_higher_price() {
    let (s, heard, before) = short_seller(Odds { auction_fails_one_in: 1, ..Odds::NEVER });
    let (_, debit) = shortage(&heard);
    assert!(!heard.iter().any(|m| matches!(m, ToFirm::Auctioned { .. })));
    let price = heard.iter().find_map(|m| match m {
        ToFirm::ClosedOut { price, for_firm_as_seller: true, .. } => Some(*price),
        _ => None,
    });
    // Untraded on the auction day: it closes at 800, and a fifth over it is more than any price since.
    assert_eq!(price, Some(Price::parse("960").unwrap()));
    let value = Paise::rupees(9_600);
    assert_eq!(flow(&heard, ClearingHead::CloseOut), debit - value);
    assert_eq!(s.settlement_account(), before + turnover(&s) - value);
}

fn short_buyer(odds: Odds) -> (Stage, Vec<ToFirm>, i64) {
    let mut s = Stage::open(Terms { odds, ..terms() }, 31, true);
    s.market("2026-07-01 10:01", Side::Buy, "TCS", 20);
    s.until("2026-07-02 13:00");
    let auction = SettlementRef { corporation: Corporation::Nscl, kind: SettlementKind::Auction, number: NUMBER };
    let direct = FromFirm::DirectPayOut { settlement: auction, isin: isin(TCS), to: code(ASHA), qty: Qty(1) };
    s.firm(at("2026-07-02 13:00"), &direct);
    let heard = s.until("2026-07-03 23:00");
    s.check_laws();
    let short = heard.iter().find_map(|m| match m {
        ToFirm::PayOutShort { settlement, qty, .. } if settlement.number == NUMBER => Some(qty.0),
        _ => None,
    });
    (s, of_clearing(heard), short.expect("the street is always short"))
}

#[test]
fn what_the_street_owes_comes_from_the_auction() {
    let (s, heard, short) = short_buyer(Odds { street_short_one_in: 1, ..Odds::NEVER });
    let to_firm = |kind| -> i64 {
        let all = heard.iter().filter_map(|m| match m {
            ToFirm::PaidOut { settlement, qty, .. } if settlement.kind == kind => Some(qty.0),
            _ => None,
        });
        all.sum()
    };
    assert_eq!((to_firm(SettlementKind::Normal), to_firm(SettlementKind::Auction)), (20 - short, short));
    assert_eq!((s.demat(ASHA, TCS), s.demat(POOL, TCS)), (501, 19));
    assert_eq!(heard.last(), Some(&ToFirm::PayOutComplete { settlement: normal(NUMBER) }));
}

#[test]
fn what_the_street_cannot_buy_back_is_paid_in_money() {
    let odds = Odds { street_short_one_in: 1, auction_fails_one_in: 1, ..Odds::NEVER };
    let (s, heard, short) = short_buyer(odds);
    assert_eq!(s.demat(POOL, TCS), 20 - short);
    // 3,000 closed; a fifth over it.
    assert_eq!(flow(&heard, ClearingHead::CloseOut), Paise::rupees(3_600 * short));
}

#[test]
fn a_settlement_account_without_money_is_a_default_and_is_debited_when_money_comes() {
    let mut s = Stage::open(terms(), 41, true);
    let (from, to) = (BankAccount::Settlement, BankAccount::Own);
    let amount = Paise::rupees(990_000);
    s.market("2026-07-01 10:01", Side::Buy, "TCS", 20);
    s.firm(at("2026-07-01 19:00"), &FromFirm::Transfer { payment: PaymentNo(1), from, to, amount });
    let heard = s.until("2026-07-02 11:30");
    let due = -turnover(&s);
    assert_eq!(flow(&heard, ClearingHead::PayIn), -Paise::rupees(10_000));
    assert_eq!(s.world.defaults().len(), 1);
    assert_eq!(s.world.defaults()[0].short, due - Paise::rupees(10_000));
    s.firm(at("2026-07-02 12:00"), &FromFirm::Transfer { payment: PaymentNo(2), from: to, to: from, amount });
    assert_eq!(flow(&s.heard(), ClearingHead::PayIn), Paise::rupees(10_000) - due);
    assert_eq!(s.settlement_account(), Paise::rupees(1_000_000) - due);
    s.check_laws();
}

#[test]
fn trades_squared_within_the_day_leave_money_only() {
    let mut s = Stage::open(terms(), 51, true);
    s.market("2026-07-01 10:01", Side::Buy, "TCS", 3);
    s.market("2026-07-01 11:01", Side::Sell, "TCS", 3);
    let heard = of_clearing(s.until("2026-07-02 14:00"));
    assert!(heard.iter().any(|m| matches!(m, ToFirm::Obligation { rows, .. } if rows.is_empty())));
    assert!(!heard.iter().any(|m| matches!(m, ToFirm::PaidOut { .. } | ToFirm::Shortage { .. })));
    assert_eq!(heard.last(), Some(&ToFirm::PayOutComplete { settlement: normal(NUMBER) }));
    assert_eq!(s.settlement_account(), Paise::rupees(1_000_000) + turnover(&s));
}

#[test]
fn t_plus_two_passes_over_weekend_and_holiday() {
    let mut s = Stage::open(Terms { cycle: Cycle { days: 2, ..terms().cycle }, ..terms() }, 61, true);
    // Friday; Monday is a holiday, so pay-in is on Wednesday.
    s.market("2026-07-03 10:01", Side::Buy, "TCS", 3);
    let heard = of_clearing(s.until("2026-07-07 23:59"));
    assert!(!heard.iter().any(|m| matches!(m, ToFirm::ClearingDebit { .. })));
    let heard = of_clearing(s.until("2026-07-08 14:00"));
    assert!(flow(&heard, ClearingHead::PayIn).is_negative());
    assert_eq!(heard.last(), Some(&ToFirm::PayOutComplete { settlement: normal(NUMBER + 2) }));
    let schedule = s.all().into_iter().find_map(|m| if let ToFirm::Schedule { rows } = m { Some(rows) } else { None });
    let schedule = schedule.unwrap();
    assert_eq!(schedule.len(), 20, "of each day one that nets and one trade for trade");
    assert_eq!((schedule[4].settlement, schedule[4].pay_in_day), (normal(NUMBER + 2), at("2026-07-08 00:00").day()));
}

#[test]
fn a_day_declared_shut_puts_off_what_is_to_come_and_two_settlements_share_a_day() {
    let mut s = Stage::open(terms(), 11, true);
    s.market("2026-07-01 10:01", Side::Sell, "INFY", 20);
    s.until("2026-07-01 20:40");
    let shut = at("2026-07-02 00:00").day();
    s.people(at("2026-07-01 20:40"), &FromPeople::SettlementHoliday { day: shut });
    let told = s.all().into_iter().rev().find_map(|m| match m {
        ToFirm::Schedule { rows } => Some(rows),
        _ => None,
    });
    let rows: Vec<_> = told.expect("a schedule").iter().step_by(2).take(3).map(|row| (row.trade_day, row.pay_in_day)).collect();
    let day = |text: &str| at(&format!("{text} 00:00")).day();
    let (first, second, third, fourth) = (day("2026-07-01"), shut, day("2026-07-03"), day("2026-07-07"));
    assert_eq!(rows, [(first, third), (second, third), (third, fourth)], "the sixth is a holiday");
    // Trading goes on; nothing is due.
    s.until("2026-07-02 10:00");
    s.market("2026-07-02 10:01", Side::Sell, "INFY", 15);
    let due = |m: &ToFirm| matches!(m, ToFirm::Obligation { provisional: false, .. } | ToFirm::Shortage { .. } | ToFirm::PayOutComplete { .. });
    let opening = s.settlement_account();
    assert!(!s.until("2026-07-02 20:59").iter().any(due));
    assert_eq!(s.settlement_account(), opening);
    // In CDSL's principal account lies what was staged for the second: it is not taken for the first.
    s.firm(at("2026-07-03 08:00"), &pool_move(1, BALU, PRINCIPAL, INFY, 15, Some(NUMBER + 1)));
    let heard = s.until("2026-07-03 23:00");
    let finals = heard.iter().filter(|m| matches!(m, ToFirm::Obligation { provisional: false, .. })).count();
    assert_eq!(finals, 2);
    let short: Vec<_> = heard.iter().filter_map(|m| match m {
        ToFirm::Shortage { settlement, qty, .. } => Some((settlement.number, qty.0)),
        _ => None,
    }).collect();
    assert_eq!(short, [(NUMBER, 20)]);
    s.check_laws();
}

/// A sheet of the first day on which some security settles otherwise.
fn apart(s: &mut Stage, change: impl Fn(&mut SheetRow)) {
    let mut sheet = sheet(at("2026-07-01 00:00").day(), true);
    sheet.securities.iter_mut().for_each(change);
    s.people(s.world.now(), &FromPeople::DaySheet(sheet));
    let codes = [FromPeople::RegisterCode { ucc: code("ASHA") }];
    codes.iter().for_each(|it| s.people(s.world.now(), it));
}

fn shortages(heard: &[ToFirm]) -> Vec<(SettlementKind, i64)> {
    let of = |m: &ToFirm| match m {
        ToFirm::Shortage { settlement, qty, .. } => Some((settlement.kind, qty.0)),
        _ => None,
    };
    heard.iter().filter_map(of).collect()
}

#[test]
fn trade_for_trade_nothing_nets_and_no_auction_is_held() {
    let mut s = Stage::bare(terms(), 11);
    apart(&mut s, |row| row.gross = row.isin == isin(INFY));
    s.market("2026-07-01 10:00", Side::Buy, "INFY", 30);
    s.market("2026-07-01 10:01", Side::Sell, "INFY", 20);
    s.market("2026-07-01 10:02", Side::Sell, "TCS", 5);
    let apart = SettlementRef { kind: SettlementKind::TradeToTrade, ..normal(NUMBER) };
    let heard = of_clearing(s.until("2026-07-01 23:00"));
    let rows = |of| heard.iter().find_map(|m| match m {
        ToFirm::Obligation { settlement, rows, .. } if *settlement == of => Some(rows.iter().map(|r| r.qty.0).collect::<Vec<_>>()),
        _ => None,
    });
    assert_eq!((rows(apart), rows(normal(NUMBER))), (Some(vec![30, -20]), Some(vec![-5])));
    // Nothing is delivered: what is short of both is closed out or bought in, each by its kind.
    let heard = s.until("2026-07-02 13:45");
    assert_eq!(shortages(&heard), [(SettlementKind::TradeToTrade, 20), (SettlementKind::Normal, 5)]);
    assert_eq!(s.demat(POOL, INFY), 30, "what was bought comes in full");
    let heard = s.until("2026-07-03 23:00");
    let ends = heard.iter().filter_map(|m| match m {
        ToFirm::Auctioned { settlement, .. } => Some((settlement.kind, "auction")),
        ToFirm::ClosedOut { settlement, .. } => Some((settlement.kind, "close-out")),
        _ => None,
    });
    assert_eq!(ends.collect::<Vec<_>>(), [(SettlementKind::Normal, "auction"), (SettlementKind::TradeToTrade, "close-out")]);
    s.check_laws();
}

#[test]
fn two_cycles_run_side_by_side_and_never_net() {
    let long = Cycle { days: 2, auction_day: 1, ..terms().cycle };
    let mut s = Stage::bare(Terms { cycle: long, moved: Some(terms().cycle), ..terms() }, 11);
    apart(&mut s, |row| row.moved = row.isin == isin(INFY));
    s.market("2026-07-01 10:00", Side::Sell, "INFY", 20);
    s.market("2026-07-01 10:02", Side::Sell, "TCS", 5);
    s.until("2026-07-02 00:00");
    let moved = SettlementKind::NormalMoved;
    assert_eq!(shortages(&s.until("2026-07-02 23:00")), [(moved, 20)]);
    let heard = s.until("2026-07-03 13:00");
    assert_eq!(shortages(&heard), [(SettlementKind::Normal, 5)]);
    let schedule = s.all().into_iter().find_map(|m| if let ToFirm::Schedule { rows } = m { Some(rows) } else { None });
    let of_day: Vec<_> = schedule.unwrap().into_iter().take(4).map(|row| (row.settlement.kind, row.pay_in_day)).collect();
    let (first, second) = (at("2026-07-02 00:00").day(), at("2026-07-03 00:00").day());
    let kinds = [SettlementKind::Normal, SettlementKind::TradeToTrade, moved, SettlementKind::TradeToTradeMoved];
    assert_eq!(of_day, kinds.into_iter().zip([second, second, first, first]).collect::<Vec<_>>());
    s.check_laws();
}
