//! Looks after the ledger: copies while it is in use, a look at every page, and mending when it is found
//! damaged.

use std::sync::atomic::Ordering;
use std::time::Duration;

use hongyan_model::log::Logged as _;
use hongyan_store::Ledger;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::engine::Engine;
use crate::open::{self, Files};
use crate::problem::{ErrorCode, Problem};
use crate::vault::ALL;
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

/// What became of looking for damage in this run.
#[derive(Debug, Default)]
pub(crate) struct Mending {
    /// when the files were last found whole although something could not be read
    whole: Option<Instant>,
    /// the files could not be opened again: they are closed
    failed: bool,
    /// who looks for damage, or did last
    task: Option<JoinHandle<()>>,
    /// the run is over: nothing is opened any more
    ended: bool,
}

impl Engine {
    /// Keeps copies until it is stopped: after changes, at most once a minute, and at the end.
    pub(crate) async fn keep_copies(self, stop: CancellationToken) {
        let mut took = Duration::ZERO;
        let mut last: Option<Instant> = None;
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.inner.written.notified() => {}
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
        if !self.inner.dirty.swap(false, Ordering::AcqRel) {
            return;
        }
        if let Err(problem) = self.back_up().await {
            // the copies that were there stay; the next change tries again
            self.inner.dirty.store(true, Ordering::Release);
            tracing::warn!(code = ?problem.code, "No copy of the ledger was kept.");
            self.noticed(&problem);
        }
    }

    /// Keeps a copy of the ledger now. Does nothing in memory.
    ///
    /// # Errors
    /// Those of the files; `DatabaseDamaged` when the ledger cannot be read to its end.
    pub async fn back_up(&self) -> Result<(), Problem> {
        self.files().ledger.back_up(self.now()).await?;
        Ok(())
    }

    /// Looks at every page once, and hears from the files when something could not be read, whoever met it.
    pub(crate) async fn keep_whole(self, stop: CancellationToken) {
        let files = self.files();
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
                () = async { tokio::select! { () = ledger.troubled() => {}, () = cache.troubled() => {} } } => {
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
                if let Err(error) = Ledger::suspect(&self.inner.config.data_dir) {
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

    fn mend_apart(&self) {
        let (own, runtime) = (self.clone(), tokio::runtime::Handle::current());
        let mut mending = self.mending();
        if mending.ended || mending.task.as_ref().is_some_and(|task| !task.is_finished()) {
            return;
        }
        // on a thread of its own: the compiler cannot show that the future moves (rust-lang/rust#102211)
        mending.task = Some(tokio::task::spawn_blocking(move || runtime.block_on(own.mend())));
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

    /// Opens the files again, with a look at every page: what is damaged is restored from the newest copy.
    async fn mend(&self) {
        let Ok(_turn) = self.inner.key_turn.try_lock() else { return };
        let closed = self.mending().ended || self.reading_only().is_some();
        if closed || self.files().ledger.key().is_none() {
            return;
        }
        self.pause().await;
        let mended = self.mend_files().await;
        // the mark stays where it failed: the next start tries again
        self.mending().failed = mended.is_err();
        let ended = self.mending().ended;
        match mended {
            Err(problem) => tracing::error!(code = ?problem.code, "The ledger could not be restored."),
            // who ends the program may have given up waiting
            Ok(()) if ended => self.files().close().await,
            Ok(()) => self.start().await,
        }
        self.changed(ALL);
    }

    /// Closes the files and opens them anew, each page looked at with nobody else near the file. Nothing may
    /// run on them.
    pub(crate) async fn mend_files(&self) -> Result<(), Problem> {
        let old = self.files();
        let Some(key) = old.ledger.key() else { return Ok(()) };
        let (dir, now) = (&self.inner.config.data_dir, self.now());
        old.close().await;
        open::suspect(dir)?;
        let files = Files::of(dir, &key, &self.inner.news, now).await?;
        if self.mending().ended {
            files.close().await;
            return Ok(());
        }
        self.put_files(files, self.standing());
        self.read_in().await?;
        let restored = self.read().await?.recovery().await?.is_some_and(|recovery| recovery.at >= now);
        self.mending().whole = (!restored).then(Instant::now);
        Ok(())
    }

    /// What happened to the ledger and what was done, until the patron has seen it.
    ///
    /// # Errors
    /// Those of the files.
    pub async fn recovery(&self) -> Result<Option<RecoveryView>, Problem> {
        let found = self.read().await?.recovery().await?;
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
        let mut tx = self.write().await?;
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
