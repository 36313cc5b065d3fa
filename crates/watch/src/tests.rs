use crate::{Condition, End, Event, Kept, Leg, Legs, MOST_LISTS, Measure, Operator, Refusal, Stage, Than, Watch};
use vocab::{
    AlertNo, ClientRow, Day, Label, ListNo, Moment, OrderNo, Price, Product, Qty, SecurityRow, Side, TriggerNo, UserRow, Venue,
};

const OWNER: UserRow = UserRow(7);
const SEEN: Price = Price(800);

fn leg(at: i64) -> Leg {
    Leg { at: Price(at), side: Side::Sell, qty: Qty(1), price: Price(at), product: Product::Delivery }
}

fn keep(watch: &mut Watch, legs: &Legs) -> TriggerNo {
    let trigger = watch.next_trigger();
    let (client, venue, security, expires) = (ClientRow(1), Venue::Nse, SecurityRow(3), Day(100));
    let kept = Event::Kept { trigger, user: OWNER, client, venue, security, last: SEEN, expires };
    for event in core::iter::once(kept).chain(Watch::waits(trigger, legs)) {
        watch.apply(&event, Moment(1));
    }
    trigger
}

#[test]
fn a_price_reaches_a_leg_from_where_it_was_seen() {
    let mut watch = Watch::new();
    let below = keep(&mut watch, &Legs::One(leg(790)));
    let above = keep(&mut watch, &Legs::One(leg(810)));
    let both = keep(&mut watch, &Legs::Two(leg(790), leg(810)));
    let here = keep(&mut watch, &Legs::One(leg(800)));
    let reached = |no, price| watch.kept(no).and_then(|it| it.reached(Price(price))).map(|(nth, _)| nth);
    assert_eq!([791, 790, 1].map(|price| reached(below, price)), [None, Some(0), Some(0)]);
    assert_eq!([809, 810, 999].map(|price| reached(above, price)), [None, Some(0), Some(0)]);
    assert_eq!([790, 800, 810].map(|price| reached(both, price)), [Some(0), None, Some(1)]);
    assert_eq!([799, 800].map(|price| reached(here, price)), [None, Some(0)], "what is there already is reached at once");
}

#[test]
fn a_kept_order_goes_once_and_is_waited_on_no_more() {
    let mut watch = Watch::new();
    let (first, second) = (keep(&mut watch, &Legs::One(leg(790))), keep(&mut watch, &Legs::One(leg(780))));
    assert_eq!(watch.waiting(Venue::Nse, SecurityRow(3)).map(|(no, _)| no).collect::<alloc::vec::Vec<_>>(), [first, second]);
    assert_eq!(watch.waited_on().count(), 1);
    let (order, code, facts) = (OrderNo(4), 0, [0; 3]);
    watch.apply(&Event::Fired { trigger: first, nth: 0, price: Price(789), order, code, facts }, Moment(2));
    assert!(watch.kept(first).and_then(|it| it.reached(Price(1))).is_none());
    assert_eq!(watch.waits_of(first, OWNER), Err(Refusal::Over { trigger: first }));
    assert_eq!(watch.waits_of(first, UserRow(8)), Err(Refusal::UnknownTrigger { trigger: first }), "another is not told that it is there");
    assert_eq!(watch.expired(Day(101)).collect::<alloc::vec::Vec<_>>(), [second]);
    assert_eq!(watch.expired(Day(100)).count(), 0, "its last day is its own");
    watch.apply(&Event::Ended { trigger: second, why: End::Expired }, Moment(3));
    assert_eq!(watch.waited_on().count(), 0);
    assert!(matches!(watch.kept(second), Some(Kept { stage: Stage::Ended { why: End::Expired, .. }, .. })));
}

#[test]
#[should_panic(expected = "fires or ends once")]
fn what_has_ended_does_not_end_again() {
    let mut watch = Watch::new();
    let trigger = keep(&mut watch, &Legs::One(leg(790)));
    watch.apply(&Event::Ended { trigger, why: End::Dropped }, Moment(2));
    watch.apply(&Event::Ended { trigger, why: End::Dropped }, Moment(3));
}

#[test]
fn legs_that_cannot_be_waited_for_are_refused() {
    let two = |lower, upper| Legs::Two(leg(lower), leg(upper));
    assert_eq!(Watch::sound(SEEN, &two(790, 810)), Ok(()));
    for legs in [two(800, 810), two(790, 800), two(810, 790), Legs::One(leg(0)), Legs::One(Leg { qty: Qty(0), ..leg(790) })] {
        assert_eq!(Watch::sound(SEEN, &legs), Err(Refusal::BadLegs), "{legs:?}");
    }
    assert_eq!(Watch::sound(Price(0), &Legs::One(leg(790))), Err(Refusal::BadLegs), "nobody saw a price of nothing");
}

#[test]
fn operators_hold_at_their_edges() {
    let table = [
        (Operator::AtLeast, [false, true, true]),
        (Operator::AtMost, [true, true, false]),
        (Operator::Above, [false, false, true]),
        (Operator::Below, [true, false, false]),
        (Operator::Equal, [false, true, false]),
    ];
    for (operator, holds) in table {
        assert_eq!([9, 10, 11].map(|left| operator.holds(left, 10)), holds, "{operator:?}");
    }
}

#[test]
fn an_alert_set_anew_has_not_been_true() {
    let mut watch = Watch::new();
    let than = Than::Figure(10);
    let condition = Condition { venue: Venue::Nse, security: SecurityRow(1), measure: Measure::Volume, operator: Operator::Above, than };
    let set = |on| Event::AlertSet { alert: AlertNo(1), owner: OWNER, condition, on };
    watch.apply(&set(true), Moment(1));
    watch.apply(&Event::Crossed { alert: AlertNo(1), met: true, value: 11 }, Moment(2));
    assert_eq!(watch.alert(AlertNo(1)).map(|it| (it.met, it.told, it.last)), Some((true, 1, Some((Moment(2), 11)))));
    watch.apply(&Event::Crossed { alert: AlertNo(1), met: false, value: 9 }, Moment(3));
    assert_eq!(watch.alert(AlertNo(1)).map(|it| (it.met, it.told)), Some((false, 1)), "that it is not true any more is told to nobody");
    watch.apply(&set(false), Moment(4));
    assert_eq!(watch.alerts().count(), 0, "asleep it is looked at by nobody");
}

#[test]
fn a_user_has_so_many_lists_and_no_name_twice() {
    let mut watch = Watch::new();
    let name = |text: &str| Label::parse(text).expect("a label");
    for nth in 0..MOST_LISTS {
        let text = alloc::format!("list {nth}");
        assert_eq!(watch.nameable(OWNER, &name(&text), None), Ok(()));
        watch.apply(&Event::ListMade { list: watch.next_list(), owner: OWNER, name: name(&text) }, Moment(1));
    }
    assert_eq!(watch.nameable(OWNER, &name("one more"), None), Err(Refusal::TooMany { most: MOST_LISTS }));
    assert_eq!(watch.nameable(OWNER, &name("list 1"), Some(ListNo(1))), Err(Refusal::ThereAlready), "that is the second list's");
    assert_eq!(watch.nameable(OWNER, &name("list 0"), Some(ListNo(1))), Ok(()), "its own name is no other's");
    assert_eq!(watch.nameable(UserRow(8), &name("list 0"), None), Ok(()));
}
