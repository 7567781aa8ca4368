//! Where an event in the ledger comes from.

use serde::{Deserialize, Serialize};

/// Who said what an event of a request says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Provenance {
    /// the platform, through its interface
    Platform,
    /// 平台网页: the library's page as the patron saw it, and confirmed
    Page,
    /// 邮件: a mail or a file that came to the patron
    Mail,
    /// 本人登记: the patron noted it
    Patron,
    /// 本机: this program, of what it did itself
    #[default]
    Program,
}

impl Provenance {
    /// Whether somebody outside told it, by way of the patron: such an event may skip steps, and can be taken back.
    pub fn is_hearsay(self) -> bool {
        matches!(self, Provenance::Page | Provenance::Mail | Provenance::Patron)
    }
}
