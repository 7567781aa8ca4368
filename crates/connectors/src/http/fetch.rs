//! Streaming download of a large body: what was received is kept when the connection breaks.

use std::time::Duration;

use super::{Call, Http, Response, fault, is_loopback, threads};
use crate::error::NetError;

/// Time without data after which the connection counts as dead.
const STALLED: Duration = Duration::from_secs(30);

impl Http {
    /// Sends a request, and appends the body of a 200 or 206 to `into`, up to `most` bytes in total. A
    /// 200 restarts the download, because the server ignored the range. Other statuses are returned as an
    /// ordinary response.
    ///
    /// # Errors
    /// As [`Http::send`]; `TooLarge` for more than `most` bytes; `Malformed` for a range other than the
    /// one requested.
    pub(crate) async fn fetch(
        &self,
        call: Call,
        most: usize,
        into: &mut Vec<u8>,
    ) -> Result<Response, NetError> {
        let deadline = call.deadline;
        tokio::time::timeout(deadline, self.take(call, most, into)).await.unwrap_or(Err(NetError::Timeout))
    }

    async fn take(&self, call: Call, most: usize, into: &mut Vec<u8>) -> Result<Response, NetError> {
        let client = self.inner.trust.client(call.url.scheme() == "https", is_loopback(&call.url))?;
        let request = client
            .request(call.method, call.url)
            .headers(call.headers)
            .header("x-request-id", uuid::Uuid::new_v4().to_string());
        let sent = tokio::time::timeout(STALLED, threads::send(request)).await;
        let mut response = sent.map_err(|_| NetError::Timeout)??;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut other = Vec::new();
        let (body, limit) = match status {
            200 => {
                into.clear();
                (into, most)
            }
            206 => {
                let from = headers.get("content-range").and_then(|value| value.to_str().ok());
                let from = from.and_then(|text| text.strip_prefix("bytes ")?.split('-').next()?.parse().ok());
                if from != Some(into.len()) {
                    return Err(NetError::Malformed(
                        "the response has another range than requested".to_owned(),
                    ));
                }
                (into, most)
            }
            _ => (&mut other, self.inner.body_limit),
        };
        loop {
            let chunk =
                tokio::time::timeout(STALLED, response.chunk()).await.map_err(|_| NetError::Timeout)?;
            let Some(chunk) = chunk.map_err(|e| fault::classify(&e))? else { break };
            if body.len().saturating_add(chunk.len()) > limit {
                return Err(NetError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status, headers, body: other })
    }
}
