//! What companies give on the days of a stage: which of an exchange's list can be played, when it becomes known, and what
//! it does to the reference price of its first day without the benefit.

use crate::stage::Stage;
use actions::Benefit;
use files::{CorporateAction, Gives};
use rulebook::{RuleName, Rulebook};
use std::collections::BTreeSet;
use vocab::{BenefitKind, Day, Isin, Price, Rate, Symbol};
use world::{Announcement, Gift};

/// How long before its first day without the benefit an action becomes known, in days of the calendar.
const AHEAD: i32 = 7;
/// From the record day to the pay day: the list has no pay days, companies have thirty days.
const PAID_AFTER: u32 = 3;

/// What a list gives and is not played: the symbol, and why.
pub type NotGiven = Vec<(Symbol, String)>;

impl Stage {
    /// Take in what an exchange's list gives on the days of the stage; what cannot be played is handed back with its reason.
    #[must_use]
    pub fn give(&mut self, list: &[CorporateAction], rules: &Rulebook) -> NotGiven {
        let mut not = Vec::new();
        let mut shares: BTreeSet<(Isin, Day)> = BTreeSet::new();
        for action in list {
            match self.announcement(action, rules) {
                // Of two that multiply one holding each would have to see the other's shares.
                Ok(it) if it.gift.kind() != BenefitKind::Dividend && !shares.insert((it.isin, it.ex)) => {
                    not.push((action.symbol, "a second gift of shares on one day".to_string()));
                }
                Ok(it) => self.gifts.push(it),
                Err(why) => not.push((action.symbol, why.to_string())),
            }
        }
        not
    }

    fn announcement(&self, action: &CorporateAction, rules: &Rulebook) -> Result<Announcement, &'static str> {
        let CorporateAction { ex, symbol, record, .. } = *action;
        let rows = self.on(ex).ok_or("without a session on its first day without the benefit")?;
        let isin = rows.values().find(|s| s.symbol == symbol).ok_or("of no security that trades here")?.isin;
        let before = self.days().filter(|day| *day < ex).filter_map(|day| self.on(day));
        let held = before.last().and_then(|rows| rows.values().find(|s| s.symbol == symbol));
        if held.is_some_and(|s| s.isin != isin) {
            return Err("whose shares change their ISIN");
        }
        let gift = match action.gives {
            Gives::Dividend { per_share } => Gift::Dividend { per_share },
            Gives::Bonus { new, held } => Gift::Bonus { new, held },
            Gives::Split { from, to } if from > to => Gift::Split { from, to },
            Gives::Split { .. } => return Err("which makes fewer shares of many"),
            Gives::Rights { .. } => return Err("to rights, whose entitlements no list names"),
        };
        let pay = (0..PAID_AFTER).fold(record, |day, _| self.next_day(day));
        Ok(Announcement { isin, gift, ex, record, pay, tax: Stage::dividend_tax(rules, pay) })
    }

    /// What companies keep back of a dividend they pay on a day.
    pub fn dividend_tax(rules: &Rulebook, day: Day) -> Rate {
        rules.rate(RuleName::DividendTax, day).map_or(Rate::ZERO, |(_, rate)| rate)
    }

    /// Everything that is given.
    pub fn gifts(&self) -> &[Announcement] {
        &self.gifts
    }

    /// Give what no list has: for simulated markets.
    pub fn give_also(&mut self, gifts: impl IntoIterator<Item = Announcement>) {
        self.gifts.extend(gifts);
    }

    /// What becomes known in the morning of a trading day: some days ahead, or on the first day for what lies nearer.
    pub fn announced(&self, day: Day) -> Vec<Announcement> {
        let known = |it: &&Announcement| {
            let wanted = it.ex.plus(-AHEAD).max(self.day);
            let at = if self.is_trading_day(wanted) { wanted } else { self.next_day(wanted) };
            at == day
        };
        self.gifts.iter().filter(known).copied().collect()
    }

    /// The close before in the shares of a day: what was split, or came as a bonus, is in it. To the tick below.
    pub fn reference(&self, isin: Isin, close: Price, day: Day, rules: &Rulebook) -> Price {
        let of = self.gifts.iter().filter(|it| it.isin == isin && it.ex == day);
        let adjusted = of.fold(close, |price, it| match it.gift {
            Gift::Bonus { new, held } => Benefit::Bonus { new, held }.adjusted(price),
            Gift::Split { from, to } => Benefit::Split { from, to }.adjusted(price),
            // The market finds the price without a dividend or a right.
            Gift::Dividend { .. } | Gift::Rights { .. } => price,
        });
        match rules.tick(adjusted, day) {
            Ok((_, tick)) if adjusted != close => adjusted.tick_down(tick).max(tick),
            _ => adjusted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocab::Paise;

    /// The sample's market, with a rulebook.
    fn sample() -> (Stage, Rulebook) {
        let mut book = Rulebook::default();
        for rule in files::rulebook::read_rulebook(files::rulebook::built_in()).unwrap() {
            book.adopt(rule).unwrap();
        }
        (Stage::of(&[files::sample_market()], &book).0, book)
    }

    #[test]
    fn what_can_be_played_is_announced_and_moves_the_reference_of_its_first_day() {
        let (mut stage, book) = sample();
        let (ex, symbols) = (stage.day, [0, 1, 2, 3].map(|n| stage.securities[n].symbol));
        let of = |nth: usize, gives| CorporateAction { ex, symbol: symbols[nth], gives, record: ex };
        let split = Gives::Split { from: Paise(1_000), to: Paise(200) };
        let bonus = Gives::Bonus { new: 1, held: 2 };
        let rights = Gives::Rights { new: 1, held: 5, premium: Price(0) };
        let stranger = CorporateAction { symbol: Symbol::parse("NOBODY").unwrap(), ..of(0, bonus) };
        let list = [
            of(0, split),
            of(0, bonus),
            of(1, Gives::Dividend { per_share: Price(65_000) }),
            of(2, rights),
            of(3, Gives::Split { from: Paise(200), to: Paise(1_000) }),
            stranger,
        ];
        let not = stage.give(&list, &book);
        let why: Vec<&str> = not.iter().map(|(_, why)| why.as_str()).collect();
        assert_eq!(why, [
            "a second gift of shares on one day",
            "to rights, whose entitlements no list names",
            "which makes fewer shares of many",
            "of no security that trades here",
        ]);
        assert_eq!(stage.announced(ex), stage.gifts(), "what is near is known on the first day");
        assert!(stage.announced(stage.next_day(ex)).is_empty());
        assert!(stage.gifts().iter().all(|it| it.pay > it.record && stage.is_trading_day(it.pay)));
        let at = |nth: usize, day| {
            stage.reference(stage.securities[nth].isin, Price::parse("4108.23").unwrap(), day, &book)
        };
        // A fifth is 821.646, to the tick of that price.
        let tick = book.tick(Price::parse("821.64").unwrap(), ex).unwrap().1;
        assert_eq!(at(0, ex), Price::parse("821.646").unwrap().tick_down(tick));
        assert_eq!(at(0, stage.next_day(ex)), Price::parse("4108.23").unwrap(), "on its first day only");
        assert_eq!(at(1, ex), Price::parse("4108.23").unwrap(), "the market finds the price without a dividend");
    }
}
