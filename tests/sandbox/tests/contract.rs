//! The sandbox conforms to `docs/reader-api.yaml`: the paths are the same on both sides; real answers,
//! successes and errors, match the schemas and have no member that the document lacks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking, in its helpers too"
)]

mod common;

use std::collections::BTreeSet;

use common::{Fixture, Reply, copy, loan, send};
use hongyan_model::request::RequestState;
use hongyan_sandbox::{Fault, FaultKind, READER_PATHS};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

struct Document(Value);

impl Document {
    fn read() -> Document {
        let text = include_str!("../../../docs/reader-api.yaml");
        Document(serde_saphyr::from_str(text).unwrap())
    }

    fn response(&self, method: &str, path: &str, status: u16) -> &Value {
        let operation = &self.0["paths"][path][method.to_lowercase()];
        let response = &operation["responses"][status.to_string()];
        assert!(!response.is_null(), "{method} {path} answers {status}, which the document does not say");
        match response["$ref"].as_str() {
            Some(reference) => self.0.pointer(reference.trim_start_matches('#')).unwrap(),
            None => response,
        }
    }

    /// Asserts that an answer matches the document for this path and status.
    fn check(&self, method: &str, path: &str, status: u16, reply: &Reply) {
        assert_eq!(reply.status, status, "{method} {path}: {}", reply.text);
        let response = self.response(method, path, status);
        let schema = &response["content"]["application/json"]["schema"];
        if schema.is_null() {
            assert!(reply.text.is_empty(), "{method} {path} {status} has a body: {}", reply.text);
            return;
        }
        assert_eq!(reply.header("content-type"), "application/json", "{method} {path} {status}");
        self.validate(schema, &reply.body, &format!("{method} {path} {status}"));
    }

    fn validate(&self, schema: &Value, body: &Value, what: &str) {
        let root = json!({"$ref": schema["$ref"], "components": self.0["components"]});
        let validator = jsonschema::options().should_validate_formats(true).build(&root).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(body).map(|e| format!("{} at {}", e, e.instance_path())).collect();
        assert!(errors.is_empty(), "{what}: {errors:#?}\n{body:#}");
        self.known_members(&root["$ref"], body, what);
    }

    /// Asserts that every member of an answer is in the document.
    fn known_members(&self, reference: &Value, body: &Value, what: &str) {
        let schema = self.0.pointer(reference.as_str().unwrap().trim_start_matches('#')).unwrap();
        self.walk(schema, body, what);
    }

    fn walk(&self, schema: &Value, body: &Value, what: &str) {
        match body {
            Value::Object(members) => {
                let properties = self.properties(schema);
                for (name, value) in members {
                    let Some(property) = properties.get(name) else {
                        panic!("{what}: {name} is not in the document");
                    };
                    self.walk(property, value, what);
                }
            }
            Value::Array(items) => {
                let schema = self.resolve(schema);
                for item in items {
                    self.walk(&schema["items"], item, what);
                }
            }
            _ => {}
        }
    }

    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(reference) => self.0.pointer(reference.trim_start_matches('#')).unwrap(),
            None => schema,
        }
    }

    fn properties(&self, schema: &Value) -> serde_json::Map<String, Value> {
        let schema = self.resolve(schema);
        let mut all = schema["properties"].as_object().cloned().unwrap_or_default();
        for part in schema["allOf"].as_array().into_iter().flatten() {
            all.extend(self.properties(part));
        }
        all
    }
}

#[test]
fn the_document_and_the_router_name_the_same_paths() {
    let document = Document::read();
    let mut written = BTreeSet::new();
    for (path, item) in document.0["paths"].as_object().unwrap() {
        for method in ["get", "put", "post", "delete", "patch"] {
            if !item[method].is_null() {
                written.insert((method.to_uppercase(), path.clone()));
            }
        }
    }
    let served: BTreeSet<(String, String)> =
        READER_PATHS.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(written, served);
}

#[tokio::test]
async fn every_path_is_really_served_and_wants_a_tenant() {
    let fixture = Fixture::open(Default::default()).await;
    let document = Document::read();
    for (method, path) in READER_PATHS {
        let real = path
            .replace("{id}", &Uuid::new_v4().to_string())
            .replace("{actionId}", &Uuid::new_v4().to_string())
            .replace("{messageId}", &Uuid::new_v4().to_string())
            .replace("{documentId}", &Uuid::new_v4().to_string())
            .replace("{collection}", "union");
        let url = format!("{}{real}", fixture.sandbox.base_url());
        let reply = send(fixture.client.request(method.parse().unwrap(), url)).await;
        document.check(method, path, 400, &reply);
        assert_eq!(reply.code(), "TENANT_REQUIRED", "{method} {path}");
    }
}

#[tokio::test]
async fn what_needs_a_patron_refuses_a_stranger() {
    let fixture = Fixture::open(Default::default()).await;
    let document = Document::read();
    for (method, path) in READER_PATHS {
        let open = &document.0["paths"][*path][method.to_lowercase()]["security"];
        if !open.is_null() {
            continue;
        }
        let real = path
            .replace("{id}", &Uuid::new_v4().to_string())
            .replace("{actionId}", &Uuid::new_v4().to_string())
            .replace("{messageId}", &Uuid::new_v4().to_string())
            .replace("{documentId}", &Uuid::new_v4().to_string())
            .replace("{collection}", "union");
        let reply = send(fixture.call(method.parse().unwrap(), &format!("{real}?query=x")).body("{}")).await;
        document.check(method, path, 401, &reply);
        assert_eq!(reply.code(), "TOKEN_MISSING", "{method} {path}");
    }
}

#[tokio::test]
async fn signing_in_holds_to_the_document() {
    let document = Document::read();
    let mut fixture = Fixture::open(Default::default()).await;
    let login = "/authn/login-with-expiry";
    let wrong = fixture.sign_in("20210001", "不对的密码").await;
    document.check("POST", login, 422, &wrong);
    let reply = fixture.sign_in("20210001", "相思湖畔904").await;
    document.check("POST", login, 201, &reply);
    document.check("GET", "/bl-users/_self", 200, &fixture.get("/bl-users/_self").await);

    let refreshed = fixture.refresh_with(&fixture.refresh.clone()).await;
    document.check("POST", "/authn/refresh", 201, &refreshed);
    document.check("POST", "/authn/refresh", 422, &fixture.refresh_with("0123456789abcdef").await);
    document.check("POST", "/authn/refresh", 400, &send(fixture.call(Method::POST, "/authn/refresh")).await);
    let logout = send(fixture.call(Method::POST, "/authn/logout")).await;
    document.check("POST", "/authn/logout", 204, &logout);
    let logout = send(fixture.call(Method::POST, "/authn/logout-all")).await;
    document.check("POST", "/authn/logout-all", 204, &logout);

    let path = "/bl-users/settings/myprofile/password";
    let change = |new: &str| json!({"username": "20210001", "password": "相思湖畔904", "newPassword": new});
    document.check("POST", path, 422, &fixture.post(path, &change("aaaaaa")).await);
    document.check("POST", path, 204, &fixture.post(path, &change("湖畔-借书-2026")).await);
}

#[tokio::test]
async fn accounts_and_library_hold_to_the_document() {
    let document = Document::read();
    let fixture = Fixture::signed_in().await;
    fixture.accepted(&loan()).await;
    assert!(fixture.control().grant("20210001", 5).await.unwrap());
    let entries = fixture.get("/ill/account/quota-entries").await;
    assert_eq!(entries.body["entries"][1]["entry"], "reserve", "{}", entries.text);
    for path in ["/ill/account", "/ill/account/quota-entries", "/ill/policies", "/ill/pickup-locations"] {
        document.check("GET", path, 200, &fixture.get(path).await);
    }
    let calendar = fixture.get("/ill/calendar?from=2026-09-28&to=2026-10-12").await;
    document.check("GET", "/ill/calendar", 200, &calendar);
    assert_eq!(calendar.body["days"][3]["note"], "国庆节");
    let backwards = fixture.get("/ill/calendar?from=2026-09-28&to=2026-09-01").await;
    document.check("GET", "/ill/calendar", 400, &backwards);

    let registration = json!({
        "externalSystemId": "20269001", "generalInfo": {"lastName": "覃小月"},
        "contactInfo": {"email": "xiaoyue@stu.example.edu.cn", "phone": "13800000000"},
    });
    document.check("POST", "/patron", 201, &fixture.post("/patron", &registration).await);
    document.check("POST", "/patron", 200, &fixture.post("/patron", &registration).await);
    let bare = json!({"externalSystemId": "学号"});
    let reply = fixture.post("/patron", &bare).await;
    document.check("POST", "/patron", 422, &reply);
    assert_eq!(reply.codes(), ["USERNAME_INVALID", "NAME_REQUIRED", "EMAIL_INVALID"]);
    let status = "/patron/registration-status";
    document.check("GET", status, 200, &fixture.get(&format!("{status}?externalSystemId=20269001")).await);
    document.check(
        "GET",
        status,
        200,
        &fixture.get(&format!("{status}?emailId=xiaoyue@stu.example.edu.cn")).await,
    );
    document.check("GET", status, 404, &fixture.get(&format!("{status}?externalSystemId=nobody")).await);
    document.check("GET", status, 400, &fixture.get(status).await);
}

#[tokio::test]
async fn requests_hold_to_the_document_in_every_state() {
    let document = Document::read();
    let fixture = Fixture::signed_in().await;
    let path = "/ill/requests/{id}";
    let body = loan();
    document.validate(&json!({"$ref": "#/components/schemas/NewRequest"}), &body, "the test's own request");
    document.check("PUT", path, 201, &fixture.put(&body).await);
    document.check("PUT", path, 200, &fixture.put(&body).await);
    let id = body["id"].as_str().unwrap();
    let mut other = body.clone();
    other["bibliographicInfo"]["title"] = json!("三体 II");
    document.check("PUT", path, 422, &fixture.put(&other).await);
    document.check("GET", path, 404, &fixture.get(&format!("/ill/requests/{}", Uuid::new_v4())).await);
    document.check("GET", path, 400, &fixture.get("/ill/requests/1").await);

    for state in [
        RequestState::LocalReview,
        RequestState::NeedsInfo,
        RequestState::ConditionPending,
        RequestState::AwaitingPickup,
        RequestState::OnLoan,
        RequestState::Completed,
    ] {
        fixture.control().lead_to(id, state).await.unwrap();
        let one = fixture.get(&format!("/ill/requests/{id}")).await;
        document.check("GET", path, 200, &one);
        let etag = one.header("etag").to_owned();
        let call = fixture.call(Method::GET, &format!("/ill/requests/{id}")).header("if-none-match", etag);
        document.check("GET", path, 304, &send(call).await);
        let actions = fixture.get(&format!("/ill/requests/{id}/actions")).await;
        document.check("GET", "/ill/requests/{id}/actions", 200, &actions);
        assert_eq!(actions.body["actions"], one.body["actions"]);
    }
    let events = fixture.get(&format!("/ill/requests/{id}/events")).await;
    document.check("GET", "/ill/requests/{id}/events", 200, &events);

    let article = copy();
    document.check("PUT", path, 201, &fixture.put(&article).await);
    let article = article["id"].as_str().unwrap();
    let act = "/ill/requests/{id}/actions/{actionId}";
    document.check("PUT", act, 422, &fixture.act(article, Uuid::new_v4(), "renew").await);
    document.check("PUT", act, 200, &fixture.act(article, Uuid::new_v4(), "cancel").await);
    document.check(
        "PUT",
        act,
        404,
        &fixture.act(&Uuid::new_v4().to_string(), Uuid::new_v4(), "cancel").await,
    );

    document.check("GET", "/ill/requests", 200, &fixture.get("/ill/requests").await);
    document.check(
        "GET",
        "/ill/requests",
        400,
        &fixture.get("/ill/requests?query=%E9%A2%98%E5%90%8D=").await,
    );
    let changes = fixture.get("/ill/changes").await;
    document.check("GET", "/ill/changes", 200, &changes);
    document.check("GET", "/ill/changes", 410, &fixture.get("/ill/changes?since=bm9uZQ").await);
    fixture.control().delete_request(id).await.unwrap();
    document.check("GET", path, 410, &fixture.get(&format!("/ill/requests/{id}")).await);
    document.check("PUT", path, 410, &fixture.put(&body).await);
    document.check("GET", "/ill/changes", 200, &fixture.get("/ill/changes").await);

    newer_parts_hold_to_the_document(&document, &fixture, article).await;

    let precheck = "/ill/requests/precheck";
    document.check("POST", precheck, 200, &fixture.post(precheck, &copy()).await);
    let mut held = loan();
    held["bibliographicInfo"] = json!({"title": "紅樓夢", "author": "曹雪芹"});
    document.check("POST", precheck, 200, &fixture.post(precheck, &held).await);
    document.check("POST", precheck, 422, &fixture.post(precheck, &json!({"serviceType": "租书"})).await);

    for (kind, status) in
        [(FaultKind::TooManyRequests { retry_after: 7 }, 429), (FaultKind::Status { status: 503 }, 503)]
    {
        fixture.control().add_fault(Fault::on("/ill/requests", kind).times(1));
        document.check("PUT", path, status, &fixture.put(&loan()).await);
    }
}

/// Messages, documents, renewals, conditions and what a newer platform says.
async fn newer_parts_hold_to_the_document(document: &Document, fixture: &Fixture, article: &str) {
    let (path, own) = ("/ill/requests/{id}/messages/{messageId}", format!("/ill/requests/{article}"));
    let note = format!("{own}/messages/{}", Uuid::new_v4());
    let write = |text: &str| fixture.call(Method::PUT, &note).body(json!({"text": text}).to_string());
    document.check("PUT", path, 201, &send(write("请问大概何时能到？")).await);
    document.check("PUT", path, 200, &send(write("请问大概何时能到？")).await);
    document.check("PUT", path, 422, &send(write("另一内容")).await);
    let said = fixture.control().write(article, None, "预计明天。").await.unwrap();
    let read = format!("{own}/messages/{}/read", said["id"].as_str().unwrap());
    let path = "/ill/requests/{id}/messages/{messageId}/read";
    document.check("PUT", path, 204, &send(fixture.call(Method::PUT, &read)).await);
    let stranger = format!("{own}/messages/{}/read", Uuid::new_v4());
    document.check("PUT", path, 404, &send(fixture.call(Method::PUT, &stranger)).await);
    let messages = fixture.get(&format!("{own}/messages")).await;
    document.check("GET", "/ill/requests/{id}/messages", 200, &messages);
    assert!(messages.body["messages"][1]["readAt"].is_string(), "{}", messages.text);

    let mut other = copy();
    other["bibliographicInfo"]["titleOfComponent"] = json!("岭南文化的源与流");
    other["precededBy"] = json!(article);
    let delivered = fixture.accepted(&other).await;
    document.check("GET", "/ill/requests/{id}", 200, &fixture.get(&own).await);
    fixture.control().lead_to(&delivered, RequestState::Delivered).await.unwrap();
    let documents = fixture.get(&format!("/ill/requests/{delivered}/documents")).await;
    document.check("GET", "/ill/requests/{id}/documents", 200, &documents);
    document.check(
        "GET",
        "/ill/requests/{id}",
        200,
        &fixture.get(&format!("/ill/requests/{delivered}")).await,
    );
    let file = documents.body["documents"][0]["id"].as_str().unwrap().to_owned();
    let content = "/ill/documents/{documentId}/content";
    document.check(
        "GET",
        content,
        404,
        &fixture.get(&format!("/ill/documents/{}/content", Uuid::new_v4())).await,
    );
    assert!(fixture.control().limit_document(&file, Some(0), None).await.unwrap());
    document.check("GET", content, 410, &fixture.get(&format!("/ill/documents/{file}/content")).await);
    let act = "/ill/requests/{id}/actions/{actionId}";
    let problem =
        json!({"action": "report-problem", "params": {"problem": "pages-missing", "note": "缺第 3 页"}});
    let call = |body: &Value| {
        let path = format!("/ill/requests/{delivered}/actions/{}", Uuid::new_v4());
        send(fixture.call(Method::PUT, &path).body(body.to_string()))
    };
    document.check("PUT", act, 422, &call(&json!({"action": "report-problem", "params": {}})).await);
    document.check("PUT", act, 200, &call(&problem).await);

    let mut novel = loan();
    novel["bibliographicInfo"] = json!({"title": "边城", "author": "沈从文"});
    let novel = fixture.accepted(&novel).await;
    let newer: hongyan_sandbox::Newer = serde_json::from_value(json!({
        "state": "IN_QUANTUM_TRANSIT", "label": {"zh": "量子运输中", "en": "In quantum transit"}, "stage": "FOLDED",
        "actions": [{"name": "teleport", "label": {"zh": "瞬移", "en": "Teleport"}, "parameters": ["where"]}],
    }))
    .unwrap();
    fixture.control().play_newer(&novel, newer).await.unwrap();
    let unknown = fixture.get(&format!("/ill/requests/{novel}")).await;
    document.check("GET", "/ill/requests/{id}", 200, &unknown);
    assert_eq!(unknown.body["stateLabel"]["zh"], "量子运输中");
    document.check("PUT", act, 200, &fixture.act(&novel, Uuid::new_v4(), "teleport").await);
    fixture.control().force_state(&novel, "ON_LOAN").await.unwrap();
    document.check("PUT", act, 200, &fixture.act(&novel, Uuid::new_v4(), "renew").await);
    document.check("GET", "/ill/requests/{id}", 200, &fixture.get(&format!("/ill/requests/{novel}")).await);
    let events = fixture.get(&format!("/ill/requests/{novel}/events")).await;
    document.check("GET", "/ill/requests/{id}/events", 200, &events);
    let events = fixture.get(&format!("/ill/requests/{article}/events")).await;
    document.check("GET", "/ill/requests/{id}/events", 200, &events);
}

#[tokio::test]
async fn searching_holds_to_the_document() {
    let document = Document::read();
    let fixture = Fixture::signed_in().await;
    for collection in ["etd", "rbsc", "ccc", "cashl", "eduread", "union"] {
        let all = fixture.get(&format!("/search/{collection}?query=cql.allRecords=1&limit=100")).await;
        document.check("GET", "/search/{collection}", 200, &all);
        assert!(all.body["totalRecords"].as_u64().unwrap() > 5, "{collection} is nearly empty");
    }
    let reply = fixture.get("/search/union?query=%E6%B0%91%E6%97%8F%20and").await;
    document.check("GET", "/search/{collection}", 400, &reply);
    document.check("GET", "/search/{collection}", 400, &fixture.get("/search/union?query=shelfmark=1").await);
    document.check("GET", "/search/{collection}", 400, &fixture.get("/search/union").await);
    document.check("GET", "/search/{collection}", 404, &fixture.get("/search/atlantis?query=x").await);
}
