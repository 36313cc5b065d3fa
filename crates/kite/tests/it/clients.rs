//! The public client libraries, as they are published, through a day.

use crate::wire::{Desk, KEY, OF_THE_DAY, PASSWORD, SECRET, USER};
use kite::doors::checksum;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

const PYTHON: &str = "kiteconnect==5.2.2";
const NODE: &str = "kiteconnect@5";

fn target(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/clients").join(part)
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(name)
}

/// What a program said, if it ended well.
async fn run(program: &Path, args: &[&str], dir: &Path) -> Result<String, String> {
    let done = Command::new(program).args(args).current_dir(dir).kill_on_drop(true).output().await;
    let done = done.map_err(|e| format!("{}: {e}", program.display()))?;
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    if done.status.success() { Ok(said) } else { Err(said) }
}

/// The Python with the client in it, made once.
async fn python() -> Result<PathBuf, String> {
    let dir = target("python");
    let python = dir.join("bin/python3");
    let there = run(&python, &["-c", "import kiteconnect"], Path::new(".")).await.is_ok();
    if !there {
        std::fs::create_dir_all(&dir).map_err(|e| e.to_string())?;
        run(Path::new("python3"), &["-m", "venv", "."], &dir).await?;
        run(&python, &["-m", "pip", "install", "--quiet", PYTHON], &dir).await?;
    }
    Ok(python)
}

/// The folder in which node finds the client, made once.
async fn node() -> Result<PathBuf, String> {
    let dir = target("node");
    if !dir.join("node_modules/kiteconnect").exists() {
        std::fs::create_dir_all(&dir).map_err(|e| e.to_string())?;
        run(Path::new("npm"), &["install", "--silent", "--no-fund", "--no-audit", "--prefix", ".", NODE], &dir).await?;
    }
    Ok(dir)
}

/// What was posted to an address of ours.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<Value>>>);

impl Sink {
    async fn open() -> (Sink, String) {
        let (sink, listener) = (Sink::default(), TcpListener::bind("127.0.0.1:0").await.expect("a port"));
        let address = listener.local_addr().expect("an address");
        let into = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                into.take(stream).await;
            }
        });
        (sink, format!("http://{address}/orders"))
    }

    async fn take(&self, mut stream: TcpStream) {
        let mut all = Vec::new();
        let body = loop {
            let mut part = [0u8; 4096];
            let read = stream.read(&mut part).await.unwrap_or(0);
            all.extend_from_slice(&part[..read]);
            let text = String::from_utf8_lossy(&all).into_owned();
            let whole = text.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str(body).ok());
            match whole {
                Some(body) => break body,
                None if read == 0 => return,
                None => {}
            }
        };
        self.0.lock().expect("one thread").push(body);
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await);
    }

    /// Each is signed as the documentation says, and the day's kinds of them came.
    fn check(&self) {
        let all = self.0.lock().expect("one thread");
        for it in all.iter() {
            let text = |name: &str| it[name].as_str().unwrap_or_default();
            assert_eq!(text("checksum"), checksum(text("order_id"), text("order_timestamp"), SECRET), "{it}");
            assert_eq!((text("user_id"), &it["app_id"]), (USER, &Value::from(1)));
        }
        for status in ["COMPLETE", "CANCELLED", "REJECTED", "UPDATE"] {
            assert!(all.iter().any(|it| it["status"] == status), "no {status} among {} posts", all.len());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_python_client_goes_through_its_day() {
    let python = match python().await {
        Ok(python) => python,
        Err(why) => return reference::skip("the_python_client_goes_through_its_day", &format!("pip does not give {PYTHON}: {why}")),
    };
    let (sink, address) = Sink::open().await;
    let desk = Desk::open(OF_THE_DAY, &address).await;
    let root = format!("http://{}", desk.address);
    let day = script("day.py").display().to_string();
    let code = desk.code(USER);
    let done = run(&python, &[&day, &root, KEY, SECRET, USER, PASSWORD, &code, "all"], Path::new(".")).await;
    let said = done.unwrap_or_else(|said| panic!("{said}"));
    assert!(said.contains("the day is over"), "{said}");
    sink.check();
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_node_client_goes_through_its_day() {
    let dir = match node().await {
        Ok(dir) => dir,
        Err(why) => return reference::skip("the_node_client_goes_through_its_day", &format!("npm does not give {NODE}: {why}")),
    };
    let desk = Desk::open(OF_THE_DAY, "").await;
    let root = format!("http://{}", desk.address);
    // Modules are looked for beside the script.
    std::fs::copy(script("day.js"), dir.join("day.js")).expect("a script");
    let code = desk.code(USER);
    let done = run(Path::new("node"), &["day.js", &root, KEY, SECRET, USER, PASSWORD, &code], &dir).await;
    let said = done.unwrap_or_else(|said| panic!("{said}"));
    assert!(said.contains("the day is over"), "{said}");
    desk.close().await;
}
