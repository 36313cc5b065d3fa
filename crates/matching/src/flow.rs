//! The order flow that matching engines are compared on: adds near the touch and cancels of live orders,
//! on 10 symbols, in equal measure once a target of live orders is reached.
//!
//! The flow of 2,000,000 messages and about 10,000 live orders has 1,059,482 adds and 940,518 cancels, and a
//! right engine makes 107,785 trades of 2,782,630 units of it. Messages are drawn by xorshift64 from a
//! fixed seed; an engine runs along, since a cancel names an order that stands at that moment.

use alloc::vec::Vec;

use vocab::{Price, Qty, SecurityRow, Side};

use crate::engine::Engine;
use crate::order::{Incoming, Slot};

/// Symbols of the flow, the rows from 0.
pub const SYMBOLS: u16 = 10;
/// The flow counts prices in ticks; a tick is a paisa here.
const TICK: Price = Price::from_paise(1);
const LOW: u32 = 9_900;
const HIGH: u32 = LOW + 255;
/// A number that never was a slot.
const STALE: Slot = Slot::from_bits(u64::MAX);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    Add = 0,
    Cancel = 1,
}

/// One message of the flow; ids count the adds from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Message {
    pub id: u32,
    pub kind: Kind,
    pub side: Side,
    pub symbol: u16,
    /// In ticks.
    pub price: u32,
    /// Zero for a cancel.
    pub qty: u32,
}

impl Message {
    pub fn security(&self) -> SecurityRow {
        SecurityRow(u32::from(self.symbol))
    }

    pub fn price(&self) -> Price {
        ticks(self.price)
    }

    /// The order that an add submits: a limit order that rests.
    #[inline]
    pub fn incoming(&self) -> Incoming {
        Incoming {
            security: self.security(),
            side: self.side,
            limit: Some(self.price()),
            qty: Qty(i64::from(self.qty)),
            shown: Qty(i64::from(self.qty)),
            rests: true,
            tag: u64::from(self.id),
        }
    }

    /// The message as other engines read it, little-endian: id, kind, side, symbol, price, quantity.
    pub fn to_bytes(&self) -> [u8; 16] {
        let (id, symbol) = (u128::from(self.id), u128::from(self.symbol));
        let (price, qty) = (u128::from(self.price), u128::from(self.qty));
        let (kind, side) = (u128::from(self.kind as u8), u128::from(self.side.number()));
        (id | kind << 32 | side << 40 | symbol << 48 | price << 64 | qty << 96).to_le_bytes()
    }
}

fn ticks(price: u32) -> Price {
    Price(i64::from(price).saturating_mul(TICK.0))
}

/// What a flow did to an engine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Totals {
    pub adds: u64,
    pub cancels: u64,
    pub trades: u64,
    pub volume: u64,
}

/// An engine with the books of the flow open.
pub fn engine() -> Engine {
    let mut engine = Engine::new();
    for symbol in 0..SYMBOLS {
        engine.open_book(SecurityRow(u32::from(symbol)), ticks(LOW), ticks(HIGH), TICK).expect("a band on its tick");
    }
    engine
}

/// Room for the slots of a flow, by id.
pub fn slots(messages: &[Message]) -> Vec<Slot> {
    let most = messages.iter().map(|m| m.id).max().unwrap_or(0);
    let mut slots = Vec::new();
    slots.resize(place(most).saturating_add(1), STALE);
    slots
}

/// Play messages into an engine. This is the loop that a benchmark times; `slots` is from [`slots`].
pub fn play(engine: &mut Engine, messages: &[Message], slots: &mut [Slot]) -> Totals {
    let mut totals = Totals { adds: 0, cancels: 0, trades: 0, volume: 0 };
    for message in messages {
        let slot = slots.get_mut(place(message.id)).expect("room for every id");
        match message.kind {
            Kind::Add => {
                let outcome = engine.submit(message.incoming(), &mut |_| {
                    totals.trades = totals.trades.wrapping_add(1);
                });
                let outcome = outcome.expect("an order of the flow");
                totals.volume = totals.volume.saturating_add_signed(outcome.filled.0);
                totals.adds = totals.adds.wrapping_add(1);
                *slot = outcome.slot.unwrap_or(STALE);
            }
            Kind::Cancel => {
                engine.cancel(*slot).expect("an order that stands");
                totals.cancels = totals.cancels.wrapping_add(1);
            }
        }
    }
    totals
}

/// The first `messages` messages of the flow that keeps about `live_target` orders standing.
pub fn generate(messages: usize, live_target: usize) -> Vec<Message> {
    let mut flow = Vec::with_capacity(messages);
    let (mut engine, mut draw, mut live) = (engine(), Draw(88_172_645_463_325_252), Live::new());
    let mut id = 0u32;
    while flow.len() < messages {
        let message = if live.ids.len() < live_target || draw.below(2) == 0 {
            id = id.checked_add(1).expect("fewer than 2^32 adds");
            let message = draw.add(id);
            let outcome = engine.submit(message.incoming(), &mut |fill| {
                if fill.resting_left.is_zero() {
                    live.leave(u32::try_from(fill.resting_tag).expect("an id"));
                }
            });
            live.enter(id, outcome.expect("an order of the flow").slot);
            message
        } else {
            let id = live.pick(&mut draw);
            let order = engine.order(live.slot(id)).expect("a live order");
            engine.cancel(order.slot).expect("a live order");
            live.leave(id);
            Message {
                id,
                kind: Kind::Cancel,
                side: order.side,
                symbol: u16::try_from(order.security.0).expect("a symbol of the flow"),
                price: u32::try_from(order.price.0.checked_div(TICK.0).expect("a tick")).expect("a price of the flow"),
                qty: 0,
            }
        };
        flow.push(message);
    }
    flow
}

/// Xorshift64 with shifts 13, 7, 17 (Marsaglia 2003), without its lowest 11 bits.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from((self.0 >> 11).checked_rem(u64::from(n)).expect("a choice")).expect("below n")
    }

    /// Side, symbol, price and quantity, drawn in this order.
    fn add(&mut self, id: u32) -> Message {
        let side = if self.below(2) == 0 { Side::Buy } else { Side::Sell };
        let symbol = u16::try_from(self.below(u32::from(SYMBOLS))).expect("a symbol of the flow");
        // Four ticks past the middle at most, so that some adds trade and most stand.
        let reach = self.below(54);
        let price = match side {
            Side::Buy => 9_950u32.saturating_add(reach),
            Side::Sell => 10_050u32.saturating_sub(reach),
        };
        let qty = self.below(100).saturating_add(1);
        Message { id, kind: Kind::Add, side, symbol, price, qty }
    }
}

/// The orders that stand, in an order that depends on the flow alone.
struct Live {
    ids: Vec<u32>,
    /// By id: its slot, and its place in `ids`.
    known: Vec<(Slot, usize)>,
}

impl Live {
    fn new() -> Live {
        Live { ids: Vec::new(), known: alloc::vec![(STALE, 0)] }
    }

    fn slot(&self, id: u32) -> Slot {
        self.known.get(place(id)).expect("an id of the flow").0
    }

    fn pick(&self, draw: &mut Draw) -> u32 {
        let nth = draw.below(u32::try_from(self.ids.len()).expect("fewer than 2^32 orders"));
        *self.ids.get(place(nth)).expect("below the length")
    }

    /// Remember the next id, and that it is live if it stands.
    fn enter(&mut self, id: u32, slot: Option<Slot>) {
        assert!(place(id) == self.known.len(), "ids count up");
        self.known.push((slot.unwrap_or(STALE), self.ids.len()));
        if slot.is_some() {
            self.ids.push(id);
        }
    }

    fn leave(&mut self, id: u32) {
        let (_, gap) = *self.known.get(place(id)).expect("an id of the flow");
        self.ids.swap_remove(gap);
        if let Some(moved) = self.ids.get(gap) {
            self.known.get_mut(place(*moved)).expect("an id of the flow").1 = gap;
        }
    }
}

fn place(id: u32) -> usize {
    usize::try_from(id).expect("a 32-bit index")
}
