//! The common suite for NSTL and the collections of the Reader API, against the sandbox.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

use hongyan_conformance::search::{self as suite, Subject};
use hongyan_model::query::{Clause, Field, Join};
use hongyan_model::{Kind, Query};

/// A work that all of them have.
const KNOWN: &str = "红楼梦";

fn known() -> Query {
    Query::words(Field::Title, KNOWN)
}

/// Words that several titles have.
fn many() -> Query {
    Query::words(Field::Title, "中国")
}

macro_rules! passes {
    ($($source:ident: $subject:expr;)*) => {$(
        mod $source {
            use super::*;

            #[tokio::test]
            async fn finds_and_pages() {
                let subject = $subject;
                suite::finds_by_title(&subject, &[KNOWN, "紅樓夢", "红楼"]).await;
                suite::pages(&subject, &many(), 4).await;
                suite::keeps_the_limit(&subject, &many()).await;
                suite::finds_nothing(&subject).await;
            }

            #[tokio::test]
            async fn asks_nothing_of_nothing() {
                suite::asks_nothing_of_nothing(&$subject).await;
            }

            #[tokio::test]
            async fn survives_hostile_text() {
                let subject = $subject;
                suite::survives_hostile_text(&subject, KNOWN).await;
                suite::is_not_injected(&subject).await;
            }

            #[tokio::test]
            async fn says_what_went_wrong() {
                suite::says_what_went_wrong(&$subject, &known()).await;
                suite::keeps_what_came_before(&$subject, &many()).await;
            }

            #[tokio::test]
            async fn cancels() {
                suite::cancels(&$subject, &known()).await;
                suite::is_lazy(&$subject, &known()).await;
            }
        }
    )*};
}

passes! {
    nstl: Subject::nstl().await;
    reader_union: Subject::reader("union").await;
}

#[tokio::test]
async fn every_collection_brings_its_kind() {
    for (collection, kind) in
        [("etd", Some(Kind::Thesis)), ("rbsc", Some(Kind::AncientBook)), ("ccc", None), ("cashl", None)]
    {
        let subject = Subject::reader(collection).await;
        let mut query = Query::words(Field::Any, "a");
        query.clauses.push(Clause { join: Join::Or, ..Clause::words(Field::Any, "的") });
        query.clauses.push(Clause { join: Join::Or, ..Clause::words(Field::Any, "文") });
        query.clauses.push(Clause { join: Join::Or, ..Clause::words(Field::Any, "书") });
        let found = suite::records(&*subject.open(), &query, 20).await;
        assert!(!found.is_empty(), "{collection}");
        assert!(
            kind.is_none_or(|kind| found.iter().all(|record| record.kind == kind)),
            "{collection}: {found:?}"
        );
    }
}

#[tokio::test]
async fn nstl_takes_operators_and_one_year() {
    let subject = Subject::nstl().await;
    let query = Query {
        clauses: vec![
            Clause::words(Field::Title, KNOWN),
            Clause { join: Join::Or, ..Clause::words(Field::Title, "狂人日记") },
        ],
        ..Query::default()
    };
    let found = suite::records(&*subject.open(), &query, 20).await;
    let has = |title: &str| found.iter().any(|record| record.title == title);
    assert!(has(KNOWN) && has("狂人日记"), "{found:?}");
    let mut dated = Query::words(Field::Title, "狂人日记");
    (dated.year_from, dated.year_to) = (Some(1918), Some(1918));
    assert!(!suite::records(&*subject.open(), &dated, 20).await.is_empty());
    (dated.year_from, dated.year_to) = (Some(1919), Some(1919));
    assert!(suite::records(&*subject.open(), &dated, 20).await.is_empty());
}
