//! The API on the wire.

#[allow(dead_code, reason = "not every test of a broker that is open needs all of it")]
#[path = "../../../live/tests/it/house.rs"]
mod house;
mod clients;
mod hostile;
mod mocks;
mod streams;
mod wire;

use kite::Kite;
use kite::doors::Doors;
use kite::pace::Rates;
use serde_json::Value;
use wire::{Desk, FAST, USER};

/// A limit within the band, far from the market, of a security that trades.
async fn quiet_price(desk: &Desk) -> (String, String) {
    let csv = desk.get("/instruments/NSE").await.text;
    let symbol = csv.lines().nth(1).expect("a row").split(',').nth(2).expect("a symbol").to_owned();
    let range = desk.get(&format!("/instruments/trigger_range/BUY?i=NSE:{symbol}")).await.data();
    let low = range[format!("NSE:{symbol}")]["lower"].to_string();
    (symbol, low)
}

fn order(symbol: &str, side: &str, qty: u32, kind: &str, price: &str) -> String {
    format!("exchange=NSE&tradingsymbol={symbol}&transaction_type={side}&quantity={qty}&product=CNC&order_type={kind}&price={price}&validity=DAY&variety=regular")
}

fn status_of(orders: &Value, id: &str) -> String {
    let found = orders.as_array().expect("a list").iter().find(|it| it["order_id"] == id);
    found.and_then(|it| it["status"].as_str()).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_order_goes_through_its_day_on_the_wire() {
    let desk = Desk::open(FAST, "").await;
    let (symbol, low) = quiet_price(&desk).await;
    let placed = desk.post("/orders/regular", &(order(&symbol, "BUY", 2, "LIMIT", &low) + "&tag=first+one")).await.data();
    let id = placed["order_id"].as_str().expect("an id").to_owned();
    let open = desk.until("/orders", "it is open", |all| status_of(all, &id) == "OPEN").await;
    assert_eq!((&open[0]["tag"], &open[0]["pending_quantity"], &open[0]["placed_by"]), (&"first one".into(), &2.into(), &USER.into()));
    let changed = desk.send("PUT", &format!("/orders/regular/{id}"), &desk.token, "quantity=3&order_type=LIMIT").await.data();
    assert_eq!(changed["order_id"], id.as_str());
    desk.until("/orders", "it is changed", |all| all[0]["quantity"] == 3 && all[0]["modified"] == true).await;
    desk.send("DELETE", &format!("/orders/regular/{id}"), &desk.token, "").await.data();
    let all = desk.until("/orders", "it is cancelled", |all| status_of(all, &id) == "CANCELLED").await;
    assert_eq!((&all[0]["cancelled_quantity"], &all[0]["pending_quantity"]), (&3.into(), &0.into()));
    let story = desk.get(&format!("/orders/{id}")).await.data();
    let statuses: Vec<&str> = story.as_array().expect("a list").iter().filter_map(|line| line["status"].as_str()).collect();
    let expected = [
        "PUT ORDER REQ RECEIVED", "VALIDATION PENDING", "OPEN PENDING", "OPEN", "MODIFY VALIDATION PENDING", "MODIFY PENDING", "MODIFIED",
        "OPEN", "CANCEL PENDING", "CANCELLED",
    ];
    assert_eq!(statuses, expected);
    assert_eq!(desk.get(&format!("/orders/{id}/trades")).await.data(), Value::from(Vec::<Value>::new()));
    desk.close().await;
}

#[tokio::test]
async fn a_trade_is_a_position_and_moves_money() {
    let desk = Desk::open(FAST, "").await;
    let (symbol, _) = quiet_price(&desk).await;
    let before = desk.get("/user/margins/equity").await.data();
    let placed = desk.post("/orders/regular", &order(&symbol, "BUY", 1, "MARKET", "0")).await.data();
    let id = placed["order_id"].as_str().expect("an id").to_owned();
    desk.until("/orders", "it is dealt in", |all| status_of(all, &id) == "COMPLETE").await;
    let trades = desk.get("/trades").await.data();
    let positions = desk.get("/portfolio/positions").await.data();
    assert_eq!((&trades[0]["quantity"], &trades[0]["order_id"]), (&1.into(), &id.as_str().into()));
    assert_eq!((&positions["net"][0]["quantity"], &positions["net"][0]["product"]), (&1.into(), &"CNC".into()));
    assert_eq!(positions["net"][0]["average_price"], trades[0]["average_price"]);
    let after = desk.get("/user/margins/equity").await.data();
    let number = |of: &Value| of["net"].to_string().replace('.', "").parse::<i64>().expect("a sum");
    assert!(number(&after) < number(&before), "{before} {after}");
    desk.close().await;
}

#[tokio::test]
async fn a_refusal_is_a_documented_error_and_stands_in_the_book() {
    let desk = Desk::open(FAST, "").await;
    let (symbol, low) = quiet_price(&desk).await;
    let short = desk.post("/orders/regular", &order(&symbol, "BUY", 90_000, "LIMIT", &low)).await.wrong();
    let all = desk.get("/orders").await.data();
    assert!(matches!(short.1.as_str(), "OrderException" | "MarginException"), "{short:?}");
    assert_eq!((&all[0]["status"], &all[0]["quantity"]), (&"REJECTED".into(), &90_000.into()), "{all}");
    for (path, body, http, kind, field) in [
        ("/orders/regular", order(&symbol, "BUY", 1, "LIMIT", ""), 400, "InputException", "price"),
        ("/orders/regular", order("NOBODY", "BUY", 1, "MARKET", ""), 400, "InputException", "tradingsymbol"),
        ("/orders/iceberg", order(&symbol, "BUY", 1, "MARKET", ""), 400, "InputException", "variety"),
        ("/orders/regular", order(&symbol, "BUY", 1, "LIMIT", "0.01"), 400, "InputException", "price"),
        ("/charges/orders", "[{}]".into(), 400, "InputException", "exchange"),
        ("/charges/orders", "{}".into(), 400, "InputException", "the body"),
        ("/gtt/triggers", "type=single".into(), 400, "InputException", "condition"),
        ("/alerts", "type=ato&name=a".into(), 400, "InputException", "type"),
    ] {
        let (status, error, message) = desk.post(path, &body).await.wrong();
        assert_eq!((status, error.as_str()), (http, kind), "{message}");
        assert!(message.starts_with(field), "{message}");
    }
    assert_eq!(desk.get("/nothing").await.status, 404);
    assert_eq!(desk.send("DELETE", "/trades", &desk.token, "").await.status, 405);
    let long = desk.post("/orders/regular", &"x".repeat(70_000)).await;
    assert_eq!(long.wrong().0, 413);
    desk.close().await;
}

#[tokio::test]
async fn nobody_comes_in_without_a_session_that_lives() {
    let desk = Desk::open(FAST, "").await;
    for token in ["", "wrong"] {
        let (status, kind, _) = desk.send("GET", "/orders", token, "").await.wrong();
        assert_eq!((status, kind.as_str()), (403, "TokenException"));
    }
    let request = desk.request_token(USER).await;
    let form = |sum: &str| format!("api_key={}&request_token={request}&checksum={sum}", wire::KEY);
    assert_eq!(desk.send("POST", "/session/token", "", &form("0")).await.wrong().1, "TokenException");
    let sum = kite::doors::checksum(wire::KEY, &request, wire::SECRET);
    let opened = desk.send("POST", "/session/token", "", &form(&sum)).await.data();
    assert_eq!(opened["login_time"].as_str().map(str::len), Some(19));
    assert_eq!(desk.send("POST", "/session/token", "", &form(&sum)).await.wrong().1, "TokenException", "a request token is used once");
    let other = desk.sign_in("U000002").await;
    let (symbol, low) = quiet_price(&desk).await;
    let id = desk.post("/orders/regular", &order(&symbol, "BUY", 1, "LIMIT", &low)).await.data()["order_id"].as_str().expect("an id").to_owned();
    let theirs = desk.send("GET", &format!("/orders/{id}"), &other, "").await.wrong();
    assert_eq!(theirs.1, "GeneralException", "another's order is not known");
    let path = format!("/session/token?api_key={}&access_token={}", wire::KEY, desk.token);
    desk.send("DELETE", &path, &desk.token, "").await.data();
    assert_eq!(desk.get("/orders").await.wrong().1, "TokenException");
    desk.close().await;
}

#[tokio::test]
async fn a_browser_signs_in_and_goes_back_to_the_program() {
    let desk = Desk::open(FAST, "").await;
    let page = desk.send("GET", &format!("/connect/login?v=3&api_key={}&redirect_params=a%3D%22", wire::KEY), "", "").await;
    assert!(page.kind.starts_with("text/html") && page.text.contains(r#"value="a=&quot;""#), "{}", page.text);
    assert_eq!(desk.send("GET", "/connect/login?api_key=nobody", "", "").await.wrong().1, "TokenException");
    let code = desk.code(USER);
    let form = |password: &str| format!("page=1&api_key={}&user_id={USER}&password={password}&totp={code}", wire::KEY);
    let denied = desk.send("POST", "/connect/login", "", &form("guess")).await;
    assert!(denied.status == 403 && denied.text.contains(r#"role="alert""#), "{}", denied.text);
    let sent = desk.send("POST", "/connect/login", "", &form(wire::PASSWORD)).await;
    assert_eq!(sent.status, 302);
    let request = sent.head.split("request_token=").nth(1).and_then(|rest| rest.split(['&', '\r']).next()).expect("a token").to_owned();
    let sum = kite::doors::checksum(wire::KEY, &request, wire::SECRET);
    let opened = desk.send("POST", "/session/token", "", &format!("api_key={}&request_token={request}&checksum={sum}", wire::KEY)).await;
    assert_eq!(opened.data()["user_id"], USER);
    desk.close().await;
}

#[tokio::test]
async fn who_asks_too_fast_is_told_to_wait() {
    let desk = Desk::open(Rates { orders_a_second: 1, orders_a_minute: 2, ..FAST }, "").await;
    let mut over = None;
    for _ in 0..4 {
        let back = desk.post("/orders/regular", "").await;
        if back.status == 429 {
            over = Some(back.wrong());
        }
    }
    assert_eq!(over.map(|(_, kind, _)| kind).as_deref(), Some("NetworkException"));
    desk.close().await;
}

#[tokio::test]
async fn the_limits_are_rules_of_the_day() {
    let house = house::House::open(live::Pace(1), live::Hours::Whole).await;
    let rates = house.counter().look(|room| Rates::of(&room.firm.rules, room.now.day())).await.expect("it is open").expect("rules");
    assert_eq!(rates, wire::OF_THE_DAY);
    assert!(Kite::open(house.counter().clone(), Doors::default()).await.is_ok());
    house.close();
}

#[tokio::test]
async fn estimates_agree_with_one_another() {
    let desk = Desk::open(FAST, "").await;
    let (symbol, low) = quiet_price(&desk).await;
    let row = |product: &str, side: &str| {
        format!(r#"{{"exchange":"NSE","tradingsymbol":"{symbol}","transaction_type":"{side}","variety":"regular","product":"{product}","order_type":"LIMIT","quantity":10,"price":{low},"trigger_price":0}}"#)
    };
    let body = format!("[{},{}]", row("MIS", "BUY"), row("MIS", "SELL"));
    let each = desk.post("/margins/orders", &body).await.data();
    let basket = desk.post("/margins/basket?consider_positions=True", &body).await.data();
    let note = desk.post("/charges/orders", &body).await.data();
    let paise = |of: &Value| of.to_string().replace('.', "").parse::<i64>().expect("a sum");
    let margins: i64 = [0, 1].map(|n: usize| paise(&each[n]["total"])).into_iter().sum();
    assert_eq!(paise(&basket["initial"]["total"]), margins);
    assert_eq!(paise(&basket["final"]["total"]) * 2, margins, "one side closes the other");
    for n in [0, 1] {
        assert_eq!(each[n]["charges"], note[n]["charges"]);
        let charges = &note[n]["charges"];
        let heads = ["transaction_tax", "exchange_turnover_charge", "sebi_turnover_charge", "brokerage", "stamp_duty"];
        let sum: i64 = heads.iter().map(|head| paise(&charges[head])).sum::<i64>() + paise(&charges["gst"]["total"]);
        assert_eq!(sum, paise(&charges["total"]));
    }
    desk.close().await;
}
