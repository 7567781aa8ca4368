//! `PUT /ill/requests/{id}`, which is idempotent: repeated PUTs create one request; and the precheck, which
//! changes nothing.

use axum::Extension;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hongyan_model::request::wire::hex;
use hongyan_model::request::{Actor, Draft, RequestState};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::json_body;
use crate::accounts::Account;
use crate::app::App;
use crate::faults::SlowCommit;
use crate::reply::{Answer, Refusal, not_found};
use crate::requests::moves::{self, Event, Step};
use crate::requests::resource::{answer, editable, etag};
use crate::requests::{Row, find, notes, rules, wire};
use crate::tokens::Patron;

/// Parses the id in the path: a UUID v4, as FOLIO's patterns require.
pub(crate) fn request_id(text: &str) -> Result<Uuid, Refusal> {
    text.parse::<Uuid>()
        .ok()
        .filter(|id| id.get_version_num() == 4)
        .ok_or_else(|| Refusal::new(400, "ID_INVALID", "申请号须为 UUID v4").with("id", text))
}

pub(crate) async fn put(
    State(app): State<App>,
    Patron(account): Patron,
    Path(id): Path<String>,
    slow: Option<Extension<SlowCommit>>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Answer {
    let id = request_id(&id)?;
    verify_digest(&headers, &bytes)?;
    let body = json_body(&bytes)?;
    let same_id = body.get("id").and_then(Value::as_str).and_then(|text| text.parse::<Uuid>().ok());
    if same_id != Some(id) {
        return Err(Refusal::new(422, "ID_MISMATCH", "请求体与路径中的申请号不一致"));
    }
    let _claim = app
        .claim(id)
        .ok_or_else(|| Refusal::new(409, "REQUEST_IN_PROGRESS", "同一申请正在处理").retry_after(1))?;
    if let Some(Extension(SlowCommit(time))) = slow {
        tokio::time::sleep(time).await;
    }
    let fingerprint = hex(&Sha256::digest(&bytes));
    let mut tx = app.pool.begin().await?;
    let known = find(&mut tx, &id.to_string()).await?;
    let if_match = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok());
    let reply = match (known, if_match) {
        (Some(row), _) if row.account != account.id => return Err(not_found()),
        (Some(row), _) if row.deleted => {
            return Err(Refusal::new(410, "REQUEST_DELETED", "该申请已被删除").with("requestId", row.id));
        }
        (Some(row), _) if row.fingerprint == fingerprint => {
            let replayed = HeaderMap::from_iter([(
                HeaderName::from_static("idempotent-replayed"),
                HeaderValue::from_static("true"),
            )]);
            return Ok(answer(&app, StatusCode::OK, &row, &account.masked_email(), replayed));
        }
        (Some(row), Some(tag)) => edit(&app, &mut tx, &account, row, tag, &body, fingerprint).await?,
        (Some(row), None) => {
            return Err(Refusal::new(422, "IDEMPOTENCY_KEY_REUSED", "同一申请号已用于另一内容")
                .with("fingerprint", row.fingerprint));
        }
        (None, Some(_)) => return Err(not_found()),
        (None, None) => create(&app, &mut tx, &account, id, &body, &bytes, fingerprint).await?,
    };
    tx.commit().await?;
    app.tell();
    Ok(reply)
}

/// Verifies `Content-Digest: sha-256=:…:` (RFC 9530) against the bytes; other algorithms are ignored.
fn verify_digest(headers: &HeaderMap, bytes: &[u8]) -> Result<(), Refusal> {
    let Some(line) = headers.get("content-digest").and_then(|value| value.to_str().ok()) else {
        return Ok(());
    };
    let said = line
        .split(',')
        .filter_map(|part| part.trim().strip_prefix("sha-256=:"))
        .find_map(|part| part.strip_suffix(':'));
    match said {
        Some(said) if STANDARD.decode(said).ok().as_deref() == Some(&Sha256::digest(bytes)[..]) => Ok(()),
        Some(_) => Err(Refusal::new(400, "DIGEST_MISMATCH", "内容与 Content-Digest 不符")),
        None => Ok(()),
    }
}

async fn create(
    app: &App,
    conn: &mut SqliteConnection,
    account: &Account,
    id: Uuid,
    body: &Value,
    bytes: &[u8],
    fingerprint: String,
) -> Answer {
    let draft = wire::draft_of(id, body)?;
    let findings = rules::examine(app, conn, account, &draft, false).await?;
    if !findings.blockers.is_empty() {
        return Err(Refusal::unprocessable(findings.blockers));
    }
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM requests").fetch_one(&mut *conn).await?;
    let new = NewRequest { account: &account.id, number: count + 1, draft: &draft, bytes, fingerprint };
    let row = store(app, conn, new).await?.ok_or_else(not_found)?;
    succeed(app, conn, account, body, &row.id).await?;
    let location = HeaderValue::from_str(&format!("/ill/requests/{id}"))
        .map_err(|_| Refusal::new(500, "INTERNAL_ERROR", "平台内部错误"))?;
    let extra = HeaderMap::from_iter([(header::LOCATION, location)]);
    Ok(answer(app, StatusCode::CREATED, &row, &account.masked_email(), extra))
}

/// A request that has passed every check.
pub(crate) struct NewRequest<'a> {
    /// account id
    pub(crate) account: &'a str,
    /// sequence number, from which the request number for librarians is made
    pub(crate) number: i64,
    pub(crate) draft: &'a Draft,
    /// the body as the patron sent it
    pub(crate) bytes: &'a [u8],
    pub(crate) fingerprint: String,
}

/// Stores a new request, reserves its quota, and adds its first event and its entry in the feed.
pub(crate) async fn store(
    app: &App,
    conn: &mut SqliteConnection,
    new: NewRequest<'_>,
) -> Result<Option<Row>, sqlx::Error> {
    let NewRequest { account, number, draft, bytes, fingerprint } = new;
    let id = draft.id.to_string();
    let now = app.clock.now_ms();
    sqlx::query(
        "INSERT INTO requests (id, account, hrid, fingerprint, body, service, state, expected_by, coins, version,
             created_ms, updated_ms, moved_ms) VALUES (?, ?, ?, ?, ?, ?, 'SUBMITTED', ?, ?, 1, ?, ?, ?)",
    )
    .bind(&id)
    .bind(account)
    .bind(format!("ILL{}{number:05}", app.clock.today().year()))
    .bind(fingerprint)
    .bind(String::from_utf8_lossy(bytes).into_owned())
    .bind(format!("{:?}", draft.service))
    .bind(rules::expected_by(app, draft.service).to_string())
    .bind(rules::coins_for(draft, &app.library()))
    .bind(now)
    .bind(now)
    .bind(jiff::Timestamp::now().as_millisecond())
    .execute(&mut *conn)
    .await?;
    let Some(row) = find(conn, &id).await? else { return Ok(None) };
    moves::enter(app, conn, &row, "reserve").await?;
    moves::change(conn, &row).await?;
    let note = notes::note(app, &row);
    let event = Event::in_place(&row, Actor::Patron, "moved", &note).coming_from(None);
    moves::event(app, conn, event).await?;
    Ok(Some(row))
}

/// If the request names a previous one of the same patron, that one is linked to it.
async fn succeed(
    app: &App,
    conn: &mut SqliteConnection,
    account: &Account,
    body: &Value,
    successor: &str,
) -> Result<(), Refusal> {
    let Some(before) = body.get("precededBy").and_then(Value::as_str) else { return Ok(()) };
    if let Some(mut row) = find(conn, before).await?.filter(|row| row.account == account.id && !row.deleted) {
        row.succeeded_by = Some(successor.to_owned());
        moves::save(app, conn, &mut row).await?;
    }
    Ok(())
}

/// Replaces the text of a request that was sent back for correction; it returns to review.
async fn edit(
    app: &App,
    conn: &mut SqliteConnection,
    account: &Account,
    mut row: Row,
    tag: &str,
    body: &Value,
    fingerprint: String,
) -> Answer {
    if tag != etag(&row) && tag != "*" {
        return Err(Refusal::new(409, "VERSION_CONFLICT", "申请已被更新").with("version", row.version));
    }
    if !editable(&row.state()) {
        return Err(Refusal::new(422, "STATE_CONFLICT", "当前状态不能修改").with("state", row.state));
    }
    let id = row.id.parse().map_err(|_| not_found())?;
    let draft = wire::draft_of(id, body)?;
    let findings = rules::examine(app, conn, account, &draft, true).await?;
    if !findings.blockers.is_empty() {
        return Err(Refusal::unprocessable(findings.blockers));
    }
    row.body = body.to_string();
    row.fingerprint = fingerprint;
    moves::save(app, conn, &mut row).await?;
    let step = Step::to(RequestState::LocalReview).by(Actor::Patron);
    let row = moves::take(app, conn, &row.id, step).await?;
    Ok(answer(app, StatusCode::OK, &row, &account.masked_email(), HeaderMap::new()))
}

pub(crate) async fn precheck(State(app): State<App>, Patron(account): Patron, bytes: Bytes) -> Answer {
    let body = json_body(&bytes)?;
    let id: Uuid =
        body.get("id").and_then(Value::as_str).and_then(|text| text.parse().ok()).unwrap_or_default();
    let draft = wire::draft_of(id, &body)?;
    let mut conn = app.pool.acquire().await?;
    // an existing request does not count again towards limits and quota
    let editing = find(&mut conn, &id.to_string()).await?.is_some_and(|row| row.account == account.id);
    let findings = rules::examine(&app, &mut conn, &account, &draft, editing).await?;
    Ok(Json(findings.describe(&app, &draft)).into_response())
}
