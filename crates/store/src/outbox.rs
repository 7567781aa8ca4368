//! Table `outbox`: what has to be sent to the platform (docs/REQUESTS.md, Outbox rules). A row exists
//! until the platform has confirmed it or the patron has seen the refusal.

use std::collections::{BTreeMap, HashSet};

use hongyan_model::RequestId;
use jiff::Timestamp;
use uuid::Uuid;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::{at, json, millis, parse, request_id};

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutboxTask {
    /// submits a request
    Submit {
        /// canonical bytes of the request
        payload: Vec<u8>,
        /// SHA-256 of the bytes, lower-case hex
        sha256: String,
        /// it was written while there was no line: what the form said was checked by nobody else
        offline: bool,
    },
    /// performs an action on a request
    Act {
        /// name of the action: `cancel` …
        action: String,
        /// idempotency key
        action_id: Uuid,
        /// parameters by the patron: `reason`, `problem` …
        params: BTreeMap<String, String>,
    },
    /// edits a request
    Edit {
        /// the version that is edited
        version: i64,
        /// canonical bytes of the edited request
        payload: Vec<u8>,
        /// SHA-256 of the bytes, lower-case hex
        sha256: String,
    },
    /// sends a message to the librarian
    Message {
        /// idempotency key
        message_id: Uuid,
        /// the text
        text: String,
    },
}

impl OutboxTask {
    /// An action without parameters.
    pub fn act(action: &str, action_id: Uuid) -> OutboxTask {
        OutboxTask::Act { action: action.to_owned(), action_id, params: BTreeMap::new() }
    }
}

/// State of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboxState {
    /// waiting to be sent
    Queued,
    /// being sent; committed before the first byte leaves
    Sending,
    /// outcome unknown; the platform is asked before anything is sent again
    Unknown,
    /// refused; stays until the patron has dealt with it
    Rejected,
}

/// Whether a submission needs one of the places that the platform allows a patron (docs/adr/0011).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    /// needs none: sent as soon as possible
    #[default]
    Unasked,
    /// waits for a free place
    Waits,
    /// has a place; waits again if the platform reports that there is none
    Given,
}

/// What a row waits for before it is dealt with. Moments are those of the clock on the wall; whoever reads one
/// bounds what is left of it, because that clock may have been set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// for a moment that the queue chose (backoff); the epoch is no wait. The rows behind it go on
    Until(Timestamp),
    /// for the network, at the latest until a moment; the rows behind it wait, too
    Network(Timestamp),
    /// for a moment before which the platform asked to be left alone; the rows behind it wait, too
    Platform {
        /// the moment
        until: Timestamp,
        /// for how many seconds it asked
        asked: u32,
    },
    /// for the answer to a question that was put to the patron, however long; the rows behind it go on
    Patron,
}

impl Waiting {
    /// It is due.
    pub const NO: Waiting = Waiting::Until(Timestamp::UNIX_EPOCH);

    /// The moment; `None` while it waits for the patron, and for a row that is due.
    pub fn until(&self) -> Option<Timestamp> {
        let (Waiting::Until(at) | Waiting::Network(at) | Waiting::Platform { until: at, .. }) = self else {
            return None;
        };
        (*at > Timestamp::UNIX_EPOCH).then_some(*at)
    }

    /// Name, moment and length, as they are stored.
    fn parts(&self) -> (&'static str, Timestamp, u32) {
        match self {
            Waiting::Until(at) => ("", *at, 0),
            Waiting::Network(at) => ("network", *at, 0),
            Waiting::Platform { until, asked } => ("platform", *until, *asked),
            Waiting::Patron => ("patron", Timestamp::UNIX_EPOCH, 0),
        }
    }
}

/// A row of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// local id, ascending in the order of sending
    pub id: i64,
    /// the request that it is about
    pub request: RequestId,
    /// what is sent
    pub task: OutboxTask,
    /// state
    pub state: OutboxState,
    /// number of attempts that reached the network
    pub attempts: u32,
    /// whether the platform was asked about it and did not have it
    pub absent: bool,
    /// what it waits for
    pub waiting: Waiting,
    /// why the last attempt failed, as JSON of the caller, to be shown and never to decide by; empty if none
    /// failed
    pub problem: String,
    /// the row that has to be done before this one
    pub depends_on: Option<i64>,
    /// when it was made
    pub created_at: Timestamp,
    /// for a submission, whether it waits for a place
    pub place: Place,
}

#[derive(sqlx::FromRow)]
struct Raw {
    id: i64,
    request: String,
    kind: String,
    action: String,
    action_id: String,
    params: String,
    version: i64,
    payload: Vec<u8>,
    sha256: String,
    state: String,
    attempts: u32,
    absent: bool,
    not_before: i64,
    waits: String,
    asked: u32,
    offline: bool,
    problem: String,
    depends_on: i64,
    created_at: i64,
    place: String,
}

impl OutboxState {
    fn name(self) -> &'static str {
        match self {
            OutboxState::Queued => "queued",
            OutboxState::Sending => "sending",
            OutboxState::Unknown => "unknown",
            OutboxState::Rejected => "rejected",
        }
    }
}

impl Place {
    fn name(self) -> &'static str {
        match self {
            Place::Unasked => "",
            Place::Waits => "waits",
            Place::Given => "given",
        }
    }
}

impl Raw {
    fn decode(self) -> Result<OutboxRow, StoreError> {
        let own_id = || self.action_id.parse::<Uuid>().map_err(|e| StoreError::row("action id", e));
        let task = match self.kind.as_str() {
            "submit" => {
                OutboxTask::Submit { payload: self.payload, sha256: self.sha256, offline: self.offline }
            }
            "edit" => OutboxTask::Edit { version: self.version, payload: self.payload, sha256: self.sha256 },
            "message" => {
                let text = String::from_utf8(self.payload).map_err(|e| StoreError::row("message", e))?;
                OutboxTask::Message { message_id: own_id()?, text }
            }
            _ => {
                let params =
                    if self.params.is_empty() { BTreeMap::new() } else { parse("params", &self.params)? };
                OutboxTask::Act { action_id: own_id()?, action: self.action, params }
            }
        };
        Ok(OutboxRow {
            id: self.id,
            request: request_id(&self.request)?,
            task,
            state: match self.state.as_str() {
                "queued" => OutboxState::Queued,
                "sending" => OutboxState::Sending,
                "rejected" => OutboxState::Rejected,
                _ => OutboxState::Unknown,
            },
            attempts: self.attempts,
            absent: self.absent,
            waiting: match (self.waits.as_str(), at(self.not_before)?) {
                ("network", at) => Waiting::Network(at),
                ("platform", until) => Waiting::Platform { until, asked: self.asked },
                ("patron", _) => Waiting::Patron,
                (_, at) => Waiting::Until(at),
            },
            problem: self.problem,
            depends_on: (self.depends_on != 0).then_some(self.depends_on),
            created_at: at(self.created_at)?,
            place: match self.place.as_str() {
                "waits" => Place::Waits,
                "given" => Place::Given,
                _ => Place::Unasked,
            },
        })
    }
}

impl Tx {
    /// All rows in order.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn outbox(&mut self) -> Result<Vec<OutboxRow>, StoreError> {
        let raw: Vec<Raw> = sqlx::query_as("SELECT * FROM outbox ORDER BY id").fetch_all(self.conn()).await?;
        raw.into_iter().map(Raw::decode).collect()
    }

    /// The rows of one request, in order.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn outbox_of(&mut self, request: RequestId) -> Result<Vec<OutboxRow>, StoreError> {
        let raw: Vec<Raw> = sqlx::query_as("SELECT * FROM outbox WHERE request = ? ORDER BY id")
            .bind(request.to_string())
            .fetch_all(self.conn())
            .await?;
        raw.into_iter().map(Raw::decode).collect()
    }

    /// One row in its current state.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn outbox_row(&mut self, id: i64) -> Result<Option<OutboxRow>, StoreError> {
        let raw: Option<Raw> =
            sqlx::query_as("SELECT * FROM outbox WHERE id = ?").bind(id).fetch_optional(self.conn()).await?;
        raw.map(Raw::decode).transpose()
    }

    /// The rows that may be processed, in order: not refused, and waiting neither for another row nor for
    /// a place.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn outbox_open(&mut self) -> Result<Vec<OutboxRow>, StoreError> {
        let raw: Vec<Raw> = sqlx::query_as(
            "SELECT * FROM outbox o WHERE state <> 'rejected' AND place <> 'waits'
               AND (depends_on = 0 OR NOT EXISTS (SELECT 1 FROM outbox d WHERE d.id = o.depends_on))
             ORDER BY id",
        )
        .fetch_all(self.conn())
        .await?;
        raw.into_iter().map(Raw::decode).collect()
    }

    /// The submissions that wait for a place, in order.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn waiting_for_place(&mut self) -> Result<Vec<OutboxRow>, StoreError> {
        let raw: Vec<Raw> = sqlx::query_as("SELECT * FROM outbox WHERE place = 'waits' ORDER BY id")
            .fetch_all(self.conn())
            .await?;
        raw.into_iter().map(Raw::decode).collect()
    }

    /// The requests whose submission is still open, including refused ones.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn submitting(&mut self) -> Result<HashSet<RequestId>, StoreError> {
        let ids: Vec<String> = sqlx::query_scalar("SELECT request FROM outbox WHERE kind = 'submit'")
            .fetch_all(self.conn())
            .await?;
        ids.iter().map(|id| request_id(id)).collect()
    }

    /// The requests whose submission is still open, in the order of sending.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn unsent_ids(&mut self) -> Result<Vec<RequestId>, StoreError> {
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT request FROM outbox WHERE kind = 'submit' AND state <> 'rejected' ORDER BY id",
        )
        .fetch_all(self.conn())
        .await?;
        ids.iter().map(|id| request_id(id)).collect()
    }

    /// Adds a row; returns its id. Fails for a second submission of the same request.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn enqueue(
        &mut self,
        request: RequestId,
        task: &OutboxTask,
        depends_on: Option<i64>,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let nothing = String::new();
        let (kind, action, own_id, params, version) = match task {
            OutboxTask::Submit { .. } => ("submit", "", nothing.clone(), nothing, 0),
            OutboxTask::Act { action, action_id, params } => {
                let said = if params.is_empty() { nothing } else { json("params", params)? };
                ("action", action.as_str(), action_id.to_string(), said, 0)
            }
            OutboxTask::Edit { version, .. } => ("edit", "", nothing.clone(), nothing, *version),
            OutboxTask::Message { message_id, .. } => ("message", "", message_id.to_string(), nothing, 0),
        };
        let (payload, sha256) = match task {
            OutboxTask::Submit { payload, sha256, .. } | OutboxTask::Edit { payload, sha256, .. } => {
                (payload.as_slice(), sha256.as_str())
            }
            OutboxTask::Message { text, .. } => (text.as_bytes(), ""),
            OutboxTask::Act { .. } => ([].as_slice(), ""),
        };
        let done = sqlx::query(
            "INSERT INTO outbox (request, kind, action, action_id, params, version, payload, sha256, offline,
                 state, depends_on, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?)",
        )
        .bind(request.to_string())
        .bind(kind)
        .bind(action)
        .bind(own_id)
        .bind(params)
        .bind(version)
        .bind(payload)
        .bind(sha256)
        .bind(matches!(task, OutboxTask::Submit { offline: true, .. }))
        .bind(depends_on.unwrap_or(0))
        .bind(millis(now))
        .execute(self.conn())
        .await?;
        Ok(done.last_insert_rowid())
    }

    /// Updates the mutable columns of a row: state, attempts, absence, wait, problem, place.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn put_outbox(&mut self, row: &OutboxRow) -> Result<(), StoreError> {
        let (waits, not_before, asked) = row.waiting.parts();
        sqlx::query(
            "UPDATE outbox SET state = ?, attempts = ?, absent = ?, waits = ?, not_before = ?, asked = ?,
                 problem = ?, place = ?
             WHERE id = ?",
        )
        .bind(row.state.name())
        .bind(row.attempts)
        .bind(row.absent)
        .bind(waits)
        .bind(millis(not_before))
        .bind(asked)
        .bind(&row.problem)
        .bind(row.place.name())
        .bind(row.id)
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Deletes a row, because the platform confirmed it or it is no longer wanted.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn remove_outbox(&mut self, id: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM outbox WHERE id = ?").bind(id).execute(self.conn()).await?;
        Ok(())
    }

    /// Recovery at start: rows that were being sent when the program ended become UNKNOWN, because they
    /// may have arrived. Returns their requests.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn mark_sending_unknown(&mut self) -> Result<Vec<RequestId>, StoreError> {
        let ids: Vec<String> = sqlx::query_scalar(
            "UPDATE outbox SET state = 'unknown', waits = '', not_before = 0 WHERE state = 'sending' RETURNING request",
        )
        .fetch_all(self.conn())
        .await?;
        ids.iter().map(|id| request_id(id)).collect()
    }
}
