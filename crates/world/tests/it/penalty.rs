//! What the corporation takes for margins that were reported short.

use crate::stage::{Stage, at, code, day, terms};
use vocab::{BankAccount, Day, Paise, Rate};
use world::{BankLine, FirmBankAccount, FromFirm, LineOf, Penalties, PenaltyRow, Terms, ToFirm};

fn penalties() -> Penalties {
    let rate = |text| Rate::parse(text).unwrap();
    Penalties {
        from: day("2026-07-01"),
        rate: rate("0.005"),
        amount: Paise::rupees(100_000),
        part: rate("0.1"),
        higher: rate("0.01"),
        running: 3,
        in_month: 5,
        repeated: rate("0.05"),
        tax: rate("0.18"),
        day: 6,
    }
}

fn report(s: &mut Stage, on: &str, ucc: &str, asked: i64, short: i64) {
    let message = FromFirm::ReportShort { day: day(on), ucc: code(ucc), asked: Paise::rupees(asked), short: Paise::rupees(short) };
    let time = at(&format!("{on} 20:31")).max(s.world.now());
    s.firm(time, &message);
}

/// Day, code, penalty and tax of every row, with the day it was taken.
fn taken(s: &Stage) -> Vec<(Day, Day, String, i64, i64)> {
    let mut all = Vec::new();
    for sent in &s.sent {
        if let ToFirm::MarginPenalties { day, debit, rows } = ToFirm::decode(&sent.bytes).unwrap() {
            assert_eq!(debit, rows.iter().map(|it| it.penalty + it.tax).sum());
            let row = |PenaltyRow { ucc, penalty, tax }: PenaltyRow| (sent.sent_at.day(), day, ucc.as_str().to_owned(), penalty.0, tax.0);
            all.extend(rows.into_iter().map(row));
        }
    }
    all
}

fn open(own: i64) -> Stage {
    let mut terms = Terms { penalties: Some(penalties()), ..terms() };
    for it in terms.bank.iter_mut().filter(|it| it.account == BankAccount::Own) {
        *it = FirmBankAccount { opening: Paise::rupees(own), ..it.clone() };
    }
    Stage::open(terms, 1, true)
}

#[test]
fn a_shortage_costs_by_its_size_and_by_how_often_and_is_taken_once_reports_are_over() {
    let mut s = open(500_000);
    // A paisa below a tenth is not written in rupees: just below it, at it, at a lakh that is no tenth.
    report(&mut s, "2026-07-01", "ASHA", 10_001, 1_000);
    report(&mut s, "2026-07-01", "ASHA", 10_001, 1_000);
    report(&mut s, "2026-07-01", "BALU", 10_000, 1_000);
    report(&mut s, "2026-07-02", "ASHA", 2_000_000, 100_000);
    // The sixth is a holiday: of the third on end comes the seventh, the fourth.
    for on in ["2026-07-03", "2026-07-07", "2026-07-09", "2026-07-13", "2026-08-03"] {
        report(&mut s, on, "ASHA", 100_000, 200);
    }
    s.until("2026-08-20 23:59");
    let rupees = |of: &str, on: &str, ucc: &str, paise: i64, tax: i64| (day(on), day(of), ucc.to_owned(), paise, tax);
    assert_eq!(taken(&s), [
        rupees("2026-07-01", "2026-07-10", "ASHA", 500, 90),
        rupees("2026-07-01", "2026-07-10", "BALU", 1_000, 180),
        rupees("2026-07-02", "2026-07-13", "ASHA", 100_000, 18_000),
        rupees("2026-07-03", "2026-07-14", "ASHA", 100, 18),
        rupees("2026-07-07", "2026-07-15", "ASHA", 1_000, 180),
        rupees("2026-07-09", "2026-07-17", "ASHA", 100, 18),
        rupees("2026-07-13", "2026-07-21", "ASHA", 1_000, 180),
        rupees("2026-08-03", "2026-08-11", "ASHA", 100, 18),
    ]);
    let lines: Vec<BankLine> = s.all().into_iter().flat_map(|m| match m {
        ToFirm::BankLines { account: BankAccount::Own, rows, .. } => rows,
        _ => Vec::new(),
    }).collect();
    let first = BankLine { of: LineOf::MarginPenalties(day("2026-07-01")), amount: Paise(-1_770) };
    assert_eq!((lines.first(), lines.len()), (Some(&first), 7), "one line a day");
    // What is told of a day that was charged changes nothing.
    report(&mut s, "2026-07-01", "BALU", 10_000, 9_000);
    s.until("2026-08-31 23:59");
    assert_eq!(taken(&s).len(), 8);
    s.check_laws();
}

#[test]
fn what_the_account_does_not_hold_is_taken_when_it_does() {
    let mut s = open(11);
    report(&mut s, "2026-07-01", "BALU", 10_000, 1_000);
    s.until("2026-07-10 23:59");
    assert_eq!(taken(&s), []);
    s.until("2026-07-13 09:00");
    // Eleven rupees and eighty paise are asked for, and what was lacking is brought.
    let transfer = FromFirm::Transfer {
        payment: vocab::PaymentNo(1), from: BankAccount::Settlement, to: BankAccount::Own, amount: Paise(80),
    };
    s.firm(at("2026-07-13 09:30"), &transfer);
    s.until("2026-07-13 23:59");
    assert_eq!(taken(&s), [(day("2026-07-13"), day("2026-07-01"), "BALU".to_owned(), 1_000, 180)]);
    assert_eq!(s.world.bank_balance(BankAccount::Own), Paise::ZERO);
    s.check_laws();
}

#[test]
fn nothing_is_taken_where_nothing_is_penalised() {
    let mut s = Stage::open(terms(), 1, true);
    report(&mut s, "2026-07-01", "BALU", 10_000, 1_000);
    s.until("2026-07-20 23:59");
    assert_eq!(taken(&s), []);
}
