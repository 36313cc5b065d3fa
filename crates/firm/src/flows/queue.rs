//! After-market orders: given while the exchange takes nothing, kept, checked again and sent once it takes them.
//!
//! Nothing is bound while an order is kept: what it needs is judged when it goes.

use super::desk::Desk;
use super::{gate, phases, review};
use crate::{Answer, Code, Event, Job, Place, Refusal};
use risk::{Attempt, Waived};
use rulebook::RuleName;
use vocab::{Day, Phase, Product, Side, UserRow, Venue};

/// Orders that are kept at once.
const MOST: usize = 20_000;

/// Keep an order for when the exchange takes it; in a halt, if the house says so.
pub fn keep(desk: &mut Desk<'_>, by: UserRow, place: &Place) -> Result<(), Refusal> {
    let (firm, day) = (desk.firm, desk.day());
    let client = gate::admit(firm, by, place)?;
    if place.key != 0 && let Some(order) = firm.orders.by_key(by, place.key) {
        return Err(orders::Refusal::SameKey { order }.into());
    }
    if place.product == Product::SameDay {
        return Err(Refusal::plain(Code::SameDayNotKept));
    }
    match firm.market.phase(place.venue, place.security, day) {
        Phase::Shut => {}
        Phase::Halted if firm.rules.yes(RuleName::HouseQueueInHalt, day)?.1 => {}
        Phase::Halted => return Err(phases::halt(firm, place.venue, day)),
        open @ (Phase::PreOpen
        | Phase::Matching
        | Phase::Continuous
        | Phase::ClosingCall
        | Phase::ClosingLimit
        | Phase::PostClose) => return Err(Refusal::of(Code::TakenNow, [i64::from(open.number())])),
    }
    if firm.market.security(place.security).is_none() {
        return Err(Refusal::of(Code::UnknownSecurity, [i64::from(place.security.0)]));
    }
    if !place.qty.is_positive() {
        return Err(Refusal::of(Code::BadQuantity, [place.qty.0]));
    }
    if client.switched || firm.risk.user(by).switched || firm.risk.is_restrained(place.security) {
        let Place { client: row, security, side, .. } = *place;
        let attempt = Attempt { client: row, user: by, security, own: client.is_own(), side, reduces: side == Side::Sell };
        firm.risk.restrained(&attempt, day)?;
    }
    let kept = firm.review.iter().filter(|(_, waits)| waits.is_queued()).count();
    if kept >= MOST {
        let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        return Err(Refusal::of(Code::TooMany, [number(kept.saturating_add(1)), number(MOST)]));
    }
    review::note(firm, by, place, Refusal::plain(Code::Queued), Waived::NONE, desk.out)
}

/// The exchange takes orders: what is kept goes, one order a step, since each changes what the next may use.
pub fn begin(desk: &mut Desk<'_>, venue: Venue, phase: Phase) {
    let kept = desk.firm.review.iter().any(|(_, waits)| waits.is_queued() && waits.placed.venue == venue);
    if kept && matches!(phase, Phase::PreOpen | Phase::Continuous) {
        desk.start(Job::SendQueued);
    }
}

/// The next kept order that the phase takes is checked as if it came now. A limit it breaches may let it wait for the risk
/// desk, its size for its own confirmation; else it goes, or is gone.
pub fn step(desk: &mut Desk<'_>, cursor: u32) {
    let (firm, day) = (desk.firm, desk.day());
    let next = firm.review.iter().find(|(no, waits)| *no > cursor && waits.is_queued() && is_taken(desk, &waits.place(), day));
    let Some((referral, waits)) = next.filter(|_| firm.day() == Some(day)) else {
        return desk.push(Event::JobEnded);
    };
    review::send(desk, referral, waits);
    desk.push(Event::JobMoved { cursor: referral });
}

fn is_taken(desk: &Desk<'_>, place: &Place, day: Day) -> bool {
    let begins = matches!(desk.firm.market.phase(place.venue, place.security, day), Phase::PreOpen | Phase::Continuous);
    begins && phases::takes(desk.firm, place, day).is_ok()
}

/// What became of an order that is no longer kept.
pub const fn gone(sent: bool) -> Answer {
    if sent { Answer::Send } else { Answer::Refuse }
}
