//! ETags for answers that clients poll: account, signed-in patron, the library's terms, desks and calendar.
//! An unchanged answer costs a 304 without a body.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use sha2::{Digest, Sha256};

const PATHS: [&str; 5] =
    ["/bl-users/_self", "/ill/account", "/ill/policies", "/ill/pickup-locations", "/ill/calendar"];

/// Middleware: adds the ETag, and answers 304 if the client has that version.
pub(crate) async fn conditional(request: Request, next: Next) -> Response {
    if request.method() != Method::GET || !PATHS.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    let held = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    if response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, 1 << 20).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let Ok(tag) = HeaderValue::from_str(&tag(&bytes)) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    parts.headers.insert(header::ETAG, tag.clone());
    if held.is_some_and(|held| held == tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// The version of an answer, without its time of creation (`asOf`).
fn tag(bytes: &[u8]) -> String {
    let said = match serde_json::from_slice::<Value>(bytes) {
        Ok(mut body) => {
            if let Some(quota) = body.get_mut("quota").and_then(Value::as_object_mut) {
                quota.remove("asOf");
            }
            body.to_string()
        }
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    };
    let digest = Sha256::digest(said.as_bytes());
    let hex: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}
