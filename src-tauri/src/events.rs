//! Forwards the engine's events: to the page, notices to toasts, counts to the tray.

use std::sync::Arc;

use hongyan_api::{App, Tag};
use hongyan_engine::view::{AppView, ArrivalsView, StatusView};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tauri::{AppHandle, Manager};
use tokio::sync::broadcast::error::RecvError;

use crate::backend::Backend;
use crate::page::Page;
use crate::texts::Texts;
use crate::{toast, tray, window};

/// Forwards events until the engine stops.
pub(crate) async fn forward(shell: AppHandle, app: Arc<App>, mut texts: Texts) {
    let mut events = app.events();
    let mut shown = 0;
    let mut waited = false;
    loop {
        let event = match events.recv().await {
            Ok(event) => event,
            // events were lost; the page detects the gap by their numbers and refetches
            Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return,
        };
        shell.state::<Page>().tell(event.clone());
        if event.changed.contains(&Tag::Settings)
            && let Some(view) = read::<AppView>(Arc::clone(&app), "app_start").await
        {
            texts = Texts::of(&view.settings.locale);
            relabel(&shell, &texts, shown);
            shell.state::<Backend>().store_settings(view.settings);
        }
        if event.changed.contains(&Tag::Status)
            && let Some(status) = read::<StatusView>(Arc::clone(&app), "status_get").await
            && status.needs_you != shown
        {
            shown = status.needs_you;
            relabel(&shell, &texts, shown);
        }
        // the patron has just clicked in the browser; while something waits already, nothing takes the focus again
        if event.changed.contains(&Tag::Arrivals)
            && let Some(arrivals) = read::<ArrivalsView>(Arc::clone(&app), "arrival_list").await
        {
            let waits = !arrivals.waiting.is_empty();
            if waits && !waited {
                window::front_if_shown(&shell);
            }
            waited = waits;
        }
        if !event.notices.is_empty()
            && let Some(settings) = shell.state::<Backend>().settings()
        {
            toast::show(&shell, &texts, &settings, &event);
        }
    }
}

/// Updates the count in the tray, and the language of the tray and of the toasts' button.
fn relabel(shell: &AppHandle, texts: &Texts, needs_you: u32) {
    if let Err(error) = tray::show_count(shell, texts, needs_you) {
        tracing::info!(error = %crate::log::words(&error), "The tray could not be updated.");
    }
    if let Err(error) = toast::label(shell, texts) {
        tracing::info!(error = %crate::log::words(&error), "The label of the toasts' button could not be changed.");
    }
}

/// Calls a command without parameters; `None` if it fails.
pub(crate) async fn read<T: DeserializeOwned>(app: Arc<App>, command: &'static str) -> Option<T> {
    serde_json::from_value(app.rpc_spawned(command.to_owned(), Value::Null).await.ok()?).ok()
}
