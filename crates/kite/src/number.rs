//! Numbers as programs read them: decimal, built from integers.

use serde_json::{Number, Value};
use vocab::{Paise, Price, Qty};

/// So many decimal places of a whole number of their units.
fn decimal(units: i128, places: u32) -> Value {
    let unit = 10u128.pow(places);
    let (sign, all) = (if units < 0 { "-" } else { "" }, units.unsigned_abs());
    let width = usize::try_from(places).unwrap_or(0);
    let text = format!("{sign}{}.{:0width$}", all / unit, all % unit);
    text.parse::<Number>().map_or(Value::Null, Value::Number)
}

/// Rupees with two places.
pub fn rupees(amount: Paise) -> Value {
    decimal(i128::from(amount.0), 2)
}

/// Rupees with two places, or four where the price has them.
pub fn price(price: Price) -> Value {
    if price.0 % 100 == 0 { decimal(i128::from(price.0) / 100, 2) } else { decimal(i128::from(price.0), 4) }
}

pub fn shares(qty: Qty) -> Value {
    Value::from(qty.0)
}

/// A value over a number of shares, in rupees with four places; nothing over nothing is nothing.
pub fn average(value: Paise, qty: Qty) -> Value {
    price(mean(value, qty))
}

/// To the nearest ten-thousandth of a rupee.
pub fn mean(value: Paise, qty: Qty) -> Price {
    let (value, qty) = (i128::from(value.0) * 100, i128::from(qty.0));
    let rounded = if qty == 0 { 0 } else { divide(value, qty) };
    Price(i64::try_from(rounded).unwrap_or(i64::MAX))
}

/// A part of a whole in percent with four places; of nothing it is nothing.
pub fn percent(part: i64, whole: i64) -> Value {
    let exact = i128::from(part) * 1_000_000;
    decimal(if whole == 0 { 0 } else { divide(exact, i128::from(whole)) }, 4)
}

/// Halves away from zero.
fn divide(a: i128, b: i128) -> i128 {
    let (magnitude, by) = (a.unsigned_abs(), b.unsigned_abs());
    let rounded = i128::try_from((magnitude + by / 2) / by).unwrap_or(i128::MAX);
    if (a < 0) == (b < 0) { rounded } else { -rounded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_decimal_and_exact() {
        let texts = [rupees(Paise(-5)), rupees(Paise(123_456)), price(Price(15_737_000)), price(Price(12_345)), average(Paise(100), Qty(3))];
        assert_eq!(texts.map(|it| it.to_string()), ["-0.05", "1234.56", "1573.70", "1.2345", "0.3333"]);
        assert_eq!([percent(-76, 47_842).to_string(), percent(1, 0).to_string()], ["-0.1589", "0.0000"]);
    }
}
