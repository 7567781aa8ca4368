//! Outbox rows left over from a library whose platform had an interface. This library has none, so nothing of
//! them can be sent, and none may wait for a sign-in. The patron takes them over.

use hongyan_connectors::error::NetError;
use hongyan_model::RequestState;
use hongyan_store::StoreError;
use hongyan_store::outbox::{OutboxState, OutboxTask};
use hongyan_store::requests::Why;

use super::HandOver;
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::requests::question::{self, as_json, still_pending};

impl HandOver {
    /// Empties the outbox for a library without an interface: what was surely not sent becomes a hand-over; for
    /// what may have arrived the patron is asked; actions, edits and messages are refused with the reason.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub(crate) async fn leave_queue(&self) -> Result<(), StoreError> {
        if !self.platform.hands_over() {
            return Ok(());
        }
        let refusal = as_json(&Problem::from(NetError::NoPlatform));
        let mut tx = self.context.write().await?;
        let open: Vec<_> =
            tx.outbox().await?.into_iter().filter(|row| row.state != OutboxState::Rejected).collect();
        for mut row in open {
            let Some(mut record) = tx.request(row.request).await? else { continue };
            if matches!(row.task, OutboxTask::Submit { .. }) {
                tx.remove_outbox(row.id).await?;
                if row.state == OutboxState::Queued {
                    record.state = RequestState::Queued;
                    question::take_back(&mut record);
                } else {
                    let doubt =
                        Problem::new(ErrorCode::Unconfirmed, Retry::Never, "sent to a platform of before");
                    record.state = RequestState::Unknown;
                    question::ask(&mut record, Why::Unconfirmed, &doubt);
                }
            } else {
                row.state = OutboxState::Rejected;
                row.problem.clone_from(&refusal);
                tx.put_outbox(&row).await?;
                record.pending_action = still_pending(&mut tx, &record).await?;
            }
            tx.put_request(&record).await?;
        }
        tx.commit().await
    }
}
