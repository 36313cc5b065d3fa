//! Orders over the Kite-shaped API with every answer durable, beside an empty handler of the same server and a broker's stub in
//! Node.js, all asked by the same client over loopback.

use crate::durable::{Failure, Raw};
use crate::house::{House, user_of};
use crate::table::{Goal, Row, Runs, Unit};
use crate::wire::{Desk, KEY};
use axum::Router;
use axum::routing::post;
use journal::BLOCK;
use kite::pace::Rates;
use live::{Hours, Pace};
use vocab::Paise;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Clients with a login, money and a connection each.
const CLIENTS: u32 = 64;
const RUNS: usize = 5;
/// Sign-ins of one address that nobody waits for.
const TRIES: u32 = 29;
/// How long one figure is measured.
const SPAN: Duration = Duration::from_millis(1_500);

const UNLIMITED: Rates = Rates {
    orders_a_second: u32::MAX, orders_a_minute: u32::MAX, orders_a_day: u32::MAX, quotes_a_second: u32::MAX, candles_a_second: u32::MAX,
    others_a_second: u32::MAX,
};

/// One kept-alive connection, which asks the same again and again.
struct Asker {
    stream: BufReader<TcpStream>,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Asker {
    async fn open(address: SocketAddr, request: &str) -> Result<Asker, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Asker { stream: BufReader::new(stream), request: request.as_bytes().to_vec(), answer: Vec::new() })
    }

    /// Ask once, and read the whole answer; anything but 200 ends the run.
    async fn ask(&mut self) -> Result<(), Failure> {
        self.stream.get_mut().write_all(&self.request).await?;
        self.answer.clear();
        let body = loop {
            if let Some(end) = self.answer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err("the connection ended".into());
            }
        };
        let head = std::str::from_utf8(&self.answer[..body])?.to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()).ok_or("no length")?;
        let whole = body + length.parse::<usize>()?;
        while self.answer.len() < whole {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err("the connection ended".into());
            }
        }
        let good = head.starts_with("http/1.1 200");
        if good { Ok(()) } else { Err(String::from_utf8_lossy(&self.answer).into_owned().into()) }
    }
}

/// What a span of asking gave: answers in a second, and how long they took at the middle and at the 99th of a hundred.
struct Asked {
    rate: f64,
    median: f64,
    tail: f64,
}

async fn asked(address: SocketAddr, requests: &[String]) -> Result<Asked, Failure> {
    let start = Instant::now();
    let mut tasks = Vec::new();
    for request in requests {
        let mut asker = Asker::open(address, request).await?;
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            while start.elapsed() < SPAN {
                let asked = Instant::now();
                asker.ask().await.map_err(|e| e.to_string())?;
                times.push(asked.elapsed());
            }
            Ok::<_, String>(times)
        }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    let rate = times.len() as f64 / start.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64();
    Ok(Asked { rate, median: at(50), tail: at(99) })
}

fn request(token: &str, body: &str) -> String {
    format!(
        "POST /orders/regular HTTP/1.1\r\nhost: bench\r\nauthorization: token {KEY}:{token}\r\nx-kite-version: 3\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// The same server with a handler that does nothing, on a port of its own.
async fn empty() -> Result<SocketAddr, Failure> {
    let answer = || async { ([("content-type", "application/json")], r#"{"status":"success","data":{"order_id":"260701000000001"}}"#) };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = Router::new().route("/orders/{variety}", post(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

/// What a broker's stub in Node.js does: the form is read, the order kept in a map, its number answered. Nothing is durable.
const STUB: &str = "const http=require('http');const orders=new Map();let n=0;const s=http.createServer((q,r)=>{let b='';\
q.on('data',c=>b+=c);q.on('end',()=>{const f=Object.fromEntries(new URLSearchParams(b));const id=String(260701000000000+ ++n);\
orders.set(id,{...f,order_id:id,status:'OPEN'});const t=JSON.stringify({status:'success',data:{order_id:id}});\
r.writeHead(200,{'content-type':'application/json','content-length':t.length});r.end(t)})});\
s.listen(0,'127.0.0.1',()=>console.log(s.address().port));";

struct Stub(Child);

impl Drop for Stub {
    fn drop(&mut self) {
        // It has no end of its own.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The stub and its address; none where there is no Node.js.
fn stub() -> Option<(Stub, SocketAddr)> {
    let mut child = Command::new("node").args(["-e", STUB]).stdout(Stdio::piped()).spawn().ok()?;
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take()?), &mut line).ok()?;
    Some((Stub(child), SocketAddr::from(([127, 0, 0, 1], line.trim().parse().ok()?))))
}

/// A small order of each client, far from the market, of the cheapest share.
async fn requests(desk: &Desk) -> Result<Vec<String>, Failure> {
    let csv = desk.get("/instruments/NSE").await.text;
    let price = |row: &str| row.split(',').nth(4).and_then(|price| price.parse::<f64>().ok()).unwrap_or(f64::MAX);
    let cheapest = csv.lines().skip(1).min_by(|a, b| price(a).total_cmp(&price(b))).ok_or("no security")?;
    let symbol = cheapest.split(',').nth(2).ok_or("no symbol")?;
    let range = desk.get(&format!("/instruments/trigger_range/BUY?i=NSE:{symbol}")).await.data();
    let low = range[format!("NSE:{symbol}")]["lower"].to_string();
    let body = format!(
        "exchange=NSE&tradingsymbol={symbol}&transaction_type=BUY&quantity=1&product=CNC&order_type=LIMIT&price={low}&validity=DAY"
    );
    let mut all = Vec::new();
    for n in 0..CLIENTS {
        let user: &'static str = format!("U{:06}", n + 1).leak();
        // The first two are let in by the desk itself, and the first is signed in.
        if n >= 2 {
            desk.admit(user, user_of(n)).await;
        }
        desk.house.counter().tell(desk.house.pay_in(n, Paise::rupees(200_000))).await?.map_err(|e| e.to_string())?;
        if n >= TRIES {
            // An address signs in so often, and then every two seconds.
            tokio::time::sleep(Duration::from_millis(2_050)).await;
        }
        let token = if n == 0 { desk.token.clone() } else { desk.sign_in(user).await };
        all.push(request(&token, &body));
    }
    let now = desk.house.counter().look(|room| room.now).await?;
    desk.house.counter().move_clock(now.plus_seconds(3_600)).await?;
    Ok(all)
}

#[derive(Default)]
struct Figures {
    rate: Vec<f64>,
    median: Vec<f64>,
    tail: Vec<f64>,
    single: Vec<f64>,
    single_tail: Vec<f64>,
}

impl Figures {
    async fn add(&mut self, address: SocketAddr, requests: &[String]) -> Result<(), Failure> {
        let many = asked(address, requests).await?;
        let one = asked(address, &requests[..1]).await?;
        self.rate.push(many.rate);
        self.median.push(many.median);
        self.tail.push(many.tail);
        self.single.push(one.median);
        self.single_tail.push(one.tail);
        Ok(())
    }
}

fn flush(dir: &Path) -> Result<f64, Failure> {
    let mut raw = Raw::new(dir, BLOCK, 500)?;
    let mut times = Vec::new();
    for _ in 0..500 {
        let start = Instant::now();
        raw.write()?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    Ok(times[250].as_secs_f64())
}

async fn measured(dir: &Path) -> Result<Vec<Row>, Failure> {
    let house = House::of(CLIENTS, Pace(1), Hours::Whole).await;
    let desk = Desk::of(house, UNLIMITED, "").await;
    let orders = requests(&desk).await?;
    let (nothing, stub) = (empty().await?, stub());
    let (mut ours, mut handler, mut theirs, mut raw) = (Figures::default(), Figures::default(), Figures::default(), Vec::new());
    for run in 0..RUNS {
        handler.add(nothing, &orders).await?;
        if let Some((_, address)) = &stub {
            theirs.add(*address, &orders).await?;
        }
        raw.push(flush(&dir.join(format!("raw{run}")))?);
        ours.add(desk.address, &orders).await?;
    }
    desk.close().await;
    let floor: Vec<f64> = handler.single.iter().zip(&raw).map(|(handler, flush)| handler + flush).collect();
    let beside = match theirs.rate.is_empty() {
        true => "no Node.js here: no stub of a broker was measured".to_owned(),
        false => format!(
            "a stub in Node.js, which keeps nothing: {:.0} /s, p50 {:.0} us at 64 connections; p50 {:.0} us at one",
            Runs::of(theirs.rate).median(), Runs::of(theirs.median).median() * 1e6, Runs::of(theirs.single).median() * 1e6
        ),
    };
    let tails = format!(
        "p50 {:.0} us, p99 {:.0} us at 64 connections; the empty handler {:.0} and {:.0}; p99 at one {:.0} us",
        Runs::of(ours.median.clone()).median() * 1e6, Runs::of(ours.tail).median() * 1e6,
        Runs::of(handler.median).median() * 1e6, Runs::of(handler.tail).median() * 1e6, Runs::of(ours.single_tail).median() * 1e6
    );
    let half = Runs::of(handler.rate.clone()).median() / 2.0;
    let shared = "the client, the server, the broker and its simulated exchange share the machine's cores".to_owned();
    Ok(vec![
        Row {
            job: "orders over the Kite port, 64 connections",
            unit: Unit::PerSecond,
            runs: Runs::of(ours.rate),
            yardstick: Some(("empty handler", Runs::of(handler.rate))),
            goal: Goal::AtLeast(half),
            notes: vec![tails, beside, shared],
        },
        Row {
            job: "one order over the Kite port, p50",
            unit: Unit::Seconds,
            runs: Runs::of(ours.single),
            yardstick: Some(("empty handler + flush", Runs::of(floor))),
            goal: Goal::AtMostTimes(1.5),
            notes: Vec::new(),
        },
    ])
}

pub fn rows(dir: &Path) -> Result<Vec<Row>, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measured(dir))
}
