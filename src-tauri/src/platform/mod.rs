//! What differs between operating systems. Every file defines the same functions.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub(crate) use linux::{before_start, edit_menu_only, tray_is_shown};

#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "macos")]
pub(crate) use macos::{before_start, edit_menu_only, tray_is_shown};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::{before_start, edit_menu_only, quit_on_signal, tray_is_shown};

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::quit_on_signal;
