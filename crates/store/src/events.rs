//! `events` and `local_events`: the past of requests, the platform's and ours.

use hongyan_model::request::RequestEvent;
use hongyan_model::{RequestId, RequestState};
use jiff::Timestamp;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::{at, json, millis, name, named, parse};

/// Something that happened to a request on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalEvent {
    /// when
    pub at: Timestamp,
    /// state reached
    pub state: RequestState,
    /// more, in the platform's words; may be empty
    pub note: String,
}

impl Tx {
    /// The platform's log of a request, oldest first.
    ///
    /// # Errors
    /// As any read.
    pub async fn events(&mut self, request: RequestId) -> Result<Vec<RequestEvent>, StoreError> {
        let texts: Vec<String> =
            sqlx::query_scalar("SELECT event FROM events WHERE request = ? ORDER BY at, rowid")
                .bind(request.to_string())
                .fetch_all(self.conn())
                .await?;
        texts.iter().map(|text| parse("event", text)).collect()
    }

    /// Keeps an event of the platform. True the first time this event is seen, ever.
    ///
    /// # Errors
    /// As any write.
    pub async fn add_event(&mut self, request: RequestId, event: &RequestEvent) -> Result<bool, StoreError> {
        let done = sqlx::query("INSERT OR IGNORE INTO events (id, request, at, event) VALUES (?, ?, ?, ?)")
            .bind(&event.id)
            .bind(request.to_string())
            .bind(millis(event.at))
            .bind(json("event", event)?)
            .execute(self.conn())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// What happened here, oldest first.
    ///
    /// # Errors
    /// As any read.
    pub async fn local_events(&mut self, request: RequestId) -> Result<Vec<LocalEvent>, StoreError> {
        let rows: Vec<(i64, String, String)> =
            sqlx::query_as("SELECT at, state, note FROM local_events WHERE request = ? ORDER BY at, id")
                .bind(request.to_string())
                .fetch_all(self.conn())
                .await?;
        rows.into_iter()
            .map(|(when, state, note)| {
                Ok(LocalEvent { at: at(when)?, state: named("request state", state)?, note })
            })
            .collect()
    }

    /// Adds what happened here; not twice in a row the same, so that a night of attempts without a
    /// network is one line.
    ///
    /// # Errors
    /// As any write.
    pub async fn add_local_event(
        &mut self,
        request: RequestId,
        event: &LocalEvent,
    ) -> Result<(), StoreError> {
        let state = name("request state", &event.state)?;
        let last: Option<(String, String)> =
            sqlx::query_as("SELECT state, note FROM local_events WHERE request = ? ORDER BY id DESC LIMIT 1")
                .bind(request.to_string())
                .fetch_optional(self.conn())
                .await?;
        if last.is_some_and(|(last, note)| last == state && note == event.note) {
            return Ok(());
        }
        sqlx::query("INSERT INTO local_events (request, at, state, note) VALUES (?, ?, ?, ?)")
            .bind(request.to_string())
            .bind(millis(event.at))
            .bind(state)
            .bind(&event.note)
            .execute(self.conn())
            .await?;
        Ok(())
    }
}
