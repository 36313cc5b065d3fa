//! A trade file that is out and wrong is issued anew.

use crate::exchange::{Exchange, Turn, parts};
use crate::message::{Link, Mistake, ToFirm, TradeRow};
use vocab::{Day, OrderKind, OrderNo, Paise, Qty, Rounding, Side, TradeNo};

impl Exchange {
    /// Whether the final trade file of a day is out.
    pub fn is_filed_on(&self, day: Day) -> bool {
        self.filed && self.session.as_ref().is_some_and(|session| session.day == day)
    }

    /// What was wrong is put right, each as far as there is such a trade or order: rows that are as they were no more. What
    /// stands in their place is among the trades that the corporations have not taken over.
    pub fn put_right(&mut self, mistakes: &[Mistake]) -> Vec<TradeRow> {
        let mut gone = Vec::new();
        for mistake in mistakes {
            match *mistake {
                Mistake::Nothing { trade, side } => gone.extend(self.take_row(trade, side)),
                Mistake::Figures { trade, side, qty, price } => {
                    if let Some(row) = self.take_row(trade, side) {
                        self.trades.push(TradeRow { qty, price, ..row.clone() });
                        gone.push(row);
                    }
                }
                Mistake::LeftOut { order, qty } => {
                    if let Some(row) = self.left_out(order, qty) {
                        self.trades.push(row);
                    }
                }
            }
        }
        gone
    }

    fn take_row(&mut self, trade: TradeNo, side: Side) -> Option<TradeRow> {
        let at = self.trades.iter().position(|row| (row.trade, row.side) == (trade, side)).filter(|at| *at < self.novated)?;
        self.novated -= 1;
        Some(self.trades.remove(at))
    }

    /// A trade of an order that stands no more and was for more than it dealt in.
    fn left_out(&mut self, order: OrderNo, qty: Qty) -> Option<TradeRow> {
        let at = *self.latest.get(&order)?;
        let it = self.orders.get(at).filter(|it| !it.stands() && it.kind == OrderKind::Limit && it.filled + qty <= it.qty)?.clone();
        let session = self.session.as_ref()?;
        let sheet = session.sheet.get(crate::exchange::place(it.security))?;
        let settlement = crate::message::SettlementRef { kind: sheet.kind(), ..session.settlement };
        let (symbol, isin) = (sheet.symbol, sheet.isin);
        self.orders.get_mut(at)?.filled += qty;
        Some(TradeRow {
            trade: self.next_trade(),
            order,
            venue_order: it.venue_order,
            symbol,
            isin,
            ucc: it.ucc,
            side: it.side,
            qty,
            price: it.limit,
            order_at: it.at,
            traded_at: it.at,
            terminal: it.terminal,
            settlement,
        })
    }

    pub fn publish_anew(&mut self, turn: &mut Turn<'_>) {
        let Some(day) = self.session.as_ref().map(|session| session.day) else { return };
        self.issue += 1;
        let count = u64::try_from(self.trades.len()).expect("a count");
        let qty: Qty = self.trades.iter().map(|t| t.qty).sum();
        let value: Paise = self.trades.iter().map(|t| t.price.value(t.qty, Rounding::NearestPaisa)).sum();
        for (part, parts, rows) in parts(&self.trades) {
            let issue = self.issue;
            turn.say(Link::Venue, &ToFirm::TradeFileAnew { issue, day, part, parts, rows, count, qty, value });
        }
    }
}
