//! A broker that is open, its API at a port of the loopback, and the plainest client there is.

use crate::house::{House, user_of};
use access::{Ask, Factor, Proof};
use door::{Cost, totp};
use firm::Command;
use kite::doors::{Doors, checksum};
use kite::pace::Rates;
use kite::{Kite, serve};
use live::{Counter, Hours, Pace};
use serde_json::Value;
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use vocab::{AppNo, Code, SecretRef, UserRow};

pub const KEY: &str = "testkey";
pub const SECRET: &str = "testsecret";
pub const USER: &str = "U000001";
pub const PASSWORD: &str = "Correct-Horse-7";

/// Nothing is too fast for tests that are not about it.
pub const FAST: Rates = Rates {
    orders_a_second: 1_000, orders_a_minute: 10_000, orders_a_day: 100_000, quotes_a_second: 1_000, candles_a_second: 1_000,
    others_a_second: 1_000,
};

/// What the rules of the sample's day say.
pub const OF_THE_DAY: Rates = Rates {
    orders_a_second: 10, orders_a_minute: 400, orders_a_day: 5_000, quotes_a_second: 1, candles_a_second: 3, others_a_second: 10,
};

pub struct Desk {
    pub house: House,
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    served: tokio::task::JoinHandle<()>,
    devices: Mutex<HashMap<&'static str, ([u8; 20], u64)>>,
    pub token: String,
}

async fn asked(counter: &Counter, by: UserRow, ask: Ask) {
    let answered = counter.ask(by, Command::Access(ask)).await.expect("it is open");
    assert_eq!(answered.refused, None);
}

async fn kept(counter: &Counter, secret: &[u8]) -> SecretRef {
    counter.keep_secret(0, secret).await.expect("it is open").expect("the vault takes it")
}

/// A user sets his own password in place of the first, and has a device; its seed.
async fn enrol(counter: &Counter, user: UserRow) -> [u8; 20] {
    let cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };
    let proof = Proof { factor: Factor::Password, right: true, step: 0 };
    for issued in [true, false] {
        let verifier = kept(counter, door::verifier(PASSWORD, cost).expect("a verifier").as_bytes()).await;
        match issued {
            true => asked(counter, UserRow(0), Ask::Issue { user, verifier }).await,
            false => asked(counter, user, Ask::ChangePassword { proof, verifier }).await,
        }
    }
    let seed = totp::secret().expect("chance");
    let secret = kept(counter, &seed).await;
    let first = Proof { factor: Factor::Totp, right: true, step: 1 };
    asked(counter, user, Ask::Enrol { proof, factor: Factor::Totp, secret, first }).await;
    seed
}

/// The program of the tests, used from this machine.
async fn register(counter: &Counter, owner: UserRow, postback: &str) {
    let secret = kept(counter, SECRET.as_bytes()).await;
    let code = Code::parse(KEY).expect("a key");
    let ask = Ask::RegisterApp { code, secret, redirect: "http://127.0.0.1/".into(), postback: postback.into() };
    asked(counter, owner, ask).await;
    let source = Ipv4Addr::LOCALHOST.to_ipv6_mapped().octets();
    asked(counter, owner, Ask::RegisterAddress { app: AppNo(1), source }).await;
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
        let people = [(USER, user_of(0)), ("U000002", user_of(1))];
        let mut seeds = Vec::new();
        for (code, user) in people {
            seeds.push((code, enrol(house.counter(), user).await));
        }
        register(house.counter(), user_of(0), postback).await;
        let kite = Kite::with_rates(house.counter().clone(), Doors::default(), rates);
        kite.start().expect("it is open");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let served = serve(listener, kite, async move { drop(stopped.await) });
        let served = tokio::spawn(async move { served.await.expect("it is served") });
        let devices = Mutex::new(seeds.into_iter().map(|(code, seed)| (code, (seed, 1))).collect());
        let mut desk = Desk { house, address, stop: Some(stop), served, devices, token: String::new() };
        desk.token = desk.sign_in(USER).await;
        desk
    }

    /// One more who may sign in.
    #[allow(dead_code, reason = "the bench lets many in")]
    pub async fn admit(&self, code: &'static str, user: UserRow) {
        let seed = enrol(self.house.counter(), user).await;
        self.devices.lock().expect("one thread").insert(code, (seed, 1));
    }

    /// The code of a user's device: each is taken once, so that it is the earliest that was not.
    pub fn code(&self, user: &str) -> String {
        let mut devices = self.devices.lock().expect("one thread");
        let (seed, last) = devices.get_mut(user).expect("somebody with a device");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs() / totp::STEP;
        *last = (*last + 1).max(now - 1);
        assert!(*last <= now + 1, "a test signs somebody in three times in half a minute");
        format!("{:06}", totp::code(seed, *last))
    }

    pub async fn request_token(&self, user: &str) -> String {
        let code = self.code(user);
        let form = format!("api_key={KEY}&user_id={user}&password={PASSWORD}&totp={code}");
        let back = self.send("POST", "/connect/login", "", &form).await;
        back.json()["request_token"].as_str().unwrap_or_else(|| panic!("{}", back.text)).to_owned()
    }

    pub async fn sign_in(&self, user: &str) -> String {
        let request = self.request_token(user).await;
        let sum = checksum(KEY, &request, SECRET);
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
