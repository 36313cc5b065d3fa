//! What is dealt in, at what prices, and the lists a person watches.

use crate::problem::Problem;
use crate::router::{At, Body, Query, Web};
use crate::session::Caller;
use crate::words::{VenueWord, find, paise, symbol, time};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use feed::Span;
use firm::Command;
use live::Room;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use vocab::{Label, ListNo, SecurityRow, Venue};
use watch::Ask;

/// Rows of one page of the list.
const PAGE: usize = 200;
/// Names of one question.
pub const MOST_NAMES: usize = 250;
/// Milliseconds after which what is shown is said to be stale.
const STALE: i64 = 5_000;

#[derive(Serialize, ToSchema)]
pub struct Instrument {
    /// `NSE:ABC`.
    pub name: String,
    pub venue: VenueWord,
    pub symbol: String,
    pub isin: String,
    /// Paise.
    pub tick: i64,
    pub low: i64,
    pub high: i64,
}

#[derive(Serialize, ToSchema)]
pub struct InstrumentPage {
    pub items: Vec<Instrument>,
    /// Where the next page begins; none after the last.
    pub next: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// A part of the symbol.
    q: Option<String>,
    /// What the page before said in `next`.
    after: Option<String>,
}

/// One price of a side, with the shares and orders that wait there.
#[derive(Serialize, ToSchema)]
pub struct Level {
    pub price: i64,
    pub qty: i64,
    pub orders: u32,
}

#[derive(Serialize, ToSchema)]
pub struct QuoteView {
    pub name: String,
    pub last: i64,
    pub last_qty: i64,
    pub last_at: Option<String>,
    pub open: i64,
    pub high: i64,
    pub low: i64,
    pub close: i64,
    pub average: i64,
    pub volume: i64,
    pub band_low: i64,
    pub band_high: i64,
    pub tick: i64,
    pub buys: Vec<Level>,
    pub sells: Vec<Level>,
    /// When the exchange showed it.
    pub at: String,
    /// From where it comes.
    pub source: String,
    /// Milliseconds since the exchange was last heard.
    pub age: i64,
    pub stale: bool,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Names {
    /// `NSE:ABC,BSE:DEF`, at most 250.
    names: String,
}

/// Name by name, what is dealt in today.
pub fn names_of(text: &str) -> Result<Vec<String>, Problem> {
    let all: Vec<String> = text.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    if all.len() > MOST_NAMES {
        return Err(Problem::field("names", format!("at most {MOST_NAMES}")));
    }
    Ok(all)
}

pub fn quote(room: &Room<'_>, venue: Venue, security: SecurityRow) -> Option<QuoteView> {
    let isin = room.firm.market.security(security)?.isin;
    let served = room.feed.served(room.feed.by_isin(venue, isin)?, room.now, STALE)?;
    let it = served.quote;
    let levels = |side: &feed::Shown| {
        let there = side.best.iter().filter(|level| level.qty.is_positive());
        there.map(|level| Level { price: paise(level.price), qty: level.qty.0, orders: level.orders }).collect()
    };
    Some(QuoteView {
        name: format!("{venue}:{}", symbol(room, security)),
        last: paise(it.last),
        last_qty: it.last_qty.0,
        last_at: it.last_at.map(time),
        open: paise(it.open),
        high: paise(it.high),
        low: paise(it.low),
        close: paise(it.prev_close),
        average: paise(it.average),
        volume: it.volume.0,
        band_low: paise(it.band_low),
        band_high: paise(it.band_high),
        tick: paise(it.tick),
        buys: levels(&it.buys),
        sells: levels(&it.sells),
        at: time(it.at),
        source: served.source.label().to_owned(),
        age: served.age,
        stale: served.stale,
    })
}

/// What the exchanges admitted today, by symbol; page by page.
#[utoipa::path(get, path = "/instruments", params(Search), responses((status = 200, body = InstrumentPage), (status = "default", body = Problem)))]
pub async fn instruments(State(web): State<Web>, _: Caller, Query(it): Query<Search>) -> Result<Json<InstrumentPage>, Problem> {
    let wanted = it.q.unwrap_or_default().to_ascii_uppercase();
    let after = it.after.unwrap_or_default();
    if wanted.len() > 32 || after.len() > 32 {
        return Err(Problem::field("q", "has at most 32 characters"));
    }
    let seen = web.counter().look(move |room| {
        let day = room.now.day();
        let all = Venue::ALL.iter().flat_map(|venue| room.firm.market.admitted(*venue, day).map(move |row| (*venue, row)));
        let row = |(venue, security): (Venue, SecurityRow)| {
            let it = room.firm.market.security(security)?;
            let terms = room.firm.market.terms(venue, security, day)?;
            let symbol = it.symbol.as_str().to_owned();
            let name = format!("{venue}:{symbol}");
            let (tick, low, high) = (paise(terms.tick), paise(terms.low), paise(terms.high));
            let isin = it.isin.as_str().to_owned();
            symbol.contains(&wanted).then_some(Instrument { name, venue: venue.into(), symbol, isin, tick, low, high })
        };
        all.filter_map(row).collect::<Vec<_>>()
    });
    let mut items = seen.await?;
    let key = |it: &Instrument| format!("{}:{}", it.symbol, it.name);
    items.sort_by_key(key);
    items.retain(|it| key(it) > after);
    let more = items.len() > PAGE;
    items.truncate(PAGE);
    let next = items.last().filter(|_| more).map(key);
    Ok(Json(InstrumentPage { items, next }))
}

/// Quotes with depth; a name that is not dealt in today is left out.
#[utoipa::path(get, path = "/quotes", params(Names), responses((status = 200, body = Vec<QuoteView>), (status = "default", body = Problem)))]
pub async fn quotes(State(web): State<Web>, _: Caller, Query(it): Query<Names>) -> Result<Json<Vec<QuoteView>>, Problem> {
    let names = names_of(&it.names)?;
    let seen = web.counter().look(move |room| {
        let one = |name: &String| find(room, name).and_then(|(venue, security)| quote(room, venue, security));
        names.iter().filter_map(one).collect()
    });
    Ok(Json(seen.await?))
}

#[derive(Serialize, ToSchema)]
pub struct CandleView {
    pub at: String,
    pub open: i64,
    pub high: i64,
    pub low: i64,
    pub close: i64,
    pub volume: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpanWord {
    Minute,
    Five,
    Fifteen,
    Hour,
    Day,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Chart {
    name: String,
    #[param(inline)]
    span: SpanWord,
    /// Days back from today, at most 60; of daily candles 2,000.
    days: u16,
}

/// Candles of what traded, oldest first.
#[utoipa::path(get, path = "/candles", params(Chart), responses((status = 200, body = Vec<CandleView>), (status = "default", body = Problem)))]
pub async fn candles(State(web): State<Web>, _: Caller, Query(it): Query<Chart>) -> Result<Json<Vec<CandleView>>, Problem> {
    let span = match it.span {
        SpanWord::Minute => Span::Minute,
        SpanWord::Five => Span::Five,
        SpanWord::Fifteen => Span::Fifteen,
        SpanWord::Hour => Span::Hour,
        SpanWord::Day => Span::Day,
    };
    let most = if it.span == SpanWord::Day { 2_000 } else { 60 };
    if it.days > most {
        return Err(Problem::field("days", format!("at most {most} of this span")));
    }
    let seen = web.counter().look(move |room| {
        let (venue, security) = find(room, &it.name)?;
        let isin = room.firm.market.security(security)?.isin;
        let from = vocab::Day(room.now.day().0 - i32::from(it.days)).at(vocab::TimeOfDay(0));
        Some(room.feed.by_isin(venue, isin).map_or_else(Vec::new, |id| room.feed.candles(id, span, from, room.now)))
    });
    let all = seen.await?.ok_or_else(Problem::not_found)?;
    let row = |it: &feed::Candle| CandleView {
        at: time(it.at),
        open: paise(it.open),
        high: paise(it.high),
        low: paise(it.low),
        close: paise(it.close),
        volume: it.volume.0,
    };
    Ok(Json(all.iter().map(row).collect()))
}

#[derive(Serialize, ToSchema)]
pub struct ListView {
    pub list: u32,
    pub name: String,
    pub names: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewList {
    pub name: String,
}

/// The caller's lists, on whatever device they were made.
#[utoipa::path(get, path = "/lists", responses((status = 200, body = Vec<ListView>), (status = "default", body = Problem)))]
pub async fn lists(State(web): State<Web>, caller: Caller) -> Result<Json<Vec<ListView>>, Problem> {
    let seen = web.counter().look(move |room| {
        let name = |(venue, security): &(Venue, SecurityRow)| format!("{venue}:{}", symbol(room, *security));
        let all = room.firm.watch.lists_of(caller.user);
        all.map(|(no, it)| ListView { list: no.0, name: it.name.as_str().to_owned(), names: it.rows.iter().map(name).collect() }).collect()
    });
    Ok(Json(seen.await?))
}

/// Another list.
#[utoipa::path(post, path = "/lists", request_body = NewList, responses((status = 204), (status = "default", body = Problem)))]
pub async fn make_list(State(web): State<Web>, caller: Caller, Body(it): Body<NewList>) -> Result<StatusCode, Problem> {
    let name = Label::parse(&it.name).map_err(|e| Problem::field("name", e))?;
    web.answered(caller.user, Command::Watch(Ask::MakeList { name })).await.map(|_| StatusCode::NO_CONTENT)
}

/// A list goes.
#[utoipa::path(delete, path = "/lists/{list}", params(("list" = u32, Path)), responses((status = 204), (status = "default", body = Problem)))]
pub async fn drop_list(State(web): State<Web>, caller: Caller, At(list): At<u32>) -> Result<StatusCode, Problem> {
    web.answered(caller.user, Command::Watch(Ask::DropList { list: ListNo(list) })).await.map(|_| StatusCode::NO_CONTENT)
}

async fn listed(web: &Web, caller: &Caller, (list, name): (u32, String), enter: bool) -> Result<StatusCode, Problem> {
    let found = web.counter().look(move |room| find(room, &name)).await?;
    let (venue, security) = found.ok_or_else(Problem::not_found)?;
    let list = ListNo(list);
    let ask = if enter { Ask::Enter { list, venue, security } } else { Ask::Strike { list, venue, security } };
    web.answered(caller.user, Command::Watch(ask)).await.map(|_| StatusCode::NO_CONTENT)
}

/// To the end of a list.
#[utoipa::path(put, path = "/lists/{list}/{name}", params(("list" = u32, Path), ("name" = String, Path)), responses((status = 204), (status = "default", body = Problem)))]
pub async fn enter(State(web): State<Web>, caller: Caller, At(it): At<(u32, String)>) -> Result<StatusCode, Problem> {
    listed(&web, &caller, it, true).await
}

/// Off a list.
#[utoipa::path(delete, path = "/lists/{list}/{name}", params(("list" = u32, Path), ("name" = String, Path)), responses((status = 204), (status = "default", body = Problem)))]
pub async fn strike(State(web): State<Web>, caller: Caller, At(it): At<(u32, String)>) -> Result<StatusCode, Problem> {
    listed(&web, &caller, it, false).await
}
