//! CALIS 联合目录 (`opac2`): the JSON API of the catalogue's own search page. It is undocumented, so it is
//! used sparingly and for result lists only: the MARC view is charged and never requested.
//!
//! Responses are parsed by `hongyan_formats::opac2`. What reports disagree on (base of `offset`, the
//! index for all fields) is configurable; docs/SOURCES.md lists the observations.

mod wire;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hongyan_formats::Budget;
use hongyan_formats::envelope::Places;
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

const SEARCH: [&str; 2] = ["/prod-api/opac/codex/ekb/opac/bibliography/", "/instances/1.0"];

/// The dialect of the union catalogue.
pub(crate) struct Opac2 {
    search: Url,
    referer: String,
}

impl Opac2 {
    pub fn new(endpoint: &Endpoint) -> Result<Opac2, NetError> {
        let [before, after] = SEARCH;
        let segment = Some(endpoint.config.segment.as_str()).filter(|s| !s.is_empty()).unwrap_or("true");
        let search = endpoint.under(&format!("{before}{segment}{after}"))?;
        Ok(Opac2 { search, referer: endpoint.under("/search")?.to_string() })
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

    const PLACES: Places<'static> = Places {
        records: "/data/instances",
        total: "/data/resultInfo/totalRecords",
        status: "/status",
        success: "200",
    };

    fn translate(&self, endpoint: &Endpoint, query: &Query) -> Result<(String, Vec<String>), NetError> {
        let indexes = indexes(&endpoint.config.indexes);
        let asked = if endpoint.config.without_or {
            cql::cql_without_or(query, &indexes, Isbn::Truncated)?
        } else {
            cql::cql(query, &indexes, Isbn::Truncated, endpoint.config.folds)?
        };
        Ok((STANDARD.encode(format!("({})", asked.text)), asked.dropped))
    }

    fn call(
        &self,
        endpoint: &Endpoint,
        asked: &String,
        place: PagePosition,
        size: u32,
    ) -> Result<Call, NetError> {
        let config = &endpoint.config;
        let (offset, limit) =
            if config.offset_counts == "pages" { (place.page, size) } else { (place.start, place.wanted) };
        let body = serde_json::to_vec(&wire::Search {
            offset: offset.saturating_add(u64::from(config.offset_base)),
            limit,
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
