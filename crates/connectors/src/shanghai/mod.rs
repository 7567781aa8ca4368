//! 上海图书馆 open data: linked data about persons, places, events and special collections, not its lending
//! catalogue. Requires a key that the patron registers for; at most 20 rows per request.
//!
//! Every service has its own address and parameter names, so both are configured: `address` is the
//! service, `indexes` has the parameter of each field. Responses are parsed by
//! `hongyan_formats::shanghai`; no complete response has been published.

use hongyan_formats::Budget;
use hongyan_formats::envelope::Places;
use hongyan_model::Query;
use hongyan_model::query::Field;

use crate::dialect::Dialect;
use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::response::ContentKind;
use crate::http::{Call, Response};
use crate::paging::{Page, PagePosition};
use crate::plain::plain;
use crate::reading::unreadable;
use crate::source::Indexes;

/// The dialect of one of the library's services.
pub(crate) struct Shanghai;

/// The parameter for a field; without one, the parameter for all fields.
fn parameter(indexes: &Indexes, field: Field) -> &str {
    let own = match field {
        Field::Title => &indexes.title,
        Field::Creator => &indexes.creator,
        Field::Subject => &indexes.subject,
        Field::Publisher => &indexes.publisher,
        Field::Container => &indexes.container,
        Field::Any => &indexes.any,
    };
    [own.as_str(), indexes.any.as_str()].into_iter().find(|name| !name.is_empty()).unwrap_or("freetext")
}

impl Dialect for Shanghai {
    type Translated = Vec<(String, String)>;

    const PLACES: Places<'static> =
        Places { records: "/data", total: "/pager/rowCount", status: "/result", success: "0" };

    /// limit of the service
    const MOST: u32 = 20;

    fn translate(
        &self,
        endpoint: &Endpoint,
        query: &Query,
    ) -> Result<(Self::Translated, Vec<String>), NetError> {
        if endpoint.key().is_none() {
            return Err(NetError::NeedsKey);
        }
        if query.identifier.is_some() {
            return Err(NetError::Unsupported("this service has no search by identifier".to_owned()));
        }
        let indexes = &endpoint.config.indexes;
        let plain = plain(query, |field| Some(parameter(indexes, field)))?.without_years(query);
        Ok((plain.values, plain.dropped))
    }

    fn call(
        &self,
        endpoint: &Endpoint,
        asked: &Self::Translated,
        place: PagePosition,
        size: u32,
    ) -> Result<Call, NetError> {
        let mut url = endpoint.address.clone();
        // pages are counted from 1 and have a fixed size
        url.query_pairs_mut()
            .extend_pairs(asked)
            .append_pair("pageth", &place.page.saturating_add(1).to_string())
            .append_pair("pageSize", &size.to_string())
            .append_pair("key", endpoint.key().unwrap_or_default());
        endpoint.get(url).header("accept", "application/json, application/ld+json;q=0.9")
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
        answer.expect(ContentKind::Json)?;
        let parsed = hongyan_formats::shanghai::parse(&answer.body, budget).map_err(unreadable)?;
        if !parsed.ok() {
            // the error for a rejected key is not documented; its text presumably mentions the key
            if parsed.message.to_lowercase().contains("key") || parsed.message.contains("密钥") {
                return Err(NetError::NeedsKey);
            }
            return Err(NetError::refused(answer.status, &parsed.result, &parsed.message));
        }
        Ok(endpoint.page(parsed.total, parsed.records))
    }
}

#[cfg(test)]
mod tests;
