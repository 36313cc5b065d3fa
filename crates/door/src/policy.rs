//! What a password must be like (sebi 24 Annexure II 4.5.3).

use crate::password::check_password;
use std::fmt;

/// The figures of the firm's policy, from the rulebook of the day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Policy {
    /// Characters at least.
    pub length: usize,
    /// Of small letters, capitals, digits and signs, so many at least.
    pub kinds: usize,
}

/// Why a password is not taken; each says what to do about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weak {
    TooShort { least: usize },
    TooLong,
    TooFewKinds { least: usize },
    /// The user's id stands in it, or it in the id.
    HoldsUserId,
    /// It was his before.
    UsedBefore,
}

impl fmt::Display for Weak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Weak::TooShort { least } => write!(f, "take at least {least} characters"),
            Weak::TooLong => f.write_str("take at most 256 bytes"),
            Weak::TooFewKinds { least } => {
                write!(f, "take characters of at least {least} kinds of small letters, capitals, digits and signs")
            }
            Weak::HoldsUserId => f.write_str("leave the user id out of it"),
            Weak::UsedBefore => f.write_str("take one that was not yours before"),
        }
    }
}

impl Policy {
    /// `former` are the verifiers of the password that stands and of those before it.
    ///
    /// # Errors
    /// The first thing that is wanting.
    pub fn check(&self, text: &str, user_id: &str, former: &[&str]) -> Result<(), Weak> {
        if text.chars().count() < self.length {
            return Err(Weak::TooShort { least: self.length });
        }
        if text.len() > 256 {
            return Err(Weak::TooLong);
        }
        let kinds: [fn(char) -> bool; 4] =
            [char::is_lowercase, char::is_uppercase, char::is_numeric, |c| !c.is_alphanumeric()];
        if kinds.iter().filter(|kind| text.chars().any(**kind)).count() < self.kinds {
            return Err(Weak::TooFewKinds { least: self.kinds });
        }
        let (plain, id) = (text.to_lowercase(), user_id.to_lowercase());
        if !id.is_empty() && (plain.contains(&id) || id.contains(&plain)) {
            return Err(Weak::HoldsUserId);
        }
        if former.iter().any(|verifier| check_password(verifier, text)) {
            return Err(Weak::UsedBefore);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cost, verifier};

    // covers: S-24T2-4.5.3-3
    #[test]
    fn each_want_of_a_password_is_named() {
        let policy = Policy { length: 8, kinds: 3 };
        let before = verifier("Old-pass-1", Cost { memory_kib: 64, passes: 1, lanes: 1 }).unwrap();
        let check = |text: &str| policy.check(text, "Asha7", &[&before]);
        assert_eq!(check("Sh0rt-x"), Err(Weak::TooShort { least: 8 }));
        assert_eq!(check(&"Aa1-".repeat(65)), Err(Weak::TooLong));
        assert_eq!(check("longenough1"), Err(Weak::TooFewKinds { least: 3 }));
        assert_eq!(check("My-ASHA7-pass"), Err(Weak::HoldsUserId));
        assert_eq!(check("Old-pass-1"), Err(Weak::UsedBefore));
        assert_eq!(check("New-pass-1"), Ok(()));
        assert_eq!(check("Währung 12"), Ok(()), "letters of any script");
    }
}
