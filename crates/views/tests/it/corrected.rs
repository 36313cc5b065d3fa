//! A record of one day, written by hand: what a file issued anew says differently.

use crate::memory;
use clearing::{Event as Clearing, TradeFact};
use firm::{BreakKind, Event, Head, Input, Source};
use journal::{Faults, Identity, Kind, SimDisk, Writer, v1};
use views::{Given, Query, Value};
use vocab::{
    BreakNo, ClientKind, ClientRow, Corporation, Day, EntryNo, Isin, Moment, OrderNo, PanToken, Price, Qty, SecurityRow,
    SettlementKind, SettlementRow, Side, StateCode, Symbol, TradeNo, Ucc, VaultRef, Venue,
};

const SETTLEMENT: SettlementRow = SettlementRow(0);

fn day() -> Day {
    Day::parse("2026-07-01").unwrap()
}

/// The entries, each with what it says, in a journal of its own.
fn record(entries: Vec<Vec<Event>>) -> SimDisk {
    let disk = SimDisk::new(1, Faults::default());
    let identity = Identity { id: *b"a corrected file", kind: Kind::Firm, sandbox: false };
    let at = Moment(day().at(vocab::TimeOfDay::hms(19, 0, 0)).0);
    let mut writer = Writer::create(disk.clone(), identity, 1 << 20, at).expect("a journal");
    for (nth, events) in (1..).zip(entries) {
        let head = Head { entry: EntryNo(nth), source: Source::Itself, sequence: 0, at };
        let entry = v1::Entry { head, wall: 0, logic: firm::LOGIC_VERSION, input: Input::Step, events, tail: Vec::new() };
        writer.append(|out| entry.put(out));
    }
    writer.flush().expect("a journal");
    disk
}

fn traded(number: u64, client: u32, qty: i64) -> Event {
    let (trade, order, price) = (TradeNo::of(Venue::Nse, number), OrderNo(number), Price::from_paise(80_000));
    let at = day().at(vocab::TimeOfDay::hms(10, 0, 0));
    let (client, security, side) = (ClientRow(client), SecurityRow(0), Side::Buy);
    Event::Clearing(Clearing::Traded(TradeFact { trade, order, qty: Qty(qty), price, at, settlement: SETTLEMENT, client, security, side }))
}

fn opened() -> Vec<Event> {
    let (day, corporation, kind) = (day(), Corporation::Nscl, SettlementKind::Normal);
    let (settlement, number) = (SETTLEMENT, 2_026_001);
    let isin = Isin::parse("INE009A01021").unwrap();
    vec![
        Event::Market(market::Event::Listed { security: SecurityRow(0), isin, symbol: Symbol::parse("INFY").unwrap() }),
        Event::Client(clients::Event::Opened {
            client: ClientRow(0), ucc: Ucc::parse("ASHA").unwrap(), vault: VaultRef(1), pan: PanToken([1; 16]),
            kind: ClientKind::Individual, state: StateCode::parse("MH").unwrap(), day,
        }),
        Event::Clearing(Clearing::Scheduled { settlement, corporation, kind, number, trade_day: day, pay_in: day, pay_out: day }),
    ]
}

#[test]
fn a_corrected_trade_is_shown_as_it_stands_and_what_was_taken_back_is_not() {
    let trade = |number| TradeNo::of(Venue::Nse, number);
    let (settlement, side) = (SETTLEMENT, Side::Buy);
    let correct = |qty, paise| {
        let price = Price::from_paise(paise);
        Event::Clearing(Clearing::Corrected { settlement, trade: trade(1), side, qty: Qty(qty), price })
    };
    let broke = Event::Broke { no: BreakNo(1), kind: BreakKind::RateDiffers, subject: trade(1).0, ours: 1, theirs: 2 };
    let again = Event::Broke { no: BreakNo(2), kind: BreakKind::MissingInFile, subject: trade(3).0, ours: 5, theirs: 0 };
    let disk = record(vec![
        opened(),
        vec![traded(1, 0, 10), traded(2, 0, 20), traded(3, 0, 5), broke],
        vec![correct(9, 79_000), Event::Superseded { no: BreakNo(1), issue: 2 }],
        vec![correct(8, 79_500), Event::Clearing(Clearing::Annulled { settlement, trade: trade(2), side }), again],
    ]);
    let mut views = memory();
    views.feed(&disk, &mut || Ok(())).unwrap();
    let mut ask = |name| views.ask(Query::named(name).unwrap(), &Given::default()).unwrap().rows;
    let trades = ask("trades");
    let shown: Vec<[&Value; 3]> = trades.iter().map(|row| [&row[2], &row[8], &row[9]]).collect();
    let price = |paise| Value::Int(Price::from_paise(paise).0);
    let wanted = [[Value::Int(1), Value::Int(8), price(79_500)], [Value::Int(3), Value::Int(5), price(80_000)]];
    assert_eq!(shown, wanted.each_ref().map(|row| row.each_ref()));
    let breaks = ask("breaks");
    assert_eq!(breaks.iter().map(|row| &row[0]).collect::<Vec<_>>(), [&Value::Int(2)]);
}
