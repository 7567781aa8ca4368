//! What is told to the library about a request that it has: actions, changes, messages. Each travels under
//! an id that was made here, or against a version, so that telling it twice is telling it once; an
//! unknown outcome is settled by telling it again.

use hongyan_connectors::error::NetError;
use hongyan_model::Request;
use hongyan_model::request::Message;
use hongyan_model::request::wire::Sealed;
use hongyan_store::Tx;
use hongyan_store::outbox::{Errand, OutboxRow, OutboxState};
use hongyan_store::requests::RequestRecord;
use jiff::Timestamp;

use super::verdict::Wait;
use super::{Next, as_json};
use crate::change::Tag;
use crate::described;
use crate::engine::Engine;
use crate::fault::Failure;
use crate::problem::Problem;
use crate::requests::note;
use crate::schedule::Wake;
use crate::session::signed_in;

/// How a change of the text is called where actions are named.
pub(crate) const EDIT: &str = "edit";

/// What the library answered.
enum Told {
    /// the request as it is now
    Request(Box<Request>),
    /// the message as the library has it
    Message(Message),
}

impl Engine {
    /// One errand, told or put off.
    pub(super) async fn perform(&self, row: &OutboxRow) -> Result<Next, Failure> {
        let mut tx = self.write().await?;
        let open = tx.outbox_row(row.id).await?.filter(|row| row.state != OutboxState::Rejected);
        let Some(mut row) = open else { return Ok(Next::Now) };
        row.state = OutboxState::Sending;
        row.attempts += 1;
        tx.put_outbox(&row).await?;
        tx.commit().await?;
        let outcome = match self.told(&row).await {
            Err(Failure::Net(error)) => Err(error),
            Err(failure) => return Err(failure),
            Ok(told) => Ok(told),
        };
        self.conclude_errand(row, outcome).await
    }

    async fn told(&self, row: &OutboxRow) -> Result<Told, Failure> {
        let (gateway, id) = (&self.inner.gateway, row.request);
        match &row.errand {
            Errand::Act { action, action_id, params } => {
                let acted =
                    signed_in!(self, session => gateway.act(session, id, *action_id, action, params))?;
                Ok(Told::Request(acted.request))
            }
            Errand::Edit { version, payload, sha256 } => {
                let sealed = Sealed { id, bytes: payload.clone(), sha256: sha256.clone() };
                let request = signed_in!(self, session => gateway.edit(session, &sealed, *version))?;
                Ok(Told::Request(request))
            }
            Errand::Message { message_id, text } => {
                let sent = signed_in!(self, session => gateway.send_message(session, id, *message_id, text))?;
                Ok(Told::Message(sent))
            }
            Errand::Submit { .. } => {
                Err(NetError::Unsupported("a submission is no errand".to_owned()).into())
            }
        }
    }

    async fn conclude_errand(
        &self,
        mut row: OutboxRow,
        outcome: Result<Told, NetError>,
    ) -> Result<Next, Failure> {
        let now = self.now();
        let mut tx = self.write().await?;
        let Some(mut record) = tx.request(row.request).await? else { return Ok(Next::Now) };
        match outcome {
            Ok(told) => {
                tx.remove_outbox(row.id).await?;
                record.pending_action = still_pending(&mut tx, &record).await?;
                match told {
                    Told::Request(request) => {
                        record.updated_at = now;
                        described::keep(&mut tx, &mut record, *request).await?;
                    }
                    Told::Message(message) => {
                        tx.put_request(&record).await?;
                        tx.put_message(row.request, &message, true).await?;
                    }
                }
                self.wake(Wake::Own);
            }
            // a definite no: it stays, with its reason, until the patron has seen it
            Err(error @ (NetError::Refused { .. } | NetError::Unsupported(_))) => {
                let problem = Problem::from(error);
                row.state = OutboxState::Rejected;
                row.problem = as_json(&problem);
                tx.put_outbox(&row).await?;
                record.pending_action = still_pending(&mut tx, &record).await?;
                tx.put_request(&record).await?;
                if !matches!(row.errand, Errand::Message { .. }) {
                    let said = problem.params.get("message").cloned().unwrap_or_default();
                    note(&mut tx, row.request, record.state.clone(), &said, now).await?;
                }
                self.wake(Wake::Own);
            }
            Err(error) => {
                let wait = match &error {
                    NetError::Unreachable(_) => Wait::Network,
                    NetError::Slow { after: Some(after) } => Wait::For(*after),
                    _ => Wait::Backoff,
                };
                let signs_in = error == NetError::SignIn;
                self.put_off(&mut row, OutboxState::Queued, &error.into(), wait, OutboxState::Sending);
                if signs_in {
                    row.not_before = Timestamp::UNIX_EPOCH;
                }
                tx.put_outbox(&row).await?;
            }
        }
        tx.commit().await?;
        self.changed(&[Tag::Requests, Tag::Status]);
        Ok(Next::Now)
    }
}

/// The change made here that the platform has not confirmed; empty when there is none.
pub(crate) async fn still_pending(
    tx: &mut Tx,
    record: &RequestRecord,
) -> Result<String, hongyan_store::StoreError> {
    let rows = tx.outbox_of(record.id()).await?;
    let open = rows.into_iter().filter(|row| row.state != OutboxState::Rejected);
    Ok(open
        .filter_map(|row| match row.errand {
            Errand::Act { action, .. } => Some(action),
            Errand::Edit { .. } => Some(EDIT.to_owned()),
            Errand::Submit { .. } | Errand::Message { .. } => None,
        })
        .next()
        .unwrap_or_default())
}
