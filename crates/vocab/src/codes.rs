//! Codes that outsiders choose, as fixed-width ASCII; keyed tokens that stand for personal data.
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use core::fmt;

/// A code of at most `N` printable ASCII characters, padded with zeros.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code<const N: usize>(pub [u8; N]);

/// What somebody calls a thing of his own: at most 32 bytes of text without control characters or spaces at its ends, padded with
/// zeros.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(pub [u8; 32]);

/// Exchange ticker.
pub type Symbol = Code<12>;
/// Unique client code, as the exchange knows the client.
pub type Ucc = Code<10>;
/// Two-letter state of India, for stamp duty and the place of supply.
pub type StateCode = Code<2>;

/// International securities identification number; the check digit is verified.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Isin(pub [u8; 12]);

/// The second exchange's number of a security: six digits, none of them a leading zero. Those that begin with one are
/// simulated: no list of codes was there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScripCode(pub u32);

/// Where the vault keeps a client's sealed personal record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct VaultRef(pub u32);

/// A keyed fingerprint of an income-tax number: equal numbers have equal tokens, nothing more can be read from it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PanToken(pub [u8; 16]);

/// A keyed fingerprint of a bank or demat account of a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountToken(pub [u8; 16]);

/// Why a text is not a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadCode {
    Empty,
    TooLong { most: usize },
    NotPrintable,
    NotTwelve,
    CheckDigit,
    NotSixDigits,
}

impl fmt::Display for BadCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadCode::Empty => f.write_str("empty where a code is needed"),
            BadCode::TooLong { most } => write!(f, "longer than {most} characters"),
            BadCode::NotPrintable => f.write_str("holds a character outside printable ASCII"),
            BadCode::NotTwelve => f.write_str("not two letters, nine letters or digits and a check digit"),
            BadCode::CheckDigit => f.write_str("the check digit does not fit"),
            BadCode::NotSixDigits => f.write_str("not six digits"),
        }
    }
}

impl<const N: usize> Code<N> {
    /// # Errors
    /// When the text is empty, too long, or holds anything but printable ASCII without spaces.
    pub fn parse(text: &str) -> Result<Code<N>, BadCode> {
        let bytes = text.as_bytes();
        if bytes.is_empty() {
            return Err(BadCode::Empty);
        }
        if bytes.len() > N {
            return Err(BadCode::TooLong { most: N });
        }
        if !bytes.iter().all(u8::is_ascii_graphic) {
            return Err(BadCode::NotPrintable);
        }
        let mut all = [0; N];
        all[..bytes.len()].copy_from_slice(bytes);
        Ok(Code(all))
    }

    pub fn as_str(&self) -> &str {
        let len = self.0.iter().position(|b| *b == 0).unwrap_or(N);
        core::str::from_utf8(&self.0[..len]).unwrap_or("?")
    }
}

impl Label {
    /// # Errors
    /// When the text is empty, longer than 32 bytes, or holds a control character or spaces at an end.
    pub fn parse(text: &str) -> Result<Label, BadCode> {
        if text.is_empty() {
            return Err(BadCode::Empty);
        }
        let mut all = [0; 32];
        all.get_mut(..text.len()).ok_or(BadCode::TooLong { most: 32 })?.copy_from_slice(text.as_bytes());
        if text.trim() != text || text.chars().any(char::is_control) {
            return Err(BadCode::NotPrintable);
        }
        Ok(Label(all))
    }

    pub fn as_str(&self) -> &str {
        let len = self.0.iter().position(|b| *b == 0).unwrap_or(self.0.len());
        core::str::from_utf8(&self.0[..len]).unwrap_or("?")
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Isin {
    /// # Errors
    /// When the text is not twelve characters of the form, or its check digit is wrong.
    pub fn parse(text: &str) -> Result<Isin, BadCode> {
        let bytes: [u8; 12] = text.as_bytes().try_into().map_err(|_| BadCode::NotTwelve)?;
        let shape = bytes[..2].iter().all(u8::is_ascii_uppercase)
            && bytes[2..11].iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            && bytes[11].is_ascii_digit();
        if !shape {
            return Err(BadCode::NotTwelve);
        }
        let body: [u8; 11] = bytes[..11].try_into().expect("eleven of twelve");
        if Isin::check_digit(&body) != bytes[11] {
            return Err(BadCode::CheckDigit);
        }
        Ok(Isin(bytes))
    }

    /// The check digit of the first eleven characters: letters count as 10 to 35, then Luhn.
    pub fn check_digit(body: &[u8; 11]) -> u8 {
        let mut digits = [0u8; 22];
        let mut len = 0;
        for b in body {
            let n = if b.is_ascii_digit() { b - b'0' } else { b.to_ascii_uppercase().wrapping_sub(b'A') % 26 + 10 };
            if n >= 10 {
                digits[len] = n / 10;
                len += 1;
            }
            digits[len] = n % 10;
            len += 1;
        }
        let sum: u32 = digits[..len]
            .iter()
            .rev()
            .enumerate()
            .map(|(i, d)| {
                let d = if i % 2 == 0 { d * 2 } else { *d };
                u32::from(d / 10 + d % 10)
            })
            .sum();
        b'0' + u8::try_from((10 - sum % 10) % 10).expect("a digit")
    }

    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or("?")
    }
}

impl<const N: usize> fmt::Display for Code<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<const N: usize> fmt::Debug for Code<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl ScripCode {
    /// The least that the exchange gives, and the first number that has seven digits.
    const REAL: u32 = 100_000;
    const END: u32 = 1_000_000;

    /// # Errors
    /// When the text is not six digits.
    pub fn parse(text: &str) -> Result<ScripCode, BadCode> {
        match text.parse() {
            Ok(number) if text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) => Ok(ScripCode(number)),
            _ => Err(BadCode::NotSixDigits),
        }
    }

    /// One that no real security bears.
    pub const fn simulated(n: u32) -> ScripCode {
        ScripCode(n % ScripCode::REAL)
    }

    pub const fn is_simulated(self) -> bool {
        self.0 < ScripCode::REAL
    }

    pub const fn is_code(self) -> bool {
        self.0 < ScripCode::END
    }

    /// As orders and files of the exchange name the security.
    pub fn symbol(self) -> Symbol {
        let mut all = [0; 12];
        let mut rest = self.0;
        for digit in all[..6].iter_mut().rev() {
            *digit = b'0' + u8::try_from(rest % 10).expect("a digit");
            rest /= 10;
        }
        Code(all)
    }

    /// As people are shown it.
    pub const fn label(self) -> &'static str {
        if self.is_simulated() { " (simulated)" } else { "" }
    }
}

impl fmt::Display for ScripCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.symbol().as_str())
    }
}

impl fmt::Debug for ScripCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Isin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Isin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

macro_rules! token {
    ($($type:ident)*) => {$(
        impl fmt::Debug for $type {
            /// The first four bytes are enough to tell two tokens apart in a listing.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for b in self.0.iter().take(4) {
                    write!(f, "{b:02x}")?;
                }
                f.write_str("..")
            }
        }
    )*};
}
token!(PanToken AccountToken);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_isin_carries_its_check_digit() {
        assert!(Isin::parse("INE144J01027").is_ok());
        assert_eq!(ScripCode::parse("500325"), Ok(ScripCode(500_325)));
        assert_eq!(ScripCode::parse("000325").map(|code| (code.is_simulated(), code.symbol())), Ok((true, Code::parse("000325").unwrap())));
        for bad in ["50032", "5003255", "50032A", "+00325", ""] {
            assert_eq!(ScripCode::parse(bad), Err(BadCode::NotSixDigits));
        }
        assert_eq!(Isin::parse("INE144J01028"), Err(BadCode::CheckDigit));
        assert_eq!(Isin::parse("INE144J0102"), Err(BadCode::NotTwelve));
        assert_eq!(Isin::parse("ine144j01027"), Err(BadCode::NotTwelve));
    }

    #[test]
    fn codes_are_printable_and_short() {
        assert_eq!(Ucc::parse("ASHA").unwrap().as_str(), "ASHA");
        assert_eq!(Ucc::parse(""), Err(BadCode::Empty));
        assert_eq!(Ucc::parse("ELEVENCHARS"), Err(BadCode::TooLong { most: 10 }));
        assert_eq!(Ucc::parse("A B"), Err(BadCode::NotPrintable));
        assert_eq!(Symbol::parse("M&M-RE").unwrap().as_str(), "M&M-RE");
    }
}
