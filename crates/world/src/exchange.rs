//! The exchange: its session, its list of codes, its files of the day. Orders are in [`crate::floor`].

use crate::canon::{count, dump_fields, list};
use crate::message::{CloseRow, DaySheet, Link, SettlementRef, SheetRow, ToFirm, TradeRow};
use crate::post::Post;
use crate::queue::{Due, Queue};
use crate::sheet::{Mark, Marks, Register};
use crate::street::{Knot, Walk};
use crate::phases::Moved;
use crate::tape::{self, Tape};
use crate::terms::{Knots, Phases, Terms};
use matching::{Call, Engine, Fill, Slot, StopSlot, Stops};
use std::collections::{BTreeMap, BTreeSet};
use vocab::{
    Board, Day, Dump, Isin, ModificationNo, Moment, OrderKind, OrderNo, Paise, Phase, Price, Qty, Rate, Rounding, SecurityRow, SettlementKind, Side, Sink, Symbol, Ucc,
    Validity, Venue, VenueOrderNo,
};

/// The moment at hand, and what it may add to: the post and the queue of what comes.
pub(crate) struct Turn<'a> {
    pub at: Moment,
    /// Whose turn: an exchange's, or its clearing corporation's. Institutions that serve both take the first's.
    pub of: Venue,
    pub post: &'a mut Post,
    pub queue: &'a mut Queue,
}

impl Turn<'_> {
    pub fn say(&mut self, link: Link, message: &ToFirm) {
        self.post.send(link.of(self.of), self.at, message);
    }

    pub fn enter(&mut self, at: Moment, due: Due) {
        self.queue.enter(at, self.of, due);
    }
}

/// Rows of a file in one part; also of an obligation and a statement of holdings.
pub(crate) const PART_ROWS: usize = 500;

/// Cut rows into parts; no rows make one empty part.
pub(crate) fn parts<T: Clone>(rows: &[T]) -> Vec<(u16, u16, Vec<T>)> {
    let count = u16::try_from(rows.len().div_ceil(PART_ROWS).max(1)).expect("a file of fewer parts");
    let part = |n: u16| {
        let from = usize::from(n - 1) * PART_ROWS;
        rows[from..rows.len().min(from + PART_ROWS)].to_vec()
    };
    (1..=count).map(|n| (n, count, part(n))).collect()
}

/// An order the exchange took today.
#[derive(Clone, Debug)]
pub(crate) struct VenueOrder {
    pub order: OrderNo,
    pub venue_order: VenueOrderNo,
    pub ucc: Ucc,
    pub security: SecurityRow,
    pub side: Side,
    pub kind: OrderKind,
    pub validity: Validity,
    pub limit: Price,
    pub trigger: Price,
    pub qty: Qty,
    pub disclosed: Qty,
    pub filled: Qty,
    pub at: Moment,
    pub terminal: u64,
    /// Where it stands; `None` once it is filled, cancelled or lapsed.
    pub slot: Option<Slot>,
    /// Where it sleeps until its trigger is reached.
    pub sleeps: Option<StopSlot>,
    /// Whether it waits in an auction.
    pub called: bool,
}

impl VenueOrder {
    pub fn stands(&self) -> bool {
        self.slot.is_some() || self.sleeps.is_some() || self.called
    }
}

/// A security in which the firm showed interest today.
pub(crate) struct Active {
    pub walk: Walk,
    /// The knot at which the street was last looked at, and whether its quotes are in the book.
    pub knot: Option<usize>,
    pub quoted: bool,
    pub quotes: Vec<Slot>,
    /// The knot at which the street will reach an order of the firm.
    pub armed: Option<usize>,
    /// The last price; none before anything traded.
    pub last: Option<Price>,
    pub tape: Tape,
    /// Whether the street's own trades of the day are on the tape.
    pub printed: bool,
    pub call: Call,
    /// The reference price of the closing auction, then the price it made.
    pub auction: Option<Price>,
}

/// The day at hand, from its opening until the next one opens.
pub(crate) struct Session {
    pub day: Day,
    pub settlement: SettlementRef,
    pub open_at: Moment,
    /// When continuous trading ends, and where each board stands, by board.
    pub closes: [Moment; Board::ALL.len()],
    pub phases: [Phase; Board::ALL.len()],
    /// Everything is halted, or was so for the rest of the day.
    pub is_halted: bool,
    pub is_over: bool,
    pub halts: Vec<(Moment, Moment)>,
    pub fell: Rate,
    pub flat: bool,
    /// Bands that move today, and the bands the day began with.
    pub moves: BTreeMap<SecurityRow, Vec<Moved>>,
    pub bands: Vec<(Price, Price)>,
    /// By symbol; a row number of the day is a place in this list.
    pub sheet: Vec<SheetRow>,
}

impl Session {
    pub fn first_band(&self, row: SecurityRow) -> (Price, Price) {
        *self.bands.get(place(row)).expect("a row of the sheet")
    }
}

pub(crate) struct Exchange {
    pub venue: Venue,
    pub seed: u64,
    /// The lots of what is of all exchanges alike.
    pub market: u64,
    pub phases: Phases,
    pub street_activity: u32,
    pub knots: Knots,
    pub double_report_one_in: u64,
    pub disclosed_least: Rate,
    pub member: Ucc,
    pub register: Register,
    pub session: Option<Session>,
    pub engine: Engine,
    pub stops: Stops,
    /// A buffer of the floor, empty between orders.
    pub fills: Vec<Fill>,
    pub active: BTreeMap<SecurityRow, Active>,
    pub orders: Vec<VenueOrder>,
    /// The last venue order of each number of the firm's: numbers used twice are orders of their own.
    pub latest: BTreeMap<OrderNo, usize>,
    /// Every number that arrived, with its day.
    pub known: BTreeMap<OrderNo, Day>,
    pub trades: Vec<TradeRow>,
    /// What became of each changed client code: 0, or why it was kept.
    pub modified: BTreeMap<ModificationNo, u16>,
    /// The day's final trade file is out, and the one of what settles today.
    pub filed: bool,
    /// How often it was issued.
    pub issue: u16,
    pub same_day_filed: bool,
    /// Trades the clearing corporation has taken over.
    pub novated: usize,
    pub last_trade: u64,
    pub marks: Marks,
}

/// What sets the lots of the second exchange apart.
const STREET_OF: u64 = 0xB5E_0000_0000_0B5E;

/// Days an order number is remembered for those who ask.
const KNOWN_DAYS: i32 = 7;

/// Numbers of a day begin with its date, so that none comes twice.
pub(crate) fn day_base(day: Day) -> u64 {
    let (year, month, date) = day.civil();
    let year = u64::try_from(year).expect("a year");
    (year * 10_000 + u64::from(month) * 100 + u64::from(date)) * 100_000_000
}

/// What settles on the day is dealt in at the first exchange alone.
fn of_venue(venue: Venue, phases: Phases) -> Phases {
    Phases { same_day: phases.same_day.filter(|_| venue == Venue::Nse), ..phases }
}

impl Exchange {
    pub fn new(venue: Venue, seed: u64, terms: &Terms) -> Exchange {
        Exchange {
            venue,
            // The street of another exchange comes and goes by itself.
            seed: seed ^ (STREET_OF * u64::from(venue.number())),
            market: seed,
            phases: of_venue(venue, terms.phases.clone()),
            street_activity: terms.street_activity,
            knots: terms.knots,
            double_report_one_in: terms.odds.double_report_one_in,
            disclosed_least: terms.disclosed_least,
            member: terms.member,
            register: Register { codes: BTreeSet::new(), sheets: BTreeMap::new() },
            session: None,
            engine: Engine::new(),
            stops: Stops::new(),
            fills: Vec::new(),
            active: BTreeMap::new(),
            orders: Vec::new(),
            latest: BTreeMap::new(),
            known: BTreeMap::new(),
            trades: Vec::new(),
            modified: BTreeMap::new(),
            filed: false,
            issue: 0,
            same_day_filed: false,
            novated: 0,
            last_trade: 0,
            marks: Marks::new(),
        }
    }

    /// Enter a sheet: the first of a day holds; one for a day that is over is too late.
    pub fn enter_sheet(&mut self, sheet: DaySheet, turn: &mut Turn<'_>) {
        if let Some(session) = self.session.as_mut().filter(|s| s.day == sheet.day) {
            if session.sheet.is_empty() && session.is_open() {
                load(session, sheet);
                self.foresee(turn);
            }
            return;
        }
        if sheet.day >= turn.at.day() {
            self.register.sheets.entry(sheet.day).or_insert(sheet);
        }
    }

    /// The day begins at the exchange: its phases follow by the clock.
    pub fn open_session(&mut self, settlement: SettlementRef, terms: &Terms, turn: &mut Turn<'_>) {
        let day = turn.at.day();
        let (hours, phases) = terms.of_day(self.venue, day);
        self.phases = of_venue(self.venue, phases.into_owned());
        let auction = self.phases.closing.as_ref().map_or(hours.session_close, |it| it.from);
        let same_day = self.phases.same_day.as_ref().map_or(hours.session_close, |it| it.until);
        let mut session = Session {
            day,
            settlement,
            open_at: day + hours.session_open,
            closes: [day + hours.session_close, day + auction, day + same_day],
            phases: [Phase::Shut; Board::ALL.len()],
            is_halted: false,
            is_over: false,
            halts: Vec::new(),
            fell: Rate::ZERO,
            flat: false,
            moves: BTreeMap::new(),
            bands: Vec::new(),
            sheet: Vec::new(),
        };
        if let Some(sheet) = self.register.sheets.remove(&day) {
            load(&mut session, sheet);
        }
        self.register.sheets.retain(|d, _| *d > day);
        self.known.retain(|_, d| day.days_since(*d) <= KNOWN_DAYS);
        self.session = Some(session);
        self.active.clear();
        self.orders.clear();
        self.latest.clear();
        self.trades.clear();
        (self.filed, self.issue, self.same_day_filed) = (false, 0, false);
        self.novated = 0;
        self.last_trade = day_base(day);
        self.enter_phases(&hours, turn);
        self.foresee(turn);
    }

    /// The day's prices go out and are kept as marks.
    pub fn publish_bhavcopy(&mut self, turn: &mut Turn<'_>) {
        let Some(session) = &self.session else { return };
        // The same-day session makes no close of its own.
        let regular = || session.sheet.iter().enumerate().filter(|(_, sheet)| sheet.board != Board::SameDay);
        let rows: Vec<CloseRow> = regular()
            .map(|(at, sheet)| match self.active.get(&security_row(at)) {
                Some(active) => active.tape.row(sheet),
                None => self.idle_row(security_row(at), sheet),
            })
            .collect();
        let marked = |(sheet, row): (&SheetRow, &CloseRow)| Mark {
            isin: sheet.isin,
            close: row.close,
            high: if row.traded.is_zero() { Price::ZERO } else { row.high },
        };
        self.marks.enter(session.day, regular().map(|(_, sheet)| sheet).zip(&rows).map(marked).collect());
        for (part, parts, rows) in parts(&rows) {
            turn.say(Link::Venue, &ToFirm::Bhavcopy { day: session.day, part, parts, rows });
        }
    }

    /// The day of a security in which the firm showed no interest.
    fn idle_row(&self, row: SecurityRow, sheet: &SheetRow) -> CloseRow {
        let Some(session) = self.session.as_ref().filter(|_| self.street_activity > 0) else { return tape::untraded(sheet) };
        let walk = self.walk_of(row);
        let mut tape = Tape::new(session.close_at(sheet.board));
        // A day without a halt is known but for its last half hour.
        let outline = walk.outline(sheet.volume, tape.window_from()).filter(|(first, _, before)| {
            session.halts.is_empty() && before.is_positive() && first.at < tape.window_from()
        });
        let from = outline.map_or(0, |_| walk.passed(tape.window_from().plus_micros(-1)));
        if let Some((first, bounds, before)) = outline {
            tape.print_outline(first, bounds, before);
        }
        let trades = walk.trades(from, sheet.volume, self.street_activity);
        tape.print_walk(trades.filter(|(knot, _)| !session.halted_at(knot.at)));
        tape.row(sheet)
    }

    pub fn publish_trades(&mut self, turn: &mut Turn<'_>) {
        let Some(session) = &self.session else { return };
        (self.filed, self.issue) = (true, 1);
        let count = u64::try_from(self.trades.len()).expect("a count");
        let qty: Qty = self.trades.iter().map(|t| t.qty).sum();
        let value: Paise = self.trades.iter().map(|t| t.price.value(t.qty, Rounding::NearestPaisa)).sum();
        for (part, parts, rows) in parts(&self.trades) {
            turn.say(Link::Venue, &ToFirm::TradeFile { day: session.day, part, parts, rows, count, qty, value });
        }
    }

    /// What settles today, after its session.
    pub fn publish_same_day(&mut self, turn: &mut Turn<'_>) {
        let Some(session) = &self.session else { return };
        self.same_day_filed = true;
        let rows: Vec<TradeRow> = self.trades.iter().filter(|t| t.settlement.kind == SettlementKind::SameDay).cloned().collect();
        let count = u64::try_from(rows.len()).expect("a count");
        let qty: Qty = rows.iter().map(|t| t.qty).sum();
        let value: Paise = rows.iter().map(|t| t.price.value(t.qty, Rounding::NearestPaisa)).sum();
        for (part, parts, rows) in parts(&rows) {
            turn.say(Link::Venue, &ToFirm::SameDayFile { day: session.day, part, parts, rows, count, qty, value });
        }
    }

    /// The regular market's row of what is dealt in for settlement today.
    pub fn regular_of(&self, row: SecurityRow) -> Option<SecurityRow> {
        let sheet = &self.session.as_ref()?.sheet;
        let isin = sheet.get(place(row))?.isin;
        sheet.iter().position(|it| it.isin == isin && it.board != Board::SameDay).map(security_row)
    }

    /// The latest price of a security there is: of the firm's trades or the street's, else the close before.
    pub fn price_at(&self, isin: Isin, at: Moment) -> Option<Price> {
        let sheet = self.session.as_ref().map_or(&[][..], |session| &session.sheet);
        let Some(index) = sheet.iter().position(|row| row.isin == isin && row.board != Board::SameDay) else { return self.marks.close(isin, at.day()) };
        let row = security_row(index);
        let last = self.active.get(&row).and_then(|active| active.last);
        let walked = || {
            let walk = if self.street_activity > 0 { self.walk_of(row) } else { Walk::none() };
            walk.standing(at).map(|knot| knot.price)
        };
        last.or_else(walked).or_else(|| sheet.get(index).map(|row| row.prev_close))
    }

    /// What is dealt in on a day; where the exchange is shut, as on the last day it was not.
    pub fn sheet_of(&self, day: Day) -> &[SheetRow] {
        match (self.register.sheets.get(&day), &self.session) {
            (Some(sheet), _) if !sheet.securities.is_empty() => &sheet.securities,
            (_, Some(session)) => &session.sheet,
            (_, None) => &[],
        }
    }

    /// The place of a symbol on today's sheet.
    pub fn find(&self, symbol: Symbol) -> Option<SecurityRow> {
        let sheet = &self.session.as_ref()?.sheet;
        sheet.binary_search_by_key(&symbol, |s| s.symbol).ok().map(security_row)
    }
}

fn load(session: &mut Session, sheet: DaySheet) {
    session.sheet = sheet.securities;
    session.sheet.sort_by_key(|s| s.symbol);
    session.bands = session.sheet.iter().map(|s| (s.band_low, s.band_high)).collect();
    (session.flat, session.fell) = (sheet.flat, sheet.fell);
}

pub(crate) fn place(row: SecurityRow) -> usize {
    usize::try_from(row.0).expect("a row number")
}

pub(crate) fn security_row(at: usize) -> SecurityRow {
    SecurityRow(u32::try_from(at).expect("a row number"))
}

impl Dump for VenueOrder {
    fn dump(&self, sink: &mut Sink<'_>) {
        (self.order, (self.venue_order, self.ucc)).dump(sink);
        (self.security, (self.side, (self.kind, self.validity))).dump(sink);
        (self.limit, self.trigger).dump(sink);
        (self.qty, (self.disclosed, (self.filled, self.at))).dump(sink);
        // Which slot is the engine's own matter; that the order stands is the exchange's.
        (self.terminal, (self.slot.is_some(), (self.sleeps.is_some(), self.called))).dump(sink);
    }
}

dump_fields! {
    Knot { at price }
    TradeRow { trade order venue_order symbol isin ucc side qty price order_at traded_at terminal settlement }
    SettlementRef { corporation kind number }
}

fn dump_index(at: Option<usize>, sink: &mut Sink<'_>) {
    at.map(|n| u64::try_from(n).expect("an index")).dump(sink);
}

impl Dump for Active {
    fn dump(&self, sink: &mut Sink<'_>) {
        list(self.walk.marks(), sink);
        dump_index(self.knot, sink);
        self.quoted.dump(sink);
        count(self.quotes.len(), sink);
        dump_index(self.armed, sink);
        (self.last, self.auction).dump(sink);
        self.tape.dump(sink);
        self.call.dump(sink);
    }
}

impl Dump for Session {
    fn dump(&self, sink: &mut Sink<'_>) {
        (self.day, self.settlement).dump(sink);
        self.open_at.dump(sink);
        list(&self.closes, sink);
        list(&self.phases, sink);
        (self.is_halted, (self.is_over, self.flat)).dump(sink);
        list(&self.halts, sink);
        list(&self.sheet, sink);
    }
}

impl Dump for Exchange {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.register.dump(sink);
        match &self.session {
            None => sink(&[0]),
            Some(session) => {
                sink(&[1]);
                session.dump(sink);
            }
        }
        self.engine.dump(sink);
        self.stops.dump(sink);
        self.active.dump(sink);
        list(&self.orders, sink);
        count(self.latest.len(), sink);
        for (order, at) in &self.latest {
            order.dump(sink);
            count(*at, sink);
        }
        self.known.dump(sink);
        list(&self.trades, sink);
        self.modified.dump(sink);
        (self.filed, (self.issue, self.same_day_filed)).dump(sink);
        count(self.novated, sink);
        self.last_trade.dump(sink);
        self.marks.dump(sink);
    }
}
