//! The counter: where people's asks come in, from any thread, and wait for their answers.

use crate::book::DayBook;
use feed::{Feed, Quote};
use firm::{Command, Event, Firm, Refusal};
use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError};
use tokio::sync::{broadcast, oneshot};
use vault::{Bare, Person, VaultError};
use vocab::{EntryNo, Moment, SecretRef, UserRow, VaultRef};
use world::{BadMessage, FromPeople};

/// Why an ask was not taken. Nothing was decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shut {
    /// More asks wait than the firm can soon answer: ask again.
    Busy,
    /// The broker is closing, or its disk has failed. Whether an ask that was taken before is on record is seen when it is open again.
    Closed,
}

impl fmt::Display for Shut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Shut::Busy => "too many asks wait: ask again in a moment",
            Shut::Closed => "the broker is closing",
        })
    }
}

impl std::error::Error for Shut {}

/// What became of an ask; its entry is durable.
#[derive(Clone, Debug)]
pub struct Answered {
    pub entry: EntryNo,
    /// Market time.
    pub at: Moment,
    pub refused: Option<Refusal>,
    pub events: Vec<Event>,
}

/// What a read sees: the state between two entries.
pub struct Room<'a> {
    pub firm: &'a Firm,
    pub book: &'a DayBook,
    /// What the exchanges show.
    pub feed: &'a Feed,
    /// Market time, and nanoseconds of the wall's clock since 1970.
    pub now: Moment,
    pub wall: i64,
}

/// What became durable.
#[derive(Clone, Debug)]
pub struct News {
    pub entry: EntryNo,
    pub at: Moment,
    pub events: Vec<Event>,
}

/// What changed at one look at the exchanges. Numbers rise by one: who misses one asks for every quote again.
#[derive(Clone, Debug)]
pub struct Ticks {
    pub number: u64,
    /// Market time.
    pub at: Moment,
    pub quotes: Vec<Quote>,
}

/// Hands a read's answer over, once what it saw is durable.
pub(crate) type Deliver = Box<dyn FnOnce() + Send>;
pub(crate) type Look = Box<dyn FnOnce(&Room<'_>) -> Deliver + Send>;
/// What a read leads to: an answer, or an ask and how its answer is handed over.
pub(crate) enum Deed {
    Say(Deliver),
    Ask { by: UserRow, command: Command, tell: Box<dyn FnOnce(Answered) -> Deliver + Send> },
}
pub(crate) type Act = Box<dyn FnOnce(&Room<'_>) -> Deed + Send>;

/// What is handed in at the counter.
pub(crate) enum Slip {
    Ask { by: UserRow, command: Command, reply: oneshot::Sender<Answered> },
    Look(Look),
    Act(Act),
    Tell { message: Box<FromPeople>, reply: oneshot::Sender<Result<(), BadMessage>> },
    Person { of: VaultRef, who: Box<str>, why: Box<str>, reply: oneshot::Sender<Result<Person, VaultError>> },
    Secret { of: SecretRef, reply: oneshot::Sender<Result<Bare, VaultError>> },
    KeepSecret { owner: u64, secret: Box<[u8]>, reply: oneshot::Sender<Result<SecretRef, VaultError>> },
    Move { to: Moment, reply: oneshot::Sender<Moment> },
    Close,
}

/// Where people's asks come in. Any number of them may be held.
#[derive(Clone)]
pub struct Counter {
    slips: SyncSender<Slip>,
    /// Weak, so that its readers see the end when the deciding thread does.
    news: broadcast::WeakSender<Arc<News>>,
    ticks: broadcast::WeakSender<Arc<Ticks>>,
}

impl Counter {
    pub(crate) fn new(
        slips: SyncSender<Slip>, news: broadcast::WeakSender<Arc<News>>, ticks: broadcast::WeakSender<Arc<Ticks>>,
    ) -> Counter {
        Counter { slips, news, ticks }
    }

    fn hand_in(&self, slip: Slip) -> Result<(), Shut> {
        self.slips.try_send(slip).map_err(|e| match e {
            TrySendError::Full(_) => Shut::Busy,
            TrySendError::Disconnected(_) => Shut::Closed,
        })
    }

    /// One ask, answered when its entry is durable. A refusal is an answer.
    ///
    /// # Errors
    /// [`Shut`].
    pub async fn ask(&self, by: UserRow, command: Command) -> Result<Answered, Shut> {
        let (reply, answer) = oneshot::channel();
        self.hand_in(Slip::Ask { by, command, reply })?;
        answer.await.map_err(|_| Shut::Closed)
    }

    /// Read on the deciding thread, between two entries; the answer comes once all it could see is durable. A read that takes long
    /// keeps everyone waiting: copy out what is needed, and shape it elsewhere.
    ///
    /// # Errors
    /// [`Shut`].
    pub async fn look<T: Send + 'static>(&self, read: impl FnOnce(&Room<'_>) -> T + Send + 'static) -> Result<T, Shut> {
        let (reply, answer) = oneshot::channel();
        let look: Look = Box::new(move |room| {
            let seen = read(room);
            // Who asked may have gone.
            Box::new(move || drop(reply.send(seen)))
        });
        self.hand_in(Slip::Look(look))?;
        answer.await.map_err(|_| Shut::Closed)
    }

    /// Read, and ask what follows from it, with nothing between the two: one visit where a read and an ask are two. What the read
    /// finds against it is the inner error, and nothing is asked.
    ///
    /// # Errors
    /// [`Shut`].
    pub async fn act<T: Send + 'static>(
        &self, read: impl FnOnce(&Room<'_>) -> Result<(UserRow, Command), T> + Send + 'static,
    ) -> Result<Result<Answered, T>, Shut> {
        let (reply, answer) = oneshot::channel();
        let act: Act = Box::new(move |room| match read(room) {
            // Who asked may have gone.
            Err(why) => Deed::Say(Box::new(move || drop(reply.send(Err(why))))),
            Ok((by, command)) => {
                let tell = Box::new(move |answered| -> Deliver { Box::new(move || drop(reply.send(Ok(answered)))) });
                Deed::Ask { by, command, tell }
            }
        });
        self.hand_in(Slip::Act(act))?;
        answer.await.map_err(|_| Shut::Closed)
    }

    /// What a person does outside the firm: only in a sandbox, whose world is simulated.
    ///
    /// # Errors
    /// [`Shut`]; within, what the world says against it.
    pub async fn tell(&self, message: FromPeople) -> Result<Result<(), BadMessage>, Shut> {
        let (reply, answer) = oneshot::channel();
        self.hand_in(Slip::Tell { message: Box::new(message), reply })?;
        answer.await.map_err(|_| Shut::Closed)
    }

    /// One person's data; that it was read, by whom and why, is durable before it is given.
    ///
    /// # Errors
    /// [`Shut`]; within, what the vault says against it.
    pub async fn person(&self, of: VaultRef, who: &str, why: &str) -> Result<Result<Person, VaultError>, Shut> {
        let (reply, answer) = oneshot::channel();
        self.hand_in(Slip::Person { of, who: who.into(), why: why.into(), reply })?;
        answer.await.map_err(|_| Shut::Closed)
    }

    /// A secret, for whoever compares it with what somebody showed.
    ///
    /// # Errors
    /// [`Shut`]; within, what the vault says against it.
    pub async fn secret(&self, of: SecretRef) -> Result<Result<Bare, VaultError>, Shut> {
        let (reply, answer) = oneshot::channel();
        self.hand_in(Slip::Secret { of, reply })?;
        answer.await.map_err(|_| Shut::Closed)
    }

    /// Keep a secret of a user or a program; it is durable before it is answered.
    ///
    /// # Errors
    /// [`Shut`]; within, what the vault says against it.
    pub async fn keep_secret(&self, owner: u64, secret: &[u8]) -> Result<Result<SecretRef, VaultError>, Shut> {
        let (reply, answer) = oneshot::channel();
        self.hand_in(Slip::KeepSecret { owner, secret: secret.into(), reply })?;
        answer.await.map_err(|_| Shut::Closed)
    }

    /// Move a sandbox's clock to a later moment; the answer is the market time once everything due until then has happened.
    ///
    /// # Errors
    /// [`Shut`].
    pub async fn move_clock(&self, to: Moment) -> Result<Moment, Shut> {
        let (reply, answer) = oneshot::channel();
        self.hand_in(Slip::Move { to, reply })?;
        answer.await.map_err(|_| Shut::Closed)
    }

    /// What becomes durable from now on, in order. A reader that falls behind is told how much it missed.
    ///
    /// # Errors
    /// [`Shut::Closed`].
    pub fn news(&self) -> Result<broadcast::Receiver<Arc<News>>, Shut> {
        self.news.upgrade().map(|news| news.subscribe()).ok_or(Shut::Closed)
    }

    /// What the exchanges show from now on, several times a second.
    ///
    /// # Errors
    /// [`Shut::Closed`].
    pub fn ticks(&self) -> Result<broadcast::Receiver<Arc<Ticks>>, Shut> {
        self.ticks.upgrade().map(|ticks| ticks.subscribe()).ok_or(Shut::Closed)
    }

    /// Ask the broker to close; [`crate::Open::join`] says when it has.
    pub fn close(&self) {
        // Closed already: then that is what was asked. A full counter is waited for.
        let _ = self.slips.send(Slip::Close);
    }
}
