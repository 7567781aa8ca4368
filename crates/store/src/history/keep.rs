//! Retention of the history.

use jiff::Timestamp;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::millis;

/// Requests that may be deleted: closed, last changed before a time, and without a row in the outbox.
const PAST: &str = "SELECT r.id FROM history AS h JOIN requests AS r ON r.n = h.n
    WHERE h.over = 1 AND h.changed_at < ?1 AND NOT EXISTS (SELECT 1 FROM outbox AS o WHERE o.request = r.id)
    ORDER BY h.n LIMIT ?2";

impl Tx {
    /// Number of closed requests, and of those that last changed before a time.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn history_over(&mut self, before: Timestamp) -> Result<(u32, u32), StoreError> {
        Ok(sqlx::query_as(
            "SELECT count(*), count(*) FILTER (WHERE changed_at < ?) FROM history WHERE over = 1",
        )
        .bind(millis(before))
        .fetch_one(self.conn())
        .await?)
    }

    /// Deletes closed requests that last changed before a time, with timelines and notices; at most
    /// `most`. Returns how many were deleted. Updates from the feed do not restore them; reading the feed
    /// from the beginning may.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn forget_history(
        &mut self,
        before: Timestamp,
        most: u32,
        now: Timestamp,
    ) -> Result<u32, StoreError> {
        let ids: Vec<String> =
            sqlx::query_scalar(PAST).bind(millis(before)).bind(most).fetch_all(self.conn()).await?;
        for id in &ids {
            sqlx::query("INSERT OR IGNORE INTO tombstones (id, at) VALUES (?, ?)")
                .bind(id)
                .bind(millis(now))
                .execute(self.conn())
                .await?;
            sqlx::query("DELETE FROM notices WHERE request = ?").bind(id).execute(self.conn()).await?;
            sqlx::query("DELETE FROM requests WHERE id = ?").bind(id).execute(self.conn()).await?;
        }
        Ok(u32::try_from(ids.len()).unwrap_or(u32::MAX))
    }
}
