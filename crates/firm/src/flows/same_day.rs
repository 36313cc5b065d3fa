//! Settlement on the day of the trade, by choice beside the regular cycle (SEBI circulars of 2024-03-21 and 2024-12-10).
//!
//! Such an order goes into the exchange's session of its own, with a band around the regular market's price, and its
//! trades into a settlement of their own that nets with no other. Pay-in is hours away: a purchase needs its whole value
//! in money before it is ordered, and a sale shares that are in the client's account.

use super::desk::Desk;
use super::setup::{MOST_ROWS, bounded, repeats};
use super::{cycle, place};
use crate::{AsOf, BreakKind, Code, Firm, Place, Refusal, SameDayRow};
use alloc::collections::BTreeSet;
use clearing::Stage;
use clients::Dealing;
use risk::{Instrument, Needs};
use rulebook::RuleName;
use vocab::{ClientKind, ClientRow, Day, Paise, Price, Product, Qty, Rate, SecurityRow, SettlementKind, SettlementRow, Side, Venue};

/// The exchanges' lists of who is dealt in so from which day, and who is not for a time. What trades today stays as it
/// began.
pub fn list(desk: &mut Desk<'_>, rows: &[SameDayRow]) -> Result<(), Refusal> {
    bounded(rows.len(), MOST_ROWS)?;
    let mut seen = BTreeSet::new();
    for (nth, SameDayRow { security, from, admitted }) in rows.iter().enumerate() {
        let market = &desk.firm.market;
        if market.security(*security).is_none() {
            return Err(Refusal::of(Code::UnknownSecurity, [i64::from(security.0)]));
        }
        if !seen.insert((*security, *from)) {
            return Err(repeats(nth));
        }
        if market.same_day_from(*security, *from) == Some(*admitted) {
            return Err(Refusal::plain(Code::AlreadySo));
        }
        if *from < desk.day() || (*from == desk.day() && market.trades(*security, desk.day())) {
            return Err(Refusal::of(Code::DayGoneBy, [i64::from(from.0)]));
        }
        desk.push(market::Event::SameDayListed { security: *security, from: *from, admitted: *admitted });
    }
    Ok(())
}

/// Whether the day, the house, the list and the client let such an order in.
///
/// # Errors
/// Which of them does not.
pub fn may(firm: &Firm, place: &Place, client: &Dealing, day: Day) -> Result<(), Refusal> {
    // Nothing settles today where the banks are closed.
    let settles = firm.calendar.of(firm.cleared_by(place.venue)).settles(day);
    let offered = settles
        && firm.rules.count(RuleName::SettlementCycleSameDay, day).is_ok()
        && firm.rules.yes(RuleName::HouseSameDay, day).is_ok_and(|(_, yes)| yes);
    if !offered {
        return Err(Refusal::of(Code::NoSameDay, [i64::from(day.0)]));
    }
    if !firm.market.is_same_day(place.security, day) || firm.market.is_gross(place.venue, place.security, day) {
        return Err(Refusal::of(Code::NotOnSameDayList, [i64::from(place.security.0)]));
    }
    // A custodian has no time to confirm: what he settles goes the regular way.
    if client.kind == ClientKind::Institution {
        return Err(Refusal::of(Code::SameDayNotFor, [i64::from(place.client.0)]));
    }
    Ok(())
}

/// Band and tick an order of a product is judged by; none where its security is not dealt in so today.
#[inline]
pub fn instrument(firm: &Firm, venue: Venue, security: SecurityRow, product: Product, day: Day) -> Option<Instrument> {
    let terms = firm.market.terms(venue, security, day)?;
    let regular = Instrument { low: terms.low, high: terms.high, tick: terms.tick };
    match product {
        Product::Delivery | Product::Intraday => Some(regular),
        Product::SameDay => {
            let set = firm.market.same_day_band(venue, security, day).map(|band| (band.low, band.high));
            // Before the regular market has moved its price is the reference.
            let (low, high) = match set {
                Some(band) => band,
                None => market::band(terms.reference, fraction(firm, day)?, terms.tick),
            };
            Some(Instrument { low, high, tick: terms.tick })
        }
    }
}

fn fraction(firm: &Firm, day: Day) -> Option<Rate> {
    firm.rules.rate(RuleName::SameDayBand, day).ok().map(|(_, rate)| rate)
}

/// The exchange set the band anew. One that is not the rule's around that price is a break, and the last one stands.
pub fn banded(desk: &mut Desk<'_>, venue: Venue, security: SecurityRow, last: Price, (low, high): (Price, Price)) {
    let day = desk.day();
    let tick = desk.firm.market.terms(venue, security, day).map(|terms| terms.tick);
    let rule = tick.zip(fraction(desk.firm, day)).map(|(tick, fraction)| market::band(last, fraction, tick));
    if rule != Some((low, high)) {
        return desk.break_off(BreakKind::BandReport, u64::from(security.0), low.0, high.0);
    }
    desk.push(market::Event::SameDayBanded { venue, security, day, last, low, high });
}

/// What an order of a product wants blocked, intraday aside: for a purchase that is paid for today its whole value.
///
/// # Errors
/// As [`place::needs`].
#[inline]
pub fn needs(
    firm: &Firm, client: &Dealing, product: Product, side: Side, security: SecurityRow, as_of: &AsOf,
) -> Result<Needs, Refusal> {
    let needs = place::needs(firm, client, side, security, as_of)?;
    match (product, side) {
        (Product::SameDay, Side::Buy) => {
            let (_, whole) = firm.rules.rate(RuleName::SameDayBuyMargin, as_of.day())?;
            Ok(Needs { margin: needs.margin.max(whole), ..needs })
        }
        (Product::SameDay, Side::Sell) | (Product::Delivery | Product::Intraday, _) => Ok(needs),
    }
}

/// The product that a settlement's trades are of, as far as it tells what they need.
pub fn product_of(firm: &Firm, settlement: SettlementRow) -> Product {
    match firm.clearing.settlement(settlement).is_some_and(|it| it.kind == SettlementKind::SameDay) {
        true => Product::SameDay,
        false => Product::Delivery,
    }
}

/// What of a client's free money an order of a product cannot use: sales that are not paid out yet back his orders, but
/// pay for nothing today.
#[inline]
pub fn not_there(firm: &Firm, client: ClientRow, product: Product) -> Paise {
    if product != Product::SameDay {
        return Paise::ZERO;
    }
    let open = firm.clearing.settlements().filter(|(_, s)| s.trades > 0 && s.stage < Stage::PaidOut);
    let standings = open.filter_map(|(row, _)| firm.clearing.standing(row, client));
    standings.flat_map(|standing| firm.clearing.nets_of(standing)).map(|net| net.credit).sum()
}

/// What a client may sell so: what lies in his account, and nothing that is still to come.
pub fn for_sale(firm: &Firm, client: ClientRow, security: SecurityRow) -> Qty {
    firm.stock.free(client, security)
}

/// Today's settlements at all exchanges in which a client may have sold a security.
pub fn sold_in(firm: &Firm, security: SecurityRow) -> impl Iterator<Item = SettlementRow> {
    let products = [Product::Delivery, Product::SameDay];
    let pairs = Venue::ALL.iter().flat_map(move |venue| products.map(|product| (*venue, product)));
    pairs.filter_map(move |(venue, product)| cycle::of_order(firm, venue, security, product))
}
