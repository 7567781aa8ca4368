//! Parameters of the commands about what the patron drops or pastes for requests, and about kept files.

use hongyan_model::RequestId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Reads what was dropped or pasted; exactly one of `bytes`, `held` and `text` is set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IntakeLook {
    /// name of the file; empty for a text
    pub name: String,
    /// content of the file, in base64
    pub bytes: Option<String>,
    /// number of a file that the shell holds, because it is too large for the page
    pub held: Option<u32>,
    /// a pasted text
    pub text: Option<String>,
    /// the request on which it was dropped
    pub on: Option<RequestId>,
}

/// Takes what was recognised for a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IntakeTake {
    /// id of the view
    pub id: Uuid,
    /// the request
    pub request: RequestId,
    /// whether the patron confirms the offered step
    pub step: bool,
    /// the day of the step as the patron sees it
    #[cfg_attr(feature = "export", ts(type = "string | null"))]
    pub day: Option<Date>,
}

/// What was recognised, by the id of its view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IntakeRef {
    /// id of the view
    pub id: Uuid,
}

/// A kept file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FileRef {
    /// its number
    pub id: i64,
}

/// A file that was saved in the download folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavedRef {
    /// its path, as the command that saved it gave it
    pub path: String,
}

/// Files that were saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FilesSaved {
    /// number of files that were saved
    pub saved: u32,
    /// number of files whose encrypted content is gone or damaged
    pub lost: u32,
    /// path of the last one; empty if none
    pub path: String,
}
