//! Crossref (`api.crossref.org/works`): works with a DOI. Ranks by similarity; supports neither `or` nor
//! `not` nor phrases. Requests with a mail address are served faster: the configured contact is sent, and
//! none is made up.

use std::time::Duration;

use hongyan_formats::Budget;
use hongyan_model::Query;
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::query::{Field, Join};

use crate::boolean;
use crate::dialect::Dialect;
use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::{Call, Response, rate_limit};
use crate::index;
use crate::paging::{Page, PagePosition};

/// The dialect of Crossref.
pub(crate) struct Crossref;

/// A query translated for Crossref.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CrossrefQuery {
    /// look-up of one work by its DOI
    Work(String),
    /// a search: parameters, and filters joined with commas
    Search { parameters: Vec<(&'static str, String)>, filter: String },
}

impl Dialect for Crossref {
    type Translated = CrossrefQuery;
    // deeper results would need a cursor; ten thousand are enough
    const DEEPEST: u64 = 10_000;

    fn translate(
        &self,
        _endpoint: &Endpoint,
        query: &Query,
    ) -> Result<(CrossrefQuery, Vec<String>), NetError> {
        translate(query)
    }

    fn call(
        &self,
        endpoint: &Endpoint,
        asked: &CrossrefQuery,
        place: PagePosition,
        _size: u32,
    ) -> Result<Call, NetError> {
        let mail = endpoint.http.mail().unwrap_or_default();
        let (rows, offset) = (place.wanted.to_string(), place.start.to_string());
        let url = match asked {
            CrossrefQuery::Work(doi) => {
                index::with_parameters(index::with_number(endpoint, doi)?, &[("mailto", mail)])
            }
            CrossrefQuery::Search { parameters, filter } => {
                let mut all: Vec<(&str, &str)> =
                    parameters.iter().map(|(key, value)| (*key, value.as_str())).collect();
                all.extend([
                    ("filter", filter.as_str()),
                    ("rows", &rows),
                    ("offset", &offset),
                    ("mailto", mail),
                ]);
                index::with_parameters(endpoint.under("")?, &all)
            }
        };
        endpoint.get(url).header("accept", "application/json")
    }

    fn read(
        &self,
        endpoint: &Endpoint,
        asked: &CrossrefQuery,
        answer: &Response,
        _place: PagePosition,
        budget: &Budget,
    ) -> Result<Page, NetError> {
        if let Some(limits) = limits(answer) {
            endpoint.limiter.tighten(limits);
        }
        if matches!(asked, CrossrefQuery::Work(_)) && index::is_missing(answer) {
            return Ok(index::nothing());
        }
        index::page(endpoint, answer, budget, hongyan_formats::crossref::parse)
    }
}

fn translate(query: &Query) -> Result<(CrossrefQuery, Vec<String>), NetError> {
    if let Some(identifier) = &query.identifier {
        let search = |filter: String| CrossrefQuery::Search { parameters: Vec::new(), filter };
        let asked = match identifier.kind {
            IdentifierKind::Doi => CrossrefQuery::Work(identifier.value.clone()),
            IdentifierKind::Isbn => search(format!("isbn:{}", identifier.value)),
            IdentifierKind::Issn => search(format!("issn:{}", identifier.value)),
            _ => return Err(NetError::Unsupported("Crossref supports DOI, ISBN and ISSN only".to_owned())),
        };
        return Ok((asked, Vec::new()));
    }
    let (parts, mut dropped) = boolean::parts(query, str::to_owned)?;
    let mut parameters: Vec<(&'static str, String)> = Vec::new();
    for part in parts {
        let name = match part.field {
            Field::Any => "query.bibliographic",
            Field::Title => "query.title",
            Field::Creator => "query.author",
            Field::Container => "query.container-title",
            Field::Publisher => "query.publisher-name",
            Field::Subject => "",
        };
        if name.is_empty() || part.join != Join::And {
            dropped.push(part.text());
        } else if let Some((_, words)) = parameters.iter_mut().find(|(known, _)| *known == name) {
            words.push(' ');
            words.push_str(&part.text());
        } else {
            parameters.push((name, part.text()));
        }
    }
    if parameters.is_empty() {
        return Err(NetError::Unsupported("Crossref has no search by subject".to_owned()));
    }
    let (from, to) = boolean::years(query, &mut dropped).unwrap_or_default();
    let bound = |name: &str, year: Option<i32>| year.map(|year| format!("{name}:{year}"));
    let filters: Vec<String> =
        [bound("from-pub-date", from), bound("until-pub-date", to)].into_iter().flatten().collect();
    Ok((CrossrefQuery::Search { parameters, filter: filters.join(",") }, dropped))
}

/// Rate limits from the response: `x-rate-limit-limit: 50`, `x-rate-limit-interval: 1s`,
/// `x-concurrency-limit: 3`. They can only make our own limits stricter.
fn limits(answer: &Response) -> Option<rate_limit::Limits> {
    let requests: u32 = answer.header("x-rate-limit-limit")?.trim().parse().ok().filter(|n| *n > 0)?;
    let seconds: u32 = answer.header("x-rate-limit-interval")?.trim().trim_end_matches('s').parse().ok()?;
    let concurrency = answer.header("x-concurrency-limit").and_then(|n| n.trim().parse().ok());
    Some(rate_limit::Limits {
        concurrency: concurrency.filter(|n| *n > 0).unwrap_or(usize::MAX),
        // bounded, so that a bad header cannot impose a wait of a minute
        interval: (Duration::from_secs(u64::from(seconds)) / requests).min(Duration::from_secs(10)),
    })
}

#[cfg(test)]
mod tests;
