//! Access and refresh tokens as in FOLIO: short-lived access tokens, single-use refresh tokens.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use sqlx::SqliteConnection;
use uuid::Uuid;

use crate::accounts::{self, Account};
use crate::app::{App, rfc3339};
use crate::reply::Refusal;

/// Extractor: the signed-in patron of a call.
pub(crate) struct Patron(pub(crate) Account);

impl FromRequestParts<App> for Patron {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Patron, Refusal> {
        let token =
            access_token(&parts.headers).ok_or_else(|| Refusal::new(401, "TOKEN_MISSING", "请先登录"))?;
        let mut conn = app.pool.acquire().await?;
        let row: Option<(String, i64)> =
            sqlx::query_as("SELECT account, expires_ms FROM tokens WHERE token = ? AND kind = 'access'")
                .bind(&token)
                .fetch_optional(&mut *conn)
                .await?;
        let (account, expires) = row.ok_or_else(|| Refusal::new(401, "TOKEN_INVALID", "登录信息无效"))?;
        if expires <= app.clock.now_ms() {
            return Err(Refusal::new(401, "TOKEN_EXPIRED", "登录已过期"));
        }
        let account = accounts::by_id(&mut conn, &account).await?;
        account.map(Patron).ok_or_else(|| Refusal::new(401, "TOKEN_INVALID", "登录信息无效"))
    }
}

/// The access token: `X-Okapi-Token`, else the cookie.
fn access_token(headers: &HeaderMap) -> Option<String> {
    headers
        .get("x-okapi-token")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
        .or_else(|| cookie(headers, "folioAccessToken"))
}

/// The value of a cookie.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then(|| value.to_owned()))
}

/// Issues new tokens for an account, as the answer to a login or refresh: 201 with both cookies.
pub(crate) async fn issue(
    app: &App,
    conn: &mut SqliteConnection,
    account: &str,
) -> Result<Response, Refusal> {
    let settings = app.settings();
    let now = app.clock.now_ms();
    let mut headers = HeaderMap::new();
    let mut expirations = Vec::new();
    for (kind, name, seconds, path) in [
        ("access", "folioAccessToken", settings.access_seconds, "/"),
        ("refresh", "folioRefreshToken", settings.refresh_seconds, "/authn"),
    ] {
        let token = Uuid::new_v4().simple().to_string();
        let expires = now + seconds * 1000;
        sqlx::query("INSERT INTO tokens (token, account, kind, expires_ms) VALUES (?, ?, ?, ?)")
            .bind(&token)
            .bind(account)
            .bind(kind)
            .bind(expires)
            .execute(&mut *conn)
            .await?;
        let line = format!("{name}={token}; Max-Age={seconds}; Path={path}; Secure; HTTPOnly; SameSite=None");
        if let Ok(value) = HeaderValue::from_str(&line) {
            headers.append(header::SET_COOKIE, value);
        }
        expirations.push(rfc3339(expires));
    }
    let body = json!({
        "accessTokenExpiration": expirations.first(),
        "refreshTokenExpiration": expirations.get(1),
    });
    Ok((StatusCode::CREATED, headers, Json(body)).into_response())
}

/// Revokes every token of an account.
pub(crate) async fn revoke_all(conn: &mut SqliteConnection, account: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM tokens WHERE account = ?").bind(account).execute(conn).await?;
    Ok(())
}

/// Expires every access token; refresh tokens stay valid.
pub(crate) async fn expire_all_access(app: &App) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE tokens SET expires_ms = ? WHERE kind = 'access' AND expires_ms > ?")
        .bind(app.clock.now_ms())
        .bind(app.clock.now_ms())
        .execute(&app.pool)
        .await?;
    Ok(())
}
