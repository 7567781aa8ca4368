//! Parameters of the commands about the library and about requests that the patron files by hand.

use hongyan_model::{Provenance, RequestId, RequestState};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Chooses the library; exactly one field is set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LibraryChoose {
    /// tenant code of a library that is built in
    pub tenant: Option<String>,
    /// content of a library profile (TOML)
    pub profile: Option<String>,
    /// a library that the patron entered by hand
    pub typed: Option<TypedLibrary>,
}

/// A library that the patron entered by hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TypedLibrary {
    /// display name
    pub name: String,
    /// address of the page where requests are filed, or the tenant id on the union's platform
    pub page: String,
    /// telephone; may be empty
    pub phone: String,
    /// address of the library's catalogue; may be empty
    #[serde(default)]
    #[cfg_attr(feature = "export", ts(as = "Option<_>", optional))]
    pub catalogue: String,
    /// address that takes requests by mail; may be empty
    #[serde(default)]
    #[cfg_attr(feature = "export", ts(as = "Option<_>", optional))]
    pub mail: String,
    /// days that a loan may be kept; none if unknown
    #[serde(default)]
    pub loan_days: Option<u16>,
}

/// A text that built-in libraries are looked up by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LibraryFind {
    /// characters, pinyin, initials, English words, or a tenant id; empty for all
    pub text: String,
}

/// The page of the library that the patron uses from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HandOverPage {
    /// one of the pages that the view offers
    pub page: String,
}

/// Records that the patron has filed a request on the library's page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HandOverSent {
    /// the request
    pub id: RequestId,
    /// the platform's request number; may be empty
    pub number: String,
}

/// Records the state of a request that was filed by hand, as reported by the patron.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HandOverState {
    /// the request
    pub id: RequestId,
    /// one of the states that the view offers
    pub state: RequestState,
    /// the date that belongs to the state
    #[cfg_attr(feature = "export", ts(type = "string | null"))]
    pub day: Option<Date>,
    /// text for the timeline; may be empty
    pub note: String,
    /// who said so: `patron`, or `page` and `mail` for what the patron confirmed
    #[serde(default = "by_patron")]
    #[cfg_attr(feature = "export", ts(as = "Option<_>", optional))]
    pub source: Provenance,
}

fn by_patron() -> Provenance {
    Provenance::Patron
}

/// The library's own form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FormSet {
    /// name of its file
    pub name: String,
    /// its content in base64; none takes the patron's form away
    pub bytes: Option<String>,
}
