//! Table `settings`: the patron's choices, by name.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::{json, parse};

impl Tx {
    /// A setting; none if it was never set or does not parse as today's type.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn setting<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, StoreError> {
        let value: Option<String> = sqlx::query_scalar("SELECT value FROM settings WHERE name = ?")
            .bind(name)
            .fetch_optional(self.conn())
            .await?;
        Ok(value.and_then(|value| parse("setting", &value).ok()))
    }

    /// Stores a setting.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn set_setting<T: Serialize>(&mut self, name: &str, value: &T) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO settings (name, value) VALUES (?, ?)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(name)
        .bind(json("setting", value)?)
        .execute(self.conn())
        .await?;
        Ok(())
    }
}
