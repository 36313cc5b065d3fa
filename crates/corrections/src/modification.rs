//! One client code found wrong, from the asking to its end.

use crate::{Event, Month};
use vocab::{
    ClientRow, Day, ModificationReason, Moment, Paise, Qty, SecurityRow, Side, TradeNo, UserRow,
    Venue,
};

/// What the exchange has said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    Asked,
    Accepted,
    /// Code 0: the final trade file still has the old code.
    Refused(u16),
}

vocab::kept!(enum Stage { 0 = Asked, 1 = Accepted, 2 = Refused(code) });

/// A request that the penalty be waived (sebi 38.6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Waiver {
    Nothing = 0,
    Draft = 1,
    Submitted = 2,
    Granted = 3,
    Denied = 4,
}

vocab::kept!(enum Waiver { 0 = Nothing, 1 = Draft, 2 = Submitted, 3 = Granted, 4 = Denied });

/// What the exchange accepted: known once it has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moved {
    pub venue: Venue,
    pub day: Day,
    pub security: SecurityRow,
    pub qty: Qty,
    pub value: Paise,
    /// An institution's trade is left out of the figures (sebi 38.1).
    pub institutional: bool,
}

vocab::kept!(struct Moved { venue, day, security, qty, value, institutional });

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Modification {
    pub at: Moment,
    pub trade: TradeNo,
    pub side: Side,
    pub from: ClientRow,
    pub to: ClientRow,
    pub reason: ModificationReason,
    pub evidence: u64,
    pub by: UserRow,
    pub sanctioned: UserRow,
    /// Who sent the order with the wrong code.
    pub dealer: UserRow,
    pub stage: Stage,
    pub moved: Option<Moved>,
    /// Of a shift to the error account: closed in the market so far, and for how much.
    pub liquidated: Qty,
    pub proceeds: Paise,
    pub waiver: Waiver,
    pub waiver_evidence: u64,
}

impl Modification {
    pub fn is_shift(&self) -> bool {
        self.reason == ModificationReason::Error
    }

    /// What of a shifted trade is still in the error account.
    pub fn left(&self) -> Qty {
        self.moved.filter(|_| self.is_shift()).map_or(Qty::ZERO, |m| m.qty - self.liquidated)
    }

    /// Value of what is liquidated so far, at the price of the trade; the last share takes what is left.
    pub fn covered(&self) -> Paise {
        let Some(moved) = self.moved else { return Paise::ZERO };
        if self.liquidated == moved.qty {
            return moved.value;
        }
        let exact = i128::from(moved.value.0).saturating_mul(i128::from(self.liquidated.0));
        let part = exact.checked_div(i128::from(moved.qty.0)).and_then(|n| i64::try_from(n).ok());
        Paise(part.unwrap_or(0))
    }

    pub fn month(&self) -> Month {
        Month::of(self.at.day())
    }

    /// Gain, or loss if negative, of what was closed, before charges.
    pub fn result(&self) -> Paise {
        match self.side {
            Side::Buy => self.proceeds - self.covered(),
            Side::Sell => self.covered() - self.proceeds,
        }
    }

    pub(crate) fn asked(event: &Event, at: Moment) -> Option<Modification> {
        let Event::Asked { trade, side, from, to, reason, evidence, by, sanctioned, dealer, .. } = *event else {
            return None;
        };
        Some(Modification {
            at,
            trade,
            side,
            from,
            to,
            reason,
            evidence,
            by,
            sanctioned,
            dealer,
            stage: Stage::Asked,
            moved: None,
            liquidated: Qty::ZERO,
            proceeds: Paise::ZERO,
            waiver: Waiver::Nothing,
            waiver_evidence: 0,
        })
    }
}

vocab::kept!(struct Modification {
    at, trade, side, from, to, reason, evidence, by, sanctioned, dealer, stage, moved, liquidated, proceeds, waiver,
    waiver_evidence,
});
