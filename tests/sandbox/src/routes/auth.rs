//! Sign-in and sign-out, compatible with FOLIO's `/authn`.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;

use super::json_body;
use crate::accounts;
use crate::app::App;
use crate::reply::{Answer, Refusal};
use crate::tokens::{self, Patron, cookie};

/// FOLIO's own error code.
const WRONG_PASSWORD: &str = "wrong.username.or.wrong.password.or.account.blocked";
/// After this many failures …
const MAX_FAILURES: i64 = 5;
/// … within ten minutes the account is locked.
const WINDOW_MS: i64 = 600_000;

fn wrong() -> Refusal {
    Refusal::new(422, WRONG_PASSWORD, "Wrong username or wrong password or account blocked")
}

pub(crate) async fn login(State(app): State<App>, body: Bytes) -> Answer {
    let body = json_body(&body)?;
    let text = |key: &str| body.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let (username, password) = (text("username"), text("password"));
    let mut tx = app.pool.begin().await?;
    let Some(account) = accounts::by_username(&mut tx, username.trim()).await? else {
        return Err(wrong());
    };
    let locked = || Refusal::new(422, "user.blocked", "密码多次错误，账户已锁定，请联系图书馆");
    if account.locked {
        return Err(locked());
    }
    if !account.may_sign_in() || !account.password_is(&password) {
        let now = app.clock.now_ms();
        sqlx::query("INSERT INTO failures (account, at_ms) VALUES (?, ?)")
            .bind(&account.id)
            .bind(now)
            .execute(&mut *tx)
            .await?;
        let failures: i64 =
            sqlx::query_scalar("SELECT count(*) FROM failures WHERE account = ? AND at_ms > ?")
                .bind(&account.id)
                .bind(now - WINDOW_MS)
                .fetch_one(&mut *tx)
                .await?;
        if failures >= MAX_FAILURES {
            sqlx::query("UPDATE accounts SET locked = 1 WHERE id = ?")
                .bind(&account.id)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        return Err(if failures >= MAX_FAILURES { locked() } else { wrong() });
    }
    sqlx::query("DELETE FROM failures WHERE account = ?").bind(&account.id).execute(&mut *tx).await?;
    let answer = tokens::issue(&app, &mut tx, &account.id).await?;
    tx.commit().await?;
    Ok(answer)
}

pub(crate) async fn refresh(State(app): State<App>, headers: HeaderMap) -> Answer {
    let token = cookie(&headers, "folioRefreshToken")
        .ok_or_else(|| Refusal::new(400, "token.parse.failure", "Refresh token is missing"))?;
    let gone = || Refusal::new(422, "token.refresh.unprocessable", "Refresh token is not valid any more");
    let mut tx = app.pool.begin().await?;
    let row: Option<(String, i64, bool)> =
        sqlx::query_as("SELECT account, expires_ms, used FROM tokens WHERE token = ? AND kind = 'refresh'")
            .bind(&token)
            .fetch_optional(&mut *tx)
            .await?;
    let (account, expires, used) = row.ok_or_else(gone)?;
    if used {
        // a refresh token used twice has leaked, so that every token is revoked (FOLIO: "Token leaked")
        tokens::revoke_all(&mut tx, &account).await?;
        tx.commit().await?;
        return Err(gone());
    }
    if expires <= app.clock.now_ms() {
        return Err(gone());
    }
    sqlx::query("UPDATE tokens SET used = 1 WHERE token = ?").bind(&token).execute(&mut *tx).await?;
    let answer = tokens::issue(&app, &mut tx, &account).await?;
    tx.commit().await?;
    Ok(answer)
}

/// Revokes the refresh token; the access token stays valid until it expires, as in FOLIO.
pub(crate) async fn logout(State(app): State<App>, headers: HeaderMap) -> Answer {
    if let Some(token) = cookie(&headers, "folioRefreshToken") {
        sqlx::query("DELETE FROM tokens WHERE token = ? AND kind = 'refresh'")
            .bind(token)
            .execute(&app.pool)
            .await?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn logout_all(State(app): State<App>, Patron(account): Patron) -> Answer {
    let mut conn = app.pool.acquire().await?;
    sqlx::query("DELETE FROM tokens WHERE account = ? AND kind = 'refresh'")
        .bind(&account.id)
        .execute(&mut *conn)
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
