//! Tables `sources` and `source_keys`: sources and access data that the patron entered. The JSON types
//! are the caller's.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::{json, millis, parse};

impl Tx {
    /// The sources that the patron added, oldest first. One that does not parse is skipped.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn sources<T: DeserializeOwned>(&mut self) -> Result<Vec<T>, StoreError> {
        let rows: Vec<String> = sqlx::query_scalar("SELECT config FROM sources ORDER BY added_at, id")
            .fetch_all(self.conn())
            .await?;
        Ok(rows.iter().filter_map(|row| parse("source", row).ok()).collect())
    }

    /// Adds a source, or replaces the one with its id.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn keep_source<T: Serialize>(
        &mut self,
        id: &str,
        config: &T,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO sources (id, config, added_at) VALUES (?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET config = excluded.config",
        )
        .bind(id)
        .bind(json("source", config)?)
        .bind(millis(now))
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Deletes a source that the patron added, with its access data. False if there was none.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn remove_source(&mut self, id: &str) -> Result<bool, StoreError> {
        let gone = sqlx::query("DELETE FROM sources WHERE id = ?").bind(id).execute(self.conn()).await?;
        self.clear_source_key(id).await?;
        Ok(gone.rows_affected() > 0)
    }

    /// The access data entered for sources, as (source id, data). One that does not parse is skipped.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn source_keys<T: DeserializeOwned>(&mut self) -> Result<Vec<(String, T)>, StoreError> {
        let rows = sqlx::query("SELECT source, credentials FROM source_keys").fetch_all(self.conn()).await?;
        let read = |row: &sqlx::sqlite::SqliteRow| -> Result<(String, T), StoreError> {
            let credentials: String = row.try_get("credentials")?;
            Ok((row.try_get("source")?, parse("source key", &credentials)?))
        };
        Ok(rows.iter().filter_map(|row| read(row).ok()).collect())
    }

    /// Stores the access data for a source.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn set_source_key<T: Serialize>(&mut self, id: &str, entered: &T) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO source_keys (source, credentials) VALUES (?, ?)
             ON CONFLICT (source) DO UPDATE SET credentials = excluded.credentials",
        )
        .bind(id)
        .bind(json("source key", entered)?)
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Deletes the access data for a source.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn clear_source_key(&mut self, id: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM source_keys WHERE source = ?").bind(id).execute(self.conn()).await?;
        Ok(())
    }
}
