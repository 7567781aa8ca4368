//! `GET /search/{collection}`: collections of the platform without an interface of their own.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::catalogue::Work;
use crate::cql;
use crate::reply::{Answer, Refusal, not_found};
use crate::sources::csl;

/// Wire names of the collections.
pub(crate) const COLLECTIONS: [&str; 6] = ["etd", "rbsc", "ccc", "cashl", "eduread", "union"];

#[derive(Debug, Deserialize)]
pub(crate) struct Search {
    query: String,
    limit: Option<usize>,
    offset: Option<usize>,
}

pub(crate) async fn search(
    State(app): State<App>,
    Path(collection): Path<String>,
    search: Result<Query<Search>, axum::extract::rejection::QueryRejection>,
) -> Answer {
    let Query(search) = search.map_err(|_| Refusal::new(400, "QUERY_INVALID", "检索式无法识别"))?;
    if !COLLECTIONS.contains(&collection.as_str()) {
        return Err(not_found());
    }
    let query = cql::parse(&search.query)
        .map_err(|error| Refusal::new(400, "QUERY_INVALID", "检索式无法识别").with("detail", error))?;
    let found = app.catalogue.find(&collection, &query).ok_or_else(not_found)?;
    let found = found
        .map_err(|index| Refusal::new(400, "QUERY_INVALID", "检索式含未知字段").with("index", index.0))?;
    let total = found.len();
    let facets = facets(&found);
    let records: Vec<Value> = found
        .into_iter()
        .skip(search.offset.unwrap_or(0))
        .take(search.limit.unwrap_or(10).min(100))
        .map(|work| csl::record(work, &app.library().name))
        .collect();
    Ok(Json(json!({"records": records, "totalRecords": total, "facets": facets})).into_response())
}

/// Facet counts over the whole result, highest first.
fn facets(found: &[&Work]) -> Value {
    let count = |key: fn(&Work) -> String| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for work in found {
            *counts.entry(key(work)).or_default() += 1;
        }
        let mut counts: Vec<(String, usize)> =
            counts.into_iter().filter(|(key, _)| !key.is_empty()).collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts.into_iter().map(|(value, count)| json!({"value": value, "count": count})).collect::<Vec<_>>()
    };
    json!([
        {"name": "kind", "values": count(|work| work.kind.publication_type().to_owned())},
        {"name": "language", "values": count(|work| work.lang.clone())},
        {"name": "year", "values": count(|work| work.year().map(|y| y.to_string()).unwrap_or_default())},
    ])
}
