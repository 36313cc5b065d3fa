//! The routes, and what holds for all of them.

use crate::problem::Problem;
use crate::session::wall;
use crate::{market, orders, page, portfolio, session, stream};
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use door::Limiter;
use firm::Command;
use live::{Answered, Counter};
use serde::de::DeserializeOwned;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vocab::{SessionNo, UserRow};

/// Bytes of a body.
const MOST_BODY: usize = 16 * 1024;
/// How long an answer, or a body on its way, may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Tries of one address to sign in at once, and how many milliseconds until the next is let through.
const TRIES: u32 = 30;
const EACH_TRY: u32 = 2_000;
/// The same for requests of one session.
const REQUESTS: u32 = 200;
const EACH_REQUEST: u32 = 20;
const REMEMBERED: usize = 10_000;

struct Inner {
    counter: Counter,
    tries: Mutex<Limiter<[u8; 16]>>,
    pace: Mutex<Limiter<SessionNo>>,
}

/// The API and the terminal of one broker.
#[derive(Clone)]
pub struct Web(Arc<Inner>);

impl Web {
    pub fn new(counter: Counter) -> Web {
        let tries = Mutex::new(Limiter::new(TRIES, EACH_TRY, REMEMBERED));
        let pace = Mutex::new(Limiter::new(REQUESTS, EACH_REQUEST, REMEMBERED));
        Web(Arc::new(Inner { counter, tries, pace }))
    }

    pub(crate) fn counter(&self) -> &Counter {
        &self.0.counter
    }

    pub(crate) fn try_once(&self, source: [u8; 16]) -> Result<(), Problem> {
        self.0.tries.lock().unwrap_or_else(PoisonError::into_inner).take(source, wall()).map_err(Problem::too_fast)
    }

    pub(crate) fn count(&self, session: SessionNo) -> Result<(), Problem> {
        self.0.pace.lock().unwrap_or_else(PoisonError::into_inner).take(session, wall()).map_err(Problem::too_fast)
    }

    /// An ask whose refusal is a problem.
    pub(crate) async fn answered(&self, by: UserRow, command: Command) -> Result<Answered, Problem> {
        let answered = self.counter().ask(by, command).await?;
        answered.refused.map_or(Ok(answered), |refusal| Err(refusal.into()))
    }
}

/// A body of JSON, of known fields alone.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Web> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Web) -> Result<Body<T>, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
        if kind.split(';').next().map(str::trim) != Some("application/json") {
            return Err(Problem::new(415, "NotJson", "the body is to be application/json"));
        }
        let read = tokio::time::timeout(PATIENCE, Bytes::from_request(request, web)).await;
        let read = read.map_err(|_| Problem::new(408, "TooSlow", "the body did not come in time"))?;
        let bytes = read.map_err(|_| Problem::new(413, "TooLarge", format!("a body has at most {MOST_BODY} bytes")))?;
        serde_json::from_slice(&bytes).map(Body).map_err(|e| Problem::new(400, "BadBody", e.to_string()))
    }
}

/// What the query says, of known names alone.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Query<T>, Problem> {
        let read = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        read.map(|it| Query(it.0)).map_err(|e| Problem::new(400, "BadQuery", e.body_text()))
    }
}

/// Parts of the path.
pub struct At<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<At<T>, Problem> {
        let read: Result<Path<T>, PathRejection> = Path::from_request_parts(parts, state).await;
        // What cannot be a name of anything is the name of nothing.
        read.map(|Path(it)| At(it)).map_err(|_| Problem::not_found())
    }
}

fn api() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(session::sign_in, session::session, session::sign_out))
        .routes(routes!(session::touch))
        .routes(routes!(session::sessions))
        .routes(routes!(session::revoke))
        .routes(routes!(market::instruments))
        .routes(routes!(market::quotes))
        .routes(routes!(market::candles))
        .routes(routes!(market::lists, market::make_list))
        .routes(routes!(market::drop_list))
        .routes(routes!(market::enter, market::strike))
        .routes(routes!(orders::orders, orders::place))
        .routes(routes!(orders::preview))
        .routes(routes!(orders::story, orders::modify, orders::cancel))
        .routes(routes!(orders::trades))
        .routes(routes!(portfolio::positions))
        .routes(routes!(portfolio::holdings))
        .routes(routes!(portfolio::funds))
        .routes(routes!(stream::stream))
}

fn split() -> (Router<Web>, OpenApi) {
    let info = InfoBuilder::new().title("Sauda").version("1").description(Some("The broker's own API. Money in paise."));
    let empty = OpenApiBuilder::new().info(info.build()).build();
    OpenApiRouter::with_openapi(empty).nest("/api/v1", api()).split_for_parts()
}

/// The description of the API, as the routes have it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn openapi() -> Result<String, String> {
    split().1.to_pretty_json().map(|text| text + "\n").map_err(|e| e.to_string())
}

async fn nowhere() -> Problem {
    Problem::not_found()
}

async fn not_so() -> Problem {
    Problem::new(405, "NotSo", "this is not asked in this way")
}

/// What stands on every answer.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

async fn hardened(request: Request, next: Next) -> Response {
    let of_api = request.uri().path().starts_with("/api/");
    let answer = tokio::time::timeout(PATIENCE, next.run(request)).await;
    let mut answer = answer.unwrap_or_else(|_| Problem::new(504, "TooSlow", "the answer did not come in time").into_response());
    for (name, value) in HEADERS {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if of_api {
        answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    answer
}

fn router(web: Web) -> Router {
    split()
        .0
        .route("/", get(page::index))
        .route("/terminal.js", get(page::script))
        .route("/terminal.css", get(page::style))
        .fallback(nowhere)
        .method_not_allowed_fallback(not_so)
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(axum::middleware::from_fn(hardened))
        .with_state(web)
}

/// Answer at a listener until the future comes.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, web: Web, stops: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let all = router(web).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, all).with_graceful_shutdown(stops).await
}
