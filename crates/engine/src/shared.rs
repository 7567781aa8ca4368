//! A shared computer (公共电脑): the files are in memory at every start, and nothing of a patron stays behind.
//! On the disk is one file that says so, with the library that was chosen for this computer.

use std::fs;
use std::path::Path;

use hongyan_store::{StoreError, disk};
use serde_json::Value;

use crate::change::Tag;
use crate::engine::Engine;
use crate::fault::not_allowed;
use crate::libraries::CHOSEN;
use crate::news::News;
use crate::open::Files;
use crate::problem::Problem;
use crate::view::KeyPlace;

/// Says that the computer is shared: the library that was chosen, as JSON; nothing of anybody.
const MARK: &str = "hongyan.shared";

/// Whether this computer is shared.
pub(crate) fn is_shared(dir: &Path) -> bool {
    dir.join(MARK).exists()
}

/// Files in memory, with the library of this computer.
pub(crate) async fn files(dir: &Path, news: &News) -> Result<Files, Problem> {
    let files = Files::in_memory(news).await?;
    // one that cannot be read any more is asked for again
    let library = fs::read(dir.join(MARK)).ok().and_then(|text| serde_json::from_slice::<Value>(&text).ok());
    if let Some(library) = library.filter(|library| !library.is_null()) {
        let mut tx = files.ledger.write().await?;
        tx.set_setting(CHOSEN, &library).await?;
        tx.commit().await?;
    }
    Ok(files)
}

/// Writes the mark, whole or not at all.
pub(crate) fn mark(dir: &Path, library: Option<&Value>) -> Result<(), Problem> {
    let text = library.unwrap_or(&Value::Null).to_string();
    disk::write_whole(&dir.join(MARK), text.as_bytes()).map_err(|error| StoreError::from(error).into())
}

fn unmark(dir: &Path) -> Result<(), Problem> {
    disk::remove_file(&dir.join(MARK)).map_err(|error| StoreError::from(error).into())
}

impl Engine {
    /// Makes this computer a shared one, or ends that. What is here now is erased as with
    /// [`Engine::sign_out`]; a history whose key is elsewhere stays on the disk, unread.
    ///
    /// # Errors
    /// `NotAllowed` while files are locked; those of [`Engine::sign_out`]; then nothing has changed.
    pub async fn share(&self, shared: bool, discard_unsent: bool) -> Result<(), Problem> {
        let place = self.key_place();
        if shared == (place == KeyPlace::Shared) {
            return Ok(());
        }
        if matches!(place, KeyPlace::Locked | KeyPlace::Lost) {
            return Err(not_allowed("the files are closed"));
        }
        let dir = &self.inner.config.data_dir;
        let mut tx = self.read().await?;
        let (library, unsent) =
            (tx.setting::<Value>(CHOSEN).await?, crate::unsent::all(&mut tx).await?.len());
        drop(tx);
        if unsent > 0 && !discard_unsent {
            return Err(not_allowed("requests wait to be sent").with("unsent", unsent));
        }
        let turn = |shared: bool| if shared { mark(dir, library.as_ref()) } else { unmark(dir) };
        turn(shared)?;
        if let Err(error) = self.sign_out(true).await {
            // what was erased in part is erased at the next start; the computer is what it was
            turn(!shared)?;
            return Err(error);
        }
        self.changed(&[Tag::Settings]);
        Ok(())
    }
}
