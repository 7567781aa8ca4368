//! Wake-ups of the background loops, and the poll schedule of the sync. A room that changed something wakes the
//! loops concerned through this, without depending on them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::config::{PollTimes, chance};
use super::schedule::{Failed, Need, Schedule, Wake};

/// One [`Notify`] for each loop. A loop that is woken while it works runs once more before it sleeps
/// ([`Notify`] keeps one permit).
pub(crate) struct Wakes {
    outbox: Notify,
    sync: Notify,
    reminders: Notify,
    written: Notify,
    /// the ledger was written since the last copy
    dirty: AtomicBool,
    /// set when outbox rows need not wait out their backoff: the network is back, the clock was set, the patron
    /// asked for it, or the program was started
    back_online: AtomicBool,
    /// when the platform is polled next; instants count from `opened`
    schedule: Mutex<Schedule>,
    need: Mutex<Need>,
    opened: Instant,
}

impl Wakes {
    /// Initial state: poll at once, and try every outbox row.
    pub(crate) fn new(poll: PollTimes) -> Wakes {
        Wakes {
            outbox: Notify::new(),
            sync: Notify::new(),
            reminders: Notify::new(),
            written: Notify::new(),
            dirty: AtomicBool::new(false),
            back_online: AtomicBool::new(true),
            schedule: Mutex::new(Schedule::new(poll)),
            need: Mutex::new(Need { in_doubt: false, foreground: true }),
            opened: Instant::now(),
        }
    }

    /// Wakes the outbox: a row may be due, or the order of the rows has changed.
    pub(crate) fn outbox(&self) {
        self.outbox.notify_one();
    }

    /// Wakes the outbox and ends its own backoffs first.
    pub(crate) fn outbox_without_waits(&self) {
        self.back_online.store(true, Ordering::Release);
        self.outbox.notify_one();
    }

    /// Waits until the outbox is woken.
    pub(crate) async fn outbox_woken(&self) {
        self.outbox.notified().await;
    }

    /// Takes the flag set by [`Wakes::outbox_without_waits`].
    pub(crate) fn take_back_online(&self) -> bool {
        self.back_online.swap(false, Ordering::AcqRel)
    }

    /// Wakes the reminders: dates, quiet hours or requests have changed.
    pub(crate) fn reminders(&self) {
        self.reminders.notify_one();
    }

    /// Waits until the reminders are woken.
    pub(crate) async fn reminders_woken(&self) {
        self.reminders.notified().await;
    }

    /// Records that the ledger was written: a copy is due.
    pub(crate) fn written(&self) {
        self.dirty.store(true, Ordering::Release);
        self.written.notify_one();
    }

    /// Waits until the ledger is written.
    pub(crate) async fn ledger_written(&self) {
        self.written.notified().await;
    }

    /// Takes the flag that the ledger was written since the last copy.
    pub(crate) fn take_dirty(&self) -> bool {
        self.dirty.swap(false, Ordering::AcqRel)
    }

    /// Sets the flag again after a copy failed, so that the next change makes a copy.
    pub(crate) fn still_dirty(&self) {
        self.dirty.store(true, Ordering::Release);
    }

    /// Tells the poll schedule of an event; the sync may be due sooner.
    pub(crate) fn sync(&self, wake: Wake) {
        let (now, need) = (self.uptime(), self.need());
        self.schedule().woken(now, wake, need, chance());
        self.sync.notify_one();
    }

    /// Waits until a poll is due.
    pub(crate) async fn sync_due(&self) {
        loop {
            let wait = self.schedule().due().saturating_sub(self.uptime());
            if wait.is_zero() {
                return;
            }
            tokio::select! {
                // the poll may be due sooner now
                () = self.sync.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Tells the poll schedule that a poll begins.
    pub(crate) fn sync_begun(&self) {
        let now = self.uptime();
        self.schedule().begun(now);
    }

    /// Tells the poll schedule that the platform answered, or that there was nothing to ask.
    pub(crate) fn sync_answered(&self) {
        let (now, need) = (self.uptime(), self.need());
        self.schedule().answered(now, need, chance());
    }

    /// Tells the poll schedule that the platform did not answer.
    pub(crate) fn sync_failed(&self, failed: Failed) {
        let (now, need) = (self.uptime(), self.need());
        self.schedule().failed(now, failed, need, chance());
    }

    /// Sets whether the outcome of a submission is unknown; then the platform is polled more often.
    pub(crate) fn set_in_doubt(&self, in_doubt: bool) {
        self.need_locked().in_doubt = in_doubt;
    }

    /// Sets whether the window is in front; returns the former value.
    pub(crate) fn set_foreground(&self, foreground: bool) -> bool {
        std::mem::replace(&mut self.need_locked().foreground, foreground)
    }

    /// Resets to the state at the start, for another patron.
    pub(crate) fn reset_need(&self) {
        *self.need_locked() = Need { in_doubt: false, foreground: true };
    }

    fn need(&self) -> Need {
        *self.need_locked()
    }

    /// Never held across an `.await`.
    fn need_locked(&self) -> MutexGuard<'_, Need> {
        // ignores poisoning: a single assignment is never half done
        self.need.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn uptime(&self) -> Duration {
        self.opened.elapsed()
    }

    /// Never held across an `.await`.
    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        // ignores poisoning: every change leaves the value consistent
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
