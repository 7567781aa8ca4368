//! A large body, taken as it comes: what has arrived stays with the caller when the line breaks.

use std::time::Duration;

use super::{Answer, Call, Http, fault, is_loopback};
use crate::error::NetError;

/// Nothing for so long means that the line is dead.
const STALLED: Duration = Duration::from_secs(30);

impl Http {
    /// Sends, and appends the body of a 200 or 206 to `into`, which it may fill up to `most` bytes. A 200
    /// begins anew: the other side does not know ranges. Other statuses come as an ordinary answer.
    ///
    /// # Errors
    /// As [`Http::send`]; `TooLarge` for more than `most`; `Malformed` for a range that is not the one
    /// that was asked for.
    pub(crate) async fn fetch(
        &self,
        call: Call,
        most: usize,
        into: &mut Vec<u8>,
    ) -> Result<Answer, NetError> {
        let deadline = call.deadline;
        tokio::time::timeout(deadline, self.take(call, most, into)).await.unwrap_or(Err(NetError::Timeout))
    }

    async fn take(&self, call: Call, most: usize, into: &mut Vec<u8>) -> Result<Answer, NetError> {
        let client = self.inner.trust.client(call.url.scheme() == "https", is_loopback(&call.url))?;
        let request = client
            .request(call.method, call.url)
            .headers(call.headers)
            .header("x-request-id", uuid::Uuid::new_v4().to_string());
        let sent = tokio::time::timeout(STALLED, request.send()).await.map_err(|_| NetError::Timeout)?;
        let mut response = sent.map_err(|e| fault::classify(&e))?;
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
                    return Err(NetError::Malformed("another range than was asked for".to_owned()));
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
        Ok(Answer { status, headers, body: other })
    }
}
