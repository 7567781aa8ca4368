//! CALIS e读 (`yidu`): the JSON API of its own search page. It is undocumented; under load it demands a
//! captcha, and then nothing is sent until a person has solved it.
//!
//! Responses are parsed by `hongyan_formats::yidu`. Only the search in titles is known: other fields,
//! years and identifiers are reported as dropped.

mod wire;

use hongyan_formats::Budget;
use hongyan_formats::envelope::Places;
use hongyan_model::Query;
use hongyan_model::query::{Field, Join};
use hongyan_model::text::clean;
use reqwest::Method;
use url::Url;

use crate::dialect::Dialect;
use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::response::ContentKind;
use crate::http::{Call, Response};
use crate::paging::{Page, PagePosition};
use crate::reading::unreadable;
use crate::{captcha, cql};

const SEARCH: &str = "/prod-api/yidu/resource/query";

/// The dialect of e读.
pub(crate) struct Yidu {
    search: Url,
    referer: String,
}

impl Yidu {
    pub fn new(endpoint: &Endpoint) -> Result<Yidu, NetError> {
        let referer = endpoint.under("/searchList/index")?.to_string();
        Ok(Yidu { search: endpoint.under(SEARCH)?, referer })
    }
}

/// The words for the title field, and the clauses that were dropped.
///
/// # Errors
/// `Unsupported` when nothing is left.
fn words(query: &Query) -> Result<(String, Vec<String>), NetError> {
    if query.identifier.is_some() {
        return Err(NetError::Unsupported("e读 has no search by identifier".to_owned()));
    }
    let (mut words, mut dropped) = (Vec::new(), Vec::new());
    for clause in &query.clauses {
        let text = clean(&clause.text);
        match clause.field {
            _ if text.is_empty() => {}
            // `or` and `not` are not known to work
            _ if clause.join != Join::And => dropped.push(text),
            Field::Any | Field::Title if text.chars().count() <= 200 => words.push(text),
            _ => dropped.push(text),
        }
    }
    dropped.extend(cql::year_text(query));
    if words.is_empty() {
        return Err(NetError::Unsupported("e读 supports words in titles only".to_owned()));
    }
    Ok((words.join(" "), dropped))
}

impl Dialect for Yidu {
    /// words for the title field
    type Translated = String;

    // the parser is given the place of the total
    const PLACES: Places<'static> =
        Places { records: "/data/content", total: "", status: "/code", success: "200" };

    fn translate(&self, _endpoint: &Endpoint, query: &Query) -> Result<(String, Vec<String>), NetError> {
        words(query)
    }

    fn call(
        &self,
        endpoint: &Endpoint,
        asked: &String,
        place: PagePosition,
        size: u32,
    ) -> Result<Call, NetError> {
        // where `offset` counts pages, pages have a fixed size
        let config = &endpoint.config;
        let (offset, limit) =
            if config.offset_counts == "records" { (place.start, place.wanted) } else { (place.page, size) };
        let offset = offset.saturating_add(u64::from(config.offset_base));
        let body = serde_json::to_vec(&wire::Search::title(asked, offset, limit))
            .map_err(|e| NetError::Unsupported(e.to_string()))?;
        Call::json(Method::POST, self.search.clone(), body, endpoint.deadline)
            .header("content-type", "application/json;charset=UTF-8")?
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
        let configured = &endpoint.config.total;
        let total = if configured.is_empty() { hongyan_formats::yidu::TOTAL } else { configured };
        let parsed = hongyan_formats::yidu::parse(&answer.body, total, budget).map_err(unreadable)?;
        if !parsed.ok() {
            let code = parsed.code.map(|code| code.to_string()).unwrap_or_default();
            return Err(NetError::refused(answer.status, &code, &parsed.message));
        }
        Ok(endpoint.page(parsed.total, parsed.records))
    }
}

#[cfg(test)]
mod tests;
