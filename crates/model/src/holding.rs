//! 馆藏: that a library has the work, and where it stands.

use serde::{Deserialize, Serialize};

/// One library's (or one copy's) holding.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Holding {
    /// name of the library, or its code where no name is known
    pub library: String,
    /// shelf or room
    pub location: String,
    /// 索书号
    pub call_number: String,
    /// whether a copy is on the shelf now; none when the source does not say
    pub available: Option<bool>,
}
