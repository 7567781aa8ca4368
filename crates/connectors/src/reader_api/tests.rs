//! Parsing of refusals, and what never counts as success. `tests/conformance` tests the whole contract
//! against the sandbox and docs/reader-api.yaml.

use hongyan_model::request::RequestText;
use hongyan_model::request::wire::hex;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use wiremock::matchers::{any, header};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::gateway::Change;
use crate::http::HttpOptions;

fn session() -> Session {
    Session {
        access_token: "access".to_owned(),
        refresh_token: "refresh".to_owned(),
        access_expires: Timestamp::MAX,
        refresh_expires: Timestamp::MAX,
    }
}

fn sealed() -> Sealed {
    let bytes = "{\"题名\":\"史记\"}".as_bytes().to_vec();
    let sha256 = hex(&Sha256::digest(&bytes));
    Sealed { id: RequestId(Uuid::from_u128(7)), bytes, sha256 }
}

async fn answering(template: ResponseTemplate) -> (MockServer, ReaderApi) {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(template).mount(&server).await;
    let base = Url::parse(&format!("{}/okapi/", server.uri())).unwrap();
    let api = ReaderApi::new(base, "a001962".to_owned(), Http::new(HttpOptions::default()).unwrap());
    (server, api)
}

fn text(status: u16, kind: &str, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body.to_owned(), kind)
}

async fn refused(template: ResponseTemplate) -> NetError {
    answering(template).await.1.pickup_locations(&session()).await.unwrap_err()
}

fn no(status: u16, code: &str, message: &str) -> NetError {
    NetError::Refused { status, code: code.to_owned(), message: message.to_owned(), params: Vec::new() }
}

#[tokio::test]
async fn five_shapes_of_no() {
    let json = "application/json";
    let folio = r#"{"errors":[{"message":"本馆已有馆藏","type":"error","code":"HELD_LOCALLY",
        "parameters":[{"key":"callNumber","value":"I712.4/1"},{"key":"copies","value":2}]}],"total_records":1}"#;
    let params =
        vec![("callNumber".to_owned(), "I712.4/1".to_owned()), ("copies".to_owned(), "2".to_owned())];
    let held = NetError::Refused {
        status: 422,
        code: "HELD_LOCALLY".to_owned(),
        message: "本馆已有馆藏".to_owned(),
        params,
    };
    assert_eq!(refused(text(422, json, folio)).await, held);
    let plain = "unable to process request -- constraint violation";
    assert_eq!(refused(text(400, "text/plain", plain)).await, no(400, "HTTP_400", plain));
    let number = r#"{"code":422,"errorMessage":"USER_ALREADY_EXIST"}"#;
    assert_eq!(refused(text(422, json, number)).await, no(422, "USER_ALREADY_EXIST", ""));
    let name = r#"{"code":"USER_ACCOUNT_INACTIVE","errorMessage":"账户未激活"}"#;
    assert_eq!(refused(text(403, json, name)).await, no(403, "USER_ACCOUNT_INACTIVE", "账户未激活"));
    let lock = "Optimistic Locking Conflict";
    assert_eq!(refused(text(409, "text/plain", lock)).await, no(409, "VERSION_CONFLICT", lock));
    assert_eq!(refused(text(404, json, r#"{"error":"没有"}"#)).await, no(404, "NOT_FOUND", "没有"));
    assert_eq!(refused(text(401, "text/plain", "Invalid token")).await, NetError::SignIn);
    // outside text is cleaned
    let override_mark = "{\"errorMessage\":\"\u{202E}反\\u0007转\",\"code\":\"X\"}";
    assert_eq!(refused(text(422, json, override_mark)).await, no(422, "X", "反 转"));
}

#[tokio::test]
async fn a_web_page_is_never_a_yes_and_never_a_definite_no() {
    let page = "<!DOCTYPE html><html><body>请先登录校园网</body></html>";
    for status in [200, 201, 202, 204, 400, 403, 404, 409, 410, 422, 500] {
        let body = if status == 204 { "" } else { page };
        let (_server, api) = answering(text(status, "text/html; charset=utf-8", body)).await;
        let submitted = api.submit(&session(), &sealed()).await.unwrap_err();
        assert!(submitted.outcome_unknown(), "{status}: {submitted:?}");
        let looked = api.look_up(&session(), sealed().id).await.unwrap_err();
        assert!(looked.outcome_unknown(), "{status}: {looked:?}");
        assert!(api.sign_in("20210001", "口令").await.is_err(), "{status}");
        if status != 204 {
            assert!(api.sign_out(&session()).await.is_err(), "{status}");
        }
    }
}

#[tokio::test]
async fn only_this_id_with_this_fingerprint_is_accepted() {
    let sealed = sealed();
    let body = |id: RequestId, fingerprint: &str| {
        serde_json::json!({
            "id": id, "state": "SUBMITTED", "fingerprint": fingerprint, "新成员": {"任意": []},
            "metadata": {"createdDate": "2026-11-22T03:00:00Z"},
        })
    };
    let other = RequestId(Uuid::from_u128(8));
    for (body, good) in [
        (body(sealed.id, &sealed.sha256), true),
        (body(sealed.id, &sealed.sha256.to_uppercase()), true),
        (body(other, &sealed.sha256), false),
        (body(sealed.id, &"0".repeat(64)), false),
        (body(sealed.id, ""), false),
        (serde_json::json!({"ok": true}), false),
    ] {
        let (_server, api) = answering(ResponseTemplate::new(201).set_body_json(&body)).await;
        match api.submit(&session(), &sealed).await {
            Ok(Submitted::Accepted { fingerprint, .. }) => {
                assert!(good, "{body}");
                assert_eq!(fingerprint, sealed.sha256);
            }
            other => {
                assert!(!good, "{body}: {other:?}");
                assert!(other.unwrap_err().outcome_unknown());
            }
        }
    }
}

#[tokio::test]
async fn tokens_do_not_follow_a_redirect() {
    let elsewhere = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200)).expect(0).mount(&elsewhere).await;
    for status in [301, 302, 307, 308] {
        let away = ResponseTemplate::new(status).insert_header("location", elsewhere.uri().as_str());
        let (_server, api) = answering(away).await;
        let error = api.submit(&session(), &sealed()).await.unwrap_err();
        assert!(matches!(error, NetError::WrongKind(_)), "{error:?}");
        assert!(matches!(api.refresh("refresh").await, Err(NetError::WrongKind(_))));
    }
    elsewhere.verify().await;
}

#[tokio::test]
async fn a_sign_in_needs_both_cookies_and_both_times() {
    let times =
        r#"{"accessTokenExpiration":"2026-11-22T03:10:00Z","refreshTokenExpiration":"2026-11-29T03:00:00Z"}"#;
    let with = |cookies: &[&str], body: &str| {
        let mut template = text(201, "application/json", body);
        for cookie in cookies {
            template = template.append_header("set-cookie", *cookie);
        }
        template
    };
    let both = ["folioAccessToken=a.b; Secure; Path=/", "folioRefreshToken=r; Path=/authn; HttpOnly; Secure"];
    let (server, api) = answering(with(&both, times)).await;
    let signed = api.sign_in("20210001", "口令").await.unwrap();
    assert_eq!((signed.access_token.as_str(), signed.refresh_token.as_str()), ("a.b", "r"));
    let asked = server.received_requests().await.unwrap();
    assert_eq!(asked[0].url.path(), "/okapi/authn/login-with-expiry", "a path in the base is kept");
    for bad in [with(&both[..1], times), with(&both, "{}"), with(&["folioAccessToken=", both[1]], times)] {
        assert!(matches!(answering(bad).await.1.sign_in("u", "p").await, Err(NetError::Malformed(_))));
    }
}

#[tokio::test]
async fn a_refresh_token_that_is_not_taken_is_the_end() {
    let own = r#"{"errors":[{"code":"token.refresh.unprocessable"}]}"#;
    for status in [400, 401, 403, 422] {
        let (_server, api) = answering(text(status, "application/json", own)).await;
        assert_eq!(api.refresh("r").await.unwrap_err(), NetError::SignIn, "{status}");
    }
    let (_server, api) = answering(text(500, "text/plain", "x")).await;
    assert!(api.refresh("r").await.unwrap_err().outcome_unknown());
}

#[tokio::test]
async fn a_feed_that_stands_still_is_not_followed() {
    let body = r#"{"changes":[],"next":"同","hasMore":true}"#;
    let (_server, api) = answering(text(200, "application/json", body)).await;
    assert!(matches!(api.changes(&session(), Some("同")).await, Err(NetError::Malformed(_))));
    assert!(api.changes(&session(), Some("前")).await.unwrap().has_more);
    let (_server, api) = answering(text(410, "text/plain", "gone")).await;
    let expired = api.changes(&session(), Some("旧")).await.unwrap_err();
    assert!(matches!(expired, NetError::Refused { status: 410, code, .. } if code == "CURSOR_EXPIRED"));
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let server = MockServer::start().await;
    let page = r#"{"pickupLocations":[{"id":"xsh-904","name":"相思湖馆 904"}]}"#;
    Mock::given(header("if-none-match", "\"v7\""))
        .respond_with(ResponseTemplate::new(304).insert_header("etag", "\"v7\""))
        .with_priority(1)
        .expect(2)
        .mount(&server)
        .await;
    Mock::given(any())
        .respond_with(text(200, "application/json", page).insert_header("etag", "\"v7\""))
        .mount(&server)
        .await;
    let http = Http::new(HttpOptions::default()).unwrap();
    let api = ReaderApi::new(server.uri().parse().unwrap(), "a001962".into(), http);
    for _ in 0..3 {
        let desks = api.pickup_locations(&session()).await.unwrap();
        assert_eq!(desks[0].name, "相思湖馆 904");
    }
    // another patron starts with an empty cache
    let _ = api.sign_in("20219999", "口令").await;
    api.pickup_locations(&session()).await.unwrap();
    let asked = server.received_requests().await.unwrap();
    assert!(!asked.last().unwrap().headers.contains_key("if-none-match"));
}

#[tokio::test]
async fn half_an_answer_is_not_kept_as_the_whole() {
    let server = MockServer::start().await;
    let page = r#"{"pickupLocations":[{"id":"xsh-904","name":"相思湖馆 904"}]}"#;
    let half: String = page.chars().take(30).collect();
    let tagged = |body: &str| text(200, "application/json", body).insert_header("etag", "\"v7\"");
    Mock::given(header("if-none-match", "\"v7\""))
        .respond_with(ResponseTemplate::new(304))
        .with_priority(1)
        .mount(&server)
        .await;
    Mock::given(any()).respond_with(tagged(&half)).up_to_n_times(1).with_priority(2).mount(&server).await;
    Mock::given(any()).respond_with(tagged(page)).mount(&server).await;
    let http = Http::new(HttpOptions::default()).unwrap();
    let api = ReaderApi::new(server.uri().parse().unwrap(), "a001962".into(), http);
    assert!(matches!(api.pickup_locations(&session()).await, Err(NetError::Malformed(_))));
    assert_eq!(api.pickup_locations(&session()).await.unwrap()[0].name, "相思湖馆 904");
}

#[tokio::test]
async fn nothing_new_that_nobody_asked_about_is_no_success() {
    let (_server, api) = answering(ResponseTemplate::new(304)).await;
    assert!(matches!(api.pickup_locations(&session()).await, Err(NetError::WrongKind(_))));
    assert!(matches!(api.look_up(&session(), sealed().id).await, Err(NetError::WrongKind(_))));
}

#[tokio::test]
async fn a_feed_may_bring_the_events() {
    let request = serde_json::json!({
        "id": sealed().id, "state": "AWAITING_PICKUP", "metadata": {"createdDate": "2026-11-22T03:00:00Z"},
    });
    let event = serde_json::json!({
        "id": "e-1", "at": "2026-11-22T04:00:00Z", "toState": "AWAITING_PICKUP", "actor": "library", "note": "到馆",
    });
    let change =
        serde_json::json!({"id": sealed().id, "op": "upsert", "request": request, "events": [event]});
    let body = serde_json::json!({"changes": [change], "next": "下一页", "hasMore": false});
    let (server, api) = answering(ResponseTemplate::new(200).set_body_json(&body)).await;
    let page = api.changes(&session(), None).await.unwrap();
    let [Change::Upsert { events: Some(events), .. }] = &page.changes[..] else { panic!("{page:?}") };
    assert_eq!((events[0].id.as_str(), events[0].note.as_str()), ("e-1", "到馆"));
    let asked = server.received_requests().await.unwrap();
    assert!(asked[0].url.query().unwrap().contains("include=events"));
}

#[tokio::test]
async fn what_was_asked_for_comes_back_member_by_member() {
    let id = "0b7f6a53-9a6e-4a5a-8f5b-6e3f0f5d9a01";
    let mut request = serde_json::json!({
        "id": id, "state": "SUBMITTED", "_version": 1, "metadata": {"createdDate": "2026-11-20T01:02:03Z"},
        "actions": ["cancel", {"name": "rebind", "available": false, "parameters": ["text"], "label": {"zh": "重装"}},
            {"name": "urge", "label": {"zh": "催", "en": "Urge"}}],
        "somethingNewer": {"新": [1, null]},
    });
    let members = RequestText::MEMBERS.map(|name| (name.to_owned(), serde_json::json!({"题": name})));
    let mut members: serde_json::Map<_, _> = members.into_iter().collect();
    members.insert("billingInfo".to_owned(), serde_json::Value::Null);
    request.as_object_mut().unwrap().extend(members.clone());
    let change = serde_json::json!({"id": id, "op": "upsert", "request": request});
    let body = serde_json::json!({"changes": [change], "next": "下一页", "hasMore": false});
    let (_server, api) = answering(ResponseTemplate::new(200).set_body_json(&body)).await;
    let page = api.changes(&session(), None).await.unwrap();
    let [Change::Upsert { request, events: None }] = &page.changes[..] else { panic!("{page:?}") };
    let text = serde_json::to_value(&request.text).unwrap();
    assert_eq!(text.as_object(), Some(&members));
    let actions: Vec<_> = request.actions.iter().map(|a| (a.name.as_str(), a.available)).collect();
    assert_eq!(actions, [("cancel", true), ("rebind", false), ("urge", true)]);
    assert_eq!(
        (request.actions[1].label.as_str(), &request.actions[1].parameters[..]),
        ("重装", &["text".to_owned()][..])
    );
    assert_eq!(request.actions[2].label, "", "the screens have their own word");
}

/// Responses by something between us and the platform.
fn strangers() -> Vec<(&'static str, ResponseTemplate)> {
    let page = "<!DOCTYPE html><html><body>请先登录校园网</body></html>";
    let wants = |status: u16, header: &'static str, body: &str, kind: &str| {
        text(status, kind, body).insert_header(header, "Basic realm=\"网关\"")
    };
    vec![
        ("redirect", ResponseTemplate::new(302).insert_header("location", "http://10.0.0.55/portal")),
        ("page", text(200, "text/html", page)),
        ("401 page", text(401, "text/html", page)),
        ("401 of a proxy", wants(401, "www-authenticate", "Authorization required", "text/plain")),
        (
            "401 of a gateway",
            wants(401, "www-authenticate", r#"{"message":"Unauthorized"}"#, "application/json"),
        ),
        ("401 of nobody", ResponseTemplate::new(401)),
        ("407", wants(407, "proxy-authenticate", "", "text/plain")),
        ("511", text(511, "text/html", page)),
        ("511 text", text(511, "text/plain", "sign in")),
    ]
}

#[tokio::test]
async fn a_stranger_is_never_taken_for_the_platform() {
    for (name, template) in strangers() {
        let (_server, api) = answering(template).await;
        let calls = [
            api.pickup_locations(&session()).await.unwrap_err(),
            api.refresh("r").await.unwrap_err(),
            api.reach().await.unwrap_err(),
            api.sign_in("20210001", "相思湖畔904").await.unwrap_err(),
        ];
        for error in calls {
            assert!(matches!(error, NetError::WrongKind(_)), "{name}: {error:?}");
        }
        assert_eq!(api.time(), None, "{name}: its clock says nothing");
    }
    // a refusal in a proxy's format: the token did not reach the platform
    for status in [400, 403, 404, 422] {
        let (_server, api) = answering(text(status, "text/plain", "denied by policy")).await;
        assert!(matches!(api.refresh("r").await, Err(NetError::WrongKind(_))), "{status}");
        assert!(matches!(api.reach().await, Err(NetError::WrongKind(_))), "{status}");
    }
}

#[tokio::test]
async fn the_platform_is_known_by_its_own_words() {
    let own =
        r#"{"errors":[{"message":"请先登录","type":"error","code":"TOKEN_MISSING"}],"total_records":1}"#;
    let json = "application/json";
    for template in [
        text(401, json, own),
        text(401, json, own).insert_header("www-authenticate", "Bearer"),
        text(401, "text/plain", "Invalid token"),
    ] {
        let (_server, api) = answering(template).await;
        assert_eq!(api.pickup_locations(&session()).await.unwrap_err(), NetError::SignIn);
        assert_eq!(api.reach().await, Ok(()), "it wants a sign-in, so it is there");
    }
    let said = text(200, json, "{}").insert_header("date", "Sun, 06 Nov 1994 08:49:37 GMT");
    let (_server, api) = answering(said).await;
    assert_eq!(api.reach().await, Ok(()));
    assert_eq!(api.time().map(|time| time.to_string()).as_deref(), Some("1994-11-06T08:49:37Z"));
}
