//! Responses of arXiv's API: Atom feeds, in which an error is an entry too.

use crate::answer::{Complaint, ResultPage};
use crate::{Budget, ReadError, atom};

/// Parses a feed: a page of preprints, or arXiv's error (an entry titled `Error`, with status 200 and one
/// hit).
///
/// # Errors
/// [`ReadError`] when the bytes are not well-formed XML, or not a feed.
pub fn parse(bytes: &[u8], budget: &Budget) -> Result<Result<ResultPage, Complaint>, ReadError> {
    let (answer, complaint) = atom::read(bytes, budget)?;
    Ok(complaint.map_or(Ok(answer), Err))
}
