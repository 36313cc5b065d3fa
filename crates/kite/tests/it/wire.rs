//! A broker that is open, its API at a port of the loopback, and the plainest client there is.

use crate::house::House;
use kite::doors::{App, Doors, checksum};
use kite::pace::Rates;
use kite::{Kite, serve};
use live::{Hours, Pace};
use serde_json::Value;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

pub const KEY: &str = "testkey";
pub const SECRET: &str = "testsecret";
pub const USER: &str = "U000001";

/// Nothing is too fast for tests that are not about it.
pub const FAST: Rates = Rates {
    orders_a_second: 1_000, orders_a_minute: 10_000, orders_a_day: 100_000, quotes_a_second: 1_000, candles_a_second: 1_000,
    others_a_second: 1_000,
};

pub struct Desk {
    pub house: House,
    pub kite: Kite,
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    served: tokio::task::JoinHandle<()>,
    pub token: String,
}

/// What came back.
#[derive(Debug)]
pub struct Back {
    pub status: u16,
    pub kind: String,
    pub head: String,
    pub text: String,
}

impl Back {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    /// What a good answer carries.
    pub fn data(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()["data"].clone()
    }

    pub fn wrong(&self) -> (u16, String, String) {
        let body = self.json();
        assert_eq!(body["status"], "error", "{}", self.text);
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (self.status, text("error_type"), text("message"))
    }
}

impl Desk {
    pub async fn open(rates: Rates, postback: &str) -> Desk {
        Desk::of(House::open(Pace(1), Hours::Whole).await, rates, postback).await
    }

    pub async fn of(house: House, rates: Rates, postback: &str) -> Desk {
        let doors = Doors::default();
        let app = App { id: 7, key: KEY.into(), secret: SECRET.into(), redirect: "http://127.0.0.1/".into(), postback: postback.into() };
        doors.enroll(app);
        doors.admit(USER, "password", "123456");
        doors.admit("U000002", "password", "123456");
        let kite = Kite::with_rates(house.counter().clone(), doors, rates);
        kite.start().expect("it is open");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let served = serve(listener, kite.clone(), async move { drop(stopped.await) });
        let served = tokio::spawn(async move { served.await.expect("it is served") });
        let mut desk = Desk { house, kite, address, stop: Some(stop), served, token: String::new() };
        desk.token = desk.sign_in(USER).await;
        desk
    }

    pub async fn request_token(&self, user: &str) -> String {
        let form = format!("api_key={KEY}&user_id={user}&password=password&totp=123456");
        let back = self.send("POST", "/connect/login", "", &form).await;
        back.json()["request_token"].as_str().expect("a token").to_owned()
    }

    pub async fn sign_in(&self, user: &str) -> String {
        let request = self.request_token(user).await;
        let sum = checksum([KEY, &request, SECRET]);
        let back = self.send("POST", "/session/token", "", &format!("api_key={KEY}&request_token={request}&checksum={sum}")).await;
        back.data()["access_token"].as_str().expect("a token").to_owned()
    }

    pub async fn send(&self, method: &str, path: &str, token: &str, body: &str) -> Back {
        let mut stream = TcpStream::connect(self.address).await.expect("it listens");
        let authorization = if token.is_empty() { String::new() } else { format!("authorization: token {KEY}:{token}\r\n") };
        let kind = if body.starts_with('[') { "application/json" } else { "application/x-www-form-urlencoded" };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n{authorization}content-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.expect("it takes the request");
        let mut all = Vec::new();
        stream.read_to_end(&mut all).await.expect("it answers");
        let all = String::from_utf8(all).expect("text");
        let (head, text) = all.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|n| n.parse().ok()).expect("a status");
        let kind = head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap_or_default().to_owned();
        Back { status, kind, head: head.to_owned(), text: text.to_owned() }
    }

    pub async fn get(&self, path: &str) -> Back {
        self.send("GET", path, &self.token, "").await
    }

    pub async fn post(&self, path: &str, body: &str) -> Back {
        self.send("POST", path, &self.token, body).await
    }

    /// Ask again until the answer is so.
    pub async fn until(&self, path: &str, what: &str, so: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..500 {
            let data = self.get(path).await.data();
            if so(&data) {
                return data;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("never: {what}");
    }

    pub async fn close(mut self) {
        drop(self.stop.take());
        self.served.await.expect("it is served to its end");
        self.house.close();
    }
}
