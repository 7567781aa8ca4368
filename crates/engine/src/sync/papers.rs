//! Messages and documents of a request. Fetched when the platform reports new ones, and stored in the
//! transaction that stores the request.

use hongyan_model::request::{Actor, Document, Message};
use hongyan_model::{Request, RequestId, RequestState};
use hongyan_store::{StoreError, Tx};
use jiff::Timestamp;

use super::Synchronizer;
use crate::base::fault::Failure;
use crate::requests::answered;

/// What a description of a request tells about its messages and documents.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    pub(crate) id: RequestId,
    last_message_at: Option<Timestamp>,
    unread: u32,
    /// delivered, but the description lists no documents
    unlisted: bool,
}

/// Fetched messages and documents; `None` where nothing was fetched.
#[derive(Debug, Default)]
pub(crate) struct Papers {
    messages: Option<Vec<Message>>,
    /// number of unread messages, as the platform counts
    unread: u32,
    documents: Option<Vec<Document>>,
}

impl Heard {
    /// Whether there may be something to fetch.
    pub(crate) fn may_have_papers(&self) -> bool {
        self.last_message_at.is_some() || self.unread > 0 || self.unlisted
    }

    /// Reads it from a description by the platform.
    pub(crate) fn of(request: &Request) -> Heard {
        Heard {
            id: request.id,
            last_message_at: request.last_message_at,
            unread: request.unread_messages,
            unlisted: request.state == RequestState::Delivered && request.documents.is_empty(),
        }
    }
}

impl Synchronizer {
    /// Fetches new messages and documents. A platform that does not offer them has none.
    pub(crate) async fn papers_of(&self, heard: &Heard) -> Result<Papers, Failure> {
        let mut papers = Papers { unread: heard.unread, ..Papers::default() };
        if self.has_new_messages(heard).await? {
            let id = heard.id;
            papers.messages = answered(
                self.platform
                    .call(|session| async move { self.platform.gateway().messages(&session, id).await })
                    .await?,
            )?;
        }
        if heard.unlisted {
            papers.documents = self.requests.ask_documents(heard.id).await?;
        }
        Ok(papers)
    }

    async fn has_new_messages(&self, heard: &Heard) -> Result<bool, Failure> {
        let Some(last) = heard.last_message_at else { return Ok(heard.unread > 0) };
        let known = self.context.read().await?.messages(heard.id).await?;
        // compared at the precision in which it is stored
        let newest = known.iter().map(|kept| kept.message.at.as_millisecond()).max();
        Ok(newest.is_none_or(|newest| newest < last.as_millisecond()) || heard.unread > 0)
    }
}

/// Stores messages and documents. `quiet`: older messages are marked as read, except those that the platform
/// counts as unread. Whether anything is new.
pub(crate) async fn keep(
    tx: &mut Tx,
    id: RequestId,
    papers: Papers,
    quiet: bool,
) -> Result<bool, StoreError> {
    let mut changed = papers.documents.is_some();
    if let Some(documents) = papers.documents {
        tx.put_documents(id, &documents).await?;
    }
    let Some(messages) = papers.messages else { return Ok(changed) };
    let from_library = messages.iter().filter(|message| message.from != Actor::Patron).count();
    let read = from_library.saturating_sub(papers.unread as usize);
    let mut seen = 0;
    for message in &messages {
        let own = message.from == Actor::Patron;
        seen += usize::from(!own);
        changed |=
            tx.put_message(id, message, own || message.read_at.is_some() || quiet && seen <= read).await?;
    }
    let Some(mut record) = tx.request(id).await? else { return Ok(changed) };
    let unread = tx.unread_messages(id).await?;
    if let Some(platform) = record.platform.as_mut().filter(|platform| platform.unread_messages != unread) {
        platform.unread_messages = unread;
        tx.put_request(&record).await?;
    }
    Ok(changed)
}
