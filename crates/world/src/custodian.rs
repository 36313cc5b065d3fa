//! Custodians of institutions: the member tells them of a trade through the clearing corporation, they look into the
//! institution's account and say whether they settle it. What they take over is no obligation of the member's.

use crate::clearing::{Clearing, lots};
use crate::depository::Depositories;
use crate::exchange::Turn;
use crate::message::{DematNo, Link, ToFirm, TradeRow};
use std::collections::BTreeMap;
use vocab::{Dump, Rounding, Side, Sink, TradeNo};

/// Codes with which a custodian leaves a trade to the member.
pub mod left {
    /// The exchange has no such trade today.
    pub const NO_TRADE: u16 = 1;
    /// The institution instructed otherwise.
    pub const NOT_INSTRUCTED: u16 = 2;
    /// The shares are not in the institution's account.
    pub const NO_SHARES: u16 = 3;
}

const CUSTODY: u64 = 0xC057;
/// One trade in so many was instructed otherwise, and one is not answered at all.
const REJECTED_ONE_IN: u64 = 12;
const SILENT_ONE_IN: u64 = 40;
/// Said of a trade that is not answered.
const SILENT: u16 = u16::MAX;

/// What was said of each trade: 0 if it was taken over.
#[derive(Default)]
pub(crate) struct Custodians {
    said: BTreeMap<(TradeNo, Side), u16>,
}

impl Custodians {
    /// Asked again it is answered as before.
    pub fn told(
        &mut self, seed: u64, key: (TradeNo, Side), trade: Option<&TradeRow>, account: DematNo,
        (clearing, depositories): (&mut Clearing, &mut Depositories), turn: &mut Turn<'_>,
    ) {
        let code = match self.said.get(&key) {
            Some(code) => *code,
            None => {
                let code = trade.map_or(left::NO_TRADE, |trade| take_over(seed, trade, account, clearing, depositories));
                self.said.insert(key, code);
                code
            }
        };
        if code != SILENT {
            let (trade, side) = key;
            turn.say(Link::Clearing, &ToFirm::CustodianSaid { trade, side, confirmed: code == 0, code });
        }
    }
}

fn take_over(
    seed: u64, trade: &TradeRow, account: DematNo, clearing: &mut Clearing, depositories: &mut Depositories,
) -> u16 {
    let number = trade.settlement.number;
    let key = (trade.settlement.kind, number);
    let mut lots = lots(seed, CUSTODY ^ trade.trade.0, number, trade.isin);
    if lots.one_in(SILENT_ONE_IN) {
        return SILENT;
    }
    if lots.one_in(REJECTED_ONE_IN) {
        return left::NOT_INSTRUCTED;
    }
    let value = trade.price.value(trade.qty, Rounding::NearestPaisa);
    match trade.side {
        Side::Buy => clearing.bring_later(key, account, trade.isin, trade.qty),
        Side::Sell => {
            if depositories.balance(account, trade.isin) < trade.qty
                || depositories.take_away(account, trade.isin, trade.qty) < trade.qty
            {
                return left::NO_SHARES;
            }
        }
    }
    clearing.leave(key, trade.isin, trade.side, trade.qty, value);
    0
}

impl Dump for Custodians {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.said.dump(sink);
    }
}
