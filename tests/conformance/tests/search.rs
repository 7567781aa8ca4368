//! The suite of `hongyan_conformance::search` for every source, against the sandbox and simulated
//! sources.

use hongyan_conformance::recorded::{indexes, libraries};
use hongyan_conformance::search::{self as suite, Subject};
use hongyan_connectors::source::Protocol;
use hongyan_model::Query;
use hongyan_model::query::Field;

/// A work in all catalogues of the sandbox.
const KNOWN: &str = "红楼梦";
/// Words that occur in several titles.
fn many() -> Query {
    Query::words(Field::Title, "研究")
}

macro_rules! passes {
    ($($source:ident: $subject:expr;)*) => {$(
        mod $source {
            use super::*;

            #[tokio::test]
            async fn finds_by_title() {
                suite::finds_by_title(&$subject, &[KNOWN, "紅樓夢", "红楼"]).await;
            }

            #[tokio::test]
            async fn pages() {
                suite::pages(&$subject, &many(), 4).await;
            }

            #[tokio::test]
            async fn keeps_the_limit() {
                suite::keeps_the_limit(&$subject, &many()).await;
            }

            #[tokio::test]
            async fn finds_nothing() {
                suite::finds_nothing(&$subject).await;
            }

            #[tokio::test]
            async fn asks_nothing_of_nothing() {
                suite::asks_nothing_of_nothing(&$subject).await;
            }

            #[tokio::test]
            async fn survives_hostile_text() {
                suite::survives_hostile_text(&$subject, KNOWN).await;
            }

            #[tokio::test]
            async fn is_not_injected() {
                suite::is_not_injected(&$subject).await;
            }

            #[tokio::test]
            async fn says_what_went_wrong() {
                suite::says_what_went_wrong(&$subject, &Query::words(Field::Title, KNOWN)).await;
            }

            #[tokio::test]
            async fn keeps_what_came_before() {
                suite::keeps_what_came_before(&$subject, &many()).await;
            }

            #[tokio::test]
            async fn cancels() {
                suite::cancels(&$subject, &Query::words(Field::Title, KNOWN)).await;
            }

            #[tokio::test]
            async fn is_lazy() {
                suite::is_lazy(&$subject, &Query::words(Field::Title, KNOWN)).await;
            }
        }
    )*};
}

/// Titles in several scripts, in the form of their language or of a neighbouring one.
const SCRIPTS: [&str; 5] = ["雪国", "雪國", "채식주의자", "Война и мир", "こゝろ"];

#[tokio::test]
async fn scripts_are_found_by_opac2_and_sru() {
    for subject in [Subject::opac2().await, Subject::sru("marcxml").await, Subject::sru("dc").await] {
        suite::finds_by_title(&subject, &SCRIPTS).await;
    }
}

#[tokio::test]
async fn an_isbn_is_found_by_opac2_and_sru() {
    for subject in [Subject::opac2().await, Subject::sru("marcxml").await, Subject::sru("dc").await] {
        let found = suite::records(&*subject.open(), &Query::from_box("7-02-000220-X"), 10).await;
        assert_eq!(found.len(), 1, "{}", subject.config.id);
        assert_eq!((found[0].title.as_str(), found[0].source.as_str()), (KNOWN, subject.config.id.as_str()));
    }
}

passes! {
    librarycloud: Subject::recorded(libraries::Librarycloud, Protocol::Librarycloud).await;
    riss: Subject::recorded(libraries::Riss, Protocol::Riss)
        .await
        .configured(|config| "A".clone_into(&mut config.collection))
        .keyed(libraries::KEY);
    shanghai: Subject::recorded(libraries::Shanghai, Protocol::Shanghai).await.keyed(libraries::KEY);
    crossref: Subject::recorded(indexes::Crossref, Protocol::Crossref).await;
    openalex: Subject::recorded(indexes::Openalex, Protocol::Openalex).await;
    doaj: Subject::recorded(indexes::Doaj, Protocol::Doaj).await;
    arxiv: Subject::recorded(indexes::Arxiv, Protocol::Arxiv).await;
    cinii: Subject::recorded(indexes::Cinii, Protocol::Cinii).await;
    opac2: Subject::opac2().await;
    yidu: Subject::yidu().await;
    sru_marcxml: Subject::sru("marcxml").await;
    sru_dc: Subject::sru("dc").await;
}
