//! Tables `events` and `local_events`: the timeline of requests, the platform's and our own.

use std::collections::{HashMap, HashSet};

use hongyan_model::request::{EventKind, RequestEvent};
use hongyan_model::{Provenance, Request, RequestId, RequestState};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
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
    /// who said so
    pub source: Provenance,
    /// further text by whoever said so; may be empty
    pub note: String,
    /// the request before it, for an event that can be taken back
    pub before: Option<Before>,
}

impl LocalEvent {
    /// An event that cannot be taken back.
    pub fn new(state: RequestState, source: Provenance, note: &str, at: Timestamp) -> LocalEvent {
        LocalEvent { at, state, source, note: note.to_owned(), before: None }
    }
}

/// What a request was before an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// its state
    pub state: RequestState,
    /// as the platform described it, or who followed it by hand; none if it was not filed
    pub platform: Option<Request>,
}

/// A row of `local_events`.
#[derive(sqlx::FromRow)]
struct RawEvent {
    id: i64,
    at: i64,
    state: String,
    source: String,
    note: String,
    undo: String,
}

impl RawEvent {
    fn decode(self) -> Result<LocalEvent, StoreError> {
        Ok(LocalEvent {
            at: at(self.at)?,
            state: named("request state", self.state)?,
            source: named("provenance", self.source)?,
            note: self.note,
            // what another version wrote and this one cannot read is not taken back
            before: serde_json::from_str(&self.undo).ok(),
        })
    }
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
        let rows: Vec<RawEvent> = sqlx::query_as(
            "SELECT id, at, state, source, note, undo FROM local_events WHERE request = ? ORDER BY at, id",
        )
        .bind(request.to_string())
        .fetch_all(self.conn())
        .await?;
        rows.into_iter().map(RawEvent::decode).collect()
    }

    /// The local event of a request that was written last.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn last_local_event(&mut self, request: RequestId) -> Result<Option<LocalEvent>, StoreError> {
        self.last_written(request).await?.map(RawEvent::decode).transpose()
    }

    async fn last_written(&mut self, request: RequestId) -> Result<Option<RawEvent>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT id, at, state, source, note, undo FROM local_events WHERE request = ?
             ORDER BY id DESC LIMIT 1",
        )
        .bind(request.to_string())
        .fetch_optional(self.conn())
        .await?)
    }

    /// Deletes the local event of a request that was written last, and with it the time at which the work came, if
    /// no other event says that it did. Put the request itself afterwards.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn take_back_event(&mut self, request: RequestId) -> Result<(), StoreError> {
        let Some(last) = self.last_written(request).await? else { return Ok(()) };
        sqlx::query("DELETE FROM local_events WHERE id = ?").bind(last.id).execute(self.conn()).await?;
        sqlx::query(
            "UPDATE history SET came_at = coalesce((
                 SELECT min(at) FROM (
                     SELECT at FROM local_events
                     WHERE request = ?1 AND state IN ('AWAITING_PICKUP', 'DELIVERED')
                     UNION ALL SELECT at FROM events
                     WHERE n = history.n
                     AND iif(json_valid(event), event ->> 'toState', '') IN ('AWAITING_PICKUP', 'DELIVERED')
                 )), 0)
             WHERE n = (SELECT n FROM requests WHERE id = ?1)",
        )
        .bind(request.to_string())
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Writes a line into the timeline of a request: where it stood at `at`, who said so, with a text.
    ///
    /// # Errors
    /// As any write.
    pub async fn note(
        &mut self,
        id: RequestId,
        state: RequestState,
        source: Provenance,
        note: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.add_local_event(id, &LocalEvent::new(state, source, note, at)).await
    }

    /// Adds a local event, unless it equals the last one: a night of attempts without a network is one
    /// line. One that can be taken back is always a line of its own.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn add_local_event(
        &mut self,
        request: RequestId,
        event: &LocalEvent,
    ) -> Result<(), StoreError> {
        let state = name("request state", &event.state)?;
        let source = name("provenance", &event.source)?;
        let last = self.last_written(request).await?;
        let same = |last: RawEvent| last.state == state && last.note == event.note && last.source == source;
        if event.before.is_none() && last.is_some_and(same) {
            return Ok(());
        }
        let undo = match &event.before {
            Some(before) => json("what was before", before)?,
            None => String::new(),
        };
        sqlx::query(
            "INSERT INTO local_events (request, at, state, source, note, undo) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(request.to_string())
        .bind(millis(event.at))
        .bind(state)
        .bind(source)
        .bind(&event.note)
        .bind(undo)
        .execute(self.conn())
        .await?;
        if matches!(event.state, RequestState::AwaitingPickup | RequestState::Delivered)
            && event.source.is_hearsay()
            && let Some(n) = self.places_of(&[request]).await?.get(&request)
        {
            self.put_arrivals(&[(*n, millis(event.at))]).await?;
        }
        Ok(())
    }
}
