use futures_util::StreamExt;
use serde_json::json;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::http::{Http, HttpOptions};
use crate::source::{Batch, Credentials, Protocol, SourceConfig};
use crate::sources;

async fn ask(server: &MockServer, query: &Query, key: &str) -> Vec<Result<Batch, NetError>> {
    let address = format!("{}/webapi/list?lang=chs", server.uri());
    let mut config = SourceConfig::new("shanghai-data", "上海图书馆", Protocol::Shanghai, address);
    "eventFreeText".clone_into(&mut config.indexes.any);
    let credentials = Credentials { secret: key.to_owned(), ..Credentials::default() };
    let http = Http::new(HttpOptions::default()).unwrap();
    sources::open_with(&config, &http, Some(&credentials)).unwrap().search(query, 30).collect().await
}

#[tokio::test]
async fn twenty_rows_at_once_and_pages_from_one() {
    let server = MockServer::start().await;
    let page = |request: &wiremock::Request| {
        let number = |name: &str| -> usize {
            request.url.query_pairs().find(|(key, _)| key == name).unwrap().1.parse().unwrap()
        };
        let (page, size) = (number("pageth"), number("pageSize"));
        let rows: Vec<_> = ((page - 1) * size..(page * size).min(23))
            .map(|n| json!({"title": format!("康健书局 {n}"), "uri": format!("http://data.example/{n}")}))
            .collect();
        ResponseTemplate::new(200)
            .set_body_json(json!({"result": "0", "data": rows, "pager": {"rowCount": 23}}))
    };
    Mock::given(any()).respond_with(page).mount(&server).await;
    let batches: Vec<Batch> = ask(&server, &Query::words(Field::Title, "康健 书局"), "k")
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(batches.iter().map(|b| b.records.len()).collect::<Vec<_>>(), [20, 3]);
    let asked = server.received_requests().await.unwrap();
    let first = asked[0].url.query().unwrap();
    assert!(
        first.starts_with("lang=chs&eventFreeText=%E5%BA%B7%E5%81%A5+%E4%B9%A6%E5%B1%80&pageth=1"),
        "{first}"
    );
}

#[tokio::test]
async fn a_key_that_is_refused_is_asked_for_again() {
    for (body, expected) in [
        (json!({"result": "-1", "message": "key无效"}), true),
        (json!({"result": "-1", "message": "参数错误"}), false),
    ] {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(body)).mount(&server).await;
        let items = ask(&server, &Query::words(Field::Any, "霞飞路"), "k").await;
        assert_eq!(items == [Err(NetError::NeedsKey)], expected, "{items:?}");
    }
    let server = MockServer::start().await;
    assert_eq!(ask(&server, &Query::words(Field::Any, "霞飞路"), "").await, [Err(NetError::NeedsKey)]);
    assert!(server.received_requests().await.unwrap().is_empty());
}
