//! Table `jottings`: text that a patron has begun to write and not sent, by subject and field.

use jiff::Timestamp;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::millis;

impl Tx {
    /// The text of a field; empty if there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn jotting(&mut self, about: &str, field: &str) -> Result<String, StoreError> {
        let text: Option<String> =
            sqlx::query_scalar("SELECT text FROM jottings WHERE about = ? AND field = ?")
                .bind(about)
                .bind(field)
                .fetch_optional(self.conn())
                .await?;
        Ok(text.unwrap_or_default())
    }

    /// Stores the text of a field; removes the row when it is empty.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
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
