//! Codes of one side under a client's own: what he buys and what he sells stand apart at the exchange (guide I 4.16).

use vocab::{Day, Side, Ucc};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TradingCode {
    pub code: Ucc,
    /// From when on orders go under it: the exchange took it.
    pub from: Option<Day>,
}

vocab::kept!(struct TradingCode { code, from });

/// A client's, for what he buys and what he sells.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct TradingCodes {
    buys: Option<TradingCode>,
    sells: Option<TradingCode>,
}

vocab::kept!(struct TradingCodes { buys, sells });

impl TradingCodes {
    pub fn of(&self, side: Side) -> Option<TradingCode> {
        match side {
            Side::Buy => self.buys,
            Side::Sell => self.sells,
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = TradingCode> {
        [self.buys, self.sells].into_iter().flatten()
    }

    pub(crate) fn allot(&mut self, side: Side, code: Ucc) {
        *self.of_mut(side) = Some(TradingCode { code, from: None });
    }

    pub(crate) fn take(&mut self, side: Side, from: Day) {
        self.of_mut(side).as_mut().expect("a code that was allotted").from = Some(from);
    }

    fn of_mut(&mut self, side: Side) -> &mut Option<TradingCode> {
        match side {
            Side::Buy => &mut self.buys,
            Side::Sell => &mut self.sells,
        }
    }
}
