//! What the open indexes (Crossref, OpenAlex, DOAJ, CiNii) have in common on the wire: `GET` with
//! parameters, JSON, complaints in JSON behind a bad status.

use hongyan_formats::answer::{self, Complaint};
use hongyan_formats::{Budget, ReadError};
use url::Url;

use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::Answer;
use crate::http::answer::Wanted;
use crate::paging::{Page, Place};
use crate::reading::unreadable;

/// Reads a JSON answer; what the source complains of comes out as its own code and sentence.
///
/// # Errors
/// As [`Answer::source_status`] and [`Answer::expect`]; `Malformed` when the reader gives up.
pub(crate) fn page(
    endpoint: &Endpoint,
    answer: &Answer,
    budget: &Budget,
    parse: fn(&[u8], &Budget) -> Result<answer::Answer, ReadError>,
) -> Result<Page, NetError> {
    status(answer, budget)?;
    answer.expect(Wanted::Json)?;
    match parse(&answer.body, budget) {
        Ok(found) => Ok(endpoint.page(found.total, found.records)),
        Err(error) => Err(match answer::complaint(&answer.body, budget) {
            Some(complaint) => refused(answer.status, &complaint),
            None => unreadable(error),
        }),
    }
}

/// The status as an error, with the source's own words where it has some.
fn status(answer: &Answer, budget: &Budget) -> Result<(), NetError> {
    let error = match answer.source_status() {
        Ok(()) => return Ok(()),
        Err(error) => error,
    };
    let complaint = answer::complaint(&answer.body, budget);
    match (&error, &complaint) {
        (NetError::Refused { status, .. }, Some(complaint)) => Err(refused(*status, complaint)),
        // some say "too fast" with 403, which is not "never again"
        (NetError::Blocked(_), Some(complaint)) if too_fast(complaint) => Err(NetError::Slow { after: None }),
        _ => Err(error),
    }
}

fn too_fast(complaint: &Complaint) -> bool {
    let text = format!("{} {}", complaint.code, complaint.message).to_lowercase();
    ["rate limit", "too fast", "too many requests", "slow down"].iter().any(|words| text.contains(words))
}

/// A complaint as a refusal.
pub(crate) fn refused(status: u16, complaint: &Complaint) -> NetError {
    NetError::refused(status, &complaint.code, &complaint.message)
}

/// True for the answer to a look-up of a number that the source does not have.
pub(crate) fn is_missing(answer: &Answer) -> bool {
    answer.status == 404 && !answer.is_html()
}

/// A look-up that found nothing.
pub(crate) fn nothing() -> Page {
    Page { hits: Some(0), ..Page::default() }
}

/// An address with parameters; those without a value are left out.
pub(crate) fn with_parameters(mut url: Url, parameters: &[(&str, &str)]) -> Url {
    let said = parameters.iter().filter(|(_, value)| !value.is_empty());
    url.query_pairs_mut().extend_pairs(said);
    url
}

/// The base address with a segment behind it: what is in the segment stays in it.
///
/// # Errors
/// `Unsupported` for an address that takes no path; sources.toml lets none through.
pub(crate) fn with_segment(endpoint: &Endpoint, path: &str, segment: &str) -> Result<Url, NetError> {
    with_segments(endpoint.under(path)?, std::iter::once(segment))
}

/// The base address with a number behind it, whose slashes stay slashes: `works/doi:10.1017/97811…`.
///
/// # Errors
/// As [`with_segment`].
pub(crate) fn with_number(endpoint: &Endpoint, number: &str) -> Result<Url, NetError> {
    with_segments(endpoint.under("")?, number.split('/'))
}

fn with_segments<'a>(mut url: Url, segments: impl Iterator<Item = &'a str>) -> Result<Url, NetError> {
    url.path_segments_mut()
        .map_err(|()| NetError::Unsupported("an address without a path".to_owned()))?
        .extend(segments);
    Ok(url)
}

/// Number of the page from 1, for sources that count pages.
pub(crate) fn page_number(place: Place) -> String {
    place.page.saturating_add(1).to_string()
}
