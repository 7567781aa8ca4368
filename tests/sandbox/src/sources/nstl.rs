//! 国家科技图书文献中心 NSTL, according to field notes: a form whose field `query` is JSON, rows of `{f, v}` pairs with
//! single values in arrays of one, `<em>` in titles. The notes lack the codes of the fields for title and
//! keywords, `OR` and `NOT`; those here are invented.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use hongyan_model::Kind;
use serde_json::{Value, json};

use super::habits::Habits;
use super::xml;
use crate::app::App;
use crate::catalogue::Work;
use crate::cql::{Cql, Node, Term};

/// The one path of the interface; parameters select the operation.
pub(crate) const PATH: &str = "/api/service/nstl/web/execute";

pub(crate) async fn execute(
    State(app): State<App>,
    Query(wanted): Query<HashMap<String, String>>,
    bytes: Bytes,
) -> Response {
    let refuse = |message: &str| {
        Json(json!({"code": "1", "message": message, "total": 0, "data": [], "traceId": "sandbox"}))
            .into_response()
    };
    let parameter = |name: &str| wanted.get(name).map(String::as_str).unwrap_or_default();
    if (parameter("target"), parameter("function")) != ("nstl4.search4", "paper/pc/list/pl") {
        return refuse("未知的服务");
    }
    let form: HashMap<String, String> = url::form_urlencoded::parse(&bytes).into_owned().collect();
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let Ok(query) = serde_json::from_str::<Value>(field("query")) else { return refuse("检索式错误") };
    let list = |name: &str| query.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let habits = app.habits("nstl");
    let (node, words) = tree(&list("q"), &habits);
    let Some(node) = node else { return refuse("检索词不能为空") };
    let types: Vec<String> = list("t").iter().filter_map(|t| t.as_str().map(str::to_owned)).collect();
    let found = match app.catalogue.find("nstl", &Cql { node: Some(node), sort: None }) {
        Some(Ok(found)) => found,
        _ => return refuse("检索失败"),
    };
    let mut found: Vec<&Work> =
        found.into_iter().filter(|work| types.iter().any(|t| t == kind(work.kind))).collect();
    if habits.without_numbers && words.iter().any(|word| word.starts_with("10.") || word.starts_with("978")) {
        found.clear();
    }
    let number = |name: &str, usual: usize| field(name).parse().unwrap_or(usual);
    let (page, size) = (number("pageNumber", 1).max(1), number("pageSize", 10).clamp(1, 100));
    let total = found.len();
    let skipped = (page - 1).saturating_mul(size);
    let member = habits.title_member("tit");
    let rows: Vec<Value> = found
        .into_iter()
        .skip(skipped)
        .take(size)
        .map(|work| row(work, &words, member, habits.with_numbers))
        .collect();
    let answer = json!({"code": "0", "took": 3, "total": total, "data": rows, "traceId": "sandbox"});
    habits.answer(answer, ["/code", "/total", "/data"])
}

/// Combines the conditions from left to right; also returns their words for highlighting.
fn tree(conditions: &[Value], habits: &Habits) -> (Option<Node>, Vec<String>) {
    let (mut node, mut words) = (None, Vec::new());
    for condition in conditions {
        let text = |key: &str| condition.get(key).and_then(Value::as_str).unwrap_or_default();
        let value = text("v").trim();
        if value.is_empty() {
            continue;
        }
        let titles = if habits.title_code.is_empty() { "tit" } else { &habits.title_code };
        let index = match text("k") {
            "" => "serverchoice",
            _ if habits.ignores_codes => "serverchoice",
            code if code == titles => "title",
            "key" => "subject",
            "yea" => "date",
            // an unknown code matches nothing
            _ => "id",
        };
        words.push(value.to_owned());
        let term = Box::new(Node::Term(Term {
            index: index.to_owned(),
            // a value with spaces is a phrase
            relation: if index == "date" { "=" } else { "adj" }.to_owned(),
            value: value.to_owned(),
        }));
        node = Some(match (node.map(Box::new), text("o")) {
            (None, _) => *term,
            (Some(before), "OR") => Node::Or(before, term),
            (Some(before), "NOT") => Node::Not(before, term),
            (Some(before), _) => Node::And(before, term),
        });
    }
    (node, words)
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Article => "JournalPaper",
        Kind::Thesis => "DegreePaper",
        Kind::Conference => "ProceedingsPaper",
        Kind::Report => "ReportMatrix",
        Kind::Patent => "Patent",
        Kind::Standard => "StandardLiterature",
        _ => "BookMatrix",
    }
}

/// A title with the search words highlighted, as the website shows it.
fn marked(title: &str, words: &[String]) -> String {
    let mut out = xml(title);
    for word in words {
        let word = xml(word);
        out = out.replacen(&word, &format!("<em>{word}</em>"), 1);
    }
    out
}

fn row(work: &Work, words: &[String], member: &str, numbers: bool) -> Value {
    let one = |name: &str, value: &str| (!value.is_empty()).then(|| json!({"f": name, "v": [value]}));
    let inner = |name: &str, value: &str| json!([{"f": name, "v": [value]}]);
    let people: Vec<Value> = work.by.iter().map(|maker| inner("nam", &maker.name)).collect();
    let holders: Vec<Value> = work
        .libraries
        .iter()
        .map(|library| json!([{"f": "lico", "v": [library]}, {"f": "honu", "v": [work.call_number]}]))
        .collect();
    let rows = |name: &str, rows: Vec<Value>| (!rows.is_empty()).then(|| json!({"f": name, "v": rows}));
    let open = !work.open_url.is_empty();
    let start =
        if work.is_component() { work.pages.split(['-', '–']).next().unwrap_or_default() } else { "" };
    let source = if work.container.is_empty() { Vec::new() } else { vec![inner("tit", &work.container)] };
    let institution =
        if work.kind == Kind::Thesis { vec![inner("nam", &work.publisher)] } else { Vec::new() };
    let mut titles = vec![marked(&work.title, words)];
    titles.extend(Some(xml(&work.alt)).filter(|alt| !alt.is_empty()));
    let pairs = [
        one("id", &format!("hysb{}", work.id)),
        one("type", kind(work.kind)),
        Some(json!({"f": member, "v": titles})),
        one("abs", &work.summary),
        (!work.subjects.is_empty()).then(|| json!({"f": "key", "v": work.subjects})),
        rows("hasAut", people),
        rows("hasCrOr", institution),
        rows("hasHol", holders),
        rows("hasSo", source),
        one("acty", if open { "oa" } else { "nstl" }),
        one("availableOrderType", if open { "" } else { "全文申请单" }),
        one("yea", &work.year().map(|year| year.to_string()).unwrap_or_default()),
        one("vol", &work.volume),
        one("iss", &work.issue),
        one("stpa", start),
        one("lan", &work.lang),
        one("doi", &work.doi),
        one("isbn", if numbers { &work.isbn } else { "" }),
        Some(json!({"f": "score", "v": 1.0})),
    ];
    Value::Array(pairs.into_iter().flatten().collect())
}
