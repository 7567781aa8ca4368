//! Answers of arXiv's query interface: Atom feeds in which even a complaint is an entry.

use crate::answer::{Answer, Complaint};
use crate::{Budget, ReadError, atom};

/// Reads a feed: a page of preprints, or what arXiv has to complain of (an entry titled `Error`, with
/// status 200 and one hit).
///
/// # Errors
/// When the bytes are not well-formed, or not a feed.
pub fn parse(bytes: &[u8], budget: &Budget) -> Result<Result<Answer, Complaint>, ReadError> {
    let (answer, complaint) = atom::read(bytes, budget)?;
    Ok(complaint.map_or(Ok(answer), Err))
}
