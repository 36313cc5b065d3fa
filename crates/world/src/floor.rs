//! Orders on the exchange: taken or refused, matched, changed, cancelled; and the street that meets them.

use crate::exchange::{Active, Exchange, Session, Turn, VenueOrder, day_base, place};
use crate::message::{Link, SettlementRef, SheetRow, ToFirm, TradeRow};
use crate::phases::widest;
use crate::queue::Due;
use crate::street;
use crate::tape::Tape;
use matching::{Call, Fill, Incoming, Slot, Stop};
use stdx::Lots;
use vocab::{
    Day, Moment, OrderKind, OrderNo, Paise, Phase, Price, Qty, Rounding, SecurityRow, Side, Symbol, TradeNo, Ucc, Validity,
    VenueOrderNo,
};

/// Codes with which the exchange refuses orders and changes, in the order in which it checks.
pub mod refusal {
    /// No session is open.
    pub const SESSION_CLOSED: u16 = 1;
    /// The client code is not in the exchange's list, nor the member's own on an own order.
    pub const UNKNOWN_CODE: u16 = 2;
    /// The symbol is not on the day's sheet.
    pub const UNKNOWN_SYMBOL: u16 = 3;
    /// Not positive, or above [`super::MOST_QTY`].
    pub const BAD_QTY: u16 = 4;
    pub const OFF_TICK: u16 = 5;
    pub const OUTSIDE_BAND: u16 = 6;
    /// The trigger of a stop is no price of the day, or leaves its limit no room.
    pub const BAD_TRIGGER: u16 = 7;
    /// Too little is shown, or more than there is, or of an order that does not stand.
    pub const BAD_DISCLOSED: u16 = 8;
    /// The phase takes no such order, or none at the market is taken back in it.
    pub const PHASE_BARS: u16 = 9;
    /// A change or cancel names no order that stands.
    pub const NOT_STANDING: u16 = 20;
    /// A change leaves nothing to trade: the new total is not above what has traded.
    pub const ALREADY_TRADED: u16 = 21;
}

/// The most shares of one order.
pub const MOST_QTY: Qty = Qty(100_000_000);

const DOUBLE: u64 = 0xD0_0B;
const GAP: u64 = 0x6A9;

/// A new order as it came in.
pub(crate) struct NewOrder {
    pub order: OrderNo,
    pub ucc: Ucc,
    pub own: bool,
    pub symbol: Symbol,
    pub side: Side,
    pub kind: OrderKind,
    pub validity: Validity,
    pub price: Price,
    pub trigger: Price,
    pub qty: Qty,
    pub disclosed: Qty,
    pub terminal: u64,
}

/// What an order shall be instead.
#[derive(Clone, Copy)]
pub(crate) struct Change {
    pub price: Price,
    pub qty: Qty,
    pub trigger: Price,
}

fn check_price(sheet: &SheetRow, price: Price) -> Result<(), u16> {
    if !price.is_on_tick(sheet.tick) {
        return Err(refusal::OFF_TICK);
    }
    if price < sheet.band_low || price > sheet.band_high {
        return Err(refusal::OUTSIDE_BAND);
    }
    Ok(())
}

fn check_trigger(sheet: &SheetRow, side: Side, kind: OrderKind, trigger: Price, limit: Price) -> Result<(), u16> {
    let beyond = kind.is_limit()
        && match side {
            Side::Buy => limit < trigger,
            Side::Sell => limit > trigger,
        };
    if beyond || check_price(sheet, trigger).is_err() {
        return Err(refusal::BAD_TRIGGER);
    }
    Ok(())
}

fn check_phase(
    session: &Session, row: SecurityRow, kind: OrderKind, validity: Validity, disclosed: Qty,
) -> Result<(), u16> {
    match session.phase_of(row) {
        Phase::Shut | Phase::Matching | Phase::Halted => Err(refusal::SESSION_CLOSED),
        phase if Exchange::fits(phase, kind, validity, disclosed) => Ok(()),
        _ => Err(refusal::PHASE_BARS),
    }
}

fn check_qty(qty: Qty) -> Result<(), u16> {
    if qty.is_positive() && qty <= MOST_QTY { Ok(()) } else { Err(refusal::BAD_QTY) }
}

/// The engine's name for an order of the firm; the street's have none.
pub(crate) fn tag_of(index: usize) -> u64 {
    u64::try_from(index).expect("an index") + 1
}

pub(crate) fn index_of(tag: u64) -> Option<usize> {
    tag.checked_sub(1).map(|index| usize::try_from(index).expect("an index"))
}

impl Exchange {
    fn open_session_or_code(&self) -> Result<&Session, u16> {
        self.session.as_ref().filter(|s| s.is_open()).ok_or(refusal::SESSION_CLOSED)
    }

    fn check(&self, new: &NewOrder) -> Result<SecurityRow, u16> {
        let session = self.open_session_or_code()?;
        let own = new.own && new.ucc == self.member;
        if !own && !self.register.codes.contains(&new.ucc) {
            return Err(refusal::UNKNOWN_CODE);
        }
        let row = self.find(new.symbol).ok_or(refusal::UNKNOWN_SYMBOL)?;
        let sheet = session.sheet.get(place(row)).ok_or(refusal::UNKNOWN_SYMBOL)?;
        check_phase(session, row, new.kind, new.validity, new.disclosed)?;
        check_qty(new.qty)?;
        if new.kind.is_limit() {
            check_price(sheet, new.price)?;
        }
        if new.kind.is_stop() {
            check_trigger(sheet, new.side, new.kind, new.trigger, new.price)?;
        }
        if !new.disclosed.is_zero() {
            self.check_disclosed(new)?;
        }
        Ok(row)
    }

    fn check_disclosed(&self, new: &NewOrder) -> Result<(), u16> {
        let least = self.disclosed_least.of(Paise(new.qty.0), Rounding::UpPaisa).0;
        let stands = new.kind.is_limit() && new.validity == Validity::Day;
        if stands && (least..=new.qty.0).contains(&new.disclosed.0) { Ok(()) } else { Err(refusal::BAD_DISCLOSED) }
    }

    pub fn take_order(&mut self, new: &NewOrder, turn: &mut Turn<'_>) {
        self.known.insert(new.order, turn.at.day());
        let checked = self.check(new).and_then(|row| self.activate(row).map(|()| row));
        let security = match checked {
            Ok(row) => row,
            Err(code) => return turn.say(Link::Venue, &ToFirm::Refused { order: new.order, code }),
        };
        let phase = self.session.as_ref().map_or(Phase::Shut, |s| s.phase_of(security));
        let limit = new.kind.is_limit().then_some(new.price);
        if phase == Phase::Continuous {
            self.bring_up(security, new.side, limit, turn);
        }
        let index = self.orders.len();
        let nth = u64::try_from(index).expect("an index") + 1;
        let venue_order = VenueOrderNo(day_base(turn.at.day()) + nth);
        self.orders.push(VenueOrder {
            order: new.order,
            venue_order,
            ucc: new.ucc,
            security,
            side: new.side,
            kind: new.kind,
            validity: new.validity,
            limit: new.price,
            trigger: new.trigger,
            qty: new.qty,
            disclosed: new.disclosed,
            filled: Qty::ZERO,
            at: turn.at,
            terminal: new.terminal,
            slot: None,
            sleeps: None,
            called: false,
        });
        self.latest.insert(new.order, index);
        turn.say(Link::Venue, &ToFirm::Acked { order: new.order, venue_order, at: turn.at });
        match phase {
            Phase::Continuous if new.kind.is_stop() => self.sleep(index),
            Phase::Continuous => self.match_order(index, turn),
            Phase::PostClose => return self.trade_at_close(index, turn),
            _ => return self.gather(index),
        }
        self.wake(security, turn);
        self.arm(security, turn);
    }

    /// A stop waits for its price.
    fn sleep(&mut self, index: usize) {
        let it = &mut self.orders[index];
        let stop = Stop { security: it.security, side: it.side, trigger: it.trigger, tag: tag_of(index) };
        it.sleeps = Some(self.stops.enter(stop));
    }

    /// Stops that the last price reaches become orders, one by one, since each may move the price.
    fn wake(&mut self, security: SecurityRow, turn: &mut Turn<'_>) {
        loop {
            let Some(last) = self.active.get(&security).and_then(|active| active.last) else { return };
            let Some(tag) = self.stops.reached(security, last) else { return };
            let index = index_of(tag).expect("stops are the firm's");
            let it = &mut self.orders[index];
            it.sleeps = None;
            let (side, limit) = (it.side, it.kind.is_limit().then_some(it.limit));
            turn.say(Link::Venue, &ToFirm::Triggered { order: it.order, at: turn.at });
            self.bring_up(security, side, limit, turn);
            self.match_order(index, turn);
        }
    }

    /// The order that stands under a number, the last one if the number was used twice.
    fn standing(&self, order: OrderNo) -> Result<(usize, VenueOrder), u16> {
        let latest = self.latest.get(&order).ok_or(refusal::NOT_STANDING)?;
        let mut below = self.orders.iter().enumerate().take(latest + 1).rev();
        let found = below.find(|(_, o)| o.order == order && o.stands());
        let (index, it) = found.ok_or(refusal::NOT_STANDING)?;
        Ok((index, it.clone()))
    }

    fn check_change(&self, order: OrderNo, change: &Change) -> Result<(usize, VenueOrder), u16> {
        let Change { price, qty, trigger } = *change;
        let session = self.open_session_or_code()?;
        let (index, it) = self.standing(order)?;
        if qty <= it.filled {
            return Err(refusal::ALREADY_TRADED);
        }
        check_qty(qty)?;
        let sheet = session.sheet.get(place(it.security)).ok_or(refusal::UNKNOWN_SYMBOL)?;
        check_phase(session, it.security, it.kind, it.validity, it.disclosed)?;
        if it.kind.is_limit() {
            check_price(sheet, price)?;
        }
        if it.sleeps.is_some() {
            check_trigger(sheet, it.side, it.kind, trigger, price)?;
        }
        Ok((index, it))
    }

    /// Change an order. A smaller quantity at the same price keeps its place in the queue; anything else is
    /// taken out and comes in anew.
    pub fn modify(&mut self, order: OrderNo, change: &Change, turn: &mut Turn<'_>) {
        let (index, it) = match self.check_change(order, change) {
            Ok(found) => found,
            Err(code) => return turn.say(Link::Venue, &ToFirm::ModifyRefused { order, code }),
        };
        let Change { price, qty, .. } = *change;
        if it.called {
            return self.change_called(index, change, turn);
        }
        self.bring_up(it.security, it.side, Some(price), turn);
        // The market that came up may have taken it.
        let it = match self.check_change(order, change) {
            Ok((_, it)) => it,
            Err(code) => return turn.say(Link::Venue, &ToFirm::ModifyRefused { order, code }),
        };
        let trigger = if it.sleeps.is_some() { change.trigger } else { it.trigger };
        turn.say(Link::Venue, &ToFirm::Modified { order, price, qty, trigger, at: turn.at });
        let changed = &mut self.orders[index];
        (changed.limit, changed.qty, changed.trigger) = (price, qty, trigger);
        let Some(slot) = it.slot else {
            self.stops.cancel(it.sleeps.expect("what stands and is in no book sleeps"));
            self.sleep(index);
            self.wake(it.security, turn);
            return self.arm(it.security, turn);
        };
        if price == it.limit && qty <= it.qty {
            if qty < it.qty {
                self.engine.reduce(slot, it.qty - qty).expect("more stands than is taken off");
            }
            return;
        }
        self.engine.cancel(slot).expect("a standing order is in its book");
        self.orders[index].slot = None;
        self.match_order(index, turn);
        self.wake(it.security, turn);
        self.arm(it.security, turn);
    }

    /// Change an order that waits in an auction: a smaller one at the same price keeps its place.
    fn change_called(&mut self, index: usize, change: &Change, turn: &mut Turn<'_>) {
        let Change { price, qty, .. } = *change;
        let it = &mut self.orders[index];
        let (order, trigger, keeps) = (it.order, it.trigger, price == it.limit && qty < it.qty);
        let (security, by) = (it.security, it.qty - qty);
        turn.say(Link::Venue, &ToFirm::Modified { order, price, qty, trigger, at: turn.at });
        (it.limit, it.qty) = (price, qty);
        let call = &mut self.active.get_mut(&security).expect("who trades is active").call;
        if keeps {
            call.reduce(tag_of(index), by);
        } else {
            call.cancel(tag_of(index)).expect("an order of the auction");
            self.gather(index);
        }
    }

    pub fn cancel(&mut self, order: OrderNo, turn: &mut Turn<'_>) {
        let found = self.standing(order).and_then(|(index, it)| {
            let phase = self.session.as_ref().map_or(Phase::Shut, |s| s.phase_of(it.security));
            let kept = phase == Phase::ClosingLimit && it.kind == OrderKind::Market;
            if kept { Err(refusal::PHASE_BARS) } else { Ok((index, it)) }
        });
        match found {
            Err(code) => turn.say(Link::Venue, &ToFirm::CancelRefused { order, code }),
            Ok((index, it)) => {
                let left = self.take_out(index);
                turn.say(Link::Venue, &ToFirm::Cancelled { order, left, at: turn.at });
                self.arm(it.security, turn);
            }
        }
    }

    /// Take an order out of wherever it stands; what was left of it.
    pub fn take_out(&mut self, index: usize) -> Qty {
        let it = &self.orders[index];
        let (left, security) = (it.qty - it.filled, it.security);
        match (it.slot, it.sleeps) {
            (Some(slot), _) => {
                let stood = self.engine.cancel(slot).expect("a standing order is in its book");
                assert!(left == stood, "the book and the exchange agree on what is left");
            }
            (None, Some(sleeps)) => {
                self.stops.cancel(sleeps);
            }
            (None, None) => {
                let call = &mut self.active.get_mut(&security).expect("who trades is active").call;
                call.cancel(tag_of(index)).expect("what stands and is in no book waits in an auction");
            }
        }
        let it = &mut self.orders[index];
        (it.slot, it.sleeps, it.called) = (None, None, false);
        left
    }

    pub fn answer(&self, order: OrderNo, nth: u8, turn: &mut Turn<'_>) {
        turn.say(Link::Venue, &ToFirm::OrderKnown { order, nth, known: self.known.contains_key(&order) });
    }

    /// What is left of the order meets the book; what then is left stands, or is cancelled.
    fn match_order(&mut self, index: usize, turn: &mut Turn<'_>) {
        let it = &self.orders[index];
        let (order, security, side, qty) = (it.order, it.security, it.side, it.qty - it.filled);
        let (limit, rests) = (it.kind.is_limit().then_some(it.limit), it.validity == Validity::Day);
        let shown = if it.disclosed.is_zero() { qty } else { it.disclosed };
        let mut fills = std::mem::take(&mut self.fills);
        let incoming = Incoming { security, side, limit, qty, shown, rests, tag: tag_of(index) };
        let outcome = self.engine.submit(incoming, &mut |fill| fills.push(fill)).expect("checked at the door");
        for fill in fills.drain(..) {
            let trade = self.next_trade();
            self.report(index, trade, fill.qty, fill.price, turn);
            self.fill_standing(trade, &fill, turn);
            self.print(security, turn.at, fill.qty, fill.price);
        }
        self.fills = fills;
        self.orders[index].slot = outcome.slot;
        if outcome.slot.is_none() && outcome.left.is_positive() {
            turn.say(Link::Venue, &ToFirm::Cancelled { order, left: outcome.left, at: turn.at });
        }
    }

    /// The firm's side of a fill, when it was the firm's order that stood.
    fn fill_standing(&mut self, trade: TradeNo, fill: &Fill, turn: &mut Turn<'_>) {
        let Some(index) = index_of(fill.resting_tag) else { return };
        self.report(index, trade, fill.qty, fill.price, turn);
        if fill.resting_left.is_zero() {
            self.orders[index].slot = None;
        }
    }

    pub fn report(&mut self, index: usize, trade: TradeNo, qty: Qty, price: Price, turn: &mut Turn<'_>) {
        let session = self.session.as_ref().expect("trades happen in a session");
        let it = &mut self.orders[index];
        it.filled += qty;
        let sheet = session.sheet.get(place(it.security)).expect("traded securities are on the sheet");
        let (order, venue_order, side) = (it.order, it.venue_order, it.side);
        let at = turn.at;
        let traded = ToFirm::Traded { order, venue_order, trade, qty, price, at };
        turn.say(Link::Venue, &traded);
        let odds = self.double_report_one_in;
        if odds > 0 && Lots::of(self.seed, &[DOUBLE, trade.0, u64::from(side.number())]).one_in(odds) {
            turn.say(Link::Venue, &traded);
        }
        self.trades.push(TradeRow {
            trade,
            order,
            venue_order,
            symbol: sheet.symbol,
            isin: sheet.isin,
            ucc: it.ucc,
            side,
            qty,
            price,
            order_at: it.at,
            traded_at: at,
            terminal: it.terminal,
            settlement: SettlementRef { kind: sheet.kind(), ..session.settlement },
        });
    }

    /// Trade numbers of the exchange: others trade too, so ours have gaps.
    pub fn next_trade(&mut self) -> TradeNo {
        let gap = Lots::of(self.seed, &[GAP, self.last_trade]).below(40);
        self.last_trade += 1 + gap;
        TradeNo::of(self.venue, self.last_trade)
    }

    pub fn print(&mut self, security: SecurityRow, at: Moment, qty: Qty, price: Price) {
        let active = self.active.get_mut(&security).expect("who trades is active");
        active.tape.print(at, qty, price);
        active.last = Some(price);
    }

    /// The firm's first order of the day in a security: its book opens and the day's walk is drawn.
    fn activate(&mut self, row: SecurityRow) -> Result<(), u16> {
        if self.active.contains_key(&row) {
            return Ok(());
        }
        let session = self.session.as_ref().ok_or(refusal::SESSION_CLOSED)?;
        let sheet = session.sheet.get(place(row)).ok_or(refusal::UNKNOWN_SYMBOL)?;
        let moves = session.moves.get(&row).map_or(&[][..], Vec::as_slice);
        let (low, high) = widest(sheet, moves, session.first_band(row));
        // The sheet was checked at the door; what is left is a band of more prices than a book holds.
        self.engine.open_book(row, low, high, sheet.tick).map_err(|_| refusal::UNKNOWN_SYMBOL)?;
        let tape = Tape::new(session.close_at(sheet.board));
        let active = Active {
            walk: self.walk_of(row),
            knot: None,
            quoted: false,
            quotes: Vec::new(),
            armed: None,
            last: None,
            tape,
            printed: false,
            call: Call::new(),
            auction: None,
        };
        self.active.insert(row, active);
        Ok(())
    }

    /// Come to the knot of this moment: quotes of an older one are gone. Knots passed over could not have met an
    /// order of the firm: for those the queue holds an event.
    pub fn come_up(&mut self, row: SecurityRow, at: Moment) {
        let Some(active) = self.active.get_mut(&row) else { return };
        let now = active.walk.passed(at).saturating_sub(1);
        if active.knot != Some(now) {
            active.knot = Some(now);
            active.quoted = false;
            if self.street_activity > 0 {
                active.last = active.walk.knot(now).map(|knot| knot.price);
            }
            for slot in active.quotes.drain(..) {
                self.engine.cancel(slot);
            }
        }
    }

    /// Bring the street's quotes up for an order that may meet them, or stand behind them at one price; one that
    /// stands further out finds the same book without.
    fn bring_up(&mut self, row: SecurityRow, side: Side, limit: Option<Price>, turn: &mut Turn<'_>) {
        self.come_up(row, turn.at);
        let Some((sheet, price)) = self.walk_at(row) else { return };
        let reach = street::reach(sheet, price);
        let meets = limit.is_none_or(|limit| match side {
            Side::Buy => limit >= price - reach,
            Side::Sell => limit <= price + reach,
        });
        if meets {
            self.quote(row, false, turn);
        }
    }

    /// The sheet's row of an active security and where the walk stands.
    fn walk_at(&self, row: SecurityRow) -> Option<(&SheetRow, Price)> {
        let (session, active) = (self.session.as_ref()?, self.active.get(&row)?);
        Some((session.sheet.get(place(row))?, active.walk.knot(active.knot?)?.price))
    }

    /// Place the quotes of the knot, after taking what stands at the walk's price if the street came to take.
    fn quote(&mut self, row: SecurityRow, takes: bool, turn: &mut Turn<'_>) {
        let (Some(session), Some(active)) = (&self.session, self.active.get_mut(&row)) else { return };
        let Some(knot) = active.knot.filter(|_| !active.quoted || takes) else { return };
        let quoted = std::mem::replace(&mut active.quoted, true);
        let sheet = session.sheet.get(place(row)).expect("an active security is on the sheet");
        let price = active.walk.knot(knot).expect("a walk has a knot").price;
        let Some(q) = street::quotes(self.seed, sheet, session.day, knot, price, self.street_activity) else { return };
        if takes {
            for (side, qty) in [(Side::Sell, q.sell_into), (Side::Buy, q.buy_into)] {
                self.street_order(row, side, price, qty, false, turn);
            }
        }
        if quoted {
            return;
        }
        let bids = q.bids.into_iter().flatten().map(|bid| (Side::Buy, bid));
        let asks = q.asks.into_iter().flatten().map(|ask| (Side::Sell, ask));
        for (side, (limit, qty)) in bids.chain(asks) {
            let slot = self.street_order(row, side, limit, qty, true, turn);
            let active = self.active.get_mut(&row).expect("it was active above");
            active.quotes.extend(slot);
        }
    }

    fn street_order(
        &mut self,
        security: SecurityRow,
        side: Side,
        limit: Price,
        qty: Qty,
        rests: bool,
        turn: &mut Turn<'_>,
    ) -> Option<Slot> {
        let mut fills = std::mem::take(&mut self.fills);
        let incoming = Incoming { security, side, limit: Some(limit), qty, shown: qty, rests, tag: 0 };
        let outcome = self.engine.submit(incoming, &mut |fill| fills.push(fill)).expect("quotes fit the book");
        for fill in fills.drain(..) {
            assert!(fill.resting_tag > 0, "the street's quotes never cross");
            let trade = self.next_trade();
            self.fill_standing(trade, &fill, turn);
            self.print(security, turn.at, fill.qty, fill.price);
        }
        self.fills = fills;
        outcome.slot
    }

    /// Enter the next moment at which the walk reaches an order of the firm.
    pub fn arm(&mut self, row: SecurityRow, turn: &mut Turn<'_>) {
        let (Some(session), Some(active)) = (&self.session, self.active.get_mut(&row)) else { return };
        if self.street_activity == 0 || session.phase_of(row) != Phase::Continuous {
            return;
        }
        let best = |side| self.engine.resting(row, side).find(|o| o.tag > 0).map(|o| o.price);
        let (bid, ask) = (best(Side::Buy), best(Side::Sell));
        let [above, below] = [Side::Buy, Side::Sell].map(|side| self.stops.nearest(row, side));
        let from = active.knot.map_or(0, |n| n + 1);
        let at_most = |price: Price, bound: Option<Price>| bound.is_some_and(|b| price <= b);
        let at_least = |price: Price, bound: Option<Price>| bound.is_some_and(|b| price >= b);
        let reached = |low, high| {
            at_most(low, bid) || at_least(high, ask) || at_least(high, above) || at_most(low, below)
        };
        let next = active.walk.find(from, reached);
        if next.map(|(n, _)| n) == active.armed {
            return;
        }
        active.armed = next.map(|(n, _)| n);
        if let Some((n, knot)) = next {
            let knot_no = u32::try_from(n).expect("an index");
            turn.enter(knot.at, Due::Street { security: row, day: session.day, knot: knot_no });
        }
    }

    /// The walk reached a knot that was entered; one that was entered for orders now gone is passed over.
    pub fn street_due(&mut self, row: SecurityRow, day: Day, knot: u32, turn: &mut Turn<'_>) {
        let today = self.session.as_ref().is_some_and(|s| s.phase_of(row) == Phase::Continuous && s.day == day);
        let Some(active) = self.active.get_mut(&row).filter(|_| today) else { return };
        if active.armed.and_then(|n| u32::try_from(n).ok()) != Some(knot) {
            return;
        }
        active.armed = None;
        self.come_up(row, turn.at);
        self.quote(row, true, turn);
        self.wake(row, turn);
        self.arm(row, turn);
    }
}
