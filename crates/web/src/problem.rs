//! What a program is told when it gets nothing: problem details (RFC 9457) with the refusal's code, its figures and its rule.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use firm::{Code, Refusal};
use live::Shut;
use serde::Serialize;
use utoipa::ToSchema;

/// Problem details.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema, Debug)]
pub struct Problem {
    /// Stable: `urn:sauda:` and the code.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    pub kind: Box<str>,
    pub title: &'static str,
    pub status: u16,
    #[schema(value_type = String)]
    pub detail: Box<str>,
    /// Stable: the name of the refusal, or of what is wrong with the request.
    pub code: &'static str,
    /// The refusal's number; zero where the request itself is at fault.
    pub number: u16,
    /// The refusal's figures; what they mean is in the sentence.
    #[schema(value_type = Vec<i64>)]
    pub facts: Box<[i64]>,
    /// The paragraph the rule stands in; empty where it is the firm's own order.
    pub paragraph: &'static str,
    /// Which field of the request is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
}

impl Problem {
    pub fn new(status: u16, code: &'static str, detail: impl Into<String>) -> Problem {
        let title = StatusCode::from_u16(status).ok().and_then(|it| it.canonical_reason()).unwrap_or("Error");
        Problem {
            kind: format!("urn:sauda:{code}").into(),
            title,
            status,
            detail: detail.into().into(),
            code,
            number: 0,
            facts: Box::default(),
            paragraph: "",
            field: None,
        }
    }

    /// A field that says nothing we can take.
    pub fn field(name: &'static str, why: impl std::fmt::Display) -> Problem {
        Problem { field: Some(name), ..Problem::new(400, "BadField", format!("{name}: {why}")) }
    }

    /// What is not there, and what is another's, are told alike.
    pub fn not_found() -> Problem {
        Problem::new(404, "NotFound", "there is nothing of the kind")
    }

    pub fn no_session() -> Problem {
        Problem::new(401, "NoSession", "sign in: there is no session, or it is over")
    }

    pub fn too_fast(millis: u64) -> Problem {
        Problem::new(429, "TooFast", format!("try again in {} seconds", millis.div_ceil(1_000)))
    }
}

impl From<Shut> for Problem {
    fn from(shut: Shut) -> Problem {
        Problem::new(503, if shut == Shut::Busy { "Busy" } else { "Closed" }, shut.to_string())
    }
}

/// Who may not be let in is told apart from what may not be done.
fn status(code: Code) -> u16 {
    match code {
        Code::NoSession | Code::SessionOver => 401,
        Code::NotPermitted | Code::NotYourClient | Code::NotYours => 403,
        _ => 422,
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        let code = refusal.code;
        let plain = Problem::new(status(code), code.name(), refusal.to_string());
        Problem { number: code.number(), facts: refusal.facts.into(), paragraph: code.paragraph(), ..plain }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_default();
        (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
    }
}
