//! Facts of corrections.

use vocab::{ClientRow, Day, ModificationNo, ModificationReason, Paise, Qty, SecurityRow, Side, TradeNo, UserRow, Venue};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// The management approved a version of the error policy (sebi 38.5).
    PolicyApproved { version: u16, from: Day, document: u64, by: UserRow },
    /// An exchange was told that a code is an error account (sebi 38.5).
    CodeDisclosed { venue: Venue, client: ClientRow, day: Day, reference: u64 },
    /// A client code was found wrong; the exchange is asked to change it.
    Asked {
        no: ModificationNo, trade: TradeNo, side: Side, from: ClientRow, to: ClientRow, reason: ModificationReason,
        evidence: u64, by: UserRow, sanctioned: UserRow, dealer: UserRow,
    },
    /// No answer came: the exchange is told the same again, under the same number.
    Repeated { no: ModificationNo },
    /// The exchange, or its final trade file, has the new code.
    Accepted { no: ModificationNo, venue: Venue, day: Day, security: SecurityRow, qty: Qty, value: Paise, institutional: bool },
    Refused { no: ModificationNo, code: u16 },
    /// Part of what was shifted to the error account was closed in the market.
    Liquidated { no: ModificationNo, trade: TradeNo, qty: Qty, value: Paise },
    /// Value of a day's trades that are not an institution's: `b` of sebi 38.3.1.
    TurnoverCounted { venue: Venue, day: Day, value: Paise },
    /// What a month's modifications cost so far.
    Penalised { venue: Venue, month: u16, total: Paise },
    /// The month's share has passed a threshold: 1 the firm's own, 2 the exchange's (sebi 38.3.2).
    Alerted { venue: Venue, month: u16, level: u8 },
    /// A waiver of the penalty is being made out, was sent, is decided (sebi 38.6).
    WaiverDrafted { no: ModificationNo, evidence: u64 },
    WaiverSubmitted { no: ModificationNo },
    WaiverDecided { no: ModificationNo, granted: bool },
}
