//! The exchange's day: the phases of its boards by the clock, halts of the whole market, bands that move.

use crate::exchange::{Exchange, Session, Turn, place, security_row};
use crate::message::{Link, SheetRow, ToFirm};
use crate::queue::Due;
use crate::street::{self, Knot};
use crate::terms::{Flex, Hours};
use stdx::Lots;
use vocab::{Board, Moment, Phase, Price, Rate, SecurityRow};

const HALT: u64 = 0x4A_17;

/// A band from a moment on.
#[derive(Clone, Copy)]
pub(crate) struct Moved {
    pub at: Moment,
    pub low: Price,
    pub high: Price,
    /// In the same-day session, the regular market's price it lies around.
    pub last: Price,
}

impl Session {
    pub fn phase(&self, board: Board) -> Phase {
        self.phases[usize::from(board.number())]
    }

    /// Where the board of a security stands.
    pub fn phase_of(&self, row: SecurityRow) -> Phase {
        self.sheet.get(place(row)).map_or(Phase::Shut, |sheet| self.phase(sheet.board))
    }

    /// When continuous trading of a board ends.
    pub fn close_at(&self, board: Board) -> Moment {
        self.closes[usize::from(board.number())]
    }

    /// Whether anything could be taken.
    pub fn is_open(&self) -> bool {
        self.phases.iter().any(|phase| *phase != Phase::Shut)
    }

    /// Whether nothing traded at a moment because everything was halted.
    pub fn halted_at(&self, at: Moment) -> bool {
        self.halts.iter().any(|(from, to)| (*from..*to).contains(&at))
    }
}

impl Exchange {
    /// Enter the day's phases.
    pub fn enter_phases(&self, hours: &Hours, turn: &mut Turn<'_>) {
        let day = turn.at.day();
        let mut enter = |at, board, phase| turn.enter(at, Due::Phase { board, phase });
        if let Some(it) = &self.phases.opening {
            enter(day + it.from, None, Phase::PreOpen);
            enter(street::between(self.seed, day, it.random, it.matching), None, Phase::Matching);
        }
        enter(day + hours.session_open, None, Phase::Continuous);
        if let Some(it) = &self.phases.closing {
            let auction = Some(Board::Auction);
            enter(day + it.from, auction, Phase::Matching);
            enter(day + it.order, auction, Phase::ClosingCall);
            enter(day + it.limit, auction, Phase::ClosingLimit);
            enter(street::between(self.seed, day, it.random, it.matching), auction, Phase::Matching);
            enter(day + it.until, auction, Phase::Shut);
            enter(day + hours.session_close, Some(Board::Regular), Phase::Shut);
        } else {
            enter(day + hours.session_close, None, Phase::Shut);
        }
        if let Some(it) = &self.phases.same_day {
            enter(day + it.from, Some(Board::SameDay), Phase::Continuous);
            enter(day + it.until, Some(Board::SameDay), Phase::Shut);
        }
        if let Some(it) = &self.phases.post_close {
            enter(day + it.from, None, Phase::PostClose);
            enter(day + it.until, None, Phase::Shut);
        }
    }

    /// What the sheet says will happen today: halts, and bands that move.
    pub fn foresee(&mut self, turn: &mut Turn<'_>) {
        let Some(session) = self.session.as_ref() else { return };
        // The index is one: what it brings about comes to every exchange at one moment.
        let mut lots = Lots::of(self.market, &[HALT, u64::from(session.day.0.unsigned_abs())]);
        let mut at = session.open_at.plus_seconds(lots.between(60, 2_700));
        let mut levels: Vec<Rate> = self.phases.halts.iter().map(|row| row.moved).collect();
        levels.dedup();
        for moved in levels.into_iter().filter(|level| session.fell >= *level) {
            if at > turn.at {
                turn.enter(at, Due::Halt { moved });
            }
            at = at.plus_seconds(lots.between(7_500, 9_000));
        }
        self.foresee_flex(turn);
        self.foresee_same_day(turn);
    }

    /// Bands of shares with derivatives, which their walk comes to the edge of.
    fn foresee_flex(&mut self, turn: &mut Turn<'_>) {
        let now = turn.at;
        let (Some(session), Some(flex)) = (self.session.as_ref(), &self.phases.flex) else { return };
        let mut found = Vec::new();
        for (nth, row) in session.sheet.iter().enumerate() {
            if row.flexes && (row.high > row.band_high || row.low < row.band_low) {
                let moves = moves(row, self.free_walk(security_row(nth)).iter(), flex);
                for Moved { at, low, high, .. } in moves.iter().filter(|it| it.at > now) {
                    turn.enter(*at, Due::Flex { security: security_row(nth), low: *low, high: *high });
                }
                found.push((security_row(nth), moves));
            }
        }
        self.session.as_mut().expect("there is a session").moves.extend(found);
    }

    /// The bands of the same-day session follow the regular market's walk, which goes as far as its own bands move.
    fn foresee_same_day(&mut self, turn: &mut Turn<'_>) {
        let (Some(it), Some(session)) = (self.phases.same_day.clone(), &self.session) else { return };
        let rows = session.sheet.iter().enumerate().filter(|(_, row)| row.board == Board::SameDay);
        let rows: Vec<(usize, Price, Price)> = rows.map(|(nth, row)| (nth, row.prev_close, row.tick)).collect();
        let now = turn.at;
        for (nth, prev_close, tick) in rows {
            let mut last = prev_close;
            let mut moves = Vec::new();
            for knot in self.walk_of(security_row(nth)).iter() {
                let moved = (knot.price.0 - last.0).saturating_abs();
                if moved >= last.moved(it.step).0 - last.0 {
                    last = knot.price;
                    let (low, high) = around(last, it.band, tick);
                    moves.push(Moved { at: knot.at, low, high, last });
                }
            }
            for Moved { at, low, high, .. } in moves.iter().filter(|moved| moved.at > now) {
                turn.enter(*at, Due::Flex { security: security_row(nth), low: *low, high: *high });
            }
            let session = self.session.as_mut().expect("there is a session");
            session.moves.insert(security_row(nth), moves);
        }
    }

    /// The clock brings a phase. While everything is halted only the end of the day is stronger.
    pub fn reach(&mut self, board: Option<Board>, phase: Phase, turn: &mut Turn<'_>) {
        let Some(session) = self.session.as_ref() else { return };
        if (session.is_halted || session.is_over) && phase != Phase::Shut {
            return;
        }
        self.come_to(board, phase, turn);
    }

    /// The next step back from a halt.
    pub fn resume(&mut self, phase: Phase, turn: &mut Turn<'_>) {
        let Some(session) = self.session.as_mut().filter(|s| s.is_halted) else { return };
        if phase == Phase::Continuous {
            session.is_halted = false;
            if let Some(last) = session.halts.last_mut() {
                last.1 = turn.at;
            }
        }
        self.come_to(None, phase, turn);
        let until = self.session.as_ref().map(|session| session.close_at(Board::SameDay));
        if phase == Phase::Continuous && self.phases.same_day.is_some() && until.is_some_and(|until| turn.at < until) {
            self.come_to(Some(Board::SameDay), phase, turn);
        }
    }

    fn come_to(&mut self, board: Option<Board>, phase: Phase, turn: &mut Turn<'_>) {
        // Of the whole exchange it is the regular day: the same-day session is told by itself, and shut with the others.
        let alone = |it: Board| it == Board::SameDay && phase != Phase::Shut;
        let boards = || Board::ALL.iter().copied().filter(move |it| board.map_or(!alone(*it), |board| board == *it));
        let Some(session) = self.session.as_mut() else { return };
        let (day, before) = (session.day, session.phases);
        if phase != Phase::Shut {
            boards().for_each(|it| session.phases[usize::from(it.number())] = phase);
        }
        if phase == Phase::PostClose {
            self.publish_bhavcopy(turn);
        }
        if phase != Phase::Shut {
            turn.say(Link::Venue, &ToFirm::Phase { day, board, phase });
        }
        for it in boards() {
            match (before[usize::from(it.number())], phase) {
                (Phase::PreOpen, Phase::Matching) => self.match_opening(it, turn),
                (Phase::Continuous, Phase::Matching) => self.gather_closing(it, turn),
                (Phase::Matching, Phase::ClosingCall) => self.tell_closing_bands(it, turn),
                (Phase::ClosingCall | Phase::ClosingLimit, Phase::Matching) => self.match_closing(it, turn),
                (_, Phase::Continuous) => self.start_trading(it, turn),
                (_, Phase::Shut) => self.close_board(it, turn),
                _ => {}
            }
        }
        if phase == Phase::Shut {
            if let Some(session) = self.session.as_mut() {
                boards().for_each(|it| session.phases[usize::from(it.number())] = phase);
            }
            turn.say(Link::Venue, &ToFirm::Phase { day, board, phase });
        }
    }

    /// What stands lapses, and the close is found if it was not.
    fn close_board(&mut self, board: Board, turn: &mut Turn<'_>) {
        for index in self.standing_on(board) {
            let it = &mut self.orders[index];
            (it.slot, it.sleeps, it.called) = (None, None, false);
            let (order, left) = (it.order, it.qty - it.filled);
            turn.say(Link::Venue, &ToFirm::Lapsed { order, left, at: turn.at });
        }
        for row in self.active_on(board) {
            self.clear_row(row);
            self.end_tape(row);
        }
    }

    /// Orders of the firm that stand on a board, as they came.
    pub fn standing_on(&self, board: Board) -> Vec<usize> {
        let Some(session) = &self.session else { return Vec::new() };
        let of_board = |row| session.sheet.get(place(row)).is_some_and(|sheet| sheet.board == board);
        let all = self.orders.iter().enumerate().filter(|(_, o)| o.stands() && of_board(o.security));
        all.map(|(index, _)| index).collect()
    }

    pub fn active_on(&self, board: Board) -> Vec<SecurityRow> {
        let Some(session) = &self.session else { return Vec::new() };
        let of_board = |row: SecurityRow| session.sheet.get(place(row)).is_some_and(|sheet| sheet.board == board);
        self.active.keys().copied().filter(|row| of_board(*row)).collect()
    }

    /// Nothing stands in a security any longer, of nobody.
    fn clear_row(&mut self, row: SecurityRow) {
        self.engine.clear_book(row);
        self.stops.clear(row);
        if let Some(active) = self.active.get_mut(&row) {
            active.call = matching::Call::new();
            active.quotes.clear();
            active.armed = None;
        }
    }

    /// The street's own trades are printed, and the close is found.
    pub fn end_tape(&mut self, row: SecurityRow) {
        let (Some(session), Some(active)) = (&self.session, self.active.get_mut(&row)) else { return };
        let sheet = session.sheet.get(place(row)).expect("an active security is on the sheet");
        if active.tape.close().is_some() && active.printed {
            return;
        }
        let trades = active.walk.trades(0, sheet.volume, self.street_activity);
        active.tape.print_walk(trades.filter(|(knot, _)| !session.halted_at(knot.at)));
        active.printed = true;
        active.tape.close_at(active.auction, sheet);
    }

    fn start_trading(&mut self, board: Board, turn: &mut Turn<'_>) {
        for row in self.active_on(board) {
            self.come_up(row, turn.at);
            self.arm(row, turn);
        }
    }

    /// The index has moved so far: everything that stands is cancelled, and nothing goes in until the exchange says so.
    /// A level that halts nothing at this hour halts nothing.
    pub fn halt(&mut self, moved: Rate, turn: &mut Turn<'_>) {
        let Some(session) = self.session.as_mut().filter(|s| s.phase(Board::Regular) == Phase::Continuous) else { return };
        let time = turn.at.time();
        let Some(row) = self.phases.halts.iter().find(|row| row.moved == moved && time < row.before) else { return };
        let (day, end) = (session.day, session.close_at(Board::Regular));
        session.phases = [Phase::Halted; Board::ALL.len()];
        (session.is_halted, session.is_over) = (true, row.minutes.is_none());
        session.halts.push((turn.at, end));
        if let Some(minutes) = row.minutes {
            let opens = turn.at.plus_seconds(i64::from(minutes) * 60);
            let auction = i64::from(self.phases.halt_auction) * 60;
            if auction > 0 {
                turn.enter(opens, Due::Resume(Phase::PreOpen));
                turn.enter(opens.plus_seconds(auction / 2), Due::Resume(Phase::Matching));
            }
            turn.enter(opens.plus_seconds(auction), Due::Resume(Phase::Continuous));
        }
        turn.say(Link::Venue, &ToFirm::Halted { day, moved });
        for board in Board::ALL {
            for index in self.standing_on(*board) {
                self.pull(index, turn);
            }
            for row in self.active_on(*board) {
                self.clear_row(row);
            }
        }
    }

    /// The exchange takes an order out by itself.
    fn pull(&mut self, index: usize, turn: &mut Turn<'_>) {
        let left = self.take_out(index);
        let order = self.orders[index].order;
        turn.say(Link::Venue, &ToFirm::Cancelled { order, left, at: turn.at });
    }

    /// A band moves: what stands outside it is taken out.
    pub fn flex(&mut self, row: SecurityRow, low: Price, high: Price, turn: &mut Turn<'_>) {
        let Some(session) = self.session.as_mut() else { return };
        if session.phase_of(row) != Phase::Continuous {
            return;
        }
        let sheet = session.sheet.get_mut(place(row)).expect("a row of the sheet");
        (sheet.band_low, sheet.band_high) = (low, high);
        let (isin, board) = (sheet.isin, sheet.board);
        let now = |it: &&Moved| it.at == turn.at;
        let last = session.moves.get(&row).and_then(|moves| moves.iter().find(now)).map_or(Price::ZERO, |it| it.last);
        turn.say(Link::Venue, &match board {
            Board::SameDay => ToFirm::SameDayBand { isin, last, low, high },
            Board::Regular | Board::Auction => ToFirm::BandMoved { isin, low, high },
        });
        self.pull_outside(row, turn);
    }

    /// Orders whose price the band no longer has.
    pub fn pull_outside(&mut self, row: SecurityRow, turn: &mut Turn<'_>) {
        let Some(sheet) = self.session.as_ref().and_then(|s| s.sheet.get(place(row))) else { return };
        let (low, high) = (sheet.band_low, sheet.band_high);
        let within = |price: Price| low <= price && price <= high;
        let all = self.orders.iter().enumerate().filter(|(_, o)| o.security == row && o.stands());
        let outside = all.filter(|(_, o)| {
            (o.kind.is_limit() && !within(o.limit)) || (o.sleeps.is_some() && !within(o.trigger))
        });
        for index in outside.map(|(index, _)| index).collect::<Vec<usize>>() {
            self.pull(index, turn);
        }
    }
}

/// A band either side of a price, inwards to the tick.
fn around(price: Price, fraction: Rate, tick: Price) -> (Price, Price) {
    let low = price.moved(Rate(-fraction.0)).tick_up(tick).max(tick);
    (low, price.moved(fraction).tick_down(tick).max(low))
}

/// When and to where the band of a day moves as the walk comes within a hundredth of its edge.
fn moves(row: &SheetRow, knots: impl Iterator<Item = Knot>, flex: &Flex) -> Vec<Moved> {
    let (mut low, mut high, mut all) = (row.band_low, row.band_high, Vec::<Moved>::new());
    let near = Price(row.prev_close.0 / 1_000);
    for knot in knots {
        let wait = i64::from(flex.wait_minutes) * 60_000_000;
        let waited = all.last().is_none_or(|last| knot.at - last.at >= wait);
        let (up, down) = (knot.price >= high - near, knot.price <= low + near);
        if !waited || !(up || down) {
            continue;
        }
        let rate = match all.len() {
            0 | 1 => flex.first,
            2 | 3 => flex.second,
            _ => flex.third,
        };
        let step = row.prev_close.moved(rate) - row.prev_close;
        match (up, flex.slides) {
            (true, true) => (low, high) = (low + step, high + step),
            (true, false) => high += step,
            (false, true) => (low, high) = (low - step, high - step),
            (false, false) => low -= step,
        }
        (low, high) = (low.tick_up(row.tick).max(row.tick), high.tick_down(row.tick));
        all.push(Moved { at: knot.at, low, high, last: Price::ZERO });
    }
    all
}

/// The widest band of the day, for the book.
pub(crate) fn widest(row: &SheetRow, moves: &[Moved], first: (Price, Price)) -> (Price, Price) {
    let low = moves.iter().map(|it| it.low).chain([first.0, row.band_low]).min().expect("a band");
    let high = moves.iter().map(|it| it.high).chain([first.1, row.band_high]).max().expect("a band");
    (low.tick_up(row.tick), high.tick_down(row.tick))
}
