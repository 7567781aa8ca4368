//! The threads that read. They are the pool's own and not the runtime's: a runtime that ends waits for
//! what it runs, and a reading that does not heed its stop flag must not hold up the end of the program.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use hongyan_formats::{Budget, Limits, Stop};
use tokio::sync::oneshot;

/// How many read, how many wait, how long one reading takes.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// threads that read at the same time; those that were told to stop and have not are not counted
    pub threads: usize,
    /// threads altogether, with those that do not stop
    pub most: usize,
    /// readings that wait for a thread; one more is [`Unread::Busy`]
    pub waiting: usize,
    /// of one reading, from its first instruction; and of the wait for a thread
    pub time: Duration,
}

impl Default for Bounds {
    fn default() -> Bounds {
        let cores = thread::available_parallelism().map_or(2, usize::from);
        Bounds { threads: cores.clamp(2, 4), most: 12, waiting: 256, time: Duration::from_secs(10) }
    }
}

/// Why nothing was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// the reader took longer than it may; it was told to stop
    #[error("reading took too long")]
    Slow,
    /// too much waits already, or no thread could be made
    #[error("too much is being read")]
    Busy,
    /// the reader panicked: a fault of ours, of this answer only
    #[error("the reader failed")]
    Failed,
}

/// Threads that read. Cheap to clone; when the last clone is gone its idle threads end.
#[derive(Clone)]
pub struct Pool {
    inner: Arc<Inner>,
    /// tells the threads that nothing more comes
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
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    /// one a thread that reads
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
    /// Threads that do what they were told.
    fn sound(&self) -> usize {
        let runaway = self.running.iter().filter(|(_, stop)| stop.is_stopped()).count();
        self.threads.saturating_sub(runaway)
    }
}

impl Pool {
    /// Makes a pool; its threads are made when they are needed.
    pub fn new(bounds: Bounds) -> Pool {
        let inner = Arc::new(Inner { bounds, state: Mutex::default(), wake: Condvar::new() });
        Pool { _open: Arc::new(Open(Arc::clone(&inner))), inner }
    }

    /// Runs a reader on a thread of the pool. Dropping the future stops the reader: its [`Budget`] says so
    /// when it is next asked, and whoever waited is free at once.
    ///
    /// # Errors
    /// [`Unread`]; the reader's own errors are in `T`.
    pub async fn read<T, F>(&self, limits: Limits, job: F) -> Result<T, Unread>
    where
        T: Send + 'static,
        F: FnOnce(&Budget) -> T + Send + 'static,
    {
        let stop = Stop::default();
        let budget = Budget::new(limits, stop.clone());
        let (begun, begins) = oneshot::channel();
        let (tell, told) = oneshot::channel();
        // who no longer listens dropped the future, and the reading was stopped with it
        let run = move || {
            let _ = begun.send(());
            let outcome = catch_unwind(AssertUnwindSafe(|| job(&budget)));
            let _ = tell.send(outcome.map_err(|_| Unread::Failed));
        };
        let mut guard = StopOnDrop { stop: Some(stop.clone()), inner: &self.inner };
        self.inner.submit(Job { stop, run: Box::new(run) })?;
        let time = self.inner.bounds.time;
        let begins = tokio::time::timeout(time, begins).await;
        begins.map_err(|_| Unread::Busy)?.map_err(|_| Unread::Busy)?;
        match tokio::time::timeout(time, told).await {
            Ok(outcome) => {
                guard.stop = None;
                outcome.unwrap_or(Err(Unread::Failed))
            }
            Err(_) => Err(Unread::Slow),
        }
    }

    /// Threads that run, and readings that wait.
    pub fn load(&self) -> (usize, usize) {
        let state = self.inner.state();
        (state.threads, state.waiting.len())
    }
}

struct StopOnDrop<'a> {
    /// none once there is nothing to stop
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
        // jobs run outside the lock, so that a panic in one never leaves half a change here
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn submit(self: &Arc<Inner>, job: Job) -> Result<(), Unread> {
        {
            let mut state = self.state();
            if state.waiting.len() >= self.bounds.waiting {
                return Err(Unread::Busy);
            }
            state.waiting.push_back(job);
        }
        self.refit();
        let state = self.state();
        if state.threads == 0 || state.threads >= self.bounds.most && state.sound() == 0 {
            return Err(Unread::Busy);
        }
        Ok(())
    }

    /// Drops what nobody waits for, and sees to it that what waits has threads.
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
                // readers of trees go as deep as their budget lets them
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

    /// What a thread does; it was counted as idle when it was made.
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
                // one that came back after all, and whose place was taken
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
