//! `events` and `local_events`: the past of requests, the platform's and ours.

use std::collections::{HashMap, HashSet};

use hongyan_model::request::{EventKind, RequestEvent};
use hongyan_model::{RequestId, RequestState};
use jiff::Timestamp;
use sqlx::QueryBuilder;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::requests::AT_ONCE;
use crate::time::{at, json, millis, name, named, parse, request_id};

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

/// Whether the work was there then.
fn brought(event: &RequestEvent) -> bool {
    event.kind == EventKind::Moved
        && matches!(event.to_state, RequestState::AwaitingPickup | RequestState::Delivered)
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
        let new = done.rows_affected() > 0;
        if new && brought(event) {
            self.came(&[(request, millis(event.at))]).await?;
        }
        Ok(new)
    }

    /// Keeps events of the platform, many in few statements. Gives the ids of those that are seen for the first
    /// time, ever.
    ///
    /// # Errors
    /// As any write.
    pub async fn add_events(
        &mut self,
        events: &[(RequestId, &RequestEvent)],
    ) -> Result<HashSet<String>, StoreError> {
        if events.is_empty() {
            return Ok(HashSet::new());
        }
        let ids: Vec<&str> = events.iter().map(|(_, event)| event.id.as_str()).collect();
        let held: String = sqlx::query_scalar(
            "SELECT json_group_array(id) FROM events WHERE id IN (SELECT value FROM json_each(?))",
        )
        .bind(json("event ids", &ids)?)
        .fetch_one(self.conn())
        .await?;
        let held: HashSet<String> = parse("event ids", &held)?;
        let new: HashSet<String> =
            ids.into_iter().filter(|id| !held.contains(*id)).map(str::to_owned).collect();
        let events: Vec<_> = events.iter().filter(|(_, event)| new.contains(&event.id)).collect();
        for events in events.chunks(AT_ONCE) {
            let mut rows = Vec::with_capacity(events.len());
            for (request, event) in events {
                rows.push((event.id.as_str(), request.to_string(), millis(event.at), json("event", event)?));
            }
            let mut query = QueryBuilder::new("INSERT OR IGNORE INTO events (id, request, at, event) ");
            query.push_values(rows, |mut row, (id, request, at, event)| {
                row.push_bind(id).push_bind(request).push_bind(at).push_bind(event);
            });
            query.build().execute(self.conn()).await?;
        }
        let came: Vec<(RequestId, i64)> = events
            .iter()
            .filter(|(_, event)| brought(event))
            .map(|(request, event)| (*request, millis(event.at)))
            .collect();
        self.came(&came).await?;
        Ok(new)
    }

    /// When the last event of each of these requests happened, as far as we have it.
    ///
    /// # Errors
    /// As any read.
    pub async fn last_events(
        &mut self,
        ids: &[RequestId],
    ) -> Result<HashMap<RequestId, Timestamp>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT request, max(at) FROM events WHERE request IN (SELECT value FROM json_each(?)) GROUP BY request",
        )
        .bind(json("request ids", &ids)?)
        .fetch_all(self.conn())
        .await?;
        rows.into_iter().map(|(id, when)| Ok((request_id(&id)?, at(when)?))).collect()
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
