//! Client codes that a member found wrong: changed until the final trade file is out, penalties waived by lot.

use crate::exchange::{Exchange, Turn};
use crate::message::{Link, ToFirm};
use stdx::Lots;
use vocab::{ModificationNo, SettlementKind, Side, TradeNo, Ucc};

/// Codes with which the exchange keeps a client code as it is, in the order in which it checks.
pub mod kept {
    /// The final trade file is out, or no session was held today.
    pub const TOO_LATE: u16 = 1;
    /// No such side among the member's trades of the day.
    pub const NO_TRADE: u16 = 2;
    /// The new code is not in the exchange's list.
    pub const UNKNOWN_CODE: u16 = 3;
    /// The member's own trades are no client's, and a client's not its own.
    pub const OWN_AND_CLIENT: u16 = 4;
}

const WAIVER: u64 = 0x3A1F;

impl Exchange {
    /// The answer to a number is given once and remembered: told again it comes to the same.
    pub fn modify_code(&mut self, no: ModificationNo, trade: TradeNo, side: Side, to: Ucc, turn: &mut Turn<'_>) {
        let code = match self.modified.get(&no) {
            Some(code) => *code,
            None => {
                let code = self.change_code(trade, side, to);
                self.modified.insert(no, code);
                code
            }
        };
        let answer = match code {
            0 => ToFirm::CodeModified { modification: no },
            code => ToFirm::CodeKept { modification: no, code },
        };
        turn.say(Link::Venue, &answer);
    }

    /// 0 when the trade now stands under the new code.
    fn change_code(&mut self, trade: TradeNo, side: Side, to: Ucc) -> u16 {
        if self.session.is_none() || self.filed {
            return kept::TOO_LATE;
        }
        let (listed, settles_today) = (self.register.codes.contains(&to), self.same_day_filed);
        let Some(row) = self.trades.iter_mut().find(|t| (t.trade, t.side) == (trade, side)) else {
            return kept::NO_TRADE;
        };
        if settles_today && row.settlement.kind == SettlementKind::SameDay {
            return kept::TOO_LATE;
        }
        if !listed {
            return kept::UNKNOWN_CODE;
        }
        if row.ucc == self.member || to == self.member {
            return kept::OWN_AND_CLIENT;
        }
        row.ucc = to;
        0
    }

    /// One waiver in three is denied.
    pub fn waive(&mut self, no: ModificationNo, turn: &mut Turn<'_>) {
        let granted = !Lots::of(self.seed, &[WAIVER, u64::from(no.0)]).one_in(3);
        turn.say(Link::Venue, &ToFirm::WaiverDecided { modification: no, granted });
    }
}
