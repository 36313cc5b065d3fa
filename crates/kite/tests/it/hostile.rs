//! What nobody well-meaning sends, and where an order of a program comes from.

use crate::wire::{Desk, FAST, KEY, PASSWORD};
use firm::Event;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use vocab::Evidence;

const ROUTES: [(&str, &str); 23] = [
    ("GET", "/"),
    ("POST", "/session/token"),
    ("POST", "/connect/login"),
    ("GET", "/orders"),
    ("POST", "/orders/regular"),
    ("POST", "/orders/amo"),
    ("PUT", "/orders/regular/260701100000001"),
    ("DELETE", "/orders/regular/260701300000001"),
    ("GET", "/orders/260701200000001"),
    ("GET", "/orders/999999999999999999999999/trades"),
    ("PUT", "/portfolio/positions"),
    ("POST", "/margins/orders"),
    ("POST", "/margins/basket"),
    ("POST", "/charges/orders"),
    ("POST", "/gtt/triggers"),
    ("PUT", "/gtt/triggers/1"),
    ("DELETE", "/gtt/triggers/4294967296"),
    ("POST", "/alerts"),
    ("DELETE", "/alerts"),
    ("GET", "/instruments/historical/257/minute"),
    ("GET", "/instruments/%00"),
    ("GET", "/quote"),
    ("GET", "/user/margins/%ff"),
];

const PIECES: [&str; 20] = [
    "exchange=NSE", "tradingsymbol=", "tradingsymbol=%F0%9F%92%A9", "quantity=9223372036854775807", "quantity=-1", "price=1e309", "price=NaN",
    "order_type=LIMIT", "transaction_type=BUY", "product=CNC", "i=NSE:%00", "condition={\"a\":", "orders=[[[[[[]]]]]]", "%%%", "&&&==&",
    "trigger_price=99999999999999999999", "[{\"quantity\":1e999}]", "[[],{},null,1]", "uuid=00000000-0000-4000-8000-ffffffffffff", "\u{0}\u{1}",
];

/// Drawn from a seed, the same on any machine.
fn next(seed: &mut u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*seed >> 33).expect("31 bits")
}

#[tokio::test]
async fn whatever_is_sent_is_answered_and_changes_nothing() {
    let desk = Desk::open(FAST, "").await;
    let before = desk.house.counter().look(|room| room.firm.orders.next_no()).await.expect("it is open");
    let mut seed = 7;
    for nth in 0..600 {
        let (method, path) = ROUTES[nth % ROUTES.len()];
        let pieces: Vec<&str> = (0..next(&mut seed) % 8).map(|_| PIECES[next(&mut seed) % PIECES.len()]).collect();
        let body = pieces.join(if nth % 3 == 0 { "," } else { "&" });
        let back = timeout(Duration::from_secs(5), desk.send(method, path, &desk.token, &body)).await.expect("an answer");
        assert!(back.kind.contains("json"), "{method} {path} {body:?}: {back:?}");
        assert!(back.json()["status"].is_string(), "{method} {path} {body:?}: {back:?}");
    }
    let after = desk.house.counter().look(|room| room.firm.orders.next_no()).await.expect("it is open");
    assert_eq!(before, after, "no order came of it");
    desk.close().await;
}

#[tokio::test]
async fn bytes_that_are_no_request_harm_nobody() {
    let desk = Desk::open(FAST, "").await;
    for bytes in [&b"\x00\x01\x02\r\n\r\n"[..], b"GET / HTTP/9.9\r\n\r\n", b"POST /orders/regular HTTP/1.1\r\ncontent-length: 99999999999\r\n\r\n"] {
        let mut stream = TcpStream::connect(desk.address).await.expect("it listens");
        stream.write_all(bytes).await.expect("it takes bytes");
        let mut back = [0u8; 64];
        let _ = timeout(Duration::from_millis(200), stream.read(&mut back)).await;
    }
    desk.get("/orders").await.data();
    desk.close().await;
}

/// An order of a program is on record with where it came from, by which session, and the number its algo is registered under.
// covers: S-24T3-5.5.7-4
#[tokio::test]
async fn an_algos_order_is_on_record_with_its_number_and_its_address() {
    let desk = Desk::open(FAST, "").await;
    let mut news = desk.house.counter().news().expect("it is open");
    let (symbol, low) = crate::quiet_price(&desk).await;
    let form = format!("exchange=NSE&tradingsymbol={symbol}&transaction_type=BUY&quantity=1&product=CNC&order_type=LIMIT&price={low}&algo_id=4242");
    desk.post("/orders/regular", &form).await.data();
    let evidence = loop {
        let heard = timeout(Duration::from_secs(5), news.recv()).await.expect("news").expect("it is open");
        let found = heard.events.iter().find_map(|event| match event {
            Event::Order(orders::Event::Evidenced { source, kind, reference, .. }) => Some((*source, *kind, *reference)),
            _ => None,
        });
        if let Some(found) = found {
            break found;
        }
    };
    let home = std::net::Ipv4Addr::LOCALHOST.to_ipv6_mapped().octets();
    assert_eq!((evidence.0, evidence.1, evidence.2 & 0xFFFF_FFFF), (home, Evidence::InternetLog, 4_242));
    assert_ne!(evidence.2 >> 32, 0, "the session stands above it");
    desk.close().await;
}

/// Nothing that tells a secret is answered to who does not know it.
#[tokio::test]
async fn answers_to_strangers_are_all_alike() {
    let desk = Desk::open(FAST, "").await;
    let mut said = BTreeSet::new();
    let code = desk.code("U000002");
    for (user, password, totp) in [("U000002", "guess", code.as_str()), ("U000002", PASSWORD, "x"), ("NOBODY", PASSWORD, &code)] {
        let form = format!("api_key={KEY}&user_id={user}&password={password}&totp={totp}");
        said.insert(desk.send("POST", "/connect/login", "", &form).await.text);
    }
    assert_eq!(said.len(), 1, "{said:?}");
    desk.close().await;
}
