//! Idempotent requests to search sources: with the HTTP cache, and with one retry after a transient
//! failure.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::cache::{self, Head};
use super::{Call, Http, RateLimiter, Response};
use crate::error::NetError;
use crate::reading::reading;

/// Maximum size of a search response after decompression; a page of a hundred full records has a tenth of
/// it.
const LARGEST: usize = 4 * 1024 * 1024;
/// A retry is made only within this time after the start, so a dead host costs one attempt.
const SOON: Duration = Duration::from_secs(2);
/// Wait before the retry in milliseconds: minimum, and maximum random jitter on top, so that clients do
/// not retry in step.
const WAIT: (u64, u64) = (150, 350);

impl Http {
    /// Like [`Http::send`], for a search. A fresh cached response is returned without a request; a stale
    /// one after revalidation. Retries once, within the same deadline, when there is no connection, it
    /// breaks, or the host is overloaded (502 to 504 without a date; a 500 would come again).
    ///
    /// # Errors
    /// As [`Http::send`].
    pub(crate) async fn search(
        &self,
        mut call: Call,
        limiter: Option<&RateLimiter>,
    ) -> Result<Response, NetError> {
        call.most = call.most.min(LARGEST);
        let Some((cache, key)) = self.answers().zip(cache::key(&call)) else {
            return self.send_with_retry(call, limiter).await;
        };
        let kept = cache.read(&key).await.and_then(|(head, body)| Some((Head::parse(&head)?, body)));
        if let Some((head, body)) = &kept {
            if head.is_fresh(Timestamp::now()) {
                return Ok(head.answer(body.clone()));
            }
            call.headers.extend(head.validators());
        }
        let answer = self.send_with_retry(call, limiter).await?;
        let now = Timestamp::now();
        if let (304, Some((mut head, body))) = (answer.status, kept) {
            head.renew(&answer, now);
            cache.write(&key, &head.text(), &body).await;
            return Ok(head.answer(body));
        }
        // an HTML page in place of data, or a truncated response, must not be cached
        let Some(head) = Head::of(&answer, now).filter(|_| !answer.is_html()) else { return Ok(answer) };
        let (answer, whole) = reading(move |_| {
            let whole = answer.is_whole();
            Ok((answer, whole))
        })
        .await?;
        if whole {
            cache.write(&key, &head.text(), &answer.body).await;
        }
        Ok(answer)
    }

    async fn send_with_retry(&self, call: Call, limiter: Option<&RateLimiter>) -> Result<Response, NetError> {
        let (again, began) = (call.clone(), Instant::now());
        let first = self.send(call, limiter).await;
        let accident = match &first {
            Ok(answer) => matches!(answer.status, 502..=504) && answer.slow().is_none(),
            Err(error) => {
                matches!(error, NetError::Unreachable(_) | NetError::Lost(_) | NetError::Timeout)
            }
        };
        let wait =
            Duration::from_millis(WAIT.0 + (uuid::Uuid::new_v4().as_u128() % u128::from(WAIT.1)) as u64);
        let left = again.deadline.saturating_sub(began.elapsed() + wait);
        if !accident || began.elapsed() > SOON || left.is_zero() {
            return first;
        }
        tokio::time::sleep(wait).await;
        self.send(Call { deadline: left, ..again }, limiter).await
    }
}
