//! Terms of the library that stand in no profile; the librarian changes them.

use serde::{Deserialize, Serialize};

/// What `/ill/policies` says beyond the profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Terms {
    /// days that a book waits at the desk
    pub pickup_days: u16,
    /// how often a loan may be renewed
    pub renewals: u16,
    /// working days to answer a condition
    pub condition_working_days: u16,
    /// how often a delivered document may be opened
    pub document_views: u16,
    /// days that a delivered document is kept
    pub document_days: u16,
}

impl Default for Terms {
    fn default() -> Terms {
        Terms { pickup_days: 7, renewals: 1, condition_working_days: 4, document_views: 5, document_days: 30 }
    }
}
