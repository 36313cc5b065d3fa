//! What the firm knows of a person, its checks, and its bytes before sealing.

use std::fmt;

use vocab::{Code, Day, Depository, StateCode};

use crate::VaultError;

/// The version of [`Person::encode`]; a later one appends fields where version 1 has padding.
const VERSION: u8 = 1;
/// Sealed records come in steps of this many bytes, so that a length tells nothing of a name.
const STEP: usize = 256;
const TEXT_MOST: usize = 120;
const LINES_MOST: usize = 6;
const EMAIL_MOST: usize = 254;
/// 1880-01-01 and 2199-12-31: no client was born outside.
const BORN: std::ops::RangeInclusive<i32> = -32_872..=84_005;

/// Personal data of one client. Prints as nothing but its type.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// As on the PAN card; at most 120 bytes.
    pub name: String,
    /// Permanent account number: five letters, four digits, a letter, in capitals.
    pub pan: Code<10>,
    /// One to six lines of at most 120 bytes.
    pub address: Vec<String>,
    /// Two capitals.
    pub state: StateCode,
    pub email: String,
    /// Ten digits, or `+` with country code and number.
    pub mobile: String,
    pub born: Day,
    /// Bank account number: capitals and digits.
    pub account: Code<20>,
    /// Bank and branch: four capitals, `0`, six capitals or digits.
    pub ifsc: Code<11>,
    /// Sixteen characters: `IN` and 14 digits at NSDL, 16 digits at CDSL.
    pub demat: Code<16>,
    pub depository: Depository,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(..)")
    }
}

fn refuse<T>(field: &'static str, rule: &'static str) -> Result<T, VaultError> {
    Err(VaultError::BadField { field, rule })
}

/// Whether `text` follows `shape`: `A` a capital, `9` a digit, `*` either, anything else itself.
fn shaped(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(b, s)| match s {
            b'A' => b.is_ascii_uppercase(),
            b'9' => b.is_ascii_digit(),
            b'*' => b.is_ascii_uppercase() || b.is_ascii_digit(),
            other => b == other,
        })
}

fn check_text(field: &'static str, text: &str) -> Result<(), VaultError> {
    if text.trim().is_empty() {
        return refuse(field, "is empty");
    }
    if text.len() > TEXT_MOST {
        return refuse(field, "is longer than 120 bytes");
    }
    if text.chars().any(char::is_control) {
        return refuse(field, "holds a control character");
    }
    Ok(())
}

/// The income-tax number as tokens and records spell it: trimmed, in capitals.
///
/// # Errors
/// When it is not five letters, four digits and a letter (`AAAAA9999A`).
pub fn parse_pan(text: &str) -> Result<Code<10>, VaultError> {
    let pan = text.trim().to_ascii_uppercase();
    if !shaped(&pan, "AAAAA9999A") {
        return refuse("pan", "is not five letters, four digits and a letter");
    }
    Code::parse(&pan).or_else(|_| refuse("pan", "is not ten characters"))
}

impl Person {
    /// # Errors
    /// [`VaultError::BadField`] for the first field that breaks its rule; the value is not quoted.
    pub fn check(&self) -> Result<(), VaultError> {
        check_text("name", &self.name)?;
        if !shaped(self.pan.as_str(), "AAAAA9999A") {
            return refuse("pan", "is not five letters, four digits and a letter");
        }
        if self.address.is_empty() || self.address.len() > LINES_MOST {
            return refuse("address", "has not one to six lines");
        }
        for line in &self.address {
            check_text("address", line)?;
        }
        if !shaped(self.state.as_str(), "AA") {
            return refuse("state", "is not two capitals");
        }
        self.check_contact()?;
        if !BORN.contains(&self.born.0) {
            return refuse("born", "lies outside 1880 to 2199");
        }
        self.check_accounts()
    }

    fn check_contact(&self) -> Result<(), VaultError> {
        if self.email.len() > EMAIL_MOST {
            return refuse("email", "is longer than 254 bytes");
        }
        let parts = self.email.split_once('@');
        let plain = self.email.bytes().all(|b| b.is_ascii_graphic());
        if !plain || !parts.is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !host.contains('@')) {
            return refuse("email", "is not a user, @ and a host with a dot");
        }
        let digits = self.mobile.strip_prefix('+').unwrap_or(&self.mobile);
        let length = if digits.len() == self.mobile.len() { 10..=10 } else { 8..=15 };
        if !length.contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return refuse("mobile", "is not ten digits, or + and 8 to 15 digits");
        }
        Ok(())
    }

    fn check_accounts(&self) -> Result<(), VaultError> {
        let account = self.account.as_str();
        if account.len() < 5 || !account.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
            return refuse("account", "is not 5 to 20 capitals or digits");
        }
        if !shaped(self.ifsc.as_str(), "AAAA0******") {
            return refuse("ifsc", "is not four capitals, 0 and six capitals or digits");
        }
        match self.depository {
            Depository::Nsdl if !shaped(self.demat.as_str(), "IN99999999999999") => {
                refuse("demat", "is not IN and 14 digits, as NSDL numbers accounts")
            }
            Depository::Cdsl if !shaped(self.demat.as_str(), "9999999999999999") => {
                refuse("demat", "is not 16 digits, as CDSL numbers accounts")
            }
            Depository::Nsdl | Depository::Cdsl => Ok(()),
        }
    }

    /// Version, then every field with its length, then zeros up to a step.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        let mut field = |bytes: &[u8]| {
            let len = u16::try_from(bytes.len()).expect("checked fields are short");
            out.extend_from_slice(&len.to_le_bytes());
            out.extend_from_slice(bytes);
        };
        field(self.name.as_bytes());
        field(&self.pan.0);
        field(&[u8::try_from(self.address.len()).expect("six lines at most")]);
        for line in &self.address {
            field(line.as_bytes());
        }
        field(&self.state.0);
        field(self.email.as_bytes());
        field(self.mobile.as_bytes());
        field(&self.born.0.to_le_bytes());
        field(&self.account.0);
        field(&self.ifsc.0);
        field(&self.demat.0);
        field(&[self.depository.number()]);
        out.resize(out.len().next_multiple_of(STEP), 0);
        out
    }

    /// The person of unsealed bytes; `None` when they are not what [`Person::encode`] writes.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Person> {
        let (version, mut rest) = bytes.split_first()?;
        if *version != VERSION {
            return None;
        }
        let name = text(&mut rest)?;
        let pan = Code(array(&mut rest)?);
        let [lines] = array::<1>(&mut rest)?;
        let address = (0..lines).map(|_| text(&mut rest)).collect::<Option<Vec<String>>>()?;
        Some(Person {
            name,
            pan,
            address,
            state: Code(array(&mut rest)?),
            email: text(&mut rest)?,
            mobile: text(&mut rest)?,
            born: Day(i32::from_le_bytes(array(&mut rest)?)),
            account: Code(array(&mut rest)?),
            ifsc: Code(array(&mut rest)?),
            demat: Code(array(&mut rest)?),
            depository: Depository::from_number(array::<1>(&mut rest)?[0])?,
        })
    }
}

fn field<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (len, after) = rest.split_at_checked(2)?;
    let len = u16::from_le_bytes(len.try_into().ok()?);
    let (bytes, after) = after.split_at_checked(usize::from(len))?;
    *rest = after;
    Some(bytes)
}

fn text(rest: &mut &[u8]) -> Option<String> {
    Some(std::str::from_utf8(field(rest)?).ok()?.to_owned())
}

fn array<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    field(rest)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asha() -> Person {
        Person {
            name: "Asha Devi".into(),
            pan: parse_pan(" abcpd1234e ").unwrap(),
            address: vec!["12 Marine Drive".into(), "Mumbai 400002".into()],
            state: Code::parse("MH").unwrap(),
            email: "asha@example.in".into(),
            mobile: "9820012345".into(),
            born: Day(-5_000),
            account: Code::parse("00012345678").unwrap(),
            ifsc: Code::parse("HDFC0000001").unwrap(),
            demat: Code::parse("IN30012610000001").unwrap(),
            depository: Depository::Nsdl,
        }
    }

    #[test]
    fn a_person_goes_round_in_steps_of_one_length() {
        let person = asha();
        person.check().unwrap();
        let bytes = person.encode();
        assert_eq!(bytes.len(), 256);
        assert_eq!(Person { name: "A".into(), ..asha() }.encode().len(), 256);
        assert!(Person::decode(&bytes) == Some(person));
        for cut in 0..150 {
            assert!(Person::decode(&bytes[..cut]).is_none(), "cut at {cut}");
        }
    }

    #[test]
    fn the_longest_person_fits_a_small_segment() {
        let long = Person {
            name: "n".repeat(120),
            address: vec!["l".repeat(120); 6],
            email: format!("{}@{}.in", "u".repeat(125), "h".repeat(125)),
            ..asha()
        };
        long.check().unwrap();
        assert!(long.encode().len() <= 1_536);
    }

    #[test]
    fn each_field_is_refused_by_name() {
        let cases: Vec<(&str, Person)> = vec![
            ("name", Person { name: " ".into(), ..asha() }),
            ("name", Person { name: "A\nB".into(), ..asha() }),
            ("pan", Person { pan: Code::parse("ABCDE12345").unwrap(), ..asha() }),
            ("address", Person { address: vec![], ..asha() }),
            ("address", Person { address: vec!["x".into(); 7], ..asha() }),
            ("state", Person { state: Code::parse("M1").unwrap(), ..asha() }),
            ("email", Person { email: "asha".into(), ..asha() }),
            ("email", Person { email: "a@b@c.in".into(), ..asha() }),
            ("mobile", Person { mobile: "98200".into(), ..asha() }),
            ("born", Person { born: Day(90_000), ..asha() }),
            ("account", Person { account: Code::parse("12-34").unwrap(), ..asha() }),
            ("ifsc", Person { ifsc: Code::parse("HDFC1000001").unwrap(), ..asha() }),
            ("demat", Person { demat: Code::parse("1201090000000001").unwrap(), ..asha() }),
            ("demat", Person { depository: Depository::Cdsl, ..asha() }),
        ];
        for (name, person) in cases {
            match person.check() {
                Err(VaultError::BadField { field, .. }) => assert_eq!(field, name),
                other => panic!("{name}: {other:?}"),
            }
        }
        assert!(parse_pan("ABCDE1234").is_err());
        assert!(parse_pan("ABCDÉ1234F").is_err());
    }
}
