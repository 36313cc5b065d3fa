//! Ticks and order updates over one socket.

use crate::doors::Caller;
use crate::fields::Fields;
use crate::kite::{Kite, Update};
use crate::postback;
use crate::quote::{Frame, Mode, Quote};
use crate::show::market::quote;
use crate::words::Token;
use crate::wrong::{Kind, Wrong};
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, interval, timeout};

/// Streams of one api key, and securities of one stream.
const MOST_STREAMS: usize = 3;
const MOST_TOKENS: usize = 3_000;
/// A message of a program: as many tokens as it may name.
const MOST_MESSAGE: usize = 64 * 1024;
/// A byte that says the line is open.
const BEAT: Duration = Duration::from_secs(2);
/// How often it is asked whether the session still lives.
const WATCH: Duration = Duration::from_secs(30);
/// A program that takes nothing for so long is gone.
const PATIENCE: Duration = Duration::from_secs(10);

/// One of the few streams an api key may have; given back when it is dropped.
struct Seat(Kite, String);

impl Seat {
    fn take(kite: &Kite, api_key: &str) -> Result<Seat, Wrong> {
        let mut all = kite.0.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let open = all.entry(api_key.to_owned()).or_insert(0);
        if *open >= MOST_STREAMS {
            return Err(Wrong::too_fast(&format!("at most {MOST_STREAMS} streams of one api key")));
        }
        *open += 1;
        Ok(Seat(kite.clone(), api_key.to_owned()))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut all = self.0.0.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = all.get_mut(&self.1) {
            *open = open.saturating_sub(1);
        }
    }
}

/// Whom the query lets in.
///
/// # Errors
/// As [`crate::doors::Doors::caller`]; when too many streams are open.
pub async fn open(kite: Kite, query: &Fields, source: [u8; 16], upgrade: WebSocketUpgrade) -> Result<Response, Wrong> {
    let (api_key, token) = (query.need("api_key")?, query.need("access_token")?.to_owned());
    let caller = kite.0.doors.caller(&kite.0.counter, api_key, &token, source).await?;
    let seat = Seat::take(&kite, api_key)?;
    let upgrade = upgrade.max_message_size(MOST_MESSAGE).max_frame_size(MOST_MESSAGE);
    Ok(upgrade.on_upgrade(move |socket| async move {
        let stream = Stream { kite: seat.0.clone(), caller, token, source, socket, wanted: BTreeMap::new() };
        stream.run().await;
        drop(seat);
    }))
}

struct Stream {
    kite: Kite,
    caller: Caller,
    token: String,
    source: [u8; 16],
    socket: WebSocket,
    wanted: BTreeMap<Token, Mode>,
}

/// The other side is gone, or must go.
struct Gone;

impl Stream {
    async fn run(mut self) {
        let (mut ticks, mut updates) = (self.kite.0.ticks.subscribe(), self.kite.0.updates.subscribe());
        let (mut beat, mut watch) = (interval(BEAT), tokio::time::interval_at(Instant::now() + WATCH, WATCH));
        loop {
            let done = tokio::select! {
                heard = self.socket.recv() => match heard {
                    Some(Ok(message)) => self.hear(message).await,
                    Some(Err(_)) | None => Err(Gone),
                },
                some = ticks.recv() => match some {
                    Ok(some) => self.show(&some).await,
                    // What it missed is old: it is shown what is now.
                    Err(RecvError::Lagged(_)) => self.show_all().await,
                    Err(RecvError::Closed) => Err(Gone),
                },
                some = updates.recv() => match some {
                    Ok(it) => self.tell(&it).await,
                    Err(RecvError::Lagged(missed)) => self.say("error", Value::from(format!("{missed} order updates were missed: ask for /orders"))).await,
                    Err(RecvError::Closed) => Err(Gone),
                },
                _ = beat.tick() => self.send(Message::Binary(vec![0].into())).await,
                _ = watch.tick() => self.still_in().await,
            };
            if done.is_err() {
                return;
            }
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), Gone> {
        match timeout(PATIENCE, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }

    async fn say(&mut self, kind: &str, data: Value) -> Result<(), Gone> {
        self.send(Message::Text(json!({ "type": kind, "data": data }).to_string().into())).await
    }

    /// A session that ended takes its streams with it.
    async fn still_in(&mut self) -> Result<(), Gone> {
        let caller = self.kite.0.doors.caller(&self.kite.0.counter, &self.caller.api_key, &self.token, self.source).await;
        match caller {
            Ok(_) => Ok(()),
            Err(wrong) => {
                self.say("error", Value::from(wrong.message)).await?;
                Err(Gone)
            }
        }
    }

    async fn hear(&mut self, message: Message) -> Result<(), Gone> {
        match message {
            Message::Text(text) => match self.order(text.as_str()) {
                Ok(fresh) => self.show_these(fresh).await,
                Err(wrong) => self.say("error", Value::from(wrong.message)).await,
            },
            // Pings are answered by the socket itself; so is a goodbye, with the next that is read.
            Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Close(_) => Ok(()),
        }
    }

    /// What a program wants from now on; the tokens to be shown at once.
    fn order(&mut self, text: &str) -> Result<Vec<Token>, Wrong> {
        let bad = || Wrong::of(Kind::Input, "a message is {\"a\": \"subscribe\", \"unsubscribe\" or \"mode\", \"v\": …}");
        let message: Value = serde_json::from_str(text).map_err(|_| bad())?;
        let (mode, list) = match message["a"].as_str() {
            Some("subscribe" | "unsubscribe") => (Mode::Quote, &message["v"]),
            Some("mode") => (message["v"][0].as_str().and_then(Mode::parse).ok_or_else(bad)?, &message["v"][1]),
            Some(_) | None => return Err(bad()),
        };
        let tokens: Vec<Token> = list.as_array().ok_or_else(bad)?.iter().map(token).collect::<Option<_>>().ok_or_else(bad)?;
        if message["a"] == "unsubscribe" {
            self.wanted.retain(|token, _| !tokens.contains(token));
            return Ok(Vec::new());
        }
        let fresh = tokens.iter().filter(|token| !self.wanted.contains_key(token)).count();
        if self.wanted.len() + fresh > MOST_TOKENS {
            return Err(Wrong::of(Kind::Input, format!("at most {MOST_TOKENS} instruments of one stream")));
        }
        self.wanted.extend(tokens.iter().map(|token| (*token, mode)));
        Ok(tokens)
    }

    async fn show(&mut self, quotes: &[Quote]) -> Result<(), Gone> {
        let mut frame = Frame::default();
        for quote in quotes {
            if let Some(mode) = self.wanted.get(&Token::of(quote.venue, quote.security)) {
                frame.add(quote, *mode);
            }
            if frame.is_full() {
                self.send(Message::Binary(frame.take().into())).await?;
            }
        }
        if frame.is_empty() { Ok(()) } else { self.send(Message::Binary(frame.take().into())).await }
    }

    async fn show_all(&mut self) -> Result<(), Gone> {
        let all = self.wanted.keys().copied().collect();
        self.show_these(all).await
    }

    async fn show_these(&mut self, tokens: Vec<Token>) -> Result<(), Gone> {
        if tokens.is_empty() {
            return Ok(());
        }
        let seen = self.kite.0.counter.look(move |room| {
            let one = |token: &Token| token.parts().and_then(|(venue, security)| quote(room, venue, security));
            tokens.iter().filter_map(one).collect::<Vec<Quote>>()
        });
        let quotes = seen.await.map_err(|_| Gone)?;
        self.show(&quotes).await
    }

    async fn tell(&mut self, update: &Update) -> Result<(), Gone> {
        if update.client != self.caller.client {
            return Ok(());
        }
        let status = update.order["status"].as_str().unwrap_or_default();
        self.say("order", postback::body(&update.order, status, 0, None)).await
    }
}

fn token(value: &Value) -> Option<Token> {
    u32::try_from(value.as_u64()?).ok().map(Token)
}
