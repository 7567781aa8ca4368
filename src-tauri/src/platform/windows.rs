//! Windows.

/// Nothing to prepare.
pub(crate) fn before_start() {}

/// The notification area is always there.
pub(crate) async fn tray_is_shown() -> bool {
    true
}

/// The end of a session reaches the window, which ends the program.
pub(crate) fn leave_when_told(_: tauri::AppHandle) {}
