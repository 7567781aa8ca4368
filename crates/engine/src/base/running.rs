//! The background tasks, and their shutdown within one deadline.

use std::future::Future;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

/// Divisor of the deadline: its last tenth is reserved for tasks that have to be aborted.
const SHARE_OF_ABORT: u32 = 10;

/// Set of tasks that run until they are stopped.
#[derive(Debug)]
pub(crate) struct Running {
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Running {
    /// Creates an empty set; cancelling `stop` ends all its tasks.
    pub(crate) fn under(stop: CancellationToken) -> Running {
        Running { stop, tasks: JoinSet::new() }
    }

    /// Spawns a task. It must end soon after its token is cancelled.
    pub(crate) fn spawn<F>(&mut self, task: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tasks.spawn(task(self.stop.clone()));
    }

    /// Cancels all tasks and waits until they and `last` have ended, within one deadline. A task that has not
    /// ended by then is aborted; one that does not react to the abort is abandoned.
    pub(crate) async fn end<T>(mut self, within: Duration, last: impl Future<Output = T>) {
        let begun = Instant::now();
        let (orderly, deadline) = (begun + within - within / SHARE_OF_ABORT, begun + within);
        self.stop.cancel();
        let all = async {
            while let Some(ended) = self.tasks.join_next().await {
                if ended.is_err() {
                    tracing::error!("A task behind the screens had panicked.");
                }
            }
            last.await;
        };
        if timeout_at(orderly, all).await.is_ok() {
            return;
        }
        self.tasks.abort_all();
        let _ = timeout_at(deadline, async { while self.tasks.join_next().await.is_some() {} }).await;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;
    use tokio_util::sync::CancellationToken;

    use super::Running;

    const LIMIT: Duration = Duration::from_secs(5);

    #[tokio::test(start_paused = true)]
    async fn six_that_do_not_listen_end_within_one_limit() {
        let mut running = Running::under(CancellationToken::new());
        for _ in 0..6 {
            running.spawn(|_| std::future::pending());
        }
        let begun = Instant::now();
        running.end(LIMIT, std::future::pending::<()>()).await;
        assert!(begun.elapsed() <= LIMIT, "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn who_listens_is_waited_for_and_no_longer_and_a_panic_stops_nobody() {
        let mut running = Running::under(CancellationToken::new());
        running.spawn(|stop| async move {
            stop.cancelled().await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        });
        running.spawn(|_| async { panic!("鸿雁") });
        let begun = Instant::now();
        running.end(LIMIT, async {}).await;
        assert_eq!(begun.elapsed().as_secs(), 1);
    }
}
