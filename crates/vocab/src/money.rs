//! Amounts, prices, quantities and rates: integers with named rounding.
//!
//! The arithmetic lints are relaxed in this file only: overflow panics in every profile, which is
//! what a bug in money should do.
#![allow(clippy::arithmetic_side_effects)]

use core::fmt;
use core::iter::Sum;
use core::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// An amount of money in paise (1/100 rupee). May be negative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Paise(pub i64);

/// A price per unit in 1/10,000 rupee.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(pub i64);

/// A number of shares. Signed where a net is meant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Qty(pub i64);

/// A fraction in parts per 10^12: 0.1 % is `Rate(1_000_000_000)`, 0.01 rupee per crore is `Rate(1_000)`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(pub i64);

/// How an exact amount becomes one that can be paid. Always named at the call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Rounding {
    /// To the paisa, halves away from zero.
    NearestPaisa = 0,
    /// To the whole rupee, halves away from zero.
    NearestRupee = 1,
    /// To the paisa, away from zero: what a hold uses, so that it never falls short.
    UpPaisa = 2,
    /// To the paisa, towards zero: what a cap uses, so that it is never exceeded.
    DownPaisa = 3,
}

/// Why a text is not an amount.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadAmount {
    Empty,
    NotANumber,
    TooManyDecimals,
    TooLarge,
}

impl fmt::Display for BadAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadAmount::Empty => "empty where a number is needed",
            BadAmount::NotANumber => "not a decimal number",
            BadAmount::TooManyDecimals => "more decimals than the field holds",
            BadAmount::TooLarge => "larger than the field holds",
        })
    }
}

/// Parse a decimal text into an integer of `decimals` places. Commas are grouping and skipped; more
/// decimals are accepted only if they are zeros.
fn decimal(text: &str, decimals: u32) -> Result<i64, BadAmount> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() {
        return Err(BadAmount::Empty);
    }
    let (mut whole, mut places, mut seen_point, mut seen_digit) = (0i64, 0u32, false, false);
    for b in digits.bytes() {
        match b {
            b'0'..=b'9' => {
                seen_digit = true;
                if seen_point && places == decimals {
                    if b != b'0' {
                        return Err(BadAmount::TooManyDecimals);
                    }
                    continue;
                }
                whole = whole
                    .checked_mul(10)
                    .and_then(|w| w.checked_add(i64::from(b - b'0')))
                    .ok_or(BadAmount::TooLarge)?;
                if seen_point {
                    places += 1;
                }
            }
            b'.' if !seen_point => seen_point = true,
            b',' if !seen_point => {}
            _ => return Err(BadAmount::NotANumber),
        }
    }
    if !seen_digit {
        return Err(BadAmount::NotANumber);
    }
    while places < decimals {
        whole = whole.checked_mul(10).ok_or(BadAmount::TooLarge)?;
        places += 1;
    }
    Ok(if negative { -whole } else { whole })
}

/// Divide with the rounding named; `unit` is how many of the numerator's units make one paisa.
#[inline]
fn round(exact: i128, unit: i128, rounding: Rounding) -> i64 {
    // Most amounts of a day fit 63 bits, where a division is one instruction.
    match (i64::try_from(exact), i64::try_from(unit)) {
        (Ok(exact), Ok(unit)) if exact.unsigned_abs() < 1 << 62 && unit < 1 << 54 => {
            round_narrow(exact, unit.unsigned_abs(), rounding)
        }
        _ => round_wide(exact, unit, rounding),
    }
}

/// [`round_wide`] where nothing overflows 64 bits.
#[inline]
fn round_narrow(exact: i64, unit: u64, rounding: Rounding) -> i64 {
    let magnitude = exact.unsigned_abs();
    let paise = match rounding {
        Rounding::NearestPaisa => (magnitude + unit / 2) / unit,
        Rounding::NearestRupee => (magnitude + unit * 50) / (unit * 100) * 100,
        Rounding::UpPaisa => magnitude.div_ceil(unit),
        Rounding::DownPaisa => magnitude / unit,
    };
    let paise = i64::try_from(paise).expect("an amount within i64 paise");
    if exact < 0 { -paise } else { paise }
}

/// [`round`] where the unit is a rate's. 10^12 is 2^12 × 5^12: after a shift what is left of a day's amounts fits 64
/// bits, and the fives are a constant. A floor of a floor is the floor of both.
#[inline]
fn round_whole(exact: i128, rounding: Rounding) -> i64 {
    const WHOLE: u128 = 1 << 12;
    const FIVES: u64 = 244_140_625;
    let unit = WHOLE * FIVES as u128;
    let magnitude = exact.unsigned_abs();
    let (raised, shift) = match rounding {
        Rounding::NearestPaisa => (magnitude + unit / 2, 12),
        Rounding::NearestRupee => (magnitude + unit * 50, 14),
        Rounding::UpPaisa => (magnitude + (unit - 1), 12),
        Rounding::DownPaisa => (magnitude, 12),
    };
    let Ok(twos) = u64::try_from(raised >> shift) else { return round_wide(exact, Rate::ONE, rounding) };
    let paise = match rounding {
        Rounding::NearestRupee => twos / (FIVES * 25) * 100,
        Rounding::NearestPaisa | Rounding::UpPaisa | Rounding::DownPaisa => twos / FIVES,
    };
    let paise = i64::try_from(paise).expect("an amount within i64 paise");
    if exact < 0 { -paise } else { paise }
}

/// [`round`] for any amount.
fn round_wide(exact: i128, unit: i128, rounding: Rounding) -> i64 {
    let step = match rounding {
        Rounding::NearestRupee => unit * 100,
        Rounding::NearestPaisa | Rounding::UpPaisa | Rounding::DownPaisa => unit,
    };
    let magnitude = exact.unsigned_abs();
    let step = step.unsigned_abs();
    let whole = match rounding {
        Rounding::NearestPaisa | Rounding::NearestRupee => (magnitude + step / 2) / step,
        Rounding::UpPaisa => magnitude.div_ceil(step),
        Rounding::DownPaisa => magnitude / step,
    };
    let paise = match rounding {
        Rounding::NearestRupee => whole * 100,
        Rounding::NearestPaisa | Rounding::UpPaisa | Rounding::DownPaisa => whole,
    };
    let paise = i64::try_from(paise).expect("an amount within i64 paise");
    if exact < 0 { -paise } else { paise }
}

impl Paise {
    pub const ZERO: Paise = Paise(0);

    /// Parse rupees, as `1,234.50`; at most two decimals.
    ///
    /// # Errors
    /// When the text is empty, not a decimal number, finer than a paisa, or too large.
    pub fn parse(text: &str) -> Result<Paise, BadAmount> {
        decimal(text, 2).map(Paise)
    }

    pub const fn rupees(rupees: i64) -> Paise {
        Paise(rupees * 100)
    }

    pub const fn abs(self) -> Paise {
        Paise(self.0.abs())
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The amount, or zero if it is negative.
    #[must_use]
    pub fn at_least_zero(self) -> Paise {
        self.max(Paise::ZERO)
    }

    pub const fn checked_add(self, other: Paise) -> Option<Paise> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Paise(sum)),
            None => None,
        }
    }

    /// Half of it: the larger half first, so that the two add up.
    pub fn halves(self) -> (Paise, Paise) {
        let low = self.0.div_euclid(2);
        (Paise(self.0 - low), Paise(low))
    }
}

impl Price {
    pub const ZERO: Price = Price(0);
    /// Units of a price in one paisa.
    pub const PER_PAISA: i64 = 100;

    /// Parse rupees, as `799.50`; at most four decimals.
    ///
    /// # Errors
    /// When the text is empty, not a decimal number, finer than 1/10,000 rupee, or too large.
    pub fn parse(text: &str) -> Result<Price, BadAmount> {
        decimal(text, 4).map(Price)
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub const fn from_paise(paise: i64) -> Price {
        Price(paise * Price::PER_PAISA)
    }

    /// What `qty` units cost. Exact for prices of whole paise; finer prices round as named.
    pub fn value(self, qty: Qty, rounding: Rounding) -> Paise {
        let exact = i128::from(self.0) * i128::from(qty.0);
        // The product of a price in whole paise needs no rounding and no wide division.
        match i64::try_from(exact) {
            Ok(small) if small % Price::PER_PAISA == 0 => Paise(small / Price::PER_PAISA),
            _ => Paise(round(exact, i128::from(Price::PER_PAISA), rounding)),
        }
    }

    /// The price moved by a fraction, cut towards zero to 1/10,000 rupee.
    #[must_use]
    pub fn moved(self, by: Rate) -> Price {
        let exact = i128::from(self.0) * (Rate::ONE + i128::from(by.0)) / Rate::ONE;
        Price(i64::try_from(exact).expect("a price within i64"))
    }

    /// The nearest multiple of `tick` at or below.
    #[must_use]
    pub fn tick_down(self, tick: Price) -> Price {
        assert!(tick.0 > 0, "a tick is positive");
        Price(self.0 - self.0.rem_euclid(tick.0))
    }

    /// The nearest multiple of `tick` at or above.
    #[must_use]
    pub fn tick_up(self, tick: Price) -> Price {
        let down = self.tick_down(tick);
        if down == self { self } else { Price(down.0 + tick.0) }
    }

    pub const fn is_on_tick(self, tick: Price) -> bool {
        tick.0 > 0 && self.0 % tick.0 == 0
    }
}

impl Qty {
    pub const ZERO: Qty = Qty(0);

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    pub const fn abs(self) -> Qty {
        Qty(self.0.abs())
    }

    /// The quantity, or zero if it is negative.
    #[must_use]
    pub fn at_least_zero(self) -> Qty {
        self.max(Qty::ZERO)
    }
}

impl Rate {
    const ONE: i128 = 1_000_000_000_000;
    pub const ZERO: Rate = Rate(0);
    pub const WHOLE: Rate = Rate(1_000_000_000_000);

    /// Parse a plain fraction, as `0.001` for a tenth of a percent; at most twelve decimals.
    ///
    /// # Errors
    /// When the text is empty, not a decimal number, finer than 10^-12, or too large.
    pub fn parse(text: &str) -> Result<Rate, BadAmount> {
        decimal(text, 12).map(Rate)
    }

    /// The fraction of an amount, rounded as named.
    #[inline]
    pub fn of(self, amount: Paise, rounding: Rounding) -> Paise {
        Paise(round_whole(self.of_exact(amount), rounding))
    }

    /// This fraction and `by` of it, the latter rounded up: brokerage with the tax on it.
    ///
    #[must_use]
    #[inline]
    pub fn grown_by(self, by: Rate) -> Rate {
        Rate(self.0.saturating_add(round_whole(i128::from(self.0) * i128::from(by.0), Rounding::UpPaisa)))
    }

    /// The fraction of an amount in millionths of a paisa: for sums that are rounded once, later.
    pub fn of_exact(self, amount: Paise) -> i128 {
        i128::from(self.0) * i128::from(amount.0)
    }

    /// Round a sum of [`Rate::of_exact`] results.
    pub fn round_exact(sum: i128, rounding: Rounding) -> Paise {
        Paise(round_whole(sum, rounding))
    }
}

macro_rules! arithmetic {
    ($($type:ident)*) => {$(
        impl Add for $type { type Output = $type; fn add(self, o: $type) -> $type { $type(self.0 + o.0) } }
        impl Sub for $type { type Output = $type; fn sub(self, o: $type) -> $type { $type(self.0 - o.0) } }
        impl Neg for $type { type Output = $type; fn neg(self) -> $type { $type(-self.0) } }
        impl AddAssign for $type { fn add_assign(&mut self, o: $type) { self.0 += o.0; } }
        impl SubAssign for $type { fn sub_assign(&mut self, o: $type) { self.0 -= o.0; } }
        impl Sum for $type { fn sum<I: Iterator<Item = $type>>(all: I) -> $type { all.fold($type(0), Add::add) } }
    )*};
}
arithmetic!(Paise Price Qty);

/// Rupees with the paise, `-1234.05`. [`fmt::Formatter::alternate`] groups as India does: `12,34,567.05`.
impl fmt::Display for Paise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        let mut text = Text::new();
        if self.0 < 0 {
            text.push(b'-');
        }
        if f.alternate() { text.grouped(whole) } else { text.number(whole, 1) }
        text.push(b'.');
        text.number(part, 2);
        f.pad(text.as_str())
    }
}

/// Rupees with two decimals, or four where the price is finer than a paisa.
impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.0.unsigned_abs();
        let mut text = Text::new();
        if self.0 < 0 {
            text.push(b'-');
        }
        text.number(all / 10_000, 1);
        text.push(b'.');
        if all.is_multiple_of(100) { text.number(all % 10_000 / 100, 2) } else { text.number(all % 10_000, 4) }
        f.pad(text.as_str())
    }
}

impl fmt::Display for Qty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Text::new();
        if self.0 < 0 {
            text.push(b'-');
        }
        if f.alternate() { text.grouped(self.0.unsigned_abs()) } else { text.number(self.0.unsigned_abs(), 1) }
        f.pad(text.as_str())
    }
}

/// A percentage, with the decimals it needs: `0.1%`, `0.0000001%`.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.0.unsigned_abs();
        let mut text = Text::new();
        if self.0 < 0 {
            text.push(b'-');
        }
        text.number(all / 10_000_000_000, 1);
        let mut part = all % 10_000_000_000;
        if part != 0 {
            let mut width = 10;
            while part.is_multiple_of(10) {
                part /= 10;
                width -= 1;
            }
            text.push(b'.');
            text.number(part, width);
        }
        text.push(b'%');
        f.pad(text.as_str())
    }
}

macro_rules! debug_as_display {
    ($($type:ident)*) => {$(
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )*};
}
debug_as_display!(Paise Price Qty Rate);

/// A short number text built without allocation, so that `{:>12}` pads it.
struct Text {
    bytes: [u8; 48],
    len: usize,
}

#[allow(clippy::indexing_slicing)]
impl Text {
    const fn new() -> Text {
        Text { bytes: [0; 48], len: 0 }
    }

    fn push(&mut self, byte: u8) {
        self.bytes[self.len] = byte;
        self.len += 1;
    }

    fn number(&mut self, n: u64, width: usize) {
        let mut digits = [b'0'; 20];
        let (mut at, mut left) = (20, n);
        while left > 0 || 20 - at < width {
            at -= 1;
            digits[at] = b'0' + u8::try_from(left % 10).expect("a digit");
            left /= 10;
        }
        for d in &digits[at..] {
            self.push(*d);
        }
    }

    /// Groups of two after the first three: 12,34,567.
    fn grouped(&mut self, n: u64) {
        if n < 1_000 {
            return self.number(n, 1);
        }
        let (high, low) = (n / 1_000, n % 1_000);
        let mut groups = [0u64; 8];
        let (mut count, mut left) = (0, high);
        while left > 0 {
            groups[count] = left % 100;
            left /= 100;
            count += 1;
        }
        for (nth, group) in groups[..count].iter().rev().enumerate() {
            self.number(*group, if nth == 0 { 1 } else { 2 });
            self.push(b',');
        }
        self.number(low, 3);
    }

    fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..self.len]).expect("ASCII digits")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::ToString};

    #[test]
    fn amounts_parse_print_and_group() {
        assert_eq!(Paise::parse("1,00,000.50"), Ok(Paise(10_000_050)));
        assert_eq!(Paise::parse("-0.05").unwrap().to_string(), "-0.05");
        assert_eq!(format!("{:#}", Paise(123_456_705)), "12,34,567.05");
        assert_eq!(format!("{:#}", Paise(-99_905)), "-999.05");
        assert_eq!(format!("{:>10}", Paise(5)), "      0.05");
        assert_eq!(Paise::parse("1.005"), Err(BadAmount::TooManyDecimals));
        assert_eq!(Paise::parse("1.5.0"), Err(BadAmount::NotANumber));
        assert_eq!(Paise::parse(" "), Err(BadAmount::Empty));
        assert_eq!(Paise::parse("99999999999999999999"), Err(BadAmount::TooLarge));
        assert_eq!(Price::parse("799.5").unwrap().to_string(), "799.50");
        assert_eq!(Price(7_995_050).to_string(), "799.5050");
        assert_eq!(Rate::parse("0.001").unwrap().to_string(), "0.1%");
        assert_eq!(Rate(1_000).to_string(), "0.0000001%");
    }

    #[test]
    fn a_rate_rounds_as_a_wide_division_does() {
        let roundings = [Rounding::NearestPaisa, Rounding::NearestRupee, Rounding::UpPaisa, Rounding::DownPaisa];
        let mut lot = 1u64;
        let mut draw = |bits: u32| {
            lot = lot.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from(lot >> (64 - bits)).unwrap()
        };
        for n in 0..40_000u32 {
            let (rate, amount) = (draw(1 + n % 44), draw(1 + n % 50));
            for (rate, amount) in [(rate, amount), (rate, -amount), (rate % 1_000_000 * 1_000_000, 500_000 * (amount % 1_000))] {
                let exact = i128::from(rate) * i128::from(amount);
                for rounding in roundings {
                    let wide = round_wide(exact, Rate::ONE, rounding);
                    assert_eq!(round_whole(exact, rounding), wide, "{rate} of {amount} {rounding:?}");
                }
            }
        }
        assert_eq!(Rate(i64::MAX).of(Paise(1_000_000_000_000), Rounding::UpPaisa), Paise(i64::MAX));
    }

    #[test]
    fn halves_round_away_from_zero_and_add_up() {
        let tenth = Rate::parse("0.001").unwrap();
        assert_eq!(tenth.of(Paise(5_250_000), Rounding::NearestRupee), Paise(5_300));
        assert_eq!(tenth.of(Paise(-5_250_000), Rounding::NearestRupee), Paise(-5_300));
        assert_eq!(tenth.of(Paise(1), Rounding::UpPaisa), Paise(1));
        assert_eq!(tenth.of(Paise(1_999), Rounding::DownPaisa), Paise(1));
        let (big, small) = Paise(375).halves();
        assert_eq!(big + small, Paise(375));
    }

    /// SplitMix64, as `stdx` has it; this crate stands below.
    fn draw(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn one_of<const N: usize>(all: [i128; N], state: &mut u64) -> i128 {
        let nth = usize::try_from(draw(state)).unwrap() % N;
        *all.get(nth).unwrap()
    }

    #[test]
    fn narrow_rounding_is_wide_rounding() {
        let all = [Rounding::NearestPaisa, Rounding::NearestRupee, Rounding::UpPaisa, Rounding::DownPaisa];
        let mut state = 11;
        for _ in 0..200_000 {
            let unit = one_of([1, Price::PER_PAISA.into(), Rate::ONE], &mut state);
            // Every magnitude up to a thousand lakh crore rupees, both signs, and both sides of a half.
            let bits = draw(&mut state) % 63;
            let drawn = i128::from(draw(&mut state) >> (63 - bits));
            let off = one_of([unit / 2, unit / 2 - 1, unit / 2 + 1, 0, 1, -1, 50 * unit], &mut state);
            let near = drawn / unit * unit + off;
            for exact in [drawn, -drawn, near, -near] {
                for rounding in all {
                    assert_eq!(round(exact, unit, rounding), round_wide(exact, unit, rounding), "{exact} {unit} {rounding:?}");
                }
            }
        }
        for edge in [(1i128 << 62) - 1, 1 << 62, (1 << 62) + 1, i128::from(i64::MAX), 1 << 70] {
            for rounding in all {
                assert_eq!(round(edge, Rate::ONE, rounding), round_wide(edge, Rate::ONE, rounding));
                assert_eq!(round(-edge, Rate::ONE, rounding), round_wide(-edge, Rate::ONE, rounding));
            }
        }
    }

    #[test]
    fn a_price_of_whole_paise_values_exactly() {
        let p = Price::parse("799.55").unwrap();
        assert_eq!(p.value(Qty(60), Rounding::NearestPaisa), Paise(4_797_300));
        assert_eq!(Price(1).value(Qty(50), Rounding::NearestPaisa), Paise(1));
        assert_eq!(Price(1).value(Qty(49), Rounding::NearestPaisa), Paise(0));
        assert_eq!(p.tick_down(Price(500)), p);
        assert_eq!(Price(7_995_400).tick_up(Price(500)), Price(7_995_500));
        assert_eq!(Price::parse("100").unwrap().moved(Rate::parse("-0.05").unwrap()), Price(950_000));
    }
}
