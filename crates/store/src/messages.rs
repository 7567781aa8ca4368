//! `messages`: what patron and librarian wrote to each other about a request.

use hongyan_model::RequestId;
use hongyan_model::request::{Actor, Message};

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::{json, millis, parse};

/// A message as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMessage {
    /// the message
    pub message: Message,
    /// the patron has seen it; always true of the patron's own
    pub read: bool,
}

impl Tx {
    /// The messages about a request, oldest first.
    ///
    /// # Errors
    /// As any read.
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

    /// Keeps a message; one that is known takes what is new of it and stays read. True the first time.
    ///
    /// # Errors
    /// As any write.
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

    /// Takes a message away that will not be sent after all.
    ///
    /// # Errors
    /// As any write.
    pub async fn remove_message(&mut self, request: RequestId, id: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM messages WHERE request = ? AND id = ?")
            .bind(request.to_string())
            .bind(id)
            .execute(self.conn())
            .await?;
        Ok(())
    }

    /// The patron has seen all messages about a request. True when there was one that was new.
    ///
    /// # Errors
    /// As any write.
    pub async fn mark_messages_read(&mut self, request: RequestId) -> Result<bool, StoreError> {
        let done = sqlx::query("UPDATE messages SET read = 1 WHERE request = ? AND read = 0")
            .bind(request.to_string())
            .execute(self.conn())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// How many messages about a request the patron has not seen.
    ///
    /// # Errors
    /// As any read.
    pub async fn unread_messages(&mut self, request: RequestId) -> Result<u32, StoreError> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM messages WHERE request = ? AND read = 0")
            .bind(request.to_string())
            .fetch_one(self.conn())
            .await?)
    }
}
