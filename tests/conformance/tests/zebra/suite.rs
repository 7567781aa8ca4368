//! The common suite against third-party Z39.50 targets. YAZ's test server returns its records for any
//! query, so tests of search results use Zebra only.

use hongyan_conformance::search::{self as suite, Subject};
use hongyan_model::Query;
use hongyan_model::query::Field;

use crate::server::Server;
use crate::titles;

/// A work that Zebra holds.
const KNOWN: &str = "红楼梦";

async fn behind_a_wire(server: &Server) -> Subject {
    Subject::z3950(server.address.trim_start_matches("http://"), "Default").await
}

macro_rules! passes {
    ($($target:ident: $server:expr, $many:expr, $one:expr;)*) => {$(
        mod $target {
            use super::*;

            #[tokio::test]
            async fn pages() {
                let server = start!($server);
                suite::pages(&behind_a_wire(&server).await, &$many, 4).await;
            }

            #[tokio::test]
            async fn keeps_the_limit() {
                let server = start!($server);
                suite::keeps_the_limit(&behind_a_wire(&server).await, &$many).await;
            }

            #[tokio::test]
            async fn asks_nothing_of_nothing() {
                let server = start!($server);
                suite::asks_nothing_of_nothing(&behind_a_wire(&server).await).await;
            }

            #[tokio::test]
            async fn says_what_went_wrong() {
                let server = start!($server);
                suite::says_what_went_wrong(&behind_a_wire(&server).await, &$one).await;
            }

            #[tokio::test]
            async fn keeps_what_came_before() {
                let server = start!($server);
                suite::keeps_what_came_before(&behind_a_wire(&server).await, &$many).await;
            }

            #[tokio::test]
            async fn cancels() {
                let server = start!($server);
                suite::cancels(&behind_a_wire(&server).await, &$one).await;
            }

            #[tokio::test]
            async fn is_lazy() {
                let server = start!($server);
                suite::is_lazy(&behind_a_wire(&server).await, &$one).await;
            }
        }
    )*};
}

passes! {
    zebra: Server::zebra(), titles("computer"), titles(KNOWN);
    // yaz-ztest takes the number of hits from the leading number of the query
    ztest: Server::ztest(), titles("7 红楼梦"), titles("7 红楼梦");
}

#[tokio::test]
async fn finds_by_title() {
    let server = start!(Server::zebra());
    suite::finds_by_title(&behind_a_wire(&server).await, &[KNOWN, "紅樓夢", "红楼", "吾輩は猫である"]).await;
}

#[tokio::test]
async fn finds_nothing() {
    let server = start!(Server::zebra());
    suite::finds_nothing(&behind_a_wire(&server).await).await;
}

#[tokio::test]
async fn survives_hostile_text() {
    let server = start!(Server::zebra());
    suite::survives_hostile_text(&behind_a_wire(&server).await, KNOWN).await;
}

#[tokio::test]
async fn is_not_injected() {
    let server = start!(Server::zebra());
    suite::is_not_injected(&behind_a_wire(&server).await).await;
}

/// MARC-8 (detected from the records), GB 18030 and UTF-8, found with either script.
#[tokio::test]
async fn in_every_character_set() {
    let server = start!(Server::zebra());
    for (syntax, charset) in [("usmarc", ""), ("unimarc", "gb18030"), ("xml", "")] {
        let subject = behind_a_wire(&server).await.configured(|config| {
            (config.syntax, config.charset) = (syntax.to_owned(), charset.to_owned());
        });
        suite::finds_by_title(&subject, &[KNOWN, "紅樓夢"]).await;
        let found = suite::records(&*subject.open(), &Query::words(Field::Creator, "曹雪芹"), 5).await;
        assert_eq!(found.first().map(|record| record.title.as_str()), Some(KNOWN), "{syntax} in {charset}");
    }
}

#[tokio::test]
async fn holdings_of_the_opac_syntax_and_text_for_terminals() {
    let server = start!(Server::ztest());
    let subject = behind_a_wire(&server).await.configured(|config| "opac".clone_into(&mut config.syntax));
    let found = suite::records(&*subject.open(), &titles("3 红楼梦"), 3).await;
    assert_eq!(found.len(), 3);
    assert_eq!(found[0].title, "How to program a computer");
    let holding = &found[0].holdings[0];
    assert_eq!(holding.library, "Main or Science/Business Reading Rms - STORED OFFSITE");
    assert_eq!((holding.call_number.as_str(), holding.available), ("MLCM 89/00602 (N)", Some(true)));

    let subject = behind_a_wire(&server).await.configured(|config| "sutrs".clone_into(&mut config.syntax));
    let (batches, error) = suite::search(&*subject.open(), &titles("2 红楼梦"), 2).await;
    assert_eq!(error, None);
    assert_eq!(batches[0].records.len(), 2, "{batches:?}");
    assert!(!batches[0].records[0].title.is_empty());
    assert!(batches[0].warnings.iter().any(|warning| warning.contains("sutrs")), "{batches:?}");
}
