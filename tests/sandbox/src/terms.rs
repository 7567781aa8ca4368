//! Terms of the library that a library profile does not contain; the librarian can change them.

use serde::{Deserialize, Serialize};

/// The part of `/ill/policies` that is not in the profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Terms {
    /// number of days that a book is kept at the pickup desk
    pub pickup_days: u16,
    /// how often a loan can be renewed
    pub renewals: u16,
    /// number of working days to answer a condition
    pub condition_working_days: u16,
    /// how often a delivered document can be opened
    pub document_views: u16,
    /// number of days that a delivered document is kept
    pub document_days: u16,
}

impl Default for Terms {
    fn default() -> Terms {
        Terms { pickup_days: 7, renewals: 1, condition_working_days: 4, document_views: 5, document_days: 30 }
    }
}
