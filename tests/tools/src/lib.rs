//! Modules of this crate's programs; `src/bin/` documents each program.

pub mod quality;
pub mod simulate;
