//! CALIS 联合目录 (`opac2`): the JSON API of the catalogue's own search page. It is undocumented, so it is
//! used sparingly and for result lists only: the MARC view is charged and never requested.
//!
//! Responses are parsed by `hongyan_formats::opac2`. What reports disagree on (base of `offset`, the
//! index for all fields) is configurable; docs/SOURCES.md lists the observations.

mod wire;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hongyan_formats::Budget;
use hongyan_model::Query;
use reqwest::Method;
use url::Url;

use crate::captcha;
use crate::cql::{self, Isbn};
use crate::dialect::Dialect;
use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::response::ContentKind;
use crate::http::{Call, Response};
use crate::paging::{Page, PagePosition};
use crate::reading::unreadable;
use crate::source::Indexes;

const SEARCH: &str = "/prod-api/opac/codex/ekb/opac/bibliography/true/instances/1.0";

/// The dialect of the union catalogue.
pub(crate) struct Opac2 {
    search: Url,
    referer: String,
}

impl Opac2 {
    pub fn new(endpoint: &Endpoint) -> Result<Opac2, NetError> {
        Ok(Opac2 { search: endpoint.under(SEARCH)?, referer: endpoint.under("/search")?.to_string() })
    }
}

/// The indexes for title and creator have been observed to work, one for all fields has not: so both are
/// searched.
fn indexes(configured: &Indexes) -> Indexes {
    let mut indexes = configured.clone();
    if indexes.any.is_empty() {
        "title dc.creator".clone_into(&mut indexes.any);
    }
    indexes
}

impl Dialect for Opac2 {
    /// CQL in base64
    type Translated = String;

    fn translate(&self, endpoint: &Endpoint, query: &Query) -> Result<(String, Vec<String>), NetError> {
        let asked =
            cql::cql(query, &indexes(&endpoint.config.indexes), Isbn::Truncated, endpoint.config.folds)?;
        Ok((STANDARD.encode(format!("({})", asked.text)), asked.dropped))
    }

    fn call(
        &self,
        endpoint: &Endpoint,
        asked: &String,
        place: PagePosition,
        _size: u32,
    ) -> Result<Call, NetError> {
        let body = serde_json::to_vec(&wire::Search {
            offset: place.start.saturating_add(u64::from(endpoint.config.offset_base)),
            limit: place.wanted,
            query: asked.clone(),
            sortkey: "",
            lang: "zh-cn",
        })
        .map_err(|e| NetError::Unsupported(e.to_string()))?;
        Call::json(Method::POST, self.search.clone(), body, endpoint.deadline)
            .header("accept", "application/json")?
            .header("referer", &self.referer)
    }

    fn read(
        &self,
        endpoint: &Endpoint,
        _asked: &String,
        answer: &Response,
        _place: PagePosition,
        budget: &Budget,
    ) -> Result<Page, NetError> {
        captcha::look_for(answer)?;
        answer.source_status()?;
        answer.expect(ContentKind::Json)?;
        let parsed = hongyan_formats::opac2::parse(&answer.body, budget).map_err(unreadable)?;
        if !parsed.ok() {
            return Err(NetError::refused(answer.status, &parsed.status, &parsed.message));
        }
        Ok(endpoint.page(parsed.total, parsed.records))
    }
}

#[cfg(test)]
mod tests;
