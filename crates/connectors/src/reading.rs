//! Outside bytes are read in the pool of `hongyan_readers`, never in an async task: a reading that takes
//! long holds up nothing else, and ends when whoever waits for it goes away.

use hongyan_formats::{Budget, Fault, Limits, ReadError};

use crate::error::NetError;

/// Runs a reader off the async workers. Dropping the future stops it.
///
/// # Errors
/// The reader's own; `Malformed` when it was stopped for its time, could not be run, or failed: the answer
/// could not be read, whatever was in it.
pub(crate) async fn reading<T, F>(job: F) -> Result<T, NetError>
where
    T: Send + 'static,
    F: FnOnce(&Budget) -> Result<T, NetError> + Send + 'static,
{
    let outcome = hongyan_readers::read(Limits::ANSWER, job).await;
    outcome.unwrap_or_else(|unread| Err(NetError::Malformed(unread.to_string())))
}

/// Why a reader gave up.
pub(crate) fn unreadable(error: ReadError) -> NetError {
    match error.fault {
        Fault::TooLarge | Fault::TooMany | Fault::TooDeep => NetError::TooLarge,
        // the text of the answer is not repeated
        Fault::Unreadable | Fault::Stopped => NetError::Malformed(format!("at byte {}", error.offset)),
    }
}
