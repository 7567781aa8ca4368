//! OpenAlex (`api.openalex.org`): an index of works from many sources. Accepts one boolean expression per
//! field, and joins the fields with "and". A key allows more requests per day; it is sent as a parameter
//! and never logged.

use hongyan_formats::Budget;
use hongyan_model::Query;
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::query::Field;

use crate::boolean::{self, Operators};
use crate::dialect::Dialect;
use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::{Call, Response};
use crate::index;
use crate::paging::{Page, PagePosition};

const OPERATORS: Operators = Operators { and: " AND ", or: " OR ", not: " NOT " };

/// The dialect of OpenAlex.
pub(crate) struct Openalex;

/// A query translated for OpenAlex.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum OpenalexQuery {
    /// look-up of one work by an external identifier: `doi:10.…`, `pmid:…`
    Work(String),
    /// words in all fields, and filters joined with commas
    Search { search: String, filter: String },
}

impl Dialect for Openalex {
    type Translated = OpenalexQuery;
    const MOST: u32 = 100;
    const DEEPEST: u64 = 10_000;

    fn translate(
        &self,
        _endpoint: &Endpoint,
        query: &Query,
    ) -> Result<(OpenalexQuery, Vec<String>), NetError> {
        translate(query)
    }

    fn call(
        &self,
        endpoint: &Endpoint,
        asked: &OpenalexQuery,
        place: PagePosition,
        size: u32,
    ) -> Result<Call, NetError> {
        let key = endpoint.key().unwrap_or_default();
        let (size, page) = (size.to_string(), index::page_number(place));
        let url = match asked {
            OpenalexQuery::Work(number) => {
                let url = index::with_number(endpoint, number)?;
                index::with_parameters(url, &[("api_key", key)])
            }
            OpenalexQuery::Search { search, filter } => index::with_parameters(
                endpoint.under("")?,
                &[
                    ("search", search),
                    ("filter", filter),
                    ("per_page", &size),
                    ("page", &page),
                    ("api_key", key),
                ],
            ),
        };
        endpoint.get(url).header("accept", "application/json")
    }

    fn read(
        &self,
        endpoint: &Endpoint,
        asked: &OpenalexQuery,
        answer: &Response,
        _place: PagePosition,
        budget: &Budget,
    ) -> Result<Page, NetError> {
        if matches!(asked, OpenalexQuery::Work(_)) && index::is_missing(answer) {
            return Ok(index::nothing());
        }
        index::page(endpoint, answer, budget, hongyan_formats::openalex::parse)
    }
}

fn translate(query: &Query) -> Result<(OpenalexQuery, Vec<String>), NetError> {
    if let Some(identifier) = &query.identifier {
        let value = &identifier.value;
        let asked = match identifier.kind {
            IdentifierKind::Doi => OpenalexQuery::Work(format!("doi:{value}")),
            IdentifierKind::Pmid => OpenalexQuery::Work(format!("pmid:{value}")),
            IdentifierKind::Pmcid => OpenalexQuery::Work(format!("pmcid:{value}")),
            IdentifierKind::Arxiv => OpenalexQuery::Work(format!("doi:10.48550/arxiv.{value}")),
            IdentifierKind::Issn => OpenalexQuery::Search {
                search: String::new(),
                filter: format!("primary_location.source.issn:{value}"),
            },
            _ => {
                return Err(NetError::Unsupported(
                    "OpenAlex supports DOI, PMID, PMCID, arXiv and ISSN only".to_owned(),
                ));
            }
        };
        return Ok((asked, Vec::new()));
    }
    let (parts, mut dropped) = boolean::parts(query, without_signs)?;
    // OpenAlex can filter by journals and publishers only by their ids
    let known = |field| matches!(field, Field::Any | Field::Title | Field::Creator);
    let groups = boolean::by_field(parts, known, &mut dropped);
    let (mut search, mut filters) = (String::new(), Vec::new());
    for (field, parts) in groups {
        let term = |_, word: &str| Some(boolean::quoted(word));
        let Some(expression) = boolean::expression(&parts, OPERATORS, term, &mut dropped) else {
            continue;
        };
        match field {
            Field::Title => filters.push(format!("title.search:{expression}")),
            Field::Creator => filters.push(format!("raw_author_name.search:{expression}")),
            _ => search = expression,
        }
    }
    if search.is_empty() && filters.is_empty() {
        return Err(NetError::Unsupported(
            "OpenAlex searches words anywhere, in titles and names".to_owned(),
        ));
    }
    match boolean::years(query, &mut dropped).unwrap_or_default() {
        (Some(from), Some(to)) => filters.push(format!("publication_year:{from}-{to}")),
        (Some(from), None) => filters.push(format!("from_publication_date:{from}-01-01")),
        (None, Some(to)) => filters.push(format!("to_publication_date:{to}-12-31")),
        (None, None) => {}
    }
    Ok((OpenalexQuery::Search { search, filter: filters.join(",") }, dropped))
}

/// In a filter a comma separates conditions, `|` and `!` are operators, and no escape is documented.
fn without_signs(text: &str) -> String {
    boolean::without_signs(text).replace([',', '!', '，', '！', '<', '>'], " ")
}

#[cfg(test)]
mod tests;
