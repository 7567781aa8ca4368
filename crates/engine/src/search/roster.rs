//! The configured sources and whether they can be queried.

use std::collections::BTreeSet;
use std::sync::Arc;

use hongyan_connectors::page::page_url;
use hongyan_connectors::source::{Protocol, SearchSource, SourceConfig};
use hongyan_model::Query;

use super::health::Health;
use crate::view::{SourceState, SourceView};

/// A configured source.
#[derive(Clone)]
pub struct Listed {
    /// its configuration
    pub config: SourceConfig,
    /// its connector; none for a search page, and for a source whose key was not entered
    pub source: Option<Arc<dyn SearchSource>>,
}

impl Listed {
    /// A source that can be queried.
    pub fn open(source: Arc<dyn SearchSource>) -> Listed {
        Listed { config: source.config().clone(), source: Some(source) }
    }

    /// Its initial state in a search; `resting` is its health while its circuit breaker is open.
    pub(crate) fn at_start(
        &self,
        query: &Query,
        off: &BTreeSet<String>,
        resting: Option<&Health>,
    ) -> SourceView {
        let config = &self.config;
        let state = match (&self.source, config.protocol) {
            _ if off.contains(&config.id) => SourceState::Off,
            (_, Protocol::Page) => SourceState::Page,
            (None, _) => SourceState::NeedsKey,
            (Some(_), _) if resting.is_some() => SourceState::Resting,
            (Some(_), _) => SourceState::Waiting,
        };
        let rests = resting.filter(|_| state == SourceState::Resting);
        SourceView {
            id: config.id.clone(),
            name: config.name.clone(),
            name_en: if config.name_en.is_empty() { &config.name } else { &config.name_en }.clone(),
            protocol: protocol_name(config.protocol).to_owned(),
            state,
            hits: None,
            records: 0,
            first_ms: None,
            done_ms: None,
            problem: rests.and_then(|health| health.problem.clone()),
            dropped: Vec::new(),
            retry_at: rests.and_then(|health| health.rests_until),
            link: page_url(config, query).unwrap_or_default(),
            unread: None,
        }
    }
}

/// The name of a protocol in the configuration.
pub(crate) fn protocol_name(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Opac2 => "opac2",
        Protocol::Yidu => "yidu",
        Protocol::Sru => "sru",
        Protocol::Z3950 => "z3950",
        Protocol::Nstl => "nstl",
        Protocol::Reader => "reader",
        Protocol::Librarycloud => "librarycloud",
        Protocol::Riss => "riss",
        Protocol::Cinii => "cinii",
        Protocol::Shanghai => "shanghai",
        Protocol::Crossref => "crossref",
        Protocol::Openalex => "openalex",
        Protocol::Doaj => "doaj",
        Protocol::Arxiv => "arxiv",
        Protocol::Page => "page",
    }
}
