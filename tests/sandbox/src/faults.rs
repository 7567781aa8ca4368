//! Fault injection. A fault applies to a route prefix and may be limited to a number of calls; `/_sandbox/…`
//! itself is never affected.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::control::Control;
use crate::received::{Received, request_id};
use crate::reply::Refusal;
use crate::server::Cut;
use crate::tokens;

/// Kinds of faults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum FaultKind {
    /// delays the answer
    Latency {
        /// delay
        ms: u64,
    },
    /// resets the connection (RST) before the call takes effect
    Reset,
    /// answers with this status and `errors[]`; the call has no effect
    Status {
        /// 400 … 599
        status: u16,
    },
    /// answers 200 with a maintenance page in HTML; the call has no effect
    Maintenance,
    /// the call takes effect, but only the first half of the answer's bytes is sent
    Truncated,
    /// the call takes effect, then the connection is reset (RST) without an answer
    DropAfterCommit,
    /// accepts the call and never answers; it has no effect
    Stall,
    /// 429 with Retry-After; the call has no effect
    TooManyRequests {
        /// seconds
        retry_after: u32,
    },
    /// all access tokens expire before the call is handled
    TokenExpiry,
    /// the call takes effect, but there is never an answer
    StallAfterCommit,
    /// the call takes effect, but the answer is JSON of the right length that does not parse
    InvalidJson,
    /// the call takes effect, but the answer is a small gzip body that decompresses to this many MiB of
    /// blanks
    GzipBomb {
        /// decompressed size, MiB
        mebibytes: u32,
    },
    /// redirects (307) to another address; the call has no effect
    Redirect {
        /// the full address: `http://127.0.0.2:1/`
        to: String,
    },
    /// 409 REQUEST_IN_PROGRESS with Retry-After; the call has no effect
    InProgress {
        /// seconds
        retry_after: u32,
    },
    /// every cursor of the feed expires before the call is handled
    CursorExpiry,
    /// the request that changed longest ago gets a new version before the call is handled, so that pages
    /// already read shift by one
    PageShift,
    /// a PUT waits between claiming its id and committing, so that a second PUT of the id gets 409
    SlowCommit {
        /// delay
        ms: u64,
    },
}

impl FaultKind {
    /// The wire name.
    pub fn name(&self) -> &'static str {
        match self {
            FaultKind::Latency { .. } => "latency",
            FaultKind::Reset => "reset",
            FaultKind::Status { .. } => "status",
            FaultKind::Maintenance => "maintenance",
            FaultKind::Truncated => "truncated",
            FaultKind::DropAfterCommit => "drop-after-commit",
            FaultKind::Stall => "stall",
            FaultKind::TooManyRequests { .. } => "too-many-requests",
            FaultKind::TokenExpiry => "token-expiry",
            FaultKind::StallAfterCommit => "stall-after-commit",
            FaultKind::InvalidJson => "invalid-json",
            FaultKind::GzipBomb { .. } => "gzip-bomb",
            FaultKind::Redirect { .. } => "redirect",
            FaultKind::InProgress { .. } => "in-progress",
            FaultKind::CursorExpiry => "cursor-expiry",
            FaultKind::PageShift => "page-shift",
            FaultKind::SlowCommit { .. } => "slow-commit",
        }
    }
}

/// A fault that applies to some routes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// prefix of the affected paths: `/ill/requests`, `/` for all
    pub prefix: String,
    /// affected method; `None` = all
    #[serde(default)]
    pub method: Option<String>,
    /// kind and its members
    #[serde(flatten)]
    pub kind: FaultKind,
    /// remaining number of calls; `None` = until cleared
    #[serde(default)]
    pub times: Option<u32>,
    /// number of matching calls to let pass first
    #[serde(default)]
    pub skip: u32,
}

impl Fault {
    /// A fault for every call below a prefix.
    pub fn on(prefix: &str, kind: FaultKind) -> Fault {
        Fault { prefix: prefix.to_owned(), method: None, kind, times: None, skip: 0 }
    }

    /// Restricts it to a method.
    pub fn method(mut self, method: &str) -> Fault {
        self.method = Some(method.to_owned());
        self
    }

    /// Restricts it to the next `times` calls.
    pub fn times(mut self, times: u32) -> Fault {
        self.times = Some(times);
        self
    }

    /// Lets the first `skip` matching calls pass.
    pub fn after(mut self, skip: u32) -> Fault {
        self.skip = skip;
        self
    }

    fn applies(&self, method: &str, path: &str) -> bool {
        path.starts_with(&self.prefix)
            && self.method.as_ref().is_none_or(|only| only.eq_ignore_ascii_case(method))
    }
}

/// Delay between claiming an id and committing, passed to the handler as a request extension.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SlowCommit(pub(crate) Duration);

/// Takes the faults that apply to this call and counts it.
fn take(app: &App, method: &str, path: &str) -> Vec<FaultKind> {
    let mut faults = app.faults();
    let mut taken = Vec::new();
    for fault in faults.iter_mut() {
        if fault.applies(method, path) && fault.times != Some(0) {
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            fault.times = fault.times.map(|n| n - 1);
            taken.push(fault.kind.clone());
        }
    }
    faults.retain(|fault| fault.times != Some(0));
    taken
}

/// Middleware: records the call and applies its faults.
pub(crate) async fn spoil(
    State(app): State<App>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    if path.starts_with("/_sandbox") {
        return to_its_end(request, next).await;
    }
    let method = request.method().as_str().to_owned();
    let faults = take(&app, &method, &path);
    let seq = note(&app, &method, &path, request.uri().query().unwrap_or_default(), &faults);

    let mut after = None;
    for fault in faults {
        match fault {
            FaultKind::Latency { ms } => tokio::time::sleep(Duration::from_millis(ms)).await,
            FaultKind::SlowCommit { ms } => {
                request.extensions_mut().insert(SlowCommit(Duration::from_millis(ms)));
            }
            FaultKind::TokenExpiry => {
                if let Err(error) = tokens::expire_all_access(&app).await {
                    return Refusal::from(error).into_response();
                }
            }
            FaultKind::CursorExpiry => {
                if let Err(error) = (Control { app: app.clone() }).expire_cursors().await {
                    return Refusal::from(error).into_response();
                }
            }
            FaultKind::PageShift => {
                if let Err(error) = shift(&app).await {
                    return Refusal::from(error).into_response();
                }
            }
            FaultKind::Redirect { to } => {
                let moved = (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]);
                return settle(&app, seq, moved.into_response());
            }
            FaultKind::InProgress { retry_after } => {
                let refusal = Refusal::new(409, "REQUEST_IN_PROGRESS", "同一申请正在处理");
                return settle(&app, seq, refusal.retry_after(retry_after).into_response());
            }
            FaultKind::Reset => {
                cut.now();
                return StatusCode::NO_CONTENT.into_response();
            }
            FaultKind::Status { status } => {
                return settle(
                    &app,
                    seq,
                    Refusal::new(status, "SANDBOX_FAULT", "平台暂时不可用（演示故障）").into_response(),
                );
            }
            FaultKind::TooManyRequests { retry_after } => {
                let refusal = Refusal::new(429, "TOO_MANY_REQUESTS", "请求过于频繁，请稍后再试");
                return settle(&app, seq, refusal.retry_after(retry_after).into_response());
            }
            FaultKind::Maintenance => return settle(&app, seq, maintenance_page()),
            FaultKind::Stall => std::future::pending::<()>().await,
            FaultKind::Truncated
            | FaultKind::DropAfterCommit
            | FaultKind::StallAfterCommit
            | FaultKind::InvalidJson
            | FaultKind::GzipBomb { .. } => after = Some(fault),
        }
    }
    let response = to_its_end(request, next).await;
    match after {
        Some(FaultKind::DropAfterCommit) => {
            cut.now();
            response
        }
        Some(FaultKind::StallAfterCommit) => std::future::pending().await,
        Some(FaultKind::Truncated) => settle(&app, seq, halve(response).await),
        Some(FaultKind::InvalidJson) => settle(&app, seq, garble(response).await),
        Some(FaultKind::GzipBomb { mebibytes }) => settle(&app, seq, bomb(response.status(), mebibytes)),
        _ => settle(&app, seq, response),
    }
}

/// Runs the handler to its end even if the client disconnects, as real platforms do. A handler dropped while
/// it begins a transaction would leave that open and block every later one.
async fn to_its_end(request: Request, next: Next) -> Response {
    match tokio::spawn(next.run(request)).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(%error, "an answer failed");
            Refusal::new(500, "INTERNAL_ERROR", "平台内部错误").into_response()
        }
    }
}

fn note(app: &App, method: &str, path: &str, query: &str, faults: &[FaultKind]) -> u64 {
    let at = crate::app::rfc3339(app.clock.now_ms());
    let mut received = app.received();
    let seq = received.len() as u64 + 1;
    received.push(Received {
        seq,
        at,
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        request_id: request_id(path),
        fault: faults.first().map(|fault| fault.name().to_owned()),
        status: None,
    });
    seq
}

fn settle(app: &App, seq: u64, response: Response) -> Response {
    if let Some(entry) = app.received().iter_mut().find(|entry| entry.seq == seq) {
        entry.status = Some(response.status().as_u16());
    }
    response
}

fn maintenance_page() -> Response {
    let page = "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>系统维护</title></head>\
                <body><h1>系统维护中</h1><p>平台正在升级，请稍后访问。</p></body></html>";
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

/// Sends half of the bytes with a matching length, as a broken proxy does.
async fn halve(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, 64 << 20).await.unwrap_or_default();
    let half = whole.slice(..whole.len() / 2);
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(half.len()));
    Response::from_parts(parts, Body::from(half))
}

/// Keeps the length but replaces the last bracket.
async fn garble(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let mut bytes = to_bytes(body, 64 << 20).await.unwrap_or_default().to_vec();
    if let Some(last) = bytes.last_mut() {
        *last = b'~';
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Blanks followed by a little JSON, compressed about a thousand to one.
fn bomb(status: StatusCode, mebibytes: u32) -> Response {
    use std::io::Write;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let blanks = vec![b' '; 1 << 20];
    // compressing into memory cannot fail
    for _ in 0..mebibytes.min(4096) {
        let _ = packer.write_all(&blanks);
    }
    let _ = packer.write_all(b"{}");
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CONTENT_ENCODING, "gzip")];
    (status, headers, packer.finish().unwrap_or_default()).into_response()
}

/// Gives the request that changed longest ago a new version.
async fn shift(app: &App) -> Result<(), sqlx::Error> {
    let oldest: Option<String> =
        sqlx::query_scalar("SELECT id FROM requests WHERE deleted = 0 ORDER BY updated_ms, hrid LIMIT 1")
            .fetch_optional(&app.pool)
            .await?;
    if let Some(id) = oldest {
        // it may have been deleted in between; then nothing shifts
        let _ = Control { app: app.clone() }.touch(&id).await;
    }
    Ok(())
}
