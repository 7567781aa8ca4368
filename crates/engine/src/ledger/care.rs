//! Care of the ledger: periodic copies, a check of every page, and restoration when it is found damaged.

use std::pin::Pin;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use hongyan_model::log::Logged as _;
use hongyan_store::Ledger;
use jiff::Timestamp;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Vault;
use crate::base::problem::{ErrorCode, Problem};
use crate::view::RecoveryView;

/// Minimum interval between two copies.
const EVERY: Duration = Duration::from_secs(60);
/// A copy blocks the ledger, so a large one is copied less often: the interval is at least this many times the
/// duration of the last copy.
const SHARE: u32 = 50;
/// At shutdown a copy is made only if the last one was faster than this.
const AT_THE_END: Duration = Duration::from_secs(1);
/// Delay of the page check after the start, so that the screens load first. It runs once per run.
const LOOK_AFTER: Duration = Duration::from_secs(20);
/// Largest ledger in bytes for which the page check runs, because it blocks the ledger; in a larger one a bad
/// page in unread parts is found by the weekly check.
const LOOK_AT_MOST: u64 = 256 << 20;
/// After a check found the files whole, or a restoration failed, no new check starts for this long.
const AGAIN: Duration = Duration::from_secs(600);

/// How long a shutdown waits for a restoration.
const AT_MOST: Duration = Duration::from_secs(5);

/// Restores the files, in a task of its own. Its future is created and run on one thread (it need not be
/// `Send`).
pub(crate) type Mend = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()>>> + Send + Sync>;

/// State of damage detection in this run.
#[derive(Debug, Default)]
pub(super) struct Mending {
    /// when a check last found the files whole although a read had failed
    whole: Option<Instant>,
    /// reopening failed: the files are closed
    failed: bool,
    /// the running or last check
    task: Option<JoinHandle<()>>,
    /// shutdown: no files are opened any more
    ended: bool,
}

impl Vault {
    /// Keeps copies until cancelled: after changes, at most once a minute, and at the end.
    pub(crate) async fn keep_copies(self, stop: CancellationToken) {
        let mut took = Duration::ZERO;
        let mut last: Option<Instant> = None;
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.context.wakes().ledger_written() => {}
            }
            let wait = EVERY.max(took * SHARE);
            // the first change of a run is copied soon
            let at = last.map_or_else(|| Instant::now() + Duration::from_secs(2), |last| last + wait);
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep_until(at) => {}
            }
            let begun = Instant::now();
            self.copy_now().await;
            (took, last) = (begun.elapsed(), Some(Instant::now()));
        }
        if took < AT_THE_END {
            self.copy_now().await;
        }
    }

    /// Makes a copy of the ledger if it was written since the last one.
    async fn copy_now(&self) {
        if !self.context.wakes().take_dirty() {
            return;
        }
        if let Err(problem) = self.back_up().await {
            // the existing copies stay; the next change tries again
            self.context.wakes().still_dirty();
            tracing::warn!(code = ?problem.code, "No copy of the ledger was kept.");
            self.noticed(&problem);
        }
    }

    /// Makes a copy of the ledger now. Does nothing for files in memory.
    ///
    /// # Errors
    /// [Store errors](crate#errors); `DatabaseDamaged` when a page of the ledger cannot be read.
    pub async fn back_up(&self) -> Result<(), Problem> {
        self.context.files().ledger.back_up(self.context.now()).await?;
        Ok(())
    }

    /// Checks every page once, and starts a restoration when any read of the files failed.
    pub(crate) async fn keep_whole(self, stop: CancellationToken) {
        let files = self.context.files();
        let (ledger, cache) = (files.ledger.database(), files.cache.database());
        let look = tokio::time::sleep(LOOK_AFTER);
        tokio::pin!(look);
        let mut looked = false;
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = &mut look, if !looked => {
                    looked = true;
                    self.look_at_pages(&files.ledger).await;
                }
                () = async { tokio::select! { () = ledger.read_failed() => {}, () = cache.read_failed() => {} } } => {
                    let wait = self.mending().whole.map_or(Duration::ZERO, |at| AGAIN.saturating_sub(at.elapsed()));
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = tokio::time::sleep(wait) => {}
                    }
                    // the restoration stops this task
                    self.mend_apart();
                    return;
                }
            }
        }
        if !looked {
            self.look_at_pages(&files.ledger).await;
        }
    }

    async fn look_at_pages(&self, ledger: &Ledger) {
        if ledger.database().size() > LOOK_AT_MOST {
            return;
        }
        if let Err(error) = ledger.database().verify_pages().await {
            let problem = Problem::from(error);
            tracing::warn!(code = ?problem.code, "A page of the ledger cannot be read.");
            if problem.is_damage() {
                // if the program is shutting down, the next start restores it
                if let Err(error) = Ledger::mark_suspect(self.context.data_dir()) {
                    tracing::warn!(error = %error.logged(), "The ledger is damaged and its directory cannot be written.");
                }
                self.noticed(&problem);
            }
        }
    }

    /// Reports a problem that a caller met. After a failed read the files are checked, and restored if damaged,
    /// in the background.
    pub fn noticed(&self, problem: &Problem) {
        let mending = self.mending();
        let due = match problem.code {
            ErrorCode::DatabaseDamaged | ErrorCode::DatabaseUnread => {
                mending.whole.is_none_or(|at| at.elapsed() >= AGAIN)
            }
            // disk space may have been freed since
            ErrorCode::DatabaseClosed => mending.failed,
            _ => false,
        };
        let due = due && !mending.ended;
        drop(mending);
        if due {
            self.mend_apart();
        }
    }

    /// Sets the function that restores the files. Called once by the engine, before anything runs.
    pub(crate) fn mend_with(&self, mend: Mend) {
        let _ = self.own.mend.set(mend);
    }

    fn mend_apart(&self) {
        let Some(mend) = self.own.mend.get().cloned() else { return };
        let runtime = tokio::runtime::Handle::current();
        let mut mending = self.mending();
        if mending.ended || mending.task.as_ref().is_some_and(|task| !task.is_finished()) {
            return;
        }
        // in a task of its own: it stops the task that calls this and must not be stopped with it
        mending.task = Some(tokio::task::spawn_blocking(move || runtime.block_on(mend())));
    }

    /// Prevents further restorations and waits for the running one. Afterwards only the caller uses the
    /// directory.
    pub(crate) async fn end_mending(&self) {
        let task = {
            let mut mending = self.mending();
            mending.ended = true;
            mending.task.take()
        };
        if let Some(task) = task {
            // on timeout, the check of a large file ends by itself; the next start finds the mark
            let _ = tokio::time::timeout(AT_MOST, task).await;
        }
    }

    /// Whether shutdown has begun: no files are opened any more.
    pub(crate) fn has_ended(&self) -> bool {
        self.mending().ended
    }

    /// Records whether the files could be reopened.
    pub(crate) fn mended(&self, failed: bool) {
        self.mending().failed = failed;
    }

    /// Records a check of every page after which the files were reopened at `began`: they were whole, unless a
    /// restoration is recorded since then.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub(crate) async fn looked_at(&self, began: Timestamp) -> Result<(), Problem> {
        let restored =
            self.context.read().await?.recovery().await?.is_some_and(|recovery| recovery.at >= began);
        self.mending().whole = (!restored).then(Instant::now);
        Ok(())
    }

    /// Never held across an `.await`.
    fn mending(&self) -> MutexGuard<'_, Mending> {
        // ignores poisoning: every change leaves the value consistent
        self.own.mending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What happened to the ledger and what was done about it, until the patron has acknowledged it.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn recovery(&self) -> Result<Option<RecoveryView>, Problem> {
        let found = self.context.read().await?.recovery().await?;
        let Some(recovery) = found else { return Ok(None) };
        Ok(Some(RecoveryView {
            loss: recovery.loss.into(),
            at: recovery.at,
            from: recovery.from,
            kept: recovery.kept,
            rescued: recovery.rescued,
            unreadable: u32::try_from(recovery.unreadable.len()).unwrap_or(u32::MAX),
            uncertain: recovery.uncertain,
            unsent: self.unsent().await?,
        }))
    }

    /// Records that the patron has seen what happened.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn recovery_seen(&self) -> Result<(), Problem> {
        let mut tx = self.context.write().await?;
        tx.forget_recovery().await?;
        Ok(tx.commit().await?)
    }
}

impl From<hongyan_store::Loss> for crate::view::Loss {
    fn from(loss: hongyan_store::Loss) -> crate::view::Loss {
        match loss {
            hongyan_store::Loss::Restored => crate::view::Loss::Restored,
            hongyan_store::Loss::Emptied => crate::view::Loss::Emptied,
            hongyan_store::Loss::LogCut => crate::view::Loss::LogCut,
        }
    }
}
