//! The arithmetic of margins, on the guide's own cases.
#![allow(clippy::arithmetic_side_effects)]

use crate::{Deposit, Event, Form, Kept, Margin, Mark, Position, gross_open, worth};
use vocab::{ClientRow, Day, DepositNo, Paise, Price, Qty, Rate, SecurityRow, Side};

const DAY: Day = Day(20_000);

fn rupees(n: i64) -> Price {
    Price::from_paise(n * 100)
}

fn percent(n: i64) -> Rate {
    Rate(Rate::WHOLE.0 / 100 * n)
}

fn position(net: i64, bought: i64, sold: i64, price: i64) -> Position {
    Position { net: Qty(net), bought: Paise::rupees(bought), sold: Paise::rupees(sold), price: rupees(price) }
}

// covers: G-5.4-2, G-5.4-3, G-5.5-2
#[test]
fn clients_never_stand_against_each_other() {
    assert_eq!(gross_open([Qty(1_000), Qty(-1_000)]), Qty(2_000), "the guide's own case");
    let (a, b) = (position(1_000, 100_000, 0, 100), position(-1_000, 0, 100_000, 100));
    assert_eq!(a.asks(percent(10)) + b.asks(percent(10)), Paise::rupees(20_000));
}

// covers: G-5.6-1, G-5.6-3, G-5.7-3, G-5.7-5
#[test]
fn a_clients_securities_net_and_only_his_net_loss_is_asked_for() {
    let (up, down) = (position(10, 1_000, 0, 110), position(10, 1_000, 0, 85));
    assert_eq!((up.gain(), down.gain()), (Paise::rupees(100), Paise::rupees(-150)));
    let mut his = Mark::NOTHING;
    his.position(&up);
    his.position(&down);
    assert_eq!(his.loss(), Paise::rupees(50), "within the day gains stand against losses");
    let mut other = Mark::NOTHING;
    other.position(&up);
    assert_eq!(other.loss(), Paise::ZERO, "a gain asks for nothing and helps nobody else");
    let squared = position(0, 1_000, 940, 500);
    assert_eq!(squared.gain(), Paise::rupees(-60), "with nothing open the loss is buys less sales, whatever the close");
}

// covers: G-5.7-6
#[test]
fn a_trade_to_trade_share_is_marked_trade_by_trade() {
    let mut mark = Mark::NOTHING;
    mark.trade(Side::Buy, Qty(10), rupees(100), rupees(90));
    mark.trade(Side::Sell, Qty(10), rupees(95), rupees(90));
    assert_eq!(mark.loss(), Paise::rupees(100), "the sale's gain of 50 does not stand against the buy's loss");
    mark.position(&position(10, 1_000, 0, 200));
    assert_eq!(mark.loss(), Paise::rupees(100), "nor does a gain elsewhere");
}

fn deposited(no: u32, client: u32, form: Form) -> Event {
    let (security, qty) = if form == Form::Securities { (Some(SecurityRow(3)), Qty(40)) } else { (None, Qty::ZERO) };
    Event::Deposited {
        no: DepositNo(no), client: ClientRow(client), form, security, qty, amount: Paise::rupees(500),
        funded: Paise::rupees(200), good_until: Some(DAY), paper: 9, day: DAY,
    }
}

// covers: G-5.10-2, S-26.1.1-1
#[test]
fn a_deposit_counts_for_its_owner_alone() {
    let mut margin = Margin::new();
    for (no, client, form) in [(1, 7, Form::DepositReceipt), (2, 7, Form::Securities), (3, 8, Form::Guarantee)] {
        margin.apply(&deposited(no, client, form));
        let (price, haircut) = (Price::ZERO, Rate::ZERO);
        margin.apply(&Event::Valued { no: DepositNo(no), price, haircut, value: Paise::rupees(i64::from(no) * 100) });
    }
    let kept = Kept { cash_like: Paise::rupees(100), securities: Paise::rupees(200) };
    assert_eq!(margin.kept(ClientRow(7)), kept);
    assert_eq!(margin.kept(ClientRow(8)).sum(), Paise::rupees(300));
    assert_eq!(margin.kept(ClientRow(9)), Kept::NOTHING);
    assert_eq!(margin.pledged(ClientRow(7), SecurityRow(3)), Qty(40));
}

#[test]
fn what_expired_or_leaves_is_worth_nothing() {
    let mut margin = Margin::new();
    margin.apply(&deposited(1, 7, Form::Guarantee));
    let guarantee = *margin.deposit(DepositNo(1)).unwrap();
    assert_eq!(guarantee.gross(None, DAY), Paise::rupees(500));
    assert_eq!(guarantee.gross(None, DAY.next()), Paise::ZERO, "good until its day and no longer");
    assert_eq!(guarantee.unfunded(), Paise::rupees(300));
    assert_eq!(Deposit { leaving: true, ..guarantee }.gross(None, DAY), Paise::ZERO);
    let shares = Deposit { form: Form::Securities, qty: Qty(40), ..guarantee };
    assert_eq!(shares.gross(Some(rupees(10)), DAY), Paise::rupees(400));
    assert_eq!(shares.gross(None, DAY), Paise::ZERO, "no price, no worth");
    assert_eq!(worth(Paise(1_001), percent(15)), Paise(850), "the haircut rounds against the depositor");
    assert_eq!(worth(Paise(1_001), percent(101)), Paise::ZERO);
}
