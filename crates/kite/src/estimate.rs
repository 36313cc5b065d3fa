//! What an order would bind and cost: margins of orders and baskets, and the charges of a contract note before there is one.

use crate::fields::{price, qty, text_of};
use crate::number::rupees;
use crate::show::market::{find, quote};
use crate::show::portfolio::marked;
use crate::words;
use crate::wrong::Wrong;
use charges::{Deal, Head, Place as States};
use firm::{AsOf, Firm, Place};
use live::Room;
use risk::Bound;
use serde_json::{Value, json};
use vocab::{
    Channel, ClientRow, OrderKind, OrderNo, Paise, Price, Product, Qty, Rounding, SecurityRow, Side, Validity, Venue,
};

/// An order that is only thought of, in the wire's words.
#[derive(Clone, Debug)]
pub struct Thought {
    pub exchange: String,
    pub symbol: String,
    pub side: Side,
    pub variety: String,
    pub product: Product,
    pub kind: OrderKind,
    pub qty: Qty,
    /// The limit, or what it was dealt at; nothing is at the market's price.
    pub price: Price,
    pub trigger: Price,
}

impl Thought {
    /// # Errors
    /// The first field that says nothing we can take.
    pub fn parse(row: &Value) -> Result<Thought, Wrong> {
        let need = |name: &str| text_of(row, name).ok_or_else(|| Wrong::field(name, "is missing"));
        let money = |name: &str| text_of(row, name).map_or(Ok(Price::ZERO), |text| price(name, &text));
        let dealt_at = money("average_price")?;
        let all = Thought {
            exchange: need("exchange")?,
            symbol: need("tradingsymbol")?,
            side: words::side(&need("transaction_type")?)?,
            variety: text_of(row, "variety").unwrap_or_else(|| "regular".into()),
            product: words::product("product", &need("product")?)?,
            kind: words::kind(&text_of(row, "order_type").unwrap_or_else(|| "MARKET".into()))?,
            qty: qty("quantity", &need("quantity")?)?,
            price: if dealt_at.is_zero() { money("price")? } else { dealt_at },
            trigger: money("trigger_price")?,
        };
        words::variety(&all.variety)?;
        words::venue(&all.exchange)?;
        if !all.qty.is_positive() {
            return Err(Wrong::field("quantity", "is no number of shares"));
        }
        Ok(all)
    }

    /// The price it is reckoned at: its own, that of its trigger, or the last.
    fn at(&self, last: Price) -> Price {
        match (self.price.is_zero(), self.trigger.is_zero()) {
            (false, _) => self.price,
            (true, false) => self.trigger,
            (true, true) => last,
        }
    }

    fn place(&self, client: ClientRow, (venue, security): (Venue, SecurityRow), at: Price) -> Place {
        Place {
            client,
            security,
            venue,
            side: self.side,
            kind: self.kind,
            validity: Validity::Day,
            channel: Channel::Api,
            product: self.product,
            price: at,
            trigger: self.trigger,
            qty: self.qty,
            disclosed: Qty::ZERO,
            seen: Price::ZERO,
            key: 0,
            source: [0; 16],
            terminal: 0,
            evidence: None,
        }
    }
}

/// What one order is charged, by the names of the wire.
#[derive(Clone, Copy)]
pub struct Charges {
    tax: Paise,
    exchange: Paise,
    sebi: Paise,
    brokerage: Paise,
    stamp: Paise,
    /// Integrated, central, state; before it, what was levied in its place is in the total alone.
    gst: [Paise; 3],
    service: Paise,
}

impl Charges {
    const NOTHING: Charges = Charges {
        tax: Paise::ZERO, exchange: Paise::ZERO, sebi: Paise::ZERO, brokerage: Paise::ZERO, stamp: Paise::ZERO,
        gst: [Paise::ZERO; 3], service: Paise::ZERO,
    };

    fn of(lines: &[charges::Line]) -> Charges {
        let mut all = Charges::NOTHING;
        for line in lines {
            match line.head {
                Head::Brokerage => all.brokerage += line.amount,
                Head::Exchange | Head::InvestorProtection => all.exchange += line.amount,
                Head::SebiFee => all.sebi += line.amount,
                Head::StateAndCentralGst => {
                    let (central, state) = line.amount.halves();
                    all.gst[1] += central;
                    // One debit: the second half is what is left of it.
                    all.gst[2] += if central + state == line.amount { state } else { line.amount - central };
                }
                Head::IntegratedGst => all.gst[0] += line.amount,
                Head::ServiceTax | Head::EducationCess | Head::HigherEducationCess => all.service += line.amount,
                Head::SwachhBharatCess | Head::KrishiKalyanCess => all.service += line.amount,
                Head::Stt => all.tax += line.amount,
                Head::Stamp => all.stamp += line.amount,
            }
        }
        all
    }

    fn taxes(&self) -> Paise {
        self.gst.iter().copied().sum::<Paise>() + self.service
    }

    fn total(&self) -> Paise {
        self.tax + self.exchange + self.sebi + self.brokerage + self.stamp + self.taxes()
    }

    fn plus(self, other: Charges) -> Charges {
        let gst = [0, 1, 2].map(|n| self.gst[n] + other.gst[n]);
        Charges {
            tax: self.tax + other.tax,
            exchange: self.exchange + other.exchange,
            sebi: self.sebi + other.sebi,
            brokerage: self.brokerage + other.brokerage,
            stamp: self.stamp + other.stamp,
            gst,
            service: self.service + other.service,
        }
    }

    fn json(&self) -> Value {
        json!({
            "transaction_tax": rupees(self.tax),
            "transaction_tax_type": "stt",
            "exchange_turnover_charge": rupees(self.exchange),
            "sebi_turnover_charge": rupees(self.sebi),
            "brokerage": rupees(self.brokerage),
            "stamp_duty": rupees(self.stamp),
            "gst": {
                "igst": rupees(self.gst[0]), "cgst": rupees(self.gst[1]), "sgst": rupees(self.gst[2]), "total": rupees(self.taxes()),
            },
            "total": rupees(self.total()),
        })
    }
}

/// By the client's own plan and the rules of the day.
fn charges_of(firm: &Firm, place: &Place, at: Price, now: AsOf) -> Result<Charges, Wrong> {
    let (day, value) = (now.day(), at.value(place.qty, Rounding::NearestPaisa));
    let intraday = place.product == Product::Intraday;
    let slabs = firm.clients.slabs(place.client, day).ok_or(firm::Refusal::plain(firm::Code::NoPlan))?;
    let deal = |order, side| Deal { order: OrderNo(order), security: place.security, side, price: at, qty: place.qty };
    // Squared within the day only beside its other side, which is another order.
    let deals = [deal(1, place.side), deal(2, place.side.other())];
    let deals = if intraday { &deals[..] } else { &deals[..1] };
    let no_rule = |none| Wrong::from(firm::Refusal::from(none));
    let fees = charges::brokerage(&firm.rules, slabs, deals, day).map_err(no_rule)?;
    let brokerage = fees.first().copied().unwrap_or(Paise::ZERO);
    let state = firm.clients.get(place.client).map_or(firm.home_state(), |client| client.state);
    let states = States { client: state, firm: firm.home_state() };
    let of = (place.side, value, intraday);
    let lines = charges::of_order(&firm.rules, of, place.venue == Venue::Bse, brokerage, states, day).map_err(no_rule)?;
    Ok(Charges::of(&lines))
}

/// What is bound of an order, and what it would cost.
struct Reckoned<'a> {
    of: &'a Thought,
    margin: Paise,
    value: Paise,
    charges: Charges,
    at: Price,
}

fn reckon<'a>(room: &Room<'_>, client: ClientRow, of: &'a Thought) -> Result<Reckoned<'a>, Wrong> {
    let name = format!("{}:{}", of.exchange, of.symbol);
    let unknown = || Wrong::field("tradingsymbol", format!("{name} is not dealt in today"));
    let (venue, security) = find(room, &name).ok_or_else(unknown)?;
    let last = quote(room, venue, security).map_or(Price::ZERO, |it| it.last);
    let at = of.at(last);
    let place = of.place(client, (venue, security), at);
    let now = AsOf { now: room.now };
    let needs = room.firm.needs(&place, &now)?;
    // Shares that are there are sold without a margin in money, and what the firm asks for is shown as it is.
    let bound = Bound::of(at, of.qty, &needs);
    Ok(Reckoned { of, margin: bound.margin, value: bound.value, charges: charges_of(room.firm, &place, at, now)?, at })
}

/// The block of figures that orders and baskets share.
fn block(named: Option<&Thought>, var: Paise, charges: &Charges, pnl: (Paise, Paise), leverage: Value) -> Value {
    let none = rupees(Paise::ZERO);
    json!({
        "type": if named.is_some() { "equity" } else { "" },
        "tradingsymbol": named.map_or("", |it| it.symbol.as_str()),
        "exchange": named.map_or("", |it| it.exchange.as_str()),
        "span": none, "exposure": none, "option_premium": none, "additional": none, "bo": none, "cash": none,
        "var": rupees(var),
        "pnl": { "realised": rupees(pnl.0), "unrealised": rupees(pnl.1) },
        "leverage": leverage,
        "charges": charges.json(),
        "total": rupees(var),
    })
}

impl Reckoned<'_> {
    fn json(&self) -> Value {
        let leverage = if self.margin.is_positive() { self.value.0 / self.margin.0 } else { 1 };
        block(Some(self.of), self.margin, &self.charges, (Paise::ZERO, Paise::ZERO), Value::from(leverage.max(1)))
    }
}

/// Each order by itself.
pub fn orders(room: &Room<'_>, client: ClientRow, all: &[Thought]) -> Result<Value, Wrong> {
    all.iter().map(|of| reckon(room, client, of).map(|it| it.json())).collect()
}

/// All of them together: what each would bind, then what they bind once the orders of a security close one another.
pub fn basket(room: &Room<'_>, client: ClientRow, all: &[Thought], positions: bool) -> Result<Value, Wrong> {
    let each = all.iter().map(|of| reckon(room, client, of)).collect::<Result<Vec<_>, Wrong>>()?;
    let initial: Paise = each.iter().map(|it| it.margin).sum();
    let costs = each.iter().fold(Charges::NOTHING, |sum, it| sum.plus(it.charges));
    let pnl = if positions { marked(room, client) } else { (Paise::ZERO, Paise::ZERO) };
    let finally = netted(&each);
    let total = |var| block(None, var, &Charges::NOTHING, pnl, Value::from(0));
    let rows: Vec<Value> = each.iter().map(Reckoned::json).collect();
    Ok(json!({ "initial": total(initial), "final": total(finally), "orders": rows, "charges": costs.json() }))
}

/// Intraday orders of both sides of one security bind for the larger of the two.
fn netted(each: &[Reckoned<'_>]) -> Paise {
    let mut sums = std::collections::BTreeMap::<(&str, &str), [Paise; 2]>::new();
    let mut rest = Paise::ZERO;
    for it in each {
        match it.of.product {
            Product::Intraday => {
                let sum = sums.entry((&it.of.exchange, &it.of.symbol)).or_insert([Paise::ZERO; 2]);
                sum[usize::from(it.of.side == Side::Sell)] += it.margin;
            }
            Product::Delivery | Product::SameDay => rest += it.margin,
        }
    }
    rest + sums.values().map(|[buy, sell]| (*buy).max(*sell)).sum()
}

/// The charges a contract note would show for each.
pub fn note(room: &Room<'_>, client: ClientRow, all: &[Thought]) -> Result<Value, Wrong> {
    let row = |of: &Thought| {
        let it = reckon(room, client, of)?;
        Ok(json!({
            "transaction_type": words::of_side(of.side),
            "tradingsymbol": of.symbol,
            "exchange": of.exchange,
            "variety": of.variety,
            "product": words::of_product(of.product),
            "order_type": words::of_kind(of.kind),
            "quantity": of.qty.0,
            "price": crate::number::price(it.at),
            "charges": it.charges.json(),
        }))
    };
    all.iter().map(row).collect()
}
