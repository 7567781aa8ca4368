//! On Windows and macOS the window's engine tells us of a page that came, and of nothing else: WebView2 shows a page
//! of its own in place of one that did not come. Whether there is a page before is not told either.

use hongyan_api::library_window::PageMove;
use tauri::{Manager as _, Url, WebviewWindow};

use super::Library;

/// Nothing is told; both ways are offered.
#[allow(clippy::unnecessary_wraps, reason = "the same on every system")]
pub(super) fn watch(window: &WebviewWindow) -> Result<(), tauri::Error> {
    let library = window.state::<Library>();
    let mut state = library.state();
    state.reach.back = true;
    state.reach.forward = true;
    state.reach.comes();
    Ok(())
}

/// Goes back or forward, or loads the page again; the engine asks before it sends a form once more.
pub(super) fn go(window: &WebviewWindow, to: PageMove) -> Result<(), tauri::Error> {
    match to {
        PageMove::Back => window.eval("history.back()"),
        PageMove::Forward => window.eval("history.forward()"),
        PageMove::Reload => window.reload(),
    }
}

/// Opens an address where the page does not answer. The process of a page cannot be ended through Tauri here.
pub(super) fn end_and_open(window: &WebviewWindow, address: Url) -> Result<(), tauri::Error> {
    window.navigate(address)
}
