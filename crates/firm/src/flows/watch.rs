//! What people watch: their lists, their alerts, and orders that wait for a price (entities C5).
//!
//! A kept order binds nothing while it waits. When its price is reported it is judged as if its owner had given it at that moment:
//! it goes, waits for a person like any other of its size, or is refused; and it is over.

use super::desk::Desk;
use super::place::{Judged, bind, judge};
use super::{gate, review};
use crate::{Code, Firm, Place, Refusal};
use ::watch::{Ask, Condition, End, Event as Seen, Kept, Leg, Legs, MOST_ALERTS, MOST_KEPT, MOST_ON_LIST, Refusal as No, Than, Watch};
use risk::Waived;
use rulebook::RuleName;
use vocab::{AlertNo, Day, Evidence, OrderKind, OrderNo, Price, Qty, SecurityRow, TriggerNo, UserRow, Validity, Venue};

/// Ended in one entry at most; the next day's begin takes the rest.
const MOST_EXPIRED: usize = 5_000;

pub fn decide(desk: &mut Desk<'_>, by: UserRow, ask: &Ask) -> Result<(), Refusal> {
    let watch = &desk.firm.watch;
    match *ask {
        Ask::MakeList { name } => {
            watch.nameable(by, &name, None)?;
            desk.push(Seen::ListMade { list: watch.next_list(), owner: by, name });
        }
        Ask::RenameList { list, name } => {
            watch.list_of(list, by)?;
            watch.nameable(by, &name, Some(list))?;
            desk.push(Seen::ListNamed { list, name });
        }
        Ask::Enter { list, venue, security } => {
            let rows = &watch.list_of(list, by)?.rows;
            traded(desk.firm, venue, security)?;
            if rows.contains(&(venue, security)) {
                return Err(No::ThereAlready.into());
            }
            if rows.len() >= MOST_ON_LIST {
                return Err(No::TooMany { most: MOST_ON_LIST }.into());
            }
            desk.push(Seen::Entered { list, venue, security });
        }
        Ask::Strike { list, venue, security } => {
            if !watch.list_of(list, by)?.rows.contains(&(venue, security)) {
                return Err(No::NotThere.into());
            }
            desk.push(Seen::Struck { list, venue, security });
        }
        Ask::DropList { list } => {
            watch.list_of(list, by)?;
            desk.push(Seen::ListDropped { list });
        }
        Ask::SetAlert { .. } | Ask::ChangeAlert { .. } | Ask::DropAlert { .. } => return alert(desk, by, ask),
        Ask::Keep { .. } | Ask::Change { .. } | Ask::Drop { .. } => return kept(desk, by, ask),
    }
    Ok(())
}

/// A security that an exchange trades, as far as the firm was told.
fn traded(firm: &Firm, venue: Venue, security: SecurityRow) -> Result<(), Refusal> {
    let there = firm.market.security(security).is_some();
    let named = venue == Venue::Nse || firm.market.code(security).is_some();
    if there && named { Ok(()) } else { Err(Refusal::of(Code::UnknownSecurity, [i64::from(security.0)])) }
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the rest is decided before")]
fn alert(desk: &mut Desk<'_>, by: UserRow, ask: &Ask) -> Result<(), Refusal> {
    let watch = &desk.firm.watch;
    let known = |condition: &Condition| {
        traded(desk.firm, condition.venue, condition.security)?;
        match condition.than {
            Than::Figure(_) => Ok(()),
            Than::Of(venue, security) => traded(desk.firm, venue, security),
        }
    };
    match *ask {
        Ask::SetAlert { name, condition } => {
            known(&condition)?;
            if watch.alerts_of(by).count() >= MOST_ALERTS {
                return Err(No::TooMany { most: MOST_ALERTS }.into());
            }
            let alert = watch.next_alert();
            desk.push(Seen::AlertSet { alert, owner: by, condition, on: true });
            desk.push(Seen::AlertNamed { alert, name });
        }
        Ask::ChangeAlert { alert, name, condition, on } => {
            watch.alert_of(alert, by)?;
            known(&condition)?;
            desk.push(Seen::AlertSet { alert, owner: by, condition, on });
            desk.push(Seen::AlertNamed { alert, name });
        }
        Ask::DropAlert { alert } => {
            watch.alert_of(alert, by)?;
            desk.push(Seen::AlertDropped { alert });
        }
        _ => unreachable!("decided before"),
    }
    Ok(())
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the rest is decided before")]
fn kept(desk: &mut Desk<'_>, by: UserRow, ask: &Ask) -> Result<(), Refusal> {
    let (firm, day) = (desk.firm, desk.day());
    match *ask {
        Ask::Keep { client, venue, security, last, legs, channel, source } => {
            traded(firm, venue, security)?;
            let waiting = firm.watch.kept_of(by).filter(|(_, it)| it.waits()).count();
            if waiting >= MOST_KEPT {
                return Err(No::TooMany { most: MOST_KEPT }.into());
            }
            let trigger = firm.watch.next_trigger();
            let days = i32::try_from(firm.rules.count(RuleName::HouseKeptOrderDays, day)?.1).unwrap_or(i32::MAX);
            let expires = Day(day.0.saturating_add(days));
            let made = desk.as_of.now;
            let (first, second, stage) = (None, None, ::watch::Stage::Waits);
            let it = Kept { user: by, client, venue, security, last, channel, source, made, changed: made, expires, first, second, stage };
            sound(firm, by, (trigger, &it), &legs, day)?;
            desk.push(Seen::Kept { trigger, user: by, client, venue, security, last, expires });
            desk.push(Seen::KeptFrom { trigger, channel, source });
            Watch::waits(trigger, &legs).for_each(|event| desk.push(event));
        }
        Ask::Change { trigger, last, legs } => {
            let it = Kept { last, ..*firm.watch.waits_of(trigger, by)? };
            sound(firm, by, (trigger, &it), &legs, day)?;
            desk.push(Seen::Changed { trigger, last });
            Watch::waits(trigger, &legs).for_each(|event| desk.push(event));
        }
        Ask::Drop { trigger } => {
            firm.watch.waits_of(trigger, by)?;
            desk.push(Seen::Ended { trigger, why: End::Dropped });
        }
        _ => unreachable!("decided before"),
    }
    Ok(())
}

/// Its legs can be waited for, its owner may give such orders, and their prices are on the day's tick where that is known.
fn sound(firm: &Firm, by: UserRow, (trigger, kept): (TriggerNo, &Kept), legs: &Legs, day: Day) -> Result<(), Refusal> {
    Watch::sound(kept.last, legs)?;
    let tick = firm.market.terms(kept.venue, kept.security, day).map(|terms| terms.tick);
    for leg in legs.iter() {
        gate::admit(firm, by, &place(trigger, kept, &leg))?;
        if let Some(tick) = tick.filter(|tick| !leg.price.is_on_tick(*tick)) {
            return Err(Refusal::of(Code::OffTick, [leg.price.0, tick.0]));
        }
    }
    Ok(())
}

/// The order of a leg, as its owner gave it.
fn place(trigger: TriggerNo, kept: &Kept, leg: &Leg) -> Place {
    Place {
        client: kept.client,
        security: kept.security,
        venue: kept.venue,
        side: leg.side,
        kind: OrderKind::Limit,
        validity: Validity::Day,
        channel: kept.channel,
        product: leg.product,
        price: leg.price,
        trigger: Price::ZERO,
        qty: leg.qty,
        disclosed: Qty::ZERO,
        seen: Price::ZERO,
        key: 0,
        source: kept.source,
        terminal: 0,
        evidence: Some((Evidence::InternetLog, u64::from(trigger.0))),
    }
}

/// An edge saw a price reach a kept order. What has fired or ended meanwhile is over, and a price that reaches nothing changes nothing.
pub fn reached(desk: &mut Desk<'_>, trigger: TriggerNo, price: Price) {
    let (firm, as_of) = (desk.firm, desk.as_of);
    let Some(kept) = firm.watch.kept(trigger) else { return };
    let Some((nth, leg)) = kept.reached(price) else { return };
    let (user, place) = (kept.user, place(trigger, kept, &leg));
    let (order, why) = match judge(firm, user, &place, &as_of, Waived::NONE) {
        Ok(judged) if judged.bound.value <= firm.house.confirm_above => {
            bind(firm, user, &place, &judged, &as_of, desk.out);
            (firm.orders.next_no(), None)
        }
        judged => (OrderNo(0), Some(refer(desk, user, &place, judged))),
    };
    let (code, facts) = why.map_or((0, [0; 3]), |why| (why.code.number(), why.facts));
    desk.push(Seen::Fired { trigger, nth, price, order, code, facts });
}

/// It waits for the risk desk or for its own confirmation, or is refused: the reason is the same.
fn refer(desk: &mut Desk<'_>, user: UserRow, place: &Place, judged: Result<Judged, Refusal>) -> Refusal {
    let (firm, as_of) = (desk.firm, desk.as_of);
    let reason = match &judged {
        Ok(judged) => Refusal::of(Code::Unconfirmed, [judged.bound.value.0, firm.house.confirm_above.0]),
        Err(refusal) => *refusal,
    };
    match review::refer(firm, user, place, &as_of, judged, desk.out) {
        Ok(()) => reason,
        Err(refusal) => refusal,
    }
}

/// An edge saw the market go to where an alert is true, or come back from there.
pub fn crossed(desk: &mut Desk<'_>, alert: AlertNo, met: bool, value: i64) {
    if desk.firm.watch.alert(alert).is_some_and(|it| it.on && it.met != met) {
        desk.push(Seen::Crossed { alert, met, value });
    }
}

/// What has waited as long as the house lets anything wait.
pub fn begin(desk: &mut Desk<'_>, day: Day) {
    for trigger in desk.firm.watch.expired(day).take(MOST_EXPIRED) {
        desk.push(Seen::Ended { trigger, why: End::Expired });
    }
}
