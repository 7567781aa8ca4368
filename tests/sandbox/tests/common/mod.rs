//! A patron's client for the tests: plain HTTP calls.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::time::Duration;

use hongyan_sandbox::{Control, Options, Sandbox, demo_account};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

/// The library of the sandbox.
pub const TENANT: &str = "a001962";

/// A running sandbox and a client.
pub struct Fixture {
    pub sandbox: Sandbox,
    pub client: reqwest::Client,
    pub token: String,
    pub refresh: String,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Reply {
    /// The first code of `errors[]`.
    pub fn code(&self) -> &str {
        self.body["errors"][0]["code"].as_str().unwrap_or_default()
    }

    /// All codes of `errors[]`.
    pub fn codes(&self) -> Vec<&str> {
        self.body["errors"].as_array().into_iter().flatten().filter_map(|e| e["code"].as_str()).collect()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Fixture {
    /// A sandbox without a signed-in patron.
    pub async fn open(options: Options) -> Fixture {
        let sandbox = Sandbox::start(options).await.unwrap();
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap();
        Fixture { sandbox, client, token: String::new(), refresh: String::new() }
    }

    /// A sandbox with the demo patron signed in.
    pub async fn signed_in() -> Fixture {
        let mut fixture = Fixture::open(Options::default()).await;
        let demo = demo_account();
        let reply = fixture.sign_in(&demo.username, &demo.password).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        fixture
    }

    pub fn control(&self) -> Control {
        self.sandbox.control()
    }

    /// Builds a call with tenant and token.
    pub fn call(&self, method: Method, path: &str) -> RequestBuilder {
        let call = self.client.request(method, format!("{}{path}", self.sandbox.base_url()));
        let call = call.header("x-okapi-tenant", TENANT);
        if self.token.is_empty() { call } else { call.header("x-okapi-token", &self.token) }
    }

    pub async fn get(&self, path: &str) -> Reply {
        send(self.call(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        send(self.call(Method::POST, path).body(body.to_string())).await
    }

    /// PUTs a request under the id in its body.
    pub async fn put(&self, body: &Value) -> Reply {
        send(self.put_call(body)).await
    }

    pub fn put_call(&self, body: &Value) -> RequestBuilder {
        let id = body["id"].as_str().unwrap();
        self.call(Method::PUT, &format!("/ill/requests/{id}"))
            .header("if-none-match", "*")
            .body(body.to_string())
    }

    pub async fn act(&self, id: &str, action_id: Uuid, action: &str) -> Reply {
        let call = self.call(Method::PUT, &format!("/ill/requests/{id}/actions/{action_id}"));
        send(call.body(json!({"action": action, "params": {"reason": "不再需要"}}).to_string())).await
    }

    /// Signs in and keeps the tokens.
    pub async fn sign_in(&mut self, username: &str, password: &str) -> Reply {
        let body = json!({"username": username, "password": password});
        let reply = self.post("/authn/login-with-expiry", &body).await;
        if reply.status == 201 {
            (self.token, self.refresh) = cookies(&reply);
        }
        reply
    }

    /// `POST /authn/refresh` with a refresh token.
    pub async fn refresh_with(&self, token: &str) -> Reply {
        let call = self.call(Method::POST, "/authn/refresh");
        send(call.header("cookie", format!("folioRefreshToken={token}"))).await
    }

    /// Submits a request that must be accepted; returns its id.
    pub async fn accepted(&self, body: &Value) -> String {
        let reply = self.put(body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        body["id"].as_str().unwrap().to_owned()
    }
}

/// Sends a call; panics if there is no answer.
pub async fn send(call: RequestBuilder) -> Reply {
    let response = call.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Reply { status, headers, body, text }
}

/// Access and refresh token from `Set-Cookie`.
pub fn cookies(reply: &Reply) -> (String, String) {
    let value = |name: &str| {
        let start = format!("{name}=");
        reply
            .headers
            .get_all("set-cookie")
            .iter()
            .filter_map(|line| line.to_str().ok())
            .find_map(|line| line.strip_prefix(&start)?.split(';').next())
            .unwrap_or_default()
            .to_owned()
    };
    (value("folioAccessToken"), value("folioRefreshToken"))
}

/// The body of a loan that the home library does not hold.
pub fn loan() -> Value {
    json!({
        "id": Uuid::new_v4(), "serviceType": "Loan", "publicationType": "Book",
        "bibliographicInfo": {
            "title": "三体", "author": "刘慈欣", "ids": [{"code": "ISBN", "value": "9787536692930"}]
        },
        "serviceInfo": {"serviceLevel": "Normal", "anyEdition": "N", "note": "毕业论文用"},
        "delivery": {"method": "Pickup", "pickupLocationId": "xsh-904"},
    })
}

/// The body of a copy of an article.
pub fn copy() -> Value {
    json!({
        "id": Uuid::new_v4(), "serviceType": "Copy", "publicationType": "Article",
        "bibliographicInfo": {
            "title": "北京大学学报（哲学社会科学版）", "titleOfComponent": "中华民族的多元一体格局",
            "authorOfComponent": "费孝通", "issue": "4", "pagesRequested": "1-19", "ids": []
        },
        "publicationInfo": {"publicationDate": "1989"},
        "copyright": {"declarationAccepted": true, "declarationVersion": "2025-09"},
        "delivery": {"method": "Email"},
    })
}
