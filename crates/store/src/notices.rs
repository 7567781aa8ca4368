//! `notices`: what the patron should know; each once, for ever.

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
    /// under which it comes once, ever: the platform's event id, or ours with a prefix
    pub event_key: String,
    /// what it is about
    pub kind: NoticeKind,
    /// the request it opens
    pub request: Option<RequestId>,
    /// that request's title
    pub title: String,
    /// the day that it is about, if any
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
    fn read(self) -> Result<Notice, StoreError> {
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
    /// As any read.
    pub async fn notices(&mut self) -> Result<Vec<Notice>, StoreError> {
        let raw: Vec<Raw> = sqlx::query_as(
            "SELECT id, kind, request, title, date, at, read FROM notices ORDER BY at DESC, id DESC",
        )
        .fetch_all(self.conn())
        .await?;
        raw.into_iter().map(Raw::read).collect()
    }

    /// Those after this one that were not seen yet, oldest first.
    ///
    /// # Errors
    /// As any read.
    pub async fn notices_after(&mut self, id: i64) -> Result<Vec<Notice>, StoreError> {
        let raw: Vec<Raw> = sqlx::query_as(
            "SELECT id, kind, request, title, date, at, read FROM notices WHERE id > ? AND read = 0 ORDER BY id",
        )
        .bind(id)
        .fetch_all(self.conn())
        .await?;
        raw.into_iter().map(Raw::read).collect()
    }

    /// The number of the last notice; 0 when there was none yet.
    ///
    /// # Errors
    /// As any read.
    pub async fn last_notice(&mut self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM notices").fetch_one(self.conn()).await?)
    }

    /// Notes that a reminder had its turn, told or passed over. True the first time, ever.
    ///
    /// # Errors
    /// As any write.
    pub async fn add_reminder(&mut self, key: &str, now: Timestamp) -> Result<bool, StoreError> {
        let done = sqlx::query("INSERT OR IGNORE INTO reminders (key, at) VALUES (?, ?)")
            .bind(key)
            .bind(millis(now))
            .execute(self.conn())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Whether a reminder had its turn.
    ///
    /// # Errors
    /// As any read.
    pub async fn has_reminder(&mut self, key: &str) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM reminders WHERE key = ?)")
            .bind(key)
            .fetch_one(self.conn())
            .await?)
    }

    /// When the last thing was told that comes from this machine's clock: a reminder, or what is dated by it.
    ///
    /// # Errors
    /// As any read.
    pub async fn last_told_by_clock(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let last: Option<i64> = sqlx::query_scalar(
            "SELECT max(at) FROM (SELECT max(at) AS at FROM reminders UNION ALL
                 SELECT max(at) FROM notices WHERE event_key GLOB 'rejected:*' OR event_key GLOB 'quota:*'
                     OR event_key GLOB 'registration:*')",
        )
        .fetch_one(self.conn())
        .await?;
        last.map(at).transpose()
    }

    /// Takes back reminders that were told after this moment, with their notices; what did happen and was dated
    /// after it is dated now. How many notices went.
    ///
    /// # Errors
    /// As any write.
    pub async fn take_back_told_after(&mut self, now: Timestamp) -> Result<u64, StoreError> {
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

    /// How many are unread.
    ///
    /// # Errors
    /// As any read.
    pub async fn unread(&mut self) -> Result<u32, StoreError> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM notices WHERE read = 0").fetch_one(self.conn()).await?)
    }

    /// Adds a notice; none when one with this key was ever there.
    ///
    /// # Errors
    /// As any write.
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

    /// Adds notices, many in few statements; how many there were never before.
    ///
    /// # Errors
    /// As any write.
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

    /// Marks notices as seen; all when the list is empty.
    ///
    /// # Errors
    /// As any write.
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
