//! The desktop shell: the window, the tray, toasts, the keyring, and the two commands that the page may call.
//! What the program does is listed in `crates/api/src/table.rs`.

// no console window on Windows
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod backend;
#[cfg(feature = "demo")]
mod demo;
mod desktop_host;
mod dropped;
mod events;
mod library;
mod log;
mod page;
#[cfg(feature = "demo")]
mod page_errors;
mod places;
mod platform;
mod run;
mod rust_only;
mod scheme;
mod secrets;
mod texts;
mod toast;
mod tray;
mod window;

fn main() -> std::process::ExitCode {
    run::run()
}
