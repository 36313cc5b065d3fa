//! Arithmetic by hand: whole numbers wide enough that nothing is lost before the one named rounding.
//!
//! Written anew rather than asked of `vocab`, so that a fault in the one does not hide in the other.

use vocab::{Paise, Price, Qty, Rate};

/// Parts in a whole of a [`Rate`].
const WHOLE: i128 = 1_000_000_000_000;
/// Units of a [`Price`] in a paisa.
const PRICE_UNITS: i128 = 100;
const PAISE_A_RUPEE: i128 = 100;

fn times(a: i64, b: i64) -> i128 {
    i128::from(a).checked_mul(i128::from(b)).expect("two 64-bit numbers multiply within 128 bits")
}

/// `n ÷ d` to the nearest whole number, halves away from zero.
fn nearest(n: i128, d: i128) -> i128 {
    assert!(d > 0, "shares of something");
    let twice = n.checked_abs().and_then(|n| n.checked_mul(2)).expect("a sum within 127 bits");
    let steps = d.checked_mul(2).expect("a divisor within 127 bits");
    let up = twice.checked_add(d).and_then(|n| n.checked_div(steps)).expect("a positive divisor");
    if n < 0 { up.checked_neg().expect("a magnitude") } else { up }
}

fn paise(n: i128) -> Paise {
    Paise(i64::try_from(n).expect("an amount within 64 bits"))
}

/// What `qty` cost at `price`, to the paisa.
pub(crate) fn value(price: Price, qty: Qty) -> Paise {
    paise(nearest(times(price.0, qty.0), PRICE_UNITS))
}

/// An amount a share, times the shares.
pub(crate) fn per_share(amount: Paise, qty: Qty) -> Paise {
    paise(times(amount.0, qty.0))
}

/// A fraction of an amount, to the paisa.
pub(crate) fn fraction(rate: Rate, of: Paise) -> Paise {
    paise(nearest(times(rate.0, of.0), WHOLE))
}

/// A fraction of an amount that is not negative, cut to the paisa: what a cap allows.
pub(crate) fn fraction_down(rate: Rate, of: Paise) -> Paise {
    paise(times(rate.0, of.0).checked_div(WHOLE).expect("a whole is not nothing"))
}

/// What `qty` is worth at `price`, cut to the paisa; and raised to it.
pub(crate) fn value_down(price: Price, qty: Qty) -> Paise {
    paise(times(price.0, qty.0).checked_div(PRICE_UNITS).expect("units in a paisa"))
}

pub(crate) fn value_up(price: Price, qty: Qty) -> Paise {
    paise(raised(times(price.0, qty.0), PRICE_UNITS))
}

/// A fraction of an amount that is not negative, raised to the paisa: what is asked for.
pub(crate) fn fraction_up(rate: Rate, of: Paise) -> Paise {
    paise(raised(times(rate.0, of.0), WHOLE))
}

fn raised(n: i128, d: i128) -> i128 {
    let whole = n.checked_div(d).expect("shares of something");
    let over = n.checked_rem(d).expect("shares of something") > 0;
    whole.checked_add(i128::from(over)).expect("a quotient and one")
}

/// The price a value comes to a share, cut.
pub(crate) fn price_of(value: Paise, qty: Qty) -> Price {
    let exact = i128::from(value.0).checked_mul(PRICE_UNITS).and_then(|n| n.checked_div(i128::from(qty.0)));
    Price(exact.and_then(|n| i64::try_from(n).ok()).unwrap_or(0))
}

/// A fraction of an amount, unrounded, in 10^-12 paisa.
pub(crate) fn unrounded(rate: Rate, of: Paise) -> i128 {
    times(rate.0, of.0)
}

/// An amount in the unit of [`unrounded`].
pub(crate) fn widened(amount: Paise) -> i128 {
    i128::from(amount.0).checked_mul(WHOLE).expect("64 bits times 40")
}

/// A sum of [`unrounded`] fractions, to the paisa.
pub(crate) fn to_paisa(sum: i128) -> Paise {
    paise(nearest(sum, WHOLE))
}

/// A sum of [`unrounded`] fractions, to the rupee.
pub(crate) fn to_rupee(sum: i128) -> Paise {
    let unit = WHOLE.checked_mul(PAISE_A_RUPEE).expect("two constants");
    paise(nearest(sum, unit).checked_mul(PAISE_A_RUPEE).expect("rupees in paise"))
}

/// The part of a value that falls on `part` of `whole` shares, cut to the paisa.
pub(crate) fn share_down(value: Paise, part: Qty, whole: Qty) -> Paise {
    paise(times(value.0, part.0).checked_div(i128::from(whole.0)).unwrap_or(0))
}

/// The part of a value that falls on `part` of `whole` shares at the average price, to the paisa.
pub(crate) fn at_average(value: Paise, part: Qty, whole: Qty) -> Paise {
    if whole.is_zero() { Paise::ZERO } else { paise(nearest(times(value.0, part.0), i128::from(whole.0))) }
}
