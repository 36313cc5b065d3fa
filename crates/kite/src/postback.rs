//! Order updates posted to a program's own address, each with a checksum of its order, its time and the program's secret.

use crate::doors::{Sink, checksum};
use serde_json::Value;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{self, Sender};
use tokio::time::{sleep, timeout};

/// Posts that wait at most: programs that do not answer are not waited for for ever.
const WAITING: usize = 10_000;
const PATIENCE: Duration = Duration::from_secs(5);
/// How long before each further try.
const AGAIN: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];

pub struct Letter {
    url: String,
    body: String,
}

pub type Post = Sender<Letter>;

/// One order at a time, in the order they came.
pub fn start() -> Post {
    let (post, mut inbox) = mpsc::channel::<Letter>(WAITING);
    tokio::spawn(async move {
        while let Some(letter) = inbox.recv().await {
            deliver(&letter).await;
        }
    });
    post
}

async fn deliver(letter: &Letter) {
    let mut said = String::new();
    for pause in [None].into_iter().chain(AGAIN.map(Some)) {
        if let Some(pause) = pause {
            sleep(pause).await;
        }
        match timeout(PATIENCE, post(&letter.url, &letter.body)).await {
            Ok(Ok(())) => return,
            Ok(Err(why)) => said = why,
            Err(_) => said = "no answer in five seconds".into(),
        }
    }
    eprintln!("sauda: an order update was not taken by {}: {said}", letter.url);
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
        if let Err(e) = post.try_send(Letter { url, body }) {
            eprintln!("sauda: an order update was not posted: {e}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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

    #[test]
    fn only_plain_addresses_are_posted_to() {
        assert_eq!(parts("http://127.0.0.1:9/a?b"), Some(("127.0.0.1:9".into(), "/a?b")));
        assert_eq!(parts("http://host"), Some(("host:80".into(), "/")));
        assert_eq!([parts("https://host/"), parts("http://:9/"), parts("http://a/ b"), parts("")], [None, None, None, None]);
    }
}
