//! The line to the page: one channel that the page opens with `subscribe`. Beside the engine's events
//! it carries what only a shell can say.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hongyan_api::AppEvent;
use serde::Serialize;
use tauri::ipc::Channel;

use crate::dropped::{Dropped, Place};

/// What goes over the channel.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase", untagged)]
pub(crate) enum Message {
    /// the engine's news, as it is
    Event(AppEvent),
    /// show this screen: the patron clicked a toast
    Navigate {
        /// a path of the page's router
        navigate: String,
    },
    /// ask what closing the window means
    CloseAsked {
        /// always true
        #[serde(rename = "closeAsked")]
        close_asked: bool,
    },
    /// the start waits for the system's keyring, or does not any more
    Waiting {
        /// whether it waits
        #[serde(rename = "waitingForKeyring")]
        waiting_for_keyring: bool,
    },
    /// something is dragged over the window
    Drag {
        /// where; none when it has left
        drag: Option<Place>,
    },
    /// it was dropped
    Dropped {
        /// where, and what it is
        dropped: Dropped,
    },
}

/// The page as the shell sees it. A page that loads again opens the channel again.
#[derive(Default)]
pub(crate) struct Page {
    inner: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    channel: Option<Channel<Message>>,
    /// where to go once the page listens
    route: Option<String>,
    /// the start waits for the keyring
    waiting: bool,
}

impl Page {
    /// The page listens on this channel from now on.
    pub(crate) fn listen(&self, channel: Channel<Message>) {
        let mut line = self.line();
        if let Some(navigate) = line.route.take() {
            say(&channel, Message::Navigate { navigate });
        }
        if line.waiting {
            say(&channel, Message::Waiting { waiting_for_keyring: true });
        }
        line.channel = Some(channel);
    }

    /// Passes the engine's news on. Nobody listening is fine: a page that comes reads everything.
    pub(crate) fn tell(&self, event: AppEvent) {
        if let Some(channel) = &self.line().channel {
            say(channel, Message::Event(event));
        }
    }

    /// Shows a screen now, or as soon as the page listens.
    pub(crate) fn navigate(&self, route: String) {
        let mut line = self.line();
        match &line.channel {
            Some(channel) => say(channel, Message::Navigate { navigate: route }),
            None => line.route = Some(route),
        }
    }

    /// The start waits for the keyring, or does not any more; a page that comes later hears it, too.
    pub(crate) fn waiting_for_keyring(&self, waiting: bool) {
        let mut line = self.line();
        line.waiting = waiting;
        if let Some(channel) = &line.channel {
            say(channel, Message::Waiting { waiting_for_keyring: waiting });
        }
    }

    /// Something is dragged over the window here, or it has left.
    pub(crate) fn drag(&self, drag: Option<Place>) {
        if let Some(channel) = &self.line().channel {
            say(channel, Message::Drag { drag });
        }
    }

    /// It was dropped.
    pub(crate) fn dropped(&self, dropped: Dropped) {
        if let Some(channel) = &self.line().channel {
            say(channel, Message::Dropped { dropped });
        }
    }

    /// Asks what closing the window means; false when no page is there to ask.
    pub(crate) fn ask_about_closing(&self) -> bool {
        let line = self.line();
        if let Some(channel) = &line.channel {
            say(channel, Message::CloseAsked { close_asked: true });
        }
        line.channel.is_some()
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // a panic elsewhere leaves a channel or none, never half of one
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn say(channel: &Channel<Message>, message: Message) {
    if let Err(error) = channel.send(message) {
        tracing::info!(error = %crate::log::words(&error), "The page does not listen any more.");
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
