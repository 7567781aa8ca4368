//! Runs parsers of outside bytes on a thread pool, bounded and cancellable.
//!
//! A parser of `hongyan_formats` is a synchronous function that hostile bytes can make slow. Called from
//! an async task it would block a worker of the runtime; with all workers blocked nothing is answered and
//! no signal handled. So every such call goes through [`read`], which gives the parser a [`Budget`].
//! Dropping the future cancels the parser.
//!
//! Owns the thread [`pool`]. Has no knowledge of formats. The interface would also allow running the
//! parsers in a process that can be killed; there is none yet.

pub mod pool;

use std::sync::OnceLock;

use hongyan_formats::{Budget, Limits};

pub use pool::{Pool, PoolError, Turn};

/// The pool of this process. One only, because it bounds the load on the machine.
fn shared() -> &'static Pool {
    static POOL: OnceLock<Pool> = OnceLock::new();
    POOL.get_or_init(Pool::default)
}

/// Runs a parser on the process's pool. Dropping the future cancels it.
///
/// # Errors
/// [`PoolError`] when the pool is saturated, the time limit is exceeded, or the parser panics, as in
/// [`Pool::read`].
pub async fn read<T, F>(limits: Limits, job: F) -> Result<T, PoolError>
where
    T: Send + 'static,
    F: FnOnce(&Budget) -> T + Send + 'static,
{
    shared().read(limits, job).await
}

/// Waits for a turn to take a message from its source, as in [`Pool::turn`].
pub async fn turn() -> Turn {
    shared().turn().await
}
