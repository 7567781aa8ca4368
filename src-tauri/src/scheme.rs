//! Addresses of our scheme (`hongyan://…`), which pages, Zotero and other programs call. The system passes one as the
//! only argument of a new process: this one at a cold start, else a second one, which hands it to the first and ends
//! (on macOS an event brings it). What is in it is for the engine to judge; nothing is done here but to pass it on.

use hongyan_api::log::Logged as _;
use serde_json::json;
use tauri::{AppHandle, Url};
use tauri_plugin_deep_link::DeepLinkExt as _;

use crate::{backend, window};

/// Most addresses that are taken from one event.
const AT_ONCE: usize = 5;

/// Passes on the address of a cold start, and those that come later.
pub(crate) fn listen(app: &AppHandle) {
    let link = app.deep_link();
    match link.get_current() {
        Ok(urls) => pass_on(app, &urls.unwrap_or_default()),
        Err(_) => tracing::warn!("The address of the start could not be read."),
    }
    let shell = app.clone();
    link.on_open_url(move |event| {
        window::front(&shell);
        pass_on(&shell, &event.urls());
    });
}

/// Waits for the engine where it is still starting.
fn pass_on(app: &AppHandle, urls: &[Url]) {
    for url in urls.iter().take(AT_ONCE) {
        let (app, address) = (app.clone(), url.to_string());
        tauri::async_runtime::spawn(async move {
            if let Err(problem) = backend::rpc(&app, "address_called", json!({ "address": address })).await {
                tracing::info!(code = ?problem.code, said = %problem.logged(), "An address was not taken.");
            }
        });
    }
}
