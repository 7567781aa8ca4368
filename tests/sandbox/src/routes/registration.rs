//! 自助注册 (self-registration): FOLIO's staging user, reduced to what a library needs.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use hongyan_model::account::AccountState;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::json_body;
use crate::accounts::{self, Account, state_code, state_names};
use crate::app::{App, rfc3339};
use crate::reply::{Answer, Refusal, error};

pub(crate) async fn register(State(app): State<App>, body: Bytes) -> Answer {
    let body = json_body(&body)?;
    let text = |pointer: &str| {
        let text = body.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        hongyan_model::text::clean(text)
    };
    let username = text("/externalSystemId");
    // a Chinese name is written in one piece, but FOLIO has two fields
    let name = format!("{}{}", text("/generalInfo/lastName"), text("/generalInfo/firstName"));
    let (email, phone) = (text("/contactInfo/email"), text("/contactInfo/phone"));

    let mut errors = Vec::new();
    let mut wrong = |code: &str, message: &str, field: &str| {
        errors.push(error(code, message, &[("field", field.to_owned())]));
    };
    let number = username.chars().all(|c| c.is_ascii_alphanumeric()) && (4..=20).contains(&username.len());
    if !number {
        wrong("USERNAME_INVALID", "登录名须为学号或工号", "externalSystemId");
    }
    if name.is_empty() {
        wrong("NAME_REQUIRED", "请填写姓名", "generalInfo.lastName");
    }
    let mail = email
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !email.contains(' '));
    if !mail {
        wrong("EMAIL_INVALID", "请填写有效的邮箱", "contactInfo.email");
    }
    if !errors.is_empty() {
        return Err(Refusal::unprocessable(errors));
    }

    let mut tx = app.pool.begin().await?;
    if let Some(known) = accounts::by_username(&mut tx, &username).await? {
        let same = known.name == name && known.email == email && !known.may_sign_in();
        if same && known.state() == AccountState::RegSubmitted {
            return Ok((StatusCode::OK, Json(describe(&known))).into_response());
        }
        if !matches!(known.state(), AccountState::RegRejected | AccountState::RegNeedsInfo) {
            return Err(Refusal::new(422, "USER_ALREADY_EXIST", "该学号/工号已注册")
                .with("externalSystemId", &username));
        }
    }
    let now = app.clock.now_ms();
    sqlx::query(
        "INSERT INTO accounts (id, username, name, email, phone, state, note, granted, submitted_ms, moved_ms)
         VALUES (?, ?, ?, ?, ?, ?, '', 0, ?, ?)
         ON CONFLICT (username) DO UPDATE SET name = excluded.name, email = excluded.email,
             phone = excluded.phone, state = excluded.state, note = '',
             submitted_ms = excluded.submitted_ms, moved_ms = excluded.moved_ms",
    )
    .bind(Uuid::new_v4().to_string())
    .bind(&username)
    .bind(&name)
    .bind(&email)
    .bind(&phone)
    .bind(state_code(&AccountState::RegSubmitted))
    .bind(now)
    .bind(jiff::Timestamp::now().as_millisecond())
    .execute(&mut *tx)
    .await?;
    let account = accounts::by_username(&mut tx, &username).await?;
    tx.commit().await?;
    app.tell();
    let account = account.ok_or_else(crate::reply::not_found)?;
    Ok((StatusCode::CREATED, Json(describe(&account))).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Whose {
    external_system_id: Option<String>,
    email_id: Option<String>,
}

pub(crate) async fn status(State(app): State<App>, Query(whose): Query<Whose>) -> Answer {
    let account: Option<Account> = match (whose.external_system_id, whose.email_id) {
        (Some(username), _) => {
            sqlx::query_as("SELECT * FROM accounts WHERE username = ?")
                .bind(username)
                .fetch_optional(&app.pool)
                .await?
        }
        (None, Some(email)) => {
            sqlx::query_as("SELECT * FROM accounts WHERE email = ? ORDER BY submitted_ms DESC LIMIT 1")
                .bind(email)
                .fetch_optional(&app.pool)
                .await?
        }
        (None, None) => {
            return Err(Refusal::new(400, "PARAMETER_REQUIRED", "缺少 externalSystemId 或 emailId"));
        }
    };
    let account = account.ok_or_else(|| Refusal::new(404, "USER_NOT_FOUND", "没有找到该注册信息"))?;
    Ok(Json(describe(&account)).into_response())
}

fn describe(account: &Account) -> Value {
    let state = account.state();
    let (zh, en) = state_names(&state);
    json!({
        "id": account.id,
        "externalSystemId": account.username,
        "state": account.state,
        "stateLabel": {"zh": zh, "en": en},
        "note": account.note,
        "submittedAt": rfc3339(account.submitted_ms),
    })
}
