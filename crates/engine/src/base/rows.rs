//! Names of stored rows that more than one room uses: settings (choices of the patron) and cursors (an instant
//! with a text). A row that only one room uses is named in that room.

/// Setting: the preferences of this machine, [`crate::view::Settings`].
pub(crate) const SETTINGS: &str = "settings";
/// Setting: the library that the patron chose.
pub(crate) const LIBRARY: &str = "library";
/// Setting: the page of the library where the patron files requests, if not the first of the profile.
pub(crate) const REQUEST_PAGE: &str = "request-page";
/// Setting: whether browser extensions may send works here, and the port.
pub(crate) const LISTENER: &str = "listener";
/// Setting: source id → on or off, where the patron's choice differs from the sources file.
pub(crate) const SOURCE_SWITCHES: &str = "sources";
/// Setting: source ids in the patron's order; sources not in it come last.
pub(crate) const SOURCE_ORDER: &str = "source-order";
/// Setting: id of a source of the file → what the patron changed in it.
pub(crate) const SOURCE_EDITS: &str = "source-edits";

/// Cursor: time of the last complete sync with the platform.
pub(crate) const LAST_SYNC: &str = "last-sync";
/// Cursor: set once the first complete sync is done.
pub(crate) const FIRST_DONE: &str = "first-sync-done";
/// Cursor: the platform's own time when it last answered.
pub(crate) const PLATFORM_TIME: &str = "platform-time";

/// Key of the notice that a file came for a request. It goes when the patron takes back that it did.
pub(crate) fn file_came(request: hongyan_model::RequestId) -> String {
    format!("file:{request}")
}
