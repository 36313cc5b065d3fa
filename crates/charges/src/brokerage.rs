//! Brokerage by the client's plan, never above the cap of the day.

use rulebook::{NoRule, RuleName, Rulebook};
use vocab::{Day, Paise, Price, Qty, Rate, Rounding};

/// The cap on a trade: the higher of a fraction of its value and an amount a share (guide I 6.9).
fn cap(book: &Rulebook, value: Paise, qty: Qty, day: Day) -> Result<Paise, NoRule> {
    let (_, rate) = book.rate(RuleName::BrokerageCap, day)?;
    let (_, per_share) = book.amount(RuleName::BrokerageCapPerShare, day)?;
    // Paise per share as a price, so that the product is a value.
    let by_share = Price::from_paise(per_share.0).value(qty, Rounding::DownPaisa);
    Ok(rate.of(value, Rounding::DownPaisa).max(by_share))
}

/// Brokerage on one trade: the agreed rate, at least the agreed amount a share, at most the cap.
///
/// # Errors
/// [`NoRule`] when the cap of the day is not known.
pub fn brokerage(
    book: &Rulebook, rate: Rate, per_share: Paise, price: Price, qty: Qty, day: Day,
) -> Result<Paise, NoRule> {
    let value = price.value(qty, Rounding::NearestPaisa);
    let least = Price::from_paise(per_share.0).value(qty, Rounding::NearestPaisa);
    let agreed = rate.of(value, Rounding::NearestPaisa).max(least);
    Ok(agreed.min(cap(book, value, qty, day)?))
}

/// May a plan be agreed at all? Refused at set-up, and capped again on every trade (guide I 11.2).
///
/// # Errors
/// [`NoRule`] when the cap of the day is not known.
pub fn plan_fits(book: &Rulebook, rate: Rate, per_share: Paise, day: Day) -> Result<bool, NoRule> {
    let (_, most) = book.rate(RuleName::BrokerageCap, day)?;
    let (_, most_per_share) = book.amount(RuleName::BrokerageCapPerShare, day)?;
    let rate_fits = rate >= Rate::ZERO && rate <= most;
    Ok(rate_fits && !per_share.is_negative() && per_share <= most_per_share)
}
