//! The log of everything that came in: for tests that say "exactly once".

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One request as it came in, before any fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Received {
    /// order of arrival, from 1
    pub seq: u64,
    /// when, RFC 3339, the sandbox's clock
    pub at: String,
    /// `PUT`
    pub method: String,
    /// without query: `/ill/requests/…`
    pub path: String,
    /// the query as it came, empty if none
    pub query: String,
    /// the UUID after `/ill/requests/`, if there is one
    pub request_id: Option<Uuid>,
    /// the name of the fault that was put on it, if any
    pub fault: Option<String>,
    /// status of the answer; none while there is none, and when the connection was cut
    pub status: Option<u16>,
}

/// The UUID after `/ill/requests/`.
pub(crate) fn request_id(path: &str) -> Option<Uuid> {
    path.strip_prefix("/ill/requests/")?.split('/').next()?.parse().ok()
}
