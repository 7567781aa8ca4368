//! What may be done with a request after it was submitted: here while it is here, at the platform when it is there.

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

/// Longest text that is said with an action, characters.
const LONGEST: usize = 1000;

impl Requests {
    /// Does one of the request's actions. `edit-again` gives the new draft's detail (its id is the
    /// draft's, its state `DRAFT`); what is removed is given as it last was.
    ///
    /// # Errors
    /// `NotFound`, `NotAllowed`, and those of the files.
    pub async fn act(&self, id: RequestId, action: &str) -> Result<RequestDetail, Problem> {
        self.act_with(id, action, BTreeMap::new()).await
    }

    /// As [`Requests::act`], with what the patron says with it: `reason`, `problem`, `note`, as far as
    /// the action takes them; of `edit-again` the `change` to make.
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
                    // the patron has looked: it is not there, and is carried over by hand
                    record.state = RequestState::Queued;
                }
                for mut row in tx.outbox_of(id).await? {
                    if row.state == OutboxState::Unknown {
                        // the patron has looked: it is not there
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

    /// Before anything was sent: gone, and remembered as gone. While it may be on its way: a
    /// cancellation that follows once the outcome is known.
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

    /// The same form under a new id, since a refused id is never used again. A refused request goes:
    /// its text lives in the draft.
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
            // a refused one never was a request there
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

/// What the patron said with an action, as far as it takes it: cleaned, and no longer than a page.
fn said(offered: &Action, params: BTreeMap<String, String>) -> BTreeMap<String, String> {
    params
        .into_iter()
        .filter(|(name, _)| offered.parameters.contains(name))
        .map(|(name, text)| (name, clip(&text.lines().map(clean).collect::<Vec<_>>().join("\n"), LONGEST)))
        .filter(|(_, text)| !text.trim().is_empty())
        .collect()
}
