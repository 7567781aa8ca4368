//! The real window, by WebDriver: what the stories in `tests/window.rs` and the benchmark of the start
//! need. Each desktop has a display, a session bus, a keyring and a home of its own, so that several may
//! stand side by side and touch nothing of the machine's.

#![allow(clippy::expect_used, reason = "a test fails by panicking, in what it stands on too")]

pub mod desk;
pub mod first_row;
pub mod hand;
pub mod processes;
pub mod stage;
#[allow(missing_docs, reason = "the bus's macro writes public methods")]
pub mod toasts;
pub mod tray;
pub mod wait;
