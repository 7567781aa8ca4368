//! A library's profile: whom to call, where to fetch, what it costs. Data in TOML, one file a library.

use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::money::Fen;

/// What the program knows of the patron's own library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Library {
    /// 简体 name
    pub name: String,
    /// English name
    pub name_en: String,
    /// Okapi tenant on the platform: `a001962`
    pub tenant: String,
    /// the platform's page for patrons
    pub portal: String,
    /// whom to ask
    pub contact: Contact,
    /// where loans are fetched
    pub desks: Vec<Desk>,
    /// what suppliers usually charge
    pub fees: Fees,
    /// days a loan may be kept
    pub loan_days: u16,
    /// working days and days that things usually take
    pub usual: Usual,
    /// holidays and 调休, as far as they are published
    #[serde(default)]
    pub calendar: Calendar,
}

/// Whom to ask; no persons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Contact {
    /// telephone
    pub phone: String,
    /// QQ groups
    pub qq_groups: Vec<String>,
    /// room
    pub place: String,
    /// room, in English
    pub place_en: String,
}

/// 取书地点.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Desk {
    /// the platform's id of the desk
    pub id: String,
    /// 简体 name
    pub name: String,
    /// English name
    pub name_en: String,
}

/// Usual charges of suppliers. At present the library pays them (FAQ 6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fees {
    /// a book, fen
    pub loan: Fen,
    /// a page, fen
    pub page: Fen,
    /// whether the patron pays any of it at present
    pub patron_pays: bool,
}

/// How long things usually take (FAQ 5; copy: the CASHL norm).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Usual {
    /// working days until a registration is checked
    pub registration_working_days: u16,
    /// working days until the own library has checked a request
    pub review_working_days: u16,
    /// working days until a supplier sends a copy
    pub copy_working_days: u16,
    /// days until a book arrives
    pub loan_days: u16,
}

/// 广西民族大学图书馆, the first profile.
const GXMZU: &str = include_str!("../libraries/gxmzu.toml");

impl Library {
    /// Reads a profile; the error names line and key.
    pub fn from_toml(text: &str) -> Result<Library, toml::de::Error> {
        toml::from_str(text)
    }

    /// The profile that the program carries.
    ///
    /// # Panics
    /// Never in a build whose tests passed: the file is compiled in and read by a test.
    #[expect(clippy::expect_used, reason = "compiled in; `carried_profile_reads` reads it")]
    pub fn gxmzu() -> Library {
        Library::from_toml(GXMZU).expect("libraries/gxmzu.toml is read by a test")
    }
}

#[cfg(test)]
mod tests {
    use super::Library;
    use crate::money::Fen;

    #[test]
    fn carried_profile_reads() {
        let library = Library::gxmzu();
        assert_eq!((library.tenant.as_str(), library.loan_days), ("a001962", 20));
        assert_eq!((library.fees.loan, library.fees.page), (Fen(4000), Fen(30)));
    }

    #[test]
    fn a_slip_is_named() {
        let error = Library::from_toml("nmae = \"某馆\"").unwrap_err().to_string();
        assert!(error.contains("nmae"), "{error}");
    }
}
