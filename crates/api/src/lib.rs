//! The command table: the one interface that every shell serves to the UI.
//!
//! Start with [`table`], which lists every command. A shell constructs an [`App`], passes `(name, payload)`
//! to [`App::rpc`] and forwards [`App::events`]; it needs nothing else. [`host::Host`] is what the shell
//! provides in turn (open a link, tell whether there is a tray).

mod app;
#[cfg(feature = "export")]
pub mod export;
mod handlers;
pub mod host;
pub mod library_window;
pub mod log;
pub mod request;
pub mod request_arrivals;
pub mod request_batch;
pub mod request_companion;
pub mod request_handover;
pub mod request_intake;
pub mod table;

pub use app::App;
pub use hongyan_engine::change::{AppEvent, Tag};
pub use hongyan_engine::problem::{ErrorCode, Problem, Retry};
