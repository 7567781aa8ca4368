//! Edits of a submitted request while the platform allows them (NEEDS_INFO), and withdrawal of changes that
//! have not left this machine.

use hongyan_model::{Draft, RequestId};
use hongyan_store::Tx;
use hongyan_store::outbox::{OutboxRow, OutboxState, OutboxTask};
use hongyan_store::requests::RequestRecord;

use super::Requests;
use crate::base::fault::{not_allowed, not_found};
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::requests::drafts::APP;
use crate::requests::question::{EDIT, still_pending};
use crate::view::{PendingKind, PendingView, RequestDetail};

impl Requests {
    /// Edits the form of a request for the librarian: stored first, sent as soon as possible. Replaces an
    /// earlier edit that has not left or was refused.
    ///
    /// # Errors
    /// `NotAllowed` when the platform does not wait for an edit or one is under way; `NotFound`;
    /// [store errors](crate#errors).
    pub async fn edit(&self, draft: Draft) -> Result<RequestDetail, Problem> {
        let now = self.context.now();
        let id = draft.id;
        let mut tx = self.context.write().await?;
        let mut record = tx.request(id).await?.ok_or_else(not_found)?;
        let editable = |platform: &&hongyan_model::Request| platform.editable && !self.platform.hands_over();
        let Some(platform) = record.platform.as_ref().filter(editable) else {
            return Err(not_allowed("the platform does not wait for another text"));
        };
        let sealed = platform
            .text
            .seal_edit(&Draft { service: record.draft.service, ..draft }, now, APP)
            .map_err(|error| Problem::new(ErrorCode::Internal, Retry::Never, error.to_string()))?;
        let task =
            OutboxTask::Edit { version: platform.version, payload: sealed.bytes, sha256: sealed.sha256 };
        for row in tx.outbox_of(id).await? {
            if !matches!(row.task, OutboxTask::Edit { .. }) {
                continue;
            }
            if !may_be_dropped(&row) {
                return Err(not_allowed("a change is under way"));
            }
            tx.remove_outbox(row.id).await?;
        }
        tx.enqueue(id, &task, None, now).await?;
        tx.keep_jotting(&id.to_string(), crate::requests::jottings::EDIT, "", now).await?;
        record.pending_action = EDIT.to_owned();
        tx.put_request(&record).await?;
        let detail = self.detail(&mut tx, &record).await?;
        tx.commit().await?;
        self.context.wakes().outbox();
        Ok(detail)
    }

    /// Withdraws an action, an edit or a message that has surely not arrived, or dismisses one that was
    /// refused.
    ///
    /// # Errors
    /// `NotAllowed` when it may have arrived; `NotFound`; [store errors](crate#errors).
    pub async fn pending_drop(&self, id: RequestId, pending: i64) -> Result<RequestDetail, Problem> {
        let mut tx = self.context.write().await?;
        let mut record = tx.request(id).await?.ok_or_else(not_found)?;
        if let Some(row) = tx.outbox_row(pending).await?.filter(|row| row.request == id) {
            if !may_be_dropped(&row) {
                return Err(not_allowed("it may have arrived"));
            }
            tx.remove_outbox(row.id).await?;
            if let OutboxTask::Message { message_id, .. } = &row.task {
                tx.remove_message(id, &message_id.to_string()).await?;
            }
            record.pending_action = still_pending(&mut tx, &record).await?;
            tx.put_request(&record).await?;
        }
        let detail = self.detail(&mut tx, &record).await?;
        tx.commit().await?;
        Ok(detail)
    }

    /// The actions, edits and messages of a request that wait to be sent, in order.
    pub(crate) async fn pending(
        &self,
        tx: &mut Tx,
        record: &RequestRecord,
    ) -> Result<Vec<PendingView>, Problem> {
        let blocked = self.platform.blocked();
        let rows = tx.outbox_of(record.id()).await?;
        Ok(rows.into_iter().filter_map(|row| shown(row, record, blocked.as_ref())).collect())
    }
}

fn shown(row: OutboxRow, record: &RequestRecord, blocked: Option<&Problem>) -> Option<PendingView> {
    let can_drop = may_be_dropped(&row);
    let refused = row.state == OutboxState::Rejected;
    let mut view = PendingView {
        id: row.id,
        kind: PendingKind::Action,
        action: String::new(),
        params: Default::default(),
        text: String::new(),
        draft: None,
        at: row.created_at,
        attempts: row.attempts,
        under_way: row.state == OutboxState::Sending,
        problem: serde_json::from_str(&row.problem).ok().or_else(|| blocked.filter(|_| !refused).cloned()),
        refused,
        can_drop,
    };
    match row.task {
        OutboxTask::Submit { .. } => return None,
        OutboxTask::Act { action, params, .. } => {
            view.action = action;
            view.params = params;
        }
        OutboxTask::Edit { payload, .. } => {
            let mut draft = record.draft.clone();
            hongyan_model::request::RequestText::of_bytes(&payload).fill(&mut draft);
            view.kind = PendingKind::Edit;
            view.draft = Some(draft);
        }
        OutboxTask::Message { text, .. } => {
            view.kind = PendingKind::Message;
            view.text = text;
        }
    }
    Some(view)
}

/// Whether the row may be withdrawn: never sent, or refused. A submission is withdrawn by its own action.
fn may_be_dropped(row: &OutboxRow) -> bool {
    let never_left = row.state == OutboxState::Queued && row.attempts == 0;
    !matches!(row.task, OutboxTask::Submit { .. }) && (never_left || row.state == OutboxState::Rejected)
}
