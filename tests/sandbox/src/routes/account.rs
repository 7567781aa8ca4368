//! Routes of the account: the signed-in patron, eligibility, password.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use hongyan_model::account::AccountState;
use serde_json::{Value, json};

use super::json_body;
use super::read::Page;
use crate::accounts::{self, seal_password, state_code};
use crate::app::{App, rfc3339};
use crate::reply::{Answer, Refusal};
use crate::tokens::Patron;

/// FOLIO's composite user, with two members of ours: `accountState` and `mustChangePassword`.
pub(crate) async fn whoami(State(app): State<App>, Patron(account): Patron) -> Answer {
    let expires: Option<i64> =
        sqlx::query_scalar("SELECT max(expires_ms) FROM tokens WHERE account = ? AND kind = 'access'")
            .bind(&account.id)
            .fetch_one(&app.pool)
            .await?;
    Ok(Json(json!({
        "user": {
            "id": account.id,
            "username": account.username,
            "externalSystemId": account.username,
            "active": matches!(account.state(), AccountState::Active | AccountState::ActiveMustChangePassword),
            "type": "patron",
            "personal": {"lastName": account.name, "email": account.email, "phone": account.phone},
        },
        "patronGroup": {"group": "reader", "desc": "读者"},
        "permissions": {"permissions": []},
        "proxiesFor": [],
        "servicePointsUser": null,
        "tokenExpiration": {"accessTokenExpiration": expires.map(rfc3339)},
        "tenant": app.library().tenant,
        "accountState": account.state,
        "mustChangePassword": account.must_change_password(),
    }))
    .into_response())
}

pub(crate) async fn account(State(app): State<App>, Patron(account): Patron) -> Answer {
    let mut conn = app.pool.acquire().await?;
    Ok(Json(accounts::describe(&app, &mut conn, &account).await?).into_response())
}

/// Entries of the quota ledger, newest first.
pub(crate) async fn quota_entries(
    State(app): State<App>,
    Patron(account): Patron,
    Query(page): Query<Page>,
) -> Answer {
    let (limit, offset) = page.window();
    let mut conn = app.pool.acquire().await?;
    let (entries, total) = accounts::entries(&mut conn, &account.id, limit, offset).await?;
    Ok(Json(json!({"entries": entries, "totalRecords": total})).into_response())
}

pub(crate) async fn change_password(State(app): State<App>, Patron(account): Patron, body: Bytes) -> Answer {
    let body = json_body(&body)?;
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
    if text("username") != account.username || !account.password_is(text("password")) {
        return Err(Refusal::new(422, "password.incorrect", "原密码不正确"));
    }
    let new = text("newPassword");
    if let Some(code) = accounts::password_refused(&app, &account, new) {
        let message =
            if code == "password.weak" { "新密码过于简单" } else { "新密码与原密码相同" };
        return Err(Refusal::new(422, code, message));
    }
    let state = if account.must_change_password() {
        state_code(&AccountState::Active)
    } else {
        account.state.clone()
    };
    sqlx::query("UPDATE accounts SET password = ?, state = ? WHERE id = ?")
        .bind(seal_password(new))
        .bind(state)
        .bind(&account.id)
        .execute(&app.pool)
        .await?;
    app.tell();
    Ok(StatusCode::NO_CONTENT.into_response())
}
