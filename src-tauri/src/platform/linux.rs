//! Linux: workarounds for graphics drivers that show an empty window, and detection of desktops without a
//! tray.

use std::fs::OpenOptions;
use std::path::Path;

use tauri::WebviewWindow;
use webkit2gtk::{ContextMenuAction, ContextMenuExt, ContextMenuItemExt, WebViewExt};

/// Configures WebKitGTK's rendering, unless the patron has set the variables. Must run before GTK starts:
/// - with NVIDIA's own driver the DMABUF renderer gives an empty window;
/// - without a graphics processor (a virtual machine, a terminal server, an old machine in a reading room)
///   the software renderer llvmpipe takes a third more memory and more time than drawing without acceleration.
///
/// docs/KNOWN-ISSUES.md names the variables.
pub(crate) fn before_start() {
    unless_decided("WEBKIT_DISABLE_DMABUF_RENDERER", Path::new("/proc/driver/nvidia/version").exists());
    unless_decided("WEBKIT_DISABLE_COMPOSITING_MODE", !has_graphics_processor(Path::new("/dev/dri")));
}

fn unless_decided(variable: &str, wanted: bool) {
    if wanted && std::env::var_os(variable).is_none() {
        #[allow(unsafe_code)]
        // SAFETY: these are the first statements of the program; no other thread reads the environment yet.
        unsafe {
            std::env::set_var(variable, "1");
        }
    }
}

/// Whether there is a render node that this user may open: on a shared machine it may belong to another seat.
fn has_graphics_processor(devices: &Path) -> bool {
    std::fs::read_dir(devices).into_iter().flatten().flatten().any(|device| {
        device.file_name().to_string_lossy().starts_with("renderD")
            && OpenOptions::new().read(true).write(true).open(device.path()).is_ok()
    })
}

/// Whether the desktop shows status icons. If it does not, a window that was closed to the tray could not be
/// opened again.
pub(crate) async fn tray_is_shown() -> bool {
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    let Ok(bus) = zbus::Connection::session().await else { return false };
    let Ok(properties) = zbus::fdo::PropertiesProxy::new(&bus, WATCHER, "/StatusNotifierWatcher").await
    else {
        return false;
    };
    let Ok(interface) = zbus::names::InterfaceName::try_from(WATCHER) else { return false };
    // an error means that no status icon watcher is on the bus
    let answer = properties.get(interface, "IsStatusNotifierHostRegistered").await;
    answer.ok().and_then(|value| bool::try_from(value).ok()).unwrap_or(false)
}

/// Reduces the page's context menu to the entries for editing text. "Reload" would lose what was typed, and
/// the entries for downloads and new windows have no meaning here.
pub(crate) fn edit_menu_only(window: &WebviewWindow) -> Result<(), tauri::Error> {
    window.with_webview(|view| {
        view.inner().connect_context_menu(|_, menu, _, _| {
            for item in menu.items() {
                if !edits(item.stock_action()) {
                    menu.remove(&item);
                }
            }
            // a menu without entries is not shown
            menu.n_items() == 0
        });
    })
}

fn edits(action: ContextMenuAction) -> bool {
    use ContextMenuAction as A;
    matches!(
        action,
        A::Cut
            | A::Copy
            | A::Paste
            | A::Delete
            | A::SelectAll
            | A::SpellingGuess
            | A::NoGuessesFound
            | A::IgnoreSpelling
            | A::LearnSpelling
    )
}

#[cfg(test)]
mod tests {
    use super::has_graphics_processor;

    #[test]
    fn a_render_node_that_may_be_used_is_a_graphics_processor() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!has_graphics_processor(&dir.path().join("没有")));
        std::fs::write(dir.path().join("card0"), "").unwrap();
        assert!(!has_graphics_processor(dir.path()), "a screen draws nothing");
        std::fs::create_dir(dir.path().join("renderD129")).unwrap();
        assert!(!has_graphics_processor(dir.path()), "what cannot be opened cannot be used");
        std::fs::write(dir.path().join("renderD128"), "").unwrap();
        assert!(has_graphics_processor(dir.path()));
    }
}
