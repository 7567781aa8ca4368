//! What a patron may do with a request (Reader API B.5).

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use hongyan_model::request::Actor;
use jiff::Span;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use super::json_body;
use super::put::request_id;
use super::read::own;
use crate::app::App;
use crate::reply::{Answer, Refusal, not_found};
use crate::requests::moves::{self, MoveError, Step};
use crate::requests::resource::{action_target, actions, resource};
use crate::requests::{Row, find};
use crate::tokens::Patron;

pub(crate) async fn list(State(app): State<App>, Patron(account): Patron, Path(id): Path<String>) -> Answer {
    let row = own(&app, &account, &id).await?;
    let actions = actions(&row);
    let total = actions.len();
    Ok(Json(json!({"actions": actions, "totalRecords": total})).into_response())
}

pub(crate) async fn act(
    State(app): State<App>,
    Patron(account): Patron,
    Path((id, action_id)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let row = own(&app, &account, &id).await?;
    let action_id = request_id(&action_id)?.to_string();
    let body = json_body(&body)?;
    let name = body.get("action").and_then(Value::as_str).unwrap_or_default();
    let mut tx = app.pool.begin().await?;
    let before: Option<(String, String)> =
        sqlx::query_as("SELECT name, answer FROM actions WHERE request = ? AND id = ?")
            .bind(&row.id)
            .bind(&action_id)
            .fetch_optional(&mut *tx)
            .await?;
    if let Some((known, answer)) = before {
        if known != name {
            return Err(Refusal::new(422, "IDEMPOTENCY_KEY_REUSED", "同一操作号已用于另一操作"));
        }
        let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
        return Ok(([("idempotent-replayed", "true")], Json(answer)).into_response());
    }
    // the row may have moved since it was read outside the transaction
    let row = find(&mut tx, &row.id).await?.ok_or_else(not_found)?;
    let from = row.state.clone();
    let Some(target) = action_target(&row, name) else {
        return Err(Refusal::new(422, "ACTION_NOT_ALLOWED", "当前状态不能进行此操作")
            .with("action", name)
            .with("state", from));
    };
    let (row, message) = match target {
        Some(to) => {
            let mut step = Step::to(to).by(Actor::Patron);
            let said = ["/params/reason", "/params/problem"]
                .iter()
                .find_map(|at| body.pointer(at).and_then(Value::as_str))
                .map(hongyan_model::text::clean)
                .filter(|text| !text.is_empty());
            if let Some(text) = said {
                step = step.because("PATRON", &text);
            }
            let row = moves::take(&app, &mut tx, &row.id, step).await?;
            let message = row.state().zh().to_owned();
            (row, message)
        }
        None => in_place(&app, &mut tx, row, name).await?,
    };
    let answer = json!({
        "result": "success", "fromState": from, "toState": row.state, "message": message,
        "request": resource(&row, &account.masked_email()),
    });
    sqlx::query("INSERT INTO actions (request, id, name, answer) VALUES (?, ?, ?, ?)")
        .bind(&row.id)
        .bind(&action_id)
        .bind(name)
        .bind(answer.to_string())
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    app.tell();
    Ok(Json(answer).into_response())
}

/// Renewing and urging change no state, but stand in the timeline.
async fn in_place(
    app: &App,
    conn: &mut SqliteConnection,
    mut row: Row,
    name: &str,
) -> Result<(Row, String), Refusal> {
    let note = if name == "renew" {
        row.renewals += 1;
        let due = row.due_date.as_ref().and_then(|text| text.parse::<jiff::civil::Date>().ok());
        let days = i64::from(app.library.loan_days);
        let due = due.unwrap_or_else(|| app.clock.today()).saturating_add(Span::new().days(days));
        row.due_date = Some(due.to_string());
        (format!("已续借，新的归还日期为 {due}。"), format!("Renewed; it is now due on {due}."))
    } else {
        ("已转达您的催办。".to_owned(), "Your reminder was passed on.".to_owned())
    };
    moves::save(app, conn, &mut row).await?;
    moves::event(app, conn, &row.id, Some(&row.state), &row.state, Actor::Patron, &note).await?;
    Ok((row, note.0))
}

impl From<MoveError> for Refusal {
    fn from(error: MoveError) -> Refusal {
        match error {
            MoveError::NoSuchRequest(_) => not_found(),
            MoveError::NotAllowed { from, to } => {
                Refusal::new(422, "STATE_CONFLICT", "当前状态不能这样变更").with("from", from).with("to", to)
            }
            MoveError::Database(error) => error.into(),
        }
    }
}
