//! The arithmetic of margins, on the guide's own cases.
#![allow(clippy::arithmetic_side_effects)]

use crate::{Deposit, Event, Form, Kept, Lapse, Margin, Mark, Peak, Position, Slabs, gross_open, worth};
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

const SLABS: Slabs = Slabs {
    rate: Rate(5), amount: Paise::rupees(100_000), part: Rate(Rate::WHOLE.0 / 10), higher: Rate(10), running: 3, in_month: 5,
    repeated: Rate(50),
};

#[test]
fn a_shortage_costs_by_its_size() {
    let once = Lapse { day: DAY, running: 1, in_month: 1 };
    let of = |short, wanted| SLABS.rate(Paise(short), Paise(wanted), &once).0;
    assert_eq!((of(999, 10_000), of(1_000, 10_000)), (5, 10), "from a tenth of the margin on");
    assert_eq!((of(9_999_999, 1_000_000_000), of(10_000_000, 1_000_000_000)), (5, 10), "from a lakh on");
}

#[test]
fn who_is_short_again_and_again_pays_most() {
    let of = |running, in_month| SLABS.rate(Paise(1), Paise(100), &Lapse { day: DAY, running, in_month }).0;
    assert_eq!((of(3, 5), of(4, 4), of(1, 6)), (5, 50, 50), "beyond the third day on end, and the fifth of the month");
    let friday = Day::parse("2026-07-31").unwrap();
    let (first, monday) = (Lapse::after(None, friday, friday.plus(-1)), friday.plus(3));
    assert_eq!((first.running, first.in_month), (1, 1));
    let second = Lapse::after(Some(first), monday, friday);
    assert_eq!((second.running, second.in_month), (2, 1), "on end over the week's end, and a new month");
    let later = Lapse::after(Some(second), monday.plus(2), monday.plus(1));
    assert_eq!((later.running, later.in_month), (1, 2), "a day between them without a shortage");
}

#[test]
fn the_look_that_asked_for_most_counts_and_the_larger_shortage() {
    let mut margin = Margin::new();
    let client = ClientRow(7);
    let look = |nth, wanted, short| Event::Looked {
        day: DAY, client, nth, asked: Paise(wanted), wanted: Paise(wanted), funds: Paise::ZERO, deposits: Paise::ZERO,
        securities: Paise::ZERO, short: Paise(short),
    };
    for event in [look(1, 100, 90), look(2, 500, 20), look(3, 500, 30), look(4, 200, 80)] {
        margin.apply(&event);
    }
    let of = |margin: &Margin| *margin.peaks_from(DAY, client).next().unwrap().1;
    let peak = Peak { nth: 2, wanted: Paise(500), short: Paise(20), evening_wanted: Paise::ZERO, evening_short: Paise::ZERO };
    assert_eq!(of(&margin), peak);
    assert_eq!(peak.shortage(), (Paise(20), Paise(500)));
    let evening = Peak { evening_wanted: Paise(60), evening_short: Paise(21), ..peak };
    assert_eq!(evening.shortage(), (Paise(21), Paise(60)));
    margin.apply(&Event::Looked {
        day: DAY.next(), client: ClientRow(8), nth: 1, asked: Paise(1), wanted: Paise(1), funds: Paise::ZERO,
        deposits: Paise::ZERO, securities: Paise::ZERO, short: Paise(1),
    });
    assert_eq!(margin.peaks_from(DAY.next(), ClientRow(0)).count(), 1, "a new day knows nothing of the old");
    assert_eq!(margin.peaks_from(DAY, ClientRow(0)).count(), 0);
}
