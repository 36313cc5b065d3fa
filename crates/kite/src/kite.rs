//! What all requests share, and the one task that turns the broker's news into order updates.

use crate::doors::{Caller, Doors, posts_of};
use crate::pace::{Class, Pace, Rates};
use crate::postback::{self, Post};
use crate::quote::Quote;
use crate::show;
use crate::wrong::Wrong;
use firm::Event;
use live::{Counter, News, Shut};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::broadcast::{self, error::RecvError};
use vocab::ClientRow;

/// Frames and updates kept for a reader that is slow.
const KEPT: usize = 4_096;
/// Entries whose order updates are read at once.
const TOGETHER: usize = 512;
/// Order tags kept; those of the day fit many times over.
const MOST_TAGS: usize = 200_000;

/// Quotes that changed, a few times a second.
pub type Ticks = Vec<Quote>;

/// What became of a client's order.
#[derive(Clone, Debug)]
pub struct Update {
    pub client: ClientRow,
    pub order: Value,
}

pub struct Inner {
    pub counter: Counter,
    pub doors: Doors,
    pub pace: Pace,
    rates: Mutex<Rates>,
    /// Of tests: they stay whatever the day.
    fixed: bool,
    pub ticks: broadcast::Sender<Arc<Ticks>>,
    pub updates: broadcast::Sender<Arc<Update>>,
    /// Open streams of each api key.
    pub streams: Mutex<BTreeMap<String, usize>>,
    tags: Mutex<BTreeMap<String, String>>,
}

/// The API of one broker. Any number of them may be held.
#[derive(Clone)]
pub struct Kite(pub(crate) Arc<Inner>);

impl Kite {
    /// With the limits of the day.
    ///
    /// # Errors
    /// When the broker is closed, or a limit has no rule on the day.
    pub async fn open(counter: Counter, doors: Doors) -> Result<Kite, Wrong> {
        let rates = counter.look(|room| Rates::of(&room.firm.rules, room.now.day())).await?;
        let rates = rates.map_err(|none| Wrong::from(firm::Refusal::from(none)))?;
        Ok(Kite::with(counter, doors, rates, false))
    }

    /// With limits that stay: for tests that are not about them.
    pub fn with_rates(counter: Counter, doors: Doors, rates: Rates) -> Kite {
        Kite::with(counter, doors, rates, true)
    }

    fn with(counter: Counter, doors: Doors, rates: Rates, fixed: bool) -> Kite {
        let (ticks, _) = broadcast::channel(KEPT);
        let (updates, _) = broadcast::channel(KEPT);
        let (pace, streams, tags, rates) = (Pace::default(), Mutex::default(), Mutex::default(), Mutex::new(rates));
        Kite(Arc::new(Inner { counter, doors, pace, rates, fixed, ticks, updates, streams, tags }))
    }

    /// The limits of a day that began.
    async fn turn(&self) -> Result<(), Shut> {
        let rates = self.0.counter.look(|room| Rates::of(&room.firm.rules, room.now.day())).await?;
        match rates {
            Ok(rates) if !self.0.fixed => *self.0.rates.lock().unwrap_or_else(PoisonError::into_inner) = rates,
            Ok(_) => {}
            Err(none) => eprintln!("sauda: the limits of the day before stand: {none}"),
        }
        Ok(())
    }

    /// Order updates and ticks until the broker closes.
    ///
    /// # Errors
    /// When it is closed already.
    pub fn start(&self) -> Result<[tokio::task::JoinHandle<()>; 2], Shut> {
        let (mut news, mut ticks) = (self.0.counter.news()?, self.0.counter.ticks()?);
        let (kite, post) = (self.clone(), Post::default());
        let updates = tokio::spawn(async move {
            if kite.0.doors.look_around(&kite.0.counter).await.is_err() {
                return;
            }
            loop {
                let told = match news.recv().await {
                    Ok(first) => kite.tell(gather(first, &mut news), &post).await,
                    Err(RecvError::Lagged(missed)) => {
                        eprintln!("sauda: order updates of {missed} entries were not sent: the reader fell behind");
                        Ok(())
                    }
                    Err(RecvError::Closed) => return,
                };
                if told.is_err() {
                    return;
                }
            }
        });
        let kite = self.clone();
        let shown = tokio::spawn(async move {
            loop {
                let shown = match ticks.recv().await {
                    Ok(it) => kite.show(Some(it)).await,
                    // What was missed is old: everything is shown as it is now.
                    Err(RecvError::Lagged(_)) => kite.show(None).await,
                    Err(RecvError::Closed) => return,
                };
                if shown.is_err() {
                    return;
                }
            }
        });
        Ok([updates, shown])
    }

    /// Quotes that changed, or all there are, to the streams.
    async fn show(&self, ticks: Option<Arc<live::Ticks>>) -> Result<(), Shut> {
        if self.0.ticks.receiver_count() == 0 {
            return Ok(());
        }
        let quotes = self.0.counter.look(move |room| match &ticks {
            Some(ticks) => ticks.quotes.iter().filter_map(|it| show::market::told(room, it)).collect(),
            None => room.feed.ids().filter_map(|id| show::market::told(room, room.feed.quote(id)?)).collect::<Ticks>(),
        });
        // Nobody watches any more: then nobody is told.
        let _ = self.0.ticks.send(Arc::new(quotes.await?));
        Ok(())
    }

    /// One read for all that has become durable meanwhile; none while nobody would be told.
    async fn tell(&self, news: Vec<Arc<News>>, post: &Post) -> Result<(), Shut> {
        if news.iter().flat_map(|it| &it.events).any(|event| matches!(event, Event::DayBegun { .. })) {
            self.turn().await?;
        }
        // A session with a program brings its posts with it.
        if news.iter().flat_map(|it| &it.events).any(|event| matches!(event, Event::Access(access::Event::SessionOpened { .. }))) {
            self.0.doors.look_around(&self.0.counter).await?;
        }
        if self.0.updates.receiver_count() == 0 && !self.0.doors.posts() {
            return Ok(());
        }
        let of: Vec<(u64, Vec<vocab::OrderNo>)> = news.iter().filter_map(|it| orders_of(it)).collect();
        if of.is_empty() {
            return Ok(());
        }
        let changed = self.0.counter.look(move |room| {
            let changed = of.iter().flat_map(|(entry, orders)| show::orders::changed_by(room, *entry, orders));
            changed.map(|(client, order)| (client, order, posts_of(room.firm, client))).collect::<Vec<_>>()
        });
        for (client, mut order, posts) in changed.await? {
            self.tag(&mut order);
            match self.0.doors.sinks(&self.0.counter, posts).await {
                Ok(sinks) => postback::tell(post, sinks, &order),
                Err(wrong) => eprintln!("sauda: an order update was not posted: {}", wrong.message),
            }
            // Nobody listens: then nobody is told.
            let _ = self.0.updates.send(Arc::new(Update { client, order }));
        }
        Ok(())
    }

    /// One request of a caller, counted.
    ///
    /// # Errors
    /// Which limit it is over.
    pub fn count(&self, caller: &Caller, class: Class) -> Result<(), Wrong> {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let rates = *self.0.rates.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.pace.take(&caller.api_key, class, &rates, wall)
    }

    /// What a program calls its order is kept beside it.
    pub fn remember(&self, placed: &Value, tag: &str) {
        let mut tags = self.0.tags.lock().unwrap_or_else(PoisonError::into_inner);
        let children = placed["children"].as_array().into_iter().flatten();
        for it in children.chain([placed]) {
            if let Some(id) = it["order_id"].as_str() {
                if tags.len() >= MOST_TAGS {
                    // Ids begin with their day: the oldest go first.
                    tags.pop_first();
                }
                tags.insert(id.to_owned(), tag.to_owned());
            }
        }
    }

    /// An order, or a list of them, with the tags they were given under.
    pub fn tag(&self, orders: &mut Value) {
        let tags = self.0.tags.lock().unwrap_or_else(PoisonError::into_inner);
        let one = |order: &mut Value| {
            if let Some(tag) = order["order_id"].as_str().and_then(|id| tags.get(id)) {
                order["tag"] = Value::from(tag.as_str());
                order["tags"] = Value::from(vec![tag.as_str()]);
            }
        };
        match orders {
            Value::Array(all) => all.iter_mut().for_each(one),
            order @ Value::Object(_) => one(order),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

/// What has become durable with the first, up to a bound.
fn gather(first: Arc<News>, news: &mut broadcast::Receiver<Arc<News>>) -> Vec<Arc<News>> {
    let mut all = vec![first];
    while all.len() < TOGETHER && let Ok(next) = news.try_recv() {
        all.push(next);
    }
    all
}

/// The orders an entry changed or refused; none of an entry that did neither.
fn orders_of(news: &News) -> Option<(u64, Vec<vocab::OrderNo>)> {
    let mut orders: Vec<_> = news.events.iter().filter_map(order_of).collect();
    orders.sort_unstable();
    orders.dedup();
    let refused = news.events.iter().any(|event| matches!(event, Event::Refused(_)));
    (refused || !orders.is_empty()).then_some((news.entry.0, orders))
}

fn order_of(event: &Event) -> Option<vocab::OrderNo> {
    match event {
        Event::Order(orders::Event::DayCleared { .. }) => None,
        Event::Order(event) => Some(event.order()),
        _ => None,
    }
}
