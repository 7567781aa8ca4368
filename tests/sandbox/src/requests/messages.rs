//! Messages between patron and librarian about a request.

use hongyan_model::request::Actor;
use hongyan_model::text::clean;
use serde_json::{Map, Value, json};
use sqlx::{FromRow, SqliteConnection};

use super::moves::{self, Event};
use super::{Row, find};
use crate::app::{App, rfc3339};
use crate::reply::Refusal;

/// Maximum length in characters.
const MAX_CHARS: usize = 2000;

/// One row of `messages`.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) request: String,
    pub(crate) at_ms: i64,
    pub(crate) author: String,
    pub(crate) text: String,
    pub(crate) read_ms: Option<i64>,
}

impl Message {
    /// In wire form.
    pub(crate) fn described(&self) -> Value {
        let mut out = Map::new();
        out.insert("id".to_owned(), json!(self.id));
        out.insert("at".to_owned(), json!(rfc3339(self.at_ms)));
        out.insert("from".to_owned(), json!(self.author));
        out.insert("text".to_owned(), json!(self.text));
        if let Some(at) = self.read_ms {
            out.insert("readAt".to_owned(), json!(rfc3339(at)));
        }
        Value::Object(out)
    }
}

/// The messages of a request, oldest first.
pub(crate) async fn of_request(conn: &mut SqliteConnection, id: &str) -> Result<Vec<Message>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM messages WHERE request = ? ORDER BY seq").bind(id).fetch_all(conn).await
}

/// Cleans each line of a message and drops empty lines at both ends.
fn lines(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Stores a message under its id, idempotently; true if it existed already.
pub(crate) async fn add(
    app: &App,
    conn: &mut SqliteConnection,
    request: &str,
    id: &str,
    author: Actor,
    text: &str,
) -> Result<(Message, bool), Refusal> {
    let text = lines(text);
    let author_name = if author == Actor::Patron { "patron" } else { "library" };
    if text.is_empty() {
        return Err(Refusal::new(422, "MESSAGE_EMPTY", "留言不能为空"));
    }
    if text.chars().count() > MAX_CHARS {
        return Err(Refusal::new(422, "MESSAGE_TOO_LONG", "留言过长").with("limit", MAX_CHARS));
    }
    let known: Option<Message> =
        sqlx::query_as("SELECT * FROM messages WHERE id = ?").bind(id).fetch_optional(&mut *conn).await?;
    if let Some(known) = known {
        if known.request != request || known.author != author_name || known.text != text {
            return Err(Refusal::new(422, "IDEMPOTENCY_KEY_REUSED", "同一留言号已用于另一内容"));
        }
        return Ok((known, true));
    }
    let mut row = find(conn, request).await?.ok_or_else(crate::reply::not_found)?;
    let message = Message {
        id: id.to_owned(),
        request: request.to_owned(),
        at_ms: app.clock.now_ms(),
        author: author_name.to_owned(),
        text: text.clone(),
        read_ms: None,
    };
    sqlx::query("INSERT INTO messages (id, request, at_ms, author, text) VALUES (?, ?, ?, ?, ?)")
        .bind(&message.id)
        .bind(&message.request)
        .bind(message.at_ms)
        .bind(&message.author)
        .bind(&message.text)
        .execute(&mut *conn)
        .await?;
    moves::save(app, conn, &mut row).await?;
    let note = (text.clone(), text);
    let event = Event::in_place(&row, author, "message", &note).announcing(id);
    moves::event(app, conn, event).await?;
    Ok((message, false))
}

/// Marks the librarian's messages up to this one as read. False if there is no such message.
pub(crate) async fn mark_read(
    app: &App,
    conn: &mut SqliteConnection,
    row: &Row,
    id: &str,
) -> Result<bool, sqlx::Error> {
    let seq: Option<i64> = sqlx::query_scalar("SELECT seq FROM messages WHERE id = ? AND request = ?")
        .bind(id)
        .bind(&row.id)
        .fetch_optional(&mut *conn)
        .await?;
    let Some(seq) = seq else { return Ok(false) };
    let done = sqlx::query(
        "UPDATE messages SET read_ms = ? WHERE request = ? AND seq <= ? AND author = 'library' AND read_ms IS NULL",
    )
    .bind(app.clock.now_ms())
    .bind(&row.id)
    .bind(seq)
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() > 0
        && let Some(mut row) = find(conn, &row.id).await?
    {
        moves::save(app, conn, &mut row).await?;
    }
    Ok(true)
}
