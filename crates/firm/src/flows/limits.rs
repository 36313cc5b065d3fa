//! Limits of many at once, limits on groups of securities, and what is said to trades that went beyond one.

use super::desk::Desk;
use super::setup::{MOST_ROWS, bounded, repeats};
use crate::{Code, Refusal};
use alloc::collections::BTreeSet;
use clearing::Trade;
use risk::{Ask, Deviation, Event, GroupName, Holder, LimitRow};
use vocab::{ClientRow, Code as Text, Day, OrderNo, Paise, SecurityRow, UserRow};

/// Groups the house may have: each is looked at for an order in one of its securities.
const MOST_GROUPS: u32 = 100;

pub fn decide(desk: &mut Desk<'_>, by: UserRow, ask: &Ask) -> Result<(), Refusal> {
    match ask {
        Ask::Upload { file, rows } => upload(desk, *file, rows),
        Ask::DrawGroup { group, from, securities } => draw(desk, *group, *from, securities),
        Ask::LimitGroup { group, holder, from, exposure } => limit(desk, *group, *holder, *from, *exposure),
        Ask::Document { deviation, reason, paper } => document(desk, by, *deviation, *reason, *paper),
    }
}

/// Rows are counted from one, as in the file they come from.
fn row(nth: usize) -> i64 {
    i64::try_from(nth.saturating_add(1)).unwrap_or(i64::MAX)
}

fn upload(desk: &mut Desk<'_>, file: Text<24>, rows: &[LimitRow]) -> Result<(), Refusal> {
    bounded(rows.len(), MOST_ROWS)?;
    if rows.is_empty() {
        return Err(Refusal::plain(Code::NoRows));
    }
    let (mut users, mut clients) = (BTreeSet::new(), BTreeSet::new());
    for (nth, it) in rows.iter().enumerate() {
        let (known, first, event) = match *it {
            LimitRow::User { user, limits } => {
                (desk.firm.users.get(user).is_some(), users.insert(user), Event::UserLimited { user, limits })
            }
            LimitRow::Client { client, limits } => {
                let known = desk.firm.clients.known(client).is_ok();
                (known, clients.insert(client), Event::ClientLimited { client, limits })
            }
        };
        if !known {
            return Err(Refusal::of(Code::RowUnknown, [row(nth)]));
        }
        if !first {
            return Err(repeats(nth));
        }
        if let Some(which) = it.fault() {
            return Err(Refusal::of(Code::RowBadLimit, [row(nth), i64::from(which as u8)]));
        }
        desk.push(event);
    }
    let rows = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    desk.push(Event::Uploaded { file, rows });
    Ok(())
}

fn draw(desk: &mut Desk<'_>, name: GroupName, from: Day, securities: &[SecurityRow]) -> Result<(), Refusal> {
    bounded(securities.len(), MOST_ROWS)?;
    let group = desk.firm.risk.group(&name).unwrap_or_else(|| desk.firm.risk.next_group());
    if group > MOST_GROUPS {
        return Err(Refusal::of(Code::TooMany, [i64::from(group), i64::from(MOST_GROUPS)]));
    }
    let drawn = desk.firm.risk.group_drawn(group).map_or(from, Day::next);
    // Orders of a day are all counted by one list.
    let earliest = super::plan::untouched(desk).max(drawn);
    if from < earliest {
        return Err(Refusal::of(Code::GroupTooEarly, [i64::from(earliest.0)]));
    }
    desk.push(Event::GroupDrawn { group, name, from });
    let mut seen = BTreeSet::new();
    for (nth, security) in securities.iter().copied().enumerate() {
        if desk.firm.market.security(security).is_none() {
            return Err(Refusal::of(Code::UnknownSecurity, [i64::from(security.0)]));
        }
        if !seen.insert(security) {
            return Err(repeats(nth));
        }
        desk.push(Event::GroupHas { group, from, security });
    }
    Ok(())
}

fn limit(desk: &mut Desk<'_>, name: GroupName, holder: Holder, from: Day, exposure: Paise) -> Result<(), Refusal> {
    let group = desk.firm.risk.group(&name).ok_or(Refusal::plain(Code::UnknownGroup))?;
    if let Holder::Client(client) = holder {
        desk.firm.clients.known(client)?;
    }
    // A limit is cut at once, whatever is open; a day that is over keeps what it had.
    if from < desk.day() {
        return Err(Refusal::of(Code::DayGoneBy, [i64::from(from.0)]));
    }
    if !risk::is_limit(exposure) {
        return Err(Refusal::plain(Code::BadLimit));
    }
    desk.push(Event::GroupLimited { group, holder, from, exposure });
    Ok(())
}

fn document(
    desk: &mut Desk<'_>, by: UserRow, deviation: Deviation, reason: u16, paper: Text<16>,
) -> Result<(), Refusal> {
    let firm = desk.firm;
    match deviation {
        Deviation::Limit { order, .. } => {
            if order == OrderNo(0) || order >= firm.orders.next_no() {
                let number = i64::try_from(order.0).unwrap_or(i64::MAX);
                return Err(Refusal::of(Code::UnknownOrder, [number]));
            }
        }
        Deviation::Margin { client, day } => {
            firm.clients.known(client)?;
            if firm.ended().is_none_or(|ended| day > ended) {
                return Err(Refusal::of(Code::DayNotOver, [i64::from(day.0)]));
            }
        }
    }
    if firm.risk.is_documented(deviation) {
        return Err(Refusal::plain(Code::AlreadySo));
    }
    desk.push(Event::Documented { deviation, reason, paper, by });
    Ok(())
}

/// An order that a group counts dealt in more than was told, or in less.
pub fn more(desk: &mut Desk<'_>, order: OrderNo, client: ClientRow, security: SecurityRow, value: Paise) {
    if desk.firm.risk.counts(order) && !value.is_zero() {
        desk.push(Event::Regrouped { security, from: client, to: None, value: -value });
    }
}

/// A trade of an order that a group counts left its client: what it used goes with it.
pub fn moved(desk: &mut Desk<'_>, trade: &Trade, to: Option<ClientRow>, value: Paise) {
    if desk.firm.risk.counts(trade.order) {
        desk.push(Event::Regrouped { security: trade.security, from: trade.client, to, value });
    }
}
