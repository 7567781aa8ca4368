//! The real window, by WebDriver: `tests/window.rs`. Each test has a display, a session bus, a keyring and
//! a home of its own, so that they may run side by side and touch nothing of the machine's.
