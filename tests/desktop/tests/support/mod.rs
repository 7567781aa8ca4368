//! What the stories need: a desktop, a witness for toasts, a hand on the window.

pub mod desk;
pub mod processes;
pub mod stage;
pub mod toasts;
pub mod tray;
pub mod wait;
