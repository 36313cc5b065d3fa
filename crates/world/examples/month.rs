//! What the world costs: a month of a small firm, and one day of a busy one. `cargo run --release --example month`.

use std::time::Instant;
use stdx::Lots;
use vocab::{
    BankAccount, Code, Day, DematAccount, Depository, Isin, Moment, OrderKind, OrderNo, Paise, Price, Qty, Rate, Side,
    TimeOfDay, Validity,
};
use world::{
    DaySheet, FirmBankAccount, FirmDemat, FromFirm, FromPeople, Hours, Odds, Sender, SheetRow, Terms, World,
};

fn code<const N: usize>(text: &str) -> Code<N> {
    Code::parse(text).expect("a code")
}

fn terms(first_day: Day) -> Terms {
    let bank = |account, number| FirmBankAccount { account, number: code(number), opening: Paise::rupees(100_000_000) };
    Terms {
        member: code("90001"),
        first_day,
        holidays: Vec::new(),
        bank: vec![
            bank(BankAccount::Client, "C"),
            bank(BankAccount::Settlement, "S"),
            bank(BankAccount::Own, "O"),
        ],
        demat: vec![FirmDemat {
            account: DematAccount::Pool,
            depository: Depository::Nsdl,
            number: code("IN30000000000001"),
        }],
        clearing_nsdl: code("IN30000000000099"),
        clearing_cdsl: code("1200000000000099"),
        hours: Hours::usual(),
        cycle_days: 1,
        final_obligation_day: 1,
        auction_day: 0,
        auction_settlement_day: 1,
        auction_band: Rate(100_000_000_000),
        close_out_over: Rate(200_000_000_000),
        odds: Odds { street_short_one_in: 20, auction_fails_one_in: 5, double_report_one_in: 100 },
        street_activity: 4,
    }
}

fn isin(nth: u32) -> Isin {
    let text = format!("INE{nth:06}01");
    let body: [u8; 11] = text.as_bytes().try_into().expect("eleven characters");
    let mut all = [0; 12];
    all[..11].copy_from_slice(&body);
    all[11] = Isin::check_digit(&body);
    Isin(all)
}

fn sheet(day: Day, symbols: u32) -> DaySheet {
    let row = |nth: u32| {
        let at = |per_mille: i64| Price(i64::from(100 + nth % 900) * 10 * per_mille).tick_down(Price(500));
        SheetRow {
            symbol: code(&format!("SYM{nth}")),
            isin: isin(nth),
            prev_close: at(1_000),
            open: at(1_002),
            high: at(1_020),
            low: at(985),
            close: at(1_010),
            band_low: at(900),
            band_high: at(1_100),
            tick: Price(500),
            volume: Qty(200_000),
        }
    };
    DaySheet { day, securities: (0..symbols).map(row).collect(), flat: false }
}

/// Orders of each day: (when, what), encoded.
fn inputs(first: Day, days: i32, orders: u64, symbols: u32) -> Vec<(Moment, Sender, Vec<u8>)> {
    let mut all = Vec::new();
    let mut lots = Lots::new(1);
    let mut number = 0;
    all.push((first + TimeOfDay(0), Sender::People, FromPeople::RegisterCode { ucc: code("ASHA") }.encode()));
    for day in (0..days).map(|n| first.plus(n)).filter(|d| !d.is_weekend()) {
        let people = FromPeople::DaySheet(sheet(day, symbols));
        all.push((day + TimeOfDay::hms(8, 0, 0), Sender::People, people.encode()));
        let mut seconds: Vec<i64> = (0..orders).map(|_| lots.between(33_300, 55_799)).collect();
        seconds.sort_unstable();
        for second in seconds {
            number += 1;
            let nth = lots.below(u64::from(symbols));
            let away = lots.between(980, 1_025);
            let price = Price(i64::try_from(100 + nth % 900).expect("small") * 10 * away).tick_down(Price(500));
            let order = FromFirm::NewOrder {
                order: OrderNo(number),
                ucc: code("ASHA"),
                own: false,
                symbol: code(&format!("SYM{nth}")),
                side: if lots.one_in(2) { Side::Buy } else { Side::Sell },
                kind: if lots.one_in(4) { OrderKind::Market } else { OrderKind::Limit },
                validity: Validity::Day,
                price,
                qty: Qty(lots.between(1, 100)),
                terminal: 1,
            };
            all.push(((day + TimeOfDay(0)).plus_seconds(second), Sender::Firm, order.encode()));
        }
    }
    all
}

fn play(name: &str, days: i32, orders: u64, symbols: u32) {
    let first = Day::parse("2026-07-01").expect("a day");
    let inputs = inputs(first, days, orders, symbols);
    let mut out = Vec::new();
    let began = Instant::now();
    let mut world = World::new(terms(first), 1).expect("terms that hold");
    for (at, who, bytes) in &inputs {
        world.receive(*at, *who, bytes, &mut out).expect("a message");
    }
    world.advance(first.plus(days) + TimeOfDay(0), &mut out);
    let took = began.elapsed();
    println!("{name}: {} messages in, {} out, {took:?}, digest in {:?}", inputs.len(), out.len(), {
        let began = Instant::now();
        world.digest();
        began.elapsed()
    });
}

fn main() {
    play("a month of 10 clients, 50 orders each a day", 30, 500, 50);
    play("the same over 2,000 securities", 30, 500, 2_000);
    play("a day of 5,000 orders over 300 securities", 2, 5_000, 300);
}
