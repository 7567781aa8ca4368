//! Open questions about the undocumented sources, answered another way: what nobody could settle is a setting,
//! so that both answers can be tried.

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How one of `opac2`, `yidu`, `nstl` answers; the default is what the notes of third parties say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Habits {
    /// what the first record or page is called; by default 0 at opac2 and 1 at yidu
    pub offset_base: Option<u64>,
    /// what `offset` counts, `records` or `pages`; by default records at opac2 and pages at yidu
    pub offset_counts: String,
    /// opac2: the only part of the path that is known; by default both
    pub segment: String,
    /// status word of success
    pub success: String,
    /// JSON pointer to the number of hits; `-` for none
    pub total: String,
    /// JSON pointer to the list of records
    pub records: String,
    /// answers are in GB 18030
    pub gb18030: bool,
    /// opac2: a query with `or` finds nothing
    pub without_or: bool,
    /// a query for a number finds nothing
    pub without_numbers: bool,
    /// yidu and nstl: answers bring ISBNs
    pub with_numbers: bool,
    /// nstl: code of the field for titles in questions
    pub title_code: String,
    /// nstl: a code of a field has no effect
    pub ignores_codes: bool,
    /// name of the member for the title
    pub title_member: String,
}

impl Habits {
    /// The position of the first record, and the number of records on a page.
    pub(crate) fn window(
        &self,
        offset: Option<u64>,
        limit: usize,
        base: u64,
        counts: &str,
    ) -> (usize, usize) {
        let base = self.offset_base.unwrap_or(base);
        let counts = if self.offset_counts.is_empty() { counts } else { &self.offset_counts };
        let offset = usize::try_from(offset.unwrap_or(base).saturating_sub(base)).unwrap_or(usize::MAX);
        let start = if counts == "pages" { offset.saturating_mul(limit) } else { offset };
        (start, limit)
    }

    /// The answer, with its parts moved from their usual places.
    pub(crate) fn answer(&self, mut answer: Value, usual: [&str; 3]) -> Response {
        let [status, total, records] = usual;
        if !self.success.is_empty() {
            put(&mut answer, status, Value::String(self.success.clone()));
        }
        for (place, from) in [(&self.total, total), (&self.records, records)] {
            if !place.is_empty() {
                let value = take(&mut answer, from);
                put(&mut answer, place, value);
            }
        }
        if !self.gb18030 {
            return Json(answer).into_response();
        }
        let text = answer.to_string();
        let bytes = encoding_rs::GB18030.encode(&text).0.into_owned();
        ([(header::CONTENT_TYPE, "application/json")], bytes).into_response()
    }

    /// Name of the member for the title.
    pub(crate) fn title_member<'a>(&'a self, usual: &'a str) -> &'a str {
        if self.title_member.is_empty() { usual } else { &self.title_member }
    }
}

fn take(root: &mut Value, pointer: &str) -> Value {
    let (above, name) = pointer.rsplit_once('/').unwrap_or(("", pointer));
    let members = root.pointer_mut(above).and_then(Value::as_object_mut);
    members.and_then(|members| members.remove(name)).unwrap_or_default()
}

fn put(root: &mut Value, pointer: &str, value: Value) {
    // `-` is no pointer: the value is left out
    let mut place = root;
    for name in pointer.split('/').skip(1) {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(members) = place else { return };
        place = members.entry(name).or_insert(Value::Null);
    }
    if pointer.starts_with('/') {
        *place = value;
    }
}
