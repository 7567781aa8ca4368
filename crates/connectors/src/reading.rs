//! Runs parsers of outside bytes on the pool of `hongyan_readers` and never in an async task: a slow
//! parser blocks nothing else, and is cancelled when its caller is dropped.

use hongyan_formats::{Budget, Fault, Limits, ReadError};

use crate::error::NetError;

/// Runs a parser on the pool. Dropping the future cancels it.
///
/// # Errors
/// The parser's own; `Malformed` when it exceeded its time limit, could not be started, or panicked.
pub(crate) async fn reading<T, F>(job: F) -> Result<T, NetError>
where
    T: Send + 'static,
    F: FnOnce(&Budget) -> Result<T, NetError> + Send + 'static,
{
    let outcome = hongyan_readers::read(Limits::ANSWER, job).await;
    outcome.unwrap_or_else(|unread| Err(NetError::Malformed(unread.to_string())))
}

/// Converts a parser's error.
pub(crate) fn unreadable(error: ReadError) -> NetError {
    match error.fault {
        Fault::TooLarge | Fault::TooMany | Fault::TooDeep => NetError::TooLarge,
        // the response is not quoted
        Fault::Unreadable | Fault::Stopped => NetError::Malformed(format!("at byte {}", error.offset)),
    }
}
