//! Orders that wait for a price, and alerts.

use crate::doors::Caller;
use crate::fields::{Fields, price, qty, shorten, text_of};
use crate::number;
use crate::show::market::{find, full, quote};
use crate::show::orders::symbol;
use crate::words::{self, OrderId, Token};
use crate::wrong::{Kind, Wrong};
use firm::{Code, Command, Event, Refusal};
use live::{Answered, Counter, Room};
use serde_json::{Value, json};
use vocab::{AlertNo, Channel, Label, OrderKind, Price, Qty, SecurityRow, TriggerNo, UserRow, Venue};
use watch::{Alert, Ask, Condition, End, Kept, Leg, Legs, Measure, Operator, Stage, Than};

/// As programs send one: a condition and its orders.
struct Wanted {
    name: String,
    last: Price,
    legs: Legs,
}

fn leg(order: &Value, name: &str, at: Price) -> Result<Leg, Wrong> {
    let need = |field: &str| text_of(order, field).ok_or_else(|| Wrong::field(field, "is missing in orders"));
    if words::kind(&need("order_type")?)? != OrderKind::Limit {
        return Err(Wrong::field("order_type", "of an order that waits for a price is LIMIT"));
    }
    let of = format!("{}:{}", need("exchange")?, need("tradingsymbol")?);
    if of != name {
        return Err(Wrong::field("orders", "are of another security than the condition"));
    }
    let wanted = Leg {
        at,
        side: words::side(&need("transaction_type")?)?,
        qty: qty("quantity", &need("quantity")?)?,
        price: price("price", &need("price")?)?,
        product: words::product("product", &need("product")?)?,
    };
    if wanted.qty.is_positive() && !wanted.price.is_zero() { Ok(wanted) } else { Err(Wrong::field("orders", "need a quantity and a price")) }
}

impl Wanted {
    fn parse(fields: &Fields) -> Result<Wanted, Wrong> {
        let (condition, orders) = (fields.json("condition")?, fields.json("orders")?);
        let need = |field: &str| text_of(&condition, field).ok_or_else(|| Wrong::field(field, "is missing in condition"));
        let name = format!("{}:{}", words::venue(&need("exchange")?)?, need("tradingsymbol")?);
        let last = price("last_price", &need("last_price")?)?;
        let values = condition["trigger_values"].as_array().map_or(&[][..], Vec::as_slice);
        let at = |n: usize| values.get(n).map(|value| price("trigger_values", &value.to_string())).transpose();
        let order = |n: usize| orders.get(n).unwrap_or(&Value::Null);
        let bad = || Wrong::field("type", "single has one trigger value and one order, two-leg two of each");
        let (first, second) = (at(0)?.ok_or_else(bad)?, at(1)?);
        let count = orders.as_array().map_or(0, Vec::len);
        let legs = match (fields.need("type")?, second, values.len(), count) {
            ("single", None, 1, 1) => Legs::One(leg(order(0), &name, first)?),
            ("two-leg", Some(second), 2, 2) => {
                let (first, second) = (leg(order(0), &name, first)?, leg(order(1), &name, second)?);
                // The lower first, whichever way round they were sent.
                if first.at <= second.at { Legs::Two(first, second) } else { Legs::Two(second, first) }
            }
            _ => return Err(bad()),
        };
        Ok(Wanted { name, last, legs })
    }
}

async fn found(counter: &Counter, name: &str) -> Result<(Venue, SecurityRow), Wrong> {
    let asked = name.to_owned();
    let found = counter.look(move |room| find(room, &asked)).await?;
    found.ok_or_else(|| Wrong::field("tradingsymbol", format!("{:?} is not dealt in today", shorten(name))))
}

async fn ask(counter: &Counter, caller: &Caller, ask: Ask) -> Result<Answered, Wrong> {
    let answered = counter.ask(caller.user, Command::Watch(ask)).await?;
    answered.refused.map_or(Ok(answered), |refusal| Err(refusal.into()))
}

fn number(text: &str) -> Result<TriggerNo, Wrong> {
    text.parse().map(TriggerNo).map_err(|_| Wrong::field("trigger_id", format!("{:?} is no trigger", shorten(text))))
}

/// An order is kept until its price comes.
///
/// # Errors
/// The refusal, in the wire's kind.
pub async fn keep(counter: &Counter, caller: &Caller, fields: &Fields) -> Result<Value, Wrong> {
    let Wanted { name, last, legs } = Wanted::parse(fields)?;
    let (venue, security) = found(counter, &name).await?;
    let wanted = Ask::Keep { client: caller.client, venue, security, last, legs, channel: Channel::Api, source: caller.source };
    let answered = ask(counter, caller, wanted).await?;
    let made = answered.events.iter().find_map(|event| match event {
        Event::Watch(watch::Event::Kept { trigger, .. }) => Some(trigger.0),
        _ => None,
    });
    let made = made.ok_or_else(|| Wrong::of(Kind::General, "the order was kept and left no number"))?;
    Ok(json!({ "trigger_id": made }))
}

/// Other legs in place of those that wait; of the same security.
///
/// # Errors
/// As [`keep`].
pub async fn change(counter: &Counter, caller: &Caller, id: &str, fields: &Fields) -> Result<Value, Wrong> {
    let trigger = number(id)?;
    let Wanted { name, last, legs } = Wanted::parse(fields)?;
    let of = found(counter, &name).await?;
    let user = caller.user;
    let there = counter.look(move |room| room.firm.watch.waits_of(trigger, user).ok().map(|it| (it.venue, it.security))).await?;
    if there.is_some_and(|there| there != of) {
        return Err(Wrong::field("tradingsymbol", "of a kept order stays: delete it and keep another"));
    }
    ask(counter, caller, Ask::Change { trigger, last, legs }).await?;
    Ok(json!({ "trigger_id": trigger.0 }))
}

/// It waits no more.
///
/// # Errors
/// As [`keep`].
pub async fn forget(counter: &Counter, caller: &Caller, id: &str) -> Result<Value, Wrong> {
    let trigger = number(id)?;
    ask(counter, caller, Ask::Drop { trigger }).await?;
    Ok(json!({ "trigger_id": trigger.0 }))
}

fn user_code(room: &Room<'_>, user: UserRow) -> String {
    room.firm.users.get(user).map_or_else(String::new, |user| user.code.as_str().to_owned())
}

/// What became of the leg that was reached.
fn result(room: &Room<'_>, trigger: TriggerNo, kept: &Kept, nth: u8, leg: &Leg) -> Value {
    let Stage::Fired { nth: fired, at, price, order, code } = kept.stage else { return Value::Null };
    if fired != nth {
        return Value::Null;
    }
    let reason = Code::from_number(code).map_or_else(String::new, |code| code.name().to_owned());
    let sent = order.0 != 0;
    json!({
        "account_id": user_code(room, kept.user),
        "exchange": kept.venue.as_str(),
        "tradingsymbol": symbol(room.firm, kept.security),
        "validity": "DAY",
        "product": words::of_product(leg.product),
        "order_type": "LIMIT",
        "transaction_type": words::of_side(leg.side),
        "quantity": leg.qty.0,
        "price": number::price(leg.price),
        "meta": json!({ "gtt": trigger.0 }).to_string(),
        "timestamp": words::moment(at),
        "triggered_at": number::price(price),
        "order_result": {
            "status": if sent { "success" } else { "failed" },
            "order_id": if sent { OrderId::Order(order).text(at.day()) } else { String::new() },
            "rejection_reason": reason,
        },
    })
}

fn one(room: &Room<'_>, trigger: TriggerNo, kept: &Kept) -> Value {
    let name = symbol(room.firm, kept.security);
    let legs: Vec<Leg> = kept.legs().collect();
    let status = match kept.stage {
        Stage::Waits => "active",
        Stage::Fired { .. } => "triggered",
        Stage::Ended { why: End::Dropped, .. } => "deleted",
        Stage::Ended { why: End::Expired, .. } => "expired",
    };
    let order = |(nth, leg): (u8, &Leg)| {
        json!({
            "exchange": kept.venue.as_str(),
            "tradingsymbol": name,
            "product": words::of_product(leg.product),
            "order_type": "LIMIT",
            "transaction_type": words::of_side(leg.side),
            "quantity": leg.qty.0,
            "price": number::price(leg.price),
            "result": result(room, trigger, kept, nth, leg),
        })
    };
    let changed = match kept.stage {
        Stage::Waits => kept.changed,
        Stage::Fired { at, .. } | Stage::Ended { at, .. } => at,
    };
    json!({
        "id": trigger.0,
        "user_id": user_code(room, kept.user),
        "parent_trigger": null,
        "type": if legs.len() == 2 { "two-leg" } else { "single" },
        "created_at": words::moment(kept.made),
        "updated_at": words::moment(changed),
        "expires_at": words::moment(kept.expires.at(kept.made.time())),
        "status": status,
        "condition": {
            "exchange": kept.venue.as_str(),
            "last_price": number::price(kept.last),
            "tradingsymbol": name,
            "trigger_values": legs.iter().map(|leg| number::price(leg.at)).collect::<Vec<Value>>(),
            "instrument_token": Token::of(kept.venue, kept.security).0,
        },
        "orders": (0u8..).zip(&legs).map(order).collect::<Vec<Value>>(),
        "meta": {},
    })
}

/// All that a user has kept, those that fired or ended too.
pub fn all(room: &Room<'_>, user: UserRow) -> Value {
    room.firm.watch.kept_of(user).map(|(trigger, kept)| one(room, trigger, kept)).collect()
}

/// One of them; another's is not known.
///
/// # Errors
/// When it is not there.
pub fn of(room: &Room<'_>, user: UserRow, id: &str) -> Result<Value, Wrong> {
    let trigger = number(id)?;
    let kept = room.firm.watch.kept(trigger).filter(|kept| kept.user == user);
    let unknown = || Wrong::from(Refusal::from(watch::Refusal::UnknownTrigger { trigger }));
    Ok(one(room, trigger, kept.ok_or_else(unknown)?))
}

const LAST: &str = "LastTradedPrice";

/// The number of an alert where programs expect an identifier of 32 hexadecimal digits.
fn uuid(alert: AlertNo) -> String {
    format!("00000000-0000-4000-8000-{:012x}", alert.0)
}

fn alert_no(text: &str) -> Result<AlertNo, Wrong> {
    let rest = text.strip_prefix("00000000-0000-4000-8000-").filter(|rest| rest.len() == 12);
    let number = rest.and_then(|rest| u32::from_str_radix(rest, 16).ok());
    number.map(AlertNo).ok_or_else(|| Wrong::field("uuid", format!("{:?} is no alert", shorten(text))))
}

const fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::AtLeast => ">=",
        Operator::AtMost => "<=",
        Operator::Above => ">",
        Operator::Below => "<",
        Operator::Equal => "==",
    }
}

fn operator(text: &str) -> Result<Operator, Wrong> {
    let found = Operator::ALL.into_iter().find(|it| sign(*it) == text);
    found.ok_or_else(|| Wrong::field("operator", format!("{:?} is none of <=, >=, <, >, ==", shorten(text))))
}

fn attribute(fields: &Fields, name: &str) -> Result<(), Wrong> {
    match fields.get(name) {
        None | Some(LAST) => Ok(()),
        Some(other) => Err(Wrong::field(name, format!("{:?} is not watched; there is {LAST}", shorten(other)))),
    }
}

async fn condition(counter: &Counter, fields: &Fields) -> Result<(Label, Condition), Wrong> {
    match fields.get("type") {
        None | Some("simple") => {}
        Some(other) => return Err(Wrong::field("type", format!("{:?} is not offered: an alert tells, and places no orders", shorten(other)))),
    }
    attribute(fields, "lhs_attribute")?;
    let name = Label::parse(fields.need("name")?).map_err(|e| Wrong::field("name", e))?;
    let of = |side: &str| Ok::<_, Wrong>(format!("{}:{}", fields.need(&format!("{side}_exchange"))?, fields.need(&format!("{side}_tradingsymbol"))?));
    let (venue, security) = found(counter, &of("lhs")?).await?;
    let than = match fields.get("rhs_type") {
        None | Some("constant") => Than::Figure(fields.price("rhs_constant")?.ok_or_else(|| Wrong::field("rhs_constant", "is missing"))?.0),
        Some("instrument") => {
            attribute(fields, "rhs_attribute")?;
            let (venue, security) = found(counter, &of("rhs")?).await?;
            Than::Of(venue, security)
        }
        Some(other) => return Err(Wrong::field("rhs_type", format!("{:?} is neither constant nor instrument", shorten(other)))),
    };
    Ok((name, Condition { venue, security, measure: Measure::LastPrice, operator: operator(fields.need("operator")?)?, than }))
}

/// An alert is set.
///
/// # Errors
/// The refusal, in the wire's kind.
pub async fn set(counter: &Counter, caller: &Caller, fields: &Fields) -> Result<Value, Wrong> {
    let (name, condition) = condition(counter, fields).await?;
    let answered = ask(counter, caller, Ask::SetAlert { name, condition }).await?;
    let made = answered.events.iter().find_map(|event| match event {
        Event::Watch(watch::Event::AlertSet { alert, .. }) => Some(*alert),
        _ => None,
    });
    let made = made.ok_or_else(|| Wrong::of(Kind::General, "the alert was set and left no number"))?;
    shown(counter, caller, made).await
}

/// It is set anew, or off and on.
///
/// # Errors
/// As [`set`].
pub async fn reset(counter: &Counter, caller: &Caller, id: &str, fields: &Fields) -> Result<Value, Wrong> {
    let alert = alert_no(id)?;
    let on = match fields.get("status") {
        None | Some("enabled") => true,
        Some("disabled") => false,
        Some(other) => return Err(Wrong::field("status", format!("{:?} is neither enabled nor disabled", shorten(other)))),
    };
    let (name, condition) = condition(counter, fields).await?;
    ask(counter, caller, Ask::ChangeAlert { alert, name, condition, on }).await?;
    shown(counter, caller, alert).await
}

async fn shown(counter: &Counter, caller: &Caller, alert: AlertNo) -> Result<Value, Wrong> {
    let user = caller.user;
    counter.look(move |room| alert_of(room, user, &uuid(alert))).await?
}

/// Alerts are dropped, all of those that are named or none.
///
/// # Errors
/// As [`set`].
pub async fn drop_alerts(counter: &Counter, caller: &Caller, fields: &Fields) -> Result<Value, Wrong> {
    let alerts = fields.all("uuid").map(alert_no).collect::<Result<Vec<_>, _>>()?;
    if alerts.is_empty() {
        return Err(Wrong::field("uuid", "is missing"));
    }
    let (user, wanted) = (caller.user, alerts.clone());
    counter.look(move |room| wanted.iter().try_for_each(|alert| his(room, user, *alert).map(|_| ()))).await??;
    for alert in alerts {
        ask(counter, caller, Ask::DropAlert { alert }).await?;
    }
    Ok(Value::Null)
}

fn his<'a>(room: &Room<'a>, user: UserRow, alert: AlertNo) -> Result<&'a Alert, Wrong> {
    room.firm.watch.alert_of(alert, user).map_err(|refusal| Refusal::from(refusal).into())
}

fn alert_json(room: &Room<'_>, no: AlertNo, it: &Alert) -> Value {
    let Condition { venue, security, operator, than, .. } = it.condition;
    let (exchange, other) = match than {
        Than::Of(venue, security) => (venue.as_str(), symbol(room.firm, security)),
        Than::Figure(_) => ("", String::new()),
    };
    let figure = match than {
        Than::Figure(figure) => number::price(Price(figure)),
        Than::Of(..) => number::price(Price::ZERO),
    };
    let is_figure = matches!(than, Than::Figure(_));
    json!({
        "type": "simple",
        "user_id": user_code(room, it.owner),
        "uuid": uuid(no),
        "name": it.name.to_string(),
        "status": if it.on { "enabled" } else { "disabled" },
        "disabled_reason": "",
        "lhs_attribute": LAST,
        "lhs_exchange": venue.as_str(),
        "lhs_tradingsymbol": symbol(room.firm, security),
        "operator": sign(operator),
        "rhs_type": if is_figure { "constant" } else { "instrument" },
        "rhs_attribute": if is_figure { "" } else { LAST },
        "rhs_exchange": exchange,
        "rhs_tradingsymbol": other,
        "rhs_constant": figure,
        "alert_count": it.told,
        "created_at": words::moment(it.made),
        "updated_at": words::moment(it.changed),
    })
}

pub fn alerts(room: &Room<'_>, user: UserRow) -> Value {
    room.firm.watch.alerts_of(user).map(|(no, it)| alert_json(room, no, it)).collect()
}

/// # Errors
/// When it is another's or nobody's.
pub fn alert_of(room: &Room<'_>, user: UserRow, id: &str) -> Result<Value, Wrong> {
    let no = alert_no(id)?;
    Ok(alert_json(room, no, his(room, user, no)?))
}

/// When its owner was last told; times before that are in the record.
///
/// # Errors
/// As [`alert_of`].
pub fn history(room: &Room<'_>, user: UserRow, id: &str) -> Result<Value, Wrong> {
    let no = alert_no(id)?;
    let it = his(room, user, no)?;
    let Some((at, value)) = it.last else { return Ok(json!([])) };
    let Condition { venue, security, operator, than, .. } = it.condition;
    let name = symbol(room.firm, security);
    let than = match than {
        Than::Figure(figure) => number::price(Price(figure)).to_string(),
        Than::Of(venue, security) => format!("{LAST}(\"{venue}:{}\")", symbol(room.firm, security)),
    };
    let mut meta = quote(room, venue, security).map_or_else(|| json!({}), |it| full(&it));
    if let Value::Object(all) = &mut meta {
        all.remove("depth");
    }
    meta["tradingsymbol"] = Value::from(name.as_str());
    meta["exchange"] = Value::from(venue.as_str());
    meta["timestamp"] = Value::from(words::moment(at));
    meta["last_price"] = number::price(Price(value));
    meta["volume_tick"] = number::shares(Qty::ZERO);
    Ok(json!([{
        "uuid": uuid(no),
        "type": "simple",
        "meta": [meta],
        "condition": format!("{LAST}(\"{venue}:{name}\") {} {than}", sign(operator)),
        "created_at": words::moment(at),
        "order_meta": null,
    }]))
}
