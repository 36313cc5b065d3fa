//! Tokens of sessions and programs, one-time codes, and the digests by which the core knows them.

use crate::error::{DoorError, random};
use crate::text::{base64_url, hex};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt;
use std::hint::black_box;

/// What the core keeps of a token.
pub type Key = [u8; 16];

/// A token of 256 bits, for whoever signed in and for nobody else: it is not printed.
pub struct Token(String);

impl Token {
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// A new token and its key.
///
/// # Errors
/// [`DoorError::NoRandomness`].
pub fn mint() -> Result<(Token, Key), DoorError> {
    let text = base64_url(&random::<32>()?);
    let key = key_of(&text);
    Ok((Token(text), key))
}

/// The key of a token as it comes back. A token has more chance in it than anybody can try, so that its digest needs no secret.
pub fn key_of(token: &str) -> Key {
    first_half(&Sha256::digest(token.as_bytes()).into())
}

fn first_half(whole: &[u8; 32]) -> Key {
    let (first, _) = whole.split_first_chunk().expect("16 of 32");
    *first
}

/// Whether two secrets are equal, in a time that depends on their lengths alone.
pub fn same(one: &[u8], other: &[u8]) -> bool {
    let mut differs = u8::from(one.len() != other.len());
    for (a, b) in one.iter().zip(other) {
        differs = black_box(differs | (a ^ b));
    }
    differs == 0
}

/// SHA-256 over an api key, a request token and the app's secret, in hexadecimal: what a program sends with a request token.
pub fn checksum(api_key: &str, request: &str, secret: &str) -> String {
    let mut hash = Sha256::new();
    for part in [api_key, request, secret] {
        hash.update(part.as_bytes());
    }
    hex(&hash.finalize())
}

/// Makes one-time codes. They are short, so that their keys need a secret that the journal does not hold.
pub struct Codes([u8; 32]);

impl fmt::Debug for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Codes(..)")
    }
}

impl Codes {
    pub const fn new(secret: [u8; 32]) -> Codes {
        Codes(secret)
    }

    /// Six digits for a user, and their key.
    ///
    /// # Errors
    /// [`DoorError::NoRandomness`].
    pub fn make(&self, user: u32) -> Result<(String, Key), DoorError> {
        // Of 2^64 numbers a million share out so evenly that no code is worth a guess more than another.
        let code = format!("{:06}", u64::from_le_bytes(random()?) % 1_000_000);
        let key = self.key_of(user, &code);
        Ok((code, key))
    }

    pub fn key_of(&self, user: u32, code: &str) -> Key {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("an HMAC takes a key of any length");
        mac.update(b"one-time code");
        mac.update(&user.to_le_bytes());
        mac.update(code.as_bytes());
        first_half(&mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn tokens_are_long_differ_and_are_known_by_their_key() {
        let mut all = BTreeSet::new();
        for _ in 0..500 {
            let (token, key) = mint().unwrap();
            assert_eq!((token.text().len(), key_of(token.text())), (43, key));
            assert!(token.text().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
            assert_eq!(format!("{token:?}"), "Token(..)");
            assert!(all.insert(key));
        }
    }

    #[test]
    fn equal_is_equal_to_the_last_byte() {
        assert!(same(b"", b"") && same(b"abc", b"abc"));
        for (a, b) in [("abc", "abd"), ("abc", "ab"), ("", "a"), ("xbc", "abc")] {
            assert!(!same(a.as_bytes(), b.as_bytes()), "{a} {b}");
        }
    }

    #[test]
    fn a_code_is_one_users() {
        let codes = Codes::new([7; 32]);
        let (code, key) = codes.make(3).unwrap();
        assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()));
        assert_eq!(codes.key_of(3, &code), key);
        assert_ne!(codes.key_of(4, &code), key);
        assert_ne!(Codes::new([8; 32]).key_of(3, &code), key);
    }

    #[test]
    fn a_checksum_is_over_the_three_in_their_order() {
        let whole: [u8; 32] = Sha256::digest(b"keytokensecret").into();
        assert_eq!(checksum("key", "token", "secret"), hex(&whole));
        assert_ne!(checksum("key", "secret", "token"), hex(&whole));
    }
}
