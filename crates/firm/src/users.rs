//! Users of the firm's systems.

use crate::Role;
use alloc::collections::BTreeMap;
use stdx::Rows;
use vocab::{ClientRow, Code, UserRow};

/// Never across two cache lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(align(32))]
pub struct User {
    pub code: Code<12>,
    pub role: Role,
    /// For a client's own user: the only client he trades for (guide I 12.4).
    pub client: Option<ClientRow>,
    pub terminal: u64,
    /// The id is locked, blocked or asleep, or its certificate lapsed: no order is taken of it.
    pub shut: bool,
}

vocab::kept!(struct User { code, role, client, terminal, shut });

#[derive(Default)]
pub struct Users {
    rows: Rows<UserRow, User>,
    by_code: BTreeMap<Code<12>, UserRow>,
}

impl Users {
    pub fn new() -> Users {
        Users::default()
    }

    #[inline]
    pub fn get(&self, user: UserRow) -> Option<&User> {
        self.rows.get(user)
    }

    pub fn by_code(&self, code: &Code<12>) -> Option<UserRow> {
        self.by_code.get(code).copied()
    }

    pub fn next_row(&self) -> UserRow {
        self.rows.next()
    }

    pub fn iter(&self) -> impl Iterator<Item = (UserRow, &User)> {
        self.rows.iter()
    }

    pub(crate) fn register(&mut self, row: UserRow, user: User) {
        assert!(row == self.rows.next(), "rows are given in order");
        self.by_code.insert(user.code, row);
        self.rows.push(user);
    }

    pub(crate) fn appoint(&mut self, row: UserRow, role: Role) {
        self.rows.get_mut(row).expect("a user").role = role;
    }

    /// What of a fact about access stands with the user himself.
    #[allow(clippy::wildcard_enum_match_arm, reason = "the rest shuts nobody and lets nobody in")]
    pub(crate) fn follow(&mut self, event: &access::Event, access: &access::Access) {
        use access::Event;
        match *event {
            Event::TerminalMapped { user, terminal, .. } => {
                let it = self.rows.get_mut(user).expect("a user");
                // Another exchange's terminal wants another certificate.
                (it.terminal, it.shut) = (terminal, access.is_shut(user));
            }
            Event::Locked { user, .. }
            | Event::Unlocked { user, .. }
            | Event::Blocked { user, .. }
            | Event::Unblocked { user, .. }
            | Event::Slept { user, .. }
            | Event::Certified { user, .. }
            | Event::CertificateLapsed { user, .. } => {
                self.rows.get_mut(user).expect("a user").shut = access.is_shut(user);
            }
            _ => {}
        }
    }
}

vocab::kept!(struct Users { rows, by_code });
