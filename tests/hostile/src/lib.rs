//! Servers that mean ill, and the real program asking them. Each line of [`lines`] is one attack; what it
//! cost is measured at the bridge as a process of its own: time, processor, peak of memory above that of an
//! honest answer, and the sentence that the patron was told.
//!
//! [`web`] and [`bodies`] serve hostile search sources over HTTP, [`z3950`] over Z39.50, [`platform`] plays a
//! library's platform that lies. [`program`] is the bridge as seen from outside.

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
