//! Messages with the librarian about a request: stored at once, sent under their own id as soon as possible.

use std::collections::HashMap;

use hongyan_connectors::error::NetError;
use hongyan_model::RequestId;
use hongyan_model::request::{Actor, Message};
use hongyan_model::text::clean;
use hongyan_store::Tx;
use hongyan_store::outbox::{OutboxRow, OutboxState, OutboxTask};
use uuid::Uuid;

use super::Requests;
use crate::base::fault::{Failure, not_allowed, not_found};
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::requests::jottings::MESSAGE;
use crate::view::{MessageThread, MessageView};

/// Maximum length of a message, characters.
pub const MAX_CHARS: usize = 2000;

impl Requests {
    /// The messages about a request, oldest first.
    ///
    /// # Errors
    /// `NotFound`, and [store errors](crate#errors).
    pub async fn messages(&self, id: RequestId) -> Result<MessageThread, Problem> {
        let mut tx = self.context.read().await?;
        self.thread(&mut tx, id).await
    }

    /// Queues a message to the librarian: stored first, sent as soon as possible.
    ///
    /// # Errors
    /// `BadCall` for an empty or too long message; `NoPlatform` where nobody would read it; `NotAllowed` before
    /// the platform has the request; `NotFound`; [store errors](crate#errors): nothing was stored then.
    pub async fn message_send(&self, id: RequestId, text: &str) -> Result<MessageThread, Problem> {
        let text = text.lines().map(clean).collect::<Vec<_>>().join("\n").trim().to_owned();
        if text.is_empty() || text.chars().count() > MAX_CHARS {
            return Err(Problem::new(ErrorCode::BadCall, Retry::Never, "an empty or too long message"));
        }
        if self.platform.hands_over() {
            return Err(NetError::NoPlatform.into());
        }
        let now = self.context.now();
        let mut tx = self.context.write().await?;
        let record = tx.request(id).await?.ok_or_else(not_found)?;
        if record.platform.is_none() {
            return Err(not_allowed("the library does not have the request yet"));
        }
        let message_id = Uuid::new_v4();
        let message = Message {
            id: message_id.to_string(),
            at: now,
            from: Actor::Patron,
            text: text.clone(),
            read_at: None,
        };
        tx.put_message(id, &message, true).await?;
        tx.enqueue(id, &OutboxTask::Message { message_id, text }, None, now).await?;
        tx.keep_jotting(&id.to_string(), MESSAGE, "", now).await?;
        let thread = self.thread(&mut tx, id).await?;
        tx.commit().await?;
        self.context.wakes().outbox();
        Ok(thread)
    }

    /// Marks the messages as read.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn messages_seen(&self, id: RequestId) -> Result<(), Problem> {
        let mut tx = self.context.write().await?;
        let Some(mut record) = tx.request(id).await? else { return Ok(()) };
        if !tx.mark_messages_read(id).await? {
            return Ok(());
        }
        if let Some(platform) = &mut record.platform {
            platform.unread_messages = 0;
            tx.put_request(&record).await?;
        }
        let newest = tx.messages(id).await?.into_iter().rfind(|kept| kept.message.from != Actor::Patron);
        tx.commit().await?;
        if let Some(newest) = newest.filter(|_| !self.platform.hands_over()) {
            // best effort, for the patron's other machines; not awaited
            let own = self.clone();
            drop(tokio::spawn(async move { own.tell_read(id, &newest.message.id).await }));
        }
        Ok(())
    }

    async fn tell_read(&self, id: RequestId, message: &str) -> Result<(), Failure> {
        Ok(self
            .platform
            .call(|session| async move { self.platform.gateway().messages_read(&session, id, message).await })
            .await??)
    }

    async fn thread(&self, tx: &mut Tx, id: RequestId) -> Result<MessageThread, Problem> {
        let record = tx.request(id).await?.ok_or_else(not_found)?;
        let waiting: HashMap<String, OutboxRow> = tx
            .outbox_of(id)
            .await?
            .into_iter()
            .filter_map(|row| match &row.task {
                OutboxTask::Message { message_id, .. } => Some((message_id.to_string(), row)),
                _ => None,
            })
            .collect();
        let kept = tx.messages(id).await?;
        let unread = kept.iter().filter(|one| !one.read).count();
        let messages = kept
            .into_iter()
            .map(|one| {
                let row = waiting.get(&one.message.id);
                MessageView {
                    sent: row.is_none(),
                    pending: row.map(|row| row.id),
                    refused: row
                        .filter(|row| row.state == OutboxState::Rejected)
                        .and_then(|row| serde_json::from_str(&row.problem).ok()),
                    new: !one.read,
                    at: one.message.at,
                    from: one.message.from,
                    text: one.message.text,
                    id: one.message.id,
                }
            })
            .collect();
        Ok(MessageThread {
            messages,
            unread: u32::try_from(unread).unwrap_or(u32::MAX),
            can_write: record.platform.is_some() && !self.platform.hands_over(),
            longest: MAX_CHARS as u32,
        })
    }
}
