//! arXiv (`export.arxiv.org/api/query`): preprints, as Atom. Its rules allow one request every three
//! seconds over one connection. It reports errors as a feed with one entry, and throttling as plain text.

use hongyan_formats::Budget;
use hongyan_model::Query;
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::query::Field;

use crate::boolean::{self, Operators};
use crate::dialect::Dialect;
use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::response::ContentKind;
use crate::http::{Call, Response};
use crate::index;
use crate::paging::{Page, PagePosition};
use crate::reading::unreadable;

const OPERATORS: Operators = Operators { and: " AND ", or: " OR ", not: " ANDNOT " };

/// The dialect of arXiv.
pub(crate) struct Arxiv;

/// A query translated for arXiv.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ArxivQuery {
    /// look-up of one preprint by its arXiv id
    Id(String),
    /// a search expression
    Search(String),
}

impl Dialect for Arxiv {
    type Translated = ArxivQuery;
    // up to 2000 are possible, but slow
    const MOST: u32 = 200;
    const DEEPEST: u64 = 30_000;

    fn translate(&self, _endpoint: &Endpoint, query: &Query) -> Result<(ArxivQuery, Vec<String>), NetError> {
        translate(query)
    }

    fn call(
        &self,
        endpoint: &Endpoint,
        asked: &ArxivQuery,
        place: PagePosition,
        _size: u32,
    ) -> Result<Call, NetError> {
        let (start, wanted) = (place.start.to_string(), place.wanted.to_string());
        let question = match asked {
            ArxivQuery::Id(id) => [("id_list", id.as_str()), ("sortBy", "")],
            ArxivQuery::Search(expression) => {
                [("search_query", expression.as_str()), ("sortBy", "relevance")]
            }
        };
        let url = index::with_parameters(endpoint.under("")?, &question);
        let url = index::with_parameters(url, &[("start", &start), ("max_results", &wanted)]);
        endpoint.get(url).header("accept", "application/atom+xml, application/xml;q=0.9, */*;q=0.1")
    }

    fn read(
        &self,
        endpoint: &Endpoint,
        asked: &ArxivQuery,
        answer: &Response,
        _place: PagePosition,
        budget: &Budget,
    ) -> Result<Page, NetError> {
        if answer.body.starts_with(b"Rate exceeded") {
            return Err(NetError::Throttled { after: answer.slow().flatten() });
        }
        // an error feed may come with status 400, and has more detail than the status
        let status = answer.source_status();
        if !matches!(status, Ok(()) | Err(NetError::Refused { .. })) {
            status.clone()?;
        }
        let read = answer
            .expect(ContentKind::Xml)
            .and_then(|()| hongyan_formats::arxiv::parse(&answer.body, budget).map_err(unreadable));
        match (status, read) {
            // an id that arXiv does not have, or that is malformed
            (_, Ok(Err(_))) if matches!(asked, ArxivQuery::Id(_)) => Ok(index::nothing()),
            (_, Ok(Err(complaint))) => Err(index::refused(answer.status, &complaint)),
            (Err(error), _) | (Ok(()), Err(error)) => Err(error),
            (Ok(()), Ok(Ok(found))) => Ok(endpoint.page(found.total, found.records)),
        }
    }
}

fn translate(query: &Query) -> Result<(ArxivQuery, Vec<String>), NetError> {
    if let Some(identifier) = &query.identifier {
        let asked = match identifier.kind {
            IdentifierKind::Arxiv => ArxivQuery::Id(identifier.value.clone()),
            IdentifierKind::Doi => match identifier.value.strip_prefix("10.48550/arxiv.") {
                Some(id) => ArxivQuery::Id(id.to_owned()),
                None => {
                    ArxivQuery::Search(format!("all:{}", boolean::quoted(&without_signs(&identifier.value))))
                }
            },
            _ => return Err(NetError::Unsupported("arXiv supports arXiv ids and DOI only".to_owned())),
        };
        return Ok((asked, Vec::new()));
    }
    let (parts, mut dropped) = boolean::parts(query, without_signs)?;
    let in_field = |field, word: &str| {
        let prefix = match field {
            Field::Any => "all",
            Field::Title => "ti",
            Field::Creator => "au",
            // arXiv's subjects are codes; the abstract is the closest field
            Field::Subject => "abs",
            Field::Container => "jr",
            Field::Publisher => return None,
        };
        Some(format!("{prefix}:{}", boolean::quoted(word)))
    };
    let mut asked = boolean::expression(&parts, OPERATORS, in_field, &mut dropped)
        .ok_or_else(|| NetError::Unsupported("arXiv has no publishers".to_owned()))?;
    if let Some((from, to)) = boolean::years(query, &mut dropped) {
        let (from, to) = (from.unwrap_or(1991), to.unwrap_or(9999));
        asked = format!("({asked}) AND submittedDate:[{from:04}01010000 TO {to:04}12312359]");
    }
    Ok((ArxivQuery::Search(asked), dropped))
}

/// No escape character is documented; a hyphen separates words there.
fn without_signs(text: &str) -> String {
    boolean::without_signs(text).replace(['{', '}', '^', '~'], " ")
}

#[cfg(test)]
mod tests;
