//! `sauda serve`: the broker open, until it is told to close.
//!
//! Sandbox: a simulated exchange that ticks by the wall's clock, invented clients, addresses on loopback only.

use crate::args::{CastArgs, ServeArgs};
use crate::day::{self, Run};
use crate::demo::{self, Demo, Roots};
use crate::failure::Failure;
use kite::doors::Doors;
use kite::Kite;
use feed::{Feed, Source};
use live::{Counter, Hours, Notebook, Open, Pace};
use std::future::Future;
use std::io::Write;
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use vocab::{Moment, TimeOfDay};

/// When a sandbox's day begins for those who come to it, and when its evening is over.
const MORNING: TimeOfDay = TimeOfDay::hms(9, 20, 0);
const EVENING: TimeOfDay = TimeOfDay::hms(16, 15, 0);

/// How long answers under way are waited for at the end.
const PATIENCE: Duration = Duration::from_secs(2);
/// Candles of the market, beside the record and no part of it.
const CANDLES: &str = "candles";
/// Days of minutes that are kept in memory.
const KEPT_DAYS: usize = 60;
/// Clients whom nobody plays: their money, shares and orders are left to whoever signs in as them.
const GUESTS: u32 = 3;

pub fn run(args: &ServeArgs) -> Result<(), Failure> {
    if !args.sandbox {
        return Err(Failure::refused("--sandbox: no exchange can be reached but the simulated one yet"));
    }
    let cast = cast(args);
    let plan = day::plan(&cast, vec![files::sample_market()], &files::ActionList::default())?;
    let lock = day::open_state(&cast, &plan, true)?;
    let notebook = Notebook::default();
    let play = day::theatre(&cast, &plan, Run { live: Some(GUESTS), beside: Box::new(notebook.clone()) })?;
    let hours = if args.whole_days { Hours::Whole } else { Hours::Skip { from: EVENING, to: MORNING } };
    let from = plan.stage.day + MORNING;
    let failed = |e: std::io::Error| Failure::refused(format!("the broker cannot be opened: {e}"));
    let candles = args.dir.join(CANDLES);
    std::fs::create_dir_all(&candles).map_err(failed)?;
    let (feed, cuts) = Feed::open(&candles, Source::Simulated, KEPT_DAYS).map_err(failed)?;
    for cut in cuts {
        eprintln!("sauda: candles: {cut:?}");
    }
    let open = live::open(play, notebook, feed, from, Pace(args.pace), hours).map_err(failed)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(failed)?;
    let served = runtime.block_on(serve(args, open.counter.clone(), from));
    let closed = close(open);
    drop(lock);
    closed.and(served)
}

/// The cast of the sandbox, as `sauda day` would have it.
fn cast(args: &ServeArgs) -> CastArgs {
    let ServeArgs { dir, clients, orders, seed, .. } = args;
    CastArgs { dir: dir.clone(), clients: *clients, orders: *orders, seed: *seed, rulebook: None, all: false, acks: None }
}

/// Until somebody says that it is enough.
async fn serve(args: &ServeArgs, counter: Counter, from: Moment) -> Result<(), Failure> {
    let refuse = |why: String| Failure::refused(format!("--dir {}: {why}", args.dir.display()));
    let now = counter.move_clock(from).await.map_err(|e| refuse(e.to_string()))?;
    let demo = people(args, &counter).await.map_err(refuse)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, args.kite_port)).await;
    let listener = listener.map_err(|e| Failure::refused(format!("--kite-port {}: {e}", args.kite_port)))?;
    let at = listener.local_addr().map_err(|e| refuse(e.to_string()))?;
    let roots = Roots { kite: format!("http://{at}"), ws: format!("ws://{at}"), web: String::new() };
    demo::write(&args.dir, &demo, &roots).map_err(|e| refuse(format!("{}: {e}", demo::FILE)))?;
    let kite = Kite::open(counter.clone(), Doors::default()).await.map_err(|wrong| refuse(wrong.message))?;
    let tasks = kite.start().map_err(|e| refuse(e.to_string()))?;
    say(&format!("{}\nopen: market time {now}; these are in {}", demo::told(&demo, &roots), args.dir.join(demo::FILE).display()));
    let (stop, mut stopped) = watch::channel(false);
    let stops = async move {
        // Whoever would say so is gone: then it is over too.
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let served = tokio::spawn(kite::serve(listener, kite, stops));
    until_told(&counter).await;
    let _ = stop.send(true);
    // Streams that never end by themselves are not waited for.
    let served = tokio::time::timeout(PATIENCE, served).await;
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    match served {
        Ok(Ok(Err(e))) => Err(Failure::refused(format!("the Kite port: {e}"))),
        Ok(Ok(Ok(())) | Err(_)) | Err(_) => Ok(()),
    }
}

/// Those of the file, where they are let in already; else they are let in now.
async fn people(args: &ServeArgs, counter: &Counter) -> Result<Demo, String> {
    match demo::read(&args.dir)? {
        Some(demo) => Ok(demo),
        None => demo::begin(counter, GUESTS).await,
    }
}

/// Until the terminal's or the system's word to stop comes, or the counter shuts by itself.
async fn until_told(counter: &Counter) {
    let shuts = async {
        let Ok(mut news) = counter.news() else { return };
        while !matches!(news.recv().await, Err(tokio::sync::broadcast::error::RecvError::Closed)) {}
    };
    tokio::select! {
        () = shuts => {}
        () = word(tokio::signal::ctrl_c()) => {}
        () = terminated() => {}
    }
}

async fn word(signal: impl Future<Output = std::io::Result<()>>) {
    if let Err(e) = signal.await {
        // It cannot be told by this way; the others are left.
        eprintln!("sauda: the terminal's word to stop will not be heard: {e}");
        std::future::pending::<()>().await;
    }
}

async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(e) => {
            eprintln!("sauda: the system's word to stop will not be heard: {e}");
            std::future::pending::<()>().await;
        }
    }
}

/// Seal what was written.
fn close(open: Open) -> Result<(), Failure> {
    let Open { counter, .. } = &open;
    counter.close();
    let (play, ended) = open.join();
    let (keeper, world, vault, _) = play.into_parts();
    let head = keeper.close(day::stamp()).map_err(|e| Failure::refused(format!("closing the journal: {e}")));
    let world = world.close(day::stamp()).map_err(|e| Failure::refused(format!("closing the world: {e}")));
    let vault = vault.close().map_err(|e| Failure::refused(format!("closing the vault: {e}")));
    ended.map_err(|e| Failure::refused(e.to_string()))?;
    let (head, _, _) = (head?, world?, vault?);
    say(&format!("closed at entry {}", head.entry));
    Ok(())
}

/// Whoever started it may have stopped reading: that closes no broker.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}
