//! `settings`: what the patron chose, by name.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::{json, parse};

impl Tx {
    /// A setting; none when it was never set or is of another shape than today's.
    ///
    /// # Errors
    /// As any read.
    pub async fn setting<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, StoreError> {
        let value: Option<String> = sqlx::query_scalar("SELECT value FROM settings WHERE name = ?")
            .bind(name)
            .fetch_optional(self.conn())
            .await?;
        Ok(value.and_then(|value| parse("setting", &value).ok()))
    }

    /// Sets it.
    ///
    /// # Errors
    /// As any write.
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
