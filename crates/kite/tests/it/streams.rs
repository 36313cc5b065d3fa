//! Ticks and order updates over a socket.

use crate::wire::{Desk, FAST, KEY};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn connect(desk: &Desk, token: &str) -> Result<Socket, u16> {
    let address = format!("ws://{}/?api_key={KEY}&access_token={token}", desk.address);
    match connect_async(address).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(back)) => Err(back.status().as_u16()),
        Err(e) => panic!("{e}"),
    }
}

/// The next that is wanted of what comes.
async fn next<T>(socket: &mut Socket, what: &str, wanted: impl Fn(&Message) -> Option<T>) -> T {
    let found = timeout(Duration::from_secs(10), async {
        loop {
            let message = socket.next().await.expect("it is open").expect("it is sound");
            if let Some(found) = wanted(&message) {
                return found;
            }
        }
    });
    found.await.unwrap_or_else(|_| panic!("never: {what}"))
}

/// Packets of a frame, by the lengths before each.
fn packets(message: &Message) -> Option<Vec<Vec<u8>>> {
    let Message::Binary(bytes) = message else { return None };
    if bytes.len() < 4 {
        return None;
    }
    let word = |at: usize| usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]));
    let (mut at, mut all) = (2, Vec::new());
    for _ in 0..word(0) {
        let length = word(at);
        all.push(bytes[at + 2..at + 2 + length].to_vec());
        at += 2 + length;
    }
    assert_eq!(at, bytes.len(), "nothing is left over");
    Some(all)
}

fn said(message: &Message, kind: &str) -> Option<Value> {
    let Message::Text(text) = message else { return None };
    let body: Value = serde_json::from_str(text).expect("JSON");
    (body["type"] == kind).then(|| body["data"].clone())
}

#[tokio::test]
async fn who_subscribes_is_shown_what_he_wants_and_nothing_else() {
    let desk = Desk::open(FAST, "").await;
    let mut socket = connect(&desk, &desk.token).await.expect("it lets in");
    let first = (1u32 << 8) | 1;
    socket.send(Message::text(format!(r#"{{"a":"subscribe","v":[{first}]}}"#))).await.expect("it takes it");
    let at_once = next(&mut socket, "what stands now", packets).await;
    assert_eq!((at_once.len(), at_once[0].len()), (1, 44), "a quote, as nobody said otherwise");
    assert_eq!(at_once[0][..4], first.to_be_bytes());
    socket.send(Message::text(format!(r#"{{"a":"mode","v":["full",[{first}]]}}"#))).await.expect("it takes it");
    assert_eq!(next(&mut socket, "all of it", packets).await[0].len(), 184);
    for _ in 0..2 {
        let shown = next(&mut socket, "a tick", packets).await;
        assert_eq!((shown.len(), shown[0].len()), (1, 184), "the other securities were not asked for");
        assert_eq!(shown[0][..4], first.to_be_bytes());
    }
    socket.send(Message::text(format!(r#"{{"a":"unsubscribe","v":[{first}]}}"#))).await.expect("it takes it");
    socket.send(Message::text("nonsense")).await.expect("it takes it");
    next(&mut socket, "a word against it", |it| said(it, "error")).await;
    for _ in 0..2 {
        let beat = next(&mut socket, "a heartbeat", |it| match it {
            Message::Binary(bytes) => Some(bytes.len()),
            _ => None,
        });
        assert_eq!(beat.await, 1, "no tick, but the byte that says the line is open");
    }
    desk.close().await;
}

#[tokio::test]
async fn nobody_hears_of_anothers_orders() {
    let desk = Desk::open(FAST, "").await;
    let other = desk.sign_in("U000002").await;
    let (mut his, mut theirs) = (connect(&desk, &desk.token).await.expect("it lets in"), connect(&desk, &other).await.expect("it lets in"));
    let form = |symbol: &str, price: &str| {
        format!("exchange=NSE&tradingsymbol={symbol}&transaction_type=BUY&quantity=1&product=CNC&order_type=LIMIT&price={price}")
    };
    let (symbol, low) = crate::quiet_price(&desk).await;
    let mine = desk.post("/orders/regular", &form(&symbol, &low)).await.data()["order_id"].clone();
    let update = next(&mut his, "his order", |it| said(it, "order")).await;
    assert_eq!((&update["order_id"], &update["checksum"]), (&mine, &Value::from("")));
    let another = desk.send("POST", "/orders/regular", &other, &form(&symbol, &low)).await.data()["order_id"].clone();
    let first = next(&mut theirs, "their order", |it| said(it, "order")).await;
    assert_eq!(first["order_id"], another, "what came before was not theirs");
    desk.close().await;
}

#[tokio::test]
async fn a_goodbye_is_answered() {
    let desk = Desk::open(FAST, "").await;
    let mut socket = connect(&desk, &desk.token).await.expect("it lets in");
    socket.send(Message::Close(None)).await.expect("it takes it");
    next(&mut socket, "a goodbye", |it| matches!(it, Message::Close(_)).then_some(())).await;
    desk.close().await;
}

#[tokio::test]
async fn a_key_has_few_streams_and_a_stranger_none() {
    let desk = Desk::open(FAST, "").await;
    assert_eq!(connect(&desk, "wrong").await.err(), Some(403));
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(connect(&desk, &desk.token).await.expect("it lets in"));
    }
    assert_eq!(connect(&desk, &desk.token).await.err(), Some(429));
    drop(open.pop());
    for _ in 0..100 {
        if let Ok(again) = connect(&desk, &desk.token).await {
            open.push(again);
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(open.len(), 3, "one that went made room");
    desk.close().await;
}

#[tokio::test]
async fn tokens_end_with_the_night() {
    let desk = Desk::open(FAST, "").await;
    desk.get("/orders").await.data();
    let tomorrow = desk.house.counter().look(|room| room.now.day().next().at(vocab::TimeOfDay::hms(6, 0, 1))).await.expect("it is open");
    desk.house.counter().move_clock(tomorrow).await.expect("it is open");
    assert_eq!(desk.get("/orders").await.wrong().1, "TokenException");
    let fresh = desk.sign_in(crate::wire::USER).await;
    desk.send("GET", "/orders", &fresh, "").await.data();
    desk.close().await;
}
