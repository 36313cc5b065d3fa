//! Modify and cancel: asked of the exchange; the order stands until it answers.

use super::desk::Desk;
use super::{gate, intraday, phases, place, same_day, shares};
use crate::{Code, Refusal};
use clients::{Dealing, Gate};
use orders::{Change, Event, Order, Stage};
use risk::{Already, Attempt, Bound, Means, Ticket, Waived};
use vocab::{ClientKind, ClientRow, OrderKind, OrderNo, Paise, Product, Side, UserRow, Validity};

fn changeable<'a>(
    desk: &Desk<'a>, by: UserRow, no: OrderNo, client: ClientRow,
) -> Result<(&'a Dealing, &'a Order), Refusal> {
    let (known, _) = gate::client_of(desk.firm, by, client)?;
    let order = desk.firm.orders.get(no).ok_or(orders::Refusal::UnknownOrder { order: no })?;
    if order.client != client {
        return Err(orders::Refusal::NotYours { order: no }.into());
    }
    Ok((known, desk.firm.orders.changeable(no)?))
}

pub fn cancel(desk: &mut Desk<'_>, by: UserRow, no: OrderNo, client: ClientRow) -> Result<(), Refusal> {
    let (_, order) = changeable(desk, by, no, client)?;
    phases::lets_cancel(desk.firm, order, desk.day())?;
    desk.push(Event::CancelAsked { order: no });
    place::watch(desk.firm, &desk.as_of, desk.out);
    Ok(())
}

pub fn modify(
    desk: &mut Desk<'_>, by: UserRow, no: OrderNo, client: ClientRow, change: &Change,
) -> Result<(), Refusal> {
    let Change { price, qty, trigger } = *change;
    let (known, order) = changeable(desk, by, no, client)?;
    let dormant = matches!(order.stage, Stage::Dormant { .. });
    let fixed = order.kind == OrderKind::Market || order.validity == Validity::Ioc;
    // A stop that woke has no trigger to change; one at the market no price.
    let unfit = (trigger != order.trigger && !dormant) || (!order.kind.is_limit() && price != order.price);
    if fixed || unfit || !order.stands() {
        return Err(orders::Refusal::NotModifiable { order: no }.into());
    }
    if qty <= order.told {
        return Err(Refusal::of(Code::BelowFilled, [number(no), order.told.0]));
    }
    if (price, qty, trigger) == (order.price, order.qty, order.trigger) {
        return Err(orders::Refusal::NothingChanged { order: no }.into());
    }
    if known.gate != Gate::Open {
        return Err(Refusal::of(known.gate.into(), [i64::from(client.0)]));
    }
    let bound = recheck(desk, by, no, order, known, change)?;
    desk.push(Event::ModifyAsked { order: no, price, qty, trigger });
    let hold = *desk.firm.risk.hold(no).expect("an open order holds");
    let (value, amount) = ((bound.value - hold.value).at_least_zero(), (bound.amount() - hold.amount).at_least_zero());
    if value.is_positive() || amount.is_positive() {
        desk.push(risk::Event::Raised { order: no, value, amount });
    }
    if order.blocks() && qty > order.qty {
        let (security, day) = (order.security, desk.day());
        if order.product == Product::Delivery {
            shares::tell(desk.firm, (no, order.venue), (client, security), qty - order.qty, day, desk.out);
        }
        desk.push(books::StockEvent::Blocked { client, security, qty: qty - order.qty });
    }
    place::watch(desk.firm, &desk.as_of, desk.out);
    Ok(())
}

/// The changed order passes everything a new one passes; what it already binds counts as free.
fn recheck(
    desk: &Desk<'_>, by: UserRow, no: OrderNo, order: &Order, known: &Dealing, change: &Change,
) -> Result<Bound, Refusal> {
    let (firm, Change { price, qty, trigger }) = (desk.firm, *change);
    let day = desk.day();
    phases::lets_change(firm, order, day)?;
    let row = i64::from(order.security.0);
    let instrument = same_day::instrument(firm, order.venue, order.security, order.product, day);
    let instrument = instrument.ok_or(Refusal::of(Code::NotAdmitted, [row]))?;
    let user = firm.risk.user(by);
    let is_intraday = order.product == Product::Intraday;
    let more = qty - order.qty;
    let covers = is_intraday && intraday::covers(firm, (order.client, order.security, order.venue), order.side, more);
    if known.switched || user.switched || firm.risk.is_restrained(order.security) {
        let reduces = covers || order.blocks();
        let Order { client, security, side, .. } = *order;
        firm.risk.restrained(&Attempt { client, user: by, security, own: known.is_own(), side, reduces }, day)?;
    }
    let needs = match is_intraday {
        false => same_day::needs(firm, known, order.product, order.side, order.security, &desk.as_of)?,
        true => intraday::needs(firm, known, order.side, (order.security, order.venue), covers, &desk.as_of)?,
    };
    let (used, book) = (firm.risk.client(order.client), firm.books.client(order.client));
    // Shares of the error account may not have come yet; it closes no more than it did.
    let closes = known.kind == ClientKind::Error && qty <= order.qty;
    let shares = match closes || is_intraday {
        true => qty,
        false if order.product == Product::SameDay => same_day::for_sale(firm, order.client, order.security),
        false => shares::for_sale(firm, order.venue, order.client, order.security, more, day),
    };
    let means = place::means(firm, order.client, needs, &book, &used, shares, &desk.as_of);
    let shorts = is_intraday && order.side == Side::Sell && !covers;
    let free = means.free - same_day::not_there(firm, order.client, order.product);
    let means = Means { covers, shorts, free, ..means };
    let hold = firm.risk.hold(no).expect("an open order holds");
    let bound = Bound { value: hold.value, margin: hold.amount, charges: Paise::ZERO };
    let is_limit = order.kind.is_limit();
    let worst = if is_limit { price } else { instrument.high };
    let ticket = Ticket { side: order.side, price: worst, is_limit, qty: qty - order.told };
    if matches!(order.stage, Stage::Dormant { .. }) {
        place::trigger_fits(order.side, order.kind, trigger, price, &instrument)?;
    }
    if order.disclosed > qty {
        return Err(Refusal::of(Code::BadDisclosed, [order.disclosed.0, qty.0, 0]));
    }
    let waived = if covers { Waived::NONE.of_client() } else { Waived::NONE };
    let already = Already { bound, qty: order.left() };
    let symbol = firm.risk.symbol_qty(by, order.security);
    let bound = risk::check(&ticket, &instrument, &user, symbol, &used, &means, &already, waived)?;
    // A change that makes it smaller is let in, whatever was cut meanwhile.
    let more = bound.value - already.bound.value;
    if firm.risk.counts(no) && more.is_positive() {
        firm.risk.within_groups(order.client, order.security, more, day)?;
    }
    if known.is_bounded() && more.is_positive() && place::adds(order.side, order.product, covers) {
        place::within_means(firm, order.client, &used, more)?;
    }
    Ok(bound)
}

fn number(no: OrderNo) -> i64 {
    i64::try_from(no.0).unwrap_or(i64::MAX)
}
