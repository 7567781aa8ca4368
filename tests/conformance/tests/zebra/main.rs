//! The SRU connector against third-party servers: YAZ's test server and Zebra, from the Debian packages
//! `yaz`, `idzebra-2.0` and `idzebra-2.0-examples`. Required in CI on Linux; elsewhere a test whose
//! server is missing is skipped with a message.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

/// Starts a server, or skips the test with a message.
macro_rules! start {
    ($how:expr) => {
        match $how.await {
            Some(server) => server,
            None => return,
        }
    };
}
mod server;
mod suite;
mod z3950;

use hongyan_conformance::search::{self as common, config};
use hongyan_connectors::error::NetError;
use hongyan_connectors::source::{Protocol, SourceConfig};
use hongyan_model::query::Field;
use hongyan_model::{IdentifierKind, Query};

use server::Server;

fn zebra(server: &Server, schema: &str) -> SourceConfig {
    let mut config = config("zebra", Protocol::Sru, &format!("{}/Default", server.address));
    schema.clone_into(&mut config.schema);
    "1.1".clone_into(&mut config.version);
    config
}

fn titles(text: &str) -> Query {
    Query::words(Field::Title, text)
}

#[tokio::test]
async fn zebra_finds_what_it_holds() {
    let server = start!(Server::zebra());
    let source = common::open(&zebra(&server, "marcxml"));
    let (batches, error) = common::search(&*source, &titles("passwords computer"), 10).await;
    assert_eq!(error, None);
    assert_eq!(batches[0].hits, Some(1));
    let record = &batches[0].records[0];
    assert_eq!(record.title, "The use of passwords for controlled access to computer resources");
    assert_eq!(record.creators[0].name.trim_end_matches('.'), "Wood, Helen M");
    assert_eq!(record.source, "zebra");
    assert!(record.subjects.iter().any(|s| s.contains("Passwords")), "{:?}", record.subjects);

    let by_creator = common::records(&*source, &Query::words(Field::Creator, "Oberst"), 10).await;
    assert_eq!(by_creator.len(), 1);
    assert!(by_creator[0].title.starts_with("Deuteronomy"), "{}", by_creator[0].title);
}

#[tokio::test]
async fn zebra_is_asked_for_an_isbn_in_both_forms() {
    let server = start!(Server::zebra());
    let source = common::open(&zebra(&server, "marcxml"));
    // the record has the 10-digit form only
    let found = common::records(&*source, &Query::from_box("978-0-8391-0882-5"), 10).await;
    assert_eq!(found.len(), 1);
    assert!(found[0].title.starts_with("Reconstruction tomography"), "{}", found[0].title);
    assert_eq!(found[0].identifier(IdentifierKind::Isbn), Some("9780839108825"));
    assert!(common::records(&*source, &Query::from_box("9787020002207"), 10).await.is_empty());
}

#[tokio::test]
async fn zebra_pages() {
    let server = start!(Server::zebra());
    let whole = common::records(&*common::open(&zebra(&server, "marcxml")), &titles("computer"), 50).await;
    assert_eq!(whole.len(), 10);
    let small = SourceConfig { page_size: 3, ..zebra(&server, "marcxml") };
    let source = common::open(&small);
    let (batches, error) = common::search(&*source, &titles("computer"), 50).await;
    assert_eq!(error, None);
    let sizes: Vec<usize> = batches.iter().map(|b| b.records.len()).collect();
    assert_eq!(sizes, [3, 3, 3, 1]);
    let paged: Vec<_> = batches.into_iter().flat_map(|b| b.records).map(|r| r.id).collect();
    assert_eq!(paged, whole.iter().map(|r| r.id.clone()).collect::<Vec<_>>());
    assert_eq!(common::records(&*source, &titles("computer"), 4).await.len(), 4);
}

#[tokio::test]
async fn zebra_finds_chinese_and_kana_and_hangul_and_cyrillic() {
    let server = start!(Server::zebra());
    let source = common::open(&zebra(&server, "marcxml"));
    for (_, title, author) in server::OURS {
        let found = common::records(&*source, &titles(title), 10).await;
        assert_eq!(found.len(), 1, "{title}");
        assert_eq!((found[0].title.as_str(), found[0].creators[0].name.as_str()), (title, author));
        let query = Query::words(Field::Any, author);
        assert_eq!(common::records(&*source, &query, 10).await.len(), 1, "{author}");
    }
}

#[tokio::test]
async fn zebra_answers_dublin_core_and_a_schema_it_does_not_know_falls_back() {
    let server = start!(Server::zebra());
    for schema in ["dc", "no-such-schema", ""] {
        let source = common::open(&zebra(&server, schema));
        let found = common::records(&*source, &titles("passwords"), 10).await;
        assert_eq!(found.len(), 1, "{schema:?}");
        assert!(found[0].title.starts_with("The use of passwords"), "{schema:?}: {}", found[0].title);
    }
}

#[tokio::test]
async fn zebra_does_not_know_an_index_and_is_asked_anywhere() {
    let server = start!(Server::zebra());
    let mut unknown = zebra(&server, "marcxml");
    "nobody.knows".clone_into(&mut unknown.indexes.title);
    let (batches, error) = common::search(&*common::open(&unknown), &titles("红楼梦"), 10).await;
    assert_eq!(error, None);
    assert_eq!((batches[0].records.len(), &batches[0].dropped), (1, &vec!["题名:红楼梦".to_owned()]));
}

#[tokio::test]
async fn zebra_has_no_such_database() {
    let server = start!(Server::zebra());
    let config = config("zebra", Protocol::Sru, &format!("{}/no-such-database", server.address));
    let (_, error) = common::search(&*common::open(&config), &titles("红楼梦"), 10).await;
    assert!(matches!(error, Some(NetError::Refused { status: 404, .. })), "{error:?}");
}

#[tokio::test]
async fn zebra_is_not_led_astray_by_what_is_typed() {
    let server = start!(Server::zebra());
    let source = common::open(&zebra(&server, "marcxml"));
    let nothing =
        ["齉\" or dc.title=\"computer", "comput*", "c?mputer", "computer\\\" or \"红", "^computer 齉"];
    for text in nothing {
        let (batches, error) = common::search(&*source, &titles(text), 10).await;
        assert!(matches!(error, None | Some(NetError::Refused { .. })), "{text:?}: {error:?}");
        assert_eq!(batches.iter().map(|b| b.records.len()).sum::<usize>(), 0, "{text:?}");
    }
    for text in ["(computer)", "computer and", "or computer not", "computer ".repeat(500).trim()] {
        let (_, error) = common::search(&*source, &titles(text), 10).await;
        assert!(matches!(error, None | Some(NetError::Refused { .. })), "{text:?}: {error:?}");
    }
    assert_eq!(common::records(&*source, &titles("passwords"), 10).await.len(), 1);
}

#[tokio::test]
async fn ztest_answers_in_every_version() {
    let server = start!(Server::ztest());
    for version in ["1.1", "1.2", "2.0"] {
        let mut config = config("ztest", Protocol::Sru, &format!("{}/Default", server.address));
        version.clone_into(&mut config.version);
        "marcxml".clone_into(&mut config.schema);
        let found = common::records(&*common::open(&config), &titles("红楼梦"), 3).await;
        // its number of hits is fictitious, its records are not
        assert!(!found.is_empty(), "{version}");
        assert_eq!(found[0].title, "How to program a computer", "{version}");
    }
}

#[tokio::test]
async fn ztest_refuses_dublin_core_record_by_record_and_is_asked_for_marcxml() {
    let server = start!(Server::ztest());
    let mut config = config("ztest", Protocol::Sru, &format!("{}/Default", server.address));
    "dc".clone_into(&mut config.schema);
    let found = common::records(&*common::open(&config), &titles("鲁迅"), 3).await;
    assert_eq!(found[0].title, "How to program a computer");
}
