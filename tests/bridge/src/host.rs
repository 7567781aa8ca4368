//! The API's `Host` for a browser tab: no tray, the page opens links itself, quitting ends the process.

use std::path::{Path, PathBuf};

use hongyan_api::host::{Host, save_into, saved_in};
use hongyan_api::library_window::LibraryWindow;
use hongyan_api::{ErrorCode, Problem, Retry};
use tokio_util::sync::CancellationToken;

/// A browser tab as the command handlers see it.
pub(crate) struct TabHost {
    /// cancelled when the patron quits
    pub(crate) leave: CancellationToken,
    /// where files are saved
    pub(crate) downloads: PathBuf,
}

impl Host for TabHost {
    fn open_link(&self, url: &str) -> Result<(), Problem> {
        // there may be no browser on this machine; the address is printed for the user
        println!("{}", serde_json::json!({ "link": url }));
        if url.starts_with("http://") || url.starts_with("https://") {
            Ok(())
        } else {
            Err(Problem::new(ErrorCode::BadLink, Retry::Never, "not http(s)"))
        }
    }

    fn open_mail(&self, address: &str) -> Result<(), Problem> {
        println!("{}", serde_json::json!({ "link": address }));
        if address.starts_with("mailto:") {
            Ok(())
        } else {
            Err(Problem::new(ErrorCode::BadLink, Retry::Never, "not a mail"))
        }
    }

    fn save_file(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, Problem> {
        save_into(&self.downloads, name, bytes)
    }

    fn held_file(&self, _: u32) -> Result<(String, Vec<u8>), Problem> {
        Err(Problem::new(ErrorCode::NotFound, Retry::Never, "a tab gives its files itself"))
    }

    fn open_file(&self, path: &Path) -> Result<(), Problem> {
        println!("{}", serde_json::json!({ "file": path }));
        Ok(())
    }

    fn show_saved(&self, path: &Path) -> Result<(), Problem> {
        println!("{}", serde_json::json!({ "shown": saved_in(&self.downloads, path)? }));
        Ok(())
    }

    fn has_tray(&self) -> bool {
        false
    }

    fn ready(&self) {}

    fn quit(&self) {
        self.leave.cancel();
    }

    fn library(&self) -> Option<&dyn LibraryWindow> {
        None
    }
}
