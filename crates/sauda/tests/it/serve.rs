//! The broker open, from outside: a program starts from `demo.json` alone, and nothing it was answered is lost.

use crate::played::{folder, program, run};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

/// Killed where a test fails: a broker that is left open would hold the test's own output open.
struct Served {
    child: Child,
    demo: Value,
}

impl Served {
    /// Until it says that it is open.
    fn start(dir: &Path) -> Served {
        let words = ["serve", "--sandbox", "--clients", "3", "--orders", "20", "--kite-port", "0", "--web-port", "0", "--dir"];
        let mut command = program();
        let mut child = command.args(words).arg(dir).stdout(Stdio::piped()).spawn().expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("its words")).lines();
        let open = lines.map_while(Result::ok).any(|line| line.starts_with("open:"));
        assert!(open, "it ended before it was open");
        let text = fs::read_to_string(dir.join("demo.json")).expect("what programs start from");
        Served { child, demo: serde_json::from_str(&text).expect("JSON") }
    }

    fn field(&self, name: &str) -> String {
        self.demo[name].as_str().unwrap_or_else(|| panic!("{name} in demo.json")).to_owned()
    }

    /// One request; the status and what came back.
    fn send(&self, method: &str, path: &str, token: &str, form: &str) -> (u16, Value) {
        let at = self.field("kite_root").strip_prefix("http://").expect("a plain address").to_owned();
        let mut stream = TcpStream::connect(at).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        let authorization = if token.is_empty() { String::new() } else { format!("authorization: token {}:{token}\r\n", self.field("api_key")) };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n{authorization}\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            form.len()
        );
        stream.write_all(request.as_bytes()).expect("it takes the request");
        let mut all = String::new();
        stream.read_to_string(&mut all).expect("it answers");
        let status = all.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        let body = all.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    fn data(&self, method: &str, path: &str, token: &str, form: &str) -> Value {
        let (status, body) = self.send(method, path, token, form);
        assert_eq!(status, 200, "{method} {path}: {body}");
        body["data"].clone()
    }

    /// As a program does that knows nothing but the file.
    fn sign_in(&self, id: &str) -> String {
        let people = self.demo["users"].as_array().expect("a list");
        let me = people.iter().find(|it| it["id"] == id).unwrap_or_else(|| panic!("{id} in demo.json"));
        let text = |name: &str| escaped(me[name].as_str().expect("text"));
        let seed = from_base32(me["totp_secret"].as_str().expect("text"));
        let step = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs() / door::totp::STEP;
        let code = format!("{:06}", door::totp::code(&seed, step));
        let form = format!("api_key={}&user_id={id}&password={}&totp={code}", self.field("api_key"), text("password"));
        let request = self.data("POST", "/connect/login", "", &form)["request_token"].as_str().expect("a token").to_owned();
        let sum = door::checksum(&self.field("api_key"), &request, &self.field("api_secret"));
        let form = format!("api_key={}&request_token={request}&checksum={sum}", self.field("api_key"));
        self.data("POST", "/session/token", "", &form)["access_token"].as_str().expect("a token").to_owned()
    }

    fn kill(self) {
        drop(self);
    }

    /// Tell it to close, as a system does.
    fn close(mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("a shell's tool");
        assert!(told.success());
        assert!(self.child.wait().expect("it ends").success(), "it closed in order");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // One that has ended already is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn escaped(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

fn from_base32(text: &str) -> Vec<u8> {
    let (mut bits, mut held, mut out) = (0u32, 0u32, Vec::new());
    for letter in text.bytes() {
        let five = if letter.is_ascii_uppercase() { letter - b'A' } else { letter - b'2' + 26 };
        (bits, held) = ((bits << 5) | u32::from(five), held + 5);
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from((bits >> held) & 0xFF).expect("eight bits"));
        }
    }
    out
}

/// A limit order at the lower end of the day's band, which waits.
fn quiet(served: &Served, token: &str) -> String {
    let range = served.data("GET", "/instruments/trigger_range/BUY?i=NSE:AMBARTEX", token, "");
    format!(
        "exchange=NSE&tradingsymbol=AMBARTEX&transaction_type=BUY&quantity=3&product=CNC&order_type=LIMIT&validity=DAY&price={}",
        range["NSE:AMBARTEX"]["lower"]
    )
}

/// What was answered is there after the process was killed, the session lives on, and the record verifies.
// covers: E-37
#[test]
fn killed_while_it_is_open_it_knows_what_it_answered() {
    let dir = folder("served");
    let served = Served::start(&dir);
    let token = served.sign_in("DEMO1");
    let order = quiet(&served, &token);
    let ids: Vec<Value> = (0..8).map(|_| served.data("POST", "/orders/regular", &token, &order)["order_id"].clone()).collect();
    served.kill();
    let served = Served::start(&dir);
    let there = served.data("GET", "/orders", &token, "");
    let known: Vec<&Value> = there.as_array().expect("a list").iter().map(|it| &it["order_id"]).collect();
    assert!(ids.iter().all(|id| known.contains(&id)), "{ids:?} of {known:?}");
    let (status, _) = served.send("GET", "/orders", "guessed", "");
    assert_eq!(status, 403);
    served.data("DELETE", &format!("/orders/regular/{}", ids[0].as_str().expect("an id")), &token, "");
    served.close();
    let verified = run(&["verify", "--dir", dir.to_str().expect("a plain path")]);
    assert!(verified.good().contains("verified"), "the record stands");
    fs::remove_dir_all(&dir).expect("a folder");
}

/// Without the word sandbox nothing is opened, and nothing is written.
#[test]
fn no_broker_is_opened_without_being_told_which() {
    let dir = folder("not-served");
    let done = run(&["serve", "--dir", dir.to_str().expect("a plain path")]);
    assert_eq!(done.code, Some(2));
    assert!(!dir.join("demo.json").exists());
}
