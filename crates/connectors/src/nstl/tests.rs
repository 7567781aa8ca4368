//! The exact form that is sent.

use futures_util::StreamExt;
use hongyan_model::query::Clause;
use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::http::{Http, HttpOptions};
use crate::source::{Protocol, SourceConfig};
use crate::sources;

#[test]
fn operators_stand_with_one_word_each() {
    let clause = |join, text: &str| Clause { join, ..Clause::words(Field::Title, text) };
    let query = Query {
        clauses: vec![
            clause(Join::Or, "量子点 成像"),
            Clause { phrase: true, ..clause(Join::And, "quantum dots") },
            clause(Join::Or, "ナノ結晶"),
            clause(Join::Not, "综述"),
            clause(Join::Not, "两个 词"),
        ],
        year_from: Some(2019),
        year_to: Some(2019),
        ..Query::default()
    };
    let said = |query: &Query| {
        let (terms, dropped) = ask(query, &Indexes::default()).unwrap();
        let terms: Vec<String> = terms.iter().map(|t| format!("{}:{}:{}:{}", t.o, t.k, t.v, t.a)).collect();
        (terms, dropped)
    };
    let (terms, dropped) = said(&query);
    assert_eq!(terms, ["AND:tit:quantum dots:0", "OR:tit:ナノ結晶:0", "NOT:tit:综述:0", "AND:yea:2019:1"]);
    assert_eq!(dropped, ["量子点 成像", "两个 词"]);
    let range = Query { year_from: Some(1990), ..Query::words(Field::Creator, "加地 範匡") };
    assert_eq!(
        said(&range),
        (vec!["AND::加地:0".to_owned(), "AND::範匡:0".to_owned()], vec!["1990–".to_owned()])
    );
}

#[tokio::test]
async fn asks_as_the_page_of_the_site_does() {
    let server = MockServer::start().await;
    let row = |id: u32| json!([{"f": "id", "v": [id.to_string()]}, {"f": "tit", "v": ["<em>量子点</em>"]}]);
    let page = |rows: Vec<Value>| {
        ResponseTemplate::new(200).set_body_json(json!({"code": "0", "total": 3, "data": rows}))
    };
    Mock::given(method("POST"))
        .respond_with(page(vec![row(1), row(2)]))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    Mock::given(method("POST")).respond_with(page(vec![row(3)])).mount(&server).await;
    let config =
        SourceConfig { page_size: 2, ..SourceConfig::new("nstl", "NSTL", Protocol::Nstl, server.uri()) };
    let source = sources::open(&config, &Http::new(HttpOptions::default()).unwrap()).unwrap();
    let items: Vec<_> = source.search(&Query::words(Field::Any, "量子点 & \"成像\""), 10).collect().await;
    let titles: usize = items.iter().map(|item| item.as_ref().unwrap().records.len()).sum();
    assert_eq!((titles, items.len()), (3, 2));
    let asked = server.received_requests().await.unwrap();
    for (n, request) in asked.iter().enumerate() {
        assert_eq!(request.url.query(), Some("target=nstl4.search4&function=paper/pc/list/pl"));
        assert_eq!(request.headers["x-requested-with"], "XMLHttpRequest");
        assert_eq!(request.headers["referer"].to_str().unwrap(), format!("{}/search.html", server.uri()));
        let form: Vec<(String, String)> = url::form_urlencoded::parse(&request.body).into_owned().collect();
        let field = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, v)| v.as_str()).unwrap();
        assert_eq!((field("pageSize"), field("pageNumber")), ("2", (n + 1).to_string().as_str()));
        let query: Value = serde_json::from_str(field("query")).unwrap();
        assert_eq!(query["q"][0], json!({"k": "", "v": "量子点", "e": 1, "o": "AND", "a": 0}));
        assert_eq!(query["q"][1]["v"], "\"成像\"");
        assert_eq!(query["t"][0], "JournalPaper");
    }
}

/// A response, and a check of the resulting error.
type Case = (ResponseTemplate, fn(&NetError) -> bool);

#[tokio::test]
async fn the_application_says_no_in_its_own_ways() {
    let json = |body: Value| ResponseTemplate::new(200).set_body_json(body);
    let cases: [Case; 3] = [
        (
            json(json!({"code": 1001, "message": "系统繁忙"})),
            |e| matches!(e, NetError::Refused { code, message, .. } if code == "1001" && message == "系统繁忙"),
        ),
        (json(json!({"code": "0", "message": "请输入验证码"})), |e| matches!(e, NetError::Blocked(_))),
        (json(json!({"何": "也"})), |e| matches!(e, NetError::Malformed(_))),
    ];
    for (answer, expected) in cases {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(answer).mount(&server).await;
        let config = SourceConfig::new("nstl", "NSTL", Protocol::Nstl, server.uri());
        let source = sources::open(&config, &Http::new(HttpOptions::default()).unwrap()).unwrap();
        let items: Vec<_> = source.search(&Query::words(Field::Any, "量子点"), 10).collect().await;
        let [Err(error)] = &items[..] else { panic!("{items:?}") };
        assert!(expected(error), "{error:?}");
    }
}
