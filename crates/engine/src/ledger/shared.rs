//! Shared computer (公共电脑): the files are in memory, so nothing of a patron stays on the disk. A mark file in
//! the data directory says so and holds the library that was chosen for this computer.

use std::fs;
use std::path::Path;

use hongyan_store::{StoreError, disk};
use serde_json::Value;

use super::{Vault, open};
use crate::base::context::Files;
use crate::base::fault::not_allowed;
use crate::base::problem::Problem;
use crate::base::rows::LIBRARY;
use crate::view::KeyPlace;

/// The mark file: the chosen library as JSON, no personal data.
const MARK: &str = "hongyan.shared";

/// Whether this computer is shared.
pub(crate) fn is_shared(dir: &Path) -> bool {
    dir.join(MARK).exists()
}

/// Opens files in memory, with the library of this computer.
pub(crate) async fn files(dir: &Path) -> Result<Files, Problem> {
    let files = open::in_memory().await?;
    // a library that cannot be parsed any more is asked for again
    let library = fs::read(dir.join(MARK)).ok().and_then(|text| serde_json::from_slice::<Value>(&text).ok());
    if let Some(library) = library.filter(|library| !library.is_null()) {
        let mut tx = files.ledger.write().await?;
        tx.set_setting(LIBRARY, &library).await?;
        tx.commit().await?;
    }
    Ok(files)
}

/// Writes the mark file atomically.
pub(crate) fn mark(dir: &Path, library: Option<&Value>) -> Result<(), Problem> {
    let text = library.unwrap_or(&Value::Null).to_string();
    disk::write_whole(&dir.join(MARK), text.as_bytes()).map_err(|error| StoreError::from(error).into())
}

fn unmark(dir: &Path) -> Result<(), Problem> {
    disk::remove_file(&dir.join(MARK)).map_err(|error| StoreError::from(error).into())
}

impl Vault {
    /// Whether this computer may become a shared one (`shared`), or stop being one. `false`: nothing to change.
    ///
    /// # Errors
    /// `NotAllowed` while files are locked.
    pub(crate) fn may_share(&self, shared: bool) -> Result<bool, Problem> {
        match self.key_place() {
            place if shared == (place == KeyPlace::Shared) => Ok(false),
            KeyPlace::Locked | KeyPlace::Lost => Err(not_allowed("the files are closed")),
            _ => Ok(true),
        }
    }

    /// Writes or removes the mark file, with the library that was chosen for this computer.
    pub(crate) fn set_shared(&self, shared: bool, library: Option<&Value>) -> Result<(), Problem> {
        let dir = self.context.data_dir();
        if shared { mark(dir, library) } else { unmark(dir) }
    }
}
