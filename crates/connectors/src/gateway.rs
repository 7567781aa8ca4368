//! The interface between the engine and a library's platform: submitting and following requests.
//! Implementations: the Reader API ([`crate::reader_api`]), and in the engine the hand-over to a platform
//! without an API.

use std::collections::BTreeMap;

use async_trait::async_trait;
use hongyan_model::account::{Account, Registration, RegistrationStatus};
use hongyan_model::library::Fraction;
use hongyan_model::request::wire::Sealed;
use hongyan_model::request::{Document, Message, Request, RequestEvent};
use hongyan_model::{Fen, RequestId};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::error::NetError;

/// Tokens of a signed-in patron. `Debug` shows only the times.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// short-lived
    pub access_token: String,
    /// one-shot: must be stored before it is used and never used twice, because FOLIO then revokes all
    /// tokens of the user
    pub refresh_token: String,
    /// expiry of the access token
    pub access_expires: Timestamp,
    /// expiry of the refresh token
    pub refresh_expires: Timestamp,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("access_expires", &self.access_expires)
            .field("refresh_expires", &self.refresh_expires)
            .finish_non_exhaustive()
    }
}

/// Outcome of a submission.
#[derive(Debug, Clone, PartialEq)]
pub enum Submitted {
    /// the platform has the request
    Accepted {
        /// as the platform reports it
        request: Box<Request>,
        /// fingerprint that the platform stored, lower-case hex
        fingerprint: String,
        /// whether it had the request before (idempotent replay)
        replayed: bool,
    },
    /// the platform is still processing the same submission (409): ask again later
    InProgress,
    /// the id belonged to a request that was deleted (410)
    Deleted,
    /// 404 for a PUT: this patron can never use the id
    NotOurs,
}

/// Outcome of a look-up by id.
#[derive(Debug, Clone, PartialEq)]
pub enum LookedUp {
    /// the platform has the request
    Found {
        /// as the platform reports it
        request: Box<Request>,
        /// fingerprint that the platform stored
        fingerprint: String,
    },
    /// the platform does not have it
    NotFound,
    /// the platform had it, and it was deleted
    Deleted,
}

/// An entry of the changes feed.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// a new or changed request
    Upsert {
        /// its current state
        request: Box<Request>,
        /// its events since the cursor, oldest first; none when the platform does not include events and
        /// has to be asked for them
        events: Option<Vec<RequestEvent>>,
    },
    /// a deleted request
    Delete(RequestId),
}

/// A page of the changes feed.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangePage {
    /// the entries, in order
    pub changes: Vec<Change>,
    /// cursor, to be stored in the same transaction as the changes
    pub next: String,
    /// whether the next page is available now
    pub has_more: bool,
}

/// Result of an action.
#[derive(Debug, Clone, PartialEq)]
pub struct Acted {
    /// the request after the action
    pub request: Box<Request>,
    /// message of the platform
    pub message: String,
}

/// A pickup desk of the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickupLocation {
    /// id that requests refer to
    pub id: String,
    /// display name
    pub name: String,
}

/// Result of a check by the platform before a request is sent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Precheck {
    /// reasons for which it would be refused: (code, text)
    pub blockers: Vec<(String, String)>,
    /// warnings: (code, text)
    pub warnings: Vec<(String, String)>,
    /// holdings of the own library: (call number, location); none when not reported
    pub local_holdings: Option<Vec<(String, String)>>,
    /// addresses of open-access copies; none when not reported
    pub open_access: Option<Vec<String>>,
    /// estimated cost to the library
    pub estimate: Option<Fen>,
    /// cost to the patron
    pub cost_to_patron: Option<Fen>,
}

/// Fees and terms of the library, as the platform reports them; none where it does not report a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policies {
    /// charge for a book
    pub loan_fee: Option<Fen>,
    /// charge for a page
    pub page_fee: Option<Fen>,
    /// whether the patron pays part of it
    pub patron_pays: Option<bool>,
    /// loan period in days
    pub loan_days: Option<u16>,
    /// days for which a loan is kept at the desk
    pub pickup_days: Option<u16>,
    /// fraction of a book that may be copied
    pub copyright_fraction: Option<Fraction>,
    /// version of the copyright terms
    pub declaration_version: String,
    /// working days until a registration is reviewed
    pub registration_working_days: Option<u16>,
    /// working days until the own library has reviewed a request
    pub review_working_days: Option<u16>,
    /// working days until a supplier sends a copy
    pub copy_working_days: Option<u16>,
    /// days until a book arrives
    pub arrival_days: Option<u16>,
    /// number of 虚拟币 that one yuan costs
    pub coins_per_yuan: Option<u32>,
}

/// A day of the library's calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarDay {
    /// the date
    pub date: Date,
    /// whether the library is open, 调休 considered
    pub open: bool,
    /// why it is closed, or open on a weekend; may be empty
    pub note: String,
}

/// A booking of the quota account (虚拟币).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaEntry {
    /// id on the platform
    pub id: String,
    /// time of the booking
    pub at: Timestamp,
    /// the request that it is about, if any
    pub request: Option<RequestId>,
    /// `grant`, `reserve`, `consume`, `release`, or an unknown kind
    pub entry: String,
    /// amount in coins
    pub coins: i64,
    /// human-readable number of the request, if any
    pub hrid: String,
    /// title of the request, if any
    pub title: String,
}

/// Default result of an operation that a gateway does not support.
fn without<T>(what: &str) -> Result<T, NetError> {
    Err(NetError::Unsupported(format!("this platform has no {what}")))
}

/// A platform for patrons. Calls that take a session fail with [`NetError::SignIn`] when it has expired;
/// the engine then refreshes it once and repeats the call with the same bytes.
#[async_trait]
pub trait RequestGateway: Send + Sync {
    /// Whether submitting is idempotent: repeating it under the same id cannot create a second request.
    /// Where it is not, an unknown outcome that a look-up cannot settle is put to the patron.
    fn creates_once(&self) -> bool {
        true
    }
    /// Whether this gateway has no network: the patron files requests on the platform's page.
    fn is_hand_over(&self) -> bool {
        false
    }
    /// Exchanges name and password for tokens. Fails with `Refused` and the platform's code for a wrong
    /// password or a locked account.
    async fn sign_in(&self, username: &str, password: &str) -> Result<Session, NetError>;
    /// Exchanges the refresh token for new tokens. Must never be retried after an unknown outcome.
    async fn refresh(&self, refresh_token: &str) -> Result<Session, NetError>;
    /// The platform's clock at its last response; none before the first response, or when it has no
    /// `Date`.
    fn time(&self) -> Option<Timestamp> {
        None
    }
    /// Checks whether the platform is reachable, by a cheap request without a session. Fails like any
    /// call, also when something else than the platform responds.
    async fn reach(&self) -> Result<(), NetError> {
        without("call without a session")
    }
    /// Ends the session on the platform. Local data is erased without waiting for it.
    async fn sign_out(&self, session: &Session) -> Result<(), NetError>;
    /// Changes the password.
    async fn change_password(
        &self,
        session: &Session,
        username: &str,
        old: &str,
        new: &str,
    ) -> Result<(), NetError>;
    /// Sends a registration.
    async fn register(&self, registration: &Registration) -> Result<RegistrationStatus, NetError>;
    /// State of a registration; none when the platform has no such registration.
    async fn registration_status(&self, username: &str) -> Result<Option<RegistrationStatus>, NetError>;
    /// Account and quota (`_self` and `/ill/account` combined).
    async fn account(&self, session: &Session) -> Result<Account, NetError>;
    /// The pickup desks.
    async fn pickup_locations(&self, session: &Session) -> Result<Vec<PickupLocation>, NetError>;
    /// Checks a sealed draft without submitting it. Has no side effects.
    async fn precheck(&self, session: &Session, body: &[u8]) -> Result<Precheck, NetError>;
    /// Submits a sealed request under its id. Idempotent.
    async fn submit(&self, session: &Session, sealed: &Sealed) -> Result<Submitted, NetError>;
    /// Looks a request up by id, after an unknown outcome.
    async fn look_up(&self, session: &Session, id: RequestId) -> Result<LookedUp, NetError>;
    /// Changes since the cursor; from the beginning without one. `Refused` with code `CURSOR_EXPIRED`
    /// demands a full resynchronisation.
    async fn changes(&self, session: &Session, since: Option<&str>) -> Result<ChangePage, NetError>;
    /// All events of a request, oldest first.
    async fn events(&self, session: &Session, id: RequestId) -> Result<Vec<RequestEvent>, NetError>;
    /// Performs an action. Idempotent by `action_id`, which the client makes; `params` by the names in
    /// the action's `parameters`.
    async fn act(
        &self,
        session: &Session,
        id: RequestId,
        action_id: Uuid,
        action: &str,
        params: &BTreeMap<String, String>,
    ) -> Result<Acted, NetError>;
    /// Edits a request if the platform still has this `version`; else fails with `Refused` and code
    /// `VERSION_CONFLICT`. Repeating the same bytes gives the same response.
    async fn edit(&self, session: &Session, sealed: &Sealed, version: i64) -> Result<Box<Request>, NetError> {
        let _ = (session, sealed, version);
        without("way to change a request")
    }
    /// The messages about a request, oldest first.
    async fn messages(&self, session: &Session, id: RequestId) -> Result<Vec<Message>, NetError> {
        let _ = (session, id);
        without("messages")
    }
    /// Sends a message. Idempotent by its id, which the client makes. Returns the message as the platform
    /// has it.
    async fn send_message(
        &self,
        session: &Session,
        id: RequestId,
        message_id: Uuid,
        text: &str,
    ) -> Result<Message, NetError> {
        let _ = (session, id, message_id, text);
        without("messages")
    }
    /// Marks a message and all before it as read. Idempotent.
    async fn messages_read(&self, session: &Session, id: RequestId, message: &str) -> Result<(), NetError> {
        let _ = (session, id, message);
        without("messages")
    }
    /// The delivered documents of a request.
    async fn documents(&self, session: &Session, id: RequestId) -> Result<Vec<Document>, NetError> {
        let _ = (session, id);
        without("documents")
    }
    /// Downloads the rest of a document after what is in `got`, up to `document.size` bytes. What was
    /// received stays in `got` on failure, and resuming does not count as another view. Does not verify
    /// the digest; the caller must.
    async fn document_content(
        &self,
        session: &Session,
        document: &Document,
        got: &mut Vec<u8>,
    ) -> Result<(), NetError> {
        let _ = (session, document, got);
        without("documents")
    }
    /// Fees and terms.
    async fn policies(&self, session: &Session) -> Result<Policies, NetError> {
        let _ = session;
        without("terms")
    }
    /// The calendar between two dates, inclusive; at most 400 days.
    async fn calendar(&self, session: &Session, from: Date, to: Date) -> Result<Vec<CalendarDay>, NetError> {
        let _ = (session, from, to);
        without("calendar")
    }
    /// Bookings of the quota account, newest first.
    async fn quota_entries(&self, session: &Session) -> Result<Vec<QuotaEntry>, NetError> {
        let _ = session;
        without("ledger of the allowance")
    }
}
