//! CALIS 联合目录 (`opac2`): the JSON search behind the catalogue's own page. Undocumented, so it is
//! asked politely and only for lists: the MARC view is charged and never called.
//!
//! Answers are read by `hongyan_formats::opac2`. What reports disagree about (what `offset` starts
//! from, the index for "anywhere") is a setting; docs/SOURCES.md says what was seen by whom.

mod wire;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use hongyan_model::Query;
use hongyan_model::text::{clean, clip};
use reqwest::Method;
use url::Url;

use crate::captcha;
use crate::cql::{self, Isbn};
use crate::error::NetError;
use crate::http::answer::Wanted;
use crate::http::{Answer, Call, Gate, Http};
use crate::paging::{self, Page, Pages, Place};
use crate::source::{Batch, Indexes, SearchSource, SourceConfig};

const SEARCH: &str = "/prod-api/opac/codex/ekb/opac/bibliography/true/instances/1.0";

/// The union catalogue.
pub struct Opac2 {
    target: Arc<Target>,
}

struct Target {
    config: SourceConfig,
    search: Url,
    referer: String,
    http: Http,
    gate: Arc<Gate>,
    deadline: Duration,
}

impl Opac2 {
    pub(crate) fn new(
        config: SourceConfig,
        address: &Url,
        http: Http,
        gate: Arc<Gate>,
        deadline: Duration,
    ) -> Result<Opac2, NetError> {
        let under = |path: &str| {
            Url::parse(&format!("{}{path}", address.as_str().trim_end_matches('/')))
                .map_err(|e| NetError::Unsupported(e.to_string()))
        };
        let (search, referer) = (under(SEARCH)?, under("/search")?.to_string());
        Ok(Opac2 { target: Arc::new(Target { config, search, referer, http, gate, deadline }) })
    }
}

/// Title and creator were seen to work, an index for "anywhere" was not: so both are asked.
fn indexes(configured: &Indexes) -> Indexes {
    let mut indexes = configured.clone();
    if indexes.any.is_empty() {
        "title dc.creator".clone_into(&mut indexes.any);
    }
    indexes
}

impl SearchSource for Opac2 {
    fn config(&self) -> &SourceConfig {
        &self.target.config
    }

    fn search(&self, query: &Query, limit: usize) -> BoxStream<'static, Result<Batch, NetError>> {
        match cql::cql(query, &indexes(&self.target.config.indexes), Isbn::Truncated) {
            Ok(asked) => {
                let search = Search {
                    target: Arc::clone(&self.target),
                    query: STANDARD.encode(format!("({})", asked.text)),
                };
                paging::batches(search, limit, asked.dropped)
            }
            Err(error) => stream::once(async { Err(error) }).boxed(),
        }
    }
}

struct Search {
    target: Arc<Target>,
    query: String,
}

impl Pages for Search {
    async fn page(&self, place: Place) -> Result<Page, NetError> {
        let target = &self.target;
        let body = serde_json::to_vec(&wire::Search {
            offset: place.start.saturating_add(u64::from(target.config.offset_base)),
            limit: place.wanted,
            query: self.query.clone(),
            sortkey: "",
            lang: "zh-cn",
        })
        .map_err(|e| NetError::Unsupported(e.to_string()))?;
        let call = Call::json(Method::POST, target.search.clone(), body, target.deadline)
            .header("accept", "application/json")?
            .header("referer", &target.referer)?;
        let answer = target.http.send(call, Some(&target.gate)).await?;
        read(&answer, &target.config.id).inspect_err(|error| target.gate.hear(error))
    }

    fn size(&self) -> u32 {
        self.target.config.page_size.max(1)
    }
}

fn read(answer: &Answer, source: &str) -> Result<Page, NetError> {
    captcha::look_for(answer)?;
    answer.source_status()?;
    answer.expect(Wanted::Json)?;
    let parsed = hongyan_formats::opac2::parse(&answer.body)
        .map_err(|e| NetError::Malformed(format!("at byte {}", e.offset)))?;
    if !parsed.ok() {
        return Err(NetError::Refused {
            status: answer.status,
            code: clip(&clean(&parsed.status), 80),
            message: clip(&clean(&parsed.message), 300),
            params: Vec::new(),
        });
    }
    let warnings = paging::summary(parsed.records.iter().flat_map(|p| &p.warnings).map(|w| w.code));
    Ok(Page {
        hits: parsed.total,
        taken: parsed.records.len() as u64,
        next: None,
        records: paging::from(source, parsed.records),
        warnings,
    })
}

#[cfg(test)]
mod tests;
