//! Who may speak to the listener: judged by headers that pages cannot choose.

use hyper::HeaderMap;
use hyper::header::{AsHeaderName, CONTENT_TYPE, HOST, HeaderValue, ORIGIN};

/// Schemes of the origins of browser extensions: Chromium (Chrome, Edge, 360, QQ), Firefox, Safari.
const EXTENSIONS: [&str; 3] = ["chrome-extension://", "moz-extension://", "safari-web-extension://"];
/// Longest id of an extension, bytes: a UUID has 36.
const MAX_ID: usize = 64;

/// Who calls, by the `Origin` (RFC 6454, section 7; Fetch standard, section 3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Caller {
    /// a browser extension
    Extension(HeaderValue),
    /// no origin: a program, or a browser's ordinary `GET`
    Nobody,
    /// a page, a frame without an origin (`null`), or something that cannot be told
    Stranger,
}

/// The one value of a header; none if there is none, an error if there are several.
fn one(headers: &HeaderMap, name: impl AsHeaderName) -> Result<Option<&HeaderValue>, ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(()),
    }
}

pub(super) fn caller(headers: &HeaderMap) -> Caller {
    match one(headers, ORIGIN) {
        Ok(None) => Caller::Nobody,
        Ok(Some(origin)) if origin.to_str().is_ok_and(is_extension) => Caller::Extension(origin.clone()),
        _ => Caller::Stranger,
    }
}

fn is_extension(origin: &str) -> bool {
    EXTENSIONS.iter().filter_map(|scheme| origin.strip_prefix(scheme)).any(|id| {
        (1..=MAX_ID).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

/// Whether the `Host` names this listener: a page whose own name was bound to 127.0.0.1 sends that name.
pub(super) fn is_our_host(headers: &HeaderMap, port: u16) -> bool {
    let Ok(Some(host)) = one(headers, HOST) else { return false };
    let Some((name, given)) = host.to_str().ok().and_then(|host| host.rsplit_once(':')) else { return false };
    given == port.to_string() && (name.eq_ignore_ascii_case("localhost") || name == "127.0.0.1")
}

/// Whether the body is said to be BibTeX. A page could send other types without being asked for leave first.
pub(super) fn is_bibtex(headers: &HeaderMap) -> bool {
    let Ok(Some(given)) = one(headers, CONTENT_TYPE) else { return false };
    let essence = given.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/x-bibtex")
}
