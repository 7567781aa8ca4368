//! CiNii Research (`cir.nii.ac.jp/opensearch/all`): articles, books and theses of Japan. Accepts one
//! boolean expression per parameter, and joins the parameters with "and". The operator asks for a (free)
//! key, `appid`; it has been observed to answer without one.

use hongyan_formats::Budget;
use hongyan_model::Query;
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::query::Field;

use crate::boolean::{self, Operators, Part};
use crate::dialect::Dialect;
use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::{Call, Response};
use crate::index;
use crate::paging::{Page, PagePosition};

const OPERATORS: Operators = Operators { and: " AND ", or: " OR ", not: " NOT " };

/// Query parameters of the URL.
type Parameters = Vec<(&'static str, String)>;

/// The dialect of CiNii Research.
pub(crate) struct Cinii;

impl Dialect for Cinii {
    type Translated = Parameters;
    const MOST: u32 = 200;

    fn translate(
        &self,
        _endpoint: &Endpoint,
        query: &Query,
    ) -> Result<(Self::Translated, Vec<String>), NetError> {
        translate(query)
    }

    fn call(
        &self,
        endpoint: &Endpoint,
        asked: &Self::Translated,
        place: PagePosition,
        _size: u32,
    ) -> Result<Call, NetError> {
        let (start, count) = (place.start.saturating_add(1).to_string(), place.wanted.to_string());
        let mut all: Vec<(&str, &str)> = asked.iter().map(|(key, value)| (*key, value.as_str())).collect();
        all.extend([
            ("format", "json"),
            ("count", &count),
            ("start", &start),
            ("appid", endpoint.key().unwrap_or_default()),
        ]);
        let url = index::with_parameters(endpoint.under("")?, &all);
        endpoint.get(url).header("accept", "application/json")
    }

    fn read(
        &self,
        endpoint: &Endpoint,
        _asked: &Self::Translated,
        answer: &Response,
        _place: PagePosition,
        budget: &Budget,
    ) -> Result<Page, NetError> {
        index::page(endpoint, answer, budget, hongyan_formats::cinii::parse)
    }
}

fn translate(query: &Query) -> Result<(Parameters, Vec<String>), NetError> {
    if let Some(identifier) = &query.identifier {
        let asked = match identifier.kind {
            IdentifierKind::Isbn => ("isbn", identifier.value.clone()),
            IdentifierKind::Issn => ("issn", identifier.value.clone()),
            IdentifierKind::Doi => ("q", boolean::quoted(&identifier.value)),
            _ => return Err(NetError::Unsupported("CiNii supports ISBN, ISSN and DOI only".to_owned())),
        };
        return Ok((vec![asked], Vec::new()));
    }
    let (mut parts, mut dropped) = boolean::parts(query, boolean::without_signs)?;
    for part in &mut parts {
        // no parameter for these is documented for all kinds of works; full text covers them
        if matches!(part.field, Field::Subject | Field::Publisher | Field::Container) {
            part.field = Field::Any;
        }
    }
    let mut asked = Vec::new();
    for (field, parts) in boolean::by_field(parts, |_| true, &mut dropped) {
        let name = match field {
            Field::Title => "title",
            Field::Creator => "creator",
            _ => "q",
        };
        if let Some(expression) = expression(&parts, &mut dropped) {
            asked.push((name, expression));
        }
    }
    if let Some((from, to)) = boolean::years(query, &mut dropped) {
        let bound = |name, year: Option<i32>| year.map(|year| (name, year.to_string()));
        asked.extend([bound("from", from), bound("until", to)].into_iter().flatten());
    }
    Ok((asked, dropped))
}

/// A single word is sent without quotes, so that the index may tokenise it; a phrase is quoted.
fn expression(parts: &[Part], dropped: &mut Vec<String>) -> Option<String> {
    let phrases: Vec<&str> =
        parts.iter().filter(|part| part.phrase).flat_map(|part| &part.words).map(String::as_str).collect();
    let term = |_, word: &str| {
        let operator = matches!(word.to_ascii_uppercase().as_str(), "AND" | "OR" | "NOT");
        let plain = word.chars().all(char::is_alphanumeric) && !operator && !phrases.contains(&word);
        Some(if plain { word.to_owned() } else { boolean::quoted(word) })
    };
    boolean::expression(parts, OPERATORS, term, dropped)
}

#[cfg(test)]
mod tests;
