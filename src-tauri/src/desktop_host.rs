//! Implements the API's `Host` for the desktop.

use std::path::PathBuf;

use hongyan_api::host::{Host, save_into};
use hongyan_api::{ErrorCode, Problem, Retry};
use tauri::AppHandle;

use crate::{places, window};

/// The desktop shell as the command handlers see it.
pub(crate) struct DesktopHost {
    /// the Tauri app
    pub(crate) app: AppHandle,
    /// whether the tray icon is shown; determined once at start
    pub(crate) tray: bool,
}

impl Host for DesktopHost {
    fn open_link(&self, url: &str) -> Result<(), Problem> {
        let bad = |detail: String| Problem::new(ErrorCode::BadLink, Retry::Never, detail);
        // checked again here: nothing but an http(s) address is handed to the system
        let address = tauri::Url::parse(url).map_err(|error| bad(error.to_string()))?;
        if !matches!(address.scheme(), "http" | "https") {
            return Err(bad(format!("scheme {}", address.scheme())));
        }
        open::that_detached(address.as_str()).map_err(|error| bad(error.to_string()))
    }

    fn open_mail(&self, address: &str) -> Result<(), Problem> {
        let bad = |detail: String| Problem::new(ErrorCode::BadLink, Retry::Never, detail);
        let mail = tauri::Url::parse(address).map_err(|error| bad(error.to_string()))?;
        if mail.scheme() != "mailto" {
            return Err(bad(format!("scheme {}", mail.scheme())));
        }
        open::that_detached(mail.as_str()).map_err(|error| bad(error.to_string()))
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
