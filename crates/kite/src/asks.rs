//! What programs ask: orders, their changes, conversions. Words are looked up on the deciding thread, then asked.

use crate::doors::{Caller, Who};
use crate::fields::{Fields, shorten};
use crate::kite::Kite;
use crate::pace::Class;
use crate::show::market::{find, quote};
use crate::words::{self, OrderId, Variety};
use crate::wrong::{Kind, Wrong};
use firm::{Answer, Command, Event, Place};
use live::{Answered, Counter, Room};
use serde_json::{Value, json};
use vocab::{Channel, Evidence, OrderKind, Price, Product, Qty, Rate, SecurityRow, Side, Validity, Venue};

/// An order as it was sent, before the security is looked up.
#[derive(Clone, Debug)]
struct Draft {
    exchange: String,
    symbol: String,
    side: Side,
    product: Product,
    kind: OrderKind,
    validity: Validity,
    qty: Qty,
    price: Price,
    trigger: Price,
    disclosed: Qty,
    /// How far from the last price a market order may go.
    protection: Rate,
    algo: u32,
    slice: bool,
}

/// Orders that one is cut into at most.
const MOST_SLICES: usize = 10;

/// Fields that name what is not dealt in here: they are refused, never passed over.
fn not_offered(fields: &Fields) -> Result<(), Wrong> {
    for name in ["iceberg_legs", "iceberg_quantity", "auction_number", "parent_order_id", "squareoff", "stoploss", "trailing_stoploss"] {
        if fields.get(name).is_some_and(|text| text != "0") {
            return Err(Wrong::field(name, "is not offered: orders are regular or amo"));
        }
    }
    if fields.get("validity_ttl").is_some_and(|text| text != "0") {
        return Err(Wrong::field("validity_ttl", "is not offered: an order stands for the day or is immediate"));
    }
    match fields.get("tag") {
        Some(tag) if tag.len() > 20 || !tag.bytes().all(|b| b.is_ascii_graphic() || b == b' ') => {
            Err(Wrong::field("tag", "has at most 20 plain characters"))
        }
        Some(_) | None => Ok(()),
    }
}

impl Draft {
    fn parse(fields: &Fields) -> Result<Draft, Wrong> {
        not_offered(fields)?;
        let kind = words::kind(fields.need("order_type")?)?;
        let price = fields.price("price")?.unwrap_or(Price::ZERO);
        let trigger = fields.price("trigger_price")?.unwrap_or(Price::ZERO);
        if kind.is_limit() && price.is_zero() {
            return Err(Wrong::field("price", "is missing: the order has a limit"));
        }
        if kind.is_stop() && trigger.is_zero() {
            return Err(Wrong::field("trigger_price", "is missing: the order waits for one"));
        }
        let qty = fields.qty("quantity")?.ok_or_else(|| Wrong::field("quantity", "is missing"))?;
        if !qty.is_positive() {
            return Err(Wrong::field("quantity", "is no number of shares"));
        }
        Ok(Draft {
            exchange: words::venue(fields.need("exchange")?)?.as_str().to_owned(),
            symbol: fields.need("tradingsymbol")?.to_owned(),
            side: words::side(fields.need("transaction_type")?)?,
            product: words::product("product", fields.need("product")?)?,
            kind,
            validity: fields.get("validity").map_or(Ok(Validity::Day), words::validity)?,
            qty,
            // What has no limit has no price, whatever stands there.
            price: if kind.is_limit() { price } else { Price::ZERO },
            trigger: if kind.is_stop() { trigger } else { Price::ZERO },
            disclosed: fields.qty("disclosed_quantity")?.unwrap_or(Qty::ZERO),
            protection: protection(fields)?,
            algo: algo(fields)?,
            slice: fields.yes("autoslice"),
        })
    }

    /// The name that programs give the security.
    fn name(&self) -> String {
        format!("{}:{}", self.exchange, self.symbol)
    }

    fn place(&self, caller: &Caller, found: &Found, qty: Qty) -> Place {
        let (kind, price) = self.limited(found);
        let terminal = found.terminal;
        Place {
            client: caller.client,
            security: found.security,
            venue: found.venue,
            side: self.side,
            kind,
            validity: self.validity,
            channel: Channel::Api,
            product: self.product,
            price,
            trigger: self.trigger,
            qty,
            disclosed: if self.disclosed >= qty { Qty::ZERO } else { self.disclosed },
            seen: found.last,
            key: 0,
            source: caller.source,
            terminal,
            // What proves it is the log of its session; beneath that stands the algo's registered number, nought for a person's own.
            evidence: Some((Evidence::InternetLog, u64::from(caller.session) << 32 | u64::from(self.algo))),
        }
    }

    /// A market order that is protected is a limit so far from the last price, within the day's band.
    fn limited(&self, found: &Found) -> (OrderKind, Price) {
        let (from, kind) = match self.kind {
            OrderKind::Market => (found.last, OrderKind::Limit),
            OrderKind::StopMarket => (self.trigger, OrderKind::StopLimit),
            OrderKind::Limit | OrderKind::StopLimit => return (self.kind, self.price),
        };
        if self.protection == Rate::ZERO || from.is_zero() {
            return (self.kind, Price::ZERO);
        }
        let away = match self.side {
            Side::Buy => from.moved(self.protection).tick_down(found.tick).min(found.high),
            Side::Sell => from.moved(Rate(-self.protection.0)).tick_up(found.tick).max(found.low),
        };
        (kind, away)
    }
}

/// 0 is none, -1 leaves it to the exchange's band, else a percentage.
fn protection(fields: &Fields) -> Result<Rate, Wrong> {
    let Some(text) = fields.get("market_protection") else { return Ok(Rate::ZERO) };
    let whole = text.strip_suffix(".0").unwrap_or(text);
    if matches!(whole, "0" | "-1") {
        return Ok(Rate::ZERO);
    }
    let bad = || Wrong::field("market_protection", format!("{:?} is neither 0, -1 nor a percentage up to 100", shorten(text)));
    // A percentage with two places is a price in hundredths of its unit.
    let percent = Price::parse(text).map_err(|_| bad())?;
    match (1..=1_000_000).contains(&percent.0) {
        true => Ok(Rate(percent.0 * 1_000_000)),
        false => Err(bad()),
    }
}

/// The number an algo is registered under.
fn algo(fields: &Fields) -> Result<u32, Wrong> {
    let number = fields.get("algo_id").map(str::parse::<u32>).transpose();
    Ok(number.map_err(|_| Wrong::field("algo_id", "is not the number an algo is registered under"))?.unwrap_or(0))
}

/// What an order's security trades on.
#[derive(Clone, Copy)]
struct Found {
    venue: Venue,
    security: SecurityRow,
    last: Price,
    low: Price,
    high: Price,
    tick: Price,
    /// Where the user sits, and the most he may send in one order.
    terminal: u64,
    most: Qty,
}

fn found(room: &Room<'_>, name: &str, caller: &Caller) -> Option<Found> {
    let (venue, security) = find(room, name)?;
    let terms = room.firm.market.terms(venue, security, room.now.day())?;
    Some(Found {
        venue,
        security,
        last: quote(room, venue, security)?.last,
        low: terms.low,
        high: terms.high,
        tick: terms.tick,
        terminal: room.firm.users.get(caller.user)?.terminal,
        most: room.firm.risk.user(caller.user).limits.order_qty,
    })
}

/// The id of what an ask made, where it made an order or one that waits.
fn made(answered: &Answered) -> Result<String, Wrong> {
    if let Some(refusal) = answered.refused {
        return Err(refusal.into());
    }
    let id = answered.events.iter().find_map(|event| match event {
        Event::Order(orders::Event::Placed(placed)) => Some(OrderId::Order(placed.order)),
        Event::Referred(placed) => u32::try_from(placed.order.0).ok().map(OrderId::Waiting),
        _ => None,
    });
    let id = id.ok_or_else(|| Wrong::of(Kind::General, "the order was taken and left no number"))?;
    Ok(id.text(answered.at.day()))
}

/// What comes of an order that is not placed as it was given.
enum Instead {
    Wrong(Wrong),
    /// It is larger than its user may send, and asked to be cut.
    Cut(Caller, Found),
}

impl From<Wrong> for Instead {
    fn from(wrong: Wrong) -> Instead {
        Instead::Wrong(wrong)
    }
}

/// A new order; one that is too large for its user is cut, where that was asked for.
///
/// # Errors
/// The refusal, in the wire's kind.
pub async fn place(kite: &Kite, who: Who, variety: &str, fields: &Fields) -> Result<Value, Wrong> {
    let (variety, draft) = match words::variety(variety).and_then(|variety| Ok((variety, Draft::parse(fields)?))) {
        Ok(read) => read,
        // What cannot be read is counted like any order, and told to nobody else's session.
        Err(wrong) => {
            let pace = kite.clone();
            kite.0.counter.look(move |room| pace.count(&who.caller(room)?, Class::Order)).await??;
            return Err(wrong);
        }
    };
    let ask = move |draft: &Draft, caller: &Caller, found: &Found, qty| {
        let place = draft.place(caller, found, qty);
        match variety {
            Variety::Regular => Command::Place(place),
            Variety::Amo => Command::Queue(place),
        }
    };
    let (counter, name) = (&kite.0.counter, draft.name());
    let (whole, pace) = (draft.clone(), kite.clone());
    let placed = counter.act(move |room| {
        let caller = who.caller(room)?;
        pace.count(&caller, Class::Order)?;
        let unknown = || Wrong::field("tradingsymbol", format!("{:?} is not dealt in today", shorten(&name)));
        let found = found(room, &name, &caller).ok_or_else(unknown)?;
        if whole.slice && found.most.is_positive() && whole.qty > found.most {
            return Err(Instead::Cut(caller, found));
        }
        Ok((caller.user, ask(&whole, &caller, &found, whole.qty)))
    });
    let (caller, found) = match placed.await? {
        Ok(answered) => return Ok(json!({ "order_id": made(&answered)? })),
        Err(Instead::Wrong(wrong)) => return Err(wrong),
        Err(Instead::Cut(caller, found)) => (caller, found),
    };
    let slices = slices(draft.qty, found.most)?;
    let ask = |qty| ask(&draft, &caller, &found, qty);
    let (mut children, mut first, mut refused) = (Vec::new(), None, None);
    for qty in slices {
        match made(&counter.ask(caller.user, ask(qty)).await?) {
            Ok(id) => {
                first.get_or_insert_with(|| id.clone());
                children.push(json!({ "order_id": id }));
            }
            Err(wrong) => {
                children.push(json!({ "error": wrong.inside() }));
                refused.get_or_insert(wrong);
            }
        }
    }
    match (first, refused) {
        (None, Some(wrong)) => Err(wrong),
        (first, _) => Ok(json!({ "order_id": first, "children": children })),
    }
}

/// Parts of a quantity, none larger than one order may be.
fn slices(qty: Qty, most: Qty) -> Result<Vec<Qty>, Wrong> {
    if !most.is_positive() || qty <= most {
        return Ok(vec![qty]);
    }
    let (mut left, mut all) = (qty, Vec::new());
    while left.is_positive() {
        let part = left.min(most);
        all.push(part);
        left -= part;
        if all.len() > MOST_SLICES {
            return Err(Wrong::field("quantity", format!("an order is cut into {MOST_SLICES} of {} shares at most", most.0)));
        }
    }
    Ok(all)
}

/// What of an order the wire may name again and nothing can change.
struct Standing {
    kind: OrderKind,
    validity: Validity,
    disclosed: Qty,
    price: Price,
    trigger: Price,
    qty: Qty,
}

fn standing(room: &Room<'_>, caller: &Caller, id: OrderId) -> Option<Standing> {
    let OrderId::Order(no) = id else { return None };
    let leaf = room.book.order(no).filter(|leaf| leaf.placed.client == caller.client)?;
    let last = leaf.last();
    let (kind, validity) = (leaf.placed.kind, leaf.placed.validity);
    Some(Standing { kind, validity, disclosed: leaf.disclosed, price: last.price, trigger: last.trigger, qty: last.qty })
}

/// A change of price, quantity or trigger.
///
/// # Errors
/// The refusal, in the wire's kind; what the exchange cannot change by its field.
pub async fn modify(counter: &Counter, caller: &Caller, id: &str, fields: &Fields) -> Result<Value, Wrong> {
    not_offered(fields)?;
    let order = OrderId::parse(id)?;
    let OrderId::Order(no) = order else { return Err(Wrong::field("order_id", "only what the exchange has can be changed")) };
    let who = caller.clone();
    let it = counter.look(move |room| standing(room, &who, order)).await?;
    let it = it.ok_or_else(|| Wrong::field("order_id", format!("{:?} is not an order of today", shorten(id))))?;
    let kept = |name: &str, same: bool| if same { Ok(()) } else { Err(Wrong::field(name, "of a standing order stays: cancel it and give another")) };
    kept("order_type", fields.get("order_type").map(words::kind).transpose()?.is_none_or(|kind| kind == it.kind))?;
    kept("validity", fields.get("validity").map(words::validity).transpose()?.is_none_or(|validity| validity == it.validity))?;
    kept("disclosed_quantity", fields.qty("disclosed_quantity")?.is_none_or(|qty| qty.is_zero() || qty == it.disclosed))?;
    let command = Command::Modify {
        order: no,
        client: caller.client,
        price: if it.kind.is_limit() { fields.price("price")?.filter(|price| !price.is_zero()).unwrap_or(it.price) } else { it.price },
        qty: fields.qty("quantity")?.filter(|qty| qty.is_positive()).unwrap_or(it.qty),
        trigger: if it.kind.is_stop() { fields.price("trigger_price")?.filter(|at| !at.is_zero()).unwrap_or(it.trigger) } else { it.trigger },
    };
    answered(counter, caller, command, id).await
}

/// Nothing more of it shall be dealt in.
///
/// # Errors
/// The refusal, in the wire's kind.
pub async fn cancel(counter: &Counter, caller: &Caller, id: &str) -> Result<Value, Wrong> {
    let command = match OrderId::parse(id)? {
        OrderId::Order(order) => Command::Cancel { order, client: caller.client },
        OrderId::Waiting(referral) => {
            let who = caller.client;
            let his = counter.look(move |room| room.firm.review.get(referral).is_some_and(|it| it.placed.client == who)).await?;
            if !his {
                return Err(Wrong::field("order_id", format!("{:?} does not wait", shorten(id))));
            }
            Command::Answer { referral, answer: Answer::Withdraw, reason: 0 }
        }
        OrderId::Turned(_) => return Err(Wrong::of(Kind::Order, format!("order {} was refused: nothing stands of it", shorten(id)))),
    };
    answered(counter, caller, command, id).await
}

async fn answered(counter: &Counter, caller: &Caller, command: Command, id: &str) -> Result<Value, Wrong> {
    let answered = counter.ask(caller.user, command).await?;
    answered.refused.map_or_else(|| Ok(json!({ "order_id": id })), |refusal| Err(refusal.into()))
}

/// An intraday position becomes delivery, or the other way round.
///
/// # Errors
/// The refusal, in the wire's kind.
pub async fn convert(counter: &Counter, caller: &Caller, fields: &Fields) -> Result<Value, Wrong> {
    let name = format!("{}:{}", words::venue(fields.need("exchange")?)?, fields.need("tradingsymbol")?);
    let side = words::side(fields.need("transaction_type")?)?;
    let from = words::product("old_product", fields.need("old_product")?)?;
    let to = words::product("new_product", fields.need("new_product")?)?;
    let qty = fields.qty("quantity")?.ok_or_else(|| Wrong::field("quantity", "is missing"))?;
    if from == to {
        return Err(Wrong::field("new_product", "is the product it has"));
    }
    if fields.get("position_type").is_some_and(|kind| kind != "day") {
        return Err(Wrong::field("position_type", "only positions of the day are converted: those before are holdings"));
    }
    let (who, asked) = (caller.clone(), name.clone());
    let open = counter.look(move |room| {
        let found = found(room, &asked, &who)?;
        Some((found, room.firm.risk.position(who.client, found.security, found.venue).qty))
    });
    let (found, open) = open.await?.ok_or_else(|| Wrong::field("tradingsymbol", format!("{:?} is not dealt in today", shorten(&name))))?;
    // The wire names the side of the position; ours follows from what is open.
    let against = from == Product::Intraday && !open.is_zero() && open.is_negative() != (side == Side::Sell);
    if against {
        return Err(Wrong::field("transaction_type", "is not the side of the position"));
    }
    let Found { venue, security, .. } = found;
    let command = Command::Convert { client: caller.client, security, venue, qty, to };
    let answered = counter.ask(caller.user, command).await?;
    answered.refused.map_or(Ok(Value::Bool(true)), |refusal| Err(refusal.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(text: &str) -> Result<Draft, Wrong> {
        let all = format!("exchange=NSE&tradingsymbol=INFY&transaction_type=BUY&product=CNC&quantity=10&{text}");
        Draft::parse(&Fields::parse(all.as_bytes()).unwrap())
    }

    #[test]
    fn what_is_not_offered_is_refused_by_its_field_and_never_passed_over() {
        for (text, field) in [
            ("order_type=LIMIT", "price"),
            ("order_type=SL-M", "trigger_price"),
            ("order_type=MARKET&validity=TTL", "validity"),
            ("order_type=MARKET&validity_ttl=5", "validity_ttl"),
            ("order_type=MARKET&iceberg_legs=3", "iceberg_legs"),
            ("order_type=MARKET&tag=longer-than-twenty-characters", "tag"),
            ("order_type=MARKET&market_protection=101", "market_protection"),
            ("order_type=MARKET&algo_id=mine", "algo_id"),
            ("order_type=MARKET&disclosed_quantity=-1", "disclosed_quantity"),
        ] {
            let wrong = draft(text).unwrap_err();
            assert!(wrong.message.starts_with(field) && wrong.http == 400, "{text}: {}", wrong.message);
        }
        assert!(draft("order_type=MARKET&validity=IOC&iceberg_legs=0&tag=mine").is_ok());
    }

    #[test]
    fn a_protected_market_order_is_a_limit_within_the_band() {
        let (tick, low, high) = (Price(500), Price(9_000_000), Price(11_000_000));
        let found = Found {
            venue: Venue::Nse, security: SecurityRow(0), last: Price(10_000_300), low, high, tick, terminal: 0, most: Qty(100),
        };
        let limited = |text: &str| draft(text).unwrap().limited(&found);
        assert_eq!(limited("order_type=MARKET"), (OrderKind::Market, Price::ZERO));
        assert_eq!(limited("order_type=MARKET&market_protection=-1"), (OrderKind::Market, Price::ZERO));
        assert_eq!(limited("order_type=MARKET&market_protection=2"), (OrderKind::Limit, Price(10_200_000)));
        assert_eq!(limited("order_type=MARKET&market_protection=50.0"), (OrderKind::Limit, high));
        let stop = limited("order_type=SL-M&trigger_price=1000&market_protection=1");
        assert_eq!(stop, (OrderKind::StopLimit, Price(10_100_000)));
    }

    #[test]
    fn a_large_order_is_cut_into_parts_that_add_up() {
        assert_eq!(slices(Qty(250), Qty(100)), Ok(vec![Qty(100), Qty(100), Qty(50)]));
        assert_eq!(slices(Qty(100), Qty(100)), Ok(vec![Qty(100)]));
        assert!(slices(Qty(1_001), Qty(100)).is_err());
    }
}
