//! The librarian's desk: the control API over HTTP below `/_sandbox/`.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use hongyan_model::request::RequestState;
use serde_json::{Value, json};

use crate::accounts::NewAccount;
use crate::app::{App, Settings};
use crate::control::Control;
use crate::faults::Fault;
use crate::reply::{Answer, Refusal, not_found};
use crate::requests::state_of;
use crate::routes::json_body;

/// The control API as JSON, and the page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/_sandbox/health", get(|| async { Json(json!({"ok": true})) }))
        .route("/_sandbox/mail", get(mail))
        .route("/_sandbox/requests", get(requests))
        .route("/_sandbox/requests/{id}/state", post(move_request))
        .route("/_sandbox/requests/{id}/delete", post(delete_request))
        .route("/_sandbox/accounts", get(accounts).post(create_account))
        .route("/_sandbox/accounts/{username}/approve", post(approve))
        .route("/_sandbox/accounts/{username}/reject", post(reject))
        .route("/_sandbox/accounts/{username}/unlock", post(unlock))
        .route("/_sandbox/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/_sandbox/received", get(received).delete(clear_received))
        .route("/_sandbox/settings", get(settings).put(put_settings))
        .route("/_sandbox/clock", get(clock).post(advance))
        .route("/_sandbox/tokens/expire", post(expire_tokens))
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

/// `{"state":"WILL_SUPPLY","lead":false,"reason":{"code","text"}}`; with `lead` by the shortest way.
async fn move_request(State(app): State<App>, Path(id): Path<String>, bytes: Bytes) -> Answer {
    let body = json_body(&bytes)?;
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
    let to: RequestState = state_of(text("/state").ok_or_else(not_found)?);
    let control = Control { app };
    let answer = if body.get("lead").and_then(Value::as_bool).unwrap_or(false) {
        control.lead_to(&id, to).await?
    } else {
        control.move_request(&id, to, text("/reason/code").zip(text("/reason/text"))).await?
    };
    Ok(Json(answer).into_response())
}

async fn delete_request(State(app): State<App>, Path(id): Path<String>) -> Answer {
    Control { app }.delete_request(&id).await?;
    done()
}

async fn accounts(State(app): State<App>) -> Answer {
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

/// Members that are not named keep their value.
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
