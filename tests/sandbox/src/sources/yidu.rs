//! e读 yidu, as one third party describes it. Its description lacks the field of the total and all codes but
//! `JNArt`; `total` beside `content`, and the codes of the other kinds, are invented.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use hongyan_model::Kind;
use serde_json::{Value, json};

use super::xml;
use crate::app::App;
use crate::catalogue::Work;
use crate::cql::{Cql, Node, Term};

pub(crate) async fn search(State(app): State<App>, bytes: Bytes) -> Response {
    let refuse = |message: &str| Json(json!({"code": 500, "msg": message})).into_response();
    let Ok(body) = serde_json::from_slice::<Value>(&bytes) else { return refuse("参数错误") };
    let clauses = body.get("exp").and_then(Value::as_array).into_iter().flatten();
    let mut node: Option<Node> = None;
    let mut words = Vec::new();
    for clause in clauses {
        let text = |key: &str| clause.get(key).and_then(Value::as_str).unwrap_or_default();
        if text("value").trim().is_empty() {
            continue;
        }
        words.push(text("value").trim().to_owned());
        let index = match text("field") {
            "title" => "title",
            "creator" | "author" => "creator",
            "keyword" | "subject" => "subject",
            "isbn" => "isbn",
            "issn" => "issn",
            _ => "serverchoice",
        };
        let term = Node::Term(Term {
            index: index.to_owned(),
            relation: "all".to_owned(),
            value: text("value").to_owned(),
        });
        node = Some(match node {
            None => term,
            Some(before) => Node::And(Box::new(before), Box::new(term)),
        });
    }
    if node.is_none() {
        return refuse("检索词不能为空");
    }
    let found = match app.catalogue.find("yidu", &Cql { node, sort: None }) {
        Some(Ok(found)) => found,
        _ => return refuse("检索失败"),
    };
    let habits = app.habits("yidu");
    let number = |key: &str| body.get(key).and_then(Value::as_u64);
    let limit = number("limit").and_then(|n| usize::try_from(n).ok()).unwrap_or(10).clamp(1, 100);
    let (start, limit) = habits.window(number("offset"), limit, 1, "pages");
    let total = found.len();
    let member = habits.title_member("string_title");
    let content: Vec<Value> = found
        .into_iter()
        .skip(start)
        .take(limit)
        .map(|work| item(work, &words, member, habits.with_numbers))
        .collect();
    let answer = json!({"code": 200, "msg": "操作成功", "data": {"content": content, "total": total}});
    habits.answer(answer, ["/code", "/data/total", "/data/content"])
}

fn schema(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Article => ("JNArt", "期刊论文"),
        Kind::Journal => ("Journal", "期刊"),
        Kind::Thesis => ("Degree", "学位论文"),
        Kind::Conference => ("Proc", "会议论文"),
        Kind::Patent => ("Patent", "专利"),
        Kind::Standard => ("Standard", "标准"),
        Kind::Report => ("Report", "报告"),
        Kind::AncientBook => ("Ancient", "古籍"),
        Kind::Newspaper => ("Newspaper", "报纸"),
        Kind::Book => ("Book", "图书"),
        Kind::Other => ("Other", "其他"),
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

fn item(work: &Work, words: &[String], member: &str, numbers: bool) -> Value {
    let (code, name) = schema(work.kind);
    let creators: Vec<&str> = work.by.iter().map(|maker| maker.name.as_str()).collect();
    json!({
        "ukey": format!("HYSB{}", work.id),
        "schemacode": code,
        member: marked(&work.title, words),
        "string_creator": creators.join(";"),
        "string_creatorsearch": creators.join(";"),
        "string_abstract": work.summary,
        "string_Key": work.subjects.join(";"),
        "string_keyword": work.subjects.join(";"),
        "string_journal_title": work.container,
        "string_publishyear": work.year().map(|year| year.to_string()).unwrap_or_default(),
        "string_isbn": if numbers { work.isbn.as_str() } else { "" },
        "multivalued_type": [name],
    })
}
