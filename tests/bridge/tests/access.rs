//! Tests of the access control and of the headers of every answer.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use hongyan_bridge::{Bridge, Options};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

struct House {
    bridge: Bridge,
    base: String,
    token: String,
    client: Client,
    _ui: tempfile::TempDir,
}

impl House {
    async fn open() -> House {
        let ui = tempfile::tempdir().unwrap();
        std::fs::write(ui.path().join("index.html"), "<!doctype html><title>鸿雁</title>").unwrap();
        let options = Options { ui: ui.path().to_owned(), librarian: false, ..Options::default() };
        let bridge = Bridge::start(options).await.unwrap();
        let (base, token) = bridge.address().split_once("/?token=").unwrap();
        let (base, token) = (base.to_owned(), token.to_owned());
        let client = Client::builder().no_proxy().build().unwrap();
        House { bridge, base, token, client, _ui: ui }
    }

    async fn rpc(&self, name: &str, payload: Value, headers: &[(&str, &str)]) -> Response {
        let mut request = self.client.post(format!("{}/rpc/{name}", self.base)).json(&payload);
        for (header, value) in headers {
            request = request.header(*header, *value);
        }
        request.send().await.unwrap()
    }
}

#[tokio::test]
async fn the_page_comes_with_the_shells_policy() {
    let house = House::open().await;
    let page = house.client.get(&house.base).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'self'") && policy.contains("connect-src 'self'"), "{policy}");
    assert!(page.text().await.unwrap().contains("鸿雁"));
    house.bridge.stop().await;
}

#[tokio::test]
async fn commands_need_the_token() {
    let house = House::open().await;
    let without = house.rpc("app_start", json!(null), &[]).await;
    assert_eq!(without.status(), StatusCode::UNAUTHORIZED);
    let wrong = house.rpc("app_start", json!(null), &[("x-hongyan-token", "0000")]).await;
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    let right = house.rpc("app_start", json!(null), &[("x-hongyan-token", &house.token)]).await;
    assert_eq!(right.status(), StatusCode::OK);
    let view: Value = right.json().await.unwrap();
    assert_eq!(view["demo"], json!(true));
    assert_eq!(view["library"]["name"], json!("广西民族大学图书馆"));
    let events = house.client.get(format!("{}/events", house.base)).send().await.unwrap();
    assert_eq!(events.status(), StatusCode::UNAUTHORIZED);
    house.bridge.stop().await;
}

#[tokio::test]
async fn other_hosts_and_pages_are_refused() {
    let house = House::open().await;
    let token = ("x-hongyan-token", house.token.as_str());
    let rebound = house.rpc("app_start", json!(null), &[token, ("host", "library.example")]).await;
    assert_eq!(rebound.status(), StatusCode::FORBIDDEN);
    let foreign = house.rpc("app_start", json!(null), &[token, ("origin", "https://library.example")]).await;
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    let own = house.rpc("app_start", json!(null), &[token, ("origin", &house.base)]).await;
    assert_eq!(own.status(), StatusCode::OK);
    house.bridge.stop().await;
}

#[tokio::test]
async fn a_problem_crosses_as_it_is() {
    let house = House::open().await;
    let token = ("x-hongyan-token", house.token.as_str());
    let unknown = house.rpc("不存在", json!(null), &[token]).await;
    assert_eq!(unknown.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let problem: Value = unknown.json().await.unwrap();
    assert_eq!(problem["code"], json!("BAD_CALL"));
    house.bridge.stop().await;
}

#[tokio::test]
async fn a_change_is_told_to_who_listens() {
    let house = House::open().await;
    let address = format!("{}/events?token={}", house.base, house.token);
    let mut events = house.client.get(address).send().await.unwrap();
    assert_eq!(events.status(), StatusCode::OK);
    let token = ("x-hongyan-token", house.token.as_str());
    let changed = house.rpc("settings_change", json!({ "theme": "dark" }), &[token]).await;
    assert_eq!(changed.status(), StatusCode::OK);
    let mut heard = String::new();
    while !heard.contains("settings") {
        let chunk = events.chunk().await.unwrap().expect("the stream goes on");
        heard.push_str(&String::from_utf8_lossy(&chunk));
    }
    assert!(heard.starts_with("data:"), "{heard}");
    house.bridge.stop().await;
}
