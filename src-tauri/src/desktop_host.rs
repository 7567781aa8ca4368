//! Implements the API's `Host` for the desktop.

use std::path::{Path, PathBuf};

use hongyan_api::host::{Host, save_into, saved_in};
use hongyan_api::library_window::LibraryWindow;
use hongyan_api::{ErrorCode, Problem, Retry};
use tauri::{AppHandle, Manager as _};

use crate::dropped::Held;
use crate::library::OnDesktop;
use crate::{places, window};

/// The desktop shell as the command handlers see it.
pub(crate) struct DesktopHost {
    /// the Tauri app
    pub(crate) app: AppHandle,
    /// whether the tray icon is shown; determined once at start
    pub(crate) tray: bool,
    /// the library's window
    pub(crate) library: OnDesktop,
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
        save_into(&self.downloads()?, name, bytes)
    }

    fn held_file(&self, number: u32) -> Result<(String, Vec<u8>), Problem> {
        let held = self.app.try_state::<Held>().and_then(|held| held.take(number));
        held.ok_or_else(|| Problem::new(ErrorCode::NotFound, Retry::Never, "no such file is held"))
    }

    fn open_file(&self, path: &Path) -> Result<(), Problem> {
        open::that_detached(path).map_err(|error| not_opened(&error))
    }

    fn show_saved(&self, path: &Path) -> Result<(), Problem> {
        let path = saved_in(&self.downloads()?, path)?;
        show(&path).map_err(|error| not_opened(&error))
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

    fn library(&self) -> Option<&dyn LibraryWindow> {
        Some(&self.library)
    }
}

impl DesktopHost {
    fn downloads(&self) -> Result<PathBuf, Problem> {
        places::downloads(&self.app)
            .map_err(|error| Problem::new(ErrorCode::FileNotSaved, Retry::Never, error.to_string()))
    }
}

fn not_opened(error: &std::io::Error) -> Problem {
    Problem::new(ErrorCode::FileNotOpened, Retry::Never, error.to_string())
}

/// Shows a file in its folder, selected where the system has a command for it.
fn show(path: &Path) -> std::io::Result<()> {
    use std::process::Command;
    if cfg!(windows) {
        // the explorer's exit code says nothing
        return Command::new("explorer").arg("/select,").arg(path).spawn().map(drop);
    }
    if cfg!(target_os = "macos") {
        return Command::new("open").arg("-R").arg(path).spawn().map(drop);
    }
    open::that_detached(path.parent().unwrap_or(path))
}
