//! Records every call received, for tests that assert "exactly once".

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A call as received, before any fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Received {
    /// order of arrival, from 1
    pub seq: u64,
    /// time, RFC 3339, by the sandbox's clock
    pub at: String,
    /// `PUT`
    pub method: String,
    /// without query: `/ill/requests/…`
    pub path: String,
    /// the raw query; empty if there is none
    pub query: String,
    /// the UUID after `/ill/requests/`, if there is one
    pub request_id: Option<Uuid>,
    /// name of the fault applied to it, if any
    pub fault: Option<String>,
    /// status of the answer; `None` while pending, and if the connection was reset
    pub status: Option<u16>,
}

/// The UUID after `/ill/requests/`.
pub(crate) fn request_id(path: &str) -> Option<Uuid> {
    path.strip_prefix("/ill/requests/")?.split('/').next()?.parse().ok()
}
