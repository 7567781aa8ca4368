//! macOS.

/// Nothing to prepare.
pub(crate) fn before_start() {}

/// The menu bar always shows status icons.
pub(crate) async fn tray_is_shown() -> bool {
    true
}

/// Done by the page (ui/src/platform/tauri.ts): it opens the context menu only over editable or selected
/// text, where the system's entries are for editing.
#[allow(clippy::unnecessary_wraps, reason = "the same on every system")]
pub(crate) fn edit_menu_only(_: &tauri::WebviewWindow) -> Result<(), tauri::Error> {
    Ok(())
}
