//! What the patron does with works that a browser sent, and the listener that extensions send them to.

use std::sync::Arc;

use hongyan_connectors::listener::Listener;
use hongyan_model::Service;
use hongyan_model::log::Logged as _;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Intake;
use crate::base::fault::{not_allowed, not_found};
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::base::rows::LISTENER;
use crate::view::{ArrivalTaken, ArrivalsView, KeyPlace, ListenerView};

/// Port of the listener unless the patron chooses another: neither Zotero's nor JabRef's (23119), nor one that is
/// registered.
pub const DEFAULT_PORT: u16 = 23190;
/// Least port that a program of a patron may use everywhere.
const LEAST_PORT: u16 = 1024;

/// The patron's choice, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    on: bool,
    port: u16,
}

impl Default for Kept {
    fn default() -> Kept {
        Kept { on: false, port: DEFAULT_PORT }
    }
}

/// The listener, while it is open, or why it is not.
#[derive(Default)]
pub(super) struct Listening {
    open: Option<Listener>,
    problem: Option<Problem>,
}

impl Intake {
    /// Works that a browser sent and that wait for the patron.
    pub fn arrivals(&self) -> ArrivalsView {
        self.arrivals.view()
    }

    /// Makes a form of the work that was sent, or a list of several. Nothing is submitted.
    ///
    /// # Errors
    /// `NotFound` for what does not wait any more; [store errors](crate#errors), it waits again then.
    pub async fn arrival_take(&self, id: Uuid, service: Option<Service>) -> Result<ArrivalTaken, Problem> {
        let arrival = self.arrivals.remove(id).ok_or_else(not_found)?;
        let made = match arrival.works.as_slice() {
            [] => Err(not_allowed("words for the search box are no work")),
            [work] => {
                let service = service.or(Some(arrival.view.service));
                let draft = self.requests.draft_from_entry(work, service, arrival.asked.needed_by).await;
                draft.map(|view| ArrivalTaken { draft: Some(view.draft.id), list: None })
            }
            _ => {
                let list = self.requests.batch_new(&arrival.text, &[]).await;
                list.map(|view| ArrivalTaken { draft: None, list: Some(view.id) })
            }
        };
        if made.is_err() {
            self.arrivals.put_back(arrival);
        }
        made
    }

    /// Forgets one that waits.
    pub fn arrival_drop(&self, id: Uuid) {
        self.arrivals.remove(id);
    }

    /// Forgets all that wait, and what was left out.
    pub fn arrivals_drop(&self) {
        self.arrivals.clear();
    }

    /// An address of our scheme was called, by a page or another program: what it asks for waits for the patron.
    /// One that is none of ours is counted, so that the screen can say it.
    pub async fn address_called(&self, address: &str) {
        self.arrivals.called(address).await;
    }

    /// The listener for browser extensions.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn listener(&self) -> Result<ListenerView, Problem> {
        let kept = self.kept_listener().await?;
        let problem = self.listening.lock().await.problem.clone();
        let offered = self.may_listen();
        Ok(ListenerView { on: kept.on && offered, port: kept.port, problem, offered })
    }

    /// Switches the listener on or off, or changes its port. What does not succeed changes nothing.
    ///
    /// # Errors
    /// `PortUnusable` with param `port`; `NotAllowed` where none is offered; `BadCall` for a port below 1024;
    /// [store errors](crate#errors).
    pub async fn listener_set(&self, on: bool, port: u16) -> Result<ListenerView, Problem> {
        if !self.may_listen() {
            return Err(not_allowed("no listener on this computer"));
        }
        if port < LEAST_PORT {
            return Err(Problem::new(ErrorCode::BadCall, Retry::Never, "port below 1024"));
        }
        let mut listening = self.listening.lock().await;
        let stays = listening.open.as_ref().is_some_and(|listener| listener.port() == port);
        let opened = if on && !stays { Some(self.open_listener(port).await?) } else { None };
        let mut tx = self.context.write().await?;
        tx.set_setting(LISTENER, &Kept { on, port }).await?;
        tx.commit().await?;
        let old = if on && stays { None } else { std::mem::replace(&mut listening.open, opened) };
        listening.problem = None;
        if let Some(old) = old {
            old.close().await;
        }
        Ok(ListenerView { on, port, problem: None, offered: true })
    }

    /// Opens the listener if the patron has switched it on. A port in use is remembered and shown in the settings.
    pub(crate) async fn start_listening(&self) {
        let kept = match self.kept_listener().await {
            Ok(kept) if kept.on && self.may_listen() => kept,
            _ => return,
        };
        let mut listening = self.listening.lock().await;
        match self.open_listener(kept.port).await {
            Ok(listener) => *listening = Listening { open: Some(listener), problem: None },
            Err(problem) => *listening = Listening { open: None, problem: Some(problem) },
        }
    }

    /// Closes the listener; its port is free afterwards.
    pub(crate) async fn stop_listening(&self) {
        let open = std::mem::take(&mut *self.listening.lock().await).open;
        if let Some(listener) = open {
            listener.close().await;
        }
    }

    async fn open_listener(&self, port: u16) -> Result<Listener, Problem> {
        let opened = Listener::open(port, Arc::new(self.arrivals.clone())).await;
        opened.map_err(|error| {
            tracing::warn!(error = %error.logged(), "The listener for browsers could not be opened.");
            Problem::new(ErrorCode::PortUnusable, Retry::Never, error.to_string()).with("port", port)
        })
    }

    async fn kept_listener(&self) -> Result<Kept, Problem> {
        Ok(self.context.read().await?.setting(LISTENER).await?.unwrap_or_default())
    }

    /// Not on a shared computer, where the next person would find it, and not before the files are open for writing.
    fn may_listen(&self) -> bool {
        self.context.reading_only().is_none()
            && !matches!(
                self.vault.key_place(),
                KeyPlace::Shared | KeyPlace::Ask | KeyPlace::Locked | KeyPlace::Lost
            )
    }
}
