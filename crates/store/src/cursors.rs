//! `cursors`: how far we have read, and when.

use jiff::Timestamp;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::{at, millis};

impl Tx {
    /// A cursor with the time it was stored.
    ///
    /// # Errors
    /// As any read.
    pub async fn cursor(&mut self, name: &str) -> Result<Option<(String, Timestamp)>, StoreError> {
        let row: Option<(String, i64)> = sqlx::query_as("SELECT value, at FROM cursors WHERE name = ?")
            .bind(name)
            .fetch_optional(self.conn())
            .await?;
        row.map(|(value, when)| Ok((value, at(when)?))).transpose()
    }

    /// Stores a cursor, in the same transaction as the rows it covers.
    ///
    /// # Errors
    /// As any write.
    pub async fn set_cursor(&mut self, name: &str, value: &str, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("INSERT OR REPLACE INTO cursors (name, value, at) VALUES (?, ?, ?)")
            .bind(name)
            .bind(value)
            .bind(millis(now))
            .execute(self.conn())
            .await?;
        Ok(())
    }

    /// Forgets a cursor.
    ///
    /// # Errors
    /// As any write.
    pub async fn remove_cursor(&mut self, name: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM cursors WHERE name = ?").bind(name).execute(self.conn()).await?;
        Ok(())
    }
}
