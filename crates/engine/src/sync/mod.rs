//! Sync with the platform: when it is polled, and for what. The times come from [`crate::base::schedule`], the
//! changes from [`crate::sync::feed`].

mod feed;
mod papers;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hongyan_connectors::error::NetError;
use hongyan_connectors::route;
use hongyan_store::outbox::{OutboxState, OutboxTask};
use hongyan_store::session::is_held;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::base::change::Tag;
use crate::base::clock::{Step, Steps};
use crate::base::context::Context;
use crate::base::fault::Failure;
use crate::base::problem::Problem;
use crate::base::schedule::{Failed, Wake};
use crate::notices::Notices;
use crate::platform::Platform;
use crate::platform::connectivity::{LOOK, is_cut, returned, slept};
use crate::reminders::Reminders;
use crate::requests::Requests;
use crate::view::Connection;

/// The platform's code for an expired cursor.
const CURSOR_EXPIRED: &str = "CURSOR_EXPIRED";

/// The sync. Cheap to clone; clones share their state.
#[derive(Clone)]
pub struct Synchronizer {
    context: Context,
    notices: Notices,
    platform: Platform,
    requests: Requests,
    reminders: Reminders,
    own: Arc<Own>,
}

#[derive(Default)]
struct Own {
    /// lock: one sync at a time
    turn: tokio::sync::Mutex<()>,
    running: Mutex<Running>,
}

/// State of the sync for the status line.
#[derive(Default)]
struct Running {
    syncing: bool,
    /// why the last sync failed
    problem: Option<Problem>,
}

impl Synchronizer {
    pub(crate) fn new(
        context: Context,
        notices: Notices,
        platform: Platform,
        requests: Requests,
        reminders: Reminders,
    ) -> Synchronizer {
        Synchronizer { context, notices, platform, requests, reminders, own: Arc::default() }
    }

    /// Whether a sync is running, and why the last one failed.
    pub(crate) fn standing(&self) -> (bool, Option<Problem>) {
        let running = self.running();
        (running.syncing, running.problem.clone())
    }

    /// Resets to the state at the start, for another patron.
    pub(crate) fn reset(&self) {
        *self.running() = Running::default();
    }

    /// Never held across an `.await`.
    fn running(&self) -> MutexGuard<'_, Running> {
        // ignores poisoning: a single assignment is never half done
        self.own.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The poll loop, until cancelled.
    pub(crate) async fn follow_all(self, stop: CancellationToken) {
        loop {
            let outcome = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                outcome = self.follow() => outcome,
            };
            let in_doubt = self.is_in_doubt().await;
            self.context.wakes().set_in_doubt(in_doubt);
            match outcome {
                // the patron has to act; signing in wakes this loop
                Ok(())
                | Err(Failure::Net(NetError::SignIn | NetError::Unsupported(_) | NetError::NoPlatform)) => {
                    self.context.wakes().sync_answered();
                }
                Err(failure) => {
                    let failed = match failure {
                        Failure::Net(NetError::Throttled { after }) => {
                            Failed { retry_after: after, captive: false }
                        }
                        Failure::Net(NetError::WrongKind(_)) => Failed { retry_after: None, captive: true },
                        _ => Failed::default(),
                    };
                    self.context.wakes().sync_failed(failed);
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.context.wakes().sync_due() => {}
            }
        }
    }

    /// Watches the system's route and the clocks until cancelled: wakes the loops when the network comes back
    /// or the machine wakes from sleep.
    pub(crate) async fn watch_line(self, stop: CancellationToken) {
        let mut route = route::outgoing();
        let clock = Arc::clone(&self.context.config().clock);
        let (mut steps, mut seen) = (Steps::from(clock.as_ref()), Instant::now());
        loop {
            if self.platform.hands_over() {
                // without a platform, the system's route is all that is known of the connection
                let line = if route.is_some() { Connection::Unknown } else { Connection::Offline };
                if self.platform.set_connection(line) != line {
                    self.context.changed(&[Tag::Status]);
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            let late = slept(std::mem::replace(&mut seen, Instant::now()).elapsed());
            match steps.look(clock.as_ref()) {
                Some(Step::Back) => self.clock_was_set(),
                // a step ahead, or a sleep on a system whose monotonic clock stops in sleep
                Some(Step::Ahead) => self.resumed(),
                None if late => self.resumed(),
                None => {}
            }
            let found = route::outgoing();
            if returned(route.as_ref(), found.as_ref()) {
                self.network_returned();
            }
            route = found;
        }
    }

    /// Starts a sync now, and ends the waits that the outbox set itself.
    pub fn now(&self) {
        self.context.wakes().outbox_without_waits();
        self.context.wake(Wake::Patron);
    }

    /// Sets whether the window is in front; this decides how often the platform is polled.
    pub fn set_foreground(&self, foreground: bool) {
        let was = self.context.wakes().set_foreground(foreground);
        if foreground && !was {
            self.looked();
        }
    }

    /// The patron clicked the tray icon.
    pub fn looked(&self) {
        self.context.wake(Wake::Looked);
    }

    /// The system has a route again, or another one.
    pub fn network_returned(&self) {
        tracing::info!("The network is back, or is another one.");
        if is_cut(self.platform.connection()) {
            // the patron's own requests are sent without spreading: they are few, and somebody waits for them
            self.context.wakes().outbox_without_waits();
        }
        self.context.wake(Wake::Network);
    }

    /// The machine woke from sleep.
    pub fn resumed(&self) {
        tracing::info!("The machine was asleep, or its clock was put ahead.");
        self.look_at_waits();
        self.context.wake(Wake::Resumed);
    }

    /// The clock was set back: waits and notices made while it was ahead are evaluated again.
    pub fn clock_was_set(&self) {
        tracing::info!("The clock was set back.");
        self.look_at_waits();
    }

    fn look_at_waits(&self) {
        self.context.wakes().outbox_without_waits();
        self.context.wakes().reminders();
    }

    /// Syncs and returns when done. Does nothing while nobody is signed in.
    ///
    /// # Errors
    /// [Network and store errors](crate#errors).
    pub async fn finished(&self) -> Result<(), Problem> {
        Ok(self.follow().await?)
    }

    async fn is_in_doubt(&self) -> bool {
        let Ok(mut tx) = self.context.read().await else { return false };
        tx.outbox().await.is_ok_and(|rows| {
            rows.iter()
                .any(|row| row.state == OutboxState::Unknown && matches!(row.task, OutboxTask::Submit { .. }))
        })
    }

    /// Without a session: checks a connection that was found broken, which otherwise would be shown as broken
    /// until somebody signs in. A good connection is not checked, so this costs the platform nothing.
    async fn look_at_line(&self) -> Result<(), Failure> {
        let line = self.platform.connection();
        if !is_cut(line) && line != Connection::Slow {
            return Ok(());
        }
        self.context.wakes().sync_begun();
        Ok(self.platform.watched(self.platform.gateway().reach()).await?)
    }

    /// One sync: registration, account, changes. Syncs are serialised by a lock.
    async fn follow(&self) -> Result<(), Failure> {
        if self.platform.hands_over() {
            // hand-over: the patron reports the news
            return Ok(());
        }
        let _turn = self.own.turn.lock().await;
        let held = is_held(self.context.read().await?.session().await?.as_ref());
        if !held && !self.platform.registration_is_open().await? {
            return self.look_at_line().await;
        }
        self.context.wakes().sync_begun();
        self.running().syncing = true;
        self.context.changed(&[Tag::Status]);
        let outcome = self.run(held).await;
        {
            let mut running = self.running();
            running.syncing = false;
            running.problem = outcome.as_ref().err().map(Problem::from);
        }
        self.context.changed(&[Tag::Status]);
        outcome
    }

    async fn run(&self, held: bool) -> Result<(), Failure> {
        self.platform.ask_registration().await?;
        if !held {
            return Ok(());
        }
        self.platform.ask_account().await?;
        let outcome = match self.take_changes(false).await {
            Err(Failure::Net(NetError::Refused { status, code, .. }))
                if code == CURSOR_EXPIRED || status == 410 =>
            {
                tracing::info!("The cursor has expired; everything is asked for again.");
                self.take_changes(true).await
            }
            outcome => outcome,
        };
        // a request may have closed and freed a place
        self.context.wakes().outbox();
        // once per sync, complete or broken off, not for every page
        self.context.wakes().reminders();
        outcome
    }
}
