//! Our answers beside the published mocks: which keys stand where, and of what type. Mutual funds are left out.

use crate::house;
use crate::wire::{Back, Desk, FAST};
use kite::quote::{Level, Mode, Quote, packet};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use vocab::{Moment, Price, Qty, SecurityRow, UserRow, Venue};

type Shape = BTreeMap<String, BTreeSet<&'static str>>;

/// Differences that are meant: the mock, where, and why. What stands here and is no difference any more fails the test.
const MEANT: &[(&str, &str, &str)] = &[
    ("holdings_auth", "*", "no authorisation share by share: the client gave a demat debit and pledge instruction"),
    ("autoslice_response", "data.children[].error*", "in this cut nothing was refused; the error's form is tested with the errors"),
    ("order_info", "data[].account_id extra", "the published story is older than the published list: lines are as in the list"),
    ("order_info", "data[].exchange_update_timestamp extra", "as in the list"),
    ("order_info", "data[].guid extra", "as in the list"),
    ("order_info", "data[].market_protection extra", "as in the list"),
    ("order_info", "data[].meta extra", "as in the list"),
    ("order_info", "data[].status_message_raw extra", "as in the list"),
    ("order_info", "data[].tag is*", "the published order had no tag, ours has"),
    ("order_info", "data[].tags extra", "as in the list"),
    ("order_info", "data[].validity_ttl extra", "as in the list"),
    ("orders", "data[].auction_number missing", "of the auction variety alone, which is not offered"),
    ("orders", "data[].meta.iceberg missing", "of the iceberg variety alone, which is not offered"),
    ("orders", "data[].terminal_id missing", "of orders that came from a dealer's terminal"),
    ("gtt_get_order", "data.meta is*", "the list of mocks has an object where the single one has nothing"),
    ("full_profile", "data.twofa_timestamp is*", "when a device was enrolled is in the record, and not kept beside it"),
    ("alerts_get", "data[].basket missing", "of alerts that place orders, which are not offered"),
    ("auctions_list", "data[] empty", "clients do not offer in auctions"),
];

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// Types by path; elements of a list are one, and so are keys that are names of instruments.
fn shape(value: &Value, path: &str, out: &mut Shape) {
    out.entry(path.to_owned()).or_default().insert(kind(value));
    match value {
        Value::Object(all) => {
            for (key, value) in all {
                let key = if key.contains(':') { "*" } else { key };
                shape(value, &format!("{path}.{key}"), out);
            }
        }
        Value::Array(all) => all.iter().for_each(|value| shape(value, &format!("{path}[]"), out)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn parent(path: &str) -> &str {
    path.rfind(['.', '[']).map_or("", |at| &path[..at])
}

/// What differs, in words. Where a list is empty, or a value is null, nothing is known of what is in it.
fn differences(mock: &Value, ours: &Value) -> Vec<String> {
    let (mut wanted, mut got) = (Shape::new(), Shape::new());
    shape(mock, "", &mut wanted);
    shape(ours, "", &mut got);
    let mut all = Vec::new();
    for (path, types) in &wanted {
        match got.get(path) {
            None if got.get(parent(path)).is_some_and(|types| types.contains("object")) => all.push(format!("{path} missing")),
            None if got.get(parent(path)).is_some_and(|types| types.contains("list")) => all.push(format!("{path} empty")),
            None => {}
            Some(ours) if !ours.is_subset(types) => all.push(format!("{path} is {ours:?}, not {types:?}")),
            Some(_) => {}
        }
    }
    let known = |path: &str| wanted.get(parent(path)).is_some_and(|types| types.contains("object"));
    all.extend(got.keys().filter(|path| !wanted.contains_key(*path) && known(path)).map(|path| format!("{path} extra")));
    all.into_iter().map(|line| line.trim_start_matches('.').to_owned()).collect()
}

fn matches(pattern: &str, line: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => line.starts_with(start),
        None => pattern == line,
    }
}

/// A desk where there is one of everything.
async fn furnished() -> (Desk, Vec<(&'static str, Back)>) {
    let desk = Desk::open(FAST, "").await;
    let csv = desk.get("/instruments/NSE").await.text;
    let symbol = csv.lines().nth(1).expect("a row").split(',').nth(2).expect("a symbol").to_owned();
    let token = csv.lines().nth(1).expect("a row").split(',').next().expect("a token").to_owned();
    let range = desk.get(&format!("/instruments/trigger_range/BUY?i=NSE:{symbol}")).await;
    let low = range.data()[format!("NSE:{symbol}")]["lower"].to_string();
    let order = |kind: &str, price: &str, more: &str| {
        format!("exchange=NSE&tradingsymbol={symbol}&transaction_type=BUY&quantity=3&product=MIS&order_type={kind}&price={price}&{more}")
    };
    let mut all: Vec<(&'static str, Back)> = Vec::new();
    let request = desk.request_token(crate::wire::USER).await;
    let sum = kite::doors::checksum(crate::wire::KEY, &request, crate::wire::SECRET);
    let form = format!("api_key={}&request_token={request}&checksum={sum}", crate::wire::KEY);
    all.push(("generate_session", desk.send("POST", "/session/token", "", &form).await));
    all.push(("order_response", desk.post("/orders/regular", &order("MARKET", "0", "tag=mine")).await));
    let dealt = id(&all.last().expect("just put there").1);
    desk.until("/trades", "it is dealt in", |all| all.as_array().is_some_and(|all| !all.is_empty())).await;
    limit(&desk, 2).await;
    all.push(("autoslice_response", desk.post("/orders/regular", &order("LIMIT", &low, "autoslice=true")).await));
    limit(&desk, 1_000).await;
    let stands = desk.post("/orders/regular", &order("LIMIT", &low, "")).await;
    let stands = id(&stands);
    desk.until("/orders", "it stands", |all| all.as_array().is_some_and(|all| all.iter().any(|it| it["order_id"] == stands.as_str() && it["status"] == "OPEN"))).await;
    all.push(("order_modify", desk.send("PUT", &format!("/orders/regular/{stands}"), &desk.token, "quantity=4").await));
    desk.until("/orders", "it is changed", |all| all.as_array().is_some_and(|all| all.iter().any(|it| it["modified"] == true))).await;
    all.push(("order_cancel", desk.send("DELETE", &format!("/orders/regular/{stands}"), &desk.token, "").await));
    let convert = format!("exchange=NSE&tradingsymbol={symbol}&transaction_type=BUY&position_type=day&quantity=1&old_product=MIS&new_product=CNC");
    all.push(("convert_position", desk.send("PUT", "/portfolio/positions", &desk.token, &convert).await));
    all.extend(waiting(&desk, &symbol, &low).await);
    let thought = format!(r#"[{{"exchange":"NSE","tradingsymbol":"{symbol}","transaction_type":"BUY","variety":"regular","product":"CNC","order_type":"MARKET","quantity":1,"price":0,"average_price":0,"trigger_price":0,"order_id":"1"}}]"#);
    all.push(("order_margins", desk.post("/margins/orders", &thought).await));
    all.push(("basket_margins", desk.post("/margins/basket?consider_positions=True", &thought).await));
    all.push(("virtual_contract_note", desk.post("/charges/orders", &thought).await));
    all.push(("order_info", desk.get(&format!("/orders/{dealt}")).await));
    all.push(("order_trades", desk.get(&format!("/orders/{dealt}/trades")).await));
    for (mock, path) in reads(&symbol, &token) {
        all.push((mock, desk.get(&path).await));
    }
    all.push(("holdings_auth", desk.post("/portfolio/holdings/authorise", "").await));
    let end = format!("/session/token?api_key={}&access_token={}", crate::wire::KEY, desk.token);
    all.push(("session_logout", desk.send("DELETE", &end, &desk.token, "").await));
    (desk, all)
}

/// Two persons of the risk desk bound what one order of the user may have.
async fn limit(desk: &Desk, shares: i64) {
    let user = house::user_of(0);
    let limits = desk.house.counter().look(move |room| room.firm.risk.user(user).limits).await.expect("it is open");
    let limits = risk::UserLimits { order_qty: Qty(shares), ..limits };
    for by in [UserRow(3), UserRow(4)] {
        let asked = desk.house.counter().ask(by, firm::Command::LimitUser { user, limits }).await.expect("it is open");
        assert!(asked.refused.is_none(), "{:?}", asked.refused);
    }
}

fn id(back: &Back) -> String {
    back.data()["order_id"].as_str().expect("an id").to_owned()
}

async fn waiting(desk: &Desk, symbol: &str, low: &str) -> Vec<(&'static str, Back)> {
    let condition = format!(r#"{{"exchange":"NSE","tradingsymbol":"{symbol}","trigger_values":[{low}],"last_price":9999.0}}"#);
    let orders = format!(r#"[{{"exchange":"NSE","tradingsymbol":"{symbol}","transaction_type":"BUY","quantity":1,"order_type":"LIMIT","product":"CNC","price":{low}}}]"#);
    let form = format!("type=single&condition={condition}&orders={orders}");
    let mut all = vec![("gtt_place_order", desk.post("/gtt/triggers", &form).await)];
    let trigger = all[0].1.data()["trigger_id"].to_string();
    all.push(("gtt_modify_order", desk.send("PUT", &format!("/gtt/triggers/{trigger}"), &desk.token, &form).await));
    all.push(("gtt_get_orders", desk.get("/gtt/triggers").await));
    all.push(("gtt_get_order", desk.get(&format!("/gtt/triggers/{trigger}")).await));
    all.push(("gtt_delete_order", desk.send("DELETE", &format!("/gtt/triggers/{trigger}"), &desk.token, "").await));
    let form = format!("name=mine&type=simple&lhs_exchange=NSE&lhs_tradingsymbol={symbol}&lhs_attribute=LastTradedPrice&operator=>=&rhs_type=constant&rhs_constant={low}");
    all.push(("alerts_create", desk.post("/alerts", &form).await));
    let uuid = all.last().expect("just put there").1.data()["uuid"].as_str().expect("an id").to_owned();
    all.push(("alerts_modify", desk.send("PUT", &format!("/alerts/{uuid}"), &desk.token, &form).await));
    all.push(("alerts_get", desk.get("/alerts").await));
    all.push(("alerts_get_one", desk.get(&format!("/alerts/{uuid}")).await));
    desk.until(&format!("/alerts/{uuid}/history"), "it told", |all| all.as_array().is_some_and(|all| !all.is_empty())).await;
    all.push(("alerts_history", desk.get(&format!("/alerts/{uuid}/history")).await));
    all.push(("alerts_delete", desk.send("DELETE", &format!("/alerts?uuid={uuid}"), &desk.token, "").await));
    all
}

fn reads(symbol: &str, token: &str) -> Vec<(&'static str, String)> {
    let of = |mock, path: &str| (mock, path.to_owned());
    let range = |interval: &str| format!("/instruments/historical/{token}/{interval}?from=2026-07-01+09:15:00&to=2026-07-01+15:30:00");
    vec![
        of("profile", "/user/profile"),
        of("full_profile", "/user/profile/full"),
        of("margins", "/user/margins"),
        of("margins_equity", "/user/margins/equity"),
        of("margin_commodity", "/user/margins/commodity"),
        of("orders", "/orders"),
        of("trades", "/trades"),
        of("positions", "/portfolio/positions"),
        of("holdings", "/portfolio/holdings"),
        of("holdings_compact", "/portfolio/holdings/compact"),
        of("holdings_summary", "/portfolio/holdings/summary"),
        of("auctions_list", "/portfolio/holdings/auctions"),
        of("quote", &format!("/quote?i=NSE:{symbol}")),
        of("ohlc", &format!("/quote/ohlc?i=NSE:{symbol}")),
        of("ltp", &format!("/quote/ltp?i=NSE:{symbol}")),
        of("trigger_range", &format!("/instruments/trigger_range/buy?i=NSE:{symbol}")),
        ("historical_minute", range("minute")),
    ]
}

#[tokio::test]
async fn every_mock_has_our_keys_and_types() {
    let Some(data) = reference::folder("every_mock_has_our_keys_and_types", "kiteconnect-mocks") else { return };
    let folder = data.join("kiteconnect-mocks");
    let (desk, answers) = furnished().await;
    let mut found = Vec::new();
    for (mock, back) in &answers {
        let text = fs::read_to_string(folder.join(format!("{mock}.json"))).expect("a mock");
        let wanted: Value = serde_json::from_str(&text).expect("JSON");
        found.extend(differences(&wanted, &back.json()).into_iter().map(|line| (*mock, line)));
    }
    let meant = |mock: &str, line: &str| MEANT.iter().any(|(of, pattern, _)| *of == mock && matches(pattern, line));
    let open: Vec<_> = found.iter().filter(|(mock, line)| !meant(mock, line)).collect();
    let stale: Vec<_> = MEANT.iter().filter(|(of, pattern, _)| !found.iter().any(|(mock, line)| of == mock && matches(pattern, line))).collect();
    assert!(open.is_empty() && stale.is_empty(), "{open:#?}\nno difference any more: {stale:#?}");
    desk.close().await;
    each_mock_is_compared(&folder, &answers);
}

/// Nothing of the folder is passed over.
fn each_mock_is_compared(folder: &Path, answers: &[(&str, Back)]) {
    // Compared elsewhere: the packets, the post, and the list as CSV; the rest are other forms of what is compared.
    let elsewhere = ["postback", "ticker_full", "ticker_quote", "ticker_ltp", "historical_oi", "alerts_create_ato"];
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(mock) = name.strip_suffix(".json").filter(|mock| !mock.starts_with("mf_")) else { continue };
        let compared = answers.iter().any(|(of, _)| *of == mock) || elsewhere.contains(&mock);
        assert!(compared, "{mock} is not compared");
    }
}

#[tokio::test]
async fn the_list_of_instruments_has_the_mocks_columns() {
    let Some(data) = reference::folder("the_list_of_instruments_has_the_mocks_columns", "kiteconnect-mocks") else { return };
    let mock = fs::read_to_string(data.join("kiteconnect-mocks/instruments_all.csv")).expect("a mock");
    let desk = Desk::open(FAST, "").await;
    let back = desk.get("/instruments").await;
    assert!(back.kind.contains("csv"), "{}", back.kind);
    assert_eq!(mock.lines().next(), back.text.lines().next());
    for row in back.text.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        assert_eq!(cells.len(), 12, "{row}");
        for numeric in [0, 1, 4, 6, 7, 8] {
            assert!(!cells[numeric].is_empty() && cells[numeric].bytes().all(|b| b.is_ascii_digit() || b == b'.'), "{row}");
        }
    }
    desk.close().await;
}

fn base64(text: &str) -> Vec<u8> {
    let value = |b: u8| match b {
        b'A'..=b'Z' => Some(b - b'A'),
        b'a'..=b'z' => Some(b - b'a' + 26),
        b'0'..=b'9' => Some(b - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bits, mut held, mut out) = (0u32, 0, Vec::new());
    for six in text.bytes().filter_map(value) {
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held & 0xFF).expect("a byte"));
        }
    }
    out
}

/// The quote of a mock of the ticker.
fn quote(mock: &Value) -> Quote {
    let price = |value: &Value| Price::parse(&value.to_string()).expect("a price");
    let qty = |value: &Value| Qty(value.as_i64().unwrap_or(0));
    let time = |value: &Value| {
        let text = value.as_str().unwrap_or("1970-01-01T00:00:00");
        let day = vocab::Day::parse(&text[..10]).expect("a day");
        if day.0 == 0 { Moment(0) } else { day.at(vocab::TimeOfDay::parse(&text[11..19]).expect("a time")) }
    };
    let levels = |side: &str| {
        [0, 1, 2, 3, 4].map(|n: usize| {
            let it = &mock["depth"][side][n];
            let orders = it["orders"].as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
            Level { price: if it.is_null() { Price::ZERO } else { price(&it["price"]) }, qty: qty(&it["quantity"]), orders }
        })
    };
    let ohlc = |name: &str| price(&mock["ohlc"][name]);
    Quote {
        venue: Venue::Nse,
        security: SecurityRow(408_065 / 256 - 1),
        last: price(&mock["last_price"]),
        last_qty: qty(&mock["last_quantity"]),
        last_at: time(&mock["last_trade_time"]),
        average: price(&mock["average_price"]),
        volume: qty(&mock["volume"]),
        to_buy: qty(&mock["buy_quantity"]),
        to_sell: qty(&mock["sell_quantity"]),
        open: ohlc("open"),
        high: ohlc("high"),
        low: ohlc("low"),
        close: ohlc("close"),
        floor: Price::ZERO,
        ceiling: Price::ZERO,
        at: time(&mock["timestamp"]),
        bids: levels("buy"),
        offers: levels("sell"),
    }
}

#[test]
fn packets_are_the_golden_ones_byte_for_byte() {
    let Some(data) = reference::folder("packets_are_the_golden_ones_byte_for_byte", "kiteconnect-mocks") else { return };
    let folder = data.join("kiteconnect-mocks");
    for (name, mode, length) in [("ticker_full", Mode::Full, 184), ("ticker_quote", Mode::Quote, 44)] {
        let mock: Value = serde_json::from_str(&fs::read_to_string(folder.join(format!("{name}.json"))).expect("a mock")).expect("JSON");
        let golden = base64(&fs::read_to_string(folder.join(format!("{name}.packet"))).expect("a packet"));
        let mut ours = Vec::new();
        packet(&quote(&mock), mode, &mut ours);
        assert_eq!((ours.len(), &ours), (length, &golden), "{name}");
    }
}
