//! The risk system looked back at: every trade of a day against each limit as it stood when the trade came, and the day's
//! margin against what was there. What went beyond one is listed with the person and the paper that answer for it
//! (sebi 24 Annexure II 4.3.5).
//!
//! It counts trades anew from the journal's events and asks nothing of the risk department.

use super::Filter;
use super::gather::Gathered;
use crate::directory::Directory;
use crate::sheet::{Cell, Sheet};
use clearing::TradeFact;
use firm::{Answer, Event};
use journal::v1::Entry;
use orders::Placed;
use risk::{ClientLimits, Deviation, UserLimits, Waived, Which};
use std::collections::BTreeMap;
use vocab::{ClientRow, Code, Day, EntryNo, OrderNo, Paise, Product, Qty, Rounding, SecurityRow, Side, TradeNo, UserRow};

const COLUMNS: &[&str] = &[
    "Day", "Client code", "User", "Order", "Limit", "Reached", "Allowed", "Standing", "By", "Reason", "Paper", "Entry",
];

/// What went beyond a limit.
#[derive(Clone, Copy)]
struct Found {
    day: Day,
    client: ClientRow,
    user: Option<UserRow>,
    reached: i64,
    limit: i64,
    entry: EntryNo,
}

/// What was said to it.
#[derive(Clone, Copy)]
struct Said {
    by: UserRow,
    reason: u16,
    paper: Option<Code<16>>,
}

#[derive(Clone, Copy)]
struct Sum {
    qty: Qty,
    value: Paise,
}

const NOTHING: Sum = Sum { qty: Qty::ZERO, value: Paise::ZERO };

/// What the trades of a day came to.
#[derive(Default)]
struct Counted {
    orders: BTreeMap<OrderNo, Placed>,
    trades: BTreeMap<(TradeNo, Side), TradeFact>,
    by_order: BTreeMap<OrderNo, Sum>,
    by_symbol: BTreeMap<(UserRow, SecurityRow), Qty>,
    bought: BTreeMap<ClientRow, Paise>,
    dealt: BTreeMap<ClientRow, Paise>,
    intraday: BTreeMap<(ClientRow, SecurityRow), Qty>,
}

#[derive(Default)]
pub struct BackTest {
    users: BTreeMap<UserRow, UserLimits>,
    clients: BTreeMap<ClientRow, ClientLimits>,
    today: Counted,
    waits: BTreeMap<u32, Waived>,
    released: BTreeMap<OrderNo, (Waived, Said)>,
    found: BTreeMap<Deviation, Found>,
    documented: BTreeMap<Deviation, (Day, Said)>,
}

fn signed(side: Side, qty: Qty) -> Qty {
    if side == Side::Buy { qty } else { -qty }
}

impl BackTest {
    pub fn take(&mut self, entry: &Entry) {
        for event in &entry.events {
            match event {
                Event::Risk(event) => self.risk(event, entry.head.at.day()),
                Event::Order(orders::Event::Placed(placed)) => {
                    self.today.orders.insert(placed.order, *placed);
                }
                Event::Clearing(event) => self.traded(event, entry.head.entry),
                Event::ReferralReason { referral, waived, .. } => {
                    self.waits.insert(*referral, *waived);
                }
                Event::ReferralEnded { referral, answer: Answer::Release, by: Some(by), reason, order } => {
                    let waived = self.waits.remove(referral).unwrap_or(Waived::NONE);
                    self.released.insert(*order, (waived, Said { by: *by, reason: *reason, paper: None }));
                }
                Event::Margin(margin::Event::Collected { day, client, upfront, short, .. }) if short.is_positive() => {
                    let (reached, limit) = (upfront.0, (*upfront - *short).0);
                    let found = Found { day: *day, client: *client, user: None, reached, limit, entry: entry.head.entry };
                    self.found.insert(Deviation::Margin { client: *client, day: *day }, found);
                }
                _ => {}
            }
        }
    }

    fn risk(&mut self, event: &risk::Event, day: Day) {
        use risk::Event as E;
        match *event {
            E::UserLimited { user, limits } => {
                self.users.insert(user, limits);
            }
            E::ClientLimited { client, limits } => {
                self.clients.insert(client, limits);
            }
            E::Documented { deviation, reason, paper, by } => {
                self.documented.insert(deviation, (day, Said { by, reason, paper: Some(paper) }));
            }
            E::DayCleared { .. } => self.today = Counted::default(),
            _ => {}
        }
    }

    fn traded(&mut self, event: &clearing::Event, entry: EntryNo) {
        match *event {
            clearing::Event::Traded(fact) => {
                let closes = self.closes(&fact);
                self.count(&fact, 1);
                self.today.trades.insert((fact.trade, fact.side), fact);
                self.judge(&fact, closes, entry);
            }
            clearing::Event::CodeModified { trade, side, to, .. } => {
                let Some(mut fact) = self.today.trades.get(&(trade, side)).copied() else { return };
                self.count(&fact, -1);
                fact.client = to;
                self.count(&fact, 1);
                self.today.trades.insert((trade, side), fact);
                self.judge(&fact, false, entry);
            }
            clearing::Event::Corrected { trade, side, qty, price, .. } => {
                let Some(mut fact) = self.today.trades.get(&(trade, side)).copied() else { return };
                self.count(&fact, -1);
                (fact.qty, fact.price) = (qty, price);
                let closes = self.closes(&fact);
                self.count(&fact, 1);
                self.today.trades.insert((trade, side), fact);
                self.judge(&fact, closes, entry);
            }
            clearing::Event::Annulled { trade, side, .. } => {
                if let Some(fact) = self.today.trades.remove(&(trade, side)) {
                    self.count(&fact, -1);
                }
            }
            _ => {}
        }
    }

    fn placed(&self, fact: &TradeFact) -> Option<&Placed> {
        self.today.orders.get(&fact.order)
    }

    /// What only closes within the day passes its client's limits.
    fn closes(&self, fact: &TradeFact) -> bool {
        let open = self.today.intraday.get(&(fact.client, fact.security)).copied().unwrap_or(Qty::ZERO);
        let against = open.is_negative() == (fact.side == Side::Buy) && !open.is_zero();
        let is_intraday = self.placed(fact).is_some_and(|placed| placed.product == Product::Intraday);
        is_intraday && against && fact.qty <= open.abs()
    }

    /// A trade counts, or no longer.
    fn count(&mut self, fact: &TradeFact, times: i64) {
        let placed = self.placed(fact).copied();
        let value = fact.price.value(fact.qty, Rounding::NearestPaisa);
        let (qty, value) = if times > 0 { (fact.qty, value) } else { (-fact.qty, -value) };
        let today = &mut self.today;
        let of_order = today.by_order.entry(fact.order).or_insert(NOTHING);
        of_order.qty += qty;
        of_order.value += value;
        *today.dealt.entry(fact.client).or_insert(Paise::ZERO) += value;
        if fact.side == Side::Buy {
            *today.bought.entry(fact.client).or_insert(Paise::ZERO) += value;
        }
        let Some(placed) = placed else { return };
        *today.by_symbol.entry((placed.user, fact.security)).or_insert(Qty::ZERO) += qty;
        if placed.product == Product::Intraday {
            *today.intraday.entry((fact.client, fact.security)).or_insert(Qty::ZERO) += signed(fact.side, qty);
        }
    }

    fn judge(&mut self, fact: &TradeFact, closes: bool, entry: EntryNo) {
        let today = &self.today;
        let user = self.placed(fact).map(|placed| placed.user);
        let of_order = today.by_order.get(&fact.order).copied().unwrap_or(NOTHING);
        let mut tests = Vec::new();
        if let Some(user) = user {
            let limits = self.users.get(&user).copied().unwrap_or(UserLimits::NONE);
            let symbol = today.by_symbol.get(&(user, fact.security)).copied().unwrap_or(Qty::ZERO);
            tests.push((Which::UserOrderQty, of_order.qty.0, limits.order_qty.0));
            tests.push((Which::UserOrderValue, of_order.value.0, limits.order_value.0));
            tests.push((Which::UserSymbolQty, symbol.0, limits.symbol_qty.0));
        }
        if !closes {
            let limits = self.clients.get(&fact.client).copied().unwrap_or(ClientLimits::NONE);
            let of = |sums: &BTreeMap<ClientRow, Paise>| sums.get(&fact.client).map_or(0, |sum| sum.0);
            tests.push((Which::ClientOrderValue, of_order.value.0, limits.order_value.0));
            tests.push((Which::ClientExposure, of(&today.bought), limits.exposure.0));
            tests.push((Which::ClientTurnover, of(&today.dealt), limits.turnover.0));
        }
        let (day, client) = (fact.at.day(), fact.client);
        for (which, reached, limit) in tests.into_iter().filter(|(_, reached, limit)| reached > limit) {
            let found = Found { day, client, user, reached, limit, entry };
            self.found.insert(Deviation::Limit { order: fact.order, which }, found);
        }
    }

    /// Who answers for a deviation: a paper before the release that let it in.
    fn answer(&self, deviation: Deviation) -> Option<Said> {
        if let Some((_, said)) = self.documented.get(&deviation) {
            return Some(*said);
        }
        match deviation {
            Deviation::Limit { order, which } => {
                self.released.get(&order).filter(|(waived, _)| waived.has(which)).map(|(_, said)| *said)
            }
            Deviation::Margin { .. } => None,
        }
    }
}

fn figure(deviation: Deviation, figure: i64) -> Cell {
    match deviation {
        Deviation::Limit { which, .. } if which.is_shares() => Cell::Qty(Qty(figure)),
        Deviation::Limit { .. } | Deviation::Margin { .. } => Cell::Money(Paise(figure)),
    }
}

fn line(test: &BackTest, names: &Directory, deviation: Deviation, found: &Found) -> Vec<Cell> {
    let (order, limit) = match deviation {
        Deviation::Limit { order, which } => (Cell::Number(order.0), which.as_str()),
        Deviation::Margin { .. } => (Cell::Blank, "margin up front"),
    };
    let said = test.answer(deviation);
    let standing = match said {
        None => "open",
        Some(Said { paper: None, .. }) => "released",
        Some(Said { paper: Some(_), .. }) => "documented",
    };
    vec![
        Cell::Day(found.day),
        Cell::text(names.ucc(found.client)),
        found.user.map_or(Cell::Blank, |user| Cell::text(names.user(user))),
        order,
        Cell::text(limit),
        figure(deviation, found.reached),
        figure(deviation, found.limit),
        Cell::text(standing),
        said.map_or(Cell::Blank, |said| Cell::text(names.user(said.by))),
        said.map_or(Cell::Blank, |said| Cell::Number(u64::from(said.reason))),
        said.and_then(|said| said.paper).map_or(Cell::Blank, |paper| Cell::text(paper.to_string())),
        Cell::Number(found.entry.0),
    ]
}

/// Each deviation of the days asked for, oldest first; below, what is still open and which papers answer none.
pub fn sheet(gathered: &Gathered, filter: &Filter) -> Sheet {
    let (test, names) = (&gathered.backtest, &gathered.directory);
    let mut sheet = Sheet::new("Trades beyond a limit", COLUMNS);
    let mut all: Vec<_> =
        test.found.iter().filter(|(_, found)| filter.takes(found.day) && filter.is_of(found.client)).collect();
    all.sort_by_key(|(_, found)| (found.day, found.entry));
    let open = all.iter().filter(|(deviation, _)| test.answer(**deviation).is_none()).count();
    for (deviation, found) in &all {
        sheet.push(line(test, names, **deviation, found));
    }
    sheet.foot.push(format!("deviations: {}, without an answer: {open}", all.len()));
    for (deviation, (day, said)) in test.documented.iter().filter(|(deviation, _)| !test.found.contains_key(deviation)) {
        let what = crate::say::deviation(*deviation, names);
        let by = names.user(said.by);
        sheet.foot.push(format!("{by} answered on {day} for what did not happen: {what}"));
    }
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;
    use firm::{AsOf, Code as No, Head, Input, Refusal, Source};
    use vocab::{Channel, Moment, OrderKind, Price, SettlementRow, TimeOfDay, Validity, Venue};

    const ASHA: ClientRow = ClientRow(0);
    const RAVI: ClientRow = ClientRow(1);
    const DEALER: UserRow = UserRow(5);
    const RISK1: UserRow = UserRow(3);

    fn at() -> Moment {
        Day::parse("2026-07-01").unwrap() + TimeOfDay::hms(10, 0, 0)
    }

    struct Record(BackTest, u64);

    impl Record {
        fn new() -> Record {
            let mut it = Record(BackTest::default(), 0);
            let limits = UserLimits {
                order_qty: Qty(100),
                order_value: Paise::rupees(50_000),
                symbol_qty: Qty(150),
                open_value: Paise::rupees(90_000),
            };
            it.enter(vec![Event::Risk(risk::Event::UserLimited { user: DEALER, limits })]);
            for client in [ASHA, RAVI] {
                it.limit(client, 40_000, 60_000, 90_000);
            }
            it
        }

        fn enter(&mut self, events: Vec<Event>) {
            self.1 += 1;
            let head = Head { entry: EntryNo(self.1), source: Source::Itself, sequence: 0, at: AsOf { now: at() }.now };
            self.0.take(&Entry { head, wall: 0, logic: 1, input: Input::Step, events, tail: Vec::new() });
        }

        fn limit(&mut self, client: ClientRow, order: i64, exposure: i64, turnover: i64) {
            let limits = ClientLimits {
                order_value: Paise::rupees(order),
                exposure: Paise::rupees(exposure),
                turnover: Paise::rupees(turnover),
            };
            self.enter(vec![Event::Risk(risk::Event::ClientLimited { client, limits })]);
        }

        fn order(&mut self, no: u64, client: ClientRow, side: Side, product: Product) {
            self.enter(vec![Event::Order(orders::Event::Placed(Placed {
                order: OrderNo(no), key: 0, price: Price::ZERO, qty: Qty(100), client, security: SecurityRow(0), user: DEALER,
                venue: Venue::Nse, side, kind: OrderKind::Limit, validity: Validity::Day, channel: Channel::Terminal, product,
            }))]);
        }

        fn trade(&mut self, no: u64, order: u64, client: ClientRow, side: Side, qty: i64) {
            let (trade, order) = (TradeNo::of(Venue::Nse, no), OrderNo(order));
            let (price, settlement, security) = (Price::from_paise(80_000), SettlementRow(0), SecurityRow(0));
            let fact = TradeFact { trade, order, qty: Qty(qty), price, at: at(), settlement, client, security, side };
            self.enter(vec![Event::Clearing(clearing::Event::Traded(fact))]);
        }

        /// Order, limit, reached, allowed and who answers, of each deviation.
        fn found(&self) -> Vec<(u64, Which, i64, i64, Option<u16>)> {
            let of = |(deviation, found): (&Deviation, &Found)| match *deviation {
                Deviation::Limit { order, which } => {
                    let said = self.0.answer(*deviation).map(|said| said.reason);
                    (order.0, which, found.reached, found.limit, said)
                }
                Deviation::Margin { .. } => (0, Which::ClientExposure, found.reached, found.limit, None),
            };
            self.0.found.iter().map(of).collect()
        }
    }

    // covers: S-24T2-4.3.5-1
    #[test]
    fn a_trade_is_judged_by_each_limit_as_it_stood_when_it_came() {
        let mut it = Record::new();
        it.order(1, ASHA, Side::Buy, Product::Delivery);
        it.trade(1, 1, ASHA, Side::Buy, 50);
        assert_eq!(it.found(), [], "40,000 of one order is what is allowed");
        it.limit(ASHA, 40_000, 45_000, 90_000);
        assert_eq!(it.found(), [], "a limit cut later says nothing of the trades before it");
        it.order(2, ASHA, Side::Buy, Product::Delivery);
        it.trade(2, 2, ASHA, Side::Buy, 10);
        it.limit(ASHA, 40_000, 60_000, 90_000);
        it.order(3, ASHA, Side::Sell, Product::Delivery);
        it.trade(3, 3, ASHA, Side::Sell, 50);
        it.trade(4, 3, ASHA, Side::Sell, 51);
        assert_eq!(it.found(), [
            (2, Which::ClientExposure, 4_800_000, 4_500_000, None),
            (3, Which::UserOrderQty, 101, 100, None),
            (3, Which::UserOrderValue, 8_080_000, 5_000_000, None),
            (3, Which::UserSymbolQty, 161, 150, None),
            (3, Which::ClientOrderValue, 8_080_000, 4_000_000, None),
            (3, Which::ClientTurnover, 12_880_000, 9_000_000, None),
        ]);
        // Another day is counted from nothing.
        it.enter(vec![Event::Risk(risk::Event::DayCleared { next: OrderNo(4) })]);
        it.order(4, ASHA, Side::Buy, Product::Delivery);
        it.trade(5, 4, ASHA, Side::Buy, 50);
        assert_eq!(it.found().len(), 6);
    }

    #[test]
    fn a_trade_counts_for_whom_it_is_and_not_once_it_was_taken_back() {
        let mut it = Record::new();
        for (no, client) in [(1, ASHA), (2, RAVI), (3, RAVI)] {
            it.order(no, client, Side::Buy, Product::Delivery);
        }
        it.trade(1, 1, ASHA, Side::Buy, 40);
        it.trade(2, 2, RAVI, Side::Buy, 40);
        let trade = TradeNo::of(Venue::Nse, 2);
        let (settlement, side) = (SettlementRow(0), Side::Buy);
        it.enter(vec![Event::Clearing(clearing::Event::CodeModified { settlement, trade, side, to: ASHA })]);
        assert_eq!(it.found(), [(2, Which::ClientExposure, 6_400_000, 6_000_000, None)]);
        it.trade(3, 3, RAVI, Side::Buy, 50);
        assert_eq!(it.found().len(), 1, "what left RAVI is not his: {:?}", it.found());
        it.enter(vec![Event::Clearing(clearing::Event::Annulled { settlement, trade, side })]);
        it.order(4, ASHA, Side::Buy, Product::Delivery);
        it.trade(4, 4, ASHA, Side::Buy, 20);
        assert_eq!(it.found().len(), 1, "what was taken back counts for nobody: {:?}", it.found());
    }

    #[test]
    fn a_corrected_trade_counts_with_what_it_was_corrected_to() {
        let mut it = Record::new();
        it.order(1, ASHA, Side::Buy, Product::Delivery);
        it.trade(1, 1, ASHA, Side::Buy, 50);
        let corrected = |qty| {
            let (settlement, trade, side) = (SettlementRow(0), TradeNo::of(Venue::Nse, 1), Side::Buy);
            vec![Event::Clearing(clearing::Event::Corrected { settlement, trade, side, qty: Qty(qty), price: Price::from_paise(80_000) })]
        };
        assert_eq!(it.found(), []);
        it.enter(corrected(90));
        assert_eq!(it.found(), [
            (1, Which::UserOrderValue, 7_200_000, 5_000_000, None),
            (1, Which::ClientOrderValue, 7_200_000, 4_000_000, None),
            (1, Which::ClientExposure, 7_200_000, 6_000_000, None),
        ]);
        it.enter(corrected(10));
        it.order(2, ASHA, Side::Buy, Product::Delivery);
        it.trade(2, 2, ASHA, Side::Buy, 45);
        assert_eq!(it.found().len(), 3, "55 shares are within: {:?}", it.found());
    }

    #[test]
    fn what_only_closes_within_the_day_is_no_deviation_of_its_client() {
        let mut it = Record::new();
        it.order(1, ASHA, Side::Sell, Product::Intraday);
        it.trade(1, 1, ASHA, Side::Sell, 50);
        it.limit(ASHA, 1, 1, 1);
        it.order(2, ASHA, Side::Buy, Product::Intraday);
        it.trade(2, 2, ASHA, Side::Buy, 50);
        assert_eq!(it.found(), []);
        it.trade(3, 2, ASHA, Side::Buy, 1);
        assert_eq!(it.found().len(), 3, "one share opens again");
    }

    // covers: S-24T2-4.3.5-2
    #[test]
    fn a_release_or_a_paper_answers_for_a_deviation_and_for_no_other() {
        let mut it = Record::new();
        let waived = Waived::NONE.with(Which::ClientOrderValue);
        let refusal = Refusal::plain(No::Queued);
        it.enter(vec![Event::ReferralReason { referral: 7, refusal, waived }]);
        it.order(1, ASHA, Side::Buy, Product::Delivery);
        let (by, order) = (Some(RISK1), OrderNo(1));
        it.enter(vec![Event::ReferralEnded { referral: 7, answer: Answer::Release, by, reason: 12, order }]);
        it.trade(1, 1, ASHA, Side::Buy, 80);
        let said = |it: &Record| it.found().iter().map(|found| (found.1, found.4)).collect::<Vec<_>>();
        let (value, exposure) = (Which::ClientOrderValue, Which::ClientExposure);
        assert_eq!(said(&it), [(Which::UserOrderValue, None), (value, Some(12)), (exposure, None)]);
        let deviation = Deviation::Limit { order, which: exposure };
        let paper = Code::parse("BT/2026/1").unwrap();
        it.enter(vec![Event::Risk(risk::Event::Documented { deviation, reason: 4, paper, by: RISK1 })]);
        assert_eq!(said(&it), [(Which::UserOrderValue, None), (value, Some(12)), (exposure, Some(4))]);
    }
}
