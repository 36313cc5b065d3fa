//! Switches, suspended clients and restricted lists: new orders are kept out, open ones pulled; what reduces stays open.

use super::desk::Desk;
use super::place;
use crate::{Code, Event, Firm, Job, Refusal};
use alloc::collections::BTreeSet;
use orders::{Asked, Order};
use risk::{Event as Risk, Restriction, Scope};
use vocab::{ClientRow, OrderNo, Product, Side, UserRow};

/// Orders looked at in one step.
const AT_ONCE: usize = 500;
/// Rows of one list.
const MOST_ROWS: usize = 4_000;

fn known(desk: &Desk<'_>, scope: Scope) -> Result<(), Refusal> {
    let firm = desk.firm;
    match scope {
        Scope::All => Ok(()),
        Scope::Client(client) => Ok(firm.clients.known(client).map(|_| ())?),
        Scope::User(user) => match firm.users.get(user) {
            Some(_) => Ok(()),
            None => Err(Refusal::of(Code::UnknownUser, [i64::from(user.0)])),
        },
        Scope::Security(security) => match firm.market.security(security) {
            Some(_) => Ok(()),
            None => Err(Refusal::of(Code::UnknownSecurity, [i64::from(security.0)])),
        },
    }
}

fn flag(desk: &mut Desk<'_>, scope: Scope, on: bool) {
    if let Scope::Client(client) = scope {
        desk.push(clients::Event::Switched { client, on });
    }
}

pub fn pull(desk: &mut Desk<'_>, by: UserRow, scope: Scope, reason: u16) -> Result<(), Refusal> {
    known(desk, scope)?;
    if desk.firm.risk.switch(scope).is_some() {
        return Err(Refusal::plain(Code::AlreadySo));
    }
    let switch = desk.firm.risk.next_switch();
    desk.push(Risk::SwitchPulled { switch, scope, reason, by });
    flag(desk, scope, true);
    desk.start(Job::Pull(switch));
    Ok(())
}

/// Another person than the one who pulled it.
pub fn restore(desk: &mut Desk<'_>, by: UserRow, scope: Scope) -> Result<(), Refusal> {
    let switch = desk.firm.risk.switch(scope).ok_or(Refusal::plain(Code::AlreadySo))?;
    if switch.by == by {
        return Err(Refusal::of(Code::WantsChecker, [i64::from(by.0)]));
    }
    desk.push(Risk::SwitchRestored { scope, by });
    flag(desk, scope, false);
    Ok(())
}

/// Nothing is dealt for him, and what he has at the exchange is pulled, until another person lets him deal again.
pub fn suspend(desk: &mut Desk<'_>, by: UserRow, client: ClientRow, reason: u16) -> Result<(), Refusal> {
    if desk.firm.clients.known(client)?.suspended.is_some() {
        return Err(Refusal::plain(Code::AlreadySo));
    }
    desk.push(clients::Event::Suspended { client, reason, by });
    pull_of(desk, client);
    Ok(())
}

/// Another person than the one who suspended him.
pub fn resume(desk: &mut Desk<'_>, by: UserRow, client: ClientRow) -> Result<(), Refusal> {
    let first = desk.firm.clients.known(client)?.suspended.ok_or(Refusal::plain(Code::AlreadySo))?;
    if first == by {
        return Err(Refusal::of(Code::WantsChecker, [i64::from(by.0)]));
    }
    desk.push(clients::Event::Resumed { client });
    Ok(())
}

/// Pull all that one client has at the exchange, sales too: he deals no more. What is under way is pulled when the
/// exchange answers.
pub fn pull_of(desk: &mut Desk<'_>, client: ClientRow) {
    let firm = desk.firm;
    let his = firm.orders.iter().filter(|(_, order)| order.client == client && is_pulled(firm, order));
    let mark = desk.out.len();
    for (order, _) in his {
        if firm.orders.changeable(order).is_ok() {
            desk.push(orders::Event::CancelAsked { order });
        }
    }
    if desk.out.len() > mark {
        place::watch(firm, &desk.as_of, desk.out);
    }
}

/// Of the suspended and the dead everything is pulled but what closes a position of the day, as the ladder would.
fn is_pulled(firm: &Firm, order: &Order) -> bool {
    order.product != Product::Intraday || adds(firm, order)
}

/// Pull open orders, a bounded number a step. What the exchange has not answered for is pulled when it answers.
pub fn step(desk: &mut Desk<'_>, switch: u32, cursor: u32) {
    let firm = desk.firm;
    let first = usize::try_from(cursor).unwrap_or(usize::MAX);
    let mut looked = 0usize;
    for (no, order) in firm.orders.iter().skip(first).take(AT_ONCE) {
        looked = looked.saturating_add(1);
        let over = firm.risk.switch_over(order.client, order.user, order.security);
        // A stop that sleeps would wake and trade: it is pulled like what is open.
        if over.is_some() && adds(firm, order) && order.stands() && order.asked == Asked::Nothing {
            desk.push(orders::Event::CancelAsked { order: no });
        }
    }
    let restored = firm.risk.switches().all(|(_, s)| s.number != switch);
    if looked == AT_ONCE && !restored {
        desk.push(Event::JobMoved { cursor: cursor.saturating_add(u32::try_from(looked).unwrap_or(u32::MAX)) });
    } else {
        desk.push(Event::JobEnded);
    }
    if desk.out.list().iter().any(|e| matches!(e, Event::Order(_))) {
        place::watch(firm, &desk.as_of, desk.out);
    }
}

/// A sale of what is held reduces, and stays; so does an order that closes what an intraday order opened.
fn adds(firm: &Firm, order: &Order) -> bool {
    let position = firm.risk.position(order.client, order.security, order.venue);
    match order.product {
        Product::Delivery | Product::SameDay => order.side == Side::Buy,
        Product::Intraday => position.closed_by(order.side, order.left()) < order.left(),
    }
}

/// The exchange answered for an order that a switch is over, or whose client is suspended or dead: it is pulled now.
pub fn answered(desk: &mut Desk<'_>, no: OrderNo, order: &Order) {
    let firm = desk.firm;
    let switched = || firm.risk.switch_over(order.client, order.user, order.security).is_some() && adds(firm, order);
    let stopped = firm.clients.is_stopped(order.client) && is_pulled(firm, order);
    if (stopped || switched()) && order.left().is_positive() {
        desk.push(orders::Event::CancelAsked { order: no });
        place::watch(desk.firm, &desk.as_of, desk.out);
    }
}

/// Rows of a restricted list, whole or not at all.
pub fn restrict(desk: &mut Desk<'_>, rows: &[Restriction]) -> Result<(), Refusal> {
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    if rows.len() > MOST_ROWS {
        return Err(Refusal::of(Code::TooMany, [number(rows.len()), number(MOST_ROWS)]));
    }
    let mut seen = BTreeSet::new();
    let mut next = desk.firm.risk.next_restriction();
    for (nth, row) in rows.iter().enumerate() {
        known(desk, Scope::Security(row.security))?;
        if row.to.is_some_and(|to| to < row.from) {
            return Err(Refusal::of(Code::DayGoneBy, [i64::from(row.from.0)]));
        }
        if !seen.insert((row.security, row.whom, row.bar, row.from)) {
            return Err(Refusal::of(Code::RowRepeats, [number(nth.saturating_add(1))]));
        }
        desk.push(Risk::Restricted { restriction: next, row: *row });
        next = next.saturating_add(1);
    }
    Ok(())
}

pub fn lift(desk: &mut Desk<'_>, restriction: u32) -> Result<(), Refusal> {
    let found = desk.firm.risk.restrictions().find(|(no, _)| *no == restriction).map(|(_, row)| row.security);
    let security = found.ok_or(Refusal::of(Code::UnknownRestriction, [i64::from(restriction)]))?;
    desk.push(Risk::RestrictionLifted { restriction, security });
    Ok(())
}
