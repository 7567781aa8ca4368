//! The Reader API, one file for each group of paths in `docs/reader-api.yaml`.

pub(crate) mod account;
pub(crate) mod actions;
pub(crate) mod auth;
pub(crate) mod changes;
pub(crate) mod documents;
mod etag;
pub(crate) mod library;
pub(crate) mod messages;
pub(crate) mod put;
pub(crate) mod read;
pub(crate) mod registration;
pub(crate) mod search;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put as put_route};

use crate::app::App;
use crate::reply::Refusal;

/// Every path of the Reader API with its methods, for the router and for the test that compares them with
/// docs/reader-api.yaml.
pub const READER_PATHS: &[(&str, &str)] = &[
    ("POST", "/authn/login-with-expiry"),
    ("POST", "/authn/refresh"),
    ("POST", "/authn/logout"),
    ("POST", "/authn/logout-all"),
    ("GET", "/bl-users/_self"),
    ("POST", "/bl-users/settings/myprofile/password"),
    ("POST", "/patron"),
    ("GET", "/patron/registration-status"),
    ("GET", "/ill/account"),
    ("GET", "/ill/account/quota-entries"),
    ("GET", "/ill/policies"),
    ("GET", "/ill/pickup-locations"),
    ("GET", "/ill/calendar"),
    ("POST", "/ill/requests/precheck"),
    ("GET", "/ill/requests"),
    ("PUT", "/ill/requests/{id}"),
    ("GET", "/ill/requests/{id}"),
    ("GET", "/ill/requests/{id}/events"),
    ("GET", "/ill/requests/{id}/actions"),
    ("PUT", "/ill/requests/{id}/actions/{actionId}"),
    ("GET", "/ill/requests/{id}/messages"),
    ("PUT", "/ill/requests/{id}/messages/{messageId}"),
    ("PUT", "/ill/requests/{id}/messages/{messageId}/read"),
    ("GET", "/ill/requests/{id}/documents"),
    ("GET", "/ill/documents/{documentId}/content"),
    ("GET", "/ill/changes"),
    ("GET", "/search/{collection}"),
];

/// The routes of the Reader API.
pub(crate) fn router(app: &App) -> Router<App> {
    let mut router = Router::new();
    for (method, path) in READER_PATHS {
        let handler = match (*method, *path) {
            ("POST", "/authn/login-with-expiry") => post(auth::login),
            ("POST", "/authn/refresh") => post(auth::refresh),
            ("POST", "/authn/logout") => post(auth::logout),
            ("POST", "/authn/logout-all") => post(auth::logout_all),
            ("GET", "/bl-users/_self") => get(account::whoami),
            ("POST", "/bl-users/settings/myprofile/password") => post(account::change_password),
            ("POST", "/patron") => post(registration::register),
            ("GET", "/patron/registration-status") => get(registration::status),
            ("GET", "/ill/account") => get(account::account),
            ("GET", "/ill/account/quota-entries") => get(account::quota_entries),
            ("GET", "/ill/policies") => get(library::policies),
            ("GET", "/ill/pickup-locations") => get(library::pickup_locations),
            ("GET", "/ill/calendar") => get(library::calendar),
            ("POST", "/ill/requests/precheck") => post(put::precheck),
            ("GET", "/ill/requests") => get(read::list),
            ("PUT", "/ill/requests/{id}") => put_route(put::put),
            ("GET", "/ill/requests/{id}") => get(read::one),
            ("GET", "/ill/requests/{id}/events") => get(read::events),
            ("GET", "/ill/requests/{id}/actions") => get(actions::list),
            ("PUT", "/ill/requests/{id}/actions/{actionId}") => put_route(actions::act),
            ("GET", "/ill/requests/{id}/messages") => get(messages::list),
            ("PUT", "/ill/requests/{id}/messages/{messageId}") => put_route(messages::put),
            ("PUT", "/ill/requests/{id}/messages/{messageId}/read") => put_route(messages::read),
            ("GET", "/ill/requests/{id}/documents") => get(documents::list),
            // axum's GET routes answer HEAD as well
            ("GET", "/ill/documents/{documentId}/content") => get(documents::content),
            ("GET", "/ill/changes") => get(changes::feed),
            ("GET", "/search/{collection}") => get(search::search),
            _ => continue,
        };
        router = router.route(path, handler);
    }
    router.layer(from_fn(etag::conditional)).layer(from_fn_with_state(app.clone(), tenant))
}

/// Middleware: every call must name a known library (tenant).
async fn tenant(State(app): State<App>, request: Request, next: Next) -> Response {
    match request.headers().get("x-okapi-tenant").and_then(|value| value.to_str().ok()) {
        None => Refusal::new(400, "TENANT_REQUIRED", "缺少 X-Okapi-Tenant").into_response(),
        Some(tenant) if tenant != app.library().tenant => {
            Refusal::new(400, "TENANT_UNKNOWN", "没有这个租户").with("tenant", tenant).into_response()
        }
        Some(_) => next.run(request).await,
    }
}

/// Parses a JSON body; malformed JSON is an error answer.
pub(crate) fn json_body(bytes: &[u8]) -> Result<serde_json::Value, Refusal> {
    serde_json::from_slice(bytes)
        .map_err(|error| Refusal::new(400, "BODY_INVALID", "请求体不是有效的 JSON").with("detail", error))
}
