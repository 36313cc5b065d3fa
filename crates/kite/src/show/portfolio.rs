//! What a client has dealt in today, and what he holds.

use crate::number::{average, mean, percent, price, rupees, shares};
use crate::quote::Quote;
use crate::show::market::quote;
use crate::show::orders::symbol;
use crate::words::{self, Token};
use books::{Holding, Place};
use clearing::Stage;
use live::{Fact, Room};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use vocab::{ClientRow, Day, Paise, Price, Product, Qty, Rounding, SecurityRow, Side, Venue};

/// One product of one security at one exchange, dealt in today.
#[derive(Clone, Copy)]
struct Dealt {
    bought: Qty,
    paid: Paise,
    sold: Qty,
    got: Paise,
}

impl Dealt {
    const NOTHING: Dealt = Dealt { bought: Qty::ZERO, paid: Paise::ZERO, sold: Qty::ZERO, got: Paise::ZERO };

    fn net(&self) -> Qty {
        self.bought - self.sold
    }

    fn add(&mut self, side: Side, qty: Qty, value: Paise) {
        let (shares, money) = match side {
            Side::Buy => (&mut self.bought, &mut self.paid),
            Side::Sell => (&mut self.sold, &mut self.got),
        };
        *shares += qty;
        *money += value;
    }
}

type Key = (SecurityRow, Venue, &'static str);

/// What was dealt today, by product; what was converted stands where it is now, at the average it was dealt at.
fn dealt(room: &Room<'_>, client: ClientRow) -> BTreeMap<Key, Dealt> {
    let mut all: BTreeMap<Key, Dealt> = BTreeMap::new();
    for (_, leaf) in room.book.orders().filter(|(_, leaf)| leaf.placed.client == client) {
        let (placed, last) = (&leaf.placed, leaf.last());
        if leaf.told.iter().any(|told| matches!(told.fact, Fact::Traded { .. })) {
            let at = all.entry((placed.security, placed.venue, words::of_product(placed.product))).or_insert(Dealt::NOTHING);
            at.add(placed.side, last.filled, last.value);
        }
    }
    let intraday: Vec<Key> = all.keys().copied().collect();
    for (security, venue, _) in intraday {
        convert(room, client, (security, venue), &mut all);
    }
    all
}

/// What risk has open intraday differs from what was dealt so by what was converted.
fn convert(room: &Room<'_>, client: ClientRow, (security, venue): (SecurityRow, Venue), all: &mut BTreeMap<Key, Dealt>) {
    let (from, to) = ((security, venue, "MIS"), (security, venue, "CNC"));
    let now = room.firm.risk.position(client, security, venue).qty;
    let was = all.get(&from).map_or(Qty::ZERO, Dealt::net);
    let moved = was - now;
    if moved.is_zero() {
        return;
    }
    // From intraday to delivery where more was dealt intraday than is open, and the other way round.
    let (source, target, side) = match (moved.is_positive(), was.is_negative() || now.is_negative()) {
        (true, false) => (from, to, Side::Buy),
        (true, true) => (to, from, Side::Sell),
        (false, false) => (to, from, Side::Buy),
        (false, true) => (from, to, Side::Sell),
    };
    let qty = moved.abs();
    let there = all.get(&source).copied().unwrap_or(Dealt::NOTHING);
    let (whole, money) = if side == Side::Buy { (there.bought, there.paid) } else { (there.sold, there.got) };
    let value = mean(money, whole).value(qty, Rounding::NearestPaisa);
    all.entry(source).or_insert(Dealt::NOTHING).add(side, -qty, -value);
    all.entry(target).or_insert(Dealt::NOTHING).add(side, qty, value);
}

/// At the last price, or the last close where nothing was shown yet.
fn last(quote: Option<&Quote>) -> (Price, Price) {
    quote.map_or((Price::ZERO, Price::ZERO), |it| (it.last, it.close))
}

fn position(room: &Room<'_>, (security, venue, product): Key, dealt: &Dealt) -> Value {
    let (last, close) = last(quote(room, venue, security).as_ref());
    let net = dealt.net();
    let (buy, sell) = (dealt.paid, dealt.got);
    let value = sell - buy;
    let worth = last.value(net, Rounding::NearestPaisa);
    let pnl = value + worth;
    let average_price = match net.0.signum() {
        1 => mean(buy, dealt.bought),
        -1 => mean(sell, dealt.sold),
        _ => Price::ZERO,
    };
    // What both sides have in common is made; the rest would be.
    let realised = if net.is_zero() { value } else { value + average_price.value(net, Rounding::NearestPaisa) };
    json!({
        "tradingsymbol": symbol(room.firm, security),
        "exchange": venue.as_str(),
        "instrument_token": Token::of(venue, security).0,
        "product": product,
        "quantity": shares(net),
        "overnight_quantity": 0,
        "multiplier": 1,
        "average_price": price(average_price),
        "close_price": price(close),
        "last_price": price(last),
        "value": rupees(value),
        "pnl": rupees(pnl),
        "m2m": rupees(pnl),
        "unrealised": rupees(pnl - realised),
        "realised": rupees(realised),
        "buy_quantity": shares(dealt.bought),
        "buy_price": average(buy, dealt.bought),
        "buy_value": rupees(buy),
        "buy_m2m": rupees(buy),
        "sell_quantity": shares(dealt.sold),
        "sell_price": average(sell, dealt.sold),
        "sell_value": rupees(sell),
        "sell_m2m": rupees(sell),
        "day_buy_quantity": shares(dealt.bought),
        "day_buy_price": average(buy, dealt.bought),
        "day_buy_value": rupees(buy),
        "day_sell_quantity": shares(dealt.sold),
        "day_sell_price": average(sell, dealt.sold),
        "day_sell_value": rupees(sell),
    })
}

/// Shares settle and become holdings: what is open is of today, so that both lists are one.
pub fn positions(room: &Room<'_>, client: ClientRow) -> Value {
    let day: Vec<Value> = dealt(room, client).iter().map(|(key, dealt)| position(room, *key, dealt)).collect();
    json!({ "net": day, "day": day })
}

/// Made, and not made, of the day's intraday trades.
pub fn marked(room: &Room<'_>, client: ClientRow) -> (Paise, Paise) {
    let mut sums = (Paise::ZERO, Paise::ZERO);
    for ((security, venue, product), it) in dealt(room, client) {
        if product == words::of_product(Product::Intraday) {
            let last = last(quote(room, venue, security).as_ref()).0;
            let net = it.net();
            let cost = if net.is_negative() { mean(it.got, it.sold) } else { mean(it.paid, it.bought) };
            let made = it.got - it.paid + cost.value(net, Rounding::NearestPaisa);
            sums.0 += made;
            sums.1 += it.got - it.paid + last.value(net, Rounding::NearestPaisa) - made;
        }
    }
    sums
}

/// Bought on a day before and not delivered yet, less what of it was sold.
fn to_come(room: &Room<'_>, client: ClientRow, security: SecurityRow, day: Day) -> Qty {
    let open = room.firm.clearing.settlements().rev().take_while(|(_, it)| it.trade_day.0 > day.0 - 15);
    let open = open.filter(|(_, it)| it.trade_day < day && it.stage != Stage::Done);
    let net = |row| room.firm.clearing.net(row, client, security).map_or(Qty::ZERO, |net| (net.buy_qty - net.sell_qty).at_least_zero());
    open.map(|(row, _)| net(row)).sum()
}

/// One security a client holds.
struct Held {
    security: SecurityRow,
    /// In his account, pledged or not.
    there: Qty,
    pledged: Qty,
    /// Sold and to be delivered.
    used: Qty,
    t1: Qty,
}

impl Held {
    fn of(room: &Room<'_>, client: ClientRow, holding: &Holding) -> Held {
        let firm = room.firm;
        let there = holding.at(Place::Account);
        let pledged = firm.margin.pledged(client, holding.security);
        let used = (holding.sold - pledged).at_least_zero();
        Held { security: holding.security, there, pledged, used, t1: to_come(room, client, holding.security, room.now.day()) }
    }

    fn free(&self) -> Qty {
        self.there - self.pledged - self.used
    }

    fn is_nothing(&self) -> bool {
        self.there.is_zero() && self.t1.is_zero() && self.used.is_zero()
    }

    /// The exchange it is shown at: the first that trades it.
    fn venue(&self, room: &Room<'_>) -> Venue {
        let trades = |venue: &&Venue| room.firm.market.terms(**venue, self.security, room.now.day()).is_some();
        Venue::ALL.iter().find(trades).copied().unwrap_or(Venue::FIRST)
    }
}

fn held(room: &Room<'_>, client: ClientRow) -> Vec<Held> {
    let all = room.firm.stock.of_client(client).map(|holding| Held::of(room, client, holding));
    let mut all: Vec<Held> = all.filter(|it| !it.is_nothing()).collect();
    all.sort_by_key(|it| symbol(room.firm, it.security));
    all
}

pub fn holdings(room: &Room<'_>, client: ClientRow) -> Value {
    let day = room.now.day();
    let one = |it: &Held| {
        let venue = it.venue(room);
        let (last, close) = last(quote(room, venue, it.security).as_ref());
        let isin = room.firm.market.security(it.security).map_or_else(String::new, |it| it.isin.as_str().to_owned());
        json!({
            "tradingsymbol": symbol(room.firm, it.security),
            "exchange": venue.as_str(),
            "instrument_token": Token::of(venue, it.security).0,
            "isin": isin,
            "product": "CNC",
            "price": rupees(Paise::ZERO),
            "quantity": shares(it.free()),
            "used_quantity": shares(it.used),
            "t1_quantity": shares(it.t1),
            "realised_quantity": shares(it.there - it.pledged),
            "authorised_quantity": 0,
            "authorised_date": words::moment(day.at(vocab::TimeOfDay(0))),
            "authorisation": {},
            "opening_quantity": shares(it.there - it.pledged),
            "short_quantity": 0,
            "collateral_quantity": shares(it.pledged),
            "collateral_type": if it.pledged.is_zero() { "" } else { "stock" },
            // What shares once cost is not kept by the firm: without a cost there is no profit to show, and this says so.
            "discrepancy": true,
            "average_price": rupees(Paise::ZERO),
            "last_price": price(last),
            "close_price": price(close),
            "pnl": rupees(Paise::ZERO),
            "day_change": price(last - close),
            "day_change_percentage": percent((last - close).0, close.0),
            "mtf": { "quantity": 0, "used_quantity": 0, "average_price": 0, "value": 0, "initial_margin": 0 },
        })
    };
    held(room, client).iter().map(one).collect()
}

pub fn compact(room: &Room<'_>, client: ClientRow) -> Value {
    let one = |it: &Held| {
        let venue = it.venue(room);
        json!({
            "exchange": venue.as_str(),
            "tradingsymbol": symbol(room.firm, it.security),
            "instrument_token": Token::of(venue, it.security).0,
            "t1_quantity": shares(it.t1),
            "quantity": shares(it.free()),
        })
    };
    held(room, client).iter().map(one).collect()
}

/// What all of it is worth, and by how much more than yesterday.
pub fn summary(room: &Room<'_>, client: ClientRow) -> Value {
    let (mut now, mut before) = (Paise::ZERO, Paise::ZERO);
    for it in held(room, client) {
        let (last, close) = last(quote(room, it.venue(room), it.security).as_ref());
        let all = it.free() + it.pledged + it.t1;
        now += last.value(all, Rounding::NearestPaisa);
        before += close.value(all, Rounding::NearestPaisa);
    }
    json!({
        // As in each holding: no cost is kept, so that nothing is said to be made.
        "total_pnl": rupees(Paise::ZERO),
        "total_pnl_percent": percent(0, 0),
        "today_pnl": rupees(now - before),
        "today_pnl_percent": percent((now - before).0, before.0),
        "invested_amount": rupees(Paise::ZERO),
        "current_value": rupees(now),
    })
}
