//! Passwords: verifiers by Argon2id, in the usual form that carries its own parameters.

use crate::error::{DoorError, random};
use crate::text::{base64, from_base64};
use crate::token::same;
use argon2::{Algorithm, Argon2, Params, Version};
use std::hint::black_box;

/// More than anybody types: hashing it would be a service to whoever wants to keep the machine busy.
const LONGEST: usize = 256;
const HASH: usize = 32;
/// Memory a stored verifier may ask for at most, in KiB.
const MOST_MEMORY: u32 = 1 << 20;

/// What a guess costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Cost {
    /// 19 MiB and two passes: the least that OWASP's password storage cheat sheet takes for Argon2id.
    pub const USUAL: Cost = Cost { memory_kib: 19_456, passes: 2, lanes: 1 };

    fn hash(self, text: &str, salt: &[u8]) -> Option<[u8; HASH]> {
        if text.len() > LONGEST || self.memory_kib > MOST_MEMORY {
            return None;
        }
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(HASH)).ok()?;
        let mut out = [0; HASH];
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon2.hash_password_into(text.as_bytes(), salt, &mut out).ok()?;
        Some(out)
    }
}

/// What the vault keeps of a password.
///
/// # Errors
/// [`DoorError`].
pub fn verifier(text: &str, cost: Cost) -> Result<String, DoorError> {
    let salt: [u8; 16] = random()?;
    let hash = cost.hash(text, &salt).ok_or(DoorError::BadPassword)?;
    let Cost { memory_kib, passes, lanes } = cost;
    Ok(format!("$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${}${}", base64(&salt), base64(&hash)))
}

/// Whether a password is the one of a verifier. What is no verifier fits nothing.
pub fn check_password(verifier: &str, text: &str) -> bool {
    let Some((cost, salt, hash)) = taken_apart(verifier) else { return false };
    cost.hash(text, &salt).is_some_and(|it| same(&it, &hash))
}

/// For an id that nobody has: costs what a check costs, and says no.
pub fn pretend(text: &str, cost: Cost) -> bool {
    let salt = [0x5A; 16];
    // What is made is looked at, so that the work is not left out.
    black_box(cost.hash(text, &salt));
    false
}

fn taken_apart(verifier: &str) -> Option<(Cost, Vec<u8>, Vec<u8>)> {
    let rest = verifier.strip_prefix("$argon2id$v=19$m=")?;
    let (memory, rest) = rest.split_once(",t=")?;
    let (passes, rest) = rest.split_once(",p=")?;
    let (lanes, rest) = rest.split_once('$')?;
    let (salt, hash) = rest.split_once('$')?;
    let cost = Cost { memory_kib: memory.parse().ok()?, passes: passes.parse().ok()?, lanes: lanes.parse().ok()? };
    Some((cost, from_base64(salt)?, from_base64(hash)?))
}

/// Letters that nobody takes for another.
const SMALL: &[u8] = b"abcdefghijkmnpqrstuvwxyz";
const CAPITALS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
const DIGITS: &[u8] = b"23456789";
const SIGNS: &[u8] = b"+-=.:#%";

/// A first password, as the system makes it (sebi 73 Annexure 4 IBT cl.4): sixteen characters of every kind.
///
/// # Errors
/// [`DoorError::NoRandomness`].
pub fn first_password() -> Result<String, DoorError> {
    let kinds: [&[u8]; 4] = [SMALL, CAPITALS, DIGITS, SIGNS];
    let mut letters = Vec::new();
    for nth in 0..16 {
        // One of each kind, then of any letter: their places are drawn afterwards.
        let from: Vec<u8> = if nth < 4 { kinds[nth].to_vec() } else { kinds.concat() };
        letters.push(char::from(from[below(from.len())?]));
    }
    for left in (1..letters.len()).rev() {
        letters.swap(left, below(left + 1)?);
    }
    Ok(letters.into_iter().collect())
}

/// A number below `most`, each as likely: what would favour the low ones is drawn again.
fn below(most: usize) -> Result<usize, DoorError> {
    let most = u32::try_from(most).expect("a short list");
    let fair = u32::MAX - u32::MAX % most;
    loop {
        let drawn = u32::from_le_bytes(random()?);
        if drawn < fair {
            return Ok(usize::try_from(drawn % most).expect("a place in a list"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Policy;
    use std::collections::BTreeSet;

    const CHEAP: Cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };

    #[test]
    fn a_password_fits_its_verifier_and_no_other_does() {
        let one = verifier("correct Horse 9", CHEAP).unwrap();
        assert!(one.starts_with("$argon2id$v=19$m=64,t=1,p=1$") && !one.contains("Horse"));
        assert!(check_password(&one, "correct Horse 9"));
        for wrong in ["", "correct Horse", "correct horse 9", "correct Horse 9 "] {
            assert!(!check_password(&one, wrong), "{wrong}");
        }
        assert_ne!(one, verifier("correct Horse 9", CHEAP).unwrap(), "each has a salt of its own");
    }

    #[test]
    fn what_is_no_verifier_fits_nothing() {
        let whole = verifier("x", CHEAP).unwrap();
        for cut in 0..whole.len() {
            assert!(!check_password(&whole[..cut], "x"), "{cut}");
        }
        assert!(!check_password(&whole.replace("argon2id", "argon2i"), "x"));
        assert!(!check_password(&whole.replace("m=64", "m=4294967295"), "x"), "nobody makes the machine busy by it");
        assert!(!pretend("x", CHEAP));
        assert!(matches!(verifier(&"x".repeat(257), CHEAP), Err(DoorError::BadPassword)));
    }

    /// Reference: argon2id of the reference implementation's command line,
    /// `echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1`.
    #[test]
    fn the_hash_is_the_reference_implementations() {
        let known = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(check_password(known, "password") && !check_password(known, "Password"));
    }

    // covers: S-73A4I-4-1
    #[test]
    fn a_first_password_meets_the_policy_and_none_is_made_twice() {
        let policy = Policy { length: 16, kinds: 4 };
        let mut all = BTreeSet::new();
        for _ in 0..200 {
            let made = first_password().unwrap();
            assert_eq!(policy.check(&made, "ASHA", &[]), Ok(()), "{made}");
            assert!(all.insert(made));
        }
    }
}
