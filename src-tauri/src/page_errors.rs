//! Records console errors, CSP violations and failed resources of the page for the tests of the real window.
//! Compiled only with the feature `demo` and active only under WebDriver; no bundle contains it.

use tauri::{Manager, Runtime, WebviewWindowBuilder};

/// Environment variable that the WebDriver server sets; wry then enables automation.
const DRIVEN: &str = "TAURI_WEBVIEW_AUTOMATION";

/// Injects the recorder into the page, before the page's own scripts run.
pub(crate) fn record<'a, R: Runtime, M: Manager<R>>(
    page: WebviewWindowBuilder<'a, R, M>,
) -> WebviewWindowBuilder<'a, R, M> {
    if std::env::var_os(DRIVEN).is_none() {
        return page;
    }
    page.initialization_script(include_str!("page_errors.js"))
}
