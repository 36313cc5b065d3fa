//! What a program sends: pairs of names and texts, of the query and the body together, bounded before they are read.

use crate::wrong::{Kind, Wrong};
use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde_json::Value;
use vocab::{Price, Qty};

/// Of a body.
pub const MOST_BYTES: usize = 64 * 1024;
/// As many securities as one question may name, and room for what stands beside them.
const MOST_PAIRS: usize = 1_100;
const MOST_TEXT: usize = 16 * 1024;

/// The pairs in the order they came.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Fields(Vec<(String, String)>);

fn digit(b: u8) -> Option<u8> {
    char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

/// `+` is a space, `%41` a byte; the bytes must be UTF-8.
fn unescape(text: &[u8]) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(b) = rest.next() {
        out.push(match b {
            b'+' => b' ',
            b'%' => digit(rest.next()?)? * 16 + digit(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

impl Fields {
    /// # Errors
    /// When there are too many, one is too long, or an escape is broken.
    pub fn parse(text: &[u8]) -> Result<Fields, Wrong> {
        let mut all = Fields::default();
        all.add(text)?;
        Ok(all)
    }

    fn add(&mut self, text: &[u8]) -> Result<(), Wrong> {
        for pair in text.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
            let (name, value) = match pair.iter().position(|b| *b == b'=') {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &[][..]),
            };
            if value.len() > MOST_TEXT || self.0.len() >= MOST_PAIRS {
                return Err(Wrong::of(Kind::Input, "the request has too many fields, or one is too long"));
            }
            let read = unescape(name).zip(unescape(value));
            self.0.push(read.ok_or_else(|| Wrong::of(Kind::Input, "the request holds a broken escape"))?);
        }
        Ok(())
    }

    /// The first of a name that says anything.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, text)| n == name && !text.is_empty()).map(|(_, text)| text.as_str())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, text)| n == name && !text.is_empty()).map(|(_, text)| text.as_str())
    }

    /// # Errors
    /// When it is missing.
    pub fn need(&self, name: &str) -> Result<&str, Wrong> {
        self.get(name).ok_or_else(|| Wrong::field(name, "is missing"))
    }

    /// # Errors
    /// When it is there and no whole number of shares.
    pub fn qty(&self, name: &str) -> Result<Option<Qty>, Wrong> {
        self.get(name).map(|text| qty(name, text)).transpose()
    }

    /// # Errors
    /// When it is there and no price.
    pub fn price(&self, name: &str) -> Result<Option<Price>, Wrong> {
        self.get(name).map(|text| price(name, text)).transpose()
    }

    /// As the public clients write yes: `1`, `true`, and Python's `True`.
    pub fn yes(&self, name: &str) -> bool {
        self.get(name).is_some_and(|text| matches!(text, "1" | "true" | "True"))
    }

    /// JSON inside a field.
    ///
    /// # Errors
    /// When it is missing or no JSON.
    pub fn json(&self, name: &str) -> Result<Value, Wrong> {
        serde_json::from_str(self.need(name)?).map_err(|_| Wrong::field(name, "is no JSON"))
    }
}

/// Whole numbers, also written with a point and zeros behind it.
pub fn qty(name: &str, text: &str) -> Result<Qty, Wrong> {
    let whole = text.split_once('.').map_or(text, |(whole, rest)| if rest.bytes().all(|b| b == b'0') { whole } else { text });
    match whole.parse::<i64>() {
        Ok(n) if (0..=1_000_000_000).contains(&n) => Ok(Qty(n)),
        Ok(_) | Err(_) => Err(Wrong::field(name, format!("{:?} is no number of shares", shorten(text)))),
    }
}

pub fn price(name: &str, text: &str) -> Result<Price, Wrong> {
    let read = Price::parse(text).map_err(|e| Wrong::field(name, format!("{:?}: {e}", shorten(text))))?;
    // Nothing is dealt in at more than a crore of rupees.
    match (0..=100_000_000_000).contains(&read.0) {
        true => Ok(read),
        false => Err(Wrong::field(name, format!("{:?} is no price", shorten(text)))),
    }
}

/// What is said back of a text that somebody else wrote.
pub fn shorten(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// The body, if it is not too long.
///
/// # Errors
/// When it is.
pub async fn body(request: Request) -> Result<(axum::http::request::Parts, Vec<u8>), Wrong> {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, MOST_BYTES).await;
    let too_long = |_| Wrong { http: 413, kind: Kind::Input, message: format!("a body has at most {MOST_BYTES} bytes") };
    Ok((parts, bytes.map_err(too_long)?.to_vec()))
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Wrong;

    async fn from_request(request: Request, _: &S) -> Result<Fields, Wrong> {
        let (parts, body) = body(request).await?;
        let mut all = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes())?;
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        match kind.contains("json") && !body.is_empty() {
            true => all.add_json(&body)?,
            false => all.add(&body)?,
        }
        Ok(all)
    }
}

impl Fields {
    /// Some clients send an object where others send a form.
    fn add_json(&mut self, body: &[u8]) -> Result<(), Wrong> {
        let broken = || Wrong::of(Kind::Input, "the body is no JSON object of plain fields");
        let Ok(Value::Object(object)) = serde_json::from_slice(body) else { return Err(broken()) };
        for (name, value) in object.into_iter().take(MOST_PAIRS) {
            let text = match value {
                Value::Null => continue,
                Value::String(text) => text,
                Value::Bool(yes) => yes.to_string(),
                Value::Number(number) => number.to_string(),
                nested @ (Value::Array(_) | Value::Object(_)) => nested.to_string(),
            };
            self.0.push((name, text));
        }
        Ok(())
    }
}

/// A JSON array of a body.
pub struct Rows(pub Vec<Value>, pub Fields);

/// Orders that one estimate takes.
const MOST_ROWS: usize = 100;

impl<S: Send + Sync> FromRequest<S> for Rows {
    type Rejection = Wrong;

    async fn from_request(request: Request, _: &S) -> Result<Rows, Wrong> {
        let (parts, body) = body(request).await?;
        let query = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes())?;
        match serde_json::from_slice(&body) {
            Ok(Value::Array(rows)) if rows.len() <= MOST_ROWS => Ok(Rows(rows, query)),
            Ok(Value::Array(_)) => Err(Wrong::of(Kind::Input, format!("at most {MOST_ROWS} orders are estimated at once"))),
            Ok(_) | Err(_) => Err(Wrong::of(Kind::Input, "the body is no JSON array of orders")),
        }
    }
}

/// A field of a JSON object, as text.
pub fn text_of(row: &Value, name: &str) -> Option<String> {
    match row.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_the_public_clients_write_it() {
        let fields = Fields::parse(b"i=NSE%3AINFY&i=BSE:M%26M&consider_positions=True&tag=a+b&price=1500.0&quantity=10&empty=").unwrap();
        assert_eq!(fields.all("i").collect::<Vec<_>>(), ["NSE:INFY", "BSE:M&M"]);
        assert_eq!((fields.get("tag"), fields.get("empty"), fields.yes("consider_positions")), (Some("a b"), None, true));
        assert_eq!((fields.price("price"), fields.qty("quantity")), (Ok(Some(Price(15_000_000))), Ok(Some(Qty(10)))));
        assert_eq!(fields.need("nothing").unwrap_err().message, "nothing: is missing");
    }

    #[test]
    fn nothing_unbounded_or_broken_is_read() {
        assert!(Fields::parse(b"a=%4").is_err() && Fields::parse(b"a=%zz").is_err() && Fields::parse(b"a=%ff").is_err());
        assert!(Fields::parse(&b"i=a&".repeat(MOST_PAIRS)).is_ok());
        assert!(Fields::parse(&b"i=a&".repeat(MOST_PAIRS + 1)).is_err());
        assert!(Fields::parse(format!("a={}", "x".repeat(MOST_TEXT + 1)).as_bytes()).is_err());
        for bad in ["-1", "1.5", "1e3", "", "9999999999", "x"] {
            assert!(qty("quantity", bad).is_err(), "{bad}");
        }
        for bad in ["-1", "1e3", "", "nan", "0.00001", "99999999999"] {
            assert!(price("price", bad).is_err(), "{bad}");
        }
    }
}
