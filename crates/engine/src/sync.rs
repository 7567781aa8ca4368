//! News from the library: when the platform is asked, and for what. The moments are [`crate::schedule`]'s,
//! the changes feed is [`crate::feed`]'s.

use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use hongyan_connectors::error::NetError;
use hongyan_connectors::route;
use hongyan_store::outbox::{Errand, OutboxState};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::change::Tag;
use crate::clock::{Step, Steps};
use crate::config::chance;
use crate::connectivity::{LOOK, is_cut, returned, slept};
use crate::engine::Engine;
use crate::fault::Failure;
use crate::problem::Problem;
use crate::schedule::{Failed, Need, Schedule, Wake};
use crate::settings::is_held;
use crate::view::Connection;

/// The platform's code for "your cursor is too old".
const CURSOR_EXPIRED: &str = "CURSOR_EXPIRED";

impl Engine {
    /// Follows the platform until stopped.
    pub(crate) async fn follow_all(self, stop: CancellationToken) {
        loop {
            let outcome = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                outcome = self.follow() => outcome,
            };
            let in_doubt = self.is_in_doubt().await;
            self.live().in_doubt = in_doubt;
            let (now, need) = (self.uptime(), self.need());
            match outcome {
                // only the patron can help, and signing in wakes
                Ok(())
                | Err(Failure::Net(NetError::SignIn | NetError::Unsupported(_) | NetError::NoPlatform)) => {
                    self.schedule().answered(now, need, chance());
                }
                Err(failure) => {
                    let failed = match failure {
                        Failure::Net(NetError::Slow { after }) => {
                            Failed { retry_after: after, captive: false }
                        }
                        Failure::Net(NetError::WrongKind(_)) => Failed { retry_after: None, captive: true },
                        _ => Failed::default(),
                    };
                    self.schedule().failed(now, failed, need, chance());
                }
            }
            if !self.until_due(&stop).await {
                return;
            }
        }
    }

    /// Waits until it is time to ask; false when stopped.
    async fn until_due(&self, stop: &CancellationToken) -> bool {
        loop {
            let wait = self.schedule().due().saturating_sub(self.uptime());
            if wait.is_zero() {
                return true;
            }
            tokio::select! {
                () = stop.cancelled() => return false,
                // it may be due sooner now
                () = self.inner.sync_wake.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Looks at the system's route and at the clocks until stopped: a network that came back and a machine
    /// that slept wake what waits.
    pub(crate) async fn watch_line(self, stop: CancellationToken) {
        let mut route = route::outgoing();
        let clock = Arc::clone(&self.inner.config.clock);
        let (mut steps, mut seen) = (Steps::from(clock.as_ref()), Instant::now());
        loop {
            if self.hands_over() {
                // no platform answers: the system's route is all that is known of the line
                let line = if route.is_some() { Connection::Unknown } else { Connection::Offline };
                if std::mem::replace(&mut self.live().connection, line) != line {
                    self.changed(&[Tag::Status]);
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
    pub fn sync_now(&self) {
        self.inner.back_online.store(true, Ordering::Release);
        self.inner.outbox_wake.notify_one();
        self.wake(Wake::Patron);
    }

    /// Whether the window is in front: decides how often news is asked for.
    pub fn set_foreground(&self, foreground: bool) {
        let was = std::mem::replace(&mut self.live().foreground, foreground);
        if foreground && !was {
            self.looked();
        }
    }

    /// The patron looks: the tray was clicked.
    pub fn looked(&self) {
        self.wake(Wake::Looked);
    }

    /// The system has a way out again, or another one.
    pub fn network_returned(&self) {
        tracing::info!("The network is back, or is another one.");
        if is_cut(self.live().connection) {
            // what the patron sent goes out soon; it is little, and somebody waits for it
            self.inner.back_online.store(true, Ordering::Release);
            self.inner.outbox_wake.notify_one();
        }
        self.wake(Wake::Network);
    }

    /// The machine was asleep.
    pub fn resumed(&self) {
        tracing::info!("The machine was asleep, or its clock was put ahead.");
        self.look_at_waits();
        self.wake(Wake::Resumed);
    }

    /// The clock was set back: what it held, and what it said while it was ahead, is looked at again.
    pub fn clock_was_set(&self) {
        tracing::info!("The clock was set back.");
        self.look_at_waits();
    }

    fn look_at_waits(&self) {
        self.inner.back_online.store(true, Ordering::Release);
        self.inner.outbox_wake.notify_one();
        self.inner.remind_wake.notify_one();
    }

    /// Perhaps asks sooner.
    pub(crate) fn wake(&self, wake: Wake) {
        self.schedule().woken(self.uptime(), wake, self.need(), chance());
        self.inner.sync_wake.notify_one();
    }

    /// Asks for news and returns when it is here. Nothing to do while nobody is signed in.
    ///
    /// # Errors
    /// Those of the network and of the files.
    pub async fn sync(&self) -> Result<(), Problem> {
        Ok(self.follow().await?)
    }

    fn need(&self) -> Need {
        let live = self.live();
        Need { in_doubt: live.in_doubt, foreground: live.foreground }
    }

    fn uptime(&self) -> Duration {
        self.inner.opened.elapsed()
    }

    /// Never held over an await.
    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        // every change leaves it whole
        self.inner.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn is_in_doubt(&self) -> bool {
        let Ok(mut tx) = self.read().await else { return false };
        tx.outbox().await.is_ok_and(|rows| {
            rows.iter()
                .any(|row| row.state == OutboxState::Unknown && matches!(row.errand, Errand::Submit { .. }))
        })
    }

    /// Nobody is signed in: a line that was found cut is looked at all the same, else it would be called cut
    /// until somebody signs in. One that is well costs the platform nothing.
    async fn look_at_line(&self) -> Result<(), Failure> {
        let line = self.live().connection;
        if !is_cut(line) && line != Connection::Slow {
            return Ok(());
        }
        let now = self.uptime();
        self.schedule().begun(now);
        Ok(self.watched(self.inner.gateway.reach()).await?)
    }

    /// One run: registration, account, changes. One at a time.
    async fn follow(&self) -> Result<(), Failure> {
        if self.hands_over() {
            // the patron brings the news
            return Ok(());
        }
        let _turn = self.inner.sync_turn.lock().await;
        let held = is_held(self.read().await?.session().await?.as_ref());
        if !held && !self.registration_is_open().await? {
            return self.look_at_line().await;
        }
        let now = self.uptime();
        self.schedule().begun(now);
        self.live().syncing = true;
        self.changed(&[Tag::Status]);
        let outcome = self.run(held).await;
        {
            let mut live = self.live();
            live.syncing = false;
            live.sync_problem = outcome.as_ref().err().map(Problem::from);
        }
        self.changed(&[Tag::Status]);
        outcome
    }

    async fn run(&self, held: bool) -> Result<(), Failure> {
        self.ask_registration().await?;
        if !held {
            return Ok(());
        }
        self.ask_account().await?;
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
        self.inner.outbox_wake.notify_one();
        // when all of it is here, or what came before it broke off: not at every page of it
        self.inner.remind_wake.notify_one();
        outcome
    }
}
