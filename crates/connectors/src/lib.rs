//! The only code that talks to the network.
//!
//! Owns: one HTTP client with its limits ([`http`]), the search sources ([`source`], one folder a
//! protocol or vendor) and the request gateways ([`gateway`], [`reader_api`]). Knows nothing of the
//! database, of windows, or of what a patron has asked before.
//!
//! A source over HTTP is a `dialect::Dialect`: how a query is put, how a page is asked for, how its
//! answer is read; `endpoint::Endpoint` is the way there. A connector folder has `wire.rs` (the types as they travel), `map.rs` (to the model) and `mod.rs`
//! (the client). Start at [`source::SearchSource`] and [`gateway::RequestGateway`].

mod arxiv;
mod boolean;
mod captcha;
mod cinii;
mod cql;
mod crossref;
mod dialect;
mod doaj;
mod endpoint;
pub mod error;
pub mod gateway;
pub mod http;
mod index;
mod librarycloud;
mod nstl;
mod opac2;
mod openalex;
pub mod page;
mod paging;
mod plain;
pub mod probe;
mod question;
mod reader;
pub mod reader_api;
mod reading;
mod riss;
pub mod route;
mod rpn;
mod shanghai;
pub mod source;
pub mod sources;
mod sru;
mod yidu;
mod z3950;
pub mod zotero;
