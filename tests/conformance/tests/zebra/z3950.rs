//! The Z39.50 connector against Zebra and YAZ's test server.

use hongyan_conformance::search::{self as common, config};
use hongyan_connectors::error::NetError;
use hongyan_connectors::http::{Http, HttpOptions};
use hongyan_connectors::source::{Protocol, SourceConfig};
use hongyan_connectors::sources;
use hongyan_model::query::Field;
use hongyan_model::{IdentifierKind, Query};

use crate::server::{self, Server};
use crate::titles;

fn at(server: &Server, database: &str) -> SourceConfig {
    config("z3950", Protocol::Z3950, &format!("{}/{database}", server.address.replace("http:", "z3950:")))
}

/// The diagnostic of a failed search.
async fn refused(config: &SourceConfig, query: &Query) -> String {
    let (batches, error) = common::search(&*common::open(config), query, 10).await;
    assert!(batches.is_empty(), "{batches:?}");
    match error {
        Some(NetError::Refused { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn finds_in_every_field_and_by_number() {
    let server = start!(Server::zebra());
    let source = common::open(&at(&server, "Default"));
    let (batches, error) = common::search(&*source, &titles("passwords computer"), 10).await;
    assert_eq!((error, batches[0].hits), (None, Some(1)));
    let record = &batches[0].records[0];
    assert_eq!(record.title, "The use of passwords for controlled access to computer resources");
    assert_eq!(record.source, "z3950");
    assert_eq!(common::records(&*source, &Query::words(Field::Creator, "Oberst"), 10).await.len(), 1);
    let by_number = common::records(&*source, &Query::from_box("978-0-8391-0882-5"), 10).await;
    assert_eq!(by_number[0].identifier(IdentifierKind::Isbn), Some("9780839108825"));
    assert!(common::records(&*source, &Query::from_box("9787020002207"), 10).await.is_empty());
}

#[tokio::test]
async fn joins_and_phrases() {
    let server = start!(Server::zebra());
    let source = common::open(&at(&server, "Default"));
    let count = async |text: &str| common::records(&*source, &Query::from_box(text), 50).await.len();
    let all = count("题名:computer").await;
    assert_eq!(all, 10);
    assert_eq!(count("题名:computer -题名:passwords").await, all - 1);
    assert_eq!(count("题名:passwords OR 题名:红楼梦").await, 2);
    assert_eq!(count("题名:\"use of passwords\"").await, 1);
    assert_eq!(count("题名:\"passwords of use\"").await, 0);
}

#[tokio::test]
async fn chinese_is_found_from_either_script_and_read_in_every_encoding() {
    let server = start!(Server::zebra());
    for (syntax, charset) in [("", ""), ("usmarc", ""), ("unimarc", "gb18030"), ("xml", "")] {
        let mut config = at(&server, "Default");
        (config.syntax, config.charset) = (syntax.to_owned(), charset.to_owned());
        let source = common::open(&config);
        for (_, title, author) in server::OURS {
            let found = common::records(&*source, &titles(title), 10).await;
            assert_eq!(found.len(), 1, "{title} {syntax} {charset}");
            assert_eq!((found[0].title.as_str(), found[0].creators[0].name.as_str()), (title, author));
        }
        let typed = common::records(&*source, &titles("紅樓夢"), 10).await;
        assert_eq!(typed.len(), 1, "{syntax} {charset}");
    }
}

#[tokio::test]
async fn pages_on_one_connection() {
    let server = start!(Server::zebra());
    let whole = common::records(&*common::open(&at(&server, "Default")), &titles("computer"), 50).await;
    let source = common::open(&SourceConfig { page_size: 3, ..at(&server, "Default") });
    let (batches, error) = common::search(&*source, &titles("computer"), 50).await;
    assert_eq!(error, None);
    assert_eq!(batches.iter().map(|b| b.records.len()).collect::<Vec<_>>(), [3, 3, 3, 1]);
    let paged: Vec<_> = batches.into_iter().flat_map(|b| b.records).map(|r| r.title).collect();
    assert_eq!(paged, whole.into_iter().map(|r| r.title).collect::<Vec<_>>());
    assert_eq!(common::records(&*source, &titles("computer"), 4).await.len(), 4);
}

#[tokio::test]
async fn is_not_led_astray_by_what_is_typed() {
    let server = start!(Server::zebra());
    let source = common::open(&at(&server, "Default"));
    for text in ["齉\" @or 1=4 computer", "comput#", "c?mputer", "@attr 1=4 齉", "\u{0}齉\u{202E}", "😀𠮷齉"]
    {
        let (batches, error) = common::search(&*source, &titles(text), 10).await;
        assert!(matches!(error, None | Some(NetError::Refused { .. })), "{text:?}: {error:?}");
        assert_eq!(batches.iter().map(|b| b.records.len()).sum::<usize>(), 0, "{text:?}");
    }
    let (_, error) = common::search(&*source, &titles(&"computer ".repeat(500)), 10).await;
    assert!(matches!(error, None | Some(NetError::Refused { .. })), "{error:?}");
    assert_eq!(common::records(&*source, &titles("passwords"), 10).await.len(), 1);
}

#[tokio::test]
async fn an_index_that_is_unknown_is_asked_anywhere_and_said() {
    let server = start!(Server::zebra());
    let source = common::open(&at(&server, "Default"));
    let (batches, error) = common::search(&*source, &Query::words(Field::Publisher, "红楼梦"), 10).await;
    assert_eq!(error, None);
    assert_eq!(batches[0].records.len(), 1);
    assert!(batches[0].dropped.contains(&"出版者:红楼梦".to_owned()), "{:?}", batches[0].dropped);
}

#[tokio::test]
async fn diagnostics_keep_their_numbers() {
    let server = start!(Server::ztest());
    let query = titles("5 红楼梦");
    assert_eq!(refused(&at(&server, "no-such-database"), &query).await, "bib-1:109");
    let found = common::records(&*common::open(&at(&server, "Default")), &query, 10).await;
    assert_eq!((found.len(), found[0].title.as_str()), (5, "How to program a computer"));
}

#[tokio::test]
async fn a_slow_server_is_a_time_out_and_nobody_there_is_unreachable() {
    let server = start!(Server::ztest());
    let mut slow = at(&server, "db01%3Fsearch-delay=30");
    slow.timeout_s = 0.5;
    let (_, error) = common::search(&*common::open(&slow), &titles("5 红楼梦"), 10).await;
    assert_eq!(error, Some(NetError::Timeout));
    let address = server.address.clone();
    drop(server);
    let gone = config("z3950", Protocol::Z3950, &address.replace("http:", "z3950:"));
    let (_, error) = common::search(&*common::open(&gone), &titles("红楼梦"), 10).await;
    assert!(matches!(error, Some(NetError::Unreachable(_))), "{error:?}");
}

#[tokio::test]
async fn it_is_tried_out() {
    let server = start!(Server::zebra());
    let http = Http::new(HttpOptions::default()).unwrap();
    let probe = sources::probe(&at(&server, "Default"), None, &http).await.unwrap();
    assert!(probe.version.contains("Zebra") && probe.hits.is_some(), "{probe:?}");
}
