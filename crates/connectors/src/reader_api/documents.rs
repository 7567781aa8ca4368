//! Downloading a delivered document. After an interruption only the rest is requested, as a range,
//! because every download from the beginning consumes one of the views that the supplier allows.

use std::time::Duration;

use hongyan_model::request::Document;
use reqwest::Method;

use super::{ReaderApi, cookie, refusal};
use crate::error::NetError;
use crate::gateway::Session;

/// Largest document that is downloaded, in bytes.
const LARGEST: u64 = 128 * 1024 * 1024;
/// Deadline of the whole download; what was received is kept, so a slow connection can resume.
const DEADLINE: Duration = Duration::from_secs(600);

impl ReaderApi {
    /// Downloads what is missing of a document.
    pub(super) async fn fetch_document(
        &self,
        session: &Session,
        document: &Document,
        got: &mut Vec<u8>,
    ) -> Result<(), NetError> {
        let here = got.len() as u64;
        if here > 0 && here == document.size {
            return Ok(());
        }
        let most = usize::try_from(document.size).ok().filter(|_| document.size <= LARGEST);
        let most = most.ok_or(NetError::TooLarge)?;
        let url = self.url(&["ill", "documents", &document.id, "content"], &[])?;
        let mut call = self
            .call(Method::GET, url, None)?
            .header("cookie", &cookie::access(session))?
            .header("accept", "*/*")?
            // a range of the compressed form is not a range of the document
            .header("accept-encoding", "identity")?;
        if here > 0 {
            call = call
                .header("range", &format!("bytes={here}-"))?
                .header("if-range", &format!("\"{}\"", document.sha256))?;
        }
        call.deadline = DEADLINE;
        let answer = self.http.fetch(call, most, got).await?;
        match answer.status {
            200 | 206 => Ok(()),
            201..=399 => Err(NetError::WrongKind(format!("HTTP {}", answer.status))),
            _ => Err(refusal::refusal(&answer)),
        }
    }
}
