//! Directory of Open Access Journals (`doaj.org/api`): open-access articles. Takes a Lucene query in the
//! URL's path, where a plus sign is literal; gives access to a thousand results.

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

const SEARCH: &str = "/search/articles";
const OPERATORS: Operators = Operators { and: " AND ", or: " OR ", not: " AND NOT " };

/// The dialect of DOAJ.
pub(crate) struct Doaj;

impl Dialect for Doaj {
    /// a query in Lucene's syntax
    type Translated = String;
    const MOST: u32 = 100;
    const DEEPEST: u64 = 1000;

    fn translate(&self, _endpoint: &Endpoint, query: &Query) -> Result<(String, Vec<String>), NetError> {
        translate(query)
    }

    fn call(
        &self,
        endpoint: &Endpoint,
        asked: &String,
        place: PagePosition,
        size: u32,
    ) -> Result<Call, NetError> {
        let url = index::with_segment(endpoint, SEARCH, asked)?;
        let (size, page) = (size.to_string(), index::page_number(place));
        let url = index::with_parameters(url, &[("page", &page), ("pageSize", &size)]);
        endpoint.get(url).header("accept", "application/json")
    }

    fn read(
        &self,
        endpoint: &Endpoint,
        _asked: &String,
        answer: &Response,
        _place: PagePosition,
        budget: &Budget,
    ) -> Result<Page, NetError> {
        index::page(endpoint, answer, budget, hongyan_formats::doaj::parse)
    }
}

fn translate(query: &Query) -> Result<(String, Vec<String>), NetError> {
    if let Some(identifier) = &query.identifier {
        let field = match identifier.kind {
            IdentifierKind::Doi => "doi",
            IdentifierKind::Issn => "issn",
            _ => return Err(NetError::Unsupported("DOAJ supports DOI and ISSN only".to_owned())),
        };
        return Ok((format!("{field}:{}", term(&identifier.value)), Vec::new()));
    }
    let (parts, mut dropped) = boolean::parts(query, str::to_owned)?;
    let in_field = |field, word: &str| {
        let word = term(word);
        Some(match field {
            Field::Any => word,
            Field::Title => format!("bibjson.title:{word}"),
            Field::Creator => format!("bibjson.author.name:{word}"),
            Field::Subject => format!("(bibjson.subject.term:{word} OR bibjson.keywords:{word})"),
            Field::Publisher => format!("bibjson.journal.publisher:{word}"),
            Field::Container => format!("bibjson.journal.title:{word}"),
        })
    };
    let mut asked = boolean::expression(&parts, OPERATORS, in_field, &mut dropped)
        .ok_or_else(|| NetError::Unsupported("no part of the query is supported".to_owned()))?;
    if let Some((from, to)) = boolean::years(query, &mut dropped) {
        // an open range needs `*`, which DOAJ rejects as a wildcard
        asked = format!("({asked}) AND bibjson.year:[{} TO {}]", from.unwrap_or(1000), to.unwrap_or(9999));
    }
    Ok((asked, dropped))
}

/// Quotes a term; DOAJ requires the slash of a DOI to be escaped too.
fn term(text: &str) -> String {
    boolean::quoted(text).replace('/', "\\/")
}

#[cfg(test)]
mod tests;
