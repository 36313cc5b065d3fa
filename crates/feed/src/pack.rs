//! Candles in few bytes: numbers as short as they are, prices as steps from one another.

use crate::bars::{Candle, MINUTE};
use vocab::{Day, Moment, Price, Qty, TimeOfDay};

pub(crate) fn put(n: u64, out: &mut Vec<u8>) {
    let mut left = n;
    while left > 0x7F {
        out.push(0x80 | u8::try_from(left & 0x7F).expect("seven bits"));
        left >>= 7;
    }
    out.push(u8::try_from(left).expect("seven bits"));
}

/// The next number; none where the bytes end or hold none.
pub(crate) fn get(from: &mut &[u8]) -> Option<u64> {
    let mut n = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        let part = u64::from(byte & 0x7F);
        if part.checked_shl(shift)?.checked_shr(shift)? != part {
            return None;
        }
        n |= part << shift;
        if byte & 0x80 == 0 {
            return Some(n);
        }
    }
    None
}

fn unsigned(n: i64) -> u64 {
    u64::try_from(n).expect("prices and volumes are not negative")
}

fn signed(from: &mut &[u8]) -> Option<i64> {
    get(from).and_then(|n| i64::try_from(n).ok())
}

/// A candle without its minute.
pub(crate) fn put_candle(it: &Candle, out: &mut Vec<u8>) {
    for n in [it.low.0, (it.high - it.low).0, (it.open - it.low).0, (it.close - it.low).0, it.volume.0] {
        put(unsigned(n), out);
    }
}

pub(crate) fn get_candle(at: Moment, from: &mut &[u8]) -> Option<Candle> {
    let low = signed(from)?;
    let mut above = || Some(Price(low.checked_add(signed(from)?)?));
    let (high, open, close) = (above()?, above()?, above()?);
    Some(Candle { at, open, high, low: Price(low), close, volume: Qty(signed(from)?) })
}

pub(crate) fn minute_of(at: Moment) -> u64 {
    u64::from(at.time().0 / 60)
}

pub(crate) fn moment_of(day: Day, minute: u64) -> Option<Moment> {
    let minute = i64::try_from(minute).ok().filter(|minute| *minute < 1_440)?;
    Some((day + TimeOfDay(0)).plus_micros(minute * MINUTE))
}

/// One security's minutes of a day.
pub(crate) fn pack(minutes: &[Candle]) -> Box<[u8]> {
    let mut out = Vec::with_capacity(minutes.len() * 12);
    for minute in minutes {
        put(minute_of(minute.at), &mut out);
        put_candle(minute, &mut out);
    }
    out.into_boxed_slice()
}

pub(crate) fn unpack(day: Day, mut bytes: &[u8]) -> impl Iterator<Item = Candle> {
    std::iter::from_fn(move || {
        let minute = get(&mut bytes)?;
        get_candle(moment_of(day, minute)?, &mut bytes)
    })
}
