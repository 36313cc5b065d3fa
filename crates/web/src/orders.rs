//! Orders: what one would bind and cost before it is sent, asks about them, and the story of each.

use crate::problem::Problem;
use crate::router::{At, Body, Query, Web};
use crate::session::Caller;
use crate::words::{KindWord, ProductWord, SideWord, ValidityWord, find, paise, price, symbol, time};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use charges::{Deal, Place as States};
use firm::{Answer, AsOf, Command, Event, Events, Place};
use live::{Fact, Leaf, Room, Turned};
use orders::Placed;
use risk::Bound;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};
use vocab::{
    Channel, ClientRow, Closing, EntryNo, Evidence, OrderKind, OrderNo, Paise, Price, Product, Qty, Rounding, SecurityRow, Side, Venue,
};

/// The header under which a program may send an order again without giving it twice.
const KEY: &str = "idempotency-key";
const MOST_KEY: usize = 64;
/// Rows of one page.
const PAGE: usize = 200;

/// An order as it is sent. Prices are in paise.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// `NSE:ABC`.
    pub name: String,
    pub side: SideWord,
    pub kind: KindWord,
    pub product: ProductWord,
    #[serde(default = "day")]
    pub validity: ValidityWord,
    pub qty: i64,
    /// Of a limit.
    pub price: Option<i64>,
    /// Of a stop.
    pub trigger: Option<i64>,
    pub disclosed: Option<i64>,
}

const fn day() -> ValidityWord {
    ValidityWord::Day
}

/// A change: what is not named stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    pub qty: Option<i64>,
    pub price: Option<i64>,
    pub trigger: Option<i64>,
}

#[derive(Serialize, ToSchema)]
pub struct Given {
    pub order: String,
    /// Its entry in the record.
    pub entry: u64,
    /// It waits for a person of the risk desk.
    pub waits: bool,
}

/// A line of a bill.
#[derive(Serialize, ToSchema)]
pub struct ChargeLine {
    pub what: String,
    pub amount: i64,
}

/// What the firm would say to an order now. Nothing of it is on record.
#[derive(Serialize, ToSchema)]
pub struct Preview {
    /// The price it is reckoned at: its own, its trigger's, or the last.
    pub at: i64,
    pub value: i64,
    /// Blocked while it stands: margin, and an allowance for charges.
    pub margin: i64,
    pub allowance: i64,
    /// What may still be used, before it.
    pub free: i64,
    /// As a contract note would list them, were it dealt in by itself.
    pub charges: Vec<ChargeLine>,
    pub charges_sum: i64,
    /// It would wait for a person of the risk desk.
    pub waits: bool,
    /// Larger than a tenth of what one order of his may be: to be confirmed again.
    pub large: bool,
    /// Why it would be refused.
    pub refusal: Option<Problem>,
}

/// A line of an order's story.
#[derive(Serialize, ToSchema)]
pub struct StoryLine {
    pub entry: u64,
    pub at: String,
    pub what: String,
    pub qty: i64,
    pub price: i64,
    pub trigger: i64,
    pub filled: i64,
}

#[derive(Serialize, ToSchema)]
pub struct OrderView {
    pub order: String,
    /// The last entry that told of it.
    pub entry: u64,
    pub name: String,
    pub side: SideWord,
    pub kind: KindWord,
    pub product: ProductWord,
    pub validity: ValidityWord,
    pub qty: i64,
    pub price: i64,
    pub trigger: i64,
    pub disclosed: i64,
    pub filled: i64,
    pub average: i64,
    /// `sent`, `open`, `dormant`, `filled`, `cancelled`, `lapsed`, `rejected`, `refused` or `waiting`.
    pub status: String,
    /// Why, where it was refused, rejected or waits.
    pub reason: Option<String>,
    pub received: String,
    pub updated: String,
    pub can_change: bool,
    pub can_cancel: bool,
}

#[derive(Serialize, ToSchema)]
pub struct OrderStory {
    pub order: OrderView,
    pub story: Vec<StoryLine>,
}

#[derive(Serialize, ToSchema)]
pub struct OrderPage {
    /// Up to this entry the page is what there was: a stream goes on from here.
    pub entry: u64,
    /// Latest first.
    pub items: Vec<OrderView>,
    pub next: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// What the page before said in `next`.
    after: Option<u64>,
}

#[derive(Serialize, ToSchema)]
pub struct TradeView {
    pub trade: String,
    pub order: String,
    pub name: String,
    pub side: SideWord,
    pub product: ProductWord,
    pub qty: i64,
    pub price: i64,
    pub at: String,
}

/// What an order of today is called: the firm's number, the entry that refused it, or the number it waits under.
#[derive(Clone, Copy)]
enum Id {
    Order(OrderNo),
    Turned(EntryNo),
    Waiting(u32),
}

impl Id {
    fn parse(text: &str) -> Result<Id, Problem> {
        let (kind, number) = text.split_at_checked(1).ok_or_else(Problem::not_found)?;
        let number: u64 = number.parse().map_err(|_| Problem::not_found())?;
        match kind {
            "o" => Ok(Id::Order(OrderNo(number))),
            "r" => Ok(Id::Turned(EntryNo(number))),
            "w" => u32::try_from(number).map(Id::Waiting).map_err(|_| Problem::not_found()),
            _ => Err(Problem::not_found()),
        }
    }

    fn text(self) -> String {
        match self {
            Id::Order(no) => format!("o{}", no.0),
            Id::Turned(entry) => format!("r{}", entry.0),
            Id::Waiting(no) => format!("w{no}"),
        }
    }
}

impl Draft {
    fn check(&self) -> Result<(), Problem> {
        let kind = OrderKind::from(self.kind);
        if !(1..=1_000_000_000).contains(&self.qty) {
            return Err(Problem::field("qty", "is no number of shares"));
        }
        if self.disclosed.is_some_and(|it| !(0..=self.qty).contains(&it)) {
            return Err(Problem::field("disclosed", "is no part of the quantity"));
        }
        if kind.is_limit() && price("price", self.price)?.is_zero() {
            return Err(Problem::field("price", "is missing: the order has a limit"));
        }
        if kind.is_stop() && price("trigger", self.trigger)?.is_zero() {
            return Err(Problem::field("trigger", "is missing: the order waits for one"));
        }
        if !kind.is_limit() && self.price.is_some() {
            return Err(Problem::field("price", "is not for an order without a limit"));
        }
        if !kind.is_stop() && self.trigger.is_some() {
            return Err(Problem::field("trigger", "is not for an order that is no stop"));
        }
        Ok(())
    }

    fn place(&self, caller: &Caller, room: &Room<'_>, key: u64) -> Result<Place, Problem> {
        let (venue, security) = find(room, &self.name).ok_or_else(|| Problem::field("name", "is not dealt in today"))?;
        Ok(Place {
            client: caller.client,
            security,
            venue,
            side: self.side.into(),
            kind: self.kind.into(),
            validity: self.validity.into(),
            channel: Channel::Web,
            product: self.product.into(),
            price: price("price", self.price)?,
            trigger: price("trigger", self.trigger)?,
            qty: Qty(self.qty),
            disclosed: self.disclosed.filter(|it| *it < self.qty).map_or(Qty::ZERO, Qty),
            seen: last(room, venue, security),
            key,
            source: caller.source,
            terminal: caller.terminal,
            // What proves it is the log of its session.
            evidence: Some((Evidence::InternetLog, u64::from(caller.session.0) << 32)),
        })
    }
}

fn last(room: &Room<'_>, venue: Venue, security: SecurityRow) -> Price {
    let isin = room.firm.market.security(security).map(|it| it.isin);
    let seen = isin.and_then(|isin| room.feed.quote(room.feed.by_isin(venue, isin)?));
    seen.filter(|it| it.day == room.now.day()).map_or(Price::ZERO, |it| it.last)
}

/// A program's own words for its order, as the number the firm knows it by.
fn key_of(headers: &HeaderMap, caller: &Caller) -> Result<u64, Problem> {
    let Some(text) = headers.get(KEY) else { return Ok(0) };
    let text = text.to_str().ok().filter(|it| (1..=MOST_KEY).contains(&it.len()));
    let text = text.ok_or_else(|| Problem::field(KEY, format!("has 1 to {MOST_KEY} plain characters")))?;
    let digest = Sha256::digest(format!("{}:{text}", caller.user.0));
    let bytes: [u8; 8] = digest.first_chunk().copied().unwrap_or_default();
    Ok(u64::from_le_bytes(bytes).max(1))
}

/// What the firm would say to an order, without sending it.
#[utoipa::path(post, path = "/orders/preview", request_body = Draft, responses((status = 200, body = Preview), (status = "default", body = Problem)))]
pub async fn preview(State(web): State<Web>, caller: Caller, Body(draft): Body<Draft>) -> Result<Json<Preview>, Problem> {
    draft.check()?;
    web.counter().look(move |room| previewed(room, &caller, &draft)).await?.map(Json)
}

fn previewed(room: &Room<'_>, caller: &Caller, draft: &Draft) -> Result<Preview, Problem> {
    let (firm, now) = (room.firm, AsOf { now: room.now });
    let place = draft.place(caller, room, 0)?;
    let at = [place.price, place.trigger, place.seen].into_iter().find(|it| !it.is_zero()).unwrap_or(Price::ZERO);
    let mut events = Events::new();
    let mut refusal = firm.decide(caller.user, &Command::Place(place), &now, &mut events).err();
    let waits = events.list().iter().any(|event| matches!(event, Event::Referred(_)));
    let bound = firm.needs(&place, &now).map(|needs| Bound::of(at, place.qty, &needs));
    let bound = bound.unwrap_or_else(|why| {
        refusal.get_or_insert(why);
        Bound { value: at.value(place.qty, Rounding::UpPaisa), margin: Paise::ZERO, charges: Paise::ZERO }
    });
    let charges = charged(room, &place, at);
    let most = firm.risk.user(caller.user).limits.order_qty;
    Ok(Preview {
        at: paise(at),
        value: bound.value.0,
        margin: bound.margin.0,
        allowance: bound.charges.0,
        free: crate::portfolio::free(room, caller.client).0,
        charges_sum: charges.iter().map(|it| it.amount).sum(),
        charges,
        waits,
        large: most.is_positive() && place.qty.0 > most.0 / 10,
        refusal: refusal.map(Problem::from),
    })
}

/// By the client's own plan and the rules of the day; nothing where a rule is missing, which the refusal then says.
fn charged(room: &Room<'_>, place: &Place, at: Price) -> Vec<ChargeLine> {
    let (firm, day) = (room.firm, room.now.day());
    let intraday = place.product == Product::Intraday;
    let deal = |order, side| Deal { order: OrderNo(order), security: place.security, side, price: at, qty: place.qty };
    // Squared within the day only beside its other side, which is another order.
    let deals = [deal(1, place.side), deal(2, place.side.other())];
    let deals = if intraday { &deals[..] } else { &deals[..1] };
    let Some(slabs) = firm.clients.slabs(place.client, day) else { return Vec::new() };
    let fees = charges::brokerage(&firm.rules, slabs, deals, day).ok();
    let Some(fee) = fees.and_then(|all| all.first().copied()) else { return Vec::new() };
    let state = firm.clients.get(place.client).map_or(firm.home_state(), |client| client.state);
    let states = States { client: state, firm: firm.home_state() };
    let of = (place.side, at.value(place.qty, Rounding::NearestPaisa), intraday);
    let lines = charges::of_order(&firm.rules, of, place.venue == Venue::Bse, fee, states, day).unwrap_or_default();
    lines.iter().map(|line| ChargeLine { what: line.head.as_str().to_owned(), amount: line.amount.0 }).collect()
}

/// Give an order.
#[utoipa::path(post, path = "/orders", request_body = Draft, params(("idempotency-key" = Option<String>, Header)),
    responses((status = 200, body = Given), (status = "default", body = Problem)))]
pub async fn place(State(web): State<Web>, caller: Caller, headers: HeaderMap, Body(draft): Body<Draft>) -> Result<Json<Given>, Problem> {
    draft.check()?;
    let key = key_of(&headers, &caller)?;
    let user = caller.user;
    let place = web.counter().look(move |room| draft.place(&caller, room, key)).await??;
    let answered = web.answered(user, Command::Place(place)).await;
    let answered = match answered {
        // The same key again: it is told the order it made.
        Err(again) if key != 0 && again.code == "SameKey" => return made_before(&again),
        other => other?,
    };
    let id = answered.events.iter().find_map(|event| match event {
        Event::Order(orders::Event::Placed(placed)) => Some((Id::Order(placed.order), false)),
        Event::Referred(placed) => u32::try_from(placed.order.0).ok().map(|no| (Id::Waiting(no), true)),
        _ => None,
    });
    let (id, waits) = id.ok_or_else(|| Problem::new(500, "NoNumber", "the order was taken and left no number"))?;
    Ok(Json(Given { order: id.text(), entry: answered.entry.0, waits }))
}

fn made_before(again: &Problem) -> Result<Json<Given>, Problem> {
    let order = again.facts.first().and_then(|no| u64::try_from(*no).ok()).ok_or_else(|| again.clone())?;
    Ok(Json(Given { order: format!("o{order}"), entry: 0, waits: false }))
}

/// Change what stands of an order.
#[utoipa::path(patch, path = "/orders/{order}", params(("order" = String, Path)), request_body = Change,
    responses((status = 204), (status = "default", body = Problem)))]
pub async fn modify(State(web): State<Web>, caller: Caller, At(id): At<String>, Body(it): Body<Change>) -> Result<StatusCode, Problem> {
    let Id::Order(no) = Id::parse(&id)? else { return Err(Problem::new(409, "NotSent", "only what the exchange has can be changed")) };
    if it.qty.is_some_and(|qty| !(1..=1_000_000_000).contains(&qty)) {
        return Err(Problem::field("qty", "is no number of shares"));
    }
    let (at, trigger) = (price("price", it.price)?, price("trigger", it.trigger)?);
    let client = caller.client;
    let found = web.counter().look(move |room| {
        let leaf = room.book.order(no).filter(|leaf| leaf.placed.client == client)?;
        Some(*leaf.last())
    });
    let last = found.await?.ok_or_else(Problem::not_found)?;
    let command = Command::Modify {
        order: no,
        client,
        price: if it.price.is_some() { at } else { last.price },
        qty: it.qty.map_or(last.qty, Qty),
        trigger: if it.trigger.is_some() { trigger } else { last.trigger },
    };
    web.answered(caller.user, command).await.map(|_| StatusCode::NO_CONTENT)
}

/// Nothing more of it shall be dealt in.
#[utoipa::path(delete, path = "/orders/{order}", params(("order" = String, Path)), responses((status = 204), (status = "default", body = Problem)))]
pub async fn cancel(State(web): State<Web>, caller: Caller, At(id): At<String>) -> Result<StatusCode, Problem> {
    let (id, client) = (Id::parse(&id)?, caller.client);
    let his = web.counter().look(move |room| match id {
        Id::Order(no) => room.book.order(no).is_some_and(|leaf| leaf.placed.client == client),
        Id::Waiting(no) => room.firm.review.get(no).is_some_and(|it| it.placed.client == client),
        Id::Turned(_) => false,
    });
    if !his.await? {
        return Err(Problem::not_found());
    }
    let command = match id {
        Id::Order(order) => Command::Cancel { order, client },
        Id::Waiting(referral) => Command::Answer { referral, answer: Answer::Withdraw, reason: 0 },
        Id::Turned(_) => return Err(Problem::not_found()),
    };
    web.answered(caller.user, command).await.map(|_| StatusCode::NO_CONTENT)
}

/// What became of it, in a person's words.
fn told(fact: Fact) -> String {
    match fact {
        Fact::Received => "received and sent to the exchange".into(),
        Fact::Opened { .. } => "stands at the exchange".into(),
        Fact::Triggered { .. } => "its trigger was reached".into(),
        Fact::Traded { trade, qty, price, .. } => format!("{} traded at {price} (trade {})", qty.0, trade.number()),
        Fact::ModifyAsked => "a change was asked for".into(),
        Fact::Modified => "changed".into(),
        Fact::CancelAsked => "its cancellation was asked for".into(),
        Fact::AskRefused { code } => format!("the exchange refused the change (its reason {code}); the order stands as before"),
        Fact::Resent => "sent again".into(),
        Fact::SquaredOff => "the firm closes what was opened intraday".into(),
        Fact::Closed { why: Closing::Filled, .. } => "all of it has traded".into(),
        Fact::Closed { why: Closing::Cancelled, .. } => "cancelled".into(),
        Fact::Closed { why: Closing::Lapsed, .. } => "the session ended, and the order with it".into(),
        Fact::Closed { why: Closing::Rejected, code } => format!("the exchange rejected it (its reason {code})"),
        Fact::Recounted { trade, qty } => format!("trade {} was corrected by {} shares", trade.number(), qty.0),
    }
}

fn status(leaf: &Leaf) -> &'static str {
    let mut now = "sent";
    for told in &leaf.told {
        now = match told.fact {
            Fact::Opened { .. } if leaf.placed.kind.is_stop() => "dormant",
            Fact::Opened { .. } | Fact::Triggered { .. } => "open",
            Fact::Closed { why: Closing::Filled, .. } => "filled",
            Fact::Closed { why: Closing::Cancelled, .. } => "cancelled",
            Fact::Closed { why: Closing::Lapsed, .. } => "lapsed",
            Fact::Closed { why: Closing::Rejected, .. } => "rejected",
            _ => now,
        };
    }
    now
}

fn view(room: &Room<'_>, no: OrderNo, leaf: &Leaf) -> OrderView {
    let last = leaf.last();
    let plain = plain(room, Id::Order(no), &leaf.placed);
    let open = !leaf.is_closed();
    let rejected = matches!(last.fact, Fact::Closed { why: Closing::Rejected, .. } | Fact::AskRefused { .. });
    OrderView {
        entry: last.entry.0,
        qty: last.qty.0,
        price: paise(last.price),
        trigger: paise(last.trigger),
        disclosed: leaf.disclosed.0,
        filled: last.filled.0,
        average: last.value.0.checked_div(last.filled.0).unwrap_or(0),
        status: status(leaf).to_owned(),
        reason: rejected.then(|| told(last.fact)),
        received: time(leaf.told.first().unwrap_or(last).at),
        updated: time(last.at),
        can_change: open,
        can_cancel: open,
        ..plain
    }
}

fn plain(room: &Room<'_>, id: Id, placed: &Placed) -> OrderView {
    OrderView {
        order: id.text(),
        entry: 0,
        name: format!("{}:{}", placed.venue, symbol(room, placed.security)),
        side: placed.side.into(),
        kind: placed.kind.into(),
        product: placed.product.into(),
        validity: placed.validity.into(),
        qty: placed.qty.0,
        price: paise(placed.price),
        trigger: 0,
        disclosed: 0,
        filled: 0,
        average: 0,
        status: String::new(),
        reason: None,
        received: String::new(),
        updated: String::new(),
        can_change: false,
        can_cancel: false,
    }
}

fn refused(room: &Room<'_>, entry: EntryNo, it: &Turned) -> OrderView {
    let at = time(it.at);
    OrderView {
        entry: entry.0,
        trigger: paise(it.trigger),
        disclosed: it.disclosed.0,
        status: "refused".to_owned(),
        reason: Some(it.refusal.to_string()),
        received: at.clone(),
        updated: at,
        ..plain(room, Id::Turned(entry), &it.placed)
    }
}

fn waiting(room: &Room<'_>, no: u32, it: &firm::Referral) -> OrderView {
    let at = time(it.since);
    OrderView {
        trigger: paise(it.trigger),
        disclosed: it.disclosed.0,
        status: "waiting".to_owned(),
        reason: Some(it.refusal.to_string()),
        received: at.clone(),
        updated: at,
        can_cancel: true,
        ..plain(room, Id::Waiting(no), &it.placed)
    }
}

/// All of a client's orders of the day that changed after an entry, oldest change first.
pub fn changed(room: &Room<'_>, client: ClientRow, after: u64) -> Vec<OrderView> {
    let placed = room.book.orders().filter(|(_, leaf)| leaf.placed.client == client && leaf.last().entry.0 > after);
    let placed = placed.map(|(no, leaf)| view(room, no, leaf));
    let turned = room.book.turned().filter(|(entry, it)| it.placed.client == client && entry.0 > after);
    let turned = turned.map(|(entry, it)| refused(room, entry, it));
    let mut all: Vec<OrderView> = placed.chain(turned).collect();
    all.sort_by_key(|it| it.entry);
    all
}

/// Each line of the stories of a client's orders after an entry, in the record's order.
pub fn lines_after(room: &Room<'_>, client: ClientRow, after: u64) -> Vec<(u64, String, StoryLine)> {
    let mut all = Vec::new();
    for (no, leaf) in room.book.orders().filter(|(_, leaf)| leaf.placed.client == client && leaf.last().entry.0 > after) {
        let lines = leaf.told.iter().filter(|line| line.entry.0 > after);
        all.extend(lines.map(|line| (line.entry.0, Id::Order(no).text(), story_line(line))));
    }
    for (entry, it) in room.book.turned().filter(|(entry, it)| it.placed.client == client && entry.0 > after) {
        all.push((entry.0, Id::Turned(entry).text(), refused_line(entry, it)));
    }
    all.sort_by_key(|(entry, ..)| *entry);
    all
}

fn story_line(it: &live::Told) -> StoryLine {
    StoryLine {
        entry: it.entry.0,
        at: time(it.at),
        what: told(it.fact),
        qty: it.qty.0,
        price: paise(it.price),
        trigger: paise(it.trigger),
        filled: it.filled.0,
    }
}

fn refused_line(entry: EntryNo, it: &Turned) -> StoryLine {
    StoryLine {
        entry: entry.0,
        at: time(it.at),
        what: format!("refused: {}", it.refusal),
        qty: it.placed.qty.0,
        price: paise(it.placed.price),
        trigger: paise(it.trigger),
        filled: 0,
    }
}

/// The day's orders, those that wait first, then the latest change first; page by page.
#[utoipa::path(get, path = "/orders", params(Paging), responses((status = 200, body = OrderPage), (status = "default", body = Problem)))]
pub async fn orders(State(web): State<Web>, caller: Caller, Query(it): Query<Paging>) -> Result<Json<OrderPage>, Problem> {
    let (client, before) = (caller.client, it.after);
    let seen = web.counter().look(move |room| {
        let waits = room.firm.review.iter().filter(|(_, it)| it.placed.client == client && before.is_none());
        let waits: Vec<OrderView> = waits.map(|(no, it)| waiting(room, no, it)).collect();
        (waits, changed(room, client, 0))
    });
    let (mut items, mut all) = seen.await?;
    let entry = all.last().map_or(0, |it| it.entry);
    all.retain(|it| before.is_none_or(|before| it.entry < before));
    all.reverse();
    // What one entry changed stays on one page.
    let (whole, last) = (all.len(), all.get(PAGE - 1).map(|it| it.entry));
    all.retain(|it| last.is_none_or(|last| it.entry >= last));
    let more = all.len() < whole;
    items.extend(all);
    let next = items.last().filter(|_| more).map(|it| it.entry.to_string());
    Ok(Json(OrderPage { entry, items, next }))
}

/// The whole story of an order of the day.
#[utoipa::path(get, path = "/orders/{order}", params(("order" = String, Path)), responses((status = 200, body = OrderStory), (status = "default", body = Problem)))]
pub async fn story(State(web): State<Web>, caller: Caller, At(id): At<String>) -> Result<Json<OrderStory>, Problem> {
    let (id, client) = (Id::parse(&id)?, caller.client);
    let seen = web.counter().look(move |room| match id {
        Id::Order(no) => {
            let leaf = room.book.order(no).filter(|leaf| leaf.placed.client == client)?;
            Some(OrderStory { order: view(room, no, leaf), story: leaf.told.iter().map(story_line).collect() })
        }
        Id::Turned(entry) => {
            let it = room.book.turned_at(entry).filter(|it| it.placed.client == client)?;
            Some(OrderStory { order: refused(room, entry, it), story: vec![refused_line(entry, it)] })
        }
        Id::Waiting(no) => {
            let it = room.firm.review.get(no).filter(|it| it.placed.client == client)?;
            Some(OrderStory { order: waiting(room, no, it), story: Vec::new() })
        }
    });
    seen.await?.map(Json).ok_or_else(Problem::not_found)
}

/// The day's trades, latest first.
#[utoipa::path(get, path = "/trades", responses((status = 200, body = Vec<TradeView>), (status = "default", body = Problem)))]
pub async fn trades(State(web): State<Web>, caller: Caller) -> Result<Json<Vec<TradeView>>, Problem> {
    let seen = web.counter().look(move |room| {
        let mine = room.book.orders().filter(|(_, leaf)| leaf.placed.client == caller.client);
        let mut all: Vec<_> = mine.flat_map(|(no, leaf)| fills(leaf).map(move |it| (no, leaf, it))).collect();
        all.sort_by_key(|(_, _, it)| std::cmp::Reverse(it.at));
        let view = |(no, leaf, it): (OrderNo, &Leaf, Fill)| TradeView {
            trade: it.trade.number().to_string(),
            order: Id::Order(no).text(),
            name: format!("{}:{}", leaf.placed.venue, symbol(room, leaf.placed.security)),
            side: leaf.placed.side.into(),
            product: leaf.placed.product.into(),
            qty: it.qty.0,
            price: paise(it.price),
            at: time(it.at),
        };
        all.into_iter().map(view).collect()
    });
    Ok(Json(seen.await?))
}

/// A trade that stands.
pub struct Fill {
    pub trade: vocab::TradeNo,
    pub qty: Qty,
    pub price: Price,
    pub at: vocab::Moment,
}

/// Trades of an order that stand, with what was corrected of each.
pub fn fills(leaf: &Leaf) -> impl Iterator<Item = Fill> {
    leaf.told.iter().filter_map(move |told| {
        let Fact::Traded { trade, qty, price, at } = told.fact else { return None };
        let again = leaf.told.iter().filter_map(|it| match it.fact {
            Fact::Recounted { trade: of, qty } if of == trade => Some(qty),
            _ => None,
        });
        let qty = qty + again.sum::<Qty>();
        qty.is_positive().then_some(Fill { trade, qty, price, at })
    })
}

/// Which side closes a position.
pub fn closing(net: Qty) -> Side {
    if net.is_negative() { Side::Buy } else { Side::Sell }
}
