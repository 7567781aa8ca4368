//! The exact bytes that are sent, and the responses listed in docs/SOURCES.md.

use futures_util::StreamExt;
use hongyan_model::query::{Clause, Field};
use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::http::{Http, HttpOptions};
use crate::source::Batch;
use crate::sources;

async fn ask(server: &MockServer, extra: &str, query: &Query) -> Vec<Result<Batch, NetError>> {
    let text = format!(
        "[[source]]\nid = \"calis\"\nname = \"联合目录\"\nprotocol = \"opac2\"\naddress = \"{}/\"\npageSize = 2\n{extra}",
        server.uri()
    );
    let config = sources::parse(&text).unwrap().source.remove(0);
    let source = sources::open(&config, &Http::new(HttpOptions::default()).unwrap()).unwrap();
    source.search(query, 4).collect().await
}

fn page(total: u64, titles: &[&str]) -> ResponseTemplate {
    let instances: Vec<Value> = titles
        .iter()
        .map(|title| json!({"title": title, "contributor": [{"name": "<a onClick=\"x('y')\">曹雪芹</a>"}], "rid": title}))
        .collect();
    ResponseTemplate::new(200).set_body_json(json!({
        "status": "200", "data": {"instances": instances, "resultInfo": {"totalRecords": total, "facets": []}},
    }))
}

#[tokio::test]
async fn asks_as_the_page_of_the_catalogue_does() {
    for (extra, offsets) in [("", [0, 2]), ("offsetBase = 1\n", [1, 3])] {
        let server = MockServer::start().await;
        let first = Mock::given(method("POST")).respond_with(page(3, &["红楼梦", "红楼梦考证"]));
        first.up_to_n_times(1).mount(&server).await;
        Mock::given(method("POST")).respond_with(page(3, &["红楼梦辨"])).mount(&server).await;
        let query = Query {
            clauses: vec![Clause::words(Field::Title, "红楼梦"), Clause::words(Field::Creator, "曹\"雪芹*")],
            year_from: Some(1980),
            ..Query::default()
        };
        let batches: Vec<Batch> = ask(&server, extra, &query).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(batches[0].hits, Some(3));
        assert_eq!(batches[0].dropped, ["1980–"]);
        assert_eq!(batches[0].records[0].creators[0].name, "曹雪芹");
        assert_eq!(batches.iter().map(|b| b.records.len()).collect::<Vec<_>>(), [2, 1]);
        let asked = server.received_requests().await.unwrap();
        assert_eq!(asked.len(), 2);
        for (request, offset) in asked.iter().zip(offsets) {
            assert_eq!(request.url.path(), SEARCH.join("true"));
            assert_eq!(request.headers["referer"].to_str().unwrap(), format!("{}/search", server.uri()));
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            assert_eq!((body["offset"].as_u64(), body["limit"].as_u64()), (Some(offset), Some(2)));
            assert_eq!((&body["sortkey"], &body["lang"]), (&json!(""), &json!("zh-cn")));
            let cql = STANDARD.decode(body["query"].as_str().unwrap()).unwrap();
            let expected = r#"((dc.title="红楼梦" or dc.title="紅樓夢" or dc.title="紅楼夢") and dc.creator="曹\"雪芹\*")"#;
            assert_eq!(String::from_utf8(cql).unwrap(), expected);
        }
    }
}

/// A response, and a check of the resulting error.
type Case = (ResponseTemplate, fn(&NetError) -> bool);

#[tokio::test]
async fn the_application_says_no_in_its_own_ways() {
    let no = |status: u16, body: Value| ResponseTemplate::new(status).set_body_json(body);
    let cases: [Case; 6] = [
        (no(500, json!({"message": "Internal Server Error"})), |e| *e == NetError::Server(500)),
        (
            no(200, json!({"status": "401", "message": "未登录"})),
            |e| matches!(e, NetError::Refused { code, message, .. } if code == "401" && message == "未登录"),
        ),
        (no(200, json!({"status": "200", "message": "请输入验证码"})), |e| {
            matches!(e, NetError::Blocked(_))
        }),
        (ResponseTemplate::new(200).set_body_string("<html><body>请拖动滑块</body></html>"), |e| {
            matches!(e, NetError::Blocked(_))
        }),
        (no(200, json!({"何": "也"})), |e| matches!(e, NetError::Malformed(_))),
        (ResponseTemplate::new(429), |e| *e == NetError::Throttled { after: None }),
    ];
    for (answer, expected) in cases {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(answer).expect(1).mount(&server).await;
        let items = ask(&server, "", &Query::words(Field::Any, "鲁迅")).await;
        let [Err(error)] = &items[..] else { panic!("{items:?}") };
        assert!(expected(error), "{error:?}");
        server.verify().await;
    }
}

#[tokio::test]
async fn a_book_about_captchas_is_a_book() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(page(1, &["captcha 验证码技术"])).mount(&server).await;
    let items = ask(&server, "", &Query::words(Field::Title, "验证码")).await;
    assert_eq!(items[0].as_ref().unwrap().records.len(), 1);
}

/// What was seen of the source differs: each answer has its setting.
#[tokio::test]
async fn asks_as_it_is_set() {
    let sent = async |change: fn(&mut crate::source::SourceConfig), query: &Query| {
        let server = MockServer::start().await;
        let none = json!({"status": "200", "data": {"instances": [], "resultInfo": {"totalRecords": 0}}});
        Mock::given(method("POST"))
            .respond_with(ResponseTemplate::new(200).set_body_json(none))
            .mount(&server)
            .await;
        let mut config = crate::source::SourceConfig::new(
            "calis",
            "联合目录",
            crate::source::Protocol::Opac2,
            server.uri(),
        );
        change(&mut config);
        let source = sources::open(&config, &Http::new(HttpOptions::default()).unwrap()).unwrap();
        let batches: Vec<_> = source.search(query, 5).collect().await;
        let request = server.received_requests().await.unwrap().remove(0);
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let cql = STANDARD.decode(body["query"].as_str().unwrap()).unwrap();
        let dropped = batches.into_iter().next().unwrap().unwrap().dropped;
        (request.url.path().to_owned(), body["limit"].clone(), String::from_utf8(cql).unwrap(), dropped)
    };
    let query = Query::from_box("中国 OR 台湾");
    let (path, limit, cql, dropped) = sent(
        |config| {
            (config.segment, config.offset_counts) = ("simple".to_owned(), "pages".to_owned());
            (config.without_or, config.page_size) = (true, 20);
        },
        &query,
    )
    .await;
    assert_eq!(path, SEARCH.join("simple"));
    assert_eq!((limit, cql.as_str()), (json!(20), "(title=\"中国\")"));
    assert_eq!(dropped, ["台湾"]);
    let isbn = Query::from_box("978-7-02-000220-7");
    let (.., cql, _) = sent(|config| config.without_or = true, &isbn).await;
    assert_eq!(cql, "(bath.isbn=\"9787020002207*\")");
    let (_, limit, cql, _) = sent(|_| {}, &query).await;
    assert!(cql.contains(" or ") && limit == json!(5), "{cql}");
}

/// Items of the list that are no records are counted, and the next page begins behind them.
#[tokio::test]
async fn items_that_are_no_records_are_told() {
    let server = MockServer::start().await;
    let list = json!([{"title": "水鸟", "rid": "1"}, null, "第二条", ["三"], {"title": "鹤", "rid": "5"}]);
    let answer = json!({"status": "200", "data": {"instances": list, "resultInfo": {"totalRecords": 5}}});
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_json(answer))
        .mount(&server)
        .await;
    let items = ask(&server, "", &Query::words(Field::Title, "鸟")).await;
    let batch = items[0].as_ref().unwrap();
    assert_eq!((batch.records.len(), batch.unread.records), (2, 3));
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}
