//! Outcomes of a PUT, the checks, the feed, actions and the quota.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking, in its helpers too"
)]

mod common;

use common::{Fixture, copy, loan, send};
use hongyan_model::account::AccountState;
use hongyan_model::request::state::PLATFORM_STATES;
use hongyan_model::request::{RequestState, Service};
use hongyan_sandbox::{Fault, FaultKind, MoveError, NewAccount, demo_account};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test]
async fn a_put_creates_once_however_often_it_comes() {
    let fixture = Fixture::signed_in().await;
    let body = loan();
    let path = format!("/ill/requests/{}", body["id"].as_str().unwrap());
    let first = fixture.put(&body).await;
    assert_eq!(first.status, 201, "{}", first.text);
    assert_eq!((first.body["state"].as_str(), first.header("etag")), (Some("SUBMITTED"), "\"v1\""));
    assert_eq!(first.header("location"), path);
    for _ in 0..3 {
        let again = fixture.put(&body).await;
        assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (200, "true"));
        assert_eq!(again.body["fingerprint"], first.body["fingerprint"]);
    }
    fixture.control().lead_to(&path[14..], RequestState::WillSupply).await.unwrap();
    assert_eq!(fixture.put(&body).await.body["state"], "WILL_SUPPLY");
    assert_eq!(fixture.get("/ill/requests").await.body["totalRecords"], 1);
    assert_eq!(fixture.control().count("PUT", &path), 5);

    let mut other = body.clone();
    other["serviceInfo"]["note"] = json!("另一内容");
    let reused = fixture.put(&other).await;
    assert_eq!((reused.status.as_u16(), reused.code()), (422, "IDEMPOTENCY_KEY_REUSED"));
    let said = &reused.body["errors"][0]["parameters"][0];
    assert_eq!((&said["key"], &said["value"]), (&json!("fingerprint"), &first.body["fingerprint"]));
}

#[tokio::test]
async fn a_second_put_while_the_first_is_at_work_gets_409() {
    let fixture = Fixture::signed_in().await;
    let fault = Fault::on("/ill/requests", FaultKind::SlowCommit { ms: 1500 }).method("PUT");
    fixture.control().add_fault(fault);
    let body = copy();
    let (one, two) = tokio::join!(fixture.put(&body), fixture.put(&body));
    // whichever came first holds the claim on the id; the other one gets 409
    let (first, second) = if one.status == 201 { (one, two) } else { (two, one) };
    assert_eq!(first.status, 201, "{}", first.text);
    assert_eq!((second.status.as_u16(), second.code()), (409, "REQUEST_IN_PROGRESS"), "{}", second.text);
    assert_eq!(second.header("retry-after"), "1");
    fixture.control().clear_faults();
    assert_eq!(fixture.put(&body).await.status, 200);
}

#[tokio::test]
async fn an_id_of_somebody_else_or_of_the_past_is_not_given_away() {
    let mut fixture = Fixture::signed_in().await;
    let body = loan();
    let id = fixture.accepted(&body).await;
    let other = NewAccount { username: "20210002".into(), name: "黄晓雁".into(), ..demo_account() };
    fixture.control().create_account(&other).await.unwrap();
    fixture.sign_in("20210002", &other.password).await;
    assert_eq!(fixture.put(&body).await.status, 404);
    assert_eq!(fixture.get(&format!("/ill/requests/{id}")).await.status, 404);
    assert_eq!(fixture.get("/ill/changes").await.body["changes"], json!([]));
    fixture.sign_in("20210001", "相思湖畔904").await;
    fixture.control().delete_request(&id).await.unwrap();
    let gone = fixture.put(&body).await;
    assert_eq!((gone.status.as_u16(), gone.code()), (410, "REQUEST_DELETED"));
    let feed = fixture.get("/ill/changes").await;
    assert_eq!(feed.body["changes"], json!([{"id": id, "op": "delete"}]));
}

#[tokio::test]
async fn what_is_refused_is_not_stored_and_its_id_is_free() {
    let fixture = Fixture::signed_in().await;
    let cases: Vec<(Value, &str)> = vec![
        (json!({"bibliographicInfo": {"author": "刘慈欣"}}), "TITLE_REQUIRED"),
        (json!({"bibliographicInfo": {"title": "三体"}}), "AUTHOR_OR_ISBN_REQUIRED"),
        (
            json!({"bibliographicInfo": {"title": "三体", "author": "刘慈欣", "ids": [{"code": "ISBN", "value": "9787536692931"}]}}),
            "IDENTIFIER_INVALID",
        ),
        (
            json!({"delivery": {"method": "Pickup", "pickupLocationId": "月球"}}),
            "PICKUP_LOCATION_NOT_ALLOWED",
        ),
        (json!({"delivery": {"method": "Pickup"}}), "PICKUP_LOCATION_REQUIRED"),
        (json!({"serviceInfo": {"needBefore": "2020-01-01"}}), "NEED_BEFORE_PAST"),
        (json!({"serviceInfo": {"needBefore": "明天"}}), "NEED_BEFORE_INVALID"),
        (json!({"bibliographicInfo": {"title": "紅樓夢", "author": "曹雪芹"}}), "HELD_LOCALLY"),
        (
            json!({"bibliographicInfo": {"title": "红楼梦", "author": "曹雪芹", "ids": [{"code": "ISBN", "value": "7-02-000220-X"}]}}),
            "HELD_LOCALLY",
        ),
        (json!({"serviceType": "赠送"}), "SERVICE_TYPE_INVALID"),
    ];
    for (change, code) in cases {
        let mut body = loan();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let reply = fixture.put(&body).await;
        assert_eq!(reply.status, 422, "{code}: {}", reply.text);
        assert!(reply.codes().contains(&code), "{code}: {}", reply.text);
        let mut fixed = loan();
        fixed["id"] = body["id"].clone();
        fixed["bibliographicInfo"]["title"] = json!(format!("三体（{code}）"));
        fixed["bibliographicInfo"]["ids"] = json!([]);
        assert_eq!(fixture.put(&fixed).await.status, 201, "{code}: the id was used up");
        fixture.control().delete_request(body["id"].as_str().unwrap()).await.unwrap();
    }
    let mut body = copy();
    body["copyright"] = json!({"declarationAccepted": false});
    assert_eq!(fixture.put(&body).await.code(), "COPYRIGHT_DECLARATION_REQUIRED");
    let mut body = copy();
    // an article with another type: the librarian sees the patron's own text
    body["publicationType"] = json!("Chapter");
    body["bibliographicInfo"]["pagesRequested"] = json!("整本");
    assert_eq!(fixture.put(&body).await.code(), "PAGES_INVALID");
}

#[tokio::test]
async fn one_third_counts_over_all_copies_of_a_book() {
    let fixture = Fixture::signed_in().await;
    let chapter = |pages: &str| {
        let mut body = copy();
        body["publicationType"] = json!("Chapter");
        body["bibliographicInfo"] =
            json!({"title": "臺北人", "author": "白先勇", "pagesRequested": pages, "ids": []});
        body["copyright"]["totalPages"] = json!(300);
        body
    };
    fixture.accepted(&chapter("1-40")).await;
    let reply = fixture.put(&chapter("41-101")).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (422, "COPYRIGHT_LIMIT_EXCEEDED"));
    let precheck = fixture.post("/ill/requests/precheck", &chapter("41-101")).await;
    let third = json!({"totalPages": 300, "limitPages": 100, "requestedPages": 61, "alreadyUsedPages": 40, "ok": false});
    assert_eq!(precheck.body["copyright"], third);
    fixture.accepted(&chapter("41-100")).await;
}

#[tokio::test]
async fn duplicates_limits_quota_and_standing() {
    let fixture = Fixture::signed_in().await;
    let first = fixture.accepted(&loan()).await;
    let mut again = loan();
    let reply = fixture.put(&again).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (422, "DUPLICATE_OPEN_REQUEST"));
    let parameters = reply.body["errors"][0]["parameters"].as_array().unwrap();
    assert!(parameters.contains(&json!({"key": "requestId", "value": first})), "{parameters:?}");
    again["override"] = json!(["DUPLICATE_OPEN_REQUEST"]);
    fixture.accepted(&again).await;

    fixture.control().change_settings(|settings| settings.max_active = 2);
    assert_eq!(fixture.put(&copy()).await.code(), "LIMIT_REACHED");
    fixture.control().change_settings(|settings| settings.max_active = 10);
    let poor = NewAccount { granted: 86, ..demo_account() };
    fixture.control().create_account(&poor).await.unwrap();
    fixture.accepted(&copy()).await; // 80 of 86 are reserved for two loans; 19 pages need 6
}

#[tokio::test]
async fn the_allowance_is_reserved_spent_and_given_back() {
    let fixture = Fixture::signed_in().await;
    let quota = async || {
        let quota = fixture.get("/ill/account").await.body["quota"].clone();
        ["reserved", "used", "available"].map(|key| quota[key].as_i64().unwrap())
    };
    assert_eq!(quota().await, [0, 0, 400]);
    let kept = fixture.accepted(&loan()).await;
    let dropped = fixture.accepted(&copy()).await;
    assert_eq!(quota().await, [46, 0, 354]);
    fixture.control().lead_to(&kept, RequestState::Shipped).await.unwrap();
    assert_eq!(quota().await, [6, 40, 354]);
    fixture.act(&dropped, Uuid::new_v4(), "cancel").await;
    assert_eq!(quota().await, [0, 40, 360]);
    fixture.control().lead_to(&kept, RequestState::Completed).await.unwrap();
    assert_eq!(quota().await, [0, 40, 360]);

    let poor = NewAccount { granted: 79, ..demo_account() };
    fixture.control().create_account(&poor).await.unwrap();
    let mut other = loan();
    other["bibliographicInfo"] = json!({"title": "呐喊", "author": "鲁迅"});
    let reply = fixture.put(&other).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (422, "QUOTA_EXCEEDED"));
    fixture.control().set_account_state("20210001", &AccountState::Suspended, "").await.unwrap();
    assert!(fixture.put(&other).await.codes().contains(&"ACCOUNT_BLOCKED"));
    let account = fixture.get("/ill/account").await;
    assert_eq!(account.body["canRequest"], false);
}

#[tokio::test]
async fn only_the_table_moves_a_request() {
    let fixture = Fixture::signed_in().await;
    for (body, service) in [(loan(), Service::Loan), (copy(), Service::Copy)] {
        let id = fixture.accepted(&body).await;
        for from in [RequestState::Submitted, RequestState::LocalReview, RequestState::WillSupply] {
            if from != RequestState::Submitted {
                fixture.control().lead_to(&id, from.clone()).await.unwrap();
            }
            for to in PLATFORM_STATES {
                if !from.may_become(&to, service) {
                    let moved = fixture.control().move_request(&id, to.clone(), None).await;
                    assert!(matches!(moved, Err(MoveError::NotAllowed { .. })), "{from:?} became {to:?}");
                }
            }
        }
        let events = fixture.get(&format!("/ill/requests/{id}/events")).await.body;
        let path: Vec<&str> =
            events["events"].as_array().unwrap().iter().map(|e| e["toState"].as_str().unwrap()).collect();
        assert_eq!(path, ["SUBMITTED", "LOCAL_REVIEW", "SENT_TO_SUPPLIER", "WILL_SUPPLY"]);
    }
}

#[tokio::test]
async fn the_feed_gives_each_change_once_and_cursors_expire() {
    let fixture = Fixture::signed_in().await;
    let mut ids = Vec::new();
    for title in ["呐喊", "彷徨", "边城"] {
        let mut body = loan();
        body["bibliographicInfo"] = json!({"title": title, "author": "某"});
        ids.push(fixture.accepted(&body).await);
    }
    let first = fixture.get("/ill/changes?limit=2").await;
    assert_eq!(
        (first.body["hasMore"].as_bool(), first.body["changes"].as_array().unwrap().len()),
        (Some(true), 2)
    );
    let next = first.body["next"].as_str().unwrap();
    let second = fixture.get(&format!("/ill/changes?limit=2&since={next}")).await;
    assert_eq!(
        (second.body["hasMore"].as_bool(), &second.body["changes"][0]["id"]),
        (Some(false), &json!(ids[2]))
    );
    let next = second.body["next"].as_str().unwrap().to_owned();
    assert_eq!(fixture.get(&format!("/ill/changes?since={next}")).await.body["changes"], json!([]));
    fixture.control().lead_to(&ids[0], RequestState::Shipped).await.unwrap();
    let third = fixture.get(&format!("/ill/changes?since={next}")).await;
    assert_eq!(third.body["changes"].as_array().unwrap().len(), 1, "four steps are one change");
    assert_eq!(third.body["changes"][0]["request"]["state"], "SHIPPED");
    fixture.control().expire_cursors().await.unwrap();
    let expired = fixture.get(&format!("/ill/changes?since={next}")).await;
    assert_eq!((expired.status.as_u16(), expired.code()), (410, "CURSOR_EXPIRED"));
    assert_eq!(fixture.get("/ill/changes").await.body["changes"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn an_action_happens_once() {
    let fixture = Fixture::signed_in().await;
    let id = fixture.accepted(&copy()).await;
    fixture.control().lead_to(&id, RequestState::Delivered).await.unwrap();
    let action = Uuid::new_v4();
    let done = fixture.act(&id, action, "confirm-received").await;
    assert_eq!((done.status.as_u16(), done.body["toState"].as_str()), (200, Some("COMPLETED")));
    let again = fixture.act(&id, action, "confirm-received").await;
    assert_eq!((&again.body, again.header("idempotent-replayed")), (&done.body, "true"));
    let late = fixture.act(&id, Uuid::new_v4(), "cancel").await;
    assert_eq!((late.status.as_u16(), late.code()), (422, "ACTION_NOT_ALLOWED"));

    let id = fixture.accepted(&loan()).await;
    fixture.control().lead_to(&id, RequestState::WillSupply).await.unwrap();
    let asked = fixture.act(&id, Uuid::new_v4(), "cancel").await;
    assert_eq!(asked.body["toState"], "CANCEL_REQUESTED");
    assert_eq!(asked.body["request"]["reason"], json!({"code": "PATRON", "text": "不再需要"}));
}

#[tokio::test]
async fn needs_info_is_edited_under_its_version() {
    let fixture = Fixture::signed_in().await;
    let mut body = copy();
    let id = fixture.accepted(&body).await;
    fixture.control().lead_to(&id, RequestState::NeedsInfo).await.unwrap();
    let etag = fixture.get(&format!("/ill/requests/{id}")).await.header("etag").to_owned();
    body["bibliographicInfo"]["volume"] = json!("26");
    let edit = |tag: &str| {
        let call = fixture.call(Method::PUT, &format!("/ill/requests/{id}"));
        send(call.header("if-match", tag).body(body.to_string()))
    };
    let stale = edit("\"v1\"").await;
    assert_eq!((stale.status.as_u16(), stale.code()), (409, "VERSION_CONFLICT"));
    let edited = edit(&etag).await;
    assert_eq!((edited.status.as_u16(), edited.body["state"].as_str()), (200, Some("LOCAL_REVIEW")));
    assert_eq!(edited.body["bibliographicInfo"]["volume"], "26");
    body["bibliographicInfo"]["volume"] = json!("27");
    let late = fixture.call(Method::PUT, &format!("/ill/requests/{id}"));
    let late = send(late.header("if-match", edited.header("etag")).body(body.to_string())).await;
    assert_eq!((late.status.as_u16(), late.code()), (422, "STATE_CONFLICT"));
}

#[tokio::test]
async fn days_that_pass_move_requests() {
    let fixture = Fixture::signed_in().await;
    const DAY: i64 = 86_400;
    let waiting = fixture.accepted(&loan()).await;
    fixture.control().lead_to(&waiting, RequestState::AwaitingPickup).await.unwrap();
    let mut other = loan();
    other["bibliographicInfo"] = json!({"title": "呐喊", "author": "鲁迅"});
    let borrowed = fixture.accepted(&other).await;
    fixture.control().lead_to(&borrowed, RequestState::OnLoan).await.unwrap();
    fixture.control().advance(7 * DAY).await.unwrap();
    assert_eq!(fixture.control().state_of(&waiting).await.unwrap(), "AWAITING_PICKUP");
    fixture.control().advance(DAY).await.unwrap();
    assert_eq!(fixture.control().state_of(&waiting).await.unwrap(), "RETURN_SHIPPED");
    let events = fixture.control().events(&waiting).await.unwrap();
    assert_eq!(events.last().unwrap()["note"], "逾期未取，图书已寄回提供馆。");
    assert_eq!(fixture.control().state_of(&borrowed).await.unwrap(), "ON_LOAN");
    fixture.control().advance(13 * DAY).await.unwrap();
    assert_eq!(fixture.control().state_of(&borrowed).await.unwrap(), "OVERDUE");
}

#[tokio::test]
async fn the_digest_and_the_id_are_looked_at() {
    let fixture = Fixture::signed_in().await;
    let body = copy();
    let wrong = fixture
        .put_call(&body)
        .header("content-digest", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
    assert_eq!(send(wrong).await.code(), "DIGEST_MISMATCH");
    let other =
        fixture.call(Method::PUT, &format!("/ill/requests/{}", Uuid::new_v4())).body(body.to_string());
    assert_eq!(send(other).await.code(), "ID_MISMATCH");
    let v7 = fixture
        .call(Method::PUT, "/ill/requests/01890a5d-ac96-774b-bcce-b302099a8057")
        .body(body.to_string());
    assert_eq!(send(v7).await.code(), "ID_INVALID");
    assert_eq!(send(fixture.put_call(&body).body("{\"题名\":")).await.code(), "BODY_INVALID");
}
