//! Table `requests`, with the identifiers of the works they are about.

use std::collections::HashMap;

use futures_util::TryStreamExt as _;
use hongyan_model::{Draft, Identifier, Request, RequestId, RequestState};
use jiff::Timestamp;
use sqlx::QueryBuilder;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::{at, json, lean_json, millis, name, named, parse, parse_optional, request_id};

/// Rows per statement: limited by its parameters, and a quarter of a page of the feed.
pub(crate) const AT_ONCE: usize = 125;

/// What the patron is asked about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// it has waited long, or its day has passed: is it still wanted?
    StillWanted,
    /// whether it arrived cannot be found out: the patron looks
    Unconfirmed,
}

/// A question that was put to the patron.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// what is asked
    pub why: Why,
    /// the patron has said: send it
    pub answered: bool,
}

impl Question {
    /// Nobody has answered it yet.
    pub fn open(why: Why) -> Question {
        Question { why, answered: false }
    }

    fn name(self) -> &'static str {
        match self.why {
            Why::StillWanted => "still-wanted",
            Why::Unconfirmed => "unconfirmed",
        }
    }

    fn read(name: &str, answered: bool) -> Option<Question> {
        let why = match name {
            "still-wanted" => Why::StillWanted,
            "unconfirmed" => Why::Unconfirmed,
            _ => return None,
        };
        Some(Question { why, answered })
    }
}

/// A stored request.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestRecord {
    /// the form as submitted
    pub draft: Draft,
    /// as the platform last reported it; none until it accepted the request
    pub platform: Option<Request>,
    /// current state, local or the platform's
    pub state: RequestState,
    /// name of an action made here that the platform has not confirmed; empty if none
    pub pending_action: String,
    /// why it was refused or asked about, as JSON of the caller, to be shown and never to decide by; empty if
    /// it was not
    pub problem: String,
    /// what the patron was asked about it
    pub question: Option<Question>,
    /// when it was submitted
    pub created_at: Timestamp,
    /// last change, here or on the platform
    pub updated_at: Timestamp,
}

impl RequestRecord {
    /// A request for a form that is being submitted now.
    pub fn submitted(draft: Draft, now: Timestamp) -> RequestRecord {
        RequestRecord {
            draft,
            platform: None,
            state: RequestState::Queued,
            pending_action: String::new(),
            problem: String::new(),
            question: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether it waits for an answer of the patron.
    pub fn asks(&self) -> bool {
        self.question.is_some_and(|question| !question.answered)
    }

    /// Its id.
    pub fn id(&self) -> RequestId {
        self.draft.id
    }
}

/// A row as stored.
#[derive(sqlx::FromRow)]
pub(crate) struct Raw {
    draft: String,
    platform: String,
    state: String,
    pending_action: String,
    problem: String,
    question: String,
    answered: bool,
    created_at: i64,
    updated_at: i64,
}

impl Raw {
    pub(crate) fn decode(self) -> Result<RequestRecord, StoreError> {
        Ok(RequestRecord {
            draft: parse("request", &self.draft)?,
            platform: parse_optional("request", &self.platform)?,
            state: named("request state", self.state)?,
            pending_action: self.pending_action,
            problem: self.problem,
            question: Question::read(&self.question, self.answered),
            created_at: at(self.created_at)?,
            updated_at: at(self.updated_at)?,
        })
    }
}

/// A row to be written.
struct Row<'a> {
    id: String,
    draft: String,
    platform: String,
    state: String,
    record: &'a RequestRecord,
}

fn rows_of<'a>(records: &[&'a RequestRecord]) -> Result<Vec<Row<'a>>, StoreError> {
    let row = |record: &&'a RequestRecord| {
        let platform = match &record.platform {
            Some(platform) => lean_json("request", platform)?,
            None => String::new(),
        };
        let draft = lean_json("request", &record.draft)?;
        let state = name("request state", &record.state)?;
        Ok(Row { id: record.id().to_string(), draft, platform, state, record })
    };
    records.iter().map(row).collect()
}

impl Tx {
    /// One request; none if there is no such id.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn request(&mut self, id: RequestId) -> Result<Option<RequestRecord>, StoreError> {
        let raw: Option<Raw> = sqlx::query_as(
            "SELECT draft, platform, state, pending_action, problem, question, answered, created_at,
                 updated_at
             FROM requests WHERE id = ?",
        )
        .bind(id.to_string())
        .fetch_optional(self.conn())
        .await?;
        raw.map(Raw::decode).transpose()
    }

    /// The requests with these ids, in one query; missing ones are skipped.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn requests_of(
        &mut self,
        ids: &[RequestId],
    ) -> Result<HashMap<RequestId, RequestRecord>, StoreError> {
        let mut rows = sqlx::query_as::<_, Raw>(
            "SELECT draft, platform, state, pending_action, problem, question, answered, created_at,
                 updated_at
             FROM requests WHERE id IN (SELECT value FROM json_each(?))",
        )
        .bind(json("request ids", &ids)?)
        .fetch(self.conn());
        let mut found = HashMap::with_capacity(ids.len());
        // parses each row while SQLite reads the next
        while let Some(raw) = rows.try_next().await? {
            let record = raw.decode()?;
            found.insert(record.id(), record);
        }
        Ok(found)
    }

    /// The requests in any of these states, which must not be final. Reads the partial index of open
    /// requests only.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn requests_in(&mut self, states: &[RequestState]) -> Result<Vec<RequestRecord>, StoreError> {
        let raw: Vec<Raw> = sqlx::query_as(
            "SELECT r.draft, r.platform, r.state, r.pending_action, r.problem, r.question, r.answered,
                 r.created_at, r.updated_at
             FROM history AS h JOIN requests AS r ON r.n = h.n
             WHERE h.over = 0 AND h.state IN (SELECT value FROM json_each(?)) ORDER BY h.n",
        )
        .bind(json("request states", &states)?)
        .fetch_all(self.conn())
        .await?;
        raw.into_iter().map(Raw::decode).collect()
    }

    /// The ids of the requests that the platform is known to have.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn platform_ids(&mut self) -> Result<Vec<RequestId>, StoreError> {
        let ids: Vec<String> =
            sqlx::query_scalar("SELECT id FROM requests WHERE platform <> ''").fetch_all(self.conn()).await?;
        ids.iter().map(|id| request_id(id)).collect()
    }

    /// All requests, last changed first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn requests(&mut self) -> Result<Vec<RequestRecord>, StoreError> {
        let raw: Vec<Raw> = sqlx::query_as(
            "SELECT draft, platform, state, pending_action, problem, question, answered, created_at,
                 updated_at
             FROM requests ORDER BY updated_at DESC, id",
        )
        .fetch_all(self.conn())
        .await?;
        raw.into_iter().map(Raw::decode).collect()
    }

    /// The requests that are not closed, last changed first: few, however long the history is.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn requests_live(&mut self) -> Result<Vec<RequestRecord>, StoreError> {
        let raw: Vec<Raw> = sqlx::query_as(
            "SELECT r.draft, r.platform, r.state, r.pending_action, r.problem, r.question, r.answered,
                 r.created_at, r.updated_at
             FROM history AS h JOIN requests AS r ON r.n = h.n WHERE h.over = 0 ORDER BY r.updated_at DESC, r.id",
        )
        .fetch_all(self.conn())
        .await?;
        raw.into_iter().map(Raw::decode).collect()
    }

    /// Number of requests in each state that is not final. Reads the partial index of open requests only.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn request_counts(&mut self) -> Result<Vec<(RequestState, u32)>, StoreError> {
        let rows: Vec<(String, u32)> = sqlx::query_as(
            "SELECT state, count(*) FROM history WHERE over = 0 GROUP BY state ORDER BY state",
        )
        .fetch_all(self.conn())
        .await?;
        rows.into_iter().map(|(state, count)| Ok((named("request state", state)?, count))).collect()
    }

    /// The requests for any of these works, last changed first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn requests_for(
        &mut self,
        identifiers: &[Identifier],
    ) -> Result<Vec<RequestRecord>, StoreError> {
        let mut ids: Vec<String> = Vec::new();
        for identifier in identifiers {
            let found: Vec<String> =
                sqlx::query_scalar("SELECT request FROM request_identifiers WHERE code = ? AND value = ?")
                    .bind(identifier.kind.code())
                    .bind(&identifier.value)
                    .fetch_all(self.conn())
                    .await?;
            ids.extend(found);
        }
        ids.sort();
        ids.dedup();
        let mut records = Vec::with_capacity(ids.len());
        for id in ids {
            records.extend(self.request(request_id(&id)?).await?);
        }
        records.sort_by_key(|record| std::cmp::Reverse(record.updated_at));
        Ok(records)
    }

    /// Stores a request in its current state.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn put_request(&mut self, record: &RequestRecord) -> Result<(), StoreError> {
        self.put_requests(&[record]).await
    }

    /// Stores requests in their current state, each id at most once. Uses few statements, because a
    /// statement costs more than what it writes.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn put_requests(&mut self, records: &[&RequestRecord]) -> Result<(), StoreError> {
        let mut chunks = records.chunks(AT_ONCE);
        let mut ready = chunks.next().map(rows_of).transpose()?;
        while let Some(rows) = ready {
            let next = chunks.next();
            // serialises the next rows while SQLite writes these
            let (kept, following) =
                tokio::join!(self.put_some(rows), async { next.map(rows_of).transpose() });
            kept?;
            ready = following?;
        }
        Ok(())
    }

    async fn put_some(&mut self, rows: Vec<Row<'_>>) -> Result<(), StoreError> {
        let records: Vec<&RequestRecord> = rows.iter().map(|row| row.record).collect();
        let ids: Vec<RequestId> = records.iter().map(|record| record.id()).collect();
        let marks = self.free_marks(&ids).await?;
        let mut query = QueryBuilder::new(
            "INSERT INTO requests (id, draft, platform, state, pending_action, problem, question, answered,
                 created_at, updated_at, mark) ",
        );
        let rows = rows.into_iter().zip(marks);
        query.push_values(rows, |mut row, (Row { id, draft, platform, state, record }, mark)| {
            row.push_bind(id)
                .push_bind(draft)
                .push_bind(platform)
                .push_bind(state)
                .push_bind(record.pending_action.as_str())
                .push_bind(record.problem.as_str())
                .push_bind(record.question.map_or("", Question::name))
                .push_bind(record.question.is_some_and(|question| question.answered))
                .push_bind(millis(record.created_at))
                .push_bind(millis(record.updated_at))
                .push_bind(mark.to_string());
        });
        query.push(
            " ON CONFLICT (id) DO UPDATE SET draft = excluded.draft, platform = excluded.platform,
                 state = excluded.state, pending_action = excluded.pending_action,
                 problem = excluded.problem, question = excluded.question,
                 answered = excluded.answered, updated_at = excluded.updated_at,
                 mark = iif(requests.mark = '', excluded.mark, requests.mark)",
        );
        query.build().execute(self.conn()).await?;
        let places = self.places_of(&ids).await?;
        let placed: Vec<_> =
            records.iter().filter_map(|record| Some((*places.get(&record.id())?, *record))).collect();
        let named = self.put_history(&placed).await?;
        self.identify(&named).await
    }

    /// Stores the identifiers of the works that requests are about.
    async fn identify(&mut self, records: &[&RequestRecord]) -> Result<(), StoreError> {
        let works: Vec<(Identifier, String)> = records
            .iter()
            .flat_map(|record| {
                let id = record.id().to_string();
                record.draft.identifiers().into_iter().map(move |identifier| (identifier, id.clone()))
            })
            .collect();
        for works in works.chunks(AT_ONCE) {
            let mut query =
                QueryBuilder::new("INSERT OR IGNORE INTO request_identifiers (code, value, request) ");
            query.push_values(works, |mut row, (identifier, id)| {
                row.push_bind(identifier.kind.code())
                    .push_bind(identifier.value.as_str())
                    .push_bind(id.as_str());
            });
            query.build().execute(self.conn()).await?;
        }
        Ok(())
    }

    /// Deletes a request with its timeline and its rows in the outbox.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn remove_request(&mut self, id: RequestId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM requests WHERE id = ?").bind(id.to_string()).execute(self.conn()).await?;
        Ok(())
    }
}
