//! The Reader API client against `docs/reader-api.yaml`: every call conforms to the document with
//! parameters and body, and every response used here conforms to the schemas.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use hongyan_conformance::gateway::{article, gateway_at};
use hongyan_connectors::gateway::{Change, LookedUp, RequestGateway, Session, Submitted};
use hongyan_model::account::{AccountState, Registration};
use hongyan_model::request::wire::Sealed;
use hongyan_model::request::{Actor, RequestState};
use serde_json::{Value, json};
use wiremock::matchers::{method, path_regex};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// The OpenAPI document.
struct Contract(Value);

impl Contract {
    fn read() -> Contract {
        Contract(serde_saphyr::from_str(include_str!("../../../docs/reader-api.yaml")).unwrap())
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => self.0.pointer(reference.trim_start_matches('#')).unwrap(),
            None => value,
        }
    }

    fn validate(&self, schema: &Value, body: &Value, what: &str) {
        assert!(!schema.is_null(), "{what}: the document has no schema for it");
        let root = json!({"allOf": [schema], "components": self.0["components"]});
        let validator = jsonschema::options().should_validate_formats(true).build(&root).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(body).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{what}: {errors:#?}\n{body:#}");
    }

    /// The path template for a real path; literal segments take precedence over parameters.
    fn path(&self, real: &str) -> &str {
        let parts: Vec<&str> = real.split('/').collect();
        let paths = self.0["paths"].as_object().unwrap();
        let fits = |path: &&String| {
            let pattern: Vec<&str> = path.split('/').collect();
            let same = |(a, b): (&&str, &&str)| a == b || a.starts_with('{');
            pattern.len() == parts.len() && pattern.iter().zip(&parts).all(same)
        };
        paths
            .keys()
            .filter(fits)
            .min_by_key(|path| path.matches('{').count())
            .unwrap_or_else(|| panic!("{real}"))
    }

    /// Checks a call of the client: path, method, parameters, sign-in and body.
    fn check_call(&self, call: &Request) -> String {
        let path = self.path(call.url.path());
        let item = &self.0["paths"][path];
        let verb = call.method.as_str().to_lowercase();
        let operation = &item[&verb];
        let what = format!("{verb} {path}");
        assert!(!operation.is_null(), "{what} does not stand in the document");
        let both = [&item["parameters"], &operation["parameters"]];
        let parameters: Vec<&Value> =
            both.iter().filter_map(|p| p.as_array()).flatten().map(|p| self.resolve(p)).collect();
        let known = |place: &str| -> BTreeSet<String> {
            let of = parameters.iter().filter(|p| p["in"] == place);
            of.map(|p| p["name"].as_str().unwrap().to_lowercase()).collect()
        };
        for (name, value) in call.url.query_pairs() {
            assert!(known("query").contains(&name.to_lowercase()), "{what}: parameter {name}={value}");
        }
        for parameter in parameters.iter().filter(|p| p["in"] == "header" && p["required"] == true) {
            let name = parameter["name"].as_str().unwrap();
            let value = call.headers.get(name).unwrap_or_else(|| panic!("{what}: no {name}"));
            self.validate(&parameter["schema"], &json!(value.to_str().unwrap()), &what);
        }
        self.check_cookies(call, operation, &what);
        assert_eq!(call.headers["accept"], "application/json", "{what}");
        assert!(call.headers.contains_key("x-request-id"), "{what}");
        assert!(call.headers["accept-language"].to_str().unwrap().starts_with("zh-CN"), "{what}");
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if schema.is_null() {
            assert!(call.body.is_empty(), "{what}: a body that nobody asked for");
        } else {
            assert_eq!(call.headers["content-type"], "application/json", "{what}");
            self.validate(schema, &serde_json::from_slice(&call.body).unwrap(), &what);
        }
        what
    }

    /// Checks that tokens are sent exactly where the document requires them.
    fn check_cookies(&self, call: &Request, operation: &Value, what: &str) {
        let security =
            if operation["security"].is_null() { &self.0["security"] } else { &operation["security"] };
        let names: BTreeSet<&str> = security
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|way| way.as_object().unwrap().keys())
            .filter_map(|scheme| {
                let scheme = &self.0["components"]["securitySchemes"][scheme];
                (scheme["in"] == "cookie").then(|| scheme["name"].as_str().unwrap())
            })
            .collect();
        let cookie = call.headers.get("cookie").map(|v| v.to_str().unwrap()).unwrap_or_default();
        if names.is_empty() {
            assert_eq!(cookie, "", "{what}: tokens for a call that needs none");
        }
        for name in names {
            assert!(cookie.contains(&format!("{name}=")), "{what}: no {name} in the cookies");
        }
    }

    /// Checks a response that a test serves.
    fn check_answer(&self, verb: &str, path: &str, status: u16, body: &Value) {
        let response = self.resolve(&self.0["paths"][path][verb]["responses"][status.to_string()]);
        let schema = &response["content"]["application/json"]["schema"];
        self.validate(schema, body, &format!("the answer {status} of {verb} {path}"));
    }
}

/// A request with all members that the client reads.
fn described(sealed: &Sealed, state: &str) -> Value {
    json!({
        "id": sealed.id, "hrid": "ILL202600001", "serviceType": "Copy", "publicationType": "Article",
        "state": state, "stage": "LOCAL", "stateLabel": {"zh": "待补充信息", "en": "More info needed"},
        "reason": {"code": "NOT_FOUND_AS_CITED", "text": "卷期有误，请核对"},
        "bibliographicInfo": {"title": "图书馆论坛", "titleOfComponent": "馆际互借的时限", "volume": "46", "issue": "3"},
        "editable": true, "renewals": 0, "unreadMessages": 0,
        "actions": [{"name": "cancel", "available": true, "parameters": ["reason"]}, {"name": "urge", "available": false}],
        "supplier": {"symbol": "PKU", "name": "北京大学图书馆"}, "supplierAttempt": 2,
        "expectedBy": "2026-11-27", "dueDate": "2026-12-20", "pickupBy": "2026-12-01", "documents": [],
        "cost": {"amount": 5.10, "isoCurrencyCode": "CNY"}, "costToPatron": {"amount": 0, "isoCurrencyCode": "CNY"},
        "fingerprint": sealed.sha256, "_version": 7,
        "metadata": {"createdDate": "2026-11-22T03:00:00Z", "updatedDate": "2026-11-22T04:00:00.5Z"},
    })
}

/// A server with the responses below and nothing else; records its requests.
struct Platform {
    server: MockServer,
    contract: Contract,
}

impl Platform {
    async fn start() -> Platform {
        Platform { server: MockServer::start().await, contract: Contract::read() }
    }

    /// Adds a response for a path of the document, after checking it against the document.
    async fn answer(&self, verb: &str, path: &str, status: u16, body: Value) {
        self.contract.check_answer(verb, path, status, &body);
        let pattern = path.replace("{id}", "[0-9a-f-]{36}").replace("{actionId}", "[0-9a-f-]{36}");
        let mut template = ResponseTemplate::new(status).set_body_json(body);
        if path.starts_with("/authn") && status == 201 {
            let access = "folioAccessToken=eyJhbGciOi.J9.a-_b; Max-Age=600; Path=/; Secure; HTTPOnly";
            let refresh = "folioRefreshToken=\"eyJ.r.t\"; Max-Age=604800; Path=/authn; Secure; HTTPOnly";
            template = template.append_header("set-cookie", access).append_header("set-cookie", refresh);
        }
        Mock::given(method(verb.to_uppercase().as_str()))
            .and(path_regex(format!("^{pattern}$")))
            .respond_with(template)
            .mount(&self.server)
            .await;
    }
}

fn session() -> Session {
    Session {
        access_token: "eyJhbGciOi.J9.a-_b".to_owned(),
        refresh_token: "eyJ.r.t".to_owned(),
        access_expires: "2026-11-22T03:10:00Z".parse().unwrap(),
        refresh_expires: "2026-11-29T03:00:00Z".parse().unwrap(),
    }
}

#[tokio::test]
async fn every_call_and_every_answer_stands_in_the_document() {
    let platform = Platform::start().await;
    let sealed = article(1);
    let id = sealed.id;
    let expirations = json!({
        "accessTokenExpiration": "2026-11-22T03:10:00Z", "refreshTokenExpiration": "2026-11-29T03:00:00Z",
    });
    let registration = json!({
        "id": "5d0a3c1e-7b1f-4a57-9c1e-0d5f6a2b9c10", "externalSystemId": "20269001", "state": "REG_REVIEW",
        "stateLabel": {"zh": "待本馆审核", "en": "Under review"}, "note": "", "submittedAt": "2026-11-22T03:00:00Z",
    });
    let request = described(&sealed, "NEEDS_INFO");
    for (verb, path, status, body) in [
        ("post", "/authn/login-with-expiry", 201, expirations.clone()),
        ("post", "/authn/refresh", 201, expirations),
        ("post", "/patron", 201, registration.clone()),
        ("get", "/patron/registration-status", 200, registration),
        (
            "get",
            "/bl-users/_self",
            200,
            json!({
                "user": {"id": "5d0a3c1e-7b1f-4a57-9c1e-0d5f6a2b9c10", "username": "20210001", "active": true,
                         "personal": {"lastName": "韦", "firstName": "小雁", "email": "x@stu.example.edu.cn"}},
                "tenant": "a001962", "accountState": "ACTIVE", "mustChangePassword": false,
            }),
        ),
        (
            "get",
            "/ill/account",
            200,
            json!({
                "id": "5d0a3c1e-7b1f-4a57-9c1e-0d5f6a2b9c10", "username": "20210001", "displayName": "韦小雁",
                "state": "ACTIVE", "stateLabel": {"zh": "正式用户", "en": "Active"}, "canRequest": false,
                "problems": ["QUOTA_EXCEEDED"], "registeredEmail": "x***@stu.example.edu.cn",
                "quota": {"unit": "CALIS_COIN", "granted": 200, "reserved": 40, "used": 160, "available": 0,
                          "asOf": "2026-11-22T03:00:00Z"},
                "limits": {"maxActive": 10, "active": 2},
                "homeLibrary": {"id": "a001962", "name": "广西民族大学图书馆", "contacts": []},
            }),
        ),
        (
            "get",
            "/ill/pickup-locations",
            200,
            json!({
                "pickupLocations": [{"id": "xsh-904", "name": "相思湖馆 904"}], "totalRecords": 1,
            }),
        ),
        (
            "post",
            "/ill/requests/precheck",
            200,
            json!({
                "blockers": [{"message": "本馆已有馆藏", "type": "error", "code": "HELD_LOCALLY", "parameters": []}],
                "warnings": [],
                "localHoldings": [{"title": "红楼梦", "callNumber": "I242.4/17", "location": "相思湖馆", "available": true}],
                "openAccess": [{"source": "unpaywall", "url": "https://journal.example/1", "urlForPdf": "javascript:alert(1)"}],
                "duplicates": [], "copyright": null,
                "estimate": {"cost": {"amount": 5.1, "isoCurrencyCode": "CNY"}, "coins": 6, "expectedBy": "2026-11-27",
                             "costToPatron": {"amount": 0, "isoCurrencyCode": "CNY"}},
            }),
        ),
        ("put", "/ill/requests/{id}", 201, request.clone()),
        ("get", "/ill/requests/{id}", 200, request.clone()),
        (
            "get",
            "/ill/changes",
            200,
            json!({
                "changes": [{"id": id, "op": "upsert", "request": described(&sealed, "SENT_TO_THE_MOON")},
                            {"id": "5d0a3c1e-7b1f-4a57-9c1e-0d5f6a2b9c10", "op": "delete"}],
                "next": "游标==", "hasMore": true,
            }),
        ),
        (
            "get",
            "/ill/requests/{id}/events",
            200,
            json!({
                "events": [
                    {"id": "e2", "at": "2026-11-22T04:00:00Z", "fromState": "LOCAL_REVIEW", "toState": "NEEDS_INFO",
                     "actor": "library", "note": "卷期有误"},
                    {"id": "e1", "at": "2026-11-22T03:00:00Z", "fromState": null, "toState": "SUBMITTED",
                     "actor": "robot", "note": ""},
                ],
                "totalRecords": 2,
            }),
        ),
        (
            "put",
            "/ill/requests/{id}/actions/{actionId}",
            200,
            json!({
                "result": "success", "fromState": "NEEDS_INFO", "toState": "CANCELLED", "message": "已取消",
                "request": described(&sealed, "CANCELLED"),
            }),
        ),
    ] {
        platform.answer(verb, path, status, body).await;
    }
    for path in ["/authn/logout", "/bl-users/settings/myprofile/password"] {
        let post = Mock::given(method("POST")).and(wiremock::matchers::path(path));
        post.respond_with(ResponseTemplate::new(204)).mount(&platform.server).await;
    }

    let gateway = gateway_at(&platform.server.uri());
    let signed = gateway.sign_in("20210001", "相思湖畔904").await.unwrap();
    assert_eq!(signed, session());
    assert_eq!(gateway.refresh("eyJ.r.t").await.unwrap(), session());
    let new = Registration {
        username: "20269001".to_owned(),
        name: "覃小月".to_owned(),
        email: "xiaoyue@stu.example.edu.cn".to_owned(),
        phone: "13800000000".to_owned(),
    };
    assert_eq!(gateway.register(&new).await.unwrap().state, AccountState::RegReview);
    assert!(gateway.registration_status("20269001").await.unwrap().is_some());
    let account = gateway.account(&signed).await.unwrap();
    assert_eq!((account.display_name.as_str(), account.can_request), ("韦小雁", false));
    assert_eq!(account.problems, ["QUOTA_EXCEEDED"]);
    assert_eq!(gateway.pickup_locations(&signed).await.unwrap()[0].name, "相思湖馆 904");
    let precheck = gateway.precheck(&signed, &sealed.bytes).await.unwrap();
    assert_eq!(precheck.blockers, [("HELD_LOCALLY".to_owned(), "本馆已有馆藏".to_owned())]);
    assert_eq!(precheck.open_access.as_deref(), Some(&["https://journal.example/1".to_owned()][..]));
    assert_eq!(precheck.estimate.map(|fen| fen.0), Some(510));

    let Submitted::Accepted { request, replayed: false, .. } =
        gateway.submit(&signed, &sealed).await.unwrap()
    else {
        panic!("not accepted")
    };
    assert_eq!((request.supplier.as_ref().unwrap().name.as_str(), request.version), ("北京大学图书馆", 7));
    assert_eq!(request.reason.as_ref().unwrap().text, "卷期有误，请核对");
    assert_eq!(request.due_date.unwrap().to_string(), "2026-12-20");
    assert!(matches!(gateway.look_up(&signed, id).await.unwrap(), LookedUp::Found { .. }));
    let page = gateway.changes(&signed, Some("上一个 +/=")).await.unwrap();
    let [Change::Upsert { request: unknown, .. }, Change::Delete(_)] = &page.changes[..] else {
        panic!("{page:?}")
    };
    assert_eq!(unknown.state, RequestState::Other("SENT_TO_THE_MOON".to_owned()));
    assert_eq!(unknown.state_label, "待补充信息");
    let events = gateway.events(&signed, id).await.unwrap();
    assert_eq!(events.iter().map(|e| e.id.as_str()).collect::<Vec<_>>(), ["e1", "e2"], "oldest first");
    assert_eq!((events[0].actor, events[1].actor), (Actor::System, Actor::Library));
    let acted = gateway.act(&signed, id, uuid::Uuid::new_v4(), "cancel", &BTreeMap::new()).await.unwrap();
    assert_eq!((acted.request.state, acted.message.as_str()), (RequestState::Cancelled, "已取消"));
    gateway.change_password(&signed, "20210001", "相思湖畔904", "湖畔-借书-2026").await.unwrap();
    gateway.sign_out(&signed).await.unwrap();

    let calls = platform.server.received_requests().await.unwrap();
    let made: BTreeSet<String> = calls.iter().map(|call| platform.contract.check_call(call)).collect();
    assert_eq!(made.len(), 15, "every call of the gateway was made: {made:#?}");
    let put = calls.iter().find(|c| c.method == "PUT" && !c.url.path().contains("actions")).unwrap();
    assert_eq!(put.body, sealed.bytes, "the sealed bytes as they are");
    assert_eq!(put.headers["if-none-match"], "*");
    assert_eq!(put.headers["idempotency-key"].to_str().unwrap(), format!("\"{id}\""));
    assert!(put.headers["content-digest"].to_str().unwrap().starts_with("sha-256=:"));
    let asked = calls.iter().find(|c| c.url.path() == "/ill/changes").unwrap();
    assert!(asked.url.query_pairs().any(|(k, v)| k == "since" && v == "上一个 +/="), "{}", asked.url);
}
