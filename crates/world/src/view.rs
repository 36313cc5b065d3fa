//! What an exchange shows to those who watch: last prices, the day's figures, the best of its book.
//!
//! Looking changes nothing: where the firm showed no interest, the street's quotes are worked out as they would be placed.
//! A [`Watch`] is how far its owner has followed the day, so that he who comes often reads only what is new.

use crate::exchange::{Active, Exchange, Session, place, security_row};
use crate::floor::index_of;
use crate::message::SheetRow;
use crate::street::{self, Knot, Walk};
use crate::tape::{Figures, Tape};
use crate::world::World;
use matching::{Call, CallOrder};
use std::collections::BTreeMap;
use vocab::{Board, Day, Isin, Moment, Phase, Price, Qty, SecurityRow, Side, Symbol, Venue};

/// Prices of a side that are shown.
pub const SHOWN: usize = 5;

/// What stands at one price, as far as it is shown; all zero where nothing does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    pub price: Price,
    pub qty: Qty,
    pub orders: u32,
}

impl Standing {
    pub const NONE: Standing = Standing { price: Price::ZERO, qty: Qty::ZERO, orders: 0 };
}

/// One side of a book: its best prices, and all that is shown of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shown {
    pub best: [Standing; SHOWN],
    pub total: Qty,
}

impl Shown {
    pub const NONE: Shown = Shown { best: [Standing::NONE; SHOWN], total: Qty::ZERO };
}

/// Where a call auction stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Indicative {
    pub price: Price,
    pub qty: Qty,
}

/// What an exchange shows of a security.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quote {
    pub venue: Venue,
    pub symbol: Symbol,
    pub isin: Isin,
    pub board: Board,
    pub day: Day,
    /// When the exchange showed it.
    pub at: Moment,
    pub phase: Phase,
    /// The last trade; the close before, of nothing and at no time, while nothing traded.
    pub last: Price,
    pub last_qty: Qty,
    pub last_at: Option<Moment>,
    /// Zero while nothing traded, as high, low and average.
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub average: Price,
    pub volume: Qty,
    pub prev_close: Price,
    /// The day's, once it is found.
    pub close: Option<Price>,
    pub buys: Shown,
    pub sells: Shown,
    pub indicative: Option<Indicative>,
    pub band_low: Price,
    pub band_high: Price,
    pub tick: Price,
}

/// A trade as the exchange shows it: nobody's name on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Print {
    pub at: Moment,
    pub price: Price,
    pub qty: Qty,
}

/// How far a reader has followed an exchange's day.
pub struct Watch {
    venue: Venue,
    /// The day and what is told of all securities alike: when it changes everything is looked at again.
    of: Option<(Day, usize, Alike)>,
    seats: Vec<Seat>,
    /// The exchange's trades of the firm seen so far.
    trades: usize,
}

type Alike = ([Phase; Board::ALL.len()], usize, bool);

/// How far one security was followed.
struct Seat {
    walk: Walk,
    /// Knots of the walk that were read, and what the street traded at them.
    read: usize,
    street: Tape,
    /// The firm's trades, as long as the exchange's tape has them alone.
    shown: Option<Quote>,
    /// When something changes next by itself.
    due: Moment,
    fresh: Vec<Print>,
}

impl Watch {
    pub const fn new(venue: Venue) -> Watch {
        Watch { venue, of: None, seats: Vec::new(), trades: 0 }
    }

    pub const fn venue(&self) -> Venue {
        self.venue
    }
}

impl World {
    /// What an exchange shows of a security at a moment; none where it is not on the day's sheet. A moment before now counts
    /// as now.
    pub fn quote(&self, venue: Venue, symbol: Symbol, at: Moment) -> Option<Quote> {
        let exchange = self.exchange(venue)?;
        let row = exchange.find(symbol)?;
        let at = at.max(self.now());
        let mut seat = exchange.seat(row);
        exchange.read_on(row, &mut seat, at);
        exchange.shown(row, &seat, at)
    }

    /// Of everything on the day's sheet, in the order of its symbols.
    pub fn quotes(&self, venue: Venue, at: Moment) -> impl Iterator<Item = Quote> {
        let sheet = self.exchange(venue).and_then(|it| it.session.as_ref()).map_or(&[][..], |session| &session.sheet);
        sheet.iter().filter_map(move |row| self.quote(venue, row.symbol, at))
    }

    /// What is new to a reader: each security that shows something else than when he looked last, and what traded since. The
    /// first look at a day tells all its trades.
    pub fn watch(&self, watch: &mut Watch, at: Moment, each: &mut impl FnMut(&Quote, &[Print])) {
        if let Some(exchange) = self.exchange(watch.venue) {
            exchange.watched(watch, at.max(self.now()), each);
        }
    }
}

impl Exchange {
    fn watched(&self, watch: &mut Watch, at: Moment, each: &mut impl FnMut(&Quote, &[Print])) {
        let Some(session) = &self.session else { return };
        let alike = (session.phases, session.halts.len(), session.is_halted);
        let of = (session.day, session.sheet.len(), alike);
        if watch.of.is_none_or(|(day, rows, _)| (day, rows) != (of.0, of.1)) {
            watch.seats = (0..session.sheet.len()).map(|nth| self.seat(security_row(nth))).collect();
            watch.trades = 0;
        }
        let anew = watch.of != Some(of);
        watch.of = Some(of);
        self.deal_trades(watch);
        for (nth, (seat, sheet)) in watch.seats.iter_mut().zip(&session.sheet).enumerate() {
            let row = security_row(nth);
            let band = seat.shown.is_none_or(|it| (it.band_low, it.band_high) != (sheet.band_low, sheet.band_high));
            if at < seat.due && !anew && !band && !self.active.contains_key(&row) {
                continue;
            }
            self.read_on(row, seat, at);
            let Some(now) = self.shown(row, seat, at) else { continue };
            let changed = seat.shown.is_none_or(|before| Quote { at: before.at, ..now } != before);
            if changed || !seat.fresh.is_empty() {
                seat.shown = Some(now);
                seat.fresh.sort_by_key(|print| print.at);
                each(&now, &seat.fresh);
                seat.fresh.clear();
            }
        }
    }

    /// The firm's trades since the last look, each once though both sides be the firm's.
    fn deal_trades(&self, watch: &mut Watch) {
        for (nth, trade) in self.trades.iter().enumerate().skip(watch.trades) {
            let doubled = nth.checked_sub(1).and_then(|before| self.trades.get(before)).is_some_and(|it| it.trade == trade.trade);
            let row = self.find(trade.symbol).filter(|_| !doubled);
            if let Some(seat) = row.and_then(|row| watch.seats.get_mut(place(row))) {
                seat.fresh.push(Print { at: trade.traded_at, price: trade.price, qty: trade.qty });
            }
        }
        watch.trades = self.trades.len();
    }

    fn seat(&self, row: SecurityRow) -> Seat {
        let close = self.session.as_ref().map_or(Moment(0), |s| s.sheet.get(place(row)).map_or(Moment(0), |sheet| s.close_at(sheet.board)));
        let (walk, street) = (self.walk_of(row), Tape::new(close));
        Seat { walk, read: 0, street, shown: None, due: Moment(i64::MIN), fresh: Vec::new() }
    }

    /// Follow the street's trades up to a moment.
    fn read_on(&self, row: SecurityRow, seat: &mut Seat, at: Moment) {
        let Some((session, sheet)) = self.session.as_ref().and_then(|s| Some((s, s.sheet.get(place(row))?))) else { return };
        if self.street_activity == 0 {
            seat.due = Moment(i64::MAX);
            return;
        }
        let upto = seat.walk.passed(at);
        for n in seat.read..upto {
            let Some(Knot { at, price }) = seat.walk.knot(n).filter(|knot| !session.halted_at(knot.at)) else { continue };
            let qty = seat.walk.size(n, sheet.volume);
            seat.street.print(at, qty, price);
            if qty.is_positive() {
                seat.fresh.push(Print { at, price, qty });
            }
        }
        seat.read = upto;
        let next = seat.walk.knot(upto).map_or(Moment(i64::MAX), |knot| knot.at);
        let called = is_call(session.phase_of(row));
        seat.due = if called { next.min(minute(at).plus_seconds(60)) } else { next };
    }

    fn shown(&self, row: SecurityRow, seat: &Seat, at: Moment) -> Option<Quote> {
        let session = self.session.as_ref()?;
        let sheet = session.sheet.get(place(row))?;
        let active = self.active.get(&row);
        let figures = match active {
            // The street's trades are on the exchange's own tape once the day is over.
            Some(it) if it.printed => it.tape.figures(),
            Some(it) => it.tape.figures().with(seat.street.figures()),
            None => seat.street.figures(),
        };
        let phase = session.phase_of(row);
        let ([buys, sells], indicative) = match phase {
            Phase::Continuous => (self.book(row, sheet, active, seat, at), None),
            phase if is_call(phase) => self.called(row, sheet, active, at),
            _ => ([Shown::NONE; 2], None),
        };
        let traded = figures.volume.is_positive();
        let Figures { open, high, low, last_qty, volume, .. } = figures;
        Some(Quote {
            venue: self.venue,
            symbol: sheet.symbol,
            isin: sheet.isin,
            board: sheet.board,
            day: session.day,
            at,
            phase,
            last: if traded { figures.last } else { sheet.prev_close },
            last_qty,
            last_at: traded.then_some(figures.last_at),
            open,
            high,
            low,
            average: figures.average(),
            volume,
            prev_close: sheet.prev_close,
            close: self.close_of(session, sheet, active, seat),
            buys,
            sells,
            indicative,
            band_low: sheet.band_low,
            band_high: sheet.band_high,
            tick: sheet.tick,
        })
    }

    /// The day's close: found when continuous trading is over, and an auction with it.
    fn close_of(&self, session: &Session, sheet: &SheetRow, active: Option<&Active>, seat: &Seat) -> Option<Price> {
        match active {
            Some(it) => it.tape.close(),
            None => {
                let over = matches!(session.phase(sheet.board), Phase::Shut | Phase::PostClose) && seat.read > 0;
                (over && seat.read == seat.walk.len()).then(|| seat.street.row(sheet).close)
            }
        }
    }

    /// What stands in continuous trading: the firm's orders as far as they are shown, and the street's quotes.
    fn book(&self, row: SecurityRow, sheet: &SheetRow, active: Option<&Active>, seat: &Seat, at: Moment) -> [Shown; 2] {
        let knot = seat.walk.passed(at).saturating_sub(1);
        // Until the exchange has come to a knot at which the street meets the firm, the one before stands.
        let knot = active.and_then(|it| it.armed).map_or(knot, |armed| knot.min(armed.saturating_sub(1)));
        let quoted = active.is_some_and(|it| it.quoted && it.knot == Some(knot));
        let mut sides = [Side::Buy, Side::Sell].map(|side| {
            let resting = self.engine.resting(row, side).filter(|order| quoted || index_of(order.tag).is_some());
            Ladder::of(side, resting.map(|order| (order.price, order.shown)))
        });
        let quotes = seat.walk.knot(knot).filter(|_| !quoted).and_then(|it| {
            let day = self.session.as_ref()?.day;
            street::quotes(self.seed, sheet, day, knot, it.price, self.street_activity)
        });
        if let (Some(quotes), [buys, sells]) = (quotes, &mut sides) {
            quotes.bids.into_iter().flatten().for_each(|(price, qty)| buys.add(price, qty));
            quotes.asks.into_iter().flatten().for_each(|(price, qty)| sells.add(price, qty));
        }
        sides.map(|side| side.shown())
    }

    /// What gathers for an auction, and where it would trade with what the street has brought by this minute.
    fn called(&self, row: SecurityRow, sheet: &SheetRow, active: Option<&Active>, at: Moment) -> ([Shown; 2], Option<Indicative>) {
        let closing = self.session.as_ref().is_some_and(|s| at >= s.close_at(sheet.board));
        let walked = self.walk_of(row).standing(at).map(|knot| knot.price);
        let price = if closing { sheet.close } else { walked.unwrap_or(sheet.open) };
        let mut call: Call = active.map_or_else(Call::new, |it| it.call.clone());
        let street = self.streets(row, price, minute(at));
        street.into_iter().filter(|order| order.qty.is_positive()).for_each(|order| call.enter(order));
        let reference = active.and_then(|it| it.auction).unwrap_or(sheet.prev_close);
        let found = call.equilibrium(reference).map(|it| Indicative { price: it.price, qty: it.qty });
        let sides = [Side::Buy, Side::Sell].map(|side| {
            let of = |order: &CallOrder| Some((order.limit?, order.qty));
            Ladder::of(side, call.orders().iter().filter(|order| order.side == side).filter_map(of)).shown()
        });
        (sides, found)
    }
}

const fn is_call(phase: Phase) -> bool {
    matches!(phase, Phase::PreOpen | Phase::ClosingCall | Phase::ClosingLimit)
}

fn minute(at: Moment) -> Moment {
    Moment(at.0 - at.0.rem_euclid(60_000_000))
}

/// A side by price.
struct Ladder {
    side: Side,
    levels: BTreeMap<Price, (Qty, u32)>,
}

impl Ladder {
    fn of(side: Side, orders: impl Iterator<Item = (Price, Qty)>) -> Ladder {
        let mut it = Ladder { side, levels: BTreeMap::new() };
        orders.for_each(|(price, qty)| it.add(price, qty));
        it
    }

    fn add(&mut self, price: Price, qty: Qty) {
        let level = self.levels.entry(price).or_insert((Qty::ZERO, 0));
        level.0 += qty;
        level.1 += 1;
    }

    fn shown(&self) -> Shown {
        let mut shown = Shown { best: [Standing::NONE; SHOWN], total: self.levels.values().map(|(qty, _)| *qty).sum() };
        let mut fill = |levels: &mut dyn Iterator<Item = (&Price, &(Qty, u32))>| {
            for (place, (price, (qty, orders))) in shown.best.iter_mut().zip(levels) {
                *place = Standing { price: *price, qty: *qty, orders: *orders };
            }
        };
        match self.side {
            Side::Buy => fill(&mut self.levels.iter().rev()),
            Side::Sell => fill(&mut self.levels.iter()),
        }
        shown
    }
}
