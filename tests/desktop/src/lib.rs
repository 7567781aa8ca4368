//! Support for tests of the real window through WebDriver, used by `tests/window.rs` and by the benchmark of
//! the start. Each stage has its own display, session bus, keyring and home folder, so that several can run
//! side by side and nothing of the machine's own desktop is touched.

#![allow(clippy::expect_used, reason = "a test fails by panicking, in what it stands on too")]

pub mod app_window;
pub mod first_row;
pub mod input;
pub mod library_page;
pub mod patron;
pub mod processes;
pub mod stage;
#[allow(missing_docs, reason = "the bus's macro writes public methods")]
pub mod toasts;
pub mod tray;
pub mod wait;
