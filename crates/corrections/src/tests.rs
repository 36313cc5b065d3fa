use crate::*;
use vocab::*;

const VENUE: Venue = Venue::Nse;
const DAY: Day = Day(20_635);

fn month() -> Month {
    Month::of(DAY)
}

fn asked(c: &mut Corrections, trade: u64, from: u32, to: u32, reason: ModificationReason) -> ModificationNo {
    let no = c.next_no();
    let (trade, side) = (TradeNo(trade), Side::Buy);
    let (from, to) = (ClientRow(from), ClientRow(to));
    let (by, sanctioned, dealer) = (UserRow(1), UserRow(2), UserRow(3));
    let event = Event::Asked { no, trade, side, from, to, reason, evidence: 9, by, sanctioned, dealer };
    c.apply(&event, DAY.at(TimeOfDay::hms(10, 0, 0)));
    no
}

fn accepted(c: &mut Corrections, no: ModificationNo, qty: i64, rupees: i64) {
    let (security, value) = (SecurityRow(5), Paise::rupees(rupees));
    let event = Event::Accepted { no, venue: VENUE, day: DAY, security, qty: Qty(qty), value, institutional: false };
    c.apply(&event, Moment(0));
}

fn turnover(c: &mut Corrections, rupees: i64) {
    c.apply(&Event::TurnoverCounted { venue: VENUE, day: DAY, value: Paise::rupees(rupees) }, Moment(0));
}

fn slabs() -> Slabs {
    let rate = |text| Rate::parse(text).unwrap();
    Slabs { low: rate("0.01"), high: rate("0.02"), bound: rate("0.05") }
}

// covers: S-38.3.1-1, S-38.3.1-2
#[test]
fn the_slab_is_found_by_all_that_was_modified_and_waived_value_costs_nothing() {
    let mut c = Corrections::new();
    let no = asked(&mut c, 7, 1, 2, ModificationReason::Alike);
    accepted(&mut c, no, 10, 50_000);
    turnover(&mut c, 1_000_000);
    let at_bound = c.tally(VENUE, month());
    assert_eq!(at_bound.penalty(&slabs()), Paise::rupees(500), "five percent is not beyond five");
    let more = asked(&mut c, 8, 1, 3, ModificationReason::Alike);
    accepted(&mut c, more, 1, 1);
    assert_eq!(c.tally(VENUE, month()).penalty(&slabs()), Paise(1_000_02), "two percent of all of it");
    c.apply(&Event::WaiverDrafted { no, evidence: 1 }, Moment(0));
    c.apply(&Event::WaiverSubmitted { no }, Moment(0));
    c.apply(&Event::WaiverDecided { no, granted: true }, Moment(0));
    assert_eq!(c.tally(VENUE, month()).penalty(&slabs()), Paise(2), "the slab stays, the base does not");
}

// covers: S-38.4-1, S-38.4-2
#[test]
fn a_shift_counts_until_it_is_closed_in_the_market_oldest_first() {
    let mut c = Corrections::new();
    let (error, security) = (ClientRow(9), SecurityRow(5));
    let one = asked(&mut c, 7, 1, 9, ModificationReason::Error);
    accepted(&mut c, one, 3, 100);
    let two = asked(&mut c, 8, 1, 9, ModificationReason::Error);
    accepted(&mut c, two, 10, 1_000);
    assert_eq!(c.to_close(error, security, Side::Sell), Qty(13));
    assert_eq!(c.to_close(error, security, Side::Buy), Qty::ZERO);
    c.apply(&Event::Liquidated { no: one, trade: TradeNo(20), qty: Qty(1), value: Paise::rupees(30) }, Moment(0));
    assert_eq!(c.tally(VENUE, month()).a(), Paise(1_066_67), "a third of the first is gone, cut to the paisa");
    c.apply(&Event::Liquidated { no: one, trade: TradeNo(20), qty: Qty(2), value: Paise::rupees(60) }, Moment(0));
    assert_eq!(c.tally(VENUE, month()).a(), Paise::rupees(1_000), "nothing of the first is left over");
    assert_eq!(c.get(one).unwrap().result(), Paise::rupees(-10));
    assert_eq!(c.shifts(error, security).map(|(no, _)| no).collect::<alloc::vec::Vec<_>>(), [two]);
}

#[test]
#[should_panic(expected = "no more is liquidated")]
fn no_more_is_closed_than_was_shifted() {
    let mut c = Corrections::new();
    let no = asked(&mut c, 7, 1, 9, ModificationReason::Error);
    accepted(&mut c, no, 3, 100);
    c.apply(&Event::Liquidated { no, trade: TradeNo(20), qty: Qty(4), value: Paise(1) }, Moment(0));
}

// covers: S-38.6.2-1
#[test]
fn a_waiver_takes_the_quarter_of_both_codes_in_either_direction_and_a_denied_one_of_none() {
    let mut c = Corrections::new();
    let one = asked(&mut c, 7, 1, 2, ModificationReason::Alike);
    let back = asked(&mut c, 8, 2, 1, ModificationReason::Alike);
    let other = asked(&mut c, 9, 3, 4, ModificationReason::Alike);
    for no in [one, back, other] {
        accepted(&mut c, no, 1, 1);
    }
    c.apply(&Event::WaiverDrafted { no: one, evidence: 1 }, Moment(0));
    assert_eq!(c.waivers_of_quarter(back), [one]);
    assert_eq!(c.waivers_of_quarter(other), []);
    c.apply(&Event::WaiverDecided { no: one, granted: false }, Moment(0));
    assert_eq!(c.waivers_of_quarter(back), []);
}

#[test]
fn months_know_their_days_and_quarters() {
    let december = Month::of(Day::from_civil(2026, 12, 5).unwrap());
    assert_eq!(december.first_day(), Day::from_civil(2026, 12, 1).unwrap());
    assert_eq!(december.last_day(), Day::from_civil(2026, 12, 31).unwrap());
    let quarter = |year, month| Month::of(Day::from_civil(year, month, 1).unwrap()).quarter();
    assert_eq!(quarter(2026, 10), quarter(2026, 12));
    assert_ne!(quarter(2026, 12), quarter(2027, 1));
}

// covers: S-38.5-2
#[test]
fn the_policy_in_force_is_the_latest_that_has_begun() {
    let mut c = Corrections::new();
    let approved = |version, from| Event::PolicyApproved { version, from: Day(from), document: 1, by: UserRow(0) };
    c.apply(&approved(1, 100), Moment(0));
    c.apply(&approved(2, 200), Moment(0));
    assert_eq!(c.policy(Day(99)), None);
    assert_eq!(c.policy(Day(199)).map(|p| p.version), Some(1));
    assert_eq!(c.policy(Day(200)).map(|p| p.version), Some(2));
}
