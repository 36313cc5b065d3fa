//! Brokerage agreed with a client: from a day on, and never for the days before.

use super::desk::Desk;
use crate::{Code, Refusal};
use charges::Unfit;
use clients::Event;
use vocab::{ClientRow, Day, Slab};

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
    match desk.firm.clients.plans.last(client) {
        None => today,
        Some((from, _)) => {
            let open = if desk.firm.day() == Some(today) { today.next() } else { today };
            open.max(from.next())
        }
    }
}
