//! Delivery of actions, edits and messages about a request that the library already has. Each has an
//! idempotency key made here, or names the version that it changes, so repeating it is harmless; after an
//! unknown outcome it is sent again.

use hongyan_connectors::error::NetError;
use hongyan_model::request::Message;
use hongyan_model::request::wire::Sealed;
use hongyan_model::{Provenance, Request};
use hongyan_store::outbox::{OutboxRow, OutboxState, OutboxTask, Waiting};

use super::Next;
use super::Outbox;
use super::verdict::Wait;
use crate::base::change::Tag;
use crate::base::fault::Failure;
use crate::base::problem::Problem;
use crate::base::schedule::Wake;
use crate::requests::described;
use crate::requests::question::{as_json, still_pending};

/// Answer of the platform.
enum Told {
    /// the request as it is now
    Request(Box<Request>),
    /// the message as the platform stored it
    Message(Message),
}

impl Outbox {
    /// Sends an action, an edit or a message, and records the outcome.
    pub(super) async fn perform(&self, row: &OutboxRow) -> Result<Next, Failure> {
        let mut tx = self.context.write().await?;
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
        let (gateway, id) = (&self.platform.gateway(), row.request);
        match &row.task {
            OutboxTask::Act { action, action_id, params } => {
                let acted = self
                    .platform
                    .call(
                        |session| async move { gateway.act(&session, id, *action_id, action, params).await },
                    )
                    .await??;
                Ok(Told::Request(acted.request))
            }
            OutboxTask::Edit { version, payload, sha256 } => {
                let sealed = &Sealed { id, bytes: payload.clone(), sha256: sha256.clone() };
                let request = self
                    .platform
                    .call(|session| async move { gateway.edit(&session, sealed, *version).await })
                    .await??;
                Ok(Told::Request(request))
            }
            OutboxTask::Message { message_id, text } => {
                let sent = self
                    .platform
                    .call(
                        |session| async move { gateway.send_message(&session, id, *message_id, text).await },
                    )
                    .await??;
                Ok(Told::Message(sent))
            }
            OutboxTask::Submit { .. } => {
                Err(NetError::Unsupported("a submission is no errand".to_owned()).into())
            }
        }
    }

    async fn conclude_errand(
        &self,
        mut row: OutboxRow,
        outcome: Result<Told, NetError>,
    ) -> Result<Next, Failure> {
        let now = self.context.now();
        let mut tx = self.context.write().await?;
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
                self.context.wake(Wake::Own);
            }
            // a definite refusal: the row stays with its reason until the patron has seen it
            Err(error @ (NetError::Refused { .. } | NetError::Unsupported(_))) => {
                let problem = Problem::from(error);
                row.state = OutboxState::Rejected;
                row.problem = as_json(&problem);
                tx.put_outbox(&row).await?;
                record.pending_action = still_pending(&mut tx, &record).await?;
                tx.put_request(&record).await?;
                if !matches!(row.task, OutboxTask::Message { .. }) {
                    let said = problem.params.get("message").cloned().unwrap_or_default();
                    tx.note(row.request, record.state.clone(), Provenance::Platform, &said, now).await?;
                }
                self.context.wake(Wake::Own);
            }
            Err(error) => {
                let wait = match &error {
                    NetError::Unreachable(_) => Wait::Network,
                    NetError::Throttled { after: Some(after) } => Wait::For(*after),
                    _ => Wait::Backoff,
                };
                let signs_in = error == NetError::SignIn;
                self.put_off(&mut row, OutboxState::Queued, &error.into(), wait, OutboxState::Sending);
                if signs_in {
                    row.waiting = Waiting::NO;
                }
                tx.put_outbox(&row).await?;
            }
        }
        tx.commit().await?;
        self.context.changed(&[Tag::Requests, Tag::Status]);
        Ok(Next::Now)
    }
}
