//! 国家科技图书文献中心 NSTL: the JSON API of the site's own search page. It is undocumented and open to anyone, so
//! it is used sparingly and for searching only; ordering a document is done on the site, in the browser.
//!
//! Responses are parsed by `hongyan_formats::nstl`. What is unknown (field codes, whether `OR` and `NOT`
//! work) is configurable, or listed in docs/SOURCES.md.

mod wire;

use hongyan_formats::Budget;
use hongyan_formats::envelope::Places;
use hongyan_model::Query;
use hongyan_model::query::{Field, Join};
use hongyan_model::text::clean;
use reqwest::Method;
use url::Url;

use crate::captcha;
use crate::cql::year_text;
use crate::dialect::Dialect;
use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::response::ContentKind;
use crate::http::{Call, Response};
use crate::paging::{Page, PagePosition};
use crate::plain;
use crate::reading::unreadable;
use crate::source::Indexes;
use wire::{Search, Term};

const SEARCH: &str = "/api/service/nstl/web/execute?target=nstl4.search4&function=paper/pc/list/pl";
/// Document types that have been observed to return results; patents and standards have not.
const TYPES: [&str; 5] = ["JournalPaper", "DegreePaper", "ProceedingsPaper", "BookMatrix", "ReportMatrix"];

/// The dialect of NSTL.
pub(crate) struct Nstl {
    search: Url,
    referer: String,
}

impl Nstl {
    pub fn new(endpoint: &Endpoint) -> Result<Nstl, NetError> {
        Ok(Nstl { search: endpoint.under(SEARCH)?, referer: endpoint.under("/search.html")?.to_string() })
    }
}

/// The code of a field. `tit` and `key` occur in responses; no code for persons is known.
fn code(indexes: &Indexes, field: Field) -> String {
    let (own, otherwise) = match field {
        Field::Any => (&indexes.any, ""),
        Field::Title => (&indexes.title, "tit"),
        Field::Creator => (&indexes.creator, ""),
        Field::Subject => (&indexes.subject, "key"),
        Field::Publisher => (&indexes.publisher, ""),
        Field::Container => (&indexes.container, ""),
    };
    if own.is_empty() { otherwise.to_owned() } else { own.clone() }
}

fn term(k: String, v: String, o: &'static str, a: u8) -> Term {
    Term { k, v, e: 1, o, a }
}

fn ask(query: &Query, indexes: &Indexes) -> Result<(Vec<Term>, Vec<String>), NetError> {
    if let Some(identifier) = &query.identifier {
        return Ok((vec![term(String::new(), identifier.value.clone(), "AND", 0)], Vec::new()));
    }
    let (mut terms, mut dropped) = (Vec::new(), Vec::new());
    for clause in &query.clauses {
        let words = plain::words(&clause.text, &mut dropped);
        let code = code(indexes, clause.field);
        match clause.join {
            _ if words.is_empty() => {}
            Join::And => {
                // it is unknown how several words in one value are combined, so each is a condition
                let values = if clause.phrase { vec![words.join(" ")] } else { words };
                terms.extend(values.into_iter().map(|value| term(code.clone(), value, "AND", 0)));
            }
            // the operator applies to one value; several words would need brackets, which do not exist
            join if words.len() == 1 && (join == Join::Or || !terms.is_empty()) => {
                let operator = if join == Join::Or && !terms.is_empty() { "OR" } else { "AND" };
                let operator = if join == Join::Not { "NOT" } else { operator };
                terms.extend(words.into_iter().map(|value| term(code.clone(), value, operator, 0)));
            }
            _ => dropped.push(clean(&clause.text)),
        }
    }
    if terms.is_empty() {
        return Err(NetError::Unsupported("no part of the query is supported".to_owned()));
    }
    match (query.year_from, query.year_to) {
        // `yea` has been observed with "equals" only
        (Some(from), Some(to)) if from == to => {
            terms.push(term("yea".to_owned(), from.to_string(), "AND", 1))
        }
        _ => dropped.extend(year_text(query)),
    }
    Ok((terms, dropped))
}

impl Dialect for Nstl {
    type Translated = Vec<Term>;

    const PLACES: Places<'static> =
        Places { records: "/data", total: "/total", status: "/code", success: "0" };

    /// the page itself requests no more
    const MOST: u32 = 50;

    fn translate(&self, endpoint: &Endpoint, query: &Query) -> Result<(Vec<Term>, Vec<String>), NetError> {
        ask(query, &endpoint.config.indexes)
    }

    fn call(
        &self,
        endpoint: &Endpoint,
        asked: &Vec<Term>,
        place: PagePosition,
        size: u32,
    ) -> Result<Call, NetError> {
        let query = serde_json::to_string(&Search::new(asked, &TYPES))
            .map_err(|e| NetError::Unsupported(e.to_string()))?;
        // pages are counted from 1 and have a fixed size
        let page = place.page.saturating_add(1).to_string();
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("query", &query)
            .append_pair("webDisplayId", "11")
            .append_pair("sl", "0")
            .append_pair("searchWordId", "")
            .append_pair("searchId", "")
            .append_pair("facetRelation", "[]")
            .append_pair("pageSize", &size.to_string())
            .append_pair("pageNumber", &page)
            .finish();
        Call::json(Method::POST, self.search.clone(), body.into_bytes(), endpoint.deadline)
            .header("content-type", "application/x-www-form-urlencoded; charset=UTF-8")?
            .header("accept", "application/json")?
            .header("x-requested-with", "XMLHttpRequest")?
            .header("referer", &self.referer)
    }

    fn read(
        &self,
        endpoint: &Endpoint,
        _: &Vec<Term>,
        answer: &Response,
        _: PagePosition,
        budget: &Budget,
    ) -> Result<Page, NetError> {
        captcha::look_for(answer)?;
        answer.source_status()?;
        answer.expect(ContentKind::Json)?;
        let parsed = hongyan_formats::nstl::parse(&answer.body, endpoint.address.as_str(), budget)
            .map_err(unreadable)?;
        if !parsed.ok() {
            return Err(NetError::refused(answer.status, &parsed.code, &parsed.message));
        }
        Ok(endpoint.page(parsed.total, parsed.records))
    }
}

#[cfg(test)]
mod tests;
