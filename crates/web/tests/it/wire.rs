//! A broker that is open, its API at a port of the loopback, and the plainest client there is.

use crate::house::{House, user_of};
use access::{Ask, Factor, Proof};
use door::{Cost, totp};
use firm::Command;
use live::{Counter, Hours, Pace};
use serde_json::Value;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use vocab::{SecretRef, UserRow};
use web::{Web, serve};

pub const USER: &str = "U000001";
pub const PASSWORD: &str = "Correct-Horse-7";

/// A cookie, and the token that goes with it.
pub type Pass = (String, String);

pub struct Desk {
    pub house: House,
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    served: tokio::task::JoinHandle<()>,
    devices: Mutex<HashMap<&'static str, ([u8; 20], u64)>>,
    pub pass: Option<Pass>,
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

    /// A good answer.
    pub fn good(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()
    }

    /// The code of a problem.
    pub fn wrong(&self) -> String {
        assert_eq!(self.kind, "application/problem+json", "{}", self.text);
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

impl Desk {
    pub async fn open() -> Desk {
        let house = House::open(Pace(1), Hours::Whole).await;
        let people = [(USER, user_of(0)), ("U000002", user_of(1))];
        let mut seeds = Vec::new();
        for (code, user) in people {
            seeds.push((code, enrol(house.counter(), user).await));
        }
        let web = Web::new(house.counter().clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let served = serve(listener, web, async move { drop(stopped.await) });
        let served = tokio::spawn(async move { served.await.expect("it is served") });
        let devices = Mutex::new(seeds.into_iter().map(|(code, seed)| (code, (seed, 1))).collect());
        let mut desk = Desk { house, address, stop: Some(stop), served, devices, pass: None };
        desk.pass = Some(desk.sign_in(USER).await);
        desk
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

    pub async fn sign_in(&self, user: &str) -> Pass {
        let body = serde_json::json!({ "user": user, "password": PASSWORD, "code": self.code(user) }).to_string();
        let back = self.send("POST", "/session", None, &body).await;
        let csrf = back.good()["csrf"].as_str().expect("a token").to_owned();
        let cookie = back.head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        (cookie.split(';').next().unwrap_or_default().to_owned(), csrf)
    }

    fn head(&self, method: &str, path: &str, pass: Option<&Pass>, length: usize) -> String {
        let pass = pass.map_or_else(String::new, |(cookie, csrf)| format!("cookie: {cookie}\r\nx-csrf-token: {csrf}\r\n"));
        format!("{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n{pass}content-type: application/json\r\ncontent-length: {length}\r\n")
    }

    async fn exchange(&self, head: &str, body: &str) -> Back {
        let mut stream = TcpStream::connect(self.address).await.expect("it listens");
        stream.write_all(format!("{head}\r\n{body}").as_bytes()).await.expect("it takes the request");
        let mut all = Vec::new();
        stream.read_to_end(&mut all).await.expect("it answers");
        let all = String::from_utf8(all).expect("text");
        let (head, text) = all.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|n| n.parse().ok()).expect("a status");
        let kind = head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap_or_default().to_owned();
        Back { status, kind, head: head.to_owned(), text: text.to_owned() }
    }

    pub async fn raw(&self, method: &str, path: &str, pass: Option<&Pass>, body: &str) -> Back {
        self.exchange(&self.head(method, path, pass, body.len()), body).await
    }

    pub async fn send(&self, method: &str, path: &str, pass: Option<&Pass>, body: &str) -> Back {
        self.raw(method, &format!("/api/v1{path}"), pass, body).await
    }

    pub async fn get(&self, path: &str) -> Back {
        self.send("GET", path, self.pass.as_ref(), "").await
    }

    pub async fn post(&self, path: &str, body: &str) -> Back {
        self.send("POST", path, self.pass.as_ref(), body).await
    }

    pub async fn delete(&self, path: &str) -> Back {
        self.send("DELETE", path, self.pass.as_ref(), "").await
    }

    pub async fn keyed(&self, path: &str, key: &str, body: &str) -> Back {
        let head = self.head("POST", &format!("/api/v1{path}"), self.pass.as_ref(), body.len());
        self.exchange(&format!("{head}idempotency-key: {key}\r\n"), body).await
    }

    pub async fn stream(&self, path: &str) -> Lines {
        let mut stream = TcpStream::connect(self.address).await.expect("it listens");
        let head = self.head("GET", &format!("/api/v1{path}"), self.pass.as_ref(), 0);
        stream.write_all(format!("{head}\r\n").as_bytes()).await.expect("it takes the request");
        Lines { stream, text: String::new() }
    }

    /// Ask again until the answer is so.
    pub async fn until(&self, path: &str, what: &str, so: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        for _ in 0..200 {
            last = self.get(path).await.good();
            if so(&last) {
                return last;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("never: {what}: {last}");
    }

    pub async fn close(mut self) {
        drop(self.stop.take());
        self.served.await.expect("it is served to its end");
        self.house.close();
    }
}

/// A stream of events.
pub struct Lines {
    stream: TcpStream,
    text: String,
}

impl Lines {
    /// The next event about an order: its id and what it says.
    pub async fn order(&mut self) -> (u64, Value) {
        let (id, data) = self.of("order").await;
        (id.and_then(|id| id.parse().ok()).expect("an id"), data)
    }

    /// The next event of a kind.
    pub async fn of(&mut self, wanted: &str) -> (Option<String>, Value) {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
                let (kind, id, data) = (field("event: "), field("id: "), field("data: "));
                self.text = rest.to_owned();
                if kind.as_deref() == Some(wanted) {
                    return (id, serde_json::from_str(&data.expect("data")).expect("JSON"));
                }
            }
            let mut buffer = [0; 4_096];
            let read = tokio::time::timeout(Duration::from_secs(20), self.stream.read(&mut buffer));
            let read = read.await.expect("it is told in time").expect("it reads");
            assert!(read > 0, "the stream ended: {}", self.text);
            self.text.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
    }
}
