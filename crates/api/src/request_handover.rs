//! What the UI sends about the library and about requests that are carried over by hand.

use hongyan_model::{RequestId, RequestState};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Chooses the library; exactly one member is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LibraryChoose {
    /// one that the program carries
    pub tenant: Option<String>,
    /// the text of a profile, TOML
    pub profile: Option<String>,
    /// typed in
    pub typed: Option<TypedLibrary>,
}

/// A library of which little is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TypedLibrary {
    /// its name
    pub name: String,
    /// the page where requests are filed
    pub page: String,
    /// telephone, may be empty
    pub phone: String,
}

/// The patron has filed a request on the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HandOverSent {
    /// which
    pub id: RequestId,
    /// the platform's number, may be empty
    pub number: String,
}

/// Where a request stands, as the patron says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HandOverState {
    /// which
    pub id: RequestId,
    /// one of the steps of the view
    pub state: RequestState,
    /// the day that goes with it
    #[cfg_attr(feature = "export", ts(type = "string | null"))]
    pub day: Option<Date>,
    /// for the timeline, may be empty
    pub note: String,
}
