//! What wakes the work behind the screens, and when the platform is asked next. A room that has changed
//! something wakes the loop that has to know, without knowing that loop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::config::{PollTimes, chance};
use super::schedule::{Failed, Need, Schedule, Wake};

/// One condition a loop. A loop that was woken while it worked looks once more before it sleeps ([`Notify`]
/// keeps one permit).
pub(crate) struct Wakes {
    outbox: Notify,
    sync: Notify,
    reminders: Notify,
    written: Notify,
    /// something was written since the last copy of the ledger
    dirty: AtomicBool,
    /// what waits to be sent need not wait out its time: the network is back, the clock was set, the patron
    /// says so, or the program was started
    back_online: AtomicBool,
    /// when the platform is asked next; moments count from `opened`
    schedule: Mutex<Schedule>,
    need: Mutex<Need>,
    opened: Instant,
}

impl Wakes {
    /// The platform is asked at once, and what waits to be sent is tried.
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

    /// Something may be sent, or the order of what waits has changed.
    pub(crate) fn outbox(&self) {
        self.outbox.notify_one();
    }

    /// Ends the waits that the queue set itself, then wakes it.
    pub(crate) fn outbox_without_waits(&self) {
        self.back_online.store(true, Ordering::Release);
        self.outbox.notify_one();
    }

    /// Waits until the queue is woken.
    pub(crate) async fn outbox_woken(&self) {
        self.outbox.notified().await;
    }

    /// Whether waits are to be ended; asking takes the answer.
    pub(crate) fn take_back_online(&self) -> bool {
        self.back_online.swap(false, Ordering::AcqRel)
    }

    /// The days, the hours of quiet or the requests have changed: reminders are looked at anew.
    pub(crate) fn reminders(&self) {
        self.reminders.notify_one();
    }

    /// Waits until the reminders are woken.
    pub(crate) async fn reminders_woken(&self) {
        self.reminders.notified().await;
    }

    /// The ledger was written to: a copy is due.
    pub(crate) fn written(&self) {
        self.dirty.store(true, Ordering::Release);
        self.written.notify_one();
    }

    /// Waits until the ledger was written to.
    pub(crate) async fn ledger_written(&self) {
        self.written.notified().await;
    }

    /// Whether something was written since the last copy; asking takes the answer.
    pub(crate) fn take_dirty(&self) -> bool {
        self.dirty.swap(false, Ordering::AcqRel)
    }

    /// The copy was not made: what was written is still to be copied at the next change.
    pub(crate) fn still_dirty(&self) {
        self.dirty.store(true, Ordering::Release);
    }

    /// Perhaps the platform is asked sooner.
    pub(crate) fn sync(&self, wake: Wake) {
        let (now, need) = (self.uptime(), self.need());
        self.schedule().woken(now, wake, need, chance());
        self.sync.notify_one();
    }

    /// Waits until it is time to ask the platform.
    pub(crate) async fn sync_due(&self) {
        loop {
            let wait = self.schedule().due().saturating_sub(self.uptime());
            if wait.is_zero() {
                return;
            }
            tokio::select! {
                // it may be due sooner now
                () = self.sync.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// A question to the platform begins.
    pub(crate) fn sync_begun(&self) {
        let now = self.uptime();
        self.schedule().begun(now);
    }

    /// The platform answered, or there was nothing to ask.
    pub(crate) fn sync_answered(&self) {
        let (now, need) = (self.uptime(), self.need());
        self.schedule().answered(now, need, chance());
    }

    /// The platform did not answer.
    pub(crate) fn sync_failed(&self, failed: Failed) {
        let (now, need) = (self.uptime(), self.need());
        self.schedule().failed(now, failed, need, chance());
    }

    /// Whether the outcome of a submission is unknown, so that the platform is asked more often.
    pub(crate) fn set_in_doubt(&self, in_doubt: bool) {
        self.need_locked().in_doubt = in_doubt;
    }

    /// Whether the window is in front; gives what it was.
    pub(crate) fn set_foreground(&self, foreground: bool) -> bool {
        std::mem::replace(&mut self.need_locked().foreground, foreground)
    }

    /// As at the start, for another patron.
    pub(crate) fn reset_need(&self) {
        *self.need_locked() = Need { in_doubt: false, foreground: true };
    }

    fn need(&self) -> Need {
        *self.need_locked()
    }

    /// Never held over an await.
    fn need_locked(&self) -> MutexGuard<'_, Need> {
        // one assignment: whole even after a panic
        self.need.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn uptime(&self) -> Duration {
        self.opened.elapsed()
    }

    /// Never held over an await.
    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        // every change leaves it whole
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
