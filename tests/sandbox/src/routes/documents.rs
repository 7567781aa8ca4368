//! Delivered documents. A view is used up when GET requests the first byte; HEAD and the resumption of a
//! broken download use none.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::put::request_id;
use super::read::own;
use crate::app::App;
use crate::reply::{Answer, Refusal, not_found};
use crate::requests::documents::{self, Document, Standing};
use crate::requests::find;
use crate::tokens::Patron;

pub(crate) async fn list(State(app): State<App>, Patron(account): Patron, Path(id): Path<String>) -> Answer {
    let row = own(&app, &account, &id).await?;
    let documents = documents::described(&row.documents);
    let total = documents.len();
    Ok(Json(json!({"documents": documents, "totalRecords": total})).into_response())
}

pub(crate) async fn content(
    State(app): State<App>,
    Patron(account): Patron,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Answer {
    let id = request_id(&id)?.to_string();
    let mut tx = app.pool.begin().await?;
    let document = documents::find(&mut tx, &id).await?.ok_or_else(not_found)?;
    let row = find(&mut tx, &document.request).await?;
    if row.is_none_or(|row| row.account != account.id || row.deleted) {
        return Err(not_found());
    }
    let size = document.content.len();
    let etag = format!("\"{}\"", document.sha256);
    let same = headers.get(header::IF_RANGE).is_none_or(|tag| tag.as_bytes() == etag.as_bytes());
    let wanted = headers.get(header::RANGE).and_then(|value| value.to_str().ok()).filter(|_| same);
    let range = match wanted.map(|text| range(text, size)) {
        None | Some(Range::Ignored) => None,
        Some(Range::Part(from, to)) => Some((from, to)),
        Some(Range::Beyond) => {
            let refusal = Refusal::new(416, "RANGE_INVALID", "范围超出文档").into_response();
            return Ok(with(refusal, "content-range", &format!("bytes */{size}")));
        }
    };
    let head = method == Method::HEAD;
    let anew = !head && range.is_none_or(|(from, _)| from == 0);
    match document.standing(app.clock.now_ms(), anew) {
        Standing::Open => {}
        Standing::Expired => return Err(Refusal::new(410, "DOCUMENT_EXPIRED", "文档已过保存期")),
        Standing::UsedUp => return Err(Refusal::new(410, "DOCUMENT_USED_UP", "文档的查看次数已用完")),
    }
    if anew && !documents::view(&app, &mut tx, &document).await? {
        return Err(Refusal::new(410, "DOCUMENT_USED_UP", "文档的查看次数已用完"));
    }
    tx.commit().await?;
    if anew {
        app.tell();
    }
    Ok(answer(&document, range, head, &etag))
}

fn answer(document: &Document, range: Option<(usize, usize)>, head: bool, etag: &str) -> Response {
    let size = document.content.len();
    let (from, to) = range.unwrap_or((0, size));
    let part = document.content.get(from..to).unwrap_or_default();
    let body = if head { Body::empty() } else { Body::from(part.to_vec()) };
    let status = if range.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let mut response = (status, body).into_response();
    for (name, value) in [
        ("content-type", document.media_type.clone()),
        ("content-length", part.len().to_string()),
        ("accept-ranges", "bytes".to_owned()),
        ("etag", etag.to_owned()),
        ("cache-control", "no-store".to_owned()),
        ("content-disposition", disposition(&document.name)),
    ] {
        response = with(response, name, &value);
    }
    if range.is_some() {
        let last = to.saturating_sub(1);
        response = with(response, "content-range", &format!("bytes {from}-{last}/{size}"));
    }
    response
}

/// The file name in `Content-Disposition`, encoded as RFC 6266 requires beyond ASCII.
fn disposition(name: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    format!("attachment; filename*=UTF-8''{}", encoded.replace('+', "%20"))
}

fn with(mut response: Response, name: &'static str, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// The meaning of a `Range` header.
#[derive(Debug, PartialEq, Eq)]
enum Range {
    /// first byte, and one past the last
    Part(usize, usize),
    /// beyond the end of the document
    Beyond,
    /// several parts, or malformed: the whole document is sent (RFC 9110, 14.2)
    Ignored,
}

fn range(text: &str, size: usize) -> Range {
    let Some((from, to)) = text.trim().strip_prefix("bytes=").and_then(|one| one.split_once('-')) else {
        return Range::Ignored;
    };
    let number = |text: &str| text.trim().parse::<usize>().ok();
    match (number(from), number(to)) {
        (Some(from), _) if from >= size => Range::Beyond,
        (Some(from), None) if to.trim().is_empty() => Range::Part(from, size),
        (Some(from), Some(to)) if to >= from => Range::Part(from, (to + 1).min(size)),
        (None, Some(0)) if from.trim().is_empty() => Range::Beyond,
        (None, Some(last)) if from.trim().is_empty() => Range::Part(size.saturating_sub(last), size),
        _ => Range::Ignored,
    }
}

#[cfg(test)]
mod tests {
    use super::{Range, range};

    #[test]
    fn ranges_are_read() {
        for (text, wanted) in [
            ("bytes=0-", Range::Part(0, 10)),
            ("bytes=4-", Range::Part(4, 10)),
            ("bytes=4-6", Range::Part(4, 7)),
            ("bytes=4-99", Range::Part(4, 10)),
            ("bytes=-3", Range::Part(7, 10)),
            ("bytes=10-", Range::Beyond),
            ("bytes=-0", Range::Beyond),
            ("bytes=6-4", Range::Ignored),
            ("bytes=0-1,4-5", Range::Ignored),
            ("页=1-2", Range::Ignored),
        ] {
            assert_eq!(range(text, 10), wanted, "{text}");
        }
    }
}
