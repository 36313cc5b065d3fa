use crate::stage::{ASHA, BALU, INFY, POOL, Stage, at, code, isin, pool_move, terms};
use vocab::{BankAccount, Depository, Paise, PaymentNo, Qty, TransferNo};
use world::{BadMessage, FromFirm, FromPeople, Sender, ToFirm, dishonour, failure};

fn stage() -> Stage {
    let mut s = Stage::open(terms(), 2, true);
    s.until("2026-07-01 08:00");
    s
}

fn pay(payment: u64, to: &str, rupees: i64) -> FromFirm {
    FromFirm::Pay { payment: PaymentNo(payment), from: BankAccount::Own, to: code(to), amount: Paise::rupees(rupees) }
}

#[test]
fn an_instruction_sent_twice_is_paid_twice() {
    let mut s = stage();
    let t = at("2026-07-01 10:00");
    s.firm(t, &pay(1, "ASHA-SB", 1_000));
    s.firm(t, &pay(1, "ASHA-SB", 1_000));
    assert_eq!(s.world.account_balance(code("ASHA-SB")), Some(Paise::rupees(202_000)));
    s.firm(t, &FromFirm::AskPayment { payment: PaymentNo(1), nth: 1 });
    s.firm(t, &FromFirm::AskPayment { payment: PaymentNo(2), nth: 1 });
    let heard: Vec<ToFirm> = s.heard().into_iter().filter(|m| matches!(m, ToFirm::PaymentKnown { .. })).collect();
    let known = |n, known| ToFirm::PaymentKnown { payment: PaymentNo(n), nth: 1, known };
    assert_eq!(heard, [known(1, true), known(2, false)]);
    s.check_laws();
}

#[test]
fn the_bank_lends_nothing_and_knows_its_accounts() {
    let mut s = stage();
    let t = at("2026-07-01 09:00");
    s.firm(t, &pay(1, "ASHA-SB", 500_001));
    s.firm(t, &pay(2, "NOBODY", 1));
    s.firm(t, &pay(3, "ASHA-SB", 0));
    s.firm(t, &pay(4, "ASHA-SB", -5));
    let failed = |n, code| ToFirm::PayFailed { payment: PaymentNo(n), code };
    assert_eq!(
        s.heard(),
        [
            failed(1, failure::SHORT_OF_FUNDS),
            failed(2, failure::UNKNOWN_ACCOUNT),
            failed(3, failure::BAD_AMOUNT),
            failed(4, failure::BAD_AMOUNT),
        ]
    );
    let (from, to) = (BankAccount::Own, BankAccount::Client);
    s.firm(t, &FromFirm::Transfer { payment: PaymentNo(5), from, to, amount: Paise::rupees(500_000) });
    assert_eq!(s.heard(), [ToFirm::Paid { payment: PaymentNo(5) }]);
    assert_eq!(s.world.bank_balance(BankAccount::Own), Paise::ZERO);
    s.check_laws();
}

#[test]
fn a_person_pays_in_what_he_has() {
    let mut s = stage();
    let pay_in = |rupees| FromPeople::PayIn {
        from: code("ASHA-SB"),
        name: "Asha Rao".to_owned(),
        amount: Paise::rupees(rupees),
        utr: code("UTR1"),
    };
    s.people(at("2026-07-01 09:00"), &pay_in(200_001));
    assert!(s.heard().is_empty());
    s.people(at("2026-07-01 09:00"), &pay_in(200_000));
    assert!(matches!(&s.heard()[..], [ToFirm::Credited { account: BankAccount::Client, name, .. }] if name == "Asha Rao"));
    s.until("2026-07-01 23:59");
    let statement = s.all().into_iter().find(|m| matches!(m, ToFirm::BankStatement { account: BankAccount::Client, .. }));
    let day = at("2026-07-01 00:00").day();
    let (account, opening, closing) = (BankAccount::Client, Paise::ZERO, Paise::rupees(200_000));
    assert_eq!(statement, Some(ToFirm::BankStatement { day, account, opening, closing, lines: 1 }));
    s.check_laws();
}

#[test]
fn a_depository_moves_what_is_there_each_time_it_is_told() {
    let mut s = stage();
    let t = at("2026-07-01 09:00");
    let moved = |n, qty| ToFirm::Moved { transfer: TransferNo(n), qty: Qty(qty) };
    s.firm(t, &pool_move(1, ASHA, POOL, INFY, 300, None));
    s.firm(t, &pool_move(1, ASHA, POOL, INFY, 300, None));
    s.firm(t, &pool_move(2, ASHA, POOL, INFY, 300, None));
    s.firm(t, &pool_move(3, BALU, POOL, INFY, 100, None));
    s.firm(t, &pool_move(4, BALU, POOL, INFY, -100, None));
    s.firm(t, &pool_move(5, BALU, "IN39999999999999", INFY, 1, None));
    // The corporation's account takes nothing outside a settlement.
    s.firm(t, &pool_move(6, POOL, crate::stage::CLEARING, INFY, 1, None));
    s.firm(t, &pool_move(7, POOL, crate::stage::CLEARING, INFY, 1, Some(2_026_001)));
    assert_eq!(
        s.heard(),
        [moved(1, 300), moved(1, 200), moved(2, 0), moved(3, 100), moved(4, 0), moved(5, 0), moved(6, 0), moved(7, 0)]
    );
    assert_eq!(s.demat(POOL, INFY), 600);
    s.firm(t, &FromFirm::AskMove { transfer: TransferNo(1), nth: 1, depository: Depository::Nsdl });
    s.firm(t, &FromFirm::AskMove { transfer: TransferNo(1), nth: 1, depository: Depository::Cdsl });
    let known = |known| ToFirm::MoveKnown { transfer: TransferNo(1), nth: 1, known };
    assert_eq!(s.heard(), [known(true), known(false)]);
    s.people(t, &FromPeople::MoveAway { from: code(BALU), isin: isin(INFY), qty: Qty(1_000) });
    assert_eq!(s.demat(BALU, INFY), 0);
    s.until("2026-07-01 23:00");
    let held = s.all().into_iter().rev().find_map(|m| match m {
        ToFirm::Holdings { rows, .. } if !rows.is_empty() => Some(rows),
        _ => None,
    });
    assert!(held.unwrap().iter().any(|r| r.account == code(POOL) && r.qty == Qty(600)));
    s.check_laws();
}

#[test]
fn what_a_person_gives_the_firm_is_told_and_goes_back_once() {
    let mut s = stage();
    let t = at("2026-07-01 08:30");
    s.until("2026-07-01 08:30");
    s.heard();
    let (had, pool) = (s.demat(ASHA, INFY), s.demat(POOL, INFY));
    s.people(t, &FromPeople::Give { from: code(ASHA), to: code(POOL), isin: isin(INFY), qty: Qty(200) });
    s.people(t, &FromPeople::Give { from: code(ASHA), to: code(BALU), isin: isin(INFY), qty: Qty(10) });
    s.people(t, &FromPeople::Give { from: code("IN39999999999999"), to: code(POOL), isin: isin(INFY), qty: Qty(10) });
    s.people(t, &FromPeople::Give { from: code(ASHA), to: code(crate::stage::CLEARING), isin: isin(INFY), qty: Qty(10) });
    let came = ToFirm::SharesCame { to: code(POOL), from: code(ASHA), isin: isin(INFY), qty: Qty(200) };
    assert_eq!(s.heard(), [came], "of what comes onto its own accounts alone");
    let back = FromFirm::SendBack { inward: 1, from: code(POOL), to: code(ASHA), isin: isin(INFY), qty: Qty(200) };
    s.firm(t, &back);
    s.firm(t, &back);
    let went = ToFirm::SentBack { inward: 1, qty: Qty(200) };
    assert_eq!(s.heard(), [went.clone(), went], "told twice, moved once");
    assert_eq!((s.demat(ASHA, INFY), s.demat(POOL, INFY)), (had - 10, pool));
    s.check_laws();
}

#[test]
fn bad_bytes_change_nothing() {
    let mut s = stage();
    let before = s.world.digest();
    let t = at("2026-07-03 09:00");
    let good = pay(1, "ASHA-SB", 1).encode();
    let mut out = Vec::new();
    for cut in 0..good.len() {
        let got = s.world.receive(t, Sender::Firm, &good[..cut], &mut out);
        assert!(matches!(got, Err(BadMessage::Bytes(_))), "{cut}");
    }
    let mut long = good.clone();
    long.push(0);
    assert!(s.world.receive(t, Sender::Firm, &long, &mut out).is_err());
    assert!(s.world.receive(t, Sender::Firm, &[200], &mut out).is_err());
    let negative = FromPeople::OpenBankAccount { account: code("X"), name: String::new(), balance: Paise(-1) };
    assert!(s.world.receive(t, Sender::People, &negative.encode(), &mut out).is_err());
    let settlement = crate::stage::normal(2_026_001);
    let levies = FromFirm::LeviesUpload { settlement, stt: Paise(i64::MAX), stamp: Paise(1) };
    assert!(s.world.receive(t, Sender::Firm, &levies.encode(), &mut out).is_err());
    assert!(out.is_empty());
    assert_eq!(s.world.digest(), before);
}

fn deposit(instrument: u32, rupees: i64) -> FromPeople {
    FromPeople::Deposit { instrument, from: code("ASHA-SB"), amount: Paise::rupees(rupees) }
}

fn of_cheques(heard: Vec<ToFirm>) -> Vec<ToFirm> {
    let is_of = |m: &ToFirm| {
        matches!(m, ToFirm::InstrumentCredited { .. } | ToFirm::InstrumentCleared { .. } | ToFirm::InstrumentReturned { .. })
    };
    heard.into_iter().filter(is_of).collect()
}

#[test]
fn a_cheque_is_nobodys_money_until_its_drawers_bank_has_paid() {
    let mut s = stage();
    s.people(at("2026-07-01 10:00"), &deposit(1, 150_000));
    s.people(at("2026-07-01 10:00"), &deposit(1, 150_000));
    s.people(at("2026-07-01 10:01"), &deposit(2, 100_000));
    let credited = [1, 2].map(|instrument| ToFirm::InstrumentCredited { instrument });
    assert_eq!(of_cheques(s.until("2026-07-01 13:00")), credited, "handed in twice it is one cheque");
    assert_eq!(s.world.bank_balance(BankAccount::Client), Paise::rupees(250_000));
    assert_eq!(s.world.account_balance(code("ASHA-SB")), Some(Paise::rupees(200_000)));
    s.check_laws();
    let (from, to, amount) = (BankAccount::Client, BankAccount::Settlement, Paise::rupees(1));
    s.until("2026-07-01 14:00");
    s.firm(at("2026-07-01 14:00"), &FromFirm::Transfer { payment: PaymentNo(9), from, to, amount });
    let short = ToFirm::PayFailed { payment: PaymentNo(9), code: failure::SHORT_OF_FUNDS };
    assert_eq!(s.heard(), [short], "what is not cleared is not drawn upon");
    let decided = [
        ToFirm::InstrumentCleared { instrument: 1 },
        ToFirm::InstrumentReturned { instrument: 2, code: dishonour::SHORT_OF_FUNDS },
    ];
    assert_eq!(of_cheques(s.until("2026-07-02 13:00")), decided, "the second has no cover any more");
    assert_eq!(s.world.bank_balance(BankAccount::Client), Paise::rupees(150_000));
    assert_eq!(s.world.account_balance(code("ASHA-SB")), Some(Paise::rupees(50_000)));
    s.check_laws();
}

#[test]
fn a_cheque_waits_for_a_day_that_settles() {
    let mut terms = terms();
    terms.odds.cheque_bounces_one_in = 1;
    let mut s = Stage::open(terms, 2, true);
    s.until("2026-07-01 08:00");
    s.people(at("2026-07-01 10:00"), &deposit(1, 1_000));
    let shut = |text: &str| FromPeople::SettlementHoliday { day: at(text).day() };
    s.people(at("2026-07-01 20:00"), &shut("2026-07-02 00:00"));
    // A day that has begun is not shut.
    s.people(at("2026-07-01 20:00"), &shut("2026-07-01 00:00"));
    assert_eq!(of_cheques(s.until("2026-07-02 23:00")), [ToFirm::InstrumentCredited { instrument: 1 }]);
    let unpaid = ToFirm::InstrumentReturned { instrument: 1, code: dishonour::BADLY_DRAWN };
    assert_eq!(of_cheques(s.until("2026-07-03 13:00")), [unpaid], "its drawer had the money");
    s.check_laws();
}
