//! A request gateway: where requests are sent and followed. The Reader API is the first; a
//! hand-over to web pages comes later. The engine sees only this trait.

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

/// Tokens of a signed-in patron. Never logged: `Debug` shows only the times.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// short-lived
    pub access_token: String,
    /// one-shot: must be stored before it is used, and never used twice (FOLIO revokes everything)
    pub refresh_token: String,
    /// end of the access token
    pub access_expires: Timestamp,
    /// end of the refresh token
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

/// What came of a submission.
#[derive(Debug, Clone, PartialEq)]
pub enum Submitted {
    /// the platform has it, as it stands there now; `replayed` when it had it before
    Accepted {
        /// as the platform describes it
        request: Box<Request>,
        /// fingerprint that the platform stored, lower-case hex
        fingerprint: String,
        /// it was there already
        replayed: bool,
    },
    /// still being worked on there (409): ask again later
    InProgress,
    /// the id belonged to a request that was deleted (410)
    Deleted,
    /// 404 on PUT: the id can never be used by this patron
    NotOurs,
}

/// What a look-up by id found.
#[derive(Debug, Clone, PartialEq)]
pub enum LookedUp {
    /// it is there
    Found {
        /// as the platform describes it
        request: Box<Request>,
        /// fingerprint of what it stored
        fingerprint: String,
    },
    /// it never arrived
    NotFound,
    /// it was there and was deleted
    Deleted,
}

/// One line of the changes feed.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// new or changed
    Upsert {
        /// as it stands there now
        request: Box<Request>,
        /// what happened to it since the cursor, oldest first; none when the platform sends no events
        /// along and has to be asked for them
        events: Option<Vec<RequestEvent>>,
    },
    /// gone
    Delete(RequestId),
}

/// A page of the changes feed.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangePage {
    /// in order
    pub changes: Vec<Change>,
    /// cursor to store together with the changes
    pub next: String,
    /// ask again at once
    pub has_more: bool,
}

/// What an action did.
#[derive(Debug, Clone, PartialEq)]
pub struct Acted {
    /// the request afterwards
    pub request: Box<Request>,
    /// the platform's sentence
    pub message: String,
}

/// A desk where loans are fetched, as the platform names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickupLocation {
    /// id to send
    pub id: String,
    /// name to show
    pub name: String,
}

/// What the platform says before a request is sent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Precheck {
    /// would be refused: code and sentence
    pub blockers: Vec<(String, String)>,
    /// may be sent: code and sentence
    pub warnings: Vec<(String, String)>,
    /// copies in the own library: call number and place; none when the platform did not say
    pub local_holdings: Option<Vec<(String, String)>>,
    /// addresses of open copies; none when the platform did not say
    pub open_access: Option<Vec<String>>,
    /// what the supplier will charge
    pub estimate: Option<Fen>,
    /// what the patron will pay
    pub cost_to_patron: Option<Fen>,
}

/// Fees and terms of the library as the platform has them now; what it does not say is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policies {
    /// a book
    pub loan_fee: Option<Fen>,
    /// a page
    pub page_fee: Option<Fen>,
    /// whether the patron pays any of it
    pub patron_pays: Option<bool>,
    /// days that a loan may be kept
    pub loan_days: Option<u16>,
    /// days that a loan waits at the desk
    pub pickup_days: Option<u16>,
    /// how much of a book may be copied
    pub copyright_fraction: Option<Fraction>,
    /// version of the copyright terms
    pub declaration_version: String,
    /// working days until a registration is checked
    pub registration_working_days: Option<u16>,
    /// working days until the own library has checked a request
    pub review_working_days: Option<u16>,
    /// working days until a supplier sends a copy
    pub copy_working_days: Option<u16>,
    /// days until a book arrives
    pub arrival_days: Option<u16>,
    /// 虚拟币 that a yuan takes of the allowance
    pub coins_per_yuan: Option<u32>,
}

/// A day of the library's calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarDay {
    /// which
    pub date: Date,
    /// the library works, 调休 considered
    pub open: bool,
    /// why not, or why in spite of the weekend; may be empty
    pub note: String,
}

/// A movement of the allowance (虚拟币).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaEntry {
    /// the platform's id
    pub id: String,
    /// when
    pub at: Timestamp,
    /// the request it is about, if about one
    pub request: Option<RequestId>,
    /// `grant`, `reserve`, `consume`, `release`, or new to us
    pub entry: String,
    /// how much of the allowance
    pub coins: i64,
    /// the librarians' number of the request, if about one
    pub hrid: String,
    /// its title
    pub title: String,
}

/// What a gateway without such a thing answers.
fn without<T>(what: &str) -> Result<T, NetError> {
    Err(NetError::Unsupported(format!("this platform has no {what}")))
}

/// The platform for patrons. Calls that take a session fail with [`NetError::SignIn`] when it is no
/// longer good; the engine refreshes once and repeats with the same bytes.
#[async_trait]
pub trait RequestGateway: Send + Sync {
    /// Whether a submission may be repeated under its id without making a second request. Where not, an
    /// unknown outcome that cannot be settled by looking is put to the patron.
    fn creates_once(&self) -> bool {
        true
    }
    /// True for one without a network: the patron carries requests to the platform's page by hand.
    fn is_hand_over(&self) -> bool {
        false
    }
    /// Name and password for tokens. Refused: `Refused` with the platform's code (wrong password,
    /// locked account).
    async fn sign_in(&self, username: &str, password: &str) -> Result<Session, NetError>;
    /// New tokens for the refresh token. Never repeated by anybody when the outcome is unknown.
    async fn refresh(&self, refresh_token: &str) -> Result<Session, NetError>;
    /// The platform's own time when it last answered; none when it never did, or does not say.
    fn time(&self) -> Option<Timestamp> {
        None
    }
    /// Whether the platform itself answers, asked without a session: costs it one short answer. Fails as any
    /// call does when somebody else answers, or nobody.
    async fn reach(&self) -> Result<(), NetError> {
        without("call without a session")
    }
    /// Ends the session there; local erasure does not wait for it.
    async fn sign_out(&self, session: &Session) -> Result<(), NetError>;
    /// Old for new.
    async fn change_password(
        &self,
        session: &Session,
        username: &str,
        old: &str,
        new: &str,
    ) -> Result<(), NetError>;
    /// Sends a registration.
    async fn register(&self, registration: &Registration) -> Result<RegistrationStatus, NetError>;
    /// How a registration stands; none when the platform knows nothing of it.
    async fn registration_status(&self, username: &str) -> Result<Option<RegistrationStatus>, NetError>;
    /// Account, standing and quota (`_self` and `/ill/account` together).
    async fn account(&self, session: &Session) -> Result<Account, NetError>;
    /// Desks.
    async fn pickup_locations(&self, session: &Session) -> Result<Vec<PickupLocation>, NetError>;
    /// Safe look before sending; the body is the sealed draft.
    async fn precheck(&self, session: &Session, body: &[u8]) -> Result<Precheck, NetError>;
    /// Idempotent create: the sealed bytes as they are, under their id.
    async fn submit(&self, session: &Session, sealed: &Sealed) -> Result<Submitted, NetError>;
    /// By id, after an unknown outcome.
    async fn look_up(&self, session: &Session, id: RequestId) -> Result<LookedUp, NetError>;
    /// What changed since the cursor; none means from the beginning. `Refused` with code
    /// `CURSOR_EXPIRED` asks for a full resync.
    async fn changes(&self, session: &Session, since: Option<&str>) -> Result<ChangePage, NetError>;
    /// Everything that happened to a request, oldest first.
    async fn events(&self, session: &Session, id: RequestId) -> Result<Vec<RequestEvent>, NetError>;
    /// Idempotent action under a client-made action id; `params` as the action's `parameters` name them.
    async fn act(
        &self,
        session: &Session,
        id: RequestId,
        action_id: Uuid,
        action: &str,
        params: &BTreeMap<String, String>,
    ) -> Result<Acted, NetError>;
    /// Changes what was asked for, if the platform still has this `version` (else `Refused` with code
    /// `VERSION_CONFLICT`). The same bytes again answer as the first time.
    async fn edit(&self, session: &Session, sealed: &Sealed, version: i64) -> Result<Box<Request>, NetError> {
        let _ = (session, sealed, version);
        without("way to change a request")
    }
    /// What patron and librarian wrote to each other, oldest first.
    async fn messages(&self, session: &Session, id: RequestId) -> Result<Vec<Message>, NetError> {
        let _ = (session, id);
        without("messages")
    }
    /// Idempotent message under a client-made id; as the platform has it.
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
    /// The patron has read this message and all before it; as often as one likes.
    async fn messages_read(&self, session: &Session, id: RequestId, message: &str) -> Result<(), NetError> {
        let _ = (session, id, message);
        without("messages")
    }
    /// What was delivered.
    async fn documents(&self, session: &Session, id: RequestId) -> Result<Vec<Document>, NetError> {
        let _ = (session, id);
        without("documents")
    }
    /// Fetches what is not in `got` yet, to at most `document.size` bytes; what has come stays there when it
    /// fails, and going on uses up no view. Not verified: that is the caller's.
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
    /// Which days the library works, both ends included, 400 days at most.
    async fn calendar(&self, session: &Session, from: Date, to: Date) -> Result<Vec<CalendarDay>, NetError> {
        let _ = (session, from, to);
        without("calendar")
    }
    /// Movements of the allowance, newest first.
    async fn quota_entries(&self, session: &Session) -> Result<Vec<QuotaEntry>, NetError> {
        let _ = session;
        without("ledger of the allowance")
    }
}
