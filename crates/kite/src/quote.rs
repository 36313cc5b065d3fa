//! What the market shows of a security, and its packets.

use crate::words::{Token, unix};
use vocab::{Moment, Price, Qty, SecurityRow, Venue};

/// One price of the book.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Level {
    pub price: Price,
    pub qty: Qty,
    pub orders: u32,
}

impl Level {
    pub const NOTHING: Level = Level { price: Price::ZERO, qty: Qty::ZERO, orders: 0 };
}

/// A security at an exchange, at a moment. Where nothing was dealt in, prices of the day are zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quote {
    pub venue: Venue,
    pub security: SecurityRow,
    pub last: Price,
    pub last_qty: Qty,
    pub last_at: Moment,
    pub average: Price,
    pub volume: Qty,
    pub to_buy: Qty,
    pub to_sell: Qty,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    /// Of the day before.
    pub close: Price,
    /// The day's band.
    pub floor: Price,
    pub ceiling: Price,
    pub at: Moment,
    pub bids: [Level; 5],
    pub offers: [Level; 5],
}

/// How much of a quote a program wants.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Mode {
    Ltp,
    Quote,
    Full,
}

impl Mode {
    pub fn parse(text: &str) -> Option<Mode> {
        match text {
            "ltp" => Some(Mode::Ltp),
            "quote" => Some(Mode::Quote),
            "full" => Some(Mode::Full),
            _ => None,
        }
    }
}

/// What does not fit a field of the packet is shown as the most that does.
fn narrow(n: i64) -> u32 {
    u32::try_from(n.max(0)).unwrap_or(u32::MAX)
}

/// In paise: the packet has no room for more.
fn paise(price: Price) -> u32 {
    narrow(price.0 / 100)
}

fn moment(at: Moment) -> u32 {
    if at.0 == 0 { 0 } else { unix(at) }
}

/// One packet, without the two bytes of its length: 8, 44 or 184 bytes, by which a program tells them apart.
pub fn packet(quote: &Quote, mode: Mode, out: &mut Vec<u8>) {
    let mut put = |n: u32| out.extend_from_slice(&n.to_be_bytes());
    put(Token::of(quote.venue, quote.security).0);
    put(paise(quote.last));
    if mode == Mode::Ltp {
        return;
    }
    let (first, second) = ([quote.last_qty.0, quote.average.0 / 100, quote.volume.0], [quote.to_buy.0, quote.to_sell.0]);
    first.into_iter().chain(second).for_each(|n| put(narrow(n)));
    [quote.open, quote.high, quote.low, quote.close].into_iter().for_each(|price| put(paise(price)));
    if mode == Mode::Quote {
        return;
    }
    // Shares have no open interest.
    [moment(quote.last_at), 0, 0, 0, moment(quote.at)].into_iter().for_each(put);
    for level in quote.bids.iter().chain(&quote.offers) {
        out.extend_from_slice(&narrow(level.qty.0).to_be_bytes());
        out.extend_from_slice(&paise(level.price).to_be_bytes());
        out.extend_from_slice(&u16::try_from(level.orders).unwrap_or(u16::MAX).to_be_bytes());
        out.extend_from_slice(&[0, 0]);
    }
}

/// The packets of one frame, each behind its length.
#[derive(Default)]
pub struct Frame {
    bytes: Vec<u8>,
    packets: u16,
}

/// Packets of one frame: what is more goes into the next.
pub const MOST_PACKETS: u16 = 300;

impl Frame {
    pub fn add(&mut self, quote: &Quote, mode: Mode) {
        let length = match mode {
            Mode::Ltp => 8u16,
            Mode::Quote => 44,
            Mode::Full => 184,
        };
        if self.bytes.is_empty() {
            self.bytes.extend_from_slice(&[0, 0]);
        }
        self.bytes.extend_from_slice(&length.to_be_bytes());
        packet(quote, mode, &mut self.bytes);
        self.packets += 1;
        self.bytes[..2].copy_from_slice(&self.packets.to_be_bytes());
    }

    pub const fn is_full(&self) -> bool {
        self.packets >= MOST_PACKETS
    }

    pub const fn is_empty(&self) -> bool {
        self.packets == 0
    }

    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(self).bytes
    }
}
