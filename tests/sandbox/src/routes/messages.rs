//! Routes of the messages between patron and librarian.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use hongyan_model::request::Actor;
use serde_json::{Value, json};

use super::json_body;
use super::put::request_id;
use super::read::own;
use crate::app::App;
use crate::reply::{Answer, not_found};
use crate::requests::messages::{self, Message};
use crate::tokens::Patron;

pub(crate) async fn list(State(app): State<App>, Patron(account): Patron, Path(id): Path<String>) -> Answer {
    let row = own(&app, &account, &id).await?;
    let mut conn = app.pool.acquire().await?;
    let messages: Vec<Value> =
        messages::of_request(&mut conn, &row.id).await?.iter().map(Message::described).collect();
    let total = messages.len();
    Ok(Json(json!({"messages": messages, "totalRecords": total})).into_response())
}

pub(crate) async fn put(
    State(app): State<App>,
    Patron(account): Patron,
    Path((id, message_id)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let row = own(&app, &account, &id).await?;
    let message_id = request_id(&message_id)?.to_string();
    let body = json_body(&body)?;
    let text = body.get("text").and_then(Value::as_str).unwrap_or_default();
    let mut tx = app.pool.begin().await?;
    let (message, replayed) = messages::add(&app, &mut tx, &row.id, &message_id, Actor::Patron, text).await?;
    tx.commit().await?;
    app.tell();
    let described = Json(message.described());
    Ok(if replayed {
        (StatusCode::OK, [("idempotent-replayed", "true")], described).into_response()
    } else {
        (StatusCode::CREATED, described).into_response()
    })
}

pub(crate) async fn read(
    State(app): State<App>,
    Patron(account): Patron,
    Path((id, message_id)): Path<(String, String)>,
) -> Answer {
    let row = own(&app, &account, &id).await?;
    let message_id = request_id(&message_id)?.to_string();
    let mut tx = app.pool.begin().await?;
    if !messages::mark_read(&app, &mut tx, &row, &message_id).await? {
        return Err(not_found());
    }
    tx.commit().await?;
    app.tell();
    Ok(StatusCode::NO_CONTENT.into_response())
}
