//! Where outside bytes are read: on threads of their own, in bounds, and so that a reading can be given up.
//!
//! A reader of `hongyan_formats` is a plain function that may be slow over hostile bytes. Called from an
//! async task it would hold a worker of the runtime, and with all workers held nothing is answered and no
//! signal is heard. So every such call goes through [`read`], which hands the reader its [`Budget`]:
//! whoever waits may drop the future at any time, and that stops the reading.
//!
//! Owns: the threads ([`pool`]). Knows nothing of what is read. Later the same call may go to a process
//! that can be killed.

pub mod pool;

use std::sync::OnceLock;

use hongyan_formats::{Budget, Limits};

pub use pool::{Pool, Unread};

/// The readers of this process: one pool, because what it bounds is the load on the machine.
fn shared() -> &'static Pool {
    static POOL: OnceLock<Pool> = OnceLock::new();
    POOL.get_or_init(Pool::default)
}

/// Runs a reader on a thread of the process's pool. Dropping the future stops the reader.
///
/// # Errors
/// As [`Pool::read`].
pub async fn read<T, F>(limits: Limits, job: F) -> Result<T, Unread>
where
    T: Send + 'static,
    F: FnOnce(&Budget) -> T + Send + 'static,
{
    shared().read(limits, job).await
}
