//! Settlements, orders and trades: series, dates, and that a trade is its order's.

use crate::audit::Audit;
use crate::codes::Booked;
use crate::{Figure, What};
use alloc::collections::BTreeMap;
use rulebook::{NoRule, RuleName};
use vocab::{
    ClientRow, Day, EntryNo, OrderNo, Paise, Price, Qty, SecurityRow, SettlementKind, SettlementRow, Side, StateCode,
    TradeNo, Venue,
};

#[derive(Clone, Copy)]
pub(crate) struct Order {
    pub client: ClientRow,
    pub security: SecurityRow,
    pub side: Side,
    /// For settlement on the day of the trade.
    pub same_day: bool,
}

/// A trade as a bill needs it.
#[derive(Clone, Copy)]
pub(crate) struct Sold {
    pub trade: TradeNo,
    pub order: OrderNo,
    pub security: SecurityRow,
    pub side: Side,
    pub price: Price,
    pub qty: Qty,
    /// Its place among all that were booked.
    pub nth: u64,
}

/// One settlement, and what its control accounts came to (debit positive).
pub(crate) struct Settlement {
    /// The exchange whose corporation settles it.
    pub home: Venue,
    pub kind: SettlementKind,
    pub trade_day: Day,
    pub pay_in: Day,
    pub pay_out: Day,
    /// Where the dates in force were told.
    pub entry: Option<EntryNo>,
    pub done: Option<Day>,
    pub control: Paise,
    pub auction: Paise,
    pub stt: Paise,
    pub stamps: BTreeMap<StateCode, Paise>,
    /// What its clients owe on account of it, and clients' money asked for it.
    pub clients_dues: Paise,
    pub clients_money: Paise,
    /// Credits of its auctions: money come, and given free to clients.
    pub auction_came: Paise,
    pub auction_used: Paise,
}

impl Audit {
    pub(crate) fn scheduled(
        &mut self, home: Venue, settlement: SettlementRow, kind: SettlementKind, trade_day: Day, days: (Day, Day),
    ) {
        let it = Settlement {
            home,
            kind,
            trade_day,
            pay_in: days.0,
            pay_out: days.1,
            entry: self.entry,
            done: None,
            control: Paise::ZERO,
            auction: Paise::ZERO,
            stt: Paise::ZERO,
            stamps: BTreeMap::new(),
            clients_dues: Paise::ZERO,
            clients_money: Paise::ZERO,
            auction_came: Paise::ZERO,
            auction_used: Paise::ZERO,
        };
        self.settlements.insert(settlement, it);
        self.margins_of(settlement);
    }

    pub(crate) fn rescheduled(&mut self, settlement: SettlementRow, days: (Day, Day)) {
        let entry = self.entry;
        match self.settlements.get_mut(&settlement) {
            Some(it) => (it.pay_in, it.pay_out, it.entry) = (days.0, days.1, entry),
            None => self.find_plain(What::SettlementUnknown { settlement }),
        }
    }

    pub(crate) fn settlement_done(&mut self, settlement: SettlementRow, today: Day) {
        match self.settlements.get_mut(&settlement) {
            Some(it) => it.done = Some(today),
            None => self.find_plain(What::SettlementUnknown { settlement }),
        }
        let shorts = self.shorts.iter().filter(|((s, ..), short)| *s == settlement && !short.ended).count();
        let internal = self.internal.iter().filter(|((s, ..), short)| *s == settlement && !short.ended).count();
        let open = u64::try_from(shorts.saturating_add(internal)).unwrap_or(u64::MAX);
        if open > 0 {
            self.find(What::ShortageOpen { settlement }, Figure::Number(0), Figure::Number(open));
        }
    }

    pub(crate) fn placed(&mut self, no: OrderNo, order: Order) {
        let next = self.last_order.saturating_add(1);
        if no.0 != next {
            self.find(What::OrderNumber {}, Figure::Number(next), Figure::Number(no.0));
        }
        self.last_order = no.0;
        self.open_orders.insert(no, order);
    }

    pub(crate) fn closed(&mut self, no: OrderNo) {
        match self.open_orders.remove(&no) {
            Some(order) => {
                self.closed_orders.insert(no, order);
            }
            None if self.closed_orders.contains_key(&no) => self.find_plain(What::OrderClosedTwice { order: no }),
            None => self.find_plain(What::OrderUnknown { order: no }),
        }
    }

    pub(crate) fn check_trade(
        &mut self, trade: TradeNo, no: OrderNo, of: &Order, settlement: SettlementRow, day: Day,
    ) {
        if !self.clients.contains_key(&of.client) {
            self.find_plain(What::UnknownClient { client: of.client });
        }
        match self.open_orders.get(&no).or_else(|| self.closed_orders.get(&no)).copied() {
            None => self.find_plain(What::OrderUnknown { order: no }),
            Some(order) => {
                if order.client != of.client {
                    let (ours, theirs) = (self.who(order.client), self.who(of.client));
                    self.find(What::TradeOnAnother { trade }, Figure::Client(ours), Figure::Client(theirs));
                }
                if (order.security, order.side) != (of.security, of.side) {
                    self.find_plain(What::TradeNotAsOrdered { trade });
                }
            }
        }
        match self.settlements.get(&settlement) {
            None => self.find_plain(What::SettlementUnknown { settlement }),
            Some(it) => {
                let trade_day = it.trade_day;
                if trade_day != day || Some(it.kind) != self.kind_of(of, day) {
                    self.find(What::WrongSettlement { trade }, Figure::Day(day), Figure::Day(trade_day));
                }
            }
        }
    }

    /// A trade number has two sides on a day; each of ours is booked once, told however often.
    pub(crate) fn book(
        &mut self, trade: (TradeNo, OrderNo, Day), of: &Order, dealt: (Price, Qty), settlement: SettlementRow,
    ) {
        let ((trade, order, day), (price, qty)) = (trade, dealt);
        if !qty.is_positive() {
            return self.find_plain(What::TradeQuantity { trade });
        }
        let key = (day, trade, of.side);
        if self.codes.sides.contains_key(&key) {
            return self.find_plain(What::TradeTwice { trade, side: of.side });
        }
        let it = Booked { client: of.client, order, security: of.security, price, qty, settlement, nth: self.codes.booked_sides };
        self.codes.booked_sides = self.codes.booked_sides.saturating_add(1);
        self.codes.sides.insert(key, it);
        self.give_side(trade, it, of.side);
        self.close_shifts(of.client, of.security, of.side, qty);
        self.dealt_since((trade.venue(), day), (of.client, settlement), crate::exact::value(price, qty));
    }

    /// What an order was placed for.
    pub(crate) fn is_same_day(&self, order: OrderNo) -> bool {
        self.open_orders.get(&order).or_else(|| self.closed_orders.get(&order)).is_some_and(|order| order.same_day)
    }

    /// The settlement an order's trades of a day belong in: two cycles of one day never net. None for one that is to settle
    /// on the day in a share that is not dealt in so.
    fn kind_of(&self, of: &Order, day: Day) -> Option<SettlementKind> {
        let listed = || self.same_day.range(..=(of.security, day)).next_back().is_some_and(|((row, _), on)| *row == of.security && *on);
        match of.same_day {
            true => listed().then_some(SettlementKind::SameDay),
            false => Some(self.regular_kind(of.security, day)),
        }
    }

    fn regular_kind(&self, security: SecurityRow, day: Day) -> SettlementKind {
        let two = self.rules.count(RuleName::SettlementCycleMoved, day).is_ok();
        let moved = two && self.moved.get(&security).is_some_and(|from| *from <= day);
        match (moved, self.for_trade.contains(&(security, day))) {
            (false, false) => SettlementKind::Normal,
            (true, false) => SettlementKind::NormalMoved,
            (false, true) => SettlementKind::TradeToTrade,
            (true, true) => SettlementKind::TradeToTradeMoved,
        }
    }

    /// Whether a settlement is one of trades that never net.
    pub(crate) fn is_gross(&self, settlement: SettlementRow) -> bool {
        let kind = self.settlements.get(&settlement).map(|it| it.kind);
        matches!(kind, Some(SettlementKind::TradeToTrade | SettlementKind::TradeToTradeMoved))
    }

    /// Whether what a client bought in it and what he sold never net: in such a settlement, or under two codes.
    pub(crate) fn is_apart(&self, settlement: SettlementRow, client: ClientRow) -> bool {
        self.is_gross(settlement) || self.has_two_codes(settlement, client)
    }

    pub(crate) fn has_two_codes(&self, settlement: SettlementRow, client: ClientRow) -> bool {
        let day = self.settlements.get(&settlement).map(|it| it.trade_day);
        self.legs.get(&client).zip(day).is_some_and(|(from, day)| *from <= day)
    }

    /// The pay-in day of a trade day: so many settlement days of the corporation later as the cycle of that day says (guide I
    /// 7.7).
    pub(crate) fn pay_in_of(&self, home: Venue, kind: SettlementKind, trade_day: Day) -> Result<Day, NoRule> {
        let name = match kind {
            SettlementKind::NormalMoved | SettlementKind::TradeToTradeMoved => RuleName::SettlementCycleMoved,
            SettlementKind::Normal
            | SettlementKind::Auction
            | SettlementKind::TradeToTrade => RuleName::SettlementCycle,
            SettlementKind::SameDay => RuleName::SettlementCycleSameDay,
        };
        let (_, cycle) = self.rules.count(name, trade_day)?;
        let mut day = trade_day;
        for _ in 0..cycle {
            day = day.next();
            while !self.settles(home, day) {
                day = day.next();
            }
        }
        Ok(day)
    }
}
