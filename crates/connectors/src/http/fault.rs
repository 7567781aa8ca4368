//! Converts errors of the HTTP library to [`NetError`].

use std::error::Error;
use std::io;

use hongyan_model::text::{clean, clip};

use crate::error::NetError;

/// Classifies a transport error by whether the server may have processed the request. An error that did
/// not surely occur before sending counts as [`NetError::Lost`].
pub(crate) fn classify(error: &reqwest::Error) -> NetError {
    if error.is_redirect() {
        return NetError::WrongKind(detail(error));
    }
    // before is_timeout: a timeout while connecting means that nothing was sent, so the outcome is known
    if error.is_connect() {
        return NetError::Unreachable(detail(error));
    }
    if error.is_timeout() {
        return NetError::Timeout;
    }
    if error.is_builder() {
        return NetError::Unsupported(detail(error));
    }
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(e) = cause {
        if let Some(io) = e.downcast_ref::<io::Error>()
            && matches!(io.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput)
            && error.is_decode()
        {
            return NetError::Malformed(detail(error));
        }
        cause = e.source();
    }
    NetError::Lost(detail(error))
}

/// The causes of an error, without the top line, which contains the URL with its query.
pub(super) fn detail(error: &reqwest::Error) -> String {
    let mut parts = Vec::new();
    let mut cause = error.source();
    while let Some(e) = cause {
        let text = clean(&e.to_string());
        if parts.last() != Some(&text) {
            parts.push(text);
        }
        cause = e.source();
    }
    clip(&parts.join(": "), 300)
}
