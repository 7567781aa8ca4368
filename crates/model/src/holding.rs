//! 馆藏: which library has the work, and where on its shelves.

use serde::{Deserialize, Serialize};

/// The holding of one library, or one copy of it.
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
    /// whether a copy is on the shelf now; none when the source does not report it
    pub available: Option<bool>,
}
