//! `GET /ill/changes`: what has changed since the cursor.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::reply::{Answer, Refusal};
use crate::requests::find_all;
use crate::requests::resource::resource;
use crate::routes::read;
use crate::tokens::Patron;

#[derive(Debug, Deserialize)]
pub(crate) struct Since {
    since: Option<String>,
    limit: Option<i64>,
    include: Option<String>,
}

/// The generation of the feed; cursors of another one have expired.
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
    // a request that changed again later stands only at its last change, as it is now
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
    let mut changes: Vec<Value> = Vec::new();
    let (since, mut last) = (seq, seq);
    let page: Vec<(i64, String)> =
        rows.into_iter().take(usize::try_from(limit).unwrap_or(usize::MAX)).collect();
    let ids = json!(page.iter().map(|(_, id)| id).collect::<Vec<_>>()).to_string();
    let with_events = query.include.is_some_and(|names| names.split(',').any(|name| name == "events"));
    let mut logs = if with_events { read::of_requests(&mut tx, &ids, since).await? } else { HashMap::new() };
    let mut found = find_all(&mut tx, &ids).await?;
    for (seq, id) in page {
        last = seq;
        let Some(row) = found.remove(&id) else { continue };
        // put together by hand: the macro would copy everything that it is given
        let mut change = Map::new();
        change.insert("id".to_owned(), Value::String(id.clone()));
        change.insert("op".to_owned(), json!(if row.deleted { "delete" } else { "upsert" }));
        if !row.deleted {
            change.insert("request".to_owned(), resource(&app, &row, &account.masked_email()));
            if with_events {
                let log = logs.remove(&id).unwrap_or_default();
                change.insert("events".to_owned(), Value::Array(log));
            }
        }
        changes.push(Value::Object(change));
    }
    tx.commit().await?;
    let next = URL_SAFE_NO_PAD.encode(format!("{epoch}.{last}"));
    let mut page = Map::new();
    page.insert("changes".to_owned(), Value::Array(changes));
    page.insert("next".to_owned(), Value::String(next));
    page.insert("hasMore".to_owned(), Value::Bool(has_more));
    Ok(Json(page).into_response())
}
