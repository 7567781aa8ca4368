//! Tests of the commands with a real engine and the sandbox.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

mod tags;
