//! The terminal's files, as they were built into the program.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

const INDEX: &str = include_str!("../ui/dist/index.html");
const SCRIPT: &[u8] = include_bytes!("../ui/dist/terminal.js");
const STYLE: &[u8] = include_bytes!("../ui/dist/terminal.css");

fn file(kind: &'static str, body: &'static [u8]) -> Response {
    // Every build has the same names: what is kept is asked about again.
    (StatusCode::OK, [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], body).into_response()
}

pub async fn index() -> Response {
    file("text/html; charset=utf-8", INDEX.as_bytes())
}

pub async fn script() -> Response {
    file("text/javascript; charset=utf-8", SCRIPT)
}

pub async fn style() -> Response {
    file("text/css; charset=utf-8", STYLE)
}
