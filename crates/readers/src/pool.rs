//! The thread pool for parsers. Separate from the runtime's blocking pool: a runtime waits for its
//! blocking tasks when it shuts down, and a parser that ignores its stop flag must not delay the end of
//! the program.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use hongyan_formats::{Budget, Limits, Stop};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Limits of a pool.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// maximum number of threads that parse; threads that ignore a cancellation are not counted
    pub threads: usize,
    /// maximum number of threads altogether, including those
    pub most: usize,
    /// maximum length of the queue; a further job fails with [`PoolError::Busy`]
    pub waiting: usize,
    /// time limit of one job, and of its wait in the queue
    pub time: Duration,
}

impl Default for Bounds {
    fn default() -> Bounds {
        let cores = thread::available_parallelism().map_or(2, usize::from);
        Bounds { threads: cores.clamp(2, 4), most: 12, waiting: 256, time: Duration::from_secs(10) }
    }
}

/// Why a job gave no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// the parser exceeded its time limit and was cancelled
    #[error("the parser exceeded its time limit")]
    TimedOut,
    /// the queue is full, or no thread could be started
    #[error("the queue of the parser pool is full")]
    Busy,
    /// the parser panicked: a bug of ours; affects this job only
    #[error("the parser panicked")]
    Failed,
}

/// A thread pool. Cheap to clone; its idle threads end when the last clone is dropped.
#[derive(Clone)]
pub struct Pool {
    inner: Arc<Inner>,
    /// dropped with the last clone; tells the threads to end
    _open: Arc<Open>,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("bounds", &self.inner.bounds).finish_non_exhaustive()
    }
}

impl Default for Pool {
    fn default() -> Pool {
        Pool::new(Bounds::default())
    }
}

struct Inner {
    bounds: Bounds,
    state: Mutex<State>,
    wake: Condvar,
    turns: Arc<Semaphore>,
}

/// The right to take a message from its source for a parser. Move it into the job and drop it when the job
/// begins.
#[derive(Debug)]
pub struct Turn {
    /// none if the semaphore is closed, which it never is
    _permit: Option<OwnedSemaphorePermit>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    /// id and stop flag of every running job
    running: Vec<(u64, Stop)>,
    threads: usize,
    idle: usize,
    number: u64,
    closed: bool,
}

struct Job {
    stop: Stop,
    run: Box<dyn FnOnce() + Send>,
}

struct Open(Arc<Inner>);

impl Drop for Open {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.closed = true;
        state.waiting.clear();
        drop(state);
        self.0.wake.notify_all();
    }
}

impl State {
    /// Number of threads that have not ignored a cancellation.
    fn sound(&self) -> usize {
        let runaway = self.running.iter().filter(|(_, stop)| stop.is_stopped()).count();
        self.threads.saturating_sub(runaway)
    }
}

impl Pool {
    /// Creates a pool; threads start on demand.
    pub fn new(bounds: Bounds) -> Pool {
        let turns = Arc::new(Semaphore::new(bounds.threads.saturating_mul(2)));
        let inner = Arc::new(Inner { bounds, state: Mutex::default(), wake: Condvar::new(), turns });
        Pool { _open: Arc::new(Open(Arc::clone(&inner))), inner }
    }

    /// Runs a parser on a thread of the pool. Dropping the future cancels it: the caller returns at once,
    /// and the parser's [`Budget`] reports the cancellation at its next check.
    ///
    /// # Errors
    /// [`PoolError`] when there is no result. The parser's own errors are part of `T`.
    pub async fn read<T, F>(&self, limits: Limits, job: F) -> Result<T, PoolError>
    where
        T: Send + 'static,
        F: FnOnce(&Budget) -> T + Send + 'static,
    {
        let stop = Stop::default();
        let budget = Budget::new(limits, stop.clone());
        let (begun, begins) = oneshot::channel();
        let (tell, told) = oneshot::channel();
        // a receiver that is gone means that the future was dropped and the job cancelled; nothing to do
        let run = move || {
            let _ = begun.send(());
            let outcome = catch_unwind(AssertUnwindSafe(|| job(&budget)));
            let _ = tell.send(outcome.map_err(|_| PoolError::Failed));
        };
        let mut guard = StopOnDrop { stop: Some(stop.clone()), inner: &self.inner };
        self.inner.submit(Job { stop, run: Box::new(run) })?;
        let time = self.inner.bounds.time;
        let begins = tokio::time::timeout(time, begins).await;
        begins.map_err(|_| PoolError::Busy)?.map_err(|_| PoolError::Busy)?;
        match tokio::time::timeout(time, told).await {
            Ok(outcome) => {
                guard.stop = None;
                outcome.unwrap_or(Err(PoolError::Failed))
            }
            Err(_) => Err(PoolError::TimedOut),
        }
    }

    /// Waits for a turn, of which there are twice as many as threads. Many sources that answer at once then
    /// wait with their answers in the buffers of the system, not in the memory of this process. Give the turn
    /// back before waiting for the network, so that a slow source does not hold one.
    pub async fn turn(&self) -> Turn {
        Turn { _permit: Arc::clone(&self.inner.turns).acquire_owned().await.ok() }
    }

    /// Number of running threads, and length of the queue.
    pub fn load(&self) -> (usize, usize) {
        let state = self.inner.state();
        (state.threads, state.waiting.len())
    }
}

struct StopOnDrop<'a> {
    /// none once there is nothing left to cancel
    stop: Option<Stop>,
    inner: &'a Arc<Inner>,
}

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        if let Some(stop) = &self.stop {
            stop.stop();
            self.inner.refit();
        }
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        // jobs run outside the lock, so a panic in one cannot leave the state inconsistent
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn submit(self: &Arc<Inner>, job: Job) -> Result<(), PoolError> {
        {
            let mut state = self.state();
            if state.waiting.len() >= self.bounds.waiting {
                return Err(PoolError::Busy);
            }
            state.waiting.push_back(job);
        }
        self.refit();
        let state = self.state();
        if state.threads == 0 || state.threads >= self.bounds.most && state.sound() == 0 {
            return Err(PoolError::Busy);
        }
        Ok(())
    }

    /// Drops jobs whose caller is gone, and starts threads for the queue.
    fn refit(self: &Arc<Inner>) {
        let mut state = self.state();
        state.waiting.retain(|job| !job.stop.is_stopped());
        while state.waiting.len() > state.idle
            && state.sound() < self.bounds.threads
            && state.threads < self.bounds.most
        {
            let inner = Arc::clone(self);
            let made = thread::Builder::new()
                .name("reader".to_owned())
                // recursive parsers go as deep as their budget allows
                .stack_size(8 * 1024 * 1024)
                .spawn(move || inner.work());
            if let Err(error) = made {
                tracing::warn!(kind = ?error.kind(), "No thread for reading could be made.");
                break;
            }
            state.threads += 1;
            state.idle += 1;
        }
        let waits = !state.waiting.is_empty();
        drop(state);
        if waits {
            self.wake.notify_all();
        }
    }

    /// The loop of a thread, which is counted as idle when it starts.
    fn work(&self) {
        let mut state = self.state();
        loop {
            if let Some(job) = state.waiting.pop_front() {
                if job.stop.is_stopped() {
                    continue;
                }
                state.idle -= 1;
                state.number += 1;
                let number = state.number;
                state.running.push((number, job.stop));
                drop(state);
                (job.run)();
                state = self.state();
                state.running.retain(|(running, _)| *running != number);
                state.idle += 1;
                // a thread that returned after its replacement was started ends if there are enough
                // others
                if state.sound() <= self.bounds.threads {
                    continue;
                }
            } else if !state.closed {
                state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            state.idle -= 1;
            state.threads -= 1;
            return;
        }
    }
}
