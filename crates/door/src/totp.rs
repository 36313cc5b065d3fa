//! Device codes by time: RFC 6238 with SHA-1, six digits and half minutes, which every authenticator speaks.

use crate::error::{DoorError, random};
use crate::text::base32;
use crate::token::same;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Seconds of a step.
pub const STEP: u64 = 30;
/// A device's clock may be so many steps off.
const DRIFT: u64 = 1;

/// A new secret: as long as the hash.
///
/// # Errors
/// [`DoorError::NoRandomness`].
pub fn secret() -> Result<[u8; 20], DoorError> {
    random()
}

/// What a device reads from a picture or a person types, so that it shows the codes of a secret.
pub fn uri(secret: &[u8], issuer: &str, user: &str) -> String {
    let (issuer, user) = (escaped(issuer), escaped(user));
    format!("otpauth://totp/{issuer}:{user}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period={STEP}", base32(secret))
}

fn escaped(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// The code of a step.
pub fn code(secret: &[u8], step: u64) -> u32 {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("an HMAC takes a key of any length");
    mac.update(&step.to_be_bytes());
    let hash: [u8; 20] = mac.finalize().into_bytes().into();
    let at = usize::from(hash[19] & 0x0F);
    let four = [hash[at] & 0x7F, hash[at + 1], hash[at + 2], hash[at + 3]];
    u32::from_be_bytes(four) % 1_000_000
}

/// The step whose code this is, at a time of the wall clock; none where it is no code, is too old or too early, or was taken before.
pub fn check(secret: &[u8], text: &str, wall_seconds: u64, last_step: u64) -> Option<u64> {
    let now = wall_seconds / STEP;
    let mut found = None;
    // All of them are compared, so that it takes as long whichever fits.
    for step in now.saturating_sub(DRIFT)..=now.saturating_add(DRIFT) {
        let wanted = format!("{:06}", code(secret, step));
        if same(wanted.as_bytes(), text.as_bytes()) && step > last_step {
            found = Some(step);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, SHA-1: the last six of its eight digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        let vectors = [
            (59, 287_082), (1_111_111_109, 81_804), (1_111_111_111, 50_471), (1_234_567_890, 5_924), (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ];
        for (seconds, wanted) in vectors {
            assert_eq!(code(secret, seconds / STEP), wanted, "{seconds}");
            let text = format!("{wanted:06}");
            assert_eq!(check(secret, &text, seconds, 0), Some(seconds / STEP));
        }
    }

    #[test]
    fn a_code_is_good_for_its_time_and_once() {
        let secret = secret().unwrap();
        let text = format!("{:06}", code(&secret, 100));
        let at = |step: u64| check(&secret, &text, step * STEP, 0);
        assert_eq!((at(99), at(100), at(101)), (Some(100), Some(100), Some(100)));
        // Other steps may have the same code by chance, one in a million.
        assert!(at(98) != Some(100) && at(102) != Some(100));
        assert_eq!(check(&secret, &text, 100 * STEP, 99), Some(100));
        assert_ne!(check(&secret, &text, 100 * STEP, 100), Some(100), "not again");
        for none in ["", "12345", "1234567", "abcdef", "-12345", "００００００"] {
            assert_eq!(check(&secret, none, 100 * STEP, 0), None, "{none}");
        }
    }

    #[test]
    fn a_device_reads_the_secret_in_base_32() {
        let uri = uri(b"12345678901234567890", "Sauda & Co", "ASHA");
        assert_eq!(
            uri,
            "otpauth://totp/Sauda%20%26%20Co:ASHA?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Sauda%20%26%20Co\
             &algorithm=SHA1&digits=6&period=30"
        );
    }
}
