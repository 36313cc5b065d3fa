//! The wire's words and ours. They meet nowhere else.

use crate::fields::shorten;
use crate::wrong::Wrong;
use vocab::{Moment, OrderKind, OrderNo, Product, SecurityRow, Side, Validity, Venue};

pub const EXCHANGES: [&str; 2] = ["NSE", "BSE"];
pub const PRODUCTS: [&str; 2] = ["CNC", "MIS"];
pub const ORDER_TYPES: [&str; 4] = ["MARKET", "LIMIT", "SL", "SL-M"];

fn unknown(field: &str, text: &str, has: &str) -> Wrong {
    Wrong::field(field, format!("{:?} is not offered; there is {has}", shorten(text)))
}

pub fn venue(text: &str) -> Result<Venue, Wrong> {
    Venue::parse(text).ok_or_else(|| unknown("exchange", text, "NSE, BSE"))
}

pub fn side(text: &str) -> Result<Side, Wrong> {
    match text {
        "BUY" => Ok(Side::Buy),
        "SELL" => Ok(Side::Sell),
        other => Err(unknown("transaction_type", other, "BUY, SELL")),
    }
}

pub const fn of_side(side: Side) -> &'static str {
    match side {
        Side::Buy => "BUY",
        Side::Sell => "SELL",
    }
}

pub fn product(field: &str, text: &str) -> Result<Product, Wrong> {
    match text {
        "CNC" => Ok(Product::Delivery),
        "MIS" => Ok(Product::Intraday),
        other => Err(unknown(field, other, "CNC, MIS")),
    }
}

/// What settles on its day is delivered too.
pub const fn of_product(product: Product) -> &'static str {
    match product {
        Product::Delivery | Product::SameDay => "CNC",
        Product::Intraday => "MIS",
    }
}

pub fn kind(text: &str) -> Result<OrderKind, Wrong> {
    match text {
        "MARKET" => Ok(OrderKind::Market),
        "LIMIT" => Ok(OrderKind::Limit),
        "SL" => Ok(OrderKind::StopLimit),
        "SL-M" => Ok(OrderKind::StopMarket),
        other => Err(unknown("order_type", other, "MARKET, LIMIT, SL, SL-M")),
    }
}

pub const fn of_kind(kind: OrderKind) -> &'static str {
    match kind {
        OrderKind::Market => "MARKET",
        OrderKind::Limit => "LIMIT",
        OrderKind::StopLimit => "SL",
        OrderKind::StopMarket => "SL-M",
    }
}

/// An order that ends by itself after minutes has no counterpart at the exchange: it is not promised.
pub fn validity(text: &str) -> Result<Validity, Wrong> {
    match text {
        "DAY" => Ok(Validity::Day),
        "IOC" => Ok(Validity::Ioc),
        other => Err(unknown("validity", other, "DAY, IOC")),
    }
}

pub const fn of_validity(validity: Validity) -> &'static str {
    match validity {
        Validity::Day => "DAY",
        Validity::Ioc => "IOC",
    }
}

/// How an order goes: to the exchange, or kept until it takes orders.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Variety {
    Regular,
    Amo,
}

pub fn variety(text: &str) -> Result<Variety, Wrong> {
    match text {
        "regular" => Ok(Variety::Regular),
        "amo" => Ok(Variety::Amo),
        other => Err(unknown("variety", other, "regular, amo")),
    }
}

/// `2026-07-01 09:15:00`, in Indian time without saying so.
pub fn moment(at: Moment) -> String {
    format!("{} {}", at.day(), clock(at))
}

/// `09:15:00`.
pub fn clock(at: Moment) -> String {
    let seconds = at.time().0;
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// Seconds since 1970 as the rest of the world counts them.
pub fn unix(at: Moment) -> u32 {
    u32::try_from((at.0 / 1_000_000).saturating_sub(5 * 3_600 + 1_800)).unwrap_or(0)
}

/// What a program calls an order: its day, what kind of number it has, and the number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum OrderId {
    /// The firm's own number.
    Order(OrderNo),
    /// Refused: the number of its entry.
    Turned(u64),
    /// Waits inside the firm, under a number of its own.
    Waiting(u32),
}

impl OrderId {
    pub fn text(self, day: vocab::Day) -> String {
        let (year, month, of_month) = day.civil();
        let (kind, number) = match self {
            OrderId::Order(no) => (1, no.0),
            OrderId::Turned(entry) => (2, entry),
            OrderId::Waiting(referral) => (3, u64::from(referral)),
        };
        format!("{:02}{month:02}{of_month:02}{kind}{number:08}", year.rem_euclid(100))
    }

    /// The day is for people: numbers are for ever.
    pub fn parse(text: &str) -> Result<OrderId, Wrong> {
        let unknown = || Wrong::field("order_id", format!("{:?} is not an order of today", shorten(text)));
        let digits = (15..=24).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let (kind, number) = if digits { (&text[6..7], &text[7..]) } else { return Err(unknown()) };
        let number = number.parse::<u64>().map_err(|_| unknown())?;
        match kind {
            "1" => Ok(OrderId::Order(OrderNo(number))),
            "2" => Ok(OrderId::Turned(number)),
            "3" => u32::try_from(number).map(OrderId::Waiting).map_err(|_| unknown()),
            _ => Err(unknown()),
        }
    }
}

/// A security at an exchange as one number: the exchange's in the low byte.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Token(pub u32);

impl Token {
    pub const fn of(venue: Venue, security: SecurityRow) -> Token {
        let segment = match venue {
            Venue::Nse => 1,
            Venue::Bse => 4,
        };
        // Rows count from nought; a token of nothing but a segment would look like none.
        Token((security.0 + 1) << 8 | segment)
    }

    pub fn parts(self) -> Option<(Venue, SecurityRow)> {
        let venue = match self.0 & 0xFF {
            1 => Venue::Nse,
            4 => Venue::Bse,
            _ => return None,
        };
        Some((venue, SecurityRow((self.0 >> 8).checked_sub(1)?)))
    }

    /// The exchange's own part of it.
    pub const fn at_exchange(self) -> u32 {
        self.0 >> 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocab::Day;

    #[test]
    fn ids_and_tokens_are_read_back() {
        let day = Day::from_civil(2026, 7, 1).unwrap();
        for id in [OrderId::Order(OrderNo(7)), OrderId::Turned(12_345_678_901), OrderId::Waiting(3)] {
            assert_eq!(OrderId::parse(&id.text(day)), Ok(id));
        }
        assert_eq!(OrderId::Order(OrderNo(7)).text(day), "260701100000007");
        for bad in ["", "1", "260701400000007", "26070110000000x", "2607011000000079999999999999"] {
            assert!(OrderId::parse(bad).is_err(), "{bad}");
        }
        for venue in [Venue::Nse, Venue::Bse] {
            assert_eq!(Token::of(venue, SecurityRow(41)).parts(), Some((venue, SecurityRow(41))));
        }
        assert_eq!((Token(1).parts(), Token(0x0101 + 1).parts()), (None, None));
    }

    #[test]
    fn a_word_that_is_not_offered_is_refused_by_its_field() {
        for (wrong, field) in [
            (venue("MCX").unwrap_err(), "exchange"),
            (product("product", "NRML").unwrap_err(), "product"),
            (variety("iceberg").unwrap_err(), "variety"),
            (validity("TTL").unwrap_err(), "validity"),
            (kind("limit").unwrap_err(), "order_type"),
            (side("buy").unwrap_err(), "transaction_type"),
        ] {
            assert_eq!(wrong.http, 400);
            assert!(wrong.message.starts_with(field), "{}", wrong.message);
        }
    }

    #[test]
    fn times_are_indian_without_a_zone() {
        let at = Day::from_civil(2021, 7, 5).unwrap() + vocab::TimeOfDay::hms(10, 41, 27);
        assert_eq!((moment(at), clock(at), unix(at)), ("2021-07-05 10:41:27".into(), "10:41:27".into(), 1_625_461_887));
    }
}
