//! Who is on the stage: the cast, whose acts are drawn, and guests, who are left to whoever signs in as them.

use crate::cast::{Member, guest, member};
use crate::script::Script;
use vocab::Code;

impl Script {
    /// So many clients more, whom nobody plays: they do what is asked in their name.
    #[must_use]
    pub fn with_guests(mut self, guests: u32) -> Script {
        self.guests = guests;
        self
    }

    /// The cast, then the guests.
    pub fn members(&self) -> std::ops::Range<u32> {
        0..self.clients + self.guests
    }

    pub fn member(&self, n: u32) -> Member {
        let of = if n >= self.clients && self.members().contains(&n) { guest } else { member };
        of(self.seed, n, self.securities.len() as u64, &self.states)
    }

    /// What a member signs in as.
    pub fn user_code(&self, n: u32) -> Code<12> {
        let text = if n < self.clients { format!("U{:06}", n + 1) } else { format!("DEMO{}", n - self.clients + 1) };
        Code::parse(&text).expect("a code")
    }
}
