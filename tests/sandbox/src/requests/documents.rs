//! Delivered documents: how often and until when they can be opened.

use hongyan_model::pages::PageSet;
use hongyan_model::request::wire::hex;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

use super::{Row, moves, pdf};
use crate::app::{App, china, rfc3339};

/// One row of `documents`.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Document {
    pub(crate) id: String,
    pub(crate) request: String,
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) content: Vec<u8>,
    pub(crate) sha256: String,
    pub(crate) views: i64,
    pub(crate) viewed_ms: Option<i64>,
    pub(crate) expires_ms: i64,
}

/// A document to attach to a request; defaults come from the library's terms and the request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NewDocument {
    /// file name; the title by default
    pub name: Option<String>,
    /// pages of the generated PDF; those asked for by default
    pub pages: Option<u16>,
    /// how often it can be opened
    pub views: Option<u16>,
    /// number of days that it is kept
    pub days: Option<u16>,
    /// the bytes, in base64, instead of a generated PDF
    pub content: Option<String>,
    /// a wrong digest to publish instead of the real one
    pub claimed_sha256: Option<String>,
}

/// How long a download that has begun can be resumed after the last view was used.
const FINISH_MS: i64 = 3_600_000;

/// Availability of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Open,
    Expired,
    UsedUp,
}

impl Document {
    /// Whether it can be read now; `anew` if reading would count as a new view.
    pub(crate) fn standing(&self, now_ms: i64, anew: bool) -> Standing {
        let begun = self.viewed_ms.is_some_and(|at| now_ms - at < FINISH_MS);
        if self.expires_ms <= now_ms {
            Standing::Expired
        } else if self.views <= 0 && (anew || !begun) {
            Standing::UsedUp
        } else {
            Standing::Open
        }
    }
}

/// The documents of a request in wire form; `list` is the JSON from the database view.
pub(crate) fn described(list: &str) -> Vec<Value> {
    let list: Vec<Value> = serde_json::from_str(list).unwrap_or_default();
    list.into_iter()
        .map(|mut document| {
            let expires = document.get("expiresAt").and_then(Value::as_i64).unwrap_or_default();
            if let Some(members) = document.as_object_mut() {
                members.insert("expiresAt".to_owned(), json!(rfc3339(expires)));
            }
            document
        })
        .collect()
}

pub(crate) async fn find(conn: &mut SqliteConnection, id: &str) -> Result<Option<Document>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM documents WHERE id = ?").bind(id).fetch_optional(conn).await
}

/// Attaches a document to a request; returns its id.
pub(crate) async fn add(
    app: &App,
    conn: &mut SqliteConnection,
    row: &Row,
    new: &NewDocument,
) -> Result<String, sqlx::Error> {
    let body = row.body();
    let text = |at: &str| body.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    let component = text("/bibliographicInfo/titleOfComponent");
    let title = if component.is_empty() { text("/bibliographicInfo/title") } else { component };
    let asked = PageSet::parse(&text("/bibliographicInfo/pagesRequested")).map_or(0, |pages| pages.len());
    let pages = new.pages.unwrap_or_else(|| u16::try_from(asked).unwrap_or(u16::MAX).clamp(1, 60));
    let content = match &new.content {
        Some(given) => {
            use base64::Engine;
            base64::engine::general_purpose::STANDARD.decode(given).unwrap_or_default()
        }
        None => pdf::document(&title, pages),
    };
    let sha256 = new.claimed_sha256.clone().unwrap_or_else(|| hex(&Sha256::digest(&content)));
    let terms = app.terms();
    let days = i64::from(new.days.unwrap_or(terms.document_days));
    let id = Uuid::new_v4().to_string();
    sqlx::query(
        "INSERT INTO documents (id, request, name, media_type, content, sha256, views, expires_ms)
         VALUES (?, ?, ?, 'application/pdf', ?, ?, ?, ?)",
    )
    .bind(&id)
    .bind(&row.id)
    .bind(new.name.clone().unwrap_or_else(|| format!("{title}.pdf")))
    .bind(content)
    .bind(sha256)
    .bind(i64::from(new.views.unwrap_or(terms.document_views)))
    .bind(app.clock.now_ms().saturating_add(days.saturating_mul(86_400_000)))
    .execute(conn)
    .await?;
    Ok(id)
}

/// Uses up one view and records it in the change feed. False if none was left.
pub(crate) async fn view(
    app: &App,
    conn: &mut SqliteConnection,
    document: &Document,
) -> Result<bool, sqlx::Error> {
    let done =
        sqlx::query("UPDATE documents SET views = views - 1, viewed_ms = ? WHERE id = ? AND views > 0")
            .bind(app.clock.now_ms())
            .bind(&document.id)
            .execute(&mut *conn)
            .await?;
    if let Some(mut row) = super::find(conn, &document.request).await? {
        moves::save(app, conn, &mut row).await?;
    }
    Ok(done.rows_affected() == 1)
}

/// Sets the remaining views and the last day of a document.
pub(crate) async fn limit(
    app: &App,
    conn: &mut SqliteConnection,
    id: &str,
    views: Option<u16>,
    last_day: Option<Date>,
) -> Result<bool, sqlx::Error> {
    let Some(document) = find(conn, id).await? else { return Ok(false) };
    let midnight = |day: Date| {
        day.tomorrow().and_then(|day| day.to_zoned(china())).map(|at| at.timestamp().as_millisecond())
    };
    let expires = last_day.and_then(|day| midnight(day).ok()).unwrap_or(document.expires_ms);
    sqlx::query("UPDATE documents SET views = ?, viewed_ms = NULL, expires_ms = ? WHERE id = ?")
        .bind(views.map_or(document.views, i64::from))
        .bind(expires)
        .bind(id)
        .execute(&mut *conn)
        .await?;
    if let Some(mut row) = super::find(conn, &document.request).await? {
        moves::save(app, conn, &mut row).await?;
    }
    Ok(true)
}
