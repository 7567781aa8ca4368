//! Looks after the ledger: copies while it is in use, and mending when it is found damaged.

use std::sync::atomic::Ordering;
use std::time::Duration;

use hongyan_model::log::Logged as _;
use hongyan_store::Ledger;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::engine::Engine;
use crate::open::Files;
use crate::problem::{ErrorCode, Problem};
use crate::view::RecoveryView;

/// Shortest time between two copies.
const EVERY: Duration = Duration::from_secs(60);
/// A large ledger is copied less often: nothing else can use it meanwhile.
const SHARE: u32 = 50;
/// A copy that takes longer is not made while the patron waits for the program to end.
const AT_THE_END: Duration = Duration::from_secs(1);

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

    /// Looks at a problem that a command met: damage is mended at once, beside what is going on.
    pub fn noticed(&self, problem: &Problem) {
        if problem.code != ErrorCode::DatabaseDamaged {
            return;
        }
        let (own, runtime) = (self.clone(), tokio::runtime::Handle::current());
        // on a thread of its own: the compiler cannot show that the future moves (rust-lang/rust#102211)
        drop(tokio::task::spawn_blocking(move || runtime.block_on(own.mend())));
    }

    /// Opens the ledger again, with a look at every page: what is damaged is restored from the newest copy.
    async fn mend(&self) {
        let Ok(_turn) = self.inner.key_turn.try_lock() else { return };
        let files = self.files();
        let Some(key) = files.ledger.key() else { return };
        let dir = &self.inner.config.data_dir;
        if let Err(error) = Ledger::suspect(dir) {
            tracing::warn!(error = %error.logged(), "The ledger is damaged and its directory cannot be written.");
            return;
        }
        self.pause().await;
        files.close().await;
        match Files::of(dir, &key, &self.inner.news, self.now()).await {
            Ok(files) => {
                if let Err(problem) = self.exchange(files, self.standing()).await {
                    tracing::error!(code = ?problem.code, "The restored ledger cannot be used.");
                }
            }
            // the mark stays: the next start tries again
            Err(error) => tracing::error!(error = %error.logged(), "The ledger could not be restored."),
        }
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
