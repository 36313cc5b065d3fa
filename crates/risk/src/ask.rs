//! What the risk desk asks for beside single limits, switches and lists.

use crate::{ClientLimits, UserLimits, Which};
use alloc::vec::Vec;
use vocab::{ClientRow, Code, Day, OrderNo, Paise, SecurityRow, UserRow};

/// Name of a group of securities, as the house calls it.
pub type GroupName = Code<16>;

/// One row of a file of limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LimitRow {
    User { user: UserRow, limits: UserLimits },
    Client { client: ClientRow, limits: ClientLimits },
}

impl LimitRow {
    /// The first limit of the row that is none, if there is one.
    pub fn fault(&self) -> Option<Which> {
        match self {
            LimitRow::User { limits, .. } => limits.fault(),
            LimitRow::Client { limits, .. } => limits.fault(),
        }
    }
}

/// What trades were found to have gone beyond, looking back (sebi 24 Annexure II 4.3.5).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Deviation {
    /// An order's trades came to more than a limit.
    Limit { order: OrderNo, which: Which },
    /// The margin of a client's trades of a day was not there in the evening.
    Margin { client: ClientRow, day: Day },
}

vocab::kept!(enum Deviation { 1 = Limit { order, which }, 2 = Margin { client, day } });

/// Whose dealings a limit on a group counts together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Holder {
    /// All clients and the firm's own accounts.
    Firm,
    /// Each client for whom none of his own is set.
    EachClient,
    Client(ClientRow),
}

vocab::kept!(enum Holder { 1 = Firm, 2 = EachClient, 3 = Client(client) });

impl Holder {
    /// A stable number of the kind and whom it is about.
    pub const fn parts(self) -> (u8, u32) {
        match self {
            Holder::Firm => (1, 0),
            Holder::EachClient => (2, 0),
            Holder::Client(client) => (3, client.0),
        }
    }
}

/// What the risk desk asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ask {
    /// Limits of many at once, as a file lists them: all of it or nothing.
    Upload { file: Code<24>, rows: Vec<LimitRow> },
    /// From a day on a group is these securities; none ends it.
    DrawGroup { group: GroupName, from: Day, securities: Vec<SecurityRow> },
    /// The most that may be dealt in a group's securities on a day, from a day on.
    LimitGroup { group: GroupName, holder: Holder, from: Day, exposure: Paise },
    /// Why trades went beyond a limit, and the paper that says what was done about it.
    Document { deviation: Deviation, reason: u16, paper: Code<16> },
}
