//! macOS.

/// Nothing to prepare.
pub(crate) fn before_start() {}

/// The menu bar is always there.
pub(crate) async fn tray_is_shown() -> bool {
    true
}

/// The page sees to it (ui/src/platform/tauri.ts): it lets the menu open where something is written or selected,
/// and what the system offers there edits.
#[allow(clippy::unnecessary_wraps, reason = "the same on every system")]
pub(crate) fn edit_menu_only(_: &tauri::WebviewWindow) -> Result<(), tauri::Error> {
    Ok(())
}
