//! Requests, and responses, all of which have status 200.

use futures_util::StreamExt;
use hongyan_model::query::Clause;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::http::{Http, HttpOptions};
use crate::source::{Batch, Credentials, Protocol, SourceConfig};
use crate::sources;

const KEY: &str = "열쇠&904";

fn config(server: &MockServer) -> SourceConfig {
    let mut config = SourceConfig::new("riss", "韩国 RISS", Protocol::Riss, server.uri());
    "A".clone_into(&mut config.collection);
    config.page_size = 2;
    config
}

async fn ask(server: &MockServer, query: &Query, key: &str) -> Vec<Result<Batch, NetError>> {
    let credentials = Credentials { secret: key.to_owned(), ..Credentials::default() };
    let http = Http::new(HttpOptions::default()).unwrap();
    let source = sources::open_with(&config(server), &http, Some(&credentials)).unwrap();
    source.search(query, 10).collect().await
}

fn answer(total: usize, titles: &[&str]) -> ResponseTemplate {
    let records: String = titles
        .iter()
        .map(|title| {
            format!("<metadata><riss.type>A</riss.type><riss.title>{title}</riss.title><url>https://www.riss.kr/link?id={title}</url></metadata>")
        })
        .collect();
    let head = format!("<head><totalcount>{total}</totalcount><Error>0</Error></head>");
    ResponseTemplate::new(200)
        .set_body_raw(format!("<record>{head}{records}</record>"), "text/xml; charset=utf-8")
}

#[tokio::test]
async fn asks_page_by_page_with_the_key() {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer(3, &["홍루몽", "紅樓夢"])).up_to_n_times(1).mount(&server).await;
    Mock::given(any()).respond_with(answer(3, &["홍루몽연구"])).mount(&server).await;
    let query = Query {
        clauses: vec![
            Clause::words(Field::Title, "홍루몽 연구"),
            Clause::words(Field::Creator, "김&이"),
            Clause { join: hongyan_model::query::Join::Not, ..Clause::words(Field::Any, "漫画") },
        ],
        year_from: Some(1990),
        year_to: Some(2020),
        ..Query::default()
    };
    let batches: Vec<Batch> = ask(&server, &query, KEY).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(batches.iter().map(|b| b.records.len()).collect::<Vec<_>>(), [2, 1]);
    assert_eq!((batches[0].hits, batches[0].dropped.as_slice()), (Some(3), &["漫画".to_owned()][..]));
    let asked = server.received_requests().await.unwrap();
    for (request, start) in asked.iter().zip(["1", "3"]) {
        assert_eq!(request.url.path(), "/openApi");
        let value = |name: &str| {
            request
                .url
                .query_pairs()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
                .unwrap()
        };
        assert_eq!(
            (value("key").as_str(), value("version").as_str(), value("type").as_str()),
            (KEY, "1.0", "A")
        );
        assert_eq!((value("title").as_str(), value("author").as_str()), ("홍루몽 연구", "김&이"));
        assert_eq!((value("spubdate").as_str(), value("epubdate").as_str()), ("1990", "2020"));
        assert_eq!((value("rsnum").as_str(), value("rowcount").as_str()), (start, "2"));
    }
}

/// A response, and a check of the result.
type Case = (&'static str, fn(&[Result<Batch, NetError>]) -> bool);

#[tokio::test]
async fn status_200_says_little() {
    let cases: [Case; 6] = [
        (
            "<record><head><Error>004</Error><ErrorMessage>인증 오류</ErrorMessage></head></record>",
            |items| items == [Err(NetError::NeedsKey)],
        ),
        (
            "<record><head><Error>010</Error><ErrorMessage>검색어 오류</ErrorMessage></head></record>",
            |items| matches!(items, [Err(NetError::Refused { code, message, .. })] if code == "010" && message == "검색어 오류"),
        ),
        (
            "<record><head><totalcount>0</totalcount><Error>0</Error></head></record>",
            |items| matches!(items, [Ok(batch)] if batch.hits == Some(0) && batch.records.is_empty()),
        ),
        (
            "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><body>시스템 점검</body></html>",
            |items| matches!(items, [Err(NetError::WrongKind(_))]),
        ),
        ("<record><head><totalcount>9</totalcount><Error>0</Er", |items| {
            matches!(items, [Err(NetError::Malformed(_))])
        }),
        ("", |items| matches!(items, [Err(NetError::Malformed(_))])),
    ];
    for (body, expected) in cases {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(200).set_body_raw(body, "text/xml");
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let items = ask(&server, &Query::words(Field::Any, "홍루몽"), KEY).await;
        assert!(expected(&items), "{body}: {items:?}");
        assert!(!format!("{items:?}").contains("904"), "the key is not repeated");
    }
}

#[tokio::test]
async fn korean_in_its_old_encoding_is_read() {
    let server = MockServer::start().await;
    // 홍루몽 in EUC-KR
    let mut body = b"<?xml version=\"1.0\" encoding=\"EUC-KR\"?><record><head><totalcount>1</totalcount><Error>0</Error></head><metadata><riss.title>".to_vec();
    body.extend([0xC8, 0xAB, 0xB7, 0xE7, 0xB8, 0xF9]);
    body.extend(b"</riss.title></metadata></record>");
    Mock::given(any())
        .respond_with(ResponseTemplate::new(200).set_body_raw(body, "text/xml"))
        .mount(&server)
        .await;
    let items = ask(&server, &Query::words(Field::Any, "홍루몽"), KEY).await;
    assert_eq!(items[0].as_ref().unwrap().records[0].title, "홍루몽");
}

#[tokio::test]
async fn without_a_key_nothing_is_sent() {
    let server = MockServer::start().await;
    assert_eq!(ask(&server, &Query::words(Field::Any, "홍루몽"), " ").await, [Err(NetError::NeedsKey)]);
    let isbn = ask(&server, &Query::from_box("7-02-000872-0"), KEY).await;
    assert!(matches!(isbn.as_slice(), [Err(NetError::Unsupported(_))]));
    assert!(server.received_requests().await.unwrap().is_empty());
    let wrong = SourceConfig { collection: "X".to_owned(), ..config(&server) };
    assert!(sources::open(&wrong, &Http::new(HttpOptions::default()).unwrap()).is_err());
}
