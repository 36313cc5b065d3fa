//! What the firm owes the clearing corporation and is owed, worked out from its trades again.

use super::story::Story;
use super::Case;
use crate::directory::Directory;
use firm::{Event, Firm, Input, Report};
use journal::v1::Entry;
use std::collections::BTreeMap;
use vocab::{EntryNo, Paise, Qty, Rounding, SecurityRow, SettlementKind, SettlementRow, Side, TradeNo};

struct Sum {
    bought: Qty,
    sold: Qty,
    buy_value: Paise,
    sell_value: Paise,
    first: Option<EntryNo>,
    trades: u64,
}

impl Sum {
    fn new() -> Sum {
        Sum { bought: Qty::ZERO, sold: Qty::ZERO, buy_value: Paise::ZERO, sell_value: Paise::ZERO, first: None, trades: 0 }
    }
}

pub struct Obligation {
    kind: SettlementKind,
    number: u32,
    settlement: Option<SettlementRow>,
    sums: BTreeMap<SecurityRow, Sum>,
    dealt: BTreeMap<(TradeNo, Side), clearing::TradeFact>,
    story: Story,
    /// What the clearing corporation's files and our own agreement with them said.
    agreed: Vec<(EntryNo, bool, Paise)>,
    told: Vec<(EntryNo, Option<SecurityRow>, Qty)>,
}

impl Obligation {
    pub fn new(kind: SettlementKind, number: u32) -> Obligation {
        Obligation {
            kind,
            number,
            settlement: None,
            sums: BTreeMap::new(),
            dealt: BTreeMap::new(),
            story: Story::default(),
            agreed: Vec::new(),
            told: Vec::new(),
        }
    }

    fn trade(&mut self, entry: EntryNo, fact: &clearing::TradeFact) {
        let sum = self.sums.entry(fact.security).or_insert_with(Sum::new);
        let value = fact.price.value(fact.qty, Rounding::NearestPaisa);
        sum.first.get_or_insert(entry);
        sum.trades += 1;
        self.dealt.insert((fact.trade, fact.side), *fact);
        match fact.side {
            Side::Buy => {
                sum.bought += fact.qty;
                sum.buy_value += value;
            }
            Side::Sell => {
                sum.sold += fact.qty;
                sum.sell_value += value;
            }
        }
    }

    /// Annulled, or a custodian's to settle: no obligation of the member's.
    fn take_out(&mut self, trade: TradeNo, side: Side) {
        let Some(fact) = self.dealt.remove(&(trade, side)) else { return };
        let sum = self.sums.entry(fact.security).or_insert_with(Sum::new);
        let value = fact.price.value(fact.qty, Rounding::NearestPaisa);
        sum.trades -= 1;
        match side {
            Side::Buy => {
                sum.bought -= fact.qty;
                sum.buy_value -= value;
            }
            Side::Sell => {
                sum.sold -= fact.qty;
                sum.sell_value -= value;
            }
        }
    }

    fn report(&mut self, entry: &Entry) {
        if let Input::Report(Report::Obligation { key, provisional: false, rows, part, .. }) = &entry.input
            && key.number == self.number
            && key.kind == self.kind
        {
            // A final file that is told again replaces the one before.
            if *part <= 1 {
                self.told.clear();
            }
            self.told.extend(rows.iter().map(|(security, qty)| (entry.head.entry, *security, *qty)));
        }
    }
}

impl Case for Obligation {
    fn see(&mut self, _: &Firm, entry: &Entry, names: &Directory) {
        for event in &entry.events {
            match event {
                Event::Clearing(clearing::Event::Scheduled { settlement, kind, number, .. })
                    if *number == self.number && *kind == self.kind =>
                {
                    self.settlement = Some(*settlement);
                    self.story.head(entry, names);
                    self.story.fact(event, entry, names);
                }
                Event::Clearing(clearing::Event::Traded(fact)) if Some(fact.settlement) == self.settlement => {
                    self.trade(entry.head.entry, fact);
                }
                Event::Clearing(
                    clearing::Event::Confirmed { settlement, trade, side } | clearing::Event::Annulled { settlement, trade, side },
                ) if Some(*settlement) == self.settlement => self.take_out(*trade, *side),
                Event::Clearing(clearing::Event::Corrected { settlement, trade, side, qty, price })
                    if Some(*settlement) == self.settlement =>
                {
                    if let Some(fact) = self.dealt.get(&(*trade, *side)).copied() {
                        self.take_out(*trade, *side);
                        self.trade(entry.head.entry, &clearing::TradeFact { qty: *qty, price: *price, ..fact });
                    }
                }
                Event::Clearing(clearing::Event::ObligationAgreed { settlement, provisional, funds, .. })
                    if Some(*settlement) == self.settlement =>
                {
                    self.agreed.push((entry.head.entry, *provisional, *funds));
                    self.story.head(entry, names);
                    self.story.fact(event, entry, names);
                }
                _ => {}
            }
        }
        self.report(entry);
    }

    fn tell(&mut self, _: &Firm, names: &Directory) -> Story {
        let mut story = std::mem::take(&mut self.story);
        let mut funds = Paise::ZERO;
        for (security, sum) in &self.sums {
            funds += sum.sell_value - sum.buy_value;
            let net = sum.bought - sum.sold;
            let word = match (net.is_positive(), net.is_negative()) {
                (true, _) => "to receive",
                (_, true) => "to deliver",
                (false, false) => "nil",
            };
            story.line(format_args!(
                "{} ({}): bought {:#} for {:#}, sold {:#} for {:#} in {} trades from entry {}: {:#} {word}",
                names.symbol(*security), names.isin(*security), sum.bought, sum.buy_value, sum.sold, sum.sell_value,
                sum.trades, sum.first.unwrap_or(EntryNo(0)), net.abs()
            ));
        }
        if story.entries == 0 {
            return story;
        }
        let word = if funds.is_negative() { "to pay" } else { "to receive" };
        story.line(format_args!("funds: sales less purchases at traded value = {:#} {word}", funds.abs()));
        story.line(format_args!("rules: multilateral netting by settlement; guide I 7.3, I 9.1"));
        for (entry, provisional, agreed) in &self.agreed {
            if *agreed != funds && !provisional {
                story.disagrees(format_args!("the record agreed {agreed:#} (entry {entry}); the trades say {funds:#}"));
            }
        }
        for (entry, security, qty) in &self.told {
            let ours = security.and_then(|row| self.sums.get(&row)).map_or(Qty::ZERO, |s| s.bought - s.sold);
            if ours != *qty {
                let which = security.map_or("a security we do not know".to_owned(), |row| names.symbol(row));
                story.disagrees(format_args!("the clearing corporation says {qty:#} {which} (entry {entry}); ours {ours:#}"));
            }
        }
        story
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clearing::{Event as Clearing, TradeFact};
    use firm::{Head, Source};
    use vocab::{ClientRow, Moment, OrderNo, Price, Venue};

    #[test]
    fn an_obligation_is_of_trades_as_they_were_corrected() {
        let (trade, side, settlement, security) = (TradeNo::of(Venue::Nse, 7), Side::Buy, SettlementRow(0), SecurityRow(3));
        let (price, at) = (Price::from_paise(80_000), Moment(0));
        let fact = TradeFact { trade, order: OrderNo(1), qty: Qty(10), price, at, settlement, client: ClientRow(0), security, side };
        let corrected = Clearing::Corrected { settlement, trade, side, qty: Qty(9), price: Price::from_paise(79_000) };
        let mut it = Obligation { settlement: Some(settlement), ..Obligation::new(SettlementKind::Normal, 1) };
        let head = Head { entry: EntryNo(4), source: Source::Itself, sequence: 0, at };
        let events = vec![Event::Clearing(Clearing::Traded(fact)), Event::Clearing(corrected)];
        it.see(&Firm::new(), &Entry { head, wall: 0, logic: 1, input: Input::Step, events, tail: Vec::new() }, &Directory::default());
        let sum = &it.sums[&security];
        assert_eq!((sum.trades, sum.bought, sum.buy_value), (1, Qty(9), Paise(9 * 79_000)));
    }
}
