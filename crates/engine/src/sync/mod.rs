//! News from the library: when the platform is asked, and for what. The moments are [`crate::base::schedule`]'s,
//! the changes feed is [`crate::sync::feed`]'s.

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

/// The platform's code for "your cursor is too old".
const CURSOR_EXPIRED: &str = "CURSOR_EXPIRED";

/// Asks the platform for news. Cheap to clone; all clones are the same.
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
    /// one sync at a time
    turn: tokio::sync::Mutex<()>,
    running: Mutex<Running>,
}

/// What the status line shows of it.
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

    /// Whether a sync runs, and why the last one failed.
    pub(crate) fn standing(&self) -> (bool, Option<Problem>) {
        let running = self.running();
        (running.syncing, running.problem.clone())
    }

    /// As at the start, for another patron.
    pub(crate) fn reset(&self) {
        *self.running() = Running::default();
    }

    /// Never held over an await.
    fn running(&self) -> MutexGuard<'_, Running> {
        // one assignment each: whole even after a panic
        self.own.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows the platform until stopped.
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
                // only the patron can help, and signing in wakes
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

    /// Looks at the system's route and at the clocks until stopped: a network that came back and a machine
    /// that slept wake what waits.
    pub(crate) async fn watch_line(self, stop: CancellationToken) {
        let mut route = route::outgoing();
        let clock = Arc::clone(&self.context.config().clock);
        let (mut steps, mut seen) = (Steps::from(clock.as_ref()), Instant::now());
        loop {
            if self.platform.hands_over() {
                // no platform answers: the system's route is all that is known of the line
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
                // ahead, or asleep on a system whose steady clock sleeps, too
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

    /// Asks the work behind the screens for news now, and to try again what waits for the network.
    pub fn now(&self) {
        self.context.wakes().outbox_without_waits();
        self.context.wake(Wake::Patron);
    }

    /// Whether the window is in front: decides how often news is asked for.
    pub fn set_foreground(&self, foreground: bool) {
        let was = self.context.wakes().set_foreground(foreground);
        if foreground && !was {
            self.looked();
        }
    }

    /// The patron looks: the tray was clicked.
    pub fn looked(&self) {
        self.context.wake(Wake::Looked);
    }

    /// The system has a way out again, or another one.
    pub fn network_returned(&self) {
        tracing::info!("The network is back, or is another one.");
        if is_cut(self.platform.connection()) {
            // what the patron sent goes out soon; it is little, and somebody waits for it
            self.context.wakes().outbox_without_waits();
        }
        self.context.wake(Wake::Network);
    }

    /// The machine was asleep.
    pub fn resumed(&self) {
        tracing::info!("The machine was asleep, or its clock was put ahead.");
        self.look_at_waits();
        self.context.wake(Wake::Resumed);
    }

    /// The clock was set back: what it held, and what it said while it was ahead, is looked at again.
    pub fn clock_was_set(&self) {
        tracing::info!("The clock was set back.");
        self.look_at_waits();
    }

    fn look_at_waits(&self) {
        self.context.wakes().outbox_without_waits();
        self.context.wakes().reminders();
    }

    /// Asks for news and returns when it is here. Nothing to do while nobody is signed in.
    ///
    /// # Errors
    /// Those of the network and of the files.
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

    /// Nobody is signed in: a line that was found cut is looked at all the same, else it would be called cut
    /// until somebody signs in. One that is well costs the platform nothing.
    async fn look_at_line(&self) -> Result<(), Failure> {
        let line = self.platform.connection();
        if !is_cut(line) && line != Connection::Slow {
            return Ok(());
        }
        self.context.wakes().sync_begun();
        Ok(self.platform.watched(self.platform.gateway().reach()).await?)
    }

    /// One run: registration, account, changes. One at a time.
    async fn follow(&self) -> Result<(), Failure> {
        if self.platform.hands_over() {
            // the patron brings the news
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
        // one may have ended: its place is free
        self.context.wakes().outbox();
        // when all of it is here, or what came before it broke off: not at every page of it
        self.context.wakes().reminders();
        outcome
    }
}
