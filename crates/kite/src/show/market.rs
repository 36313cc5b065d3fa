//! What is dealt in, and at what prices.

use crate::number::{price, shares};
use crate::quote::{Level, Quote};
use crate::show::orders::symbol;
use crate::words::{self, Token};
use live::Room;
use serde_json::{Map, Value, json};
use std::fmt::Write;
use vocab::{Board, Moment, Price, SecurityRow, Symbol, Venue};

/// What the market shows of a security; none where the exchange does not deal in it today.
pub fn quote(room: &Room<'_>, venue: Venue, security: SecurityRow) -> Option<Quote> {
    let isin = room.firm.market.security(security)?.isin;
    let seen = room.feed.quote(room.feed.by_isin(venue, isin)?)?;
    (seen.day == room.now.day()).then(|| of_feed(security, seen))
}

/// A quote of the feed in the words of programs; what is dealt in for settlement on the day has no name among them.
pub fn told(room: &Room<'_>, seen: &feed::Quote) -> Option<Quote> {
    let security = room.firm.market.by_isin(&seen.isin)?;
    (seen.board != Board::SameDay).then(|| of_feed(security, seen))
}

fn of_feed(security: SecurityRow, seen: &feed::Quote) -> Quote {
    let levels = |side: &feed::Shown| side.best.map(|at| Level { price: at.price, qty: at.qty, orders: at.orders });
    Quote {
        venue: seen.venue,
        security,
        last: seen.last,
        last_qty: seen.last_qty,
        last_at: seen.last_at.unwrap_or(Moment(0)),
        average: seen.average,
        volume: seen.volume,
        to_buy: seen.buys.total,
        to_sell: seen.sells.total,
        open: seen.open,
        high: seen.high,
        low: seen.low,
        close: seen.prev_close,
        floor: seen.band_low,
        ceiling: seen.band_high,
        at: seen.at,
        bids: levels(&seen.buys),
        offers: levels(&seen.sells),
    }
}

/// A security by the name programs give it.
pub fn find(room: &Room<'_>, name: &str) -> Option<(Venue, SecurityRow)> {
    let (venue, symbol) = name.split_once(':')?;
    let venue = Venue::parse(venue)?;
    let security = room.firm.market.by_symbol(&Symbol::parse(symbol).ok()?)?;
    room.firm.market.terms(venue, security, room.now.day()).map(|_| (venue, security))
}

/// A name or a token of the query.
fn find_either(room: &Room<'_>, name: &str) -> Option<(Venue, SecurityRow)> {
    find(room, name).or_else(|| {
        let (venue, security) = Token(name.parse().ok()?).parts()?;
        room.firm.market.terms(venue, security, room.now.day()).map(|_| (venue, security))
    })
}

/// What is asked for, by the name it was asked by; what is not known is left out.
pub fn quotes(room: &Room<'_>, names: &[String], shape: fn(&Quote) -> Value) -> Value {
    let mut all = Map::new();
    for name in names {
        if let Some(quote) = find_either(room, name).and_then(|(venue, security)| quote(room, venue, security)) {
            all.insert(name.clone(), shape(&quote));
        }
    }
    Value::Object(all)
}

pub fn ltp(quote: &Quote) -> Value {
    json!({ "instrument_token": Token::of(quote.venue, quote.security).0, "last_price": price(quote.last) })
}

fn four(quote: &Quote) -> Value {
    json!({ "open": price(quote.open), "high": price(quote.high), "low": price(quote.low), "close": price(quote.close) })
}

pub fn ohlc(quote: &Quote) -> Value {
    let token = Token::of(quote.venue, quote.security).0;
    json!({ "instrument_token": token, "last_price": price(quote.last), "ohlc": four(quote) })
}

fn levels(levels: &[Level; 5]) -> Value {
    let one = |it: &Level| json!({ "price": price(it.price), "quantity": shares(it.qty), "orders": it.orders });
    levels.iter().map(one).collect()
}

pub fn full(quote: &Quote) -> Value {
    let time = |at: Moment| (at.0 != 0).then(|| words::moment(at));
    json!({
        "instrument_token": Token::of(quote.venue, quote.security).0,
        "timestamp": words::moment(quote.at),
        "last_trade_time": time(quote.last_at),
        "last_price": price(quote.last),
        "last_quantity": shares(quote.last_qty),
        "buy_quantity": shares(quote.to_buy),
        "sell_quantity": shares(quote.to_sell),
        "volume": shares(quote.volume),
        "average_price": price(quote.average),
        "oi": 0,
        "oi_day_high": 0,
        "oi_day_low": 0,
        "net_change": price(quote.last - quote.close),
        "lower_circuit_limit": price(quote.floor),
        "upper_circuit_limit": price(quote.ceiling),
        "ohlc": four(quote),
        "depth": { "buy": levels(&quote.bids), "sell": levels(&quote.offers) },
    })
}

/// Where a trigger may lie: within the day's band.
pub fn range(quote: &Quote) -> Value {
    let token = Token::of(quote.venue, quote.security).0;
    json!({ "instrument_token": token, "lower": price(quote.floor), "upper": price(quote.ceiling) })
}

const HEAD: &str = "instrument_token,exchange_token,tradingsymbol,name,last_price,expiry,strike,tick_size,lot_size,instrument_type,segment,exchange\n";

/// A row of the list of instruments, copied out to be written elsewhere.
pub struct Instrument {
    token: Token,
    symbol: String,
    last: Price,
    tick: Price,
    venue: Venue,
}

/// What an exchange, or each of them, admitted today.
pub fn instruments(room: &Room<'_>, only: Option<Venue>) -> Vec<Instrument> {
    let day = room.now.day();
    let wanted = Venue::ALL.iter().copied().filter(|venue| only.is_none_or(|only| only == *venue));
    let of = |venue: Venue| room.firm.market.admitted(venue, day).map(move |security| (venue, security));
    let row = |(venue, security): (Venue, SecurityRow)| {
        let terms = room.firm.market.terms(venue, security, day)?;
        let last = quote(room, venue, security).map_or(terms.reference, |quote| quote.last);
        let symbol = symbol(room.firm, security);
        Some(Instrument { token: Token::of(venue, security), symbol, last, tick: terms.tick, venue })
    };
    wanted.flat_map(of).filter_map(row).collect()
}

/// The list as CSV. The firm keeps symbols, not companies' names: the name is the symbol.
pub fn csv(rows: &[Instrument]) -> String {
    let mut out = String::from(HEAD);
    for Instrument { token, symbol, last, tick, venue } in rows {
        let (at_exchange, last, tick) = (token.at_exchange(), price(*last), price(*tick));
        // Writing to a string does not fail.
        let _ = writeln!(out, "{},{at_exchange},{symbol},{symbol},{last},,0.0,{tick},1,EQ,{venue},{venue}", token.0);
    }
    out
}
