//! The books of one exchange's continuous market, by security.

use alloc::vec::Vec;

use vocab::{Dump, Price, Qty, SecurityRow, Side, Sink};

use crate::ladder::{Book, Pool};
use crate::order::{Band, Fill, Incoming, Level, Outcome, Resting, Slot};
use crate::refusal::{BadBook, BadOrder, BadReduce};

/// All books of one market, and the orders that stand in them.
///
/// Sides and prices of a security that has no open book read as empty.
#[derive(Clone)]
pub struct Engine {
    /// By row of the security.
    books: Vec<Option<Book>>,
    pool: Pool,
}

impl Engine {
    pub const fn new() -> Engine {
        Engine { books: Vec::new(), pool: Pool::new() }
    }

    /// Open the book of a security for prices `low`, `low + tick`, … `high`; or open it anew, for
    /// another day or band, when nothing stands in it.
    ///
    /// A price costs two bits until orders come near it, so a caller whose band moves within the day
    /// opens a wider ladder and checks the band itself.
    ///
    /// # Errors
    /// When the tick or `low` is not positive, `high` is below `low`, either is off the tick, the ladder
    /// has more than [`crate::MOST_RUNGS`] prices, or orders stand in the book; nothing changes then.
    pub fn open_book(&mut self, security: SecurityRow, low: Price, high: Price, tick: Price) -> Result<(), BadBook> {
        let book = Book::open(security, Band { low, high, tick })?;
        let index = row(security);
        if self.books.len() <= index {
            self.books.resize_with(index.checked_add(1).expect("a row number"), || None);
        }
        let place = self.books.get_mut(index).expect("just made");
        if place.as_ref().is_some_and(|old| !old.is_empty()) {
            return Err(BadBook::NotEmpty);
        }
        *place = Some(book);
        Ok(())
    }

    /// Drop every order of a book, as at the close; how many stood. The book stays open.
    ///
    /// Their slots become stale: a caller that reports each lapse reads [`Engine::resting`] first.
    pub fn clear_book(&mut self, security: SecurityRow) -> u32 {
        match self.books.get_mut(row(security)).and_then(Option::as_mut) {
            Some(book) => book.clear(&mut self.pool),
            None => 0,
        }
    }

    /// Match an order against what stands, best price first and first come first, each trade at the price
    /// of the order that stood; then let the remainder stand if it may.
    ///
    /// # Errors
    /// When the security has no open book, the quantity is not in 1..=[`crate::MOST_QTY`], or the limit is
    /// outside the ladder or off its tick; nothing changes then.
    #[inline]
    pub fn submit(&mut self, incoming: Incoming, fills: &mut impl FnMut(Fill)) -> Result<Outcome, BadOrder> {
        match self.books.get_mut(row(incoming.security)) {
            Some(Some(book)) => book.submit(&mut self.pool, &incoming, fills),
            Some(None) | None => Err(BadOrder::NoBook),
        }
    }

    /// Take an order out; what was left of it, or `None` when the slot is stale.
    #[inline]
    pub fn cancel(&mut self, slot: Slot) -> Option<Qty> {
        let index = self.pool.find(slot)?;
        let (security, side) = self.pool.home(index);
        let book = self.books.get_mut(row(security)).and_then(Option::as_mut).expect("an order's book is open");
        Some(book.cancel(&mut self.pool, side, index))
    }

    /// Make an order smaller; it keeps its place in the queue. What is left of it.
    ///
    /// More units or another price are a new order: cancel, then submit.
    ///
    /// # Errors
    /// When the slot is stale, `by` is not positive, or nothing would be left; nothing changes then.
    pub fn reduce(&mut self, slot: Slot, by: Qty) -> Result<Qty, BadReduce> {
        let index = self.pool.find(slot).ok_or(BadReduce::NoOrder)?;
        let left = self.order_at(index).left;
        if !by.is_positive() {
            return Err(BadReduce::QtyNotPositive);
        }
        if by >= left {
            return Err(BadReduce::NothingLeft { left });
        }
        let by = u32::try_from(by.0).expect("less than an order");
        let (security, _) = self.pool.home(index);
        let book = self.books.get_mut(row(security)).and_then(Option::as_mut).expect("an order's book is open");
        Ok(book.reduce(&mut self.pool, index, by))
    }

    /// The order at a slot, or `None` when the slot is stale.
    pub fn order(&self, slot: Slot) -> Option<Resting> {
        self.pool.find(slot).map(|index| self.order_at(index))
    }

    fn order_at(&self, index: u32) -> Resting {
        let (security, side) = self.pool.home(index);
        self.book(security).expect("an order's book is open").order(&self.pool, side, index)
    }

    #[inline]
    fn book(&self, security: SecurityRow) -> Option<&Book> {
        self.books.get(row(security)).and_then(Option::as_ref)
    }

    /// The prices a book takes; `None` when it is not open.
    pub fn band(&self, security: SecurityRow) -> Option<Band> {
        self.book(security).map(Book::band)
    }

    /// Whether nothing stands in the book.
    pub fn is_empty(&self, security: SecurityRow) -> bool {
        self.book(security).is_none_or(Book::is_empty)
    }

    /// The best price of a side and the units that stand there.
    #[inline]
    pub fn best(&self, security: SecurityRow, side: Side) -> Option<(Price, Qty)> {
        self.book(security)?.best(side).map(|level| (level.price, level.qty))
    }

    /// The best `n` levels of a side, best first.
    pub fn depth(&self, security: SecurityRow, side: Side, n: usize) -> impl Iterator<Item = Level> {
        self.book(security).into_iter().flat_map(move |book| book.levels(side)).take(n)
    }

    /// The orders of a side, best price first and first come first.
    pub fn resting(&self, security: SecurityRow, side: Side) -> impl Iterator<Item = Resting> {
        self.book(security).into_iter().flat_map(move |book| book.resting(&self.pool, side))
    }
}

impl Default for Engine {
    fn default() -> Self {
        Engine::new()
    }
}

/// The open books by row: band, then each side's orders in their priority. Slots are handles of this
/// process and are left out, so that an engine and its twin write equal bytes.
impl Dump for Engine {
    fn dump(&self, sink: &mut Sink<'_>) {
        let open = || (0u32..).map(SecurityRow).zip(&self.books).filter_map(|(row, book)| Some((row, book.as_ref()?)));
        length(open().count()).dump(sink);
        for (security, book) in open() {
            security.dump(sink);
            book.band().dump(sink);
            for side in [Side::Buy, Side::Sell] {
                length(book.resting(&self.pool, side).count()).dump(sink);
                for order in book.resting(&self.pool, side) {
                    order.price.dump(sink);
                    order.left.dump(sink);
                    order.shown.dump(sink);
                    order.tag.dump(sink);
                }
            }
        }
    }
}

fn length(n: usize) -> u64 {
    u64::try_from(n).expect("a length")
}

#[inline]
fn row(security: SecurityRow) -> usize {
    usize::try_from(security.0).expect("a row number")
}
