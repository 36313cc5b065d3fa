use crate::*;
use vocab::*;

fn user() -> UserUse {
    UserUse {
        limits: UserLimits {
            order_qty: Qty(1_000),
            order_value: Paise::rupees(500_000),
            symbol_qty: Qty(1_500),
            open_value: Paise::rupees(800_000),
        },
        open_value: Paise::ZERO,
        switched: false,
    }
}

fn client() -> ClientUse {
    ClientUse {
        limits: ClientLimits {
            order_value: Paise::rupees(400_000),
            exposure: Paise::rupees(600_000),
            turnover: Paise::rupees(900_000),
        },
        ..ClientUse::NONE
    }
}

fn means() -> Means {
    Means {
        free: Paise::rupees(100_000),
        shares: Qty(50),
        covers: false,
        shorts: false,
        needs: needs(),
        debit_overdue: None,
    }
}

fn needs() -> Needs {
    Needs {
        margin: Rate::parse("0.2").unwrap(),
        charges: Rate::parse("0.005").unwrap(),
        per_share: Paise::ZERO,
        allowance: Paise(200),
        unbound: false,
    }
}

fn band() -> Instrument {
    Instrument { low: Price::from_paise(720_00), high: Price::from_paise(880_00), tick: Price::from_paise(5) }
}

fn buy(paise: i64, qty: i64) -> Ticket {
    Ticket { side: Side::Buy, price: Price::from_paise(paise), is_limit: true, qty: Qty(qty) }
}

fn ask(ticket: Ticket, user: &UserUse, symbol: Qty, client: &ClientUse, means: &Means) -> Result<Bound, Refusal> {
    check(&ticket, &band(), user, symbol, client, means, &Already::NOTHING, Waived::NONE)
}

#[test]
fn an_order_within_everything_binds_margin_and_charges() {
    let bound = ask(buy(800_00, 100), &user(), Qty::ZERO, &client(), &means()).unwrap();
    assert_eq!(bound, Bound { value: Paise::rupees(80_000), margin: Paise::rupees(16_000), charges: Paise(40_200) });
}

// covers: S-24T2-4.3.2-2, S-41.2.2-21
#[test]
fn each_limit_refuses_with_its_own_figures_and_a_missing_one_lets_nothing_through() {
    let over = |which, would, limit| Err(Refusal::OverLimit { which, would, limit });
    let (u, c, m) = (user(), client(), means());
    assert_eq!(ask(buy(800_00, 1_001), &u, Qty(0), &c, &m), over(Which::UserOrderQty, 1_001, 1_000));
    assert_eq!(ask(buy(800_00, 700), &u, Qty(0), &c, &m), over(Which::UserOrderValue, 56_000_000, 50_000_000));
    assert_eq!(ask(buy(800_00, 400), &u, Qty(1_200), &c, &m), over(Which::UserSymbolQty, 1_600, 1_500));
    assert_eq!(ask(buy(800_00, 600), &u, Qty(0), &c, &m), over(Which::ClientOrderValue, 48_000_000, 40_000_000));
    let used = ClientUse { open_value: Paise::rupees(300_000), bought: Paise::rupees(250_000), ..c };
    assert_eq!(ask(buy(800_00, 100), &u, Qty(0), &used, &m), over(Which::ClientExposure, 63_000_000, 60_000_000));
    let used = ClientUse { turnover: Paise::rupees(850_000), ..c };
    assert_eq!(ask(buy(800_00, 100), &u, Qty(0), &used, &m), over(Which::ClientTurnover, 93_000_000, 90_000_000));
    let busy = UserUse { open_value: Paise::rupees(750_000), ..u };
    assert_eq!(ask(buy(800_00, 100), &busy, Qty(0), &c, &m), over(Which::UserOpenValue, 83_000_000, 80_000_000));
    let none = UserUse { limits: UserLimits::NONE, ..u };
    let missing = |which| Err(Refusal::LimitMissing { which });
    assert_eq!(ask(buy(800_00, 1), &none, Qty(0), &c, &m), missing(Which::UserOrderQty));
    assert_eq!(ask(buy(800_00, 1), &u, Qty(0), &ClientUse::NONE, &m), missing(Which::ClientExposure));
}

#[test]
fn precedence_is_tick_band_quantity_limits_shares_age_funds() {
    let poor = Means { free: Paise::ZERO, shares: Qty::ZERO, debit_overdue: Some(6), ..means() };
    let (u, c) = (user(), client());
    assert!(matches!(ask(buy(900_01, 0), &u, Qty(0), &c, &poor), Err(Refusal::OffTick { .. })));
    assert!(matches!(ask(buy(900_00, 0), &u, Qty(0), &c, &poor), Err(Refusal::OutsideBand { .. })));
    assert!(matches!(ask(buy(800_00, 0), &u, Qty(0), &c, &poor), Err(Refusal::BadQuantity { .. })));
    assert!(matches!(ask(buy(800_00, 5_000), &u, Qty(0), &c, &poor), Err(Refusal::OverLimit { .. })));
    let sell = Ticket { side: Side::Sell, ..buy(800_00, 10) };
    assert!(matches!(ask(sell, &u, Qty(0), &c, &poor), Err(Refusal::ShortOfShares { .. })));
    assert_eq!(ask(buy(800_00, 10), &u, Qty(0), &c, &poor), Err(Refusal::DebitOverdue { days: 6 }));
    let young = Means { debit_overdue: None, ..poor };
    assert!(matches!(ask(buy(800_00, 10), &u, Qty(0), &c, &young), Err(Refusal::ShortOfFunds { .. })));
}

// covers: S-23A-2.6-3
#[test]
fn a_debtor_may_sell_what_he_holds_however_old_his_debit() {
    let (u, c) = (user(), client());
    let sell = Ticket { side: Side::Sell, ..buy(800_00, 10) };
    for debit_overdue in [None, Some(6)] {
        let debtor = Means { free: Paise::rupees(-50_000), shares: Qty(10), debit_overdue, ..means() };
        assert!(ask(sell, &u, Qty(0), &c, &debtor).is_ok(), "a sale of what one holds reduces the debit");
        let more = Ticket { qty: Qty(11), ..sell };
        assert!(matches!(ask(more, &u, Qty(0), &c, &debtor), Err(Refusal::ShortOfShares { .. })));
    }
    let penniless = Means { free: Paise::ZERO, shares: Qty(10), ..means() };
    assert!(matches!(ask(sell, &u, Qty(0), &c, &penniless), Err(Refusal::ShortOfFunds { .. })), "he owes nothing yet");
}

#[test]
fn a_modification_counts_what_the_order_already_bound_as_free() {
    let tight = Means { free: Paise::ZERO, ..means() };
    let bound = Bound::of(Price::from_paise(800_00), Qty(100), &tight.needs);
    let already = Already { bound, qty: Qty(100) };
    let same = check(&buy(800_00, 100), &band(), &user(), Qty(100), &client(), &tight, &already, Waived::NONE);
    assert!(same.is_ok());
    let more = check(&buy(800_00, 101), &band(), &user(), Qty(100), &client(), &tight, &already, Waived::NONE);
    assert!(matches!(more, Err(Refusal::ShortOfFunds { .. })));
}

// covers: S-24T2-4.3.2-2
#[test]
fn an_unlimited_limit_is_no_limit() {
    let good = user().limits;
    assert!(good.are_limits());
    assert!(!UserLimits { order_qty: Qty(0), ..good }.are_limits());
    assert!(!UserLimits { open_value: Paise(i64::MAX), ..good }.are_limits());
    assert!(!UserLimits { symbol_qty: Qty(-1), ..good }.are_limits());
    assert!(!ClientLimits { turnover: Paise::ZERO, ..client().limits }.are_limits());
}

#[test]
fn what_is_held_is_eased_or_committed_exactly_once() {
    let mut risk = Risk::new();
    let (client, user, security) = (ClientRow(2), UserRow(1), SecurityRow(3));
    risk.apply(&Event::Held {
        order: OrderNo(1), client, user, security, qty: Qty(100), value: Paise(1_000), margin: Paise(200), charges: Paise(10),
    });
    assert_eq!(risk.client(client).held, Paise(210));
    assert_eq!(risk.symbol_qty(user, security), Qty(100));
    let (side, turnover) = (Side::Buy, Paise(590));
    risk.apply(&Event::Filled {
        order: OrderNo(1), side, eased_value: Paise(600), eased: Paise(126), turnover, committed: Paise(124),
    });
    risk.apply(&Event::Eased { order: OrderNo(1), value: Paise(400), amount: Paise(84) });
    let used = risk.client(client);
    assert_eq!((used.held, used.committed, used.open_value), (Paise::ZERO, Paise(124), Paise::ZERO));
    assert_eq!((used.bought, used.turnover), (Paise(590), Paise(590)));
    risk.apply(&Event::Released { client, amount: Paise(124) });
    risk.apply(&Event::DayCleared { next: OrderNo(2) });
    assert_eq!(risk.client(client).turnover, Paise::ZERO);
    assert_eq!(risk.symbol_qty(user, security), Qty::ZERO);
}

#[test]
fn a_waived_limit_is_waived_alone() {
    let (u, c, m) = (user(), client(), means());
    let big = buy(800_00, 600);
    let with = |waived| check(&big, &band(), &u, Qty(0), &c, &Means { free: Paise::rupees(1_000_000), ..m }, &Already::NOTHING, waived);
    assert!(matches!(with(Waived::NONE), Err(Refusal::OverLimit { which: Which::ClientOrderValue, .. })));
    assert!(matches!(with(Waived::NONE.with(Which::ClientTurnover)), Err(Refusal::OverLimit { which: Which::ClientOrderValue, .. })));
    assert!(with(Waived::NONE.with(Which::ClientOrderValue)).is_ok());
}

#[test]
fn a_switch_leaves_what_reduces_and_a_list_bars_its_side_on_its_days() {
    let mut risk = Risk::new();
    let (client, user, security, by) = (ClientRow(2), UserRow(1), SecurityRow(3), UserRow(9));
    let ask = |risk: &Risk, own, side, day| risk.restrained(&Attempt { client, user, security, own, side, reduces: side == Side::Sell }, Day(day));
    let scope = Scope::Security(security);
    assert!(!risk.is_restrained(security));
    risk.apply(&Event::SwitchPulled { switch: 1, scope, reason: 7, by });
    assert!(risk.is_restrained(security) && !risk.is_restrained(SecurityRow(2)));
    assert_eq!(ask(&risk, false, Side::Buy, 10), Err(Refusal::Switched { scope, switch: 1, reason: 7 }));
    assert_eq!(ask(&risk, false, Side::Sell, 10), Ok(()));
    risk.apply(&Event::SwitchRestored { scope, by: UserRow(8) });
    assert!(!risk.is_restrained(security));
    let source = Code::parse("LIST-7").unwrap();
    let row = Restriction { security, whom: Whom::Own, bar: Bar::Sells, from: Day(10), to: Some(Day(12)), source };
    risk.apply(&Event::Restricted { restriction: 1, row });
    assert_eq!(ask(&risk, true, Side::Sell, 10), Err(Refusal::Restricted { restriction: 1 }));
    assert_eq!(ask(&risk, true, Side::Buy, 10), Ok(()), "buy only");
    assert_eq!(ask(&risk, false, Side::Sell, 10), Ok(()), "a list of the own account bars no client");
    assert_eq!(ask(&risk, true, Side::Sell, 9), Ok(()));
    assert_eq!(ask(&risk, true, Side::Sell, 13), Ok(()));
    risk.apply(&Event::RestrictionLifted { restriction: 1, security });
    assert!(!risk.is_restrained(security));
}
