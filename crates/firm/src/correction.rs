//! What people ask when something done is to be put right.

use vocab::{ClientRow, Day, Dump, ModificationNo, ModificationReason, NoteNo, Paise, Side, Sink, TradeNo, Venue};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Correction {
    /// Tell the exchange that a trade of today was entered under a wrong client code. The evidence is a
    /// reference of the papers that show the error.
    ModifyCode { trade: TradeNo, side: Side, to: ClientRow, reason: ModificationReason, evidence: u64 },
    /// The management approves a version of the error policy, kept as a document.
    ApproveErrorPolicy { version: u16, from: Day, document: u64 },
    /// The exchange was told, by a letter, that the code is an error account.
    DiscloseErrorCode { venue: Venue, client: ClientRow, letter: u64 },
    DraftWaiver { modification: ModificationNo, evidence: u64 },
    SubmitWaiver { modification: ModificationNo },
    /// A note of today is wrong: it is cancelled whole, and a new one is made from what is known now.
    ReissueNote { note: NoteNo, reason: u16 },
    /// The management bears what the error account has lost.
    SanctionErrorLoss { client: ClientRow, amount: Paise },
}

impl Dump for Correction {
    fn dump(&self, sink: &mut Sink<'_>) {
        match *self {
            Correction::ModifyCode { trade, side, to, reason, evidence } => {
                (1u8, (trade, side)).dump(sink);
                (to, (reason, evidence)).dump(sink);
            }
            Correction::ApproveErrorPolicy { version, from, document } => {
                (2u8, (version, (from, document))).dump(sink);
            }
            Correction::DiscloseErrorCode { venue, client, letter } => (3u8, (venue, (client, letter))).dump(sink),
            Correction::DraftWaiver { modification, evidence } => (4u8, (modification, evidence)).dump(sink),
            Correction::SubmitWaiver { modification } => (5u8, modification).dump(sink),
            Correction::SanctionErrorLoss { client, amount } => (6u8, (client, amount)).dump(sink),
            Correction::ReissueNote { note, reason } => (7u8, (note, reason)).dump(sink),
        }
    }
}
