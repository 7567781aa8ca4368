//! Table `notices`: what the patron is told, each event once.

use hongyan_model::RequestId;
use hongyan_model::notice::{Notice, NoticeKind};
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::QueryBuilder;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::requests::AT_ONCE;
use crate::time::{at, millis, name, named, request_id};

/// A notice to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// idempotency key: the platform's event id, or a local key with a prefix
    pub event_key: String,
    /// what it is about
    pub kind: NoticeKind,
    /// the request that it opens
    pub request: Option<RequestId>,
    /// title of that request
    pub title: String,
    /// the date that it is about, if any
    pub date: Option<Date>,
    /// when it happened
    pub at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Raw {
    id: i64,
    kind: String,
    request: String,
    title: String,
    date: String,
    at: i64,
    read: bool,
}

impl Raw {
    fn decode(self) -> Result<Notice, StoreError> {
        Ok(Notice {
            id: self.id,
            kind: named("notice", self.kind)?,
            request: if self.request.is_empty() { None } else { Some(request_id(&self.request)?) },
            title: self.title,
            date: if self.date.is_empty() {
                None
            } else {
                Some(self.date.parse().map_err(|e| StoreError::row("date", e))?)
            },
            at: at(self.at)?,
            read: self.read,
        })
    }
}

impl Tx {
    /// All notices, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn notices(&mut self) -> Result<Vec<Notice>, StoreError> {
        let raw: Vec<Raw> = sqlx::query_as(
            "SELECT id, kind, request, title, date, at, read FROM notices ORDER BY at DESC, id DESC",
        )
        .fetch_all(self.conn())
        .await?;
        raw.into_iter().map(Raw::decode).collect()
    }

    /// The unread notices after this one, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn notices_after(&mut self, id: i64) -> Result<Vec<Notice>, StoreError> {
        let raw: Vec<Raw> = sqlx::query_as(
            "SELECT id, kind, request, title, date, at, read FROM notices WHERE id > ? AND read = 0 ORDER BY id",
        )
        .bind(id)
        .fetch_all(self.conn())
        .await?;
        raw.into_iter().map(Raw::decode).collect()
    }

    /// Id of the last notice; 0 if there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn last_notice(&mut self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM notices").fetch_one(self.conn()).await?)
    }

    /// Records that a reminder was told or skipped. True the first time.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn add_reminder(&mut self, key: &str, now: Timestamp) -> Result<bool, StoreError> {
        let done = sqlx::query("INSERT OR IGNORE INTO reminders (key, at) VALUES (?, ?)")
            .bind(key)
            .bind(millis(now))
            .execute(self.conn())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Whether a reminder was told or skipped before.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn has_reminder(&mut self, key: &str) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM reminders WHERE key = ?)")
            .bind(key)
            .fetch_one(self.conn())
            .await?)
    }

    /// Time of the latest notice that derives from this machine's clock: a reminder, or one that the
    /// clock dated.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn last_clock_notice(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let last: Option<i64> = sqlx::query_scalar(
            "SELECT max(at) FROM (SELECT max(at) AS at FROM reminders UNION ALL
                 SELECT max(at) FROM notices WHERE event_key GLOB 'rejected:*' OR event_key GLOB 'quota:*'
                     OR event_key GLOB 'registration:*')",
        )
        .fetch_one(self.conn())
        .await?;
        last.map(at).transpose()
    }

    /// Undoes what a clock that ran ahead has caused: deletes reminders told after `now`, with their
    /// notices, and dates real events that lie after `now` to `now`. Returns the number of notices
    /// deleted.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn retract_notices_after(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let gone =
            sqlx::query("DELETE FROM notices WHERE event_key IN (SELECT key FROM reminders WHERE at > ?)")
                .bind(millis(now))
                .execute(self.conn())
                .await?
                .rows_affected();
        sqlx::query("DELETE FROM reminders WHERE at > ?").bind(millis(now)).execute(self.conn()).await?;
        sqlx::query(
            "UPDATE notices SET at = ?1 WHERE at > ?1 AND (event_key GLOB 'rejected:*'
                 OR event_key GLOB 'quota:*' OR event_key GLOB 'registration:*')",
        )
        .bind(millis(now))
        .execute(self.conn())
        .await?;
        Ok(gone)
    }

    /// Number of unread notices.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn unread(&mut self) -> Result<u32, StoreError> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM notices WHERE read = 0").fetch_one(self.conn()).await?)
    }

    /// Adds a notice; none if one with this key was ever added.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn add_notice(&mut self, new: &NewNotice) -> Result<Option<Notice>, StoreError> {
        let done = sqlx::query(
            "INSERT OR IGNORE INTO notices (event_key, kind, request, title, date, at) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(&new.event_key)
        .bind(name("notice", &new.kind)?)
        .bind(new.request.map(|id| id.to_string()).unwrap_or_default())
        .bind(&new.title)
        .bind(new.date.map(|date| date.to_string()).unwrap_or_default())
        .bind(millis(new.at))
        .execute(self.conn())
        .await?;
        Ok((done.rows_affected() > 0).then(|| Notice {
            id: done.last_insert_rowid(),
            kind: new.kind,
            request: new.request,
            title: new.title.clone(),
            date: new.date,
            at: new.at,
            read: false,
        }))
    }

    /// Removes the notice with this key, because what it says was taken back.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub async fn remove_notice(&mut self, event_key: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM notices WHERE event_key = ?").bind(event_key).execute(self.conn()).await?;
        Ok(())
    }

    /// Adds notices in few statements; returns how many were new.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn add_notices(&mut self, new: &[NewNotice]) -> Result<u64, StoreError> {
        let mut added = 0;
        for new in new.chunks(AT_ONCE) {
            let mut rows = Vec::with_capacity(new.len());
            for one in new {
                rows.push((one, name("notice", &one.kind)?));
            }
            let mut query = QueryBuilder::new(
                "INSERT OR IGNORE INTO notices (event_key, kind, request, title, date, at) ",
            );
            query.push_values(rows, |mut row, (one, kind)| {
                row.push_bind(one.event_key.as_str())
                    .push_bind(kind)
                    .push_bind(one.request.map(|id| id.to_string()).unwrap_or_default())
                    .push_bind(one.title.as_str())
                    .push_bind(one.date.map(|date| date.to_string()).unwrap_or_default())
                    .push_bind(millis(one.at));
            });
            added += query.build().execute(self.conn()).await?.rows_affected();
        }
        Ok(added)
    }

    /// Marks notices as read; all if the list is empty.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn mark_notices_read(&mut self, ids: &[i64]) -> Result<(), StoreError> {
        if ids.is_empty() {
            sqlx::query("UPDATE notices SET read = 1 WHERE read = 0").execute(self.conn()).await?;
        }
        for id in ids {
            sqlx::query("UPDATE notices SET read = 1 WHERE id = ?").bind(id).execute(self.conn()).await?;
        }
        Ok(())
    }
}
