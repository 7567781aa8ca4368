//! Looks after the ledger: copies while it is in use, a look at every page, and mending when it is found
//! damaged.

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

/// Shortest time between two copies.
const EVERY: Duration = Duration::from_secs(60);
/// A large ledger is copied less often: nothing else can use it meanwhile.
const SHARE: u32 = 50;
/// A copy that takes longer is not made while the patron waits for the program to end.
const AT_THE_END: Duration = Duration::from_secs(1);
/// Every page is looked at once a run, so long after the start that the screens have what they need.
const LOOK_AFTER: Duration = Duration::from_secs(20);
/// The look keeps others from the ledger while it reads the file; in a larger one than this a page that
/// nobody reads is met by the weekly look.
const LOOK_AT_MOST: u64 = 256 << 20;
/// After the files were found whole, or could not be restored, nobody looks again for this long.
const AGAIN: Duration = Duration::from_secs(600);

/// The end of the program waits so long for a restoration.
const AT_MOST: Duration = Duration::from_secs(5);

/// Restores the files, beside what is going on. Its future is made and run on one thread.
pub(crate) type Mend = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()>>> + Send + Sync>;

/// What became of looking for damage in this run.
#[derive(Debug, Default)]
pub(super) struct Mending {
    /// when the files were last found whole although something could not be read
    whole: Option<Instant>,
    /// the files could not be opened again: they are closed
    failed: bool,
    /// who looks for damage, or did last
    task: Option<JoinHandle<()>>,
    /// the run is over: nothing is opened any more
    ended: bool,
}

impl Vault {
    /// Keeps copies until it is stopped: after changes, at most once a minute, and at the end.
    pub(crate) async fn keep_copies(self, stop: CancellationToken) {
        let mut took = Duration::ZERO;
        let mut last: Option<Instant> = None;
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.context.wakes().ledger_written() => {}
            }
            let wait = EVERY.max(took * SHARE);
            // the first change is worth a copy soon
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

    /// Keeps a copy of the ledger if something was written since the last one.
    async fn copy_now(&self) {
        if !self.context.wakes().take_dirty() {
            return;
        }
        if let Err(problem) = self.back_up().await {
            // the copies that were there stay; the next change tries again
            self.context.wakes().still_dirty();
            tracing::warn!(code = ?problem.code, "No copy of the ledger was kept.");
            self.noticed(&problem);
        }
    }

    /// Keeps a copy of the ledger now. Does nothing in memory.
    ///
    /// # Errors
    /// Those of the files; `DatabaseDamaged` when the ledger cannot be read to its end.
    pub async fn back_up(&self) -> Result<(), Problem> {
        self.context.files().ledger.back_up(self.context.now()).await?;
        Ok(())
    }

    /// Looks at every page once, and hears from the files when something could not be read, whoever met it.
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
                    // stops this task
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
                // where the run is ending, the next start restores it
                if let Err(error) = Ledger::mark_suspect(self.context.data_dir()) {
                    tracing::warn!(error = %error.logged(), "The ledger is damaged and its directory cannot be written.");
                }
                self.noticed(&problem);
            }
        }
    }

    /// Looks at a problem that somebody met: what could not be read is looked into at once, and damage is
    /// mended, beside what is going on.
    pub fn noticed(&self, problem: &Problem) {
        let mending = self.mending();
        let due = match problem.code {
            ErrorCode::DatabaseDamaged | ErrorCode::DatabaseUnread => {
                mending.whole.is_none_or(|at| at.elapsed() >= AGAIN)
            }
            // somebody may have made room meanwhile
            ErrorCode::DatabaseClosed => mending.failed,
            _ => false,
        };
        let due = due && !mending.ended;
        drop(mending);
        if due {
            self.mend_apart();
        }
    }

    /// How files that are damaged are restored: the engine says it once, before anything runs.
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
        // on a thread of its own: it ends the task that asks for it, and must not end with it
        mending.task = Some(tokio::task::spawn_blocking(move || runtime.block_on(mend())));
    }

    /// Nothing is opened any more; what is being mended comes to its end first. Afterwards nobody of ours holds
    /// the directory but who asks.
    pub(crate) async fn end_mending(&self) {
        let task = {
            let mut mending = self.mending();
            mending.ended = true;
            mending.task.take()
        };
        if let Some(task) = task {
            // a look at a large file ends by itself; the next start finds the mark
            let _ = tokio::time::timeout(AT_MOST, task).await;
        }
    }

    /// Whether the run is over: nothing is opened any more.
    pub(crate) fn has_ended(&self) -> bool {
        self.mending().ended
    }

    /// Whether the files could be opened again.
    pub(crate) fn mended(&self, failed: bool) {
        self.mending().failed = failed;
    }

    /// The files were looked at, page by page, and opened again at `began`: whole, unless something had to be restored.
    ///
    /// # Errors
    /// Those of the files.
    pub(crate) async fn looked_at(&self, began: Timestamp) -> Result<(), Problem> {
        let restored =
            self.context.read().await?.recovery().await?.is_some_and(|recovery| recovery.at >= began);
        self.mending().whole = (!restored).then(Instant::now);
        Ok(())
    }

    /// Never held over an await.
    fn mending(&self) -> MutexGuard<'_, Mending> {
        // every change leaves it whole
        self.own.mending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What happened to the ledger and what was done, until the patron has seen it.
    ///
    /// # Errors
    /// Those of the files.
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

    /// The patron has seen what happened.
    ///
    /// # Errors
    /// Those of the files.
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
