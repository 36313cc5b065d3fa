//! Facts about clients.

use crate::Policy;
use vocab::{
    AccountToken, Agreement, ClientKind, ClientRow, Code, Day, Depository, PanToken, PlanNo, Side, Slab, StateCode, Ucc, UserRow,
    VaultRef,
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
    /// The client's own terms of margin and exposure, from a day on.
    PolicySet { client: ClientRow, policy: Policy, from: Day },
    /// Running account settled at least every so many days (sebi 15.1.1.d).
    RunningSet { client: ClientRow, every: u16, from: Day },
    RunningSettled { client: ClientRow, day: Day },
    /// The client wants the whole value blocked at the order.
    FullValue { client: ClientRow, on: bool },
    /// By a person whom another one must follow before he deals again.
    Suspended { client: ClientRow, reason: u16, by: UserRow },
    Resumed { client: ClientRow },
    /// A switch was pulled on him, or restored.
    Switched { client: ClientRow, on: bool },
    /// He has not dealt for as long as the policy says.
    Slept { client: ClientRow, day: Day },
    /// By himself.
    Woken { client: ClientRow, day: Day },
    /// His first dealing since: to be looked at.
    DealtAgain { client: ClientRow, day: Day },
    Died { client: ClientRow, day: Day },
    /// What was held for a client who died went to who succeeds him.
    Succeeded { client: ClientRow, to: ClientRow },
    Closed { client: ClientRow, day: Day },
    /// Means, standing and purpose were looked through; next by then.
    Reviewed { client: ClientRow, day: Day, next: Day },
    CustodianSet { client: ClientRow, custodian: Code<10> },
    FamilySet { client: ClientRow, head: Option<ClientRow> },
    /// A code of one side under his own; and the exchange took it: orders go under it from a day on (guide I 4.16).
    TradingCodeAllotted { client: ClientRow, side: Side, code: Ucc },
    TradingCodeTaken { client: ClientRow, side: Side, from: Day },
    /// With a keyed fingerprint of his name: an account in it may be registered for the client.
    HolderAdded { client: ClientRow, vault: VaultRef, pan: PanToken, name: AccountToken },
    /// Where he is paid from now on.
    BankChosen { client: ClientRow, account: AccountToken },
    BankDropped { client: ClientRow, account: AccountToken },
}

/// A paper that a change of record stands on, by its number in the files.
pub type Paper = Code<16>;

/// What people ask about a client's record once he is registered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ask {
    Wake,
    RecordDeath { paper: Paper },
    /// What is held for a client who died goes to who succeeds him.
    Succeed { to: ClientRow, paper: Paper },
    Close { paper: Paper },
    Review { next: Day, paper: Paper },
    Custodian { custodian: Code<10>, paper: Paper },
    Family { head: Option<ClientRow>, paper: Paper },
    /// Another code for what he buys, or for what he sells; and the exchange took it.
    AllotCode { side: Side, code: Ucc, paper: Paper },
    CodeTaken { side: Side },
    AddHolder { vault: VaultRef, pan: PanToken, name: AccountToken, paper: Paper },
    AddBank { account: AccountToken, name: AccountToken, paper: Paper },
    ChooseBank { account: AccountToken, paper: Paper },
    DropBank { account: AccountToken, paper: Paper },
    ChangeDemat { depository: Depository, account: AccountToken, paper: Paper },
    /// His own terms of margin and exposure, from a day on.
    SetPolicy { policy: Policy, from: Day, paper: Paper },
}

impl Ask {
    /// What the change stands on; his own asking and the exchange's word need none.
    pub const fn paper(&self) -> Option<Paper> {
        match *self {
            Ask::Wake | Ask::CodeTaken { .. } => None,
            Ask::RecordDeath { paper }
            | Ask::Succeed { paper, .. }
            | Ask::Close { paper }
            | Ask::Review { paper, .. }
            | Ask::Custodian { paper, .. }
            | Ask::AllotCode { paper, .. }
            | Ask::Family { paper, .. }
            | Ask::AddHolder { paper, .. }
            | Ask::AddBank { paper, .. }
            | Ask::ChooseBank { paper, .. }
            | Ask::DropBank { paper, .. }
            | Ask::SetPolicy { paper, .. }
            | Ask::ChangeDemat { paper, .. } => Some(paper),
        }
    }
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
            | Event::PolicySet { client, .. }
            | Event::RunningSet { client, .. }
            | Event::RunningSettled { client, .. }
            | Event::FullValue { client, .. }
            | Event::Suspended { client, .. }
            | Event::Slept { client, .. }
            | Event::Woken { client, .. }
            | Event::DealtAgain { client, .. }
            | Event::Died { client, .. }
            | Event::Succeeded { client, .. }
            | Event::Closed { client, .. }
            | Event::Reviewed { client, .. }
            | Event::CustodianSet { client, .. }
            | Event::FamilySet { client, .. }
            | Event::TradingCodeAllotted { client, .. }
            | Event::TradingCodeTaken { client, .. }
            | Event::HolderAdded { client, .. }
            | Event::BankChosen { client, .. }
            | Event::BankDropped { client, .. }
            | Event::Resumed { client }
            | Event::Switched { client, .. } => Some(*client),
        }
    }
}
