//! Orders and trades: the last of each, or the whole story.

use crate::number::{average, price, shares};
use crate::words::{self, OrderId, Token};
use firm::{Firm, Referral};
use live::{Fact, Leaf, Room, Told, Turned};
use orders::Placed;
use serde_json::{Value, json};
use vocab::{ClientRow, Closing, Moment, Paise, Price, Qty, TradeNo};

/// A line of an order's story, in the wire's words.
struct Line<'a> {
    id: OrderId,
    placed: &'a Placed,
    status: &'static str,
    message: Option<String>,
    /// As it stood then.
    price: Price,
    qty: Qty,
    trigger: Price,
    disclosed: Qty,
    filled: Qty,
    value: Paise,
    /// Nothing more will be dealt.
    closed: bool,
    modified: bool,
    venue_order: Option<u64>,
    received: Moment,
    at_exchange: Option<Moment>,
    updated: Option<Moment>,
    variety: &'static str,
}

/// Statuses of an order at one line of its story; the last of them is what it is.
fn statuses(told: &Told, before: &'static str, is_stop: bool) -> Vec<&'static str> {
    match told.fact {
        Fact::Received => vec!["PUT ORDER REQ RECEIVED", "VALIDATION PENDING", "OPEN PENDING"],
        Fact::Opened { .. } if is_stop => vec!["TRIGGER PENDING"],
        Fact::Opened { .. } | Fact::Triggered { .. } => vec!["OPEN"],
        Fact::ModifyAsked => vec!["MODIFY VALIDATION PENDING", "MODIFY PENDING"],
        Fact::Modified => vec!["MODIFIED", before],
        Fact::CancelAsked => vec!["CANCEL PENDING"],
        Fact::AskRefused { .. } | Fact::Traded { .. } | Fact::Resent | Fact::SquaredOff | Fact::Recounted { .. } => vec![before],
        Fact::Closed { why: Closing::Filled, .. } => vec!["COMPLETE"],
        Fact::Closed { why: Closing::Cancelled | Closing::Lapsed, .. } => vec!["CANCELLED"],
        Fact::Closed { why: Closing::Rejected, .. } => vec!["REJECTED"],
    }
}

/// What is to be said beside the status.
fn message(fact: Fact) -> Option<String> {
    match fact {
        Fact::Closed { why: Closing::Rejected, code } => Some(format!("The exchange rejected the order (its reason {code})")),
        Fact::Closed { why: Closing::Lapsed, .. } => Some("The session ended, and the order with it".into()),
        Fact::AskRefused { code } => Some(format!("The exchange refused the change (its reason {code}); the order stands as before")),
        Fact::SquaredOff => Some("The firm closes what was opened intraday".into()),
        Fact::Received | Fact::Opened { .. } | Fact::Triggered { .. } | Fact::Traded { .. } | Fact::ModifyAsked | Fact::Modified => None,
        Fact::CancelAsked | Fact::Resent | Fact::Closed { .. } | Fact::Recounted { .. } => None,
    }
}

/// The lines of an order's story, each with the entry it is of.
fn lines<'a>(no: OrderId, leaf: &'a Leaf) -> Vec<(u64, Line<'a>)> {
    let mut all: Vec<(u64, Line<'a>)> = Vec::new();
    let (mut standing, mut modified, mut closed) = ("OPEN", false, false);
    let mut at_exchange = None;
    for told in &leaf.told {
        let is_stop = leaf.placed.kind.is_stop();
        if let Fact::Opened { at } | Fact::Triggered { at } | Fact::Traded { at, .. } = told.fact {
            at_exchange = Some(at);
        }
        modified |= matches!(told.fact, Fact::Modified);
        closed |= matches!(told.fact, Fact::Closed { .. });
        for status in statuses(told, standing, is_stop) {
            let line = Line {
                id: no,
                placed: &leaf.placed,
                status,
                message: message(told.fact),
                price: told.price,
                qty: told.qty,
                trigger: told.trigger,
                disclosed: leaf.disclosed,
                filled: told.filled,
                value: told.value,
                closed,
                modified,
                venue_order: leaf.venue_order.filter(|_| at_exchange.is_some()).map(|no| no.0),
                received: told.at,
                at_exchange,
                updated: at_exchange.map(|_| told.at),
                variety: "regular",
            };
            all.push((told.entry.0, line));
        }
        // What it is between asks, for lines that change nothing of it.
        if matches!(told.fact, Fact::Opened { .. } | Fact::Triggered { .. } | Fact::Closed { .. }) {
            standing = statuses(told, standing, is_stop).pop().unwrap_or(standing);
        }
    }
    all
}

fn refused(entry: u64, it: &Turned) -> Line<'_> {
    Line {
        id: OrderId::Turned(entry),
        placed: &it.placed,
        status: "REJECTED",
        message: Some(it.refusal.to_string()),
        price: it.placed.price,
        qty: it.placed.qty,
        trigger: it.trigger,
        disclosed: it.disclosed,
        filled: Qty::ZERO,
        value: Paise::ZERO,
        closed: true,
        modified: false,
        venue_order: None,
        received: it.at,
        at_exchange: None,
        updated: None,
        variety: "regular",
    }
}

fn waiting(no: u32, it: &Referral) -> Line<'_> {
    let queued = it.is_queued();
    Line {
        id: OrderId::Waiting(no),
        placed: &it.placed,
        status: if queued { "AMO REQ RECEIVED" } else { "VALIDATION PENDING" },
        message: Some(it.refusal.to_string()),
        price: it.placed.price,
        qty: it.placed.qty,
        trigger: it.trigger,
        disclosed: it.disclosed,
        filled: Qty::ZERO,
        value: Paise::ZERO,
        closed: false,
        modified: false,
        venue_order: None,
        received: it.since,
        at_exchange: None,
        updated: None,
        variety: if queued { "amo" } else { "regular" },
    }
}

fn code(firm: &Firm, placed: &Placed) -> String {
    firm.users.get(placed.user).map_or_else(String::new, |user| user.code.as_str().to_owned())
}

pub fn symbol(firm: &Firm, security: vocab::SecurityRow) -> String {
    firm.market.security(security).map_or_else(String::new, |it| it.symbol.as_str().to_owned())
}

impl Line<'_> {
    fn json(&self, firm: &Firm) -> Value {
        let Line { placed, .. } = self;
        let left = (self.qty - self.filled).at_least_zero();
        let time = |at: Option<Moment>| at.map(words::moment);
        let user = code(firm, placed);
        json!({
            "account_id": user,
            "placed_by": user,
            "order_id": self.id.text(self.received.day()),
            "exchange_order_id": self.venue_order.map(|no| no.to_string()),
            "parent_order_id": null,
            "status": self.status,
            "status_message": self.message,
            "status_message_raw": self.message,
            "order_timestamp": words::moment(self.received),
            "exchange_update_timestamp": time(self.updated),
            "exchange_timestamp": time(self.at_exchange),
            "variety": self.variety,
            "modified": self.modified,
            "exchange": placed.venue.as_str(),
            "tradingsymbol": symbol(firm, placed.security),
            "instrument_token": Token::of(placed.venue, placed.security).0,
            "order_type": words::of_kind(placed.kind),
            "transaction_type": words::of_side(placed.side),
            "validity": words::of_validity(placed.validity),
            "validity_ttl": 0,
            "product": words::of_product(placed.product),
            "quantity": shares(self.qty),
            "disclosed_quantity": shares(self.disclosed),
            "price": price(self.price),
            "trigger_price": price(self.trigger),
            "average_price": average(self.value, self.filled),
            "filled_quantity": shares(self.filled),
            "pending_quantity": shares(if self.closed { Qty::ZERO } else { left }),
            "cancelled_quantity": shares(if self.closed && self.status == "CANCELLED" { left } else { Qty::ZERO }),
            "market_protection": 0,
            "meta": {},
            "tag": null,
            "tags": [],
            "guid": null,
        })
    }
}

/// The last line, with the time the order was given.
fn latest(no: OrderId, leaf: &Leaf) -> Option<Line<'_>> {
    let (_, mut line) = lines(no, leaf).pop()?;
    line.received = leaf.told.first()?.at;
    Some(line)
}

/// The day's orders of a client, as they came in.
pub fn of_client(room: &Room<'_>, client: ClientRow) -> Vec<Value> {
    let of = |placed: &Placed| placed.client == client;
    let placed = room.book.orders().filter(|(_, leaf)| of(&leaf.placed)).filter_map(|(no, leaf)| latest(OrderId::Order(no), leaf));
    let turned = room.book.turned().filter(|(_, it)| of(&it.placed)).map(|(entry, it)| refused(entry.0, it));
    let waits = room.firm.review.iter().filter(|(_, it)| of(&it.placed)).map(|(no, it)| waiting(no, it));
    let mut all: Vec<Line<'_>> = placed.chain(turned).chain(waits).collect();
    all.sort_by_key(|line| (line.received, line.id));
    all.iter().map(|line| line.json(room.firm)).collect()
}

/// The story of one order of a client; none where it is not his, or not of today.
pub fn story(room: &Room<'_>, client: ClientRow, id: OrderId) -> Option<Vec<Value>> {
    let firm = room.firm;
    match id {
        OrderId::Order(no) => {
            let leaf = room.book.order(no).filter(|leaf| leaf.placed.client == client)?;
            Some(lines(id, leaf).iter().map(|(_, line)| line.json(firm)).collect())
        }
        OrderId::Turned(entry) => {
            let it = room.book.turned_at(vocab::EntryNo(entry)).filter(|it| it.placed.client == client)?;
            Some(vec![refused(entry, it).json(firm)])
        }
        OrderId::Waiting(no) => {
            let it = firm.review.get(no).filter(|it| it.placed.client == client)?;
            Some(vec![waiting(no, it).json(firm)])
        }
    }
}

/// What an entry made of orders: for whom, and how each then stood.
pub fn changed_by(room: &Room<'_>, entry: u64, orders: &[vocab::OrderNo]) -> Vec<(ClientRow, Value)> {
    let of = |no: &vocab::OrderNo| {
        let leaf = room.book.order(*no)?;
        let line = lines(OrderId::Order(*no), leaf).into_iter().rfind(|(of, _)| *of == entry).map(|(_, line)| line)?;
        let begun = leaf.told.first()?.at;
        Some((leaf.placed.client, Line { received: begun, ..line }.json(room.firm)))
    };
    let turned = room.book.turned_at(vocab::EntryNo(entry));
    let turned = turned.map(|it| (it.placed.client, refused(entry, it).json(room.firm)));
    orders.iter().filter_map(of).chain(turned).collect()
}

/// One trade of an order.
struct Fill<'a> {
    leaf: &'a Leaf,
    trade: TradeNo,
    qty: Qty,
    price: Price,
    at: Moment,
}

/// Trades of an order that stand.
fn fills(leaf: &Leaf) -> impl Iterator<Item = Fill<'_>> {
    leaf.told.iter().filter_map(move |told| {
        let Fact::Traded { trade, qty, price, at } = told.fact else { return None };
        let recounted = leaf.told.iter().filter_map(|it| match it.fact {
            Fact::Recounted { trade: of, qty } if of == trade => Some(qty),
            _ => None,
        });
        let qty = qty + recounted.sum::<Qty>();
        qty.is_positive().then_some(Fill { leaf, trade, qty, price, at })
    })
}

impl Fill<'_> {
    fn json(&self, firm: &Firm) -> Value {
        let Placed { venue, security, side, product, order, .. } = self.leaf.placed;
        let given = self.leaf.told.first().map_or(self.at, |told| told.at);
        json!({
            "trade_id": self.trade.number().to_string(),
            "order_id": OrderId::Order(order).text(given.day()),
            "exchange": venue.as_str(),
            "tradingsymbol": symbol(firm, security),
            "instrument_token": Token::of(venue, security).0,
            "product": words::of_product(product),
            "average_price": price(self.price),
            "quantity": shares(self.qty),
            "exchange_order_id": self.leaf.venue_order.map(|no| no.0.to_string()),
            "transaction_type": words::of_side(side),
            "fill_timestamp": words::moment(self.at),
            "order_timestamp": words::clock(given),
            "exchange_timestamp": words::moment(self.at),
        })
    }
}

/// The day's trades of a client, or those of one order of his.
pub fn trades(room: &Room<'_>, client: ClientRow, of: Option<OrderId>) -> Vec<Value> {
    let wanted = |no: vocab::OrderNo| of.is_none_or(|id| id == OrderId::Order(no));
    let mine = room.book.orders().filter(|(no, leaf)| leaf.placed.client == client && wanted(*no));
    let mut all: Vec<Fill<'_>> = mine.flat_map(|(_, leaf)| fills(leaf)).collect();
    all.sort_by_key(|fill| (fill.at, fill.trade));
    all.iter().map(|fill| fill.json(room.firm)).collect()
}
