//! Parameters of the commands about the library's own page in a window.

use hongyan_model::{RequestId, RequestState};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::library_window::PageMove;

/// Opens the library's page with our strip beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompanionOpen {
    /// the request to file; none to read the states of all
    pub id: Option<RequestId>,
    /// false opens the strip alone, for a patron who prefers the own browser
    pub page: bool,
}

/// Goes back, forward, or loads the page again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompanionGo {
    /// where to
    pub to: PageMove,
}

/// Finds the fields of the library's form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompanionFillNow {
    /// the request
    pub id: RequestId,
    /// whether the values are written
    pub fill: bool,
    /// whether they are written although the form looks like the other kind of request
    #[serde(default)]
    pub anyway: bool,
}

/// Remembers what a label of the library's page means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompanionCorrect {
    /// the label, as the page has it
    pub label: String,
    /// our field; none if it is none of ours
    pub field: Option<String>,
}

/// Records what the library's page says of a request, confirmed by the patron.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompanionState {
    /// the request
    pub id: RequestId,
    /// the state that the words mean
    pub state: RequestState,
    /// the day that belongs to the state
    #[cfg_attr(feature = "export", ts(type = "string | null"))]
    pub day: Option<Date>,
    /// the words of the page
    pub words: String,
}

/// Answers whether a download of the library's page is taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompanionDownload {
    /// whether it is saved
    pub take: bool,
}

/// Keeps the file that the library's page has given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompanionKeep {
    /// the request that it is for; none for the one that the file names
    pub id: Option<RequestId>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompanionKept {
    /// the request that has it; none if it bears the mark of another one, or names none
    pub request: Option<RequestId>,
}
