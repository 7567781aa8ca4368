//! From registration to the book at the desk, with the librarian at work; passwords and tokens; the
//! librarian's page.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking, in its helpers too"
)]

mod common;

use std::time::Duration;

use common::{House, copy, loan, send};
use hongyan_model::request::RequestState;
use hongyan_sandbox::{Options, Settings};
use reqwest::Method;
use serde_json::{Value, json};

const PASSWORD: &str = "/bl-users/settings/myprofile/password";

/// Asks the changes feed until the one request of it is in this state; the deadline is far beyond
/// what the librarian needs.
async fn until(house: &House, state: &str) -> Value {
    let watch = async {
        loop {
            let feed = house.get("/ill/changes").await;
            let request = feed.body["changes"][0]["request"].clone();
            if request["state"] == state {
                return request;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), watch).await.unwrap_or_else(|_| panic!("never {state}"))
}

#[tokio::test]
async fn a_new_patron_gets_a_book() {
    let mut house = House::open(Options { librarian: true, speed: 200.0, ..Options::default() }).await;
    let registration = json!({
        "externalSystemId": "20269001", "generalInfo": {"lastName": "覃小月"},
        "contactInfo": {"email": "xiaoyue@stu.example.edu.cn"},
    });
    assert_eq!(house.post("/patron", &registration).await.status, 201);
    let mail = tokio::time::timeout(Duration::from_secs(30), async {
        loop {
            if let Some(mail) = house.control().mail().await.unwrap().pop() {
                return mail;
            }
            tokio::task::yield_now().await;
        }
    });
    let mail = mail.await.expect("no mail came");
    assert_eq!((mail.username.as_str(), mail.recipient.as_str()), ("20269001", "xiaoyue@stu.example.edu.cn"));
    let initial = mail.body.lines().find_map(|line| line.strip_prefix("初始密码：")).unwrap().to_owned();
    assert_eq!(house.sign_in("20269001", &initial).await.status, 201);
    assert_eq!(house.get("/bl-users/_self").await.body["mustChangePassword"], true);
    assert_eq!(house.put(&loan()).await.code(), "ACCOUNT_NOT_ACTIVE");
    let change = json!({"username": "20269001", "password": initial, "newPassword": "鸿雁传书-2026"});
    assert_eq!(house.post(PASSWORD, &change).await.status, 204);
    assert_eq!(house.get("/ill/account").await.body["canRequest"], true);

    let id = house.accepted(&loan()).await;
    let arrived = until(&house, "AWAITING_PICKUP").await;
    assert_eq!(arrived["supplier"]["name"], "复旦大学图书馆", "the catalogue knows who has 三体");
    assert!(arrived["pickupBy"].is_string());
    let events = house.get(&format!("/ill/requests/{id}/events")).await.body;
    let notes: Vec<&str> =
        events["events"].as_array().unwrap().iter().map(|e| e["note"].as_str().unwrap()).collect();
    assert_eq!(notes.len(), 6);
    assert!(notes[5].contains("相思湖馆 904"), "{}", notes[5]);
}

#[tokio::test]
async fn a_copy_is_delivered_and_a_book_of_our_own_is_pointed_out() {
    let fast = || Options { librarian: true, speed: 200.0, ..Options::default() };
    let mut house = House::open(fast()).await;
    house.sign_in("20210001", "相思湖畔904").await;
    house.accepted(&copy()).await;
    assert!(until(&house, "DELIVERED").await["deliveredAt"].is_string());

    let mut house = House::open(fast()).await;
    house.sign_in("20210001", "相思湖畔904").await;
    let mut other_author = loan();
    other_author["bibliographicInfo"] = json!({"title": "圍城", "author": "佚名"});
    house.accepted(&other_author).await;
    let held = until(&house, "LOCALLY_AVAILABLE").await;
    assert_eq!(held["reason"], json!({"code": "HELD_LOCALLY", "text": "索书号 I246.5/102"}));
}

#[tokio::test]
async fn five_wrong_passwords_lock_and_a_used_refresh_token_ends_all() {
    let mut house = House::signed_in().await;
    let (access, used) = (house.token.clone(), house.refresh.clone());
    assert!(!access.is_empty());
    let fresh = house.refresh_with(&used).await;
    assert_eq!(fresh.status, 201);
    house.token = common::cookies(&fresh).0;
    assert_eq!(house.get("/ill/account").await.status, 200);
    assert_eq!(house.refresh_with(&used).await.code(), "token.refresh.unprocessable");
    assert_eq!(house.get("/ill/account").await.code(), "TOKEN_INVALID");

    for _ in 0..4 {
        let wrong = house.sign_in("20210001", "猜错了").await;
        assert_eq!(wrong.code(), "wrong.username.or.wrong.password.or.account.blocked");
    }
    assert_eq!(house.sign_in("20210001", "猜错了").await.code(), "user.blocked");
    assert_eq!(house.sign_in("20210001", "相思湖畔904").await.code(), "user.blocked");
    house.control().unlock("20210001").await.unwrap();
    assert_eq!(house.sign_in("20210001", "相思湖畔904").await.status, 201);
}

#[tokio::test]
async fn a_platform_may_give_and_accept_weak_passwords() {
    let settings = Settings {
        fixed_initial_password: Some("aaaaaa".into()),
        accept_weak_password: true,
        ..Settings::default()
    };
    let mut house = House::open(Options { settings, ..Options::default() }).await;
    let registration = json!({
        "externalSystemId": "20269002", "generalInfo": {"lastName": "韦大雁"},
        "contactInfo": {"email": "dayan@stu.example.edu.cn"},
    });
    house.post("/patron", &registration).await;
    assert!(house.control().approve("20269002").await.unwrap());
    assert_eq!(house.sign_in("20269002", "aaaaaa").await.status, 201);
    let change = |old: &str, new: &str| json!({"username": "20269002", "password": old, "newPassword": new});
    assert_eq!(house.post(PASSWORD, &change("aaaaaa", "bbbbbb")).await.status, 204);
    house.control().change_settings(|settings| settings.accept_weak_password = false);
    assert_eq!(house.post(PASSWORD, &change("bbbbbb", "cccccc")).await.code(), "password.weak");
    assert_eq!(house.post(PASSWORD, &change("记错了", "鸿雁传书-2026")).await.code(), "password.incorrect");
}

#[tokio::test]
async fn the_page_is_labelled_and_its_forms_work() {
    let house = House::signed_in().await;
    let mut hostile = loan();
    hostile["bibliographicInfo"]["title"] = json!("<script>alert('书')</script>");
    hostile["bibliographicInfo"]["ids"] = json!([]);
    let id = house.accepted(&hostile).await;
    let page = house.get("/_sandbox/").await;
    assert!(page.text.contains("演示") && page.text.contains("馆员工作台"));
    assert!(page.text.contains("&lt;script&gt;") && !page.text.contains("<script>"));
    let form = house.call(Method::POST, "/_sandbox/page/move");
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(send(form.body(format!("id={id}&state=LOCAL_REVIEW&note="))).await.status, 200);
    assert_eq!(house.control().state_of(&id).await.unwrap(), "LOCAL_REVIEW");
    house.control().force_state(&id, "IN_QUANTUM_TRANSIT").await.unwrap();
    let unknown = house.get(&format!("/ill/requests/{id}")).await.body;
    assert_eq!((&unknown["state"], unknown["actions"].is_array()), (&json!("IN_QUANTUM_TRANSIT"), true));
    assert_eq!(RequestState::AwaitingPickup.zh(), "到馆待取");
}
