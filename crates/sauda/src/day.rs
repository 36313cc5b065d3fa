//! `sauda day` and `sauda month`: rehearsed days on a real or sample market, then the days until every obligation is
//! settled.
//!
//! The firm's journal, the world's and the vault are in the state folder; on an existing one the run goes on
//! from where each of them is, to the digest of the uninterrupted run.

use crate::args::{CastArgs, DayArgs, MonthArgs};
use crate::failure::Failure;
use crate::state::{DAY, FIRM, SNAPSHOTS, VAULT, WORLD};
use crate::tell;
use files::{ActionList, MarketDay};
use journal::{Caching, Identity, Journal, Kind, ReadError, RealDisk, RecoverError, StateLock, Writer};
use live::Notebook;
use rehearsal::{Beside, House, NoFaults, NotGiven, Parts, Post, Script, Stage, Story, Telling, Theatre, TheatreError, second_exchange, states, world_terms};
use rulebook::{Rule, Rulebook};
use sequencer::{Honest, Kept as Entry, Replayed, Snapshot, Threaded};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use vault::{Tokens, Vault, VaultKey};
use vocab::{Day, Moment, Symbol};
use world::{KeptError, Knots, Odds, Terms};

/// Entries between the deciding and the journal's thread.
const IN_FLIGHT: usize = 4_096;
/// The most clients and orders one rehearsal takes.
const MOST_CLIENTS: u32 = 200_000;
const MOST_ORDERS: u32 = 5_000_000;
/// The longest run, in days of the calendar.
const MOST_DAYS: i32 = 366;
/// How far apart prices are on a market that somebody watches.
const WATCHED: Knots = Knots { least: 1, most: 3 };
/// How large the quotes of the rest of the market are.
const STREET: u32 = 12;

type Play = Theatre<Threaded, Honest, RealDisk, RealDisk, NoFaults>;

/// How long a play lasts, and who else sees its entries.
pub struct Run {
    /// No last day, and so many clients more who are left to whoever signs in as them.
    pub live: Option<u32>,
    pub beside: Box<dyn Beside + Send>,
}

fn wall() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_nanos()).ok())
        .unwrap_or(0)
}

pub fn stamp() -> Moment {
    // Indian Standard Time, as every moment here.
    Moment(wall() / 1_000 + 19_800_000_000)
}

/// What the run is made of, worked out before anything is written.
pub struct Plan {
    rules: Vec<Rule>,
    book: Rulebook,
    pub stage: Stage,
    left_out: Vec<(Symbol, String)>,
    /// What companies give and is not played.
    not_given: NotGiven,
    /// One for each day of the files.
    markets: Vec<MarketDay>,
    /// Names the arguments and the contents of every input.
    fingerprint: String,
}

pub fn day(args: &DayArgs) -> Result<(), Failure> {
    let market = match (&args.market, args.date) {
        (None, date) => {
            let sample = files::sample_market();
            match date.filter(|day| sample.day != *day) {
                None => sample,
                Some(day) => {
                    let has = sample.day;
                    return Err(Failure::refused(format!("--date {day}: the sample market is of {has}; give --market")));
                }
            }
        }
        (Some(dir), Some(day)) => {
            files::read_market(dir, day).map_err(|e| Failure::refused(format!("--market {}: {e}", dir.display())))?
        }
        (Some(_), None) => return Err(Failure::refused("--date: must be given with --market")),
    };
    let special = market.sessions.iter().any(|it| it.day == market.day);
    let closed = (market.day.is_weekend() || market.holidays.contains(&market.day)) && !special;
    if closed {
        return Err(Failure::refused(format!("--date {}: not a trading day", market.day)));
    }
    let name = if args.market.is_some() { "market files" } else { "built-in sample market" };
    let gives = args.market.as_deref().map_or(Ok(ActionList::default()), |dir| actions(dir, market.day, market.day))?;
    play(&args.cast, vec![market], &gives, name)
}

/// What the exchange's list of corporate actions, if the folder has one, gives from one day to another.
fn actions(dir: &Path, from: Day, to: Day) -> Result<ActionList, Failure> {
    files::read_actions(dir, from, to).map_err(|e| Failure::refused(format!("--market {}: {e}", dir.display())))
}

pub fn month(args: &MonthArgs) -> Result<(), Failure> {
    if args.from > args.to || args.to.0.saturating_sub(args.from.0) > MOST_DAYS {
        return Err(Failure::refused(format!("--to {}: must come after --from, within {MOST_DAYS} days", args.to)));
    }
    let markets = files::read_markets(&args.market, args.from, args.to);
    let markets = markets.map_err(|e| Failure::refused(format!("--market {}: {e}", args.market.display())))?;
    if markets.is_empty() {
        return Err(Failure::refused(format!("--from {}: no session until {}", args.from, args.to)));
    }
    let gives = actions(&args.market, args.from, args.to)?;
    play(&args.cast, markets, &gives, "market files")
}

fn play(args: &CastArgs, markets: Vec<MarketDay>, gives: &ActionList, name: &str) -> Result<(), Failure> {
    let plan = plan(args, markets, gives)?;
    let _lock = open_state(args, &plan, false)?;
    tell::opening(args, name, &plan.markets, &plan.stage, &plan.left_out)?;
    if args.all {
        tell::gifts(&plan.stage, &plan.not_given)?;
    }
    let mut play = theatre(args, &plan, Run { live: None, beside: Box::new(Notebook::default()) })?;
    let mut acks = witness(args.acks.as_deref())?;
    let outcome = perform(&mut play, &mut acks);
    let story = finish(args, play, outcome)?;
    tell::closing(&story, args.all)
}

pub fn plan(args: &CastArgs, markets: Vec<MarketDay>, gives: &ActionList) -> Result<Plan, Failure> {
    if args.clients == 0 || args.clients > MOST_CLIENTS {
        return Err(Failure::refused(format!("--clients {}: must be 1 to {MOST_CLIENTS}", args.clients)));
    }
    if args.orders > MOST_ORDERS {
        return Err(Failure::refused(format!("--orders {}: at most {MOST_ORDERS}", args.orders)));
    }
    let rules = match &args.rulebook {
        None => files::rulebook::read_rulebook(files::rulebook::built_in()).map_err(|e| e.to_string()),
        Some(dir) => files::rulebook::read_dir(dir).map_err(|e| e.to_string()),
    };
    let rules = rules.map_err(|e| Failure::refused(format!("rulebook: {e}")))?;
    let mut book = Rulebook::default();
    for rule in &rules {
        book.adopt(rule.clone()).map_err(|e| Failure::refused(format!("rulebook: {e}")))?;
    }
    hours_are_told(&markets)?;
    let (mut stage, left_out) = Stage::of(&markets, &book);
    let mut not_given = stage.give(&gives.actions, &book);
    not_given.extend(gives.unread.iter().map(|(_, symbol, words)| (*symbol, format!("not understood: {words}"))));
    for market in &markets {
        let day = market.day;
        if stage.on(day).is_none_or(BTreeMap::is_empty) {
            let why = left_out.first().map_or(String::new(), |(symbol, why)| format!(" ({symbol}: {why})"));
            return Err(Failure::refused(format!("no security of {day} can be traded{why}")));
        }
        if let Some(none) = rulebook::complete(&book, day, House::sandbox().state).first() {
            return Err(Failure::refused(format!("--date {day}: {none}")));
        }
    }
    stage.keep_apart(args.seed, stage.last_day());
    let fingerprint = fingerprint(args, &stage, &rules);
    Ok(Plan { rules, book, stage, left_out, not_given, markets, fingerprint })
}

/// A special session of which only the day is known is not played by the hours of another day, nor one that ends when the prices of
/// an ordinary day are out already.
fn hours_are_told(markets: &[MarketDay]) -> Result<(), Failure> {
    let (Some(first), Some(last)) = (markets.first(), markets.last()) else { return Ok(()) };
    let all = markets.iter().flat_map(|market| market.sessions.iter().chain(&market.bse_sessions));
    for it in all.filter(|it| first.day <= it.day && it.day <= last.day) {
        match it.hours {
            None => return Err(Failure::refused(format!("{}: {}: the list does not say from when to when", it.day, it.name))),
            Some(hours) if hours.after_until > rehearsal::PRICES_OUT => {
                let (until, out) = (hours.after_until, rehearsal::PRICES_OUT);
                return Err(Failure::refused(format!("{}: {}: until {until}, and sessions are played until {out}", it.day, it.name)));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Same arguments and same contents, same fingerprint; paths and file names do not enter.
fn fingerprint(args: &CastArgs, stage: &Stage, rules: &[Rule]) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{} {} {} {}\n", stage.day, args.clients, args.orders, args.seed));
    for day in stage.days() {
        hash.update(format!("{day}\n"));
        for s in stage.on(day).into_iter().flat_map(BTreeMap::values) {
            let prices = [s.prev_close, s.open, s.high, s.low, s.close];
            hash.update(format!("{} {} {prices:?} {} {:?} {:?}\n", s.symbol, s.isin, s.volume, s.band, s.on_bse));
        }
    }
    hash.update(format!("{:?}\n{:?}\n{:?}\n", stage.holidays, stage.bse_holidays, stage.gifts()));
    hash.update(format!("{:?}\n{:?}\n", stage.sessions, stage.bse_sessions));
    for rule in rules {
        hash.update(format!("{} {:?} {} {:?} {} {} {}\n", rule.name, rule.scope, rule.from, rule.to, rule.value, rule.extra, rule.source));
    }
    hex(&hash.finalize())
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Take the folder, or make it; the arguments of its first run are the only ones it takes.
pub fn open_state(args: &CastArgs, plan: &Plan, live: bool) -> Result<StateLock, Failure> {
    let refuse = |what: &str, e: std::io::Error| Failure::refused(format!("--dir {}: {what}: {e}", args.dir.display()));
    if args.dir.exists() && !args.dir.join(DAY).exists() {
        let strange = fs::read_dir(&args.dir).map_err(|e| refuse("cannot be read", e))?;
        let foreign = strange.flatten().any(|e| ![FIRM, WORLD, VAULT, SNAPSHOTS, "state.lock", "day.toml.new"].iter().any(|n| e.file_name() == *n));
        if foreign {
            return Err(Failure::refused(format!("--dir {}: holds something else; give an empty or a new folder", args.dir.display())));
        }
    }
    let lock = StateLock::take(&args.dir).map_err(|e| refuse("cannot be taken", e))?;
    for part in [FIRM, WORLD, VAULT, SNAPSHOTS] {
        fs::create_dir_all(args.dir.join(part)).map_err(|e| refuse(part, e))?;
    }
    let path = args.dir.join(DAY);
    let Plan { stage, fingerprint, .. } = plan;
    let days = if live { "\"live\"".to_owned() } else { stage.days().count().to_string() };
    let about = format!(
        "# What this state was begun with. It goes on with the same and with nothing else.\n\
         date = \"{}\"\ndays = {days}\nclients = {}\norders = {}\nseed = \"{}\"\ninputs = \"{fingerprint}\"\n",
        stage.day, args.clients, args.orders, args.seed
    );
    match fs::read_to_string(&path) {
        Ok(there) if there == about => {}
        Ok(there) => {
            let was: Vec<&str> = there.lines().skip(1).collect();
            return Err(Failure::refused(format!(
                "--dir {}: was begun with other arguments or inputs: {}",
                args.dir.display(),
                was.join(", ")
            )));
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            // Whole or not at all: a state without its arguments could not go on.
            let fresh = args.dir.join("day.toml.new");
            let write = || -> std::io::Result<()> {
                let mut file = fs::File::create(&fresh)?;
                file.write_all(about.as_bytes())?;
                file.sync_all()?;
                fs::rename(&fresh, &path)?;
                fs::File::open(&args.dir)?.sync_all()
            };
            write().map_err(|e| refuse(DAY, e))?;
        }
        Err(e) => return Err(refuse(DAY, e)),
    }
    Ok(lock)
}

fn disk(dir: &Path, part: &str) -> Result<RealDisk, Failure> {
    let path = dir.join(part);
    RealDisk::new(&path, Caching::Direct).map_err(|e| Failure::refused(format!("{}: {e}", path.display())))
}

/// What the world is told about itself: a second exchange is there if a list names what it trades.
fn terms_of(house: &House, plan: &Plan, watched: bool) -> Result<Terms, Failure> {
    let Plan { stage, book, .. } = plan;
    let day = stage.day;
    let unknown = |none| Failure::refused(format!("--date {day}: {none}"));
    let odds = Odds { street_short_one_in: 12, auction_fails_one_in: 3, double_report_one_in: 200, cheque_bounces_one_in: 7 };
    let mut terms = world_terms(house, book, stage, odds, STREET).map_err(unknown)?;
    if watched {
        terms.knots = WATCHED;
    }
    if !stage.on_bse().is_empty() {
        terms.second = Some(second_exchange(book, stage).map_err(unknown)?);
    }
    Ok(terms)
}

/// The same arguments and inputs give a journal the same identity.
fn identity(what: &str, fingerprint: &str) -> [u8; 16] {
    let hash = Sha256::digest(format!("{what} {fingerprint}"));
    hash[..16].try_into().expect("sixteen of thirty-two")
}

pub fn theatre(args: &CastArgs, plan: &Plan, mut run: Run) -> Result<Play, Failure> {
    let failed = |what: &str, e: &dyn std::fmt::Display| Failure::refused(format!("{}/{what}: {e}", args.dir.display()));
    let house = House::sandbox();
    let Plan { stage, rules, .. } = plan;
    let (day, on_bse) = (stage.day, stage.on_bse());
    let terms = terms_of(&house, plan, run.live.is_some())?;
    let id = |what: &str| identity(what, &plan.fingerprint);
    let there = disk(&args.dir, WORLD)?;
    let world = match world::Kept::recover_or_begin(
        there, journal::DEFAULT_SEGMENT, stamp(), terms.clone(), args.seed,
    ) {
        Ok(world) => world,
        Err(KeptError::Recover(RecoverError::Read(ReadError::NoJournal))) => {
            let made = world::Kept::create(
                disk(&args.dir, WORLD)?, id("world"), journal::DEFAULT_SEGMENT, terms.clone(), args.seed, stamp(),
            );
            made.map_err(|e| failed(WORLD, &e))?
        }
        Err(e) => return Err(failed(WORLD, &e)),
    };
    let key = VaultKey::sandbox(args.seed);
    let tokens = Tokens::of(&key);
    let states = states_of(plan);
    let mut script = Script::new(args.seed, (args.clients, args.orders), day, states, stage.newly_listed(day), terms, !on_bse.is_empty());
    script = script.with_same_day(stage.gifts()).with_guests(run.live.unwrap_or(0));
    script.set_up(&house, house.pan(&tokens), rules, stage);
    script.day(day, args.orders, Vec::new(), stage.announced(day));
    let mut post = Post::new(house, tokens, stage.codes());
    post.learn_all(&script, &mut world.world().resend(world::Link::Bank, 1).cloned());
    let mut story = Story::new();
    let watch = Telling { story: &mut story, beside: &mut *run.beside, post: &post, heard: world.heard(world::Sender::Firm) };
    let snapshots = disk(&args.dir, SNAPSHOTS)?;
    let recovered = sequencer::recover(disk(&args.dir, FIRM)?, &snapshots, journal::DEFAULT_SEGMENT, stamp(), watch);
    let (mut replayed, unheard, writer) = match recovered {
        Ok((replayed, unheard, recovered)) => {
            tell::begun_from(&replayed)?;
            (replayed, unheard, recovered.writer)
        }
        Err(RecoverError::Read(ReadError::NoJournal)) => {
            let identity = Identity { id: id("firm"), kind: Kind::Firm, sandbox: true };
            let writer = Writer::create(disk(&args.dir, FIRM)?, identity, journal::DEFAULT_SEGMENT, stamp());
            (Replayed::fresh(), Vec::new(), writer.map_err(|e| failed(FIRM, &e))?)
        }
        Err(e) => return Err(failed(FIRM, &e)),
    };
    replayed.firm.make_room(args.orders);
    let vault = Vault::open(disk(&args.dir, VAULT)?, key).map_err(|e| failed(VAULT, &e))?;
    let journal = Journal::start(writer, Entry::put, IN_FLIGHT, |_| {}).map_err(|e| failed(FIRM, &e))?;
    let parts = Parts {
        replayed,
        unheard,
        keeper: Threaded::new(journal),
        tamper: Honest,
        world,
        vault,
        post,
        script,
        stage: stage.clone(),
        story,
        faults: NoFaults,
        wall: Box::new(wall),
        snapshots: Box::new(keeper_of(snapshots)),
        orders_each_day: args.orders,
        days: if run.live.is_some() { u32::MAX } else { u32::try_from(stage.sessions()).expect("a count of days") },
        beside: run.beside,
    };
    Theatre::new(parts).map_err(|e| failed("", &e))
}

/// The thread that writes a snapshot. The end of the run waits for it: otherwise the next start would find one that was
/// never finished.
#[derive(Default)]
struct Writing(Option<std::thread::JoinHandle<()>>);

impl Drop for Writing {
    fn drop(&mut self) {
        // Should it have panicked, the snapshot is not there, and nothing else is lost.
        let _ = self.0.take().map(std::thread::JoinHandle::join);
    }
}

/// Writes snapshots on a thread of its own, one at a time: while one is being written the next waits for the
/// begin of another day. That one cannot be written is said, and nothing else but the end of the run waits for it.
fn keeper_of(disk: RealDisk) -> impl FnMut(Snapshot) {
    let mut writing = Writing::default();
    move |snapshot| {
        if writing.0.as_ref().is_some_and(|thread| !thread.is_finished()) {
            return;
        }
        let disk = disk.clone();
        let write = move || {
            if let Err(e) = sequencer::write(&disk, &snapshot) {
                eprintln!("sauda: the snapshot of entry {} was not kept: {e}", snapshot.head.entry);
            }
        };
        writing.0 = std::thread::Builder::new().name("snapshot".to_owned()).spawn(write).ok();
    }
}

/// States whose rules are complete on every day that is played.
fn states_of(plan: &Plan) -> Vec<vocab::StateCode> {
    let mut all = states(&plan.book, plan.stage.day);
    for day in plan.stage.days() {
        let complete = states(&plan.book, day);
        all.retain(|state| complete.contains(state));
    }
    all
}

/// Where acknowledged orders are told, one a line, unbuffered: for a witness outside.
fn witness(path: Option<&Path>) -> Result<Option<fs::File>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let opened = fs::OpenOptions::new().append(true).create(true).open(path);
    opened.map(Some).map_err(|e| Failure::refused(format!("--acks {}: {e}", path.display())))
}

fn perform(play: &mut Play, acks: &mut Option<fs::File>) -> Result<(), TheatreError> {
    let mut progress = Progress::new();
    let mut waiting: Vec<(u64, u64)> = Vec::new();
    loop {
        let more = play.advance()?;
        if let Some(file) = acks {
            waiting.extend(play.take_acks());
            if !waiting.is_empty() {
                let durable = sequencer::Keeper::durable(play.sequencer_mut().keeper()).0;
                let ready = waiting.partition_point(|(_, entry)| *entry <= durable);
                let mut lines = String::new();
                for (order, entry) in waiting.drain(..ready) {
                    lines.push_str(&format!("{order} {entry}\n"));
                }
                file.write_all(lines.as_bytes()).map_err(TheatreError::Io)?;
            }
        }
        progress.show(play);
        if !more {
            progress.end();
            return Ok(());
        }
    }
}

/// A bar on a terminal, a line a day otherwise.
struct Progress {
    bar: Option<indicatif::ProgressBar>,
    day: Option<Day>,
    turns: u32,
}

impl Progress {
    fn new() -> Progress {
        let bar = std::io::stderr().is_terminal().then(|| indicatif::ProgressBar::new(1));
        if let Some(bar) = &bar {
            let style = indicatif::ProgressStyle::with_template("{msg:24} {wide_bar} {pos}/{len}");
            bar.set_style(style.unwrap_or_else(|_| indicatif::ProgressStyle::default_bar()));
        }
        Progress { bar, day: None, turns: 0 }
    }

    fn show(&mut self, play: &Play) {
        self.turns = self.turns.wrapping_add(1);
        let day = play.firm().day();
        if !self.turns.is_multiple_of(256) && day == self.day {
            return;
        }
        match &self.bar {
            Some(bar) => {
                let (done, all) = play.progress();
                bar.set_length(all);
                bar.set_position(done);
                bar.set_message(play.firm().now().to_string().chars().take(19).collect::<String>());
            }
            None if day != self.day => {
                if let Some(day) = day {
                    eprintln!("playing {day}");
                }
            }
            None => {}
        }
        self.day = day;
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn finish(args: &CastArgs, mut play: Play, outcome: Result<(), TheatreError>) -> Result<tell::Told, Failure> {
    let digest = match &outcome {
        Ok(()) => play.sequencer_mut().checkpoint().map_err(|e| Failure::refused(format!("the journal: {e}")))?,
        Err(_) => [0; 32],
    };
    let mut told = tell::told(&play, digest);
    let (keeper, world, vault, story) = play.into_parts();
    let head = sequencer::Keeper::head(&keeper);
    let closed = keeper.close(stamp()).and_then(|head| world.close(stamp()).map(|_| head));
    let vault = vault.close();
    match outcome {
        Err(e) => Err(Failure::refused(format!("{}: {e}; the record stands up to entry {}", args.dir.display(), head.entry))),
        Ok(()) => {
            let head = closed.map_err(|e| Failure::refused(format!("{}: closing the journal: {e}", args.dir.display())))?;
            vault.map_err(|e| Failure::refused(format!("{}: closing the vault: {e}", args.dir.display())))?;
            (told.story, told.head) = (story, Some(head));
            Ok(told)
        }
    }
}
