//! A library's profile: whom to call, where to fetch, what it costs, and where its requests go. Data in
//! TOML, one file a library; `libraries/library.schema.json` is the same for editors. A slip in a file is
//! said with its line and key: [`slip`]. What the platform says stands above it: [`terms`].

pub mod fraction;
pub mod slip;
pub mod terms;

use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
pub use fraction::Fraction;
pub use slip::{ProfileSlip, SlipKind};

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
    /// of a book at most this much may be copied: `1/3`
    #[serde(default)]
    #[cfg_attr(feature = "export", ts(type = "string"))]
    pub copyright_fraction: Fraction,
    /// working days and days that things usually take
    pub usual: Usual,
    /// holidays and 调休, as far as they are published
    #[serde(default)]
    pub calendar: Calendar,
    /// where its requests go
    pub gateway: Gateway,
}

/// Where the requests of a library go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Gateway {
    /// to a platform that speaks the Reader API (docs/reader-api.yaml)
    ReaderApi {
        /// base address
        address: String,
    },
    /// by hand: the patron fills in the platform's own page
    HandOver {
        /// the page, opened in the browser
        page: String,
        /// an OpenURL 1.0 resolver or form that takes the description of the work
        #[serde(default)]
        #[cfg_attr(feature = "export", ts(type = "string | null"))]
        resolver: Option<String>,
    },
}

/// Whom to ask; no persons.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// when somebody is there, in 简体; empty if not known
    #[serde(default)]
    pub hours: String,
    /// the same in English
    #[serde(default)]
    pub hours_en: String,
    /// other ways
    #[serde(default)]
    pub more: Vec<ContactWay>,
}

/// One more way to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactWay {
    /// what kind of way
    pub kind: ContactKind,
    /// number, address or account
    pub value: String,
    /// what it is for, in 简体
    #[serde(default)]
    pub note: String,
    /// the same in English
    #[serde(default)]
    pub note_en: String,
}

/// Kinds of ways to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum ContactKind {
    /// telephone
    Phone,
    /// QQ number or group
    Qq,
    /// 微信
    Wechat,
    /// mail
    Email,
    /// a page
    Web,
    /// a place to go to
    Place,
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
    /// Reads a profile.
    ///
    /// # Errors
    /// The first slip, with line, key and what is expected there.
    pub fn from_toml(text: &str) -> Result<Library, ProfileSlip> {
        let library: Library = toml::from_str(text).map_err(|error| ProfileSlip::of(&error, text))?;
        slip::examine(&library, text)?;
        Ok(library)
    }

    /// The profile that the program carries first.
    ///
    /// # Panics
    /// Never in a build whose tests passed: the file is compiled in and read by a test.
    #[expect(clippy::expect_used, reason = "compiled in; `carried_profiles_read` reads it")]
    pub fn gxmzu() -> Library {
        Library::from_toml(GXMZU).expect("libraries/gxmzu.toml is read by a test")
    }

    /// Every profile that the program carries.
    pub fn carried() -> Vec<Library> {
        vec![Library::gxmzu()]
    }

    /// A profile of which only the name, the page and perhaps a telephone number are known: fees, days
    /// and times are those that are usual in the country, for estimates.
    pub fn typed(name: &str, page: &str, phone: &str) -> Library {
        let usual = Library::gxmzu();
        Library {
            name: name.to_owned(),
            name_en: name.to_owned(),
            tenant: "unknown".to_owned(),
            portal: page.to_owned(),
            contact: Contact { phone: phone.to_owned(), ..Contact::default() },
            desks: vec![Desk {
                id: "desk".to_owned(),
                name: "馆际互借服务台".to_owned(),
                name_en: "Interlibrary loan desk".to_owned(),
            }],
            gateway: Gateway::HandOver { page: page.to_owned(), resolver: None },
            ..usual
        }
    }

    /// As a file that [`Library::from_toml`] reads.
    pub fn to_toml(&self) -> String {
        // a profile is texts and numbers: nothing in it cannot be written
        toml::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
