//! `jottings`: what a patron has begun to write and not sent yet, by what it is about and its field.

use jiff::Timestamp;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::millis;

impl Tx {
    /// What stands in a field; empty when nothing does.
    ///
    /// # Errors
    /// As any read.
    pub async fn jotting(&mut self, about: &str, field: &str) -> Result<String, StoreError> {
        let text: Option<String> =
            sqlx::query_scalar("SELECT text FROM jottings WHERE about = ? AND field = ?")
                .bind(about)
                .bind(field)
                .fetch_optional(self.conn())
                .await?;
        Ok(text.unwrap_or_default())
    }

    /// Keeps what stands in a field; nothing is kept of an empty one.
    ///
    /// # Errors
    /// As any write.
    pub async fn keep_jotting(
        &mut self,
        about: &str,
        field: &str,
        text: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if text.is_empty() {
            sqlx::query("DELETE FROM jottings WHERE about = ? AND field = ?")
                .bind(about)
                .bind(field)
                .execute(self.conn())
                .await?;
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO jottings (about, field, text, updated_at) VALUES (?, ?, ?, ?)
             ON CONFLICT (about, field) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at",
        )
        .bind(about)
        .bind(field)
        .bind(text)
        .bind(millis(now))
        .execute(self.conn())
        .await?;
        Ok(())
    }
}
