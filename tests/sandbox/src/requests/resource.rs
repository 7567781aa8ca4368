//! A request as `GET /ill/requests/{id}` shows it.

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hongyan_model::Fen;
use hongyan_model::request::{RequestState, Service};
use serde_json::{Map, Value, json};

use super::{Row, actions, documents};
use crate::app::{App, rfc3339};

/// The members of the patron's body that are shown back.
const SHOWN: [&str; 8] = [
    "publicationType",
    "bibliographicInfo",
    "publicationInfo",
    "serviceInfo",
    "copyright",
    "billingInfo",
    "delivery",
    "client",
];

/// The full resource.
pub(crate) fn resource(app: &App, row: &Row, masked_email: &str) -> Value {
    let body = row.body();
    let state = row.state();
    let mut out = Map::new();
    for key in SHOWN {
        if let Some(value) = body.get(key) {
            out.insert(key.to_owned(), value.clone());
        }
    }
    if row.service() == Service::Copy {
        out.insert("delivery".to_owned(), json!({"method": "Email", "emailMasked": masked_email}));
    }
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            out.insert(key.to_owned(), value);
        }
    };
    put("id", json!(row.id));
    put("hrid", json!(row.hrid));
    put("serviceType", json!(row.service));
    put("state", json!(row.state));
    let newer = row.newer().unwrap_or_default();
    put("stage", json!(newer.stage.as_deref().unwrap_or_else(|| stage(&state))));
    put(
        "stateLabel",
        match &newer.label {
            Some(label) => json!(label),
            None => json!({"zh": state.zh(), "en": state.en()}),
        },
    );
    if let Some(code) = &row.reason_code {
        put("reason", json!({"code": code, "text": row.reason_text}));
    }
    put("editable", json!(editable(&state)));
    put("actions", Value::Array(actions::described(app, row)));
    put("condition", parsed(row.condition.as_deref()));
    put("renewals", json!(row.renewals));
    put("renewal", parsed(row.renewal.as_deref()));
    put("succeededBy", json!(row.succeeded_by));
    put("precededBy", body.get("precededBy").cloned().unwrap_or_default());
    put("unreadMessages", json!(row.unread));
    put("lastMessageAt", json!(row.last_message_ms.map(rfc3339)));
    if let Some(name) = &row.supplier {
        put("supplier", json!({"symbol": super::moves::symbol(name), "name": name}));
    }
    put("supplierAttempt", json!(row.attempt));
    put("expectedBy", json!(row.expected_by));
    put("dueDate", json!(row.due_date));
    put("pickupBy", json!(row.pickup_by));
    put("deliveredAt", json!(row.delivered_ms.map(rfc3339)));
    put("documents", Value::Array(documents::described(&row.documents)));
    put("cost", json!(row.cost.map(|fen| json!({"amount": Fen(fen).yuan(), "isoCurrencyCode": "CNY"}))));
    put("costToPatron", json!({"amount": 0, "isoCurrencyCode": "CNY"}));
    put("fingerprint", json!(row.fingerprint));
    put("_version", json!(row.version));
    put("metadata", json!({"createdDate": rfc3339(row.created_ms), "updatedDate": rfc3339(row.updated_ms)}));
    Value::Object(out)
}

/// JSON that this crate wrote; null where there is none.
fn parsed(text: Option<&str>) -> Value {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// The resource as an answer, with its ETag.
pub(crate) fn answer(
    app: &App,
    status: StatusCode,
    row: &Row,
    masked_email: &str,
    extra: HeaderMap,
) -> Response {
    let mut response = (status, extra, Json(resource(app, row, masked_email))).into_response();
    if let Ok(tag) = HeaderValue::from_str(&etag(row)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// `"v7"`
pub(crate) fn etag(row: &Row) -> String {
    format!("\"v{}\"", row.version)
}

/// The wire's stage (reference A.3), finer than the one the screen groups by.
fn stage(state: &RequestState) -> &'static str {
    use RequestState as S;
    match state {
        S::Submitted => "PREPARING",
        S::LocalReview | S::NeedsInfo | S::DuplicateReview => "LOCAL",
        S::ConditionPending => "CONDITIONAL",
        _ => match state.stage() {
            hongyan_model::request::Stage::Shipped => "SHIPPED",
            hongyan_model::request::Stage::Closed => "CLOSED",
            _ => "ACTIVE",
        },
    }
}

/// Whether the patron may change the text now.
pub(crate) fn editable(state: &RequestState) -> bool {
    *state == RequestState::NeedsInfo
}
