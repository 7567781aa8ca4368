//! What only a desktop can do for the engine.

use std::path::PathBuf;

use hongyan_api::host::{Host, save_into};
use hongyan_api::{ErrorCode, Problem, Retry};
use tauri::AppHandle;

use crate::{places, window};

/// The desktop around the engine.
pub(crate) struct Desk {
    /// the shell
    pub(crate) app: AppHandle,
    /// found out once at start
    pub(crate) tray: bool,
}

impl Host for Desk {
    fn open_link(&self, url: &str) -> Result<(), Problem> {
        let bad = |detail: String| Problem::new(ErrorCode::BadLink, Retry::Never, detail);
        // whatever came before: nothing but a web address is ever handed to the system
        let address = tauri::Url::parse(url).map_err(|error| bad(error.to_string()))?;
        if !matches!(address.scheme(), "http" | "https") {
            return Err(bad(format!("scheme {}", address.scheme())));
        }
        open::that_detached(address.as_str()).map_err(|error| bad(error.to_string()))
    }

    fn save_file(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, Problem> {
        let folder = places::downloads(&self.app)
            .map_err(|error| Problem::new(ErrorCode::FileNotSaved, Retry::Never, error.to_string()))?;
        save_into(&folder, name, bytes)
    }

    fn has_tray(&self) -> bool {
        self.tray
    }

    fn ready(&self) {
        window::ready(&self.app);
    }

    fn quit(&self) {
        self.app.exit(0);
    }
}
