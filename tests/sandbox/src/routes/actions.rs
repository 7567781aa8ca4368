//! Routes of the patron's actions on a request.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use hongyan_model::request::transitions::PROBLEMS;
use hongyan_model::request::{Actor, RequestState};
use hongyan_model::text::{clean, clip};
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use super::json_body;
use super::put::request_id;
use super::read::own;
use crate::app::{App, Renewal};
use crate::reply::{Answer, Refusal, not_found};
use crate::requests::moves::{self, Event, MoveError, Step};
use crate::requests::resource::resource;
use crate::requests::{Row, actions, find, messages, renewal};
use crate::tokens::Patron;

pub(crate) async fn list(State(app): State<App>, Patron(account): Patron, Path(id): Path<String>) -> Answer {
    let row = own(&app, &account, &id).await?;
    let actions = actions::described(&app, &row);
    let total = actions.len();
    Ok(Json(json!({"actions": actions, "totalRecords": total})).into_response())
}

/// A text parameter of an action, cleaned; empty if it is missing.
fn parameter(body: &Value, name: &str) -> String {
    let text = body.get("params").and_then(|params| params.get(name)).and_then(Value::as_str);
    clip(&clean(text.unwrap_or_default()), 1000)
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
    // the row may have changed since it was read outside the transaction
    let row = find(&mut tx, &row.id).await?.ok_or_else(not_found)?;
    let from = row.state.clone();
    let Some(target) = actions::target(&app, &row, name) else {
        return Err(Refusal::new(422, "ACTION_NOT_ALLOWED", "当前状态不能进行此操作")
            .with("action", name)
            .with("state", from));
    };
    let (row, message) = match target {
        Some(to) => {
            let step = step(name, to, &body)?;
            let row = moves::take(&app, &mut tx, &row.id, step).await?;
            let message = row.state().zh().to_owned();
            (row, message)
        }
        None => in_place(&app, &mut tx, row, name, &action_id, &body).await?,
    };
    let answer = json!({
        "result": "success", "fromState": from, "toState": row.state, "message": message,
        "request": resource(&app, &row, &account.masked_email()),
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

/// The transition with the reason from the action's parameters.
fn step(name: &str, to: RequestState, body: &Value) -> Result<Step, Refusal> {
    let step = Step::to(to).by(Actor::Patron);
    Ok(match name {
        "report-problem" => {
            let said = parameter(body, "problem");
            let code = said.to_uppercase().replace('-', "_");
            if !PROBLEMS.contains(&code.as_str()) {
                return Err(Refusal::new(422, "PARAMETER_INVALID", "请说明是什么问题")
                    .with("parameter", "problem")
                    .with("value", said));
            }
            step.because(&code, &parameter(body, "note"))
        }
        "accept-condition" => step.because("CONDITION_ACCEPTED", ""),
        "reject-condition" => step.because("CONDITION_REJECTED", &parameter(body, "reason")),
        "override-duplicate" => step.because("KEEP_BOTH", ""),
        "cancel" => step.because("PATRON", &parameter(body, "reason")),
        _ => step,
    })
}

/// Performs an action that changes no state (renew, urge, those of a newer platform) but is recorded in the
/// timeline.
async fn in_place(
    app: &App,
    conn: &mut SqliteConnection,
    mut row: Row,
    name: &str,
    action_id: &str,
    body: &Value,
) -> Result<(Row, String), Refusal> {
    match name {
        "renew" => {
            let row = match app.settings().renewal {
                Renewal::Ask => renewal::ask(app, conn, row).await?,
                Renewal::Grant => renewal::answer(app, conn, row, true, None, "").await?,
                Renewal::Refuse => renewal::answer(app, conn, row, false, None, "").await?,
            };
            let message = renewal::sentence(&row);
            Ok((row, message))
        }
        "urge" => {
            let text = parameter(body, "text");
            let note = if text.is_empty() {
                ("已转达您的催办。".to_owned(), "Your reminder was passed on.".to_owned())
            } else {
                (format!("已转达您的催办：{text}"), format!("Your reminder was passed on: {text}"))
            };
            moves::save(app, conn, &mut row).await?;
            moves::event(app, conn, Event::in_place(&row, Actor::Patron, "urged", &note)).await?;
            if !text.is_empty() {
                messages::add(app, conn, &row.id, action_id, Actor::Patron, &text).await?;
            }
            let row = find(conn, &row.id).await?.ok_or_else(not_found)?;
            Ok((row, "已转达您的催办。".to_owned()))
        }
        other => {
            let label = row
                .newer()
                .and_then(|newer| newer.actions.into_iter().find(|action| action.name == other))
                .map(|action| action.label)
                .unwrap_or_default();
            let note = (format!("已办理：{}", label.zh), format!("Done: {}", label.en));
            moves::save(app, conn, &mut row).await?;
            moves::event(app, conn, Event::in_place(&row, Actor::Patron, other, &note)).await?;
            Ok((row, note.0))
        }
    }
}

impl From<MoveError> for Refusal {
    fn from(error: MoveError) -> Refusal {
        match error {
            MoveError::NoSuchRequest(_) => not_found(),
            MoveError::NotAllowed { from, to } => {
                Refusal::new(422, "STATE_CONFLICT", "当前状态不能这样变更").with("from", from).with("to", to)
            }
            MoveError::Unreadable(what) => {
                Refusal::new(422, "BODY_INVALID", "内容为空或过长").with("member", what)
            }
            MoveError::Database(error) => error.into(),
        }
    }
}
