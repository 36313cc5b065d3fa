//! The deciding thread: what is due, what people hand in, one flush for all of it, then the answers.

use crate::book::DayBook;
use crate::clock::{Clock, Pace};
use crate::counter::{Answered, Counter, Deed, Deliver, News, Room, Slip, Ticks};
use crate::spotter::{Seen, spotted};
use feed::Feed;
use firm::{Command, Event, Head, Input};
use journal::RealDisk;
use rehearsal::{Beside, NoFaults, Theatre, TheatreError};
use sequencer::{Honest, Threaded};
use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::{broadcast, oneshot};
use vault::Purpose;
use vocab::{Moment, Phase, TimeOfDay, UserRow};

/// A play on real disks.
pub type Play = Theatre<Threaded, Honest, RealDisk, RealDisk, NoFaults>;

/// Slips that may wait at the counter; what is more is told to come again.
const WAITING: usize = 8_192;
/// Slips that are answered with one flush.
const LOT: usize = 1_024;
/// What happens of itself before people are looked at again.
const STRETCH: usize = 2_000;
/// News kept for a reader that is slow.
const NEWS: usize = 65_536;
/// How long the thread sleeps when nothing is due and nobody asks.
const NAP: Duration = Duration::from_millis(20);
/// About how long a flush takes: so long is slept while one is under way.
const FLUSH: Duration = Duration::from_micros(100);
/// How often the exchanges are looked at, by the wall's clock.
const LOOK: Duration = Duration::from_millis(250);
/// Looks kept for a reader that is slow.
const TICKS: usize = 64;

/// Which hours of the market's day a sandbox lives through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hours {
    /// All of them.
    Whole,
    /// The night is short: at the first of two times of a day it is the next trading day's second.
    Skip { from: TimeOfDay, to: TimeOfDay },
}

/// What the entries are noted down in while the play goes on.
#[derive(Default)]
struct Notes {
    book: DayBook,
    /// Made and not yet told.
    fresh: Vec<News>,
    /// Someone wants the news.
    open: bool,
}

/// The notebook of the day, shared between the play, which writes it, and the thread that reads it out.
#[derive(Clone, Default)]
pub struct Notebook(Arc<Mutex<Notes>>);

impl Notebook {
    fn notes(&self) -> MutexGuard<'_, Notes> {
        // One thread uses it; a panic in between ends the process.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Beside for Notebook {
    fn see(&mut self, head: &Head, input: &Input, events: &[Event]) {
        let mut notes = self.notes();
        notes.book.see(head, input, events);
        if notes.open {
            notes.fresh.push(News { entry: head.entry, at: head.at, events: events.to_vec() });
        }
    }

    fn keep(&self, out: &mut Vec<u8>) {
        self.notes().book.keep(out);
    }

    fn begin(&mut self, kept: &[u8]) -> Result<(), String> {
        self.notes().book.begin(kept)
    }
}

/// A broker that is open.
pub struct Open {
    pub counter: Counter,
    thread: JoinHandle<(Play, Result<(), TheatreError>)>,
}

impl Open {
    /// Wait until it is closed; the play, and what went wrong if anything did.
    ///
    /// # Panics
    /// When the deciding thread did.
    pub fn join(self) -> (Play, Result<(), TheatreError>) {
        match self.thread.join() {
            Ok(ended) => ended,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

/// Open the counter: the play goes on from where it is, or from a later moment, and its market time with the wall's clock.
///
/// # Errors
/// When no thread can be had.
pub fn open(play: Play, notebook: Notebook, feed: Feed, from: Moment, pace: Pace, hours: Hours) -> io::Result<Open> {
    let (slips, inbox) = sync_channel(WAITING);
    let (news, _) = broadcast::channel(NEWS);
    let (ticks, _) = broadcast::channel(TICKS);
    let counter = Counter::new(slips, news.downgrade(), ticks.downgrade());
    notebook.notes().open = true;
    let clock = Clock::from(play.firm().now().max(from), pace);
    let desk = Desk { play, notebook, feed, looked: None, clock, hours, inbox, news, ticks, untold: VecDeque::new(), moves: Vec::new() };
    let thread = std::thread::Builder::new().name("deciding".to_owned()).spawn(|| desk.run())?;
    Ok(Open { counter, thread })
}

struct Desk {
    play: Play,
    notebook: Notebook,
    feed: Feed,
    looked: Option<Instant>,
    clock: Clock,
    hours: Hours,
    inbox: Receiver<Slip>,
    news: broadcast::Sender<Arc<News>>,
    ticks: broadcast::Sender<Arc<Ticks>>,
    /// News that are not durable yet.
    untold: VecDeque<News>,
    /// Moves of the clock whose end is waited for.
    moves: Vec<(Moment, oneshot::Sender<Moment>)>,
}

fn wall() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    since.and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or(0)
}

impl Desk {
    fn run(mut self) -> (Play, Result<(), TheatreError>) {
        loop {
            match self.turn() {
                Ok(true) => {}
                Ok(false) => return (self.play, Ok(())),
                Err(e) => return (self.play, Err(e)),
            }
        }
    }

    /// What is due, then what was handed in, then the answers. False when the broker shall close.
    fn turn(&mut self) -> Result<bool, TheatreError> {
        let caught_up = self.catch_up(self.clock.now())?;
        if self.looked.is_none_or(|looked| looked.elapsed() >= LOOK) {
            self.look(caught_up)?;
        }
        let mut answers: Vec<Deliver> = Vec::new();
        let mut stays = true;
        let nap = if caught_up { self.nap() } else { Duration::ZERO };
        match self.inbox.recv_timeout(nap) {
            Ok(first) => {
                stays &= self.serve(first, caught_up, &mut answers)?;
                for slip in self.inbox.try_iter().take(LOT).collect::<Vec<_>>() {
                    stays &= self.serve(slip, caught_up, &mut answers)?;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => stays = false,
        }
        self.tell(answers)?;
        if caught_up {
            self.skip_the_night();
            self.end_moves();
        }
        Ok(stays)
    }

    /// Everything due at a moment or before has happened; false when there was too much of it for one turn.
    fn catch_up(&mut self, to: Moment) -> Result<bool, TheatreError> {
        for _ in 0..STRETCH {
            if self.play.next_due().is_none_or(|due| due > to) {
                return Ok(true);
            }
            self.play.advance()?;
        }
        Ok(false)
    }

    fn nap(&mut self) -> Duration {
        let most = if self.untold.is_empty() { NAP } else { FLUSH };
        let due = self.play.next_due();
        due.map_or(most, |due| self.clock.until(due).min(most))
    }

    fn serve(&mut self, slip: Slip, caught_up: bool, answers: &mut Vec<Deliver>) -> Result<bool, TheatreError> {
        // While the play is behind its clock, its own time is what the market shows.
        let now = if caught_up { self.clock.now() } else { self.play.firm().now() };
        match slip {
            Slip::Ask { by, command, reply } => {
                let answered = self.ask(now, by, command)?;
                // Who asked may have gone: the entry stands all the same.
                answers.push(Box::new(move || drop(reply.send(answered))));
            }
            Slip::Look(look) => answers.extend(self.seen(now, look)),
            Slip::Act(act) => match self.seen(now, act) {
                Some(Deed::Say(answer)) => answers.push(answer),
                Some(Deed::Ask { by, command, tell }) => {
                    let answered = self.ask(now, by, command)?;
                    answers.push(tell(answered));
                }
                None => {}
            },
            Slip::Tell { message, reply } => {
                self.catch_up(now)?;
                let told = self.play.tell_world(now, &message)?;
                answers.push(Box::new(move || {
                    let _ = reply.send(told);
                }));
            }
            Slip::Person { of, who, why, reply } => {
                let person = self.play.person(of, &Purpose { who: &who, why: &why, wall: wall() });
                answers.push(Box::new(move || drop(reply.send(person))));
            }
            Slip::Secret { of, reply } => {
                let secret = self.play.vault_mut().secret(of);
                answers.push(Box::new(move || drop(reply.send(secret))));
            }
            Slip::KeepSecret { owner, secret, reply } => {
                let kept = self.play.vault_mut().put_secret(owner, &secret);
                answers.push(Box::new(move || drop(reply.send(kept))));
            }
            Slip::Move { to, reply } => {
                self.clock.move_to(to);
                self.moves.push((to, reply));
            }
            Slip::Close => return Ok(false),
        }
        Ok(true)
    }

    fn ask(&mut self, now: Moment, by: UserRow, command: Command) -> Result<Answered, TheatreError> {
        let done = self.play.ask(now, by, command)?;
        let (at, events) = (self.play.firm().now(), self.play.events().to_vec());
        Ok(Answered { entry: done.entry, at, refused: done.refused, events })
    }

    /// What a read sees. One that panics is its edge's bug: whoever asked is told that there is no answer, and the broker goes on,
    /// since a read changes nothing.
    fn seen<T>(&self, now: Moment, read: impl FnOnce(&Room<'_>) -> T) -> Option<T> {
        let notes = self.notebook.notes();
        let (firm, feed) = (self.play.firm(), &self.feed);
        let room = Room { firm, book: &notes.book, feed, now: now.max(firm.now()), wall: wall() };
        sequencer::caught(|| read(&room)).map_err(|why| eprintln!("sauda: a read failed: {why}")).ok()
    }

    /// What the exchanges show now: told to those who watch, and reported where somebody waits for it.
    fn look(&mut self, caught_up: bool) -> Result<(), TheatreError> {
        self.looked = Some(Instant::now());
        let behind = self.play.firm().now().max(self.play.market().now());
        let now = if caught_up { behind.max(self.clock.now()) } else { behind };
        // Candles are no part of the record: that they cannot be written stops nobody.
        let taken = self.feed.take(self.play.market(), now);
        let (number, changed) = match taken {
            Ok(taken) => (taken.number, taken.changed.to_vec()),
            Err(e) => {
                eprintln!("sauda: the minutes that are over were not kept: {e}");
                (self.feed.number(), Vec::new())
            }
        };
        if changed.is_empty() {
            return Ok(());
        }
        let quotes = changed.iter().filter_map(|id| self.feed.quote(*id).copied()).collect();
        // Nobody watches: then nobody is told.
        let _ = self.ticks.send(Arc::new(Ticks { number, at: now, quotes }));
        let firm = self.play.firm();
        let seen = |venue, security| {
            let quote = self.feed.quote(self.feed.by_isin(venue, firm.market.security(security)?.isin)?)?;
            let open = quote.phase == Phase::Continuous && quote.last_at.is_some();
            open.then_some(Seen { last: quote.last, close: quote.prev_close, volume: quote.volume })
        };
        for report in spotted(&firm.watch, seen) {
            self.play.report(now, report)?;
        }
        Ok(())
    }

    /// Once everything is durable: the answers, then the news. What nobody waits for is told when it is durable, without waiting.
    fn tell(&mut self, answers: Vec<Deliver>) -> Result<(), TheatreError> {
        self.untold.extend(std::mem::take(&mut self.notebook.notes().fresh));
        if answers.is_empty() && self.untold.is_empty() {
            return Ok(());
        }
        let durable = if answers.is_empty() { self.play.pass_on()? } else { self.play.settle()? };
        answers.into_iter().for_each(|answer| answer());
        while let Some(it) = self.untold.pop_front_if(|it| it.entry <= durable) {
            // Nobody listens: then nobody is told.
            let _ = self.news.send(Arc::new(it));
        }
        Ok(())
    }

    /// From the evening on it is the next morning, and what belongs to the night happens on the way.
    fn skip_the_night(&mut self) {
        let Hours::Skip { from, to } = self.hours else { return };
        let day = self.play.last_day();
        if self.clock.now() >= day + from {
            let next = self.play.day_after();
            self.clock.move_to(next + to);
        }
    }

    fn end_moves(&mut self) {
        let now = self.play.firm().now().max(self.clock.now());
        let (over, left) = std::mem::take(&mut self.moves).into_iter().partition(|(to, _)| *to <= now);
        self.moves = left;
        for (_, reply) in over {
            let _ = reply.send(now);
        }
    }
}
