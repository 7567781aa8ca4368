//! KERIS RISS (`openApi`), the Korean union catalogue of theses, articles and books. Requires a key that
//! the patron gets from KERIS. One source per collection (`collection`), because the API has one `type`
//! per request. Errors come with HTTP status 200; responses are parsed by `hongyan_formats::riss`.

use hongyan_formats::Budget;
use hongyan_model::Query;
use hongyan_model::query::Field;
use url::Url;

use crate::dialect::Dialect;
use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::response::ContentKind;
use crate::http::{Call, Response};
use crate::paging::{Page, PagePosition};
use crate::plain::plain;
use crate::reading::unreadable;

/// The collections: code and kind of work.
pub(crate) const COLLECTIONS: [(&str, &str); 6] = [
    ("A", "국내학술논문"),
    ("T", "학위논문"),
    ("U", "단행본"),
    ("F", "연구보고서"),
    ("S", "학술지"),
    ("O", "해외학술논문"),
];

/// Error code for a rejected key or `type`.
const NOT_ACCEPTED: &str = "004";

/// The dialect of RISS.
pub(crate) struct Riss {
    search: Url,
}

impl Riss {
    pub fn new(endpoint: &Endpoint) -> Result<Riss, NetError> {
        Ok(Riss { search: endpoint.under("/openApi")? })
    }
}

/// The parameter for a field; `keyword` searches all fields and serves for fields without a parameter.
fn parameter(field: Field) -> Option<&'static str> {
    Some(match field {
        Field::Title => "title",
        Field::Creator => "author",
        Field::Publisher => "publisher",
        Field::Any | Field::Subject | Field::Container => "keyword",
    })
}

impl Dialect for Riss {
    type Translated = Vec<(String, String)>;

    /// more is rejected
    const MOST: u32 = 100;

    fn translate(
        &self,
        endpoint: &Endpoint,
        query: &Query,
    ) -> Result<(Self::Translated, Vec<String>), NetError> {
        if endpoint.key().is_none() {
            return Err(NetError::NeedsKey);
        }
        if query.identifier.is_some() {
            return Err(NetError::Unsupported("RISS has no search by identifier".to_owned()));
        }
        let mut plain = plain(query, parameter)?;
        for (name, year) in [("spubdate", query.year_from), ("epubdate", query.year_to)] {
            plain.values.extend(year.map(|year| (name.to_owned(), year.to_string())));
        }
        Ok((plain.values, plain.dropped))
    }

    fn call(
        &self,
        endpoint: &Endpoint,
        asked: &Self::Translated,
        place: PagePosition,
        _: u32,
    ) -> Result<Call, NetError> {
        let mut url = self.search.clone();
        url.query_pairs_mut()
            .append_pair("key", endpoint.key().unwrap_or_default())
            .append_pair("version", "1.0")
            .append_pair("type", &endpoint.config.collection)
            .extend_pairs(asked)
            .append_pair("rsnum", &place.start.saturating_add(1).to_string())
            .append_pair("rowcount", &place.wanted.to_string());
        endpoint.get(url).header("accept", "application/xml, text/xml;q=0.9")
    }

    fn read(
        &self,
        endpoint: &Endpoint,
        _: &Self::Translated,
        answer: &Response,
        _: PagePosition,
        budget: &Budget,
    ) -> Result<Page, NetError> {
        answer.source_status()?;
        answer.expect(ContentKind::Xml)?;
        let parsed = hongyan_formats::riss::parse(&answer.body, budget).map_err(unreadable)?;
        if parsed.error == NOT_ACCEPTED {
            return Err(NetError::NeedsKey);
        }
        if !parsed.ok() {
            return Err(NetError::refused(answer.status, &parsed.error, &parsed.message));
        }
        Ok(endpoint.page(parsed.total, parsed.records))
    }
}

#[cfg(test)]
mod tests;
