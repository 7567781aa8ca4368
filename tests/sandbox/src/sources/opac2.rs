//! 联合目录 opac2, as two third parties describe it: POST with base64-encoded CQL, a status that is a string,
//! HTML inside names. They disagree whether the first record is 0 or 1, so that this is a setting.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hongyan_model::Kind;
use serde_json::{Value, json};

use super::xml;
use crate::app::App;
use crate::catalogue::Work;
use crate::cql;

fn failed() -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({"message": "Internal Server Error"}))).into_response()
}

pub(crate) async fn search(State(app): State<App>, Path(segment): Path<String>, bytes: Bytes) -> Response {
    let habits = app.habits("opac2");
    if !matches!(segment.as_str(), "true" | "simple")
        || !habits.segment.is_empty() && segment != habits.segment
    {
        return failed();
    }
    let Ok(body) = serde_json::from_slice::<Value>(&bytes) else { return failed() };
    let text = body
        .get("query")
        .and_then(Value::as_str)
        .and_then(|text| STANDARD.decode(text).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let barren = text.as_deref().is_some_and(|text| {
        habits.without_or && text.contains(" or ") || habits.without_numbers && text.contains("isbn")
    });
    let Some(Ok(query)) = text.map(|text| cql::parse(&text)) else { return failed() };
    let Some(Ok(mut found)) = app.catalogue.find("union", &query) else { return failed() };
    if barren {
        found.clear();
    }
    let number = |key: &str| body.get(key).and_then(Value::as_u64);
    let limit = number("limit").and_then(|n| usize::try_from(n).ok()).unwrap_or(10).min(100);
    let base = u64::from(app.settings().opac_offset_base);
    let (start, limit) = habits.window(number("offset"), limit, base, "records");
    let total = found.len();
    let types = json!({"name": "type", "values": count(&found)});
    let member = habits.title_member("title");
    let instances: Vec<Value> =
        found.into_iter().skip(start).take(limit).map(|work| instance(work, member)).collect();
    let answer = json!({
        "status": "200",
        "data": {"instances": instances, "resultInfo": {"totalRecords": total, "facets": [types]}},
    });
    habits.answer(answer, ["/status", "/data/resultInfo/totalRecords", "/data/instances"])
}

fn count(found: &[&Work]) -> Value {
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    for work in found {
        *counts.entry(type_name(work.kind)).or_default() += 1;
    }
    counts.into_iter().map(|(value, count)| json!({"value": value, "count": count})).collect()
}

fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Book | Kind::Standard | Kind::Report => "图书",
        Kind::Journal | Kind::Newspaper => "连续出版物",
        Kind::AncientBook => "古籍",
        Kind::Thesis => "学位论文",
        _ => "其他",
    }
}

/// A link as the website's script builds it; the answer contains it ready for display.
fn anchor(text: &str) -> String {
    format!("<a onClick=\"toSearch('dc.creator','{0}')\">{0}</a>", xml(text))
}

fn instance(work: &Work, member: &str) -> Value {
    let contributors: Vec<Value> = work.by.iter().map(|maker| json!({"name": anchor(&maker.name)})).collect();
    let title = if work.subtitle.is_empty() {
        work.title.clone()
    } else {
        format!("{} : {}", work.title, work.subtitle)
    };
    let publisher = [&work.place, &work.publisher, &work.date]
        .into_iter()
        .filter(|text| !text.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    json!({
        member: title,
        "contributor": contributors,
        "publisher": publisher,
        "isbn": work.isbn,
        "language": work.lang,
        "type": type_name(work.kind),
        "rid": format!("rid-{}", work.id),
        "calisid": format!("HYSB {}", work.id),
        "resource": if work.open_url.is_empty() {
            "<a>无</a>".to_owned()
        } else {
            format!("<a href=\"{}\">电子资源</a>", xml(&work.open_url))
        },
    })
}
