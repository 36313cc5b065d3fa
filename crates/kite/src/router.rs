//! The routes.

use crate::doors::{Caller, Opened, SignIn, Who};
use crate::estimate::{self, Thought};
use crate::fields::{Fields, Rows, shorten};
use crate::kite::Kite;
use crate::pace::Class;
use crate::show::{candles, market, money, orders, people, portfolio};
use crate::words::{self, OrderId};
use crate::wrong::{Kind, Wrong};
use crate::{asks, page, stream, triggers};
use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{ConnectInfo, FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use std::io;
use std::net::{IpAddr, SocketAddr};
use tokio::net::TcpListener;
use vault::Person;

/// Every route of the documentation but those of mutual funds.
pub fn router(kite: Kite) -> Router {
    Router::new()
        .merge(sessions())
        .merge(trading())
        .merge(markets())
        .merge(waiting())
        .route("/", get(socket))
        .fallback(nowhere)
        .method_not_allowed_fallback(not_so)
        .with_state(kite)
}

/// Answer at a listener until the future comes.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, kite: Kite, until: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let service = router(kite).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(until).await
}

fn sessions() -> Router<Kite> {
    Router::new()
        .route("/connect/login", get(sign_in_page).post(sign_in))
        .route("/session/token", post(open_session).delete(end_session))
        .route("/session/refresh_token", post(renew_session))
        .route("/user/profile", get(profile))
        .route("/user/profile/full", get(full_profile))
        .route("/user/margins", get(margins))
        .route("/user/margins/{segment}", get(margins_of))
        .route("/margins/{segment}", get(margins_of))
}

fn trading() -> Router<Kite> {
    Router::new()
        .route("/orders", get(all_orders))
        // By one path a variety is placed in, and an order is asked about.
        .route("/orders/{it}", get(order_story).post(place))
        .route("/orders/{it}/{order_id}", get(order_trades).put(modify).delete(cancel))
        .route("/trades", get(all_trades))
        .route("/portfolio/holdings", get(holdings))
        .route("/portfolio/holdings/summary", get(holdings_summary))
        .route("/portfolio/holdings/compact", get(holdings_compact))
        .route("/portfolio/holdings/auctions", get(auctions))
        .route("/portfolio/holdings/authorise", post(authorise))
        .route("/portfolio/positions", get(positions).put(convert))
        .route("/margins/orders", post(order_margins))
        .route("/margins/basket", post(basket_margins))
        .route("/charges/orders", post(contract_note))
}

fn markets() -> Router<Kite> {
    Router::new()
        .route("/instruments", get(instruments))
        .route("/instruments/{exchange}", get(instruments_of))
        .route("/instruments/historical/{token}/{interval}", get(historical))
        .route("/instruments/trigger_range/{side}", get(trigger_range))
        .route("/instruments/{exchange}/{symbol}/trigger_range", get(trigger_range_of))
        .route("/quote", get(quotes))
        .route("/quote/ohlc", get(quotes_ohlc))
        .route("/quote/ltp", get(quotes_ltp))
}

fn waiting() -> Router<Kite> {
    Router::new()
        .route("/gtt/triggers", get(kept_orders).post(keep_order))
        .route("/gtt/triggers/{id}", get(kept_order).put(change_kept).delete(drop_kept))
        .route("/alerts", get(all_alerts).post(set_alert).delete(drop_alerts))
        .route("/alerts/{id}", get(one_alert).put(change_alert))
        .route("/alerts/{id}/history", get(alert_history))
}

/// A good answer.
struct Data(Value);

impl IntoResponse for Data {
    fn into_response(self) -> Response {
        let body = json!({ "status": "success", "data": self.0 });
        ([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
    }
}

type Answer = Result<Data, Wrong>;

/// Where a request came from, as IPv6.
fn source(parts: &Parts) -> [u8; 16] {
    let from = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(from)| from.ip());
    match from {
        Some(IpAddr::V4(from)) => from.to_ipv6_mapped().octets(),
        Some(IpAddr::V6(from)) => from.octets(),
        None => [0; 16],
    }
}

/// Parts of the path; what is no text is told like any other wrong.
struct At<T>(T);

impl<S: Send + Sync> FromRequestParts<S> for At<String> {
    type Rejection = Wrong;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Wrong> {
        let read = Path::from_request_parts(parts, state).await;
        read.map(|Path(it)| At(it)).map_err(|_| Wrong::of(Kind::Input, "the path holds a broken escape"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for At<(String, String)> {
    type Rejection = Wrong;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Wrong> {
        let read = Path::from_request_parts(parts, state).await;
        read.map(|Path(it)| At(it)).map_err(|_| Wrong::of(Kind::Input, "the path holds a broken escape"))
    }
}

/// Where a request came from, for those who have no session yet.
struct From16([u8; 16]);

impl<S: Send + Sync> FromRequestParts<S> for From16 {
    type Rejection = Wrong;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<From16, Wrong> {
        Ok(From16(source(parts)))
    }
}

/// What kind of question a request is.
fn class(method: &Method, path: &str) -> Class {
    match (method, path) {
        (&Method::GET, path) if path.starts_with("/quote") => Class::Quote,
        (&Method::GET, path) if path.starts_with("/instruments/historical") => Class::Candles,
        (method, path) if path.starts_with("/orders") && method != Method::GET => Class::Order,
        _ => Class::Other,
    }
}

impl FromRequestParts<Kite> for Who {
    type Rejection = Wrong;

    /// `Authorization: token api_key:access_token`.
    async fn from_request_parts(parts: &mut Parts, _: &Kite) -> Result<Who, Wrong> {
        let said = parts.headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok()).unwrap_or_default();
        let pair = said.strip_prefix("token ").and_then(|pair| pair.split_once(':'));
        let missing = || Wrong::of(Kind::Token, "Incorrect `api_key` or `access_token`.");
        pair.map(|(api_key, token)| Who::of(api_key, token, source(parts))).ok_or_else(missing)
    }
}

impl FromRequestParts<Kite> for Caller {
    type Rejection = Wrong;

    /// Who he is, within the limits.
    async fn from_request_parts(parts: &mut Parts, kite: &Kite) -> Result<Caller, Wrong> {
        let who = Who::from_request_parts(parts, kite).await?;
        let caller = kite.0.counter.look(move |room| who.caller(room)).await??;
        kite.count(&caller, class(&parts.method, parts.uri.path()))?;
        Ok(caller)
    }
}

async fn nowhere() -> Wrong {
    Wrong { http: 404, kind: Kind::General, message: "Route not found".into() }
}

async fn not_so() -> Wrong {
    Wrong { http: 405, kind: Kind::General, message: "Method not allowed".into() }
}

/// A request that is none to change over to a stream.
type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

async fn socket(State(kite): State<Kite>, From16(source): From16, upgrade: Upgrade, query: Fields) -> Result<Response, Wrong> {
    let upgrade = upgrade.map_err(|_| Wrong::of(Kind::Input, "here is a stream: connect with a WebSocket"))?;
    stream::open(kite, &query, source, upgrade).await
}

async fn sign_in_page(State(kite): State<Kite>, fields: Fields) -> Result<Response, Wrong> {
    kite.0.doors.redirect(&kite.0.counter, fields.need("api_key")?).await?;
    Ok(page::form(&fields, ""))
}

/// By a program, which is answered the token; or by the page, from which the browser goes on to the program's own address.
async fn sign_in(State(kite): State<Kite>, From16(source): From16, fields: Fields) -> Result<Response, Wrong> {
    let it = SignIn {
        api_key: fields.need("api_key")?,
        user_id: fields.need("user_id")?,
        password: fields.need("password")?,
        totp: fields.need("totp")?,
    };
    let token = kite.0.doors.sign_in(&kite.0.counter, &it, source).await;
    if fields.get("page").is_some() {
        let redirect = kite.0.doors.redirect(&kite.0.counter, it.api_key).await?;
        return Ok(token.map_or_else(|wrong| page::form(&fields, &wrong.message), |token| page::back(&redirect, &token, &fields)));
    }
    let token = token?;
    // As documented, beside the envelope that all answers have.
    let body = json!({ "status": "success", "data": { "request_token": token }, "request_token": token });
    Ok(([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response())
}

async fn person(kite: &Kite, caller: &Caller, why: &str) -> Result<Person, Wrong> {
    let client = caller.client;
    let of = kite.0.counter.look(move |room| room.firm.clients.get(client).map(|client| client.vault)).await?;
    let of = of.ok_or_else(|| Wrong::of(Kind::User, "the client is not known"))?;
    let read = kite.0.counter.person(of, &caller.code, why).await?;
    read.map_err(|e| Wrong::of(Kind::General, e.to_string()))
}

async fn open_session(State(kite): State<Kite>, fields: Fields) -> Answer {
    let (api_key, request) = (fields.need("api_key")?, fields.need("request_token")?);
    let opened = kite.0.doors.exchange(&kite.0.counter, api_key, request, fields.need("checksum")?).await?;
    let Opened { caller, access_token, at } = opened;
    let mut all = people::profile(&caller.code, &person(&kite, &caller, "a session was opened").await?);
    let more = json!({
        "avatar_url": "",
        "api_key": caller.api_key,
        "access_token": access_token,
        "public_token": "",
        "enctoken": "",
        "refresh_token": "",
        "silo": "",
        "login_time": words::moment(at),
    });
    if let (Value::Object(all), Value::Object(more)) = (&mut all, more) {
        all.extend(more);
    }
    Ok(Data(all))
}

async fn end_session(State(kite): State<Kite>, fields: Fields) -> Answer {
    if fields.get("access_token").is_none() && fields.get("refresh_token").is_some() {
        return Err(no_refresh());
    }
    kite.0.doors.end(&kite.0.counter, fields.need("api_key")?, fields.need("access_token")?).await?;
    Ok(Data(Value::Bool(true)))
}

/// Sessions end with the market's night, for everyone: none is given a token to go on with.
fn no_refresh() -> Wrong {
    Wrong::of(Kind::Token, "Token is invalid or has expired: refresh tokens are not given; sign in again")
}

async fn renew_session() -> Wrong {
    no_refresh()
}

async fn profile(State(kite): State<Kite>, caller: Caller) -> Answer {
    Ok(Data(people::profile(&caller.code, &person(&kite, &caller, "his own profile").await?)))
}

async fn full_profile(State(kite): State<Kite>, caller: Caller) -> Answer {
    let user = caller.user;
    let since = kite.0.counter.look(move |room| room.firm.access.credential(user).map(|it| it.set)).await?;
    Ok(Data(people::full(&caller.code, &person(&kite, &caller, "his own profile").await?, since)))
}

async fn margins(State(kite): State<Kite>, caller: Caller) -> Answer {
    let equity = kite.0.counter.look(move |room| money::margins(room, caller.client)).await?;
    Ok(Data(json!({ "equity": equity, "commodity": money::nothing() })))
}

async fn margins_of(State(kite): State<Kite>, caller: Caller, At(segment): At<String>) -> Answer {
    match segment.as_str() {
        "equity" => Ok(Data(kite.0.counter.look(move |room| money::margins(room, caller.client)).await?)),
        "commodity" => Ok(Data(money::nothing())),
        other => Err(Wrong::field("segment", format!("{:?} is not offered; there is equity, commodity", shorten(other)))),
    }
}

async fn all_orders(State(kite): State<Kite>, caller: Caller) -> Answer {
    let mut all = Value::from(kite.0.counter.look(move |room| orders::of_client(room, caller.client)).await?);
    kite.tag(&mut all);
    Ok(Data(all))
}

fn unknown_order(id: &str) -> Wrong {
    Wrong::of(Kind::General, format!("Couldn't find that `order_id`: {:?} is not an order of today", shorten(id)))
}

async fn order_story(State(kite): State<Kite>, caller: Caller, At(id): At<String>) -> Answer {
    let order = OrderId::parse(&id)?;
    let story = kite.0.counter.look(move |room| orders::story(room, caller.client, order)).await?;
    let mut all = Value::from(story.ok_or_else(|| unknown_order(&id))?);
    kite.tag(&mut all);
    Ok(Data(all))
}

async fn order_trades(State(kite): State<Kite>, caller: Caller, At((id, what)): At<(String, String)>) -> Answer {
    if what != "trades" {
        return Err(nowhere().await);
    }
    let order = OrderId::parse(&id)?;
    let seen = kite.0.counter.look(move |room| {
        orders::story(room, caller.client, order).map(|_| orders::trades(room, caller.client, Some(order)))
    });
    Ok(Data(Value::from(seen.await?.ok_or_else(|| unknown_order(&id))?)))
}

async fn all_trades(State(kite): State<Kite>, caller: Caller) -> Answer {
    Ok(Data(Value::from(kite.0.counter.look(move |room| orders::trades(room, caller.client, None)).await?)))
}

async fn place(State(kite): State<Kite>, who: Who, At(variety): At<String>, fields: Fields) -> Answer {
    let placed = asks::place(&kite, who, &variety, &fields).await?;
    if let Some(tag) = fields.get("tag") {
        kite.remember(&placed, tag);
    }
    Ok(Data(placed))
}

async fn modify(State(kite): State<Kite>, caller: Caller, At((variety, id)): At<(String, String)>, fields: Fields) -> Answer {
    words::variety(&variety)?;
    Ok(Data(asks::modify(&kite.0.counter, &caller, &id, &fields).await?))
}

async fn cancel(State(kite): State<Kite>, caller: Caller, At((variety, id)): At<(String, String)>) -> Answer {
    words::variety(&variety)?;
    Ok(Data(asks::cancel(&kite.0.counter, &caller, &id).await?))
}

async fn holdings(State(kite): State<Kite>, caller: Caller) -> Answer {
    Ok(Data(kite.0.counter.look(move |room| portfolio::holdings(room, caller.client)).await?))
}

async fn holdings_summary(State(kite): State<Kite>, caller: Caller) -> Answer {
    Ok(Data(kite.0.counter.look(move |room| portfolio::summary(room, caller.client)).await?))
}

async fn holdings_compact(State(kite): State<Kite>, caller: Caller) -> Answer {
    Ok(Data(kite.0.counter.look(move |room| portfolio::compact(room, caller.client)).await?))
}

/// Clients do not offer in the clearing corporation's auctions here: there is none to take part in.
async fn auctions(_: Caller) -> Answer {
    Ok(Data(json!([])))
}

async fn authorise(_: Caller) -> Answer {
    Err(Wrong::of(Kind::Holding, "Holdings are sold under the client's demat debit and pledge instruction: none is authorised one by one"))
}

async fn positions(State(kite): State<Kite>, caller: Caller) -> Answer {
    Ok(Data(kite.0.counter.look(move |room| portfolio::positions(room, caller.client)).await?))
}

async fn convert(State(kite): State<Kite>, caller: Caller, fields: Fields) -> Answer {
    Ok(Data(asks::convert(&kite.0.counter, &caller, &fields).await?))
}

fn thoughts(rows: &[Value]) -> Result<Vec<Thought>, Wrong> {
    rows.iter().map(Thought::parse).collect()
}

async fn order_margins(State(kite): State<Kite>, caller: Caller, Rows(rows, _): Rows) -> Answer {
    let all = thoughts(&rows)?;
    Ok(Data(kite.0.counter.look(move |room| estimate::orders(room, caller.client, &all)).await??))
}

async fn basket_margins(State(kite): State<Kite>, caller: Caller, Rows(rows, query): Rows) -> Answer {
    let (all, positions) = (thoughts(&rows)?, query.yes("consider_positions"));
    let mut basket = kite.0.counter.look(move |room| estimate::basket(room, caller.client, &all, positions)).await??;
    if query.get("mode") == Some("compact") {
        basket["orders"] = json!([]);
    }
    Ok(Data(basket))
}

async fn contract_note(State(kite): State<Kite>, caller: Caller, Rows(rows, _): Rows) -> Answer {
    let all = thoughts(&rows)?;
    Ok(Data(kite.0.counter.look(move |room| estimate::note(room, caller.client, &all)).await??))
}

fn csv(rows: &[market::Instrument]) -> Response {
    (StatusCode::OK, [(header::CONTENT_TYPE, "text/csv")], market::csv(rows)).into_response()
}

async fn instruments(State(kite): State<Kite>, _: Caller) -> Result<Response, Wrong> {
    Ok(csv(&kite.0.counter.look(|room| market::instruments(room, None)).await?))
}

async fn instruments_of(State(kite): State<Kite>, _: Caller, At(exchange): At<String>) -> Result<Response, Wrong> {
    let venue = words::venue(&exchange)?;
    Ok(csv(&kite.0.counter.look(move |room| market::instruments(room, Some(venue))).await?))
}

/// Names of one question.
fn names(fields: &Fields, most: usize) -> Result<Vec<String>, Wrong> {
    let all: Vec<String> = fields.all("i").map(str::to_owned).collect();
    match all.len() {
        0 => Err(Wrong::field("i", "is missing")),
        n if n > most => Err(Wrong::field("i", format!("{n} instruments; at most {most} are answered at once"))),
        _ => Ok(all),
    }
}

async fn shown(kite: &Kite, fields: &Fields, most: usize, shape: fn(&crate::quote::Quote) -> Value) -> Answer {
    let names = names(fields, most)?;
    Ok(Data(kite.0.counter.look(move |room| market::quotes(room, &names, shape)).await?))
}

async fn quotes(State(kite): State<Kite>, _: Caller, fields: Fields) -> Answer {
    shown(&kite, &fields, 500, market::full).await
}

async fn quotes_ohlc(State(kite): State<Kite>, _: Caller, fields: Fields) -> Answer {
    shown(&kite, &fields, 1_000, market::ohlc).await
}

async fn quotes_ltp(State(kite): State<Kite>, _: Caller, fields: Fields) -> Answer {
    shown(&kite, &fields, 1_000, market::ltp).await
}

async fn trigger_range(State(kite): State<Kite>, _: Caller, At(side): At<String>, fields: Fields) -> Answer {
    words::side(&side.to_ascii_uppercase())?;
    shown(&kite, &fields, 500, market::range).await
}

async fn trigger_range_of(State(kite): State<Kite>, _: Caller, At((exchange, symbol)): At<(String, String)>) -> Answer {
    let name = vec![format!("{exchange}:{symbol}")];
    Ok(Data(kite.0.counter.look(move |room| market::quotes(room, &name, market::range)).await?))
}

async fn historical(State(kite): State<Kite>, _: Caller, At((token, interval)): At<(String, String)>, fields: Fields) -> Answer {
    candles::answer(&kite, &token, &interval, &fields).await.map(Data)
}

async fn kept_orders(State(kite): State<Kite>, caller: Caller) -> Answer {
    Ok(Data(kite.0.counter.look(move |room| triggers::all(room, caller.user)).await?))
}

async fn keep_order(State(kite): State<Kite>, caller: Caller, fields: Fields) -> Answer {
    Ok(Data(triggers::keep(&kite.0.counter, &caller, &fields).await?))
}

async fn kept_order(State(kite): State<Kite>, caller: Caller, At(id): At<String>) -> Answer {
    Ok(Data(kite.0.counter.look(move |room| triggers::of(room, caller.user, &id)).await??))
}

async fn change_kept(State(kite): State<Kite>, caller: Caller, At(id): At<String>, fields: Fields) -> Answer {
    Ok(Data(triggers::change(&kite.0.counter, &caller, &id, &fields).await?))
}

async fn drop_kept(State(kite): State<Kite>, caller: Caller, At(id): At<String>) -> Answer {
    Ok(Data(triggers::forget(&kite.0.counter, &caller, &id).await?))
}

async fn all_alerts(State(kite): State<Kite>, caller: Caller) -> Answer {
    Ok(Data(kite.0.counter.look(move |room| triggers::alerts(room, caller.user)).await?))
}

async fn set_alert(State(kite): State<Kite>, caller: Caller, fields: Fields) -> Answer {
    Ok(Data(triggers::set(&kite.0.counter, &caller, &fields).await?))
}

async fn one_alert(State(kite): State<Kite>, caller: Caller, At(id): At<String>) -> Answer {
    Ok(Data(kite.0.counter.look(move |room| triggers::alert_of(room, caller.user, &id)).await??))
}

async fn change_alert(State(kite): State<Kite>, caller: Caller, At(id): At<String>, fields: Fields) -> Answer {
    Ok(Data(triggers::reset(&kite.0.counter, &caller, &id, &fields).await?))
}

async fn drop_alerts(State(kite): State<Kite>, caller: Caller, fields: Fields) -> Answer {
    Ok(Data(triggers::drop_alerts(&kite.0.counter, &caller, &fields).await?))
}

async fn alert_history(State(kite): State<Kite>, caller: Caller, At(id): At<String>) -> Answer {
    Ok(Data(kite.0.counter.look(move |room| triggers::history(room, caller.user, &id)).await??))
}
