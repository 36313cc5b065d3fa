//! Facts about clients.

use vocab::{
    AccountToken, Agreement, ClientKind, ClientRow, Day, Depository, PanToken, PlanNo, Slab, StateCode, Ucc, VaultRef,
};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    Opened { client: ClientRow, ucc: Ucc, vault: VaultRef, pan: PanToken, kind: ClientKind, state: StateCode, day: Day },
    /// Identity, address and in-person check done.
    Verified { client: ClientRow, day: Day },
    /// The exchange accepted the code.
    CodeRegistered { client: ClientRow, day: Day },
    Signed { client: ClientRow, agreement: Agreement, day: Day },
    Revoked { client: ClientRow, agreement: Agreement, day: Day },
    BankRegistered { client: ClientRow, account: AccountToken, name: AccountToken },
    DematRegistered { client: ClientRow, depository: Depository, account: AccountToken },
    /// The own account trades only from this terminal (sebi 24 Annexure II 4.1.5).
    PlaceRegistered { client: ClientRow, terminal: u64 },
    /// One row of a plan that nobody had agreed to before.
    PlanDrawn { plan: PlanNo, slab: Slab },
    /// Brokerage as agreed, from a day on.
    PlanSet { client: ClientRow, plan: PlanNo, from: Day },
    /// Running account settled at least every so many days (sebi 15.1.1.d).
    RunningSet { client: ClientRow, every: u16, from: Day },
    RunningSettled { client: ClientRow, day: Day },
    /// The client wants the whole value blocked at the order.
    FullValue { client: ClientRow, on: bool },
    Suspended { client: ClientRow, reason: u16 },
    Resumed { client: ClientRow },
    /// A switch was pulled on him, or restored.
    Switched { client: ClientRow, on: bool },
}

impl Event {
    /// Whom it is about; a plan's rows are nobody's own.
    pub const fn client(&self) -> Option<ClientRow> {
        match self {
            Event::PlanDrawn { .. } => None,
            Event::Opened { client, .. }
            | Event::Verified { client, .. }
            | Event::CodeRegistered { client, .. }
            | Event::Signed { client, .. }
            | Event::Revoked { client, .. }
            | Event::BankRegistered { client, .. }
            | Event::DematRegistered { client, .. }
            | Event::PlaceRegistered { client, .. }
            | Event::PlanSet { client, .. }
            | Event::RunningSet { client, .. }
            | Event::RunningSettled { client, .. }
            | Event::FullValue { client, .. }
            | Event::Suspended { client, .. }
            | Event::Resumed { client }
            | Event::Switched { client, .. } => Some(*client),
        }
    }
}
