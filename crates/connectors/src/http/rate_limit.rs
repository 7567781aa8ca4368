//! Rate limiter for a host: concurrency, minimum interval between requests, and pauses that the host
//! asked for. Shared by all searches in the process.

use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use super::Response;
use crate::error::NetError;

/// Limits of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// maximum number of concurrent requests, at least 1
    pub concurrency: usize,
    /// minimum time between the starts of two requests
    pub interval: Duration,
}

/// The rate limiter of one host.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    permits: Semaphore,
    /// start of the last request; the lock is held while waiting, so that starts are serialised. The
    /// interval is read when the next request comes, because a response may have made it longer
    last_start: tokio::sync::Mutex<Option<Instant>>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    limits: Limits,
    /// pause requested by the host
    quiet_until: Option<Instant>,
    /// last refusal: requests that were queued before it fail with the same error
    refused: Option<(Instant, NetError)>,
}

impl RateLimiter {
    pub fn new(limits: Limits) -> RateLimiter {
        let limits = Limits { concurrency: limits.concurrency.clamp(1, 64), ..limits };
        RateLimiter {
            permits: Semaphore::new(limits.concurrency),
            last_start: tokio::sync::Mutex::new(None),
            state: Mutex::new(State { limits, quiet_until: None, refused: None }),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // every change is one assignment, so the state is consistent even after a panic
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Applies limits that are stricter than the current ones.
    pub fn tighten(&self, limits: Limits) {
        let mut state = self.state();
        state.limits.interval = state.limits.interval.max(limits.interval);
        let wanted = limits.concurrency.clamp(1, 64);
        if wanted < state.limits.concurrency {
            let surplus = state.limits.concurrency - wanted;
            // permits in use are not revoked; the limit applies as they are released
            state.limits.concurrency -= self.permits.forget_permits(surplus);
        }
    }

    /// Waits for a permit and for the interval. The permit is released on drop.
    ///
    /// # Errors
    /// `Throttled` during a pause; the host's refusal, if it came while this request was queued.
    pub async fn acquire(&self) -> Result<SemaphorePermit<'_>, NetError> {
        let queued = Instant::now();
        self.may_send(queued)?;
        let permit = self
            .permits
            .acquire()
            .await
            .map_err(|_| NetError::Unreachable("rate limiter closed".to_owned()))?;
        let mut last_start = self.last_start.lock().await;
        if let Some(last) = *last_start {
            let interval = self.state().limits.interval;
            tokio::time::sleep_until(last + interval).await;
        }
        self.may_send(queued)?;
        *last_start = Some(Instant::now());
        Ok(permit)
    }

    fn may_send(&self, queued: Instant) -> Result<(), NetError> {
        let state = self.state();
        let now = Instant::now();
        if let Some(until) = state.quiet_until
            && until > now
        {
            return Err(NetError::Throttled { after: Some(until - now) });
        }
        match &state.refused {
            Some((at, error)) if queued < *at => Err(error.clone()),
            _ => Ok(()),
        }
    }

    /// Evaluates a response: a refusal applies to all queued requests.
    pub fn record_response(&self, outcome: &Result<Response, NetError>) {
        let Ok(answer) = outcome else { return };
        match answer.slow() {
            Some(after) => {
                let mut state = self.state();
                state.quiet_until = after.map(|wait| Instant::now() + wait);
                state.refused = Some((Instant::now(), NetError::Throttled { after }));
            }
            None if answer.status == 403 => self.refuse_queued(NetError::Blocked("HTTP 403".to_owned())),
            None => {}
        }
    }

    /// The host demands a person: queued requests fail with the same error. Later requests are allowed.
    fn refuse_queued(&self, error: NetError) {
        self.state().refused = Some((Instant::now(), error));
    }

    /// Evaluates an error that a connector found in a response (a captcha with status 200).
    pub fn record_error(&self, error: &NetError) {
        if matches!(error, NetError::Blocked(_)) {
            self.refuse_queued(error.clone());
        }
    }

    /// Permits that are free now.
    #[cfg(test)]
    pub fn free(&self) -> usize {
        self.permits.available_permits()
    }
}
