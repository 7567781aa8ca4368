//! The shell that a browser tab is: no tray, links open by the page itself, leaving ends the process.

use std::path::PathBuf;

use hongyan_api::host::{Host, save_into};
use hongyan_api::{ErrorCode, Problem, Retry};
use tokio_util::sync::CancellationToken;

/// What a browser tab can do for the engine.
pub(crate) struct TabHost {
    /// cancelled when the patron leaves
    pub(crate) leave: CancellationToken,
    /// where files are put
    pub(crate) downloads: PathBuf,
}

impl Host for TabHost {
    fn open_link(&self, url: &str) -> Result<(), Problem> {
        // this process may run where no browser is; the address is what the patron can use
        println!("{}", serde_json::json!({ "link": url }));
        if url.starts_with("http://") || url.starts_with("https://") {
            Ok(())
        } else {
            Err(Problem::new(ErrorCode::BadLink, Retry::Never, "not http(s)"))
        }
    }

    fn save_file(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, Problem> {
        save_into(&self.downloads, name, bytes)
    }

    fn has_tray(&self) -> bool {
        false
    }

    fn ready(&self) {}

    fn quit(&self) {
        self.leave.cancel();
    }
}
