//! Defective shares: who received them has them taken back, who delivered them puts them right by a day, or good ones are
//! bought, or they are closed out.

use crate::canon::dump_fields;
use crate::clearing::{Around, Clearing, named};
use crate::exchange::Turn;
use crate::message::{ClearingHead, Defective, Link, Remedy, ToFirm};
use crate::queue::{Due, Key};
use stdx::Lots;
use vocab::{Dump, Price, Rounding, Sink};

/// Seconds from the day's prices to what they decide of an objection.
const AFTER_PRICES: i64 = 3_600;
const REMEDY: u64 = 0x0B_1EC7;

/// Shares objected to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Objection {
    pub of: Defective,
    /// How it ended, and at which price.
    pub ended: Option<(Remedy, Price)>,
}

impl Clearing {
    /// The firm hears of it. Shares that were received are handed in first, as far as they are there.
    pub fn object(&mut self, it: &Defective, around: &mut Around<'_>, turn: &mut Turn<'_>) {
        let known = self.settlements.contains_key(&(it.settlement.kind, it.settlement.number));
        let qty = match it.as_seller {
            true => it.qty,
            false => around.depositories.take_away(it.account, it.isin, it.qty),
        };
        if !known || !qty.is_positive() {
            return;
        }
        let of = Defective { qty, ..*it };
        let number = u32::try_from(self.objections.len()).expect("few") + 1;
        self.objections.insert(number, Objection { of, ended: None });
        let Defective { settlement, ucc, isin, by_company, as_seller, due, .. } = of;
        turn.say(Link::Clearing, &ToFirm::Objected { settlement, number, ucc, isin, qty, by_company, as_seller });
        let mut lots = Lots::of(around.seed, &[REMEDY, u64::from(number), u64::from(turn.of.number())]);
        // Some are put right before their day.
        let early = lots.one_in(3) || !around.calendar.is_open(due);
        let days = u8::try_from(lots.between(1, 4)).expect("few");
        let day = if early { around.calendar.after(turn.at.day(), days).min(due) } else { due };
        turn.enter((day + around.terms.hours.bhavcopy).plus_seconds(AFTER_PRICES), Due::ObjectionEnds(number));
    }

    /// Good shares, or money, to who received them; the defective ones back to who delivered them, unless he put them right.
    pub fn end_objection(&mut self, number: u32, around: &mut Around<'_>, turn: &mut Turn<'_>) {
        let Some(Objection { of, .. }) = self.objections.get(&number).copied() else { return };
        let key: Key = (of.settlement.kind, of.settlement.number);
        let trade_day = self.settlements.get(&key).expect("an objection to what was settled").trade_day;
        let (today, isin, settlement) = (turn.at.day(), of.isin, named(turn.of, key));
        let mut lots = Lots::of(around.seed, &[REMEDY, u64::from(number), u64::from(turn.of.number()), 1]);
        let remedy = match lots.below(3) {
            _ if today < of.due => Remedy::Rectified,
            0 => Remedy::Rectified,
            1 => Remedy::Auctioned,
            _ => Remedy::ClosedOut,
        };
        let (close_day, close) = around.marks.close_with_day(isin, today).expect("what traded has a close");
        let price = match remedy {
            Remedy::Rectified => Price::ZERO,
            Remedy::Auctioned => close,
            Remedy::ClosedOut => {
                let as_dealt = |of| around.registrar.in_shares_of(trade_day, isin, of);
                let close = as_dealt((close_day, close));
                let high = around.marks.highs(isin, trade_day, today).into_iter().map(as_dealt).max().unwrap_or(close);
                close.moved(around.terms.close_out_over).max(high).tick_up(Price::from_paise(1))
            }
        };
        let back = if of.as_seller { remedy != Remedy::Rectified } else { remedy != Remedy::ClosedOut };
        if back {
            around.depositories.bring(of.account, isin, of.qty);
        }
        self.objections.insert(number, Objection { of, ended: Some((remedy, price)) });
        turn.say(Link::Clearing, &ToFirm::ObjectionEnded { settlement, number, remedy, price });
        let paid = around.calendar.after(today, 1) + around.terms.hours.auction_settlement;
        turn.enter(paid, Due::ObjectionPaid(number));
    }

    /// Who delivered them pays for good ones; who received them has the price of a close-out.
    pub fn pay_objection(&mut self, number: u32, around: &mut Around<'_>, turn: &mut Turn<'_>) {
        let Some(Objection { of, ended: Some((remedy, price)) }) = self.objections.get(&number).copied() else { return };
        let settlement = named(turn.of, (of.settlement.kind, of.settlement.number));
        let value = price.value(of.qty, Rounding::NearestPaisa);
        match (remedy, of.as_seller) {
            (Remedy::Auctioned, true) => around.bank.debit(settlement, ClearingHead::Auction, value, turn),
            (Remedy::ClosedOut, true) => around.bank.debit(settlement, ClearingHead::CloseOut, value, turn),
            (Remedy::ClosedOut, false) => around.bank.credit(settlement, ClearingHead::CloseOut, value, turn),
            (Remedy::Rectified, _) | (Remedy::Auctioned, false) => {}
        }
    }
}

impl Dump for Objection {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.of.dump(sink);
        self.ended.map(|(remedy, price)| (remedy as u8, price)).dump(sink);
    }
}

dump_fields! { Defective { settlement ucc account isin qty by_company as_seller due } }
