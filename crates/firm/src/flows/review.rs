//! Review and release: a breach that may be released waits for a named person, an order of unusual size for its
//! own confirmation (sebi 41.2.2(c)v, (d)ii). What is let in passes everything else once more.

use super::desk::Desk;
use super::place::{Judged, bind, judge};
use crate::{Answer, AsOf, Code, Event, Events, Firm, HouseFigures, Place, Referral, Refusal, Role};
use orders::Placed;
use risk::{Waived, Which};
use rulebook::{NoRule, RuleName};
use vocab::{Day, Evidence, OrderNo, Price, UserRow, Venue};

/// Orders that may wait at once: their end with the session is one entry. Beyond it a breach is refused.
const MOST_WAITING: usize = 1_000;

const RELEASABLE: [(Which, RuleName); 7] = [
    (Which::UserOrderQty, RuleName::HouseReleaseUserOrderQuantity),
    (Which::UserOrderValue, RuleName::HouseReleaseUserOrderValue),
    (Which::UserSymbolQty, RuleName::HouseReleaseUserSecurityQuantity),
    (Which::UserOpenValue, RuleName::HouseReleaseUserOpenValue),
    (Which::ClientOrderValue, RuleName::HouseReleaseClientOrderValue),
    (Which::ClientExposure, RuleName::HouseReleaseClientExposure),
    (Which::ClientTurnover, RuleName::HouseReleaseClientTurnover),
];

/// The house's rules for orders, as figures of a day.
pub fn figures(firm: &Firm, day: Day) -> Result<HouseFigures, NoRule> {
    let mut releasable = Waived::NONE;
    for (which, name) in RELEASABLE {
        if firm.rules.yes(name, day)?.1 {
            releasable = releasable.with(which);
        }
    }
    Ok(HouseFigures {
        confirm_above: firm.rules.amount(RuleName::HouseConfirmAbove, day)?.1,
        releasable,
        resale: firm.rules.yes(RuleName::HouseResale, day)?.1,
    })
}

#[allow(clippy::wildcard_enum_match_arm, reason = "only limits can be released")]
fn limit_of(code: Code) -> Option<Which> {
    match code {
        Code::OverUserOrderQty => Some(Which::UserOrderQty),
        Code::OverUserOrderValue => Some(Which::UserOrderValue),
        Code::OverUserSymbolQty => Some(Which::UserSymbolQty),
        Code::OverUserOpenValue => Some(Which::UserOpenValue),
        Code::OverClientOrderValue => Some(Which::ClientOrderValue),
        Code::OverClientExposure => Some(Which::ClientExposure),
        Code::OverClientTurnover => Some(Which::ClientTurnover),
        _ => None,
    }
}

/// All limits the order breaches, if each may be released and nothing else keeps it out.
fn breached(firm: &Firm, by: UserRow, place: &Place, as_of: &AsOf, first: Refusal) -> Result<Waived, Refusal> {
    let (mut waived, mut refusal) = (Waived::NONE, first);
    loop {
        let which = limit_of(refusal.code).filter(|which| firm.house.releasable.has(*which)).ok_or(refusal)?;
        waived = waived.with(which);
        match judge(firm, by, place, as_of, waived) {
            Ok(_) => return Ok(waived),
            Err(more) => refusal = more,
        }
    }
}

/// An order that did not pass at once, or is of unusual size: refused, or it waits.
#[cold]
pub fn refer(
    firm: &Firm, by: UserRow, place: &Place, as_of: &AsOf, judged: Result<Judged, Refusal>, out: &mut Events,
) -> Result<(), Refusal> {
    let (refusal, waived) = match judged {
        Ok(Judged { bound, .. }) => {
            let figures = [bound.value.0, firm.house.confirm_above.0];
            (Refusal::of(Code::Unconfirmed, figures), Waived::NONE)
        }
        Err(refusal) => (refusal, breached(firm, by, place, as_of, refusal)?),
    };
    if firm.review.iter().filter(|(_, waits)| !waits.is_queued()).count() >= MOST_WAITING {
        return Err(refusal);
    }
    note(firm, by, place, refusal, waived, out)
}

/// The order waits, under a number of its own.
pub fn note(
    firm: &Firm, by: UserRow, place: &Place, refusal: Refusal, waived: Waived, out: &mut Events,
) -> Result<(), Refusal> {
    if let Some(waits) = firm.review.by_key(by, place.key) {
        return Err(Refusal::of(Code::WaitsAlready, [i64::from(waits)]));
    }
    let referral = firm.review.next();
    let Place { client, security, venue, side, kind, validity, channel, product, qty, key, source, terminal, .. } = *place;
    let price = if kind.is_limit() { place.price } else { Price::ZERO };
    let order = OrderNo(u64::from(referral));
    out.push(Event::Referred(Placed {
        order, key, price, qty, client, security, user: by, venue, side, kind, validity, channel, product,
    }));
    let (kind, reference) = place.evidence.unwrap_or((Evidence::Other, 0));
    out.push(Event::ReferralProof { referral, source, terminal, kind, reference });
    let Place { trigger, disclosed, seen, .. } = *place;
    if !trigger.is_zero() || !disclosed.is_zero() {
        out.push(Event::ReferralConditioned { referral, trigger, disclosed, seen });
    }
    out.push(Event::ReferralReason { referral, refusal, waived });
    Ok(())
}

/// A person answers for an order that waits.
pub fn answer(desk: &mut Desk<'_>, by: UserRow, referral: u32, answer: Answer, reason: u16) -> Result<(), Refusal> {
    let firm = desk.firm;
    let unknown = Refusal::of(Code::UnknownReferral, [i64::from(referral)]);
    let waits = *firm.review.get(referral).ok_or(unknown)?;
    let user = waits.placed.user;
    match answer {
        // Whoever gave the order does not judge it.
        Answer::Release | Answer::Decline if user == by => return Err(Refusal::of(Code::WantsChecker, [i64::from(by.0)])),
        Answer::Release if waits.wants_confirming() || waits.is_queued() => return Err(waits.refusal),
        Answer::Confirm if !waits.wants_confirming() => return Err(waits.refusal),
        Answer::Confirm | Answer::Withdraw if user != by && !is_his_own(firm, by, &waits.placed) => {
            return Err(Refusal::of(Code::NotPermitted, [i64::from(by.0)]));
        }
        Answer::Expire | Answer::Send | Answer::Refuse => return Err(unknown),
        Answer::Release | Answer::Decline | Answer::Confirm | Answer::Withdraw => {}
    }
    let mut order = OrderNo(0);
    if matches!(answer, Answer::Release | Answer::Confirm) {
        let place = waits.place();
        let judged = judge(firm, user, &place, &desk.as_of, waits.waived)?;
        order = firm.orders.next_no();
        bind(firm, user, &place, &judged, &desk.as_of, desk.out);
    }
    desk.push(Event::ReferralEnded { referral, answer, by: Some(by), reason, order });
    Ok(())
}

/// The time of an order that was kept has come: it goes in, waits for a person like any other, or is refused.
pub fn send(desk: &mut Desk<'_>, referral: u32, waits: &Referral) {
    let (firm, as_of) = (desk.firm, desk.as_of);
    let (user, place) = (waits.placed.user, waits.place());
    let mut order = OrderNo(0);
    let (refusal, waived) = match judge(firm, user, &place, &as_of, Waived::NONE) {
        Ok(judged) if judged.bound.value <= firm.house.confirm_above => {
            order = firm.orders.next_no();
            bind(firm, user, &place, &judged, &as_of, desk.out);
            (waits.refusal, None)
        }
        Ok(Judged { bound, .. }) => {
            let figures = [bound.value.0, firm.house.confirm_above.0];
            (Refusal::of(Code::Unconfirmed, figures), Some(Waived::NONE))
        }
        Err(refusal) => (refusal, breached(firm, user, &place, &as_of, refusal).ok()),
    };
    if refusal != waits.refusal {
        desk.push(Event::ReferralReason { referral, refusal, waived: waived.unwrap_or(Waived::NONE) });
    }
    if waived.is_none() {
        let answer = super::queue::gone(order != OrderNo(0));
        desk.push(Event::ReferralEnded { referral, answer, by: None, reason: 0, order });
    }
}

fn is_his_own(firm: &Firm, by: UserRow, placed: &Placed) -> bool {
    firm.users.get(by).is_some_and(|u| u.role == Role::Client && u.client == Some(placed.client))
}

/// What nobody answered does not outlive the session.
pub fn expire(desk: &mut Desk<'_>, venue: Venue) {
    let firm = desk.firm;
    for (referral, _) in firm.review.iter().filter(|(_, waits)| waits.placed.venue == venue && !waits.is_queued()) {
        let (answer, order) = (Answer::Expire, OrderNo(0));
        desk.push(Event::ReferralEnded { referral, answer, by: None, reason: 0, order });
    }
}
