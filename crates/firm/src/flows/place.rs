//! A new order: gate, session, instrument, one risk pass, then it binds and goes to the market.
//!
//! All orders go to the market: there is no path here that matches two clients (sebi 41.2.2(e)).

use super::gate;
use crate::{AsOf, Code, Event, Events, Firm, Place, Refusal, Timer};
use clients::Client;
use orders::Placed;
use risk::{Bound, Instrument, Means, Ticket};
use vocab::{ClientRow, Evidence, OrderKind, Paise, Price, Qty, Rate, Side, UserRow};

/// The exchange has this long to answer before it is asked.
pub const ANSWER_SECONDS: i64 = 5;

pub fn place(firm: &Firm, by: UserRow, place: &Place, as_of: &AsOf, out: &mut Events) -> Result<(), Refusal> {
    let client = gate::admit(firm, by, place)?;
    if place.key != 0
        && let Some(order) = firm.orders.by_key(by, place.key)
    {
        return Err(orders::Refusal::SameKey { order }.into());
    }
    let day = as_of.day();
    if !firm.market.is_open(day) || firm.day != Some(day) {
        return Err(Refusal::plain(Code::SessionShut));
    }
    let row = i64::from(place.security.0);
    if firm.market.security(place.security).is_none() {
        return Err(Refusal::of(Code::UnknownSecurity, [row]));
    }
    let terms = firm.market.terms(place.security, day).ok_or(Refusal::of(Code::NotAdmitted, [row]))?;
    let instrument = Instrument { low: terms.low, high: terms.high, tick: terms.tick };
    let ticket = Ticket {
        side: place.side,
        // A market order is judged at the worst price of the band.
        price: match place.kind {
            OrderKind::Limit => place.price,
            OrderKind::Market => terms.high,
        },
        is_limit: place.kind == OrderKind::Limit,
        qty: place.qty,
    };
    let means = means(firm, place.client, client, place.side, as_of)?;
    let means = Means { shares: firm.stock.free(place.client, place.security), ..means };
    let nothing = Bound { value: Paise::ZERO, margin: Paise::ZERO, charges: Paise::ZERO };
    let bound = risk::check(
        &ticket,
        &instrument,
        &firm.risk.user(by),
        firm.risk.symbol_qty(by, place.security),
        &firm.risk.client(place.client),
        &means,
        &nothing,
        Qty::ZERO,
    )?;
    bind(firm, by, place, &bound, as_of, out);
    Ok(())
}

fn bind(firm: &Firm, by: UserRow, place: &Place, bound: &Bound, as_of: &AsOf, out: &mut Events) {
    let order = firm.orders.next_no();
    let Place { client, security, side, kind, validity, channel, qty, key, source, terminal, .. } = *place;
    let price = match kind {
        OrderKind::Limit => place.price,
        OrderKind::Market => Price::ZERO,
    };
    out.push(Event::Order(orders::Event::Placed(Placed {
        order, key, price, qty, client, security, user: by, side, kind, validity, channel,
    })));
    let (proof, reference) = place.evidence.unwrap_or((Evidence::Other, 0));
    out.push(Event::Order(orders::Event::Evidenced { order, source, terminal, kind: proof, reference }));
    let Bound { value, margin, charges } = *bound;
    out.push(Event::Risk(risk::Event::Held { order, client, user: by, security, qty, value, margin, charges }));
    if side == Side::Sell {
        out.push(Event::Stock(books::StockEvent::Blocked { client, security, qty }));
    }
    watch(firm, as_of, out);
}

/// One timer watches all unanswered orders.
pub fn watch(firm: &Firm, as_of: &AsOf, out: &mut Events) {
    if firm.orders.oldest_unanswered().is_none() && !is_watched(firm) {
        out.push(Event::Armed { due: as_of.now.plus_seconds(ANSWER_SECONDS), timer: Timer::Orders });
    }
}

pub fn is_watched(firm: &Firm) -> bool {
    firm.timers.iter().any(|(_, timer)| *timer == Timer::Orders)
}

/// What the client has, and what his era or he himself wants blocked.
pub fn means(firm: &Firm, row: ClientRow, client: &Client, side: Side, as_of: &AsOf) -> Result<Means, Refusal> {
    let own = client.is_own();
    let policy = &firm.policy;
    let cost = match firm.costs.get(&(client.state, side)) {
        Some(cost) => *cost,
        // The first client of his state opened after the day began: its costs are looked up as the day's were.
        None => {
            let place = charges::Place { client: client.state, firm: firm.state };
            charges::worst(&firm.rules, side, place, as_of.day())?
        }
    };
    let margin = match side {
        Side::Buy if client.full_value => Rate::WHOLE,
        Side::Buy => policy.buy,
        Side::Sell => policy.sell,
    };
    let plan = client.plan.map_or(Rate::ZERO, |plan| plan.rate);
    let taxed = with_tax(plan, cost.tax);
    let used = firm.risk.client(row);
    let book = firm.books.client(row);
    Ok(Means {
        free: book.free() - used.held - used.committed,
        shares: Qty::ZERO,
        margin,
        charges: Rate(cost.levies.0.saturating_add(taxed.0)),
        allowance: policy.allowance,
        own,
        debit_overdue: if own || !book.clear().is_negative() { None } else { overdue(firm, row, as_of) },
    })
}

/// Brokerage and the tax on it, as a fraction of the value, rounded up.
pub fn with_tax(plan: Rate, tax: Rate) -> Rate {
    let on = i128::from(plan.0).saturating_mul(i128::from(tax.0));
    let up = on.saturating_add(i128::from(Rate::WHOLE.0).saturating_sub(1));
    let tax = up.checked_div(i128::from(Rate::WHOLE.0)).and_then(|t| i64::try_from(t).ok()).unwrap_or(i64::MAX);
    Rate(plan.0.saturating_add(tax))
}

/// Trading days the oldest unpaid due is beyond what the rule allows (sebi 23 Annexure 2.6).
fn overdue(firm: &Firm, client: ClientRow, as_of: &AsOf) -> Option<u32> {
    let limit = u32::from(firm.policy.debit_days);
    if limit == 0 {
        return None;
    }
    let oldest = firm.books.oldest_unpaid(client)?;
    let days = firm.calendar.between(oldest, as_of.day());
    (days > limit).then_some(days)
}
