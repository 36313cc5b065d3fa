//! The rules adopted so far, and the asking.

use crate::choice::{Choice, YesNo};
use crate::{EVERYWHERE, Extra, Rule, RuleName, Unit};
use alloc::vec::Vec;
use core::fmt;
use stdx::Rows;
use vocab::{Day, Paise, Price, Rate, RuleRow, StateCode, TimeOfDay};

/// No row covers the day: what depends on the rule is refused, never judged by a neighbour.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct NoRule {
    pub name: RuleName,
    pub scope: StateCode,
    pub day: Day,
}

impl fmt::Display for NoRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no rule `{}`", self.name)?;
        if self.scope != EVERYWHERE {
            write!(f, " for {}", self.scope)?;
        }
        write!(f, " is known on {}", self.day)
    }
}

impl core::error::Error for NoRule {}

/// Why a row is not adopted. Nothing changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadRule {
    /// The last day lies before the first.
    EndsBeforeItStarts,
    /// Another row of the name and scope covers some of its days.
    Overlaps { with: RuleRow },
    /// The name is a state's and no state is given.
    NeedsScope,
    /// The name holds everywhere and a state is given.
    NotScoped,
    /// The value cannot stand in the unit of the name.
    Value { value: i64 },
    /// A cap or bound that the name does not carry, or a negative one.
    Extra { extra: i64 },
    /// A row without a source proves nothing.
    NoSource,
}

impl fmt::Display for BadRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadRule::EndsBeforeItStarts => f.write_str("its last day lies before its first"),
            BadRule::Overlaps { with } => {
                write!(f, "rule row {with} of the same name and scope covers some of its days")
            }
            BadRule::NeedsScope => f.write_str("the rule is a state's: it needs a scope"),
            BadRule::NotScoped => f.write_str("the rule holds everywhere: it takes no scope"),
            BadRule::Value { value } => write!(f, "{value} cannot stand in the unit of the rule"),
            BadRule::Extra { extra } => write!(f, "the rule cannot carry a cap or bound of {extra} paise"),
            BadRule::NoSource => f.write_str("a rule needs a source"),
        }
    }
}

impl core::error::Error for BadRule {}

/// Where a row stands among those of its name.
#[derive(Clone, Copy)]
struct Place {
    scope: StateCode,
    from: Day,
    row: RuleRow,
}

impl Place {
    const fn key(&self) -> (StateCode, Day) {
        (self.scope, self.from)
    }
}

/// Every rule adopted, in the order of adoption.
#[derive(Clone, Default)]
pub struct Rulebook {
    rules: Rows<RuleRow, Rule>,
    /// By number of the name: its rows by scope and first day.
    index: Vec<Vec<Place>>,
}

impl Rulebook {
    pub const fn new() -> Rulebook {
        Rulebook { rules: Rows::new(), index: Vec::new() }
    }

    /// Whether [`Rulebook::adopt`] would take the row. The order in which rows come does not matter.
    ///
    /// # Errors
    /// As [`Rulebook::adopt`].
    pub fn check(&self, rule: &Rule) -> Result<(), BadRule> {
        if rule.to.is_some_and(|to| to < rule.from) {
            return Err(BadRule::EndsBeforeItStarts);
        }
        match (rule.name.is_scoped(), rule.scope == EVERYWHERE) {
            (true, true) => return Err(BadRule::NeedsScope),
            (false, false) => return Err(BadRule::NotScoped),
            (true, false) | (false, true) => {}
        }
        if !rule.name.unit().admits(rule.value) {
            return Err(BadRule::Value { value: rule.value });
        }
        if rule.extra < 0 || (rule.extra > 0 && rule.name.extra() == Extra::Nothing) {
            return Err(BadRule::Extra { extra: rule.extra });
        }
        if rule.source.trim().is_empty() {
            return Err(BadRule::NoSource);
        }
        self.overlap(rule).map_or(Ok(()), |with| Err(BadRule::Overlaps { with }))
    }

    /// Take a row for ever. An open-ended row of the same name and scope ends the day before it.
    ///
    /// # Errors
    /// When the row contradicts itself, its name, or a row adopted before; nothing changes then.
    pub fn adopt(&mut self, rule: Rule) -> Result<RuleRow, BadRule> {
        self.check(&rule)?;
        let row = self.rules.push(rule);
        self.file(row);
        Ok(row)
    }

    /// Find a row by its name from now on.
    fn file(&mut self, row: RuleRow) {
        let Some(rule) = self.rules.get(row) else { return };
        let number = usize::from(rule.name.number());
        if self.index.len() <= number {
            self.index.resize_with(number.saturating_add(1), Vec::new);
        }
        let place = Place { scope: rule.scope, from: rule.from, row };
        let list = self.index.get_mut(number).expect("the index was grown to the name");
        list.insert(list.partition_point(|p| p.key() < place.key()), place);
    }

    /// The index is made of the rows alone.
    fn remake(&mut self) {
        for row in 0..self.rules.len() {
            self.file(stdx::Row::at(row));
        }
    }

    /// The row that covers some of the days of `rule`, succession apart.
    fn overlap(&self, rule: &Rule) -> Option<RuleRow> {
        let list = self.places(rule.name);
        let after = list.partition_point(|p| p.key() <= (rule.scope, rule.from));
        let before = after.checked_sub(1).and_then(|i| list.get(i)).filter(|p| p.scope == rule.scope);
        if let Some(before) = before {
            let ends = self.rules.get(before.row).and_then(|r| r.to);
            if before.from == rule.from || ends.is_some_and(|to| to >= rule.from) {
                return Some(before.row);
            }
        }
        let next = list.get(after).filter(|p| p.scope == rule.scope)?;
        rule.to.is_some_and(|to| to >= next.from).then_some(next.row)
    }

    fn places(&self, name: RuleName) -> &[Place] {
        self.index.get(usize::from(name.number())).map_or(&[], Vec::as_slice)
    }

    /// The rule in force everywhere on a day.
    ///
    /// # Errors
    /// When no row covers the day.
    pub fn at(&self, name: RuleName, day: Day) -> Result<(RuleRow, &Rule), NoRule> {
        self.at_scoped(name, EVERYWHERE, day)
    }

    /// The rule in force in a state on a day. A state without rows of its own has no rule: what brokers
    /// charged there is asked for by naming [`crate::OTHER_STATES`].
    ///
    /// # Errors
    /// When no row of that state covers the day.
    pub fn at_scoped(&self, name: RuleName, scope: StateCode, day: Day) -> Result<(RuleRow, &Rule), NoRule> {
        let list = self.places(name);
        let after = list.partition_point(|p| p.key() <= (scope, day));
        after
            .checked_sub(1)
            .and_then(|i| list.get(i))
            .filter(|p| p.scope == scope)
            .and_then(|p| Some((p.row, self.rules.get(p.row)?)))
            .filter(|(_, rule)| rule.covers(day))
            .ok_or(NoRule { name, scope, day })
    }

    /// # Errors
    /// When no row covers the day.
    pub fn rate(&self, name: RuleName, day: Day) -> Result<(RuleRow, Rate), NoRule> {
        self.rate_in(name, EVERYWHERE, day)
    }

    /// # Errors
    /// When no row of the state covers the day.
    pub fn rate_in(&self, name: RuleName, scope: StateCode, day: Day) -> Result<(RuleRow, Rate), NoRule> {
        assert!(name.unit() == Unit::Rate, "{name} is not a rate");
        self.at_scoped(name, scope, day).map(|(row, rule)| (row, Rate(rule.value)))
    }

    /// A rate of a state with the most it may come to for a client in a day.
    ///
    /// # Errors
    /// When no row of the state covers the day.
    pub fn capped_rate(
        &self, name: RuleName, scope: StateCode, day: Day,
    ) -> Result<(RuleRow, Rate, Option<Paise>), NoRule> {
        assert!(name.extra() == Extra::DailyCap, "{name} has no daily cap");
        let (row, rule) = self.at_scoped(name, scope, day)?;
        Ok((row, Rate(rule.value), (rule.extra > 0).then_some(Paise(rule.extra))))
    }

    /// # Errors
    /// When no row covers the day.
    pub fn amount(&self, name: RuleName, day: Day) -> Result<(RuleRow, Paise), NoRule> {
        assert!(name.unit() == Unit::Paise, "{name} is not an amount");
        self.at(name, day).map(|(row, rule)| (row, Paise(rule.value)))
    }

    /// # Errors
    /// When no row covers the day.
    pub fn time(&self, name: RuleName, day: Day) -> Result<(RuleRow, TimeOfDay), NoRule> {
        assert!(name.unit() == Unit::TimeOfDay, "{name} is not a time of day");
        let (row, rule) = self.at(name, day)?;
        Ok((row, TimeOfDay(u32::try_from(rule.value).expect("a time was admitted"))))
    }

    /// Days of any calendar, minutes, hours, years, or a plain number: the unit is the name's.
    ///
    /// # Errors
    /// When no row covers the day.
    pub fn count(&self, name: RuleName, day: Day) -> Result<(RuleRow, i64), NoRule> {
        assert!(name.unit().is_count(), "{name} is not a count");
        self.at(name, day).map(|(row, rule)| (row, rule.value))
    }

    /// # Errors
    /// When no row covers the day.
    pub fn day(&self, name: RuleName, day: Day) -> Result<(RuleRow, Day), NoRule> {
        assert!(name.unit() == Unit::Day, "{name} is not a day");
        let (row, rule) = self.at(name, day)?;
        Ok((row, Day(i32::try_from(rule.value).expect("a day was admitted"))))
    }

    /// # Errors
    /// When no row covers the day.
    pub fn letter(&self, name: RuleName, day: Day) -> Result<(RuleRow, u8), NoRule> {
        assert!(name.unit() == Unit::Letter, "{name} is not a letter");
        let (row, rule) = self.at(name, day)?;
        Ok((row, u8::try_from(rule.value).expect("a letter was admitted")))
    }

    /// # Errors
    /// When no row covers the day.
    pub fn choice<C: Choice>(&self, name: RuleName, day: Day) -> Result<(RuleRow, C), NoRule> {
        assert!(name.unit() == Unit::Choice(C::WORDS), "{name} does not choose from that list");
        let (row, rule) = self.at(name, day)?;
        Ok((row, C::from_value(rule.value).expect("a choice was admitted")))
    }

    /// # Errors
    /// When no row covers the day.
    pub fn yes(&self, name: RuleName, day: Day) -> Result<(RuleRow, bool), NoRule> {
        self.choice::<YesNo>(name, day).map(|(row, it)| (row, it == YesNo::Yes))
    }

    /// The tick of a share whose reference price is given: the first tier whose bound lies above it. What
    /// the reference is (the close of the last review) is the exchange's file to say.
    ///
    /// # Errors
    /// When a tier that must be looked at has no row on the day.
    pub fn tick(&self, reference: Price, day: Day) -> Result<(RuleRow, Price), NoRule> {
        let mut last = RuleName::TickTier1;
        for name in RuleName::TICK_TIERS {
            last = name;
            let (row, rule) = self.at(name, day)?;
            if rule.extra == 0 || reference < Price::from_paise(rule.extra) {
                return Ok((row, Price(rule.value)));
            }
        }
        Err(NoRule { name: last, scope: EVERYWHERE, day })
    }

    /// The rule of a row that an event carries.
    pub fn get(&self, row: RuleRow) -> Option<&Rule> {
        self.rules.get(row)
    }

    /// Whether exactly this row is adopted already: a second reading of the same data adds nothing.
    pub fn holds(&self, rule: &Rule) -> bool {
        let list = self.places(rule.name);
        list.binary_search_by(|p| p.key().cmp(&(rule.scope, rule.from)))
            .ok()
            .and_then(|i| list.get(i))
            .and_then(|p| self.rules.get(p.row))
            .is_some_and(|held| held == rule)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (RuleRow, &Rule)> {
        self.rules.iter()
    }

    pub fn len(&self) -> usize {
        self.rules.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

vocab::kept!(struct Rulebook { rules } made { index });

#[cfg(test)]
mod tests;
