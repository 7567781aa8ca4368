//! Mail servers for tests: Dovecot, Cyrus and Courier from Debian's packages ([`real`]), and one of our own that
//! plays the manners of Chinese providers, which nobody can install ([`quirk`]). All listen on loopback with a
//! certificate of an authority made for the test ([`ca`]).

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

pub mod ca;
pub mod mails;
pub mod quirk;
pub mod real;
pub mod relay;

use hongyan_connectors::mail::{Imap, ImapOptions, MailServer};

/// Whose mailbox it is, at every server.
pub const USER: &str = "wei";
/// What opens it.
pub const CODE: &str = "shou quan \"ma\\";

/// The address of a server on this machine.
pub fn at(port: u16) -> MailServer {
    MailServer { host: "localhost".to_owned(), port, user: USER.to_owned() }
}

/// Our client, believing an authority made for the test.
pub fn imap(ca: &ca::Ca) -> Imap {
    Imap::new(ImapOptions { roots: ca.pem.clone(), ..ImapOptions::default() })
}
