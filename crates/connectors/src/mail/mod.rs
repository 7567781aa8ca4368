//! The patron's mailbox, read and never written: IMAP over TLS (RFC 3501, RFC 8314 §3.2) on port 993.
//!
//! The order of a connection is LOGIN, CAPABILITY, ID where offered, EXAMINE INBOX; then heads above the last
//! UID, whole mails of the few that matter, and IDLE (RFC 2177) where CAPABILITY names it after LOGIN.
//! What is never sent: SELECT, SEARCH (providers refuse it, or find nothing, in Chinese), a body without PEEK,
//! and every command that writes. [`Mailboxes`] opens, [`Mailbox`] reads; [`imap::Imap`] is the one that does it.
//!
//! async-imap takes a refusal of FETCH for an empty answer, so every command is sent and its tagged answer
//! read here (`imap`). The bytes are counted and framed before async-imap sees them (`guard`), because its own
//! only limit is half a gigabyte.

mod error;
mod frame;
mod guard;
mod imap;
mod providers;
mod reading;
mod session;
mod start;
mod tls;

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

pub use error::MailError;
pub use imap::{Imap, ImapOptions};
pub use providers::{Access, Found, PROVIDERS, Provider, UserForm, provider};

/// The port of IMAP over TLS (RFC 8314 §7.3); the only one that is used.
pub const PORT: u16 = 993;

/// Largest mail that is fetched, bytes.
pub const LARGEST_MAIL: u64 = 50 * 1024 * 1024;

/// Most heads in a [`Page`].
pub const PAGE: usize = 500;

/// Where a mailbox is, and whose. The secret is given apart, to [`Mailboxes::open`], and kept nowhere here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailServer {
    /// host name, as certificates name it
    pub host: String,
    /// [`PORT`], but for tests
    pub port: u16,
    /// what is given at LOGIN; of some providers only the part before the `@`
    pub user: String,
}

/// What the server said of the mailbox when it was opened. [`Opened::exists`] follows what it says later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// UIDs mean the same mails as long as this number stays (RFC 3501 §2.3.1.1); never 0
    pub uidvalidity: u32,
    /// the next UID, at the time of opening; 163 and Winmail do not say it
    pub uidnext: Option<u32>,
    /// number of mails
    pub exists: u32,
    /// whether the server tells of new mail by itself
    pub idle: bool,
}

/// The head of a mail: only what recognition needs, so that 50,000 of them stay below ten megabytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// UID, never 0
    pub uid: u32,
    /// the header fields From and Subject as the mail has them (RFC 5322 §2.2), at most 16 KiB; outside text
    pub fields: Vec<u8>,
}

/// Some heads, by ascending UID, at most [`PAGE`] unless the server sends them in no order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// the heads; may be empty
    pub heads: Vec<Head>,
    /// the last UID of this page if there is more: what to ask for next
    pub next: Option<u32>,
}

/// What is known of a mail without fetching it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// when the server received it (INTERNALDATE); none where it says no valid moment
    pub received: Option<Timestamp>,
    /// bytes (RFC822.SIZE); some servers only estimate it
    pub size: u64,
}

/// A whole mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// what was known of it before
    pub about: About,
    /// its bytes, at most [`LARGEST_MAIL`]; outside text
    pub bytes: Vec<u8>,
}

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// the server told of mail, or it is time to ask one that does not tell: ask for heads
    News,
    /// nothing came in the time that was given
    Quiet,
}

/// Opens mailboxes.
#[async_trait]
pub trait Mailboxes: Send + Sync {
    /// Connects, signs in and opens the INBOX for reading. One attempt: nothing is tried again.
    ///
    /// # Errors
    /// All of [`MailError`] but `Gone` and `Renumbered`.
    async fn open(&self, server: &MailServer, secret: &str) -> Result<Box<dyn Mailbox>, MailError>;
}

/// An open mailbox: one connection. After an error that [`MailError::ends`] it, every call says `Dropped`.
/// Only [`Mailbox::wait`] may be dropped before its end; a connection whose other calls are is useless after.
#[async_trait]
pub trait Mailbox: Send {
    /// What the server said, up to now.
    fn opened(&self) -> &Opened;

    /// Finds where a first round begins: the UID below the first mail that was received at this moment or
    /// later, for [`Mailbox::heads`]; 0 for all. Asks for the dates of some mails and narrows; a few recent
    /// mails that were put between thousands of old ones may be missed, an old one above is not kept out.
    ///
    /// # Errors
    /// `Refused`, and those that end the connection.
    async fn first_since(&mut self, day: Timestamp) -> Result<u32, MailError>;

    /// The heads of the mails above a UID, from the lowest; a page of them. As long as there is
    /// [`Page::next`] ask for it, and for nothing else between, or the rest is thrown away and sent again.
    ///
    /// # Errors
    /// `Refused`, also when a mailbox that is not empty has no answer; `Renumbered`; those that end the
    /// connection.
    async fn heads(&mut self, above: u32) -> Result<Page, MailError>;

    /// When a mail was received and how large it is.
    ///
    /// # Errors
    /// As [`Mailbox::heads`]; `Gone`.
    async fn about(&mut self, uid: u32) -> Result<About, MailError>;

    /// A whole mail; it stays unread.
    ///
    /// # Errors
    /// As [`Mailbox::about`]; `TooLarge` before it is fetched.
    async fn whole(&mut self, uid: u32) -> Result<Whole, MailError>;

    /// Waits for news, at most this long. With IDLE the server tells; it is renewed every nine minutes, which
    /// is below the 29 of RFC 2177 and below what home routers forget. Without, [`Woken::News`] comes ten to
    /// eleven minutes after the last, over as many calls as it takes. May be dropped: after a sleep of the machine it
    /// should be, because a line that died without a word is noticed at the renewal only, but by the next question
    /// within its deadline.
    ///
    /// # Errors
    /// `Renumbered`, and those that end the connection.
    async fn wait(&mut self, most: Duration) -> Result<Woken, MailError>;

    /// Signs out and closes, within five seconds.
    async fn close(self: Box<Self>);
}
