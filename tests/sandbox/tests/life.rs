//! Steps of patron and librarian after a request was sent: conditions, problems, renewals, messages,
//! documents, a newer platform; every transition of the table by hand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking, in its helpers too"
)]

mod common;

use common::{Fixture, Reply, copy, loan, send};
use hongyan_model::request::state::PLATFORM_STATES;
use hongyan_model::request::wire::hex;
use hongyan_model::request::{RequestState, Service};
use hongyan_sandbox::{MoveError, NewCondition, NewStep, Renewal};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

async fn act(fixture: &Fixture, id: &str, action: &str, params: Value) -> Reply {
    let path = format!("/ill/requests/{id}/actions/{}", Uuid::new_v4());
    send(fixture.call(Method::PUT, &path).body(json!({"action": action, "params": params}).to_string())).await
}

fn available(request: &Value) -> Vec<&str> {
    let actions = request["actions"].as_array().unwrap();
    actions.iter().filter(|a| a["available"] == true).map(|a| a["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_step_of_the_table_can_be_taken_and_no_other() {
    let fixture = Fixture::signed_in().await;
    fixture.control().change_settings(|settings| settings.max_active = 10_000);
    let rich = hongyan_sandbox::NewAccount { granted: 1_000_000, ..hongyan_sandbox::demo_account() };
    fixture.control().create_account(&rich).await.unwrap();
    let (mut taken, mut refused) = (0, 0);
    for (service, body) in [(Service::Loan, loan()), (Service::Copy, copy())] {
        for from in PLATFORM_STATES {
            for to in PLATFORM_STATES {
                let mut body = body.clone();
                let id = Uuid::new_v4().to_string();
                body["id"] = json!(id);
                body["override"] = json!(["DUPLICATE_OPEN_REQUEST"]);
                let legal = from.may_become(&to, service);
                // all refused targets of a state are tried on one request
                if !legal && to != PLATFORM_STATES[0] {
                    continue;
                }
                fixture.accepted(&body).await;
                if from != RequestState::Submitted
                    && fixture.control().lead_to(&id, from.clone()).await.is_err()
                {
                    continue; // belongs to the other service
                }
                if legal {
                    let moved = fixture.control().move_request(&id, to.clone(), None).await.unwrap();
                    assert_eq!(moved["state"], serde_json::to_value(&to).unwrap());
                    taken += 1;
                } else {
                    for to in PLATFORM_STATES.iter().filter(|to| !from.may_become(to, service)) {
                        let moved = fixture.control().move_request(&id, to.clone(), None).await;
                        assert!(matches!(moved, Err(MoveError::NotAllowed { .. })), "{from:?} became {to:?}");
                        refused += 1;
                    }
                }
                fixture.control().delete_request(&id).await.unwrap();
            }
        }
    }
    assert!(taken > 100 && refused > 700, "{taken} {refused}");
}

#[tokio::test]
async fn a_condition_is_shown_and_answered() {
    let fixture = Fixture::signed_in().await;
    let id = fixture.accepted(&loan()).await;
    fixture.control().lead_to(&id, RequestState::WillSupply).await.unwrap();
    let condition = NewCondition {
        code: "LIBRARY_USE_ONLY".into(),
        text: "仅限馆内阅览，邮费另计".into(),
        cost: Some(55.5),
        answer_by: None,
    };
    let step =
        NewStep { state: "CONDITION_PENDING".into(), condition: Some(condition), ..NewStep::default() };
    fixture.control().take_step(&id, step.clone()).await.unwrap();
    let path = format!("/ill/requests/{id}");
    let pending = fixture.get(&path).await.body;
    assert_eq!(pending["condition"]["text"], "仅限馆内阅览，邮费另计");
    assert_eq!(pending["condition"]["cost"]["amount"], 55.5);
    assert!(pending["condition"]["answerBy"].is_string());
    assert_eq!(available(&pending), ["cancel", "accept-condition", "reject-condition"]);
    let accepted = act(&fixture, &id, "accept-condition", json!({})).await.body;
    assert_eq!(
        (&accepted["toState"], &accepted["request"]["cost"]["amount"]),
        (&json!("WILL_SUPPLY"), &json!(55.5))
    );
    assert_eq!(accepted["request"]["condition"], Value::Null);

    fixture.control().take_step(&id, step.clone()).await.unwrap();
    let before = fixture.get(&path).await.body;
    let rejected = act(&fixture, &id, "reject-condition", json!({"reason": "需要带回宿舍读"})).await.body;
    assert_eq!(rejected["toState"], "SENT_TO_SUPPLIER");
    assert_eq!(
        rejected["request"]["reason"],
        json!({"code": "CONDITION_REJECTED", "text": "需要带回宿舍读"})
    );
    assert_eq!(rejected["request"]["supplierAttempt"], 2);
    assert_ne!(rejected["request"]["supplier"], before["supplier"], "another library is asked");

    fixture.control().lead_to(&id, RequestState::WillSupply).await.unwrap();
    fixture.control().take_step(&id, step).await.unwrap();
    fixture.control().advance(9 * 86_400).await.unwrap();
    let expired = fixture.control().request(&id).await.unwrap().unwrap();
    assert_eq!(
        (&expired["state"], &expired["reason"]["code"]),
        (&json!("EXPIRED"), &json!("CONDITION_NOT_ANSWERED"))
    );
}

#[tokio::test]
async fn a_problem_says_which() {
    let fixture = Fixture::signed_in().await;
    let id = fixture.accepted(&copy()).await;
    fixture.control().lead_to(&id, RequestState::Delivered).await.unwrap();
    for wrong in [json!({}), json!({"problem": "太慢"})] {
        let reply = act(&fixture, &id, "report-problem", wrong).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (422, "PARAMETER_INVALID"));
    }
    let told =
        act(&fixture, &id, "report-problem", json!({"problem": "pages-missing", "note": "缺第 12 页"})).await;
    let request = &told.body["request"];
    assert_eq!(request["state"], "DELIVERY_PROBLEM");
    assert_eq!(request["reason"], json!({"code": "PAGES_MISSING", "text": "缺第 12 页"}));
    assert_eq!(available(request), ["urge"]);
    let urged = act(&fixture, &id, "urge", json!({"text": "下周答辩"})).await.body;
    assert_eq!(urged["toState"], "DELIVERY_PROBLEM");
    let messages = fixture.get(&format!("/ill/requests/{id}/messages")).await.body;
    assert_eq!(
        (&messages["messages"][0]["from"], &messages["messages"][0]["text"]),
        (&json!("patron"), &json!("下周答辩"))
    );
}

#[tokio::test]
async fn renewals_are_granted_refused_or_wait() {
    let fixture = Fixture::signed_in().await;
    let id = fixture.accepted(&loan()).await;
    fixture.control().lead_to(&id, RequestState::OnLoan).await.unwrap();
    let path = format!("/ill/requests/{id}");
    let due = fixture.get(&path).await.body["dueDate"].clone();
    fixture.control().change_settings(|settings| settings.renewal = Renewal::Refuse);
    let refused = act(&fixture, &id, "renew", json!({})).await.body;
    assert_eq!(
        (&refused["request"]["renewal"]["state"], &refused["request"]["dueDate"]),
        (&json!("refused"), &due)
    );
    fixture.control().change_settings(|settings| settings.renewal = Renewal::Ask);
    let asked = act(&fixture, &id, "renew", json!({})).await.body;
    assert_eq!(
        (&asked["request"]["renewal"]["state"], &asked["request"]["dueDate"]),
        (&json!("requested"), &due)
    );
    assert_eq!(
        act(&fixture, &id, "renew", json!({})).await.code(),
        "ACTION_NOT_ALLOWED",
        "one waits already"
    );
    let day = "2027-03-01".parse().unwrap();
    fixture.control().answer_renewal(&id, true, Some(day), "").await.unwrap();
    let renewed = fixture.get(&path).await.body;
    assert_eq!((&renewed["dueDate"], &renewed["renewals"]), (&json!("2027-03-01"), &json!(1)));
    assert_eq!(act(&fixture, &id, "renew", json!({})).await.code(), "ACTION_NOT_ALLOWED", "once is allowed");
    assert!(fixture.control().change_library(&json!({"terms": {"renewals": 2}})).is_ok());
    assert!(available(&fixture.get(&path).await.body).contains(&"renew"));
}

#[tokio::test]
async fn messages_come_once_and_are_a_change_of_the_request() {
    let fixture = Fixture::signed_in().await;
    let id = fixture.accepted(&copy()).await;
    let cursor = fixture.get("/ill/changes").await.body["next"].as_str().unwrap().to_owned();
    let message = Uuid::new_v4();
    let path = format!("/ill/requests/{id}/messages/{message}");
    let write = |text: &str| send(fixture.call(Method::PUT, &path).body(json!({"text": text}).to_string()));
    assert_eq!(write("能加急吗？\n谢谢 🙏").await.status, 201);
    let again = write("能加急吗？\n谢谢 🙏").await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (200, "true"));
    assert_eq!(write("换一句").await.code(), "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(write("  \n ").await.code(), "MESSAGE_EMPTY");
    assert_eq!(write(&"长".repeat(2001)).await.code(), "MESSAGE_TOO_LONG");

    let said = fixture.control().write(&id, None, "可以，已加急。").await.unwrap();
    let changes = fixture.get(&format!("/ill/changes?since={cursor}")).await.body;
    let request = &changes["changes"][0]["request"];
    assert_eq!(request["unreadMessages"], 1);
    assert_eq!(request["lastMessageAt"], said["at"]);
    let events = fixture.get(&format!("/ill/requests/{id}/events")).await.body;
    let last = events["events"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["kind"], &last["messageId"], &last["actor"]),
        (&json!("message"), &said["id"], &json!("library"))
    );
    assert_eq!((&last["note"], &last["fromState"]), (&json!("可以，已加急。"), &last["toState"]));
    let read = format!("/ill/requests/{id}/messages/{}/read", said["id"].as_str().unwrap());
    for _ in 0..2 {
        assert_eq!(send(fixture.call(Method::PUT, &read)).await.status, 204);
    }
    assert_eq!(fixture.get(&format!("/ill/requests/{id}")).await.body["unreadMessages"], 0);
    let messages = fixture.get(&format!("/ill/requests/{id}/messages")).await.body;
    assert_eq!(messages["messages"][0]["text"], "能加急吗？\n谢谢 🙏");
    assert_eq!((&messages["totalRecords"], messages["messages"][0].get("readAt")), (&json!(2), None));
}

#[tokio::test]
async fn a_document_is_a_pdf_and_only_whole_downloads_are_views() {
    let fixture = Fixture::signed_in().await;
    let id = fixture.accepted(&copy()).await;
    fixture.control().lead_to(&id, RequestState::Delivered).await.unwrap();
    let one =
        || async { fixture.get(&format!("/ill/requests/{id}/documents")).await.body["documents"][0].clone() };
    let document = one().await;
    assert_eq!((&document["viewsRemaining"], &document["mediaType"]), (&json!(5), &json!("application/pdf")));
    assert_eq!(document["name"], "中华民族的多元一体格局.pdf");
    let path = format!("/ill/documents/{}/content", document["id"].as_str().unwrap());
    let get = |range: &str| {
        let call = fixture.call(Method::GET, &path);
        let call = if range.is_empty() { call } else { call.header("range", range.to_owned()) };
        async move { call.send().await.unwrap() }
    };
    let head = send(fixture.call(Method::HEAD, &path)).await;
    assert_eq!(
        (head.status.as_u16(), head.header("content-length")),
        (200, document["size"].to_string().as_str())
    );
    assert_eq!(one().await["viewsRemaining"], 5, "HEAD takes no view");
    let whole = get("").await;
    assert!(whole.headers()["content-disposition"].to_str().unwrap().contains("%E4%B8%AD"));
    let whole = whole.bytes().await.unwrap();
    assert!(whole.starts_with(b"%PDF-"));
    assert_eq!(hex(&Sha256::digest(&whole)), document["sha256"].as_str().unwrap());
    assert_eq!(one().await["viewsRemaining"], 4);
    let rest = get("bytes=100-").await;
    assert_eq!(rest.status(), 206);
    assert_eq!(rest.headers()["content-range"], format!("bytes 100-{}/{}", whole.len() - 1, whole.len()));
    assert_eq!(rest.bytes().await.unwrap(), whole.slice(100..));
    assert_eq!(one().await["viewsRemaining"], 4, "the rest of a download takes no view");
    assert_eq!(get("bytes=999999-").await.status(), 416);
    for left in [3, 2, 1, 0] {
        assert_eq!(get("bytes=0-9").await.status(), 206);
        assert_eq!(one().await["viewsRemaining"], left);
    }
    assert_eq!(get("bytes=10-").await.status(), 206, "what was begun may be finished");
    assert_eq!(fixture.get(&path).await.code(), "DOCUMENT_USED_UP");
    fixture.control().advance(2 * 3600).await.unwrap();
    let mut fixture = fixture;
    fixture.sign_in("20210001", "相思湖畔904").await;
    assert_eq!(fixture.get(&path).await.code(), "DOCUMENT_USED_UP");
    let more = document["id"].as_str().unwrap();
    fixture.control().limit_document(more, Some(2), Some("2020-01-01".parse().unwrap())).await.unwrap();
    assert_eq!(fixture.get(&path).await.code(), "DOCUMENT_EXPIRED");
}

#[tokio::test]
async fn the_ledger_tells_every_coin() {
    let fixture = Fixture::signed_in().await;
    let kept = fixture.accepted(&loan()).await;
    let dropped = fixture.accepted(&copy()).await;
    fixture.control().lead_to(&kept, RequestState::Shipped).await.unwrap();
    act(&fixture, &dropped, "cancel", json!({})).await;
    assert!(fixture.control().grant("20210001", 50).await.unwrap());
    let ledger = fixture.get("/ill/account/quota-entries?limit=100").await.body;
    let lines: Vec<(&str, i64)> = ledger["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["entry"].as_str().unwrap(), line["coins"].as_i64().unwrap()))
        .collect();
    assert_eq!(lines, [("grant", 50), ("release", 6), ("consume", 40), ("reserve", 6), ("reserve", 40)]);
    assert_eq!(ledger["entries"][2]["title"], "三体");
    assert_eq!(fixture.get("/ill/account").await.body["quota"]["available"], 400 + 50 - 40);
    let page = fixture.get("/ill/account/quota-entries?limit=1&offset=1").await.body;
    assert_eq!((&page["entries"][0]["entry"], &page["totalRecords"]), (&json!("release"), &json!(5)));
}

#[tokio::test]
async fn terms_and_days_are_changed_by_hand() {
    let fixture = Fixture::signed_in().await;
    let put = |path: &str, body: Value| send(fixture.call(Method::PUT, path).body(body.to_string()));
    let slip = put("/_sandbox/library", json!({"profile": {"fees": {"loan": "四十"}}})).await;
    assert_eq!((slip.status.as_u16(), slip.code()), (400, "BODY_INVALID"));
    let done = put("/_sandbox/library", json!({"profile": {"fees": {"loan": 5000}, "loanDays": 30}})).await;
    assert_eq!(done.status, 200, "{}", done.text);
    let policies = fixture.get("/ill/policies").await.body;
    assert_eq!((&policies["fees"]["loan"]["amount"], &policies["loanDays"]), (&json!(50.0), &json!(30)));
    let estimate = fixture.post("/ill/requests/precheck", &loan()).await.body["estimate"].clone();
    assert_eq!(estimate["cost"]["amount"], 50.0);
    let days = json!({"days": [{"date": "2026-12-05", "open": true, "note": "调休上班"}]});
    assert_eq!(put("/_sandbox/calendar", days).await.status, 200);
    let day = fixture.get("/ill/calendar?from=2026-12-05&to=2026-12-05").await.body["days"][0].clone();
    assert_eq!(day, json!({"date": "2026-12-05", "open": true, "kind": "makeup", "note": "调休上班"}));
}

#[tokio::test]
async fn a_request_taken_up_again_is_linked_both_ways() {
    let fixture = Fixture::signed_in().await;
    let first = fixture.accepted(&copy()).await;
    fixture.control().lead_to(&first, RequestState::Unfilled).await.unwrap();
    let mut second = copy();
    second["precededBy"] = json!(first);
    let second = fixture.accepted(&second).await;
    assert_eq!(fixture.get(&format!("/ill/requests/{first}")).await.body["succeededBy"], json!(second));
    assert_eq!(fixture.get(&format!("/ill/requests/{second}")).await.body["precededBy"], json!(first));
    let third = fixture.accepted(&loan()).await;
    fixture.control().succeed(&second, &third).await.unwrap();
    let closed = fixture.get(&format!("/ill/requests/{second}")).await.body;
    assert_eq!((&closed["state"], &closed["reason"]["code"]), (&json!("COMPLETED"), &json!("REREQUESTED")));
    assert_eq!(closed["succeededBy"], json!(third));
}

#[tokio::test]
async fn a_newer_platform_offers_what_nobody_knows() {
    let fixture = Fixture::signed_in().await;
    let id = fixture.accepted(&loan()).await;
    let newer = json!({
        "state": "IN_QUANTUM_TRANSIT", "label": {"zh": "量子运输中", "en": "In quantum transit"},
        "actions": [{"name": "teleport", "label": {"zh": "瞬移", "en": "Teleport"}, "parameters": ["where"]}],
    });
    assert_eq!(fixture.post(&format!("/_sandbox/requests/{id}/newer"), &newer).await.status, 204);
    let request = fixture.get(&format!("/ill/requests/{id}")).await.body;
    assert_eq!(
        (&request["state"], &request["stateLabel"]["en"]),
        (&json!("IN_QUANTUM_TRANSIT"), &json!("In quantum transit"))
    );
    assert_eq!(available(&request), ["teleport"]);
    let done = act(&fixture, &id, "teleport", json!({"where": "相思湖"})).await;
    assert_eq!(
        (done.status.as_u16(), &done.body["toState"]),
        (200, &json!("IN_QUANTUM_TRANSIT")),
        "{}",
        done.text
    );
    let back = json!({"state": "LOCAL_REVIEW"});
    assert_eq!(fixture.post(&format!("/_sandbox/requests/{id}/newer"), &back).await.status, 204);
    assert_eq!(fixture.get(&format!("/ill/requests/{id}")).await.body["stateLabel"]["zh"], "本馆审核中");
    fixture.control().lead_to(&id, RequestState::AwaitingPickup).await.unwrap();
}
