//! A new order: gate, session, instrument, one risk pass, then it binds and goes to the market.
//!
//! All orders go to the market: there is no path here that matches two clients (sebi 41.2.2(e)).

use super::{cycle, gate, intraday, phases, review, same_day, shares};
use crate::{AsOf, Code, Event, Events, Firm, Place, Refusal, Timer};
use books::ClientBook;
use clients::Dealing;
use orders::Placed;
use risk::{Already, Attempt, Bound, ClientUse, Instrument, Means, Needs, Ticket, Waived};
use rulebook::RuleName;
use vocab::{
    ClientKind, ClientRow, Day, Evidence, OrderKind, Paise, Price, Product, Qty, Rate, Rounding, SecurityRow, Side, UserRow, Validity,
};

/// The exchange has this long to answer before it is asked.
pub const ANSWER_SECONDS: i64 = 5;

pub fn place(firm: &Firm, by: UserRow, place: &Place, as_of: &AsOf, out: &mut Events) -> Result<(), Refusal> {
    match judge(firm, by, place, as_of, Waived::NONE) {
        Ok(judged) if judged.bound.value <= firm.house.confirm_above => {
            bind(firm, by, place, &judged, as_of, out);
            Ok(())
        }
        judged => review::refer(firm, by, place, as_of, judged, out),
    }
}

/// An order that passed.
#[derive(Clone, Copy)]
pub struct Judged {
    /// What it binds.
    pub bound: Bound,
    /// What it sells was seen to lie free in the account: nothing that is still to come.
    pub at_hand: bool,
}

/// Everything an order must pass, and what it then binds.
pub fn judge(firm: &Firm, by: UserRow, place: &Place, as_of: &AsOf, waived: Waived) -> Result<Judged, Refusal> {
    // All rows the checks below will read, before any of them is judged: fetched side by side, not one by one.
    let (user, used) = (firm.risk.user(by), firm.risk.client(place.client));
    let (book, symbol) = (firm.books.client(place.client), firm.risk.symbol_qty(by, place.security));
    let at_hand = match (place.side, place.product) {
        (Side::Sell, Product::Delivery) => shares::plainly_free(firm, place.client, place.security, place.qty),
        (Side::Sell, Product::Intraday | Product::SameDay) | (Side::Buy, _) => None,
    };
    let shares = match (place.side, place.product) {
        (Side::Buy, _) => Qty::ZERO,
        // What is sold intraday need not be there.
        (Side::Sell, Product::Intraday) => place.qty,
        (Side::Sell, Product::SameDay) => same_day::for_sale(firm, place.client, place.security),
        (Side::Sell, Product::Delivery) => match at_hand {
            Some(free) => free,
            None => shares::saleable(firm, place.venue, place.client, place.security, as_of.day()),
        },
    };
    let client = gate::admit(firm, by, place)?;
    // What was shifted to the error account is sold before it has come; what an institution sells is with its custodian.
    let elsewhere = matches!(client.kind, ClientKind::Error | ClientKind::Institution);
    let shares = if elsewhere { place.qty } else { shares };
    if place.key != 0
        && let Some(order) = firm.orders.by_key(by, place.key)
    {
        return Err(orders::Refusal::SameKey { order }.into());
    }
    let day = as_of.day();
    phases::takes(firm, place, day)?;
    let instrument = admitted(firm, place, client, day)?;
    let covers = place.product == Product::Intraday
        && intraday::covers(firm, (place.client, place.security, place.venue), place.side, place.qty);
    if client.switched || user.switched || firm.risk.is_restrained(place.security) {
        // Shares are sold out of what is held: a sale reduces.
        let reduces = covers || (place.side == Side::Sell && place.product != Product::Intraday);
        let Place { client: row, security, side, .. } = *place;
        let attempt = Attempt { client: row, user: by, security, own: client.is_own(), side, reduces };
        firm.risk.restrained(&attempt, day)?;
    }
    let ticket = Ticket {
        side: place.side,
        // A market order is judged at the worst price of the band.
        price: if place.kind.is_limit() { place.price } else { instrument.high },
        is_limit: place.kind.is_limit(),
        qty: place.qty,
    };
    let waived = if covers { waived.of_client() } else { waived };
    let needs = match place.product {
        product @ (Product::Delivery | Product::SameDay) => {
            same_day::needs(firm, client, product, place.side, place.security, as_of)?
        }
        Product::Intraday => intraday::needs(firm, client, place.side, (place.security, place.venue), covers, as_of)?,
    };
    let means = means(firm, place.client, needs, &book, &used, shares, as_of);
    let shorts = place.product == Product::Intraday && place.side == Side::Sell && !covers;
    let free = means.free - same_day::not_there(firm, place.client, place.product);
    let means = Means { covers, shorts, free, ..means };
    if place.kind.is_stop() || !place.trigger.is_zero() || !place.disclosed.is_zero() {
        conditions(firm, place, &instrument, as_of)?;
    }
    let bound = risk::check(&ticket, &instrument, &user, symbol, &used, &means, &Already::NOTHING, waived)?;
    if firm.risk.is_grouped(place.security) && adds(place.side, place.product, covers) {
        firm.risk.within_groups(place.client, place.security, bound.value, day)?;
    }
    if client.is_bounded() && adds(place.side, place.product, covers) {
        within_means(firm, place.client, &used, bound.value)?;
    }
    Ok(Judged { bound, at_hand: at_hand.is_some() })
}

/// What the order is dealt in as, where its security is dealt in so today and its trades have a settlement to go into.
#[inline]
fn admitted(firm: &Firm, place: &Place, client: &Dealing, day: Day) -> Result<Instrument, Refusal> {
    let Place { venue, security, product, .. } = *place;
    let row = i64::from(security.0);
    if firm.market.security(security).is_none() {
        return Err(Refusal::of(Code::UnknownSecurity, [row]));
    }
    if product == Product::SameDay {
        same_day::may(firm, place, client, day)?;
    }
    let instrument = same_day::instrument(firm, venue, security, product, day).ok_or(Refusal::of(Code::NotAdmitted, [row]))?;
    if cycle::of_order(firm, venue, security, product).is_none() {
        return Err(Refusal::of(Code::NoSettlement, [i64::from(day.0)]));
    }
    // What goes under two codes is delivered, every share of it.
    if product == Product::Intraday && firm.clients.legs_apart(place.client, day) {
        return Err(Refusal::of(Code::NotIntraday, [row]));
    }
    Ok(instrument)
}

/// What a client's own terms let him have open and bought, by what he has with the firm: money that is his and clear, and
/// collateral after haircut. None where they do not speak of it.
pub fn most_by_means(firm: &Firm, client: ClientRow) -> Option<Paise> {
    let multiple = firm.clients.policies.now(client)?.multiple?;
    let money = firm.books.client(client).clear().at_least_zero();
    Some(multiple.of(money + firm.margin.kept(client).sum(), Rounding::DownPaisa))
}

/// Whether so much more stays within what a client has with the firm (sebi 15.4.2).
#[cold]
pub fn within_means(firm: &Firm, client: ClientRow, used: &ClientUse, more: Paise) -> Result<(), Refusal> {
    let would = used.open_value + used.bought + more;
    match most_by_means(firm, client).filter(|most| would > *most) {
        Some(most) => Err(Refusal::of(Code::OverClientMeans, [would.0, most.0])),
        None => Ok(()),
    }
}

/// Whether an order makes a position larger: a sale of what is held does not, nor what closes within the day.
pub fn adds(side: Side, product: Product, covers: bool) -> bool {
    match product {
        Product::Delivery | Product::SameDay => side == Side::Buy,
        Product::Intraday => !covers,
    }
}

/// It binds, and goes to the market.
pub fn bind(firm: &Firm, by: UserRow, place: &Place, judged: &Judged, as_of: &AsOf, out: &mut Events) {
    let order = firm.orders.next_no();
    let Place { client, security, venue, side, kind, validity, channel, product, qty, key, source, terminal, .. } = *place;
    let price = if kind.is_limit() { place.price } else { Price::ZERO };
    out.push(Event::Order(orders::Event::Placed(Placed {
        order, key, price, qty, client, security, user: by, venue, side, kind, validity, channel, product,
    })));
    let (proof, reference) = place.evidence.unwrap_or((Evidence::Other, 0));
    out.push(Event::Order(orders::Event::Evidenced { order, source, terminal, kind: proof, reference }));
    if kind.is_stop() || !place.disclosed.is_zero() {
        let (trigger, disclosed) = (place.trigger, place.disclosed);
        out.push(Event::Order(orders::Event::Conditioned { order, trigger, disclosed }));
        if kind.is_stop() && !place.seen.is_zero() && !waits(side, trigger, place.seen) {
            out.push(Event::Order(orders::Event::TriggerPassed { order, last: place.seen }));
        }
    }
    let Bound { value, margin, charges } = judged.bound;
    out.push(Event::Risk(risk::Event::Held { order, client, user: by, security, qty, value, margin, charges }));
    if firm.risk.is_grouped(security) {
        let covers = product == Product::Intraday && intraday::covers(firm, (client, security, venue), side, qty);
        if adds(side, product, covers) {
            out.push(Event::Risk(risk::Event::Grouped { order, client, security }));
        }
    }
    if product == Product::Intraday {
        intraday::arm(firm, venue, as_of, out);
    } else if side == Side::Sell {
        if product == Product::Delivery && !judged.at_hand {
            shares::tell(firm, (order, venue), (client, security), qty, as_of.day(), out);
        }
        out.push(Event::Stock(books::StockEvent::Blocked { client, security, qty }));
    }
    watch(firm, as_of, out);
}

/// What an order has besides price and quantity fits them: the exchange would send it back.
#[cold]
fn conditions(firm: &Firm, place: &Place, instrument: &Instrument, as_of: &AsOf) -> Result<(), Refusal> {
    let bad = Refusal::of(Code::BadTrigger, [place.trigger.0, place.price.0]);
    match (place.kind.is_stop(), place.trigger.is_zero()) {
        (true, false) => trigger_fits(place.side, place.kind, place.trigger, place.price, instrument)?,
        (false, true) => {}
        (true, true) | (false, false) => return Err(bad),
    }
    if place.disclosed.is_zero() {
        return Ok(());
    }
    let (_, fraction) = firm.rules.rate(RuleName::DisclosedQuantityLeast, as_of.day())?;
    let least = Qty(fraction.of(Paise(place.qty.0), Rounding::UpPaisa).0);
    let stands = place.kind.is_limit() && place.validity == Validity::Day;
    if !stands || place.disclosed < least || place.disclosed > place.qty {
        return Err(Refusal::of(Code::BadDisclosed, [place.disclosed.0, place.qty.0, least.0]));
    }
    Ok(())
}

/// A trigger is a price of the day, and the limit behind it leaves room to trade once it is reached.
pub fn trigger_fits(
    side: Side, kind: OrderKind, trigger: Price, limit: Price, instrument: &Instrument,
) -> Result<(), Refusal> {
    let beyond = kind.is_limit()
        && match side {
            Side::Buy => limit < trigger,
            Side::Sell => limit > trigger,
        };
    let of_the_day = trigger.is_on_tick(instrument.tick) && trigger >= instrument.low && trigger <= instrument.high;
    if beyond || !of_the_day {
        return Err(Refusal::of(Code::BadTrigger, [trigger.0, limit.0]));
    }
    Ok(())
}

/// Whether a stop sleeps at a last price.
fn waits(side: Side, trigger: Price, last: Price) -> bool {
    match side {
        Side::Buy => trigger > last,
        Side::Sell => trigger < last,
    }
}

/// One timer watches all unanswered orders.
pub fn watch(firm: &Firm, as_of: &AsOf, out: &mut Events) {
    if !firm.timers.watches_orders() {
        out.push(Event::Armed { due: as_of.now.plus_seconds(ANSWER_SECONDS), timer: Timer::Orders });
    }
}

/// What an order wants blocked, alone and before it is judged.
#[cold]
pub fn needs_of(firm: &Firm, place: &Place, as_of: &AsOf) -> Result<Needs, Refusal> {
    let unknown = Refusal::of(Code::UnknownClient, [i64::from(place.client.0)]);
    let client = firm.clients.dealing(place.client).ok_or(unknown)?;
    let Place { side, security, venue, .. } = *place;
    match place.product {
        product @ (Product::Delivery | Product::SameDay) => same_day::needs(firm, client, product, side, security, as_of),
        Product::Intraday => {
            let covers = intraday::covers(firm, (place.client, security, venue), side, place.qty);
            intraday::needs(firm, client, side, (security, venue), covers, as_of)
        }
    }
}

/// What an order of a client wants blocked, by his era, the security, or his own wish.
#[inline]
pub fn needs(
    firm: &Firm, client: &Dealing, side: Side, security: SecurityRow, as_of: &AsOf,
) -> Result<Needs, Refusal> {
    let policy = &firm.policy;
    let own_rate = firm.market.margin(security, as_of.day());
    if policy.barred && side == Side::Buy {
        let own = super::setup::own_client(firm).map_or(Paise::ZERO, |own| firm.margin.lodged(own).cash_like);
        return Err(Refusal::of(Code::MarginUnpaid, [firm.margin.last_sums().mtm.0, own.0]));
    }
    if policy.rated && own_rate.is_none() {
        return Err(Refusal::of(Code::NoMarginRate, [i64::from(security.0)]));
    }
    let margin = match side {
        Side::Buy if client.full_value => Rate::WHOLE,
        Side::Buy => client.raised(own_rate.unwrap_or(policy.buy)),
        Side::Sell => client.raised(own_rate.unwrap_or(policy.sell)),
    };
    Ok(Needs { margin, ..costs(firm, client, side, as_of)? })
}

/// What brokerage, levies and taxes may take of a client, and no margin.
#[inline(always)]
pub fn costs(firm: &Firm, client: &Dealing, side: Side, as_of: &AsOf) -> Result<Needs, Refusal> {
    let cost = match firm.costs.get(client.state, side) {
        Some(cost) => *cost,
        None => firm.worst(client.state, side, as_of.day())?,
    };
    let charges = Rate(cost.levies.0.saturating_add(client.brokerage.grown_by(cost.tax).0));
    let mut needs = Needs {
        margin: Rate::ZERO,
        charges,
        per_share: Paise::ZERO,
        allowance: firm.policy.allowance,
        // An institution's custodian answers for what it deals: its limits hold, and nothing is blocked (guide I 7.3(iv)).
        unbound: client.is_own() || client.kind == ClientKind::Institution,
    };
    if !client.is_proportional() {
        let taxed = |amount: Paise| amount + cost.tax.of(amount, Rounding::UpPaisa);
        (needs.per_share, needs.allowance) = (taxed(client.per_share()), needs.allowance + taxed(client.per_order()));
    }
    Ok(needs)
}

/// What a client has for an order.
#[inline]
pub fn means(
    firm: &Firm, row: ClientRow, needs: Needs, book: &ClientBook, used: &ClientUse, shares: Qty, as_of: &AsOf,
) -> Means {
    Means {
        free: book.free() - used.held - used.committed,
        shares,
        needs,
        covers: false,
        shorts: false,
        debit_overdue: if firm.is_own(row) || !book.clear().is_negative() { None } else { overdue(firm, row, as_of) },
    }
}

/// Trading days the oldest unpaid due is beyond what the rule allows (sebi 23 Annexure 2.6).
pub fn overdue(firm: &Firm, client: ClientRow, as_of: &AsOf) -> Option<u32> {
    let limit = u32::from(firm.policy.debit_days);
    if limit == 0 {
        return None;
    }
    let oldest = firm.books.oldest_unpaid(client)?;
    let days = firm.calendar.between(oldest, as_of.day());
    (days > limit).then_some(days)
}
