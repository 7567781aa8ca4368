//! Tables `drafts` and `tombstones`: forms, and the ids that were deleted here.

use std::collections::HashSet;

use hongyan_model::{Draft, RequestId};
use jiff::Timestamp;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::{json, lean_json, millis, parse, request_id};

impl Tx {
    /// A draft; none if there is no such id.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn draft(&mut self, id: RequestId) -> Result<Option<Draft>, StoreError> {
        let text: Option<String> = sqlx::query_scalar("SELECT draft FROM drafts WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(self.conn())
            .await?;
        text.map(|text| parse("draft", &text)).transpose()
    }

    /// All drafts, last saved first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn drafts(&mut self) -> Result<Vec<Draft>, StoreError> {
        let texts: Vec<String> = sqlx::query_scalar("SELECT draft FROM drafts ORDER BY updated_at DESC, id")
            .fetch_all(self.conn())
            .await?;
        texts.iter().map(|text| parse("draft", text)).collect()
    }

    /// Stores a draft. Returns false and stores nothing when its id was deleted or submitted before: a
    /// late autosave must not resurrect it.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn save_draft(&mut self, draft: &Draft) -> Result<bool, StoreError> {
        let id = draft.id.to_string();
        let done = sqlx::query(
            "INSERT INTO drafts (id, draft, updated_at) SELECT ?1, ?2, ?3
             WHERE NOT EXISTS (SELECT 1 FROM tombstones WHERE id = ?1)
               AND NOT EXISTS (SELECT 1 FROM requests WHERE id = ?1)
             ON CONFLICT (id) DO UPDATE SET draft = excluded.draft, updated_at = excluded.updated_at",
        )
        .bind(id)
        .bind(lean_json("draft", draft)?)
        .bind(millis(draft.updated_at))
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Deletes a draft because it is being submitted. False if there was none.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn remove_draft(&mut self, id: RequestId) -> Result<bool, StoreError> {
        let done =
            sqlx::query("DELETE FROM drafts WHERE id = ?").bind(id.to_string()).execute(self.conn()).await?;
        Ok(done.rows_affected() > 0)
    }

    /// Adds a tombstone for an id.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn add_tombstone(&mut self, id: RequestId, at: Timestamp) -> Result<(), StoreError> {
        sqlx::query("INSERT OR IGNORE INTO tombstones (id, at) VALUES (?, ?)")
            .bind(id.to_string())
            .bind(millis(at))
            .execute(self.conn())
            .await?;
        Ok(())
    }

    /// Whether this id has a tombstone.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn has_tombstone(&mut self, id: RequestId) -> Result<bool, StoreError> {
        let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM tombstones WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(self.conn())
            .await?;
        Ok(found.is_some())
    }

    /// The ids that have a tombstone.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn tombstones_of(&mut self, ids: &[RequestId]) -> Result<HashSet<RequestId>, StoreError> {
        let found: Vec<String> =
            sqlx::query_scalar("SELECT id FROM tombstones WHERE id IN (SELECT value FROM json_each(?))")
                .bind(json("request ids", &ids)?)
                .fetch_all(self.conn())
                .await?;
        found.iter().map(|id| request_id(id)).collect()
    }

    /// Removes the tombstone: the platform has the request after all.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn remove_tombstone(&mut self, id: RequestId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM tombstones WHERE id = ?").bind(id.to_string()).execute(self.conn()).await?;
        Ok(())
    }
}
