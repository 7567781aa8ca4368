//! Hostile servers, and the real program querying them. Each entry of [`lines`] is one attack. Its cost is
//! measured at the bridge in a process of its own: time, CPU, peak memory above that of an honest answer, and
//! the sentence that the patron was told.
//!
//! [`web`] and [`bodies`] serve hostile search sources over HTTP, [`z3950`] over Z39.50, [`platform`] acts as
//! a hostile library platform. [`program`] controls the bridge process.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test program ends by panicking, and its servers write what no library would"
)]

pub mod bodies;
pub mod calls;
pub mod lines;
pub mod pasted;
pub mod platform;
pub mod program;
pub mod report;
pub mod together;
pub mod web;
pub mod wire;
pub mod z3950;
