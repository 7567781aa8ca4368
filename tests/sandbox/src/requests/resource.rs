//! A request as `GET /ill/requests/{id}` shows it.

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hongyan_model::Fen;
use hongyan_model::request::{Actor, RequestState, Service};
use serde_json::{Map, Value, json};

use super::Row;
use crate::app::rfc3339;

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
pub(crate) fn resource(row: &Row, masked_email: &str) -> Value {
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
    put("stage", json!(stage(&state)));
    put("stateLabel", json!({"zh": state.zh(), "en": state.en()}));
    if let Some(code) = &row.reason_code {
        put("reason", json!({"code": code, "text": row.reason_text}));
    }
    put("editable", json!(editable(&state)));
    put("actions", Value::Array(actions(row)));
    if let Some(name) = &row.supplier {
        put("supplier", json!({"symbol": super::moves::symbol(name), "name": name}));
    }
    put("supplierAttempt", json!(row.attempt));
    put("expectedBy", json!(row.expected_by));
    put("dueDate", json!(row.due_date));
    put("pickupBy", json!(row.pickup_by));
    put("deliveredAt", json!(row.delivered_ms.map(rfc3339)));
    put("documents", json!([]));
    put("cost", json!(row.cost.map(|fen| json!({"amount": Fen(fen).yuan(), "isoCurrencyCode": "CNY"}))));
    put("costToPatron", json!({"amount": 0, "isoCurrencyCode": "CNY"}));
    put("fingerprint", json!(row.fingerprint));
    put("_version", json!(row.version));
    put("metadata", json!({"createdDate": rfc3339(row.created_ms), "updatedDate": rfc3339(row.updated_ms)}));
    Value::Object(out)
}

/// The resource as an answer, with its ETag.
pub(crate) fn answer(status: StatusCode, row: &Row, masked_email: &str, extra: HeaderMap) -> Response {
    let mut response = (status, extra, Json(resource(row, masked_email))).into_response();
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

/// What an action does: the state it leads to, or none where it changes no state. None at all where
/// the action is not to be had.
pub(crate) fn action_target(row: &Row, name: &str) -> Option<Option<RequestState>> {
    use RequestState as S;
    let state = row.state();
    let by_patron = |to: RequestState| {
        state
            .next(row.service())
            .iter()
            .any(|(next, actor)| *next == to && *actor == Actor::Patron)
            .then_some(Some(to))
    };
    match name {
        "cancel" => by_patron(S::Cancelled).or_else(|| by_patron(S::CancelRequested)),
        "accept-condition" if state == S::ConditionPending => by_patron(S::WillSupply),
        "reject-condition" if state == S::ConditionPending => by_patron(S::SentToSupplier),
        "confirm-received" if state == S::Delivered => by_patron(S::Completed),
        "report-problem" => by_patron(S::DeliveryProblem),
        "override-duplicate" if state == S::DuplicateReview => by_patron(S::LocalReview),
        "renew" if state == S::OnLoan && row.renewals == 0 => Some(None),
        "urge" if matches!(state, S::Submitted | S::LocalReview | S::SentToSupplier | S::WillSupply) => {
            Some(None)
        }
        _ => None,
    }
}

/// Every action with whether it would be accepted now.
pub(crate) fn actions(row: &Row) -> Vec<Value> {
    let all: [(&str, &[&str]); 8] = [
        ("cancel", &["reason"]),
        ("accept-condition", &[]),
        ("reject-condition", &["reason"]),
        ("confirm-received", &[]),
        ("report-problem", &["problem"]),
        ("override-duplicate", &[]),
        ("renew", &[]),
        ("urge", &[]),
    ];
    all.iter()
        .filter(|(name, _)| match *name {
            "renew" => row.service() == Service::Loan,
            "report-problem" | "confirm-received" => row.service() == Service::Copy,
            _ => true,
        })
        .map(|(name, parameters)| {
            json!({"name": name, "available": action_target(row, name).is_some(), "parameters": parameters})
        })
        .collect()
}
