//! Tables `events` and `local_events`: the timeline of requests, the platform's and our own.

use std::collections::{HashMap, HashSet};

use hongyan_model::request::{EventKind, RequestEvent};
use hongyan_model::{RequestId, RequestState};
use jiff::Timestamp;
use sqlx::QueryBuilder;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::requests::AT_ONCE;
use crate::time::{at, json, lean_json, millis, name, named, parse, request_id};

/// An event of a request on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalEvent {
    /// when it happened
    pub at: Timestamp,
    /// state that was reached
    pub state: RequestState,
    /// further text by the platform; may be empty
    pub note: String,
}

/// Whether the event says that the work has arrived.
fn brought(event: &RequestEvent) -> bool {
    event.kind == EventKind::Moved
        && matches!(event.to_state, RequestState::AwaitingPickup | RequestState::Delivered)
}

impl Tx {
    /// The platform's events of a request, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn events(&mut self, request: RequestId) -> Result<Vec<RequestEvent>, StoreError> {
        let texts: Vec<String> = sqlx::query_scalar(
            "SELECT event FROM events WHERE n = (SELECT n FROM requests WHERE id = ?) ORDER BY at, rowid",
        )
        .bind(request.to_string())
        .fetch_all(self.conn())
        .await?;
        texts.iter().map(|text| parse("event", text)).collect()
    }

    /// Stores an event of the platform. True if it was never seen before.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails; `Other` when there is no such request.
    pub async fn add_event(&mut self, request: RequestId, event: &RequestEvent) -> Result<bool, StoreError> {
        Ok(!self.add_events(&[(request, event)]).await?.is_empty())
    }

    /// Stores events of the platform in few statements. Returns the ids of those that were never seen
    /// before.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails; `Other` when there is no such request.
    pub async fn add_events(
        &mut self,
        events: &[(RequestId, &RequestEvent)],
    ) -> Result<HashSet<String>, StoreError> {
        if events.is_empty() {
            return Ok(HashSet::new());
        }
        let requests: HashSet<RequestId> = events.iter().map(|(request, _)| *request).collect();
        let places = self.places_of(&requests.into_iter().collect::<Vec<_>>()).await?;
        let mut placed = Vec::with_capacity(events.len());
        for (request, event) in events {
            let n = places
                .get(request)
                .ok_or_else(|| StoreError::Other("the event belongs to no request".to_owned()))?;
            placed.push((*n, *event));
        }
        let ids: Vec<(i64, &str)> = placed.iter().map(|(n, event)| (*n, event.id.as_str())).collect();
        let held: String = sqlx::query_scalar(
            "SELECT json_group_array(json_array(e.n, e.id)) FROM json_each(?) AS asked
             CROSS JOIN events AS e ON e.n = asked.value ->> 0 AND e.id = asked.value ->> 1",
        )
        .bind(json("event ids", &ids)?)
        .fetch_one(self.conn())
        .await?;
        let mut held: HashSet<(i64, String)> = parse("event ids", &held)?;
        placed.retain(|(n, event)| held.insert((*n, event.id.clone())));
        for events in placed.chunks(AT_ONCE) {
            let mut rows = Vec::with_capacity(events.len());
            for (n, event) in events {
                rows.push((*n, event.id.as_str(), millis(event.at), lean_json("event", event)?));
            }
            let mut query = QueryBuilder::new("INSERT OR IGNORE INTO events (n, id, at, event) ");
            query.push_values(rows, |mut row, (n, id, at, event)| {
                row.push_bind(n).push_bind(id).push_bind(at).push_bind(event);
            });
            query.build().execute(self.conn()).await?;
        }
        let came: Vec<(i64, i64)> = placed
            .iter()
            .filter(|(_, event)| brought(event))
            .map(|(n, event)| (*n, millis(event.at)))
            .collect();
        self.put_arrivals(&came).await?;
        Ok(placed.into_iter().map(|(_, event)| event.id.clone()).collect())
    }

    /// The time of the last stored event of each of these requests.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn last_events(
        &mut self,
        ids: &[RequestId],
    ) -> Result<HashMap<RequestId, Timestamp>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT r.id, max(e.at) FROM requests AS r JOIN events AS e ON e.n = r.n
             WHERE r.id IN (SELECT value FROM json_each(?)) GROUP BY r.id",
        )
        .bind(json("request ids", &ids)?)
        .fetch_all(self.conn())
        .await?;
        rows.into_iter().map(|(id, when)| Ok((request_id(&id)?, at(when)?))).collect()
    }

    /// The local events of a request, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
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

    /// Writes a line into the timeline of a request: where it stood at `at`, by what happened here, with a text.
    ///
    /// # Errors
    /// As any write.
    pub async fn note(
        &mut self,
        id: RequestId,
        state: RequestState,
        note: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.add_local_event(id, &LocalEvent { at, state, note: note.to_owned() }).await
    }

    /// Adds a local event, unless it equals the last one: a night of attempts without a network is one
    /// line.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
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
