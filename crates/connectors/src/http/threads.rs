//! Threads for connections. hyper processes incoming data for as long as it is ready: of a server that
//! floods with `100 Continue`, up to 50 MB in one poll, which blocks a worker thread for seconds. On a
//! runtime of their own, connections cannot block the rest of the program, nor the timers of a deadline.

use std::panic::resume_unwind;
use std::sync::LazyLock;

use reqwest::RequestBuilder;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tracing::Instrument as _;

use super::fault;
use crate::error::NetError;

/// Number of threads: two servers that block one each leave two for the others.
const THREADS: usize = 4;

/// Never dropped: no connection can delay the end of the program. None when the system gives no threads.
static CONNECTIONS: LazyLock<Option<Runtime>> = LazyLock::new(|| {
    let built =
        Builder::new_multi_thread().worker_threads(THREADS).thread_name("connections").enable_all().build();
    if let Err(error) = &built {
        tracing::warn!(kind = ?error.kind(), "Connections have no threads of their own.");
    }
    built.ok()
});

/// Sends a request and waits for the head of the response. The connection is driven by the threads of
/// this module, also while the caller reads the body. Dropping the future cancels the request.
///
/// # Errors
/// As classified by [`fault::classify`].
pub(super) async fn send(request: RequestBuilder) -> Result<reqwest::Response, NetError> {
    let sent = async move { request.send().await.map_err(|error| fault::classify(&error)) };
    let Some(runtime) = &*CONNECTIONS else { return sent.await };
    // a set, because it aborts what it holds when it is dropped
    let mut calls = JoinSet::new();
    calls.spawn_on(sent.in_current_span(), runtime.handle());
    match calls.join_next().await {
        Some(Ok(response)) => response,
        // a bug of ours stays one: the caller of the search catches it
        Some(Err(error)) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(error) => Err(NetError::Lost(error.to_string())),
        },
        None => Err(NetError::Lost("the request was not sent".to_owned())),
    }
}
