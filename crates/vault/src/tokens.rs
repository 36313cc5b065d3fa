//! Keyed fingerprints, so that the core compares people and accounts without knowing them.

use std::fmt;

use hmac::Mac;
use vocab::{AccountToken, Depository, PanToken};

use crate::key::{Secret, VaultKey, keyed};
use crate::person::Person;

/// A keyed fingerprint of a person's name, blind to case, spaces and dots.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameToken(pub [u8; 16]);

impl fmt::Debug for NameToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, ..] = self.0;
        write!(f, "{a:02x}{b:02x}{c:02x}{d:02x}..")
    }
}

/// Makes tokens: HMAC-SHA256 under a key of its own per purpose, first 16 bytes.
pub struct Tokens {
    pan: Secret,
    account: Secret,
    name: Secret,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens(..)")
    }
}

fn fingerprint(key: &Secret, text: &str) -> [u8; 16] {
    let mut mac = keyed(key);
    mac.update(text.as_bytes());
    let whole: [u8; 32] = mac.finalize().into_bytes().into();
    let (first, _) = whole.split_first_chunk().expect("16 of 32");
    *first
}

impl Tokens {
    pub fn of(key: &VaultKey) -> Tokens {
        Tokens {
            pan: key.derive("pan token", &[]),
            account: key.derive("account token", &[]),
            name: key.derive("name token", &[]),
        }
    }

    /// Trimmed, in capitals; the form is not checked here.
    pub fn pan(&self, pan: &str) -> PanToken {
        PanToken(fingerprint(&self.pan, &pan.trim().to_ascii_uppercase()))
    }

    /// Without spaces, in capitals. For accounts of people prefer [`Tokens::bank`] and [`Tokens::demat`]:
    /// two banks may issue the same number.
    pub fn account(&self, account: &str) -> AccountToken {
        let plain: String = account.chars().filter(|c| !c.is_whitespace()).collect();
        AccountToken(fingerprint(&self.account, &plain.to_ascii_uppercase()))
    }

    /// A bank account: its bank (the first four letters of the IFSC) and number. A transfer may name
    /// another branch of the same bank, so the branch does not count.
    pub fn bank(&self, ifsc: &str, number: &str) -> AccountToken {
        let bank: String = ifsc.trim().chars().take(4).collect();
        self.account(&format!("{bank}:{number}"))
    }

    /// A demat account: its depository and sixteen characters.
    pub fn demat(&self, depository: Depository, number: &str) -> AccountToken {
        self.account(&format!("{depository}:{number}"))
    }

    /// Capitals, dots as spaces, single spaces.
    pub fn name(&self, name: &str) -> NameToken {
        let capitals = name.replace('.', " ").to_uppercase();
        let words: Vec<&str> = capitals.split_whitespace().collect();
        NameToken(fingerprint(&self.name, &words.join(" ")))
    }

    pub fn bank_of(&self, person: &Person) -> AccountToken {
        self.bank(person.ifsc.as_str(), person.account.as_str())
    }

    pub fn demat_of(&self, person: &Person) -> AccountToken {
        self.demat(person.depository, person.demat.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_thing_share_a_token() {
        let t = Tokens::of(&VaultKey::sandbox(7));
        assert_eq!(t.pan(" abcpd1234e"), t.pan("ABCPD1234E"));
        assert_ne!(t.pan("ABCPD1234E"), t.pan("ABCPD1234F"));
        assert_eq!(t.name("a.k. Rao"), t.name(" A K  RAO "));
        assert_ne!(t.name("A K RAO"), t.name("AK RAO"));
        assert_eq!(t.bank("HDFC0000001", "0001 2345"), t.bank("hdfc0000777", "00012345"));
        assert_ne!(t.bank("HDFC0000001", "00012345"), t.bank("ICIC0000001", "00012345"));
        assert_ne!(t.demat(Depository::Nsdl, "1"), t.demat(Depository::Cdsl, "1"));
    }

    #[test]
    fn purposes_have_their_own_keys_and_seeds_their_own_tokens() {
        let t = Tokens::of(&VaultKey::sandbox(7));
        assert_ne!(t.pan("X").0, t.account("X").0);
        assert_ne!(t.pan("X").0, t.name("X").0);
        assert_ne!(t.pan("X"), Tokens::of(&VaultKey::sandbox(8)).pan("X"));
        // A sandbox is the same on every machine and in every year: these bytes may never change.
        assert_eq!(t.pan("ABCPD1234E").0.map(|b| format!("{b:02x}")).concat(), "6ddd02765282148862b24478a3ff2c95");
    }
}
