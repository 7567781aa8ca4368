//! Where Hongyan keeps its things.

use std::path::PathBuf;

use tauri::{AppHandle, Manager};

/// Another place for the data, for tests and for maintainers.
pub(crate) const DATA_DIR: &str = "HONGYAN_DATA_DIR";

/// The patron's data; demo data in a folder of its own.
pub(crate) fn data_dir(app: &AppHandle) -> Result<PathBuf, tauri::Error> {
    if let Some(given) = std::env::var_os(DATA_DIR).filter(|given| !given.is_empty()) {
        return Ok(PathBuf::from(given));
    }
    let local = app.path().app_local_data_dir()?;
    Ok(if cfg!(feature = "demo") { local.join("demo") } else { local })
}

/// Where the patron's browser puts files; the home folder where the system names no such place.
pub(crate) fn downloads(app: &AppHandle) -> Result<PathBuf, tauri::Error> {
    if std::env::var_os(DATA_DIR).is_some_and(|given| !given.is_empty()) {
        return Ok(data_dir(app)?.join("downloads"));
    }
    app.path().download_dir().or_else(|_| app.path().home_dir())
}
