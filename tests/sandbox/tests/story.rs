//! From registration to the book at the desk with the librarian running; passwords and tokens; the
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

use common::{Fixture, copy, loan, send};
use hongyan_model::request::RequestState;
use hongyan_sandbox::{Options, Settings};
use reqwest::Method;
use serde_json::{Value, json};

const PASSWORD: &str = "/bl-users/settings/myprofile/password";

/// Polls the change feed until its one request is in this state; the timeout is far beyond what the librarian
/// needs.
async fn until(fixture: &Fixture, state: &str) -> Value {
    let watch = async {
        loop {
            let feed = fixture.get("/ill/changes").await;
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
    let mut fixture = Fixture::open(Options { librarian: true, speed: 200.0, ..Options::default() }).await;
    let registration = json!({
        "externalSystemId": "20269001", "generalInfo": {"lastName": "覃小月"},
        "contactInfo": {"email": "xiaoyue@stu.example.edu.cn"},
    });
    assert_eq!(fixture.post("/patron", &registration).await.status, 201);
    let mail = tokio::time::timeout(Duration::from_secs(30), async {
        loop {
            if let Some(mail) = fixture.control().mail().await.unwrap().pop() {
                return mail;
            }
            tokio::task::yield_now().await;
        }
    });
    let mail = mail.await.expect("no mail came");
    assert_eq!((mail.username.as_str(), mail.recipient.as_str()), ("20269001", "xiaoyue@stu.example.edu.cn"));
    let initial = mail.body.lines().find_map(|line| line.strip_prefix("初始密码：")).unwrap().to_owned();
    assert_eq!(fixture.sign_in("20269001", &initial).await.status, 201);
    assert_eq!(fixture.get("/bl-users/_self").await.body["mustChangePassword"], true);
    assert_eq!(fixture.put(&loan()).await.code(), "ACCOUNT_NOT_ACTIVE");
    let change = json!({"username": "20269001", "password": initial, "newPassword": "鸿雁传书-2026"});
    assert_eq!(fixture.post(PASSWORD, &change).await.status, 204);
    assert_eq!(fixture.get("/ill/account").await.body["canRequest"], true);

    let id = fixture.accepted(&loan()).await;
    let arrived = until(&fixture, "AWAITING_PICKUP").await;
    assert_eq!(arrived["supplier"]["name"], "复旦大学图书馆", "the catalogue knows who has 三体");
    assert!(arrived["pickupBy"].is_string());
    let events = fixture.get(&format!("/ill/requests/{id}/events")).await.body;
    let notes: Vec<&str> =
        events["events"].as_array().unwrap().iter().map(|e| e["note"].as_str().unwrap()).collect();
    assert_eq!(notes.len(), 6);
    assert!(notes[5].contains("相思湖馆 904"), "{}", notes[5]);
}

#[tokio::test]
async fn a_copy_is_delivered_and_a_book_of_our_own_is_pointed_out() {
    let fast = || Options { librarian: true, speed: 200.0, ..Options::default() };
    let mut fixture = Fixture::open(fast()).await;
    fixture.sign_in("20210001", "相思湖畔904").await;
    fixture.accepted(&copy()).await;
    assert!(until(&fixture, "DELIVERED").await["deliveredAt"].is_string());

    let mut fixture = Fixture::open(fast()).await;
    fixture.sign_in("20210001", "相思湖畔904").await;
    let mut other_author = loan();
    other_author["bibliographicInfo"] = json!({"title": "圍城", "author": "佚名"});
    fixture.accepted(&other_author).await;
    let held = until(&fixture, "LOCALLY_AVAILABLE").await;
    assert_eq!(held["reason"], json!({"code": "HELD_LOCALLY", "text": "索书号 I246.5/102"}));
}

#[tokio::test]
async fn five_wrong_passwords_lock_and_a_used_refresh_token_ends_all() {
    let mut fixture = Fixture::signed_in().await;
    let (access, used) = (fixture.token.clone(), fixture.refresh.clone());
    assert!(!access.is_empty());
    let fresh = fixture.refresh_with(&used).await;
    assert_eq!(fresh.status, 201);
    fixture.token = common::cookies(&fresh).0;
    assert_eq!(fixture.get("/ill/account").await.status, 200);
    assert_eq!(fixture.refresh_with(&used).await.code(), "token.refresh.unprocessable");
    assert_eq!(fixture.get("/ill/account").await.code(), "TOKEN_INVALID");

    for _ in 0..4 {
        let wrong = fixture.sign_in("20210001", "猜错了").await;
        assert_eq!(wrong.code(), "wrong.username.or.wrong.password.or.account.blocked");
    }
    assert_eq!(fixture.sign_in("20210001", "猜错了").await.code(), "user.blocked");
    assert_eq!(fixture.sign_in("20210001", "相思湖畔904").await.code(), "user.blocked");
    fixture.control().unlock("20210001").await.unwrap();
    assert_eq!(fixture.sign_in("20210001", "相思湖畔904").await.status, 201);
}

#[tokio::test]
async fn a_platform_may_give_and_accept_weak_passwords() {
    let settings = Settings {
        fixed_initial_password: Some("aaaaaa".into()),
        accept_weak_password: true,
        ..Settings::default()
    };
    let mut fixture = Fixture::open(Options { settings, ..Options::default() }).await;
    let registration = json!({
        "externalSystemId": "20269002", "generalInfo": {"lastName": "韦大雁"},
        "contactInfo": {"email": "dayan@stu.example.edu.cn"},
    });
    fixture.post("/patron", &registration).await;
    assert!(fixture.control().approve("20269002").await.unwrap());
    assert_eq!(fixture.sign_in("20269002", "aaaaaa").await.status, 201);
    let change = |old: &str, new: &str| json!({"username": "20269002", "password": old, "newPassword": new});
    assert_eq!(fixture.post(PASSWORD, &change("aaaaaa", "bbbbbb")).await.status, 204);
    fixture.control().change_settings(|settings| settings.accept_weak_password = false);
    assert_eq!(fixture.post(PASSWORD, &change("bbbbbb", "cccccc")).await.code(), "password.weak");
    assert_eq!(fixture.post(PASSWORD, &change("记错了", "鸿雁传书-2026")).await.code(), "password.incorrect");
}

#[tokio::test]
async fn the_page_is_labelled_and_its_forms_work() {
    let fixture = Fixture::signed_in().await;
    let mut hostile = loan();
    hostile["bibliographicInfo"]["title"] = json!("<script>alert('书')</script>");
    hostile["bibliographicInfo"]["ids"] = json!([]);
    let id = fixture.accepted(&hostile).await;
    let page = fixture.get("/_sandbox/").await;
    assert!(page.text.contains("演示") && page.text.contains("馆员工作台"));
    assert!(page.text.contains("&lt;script&gt;") && !page.text.contains("<script>"));
    let fields = [("id", id.as_str()), ("state", "LOCAL_REVIEW"), ("note", "")];
    assert_eq!(form(&fixture, "/_sandbox/page/move", &fields).await.status, 200);
    assert_eq!(fixture.control().state_of(&id).await.unwrap(), "LOCAL_REVIEW");
    fixture.control().force_state(&id, "IN_QUANTUM_TRANSIT").await.unwrap();
    let one = fixture.get(&format!("/_sandbox/page/request/{id}")).await;
    assert!(one.text.contains("IN_QUANTUM_TRANSIT") && !one.text.contains("<script>"), "{}", one.text);
    let unknown = fixture.get(&format!("/ill/requests/{id}")).await.body;
    assert_eq!((&unknown["state"], unknown["actions"].is_array()), (&json!("IN_QUANTUM_TRANSIT"), true));
    assert_eq!(RequestState::AwaitingPickup.zh(), "到馆待取");
}

#[tokio::test]
async fn the_page_tells_time_as_the_librarians_clock_does() {
    let fixture = Fixture::signed_in().await;
    let id = fixture.accepted(&loan()).await;
    let resource = fixture.get(&format!("/ill/requests/{id}")).await.body;
    let events = fixture.get(&format!("/ill/requests/{id}/events")).await.body;
    let (list, one) = ("/_sandbox/".to_owned(), format!("/_sandbox/page/request/{id}"));
    for (path, at) in [(list, &resource["metadata"]["updatedDate"]), (one, &events["events"][0]["at"])] {
        let at: jiff::Timestamp = at.as_str().unwrap().parse().unwrap();
        let local = at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)));
        let page = fixture.get(&path).await.text;
        let time = page.split(&format!("<time datetime=\"{at}\">")).nth(1);
        let time =
            time.and_then(|rest| rest.split("</time>").next()).unwrap_or_else(|| panic!("{path}: {page}"));
        let (day, clock) = (local.strftime("%m-%d 周").to_string(), local.strftime("%H:%M").to_string());
        assert!(time.starts_with(&day) && time.ends_with(&clock), "{path}: {time}");
    }
}

/// Sends a form of the page, as a browser does.
async fn form(fixture: &Fixture, path: &str, fields: &[(&str, &str)]) -> common::Reply {
    let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let call = fixture.call(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
    send(call.body(body)).await
}

#[tokio::test]
async fn a_librarian_does_everything_by_hand() {
    let fixture = Fixture::signed_in().await;
    let (book, paper) = (fixture.accepted(&loan()).await, fixture.accepted(&copy()).await);
    let step = async |id: &str, state: &str, more: &[(&str, &str)]| {
        let fields = [&[("id", id), ("state", state)], more].concat();
        let reply = form(&fixture, "/_sandbox/page/move", &fields).await;
        assert_eq!(reply.status, 200, "{state}: {}", reply.text);
        assert_eq!(fixture.control().state_of(id).await.unwrap(), state);
        reply.text
    };
    step(&book, "LOCAL_REVIEW", &[]).await;
    let page = step(&book, "NEEDS_INFO", &[("code", "MULTIPLE_VOLUMES"), ("note", "")]).await;
    assert!(page.contains("该书有多卷，请注明卷次"), "a reason without words has its own");
    step(&book, "LOCAL_REVIEW", &[]).await;
    step(&book, "SENT_TO_SUPPLIER", &[("supplier", "中山大学图书馆")]).await;
    let page = step(&book, "SENT_TO_SUPPLIER", &[("code", "ON_LOAN")]).await;
    assert!(page.contains("第 2 家"), "{page}");
    let condition =
        [("code", "SIGNATURE_REQUIRED"), ("cost", "12.5"), ("day", "2027-01-08"), ("note", "须签字")];
    let page = step(&book, "CONDITION_PENDING", &condition).await;
    assert!(page.contains("须签字") && page.contains("2027-01-08"), "{page}");
    for state in ["WILL_SUPPLY", "SHIPPED", "AWAITING_PICKUP"] {
        step(&book, state, &[]).await;
    }
    step(&book, "ON_LOAN", &[("day", "2027-02-01")]).await;
    fixture.control().change_settings(|settings| settings.renewal = hongyan_sandbox::Renewal::Ask);
    fixture.act(&book, uuid::Uuid::new_v4(), "renew").await;
    assert!(fixture.get("/_sandbox/").await.text.contains("续借待答复"));
    let renewed = [("id", book.as_str()), ("granted", "yes"), ("day", "2027-03-01"), ("text", "")];
    let page = form(&fixture, "/_sandbox/page/renewal", &renewed).await;
    assert!(page.text.contains("2027-03-01"), "{}", page.text);
    for state in ["RECALLED", "RETURNED", "RETURN_SHIPPED", "COMPLETED"] {
        step(&book, state, &[]).await;
    }

    for state in ["LOCAL_REVIEW", "SENT_TO_SUPPLIER", "WILL_SUPPLY"] {
        step(&paper, state, &[]).await;
    }
    let page = step(&paper, "DELIVERED", &[("pages", "2"), ("views", "3")]).await;
    assert!(page.contains("还可看 3 次"), "{page}");
    let page =
        form(&fixture, "/_sandbox/page/write", &[("id", &paper), ("text", "已发到邮箱 <b>请查收</b>")]).await;
    assert!(page.text.contains("已发到邮箱 &lt;b&gt;"), "{}", page.text);
    let wrong = [("id", paper.as_str()), ("pages", "1"), ("wrong", "yes")];
    form(&fixture, "/_sandbox/page/document", &wrong).await;
    let documents = fixture.get(&format!("/ill/requests/{paper}/documents")).await.body;
    assert_eq!(documents["documents"][1]["sha256"], "0".repeat(64));
    let limits = [
        ("id", paper.as_str()),
        ("document", documents["documents"][0]["id"].as_str().unwrap()),
        ("views", "0"),
    ];
    assert!(form(&fixture, "/_sandbox/page/document-limits", &limits).await.text.contains("还可看 0 次"));
    let newer = [
        ("id", paper.as_str()),
        ("state", "UNDER_GLASS"),
        ("label", "展陈中"),
        ("action", "wave"),
        ("parameters", "how"),
    ];
    assert!(form(&fixture, "/_sandbox/page/newer", &newer).await.text.contains("展陈中"));
    let seen = fixture.get(&format!("/ill/requests/{paper}")).await.body;
    assert!(seen["actions"].as_array().unwrap().iter().any(|a| a["name"] == "wave"), "{seen}");

    let page = form(&fixture, "/_sandbox/page/grant", &[("username", "20210001"), ("coins", "30")]).await;
    assert!(
        page.text.contains("配给") && page.text.contains("预留") && page.text.contains("支出"),
        "{}",
        page.text
    );
    let day = [("date", "2026-11-28"), ("open", "yes"), ("note", "调休上班")];
    form(&fixture, "/_sandbox/page/day", &day).await;
    let calendar = fixture.get("/ill/calendar?from=2026-11-28&to=2026-11-28").await.body;
    assert_eq!(calendar["days"][0]["open"], true);
    let terms = [
        ("loan_fee", "45"),
        ("page_fee", "0.5"),
        ("loan_days", "30"),
        ("pickup_days", "5"),
        ("renewals", "2"),
        ("renewal", "ask"),
        ("condition_days", "4"),
        ("views", "5"),
        ("document_days", "30"),
        ("documents", "on"),
    ];
    assert!(form(&fixture, "/_sandbox/page/terms", &terms).await.text.contains("value=\"45.00\""));
    assert_eq!(fixture.get("/ill/policies").await.body["fees"]["page"]["amount"], 0.5);
    let fault = [
        ("prefix", "/ill"),
        ("kind", "gzip-bomb"),
        ("number", "64"),
        ("method", "GET"),
        ("skip", "1"),
        ("times", "1"),
    ];
    assert!(form(&fixture, "/_sandbox/page/fault", &fault).await.text.contains("压缩炸弹"));
    assert_eq!(fixture.control().faults()[0].skip, 1);
    for path in ["/_sandbox/page/patrons", "/_sandbox/page/mail", "/_sandbox/page/library"] {
        assert!(fixture.get(path).await.text.contains("演示"), "{path}");
    }
}

#[tokio::test]
async fn the_librarian_varies_by_id_and_answers_letters() {
    let settings = Settings { varies: true, max_active: 1000, ..Settings::default() };
    let options = Options { librarian: true, speed: 400.0, settings, ..Options::default() };
    let mut fixture = Fixture::open(options).await;
    let rich = hongyan_sandbox::NewAccount { granted: 100_000, ..hongyan_sandbox::demo_account() };
    fixture.control().create_account(&rich).await.unwrap();
    fixture.sign_in("20210001", "相思湖畔904").await;
    let mut ids = Vec::new();
    for n in 0..60 {
        let mut body = copy();
        body["bibliographicInfo"]["titleOfComponent"] = json!(format!("岭南文化研究之{n}"));
        ids.push(fixture.accepted(&body).await);
    }
    let message = format!("/ill/requests/{}/messages/{}", ids[0], uuid::Uuid::new_v4());
    send(fixture.call(Method::PUT, &message).body(json!({"text": "几时能到？"}).to_string())).await;
    let settled = async {
        loop {
            let all = fixture.control().requests().await.unwrap();
            let rest = |state: &str| matches!(state, "DELIVERED" | "NEEDS_INFO" | "CONDITION_PENDING");
            let answered = fixture.control().messages(&ids[0]).await.unwrap().len() == 2;
            if answered && all.iter().all(|request| rest(request["state"].as_str().unwrap())) {
                return all;
            }
            tokio::task::yield_now().await;
        }
    };
    let all = tokio::time::timeout(Duration::from_secs(60), settled).await.expect("they never came to rest");
    let of = |id: &str| all.iter().find(|request| request["id"] == id).unwrap();
    for happy in &ids[..2] {
        assert_eq!((&of(happy)["state"], &of(happy)["supplierAttempt"]), (&json!("DELIVERED"), &json!(1)));
    }
    let delivered = all.iter().filter(|request| request["state"] == "DELIVERED").count();
    assert!((35..=60).contains(&delivered), "mostly the happy way: {delivered} of 60");
}
