//! A library's profile: contacts, pickup desks, fees, usual times, and where its requests go. Profiles
//! are TOML files, one per library; `libraries/library.schema.json` is the same schema for editors. An
//! error in a profile is reported with line and key ([`slip`]). What the platform reports takes
//! precedence over the profile ([`terms`]).

pub mod form;
pub mod fraction;
pub mod slip;
mod tenant;
pub mod terms;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
pub use fraction::Fraction;
pub use slip::{ProfileSlip, SlipKind};
pub use tenant::Typed;

use crate::money::Fen;

/// Profile of the patron's own library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Library {
    /// 简体 name
    pub name: String,
    /// English name
    pub name_en: String,
    /// tenant id on the platform (Okapi): `a001962`
    pub tenant: String,
    /// address of the platform's page for patrons
    pub portal: String,
    /// how to reach the library
    pub contact: Contact,
    /// pickup desks for loans
    pub desks: Vec<Desk>,
    /// usual charges of suppliers
    pub fees: Fees,
    /// days a loan may be kept
    pub loan_days: u16,
    /// the part of a book that may be copied, at most: `1/3`
    #[serde(default)]
    #[cfg_attr(feature = "export", ts(type = "string"))]
    pub copyright_fraction: Fraction,
    /// usual durations, in working days or days
    pub usual: Usual,
    /// holidays and 调休 days, as far as they are published
    #[serde(default)]
    pub calendar: Calendar,
    /// where the library's requests go
    pub gateway: Gateway,
    /// the pages where a request can be filed, with their names, where there are several; the one of the gateway is
    /// the first choice and may be among them
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "export", ts(as = "Option<_>", optional))]
    pub pages: Vec<NamedPage>,
    /// the library's own catalogue; empty if it is not known
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "export", ts(as = "Option<_>", optional))]
    pub catalogue: String,
    /// the address that takes requests by mail; empty if there is none
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "export", ts(as = "Option<_>", optional))]
    pub desk_mail: String,
    /// whether fees, durations and desks are the usual ones in the country and not this library's: nothing of them is
    /// said in its name, and who pays is not known
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "export", ts(as = "Option<_>", optional))]
    pub estimated: bool,
    /// what the captions of the library's own form mean: caption → name of a field, or `none`
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "export", ts(as = "Option<_>", optional))]
    pub form: BTreeMap<String, String>,
    /// the library's own form, to be filled in and handed in; none if it has none
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "export", ts(optional))]
    pub template: Option<FormTemplate>,
}

/// A form of the library as a Word document (.docx) with names in braces where values belong: `{{题名}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FormTemplate {
    /// name of its file
    pub name: String,
    /// its content, base64
    pub docx: String,
}

/// A page where a request can be filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NamedPage {
    /// its address
    pub page: String,
    /// 简体 name; may be empty
    #[serde(default)]
    pub name: String,
    /// English name; may be empty
    #[serde(default)]
    pub name_en: String,
}

/// Where a library's requests go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Gateway {
    /// a platform that implements the Reader API (docs/reader-api.yaml)
    ReaderApi {
        /// base address
        address: String,
    },
    /// no interface: the patron files the request on the platform's own page
    HandOver {
        /// that page, opened in the system's browser
        page: String,
        /// an OpenURL 1.0 resolver or form that accepts the description of the work; none if there is
        /// none
        #[serde(default)]
        #[cfg_attr(feature = "export", ts(type = "string | null"))]
        resolver: Option<String>,
    },
}

/// How to reach the library. Names no persons.
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
    /// opening hours, in 简体; empty if not known
    #[serde(default)]
    pub hours: String,
    /// opening hours in English
    #[serde(default)]
    pub hours_en: String,
    /// further ways to reach it
    #[serde(default)]
    pub more: Vec<ContactWay>,
}

/// A further way to reach the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactWay {
    /// kind of contact
    pub kind: ContactKind,
    /// number, address or account
    pub value: String,
    /// purpose, in 简体
    #[serde(default)]
    pub note: String,
    /// purpose in English
    #[serde(default)]
    pub note_en: String,
}

/// Kinds of contact.
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
    /// a place to visit
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

/// Usual charges of suppliers. The library bears them unless [`Fees::patron_pays`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fees {
    /// charge for a book
    pub loan: Fen,
    /// charge for a page
    pub page: Fen,
    /// whether the patron pays part of it at present
    pub patron_pays: bool,
}

/// Usual durations, as the library's own pages state them; for a copy, the norm of CASHL.
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

/// 广西民族大学图书馆, the built-in profile.
const GXMZU: &str = include_str!("../libraries/gxmzu.toml");

impl Library {
    /// Parses and validates a profile.
    ///
    /// # Errors
    /// The first mistake, with line, key and expected value.
    pub fn from_toml(text: &str) -> Result<Library, ProfileSlip> {
        let library: Library = toml::from_str(text).map_err(|error| ProfileSlip::of(&error, text))?;
        slip::examine(&library, text)?;
        Ok(library)
    }

    /// The profile that is used until the patron chooses a library.
    ///
    /// # Panics
    /// Never in a build whose tests passed: the profile is compiled in, and a test parses it.
    #[expect(clippy::expect_used, reason = "compiled in; `carried_profiles_read` reads it")]
    pub fn gxmzu() -> Library {
        Library::from_toml(GXMZU).expect("libraries/gxmzu.toml is read by a test")
    }

    /// All built-in profiles; the first one is whole, of the others little more than the page is known.
    pub fn carried() -> Vec<Library> {
        let mut carried = vec![Library::gxmzu()];
        carried.extend(Library::tenants());
        carried
    }

    /// The pages where a request can be filed by hand, the first choice first; none where the library has an interface.
    pub fn request_pages(&self) -> Vec<NamedPage> {
        let Gateway::HandOver { page, .. } = &self.gateway else { return Vec::new() };
        let named = self.pages.iter().find(|one| one.page == *page).cloned();
        let first = named.unwrap_or_else(|| NamedPage {
            page: page.clone(),
            name: String::new(),
            name_en: String::new(),
        });
        let others = self.pages.iter().filter(|one| one.page != *page).cloned();
        std::iter::once(first).chain(others).collect()
    }

    /// What tells this library from others: its tenant id, or the page of its requests where it has none.
    pub fn key(&self) -> &str {
        match &self.gateway {
            Gateway::HandOver { page, .. } if self.tenant == tenant::UNKNOWN => page,
            _ => &self.tenant,
        }
    }

    /// Serialises the profile to the format that [`Library::from_toml`] parses.
    pub fn to_toml(&self) -> String {
        // a profile has only strings, numbers and tables, so serialising cannot fail
        toml::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
