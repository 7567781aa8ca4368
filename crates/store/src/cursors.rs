//! Table `cursors`: how far something has been read, and when.

use jiff::Timestamp;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::{at, millis};

impl Tx {
    /// A cursor with the time when it was stored.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn cursor(&mut self, name: &str) -> Result<Option<(String, Timestamp)>, StoreError> {
        let row: Option<(String, i64)> = sqlx::query_as("SELECT value, at FROM cursors WHERE name = ?")
            .bind(name)
            .fetch_optional(self.conn())
            .await?;
        row.map(|(value, when)| Ok((value, at(when)?))).transpose()
    }

    /// Stores a cursor. Call it in the transaction that stores the rows it covers.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn set_cursor(&mut self, name: &str, value: &str, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("INSERT OR REPLACE INTO cursors (name, value, at) VALUES (?, ?, ?)")
            .bind(name)
            .bind(value)
            .bind(millis(now))
            .execute(self.conn())
            .await?;
        Ok(())
    }

    /// Removes a cursor.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn remove_cursor(&mut self, name: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM cursors WHERE name = ?").bind(name).execute(self.conn()).await?;
        Ok(())
    }
}
