//! The channel to the page, which the page opens with `subscribe`. It carries the engine's events and those
//! that only the shell can know.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hongyan_api::AppEvent;
use serde::Serialize;
use tauri::ipc::Channel;

use crate::dropped::{Dropped, Place};
use crate::window::MAIN;

/// A message on the channel.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase", untagged)]
pub(crate) enum Message {
    /// an event of the engine, unchanged
    Event(AppEvent),
    /// go to a screen, because the patron clicked a toast
    Navigate {
        /// route path
        navigate: String,
    },
    /// ask the patron what closing the window shall do
    CloseAsked {
        /// always true
        #[serde(rename = "closeAsked")]
        close_asked: bool,
    },
    /// the start has begun or stopped waiting for the system's keyring
    Waiting {
        /// whether it waits
        #[serde(rename = "waitingForKeyring")]
        waiting_for_keyring: bool,
    },
    /// something about the library's window has changed
    Library {
        /// always true
        #[serde(rename = "libraryChanged")]
        library_changed: bool,
    },
    /// a drag over the window
    Drag {
        /// its position; `None` after it has left the window
        drag: Option<Place>,
    },
    /// a drop on the window
    Dropped {
        /// its position and content
        dropped: Dropped,
    },
}

/// Our pages as the shell sees them: the main window's and the strip's. After a reload a page opens a new
/// channel.
#[derive(Default)]
pub(crate) struct Page {
    inner: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    /// channel of the main window's page
    channel: Option<Channel<Message>>,
    /// channels of other windows of ours, by label
    others: BTreeMap<String, Channel<Message>>,
    /// route to open once the page has subscribed
    route: Option<String>,
    /// whether the start waits for the keyring
    waiting: bool,
}

impl Page {
    /// Replaces the channel of a window by the one that its page has just opened.
    pub(crate) fn listen(&self, label: &str, channel: Channel<Message>) {
        let mut line = self.line();
        if label != MAIN {
            // what has changed before this page listened
            say(&channel, Message::Library { library_changed: true });
            line.others.insert(label.to_owned(), channel);
            return;
        }
        if let Some(navigate) = line.route.take() {
            say(&channel, Message::Navigate { navigate });
        }
        if line.waiting {
            say(&channel, Message::Waiting { waiting_for_keyring: true });
        }
        line.channel = Some(channel);
    }

    /// Forwards an event. Without a subscriber it is dropped: a page that subscribes later reads everything
    /// anyway.
    pub(crate) fn tell(&self, event: AppEvent) {
        let line = self.line();
        for channel in line.channel.iter().chain(line.others.values()) {
            say(channel, Message::Event(event.clone()));
        }
    }

    /// Tells the other windows that something about the library's window has changed.
    pub(crate) fn library_changed(&self) {
        for channel in self.line().others.values() {
            say(channel, Message::Library { library_changed: true });
        }
    }

    /// Forgets the channel of a window that was closed.
    pub(crate) fn closed(&self, label: &str) {
        self.line().others.remove(label);
    }

    /// Opens a route now, or as soon as the page has subscribed.
    pub(crate) fn navigate(&self, route: String) {
        let mut line = self.line();
        match &line.channel {
            Some(channel) => say(channel, Message::Navigate { navigate: route }),
            None => line.route = Some(route),
        }
    }

    /// Tells the page whether the start waits for the keyring; a page that subscribes later is told as well.
    pub(crate) fn waiting_for_keyring(&self, waiting: bool) {
        let mut line = self.line();
        line.waiting = waiting;
        if let Some(channel) = &line.channel {
            say(channel, Message::Waiting { waiting_for_keyring: waiting });
        }
    }

    /// Reports a drag over the window, or that it has left.
    pub(crate) fn drag(&self, drag: Option<Place>) {
        if let Some(channel) = &self.line().channel {
            say(channel, Message::Drag { drag });
        }
    }

    /// Reports a drop.
    pub(crate) fn dropped(&self, dropped: Dropped) {
        if let Some(channel) = &self.line().channel {
            say(channel, Message::Dropped { dropped });
        }
    }

    /// Asks the page what closing the window shall do; false if no page is subscribed.
    pub(crate) fn ask_about_closing(&self) -> bool {
        let line = self.line();
        if let Some(channel) = &line.channel {
            say(channel, Message::CloseAsked { close_asked: true });
        }
        line.channel.is_some()
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // poisoning is harmless: the channel is replaced as a whole
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn say(channel: &Channel<Message>, message: Message) {
    if let Err(error) = channel.send(message) {
        tracing::info!(error = %crate::log::words(&error), "The channel to the page is closed.");
    }
}

#[cfg(test)]
mod tests {
    use super::Message;

    #[test]
    fn messages_have_the_shape_that_the_page_knows() {
        let navigate = Message::Navigate { navigate: "/requests/1".to_owned() };
        assert_eq!(serde_json::to_value(navigate).unwrap(), serde_json::json!({"navigate": "/requests/1"}));
        let close = Message::CloseAsked { close_asked: true };
        assert_eq!(serde_json::to_value(close).unwrap(), serde_json::json!({"closeAsked": true}));
        let waiting = Message::Waiting { waiting_for_keyring: true };
        assert_eq!(serde_json::to_value(waiting).unwrap(), serde_json::json!({"waitingForKeyring": true}));
        let left = Message::Drag { drag: None };
        assert_eq!(serde_json::to_value(left).unwrap(), serde_json::json!({"drag": null}));
    }
}
