//! Actions on a submitted request: carried out here while it is only here, otherwise queued for the platform.

use std::collections::BTreeMap;

use hongyan_model::request::Action;
use hongyan_model::request::again::Change;
use hongyan_model::text::{clean, clip};
use hongyan_model::{Draft, RequestId, RequestState};
use hongyan_store::Tx;
use hongyan_store::outbox::{OutboxState, OutboxTask, Place, Waiting};
use hongyan_store::requests::RequestRecord;
use jiff::Timestamp;
use uuid::Uuid;

use super::question::{answer, still_pending};
use super::{Requests, present};
use crate::base::fault::{not_allowed, not_found};
use crate::base::problem::Problem;
use crate::view::RequestDetail;

/// Longest text of an action, characters.
const LONGEST: usize = 1000;

impl Requests {
    /// Carries out one of the request's actions. `edit-again` returns the new draft (with its id, in state
    /// `DRAFT`); after a removal the last state of the request is returned.
    ///
    /// # Errors
    /// `NotFound`, `NotAllowed`, and [store errors](crate#errors).
    pub async fn act(&self, id: RequestId, action: &str) -> Result<RequestDetail, Problem> {
        self.act_with(id, action, BTreeMap::new()).await
    }

    /// As [`Requests::act`], with parameters of the patron: `reason`, `problem`, `note`, if the action takes
    /// them; for `edit-again` the `change` to make.
    ///
    /// # Errors
    /// As [`Requests::act`].
    pub async fn act_with(
        &self,
        id: RequestId,
        action: &str,
        params: BTreeMap<String, String>,
    ) -> Result<RequestDetail, Problem> {
        let now = self.context.now();
        let mut tx = self.context.write().await?;
        let mut record = tx.request(id).await?.ok_or_else(not_found)?;
        let waits = tx.outbox_of(id).await?.iter().any(|row| row.place == Place::Waits);
        let offered = present::actions(&record, self.platform.hands_over() || waits)
            .into_iter()
            .find(|a| a.name == action && a.available);
        let Some(offered) = offered else {
            return Err(not_allowed(&format!("{action} in state {:?}", record.state)));
        };
        let local = record.platform.is_none();
        let detail = match action {
            "retry" => {
                for mut row in tx.outbox_of(id).await? {
                    row.waiting = Waiting::NO;
                    tx.put_outbox(&row).await?;
                }
                self.detail(&mut tx, &record).await?
            }
            "send-anyway" => {
                answer(&mut record);
                if self.platform.hands_over() {
                    // the patron has verified that it is not there: it becomes a hand-over
                    record.state = RequestState::Queued;
                }
                for mut row in tx.outbox_of(id).await? {
                    if row.state == OutboxState::Unknown {
                        // the patron has verified that it is not there
                        row.state = OutboxState::Queued;
                        row.absent = true;
                        record.state = RequestState::Queued;
                    }
                    row.waiting = Waiting::NO;
                    row.problem.clear();
                    tx.put_outbox(&row).await?;
                }
                tx.put_request(&record).await?;
                self.detail(&mut tx, &record).await?
            }
            "edit-again" => {
                let change = params.get("change").and_then(|name| Change::named(name));
                self.edit_again(&mut tx, &record, change, now).await?
            }
            "discard" => {
                let detail = self.detail(&mut tx, &record).await?;
                tx.remove_request(id).await?;
                tx.add_tombstone(id, now).await?;
                detail
            }
            "cancel" if local => self.cancel_unsent(&mut tx, &mut record, now).await?,
            action => {
                let params = said(&offered, params);
                let task = OutboxTask::Act { action: action.to_owned(), action_id: Uuid::new_v4(), params };
                tx.enqueue(id, &task, None, now).await?;
                record.pending_action = still_pending(&mut tx, &record).await?;
                tx.put_request(&record).await?;
                self.detail(&mut tx, &record).await?
            }
        };
        tx.commit().await?;
        self.context.wakes().outbox();
        Ok(detail)
    }

    /// Cancels a request that the platform is not known to have. If nothing was sent it is removed and leaves a
    /// tombstone; if it may have arrived, a cancellation is queued behind the submission.
    async fn cancel_unsent(
        &self,
        tx: &mut Tx,
        record: &mut RequestRecord,
        now: Timestamp,
    ) -> Result<RequestDetail, Problem> {
        let id = record.id();
        let submission =
            tx.outbox_of(id).await?.into_iter().find(|row| matches!(row.task, OutboxTask::Submit { .. }));
        match submission {
            Some(row) if matches!(row.state, OutboxState::Sending | OutboxState::Unknown) || row.absent => {
                let task = OutboxTask::act("cancel", Uuid::new_v4());
                tx.enqueue(id, &task, Some(row.id), now).await?;
                record.pending_action = "cancel".to_owned();
                tx.put_request(record).await?;
                self.detail(tx, record).await
            }
            _ => {
                record.state = RequestState::Cancelled;
                record.updated_at = now;
                let detail = self.detail(tx, record).await?;
                tx.remove_request(id).await?;
                tx.add_tombstone(id, now).await?;
                Ok(detail)
            }
        }
    }

    /// Makes a draft with the same form under a new id, since a refused id is never used again. A rejected
    /// request is removed: the draft has its text.
    async fn edit_again(
        &self,
        tx: &mut Tx,
        record: &RequestRecord,
        change: Option<Change>,
        now: Timestamp,
    ) -> Result<RequestDetail, Problem> {
        let id = RequestId(Uuid::new_v4());
        let mut draft = Draft {
            id,
            updated_at: now,
            declaration_accepted: false,
            override_duplicate: false,
            // a rejected request never existed at the platform
            preceded_by: record.platform.as_ref().map(|_| record.id()),
            ..record.draft.clone()
        };
        if let Some(change) = change {
            change.apply(&mut draft);
        }
        tx.save_draft(&draft).await?;
        if record.platform.is_none() {
            tx.remove_request(record.id()).await?;
            tx.add_tombstone(record.id(), now).await?;
        }
        let mut fresh = RequestRecord::submitted(draft, now);
        fresh.state = RequestState::Draft;
        self.detail(tx, &fresh).await
    }
}

/// The parameters that the action accepts, cleaned and truncated to the longest text.
fn said(offered: &Action, params: BTreeMap<String, String>) -> BTreeMap<String, String> {
    params
        .into_iter()
        .filter(|(name, _)| offered.parameters.contains(name))
        .map(|(name, text)| (name, clip(&text.lines().map(clean).collect::<Vec<_>>().join("\n"), LONGEST)))
        .filter(|(_, text)| !text.trim().is_empty())
        .collect()
}
