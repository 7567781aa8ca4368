//! macOS.

/// Nothing to prepare.
pub(crate) fn before_start() {}

/// The menu bar is always there.
pub(crate) async fn tray_is_shown() -> bool {
    true
}
