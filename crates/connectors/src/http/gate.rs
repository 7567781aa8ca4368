//! Politeness towards one host: how many requests at once, how far apart, and silence when it asked
//! for it. Shared by all searches, so that ten windows are no ruder than one.

use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use super::Answer;
use crate::error::NetError;

/// What a host is spared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// requests in flight, at least 1
    pub concurrency: usize,
    /// between the starts of two requests
    pub interval: Duration,
}

/// The gate of one host.
#[derive(Debug)]
pub(crate) struct Gate {
    permits: Semaphore,
    /// start of the last request; held while waiting, so that starts are in a row. The interval counts
    /// from it as it is when the next one comes: an answer may have made it longer
    last_start: tokio::sync::Mutex<Option<Instant>>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    limits: Limits,
    /// the host asked to be left alone until then
    quiet_until: Option<Instant>,
    /// when it last refused us: who queued before that is not sent any more
    refused: Option<(Instant, NetError)>,
}

impl Gate {
    pub fn new(limits: Limits) -> Gate {
        let limits = Limits { concurrency: limits.concurrency.clamp(1, 64), ..limits };
        Gate {
            permits: Semaphore::new(limits.concurrency),
            last_start: tokio::sync::Mutex::new(None),
            state: Mutex::new(State { limits, quiet_until: None, refused: None }),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // every change is one assignment: the state is whole even after a panic elsewhere
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Takes over limits that are stricter than its own.
    pub fn tighten(&self, limits: Limits) {
        let mut state = self.state();
        state.limits.interval = state.limits.interval.max(limits.interval);
        let wanted = limits.concurrency.clamp(1, 64);
        if wanted < state.limits.concurrency {
            let surplus = state.limits.concurrency - wanted;
            // permits in use are not taken away; they are few and end by themselves
            state.limits.concurrency -= self.permits.forget_permits(surplus);
        }
    }

    /// Waits for a place and for the interval. The place is given back on drop.
    ///
    /// # Errors
    /// `Slow` while the host asked for silence; what it said, if it refused somebody while we queued.
    pub async fn pass(&self) -> Result<SemaphorePermit<'_>, NetError> {
        let queued = Instant::now();
        self.may_send(queued)?;
        let permit =
            self.permits.acquire().await.map_err(|_| NetError::Unreachable("gate closed".to_owned()))?;
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
            return Err(NetError::Slow { after: Some(until - now) });
        }
        match &state.refused {
            Some((at, error)) if queued < *at => Err(error.clone()),
            _ => Ok(()),
        }
    }

    /// Hears what came back: a refusal is for everybody who still queues.
    pub fn learn(&self, outcome: &Result<Answer, NetError>) {
        let Ok(answer) = outcome else { return };
        match answer.slow() {
            Some(after) => {
                let mut state = self.state();
                state.quiet_until = after.map(|wait| Instant::now() + wait);
                state.refused = Some((Instant::now(), NetError::Slow { after }));
            }
            None if answer.status == 403 => self.blocked(NetError::Blocked("HTTP 403".to_owned())),
            None => {}
        }
    }

    /// The host wants a person: who still queues is sent away with the same error. A patron who asks
    /// again later is let through.
    fn blocked(&self, error: NetError) {
        self.state().refused = Some((Instant::now(), error));
    }

    /// Hears what a connector read in an answer (a captcha behind status 200).
    pub fn hear(&self, error: &NetError) {
        if matches!(error, NetError::Blocked(_)) {
            self.blocked(error.clone());
        }
    }

    /// Places free now.
    #[cfg(test)]
    pub fn free(&self) -> usize {
        self.permits.available_permits()
    }
}
