//! The only crate that uses the network.
//!
//! Owns the HTTP client with its limits ([`http`]), the search sources ([`source`]; one directory per
//! protocol or vendor) and the request gateways ([`gateway`], [`reader_api`]). Has no access to the
//! database or the UI, and keeps no history of what a patron searched.
//!
//! A source over HTTP implements `dialect::Dialect`: translating a query, building the request for a
//! page, parsing the response; `endpoint::Endpoint` sends it. A connector's directory has `wire.rs`
//! (types of the protocol), `map.rs` (conversion to the model) and `mod.rs` (the client). Start at
//! [`source::SearchSource`] and [`gateway::RequestGateway`]. What calls us instead is in [`listener`];
//! the patron's mailbox is read by [`mail`].

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
pub mod listener;
pub mod mail;
mod nstl;
mod opac2;
mod openalex;
pub mod page;
mod paging;
mod plain;
pub mod probe;
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
mod term_tree;
mod yidu;
mod z3950;
pub mod zotero;
