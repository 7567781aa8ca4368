//! One transaction at a time. A task that asks for a second one while it holds the first waits for itself: a
//! deadlock, which ends after half a minute as "another program holds the files". Debug builds say what it is.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::{Id, try_id};

/// Whoever waits so long for a transaction of its own task waits for ever: those of other branches of the task
/// (`join!`, a buffered stream) take milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who holds the transaction of a database, with its number; of debug builds only.
#[derive(Debug, Clone, Default)]
pub(crate) struct Holder(Arc<Mutex<(u64, Option<Id>)>>);

/// Held as long as a transaction.
#[derive(Debug)]
pub(crate) struct Held(Option<Holder>);

impl Holder {
    /// The transaction was given to this task.
    pub(crate) fn held(&self) -> Held {
        if !cfg!(debug_assertions) {
            return Held(None);
        }
        let mut holder = self.locked();
        *holder = (holder.0.wrapping_add(1), try_id());
        Held(Some(self.clone()))
    }

    /// Waits for a transaction.
    ///
    /// # Panics
    /// In debug builds, when the task that waits is the one that holds it.
    pub(crate) async fn waiting<T>(&self, free: impl Future<Output = T>) -> T {
        if !cfg!(debug_assertions) {
            return free.await;
        }
        let before = *self.locked();
        tokio::pin!(free);
        match tokio::time::timeout(PATIENCE, &mut free).await {
            Ok(got) => got,
            Err(_) => {
                let same = *self.locked() == before && before.1.is_some() && before.1 == try_id();
                assert!(!same, "a second transaction was opened in the task that holds the first");
                free.await
            }
        }
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, (u64, Option<Id>)> {
        // two plain values: whole even after a panic
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(holder) = &self.0 {
            holder.locked().1 = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Holder;

    #[tokio::test(start_paused = true)]
    #[should_panic = "a second transaction"]
    async fn who_waits_for_itself_hears_it() {
        let work = async {
            let holder = Holder::default();
            let _held = holder.held();
            holder.waiting(std::future::pending::<()>()).await;
        };
        // a panic of the task is the test's
        if let Err(error) = tokio::spawn(work).await {
            std::panic::resume_unwind(error.into_panic());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_another_task_waits() {
        let holder = Holder::default();
        let other = holder.clone();
        let (free, freed) = tokio::sync::oneshot::channel::<()>();
        let (taken, is_taken) = tokio::sync::oneshot::channel::<()>();
        tokio::spawn(async move {
            let held = other.held();
            taken.send(()).unwrap();
            tokio::time::sleep(super::PATIENCE * 2).await;
            drop(held);
            free.send(()).unwrap();
        });
        is_taken.await.unwrap();
        let waits = tokio::spawn(async move { holder.waiting(freed).await });
        waits.await.unwrap().unwrap();
    }
}
