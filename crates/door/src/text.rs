//! Bytes as text: base 64 for tokens and verifiers, base 32 for what a person types into his device.

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Groups of `bits` of the bytes, the last filled up with zeros.
fn spelt(bytes: &[u8], bits: u32, letters: &[u8]) -> String {
    let (mut held, mut count) = (0u32, 0u32);
    let mut out = String::new();
    let letter = |n: u32| char::from(letters[usize::try_from(n).expect("a letter")]);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        count += 8;
        while count >= bits {
            count -= bits;
            out.push(letter((held >> count) & ((1 << bits) - 1)));
        }
    }
    if count > 0 {
        out.push(letter((held << (bits - count)) & ((1 << bits) - 1)));
    }
    out
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    spelt(bytes, 6, STANDARD)
}

pub(crate) fn base64_url(bytes: &[u8]) -> String {
    spelt(bytes, 6, URL)
}

pub(crate) fn base32(bytes: &[u8]) -> String {
    spelt(bytes, 5, BASE32)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// None where a letter is none, or what fills up the last is not zeros: one value has one spelling.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let (mut held, mut count) = (0u32, 0u32);
    let mut out = Vec::new();
    for byte in text.bytes() {
        let n = STANDARD.iter().position(|letter| *letter == byte)?;
        held = ((held << 6) | u32::try_from(n).ok()?) & 0xFFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((held >> count) & 0xFF).ok()?);
        }
    }
    (count < 6 && held & ((1 << count) - 1) == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_spelt_as_the_standard_says() {
        // RFC 4648 section 10, without padding.
        let cases = [("", "", ""), ("f", "Zg", "MY"), ("fo", "Zm8", "MZXQ"), ("foobar", "Zm9vYmFy", "MZXW6YTBOI")];
        for (plain, as64, as32) in cases {
            assert_eq!((base64(plain.as_bytes()), base32(plain.as_bytes())), (as64.to_owned(), as32.to_owned()));
            assert_eq!(from_base64(as64).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(base64_url(&[0xFB, 0xFF]), "-_8");
        assert_eq!((from_base64("Z!"), from_base64("Zh"), from_base64("Z")), (None, None, None));
    }
}
