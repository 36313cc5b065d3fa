//! What is asked about intermediaries, and the facts.

use vocab::{
    AccountToken, ClientRow, Code, Day, IntermediaryKind, IntermediaryRow, LegalForm, Paise, PanToken, Rate, Ucc,
    VaultRef, Venue,
};

/// What people ask about intermediaries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ask {
    Open { code: Ucc, vault: VaultRef, pan: PanToken, kind: IntermediaryKind, form: LegalForm },
    /// A partner or director of one who is no individual.
    Associate { intermediary: IntermediaryRow, pan: PanToken },
    /// The exchange's decision, or for a sub-broker the grant of his certificate: its day and its number.
    Decide { intermediary: IntermediaryRow, venue: Venue, approved: bool, from: Day, paper: Code<16> },
    Withdraw { intermediary: IntermediaryRow, venue: Venue, reason: u16 },
    /// The agreement between him and the firm.
    Agree { intermediary: IntermediaryRow, dated: Day },
    Bank { intermediary: IntermediaryRow, account: AccountToken },
    /// His part of the brokerage of his clients, from a day on.
    Share { intermediary: IntermediaryRow, from: Day, rate: Rate },
    /// Who brought a client, from a day on; `agreed` is when client, intermediary and firm signed.
    Introduce { client: ClientRow, intermediary: Option<IntermediaryRow>, from: Day, agreed: Option<Day> },
    /// His dues are kept back, or no longer.
    Withhold { intermediary: IntermediaryRow, on: bool, reason: u16 },
    Pay { intermediary: IntermediaryRow, amount: Paise },
    /// Nobody with this tax number has a share of brokerage: barred, another member, or in a member's employment.
    Bar { pan: PanToken, reason: u16 },
}

/// Facts about intermediaries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    Opened {
        intermediary: IntermediaryRow, code: Ucc, vault: VaultRef, pan: PanToken, kind: IntermediaryKind,
        form: LegalForm, day: Day,
    },
    Associated { intermediary: IntermediaryRow, pan: PanToken },
    Decided { intermediary: IntermediaryRow, venue: Venue, approved: bool, from: Day, paper: Code<16> },
    Withdrawn { intermediary: IntermediaryRow, venue: Venue, day: Day, reason: u16 },
    Agreed { intermediary: IntermediaryRow, day: Day },
    BankRegistered { intermediary: IntermediaryRow, account: AccountToken },
    ShareSet { intermediary: IntermediaryRow, from: Day, rate: Rate },
    Introduced { client: ClientRow, intermediary: Option<IntermediaryRow>, from: Day, agreed: Option<Day> },
    Withheld { intermediary: IntermediaryRow, on: bool, reason: u16 },
    Barred { pan: PanToken, reason: u16, day: Day },
}
