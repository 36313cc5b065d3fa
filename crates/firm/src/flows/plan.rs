//! Brokerage agreed with a client, and his own terms of margin and exposure: from a day on, never for the days before.

use super::desk::Desk;
use crate::{Code, Refusal};
use charges::Unfit;
use clients::{Event, Policy, Refusal as No};
use vocab::{ClientKind, ClientRow, Day, Slab};

/// Rows of one plan: a handful of portions and turnovers.
const MOST_ROWS: usize = 40;

pub fn agree(desk: &mut Desk<'_>, client: ClientRow, from: Day, slabs: &[Slab]) -> Result<(), Refusal> {
    let firm = desk.firm;
    firm.clients.known(client)?;
    super::setup::bounded(slabs.len(), MOST_ROWS)?;
    let earliest = earliest(desk, client);
    if from < earliest {
        return Err(Refusal::of(Code::PlanTooEarly, [i64::from(earliest.0)]));
    }
    match charges::plan_fits(&firm.rules, slabs, from)? {
        Err(Unfit::Rows) => return Err(Refusal::plain(Code::PlanRows)),
        Err(Unfit::AboveCap) => return Err(Refusal::plain(Code::PlanAboveCap)),
        Ok(()) => {}
    }
    let mut rows = slabs.to_vec();
    rows.sort_unstable();
    let plans = &firm.clients.plans;
    let plan = plans.of_rows(&rows).unwrap_or_else(|| {
        let plan = plans.next();
        for slab in rows {
            desk.push(Event::PlanDrawn { plan, slab });
        }
        plan
    });
    desk.push(Event::PlanSet { client, plan, from });
    Ok(())
}

/// The first plan may begin today. Another follows it, and not on a day whose orders are already taken by the one
/// before.
fn earliest(desk: &Desk<'_>, client: ClientRow) -> Day {
    let today = desk.day();
    match desk.firm.clients.plans.agreed.last(client) {
        None => today,
        Some((from, _)) => untouched(desk).max(from.next()),
    }
}

/// The first day of which no order is taken yet.
pub fn untouched(desk: &Desk<'_>) -> Day {
    let today = desk.day();
    if desk.firm.day() == Some(today) { today.next() } else { today }
}

/// A client's own terms: an extra margin, and how many times what he has with the firm he may have open (sebi 15.4.2).
pub fn bind(desk: &Desk<'_>, client: ClientRow, policy: Policy, from: Day) -> Result<Event, Refusal> {
    let known = desk.firm.clients.known(client)?;
    // Nothing is blocked for these: neither margin nor means speak of them.
    if known.is_own() || known.kind == ClientKind::Institution {
        return Err(Refusal::plain(Code::NotForKind));
    }
    if !policy.fits() {
        return Err(Refusal::plain(Code::BadPolicy));
    }
    let last = desk.firm.clients.policies.last(client);
    if last.is_some_and(|(_, it)| it == policy) {
        return Err(No::AlreadySo.into());
    }
    let earliest = untouched(desk).max(last.map_or(Day(i32::MIN), |(from, _)| from.next()));
    if from < earliest {
        return Err(Refusal::of(Code::PolicyTooEarly, [i64::from(earliest.0)]));
    }
    Ok(Event::PolicySet { client, policy, from })
}
