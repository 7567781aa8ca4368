//! The engine over real files, against a platform that misbehaves on order and against the sandbox.

mod account;
mod bad_days;
mod bench;
mod drafts;
mod outbox;
mod platform;
mod sandbox;
mod sync;
