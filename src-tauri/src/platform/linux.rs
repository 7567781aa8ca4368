//! Linux: graphics drivers that show nothing, desktops without a tray.

use std::path::Path;

/// WebKitGTK's DMABUF renderer gives an empty window with NVIDIA's own driver. Set before GTK starts,
/// and only if the patron has not decided; docs/KNOWN-ISSUES names the variable.
pub(crate) fn before_start() {
    const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if std::env::var_os(VARIABLE).is_none() && Path::new("/proc/driver/nvidia/version").exists() {
        #[allow(unsafe_code)]
        // SAFETY: the first statement of the program; no other thread reads the environment yet.
        unsafe {
            std::env::set_var(VARIABLE, "1");
        }
    }
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
