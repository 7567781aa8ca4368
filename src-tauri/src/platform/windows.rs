//! Windows.

/// Nothing to prepare.
pub(crate) fn before_start() {}

/// The notification area is always there.
pub(crate) async fn tray_is_shown() -> bool {
    true
}
