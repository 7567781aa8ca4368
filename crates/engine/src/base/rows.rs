//! Names of the rows that more than one room reads: settings (a choice of the patron's) and cursors (a moment,
//! with a text). A row that only one room reads is named there.

/// Setting: what the patron chose on this machine, [`crate::view::Settings`].
pub(crate) const SETTINGS: &str = "settings";
/// Setting: the library that the patron chose.
pub(crate) const LIBRARY: &str = "library";
/// Setting: id of a source → on or off, where the patron differs from the file.
pub(crate) const SOURCE_SWITCHES: &str = "sources";
/// Setting: ids of sources in the patron's order; a source that is not among them comes after.
pub(crate) const SOURCE_ORDER: &str = "source-order";
/// Setting: id of a source of the file → what the patron changed of it.
pub(crate) const SOURCE_EDITS: &str = "source-edits";

/// Cursor: when everything was last heard from the platform.
pub(crate) const LAST_SYNC: &str = "last-sync";
/// Cursor: everything was heard from the platform for the first time.
pub(crate) const FIRST_DONE: &str = "first-sync-done";
/// Cursor: the platform's own time when it was last heard.
pub(crate) const PLATFORM_TIME: &str = "platform-time";
