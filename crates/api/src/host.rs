//! What differs between shells. Grows only when a handler needs it.

use hongyan_engine::problem::Problem;

/// The shell around the engine.
pub trait Host: Send + Sync {
    /// Opens an http(s) address in the patron's browser; anything else is refused before it gets here.
    fn open_link(&self, url: &str) -> Result<(), Problem>;
    /// Whether there is a tray to stay in when the window closes.
    fn has_tray(&self) -> bool;
    /// The UI is ready to be seen.
    fn ready(&self);
    /// The patron wants to leave the program altogether.
    fn quit(&self);
}
