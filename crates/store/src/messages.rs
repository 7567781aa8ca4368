//! Table `messages`: messages between patron and librarian about a request.

use hongyan_model::RequestId;
use hongyan_model::request::{Actor, Message};

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::{json, millis, parse};

/// A stored message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMessage {
    /// the message
    pub message: Message,
    /// whether the patron has read it; always true for the patron's own
    pub read: bool,
}

impl Tx {
    /// The messages about a request, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn messages(&mut self, request: RequestId) -> Result<Vec<KeptMessage>, StoreError> {
        let rows: Vec<(String, bool)> =
            sqlx::query_as("SELECT message, read FROM messages WHERE request = ? ORDER BY at, id")
                .bind(request.to_string())
                .fetch_all(self.conn())
                .await?;
        rows.into_iter()
            .map(|(text, read)| Ok(KeptMessage { message: parse("message", &text)?, read }))
            .collect()
    }

    /// Stores a message; updates a known one and keeps it read. True if it is new.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn put_message(
        &mut self,
        request: RequestId,
        message: &Message,
        read: bool,
    ) -> Result<bool, StoreError> {
        let known: Option<bool> =
            sqlx::query_scalar("SELECT read FROM messages WHERE request = ? AND id = ?")
                .bind(request.to_string())
                .bind(&message.id)
                .fetch_optional(self.conn())
                .await?;
        sqlx::query(
            "INSERT INTO messages (request, id, at, message, read) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (request, id) DO UPDATE SET at = excluded.at, message = excluded.message",
        )
        .bind(request.to_string())
        .bind(&message.id)
        .bind(millis(message.at))
        .bind(json("message", message)?)
        .bind(read || message.from == Actor::Patron)
        .execute(self.conn())
        .await?;
        Ok(known.is_none())
    }

    /// Deletes a message that will not be sent after all.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn remove_message(&mut self, request: RequestId, id: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM messages WHERE request = ? AND id = ?")
            .bind(request.to_string())
            .bind(id)
            .execute(self.conn())
            .await?;
        Ok(())
    }

    /// Marks all messages about a request as read. True if one was unread.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn mark_messages_read(&mut self, request: RequestId) -> Result<bool, StoreError> {
        let done = sqlx::query("UPDATE messages SET read = 1 WHERE request = ? AND read = 0")
            .bind(request.to_string())
            .execute(self.conn())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Number of unread messages about a request.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn unread_messages(&mut self, request: RequestId) -> Result<u32, StoreError> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM messages WHERE request = ? AND read = 0")
            .bind(request.to_string())
            .fetch_one(self.conn())
            .await?)
    }
}
