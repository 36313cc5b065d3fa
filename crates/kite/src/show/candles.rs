//! Candles of our own ticks.

use crate::fields::{Fields, shorten};
use crate::kite::Kite;
use crate::words::Token;
use crate::wrong::{Kind, Wrong};
use serde_json::Value;
use vocab::{Day, Moment, TimeOfDay};

/// Minutes of an interval; a day is none of them.
pub fn interval(text: &str) -> Result<Option<u32>, Wrong> {
    Ok(match text {
        "minute" => Some(1),
        "3minute" => Some(3),
        "5minute" => Some(5),
        "10minute" => Some(10),
        "15minute" => Some(15),
        "30minute" => Some(30),
        "60minute" => Some(60),
        "day" => None,
        other => return Err(Wrong::field("interval", format!("{:?} is not offered", crate::fields::shorten(other)))),
    })
}

/// Candles of a security between two moments.
///
/// # Errors
/// When the question cannot be read, or no candles are kept.
pub async fn answer(kite: &Kite, token: &str, text: &str, fields: &Fields) -> Result<Value, Wrong> {
    let _minutes = interval(text)?;
    let token = token.parse().ok().and_then(|token| Token(token).parts());
    let _of = token.ok_or_else(|| Wrong::field("instrument_token", "is no instrument"))?;
    let (_from, _to) = (moment("from", fields.need("from")?)?, moment("to", fields.need("to")?)?);
    let _ = kite;
    Err(Wrong::of(Kind::Data, "no candles are kept here yet"))
}

/// `2026-07-01 09:15:00`, or the day alone.
fn moment(name: &str, text: &str) -> Result<Moment, Wrong> {
    let bad = || Wrong::field(name, format!("{:?} is no time: yyyy-mm-dd HH:MM:SS", shorten(text)));
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
    let time = time.get(..8).unwrap_or(time);
    Ok(Day::parse(day).map_err(|_| bad())?.at(TimeOfDay::parse(time).map_err(|_| bad())?))
}
