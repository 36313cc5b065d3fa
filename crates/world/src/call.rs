//! Call auctions at the exchange: orders gather, then trade at one price; and trades at the day's close.

use crate::exchange::{Exchange, Turn, place, security_row};
use crate::floor::index_of;
use crate::message::{Link, SheetRow, ToFirm};
use crate::fine::Fine;
use crate::street::{self, Walk};
use crate::terms::Knots;
use matching::{CallOrder, Cross, Incoming};
use vocab::{Board, Moment, Phase, Price, Qty, SecurityRow, Side, Validity};

/// How long before the closing auction its reference price is averaged over.
const REFERENCE_SECONDS: i64 = 900;

impl Exchange {
    /// An order of the firm joins the auction of its security.
    pub fn gather(&mut self, index: usize) {
        let it = &mut self.orders[index];
        it.called = true;
        let limit = it.kind.is_limit().then_some(it.limit);
        let order = CallOrder { side: it.side, limit, qty: it.qty - it.filled, tag: crate::floor::tag_of(index) };
        self.active.get_mut(&it.security).expect("who trades is active").call.enter(order);
    }

    /// Trade what gathered at one price; what does not trade stays. The street brings its own to `street`.
    fn cross(&mut self, row: SecurityRow, reference: Price, street: &[CallOrder], turn: &mut Turn<'_>) -> Option<Price> {
        let mut call = std::mem::take(&mut self.active.get_mut(&row)?.call);
        for order in street.iter().filter(|order| order.qty.is_positive()) {
            call.enter(*order);
        }
        let mut crosses: Vec<Cross> = Vec::new();
        let found = call.cross(reference, &mut |cross| crosses.push(cross));
        while call.cancel(0).is_some() {}
        self.active.get_mut(&row)?.call = call;
        let price = found?.price;
        for Cross { buy, sell, qty } in crosses {
            if buy + sell > 0 {
                let trade = self.next_trade();
                for index in [buy, sell].into_iter().filter_map(index_of) {
                    self.report(index, trade, qty, price, turn);
                    let it = &mut self.orders[index];
                    it.called = it.filled < it.qty;
                }
            }
            self.print(row, turn.at, qty, price);
        }
        Some(price)
    }

    /// The street brings shares to both sides of an auction, at the price it is at.
    pub fn streets(&self, row: SecurityRow, price: Price, at: Moment) -> Vec<CallOrder> {
        let Some(sheet) = self.session.as_ref().and_then(|s| s.sheet.get(place(row))) else { return Vec::new() };
        let price = price.tick_down(sheet.tick).max(sheet.band_low.tick_up(sheet.tick)).min(sheet.band_high);
        let sizes = street::called(self.seed, sheet.symbol, at, self.street_activity);
        let both = [Side::Buy, Side::Sell].into_iter().zip(sizes);
        both.map(|(side, qty)| CallOrder { side, limit: Some(price), qty, tag: 0 }).collect()
    }

    /// The market opens, or opens again: what does not trade goes on to the book, an order at the market at the price
    /// that was found.
    pub fn match_opening(&mut self, board: Board, turn: &mut Turn<'_>) {
        for row in self.active_on(board) {
            let Some((sheet, opened)) = self.session.as_ref().and_then(|s| Some((s.sheet.get(place(row))?, s.open_at))) else {
                return;
            };
            let active = self.active.get(&row).expect("an active security");
            let passed = active.walk.standing(turn.at).filter(|_| turn.at >= opened);
            let (at_price, reference) = (passed.map_or(sheet.open, |knot| knot.price), sheet.prev_close);
            let reference = passed.map_or(reference, |knot| knot.price);
            let street = self.streets(row, at_price, turn.at);
            let found = self.cross(row, reference, &street, turn);
            self.go_on(row, found.unwrap_or(reference));
        }
    }

    fn go_on(&mut self, row: SecurityRow, price: Price) {
        let sheet = self.session.as_ref().and_then(|s| s.sheet.get(place(row))).expect("an active security is on the sheet");
        let (tick, low, high) = (sheet.tick, sheet.band_low.tick_up(sheet.tick), sheet.band_high.tick_down(sheet.tick));
        let call = std::mem::take(&mut self.active.get_mut(&row).expect("an active security").call);
        for order in call.orders() {
            let index = index_of(order.tag).expect("the street's are gone");
            let limit = order.limit.unwrap_or(price.tick_down(tick).max(low).min(high));
            let CallOrder { side, qty, tag, .. } = *order;
            let incoming = Incoming { security: row, side, limit: Some(limit), qty, shown: qty, rests: true, tag };
            let outcome = self.engine.submit(incoming, &mut |_| unreachable!("an auction leaves no two that trade"));
            let it = &mut self.orders[index];
            (it.called, it.slot, it.limit) = (false, outcome.expect("checked at the door").slot, limit);
        }
    }

    /// Continuous trading of a board ends: the reference price is found, and with it the auction's band. Limit orders
    /// that stand whole and within it are carried over; all others lapse.
    pub fn gather_closing(&mut self, board: Board, turn: &mut Turn<'_>) {
        let Some(session) = self.session.as_ref() else { return };
        let rows = session.sheet.iter().enumerate().filter(|(_, sheet)| sheet.board == board);
        let rows: Vec<SecurityRow> = rows.map(|(nth, _)| security_row(nth)).collect();
        for row in rows {
            self.refer(row, turn.at);
        }
        for row in self.active_on(board) {
            self.pull_outside(row, turn);
        }
        for index in self.standing_on(board) {
            let it = &self.orders[index];
            let whole = it.slot.is_some() && it.disclosed.is_zero();
            let (order, security) = (it.order, it.security);
            let left = self.take_out(index);
            if whole {
                self.gather(index);
            } else {
                turn.say(Link::Venue, &ToFirm::Lapsed { order, left, at: turn.at });
            }
            if let Some(active) = self.active.get_mut(&security) {
                active.armed = None;
            }
        }
        for row in self.active_on(board) {
            self.engine.clear_book(row);
            self.active.get_mut(&row).expect("an active security").quotes.clear();
        }
    }

    /// The reference price of a security's closing auction is the average of its last quarter of an hour.
    fn refer(&mut self, row: SecurityRow, at: Moment) {
        let Some(band) = self.phases.closing.as_ref().map(|it| it.band) else { return };
        let walk = self.walk_of(row);
        let Some(sheet) = self.session.as_mut().and_then(|s| s.sheet.get_mut(place(row))) else { return };
        let from = walk.passed(at.plus_seconds(-REFERENCE_SECONDS).plus_micros(-1));
        let last: Vec<Price> = (from..walk.len()).filter_map(|n| walk.knot(n)).map(|knot| knot.price).collect();
        let count = i64::try_from(last.len()).expect("few");
        let sum: i64 = last.iter().map(|price| price.0).sum();
        let average = sum.checked_div(count).map(Price);
        let reference = average.unwrap_or(sheet.prev_close).tick_down(sheet.tick).max(sheet.tick);
        let low = reference.moved(vocab::Rate(-band.0)).tick_up(sheet.tick).max(sheet.band_low.tick_up(sheet.tick));
        let high = reference.moved(band).tick_down(sheet.tick).min(sheet.band_high.tick_down(sheet.tick));
        (sheet.band_low, sheet.band_high) = (low.min(high), high);
        if let Some(active) = self.active.get_mut(&row) {
            active.auction = Some(reference.max(low).min(high));
        }
    }

    /// The bands of the closing auction are told before it takes orders.
    pub fn tell_closing_bands(&self, board: Board, turn: &mut Turn<'_>) {
        let Some(session) = &self.session else { return };
        for SheetRow { isin, band_low, band_high, .. } in session.sheet.iter().filter(|sheet| sheet.board == board) {
            turn.say(Link::Venue, &ToFirm::BandMoved { isin: *isin, low: *band_low, high: *band_high });
        }
    }

    /// The closing auction trades; its price is the close, the reference where nothing trades.
    pub fn match_closing(&mut self, board: Board, turn: &mut Turn<'_>) {
        for row in self.active_on(board) {
            let close = self.session.as_ref().and_then(|s| s.sheet.get(place(row))).map(|sheet| sheet.close);
            let reference = self.active.get(&row).and_then(|active| active.auction);
            let (Some(close), Some(reference)) = (close, reference.or(close)) else { return };
            let street = self.streets(row, close, turn.at);
            let found = self.cross(row, reference, &street, turn);
            self.active.get_mut(&row).expect("an active security").auction = found.or(Some(reference));
        }
    }

    /// An order after the close meets what the street has left at the one price.
    pub fn trade_at_close(&mut self, index: usize, turn: &mut Turn<'_>) {
        let (row, side) = (self.orders[index].security, self.orders[index].side);
        self.end_tape(row);
        self.gather(index);
        let Some(close) = self.active.get(&row).and_then(|active| active.tape.close()) else { return };
        let symbol = self.session.as_ref().and_then(|s| s.sheet.get(place(row))).expect("on the sheet").symbol;
        let [qty, _] = street::called(self.seed, symbol, turn.at, self.street_activity);
        let street = CallOrder { side: side.other(), limit: None, qty, tag: 0 };
        self.cross(row, close, &[street], turn);
    }

    /// The walk of a security today, whoever looks at it.
    pub fn walk_of(&self, row: SecurityRow) -> Walk {
        if let Some(active) = self.active.get(&row) {
            return active.walk.clone();
        }
        let Some(session) = &self.session else { return Walk::none() };
        let Some(sheet) = session.sheet.get(place(row)) else { return Walk::none() };
        let close = session.close_at(sheet.board);
        if sheet.board == Board::SameDay {
            // The regular market's walk, while the session lasts.
            let regular = self.regular_of(row).map_or_else(Walk::none, |row| self.walk_of(row));
            return regular.until(close);
        }
        let first = session.first_band(row);
        let moves = session.moves.get(&row).map_or(&[][..], Vec::as_slice);
        let walk = self.free_walk(row);
        if moves.is_empty() && !sheet.flexes {
            return walk;
        }
        walk.held(sheet, moves, first)
    }

    /// The same, by the range of the day alone.
    pub fn free_walk(&self, row: SecurityRow) -> Walk {
        let Some((session, sheet)) = self.session.as_ref().and_then(|s| Some((s, s.sheet.get(place(row))?))) else { return Walk::none() };
        let (open, close) = (session.open_at, session.close_at(sheet.board));
        if self.knots == Knots::USUAL {
            return Walk::of(street::walk(self.seed, sheet, session.day, session.flat, open, close), None);
        }
        // By the band the day began with: the closing auction's narrower one moves nothing that has been.
        let (band_low, band_high) = session.first_band(row);
        let sheet = &SheetRow { band_low, band_high, ..sheet.clone() };
        let marks = street::walk(self.seed, sheet, session.day, session.flat, open, close);
        let fine = Fine::of(self.seed, sheet, session.day, &marks, close, self.knots);
        Walk::of(marks, fine)
    }

    /// What the exchange takes in a phase: an auction whole orders that stand for the day, its last minutes limits
    /// alone, the time after the close no price at all.
    pub fn fits(phase: Phase, kind: vocab::OrderKind, validity: Validity, disclosed: Qty) -> bool {
        let whole = validity == Validity::Day && !kind.is_stop() && disclosed.is_zero();
        match phase {
            Phase::Continuous => true,
            Phase::PreOpen | Phase::ClosingCall => whole,
            Phase::ClosingLimit => whole && kind == vocab::OrderKind::Limit,
            Phase::PostClose => whole && kind == vocab::OrderKind::Market,
            Phase::Shut | Phase::Matching | Phase::Halted => false,
        }
    }
}
