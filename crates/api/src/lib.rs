//! The command table: what every shell serves to the UI.
//!
//! [`table`] is the table of contents of the program. A shell constructs an [`App`], passes
//! `(name, payload)` to [`App::rpc`] and forwards [`App::events`]; it knows nothing else. What only a
//! shell can do (open a link, tell whether there is a tray) stands in [`host::Host`].

mod app;
#[cfg(feature = "export")]
pub mod export;
mod handlers;
pub mod host;
pub mod log;
pub mod request;
pub mod request_batch;
pub mod request_handover;
pub mod table;

pub use app::App;
pub use hongyan_engine::change::{AppEvent, Tag};
pub use hongyan_engine::problem::{ErrorCode, Problem, Retry};
