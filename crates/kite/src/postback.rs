//! Order updates posted to a program's own address, each with a checksum of its order, its time and the program's secret.

use crate::doors::{Sink, checksum};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{self, Sender};
use tokio::time::{sleep, timeout};

/// Posts of an address that wait at most: programs that do not answer are not waited for for ever.
const WAITING: usize = 1_000;
const PATIENCE: Duration = Duration::from_secs(5);
/// How long before each further try.
const AGAIN: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];

/// Addresses that are posted to at once.
const ADDRESSES: usize = 256;

/// The post: to each address one order at a time, in the order they came, and no address waits for another.
#[derive(Clone, Default)]
pub struct Post(Arc<Mutex<HashMap<String, Sender<String>>>>);

impl Post {
    /// A body for an address; what is not taken is said.
    fn put(&self, url: &str, body: String) -> Result<(), &'static str> {
        let mut boxes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if boxes.len() >= ADDRESSES && !boxes.contains_key(url) {
            // Where nothing waits, a box is made anew when it is needed.
            boxes.retain(|_, inbox| inbox.capacity() < WAITING);
        }
        if boxes.len() >= ADDRESSES && !boxes.contains_key(url) {
            return Err("too many addresses are posted to");
        }
        let inbox = boxes.entry(url.to_owned()).or_insert_with(|| {
            let (inbox, mut letters) = mpsc::channel::<String>(WAITING);
            let url = url.to_owned();
            tokio::spawn(async move {
                while let Some(body) = letters.recv().await {
                    deliver(&url, &body).await;
                }
            });
            inbox
        });
        inbox.try_send(body).map_err(|_| "too many updates wait for the address")
    }
}

async fn deliver(url: &str, body: &str) {
    let mut said = String::new();
    for pause in [None].into_iter().chain(AGAIN.map(Some)) {
        if let Some(pause) = pause {
            sleep(pause).await;
        }
        match timeout(PATIENCE, post(url, body)).await {
            Ok(Ok(())) => return,
            Ok(Err(why)) => said = why,
            Err(_) => said = "no answer in five seconds".into(),
        }
    }
    eprintln!("sauda: an order update was not taken by {url}: {said}");
}

/// Host with port, and path, of a plain address.
fn parts(url: &str) -> Option<(String, &str)> {
    let rest = url.strip_prefix("http://")?;
    let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let host = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_graphic());
    (!host.starts_with(':') && plain(&host) && plain(path)).then_some((host, path))
}

async fn post(url: &str, body: &str) -> Result<(), String> {
    let (host, path) = parts(url).ok_or("only plain http addresses are posted to")?;
    let said = |e: std::io::Error| e.to_string();
    let mut stream = TcpStream::connect(&host).await.map_err(said)?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.map_err(said)?;
    stream.write_all(body.as_bytes()).await.map_err(said)?;
    let mut first = [0u8; 12];
    stream.read_exact(&mut first).await.map_err(said)?;
    // HTTP/1.1 2xx
    if first[9] == b'2' { Ok(()) } else { Err(format!("it answered {}", String::from_utf8_lossy(&first[9..]))) }
}

/// What is posted: ends, changes and parts that were dealt in.
fn status(order: &Value) -> Option<&str> {
    match order["status"].as_str()? {
        end @ ("COMPLETE" | "CANCELLED" | "REJECTED") => Some(end),
        "OPEN" | "TRIGGER PENDING" => {
            let dealt = order["filled_quantity"].as_i64().unwrap_or(0) > 0;
            (dealt || order["modified"] == Value::Bool(true)).then_some("UPDATE")
        }
        _ => None,
    }
}

/// The body of a post; the checksum is empty where no program's secret signs it.
pub fn body(order: &Value, status: &str, app: u32, secret: Option<&str>) -> Value {
    let mut all = order.clone();
    let text = |name: &str| order[name].as_str().unwrap_or_default();
    let sum = secret.map_or_else(String::new, |secret| checksum(text("order_id"), text("order_timestamp"), secret));
    all["user_id"] = order["placed_by"].clone();
    all["unfilled_quantity"] = order["pending_quantity"].clone();
    all["app_id"] = Value::from(app);
    all["status"] = Value::from(status);
    all["checksum"] = Value::from(sum);
    all
}

/// Put it in the post for each program of the client; a post that is full drops it, and says so.
pub fn tell(post: &Post, sinks: Vec<Sink>, order: &Value) {
    let Some(status) = status(order) else { return };
    for Sink { app, url, secret } in sinks {
        let body = body(order, status, app, Some(&secret)).to_string();
        if let Err(why) = post.put(&url, body) {
            eprintln!("sauda: an order update was not posted: {why}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tokio::net::TcpListener;

    #[test]
    fn a_post_is_signed_with_the_programs_secret() {
        let order = json!({
            "order_id": "260701100000001", "order_timestamp": "2026-07-01 10:00:00", "placed_by": "U000001", "pending_quantity": 3,
            "filled_quantity": 2, "status": "OPEN", "modified": false,
        });
        assert_eq!(status(&order), Some("UPDATE"));
        let body = body(&order, "UPDATE", 7, Some("secret"));
        assert_eq!(body["checksum"], checksum("260701100000001", "2026-07-01 10:00:00", "secret"));
        assert_eq!((&body["unfilled_quantity"], &body["app_id"]), (&json!(3), &json!(7)));
        assert_eq!(status(&json!({ "status": "OPEN", "filled_quantity": 0, "modified": false })), None);
    }

    #[tokio::test]
    async fn an_address_that_does_not_answer_keeps_no_other_waiting() {
        let (silent, other) = (TcpListener::bind("127.0.0.1:0").await.expect("a port"), TcpListener::bind("127.0.0.1:0").await.expect("a port"));
        let url = |of: &TcpListener| format!("http://{}/", of.local_addr().expect("an address"));
        let post = Post::default();
        post.put(&url(&silent), "first".into()).expect("there is room");
        post.put(&url(&other), "second".into()).expect("there is room");
        let (mut stream, _) = timeout(Duration::from_secs(2), other.accept()).await.expect("it is not kept waiting").expect("a connection");
        let mut read = [0u8; 1_024];
        let n = stream.read(&mut read).await.expect("it says something");
        assert!(String::from_utf8_lossy(&read[..n]).starts_with("POST / HTTP/1.1"));
        for _ in 0..=WAITING {
            let _ = post.put(&url(&silent), "more".into());
        }
        assert!(post.put(&url(&silent), "one too many".into()).is_err(), "nothing grows without end");
    }

    #[test]
    fn only_plain_addresses_are_posted_to() {
        assert_eq!(parts("http://127.0.0.1:9/a?b"), Some(("127.0.0.1:9".into(), "/a?b")));
        assert_eq!(parts("http://host"), Some(("host:80".into(), "/")));
        assert_eq!([parts("https://host/"), parts("http://:9/"), parts("http://a/ b"), parts("")], [None, None, None, None]);
    }
}
