//! A collection of the platform, searched by `GET /search/{collection}` of the Reader API
//! (docs/reader-api.yaml): CQL in, CSL-JSON with holdings out. Does not use the patron's session; a
//! platform that requires a token gets the one entered for the source.

use hongyan_formats::Budget;
use hongyan_model::Query;
use hongyan_model::identifier::IdentifierKind;
use reqwest::Method;
use url::Url;

use crate::cql::{self, Isbn};
use crate::dialect::Dialect;
use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::response::ContentKind;
use crate::http::{Call, Response};
use crate::paging::{Page, PagePosition};
use crate::reader_api::refusal::refusal;
use crate::reading::unreadable;
use crate::source::Indexes;

/// The dialect of the Reader API's search.
pub(crate) struct Reader {
    search: Url,
}

impl Reader {
    pub fn new(endpoint: &Endpoint) -> Result<Reader, NetError> {
        let mut search = endpoint.under("/search")?;
        search
            .path_segments_mut()
            .map_err(|()| NetError::Unsupported("the address of the platform has no path".to_owned()))?
            .push(&endpoint.config.collection);
        Ok(Reader { search })
    }
}

/// The index names of the contract, where none are configured.
fn indexes(configured: &Indexes) -> Indexes {
    let named = |own: &str, usual: &str| if own.is_empty() { usual.to_owned() } else { own.to_owned() };
    Indexes {
        any: named(&configured.any, "cql.serverChoice"),
        title: named(&configured.title, "title"),
        creator: named(&configured.creator, "creator"),
        subject: named(&configured.subject, "subject"),
        publisher: named(&configured.publisher, "publisher"),
        // the contract has no index for the journal; its title is found in all fields
        container: named(&configured.container, "cql.serverChoice"),
        isbn: named(&configured.isbn, "isbn"),
        issn: named(&configured.issn, "issn"),
        date: named(&configured.date, "date"),
    }
}

impl Dialect for Reader {
    /// CQL
    type Translated = String;

    /// limit of the contract
    const MOST: u32 = 100;

    fn translate(&self, endpoint: &Endpoint, query: &Query) -> Result<(String, Vec<String>), NetError> {
        if let Some(doi) = query.identifier.as_ref().filter(|id| id.kind == IdentifierKind::Doi) {
            return Ok((format!("doi=\"{}\"", cql::escape(&doi.value)), Vec::new()));
        }
        // the contract requires that script variants match each other
        let asked = cql::cql(query, &indexes(&endpoint.config.indexes), Isbn::Whole, true)?;
        Ok((asked.text, asked.dropped))
    }

    fn call(
        &self,
        endpoint: &Endpoint,
        asked: &String,
        place: PagePosition,
        _: u32,
    ) -> Result<Call, NetError> {
        let mut url = self.search.clone();
        url.query_pairs_mut()
            .append_pair("query", asked)
            .append_pair("offset", &place.start.to_string())
            .append_pair("limit", &place.wanted.to_string());
        let call = Call { method: Method::GET, ..endpoint.get(url) }
            .header("x-okapi-tenant", &endpoint.config.tenant)?
            .header("accept", "application/json")?
            .header("accept-language", "zh-CN, en;q=0.8")?;
        match endpoint.key() {
            Some(token) => call.header("x-okapi-token", token),
            None => Ok(call),
        }
    }

    fn read(
        &self,
        endpoint: &Endpoint,
        _: &String,
        answer: &Response,
        _: PagePosition,
        budget: &Budget,
    ) -> Result<Page, NetError> {
        match answer.status {
            200..=299 => {}
            403 => answer.source_status()?,
            _ => return Err(refusal(answer)),
        }
        answer.expect(ContentKind::Json)?;
        let parsed = hongyan_formats::csl::answer(&answer.body, budget).map_err(unreadable)?;
        let taken = parsed.taken;
        Ok(Page { taken, ..endpoint.page(parsed.total, parsed.records) })
    }
}

#[cfg(test)]
mod tests;
