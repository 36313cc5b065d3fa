//! What is questioned after it was done: a trade file that is out, shares that were delivered, a shortage between clients.

use super::{Faults, Theatre};
use crate::post::key;
use crate::script::{ERROR, Script};
use clearing::{Custody, Net, Trade};
use firm::Command;
use journal::Disk;
use orders::Order;
use rulebook::RuleName;
use sequencer::{Keeper, Tamper};
use vocab::{ClientKind, ClientRow, Day, OrderKind, Price, Qty, SettlementKind, SettlementRow, Side, Venue};
use world::{Defective, FromPeople, Mistake};

/// One of many by a lot.
fn one_of<T: Copy>(all: &[T], lot: u64) -> Option<T> {
    let nth = lot.checked_rem(all.len() as u64).and_then(|nth| usize::try_from(nth).ok())?;
    all.get(nth).copied()
}

impl<K: Keeper, T: Tamper, W: Disk, V: Disk, F: Faults> Theatre<K, T, W, V, F> {
    /// What an exchange finds wrong in its file of the day: figures of a trade, a trade that was none, one that was left out.
    /// It is heard while what is said can still be put right; none where there is nothing of the kind.
    pub(super) fn mistakes(&self, venue: Venue, lot: u64) -> Option<FromPeople> {
        let firm = self.seq.firm();
        let all = firm.clearing.trades().iter();
        let trades: Vec<Trade> = all.filter(|t| t.trade.venue() == venue && self.may_be_wrong(t)).copied().collect();
        let mut mistakes = Vec::new();
        let wrong = one_of(&trades, lot);
        if let Some(it) = wrong {
            let terms = firm.market.terms(venue, it.security, firm.now().day())?;
            let (dearer, cheaper) = ((it.price + terms.tick).min(terms.high), (it.price - terms.tick).max(terms.low));
            let (qty, price) = match lot % 3 {
                0 => (it.qty, dearer),
                1 => (it.qty, cheaper),
                _ => (Qty((it.qty.0 / 2).max(1)), it.price),
            };
            mistakes.push(Mistake::Figures { trade: it.trade, side: it.side, qty, price });
        }
        let others: Vec<Trade> = trades.into_iter().filter(|t| wrong.is_none_or(|it| it.trade != t.trade)).collect();
        if let Some(it) = one_of(&others, lot / 3) {
            mistakes.push(Mistake::Nothing { trade: it.trade, side: it.side });
        }
        let over = firm.orders.iter().filter(|(_, o)| o.venue == venue && self.may_be_left_out(o));
        let orders: Vec<_> = over.map(|(no, o)| (no, o.left())).collect();
        if let Some((order, left)) = one_of(&orders, lot / 5) {
            mistakes.push(Mistake::LeftOut { order, qty: Qty((left.0 / 2).max(1)) });
        }
        (!mistakes.is_empty()).then_some(FromPeople::Reissue { venue, mistakes })
    }

    /// A trade of today that its client's bill can still be made anew for. Of a trade both of whose sides are ours none is
    /// wrong alone.
    fn may_be_wrong(&self, it: &Trade) -> bool {
        let clearing = &self.seq.firm().clearing;
        let alone = clearing.trade(it.trade, it.side.other()).is_none();
        alone && !it.annulled && self.is_open_to_files(it.settlement, it.client)
    }

    /// An order to buy of today that is over and dealt in less than it asked for.
    fn may_be_left_out(&self, it: &Order) -> bool {
        let firm = self.seq.firm();
        let day = firm.now().day();
        let plain = (it.side, it.kind, it.product) == (Side::Buy, OrderKind::Limit, vocab::Product::Delivery);
        let there = plain && it.is_closed() && it.left().is_positive() && firm.market.terms(it.venue, it.security, day).is_some();
        let mut settlements = firm.clearing.all_of_day(day).map(|(.., row)| row);
        there && settlements.all(|row| self.is_open_to_files(row, it.client) || self.is_apart(row))
    }

    fn is_apart(&self, settlement: SettlementRow) -> bool {
        self.seq.firm().clearing.settlement(settlement).is_none_or(|it| it.kind == SettlementKind::SameDay)
    }

    fn is_open_to_files(&self, settlement: SettlementRow, client: ClientRow) -> bool {
        let firm = self.seq.firm();
        let told = firm.clearing.entrusted_of(settlement).any(|(_, it)| it.client == client && it.custody != Custody::Returned);
        let in_time = firm.clearing.settlement(settlement).is_some_and(|it| it.stage <= clearing::Stage::Billed);
        client != ERROR && !told && in_time && !self.is_apart(settlement)
    }

    /// Shares of a settlement lately paid out that are found defective; none where the day knows no defective shares.
    pub(super) fn defective(&self, lot: u64) -> Option<Defective> {
        let firm = self.seq.firm();
        let today = firm.now().day();
        let recent = |day: Day| day < today && today.days_since(day) <= 7;
        let rows = firm.clearing.settlements().filter(|(_, it)| recent(it.trade_day) && it.stage >= clearing::Stage::PaidOut);
        let (by_company, as_seller) = (lot.is_multiple_of(2), lot % 4 < 2);
        let mut all: Vec<(SettlementRow, Net, Qty)> = Vec::new();
        for (row, _) in rows {
            for net in firm.clearing.standings_of(row).flat_map(|s| firm.clearing.nets_of(s)) {
                let there = self.objectable(row, net, as_seller);
                if there.is_positive() {
                    all.push((row, *net, there));
                }
            }
        }
        let (settlement, net, there) = one_of(&all, lot / 4)?;
        let it = firm.clearing.settlement(settlement)?;
        let count = |name| firm.rules.count(name, it.trade_day).ok().and_then(|(_, n)| u32::try_from(n).ok());
        let days = firm.calendar.of(it.corporation);
        let due = match by_company {
            true => today.plus(i32::try_from(count(RuleName::ObjectionRectifyDays)?).ok()?),
            false => {
                let last = days.after(it.trade_day, count(RuleName::BadDeliveryReportDay)?);
                (today <= last).then_some(days.after(it.trade_day, count(RuleName::RectifiedDeliveryDay)?))?
            }
        };
        let (client, side) = (net.client, if as_seller { Side::Sell } else { Side::Buy });
        Some(Defective {
            settlement: key(firm, settlement)?,
            ucc: firm.clients.code(client, side, today)?,
            account: self.script.member(client.0.checked_sub(Script::row(0).0)?).person.demat,
            isin: firm.market.security(net.security)?.isin,
            qty: Qty((there.0 / 2).max(1)),
            by_company,
            as_seller,
            due,
        })
    }

    /// What a client of the cast gave, or had and still has, and nobody objected to; none of a company that gives something in
    /// these days, which who has handed shares in would not have.
    fn objectable(&self, settlement: SettlementRow, net: &Net, as_seller: bool) -> Qty {
        let firm = self.seq.firm();
        let isin = firm.market.security(net.security).map(|it| it.isin);
        let gives = self.stage.gifts().iter().any(|it| Some(it.isin) == isin);
        let plain = firm.clients.get(net.client).is_some_and(|it| it.kind != ClientKind::Institution);
        let known = firm.clearing.objections().any(|(row, _, it)| (row, it.client, it.security) == (settlement, net.client, net.security));
        if net.client < Script::row(0) || !plain || gives || known {
            return Qty::ZERO;
        }
        match as_seller {
            true => net.delivered,
            false => (net.received - net.received_internal).min(firm.stock.free(net.client, net.security)),
        }
    }

    /// A shortage between clients that the desk buys in, a little above the close before.
    pub(super) fn buy_in(&self, lot: u64) -> Option<Command> {
        let firm = self.seq.firm();
        let open = firm.clearing.internal_shorts().filter(|(_, it)| it.ended.is_none() && it.qty.is_positive());
        let open: Vec<_> = open.map(|(key, _)| *key).collect();
        let (settlement, security, seller, _) = one_of(&open, lot)?;
        let terms = firm.market.terms(Venue::Nse, security, firm.now().day())?;
        let price = Price(terms.reference.0 + terms.reference.0 / 25).tick_down(terms.tick).min(terms.high);
        Some(Command::BuyIn { settlement, seller, security, price })
    }
}
