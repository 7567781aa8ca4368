//! The representation of a request in `GET /ill/requests/{id}`.

use std::borrow::Cow;

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hongyan_model::Fen;
use hongyan_model::request::{RequestState, Service};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Label, Row, actions, documents};
use crate::app::{App, rfc3339};

/// The members of the patron's body that are returned, unchanged.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Shown<'a> {
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    publication_type: Option<&'a RawValue>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    bibliographic_info: Option<&'a RawValue>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    publication_info: Option<&'a RawValue>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    service_info: Option<&'a RawValue>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    copyright: Option<&'a RawValue>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    billing_info: Option<&'a RawValue>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    delivery: Option<&'a RawValue>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    client: Option<&'a RawValue>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    preceded_by: Option<&'a RawValue>,
}

/// How a copy is delivered; replaces what the patron wrote.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ByMail<'a> {
    method: &'a str,
    email_masked: &'a str,
}

#[derive(Serialize)]
struct Reason<'a> {
    code: &'a str,
    text: Option<&'a str>,
}

#[derive(Serialize)]
struct Supplier<'a> {
    symbol: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Money {
    amount: f64,
    iso_currency_code: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    created_date: String,
    updated_date: String,
}

/// The complete resource, serialised directly without an intermediate `Value`: a page of the feed contains a
/// thousand.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Described<'a> {
    #[serde(flatten)]
    shown: Shown<'a>,
    #[serde(rename = "delivery", skip_serializing_if = "Option::is_none")]
    by_mail: Option<ByMail<'a>>,
    id: &'a str,
    hrid: &'a str,
    service_type: &'a str,
    state: &'a str,
    stage: Cow<'static, str>,
    state_label: Label,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason<'a>>,
    editable: bool,
    actions: Vec<actions::Described>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<&'a RawValue>,
    renewals: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    renewal: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    succeeded_by: Option<&'a str>,
    unread_messages: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_message_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    supplier: Option<Supplier<'a>>,
    supplier_attempt: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pickup_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivered_at: Option<String>,
    documents: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<Money>,
    cost_to_patron: Money,
    fingerprint: &'a str,
    #[serde(rename = "_version")]
    version: i64,
    metadata: Metadata,
}

/// Builds the complete resource.
pub(crate) fn described<'a>(app: &App, row: &'a Row, masked_email: &'a str) -> Described<'a> {
    let state = row.state();
    let newer = row.newer().unwrap_or_default();
    let money = |amount| Money { amount, iso_currency_code: "CNY" };
    let mut shown: Shown<'a> = serde_json::from_str(&row.body).unwrap_or_default();
    let by_mail = (row.service() == Service::Copy).then(|| {
        shown.delivery = None;
        ByMail { method: "Email", email_masked: masked_email }
    });
    Described {
        shown,
        by_mail,
        id: &row.id,
        hrid: &row.hrid,
        service_type: &row.service,
        state: &row.state,
        stage: newer.stage.clone().map_or(Cow::Borrowed(stage(&state)), Cow::Owned),
        state_label: newer
            .label
            .clone()
            .unwrap_or_else(|| Label { zh: state.zh().to_owned(), en: state.en().to_owned() }),
        reason: row.reason_code.as_deref().map(|code| Reason { code, text: row.reason_text.as_deref() }),
        editable: editable(&state),
        actions: actions::described(app, row),
        condition: parsed(row.condition.as_deref()),
        renewals: row.renewals,
        renewal: parsed(row.renewal.as_deref()),
        succeeded_by: row.succeeded_by.as_deref(),
        unread_messages: row.unread,
        last_message_at: row.last_message_ms.map(rfc3339),
        supplier: row.supplier.as_deref().map(|name| Supplier { symbol: super::moves::symbol(name), name }),
        supplier_attempt: row.attempt,
        expected_by: row.expected_by.as_deref(),
        due_date: row.due_date.as_deref(),
        pickup_by: row.pickup_by.as_deref(),
        delivered_at: row.delivered_ms.map(rfc3339),
        documents: documents::described(&row.documents),
        cost: row.cost.map(|fen| money(Fen(fen).yuan())),
        cost_to_patron: money(0.0),
        fingerprint: &row.fingerprint,
        version: row.version,
        metadata: Metadata { created_date: rfc3339(row.created_ms), updated_date: rfc3339(row.updated_ms) },
    }
}

/// The resource as a `Value`, for callers that inspect it.
pub(crate) fn resource(app: &App, row: &Row, masked_email: &str) -> Value {
    serde_json::to_value(described(app, row, masked_email)).unwrap_or_default()
}

/// Wraps JSON that this crate wrote itself; `None` if there is none.
fn parsed(text: Option<&str>) -> Option<&RawValue> {
    serde_json::from_str(text?).ok()
}

/// The resource as an answer, with its ETag.
pub(crate) fn answer(
    app: &App,
    status: StatusCode,
    row: &Row,
    masked_email: &str,
    extra: HeaderMap,
) -> Response {
    let mut response = (status, extra, Json(described(app, row, masked_email))).into_response();
    if let Ok(tag) = HeaderValue::from_str(&etag(row)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// `"v7"`
pub(crate) fn etag(row: &Row) -> String {
    format!("\"v{}\"", row.version)
}

/// The stage of a state (docs/reader-api.yaml, `stage`), finer than the groups of the screen.
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

/// Whether the patron can change the text in this state.
pub(crate) fn editable(state: &RequestState) -> bool {
    *state == RequestState::NeedsInfo
}
