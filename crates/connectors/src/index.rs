//! Common protocol of the open indexes (Crossref, OpenAlex, DOAJ, CiNii): `GET` with parameters, JSON,
//! errors as JSON with an error status.

use hongyan_formats::answer::{self, Complaint};
use hongyan_formats::{Budget, ReadError};
use url::Url;

use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::Response;
use crate::http::response::ContentKind;
use crate::paging::{Page, PagePosition};
use crate::reading::unreadable;

/// Parses a JSON response; an error of the source is returned with its own code and text.
///
/// # Errors
/// As [`Response::source_status`] and [`Response::expect`]; `Malformed` when the parser fails.
pub(crate) fn page(
    endpoint: &Endpoint,
    answer: &Response,
    budget: &Budget,
    parse: fn(&[u8], &Budget) -> Result<answer::ResultPage, ReadError>,
) -> Result<Page, NetError> {
    status(answer, budget)?;
    answer.expect(ContentKind::Json)?;
    match parse(&answer.body, budget) {
        Ok(found) => Ok(endpoint.page(found.total, found.records)),
        Err(error) => Err(match answer::complaint(&answer.body, budget) {
            Some(complaint) => refused(answer.status, &complaint),
            None => unreadable(error),
        }),
    }
}

/// The status as an error, with the source's text where it gives one.
fn status(answer: &Response, budget: &Budget) -> Result<(), NetError> {
    let error = match answer.source_status() {
        Ok(()) => return Ok(()),
        Err(error) => error,
    };
    let complaint = answer::complaint(&answer.body, budget);
    match (&error, &complaint) {
        (NetError::Refused { status, .. }, Some(complaint)) => Err(refused(*status, complaint)),
        // some throttle with 403, which elsewhere means a permanent block
        (NetError::Blocked(_), Some(complaint)) if too_fast(complaint) => {
            Err(NetError::Throttled { after: None })
        }
        _ => Err(error),
    }
}

fn too_fast(complaint: &Complaint) -> bool {
    let text = format!("{} {}", complaint.code, complaint.message).to_lowercase();
    ["rate limit", "too fast", "too many requests", "slow down"].iter().any(|words| text.contains(words))
}

/// Converts a source's error to a refusal.
pub(crate) fn refused(status: u16, complaint: &Complaint) -> NetError {
    NetError::refused(status, &complaint.code, &complaint.message)
}

/// Whether the response to a look-up by identifier says that there is no such work.
pub(crate) fn is_missing(answer: &Response) -> bool {
    answer.status == 404 && !answer.is_html()
}

/// An empty page, for a look-up without a result.
pub(crate) fn nothing() -> Page {
    Page { hits: Some(0), ..Page::default() }
}

/// Adds query parameters to a URL; those without a value are omitted.
pub(crate) fn with_parameters(mut url: Url, parameters: &[(&str, &str)]) -> Url {
    let said = parameters.iter().filter(|(_, value)| !value.is_empty());
    url.query_pairs_mut().extend_pairs(said);
    url
}

/// Appends a path and one segment to the base address; the segment is escaped.
///
/// # Errors
/// `Unsupported` for an address that cannot have a path; sources.toml allows none.
pub(crate) fn with_segment(endpoint: &Endpoint, path: &str, segment: &str) -> Result<Url, NetError> {
    with_segments(endpoint.under(path)?, std::iter::once(segment))
}

/// Appends an identifier to the base address, keeping its slashes: `works/doi:10.1017/97811…`.
///
/// # Errors
/// As [`with_segment`].
pub(crate) fn with_number(endpoint: &Endpoint, number: &str) -> Result<Url, NetError> {
    with_segments(endpoint.under("")?, number.split('/'))
}

fn with_segments<'a>(mut url: Url, segments: impl Iterator<Item = &'a str>) -> Result<Url, NetError> {
    url.path_segments_mut()
        .map_err(|()| NetError::Unsupported("the address cannot have a path".to_owned()))?
        .extend(segments);
    Ok(url)
}

/// Page number from 1, for sources that count pages.
pub(crate) fn page_number(place: PagePosition) -> String {
    place.page.saturating_add(1).to_string()
}
