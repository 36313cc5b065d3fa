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
}

vocab::kept!(struct User { code, role, client, terminal });

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
}

vocab::kept!(struct Users { rows, by_code });
