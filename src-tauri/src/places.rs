//! Directories that the program uses.

use std::path::PathBuf;

use tauri::{AppHandle, Manager};

/// Environment variable with another data directory, for tests and maintainers.
pub(crate) const DATA_DIR: &str = "HONGYAN_DATA_DIR";

/// Environment variable that makes a build with the demo start without it, as a release does, for tests of
/// the program without a platform. Releases ignore it.
const NO_DEMO: &str = "HONGYAN_NO_DEMO";

/// Whether this run is the demo.
pub(crate) fn is_demo() -> bool {
    cfg!(feature = "demo") && std::env::var_os(NO_DEMO).is_none_or(|given| given.is_empty())
}

/// The data directory. The demo, and a build with the demo that starts without it, have directories of their
/// own.
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

/// The directory of the web view's own files, which contain no patron data: next to the data directory, or in
/// the system's cache directory if that cannot be created. Without any directory no window could report the
/// problem.
pub(crate) fn web_dir(app: &AppHandle) -> PathBuf {
    match app.path().app_local_data_dir() {
        Ok(local) if hongyan_engine::disk::make_dir(&local).is_ok() => local,
        _ => std::env::temp_dir().join(format!("hongyan-{}", std::process::id())),
    }
}

/// The download folder of the system; the home folder if the system names none.
pub(crate) fn downloads(app: &AppHandle) -> Result<PathBuf, tauri::Error> {
    if std::env::var_os(DATA_DIR).is_some_and(|given| !given.is_empty()) {
        return Ok(data_dir(app)?.join("downloads"));
    }
    app.path().download_dir().or_else(|_| app.path().home_dir())
}
