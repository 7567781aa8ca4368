//! What goes wrong behind the face of the page, noted for the tests of the real window. Compiled only with the
//! feature `demo`, and there only when a driver steers the window; no bundle has it.

use tauri::{Manager, Runtime, WebviewWindowBuilder};

/// Set by whoever starts the driver; wry switches automation on with it.
const DRIVEN: &str = "TAURI_WEBVIEW_AUTOMATION";

/// Lets the witness into the page, before the page's own scripts.
pub(crate) fn attend<'a, R: Runtime, M: Manager<R>>(
    page: WebviewWindowBuilder<'a, R, M>,
) -> WebviewWindowBuilder<'a, R, M> {
    if std::env::var_os(DRIVEN).is_none() {
        return page;
    }
    page.initialization_script(include_str!("witness.js"))
}
