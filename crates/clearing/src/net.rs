//! Trades and what they net to.

use vocab::{
    ClientRow, Moment, NetRow, NoteNo, OrderNo, Paise, Price, Qty, SecurityRow, SettlementRow, Side, TradeNo,
};

/// One line of the sauda book (guide I 6.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Trade {
    pub trade: TradeNo,
    pub order: OrderNo,
    pub client: ClientRow,
    pub security: SecurityRow,
    pub side: Side,
    pub in_file: bool,
    /// Taken back by the exchange: it stands in the book and counts for nothing.
    pub annulled: bool,
    pub qty: Qty,
    pub price: Price,
    pub at: Moment,
    pub settlement: SettlementRow,
    pub(crate) next_of_standing: Option<u32>,
}

/// One client's trades of one security in one settlement. What every fill reads comes first, and a long list of rows
/// begins sixteen bytes behind a cache line: not aligned, so that it grows in place and is not copied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct Net {
    pub buy_qty: Qty,
    pub sell_qty: Qty,
    /// Sold shares called for.
    pub called: Qty,
    /// With the clearing corporation since before the day's pay-in, not yet standing for the obligation.
    pub early: Qty,
    pub security: SecurityRow,
    /// Trade for trade, or of a client with a code for each side: what is bought and what is sold settle apart.
    pub gross: bool,
    pub settlement: SettlementRow,
    pub client: ClientRow,
    pub buy_value: Paise,
    pub sell_value: Paise,
    /// What of the sale backs orders.
    pub credit: Paise,
    /// Of what was called for, what came from the client.
    pub gathered: Qty,
    /// Set aside for the clearing corporation, and what reached it.
    pub staged: Qty,
    pub delivered: Qty,
    /// Given to other clients of the firm who bought.
    pub handed: Qty,
    /// Of a net buy: planned from the clearing corporation, planned from other clients.
    pub direct: Qty,
    pub internal: Qty,
    pub received: Qty,
    /// Of that, from the firm's other clients.
    pub received_internal: Qty,
    /// Short at the clearing corporation: shares, or money once the auction failed.
    pub awaited: Qty,
    pub closed_out: Qty,
    /// Lost to an internal shortage and settled in money.
    pub internal_short: Qty,
    pub(crate) next_of_standing: Option<NetRow>,
    pub(crate) next_of_lot: Option<NetRow>,
}

const _: () = assert!(core::mem::offset_of!(Net, buy_value) == 48, "what every fill reads lies in one cache line");

/// What a net is made of while its day trades and until its shares are called in: a copy of what every fill reads, and
/// no more of the row than it writes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dealt {
    pub settlement: SettlementRow,
    pub client: ClientRow,
    pub security: SecurityRow,
    pub gross: bool,
    pub buy_qty: Qty,
    pub sell_qty: Qty,
    pub called: Qty,
    pub early: Qty,
    pub buy_value: Paise,
    pub sell_value: Paise,
    pub credit: Paise,
    pub delivered: Qty,
}

impl Dealt {
    /// Of who has not dealt.
    pub(crate) const fn nothing(settlement: SettlementRow, client: ClientRow, security: SecurityRow, gross: bool) -> Dealt {
        Dealt {
            settlement,
            client,
            security,
            gross,
            buy_qty: Qty::ZERO,
            sell_qty: Qty::ZERO,
            called: Qty::ZERO,
            early: Qty::ZERO,
            buy_value: Paise::ZERO,
            sell_value: Paise::ZERO,
            credit: Paise::ZERO,
            delivered: Qty::ZERO,
        }
    }

    /// A trade of a side more; less where quantity and value are negative.
    #[inline]
    pub fn count(&mut self, side: Side, qty: Qty, value: Paise) {
        match side {
            Side::Buy => {
                self.buy_qty += qty;
                self.buy_value += value;
            }
            Side::Sell => {
                self.sell_qty += qty;
                self.sell_value += value;
            }
        }
    }

    /// Bought less sold: what is to be received, or delivered if negative.
    #[inline]
    pub fn net_qty(&self) -> Qty {
        self.buy_qty - self.sell_qty
    }

    #[inline]
    pub fn to_deliver(&self) -> Qty {
        if self.gross { self.sell_qty } else { (-self.net_qty()).at_least_zero() }
    }

    /// Of what is to be delivered, what the clearing corporation has.
    pub fn protected(&self) -> Qty {
        (self.early + self.delivered).min(self.to_deliver())
    }

    /// Sold, not bought back in the same settlement, not yet called in and not paid in early: so many of his shares are
    /// set apart.
    #[inline]
    pub fn to_call(&self) -> Qty {
        (self.to_deliver() - self.called - self.early).at_least_zero()
    }

    /// What a part of the sold quantity was sold for, on the average, cut downwards.
    pub fn sold_for(&self, part: Qty) -> Paise {
        let exact = i128::from(self.sell_value.0).saturating_mul(i128::from(part.0));
        Paise(exact.checked_div(i128::from(self.sell_qty.0)).and_then(|n| i64::try_from(n).ok()).unwrap_or(0))
    }
}

impl Net {
    #[inline]
    pub fn so_far(&self) -> Dealt {
        let Net { settlement, client, security, gross, buy_qty, sell_qty, called, early, .. } = *self;
        let Net { buy_value, sell_value, credit, delivered, .. } = *self;
        Dealt {
            settlement, client, security, gross, buy_qty, sell_qty, called, early, buy_value, sell_value, credit, delivered,
        }
    }

    /// A trade of a side more; less where quantity and value are negative.
    pub fn count(&mut self, side: Side, qty: Qty, value: Paise) {
        match side {
            Side::Buy => {
                self.buy_qty += qty;
                self.buy_value += value;
            }
            Side::Sell => {
                self.sell_qty += qty;
                self.sell_value += value;
            }
        }
    }

    /// Whether anything of it is of a sale: without, its shares bind nothing and back nothing.
    pub fn has_sale(&self) -> bool {
        !(self.sell_qty.is_zero() && self.called.is_zero() && self.early.is_zero() && self.credit.is_zero())
    }

    /// Bought less sold: what is to be received, or delivered if negative.
    pub fn net_qty(&self) -> Qty {
        self.so_far().net_qty()
    }

    /// Bought less sold, in money: payable by the client if positive.
    pub fn payable(&self) -> Paise {
        self.buy_value - self.sell_value
    }

    /// As [`Dealt::protected`].
    pub fn protected(&self) -> Qty {
        self.so_far().protected()
    }

    /// As [`Dealt::sold_for`].
    pub fn sold_for(&self, part: Qty) -> Paise {
        self.so_far().sold_for(part)
    }

    pub fn value(&self, side: Side) -> Paise {
        match side {
            Side::Buy => self.buy_value,
            Side::Sell => self.sell_value,
        }
    }

    pub fn to_receive(&self) -> Qty {
        if self.gross { self.buy_qty } else { self.net_qty().at_least_zero() }
    }

    pub fn to_deliver(&self) -> Qty {
        self.so_far().to_deliver()
    }

    /// As [`Dealt::to_call`].
    pub fn to_call(&self) -> Qty {
        self.so_far().to_call()
    }

    /// As it would be had he dealt in so many shares more.
    #[must_use]
    pub fn dealt(&self, side: Side, qty: Qty) -> Net {
        let mut net = *self;
        net.count(side, qty, Paise::ZERO);
        net
    }

    /// What is to come at the pay-out: nothing that is known to be short.
    pub fn to_come(&self) -> Qty {
        (self.outstanding() - self.awaited).at_least_zero()
    }

    /// What of the direct part has neither come nor been settled in money.
    pub fn direct_outstanding(&self) -> Qty {
        self.direct - self.closed_out - (self.received - self.received_internal)
    }

    /// What of a net buy has neither come nor been settled in money.
    pub fn outstanding(&self) -> Qty {
        self.to_receive() - self.received - self.closed_out - self.internal_short
    }
}

/// One client in one settlement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    pub settlement: SettlementRow,
    pub client: ClientRow,
    pub trades: u32,
    pub committed_buy: Paise,
    pub committed_sell: Paise,
    /// The contract-note-cum-bill: payable by the client if positive.
    pub bill: Option<(NoteNo, Paise)>,
    /// A trade of it was corrected, added or taken back since: the bill is made anew.
    pub stale: bool,
    /// STT and stamp duty of the bill: what of it the clearing corporation takes.
    pub levies: Paise,
    /// What of a bill's credit is met: promised to the client, set off, or left on his running account.
    pub met: Paise,
    pub closed: bool,
    pub(crate) first_trade: Option<u32>,
    pub(crate) last_trade: Option<u32>,
    pub(crate) first_net: Option<NetRow>,
}

/// One security in one settlement, over all clients.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lot {
    pub settlement: SettlementRow,
    pub security: SecurityRow,
    pub(crate) first_net: Option<NetRow>,
}

vocab::kept!(struct Lot { settlement, security, first_net });

impl Standing {
    pub fn committed(&self, side: Side) -> Paise {
        match side {
            Side::Buy => self.committed_buy,
            Side::Sell => self.committed_sell,
        }
    }
}

vocab::kept!(struct Trade {
    trade, order, client, security, side, in_file, annulled, qty, price, at, settlement, next_of_standing,
});

vocab::kept!(struct Net {
    settlement, client, security, gross, buy_qty, sell_qty, buy_value, sell_value, gathered, called, staged, delivered,
    early, credit, handed, direct, internal, received, received_internal, awaited, closed_out, internal_short,
    next_of_standing, next_of_lot,
});

vocab::kept!(struct Standing {
    settlement, client, trades, committed_buy, committed_sell, bill, stale, levies, met, closed, first_trade, last_trade,
    first_net,
});
