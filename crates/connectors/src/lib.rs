//! The only code that talks to the network.
//!
//! Owns: one HTTP client with its limits ([`http`]), the search sources ([`source`], one folder a
//! protocol or vendor) and the request gateways ([`gateway`], [`reader_api`]). Knows nothing of the
//! database, of windows, or of what a patron has asked before.
//!
//! A connector folder has `wire.rs` (the types as they travel), `map.rs` (to the model) and `mod.rs`
//! (the client). Start at [`source::SearchSource`] and [`gateway::RequestGateway`].

mod captcha;
mod cql;
pub mod error;
pub mod gateway;
pub mod http;
pub mod opac2;
pub mod page;
mod paging;
pub mod probe;
pub mod reader_api;
pub mod source;
pub mod sources;
pub mod sru;
pub mod yidu;
