//! Integration tests of the engine over real files, against a fake platform with scripted failures and
//! against the sandbox.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]
#![allow(missing_docs, reason = "the names of tests say it")]

mod account;
mod arrivals;
mod bad_days;
mod batch;
mod bench;
mod clock;
mod defects;
mod drafts;
mod handover;
mod intake;
mod intent;
mod jottings;
mod keep;
mod library_form;
mod life;
mod manners;
mod notices;
mod outbox;
mod places;
mod platform;
mod rot;
mod sandbox;
mod sync;
mod terms;
mod twins;
mod unwritable;
mod vault;
