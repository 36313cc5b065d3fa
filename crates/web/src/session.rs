//! Who asks. What was shown is compared here, where secrets may be seen; whether it lets anybody in is the firm's word.

use crate::problem::Problem;
use crate::router::{Body, Web};
use crate::words::time;
use access::{Ask, Event as Fact, Factor, From as Origin, Medium, Proof};
use axum::Json;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use door::{Cost, check_password, key_of, mint, pretend, same, totp};
use firm::{AsOf, Command, Event};
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};
use std::time::{SystemTime, UNIX_EPOCH};
use utoipa::ToSchema;
use vault::Bare;
use vocab::{ClientRow, Code, SecretRef, SessionNo, UserRow};

const COOKIE: &str = "sauda";
/// Shown with everything that changes something: another site can send the cookie's request, but not read this.
pub const CSRF: &str = "x-csrf-token";
const MOST_TEXT: usize = 256;

/// Who asks, once he is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    pub user: UserRow,
    pub client: ClientRow,
    pub session: SessionNo,
    pub source: [u8; 16],
    pub terminal: u64,
    csrf: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    pub user: String,
    pub password: String,
    /// The six figures of the device.
    pub code: String,
}

/// The session at hand.
#[derive(Serialize, ToSchema)]
pub struct SessionView {
    pub user: String,
    pub client: String,
    /// To be sent back as `x-csrf-token` with whatever changes something.
    pub csrf: String,
    pub expires: String,
    /// Seconds unused that end it.
    pub idle: u32,
    /// Market time.
    pub now: String,
}

/// One of the caller's sessions.
#[derive(Serialize, ToSchema)]
pub struct SessionRow {
    pub session: u32,
    pub opened: String,
    pub seen: String,
    pub medium: String,
    /// The one that asks.
    pub current: bool,
}

pub fn wall() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// The address a request came from, as IPv6.
pub fn source(parts: &Parts) -> [u8; 16] {
    let at = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(at)| at.ip());
    match at {
        Some(IpAddr::V4(at)) => at.to_ipv6_mapped().octets(),
        Some(IpAddr::V6(at)) => at.octets(),
        None => [0; 16],
    }
}

pub struct Source(pub [u8; 16]);

impl<S: Send + Sync> FromRequestParts<S> for Source {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Source, Problem> {
        Ok(Source(source(parts)))
    }
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == COOKIE).map(|(_, it)| it)
}

/// Follows from the token, which only its browser has.
fn csrf_of(token: &str) -> String {
    let mut text = String::new();
    for byte in key_of(&format!("csrf of {token}")) {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

impl FromRequestParts<Web> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Caller, Problem> {
        let token = token(&parts.headers).filter(|it| it.len() <= MOST_TEXT).ok_or_else(Problem::no_session)?;
        let (key, csrf, source) = (key_of(token), csrf_of(token), source(parts));
        if parts.method != Method::GET {
            let shown = parts.headers.get(CSRF).and_then(|it| it.to_str().ok()).unwrap_or_default();
            if !same(shown.as_bytes(), csrf.as_bytes()) {
                return Err(Problem::new(403, "CsrfWanted", format!("the header {CSRF} does not hold the session's token")));
            }
        }
        let found = web.counter().look(move |room| {
            let firm = room.firm;
            let of_page = |it: &access::Session| it.app.is_none() && it.medium == Medium::Web;
            let (session, _) = firm.access.session_by_key(&key).filter(|(_, it)| of_page(it)).ok_or_else(Problem::no_session)?;
            let user = firm.may_send(session, source, &AsOf { now: room.now })?;
            let it = firm.users.get(user).ok_or_else(Problem::no_session)?;
            let none = || Problem::new(403, "NoAccount", "this user has no account of his own to trade on");
            Ok::<_, Problem>(Caller { user, client: it.client.ok_or_else(none)?, session, source, terminal: it.terminal, csrf })
        });
        let caller = found.await??;
        web.count(caller.session)?;
        Ok(caller)
    }
}

fn bad_person() -> Problem {
    Problem::new(401, "BadSignIn", "user, password or code is not right")
}

/// What was shown and how it fits; takes as long for a user there is not.
fn compare(verifier: Option<&Bare>, seed: Option<&Bare>, it: &SignIn, last: u64) -> [Proof; 2] {
    let text = verifier.and_then(|it| std::str::from_utf8(it.bytes()).ok());
    let right = text.map_or_else(|| pretend(&it.password, Cost::USUAL), |verifier| check_password(verifier, &it.password));
    let step = seed.and_then(|seed| totp::check(seed.bytes(), &it.code, wall() / 1_000, last));
    let second = Proof { factor: Factor::Totp, right: step.is_some(), step: step.unwrap_or(0) };
    [Proof { factor: Factor::Password, right, step: 0 }, second]
}

async fn secret(web: &Web, of: Option<SecretRef>) -> Result<Option<Bare>, Problem> {
    let Some(of) = of else { return Ok(None) };
    let read = web.counter().secret(of).await?;
    read.map(Some).map_err(|_| Problem::new(503, "NoVault", "the vault does not answer"))
}

/// Sign in with two factors; the session is a cookie.
#[utoipa::path(post, path = "/session", request_body = SignIn, responses((status = 200, body = SessionView), (status = "default", body = Problem)))]
pub async fn sign_in(State(web): State<Web>, Source(source): Source, Body(it): Body<SignIn>) -> Result<Response, Problem> {
    web.try_once(source)?;
    if [&it.user, &it.password, &it.code].iter().any(|text| text.len() > MOST_TEXT) {
        return Err(bad_person());
    }
    let code = Code::parse(&it.user).ok();
    let found = web.counter().look(move |room| {
        let user = room.firm.users.by_code(&code?)?;
        let known = room.firm.access.credential(user)?;
        let seed = known.second.filter(|(factor, _)| *factor == Factor::Totp).map(|(_, secret)| secret);
        Some((user, known.verifier, seed, known.step))
    });
    let found = found.await?;
    let verifier = secret(&web, found.map(|it| it.1)).await?;
    let seed = secret(&web, found.and_then(|it| it.2)).await?;
    let last = found.map_or(0, |it| it.3);
    // A password is slow to compare on purpose: not where others wait for answers.
    let compared = tokio::task::spawn_blocking(move || compare(verifier.as_ref(), seed.as_ref(), &it, last)).await;
    let [first, second] = compared.map_err(|_| Problem::new(500, "NotCompared", "the password could not be compared"))?;
    let Some((user, ..)) = found else { return Err(bad_person()) };
    let (token, key) = mint().map_err(|e| Problem::new(500, "NoChance", e.to_string()))?;
    let from = Origin { medium: Medium::Web, source, device: key_of("browser") };
    let ask = Ask::SignIn { proofs: [Some(first), Some(second)], from, key, app: None };
    let answered = web.counter().ask(user, Command::Access(ask)).await?;
    if let Some(refusal) = answered.refused {
        // What else keeps him out is told to who knows the password.
        return Err(if first.right { refusal.into() } else { bad_person() });
    }
    let opened = answered.events.iter().any(|event| matches!(event, Event::Access(Fact::SessionOpened { .. })));
    if !opened {
        return Err(bad_person());
    }
    let csrf = csrf_of(token.text());
    let view = web.counter().look(move |room| view(room, user, &key, csrf)).await?.ok_or_else(Problem::no_session)?;
    let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict", token.text());
    Ok(([(header::SET_COOKIE, cookie)], Json(view)).into_response())
}

fn view(room: &live::Room<'_>, user: UserRow, key: &access::Key, csrf: String) -> Option<SessionView> {
    let (_, session) = room.firm.access.session_by_key(key)?;
    let it = room.firm.users.get(user)?;
    let client = it.client.and_then(|row| room.firm.clients.get(row));
    Some(SessionView {
        user: it.code.as_str().to_owned(),
        client: client.map_or_else(String::new, |client| client.ucc.as_str().to_owned()),
        csrf,
        expires: time(session.expires),
        idle: session.idle,
        now: time(room.now),
    })
}

/// The session at hand.
#[utoipa::path(get, path = "/session", responses((status = 200, body = SessionView), (status = "default", body = Problem)))]
pub async fn session(State(web): State<Web>, caller: Caller, headers: HeaderMap) -> Result<Json<SessionView>, Problem> {
    let key = key_of(token(&headers).unwrap_or_default());
    let seen = web.counter().look(move |room| view(room, caller.user, &key, caller.csrf)).await?;
    seen.map(Json).ok_or_else(Problem::no_session)
}

/// The person is still there.
#[utoipa::path(post, path = "/session/touch", responses((status = 204), (status = "default", body = Problem)))]
pub async fn touch(State(web): State<Web>, caller: Caller) -> Result<StatusCode, Problem> {
    let ask = Ask::Touch { session: caller.session, source: caller.source };
    web.answered(caller.user, Command::Access(ask)).await.map(|_| StatusCode::NO_CONTENT)
}

/// The session ends.
#[utoipa::path(delete, path = "/session", responses((status = 204), (status = "default", body = Problem)))]
pub async fn sign_out(State(web): State<Web>, caller: Caller) -> Result<Response, Problem> {
    web.answered(caller.user, Command::Access(Ask::Revoke { session: caller.session })).await?;
    let cookie = format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// The caller's sessions, wherever they are.
#[utoipa::path(get, path = "/sessions", responses((status = 200, body = Vec<SessionRow>), (status = "default", body = Problem)))]
pub async fn sessions(State(web): State<Web>, caller: Caller) -> Result<Json<Vec<SessionRow>>, Problem> {
    let seen = web.counter().look(move |room| {
        let row = |(no, it): (SessionNo, &access::Session)| SessionRow {
            session: no.0,
            opened: time(it.opened),
            seen: time(it.seen),
            medium: it.medium.as_str().to_owned(),
            current: no == caller.session,
        };
        room.firm.access.sessions_of(caller.user).map(row).collect()
    });
    Ok(Json(seen.await?))
}

/// One of the caller's sessions ends.
#[utoipa::path(delete, path = "/sessions/{session}", params(("session" = u32, Path)), responses((status = 204), (status = "default", body = Problem)))]
pub async fn revoke(State(web): State<Web>, caller: Caller, crate::router::At(no): crate::router::At<u32>) -> Result<StatusCode, Problem> {
    let user = caller.user;
    let his = web.counter().look(move |room| room.firm.access.sessions_of(user).any(|(its, _)| its.0 == no)).await?;
    if !his {
        return Err(Problem::not_found());
    }
    web.answered(user, Command::Access(Ask::Revoke { session: SessionNo(no) })).await.map(|_| StatusCode::NO_CONTENT)
}
