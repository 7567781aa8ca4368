//! Measures how long after the first source's answer the first row of a search is drawn.

use serde_json::json;

use super::app_window::AppWindow;
use super::wait::until;

/// Records when the query was sent and when the first row of the new list was drawn.
const WATCH: &str = "window.watched = {}; \
    addEventListener('keydown', (event) => { \
      if (event.key !== 'Enter' || window.watched.asked) return; \
      window.watched.asked = performance.now(); \
      window.watched.old = document.querySelector('[role=listbox]'); }, true); \
    const watcher = new MutationObserver(() => { \
      const list = document.querySelector('[role=option]')?.closest('[role=listbox]'); \
      if (window.watched.asked && list && list !== window.watched.old) { \
        watcher.disconnect(); \
        requestAnimationFrame(() => { window.watched.drawn = performance.now(); }); } \
    }); \
    watcher.observe(document.body, { childList: true, subtree: true });";

/// Draws fifty lines of text and removes them again; returns the milliseconds until they were drawn.
const LINES: &str = "const done = arguments[0]; const began = performance.now(); \
    const list = document.createElement('ol'); \
    for (let at = 0; at < 50; at += 1) list.appendChild(document.createElement('li')).textContent = '战略 ' + at; \
    document.body.append(list); \
    requestAnimationFrame(() => { const took = performance.now() - began; list.remove(); done(took); });";

/// Measurements of one search in the window, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct FirstRow {
    /// from Enter until the first row was drawn
    pub drawn: f64,
    /// from sending the query until the first source had answered
    pub answered: f64,
}

impl AppWindow {
    /// Searches on the search screen and waits for the first row. Panics if no source answers.
    pub async fn first_row(&self, words: &str) -> FirstRow {
        self.run(WATCH, Vec::new()).await;
        self.enter("检索", words).await;
        let drawn = until("a row", async || {
            self.run("return window.watched.drawn - window.watched.asked;", Vec::new()).await.as_f64()
        })
        .await;
        let recent = self.rpc("search_recent", json!({})).await;
        let id = recent.pointer("/0/searchId");
        let page = json!({ "searchId": id, "offset": 0, "limit": 1, "sort": "relevance", "filter": {} });
        let view = self.rpc("search_view", page).await;
        let sources = view.get("sources").and_then(|sources| sources.as_array()).into_iter().flatten();
        let first = sources.filter_map(|source| source.get("firstMs")?.as_f64());
        let answered = first.fold(f64::INFINITY, f64::min);
        assert!(answered.is_finite(), "no source answered: {view}");
        FirstRow { drawn, answered }
    }

    /// The time that the window needs to draw fifty lines of text, in milliseconds: the baseline.
    pub async fn fifty_lines(&self) -> f64 {
        self.run_later(LINES).await.as_f64().expect("a time")
    }
}
