use crate::*;
use vocab::*;

fn scheduled() -> Clearing {
    let mut c = Clearing::new();
    c.apply(&Event::Scheduled {
        corporation: Corporation::Nscl,
        settlement: SettlementRow(0),
        kind: SettlementKind::Normal,
        number: 2026120,
        trade_day: Day(100),
        pay_in: Day(101),
        pay_out: Day(101),
    });
    c
}

fn trade(c: &mut Clearing, no: u64, client: u32, security: u32, side: Side, qty: i64, paise: i64) {
    c.apply(&Event::Traded(TradeFact {
        trade: TradeNo(no),
        order: OrderNo(no),
        qty: Qty(qty),
        price: Price::from_paise(paise),
        at: Moment(1),
        settlement: SettlementRow(0),
        client: ClientRow(client),
        security: SecurityRow(security),
        side,
    }));
}

// covers: G-7.2-1, G-7.6-1
#[test]
fn the_obligation_is_the_net_by_security_and_one_funds_figure() {
    let mut c = scheduled();
    trade(&mut c, 1, 0, 5, Side::Buy, 100, 800_00);
    trade(&mut c, 2, 1, 5, Side::Sell, 60, 801_00);
    trade(&mut c, 3, 2, 6, Side::Sell, 10, 50_00);
    trade(&mut c, 4, 0, 7, Side::Buy, 10, 10_00);
    trade(&mut c, 5, 1, 7, Side::Sell, 10, 10_00);
    let o = c.obligation(SettlementRow(0));
    assert_eq!(o.rows, [(SecurityRow(5), Qty(40)), (SecurityRow(6), Qty(-10))]);
    assert_eq!(o.funds, Paise(-80_000_00 + 48_060_00 + 500_00));
    let s = c.standing(SettlementRow(0), ClientRow(0)).unwrap();
    assert_eq!(c.trades_of(s).map(|t| t.trade.0).collect::<alloc::vec::Vec<_>>(), [1, 4]);
    assert_eq!(c.nets_of(s).count(), 2);
    let lot = c.lot(SettlementRow(0), SecurityRow(5)).unwrap();
    let clients: alloc::vec::Vec<u32> = c.nets_in(lot).iter().map(|n| n.client.0).collect();
    assert_eq!(clients, [0, 1]);
}

#[test]
#[should_panic(expected = "entered once")]
fn a_trade_number_is_booked_once() {
    let mut c = scheduled();
    trade(&mut c, 1, 0, 5, Side::Buy, 100, 800_00);
    trade(&mut c, 1, 0, 5, Side::Buy, 100, 800_00);
}

#[test]
fn what_is_awaited_comes_as_shares_or_as_money() {
    let mut c = scheduled();
    trade(&mut c, 1, 0, 5, Side::Buy, 100, 800_00);
    let (settlement, client, security) = (SettlementRow(0), ClientRow(0), SecurityRow(5));
    c.apply(&Event::Planned { settlement, client, security, direct: Qty(100), internal: Qty::ZERO });
    c.apply(&Event::Awaited { settlement, client, security, qty: Qty(30) });
    c.apply(&Event::Received { settlement, client, security, qty: Qty(70), internal: false });
    assert_eq!(c.net(settlement, client, security).unwrap().awaited, Qty(30));
    c.apply(&Event::Received { settlement, client, security, qty: Qty(20), internal: false });
    assert_eq!(c.net(settlement, client, security).unwrap().awaited, Qty(10));
    c.apply(&Event::AwaitedEnded { settlement, client, security, qty: Qty(10), price: Price(1) });
    let net = c.net(settlement, client, security).unwrap();
    assert_eq!((net.awaited, net.outstanding()), (Qty::ZERO, Qty::ZERO));
}

// covers: S-38.1-1
#[test]
fn a_trade_under_another_code_is_the_others_in_standing_and_net_and_the_obligation_stays() {
    let mut c = scheduled();
    for (no, client, side) in [(1, 0, Side::Buy), (2, 1, Side::Buy), (3, 0, Side::Sell), (4, 1, Side::Buy)] {
        trade(&mut c, no, client, 5, side, 10, 800_00);
    }
    let before = c.obligation(SettlementRow(0));
    let (settlement, side) = (SettlementRow(0), Side::Buy);
    c.apply(&Event::CodeModified { settlement, trade: TradeNo(1), side, to: ClientRow(1) });
    assert_eq!(c.obligation(settlement), before);
    let of = |c: &Clearing, client| {
        let standing = c.standing(settlement, ClientRow(client)).unwrap();
        c.trades_of(standing).map(|t| t.trade.0).collect::<alloc::vec::Vec<_>>()
    };
    assert_eq!((of(&c, 0), of(&c, 1)), (alloc::vec![3], alloc::vec![1, 2, 4]), "in the order of time");
    let net = |c: &Clearing, client| *c.net(settlement, ClientRow(client), SecurityRow(5)).unwrap();
    assert_eq!((net(&c, 0).buy_qty, net(&c, 1).buy_qty), (Qty(0), Qty(30)));
    c.apply(&Event::CodeModified { settlement, trade: TradeNo(4), side, to: ClientRow(2) });
    c.apply(&Event::CodeModified { settlement, trade: TradeNo(3), side: Side::Sell, to: ClientRow(2) });
    assert_eq!((of(&c, 0), of(&c, 1), of(&c, 2)), (alloc::vec![], alloc::vec![1, 2], alloc::vec![3, 4]));
    let empty = c.standing(settlement, ClientRow(0)).unwrap();
    assert!(empty.closed && empty.trades == 0, "a standing without trades has no bill to wait for");
    trade(&mut c, 5, 1, 5, Side::Buy, 10, 800_00);
    assert_eq!(of(&c, 1), [1, 2, 5]);
}

#[test]
fn an_annulled_trade_stands_in_the_book_and_counts_for_nothing() {
    let mut c = scheduled();
    trade(&mut c, 1, 0, 5, Side::Buy, 10, 800_00);
    trade(&mut c, 2, 0, 5, Side::Buy, 5, 800_00);
    let (settlement, side) = (SettlementRow(0), Side::Buy);
    c.apply(&Event::FileRowMatched { settlement, trade: TradeNo(1), side });
    c.apply(&Event::Annulled { settlement, trade: TradeNo(1), side });
    let it = *c.settlement(settlement).unwrap();
    assert_eq!((it.trades, it.matched, it.funds), (1, 0, Paise(-4_000_00)));
    assert_eq!(c.obligation(settlement).rows, [(SecurityRow(5), Qty(5))]);
    assert_eq!(c.trades().len(), 2);
    let standing = c.standing(settlement, ClientRow(0)).unwrap();
    assert_eq!(c.trades_of(standing).count(), 1);
}
