//! A notification server on the test's bus that records every toast.

use std::collections::HashMap;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;

const PATH: &str = "/org/freedesktop/Notifications";
const NAME: &str = "org.freedesktop.Notifications";

/// A toast as received by the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// the notification id that the server assigned
    pub id: u32,
    /// summary
    pub title: String,
    /// body
    pub body: String,
    /// pairs of action id and label
    pub actions: Vec<String>,
}

/// The toasts received.
pub struct Toasts {
    bus: zbus::Connection,
    shown: UnboundedReceiver<Toast>,
}

impl Toasts {
    /// Serves on the bus at this address.
    pub async fn serve(address: &str) -> Toasts {
        let (sender, shown) = unbounded_channel();
        let bus = zbus::connection::Builder::address(address)
            .expect("an address")
            .serve_at(PATH, Server { sender, last: 0 })
            .expect("a path")
            .name(NAME)
            .expect("a name")
            .build()
            .await
            .expect("the bus is there");
        Toasts { bus, shown }
    }

    /// Waits for the next toast with this title and skips others before it.
    pub async fn next(&mut self, title: &str) -> Toast {
        let find = async {
            loop {
                let toast = self.shown.recv().await.expect("the server runs");
                if toast.title == title {
                    return toast;
                }
            }
        };
        tokio::time::timeout(super::wait::TIMEOUT, find)
            .await
            .unwrap_or_else(|_| panic!("waited in vain for the toast {title}"))
    }

    /// The toasts received since then, without waiting.
    pub fn rest(&mut self) -> Vec<Toast> {
        std::iter::from_fn(|| self.shown.try_recv().ok()).collect()
    }

    /// Clicks a toast's action: `default` is the toast itself.
    pub async fn click(&self, toast: &Toast, action: &str) {
        let emitter = SignalEmitter::new(&self.bus, PATH).expect("a path");
        Server::action_invoked(&emitter, toast.id, action).await.expect("the bus is there");
    }
}

struct Server {
    sender: UnboundedSender<Toast>,
    last: u32,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Server {
    #[expect(clippy::too_many_arguments, reason = "the desktop's specification has eight")]
    fn notify(
        &mut self,
        _app: String,
        _replaces: u32,
        _icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expires: i32,
    ) -> u32 {
        self.last += 1;
        let toast = Toast { id: self.last, title: summary, body, actions };
        // the receiver is gone if the test is over
        let _ = self.sender.send(toast);
        self.last
    }

    fn close_notification(&self, _id: u32) {}

    fn get_capabilities(&self) -> Vec<String> {
        ["actions", "body"].map(str::to_owned).to_vec()
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let text = str::to_owned;
        (text("witness"), text("hongyan"), text("1"), text("1.2"))
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action: &str) -> zbus::Result<()>;
}
