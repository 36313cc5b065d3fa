//! What the firm says its books are, after the last of the facts.

use alloc::vec::Vec;
use vocab::{ClientRow, Day, FinancialYear, NoteNo, Paise, Qty, SecurityRow, SettlementRow, Venue};

/// A contract note as it was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoteClaim {
    pub year: FinancialYear,
    pub note: NoteNo,
    pub client: ClientRow,
    pub settlement: SettlementRow,
    /// Lines of the charge block by number of the head; a line of nothing may be left out.
    pub charges: Vec<(u8, Paise)>,
    /// Payable to the client if positive, by him if negative.
    pub net: Paise,
}

/// What the firm says it owes the clearing corporation, or is owed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObligationClaim {
    pub settlement: SettlementRow,
    /// To receive if positive, at traded value.
    pub funds: Paise,
    /// To receive if positive; nil nets may be left out.
    pub rows: Vec<(SecurityRow, Qty)>,
}

/// Everything the firm claims. What is left out is claimed to be nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claims {
    /// Credit positive: what the firm owes the client.
    pub client_balances: Vec<(ClientRow, Paise)>,
    /// By number of the chart and owner, debit positive; clients stand as one control account of owner zero.
    pub accounts: Vec<(u8, u32, Paise)>,
    /// The same by exchange's set of books and number of the chart, with the inter-exchange account.
    pub sets: Vec<(Venue, u8, Paise)>,
    pub notes: Vec<NoteClaim>,
    pub obligations: Vec<ObligationClaim>,
    /// By number of the place.
    pub holdings: Vec<(ClientRow, SecurityRow, u8, Qty)>,
    /// Settlements with their pay-in days; those not listed are not judged.
    pub pay_in_days: Vec<(SettlementRow, Day)>,
    /// Own money in the client system.
    pub placed: Paise,
    /// Brokerage and dues collected and not yet drawn.
    pub undrawn: Paise,
}
