//! A client's own data, as far as programs are told of it.

use crate::words::{EXCHANGES, ORDER_TYPES, PRODUCTS, moment};
use serde_json::{Value, json};
use vault::Person;
use vocab::Moment;

/// The house as programs name it.
pub const BROKER: &str = "SAUDA";

/// The fields every answer about a person begins with.
pub fn profile(user: &str, person: &Person) -> Value {
    let first = person.name.split_whitespace().next().unwrap_or_default();
    json!({
        "user_id": user,
        "user_type": "individual",
        "email": person.email,
        "user_name": person.name,
        "user_shortname": first,
        "broker": BROKER,
        "exchanges": EXCHANGES,
        "products": PRODUCTS,
        "order_types": ORDER_TYPES,
        "avatar_url": null,
        "meta": { "demat_consent": "consent" },
    })
}

/// The last four of a text behind a star.
fn masked(text: &str) -> String {
    let kept = text.chars().count().saturating_sub(4);
    format!("*{}", text.chars().skip(kept).collect::<String>())
}

/// With what a program shows on a page of its own; since when the password is his.
pub fn full(user: &str, person: &Person, since: Option<Moment>) -> Value {
    let mut all = profile(user, person);
    let more = json!({
        "twofa_type": "totp",
        "phone": masked(&person.mobile),
        "pan": masked(person.pan.as_str()),
        "bank_accounts": [{ "name": person.ifsc.as_str().get(..4).unwrap_or_default(), "branch": person.ifsc.as_str(), "account": masked(person.account.as_str()) }],
        "dp_ids": [masked(person.demat.as_str())],
        "tags": [],
        "password_timestamp": since.map(moment),
        "twofa_timestamp": null,
        "meta": { "poa": "ddpi", "silo": "", "account_blocks": [] },
    });
    if let (Value::Object(all), Value::Object(more)) = (&mut all, more) {
        all.extend(more);
    }
    all
}
