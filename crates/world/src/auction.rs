//! Shortages: advice and valuation debit, auction, close-out, and the settlement of both.

use crate::clearing::{Around, Clearing, Cure, Settlement, lots, named};
use crate::exchange::Turn;
use crate::message::{ClearingHead, Link, SettlementRef, ToFirm};
use crate::queue::{Due, Key, Milestone};
use crate::terms::Terms;
use vocab::{Isin, Price, Rounding, SettlementKind};

const FAILS: u64 = 0xFA_17;
const PRICE: u64 = 0xA_0C;

impl Settlement {
    /// The firm learns where it delivered short, and is debited at the close of the day before pay-in.
    pub(crate) fn advise_shortages(&mut self, key: Key, around: &mut Around<'_>, turn: &mut Turn<'_>) {
        let settlement = named(turn.of, key);
        for short in self.shorts.iter().filter(|s| s.firm_sells) {
            let (isin, qty, debit) = (short.isin, short.qty, short.debit);
            let valuation_price = self.valuation(key, isin, around);
            turn.say(Link::Clearing, &ToFirm::Shortage { settlement, isin, qty, valuation_price, debit });
            around.bank.debit(settlement, ClearingHead::Valuation, debit, turn);
        }
    }

    /// Each shortage is bought in the auction, or finds no seller and is closed out after the day's close. Shares of before
    /// a bonus or a split are dealt in no more: they are closed out, as is all that settles trade for trade.
    pub(crate) fn auction(&mut self, key: Key, around: &Around<'_>, turn: &mut Turn<'_>) {
        let today = turn.at.day();
        let odds = around.terms.odds.auction_fails_one_in;
        let mut failed = false;
        for short in &mut self.shorts {
            let gone = around.registrar.is_ex(self.trade_day, short.isin, today);
            // Trade for trade there is no auction (guide I 9.12).
            if key.0.is_gross() || gone || odds > 0 && lots(around.seed, FAILS, key.1, short.isin).one_in(odds) {
                short.cure = Cure::Failed;
                failed = true;
                continue;
            }
            let close = around.marks.close(short.isin, today).expect("what traded has a close");
            let price = auction_price(around.seed, around.terms, key.1, short.isin, close);
            short.cure = Cure::Auctioned(price);
            let (settlement, isin, qty) = (named(turn.of, key), short.isin, short.qty);
            let for_firm_as_seller = short.firm_sells;
            turn.say(Link::Clearing, &ToFirm::Auctioned { settlement, isin, qty, price, for_firm_as_seller });
        }
        if failed {
            let priced = (today + around.terms.hours.bhavcopy).max(turn.at);
            turn.enter(priced, Due::Settlement { key, milestone: Milestone::CloseOut });
        }
        let settled = around.calendar.after(today, around.terms.cycle_of(key.0).auction_settlement_day);
        let due = Due::Settlement { key, milestone: Milestone::AuctionSettlement };
        turn.enter(settled + around.terms.hours.auction_settlement, due);
    }

    /// Close-out: the highest price from the trade day to the auction day, or the auction day's close and the
    /// terms' percentage over it, whichever is more (guide I 9.11).
    pub(crate) fn price_close_outs(&mut self, key: Key, around: &Around<'_>, turn: &mut Turn<'_>) {
        let today = turn.at.day();
        for short in self.shorts.iter_mut().filter(|s| s.cure == Cure::Failed) {
            // Short are shares as they were dealt in: a price of after a bonus or a split is told in those.
            let as_dealt = |of| around.registrar.in_shares_of(self.trade_day, short.isin, of);
            let close = as_dealt(around.marks.close_with_day(short.isin, today).expect("what traded has a close"));
            let high = around.marks.highs(short.isin, self.trade_day, today).into_iter().map(as_dealt).max().unwrap_or(close);
            // To the paisa: a close-out is paid.
            let price = close.moved(around.terms.close_out_over).max(high).tick_up(Price::from_paise(1));
            short.cure = Cure::ClosedOut(price);
            let (settlement, isin, qty) = (named(turn.of, key), short.isin, short.qty);
            let for_firm_as_seller = short.firm_sells;
            turn.say(Link::Clearing, &ToFirm::ClosedOut { settlement, isin, qty, price, for_firm_as_seller });
        }
    }
}

/// A price within the auction's band around the last close, by lots.
fn auction_price(seed: u64, terms: &Terms, number: u32, isin: Isin, close: Price) -> Price {
    let tick = Terms::AUCTION_TICK;
    let reach = close.moved(terms.auction_band) - close;
    let (low, high) = ((close - reach).tick_up(tick), (close + reach).tick_down(tick));
    if low > high {
        return close;
    }
    let steps = (high - low).0 / tick.0;
    Price(low.0 + lots(seed, PRICE, number, isin).between(0, steps) * tick.0)
}

impl Clearing {
    /// What settles on the day is not auctioned: it is priced by the day's close and paid on the next business day.
    pub(crate) fn close_out_today(&mut self, key: Key, around: &Around<'_>, turn: &mut Turn<'_>) {
        let it = self.settlements.get_mut(&key).expect("milestones belong to settlements");
        it.shorts.iter_mut().for_each(|short| short.cure = Cure::Failed);
        let hours = &around.terms.hours;
        let priced = (turn.at.day() + hours.bhavcopy).max(turn.at);
        turn.enter(priced, Due::Settlement { key, milestone: Milestone::CloseOut });
        let paid = around.calendar.after(turn.at.day(), 1) + hours.auction_settlement;
        turn.enter(paid, Due::Settlement { key, milestone: Milestone::AuctionSettlement });
    }

    /// The firm as seller pays or gets the difference to its valuation debit; as buyer it gets the shares, or
    /// the whole close-out value.
    pub(crate) fn settle_auction(&mut self, key: Key, around: &mut Around<'_>, turn: &mut Turn<'_>) {
        let it = self.settlements.get(&key).expect("milestones belong to settlements");
        let settlement = named(turn.of, key);
        let auction = SettlementRef { kind: SettlementKind::Auction, ..settlement };
        for short in it.shorts.clone() {
            let (price, head) = match short.cure {
                Cure::Auctioned(price) => (price, ClearingHead::Auction),
                Cure::ClosedOut(price) => (price, ClearingHead::CloseOut),
                Cure::Awaited | Cure::Failed => panic!("an auction is settled after it is priced"),
            };
            let value = price.value(short.qty, Rounding::NearestPaisa);
            if short.firm_sells {
                around.bank.debit(settlement, head, value - short.debit, turn);
                around.bank.credit(settlement, head, short.debit - value, turn);
            } else if head == ClearingHead::Auction {
                self.give(auction, short.isin, short.qty, around, turn);
            } else {
                around.bank.credit(settlement, head, value, turn);
            }
        }
        self.complete(key, turn);
    }
}
