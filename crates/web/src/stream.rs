//! The stream: what became of the caller's orders, in the record's order, and quotes as they change.
//!
//! A line's id is its entry number. Who comes back with the last number he saw is told what came after it: nothing is lost, and nothing
//! told twice. Quotes bear no number: the last is all there is of them.

use crate::market::{names_of, quote};
use crate::orders::lines_after;
use crate::problem::Problem;
use crate::router::{Query, Web};
use crate::session::Caller;
use crate::words::{find, time};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event as Line, KeepAlive, Sse};
use futures_util::Stream;
use live::{News, Room, Ticks};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeSet, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, MissedTickBehavior};
use utoipa::IntoParams;
use vocab::{SecurityRow, Venue};

/// Between signs of life: whoever hears none of them for long has lost the stream.
const BEAT: Duration = Duration::from_secs(1);

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Follow {
    /// The entry number last seen; a `Last-Event-ID` goes before it.
    after: Option<u64>,
    /// Whose quotes: `NSE:ABC,BSE:DEF`, at most 250.
    names: Option<String>,
}

/// One who follows.
struct Follower {
    web: Web,
    caller: Caller,
    after: u64,
    names: Vec<(Venue, SecurityRow)>,
    news: Receiver<Arc<News>>,
    ticks: Receiver<Arc<Ticks>>,
    beats: Interval,
    /// To be sent yet.
    lines: VecDeque<Line>,
    over: bool,
}

enum Woken {
    Orders,
    Quotes(Option<Arc<Ticks>>),
    Beat,
    Over,
}

fn line(kind: &str, data: &Value) -> Line {
    Line::default().event(kind).data(data.to_string())
}

/// The news may be about orders at all.
fn matters(news: &News) -> bool {
    news.events.iter().any(|event| matches!(event, firm::Event::Order(_) | firm::Event::Refused(_) | firm::Event::DayBegun { .. }))
}

impl Follower {
    async fn woken(&mut self) -> Woken {
        loop {
            tokio::select! {
                news = self.news.recv() => match news {
                    Ok(news) if matters(&news) => return Woken::Orders,
                    Ok(_) => {}
                    // What was missed is in the book of the day.
                    Err(RecvError::Lagged(_)) => return Woken::Orders,
                    Err(RecvError::Closed) => return Woken::Over,
                },
                ticks = self.ticks.recv() => match ticks {
                    Ok(ticks) => return Woken::Quotes(Some(ticks)),
                    Err(RecvError::Lagged(_)) => return Woken::Quotes(None),
                    Err(RecvError::Closed) => return Woken::Over,
                },
                _ = self.beats.tick() => return Woken::Beat,
            }
        }
    }

    /// Whether the stream goes on.
    async fn fill(&mut self) -> bool {
        match self.woken().await {
            Woken::Orders => self.tell_orders().await.is_ok(),
            Woken::Quotes(ticks) => self.tell_quotes(ticks).await.is_ok(),
            Woken::Beat => self.beat().await.is_ok(),
            Woken::Over => false,
        }
    }

    async fn tell_orders(&mut self) -> Result<(), live::Shut> {
        // Whatever else came meanwhile is seen by the same look.
        while self.news.try_recv().is_ok() {}
        let (client, after) = (self.caller.client, self.after);
        let all = self.web.counter().look(move |room| lines_after(room, client, after)).await?;
        // What one entry told is one event: whoever has its number has all of it.
        for of_entry in all.chunk_by(|(a, ..), (b, ..)| a == b) {
            let lines: Vec<Value> = of_entry.iter().map(|(_, order, told)| json!({ "order": order, "line": told })).collect();
            let Some((entry, ..)) = of_entry.first() else { continue };
            self.after = *entry;
            self.lines.push_back(line("order", &json!({ "lines": lines })).id(entry.to_string()));
        }
        Ok(())
    }

    async fn tell_quotes(&mut self, ticks: Option<Arc<Ticks>>) -> Result<(), live::Shut> {
        if self.names.is_empty() {
            return Ok(());
        }
        let names = self.names.clone();
        let seen = self.web.counter().look(move |room| {
            let changed = ticks.map(|it| changed(room, &it));
            let wanted = names.iter().filter(|name| changed.as_ref().is_none_or(|all| all.contains(name)));
            wanted.filter_map(|(venue, security)| quote(room, *venue, *security)).collect::<Vec<_>>()
        });
        let seen = seen.await?;
        if !seen.is_empty() {
            self.lines.push_back(line("quotes", &json!(seen)));
        }
        Ok(())
    }

    /// The market's time, and how long ago the exchange was heard; a session that is over is told so.
    async fn beat(&mut self) -> Result<(), live::Shut> {
        let (session, source) = (self.caller.session, self.caller.source);
        let seen = self.web.counter().look(move |room| {
            let lives = room.firm.may_send(session, source, &firm::AsOf { now: room.now }).is_ok();
            (lives, json!({ "now": time(room.now), "age": room.feed.age(room.now), "source": room.feed.source().label() }))
        });
        let (lives, data) = seen.await?;
        self.lines.push_back(if lives { line("beat", &data) } else { line("over", &data) });
        if lives { Ok(()) } else { Err(live::Shut::Closed) }
    }
}

fn changed(room: &Room<'_>, ticks: &Ticks) -> BTreeSet<(Venue, SecurityRow)> {
    ticks.quotes.iter().filter_map(|it| room.firm.market.by_isin(&it.isin).map(|row| (it.venue, row))).collect()
}

async fn next(mut it: Follower) -> Option<(Result<Line, Infallible>, Follower)> {
    loop {
        if let Some(line) = it.lines.pop_front() {
            return Some((Ok(line), it));
        }
        if it.over {
            return None;
        }
        // What it was told last is still sent.
        it.over = !it.fill().await;
    }
}

/// Server-sent events: `order` with an entry number as id, `quotes`, `beat`, and `over` when the session ended.
#[utoipa::path(get, path = "/stream", params(Follow), responses((status = 200, content_type = "text/event-stream"), (status = "default", body = Problem)))]
pub async fn stream(
    State(web): State<Web>, caller: Caller, headers: HeaderMap, Query(it): Query<Follow>,
) -> Result<Sse<impl Stream<Item = Result<Line, Infallible>>>, Problem> {
    let seen = headers.get("last-event-id").and_then(|it| it.to_str().ok()).and_then(|it| it.parse().ok());
    let names = names_of(it.names.as_deref().unwrap_or_default())?;
    // Heard before it is read: nothing comes between.
    let (news, ticks) = (web.counter().news()?, web.counter().ticks()?);
    let names = web.counter().look(move |room| names.iter().filter_map(|name| find(room, name)).collect()).await?;
    let after = seen.or(it.after).unwrap_or(0);
    let mut beats = tokio::time::interval(BEAT);
    // Who reads slowly is not told old times one after the other.
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut it = Follower { web, caller, after, names, news, ticks, beats, lines: VecDeque::new(), over: false };
    it.tell_orders().await?;
    it.tell_quotes(None).await?;
    let lines = futures_util::stream::unfold(it, next);
    Ok(Sse::new(lines).keep_alive(KeepAlive::new().interval(BEAT)))
}
