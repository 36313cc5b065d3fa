use crate::*;
use vocab::*;

fn scheduled() -> Clearing {
    let mut c = Clearing::new();
    c.apply(&Event::Scheduled {
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
