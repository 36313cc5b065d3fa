//! The market a day is played on.

use files::{Band, MarketDay, SecurityDay};
use rulebook::{ClosingMethod, NoRule, RuleName, Rulebook};
use std::fmt;
use vocab::{Day, Price, Rate, Symbol};

/// A day's market: what trades, at which real prices, and the holidays around it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stage {
    pub day: Day,
    pub securities: Vec<SecurityDay>,
    pub holidays: Vec<Day>,
}

/// Why a day cannot be played.
#[derive(Debug)]
pub enum StageError {
    NoRule(NoRule),
    /// Nothing is left to trade.
    Empty,
    /// A weekend or a holiday.
    NoSession(Day),
}

impl fmt::Display for StageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StageError::NoRule(none) => write!(f, "{none}: the day is refused"),
            StageError::Empty => f.write_str("no security of the day can be traded"),
            StageError::NoSession(day) => write!(f, "{day} is not a trading day"),
        }
    }
}

impl std::error::Error for StageError {}

impl From<NoRule> for StageError {
    fn from(none: NoRule) -> StageError {
        StageError::NoRule(none)
    }
}

/// Tick and band of a security on a day, from the rulebook: tick by the reference price, width by the list.
///
/// # Errors
/// [`NoRule`] when the day's ticks or dynamic band are not known.
pub fn limits(rules: &Rulebook, reference: Price, band: Band, day: Day) -> Result<(Price, Price, Price), NoRule> {
    let (_, tick) = rules.tick(reference, day)?;
    let width = match band {
        Band::Percent(percent) => Rate(i64::from(percent) * (Rate::WHOLE.0 / 100)),
        Band::Dynamic => rules.rate(RuleName::DynamicBandStart, day)?.1,
    };
    let (low, high) = market::band(reference, width, tick);
    Ok((low, high, tick))
}

impl Stage {
    /// All that trades on a day of the exchange's files, as they give it.
    pub fn of(market: &MarketDay) -> Stage {
        Stage { day: market.day, securities: market.securities.clone(), holidays: market.holidays.clone() }
    }

    /// Leave out what the rules of the day do not cover; each one left out is named with the reason.
    pub fn admit(&mut self, rules: &Rulebook) -> Vec<(Symbol, String)> {
        let day = self.day;
        let closing = rules.choice::<ClosingMethod>(RuleName::ClosingMethodDerivativeShares, day);
        let mut left_out = Vec::new();
        self.securities.retain(|s| {
            let reason = match (s.band, &closing) {
                (Band::Dynamic, Ok((_, ClosingMethod::Auction))) => {
                    Some("its close is found by a closing auction, which is not played here".to_string())
                }
                (Band::Dynamic, Err(none)) => Some(none.to_string()),
                _ => limits(rules, s.prev_close, s.band, day).err().map(|none| none.to_string()),
            };
            if let Some(reason) = &reason {
                left_out.push((s.symbol, reason.clone()));
            }
            reason.is_none()
        });
        left_out
    }

    pub fn is_trading_day(&self, day: Day) -> bool {
        !day.is_weekend() && !self.holidays.contains(&day)
    }

    /// The trading day after a day.
    pub fn next_day(&self, day: Day) -> Day {
        let mut at = day.next();
        while !self.is_trading_day(at) {
            at = at.next();
        }
        at
    }
}
