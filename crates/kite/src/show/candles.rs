//! Candles of our own ticks.

use crate::fields::{Fields, shorten};
use crate::kite::Kite;
use crate::number::{price, shares};
use crate::words::{self, Token};
use crate::wrong::Wrong;
use feed::{Candle, Span};
use serde_json::{Value, json};
use vocab::{Day, Moment, TimeOfDay};

/// The most days of one question, by how long its candles are: what one answer holds.
const fn most_days(span: Span) -> i32 {
    match span {
        Span::Minute | Span::Three | Span::Five => 60,
        Span::Ten | Span::Fifteen | Span::Thirty => 200,
        Span::Hour => 400,
        Span::Day => 2_000,
    }
}

fn interval(text: &str) -> Result<Span, Wrong> {
    Ok(match text {
        "minute" => Span::Minute,
        "3minute" => Span::Three,
        "5minute" => Span::Five,
        "10minute" => Span::Ten,
        "15minute" => Span::Fifteen,
        "30minute" => Span::Thirty,
        "60minute" => Span::Hour,
        "day" => Span::Day,
        other => return Err(Wrong::field("interval", format!("{:?} is not offered", shorten(other)))),
    })
}

/// Candles of a security that begin between two moments, the oldest first; with `oi` an open interest, which shares do not have.
///
/// # Errors
/// When the question cannot be read, or asks for more days than one answer holds.
pub async fn answer(kite: &Kite, token: &str, text: &str, fields: &Fields) -> Result<Value, Wrong> {
    let span = interval(text)?;
    let token = token.parse().ok().and_then(|token| Token(token).parts());
    let (venue, security) = token.ok_or_else(|| Wrong::field("instrument_token", "is no instrument"))?;
    let (from, to) = (moment("from", fields.need("from")?)?, moment("to", fields.need("to")?)?);
    if from > to {
        return Err(Wrong::field("to", "must not be before from"));
    }
    if to.day().days_since(from.day()) > most_days(span) {
        return Err(Wrong::field("from", format!("at most {} days of this interval in one answer", most_days(span))));
    }
    let oi = fields.get("oi") == Some("1");
    let seen = kite.0.counter.look(move |room| {
        let isin = room.firm.market.security(security)?.isin;
        Some(room.feed.candles(room.feed.by_isin(venue, isin)?, span, from, to))
    });
    let candles = seen.await?.ok_or_else(|| Wrong::field("instrument_token", "is no instrument"))?;
    Ok(json!({ "candles": candles.iter().map(|it| row(it, oi)).collect::<Vec<_>>() }))
}

fn row(it: &Candle, oi: bool) -> Value {
    let at = words::moment(it.at).replacen(' ', "T", 1) + "+0530";
    let mut row = vec![at.into(), price(it.open), price(it.high), price(it.low), price(it.close), shares(it.volume)];
    row.extend(oi.then(|| Value::from(0)));
    Value::from(row)
}

/// `2026-07-01 09:15:00`, or the day alone.
fn moment(name: &str, text: &str) -> Result<Moment, Wrong> {
    let bad = || Wrong::field(name, format!("{:?} is no time: yyyy-mm-dd HH:MM:SS", shorten(text)));
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
    let time = time.get(..8).unwrap_or(time);
    Ok(Day::parse(day).map_err(|_| bad())?.at(TimeOfDay::parse(time).map_err(|_| bad())?))
}
