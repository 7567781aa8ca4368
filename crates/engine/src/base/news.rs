//! Throttled event channel from the engine to the screens. The first change is sent at once; those that follow
//! are merged and sent at most every 100 ms. Only the first rows of a search bypass the throttle. Changes made
//! by a command are announced by the dispatcher, from the table of commands; this channel also carries what
//! happens in the background.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hongyan_model::notice::Notice;
use tokio::sync::broadcast;
use tokio::time::Instant;

use crate::base::change::{AppEvent, Tag};

/// Minimum interval between two events.
const PACE: Duration = Duration::from_millis(100);
/// Capacity of the channel. A listener that is further behind sees a gap in `seq` and refetches everything.
const BACKLOG: usize = 64;

/// The throttle. Cheap to clone; clones share the channel.
#[derive(Clone)]
pub struct EventThrottle {
    inner: Arc<Inner>,
}

struct Inner {
    sender: broadcast::Sender<AppEvent>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    seq: u64,
    last: Option<Instant>,
    scheduled: bool,
    tags: BTreeSet<Tag>,
    notices: Vec<Notice>,
    gathered: bool,
}

impl Default for EventThrottle {
    fn default() -> EventThrottle {
        EventThrottle {
            inner: Arc::new(Inner {
                sender: broadcast::channel(BACKLOG).0,
                state: Mutex::new(State::default()),
            }),
        }
    }
}

impl EventThrottle {
    /// Announces that these parts changed. Must be called within a tokio runtime.
    pub fn changed(&self, tags: &[Tag]) {
        if !tags.is_empty() {
            self.tell(tags, Vec::new());
        }
    }

    /// Announces a change without throttling: for the first rows of a search, which the patron is waiting for.
    /// The next throttled event keeps its interval from this one.
    pub fn at_once(&self, tags: &[Tag]) {
        let mut state = self.inner.state();
        state.tags.extend(tags);
        self.inner.send(&mut state);
    }

    /// Announces new notices, with the tags that belong to them. `gathered`: they were held back in quiet
    /// hours.
    pub fn notices(&self, notices: Vec<Notice>, gathered: bool) {
        self.inner.state().gathered |= gathered;
        self.tell(&[Tag::Notices, Tag::Requests, Tag::Status], notices);
    }

    /// Subscribes to later events. A receiver that lags sees a gap in `seq`.
    pub fn subscribe(&self) -> broadcast::Receiver<AppEvent> {
        self.inner.sender.subscribe()
    }

    fn tell(&self, tags: &[Tag], notices: Vec<Notice>) {
        let wait = {
            let mut state = self.inner.state();
            state.tags.extend(tags);
            state.notices.extend(notices);
            if state.scheduled {
                return;
            }
            let since = state.last.map(|last| last.elapsed());
            match since {
                Some(since) if since < PACE => {
                    state.scheduled = true;
                    PACE - since
                }
                _ => {
                    self.inner.send(&mut state);
                    return;
                }
            }
        };
        let inner = Arc::clone(&self.inner);
        tokio::spawn(async move {
            let mut wait = Some(wait);
            while let Some(time) = wait {
                tokio::time::sleep(time).await;
                wait = inner.take_turn();
            }
        });
    }
}

impl Inner {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // ignores poisoning: a panic under the lock leaves counters, never torn data
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends the pending changes, unless the interval since the last event is not over: then returns the rest
    /// of it.
    fn take_turn(&self) -> Option<Duration> {
        let mut state = self.state();
        let left = state.last.and_then(|last| PACE.checked_sub(last.elapsed()));
        if left.is_some_and(|left| !left.is_zero()) {
            return left;
        }
        state.scheduled = false;
        if !state.tags.is_empty() || !state.notices.is_empty() {
            self.send(&mut state);
        }
        None
    }

    fn send(&self, state: &mut State) {
        state.seq += 1;
        state.last = Some(Instant::now());
        let event = AppEvent {
            seq: state.seq,
            changed: std::mem::take(&mut state.tags).into_iter().collect(),
            notices: std::mem::take(&mut state.notices),
            gathered: std::mem::take(&mut state.gathered),
        };
        // no listener is fine: a screen that opens later reads everything
        let _ = self.sender.send(event);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::{EventThrottle, PACE};
    use crate::base::change::Tag;

    #[tokio::test(start_paused = true)]
    async fn the_first_at_once_then_together() {
        let news = EventThrottle::default();
        let mut events = news.subscribe();
        news.changed(&[Tag::Search]);
        let first = events.recv().await.unwrap();
        assert_eq!((first.seq, first.changed), (1, vec![Tag::Search]));
        for _ in 0..50 {
            news.changed(&[Tag::Search, Tag::Status]);
        }
        assert!(events.try_recv().is_err());
        let second = events.recv().await.unwrap();
        assert_eq!((second.seq, second.changed), (2, vec![Tag::Search, Tag::Status]));
        assert!(events.try_recv().is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_wait_is_said_at_once_and_the_rest_keeps_its_distance() {
        let news = EventThrottle::default();
        let mut events = news.subscribe();
        news.changed(&[Tag::Search]);
        news.changed(&[Tag::Status]);
        tokio::time::sleep(PACE / 2).await;
        news.at_once(&[Tag::Search]);
        assert_eq!(events.try_recv().unwrap().seq, 1);
        let at_once = events.try_recv().unwrap();
        assert_eq!((at_once.seq, at_once.changed), (2, vec![Tag::Search, Tag::Status]));
        let said = Instant::now();
        news.changed(&[Tag::Requests]);
        let later = events.recv().await.unwrap();
        assert_eq!((later.seq, later.changed), (3, vec![Tag::Requests]));
        assert!(said.elapsed() >= PACE);
        // no event is pending any more
        tokio::time::sleep(PACE * 3).await;
        assert!(events.try_recv().is_err());
    }
}
