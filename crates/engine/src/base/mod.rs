//! Foundation of all rooms: the open files, the clock, events, wake-ups and errors. Imports no other room.

pub(crate) mod backoff;
pub mod change;
pub mod clock;
pub mod config;
pub(crate) mod context;
pub(crate) mod fault;
pub mod file_name;
pub mod lock;
pub mod news;
pub mod problem;
pub(crate) mod rows;
pub(crate) mod running;
pub mod schedule;
pub(crate) mod wakes;
