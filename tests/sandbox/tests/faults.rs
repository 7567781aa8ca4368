//! The effect of each fault as a client observes it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking, in its helpers too"
)]

mod common;

use std::time::{Duration, Instant};

use common::{Fixture, copy, send};
use hongyan_sandbox::{Fault, FaultKind};

/// Asserts that a call ends without an answer, before the client's own timeout.
async fn no_answer(call: reqwest::RequestBuilder) {
    let error = call.send().await.expect_err("an answer came");
    assert!(!error.is_timeout(), "{error:?}");
}

#[tokio::test]
async fn reset_does_nothing_and_answers_nothing() {
    let fixture = Fixture::signed_in().await;
    let body = copy();
    fixture.control().add_fault(Fault::on("/ill/requests", FaultKind::Reset).times(1));
    no_answer(fixture.put_call(&body)).await;
    assert_eq!(fixture.get("/ill/requests").await.body["totalRecords"], 0);
    assert_eq!(fixture.put(&body).await.status, 201);
}

#[tokio::test]
async fn who_hangs_up_in_the_middle_leaves_the_platform_whole() {
    let fixture = Fixture::signed_in().await;
    let bodies: Vec<_> = (0..200).map(|_| copy()).collect();
    for (patience, body) in (0..).zip(&bodies) {
        // the client disconnects at any moment between before the call is read and after it is answered
        let _ = tokio::time::timeout(Duration::from_micros(patience * 20), fixture.put(body)).await;
    }
    for body in &bodies {
        let reply = fixture.put(body).await;
        assert!(!reply.status.is_server_error(), "{}", reply.text);
    }
}

#[tokio::test]
async fn drop_after_commit_stores_and_answers_nothing() {
    let fixture = Fixture::signed_in().await;
    let body = copy();
    let fault = Fault::on("/ill/requests", FaultKind::DropAfterCommit).method("PUT").times(1);
    fixture.control().add_fault(fault);
    no_answer(fixture.put_call(&body)).await;
    assert_eq!(fixture.get("/ill/requests").await.body["totalRecords"], 1);
    let again = fixture.put(&body).await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (200, "true"));
    let path = format!("/ill/requests/{}", body["id"].as_str().unwrap());
    let log = fixture.control().received();
    let puts: Vec<_> = log.iter().filter(|r| r.method == "PUT" && r.path == path).collect();
    assert_eq!(puts.len(), 2);
    assert_eq!((puts[0].fault.as_deref(), puts[0].status), (Some("drop-after-commit"), None));
    assert_eq!((puts[1].fault.as_deref(), puts[1].status), (None, Some(200)));
}

#[tokio::test]
async fn statuses_and_pages_come_as_asked() {
    let fixture = Fixture::signed_in().await;
    let control = fixture.control();
    control.add_fault(Fault::on("/ill/account", FaultKind::Status { status: 502 }).times(1));
    let reply = fixture.get("/ill/account").await;
    assert_eq!((reply.status.as_u16(), reply.code()), (502, "SANDBOX_FAULT"));
    control.add_fault(Fault::on("/ill", FaultKind::TooManyRequests { retry_after: 9 }).times(1));
    let reply = fixture.get("/ill/account").await;
    assert_eq!((reply.status.as_u16(), reply.header("retry-after")), (429, "9"));
    control.add_fault(Fault::on("/", FaultKind::Maintenance).times(1));
    let reply = fixture.get("/ill/account").await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(reply.text.contains("系统维护中"));
    control.add_fault(Fault::on("/ill/account", FaultKind::Truncated).times(1));
    let reply = fixture.get("/ill/account").await;
    assert_eq!(reply.status, 200);
    assert!(serde_json::from_str::<serde_json::Value>(&reply.text).is_err(), "{}", reply.text);
    assert_eq!(fixture.get("/ill/account").await.body["username"], "20210001");
    assert!(control.faults().is_empty(), "each was for one call");
}

#[tokio::test]
async fn latency_delays_and_stall_never_answers() {
    let fixture = Fixture::signed_in().await;
    fixture.control().add_fault(Fault::on("/ill/account", FaultKind::Latency { ms: 300 }).times(1));
    let start = Instant::now();
    assert_eq!(fixture.get("/ill/account").await.status, 200);
    assert!(start.elapsed() >= Duration::from_millis(300));
    fixture.control().add_fault(Fault::on("/ill/account", FaultKind::Stall).times(1));
    let call = fixture.call(reqwest::Method::GET, "/ill/account").timeout(Duration::from_millis(400));
    assert!(call.send().await.expect_err("an answer came").is_timeout());
    assert_eq!(fixture.get("/ill/account").await.status, 200);
}

#[tokio::test]
async fn a_stopped_sandbox_cuts_what_is_still_open() {
    let fixture = Fixture::signed_in().await;
    fixture.control().add_fault(Fault::on("/ill/account", FaultKind::Stall));
    let control = fixture.control();
    let pending = tokio::spawn(fixture.call(reqwest::Method::GET, "/ill/account").send());
    while control.count("GET", "/ill/account") == 0 {
        tokio::task::yield_now().await;
    }
    fixture.sandbox.shutdown().await;
    assert!(!pending.await.unwrap().expect_err("an answer came").is_timeout());
}

#[tokio::test]
async fn tokens_expire_by_fault_and_by_lifetime() {
    let mut fixture = Fixture::signed_in().await;
    fixture.control().add_fault(Fault::on("/ill/account", FaultKind::TokenExpiry).times(1));
    let reply = fixture.get("/ill/account").await;
    assert_eq!((reply.status.as_u16(), reply.code()), (401, "TOKEN_EXPIRED"));
    let refreshed = fixture.refresh_with(&fixture.refresh.clone()).await;
    assert_eq!(refreshed.status, 201);
    (fixture.token, fixture.refresh) = common::cookies(&refreshed);
    assert_eq!(fixture.get("/ill/account").await.status, 200);

    fixture.control().change_settings(|settings| settings.access_seconds = 60);
    fixture.sign_in("20210001", "相思湖畔904").await;
    fixture.control().advance(59).await.unwrap();
    assert_eq!(fixture.get("/ill/account").await.status, 200);
    fixture.control().advance(2).await.unwrap();
    assert_eq!(fixture.get("/ill/account").await.status, 401);
}

#[tokio::test]
async fn faults_are_set_over_http_and_spare_the_desk() {
    let fixture = Fixture::signed_in().await;
    let fault = serde_json::json!({"prefix": "/", "kind": "status", "status": 500, "times": 2});
    assert_eq!(fixture.post("/_sandbox/faults", &fault).await.status, 204);
    assert_eq!(fixture.get("/_sandbox/faults").await.body["faults"][0]["times"], 2);
    assert_eq!(fixture.get("/ill/account").await.status, 500);
    assert_eq!(send(fixture.call(reqwest::Method::DELETE, "/_sandbox/faults")).await.status, 204);
    assert_eq!(fixture.get("/ill/account").await.status, 200);
    assert_eq!(fixture.get("/_sandbox/received").await.body["totalRecords"], 3);
}

#[tokio::test]
async fn answers_are_spoilt_after_the_work_is_done() {
    let fixture = Fixture::signed_in().await;
    let control = fixture.control();
    let stored = async || fixture.get("/ill/requests").await.body["totalRecords"].as_u64().unwrap();
    for (n, kind) in [FaultKind::InvalidJson, FaultKind::GzipBomb { mebibytes: 8 }].into_iter().enumerate() {
        let mut body = copy();
        body["bibliographicInfo"]["titleOfComponent"] = serde_json::json!(format!("岭南画派 {n}"));
        control.add_fault(Fault::on("/ill/requests", kind.clone()).method("PUT").times(1));
        // a client that does not decompress by itself
        let plain = reqwest::Client::builder().no_proxy().no_gzip().build().unwrap();
        let reply = plain.execute(fixture.put_call(&body).build().unwrap()).await.unwrap();
        assert_eq!(reply.status(), 201, "{}", kind.name());
        let packed = reply.headers().get("content-encoding").is_some_and(|v| v == "gzip");
        assert_eq!(packed, kind != FaultKind::InvalidJson);
        let bytes = reply.bytes().await.unwrap();
        if packed {
            assert!(bytes.len() < 64 << 10, "{} bytes", bytes.len());
        } else {
            assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_err());
        }
        assert_eq!(stored().await, n as u64 + 1);
    }
    let mut body = copy();
    body["bibliographicInfo"]["titleOfComponent"] = serde_json::json!("岭南琴派");
    control.add_fault(Fault::on("/ill/requests", FaultKind::StallAfterCommit).method("PUT").times(1));
    let call = fixture.put_call(&body).timeout(Duration::from_millis(800));
    assert!(call.send().await.expect_err("an answer came").is_timeout());
    assert_eq!(fixture.put(&body).await.header("idempotent-replayed"), "true");
}

#[tokio::test]
async fn answers_that_do_nothing() {
    let fixture = Fixture::signed_in().await;
    let control = fixture.control();
    let body = copy();
    control.add_fault(Fault::on("/ill/requests", FaultKind::InProgress { retry_after: 3 }).times(1));
    let reply = fixture.put(&body).await;
    assert_eq!(
        (reply.status.as_u16(), reply.code(), reply.header("retry-after")),
        (409, "REQUEST_IN_PROGRESS", "3")
    );
    let elsewhere = "http://127.0.0.2:9/ill/account";
    control.add_fault(Fault::on("/ill/account", FaultKind::Redirect { to: elsewhere.into() }).times(1));
    let plain =
        reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let reply = plain.get(format!("{}/ill/account", fixture.sandbox.base_url())).send().await.unwrap();
    assert_eq!((reply.status().as_u16(), reply.headers()["location"].to_str().unwrap()), (307, elsewhere));
    assert_eq!(fixture.get("/ill/requests").await.body["totalRecords"], 0);
    control.add_fault(Fault::on("/ill/account", FaultKind::Status { status: 500 }).after(2).times(1));
    let statuses = [
        fixture.get("/ill/account").await,
        fixture.get("/ill/account").await,
        fixture.get("/ill/account").await,
    ];
    assert_eq!(statuses.map(|reply| reply.status.as_u16()), [200, 200, 500]);
}

#[tokio::test]
async fn cursors_expire_and_pages_shift() {
    let fixture = Fixture::signed_in().await;
    for n in 0..4 {
        let mut body = copy();
        body["bibliographicInfo"]["titleOfComponent"] = serde_json::json!(format!("西江流域考古 {n}"));
        fixture.accepted(&body).await;
    }
    let ids = |reply: &common::Reply| -> Vec<String> {
        let list = reply.body["requests"].as_array().unwrap();
        list.iter().map(|request| request["id"].as_str().unwrap().to_owned()).collect()
    };
    let first = ids(&fixture.get("/ill/requests?limit=2&offset=0").await);
    fixture.control().add_fault(Fault::on("/ill/requests", FaultKind::PageShift).times(1));
    let second = ids(&fixture.get("/ill/requests?limit=2&offset=2").await);
    assert!(second.contains(&first[1]), "{first:?} then {second:?}: what was read shifts into the next page");
    let cursor = fixture.get("/ill/changes").await.body["next"].as_str().unwrap().to_owned();
    fixture.control().add_fault(Fault::on("/ill/changes", FaultKind::CursorExpiry).times(1));
    assert_eq!(fixture.get(&format!("/ill/changes?since={cursor}")).await.code(), "CURSOR_EXPIRED");
}
