//! The API's words and ours.

use crate::problem::Problem;
use live::Room;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocab::{Moment, OrderKind, Price, Product, SecurityRow, Side, Symbol, Validity, Venue};

macro_rules! words {
    ($($name:ident of $ours:ident { $($variant:ident = $text:literal),* })*) => {$(
        #[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Debug)]
        pub enum $name { $(#[serde(rename = $text)] $variant),* }

        impl From<$name> for $ours {
            fn from(it: $name) -> $ours { match it { $($name::$variant => $ours::$variant),* } }
        }

        impl From<$ours> for $name {
            fn from(it: $ours) -> $name { match it { $($ours::$variant => $name::$variant),* } }
        }
    )*};
}

words! {
    SideWord of Side { Buy = "buy", Sell = "sell" }
    KindWord of OrderKind { Limit = "limit", Market = "market", StopLimit = "stop_limit", StopMarket = "stop_market" }
    ValidityWord of Validity { Day = "day", Ioc = "ioc" }
    ProductWord of Product { Delivery = "delivery", Intraday = "intraday", SameDay = "same_day" }
    VenueWord of Venue { Nse = "NSE", Bse = "BSE" }
}

/// RFC 3339 in Indian time, with microseconds.
pub fn time(at: Moment) -> String {
    let (seconds, micros) = (at.time().0, at.0.rem_euclid(1_000_000));
    format!("{}T{:02}:{:02}:{:02}.{micros:06}+05:30", at.day(), seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// In paise; exchanges' prices have no finer part.
pub const fn paise(price: Price) -> i64 {
    price.0 / 100
}

pub fn symbol(room: &Room<'_>, security: SecurityRow) -> String {
    room.firm.market.security(security).map_or_else(String::new, |it| it.symbol.as_str().to_owned())
}

/// `NSE:ABC`, as far as it is dealt in today.
pub fn find(room: &Room<'_>, name: &str) -> Option<(Venue, SecurityRow)> {
    let (venue, symbol) = name.split_once(':')?;
    let security = room.firm.market.by_symbol(&Symbol::parse(symbol).ok()?)?;
    let venue = Venue::parse(venue)?;
    room.firm.market.terms(venue, security, room.now.day()).map(|_| (venue, security))
}

/// A price that was asked for, within what any share costs.
pub fn price(field: &'static str, paise: Option<i64>) -> Result<Price, Problem> {
    match paise.unwrap_or(0) {
        all @ 0..=10_000_000_000 => Ok(Price::from_paise(all)),
        other => Err(Problem::field(field, format!("{other} is no price in paise"))),
    }
}
