//! The access log's words: who touched personal data, why, when, and what was done.

use vocab::VaultRef;

use crate::VaultError;

/// Who touches personal data, why, and when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Purpose<'a> {
    /// User or errand; 1 to 100 bytes. Names people of the firm, never clients.
    pub who: &'a str,
    /// The reason; 1 to 200 bytes. Stored in clear for ever, so never personal data.
    pub why: &'a str,
    /// Wall clock in microseconds since 1970, as the edge read it.
    pub wall: i64,
}

impl Purpose<'_> {
    pub(crate) fn check(&self) -> Result<(), VaultError> {
        let bad = |text: &str, most| text.trim().is_empty() || text.len() > most || text.chars().any(char::is_control);
        if bad(self.who, 100) {
            return Err(VaultError::BadField { field: "who", rule: "is not 1 to 100 bytes of plain text" });
        }
        if bad(self.why, 200) {
            return Err(VaultError::BadField { field: "why", rule: "is not 1 to 200 bytes of plain text" });
        }
        Ok(())
    }
}

/// What was done to personal data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    Read { of: VaultRef },
    /// The routing index was built from so many people.
    Routing { people: u32 },
    Erased { of: VaultRef },
}

/// One line of the access log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accessed {
    /// Its record in the log.
    pub number: u64,
    pub act: Act,
    pub wall: i64,
    pub who: String,
    pub why: String,
}
