//! A broker that is open: what is asked at its counter, by the wall's clock, on real files.

mod house;

use firm::Command;
use house::{House, client_of, user_of};
use live::{Fact, Hours, Pace, Shut};
use orders::Stage;
use std::time::Duration;
use vocab::{
    Channel, ClientRow, Evidence, OrderKind, OrderNo, Paise, Price, Product, Qty, SecurityRow, Side, TimeOfDay, UserRow, Validity, Venue,
};

/// A limit order of a member of the cast, some way below the market, that waits there.
fn order(firm: &firm::Firm, client: ClientRow, qty: i64, key: u64) -> firm::Place {
    let security = SecurityRow(0);
    let day = firm.day().expect("a day has begun");
    let terms = firm.market.terms(Venue::Nse, security, day).expect("it trades");
    firm::Place {
        client,
        security,
        venue: Venue::Nse,
        side: Side::Buy,
        kind: OrderKind::Limit,
        validity: Validity::Day,
        channel: Channel::Web,
        product: Product::Delivery,
        price: Price(terms.low.0 + 10 * terms.tick.0),
        trigger: Price::ZERO,
        qty: Qty(qty),
        disclosed: Qty::ZERO,
        seen: Price::ZERO,
        key,
        source: [1; 16],
        terminal: 0,
        evidence: Some((Evidence::InternetLog, key)),
    }
}

/// Look until something is so; a broker that never gets there fails the test by its name.
async fn until<T: Send + 'static>(house: &House, what: &str, seen: impl Fn(&live::Room<'_>) -> Option<T> + Send + Copy + 'static) -> T {
    for _ in 0..500 {
        if let Some(it) = house.counter().look(seen).await.expect("it is open") {
            return it;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}

#[tokio::test]
async fn an_order_is_answered_reaches_the_exchange_and_has_its_story() {
    let house = House::open(Pace(1), Hours::Whole).await;
    let counter = house.counter();
    let mut news = counter.news().expect("it is open");
    let place = counter.look(|room| order(room.firm, client_of(0), 1, 7)).await.expect("it is open");
    let answered = counter.ask(user_of(0), Command::Place(place)).await.expect("it is open");
    assert_eq!(answered.refused, None);
    let heard = loop {
        let heard = news.recv().await.expect("it is open");
        if heard.entry >= answered.entry {
            break heard;
        }
    };
    assert_eq!((heard.entry, &heard.events), (answered.entry, &answered.events), "what was answered is told to all, in order");
    let no = until(&house, "the exchange has it", |room| {
        let no = room.firm.orders.by_key(user_of(0), 7)?;
        matches!(room.firm.orders.get(no)?.stage, Stage::Open { .. }).then_some(no)
    });
    let no = no.await;
    let leaf = counter.look(move |room| room.book.order(no).cloned()).await.expect("it is open").expect("it is of the day");
    assert!(matches!(leaf.told[0].fact, Fact::Received) && matches!(leaf.told[1].fact, Fact::Opened { .. }), "{:?}", leaf.told);
    assert_eq!((leaf.source, leaf.placed.qty, leaf.last().filled), ([1; 16], Qty(1), Qty::ZERO));
    counter.ask(user_of(0), Command::Cancel { order: no, client: client_of(0) }).await.expect("it is open");
    until(&house, "it is cancelled", |room| room.book.orders().any(|(_, leaf)| leaf.placed.key == 7 && leaf.is_closed()).then_some(())).await;
    house.close();
}

#[tokio::test]
async fn a_refusal_is_an_answer_and_stands_in_the_book() {
    let house = House::open(Pace(1), Hours::Whole).await;
    let counter = house.counter();
    let place = counter.look(|room| order(room.firm, client_of(0), 90_000_000, 8)).await.expect("it is open");
    let answered = counter.ask(user_of(0), Command::Place(place)).await.expect("it is open");
    let refusal = answered.refused.expect("nobody has so much");
    let entry = answered.entry;
    let turned = counter.look(move |room| room.book.turned_at(entry).copied()).await.expect("it is open").expect("it is of the day");
    assert_eq!((turned.refusal, turned.placed.user, turned.placed.qty), (refusal, user_of(0), Qty(90_000_000)));
    let strange = counter.ask(UserRow(9_999), Command::Cancel { order: OrderNo(1), client: client_of(0) }).await.expect("it is open");
    assert!(strange.refused.is_some(), "whom the firm does not know it refuses");
    house.close();
}

#[tokio::test]
async fn a_read_and_what_follows_from_it_are_one_visit() {
    let house = House::open(Pace(1), Hours::Whole).await;
    let placed = house.counter().act(|room| Ok::<_, ()>((user_of(0), Command::Place(order(room.firm, client_of(0), 1, 11)))));
    let answered = placed.await.expect("it is open").expect("nothing was found against it");
    assert_eq!(answered.refused, None);
    let before = house.counter().look(|room| room.book.orders().count()).await.expect("it is open");
    let turned = house.counter().act(|_| Err::<(UserRow, Command), _>("not today")).await.expect("it is open");
    assert_eq!(turned.map(|_| ()), Err("not today"));
    assert_eq!(house.counter().look(|room| room.book.orders().count()).await, Ok(before), "nothing was asked");
    house.close();
}

#[tokio::test]
async fn a_read_that_panics_is_nobody_elses_matter() {
    let house = House::open(Pace(1), Hours::Whole).await;
    let none: Result<(), Shut> = house.counter().look(|_| panic!("a bug of an edge")).await;
    assert_eq!(none, Err(Shut::Closed), "there is no answer");
    assert!(house.counter().look(|room| room.now).await.is_ok(), "and the broker goes on");
    house.close();
}

#[tokio::test]
async fn closed_and_opened_again_it_knows_the_day() {
    let mut house = House::open(Pace(1), Hours::Whole).await;
    let place = house.counter().look(|room| order(room.firm, client_of(1), 2, 9)).await.expect("it is open");
    let answered = house.counter().ask(user_of(1), Command::Place(place)).await.expect("it is open");
    assert_eq!(answered.refused, None);
    let leaf = until(&house, "the exchange has it", |room| {
        let leaf = room.book.orders().find(|(_, leaf)| leaf.placed.key == 9).map(|(_, leaf)| leaf.clone())?;
        leaf.venue_order.map(|_| leaf)
    });
    let leaf = leaf.await;
    house.reopen().await;
    let again = house.counter().look(|room| {
        room.book.orders().find(|(_, leaf)| leaf.placed.key == 9).map(|(_, leaf)| leaf.clone())
    });
    assert_eq!(again.await.expect("it is open"), Some(leaf));
    house.close();
}

#[tokio::test]
async fn money_brought_while_it_runs_comes_to_its_client() {
    let house = House::open(Pace(1), Hours::Whole).await;
    let before = house.counter().look(|room| room.firm.books.client(client_of(2)).balance).await.expect("it is open");
    let told = house.counter().tell(house.pay_in(2, Paise::rupees(5_000))).await.expect("it is open");
    assert_eq!(told, Ok(()));
    let now = house.counter().look(|room| room.now).await.expect("it is open");
    house.counter().move_clock(now.plus_seconds(3_600)).await.expect("it is open");
    let after = house.counter().look(|room| room.firm.books.client(client_of(2)).balance).await.expect("it is open");
    assert_eq!(after - before, Paise::rupees(5_000));
    house.close();
}

#[tokio::test]
async fn the_clock_can_be_moved_and_the_night_is_short() {
    let hours = Hours::Skip { from: TimeOfDay::hms(16, 15, 0), to: TimeOfDay::hms(9, 20, 0) };
    let house = House::open(Pace(1), hours).await;
    let day = house.counter().look(|room| room.firm.day()).await.expect("it is open").expect("a day");
    let at = house.counter().move_clock(day + TimeOfDay::hms(16, 20, 0)).await.expect("it is open");
    assert!(at >= day + TimeOfDay::hms(16, 20, 0));
    let next = until(&house, "the next day has begun and trades", |room| {
        let (day, now) = (room.firm.day()?, room.now);
        (room.firm.ended().is_some_and(|ended| ended < day) && now >= day + TimeOfDay::hms(9, 20, 0)).then_some(day)
    });
    assert!(next.await > day, "its evening and its night have happened on the way");
    house.close();
}
