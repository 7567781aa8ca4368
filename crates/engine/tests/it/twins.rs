//! Deduplication across two CALIS catalogues: one book becomes one row.

use std::collections::BTreeSet;
use std::sync::Arc;

use hongyan_connectors::http::{Http, HttpOptions};
use hongyan_connectors::source::SearchSource;
use hongyan_connectors::sources;
use hongyan_engine::news::EventThrottle;
use hongyan_engine::search::{Limits, Searches};
use hongyan_model::IdentifierKind;
use hongyan_model::work::Work;
use hongyan_sandbox::{Options, Sandbox};

/// Searches the sandbox's 联合目录 and e读, and returns the works.
async fn search(sandbox: &Sandbox, text: &str) -> Vec<Work> {
    let http = Http::new(HttpOptions::default()).unwrap();
    let file = sources::parse(&sandbox.sources_toml()).unwrap();
    let opened: Vec<Arc<dyn SearchSource>> = file
        .source
        .iter()
        .filter(|source| matches!(source.id.as_str(), "calis" | "yidu"))
        .map(|source| sources::open(source, &http).unwrap().into())
        .collect();
    assert_eq!(opened.len(), 2);
    let searches = Searches::new(
        opened,
        None,
        EventThrottle::default(),
        Limits::default(),
        Arc::new(hongyan_engine::SystemClock),
    );
    let id = searches.start(text, None, &BTreeSet::new()).unwrap();
    searches.finished(&id).await;
    searches.ranked(&id)
}

#[tokio::test]
async fn a_hit_without_isbn_stands_with_the_one_that_has_it() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    for (title, creator) in [("红楼梦", "曹雪芹"), ("三体", "刘慈欣")] {
        let works = search(&sandbox, title).await;
        let named: Vec<&Work> = works
            .iter()
            .filter(|work| {
                work.merged.title == title && work.merged.creators.iter().any(|c| c.name == creator)
            })
            .collect();
        let [work] = named.as_slice() else { panic!("{title}: {named:#?}") };
        let sources: BTreeSet<&str> = work.members.iter().map(|member| member.source.as_str()).collect();
        assert_eq!(sources, BTreeSet::from(["calis", "yidu"]), "{title}");
        assert!(
            work.members.iter().any(|member| member.identifier(IdentifierKind::Isbn).is_none()),
            "{title}: 无 ISBN 的一条也在其中"
        );
        assert_eq!(work.joined_by.len() + 1, work.members.len());
    }
}
