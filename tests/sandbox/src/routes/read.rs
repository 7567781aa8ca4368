//! Read access to requests: one, a list, the events of one.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use super::put::request_id;
use crate::accounts::Account;
use crate::app::{App, rfc3339};
use crate::cql::{self, Node};
use crate::reply::{Answer, Refusal, not_found};
use crate::requests::resource::{answer, etag, resource};
use crate::requests::{Row, find, of_account};
use crate::tokens::Patron;

/// Finds the patron's own request; 404 for anybody else's, 410 for a deleted one.
pub(crate) async fn own(app: &App, account: &Account, id: &str) -> Result<Row, Refusal> {
    let id = request_id(id)?;
    let mut conn = app.pool.acquire().await?;
    let row = find(&mut conn, &id.to_string()).await?.filter(|row| row.account == account.id);
    let row = row.ok_or_else(not_found)?;
    if row.deleted {
        return Err(Refusal::new(410, "REQUEST_DELETED", "该申请已被删除").with("requestId", row.id));
    }
    Ok(row)
}

pub(crate) async fn one(
    State(app): State<App>,
    Patron(account): Patron,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let row = own(&app, &account, &id).await?;
    let tag = etag(&row);
    if headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes()) {
        let tag = HeaderValue::from_str(&tag).map_err(|_| not_found())?;
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    Ok(answer(&app, StatusCode::OK, &row, &account.masked_email(), HeaderMap::new()))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Page {
    query: Option<String>,
    limit: Option<usize>,
    offset: Option<usize>,
}

impl Page {
    /// Limit and offset within their bounds: by default 10, at most 100.
    pub(crate) fn window(&self) -> (usize, usize) {
        (self.limit.unwrap_or(10).min(100), self.offset.unwrap_or(0))
    }
}

pub(crate) async fn list(
    State(app): State<App>,
    Patron(account): Patron,
    Query(page): Query<Page>,
) -> Answer {
    let mut conn = app.pool.acquire().await?;
    let rows = of_account(&mut conn, &account.id).await?;
    drop(conn);
    let mut all: Vec<Value> = rows.iter().map(|row| resource(&app, row, &account.masked_email())).collect();
    if let Some(text) = page.query.as_deref().filter(|text| !text.trim().is_empty()) {
        let query = cql::parse(text)
            .map_err(|error| Refusal::new(400, "QUERY_INVALID", "检索式无法识别").with("detail", error))?;
        if let Some(node) = &query.node {
            let unknown = node.indexes().into_iter().find(|index| pointer(index).is_none());
            if let Some(index) = unknown {
                return Err(Refusal::new(400, "QUERY_INVALID", "检索式含未知字段").with("index", index));
            }
            all.retain(|request| matches(node, request));
        }
        if query.sort.as_deref().is_some_and(|sort| sort.contains("sort.ascending")) {
            all.reverse();
        }
    }
    let total = all.len();
    let (limit, offset) = page.window();
    let requests: Vec<Value> = all.into_iter().skip(offset).take(limit).collect();
    Ok(Json(json!({"requests": requests, "totalRecords": total})).into_response())
}

/// The JSON pointer of an index in the list's query.
fn pointer(index: &str) -> Option<&'static str> {
    Some(match index {
        "state" => "/state",
        "stage" => "/stage",
        "servicetype" => "/serviceType",
        "hrid" => "/hrid",
        "id" => "/id",
        "title" => "/bibliographicInfo/title",
        _ => return None,
    })
}

fn matches(node: &Node, request: &Value) -> bool {
    node.eval(&|term| {
        let value = pointer(&term.index).and_then(|p| request.pointer(p)).and_then(Value::as_str);
        let value = value.unwrap_or_default();
        if term.relation == "<>" {
            return value != term.value;
        }
        value == term.value
            || term.index == "title"
                && hongyan_model::text::fold(value).contains(&hongyan_model::text::fold(&term.value))
    })
}

pub(crate) async fn events(
    State(app): State<App>,
    Patron(account): Patron,
    Path(id): Path<String>,
) -> Answer {
    let row = own(&app, &account, &id).await?;
    let events = of_request(&app, &row.id).await?;
    let total = events.len();
    Ok(Json(json!({"events": events, "totalRecords": total})).into_response())
}

const COLUMNS: &str = "id, at_ms, from_state, to_state, actor, note, note_en, kind, message";

/// In wire form.
#[derive(Debug, Serialize, sqlx::FromRow)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    id: String,
    #[sqlx(rename = "at_ms")]
    #[serde(rename = "at", serialize_with = "as_time")]
    at_ms: i64,
    from_state: Option<String>,
    to_state: String,
    actor: String,
    note: String,
    note_en: String,
    kind: String,
    #[sqlx(rename = "message")]
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<String>,
}

fn as_time<S: Serializer>(at_ms: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rfc3339(*at_ms))
}

/// The events of a request, oldest first.
pub(crate) async fn of_request(app: &App, id: &str) -> Result<Vec<Event>, sqlx::Error> {
    let sql = format!("SELECT {COLUMNS} FROM events WHERE request = ? ORDER BY seq");
    sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id).fetch_all(&app.pool).await
}

/// An event with the id of its request.
#[derive(sqlx::FromRow)]
struct Logged {
    request: String,
    #[sqlx(flatten)]
    event: Event,
}

/// Events of the requests on a page of the feed since a cursor, oldest first, grouped by request; `ids` is a
/// JSON list.
pub(crate) async fn of_requests(
    conn: &mut SqliteConnection,
    ids: &str,
    since: i64,
) -> Result<HashMap<String, Vec<Event>>, sqlx::Error> {
    let sql = format!(
        "SELECT {COLUMNS}, request FROM events
         WHERE request IN (SELECT value FROM json_each(?)) AND change >= ? ORDER BY seq"
    );
    let rows: Vec<Logged> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(ids).bind(since).fetch_all(&mut *conn).await?;
    let mut logs: HashMap<String, Vec<Event>> = HashMap::new();
    for row in rows {
        logs.entry(row.request).or_default().push(row.event);
    }
    Ok(logs)
}
