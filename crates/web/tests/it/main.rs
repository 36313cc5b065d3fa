//! The API on the wire.

#[allow(dead_code, reason = "not every test of a broker that is open needs all of it")]
#[path = "../../../live/tests/it/house.rs"]
mod house;
mod wire;

use serde_json::{Value, json};
use std::path::Path;
use wire::{Desk, USER};

/// A security that trades, its band's lower end, and a quantity that can be paid.
async fn quiet(desk: &Desk) -> (String, i64) {
    let page = desk.get("/instruments?q=").await.good();
    let first = page["items"].as_array().expect("a list").iter().find(|it| it["venue"] == "NSE").expect("one of NSE").clone();
    (first["name"].as_str().expect("a name").to_owned(), first["low"].as_i64().expect("a price"))
}

fn limit(name: &str, qty: i64, price: i64) -> Value {
    json!({ "name": name, "side": "buy", "kind": "limit", "product": "delivery", "qty": qty, "price": price })
}

async fn order(desk: &Desk, id: &str) -> Value {
    desk.get(&format!("/orders/{id}")).await.good()
}

#[test]
fn the_description_is_the_one_that_is_committed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let now = web::openapi().expect("it can be written");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &now).expect("it is written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == now, "docs/openapi.json is not what the routes say: BLESS=1 cargo test -p web");
}

#[tokio::test]
async fn nobody_comes_in_without_both_factors_and_nothing_changes_without_the_token() {
    let desk = Desk::open().await;
    for path in ["/session", "/orders", "/funds", "/stream", "/quotes?names=", "/lists"] {
        let back = desk.send("GET", path, None, "").await;
        assert_eq!((back.status, back.wrong().as_str()), (401, "NoSession"), "{path}");
    }
    for (user, password, code) in [(USER, "wrong", desk.code(USER)), ("NOBODY", wire::PASSWORD, "000000".into()), (USER, wire::PASSWORD, "000000".into())] {
        let body = json!({ "user": user, "password": password, "code": code }).to_string();
        let back = desk.send("POST", "/session", None, &body).await;
        assert_eq!((back.status, back.json()["detail"].as_str()), (401, Some("user, password or code is not right")), "{user}");
    }
    let (name, low) = quiet(&desk).await;
    let without = desk.pass.as_ref().map(|(cookie, _)| (cookie.clone(), String::new()));
    let back = desk.send("POST", "/orders", without.as_ref(), &limit(&name, 1, low).to_string()).await;
    assert_eq!((back.status, back.wrong().as_str()), (403, "CsrfWanted"));
    assert_eq!(desk.get("/orders").await.good()["items"], json!([]));
    let page = desk.raw("GET", "/", None, "").await;
    assert!(page.head.contains("frame-ancestors 'none'") && page.head.contains("nosniff"), "{}", page.head);
    desk.post("/session/touch", "").await;
    assert_eq!(desk.send("DELETE", "/session", desk.pass.as_ref(), "").await.status, 204);
    assert_eq!(desk.get("/orders").await.status, 401);
    desk.close().await;
}

#[tokio::test]
async fn an_order_is_shown_before_it_is_sent_stands_is_changed_and_cancelled() {
    let desk = Desk::open().await;
    let (name, low) = quiet(&desk).await;
    let funds = desk.get("/funds").await.good();
    let shown = desk.post("/orders/preview", &limit(&name, 2, low).to_string()).await.good();
    assert_eq!((&shown["refusal"], &shown["free"]), (&Value::Null, &funds["free"]));
    let bound = shown["margin"].as_i64().expect("paise") + shown["allowance"].as_i64().expect("paise");
    assert!(bound > 0 && !shown["charges"].as_array().expect("lines").is_empty(), "{shown}");
    let given = desk.post("/orders", &limit(&name, 2, low).to_string()).await.good();
    let id = given["order"].as_str().expect("an id").to_owned();
    let after = desk.get("/funds").await.good();
    let fell = funds["free"].as_i64().expect("paise") - after["free"].as_i64().expect("paise");
    assert_eq!(fell, bound, "what was shown is what is blocked");
    let sum: i64 = after["parts"].as_array().expect("parts").iter().filter_map(|it| it["amount"].as_i64()).sum();
    assert_eq!(after["free"], json!(sum), "the parts add up");
    desk.until(&format!("/orders/{id}"), "it is open", |it| it["order"]["status"] == "open").await;
    assert_eq!(desk.send("PATCH", &format!("/orders/{id}"), desk.pass.as_ref(), r#"{"qty":3}"#).await.status, 204);
    desk.until(&format!("/orders/{id}"), "it is changed", |it| it["order"]["qty"] == 3).await;
    assert_eq!(desk.send("DELETE", &format!("/orders/{id}"), desk.pass.as_ref(), "").await.status, 204);
    desk.until(&format!("/orders/{id}"), "it is cancelled", |it| it["order"]["status"] == "cancelled").await;
    let story = order(&desk, &id).await;
    let entries: Vec<i64> = story["story"].as_array().expect("lines").iter().filter_map(|it| it["entry"].as_i64()).collect();
    assert!(entries.len() >= 6 && entries.is_sorted(), "{story}");
    assert_eq!(desk.get("/funds").await.good()["free"], funds["free"], "all of it is free again");
    desk.close().await;
}

#[tokio::test]
async fn a_refusal_is_known_before_and_says_its_rule() {
    let desk = Desk::open().await;
    let (name, low) = quiet(&desk).await;
    let too_much = limit(&name, 1_000_000, low).to_string();
    let shown = desk.post("/orders/preview", &too_much).await.good();
    assert!(shown["refusal"]["code"].is_string(), "{shown}");
    assert_eq!(desk.get("/orders").await.good()["items"], json!([]), "nothing is on record of a preview");
    let back = desk.post("/orders", &too_much).await;
    assert_eq!((back.status, back.kind.as_str()), (422, "application/problem+json"));
    assert_eq!(back.json(), shown["refusal"], "the firm says what it was shown to say");
    let items = desk.get("/orders").await.good();
    assert_eq!((&items["items"][0]["status"], &items["items"][0]["reason"]), (&json!("refused"), &back.json()["detail"]));
    desk.close().await;
}

#[tokio::test]
async fn the_same_key_gives_one_order() {
    let desk = Desk::open().await;
    let (name, low) = quiet(&desk).await;
    let body = limit(&name, 1, low).to_string();
    let (first, again) = (desk.keyed("/orders", "my own 1", &body).await.good(), desk.keyed("/orders", "my own 1", &body).await.good());
    assert_eq!(first["order"], again["order"]);
    assert_eq!(desk.get("/orders").await.good()["items"].as_array().map(|all| all.iter().filter(|it| it["status"] != "refused").count()), Some(1));
    desk.close().await;
}

#[tokio::test]
async fn what_is_anothers_is_not_there() {
    let mut desk = Desk::open().await;
    let (name, low) = quiet(&desk).await;
    let given = desk.post("/orders", &limit(&name, 1, low).to_string()).await.good();
    let id = given["order"].as_str().expect("an id").to_owned();
    desk.pass = Some(desk.sign_in("U000002").await);
    let (his, nobodys) = (desk.get(&format!("/orders/{id}")).await, desk.get("/orders/o999999").await);
    assert_eq!((his.status, his.json()), (404, nobodys.json()));
    let (his, nobodys) = (desk.delete(&format!("/orders/{id}")).await, desk.delete("/orders/o999999").await);
    assert_eq!((his.status, his.json()), (404, nobodys.json()));
    assert_eq!(desk.get("/orders").await.good()["items"], json!([]));
    desk.close().await;
}

#[tokio::test]
async fn bad_input_is_a_clear_problem() {
    let desk = Desk::open().await;
    let (name, low) = quiet(&desk).await;
    let mut extra = limit(&name, 1, low);
    extra["more"] = json!(1);
    let long = format!(r#"{{"name":"{}"}}"#, "x".repeat(20_000));
    let bodies = [extra.to_string(), limit(&name, 0, low).to_string(), limit(&name, -1, low).to_string(), limit(&name, 1, 0).to_string(),
        limit("NSE:NOTHING", 1, low).to_string(), "[".into(), "null".into(), "[1e999]".into(), String::new()];
    for body in &bodies {
        for path in ["/orders", "/orders/preview"] {
            let back = desk.post(path, body).await;
            assert_eq!((back.status, back.kind.as_str()), (400, "application/problem+json"), "{body}: {}", back.text);
        }
    }
    assert_eq!(desk.post("/orders", &long).await.status, 413);
    for path in ["/orders?after=x", "/orders?more=1", "/candles?name=NSE:A&span=year&days=1", "/candles?name=NSE:A&span=day&days=70000"] {
        assert_eq!(desk.get(path).await.status, 400, "{path}");
    }
    for path in ["/orders/", "/orders/%ff", "/orders/o18446744073709551616", "/nothing", "/lists/x/y"] {
        assert!([404, 405].contains(&desk.get(path).await.status), "{path}");
    }
    assert_eq!(desk.get("/orders").await.good()["items"], json!([]));
    desk.close().await;
}

#[tokio::test]
async fn lists_are_kept_and_are_their_owners_alone() {
    let mut desk = Desk::open().await;
    let (name, _) = quiet(&desk).await;
    assert_eq!(desk.post("/lists", r#"{"name":"Mine"}"#).await.status, 204);
    let list = desk.get("/lists").await.good()[0]["list"].as_u64().expect("a number");
    assert_eq!(desk.send("PUT", &format!("/lists/{list}/{name}"), desk.pass.as_ref(), "").await.status, 204);
    assert_eq!(desk.get("/lists").await.good()[0]["names"], json!([name]));
    desk.pass = Some(desk.sign_in("U000002").await);
    assert_eq!(desk.get("/lists").await.good(), json!([]));
    let (his, nobodys) = (desk.delete(&format!("/lists/{list}")).await, desk.delete("/lists/4000").await);
    assert_eq!((his.status, his.wrong()), (nobodys.status, nobodys.wrong()));
    desk.close().await;
}

#[tokio::test]
async fn the_stream_goes_on_where_it_was_left() {
    let desk = Desk::open().await;
    let (name, low) = quiet(&desk).await;
    let mut stream = desk.stream(&format!("/stream?names={name}")).await;
    let given = desk.post("/orders", &limit(&name, 1, low).to_string()).await.good();
    let id = given["order"].as_str().expect("an id").to_owned();
    let first = stream.order().await;
    assert_eq!((first.1["lines"][0]["order"].as_str(), first.0), (Some(id.as_str()), given["entry"].as_u64().expect("an entry")));
    drop(stream);
    desk.until(&format!("/orders/{id}"), "it is open", |it| it["order"]["status"] == "open").await;
    assert_eq!(desk.delete(&format!("/orders/{id}")).await.status, 204);
    desk.until(&format!("/orders/{id}"), "it is cancelled", |it| it["order"]["status"] == "cancelled").await;
    let mut told = vec![first.0];
    let mut stream = desk.stream(&format!("/stream?after={}", first.0)).await;
    let story = order(&desk, &id).await;
    let all: Vec<u64> = story["story"].as_array().expect("lines").iter().filter_map(|it| it["entry"].as_u64()).collect();
    let all: Vec<u64> = std::collections::BTreeSet::from_iter(all).into_iter().collect();
    while told.len() < all.len() {
        told.push(stream.order().await.0);
    }
    assert_eq!(told, all, "nothing lost, nothing doubled");
    drop(stream);
    desk.close().await;
}

#[test]
fn the_terminal_was_built_of_the_sources_at_hand() {
    use sha2::{Digest, Sha256};
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let mut names: Vec<_> = std::fs::read_dir(ui.join("src")).expect("sources").map(|it| it.expect("an entry").path()).collect();
    names.sort();
    let mut sum = Sha256::new();
    for path in names {
        sum.update(path.file_name().expect("a name").as_encoded_bytes());
        sum.update([0]);
        sum.update(std::fs::read(&path).expect("a source"));
    }
    sum.update(std::fs::read(ui.join("index.html")).expect("the page"));
    let digest: String = sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let built = std::fs::read_to_string(ui.join("dist/sources.txt")).expect("what it was built of");
    assert_eq!(built.trim(), digest, "crates/web/ui: npm ci && npm run build");
}

#[tokio::test]
async fn a_stream_beats_while_quotes_come_and_ends_with_its_session() {
    let desk = Desk::open().await;
    let (name, _) = quiet(&desk).await;
    let mut stream = desk.stream(&format!("/stream?names={name}")).await;
    for kind in ["quotes", "beat", "beat"] {
        stream.of(kind).await;
    }
    assert_eq!(desk.delete("/session").await.status, 204);
    stream.of("over").await;
    desk.close().await;
}
