//! Fetching a delivered document: once in full, and after that only what is missing, by range, because
//! every fetch from the beginning uses up one of the views that the supplier allows.

use std::time::Duration;

use hongyan_model::request::Document;
use reqwest::Method;

use super::{ReaderApi, cookie, refusal};
use crate::error::NetError;
use crate::gateway::Session;

/// The largest document that is fetched, bytes.
const LARGEST: u64 = 128 * 1024 * 1024;
/// For all of it; what came stays, so a slow line goes on where it was.
const DEADLINE: Duration = Duration::from_secs(600);

impl ReaderApi {
    /// Fetches what is not here yet.
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
            // a range of something compressed is not a range of the document
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
