//! Client codes put right after the trade: who has each side now, what the month's share comes to, and what the
//! exchange will ask for it (sebi 38.3). Worked out from the trades; no tally of the firm is read.

use crate::audit::Audit;
use crate::charge::Dealt;
use crate::chart::account;
use crate::dealing::Sold;
use crate::{Figure, What, exact};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use rulebook::{NoRule, RuleName};
use vocab::{ClientRow, Day, OrderNo, Paise, Price, Qty, Rate, SecurityRow, SettlementRow, Side, TradeNo, Venue};

/// One side of a trade, with who has it now.
#[derive(Clone, Copy)]
pub(crate) struct Booked {
    pub client: ClientRow,
    pub order: OrderNo,
    pub security: SecurityRow,
    pub price: Price,
    pub qty: Qty,
    pub settlement: SettlementRow,
    /// Its place among all that were booked.
    pub nth: u64,
}

/// A change of code that the exchange made.
struct Change {
    month: Month,
    value: Paise,
    waived: bool,
    shift: Option<Shift>,
}

/// It went to the error account: what is bought back or sold there since.
struct Shift {
    client: ClientRow,
    security: SecurityRow,
    side: Side,
    qty: Qty,
    closed: Qty,
}

#[derive(Default)]
pub(crate) struct Codes {
    pub sides: BTreeMap<(Day, TradeNo, Side), Booked>,
    pub booked_sides: u64,
    changes: BTreeMap<u32, Change>,
    turnover: BTreeMap<Month, Paise>,
    booked: BTreeMap<Month, Paise>,
    /// Settlements whose turnover is counted.
    agreed: BTreeSet<SettlementRow>,
}

/// A month of an exchange: each takes its own penalties.
type Month = (Venue, i32, u32);

fn month_of(venue: Venue, day: Day) -> Month {
    let (year, month, _) = day.civil();
    (venue, year, month)
}

/// The last day of a month.
fn end_of((_, year, month): Month) -> Option<Day> {
    let next = if month == 12 { (year.checked_add(1)?, 1) } else { (year, month.checked_add(1)?) };
    Day::from_civil(next.0, next.1, 1).ok().map(|first| first.plus(-1))
}

impl Change {
    /// What of it counts as modified: of a shift, what is still in the error account.
    fn counts(&self) -> Paise {
        match &self.shift {
            None => self.value,
            Some(shift) if shift.closed >= shift.qty => Paise::ZERO,
            Some(shift) => self.value - exact::share_down(self.value, shift.closed, shift.qty),
        }
    }
}

impl Audit {
    /// The exchange has the side under another code.
    pub(crate) fn code_modified(&mut self, no: u32, key: (Day, TradeNo, Side), to: ClientRow, to_error: bool) {
        let (day, trade, side) = key;
        let Some(it) = self.codes.sides.get(&key).copied() else {
            return self.find_plain(What::CodeOfNoTrade { trade });
        };
        if self.is_own(it.client) || (self.is_own(to) && !to_error) {
            self.find_plain(What::OwnForClient { trade });
        }
        self.take_side(trade, it, side);
        let moved = Booked { client: to, ..it };
        self.codes.sides.insert(key, moved);
        self.give_side(trade, moved, side);
        let shift = to_error.then_some(Shift { client: to, security: it.security, side, qty: it.qty, closed: Qty::ZERO });
        // An institution's trades are in neither figure (sebi 38.1).
        let value = if self.is_institution(it.client) { Paise::ZERO } else { exact::value(it.price, it.qty) };
        let month = month_of(trade.venue(), day);
        self.codes.changes.insert(no, Change { month, value, waived: false, shift });
    }

    fn is_institution(&self, client: ClientRow) -> bool {
        self.clients.get(&client).is_some_and(|c| c.institution)
    }

    /// The side is nobody's any more; what was counted of it as turnover is counted no longer.
    pub(crate) fn annulled(&mut self, key: (Day, TradeNo, Side)) {
        let (day, trade, side) = key;
        let Some(it) = self.codes.sides.remove(&key) else {
            return self.find_plain(What::CodeOfNoTrade { trade });
        };
        self.take_side(trade, it, side);
        self.dealt_since((trade.venue(), day), (it.client, it.settlement), -exact::value(it.price, it.qty));
    }

    pub(crate) fn give_side(&mut self, trade: TradeNo, it: Booked, side: Side) {
        let value = exact::value(it.price, it.qty);
        let sold = Sold { trade, order: it.order, security: it.security, side, price: it.price, qty: it.qty, nth: it.nth };
        // A trade of another code joins in the order of time: brokerage squares trades in it.
        let all = self.trades.entry((it.settlement, it.client)).or_default();
        all.insert(all.partition_point(|other| other.nth < it.nth), sold);
        let gross = self.is_apart(it.settlement, it.client);
        self.dealt.entry((it.settlement, it.client, it.security)).or_insert(Dealt { gross, ..Dealt::NOTHING }).add(side, it.qty, value);
    }

    /// The side is no longer this client's.
    pub(crate) fn take_side(&mut self, trade: TradeNo, it: Booked, side: Side) {
        let value = exact::value(it.price, it.qty);
        if let Some(all) = self.trades.get_mut(&(it.settlement, it.client)) {
            if let Some(at) = all.iter().position(|s| (s.trade, s.side) == (trade, side)) {
                all.remove(at);
            }
            if all.is_empty() {
                self.trades.remove(&(it.settlement, it.client));
            }
        }
        let gross = self.is_apart(it.settlement, it.client);
        let dealt = self.dealt.entry((it.settlement, it.client, it.security)).or_insert(Dealt { gross, ..Dealt::NOTHING });
        dealt.add(side, -it.qty, -value);
    }

    /// A trade of the error account closes its oldest open shift of the security first.
    pub(crate) fn close_shifts(&mut self, client: ClientRow, security: SecurityRow, side: Side, qty: Qty) {
        let mut left = qty;
        for change in self.codes.changes.values_mut() {
            let Some(shift) = change.shift.as_mut() else { continue };
            if (shift.client, shift.security, shift.side) == (client, security, side.other()) {
                let part = left.min(shift.qty - shift.closed);
                shift.closed += part;
                left -= part;
            }
        }
    }

    pub(crate) fn penalty_waived(&mut self, no: u32) {
        match self.codes.changes.get_mut(&no) {
            Some(change) => change.waived = true,
            None => self.find_plain(What::WaivedUnknown { modification: no }),
        }
    }

    /// The day's trades stand as the exchange has them: they are the month's turnover.
    pub(crate) fn file_agreed(&mut self, settlement: SettlementRow) {
        let Some(day) = self.settlements.get(&settlement).map(|s| s.trade_day) else {
            return self.find_plain(What::SettlementUnknown { settlement });
        };
        for venue in Venue::ALL {
            let of_day = self.codes.sides.iter().filter(|((_, trade, _), b)| {
                trade.venue() == *venue && b.settlement == settlement && !self.is_institution(b.client)
            });
            let value: Paise = of_day.map(|(_, b)| exact::value(b.price, b.qty)).sum();
            *self.codes.turnover.entry(month_of(*venue, day)).or_insert(Paise::ZERO) += value;
        }
        self.codes.agreed.insert(settlement);
    }

    /// What is dealt, or dealt dearer, in a settlement whose turnover is counted is turnover too.
    pub(crate) fn dealt_since(&mut self, (venue, day): (Venue, Day), (client, settlement): (ClientRow, SettlementRow), more: Paise) {
        if self.codes.agreed.contains(&settlement) && !self.is_institution(client) {
            *self.codes.turnover.entry(month_of(venue, day)).or_insert(Paise::ZERO) += more;
        }
    }

    /// The exchange has the side with other figures.
    pub(crate) fn corrected(&mut self, key: (Day, TradeNo, Side), (qty, price): (Qty, Price)) {
        let (day, trade, side) = key;
        let Some(was) = self.codes.sides.get(&key).copied() else {
            return self.find_plain(What::CodeOfNoTrade { trade });
        };
        let now = Booked { qty, price, ..was };
        self.codes.sides.insert(key, now);
        // In its place: brokerage squares trades in the order they came.
        let of_client = self.trades.get_mut(&(was.settlement, was.client)).into_iter().flatten();
        for it in of_client.filter(|s| (s.trade, s.side) == (trade, side)) {
            (it.qty, it.price) = (qty, price);
        }
        let more = exact::value(price, qty) - exact::value(was.price, was.qty);
        let gross = self.is_apart(was.settlement, was.client);
        let dealt = self.dealt.entry((was.settlement, was.client, was.security)).or_insert(Dealt { gross, ..Dealt::NOTHING });
        dealt.add(side, qty - was.qty, more);
        self.dealt_since((trade.venue(), day), (was.client, was.settlement), more);
    }

    /// What each month costs by this evening.
    pub(crate) fn evening(&mut self, today: Day) {
        let months: Vec<Month> = self.codes.turnover.keys().copied().collect();
        for month in months {
            let day = end_of(month).map_or(today, |end| end.min(today));
            match self.penalty(month, day) {
                Ok(penalty) => {
                    let before = self.codes.booked.insert(month, penalty).unwrap_or(Paise::ZERO);
                    let (venue, ..) = month;
                    self.ledger.in_set(venue, |ledger| {
                        ledger.debit(account::PENALTIES, 0, penalty - before);
                        ledger.credit(account::PENALTIES_DUE, 0, penalty - before);
                    });
                }
                // A month without a change needs no rule.
                Err(_) if self.codes.changes.values().all(|c| c.month != month) => {}
                Err(rule) => self.find_plain(What::RuleMissing { rule }),
            }
        }
    }

    fn penalty(&self, month: Month, day: Day) -> Result<Paise, NoRule> {
        let rate = |name| self.rules.rate(name, day).map(|(_, rate)| rate);
        let (low, high) = (rate(RuleName::CodeModificationPenalty)?, rate(RuleName::CodeModificationPenaltyHigher)?);
        let slab = rate(RuleName::CodeModificationSlab)?;
        let of_month = || self.codes.changes.values().filter(|c| c.month == month);
        let a: Paise = of_month().map(Change::counts).sum();
        let waived: Paise = of_month().filter(|c| c.waived).map(|c| c.value).sum();
        let b = self.codes.turnover.get(&month).copied().unwrap_or(Paise::ZERO);
        let beyond = exact::unrounded(Rate::WHOLE, a) > exact::unrounded(slab, b);
        Ok(exact::fraction(if beyond { high } else { low }, (a - waived).at_least_zero()))
    }

    /// The management bears a loss of the error account: no more than it has lost.
    pub(crate) fn loss_borne(&mut self, client: ClientRow, amount: Paise) {
        let lost = (-self.ledger.client(client)).at_least_zero();
        if amount > lost {
            let who = self.who(client);
            self.find(What::BorneBeyondLoss { who }, Figure::Money(lost), Figure::Money(amount));
        }
        self.ledger.debit(account::ERROR_LOSS, 0, amount);
        self.ledger.credit(account::CLIENT, client.0, amount);
    }
}
