//! `GET /ill/changes`: the change feed from a cursor on.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::app::App;
use crate::reply::{Answer, Refusal};
use crate::requests::find_all;
use crate::requests::resource::{Described, described};
use crate::routes::read;
use crate::tokens::Patron;

#[derive(Debug, Deserialize)]
pub(crate) struct Since {
    since: Option<String>,
    limit: Option<i64>,
    include: Option<String>,
}

/// The current generation of the feed; cursors of earlier ones have expired.
async fn epoch(app: &App) -> Result<String, sqlx::Error> {
    sqlx::query_scalar("SELECT value FROM meta WHERE key = 'epoch'").fetch_one(&app.pool).await
}

fn read(cursor: &str) -> Option<(String, i64)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (epoch, seq) = text.split_once('.')?;
    Some((epoch.to_owned(), seq.parse().ok()?))
}

pub(crate) async fn feed(
    State(app): State<App>,
    Patron(account): Patron,
    Query(query): Query<Since>,
) -> Answer {
    let epoch = epoch(&app).await?;
    let seq = match query.since.as_deref().filter(|since| !since.is_empty()) {
        None => 0,
        Some(cursor) => match read(cursor) {
            Some((of, seq)) if of == epoch => seq,
            _ => return Err(Refusal::new(410, "CURSOR_EXPIRED", "同步游标已失效，请重新同步")),
        },
    };
    let limit = query.limit.unwrap_or(200).clamp(1, 1000);
    let mut tx = app.pool.begin().await?;
    // a request with several changes is listed at its last one only, with its current content
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT seq, request FROM changes c WHERE account = ? AND seq > ?
           AND seq = (SELECT max(seq) FROM changes d WHERE d.request = c.request)
         ORDER BY seq LIMIT ?",
    )
    .bind(&account.id)
    .bind(seq)
    .bind(limit + 1)
    .fetch_all(&mut *tx)
    .await?;
    let has_more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > limit;
    let (since, mut last) = (seq, seq);
    let page: Vec<(i64, String)> =
        rows.into_iter().take(usize::try_from(limit).unwrap_or(usize::MAX)).collect();
    let ids = json!(page.iter().map(|(_, id)| id).collect::<Vec<_>>()).to_string();
    let with_events = query.include.is_some_and(|names| names.split(',').any(|name| name == "events"));
    let mut logs = if with_events { read::of_requests(&mut tx, &ids, since).await? } else { HashMap::new() };
    let found = find_all(&mut tx, &ids).await?;
    tx.commit().await?;
    let masked = account.masked_email();
    let mut changes = Vec::with_capacity(page.len());
    for (seq, id) in &page {
        last = *seq;
        let Some(row) = found.get(id) else { continue };
        let shown = (!row.deleted).then(|| described(&app, row, &masked));
        let events = (with_events && !row.deleted).then(|| logs.remove(id).unwrap_or_default());
        changes.push(Change {
            id,
            op: if row.deleted { "delete" } else { "upsert" },
            request: shown,
            events,
        });
    }
    let next = URL_SAFE_NO_PAD.encode(format!("{epoch}.{last}"));
    Ok(Json(Page { changes, next, has_more }).into_response())
}

/// The answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    changes: Vec<Change<'a>>,
    next: String,
    has_more: bool,
}

/// A changed request.
#[derive(Serialize)]
struct Change<'a> {
    id: &'a str,
    op: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Described<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<Vec<read::Event>>,
}
