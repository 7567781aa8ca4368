//! A status icon watcher, so that the desktop has a tray.

use zbus::Connection;

/// Serves until dropped.
pub struct Tray {
    _bus: Connection,
}

impl Tray {
    /// Serves on the bus at this address.
    pub async fn serve(address: &str) -> Tray {
        let bus = zbus::connection::Builder::address(address)
            .expect("an address")
            .serve_at("/StatusNotifierWatcher", Watcher)
            .expect("a path")
            .name("org.kde.StatusNotifierWatcher")
            .expect("a name")
            .build()
            .await
            .expect("the bus is there");
        Tray { _bus: bus }
    }
}

struct Watcher;

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, _item: String) {}

    fn register_status_notifier_host(&self, _host: String) {}

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        Vec::new()
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}
