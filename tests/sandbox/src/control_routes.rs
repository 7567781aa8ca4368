//! The HTTP form of the control API, below `/_sandbox/`.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::accounts::{self, NewAccount};
use crate::app::{App, Settings};
use crate::control::{Control, NewStep};
use crate::days::ChangedDay;
use crate::faults::Fault;
use crate::reply::{Answer, Refusal, not_found};
use crate::requests::documents::NewDocument;
use crate::requests::{Newer, state_of};
use crate::routes::json_body;

/// Routes of the control API (JSON) and of the librarian's page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/_sandbox/health", get(|| async { Json(json!({"ok": true})) }))
        .route("/_sandbox/mail", get(mail))
        .route("/_sandbox/requests", get(requests))
        .route("/_sandbox/requests/{id}", get(request))
        .route("/_sandbox/requests/{id}/state", post(move_request))
        .route("/_sandbox/requests/{id}/newer", post(play_newer))
        .route("/_sandbox/requests/{id}/messages", post(write))
        .route("/_sandbox/requests/{id}/documents", post(add_document))
        .route("/_sandbox/requests/{id}/renewal", post(answer_renewal))
        .route("/_sandbox/requests/{id}/successor", post(succeed))
        .route("/_sandbox/requests/{id}/touch", post(touch))
        .route("/_sandbox/requests/{id}/delete", post(delete_request))
        .route("/_sandbox/documents/{id}", put(limit_document))
        .route("/_sandbox/accounts", get(list_accounts).post(create_account))
        .route("/_sandbox/accounts/{username}/approve", post(approve))
        .route("/_sandbox/accounts/{username}/reject", post(reject))
        .route("/_sandbox/accounts/{username}/unlock", post(unlock))
        .route("/_sandbox/accounts/{username}/state", post(account_state))
        .route("/_sandbox/accounts/{username}/grant", post(grant))
        .route("/_sandbox/accounts/{username}/ledger", get(ledger))
        .route("/_sandbox/library", get(library).put(put_library))
        .route("/_sandbox/calendar", get(calendar).put(put_calendar))
        .route("/_sandbox/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/_sandbox/received", get(received).delete(clear_received))
        .route("/_sandbox/settings", get(settings).put(put_settings))
        .route("/_sandbox/clock", get(clock).post(advance))
        .route("/_sandbox/tokens/expire", post(expire_tokens))
        .route("/_sandbox/tokens/revoke", post(revoke_tokens))
        .route("/_sandbox/cursors/expire", post(expire_cursors))
}

fn done() -> Answer {
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn read<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    serde_json::from_value(json_body(bytes)?)
        .map_err(|error| Refusal::new(400, "BODY_INVALID", "请求体无法识别").with("detail", error))
}

async fn mail(State(app): State<App>) -> Answer {
    Ok(Json(json!({"mail": Control { app }.mail().await?})).into_response())
}

async fn requests(State(app): State<App>) -> Answer {
    Ok(Json(json!({"requests": Control { app }.requests().await?})).into_response())
}

async fn request(State(app): State<App>, Path(id): Path<String>) -> Answer {
    let request = Control { app }.request(&id).await?.ok_or_else(not_found)?;
    Ok(Json(request).into_response())
}

/// Takes a [`NewStep`]; with `"lead":true` it follows the shortest path and ignores everything but the state.
async fn move_request(State(app): State<App>, Path(id): Path<String>, bytes: Bytes) -> Answer {
    let body = json_body(&bytes)?;
    let lead = body.get("lead").and_then(Value::as_bool).unwrap_or(false);
    let step: NewStep = read(&bytes)?;
    if step.state.is_empty() {
        return Err(Refusal::new(400, "BODY_INVALID", "缺少 state"));
    }
    let control = Control { app };
    let answer = if lead {
        control.lead_to(&id, state_of(&step.state)).await?
    } else {
        control.take_step(&id, step).await?
    };
    Ok(Json(answer).into_response())
}

async fn play_newer(State(app): State<App>, Path(id): Path<String>, bytes: Bytes) -> Answer {
    let newer: Newer = read(&bytes)?;
    Control { app }.play_newer(&id, newer).await?;
    done()
}

async fn write(State(app): State<App>, Path(id): Path<String>, bytes: Bytes) -> Answer {
    let body = json_body(&bytes)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let message_id = text("id").and_then(|id| id.parse().ok());
    let message = Control { app }.write(&id, message_id, text("text").unwrap_or_default()).await?;
    Ok(Json(message).into_response())
}

async fn add_document(State(app): State<App>, Path(id): Path<String>, bytes: Bytes) -> Answer {
    let document: NewDocument = read(&bytes)?;
    let id = Control { app }.add_document(&id, &document).await?;
    Ok(Json(json!({"id": id})).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Limits {
    views: Option<u16>,
    last_day: Option<Date>,
}

async fn limit_document(State(app): State<App>, Path(id): Path<String>, bytes: Bytes) -> Answer {
    let limits: Limits = read(&bytes)?;
    let control = Control { app };
    if control.limit_document(&id, limits.views, limits.last_day).await? { done() } else { Err(not_found()) }
}

#[derive(Deserialize)]
struct RenewalAnswer {
    granted: bool,
    day: Option<Date>,
    #[serde(default)]
    text: String,
}

async fn answer_renewal(State(app): State<App>, Path(id): Path<String>, bytes: Bytes) -> Answer {
    let answer: RenewalAnswer = read(&bytes)?;
    let control = Control { app };
    let request = control.answer_renewal(&id, answer.granted, answer.day, &answer.text).await?;
    Ok(Json(request).into_response())
}

async fn succeed(State(app): State<App>, Path(id): Path<String>, bytes: Bytes) -> Answer {
    let body = json_body(&bytes)?;
    let successor = body.get("id").and_then(Value::as_str).unwrap_or_default();
    Control { app }.succeed(&id, successor).await?;
    done()
}

async fn touch(State(app): State<App>, Path(id): Path<String>) -> Answer {
    Control { app }.touch(&id).await?;
    done()
}

async fn delete_request(State(app): State<App>, Path(id): Path<String>) -> Answer {
    Control { app }.delete_request(&id).await?;
    done()
}

async fn list_accounts(State(app): State<App>) -> Answer {
    Ok(Json(json!({"accounts": Control { app }.accounts().await?})).into_response())
}

async fn create_account(State(app): State<App>, bytes: Bytes) -> Answer {
    let account: NewAccount = read(&bytes)?;
    Control { app }.create_account(&account).await?;
    done()
}

async fn approve(State(app): State<App>, Path(username): Path<String>) -> Answer {
    let control = Control { app };
    if control.approve(&username).await? { done() } else { Err(not_found()) }
}

async fn reject(State(app): State<App>, Path(username): Path<String>, bytes: Bytes) -> Answer {
    let body = json_body(&bytes)?;
    let note = body.get("note").and_then(Value::as_str).unwrap_or_default();
    let control = Control { app };
    if control.reject(&username, note).await? { done() } else { Err(not_found()) }
}

async fn unlock(State(app): State<App>, Path(username): Path<String>) -> Answer {
    Control { app }.unlock(&username).await?;
    done()
}

async fn account_state(State(app): State<App>, Path(username): Path<String>, bytes: Bytes) -> Answer {
    let body = json_body(&bytes)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let state = accounts::state_of(text("state"));
    let control = Control { app };
    if control.set_account_state(&username, &state, text("note")).await? { done() } else { Err(not_found()) }
}

async fn grant(State(app): State<App>, Path(username): Path<String>, bytes: Bytes) -> Answer {
    let body = json_body(&bytes)?;
    let coins = body.get("coins").and_then(Value::as_i64).unwrap_or_default();
    let control = Control { app };
    if control.grant(&username, coins).await? { done() } else { Err(not_found()) }
}

async fn ledger(State(app): State<App>, Path(username): Path<String>) -> Answer {
    let entries = Control { app }.ledger(&username).await?.ok_or_else(not_found)?;
    Ok(Json(json!({"entries": entries})).into_response())
}

async fn library(State(app): State<App>) -> Answer {
    Ok(Json(Control { app }.library()).into_response())
}

async fn put_library(State(app): State<App>, bytes: Bytes) -> Answer {
    let changes = json_body(&bytes)?;
    let control = Control { app };
    control
        .change_library(&changes)
        .map_err(|error| Refusal::new(400, "BODY_INVALID", "请求体无法识别").with("detail", error))?;
    Ok(Json(control.library()).into_response())
}

async fn calendar(State(app): State<App>) -> Answer {
    Ok(Json(json!({"days": Control { app }.calendar()})).into_response())
}

async fn put_calendar(State(app): State<App>, bytes: Bytes) -> Answer {
    let changes = json_body(&bytes)?;
    let days: Vec<ChangedDay> = serde_json::from_value(changes.get("days").cloned().unwrap_or_default())
        .map_err(|error| Refusal::new(400, "BODY_INVALID", "请求体无法识别").with("detail", error))?;
    let control = Control { app };
    for day in days {
        control.change_day(day);
    }
    Ok(Json(json!({"days": control.calendar()})).into_response())
}

async fn faults(State(app): State<App>) -> Answer {
    Ok(Json(json!({"faults": Control { app }.faults()})).into_response())
}

async fn add_fault(State(app): State<App>, bytes: Bytes) -> Answer {
    let fault: Fault = read(&bytes)?;
    Control { app }.add_fault(fault);
    done()
}

async fn clear_faults(State(app): State<App>) -> Answer {
    Control { app }.clear_faults();
    done()
}

async fn received(State(app): State<App>) -> Answer {
    let received = Control { app }.received();
    let total = received.len();
    Ok(Json(json!({"received": received, "totalRecords": total})).into_response())
}

async fn clear_received(State(app): State<App>) -> Answer {
    Control { app }.clear_received();
    done()
}

async fn settings(State(app): State<App>) -> Answer {
    Ok(Json(app.settings()).into_response())
}

/// Changes the members that are named; the others keep their value.
async fn put_settings(State(app): State<App>, bytes: Bytes) -> Answer {
    let changes = json_body(&bytes)?;
    let mut whole = serde_json::to_value(app.settings()).unwrap_or_default();
    if let (Some(whole), Some(changes)) = (whole.as_object_mut(), changes.as_object()) {
        whole.extend(changes.clone());
    }
    let settings: Settings = serde_json::from_value(whole)
        .map_err(|error| Refusal::new(400, "BODY_INVALID", "请求体无法识别").with("detail", error))?;
    app.change_settings(|current| *current = settings.clone());
    Ok(Json(settings).into_response())
}

async fn clock(State(app): State<App>) -> Answer {
    Ok(Json(json!({"now": Control { app }.now()})).into_response())
}

/// `{"advanceSeconds": 86400}`
async fn advance(State(app): State<App>, bytes: Bytes) -> Answer {
    let body = json_body(&bytes)?;
    let seconds = body.get("advanceSeconds").and_then(Value::as_i64).unwrap_or(0);
    let control = Control { app };
    control.advance(seconds).await?;
    Ok(Json(json!({"now": control.now()})).into_response())
}

async fn expire_tokens(State(app): State<App>) -> Answer {
    Control { app }.expire_access_tokens().await?;
    done()
}

async fn expire_cursors(State(app): State<App>) -> Answer {
    Control { app }.expire_cursors().await?;
    done()
}

async fn revoke_tokens(State(app): State<App>) -> Answer {
    Control { app }.revoke_tokens().await?;
    done()
}
