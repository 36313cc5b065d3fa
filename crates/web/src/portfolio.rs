//! What a client dealt in today, holds, and may still use.

use crate::orders::closing;
use crate::problem::Problem;
use crate::router::Web;
use crate::session::Caller;
use crate::words::{ProductWord, SideWord, paise, symbol};
use axum::Json;
use axum::extract::State;
use books::{Holding, Place};
use live::Room;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use vocab::{ClientRow, Paise, Price, Product, Qty, Rounding, SecurityRow, Side, Venue};

/// What was dealt in today, by security, exchange and the product it was dealt under.
#[derive(Serialize, ToSchema)]
pub struct PositionView {
    pub name: String,
    pub product: ProductWord,
    pub bought: i64,
    pub paid: i64,
    pub sold: i64,
    pub got: i64,
    pub net: i64,
    /// Of what is open intraday by the firm's own count: an order of this side and quantity squares it off.
    pub open: i64,
    pub square: Option<SideWord>,
    pub last: i64,
    /// Made and not made, at the last price; before charges.
    pub profit: i64,
}

#[derive(Serialize, ToSchema)]
pub struct HoldingView {
    pub symbol: String,
    pub isin: String,
    /// In the client's account.
    pub there: i64,
    /// Of it, what may be sold.
    pub free: i64,
    pub blocked: i64,
    pub pledged: i64,
    pub last: i64,
    pub close: i64,
    pub value: i64,
}

/// One part of the sum, and why it is there.
#[derive(Serialize, ToSchema)]
pub struct Part {
    pub what: String,
    pub amount: i64,
    pub why: String,
}

#[derive(Serialize, ToSchema)]
pub struct FundsView {
    /// What may back another order: the parts add up to it.
    pub free: i64,
    pub parts: Vec<Part>,
}

#[derive(Clone, Copy)]
struct Dealt {
    bought: Qty,
    paid: Paise,
    sold: Qty,
    got: Paise,
}

impl Dealt {
    const NOTHING: Dealt = Dealt { bought: Qty::ZERO, paid: Paise::ZERO, sold: Qty::ZERO, got: Paise::ZERO };
}

fn last(room: &Room<'_>, venue: Venue, security: SecurityRow) -> (Price, Price) {
    let isin = room.firm.market.security(security).map(|it| it.isin);
    let seen = isin.and_then(|isin| room.feed.quote(room.feed.by_isin(venue, isin)?));
    seen.map_or((Price::ZERO, Price::ZERO), |it| (it.last, it.prev_close))
}

fn dealt(room: &Room<'_>, client: ClientRow) -> BTreeMap<(SecurityRow, Venue, Product), Dealt> {
    let mut all = BTreeMap::new();
    for (_, leaf) in room.book.orders().filter(|(_, leaf)| leaf.placed.client == client) {
        let (placed, told) = (&leaf.placed, leaf.last());
        if told.filled.is_zero() {
            continue;
        }
        let at: &mut Dealt = all.entry((placed.security, placed.venue, placed.product)).or_insert(Dealt::NOTHING);
        match placed.side {
            Side::Buy => (at.bought, at.paid) = (at.bought + told.filled, at.paid + told.value),
            Side::Sell => (at.sold, at.got) = (at.sold + told.filled, at.got + told.value),
        }
    }
    all
}

/// What was dealt in today.
#[utoipa::path(get, path = "/positions", responses((status = 200, body = Vec<PositionView>), (status = "default", body = Problem)))]
pub async fn positions(State(web): State<Web>, caller: Caller) -> Result<Json<Vec<PositionView>>, Problem> {
    let seen = web.counter().look(move |room| {
        let one = |((security, venue, product), it): ((SecurityRow, Venue, Product), Dealt)| {
            let (net, at) = (it.bought - it.sold, last(room, venue, security).0);
            let intraday = product == Product::Intraday;
            let open = if intraday { room.firm.risk.position(caller.client, security, venue).qty } else { Qty::ZERO };
            PositionView {
                name: format!("{venue}:{}", symbol(room, security)),
                product: product.into(),
                bought: it.bought.0,
                paid: it.paid.0,
                sold: it.sold.0,
                got: it.got.0,
                net: net.0,
                open: open.0,
                square: (!open.is_zero()).then(|| closing(open).into()),
                last: paise(at),
                profit: (it.got - it.paid + at.value(net, Rounding::NearestPaisa)).0,
            }
        };
        dealt(room, caller.client).into_iter().map(one).collect()
    });
    Ok(Json(seen.await?))
}

fn holding(room: &Room<'_>, client: ClientRow, it: &Holding) -> Option<HoldingView> {
    let there = it.at(Place::Account);
    if there.is_zero() {
        return None;
    }
    let day = room.now.day();
    let security = room.firm.market.security(it.security)?;
    let trades = |venue: &&Venue| room.firm.market.terms(**venue, it.security, day).is_some();
    let venue = Venue::ALL.iter().find(trades).copied().unwrap_or(Venue::FIRST);
    let (last, close) = last(room, venue, it.security);
    let pledged = room.firm.margin.pledged(client, it.security);
    Some(HoldingView {
        symbol: security.symbol.as_str().to_owned(),
        isin: security.isin.as_str().to_owned(),
        there: there.0,
        free: it.free().0,
        blocked: (there - it.free() - pledged).0,
        pledged: pledged.0,
        last: paise(last),
        close: paise(close),
        value: last.value(there, Rounding::NearestPaisa).0,
    })
}

/// Shares in the client's account.
#[utoipa::path(get, path = "/holdings", responses((status = 200, body = Vec<HoldingView>), (status = "default", body = Problem)))]
pub async fn holdings(State(web): State<Web>, caller: Caller) -> Result<Json<Vec<HoldingView>>, Problem> {
    let seen = web.counter().look(move |room| {
        let client = caller.client;
        let mut all: Vec<_> = room.firm.stock.of_client(client).filter_map(|it| holding(room, client, it)).collect();
        all.sort_by(|a, b| a.symbol.cmp(&b.symbol));
        all
    });
    Ok(Json(seen.await?))
}

/// What may back another order.
pub fn free(room: &Room<'_>, client: ClientRow) -> Paise {
    let used = room.firm.risk.client(client);
    room.firm.books.client(client).free() - used.held - used.committed
}

/// What may be used, and every block by itself.
#[utoipa::path(get, path = "/funds", responses((status = 200, body = FundsView), (status = "default", body = Problem)))]
pub async fn funds(State(web): State<Web>, caller: Caller) -> Result<Json<FundsView>, Problem> {
    let seen = web.counter().look(move |room| {
        let (book, used) = (room.firm.books.client(caller.client), room.firm.risk.client(caller.client));
        let kept = room.firm.margin.kept(caller.client).sum();
        let part = |what: &str, amount: Paise, why: &str| Part { what: what.to_owned(), amount: amount.0, why: why.to_owned() };
        let parts = vec![
            part("ledger balance", book.balance, "all entries of the ledger so far"),
            part("not come in yet", -book.open_credit, "bills whose pay-out has not come, and cheques that are not cleared"),
            part("on its way out", -book.paying, "promised to the client's bank and not gone yet"),
            part("open orders", -used.held, "margin and an allowance for charges of orders that stand"),
            part("trades not settled", -(used.committed + kept), "margin and charges of trades not yet billed, and of sales not yet delivered"),
            part("deposited as margin", kept, "what pledged shares, receipts and guarantees back"),
        ];
        FundsView { free: free(room, caller.client).0, parts }
    });
    Ok(Json(seen.await?))
}
