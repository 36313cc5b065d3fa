//! Candles of our own ticks.

use crate::wrong::Wrong;

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
