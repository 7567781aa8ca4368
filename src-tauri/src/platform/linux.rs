//! Linux: graphics drivers that show nothing, desktops without a tray.

use std::fs::OpenOptions;
use std::path::Path;

use tauri::WebviewWindow;
use webkit2gtk::{ContextMenuAction, ContextMenuExt, ContextMenuItemExt, WebViewExt};

/// Tells WebKitGTK how to draw, before GTK starts and only where the patron has not decided:
/// - with NVIDIA's own driver its DMABUF renderer gives an empty window;
/// - without a graphics processor (a virtual machine, a terminal server, an old machine in a reading room) it
///   would imitate one with llvmpipe, which costs a third of the memory and more time than plain drawing.
///
/// docs/KNOWN-ISSUES names the variables.
pub(crate) fn before_start() {
    unless_decided("WEBKIT_DISABLE_DMABUF_RENDERER", Path::new("/proc/driver/nvidia/version").exists());
    unless_decided("WEBKIT_DISABLE_COMPOSITING_MODE", !has_graphics_processor(Path::new("/dev/dri")));
}

fn unless_decided(variable: &str, wanted: bool) {
    if wanted && std::env::var_os(variable).is_none() {
        #[allow(unsafe_code)]
        // SAFETY: the first statements of the program; no other thread reads the environment yet.
        unsafe {
            std::env::set_var(variable, "1");
        }
    }
}

/// Whether there is a render node that this patron may use: there may be one of somebody else's desk.
fn has_graphics_processor(devices: &Path) -> bool {
    std::fs::read_dir(devices).into_iter().flatten().flatten().any(|device| {
        device.file_name().to_string_lossy().starts_with("renderD")
            && OpenOptions::new().read(true).write(true).open(device.path()).is_ok()
    })
}

/// Whether something on this desktop shows status icons: without it a window that was closed to the
/// tray could not be found again.
pub(crate) async fn tray_is_shown() -> bool {
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    let Ok(bus) = zbus::Connection::session().await else { return false };
    let Ok(properties) = zbus::fdo::PropertiesProxy::new(&bus, WATCHER, "/StatusNotifierWatcher").await
    else {
        return false;
    };
    let Ok(interface) = zbus::names::InterfaceName::try_from(WATCHER) else { return false };
    // an error says that there is no watcher on the bus
    let answer = properties.get(interface, "IsStatusNotifierHostRegistered").await;
    answer.ok().and_then(|value| bool::try_from(value).ok()).unwrap_or(false)
}

/// The page's own menu has what edits text and nothing of a browser: "Reload" would throw away what is written,
/// and pages are neither downloaded nor opened in other windows here.
pub(crate) fn edit_menu_only(window: &WebviewWindow) -> Result<(), tauri::Error> {
    window.with_webview(|view| {
        view.inner().connect_context_menu(|_, menu, _, _| {
            for item in menu.items() {
                if !edits(item.stock_action()) {
                    menu.remove(&item);
                }
            }
            // an empty one is not shown
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
