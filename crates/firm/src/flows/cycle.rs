//! Which settlement a trade goes into.
//!
//! Between 2022-02-25 and 2023-01-26 securities moved from T+2 to T+1 in batches. Both cycles ran side by side, each
//! with settlement types and numbers of its own, and never netted.

use super::desk::Desk;
use super::setup::{MOST_ROWS, bounded, repeats};
use crate::{Code, Firm, Refusal};
use alloc::collections::BTreeSet;
use rulebook::{ClearedBy, Interoperability, RuleName};
use vocab::{Corporation, Day, Product, SecurityRow, SettlementKind, SettlementRow, Venue};

/// The settlement of a trade of today at an exchange; none before a day was begun, or where none is scheduled with its
/// clearing corporation.
#[inline]
pub fn of_trade(firm: &Firm, venue: Venue, security: SecurityRow) -> Option<SettlementRow> {
    firm.settlement_today(venue, kind_of(firm, venue, security, firm.day()?))
}

/// As [`of_trade`], by what an order is to end as: one for settlement on the day of the trade goes into that day's own.
#[inline]
pub fn of_order(firm: &Firm, venue: Venue, security: SecurityRow, product: Product) -> Option<SettlementRow> {
    match product {
        Product::Delivery | Product::Intraday => of_trade(firm, venue, security),
        Product::SameDay => firm.settlement_today(venue, SettlementKind::SameDay),
    }
}

/// The kind of settlement that a security's trades of a day go into.
#[inline]
pub fn kind_of(firm: &Firm, venue: Venue, security: SecurityRow, day: Day) -> SettlementKind {
    let moved = firm.market.security(security).and_then(|s| s.moved).is_some_and(|from| from <= day);
    let moved = moved && firm.settlement_today(venue, SettlementKind::NormalMoved).is_some();
    match (moved, firm.market.is_gross(venue, security, day)) {
        (false, false) => SettlementKind::Normal,
        (true, false) => SettlementKind::NormalMoved,
        (false, true) => SettlementKind::TradeToTrade,
        (true, true) => SettlementKind::TradeToTradeMoved,
    }
}

/// The exchanges' lists of who moves when (guide I 7.7). A day that has come is not changed.
pub fn move_securities(desk: &mut Desk<'_>, rows: &[(SecurityRow, Day)]) -> Result<(), Refusal> {
    bounded(rows.len(), MOST_ROWS)?;
    let mut seen = BTreeSet::new();
    for (nth, (security, from)) in rows.iter().enumerate() {
        let known = desk.firm.market.security(*security).ok_or(Refusal::of(Code::UnknownSecurity, [i64::from(security.0)]))?;
        if !seen.insert(*security) {
            return Err(repeats(nth));
        }
        if known.moved.is_some_and(|day| day <= desk.day()) {
            return Err(Refusal::of(Code::CycleMovedAlready, [i64::from(security.0)]));
        }
        // What trades today settles as it began.
        if *from <= desk.day() && desk.firm.market.trades(*security, desk.day()) {
            return Err(Refusal::of(Code::DayGoneBy, [i64::from(from.0)]));
        }
        desk.push(market::Event::CycleMoved { security: *security, from: *from });
    }
    Ok(())
}

/// While two cycles run, a security whose day to move is not known is not traded: which one settles it is no guess.
pub fn is_known(desk: &Desk<'_>, security: SecurityRow, day: Day) -> Result<(), Refusal> {
    let two = desk.firm.rules.count(RuleName::SettlementCycleMoved, day).is_ok();
    match two && desk.firm.market.security(security).is_some_and(|s| s.moved.is_none()) {
        true => Err(Refusal::of(Code::CycleUnknown, [i64::from(security.0), i64::from(day.0)])),
        false => Ok(()),
    }
}

/// Who settles the trades of all exchanges on a day, if one corporation does. While each member moves on a day it
/// chooses, the house's own rule is that day.
pub fn joint(desk: &Desk<'_>, day: Day) -> Result<Option<Corporation>, Refusal> {
    let rules = &desk.firm.rules;
    let (_, era) = rules.choice::<Interoperability>(RuleName::Interoperability, day)?;
    let (_, ours) = rules.choice::<ClearedBy>(RuleName::HouseClearingCorporation, day)?;
    let chosen = match ours {
        ClearedBy::Nscl => Some(Corporation::Nscl),
        ClearedBy::Iccl => Some(Corporation::Iccl),
        ClearedBy::OwnExchange => None,
    };
    match era {
        Interoperability::PerExchange => Ok(None),
        Interoperability::ByMember => Ok(chosen),
        // Nobody settles apart any more: who it is must be known.
        Interoperability::Joint if chosen.is_none() => Err(Refusal::of(Code::NoClearingCorporation, [i64::from(day.0)])),
        Interoperability::Joint => Ok(chosen),
    }
}

/// The settlements of the first exchange that trades on the day are scheduled, one for each kind that its securities need.
/// Another exchange without a settlement is not traded at that day.
pub fn scheduled(desk: &Desk<'_>, day: Day, joint: Option<Corporation>) -> Result<SettlementRow, Refusal> {
    let firm = desk.firm;
    let missing = Refusal::of(Code::NoSettlement, [i64::from(day.0)]);
    let first = firm.calendar.first_open(day).ok_or(missing)?;
    let corporation = joint.unwrap_or(first.own_corporation());
    let moved = |row: SecurityRow| firm.market.security(row).and_then(|s| s.moved).is_some_and(|from| from <= day);
    let two = firm.rules.count(RuleName::SettlementCycleMoved, day).is_ok();
    if two && firm.market.admitted(first, day).any(moved)
        && firm.clearing.of_day(day, corporation, SettlementKind::NormalMoved).is_none()
    {
        return Err(missing);
    }
    firm.clearing.of_day(day, corporation, SettlementKind::Normal).ok_or(missing)
}
