//! Where Hongyan keeps its things.

use std::path::PathBuf;

use tauri::{AppHandle, Manager};

/// Another place for the data, for tests and for maintainers.
pub(crate) const DATA_DIR: &str = "HONGYAN_DATA_DIR";

/// A build that has the demo starts without it when this is set, as a release does: for tests of the program
/// without a platform. Releases do not know it.
const NO_DEMO: &str = "HONGYAN_NO_DEMO";

/// Whether everything is the demo's.
pub(crate) fn is_demo() -> bool {
    cfg!(feature = "demo") && std::env::var_os(NO_DEMO).is_none_or(|given| given.is_empty())
}

/// The patron's data; that of the demo, and of a build with the demo that starts without it, in folders of
/// their own.
pub(crate) fn data_dir(app: &AppHandle) -> Result<PathBuf, tauri::Error> {
    if let Some(given) = std::env::var_os(DATA_DIR).filter(|given| !given.is_empty()) {
        return Ok(PathBuf::from(given));
    }
    let local = app.path().app_local_data_dir()?;
    Ok(match (cfg!(feature = "demo"), is_demo()) {
        (false, _) => local,
        (true, true) => local.join("demo"),
        (true, false) => local.join("no-demo"),
    })
}

/// Where the web view keeps its own things, which are none of the patron's: beside the data, or where the system
/// keeps what may go when that cannot be made. Without a folder there would be no window to say so in.
pub(crate) fn web_dir(app: &AppHandle) -> PathBuf {
    match app.path().app_local_data_dir() {
        Ok(local) if hongyan_engine::disk::make_dir(&local).is_ok() => local,
        _ => std::env::temp_dir().join(format!("hongyan-{}", std::process::id())),
    }
}

/// Where the patron's browser puts files; the home folder where the system names no such place.
pub(crate) fn downloads(app: &AppHandle) -> Result<PathBuf, tauri::Error> {
    if std::env::var_os(DATA_DIR).is_some_and(|given| !given.is_empty()) {
        return Ok(data_dir(app)?.join("downloads"));
    }
    app.path().download_dir().or_else(|_| app.path().home_dir())
}
