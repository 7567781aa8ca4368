//! Windows.

/// Nothing to prepare.
pub(crate) fn before_start() {}

/// The notification area is always there.
pub(crate) async fn tray_is_shown() -> bool {
    true
}

/// The end of a session reaches the window, which ends the program.
pub(crate) fn leave_when_told(_: tauri::AppHandle) {}

/// The page sees to it (ui/src/platform/tauri.ts): it lets the menu open where something is written or selected,
/// and what the system offers there edits.
#[allow(clippy::unnecessary_wraps, reason = "the same on every system")]
pub(crate) fn edit_menu_only(_: &tauri::WebviewWindow) -> Result<(), tauri::Error> {
    Ok(())
}
