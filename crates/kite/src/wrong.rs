//! What a program is told when it gets nothing: the documented kinds, their HTTP codes, a sentence that names the rule.

use crate::doors;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use firm::{Code, Refusal};
use live::Shut;
use serde_json::{Value, json};

/// The documented kinds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Input,
    Margin,
    Holding,
    Token,
    Permission,
    User,
    TwoFactor,
    Order,
    General,
    Data,
    Network,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Input => "InputException",
            Kind::Margin => "MarginException",
            Kind::Holding => "HoldingException",
            Kind::Token => "TokenException",
            Kind::Permission => "PermissionException",
            Kind::User => "UserException",
            Kind::TwoFactor => "TwoFAException",
            Kind::Order => "OrderException",
            Kind::General => "GeneralException",
            Kind::Data => "DataException",
            Kind::Network => "NetworkException",
        }
    }

    const fn http(self) -> u16 {
        match self {
            Kind::Input | Kind::Margin | Kind::Holding => 400,
            // Clients end their session on exactly this code.
            Kind::Token | Kind::Permission | Kind::User | Kind::TwoFactor => 403,
            Kind::Order | Kind::General => 500,
            Kind::Data => 502,
            Kind::Network => 503,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    pub http: u16,
    pub kind: Kind,
    pub message: String,
}

impl Wrong {
    pub fn of(kind: Kind, message: impl Into<String>) -> Wrong {
        Wrong { http: kind.http(), kind, message: message.into() }
    }

    /// A field that says nothing we can take.
    pub fn field(name: &str, why: impl std::fmt::Display) -> Wrong {
        Wrong::of(Kind::Input, format!("{name}: {why}"))
    }

    /// Too fast; the kind is the one the public clients know.
    pub fn too_fast(what: &str) -> Wrong {
        Wrong { http: 429, kind: Kind::Network, message: format!("Too many requests: {what}") }
    }

    pub fn body(&self) -> Value {
        json!({ "status": "error", "message": self.message, "error_type": self.kind.as_str(), "data": null })
    }

    /// As it stands inside an answer that is otherwise good.
    pub fn inside(&self) -> Value {
        json!({ "code": self.http, "error_type": self.kind.as_str(), "message": self.message, "data": null })
    }
}

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [(header::CONTENT_TYPE, "application/json")], self.body().to_string()).into_response()
    }
}

impl From<Shut> for Wrong {
    fn from(shut: Shut) -> Wrong {
        Wrong::of(Kind::Network, shut.to_string())
    }
}

impl From<Refusal> for Wrong {
    /// The sentence carries its figures and the paragraph the rule stands in.
    fn from(refusal: Refusal) -> Wrong {
        Wrong::of(kind_of(refusal.code), format!("{refusal} [{}]", refusal.code.name()))
    }
}

/// Most follow from the group their numbers are in; what a program must tell apart is named.
#[allow(clippy::wildcard_enum_match_arm, reason = "the rest follows from its group")]
fn kind_of(code: Code) -> Kind {
    if let Some(kind) = doors::kind(code) {
        return kind;
    }
    match code {
        Code::ShortOfFunds | Code::OverClientMeans | Code::MarginUnpaid | Code::NotHeldFor | Code::DebitOverdue => Kind::Margin,
        Code::ShortOfShares | Code::NothingToConvert | Code::NothingToInstruct | Code::NoPower => Kind::Holding,
        Code::NotPermitted | Code::NotYourClient | Code::NotYours => Kind::Permission,
        Code::UnknownUser => Kind::Token,
        Code::NoRule => Kind::General,
        Code::UnknownSecurity | Code::NotAdmitted | Code::OffTick | Code::OutsideBand | Code::BadQuantity => Kind::Input,
        Code::BadTrigger | Code::BadDisclosed | Code::NotIntraday | Code::NothingChanged => Kind::Input,
        other => match other.number() {
            100..=199 => Kind::User,
            200..=399 => Kind::Order,
            400..=599 => Kind::Input,
            _ => Kind::General,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_its_rule_and_keeps_its_kind() {
        let wrong = Wrong::from(Refusal::of(Code::ShortOfFunds, [100, 300, 200]));
        assert_eq!((wrong.http, wrong.kind), (400, Kind::Margin));
        assert!(wrong.message.contains("entities B4") && wrong.message.ends_with("[ShortOfFunds]"), "{}", wrong.message);
        let all = Code::ALL.iter().map(|code| Wrong::from(Refusal::plain(*code)));
        assert!(all.into_iter().all(|wrong| wrong.kind != Kind::General || wrong.message.contains("NoRule")), "every refusal has a kind");
    }
}
