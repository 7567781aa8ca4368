//! Windows.

/// Nothing to prepare.
pub(crate) fn before_start() {}

/// The notification area always shows icons.
pub(crate) async fn tray_is_shown() -> bool {
    true
}

/// Windows reports the end of a session to the window, which quits the program.
pub(crate) fn quit_on_signal(_: tauri::AppHandle) {}

/// Done by the page (ui/src/platform/tauri.ts): it opens the context menu only over editable or selected
/// text, where the system's entries are for editing.
#[allow(clippy::unnecessary_wraps, reason = "the same on every system")]
pub(crate) fn edit_menu_only(_: &tauri::WebviewWindow) -> Result<(), tauri::Error> {
    Ok(())
}
