//! Submission (T1): writes the request, its bytes and its outbox row in one transaction.

use hongyan_model::request::checks::{CheckCode, Verdict};
use hongyan_model::request::wire::seal;
use hongyan_model::{Provenance, RequestId, RequestState};
use hongyan_store::outbox::OutboxTask;
use hongyan_store::requests::RequestRecord;

use super::Requests;
use super::drafts::APP;
use crate::base::fault::not_found;
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::view::{Connection, RequestDetail};

impl Requests {
    /// Submits a draft: stored with its bytes in one transaction (T1), returns at once, sent as soon as
    /// possible. Idempotent: a second call returns the same request.
    ///
    /// # Errors
    /// `ChecksFailed` with param `fields`; `NotFound`; `DiskFull`: the draft is unchanged;
    /// [store errors](crate#errors).
    pub async fn submit(&self, id: RequestId) -> Result<RequestDetail, Problem> {
        self.submit_or_wait(id, false, false).await
    }

    /// As [`Requests::submit`]. `wait`: if the platform has no free place, the request is stored all the same
    /// and sent when there is one. `full`: the platform has just said that it has none.
    ///
    /// # Errors
    /// As [`Requests::submit`].
    pub async fn submit_or_wait(
        &self,
        id: RequestId,
        wait: bool,
        full: bool,
    ) -> Result<RequestDetail, Problem> {
        let now = self.context.now();
        let offline = self.platform.connection() == Connection::Offline;
        let blank = self.blanks().get(&id).cloned();
        let mut tx = self.context.write().await?;
        if let Some(record) = tx.request(id).await? {
            return self.detail(&mut tx, &record).await;
        }
        let draft = tx.draft(id).await?.or(blank).ok_or_else(not_found)?;
        let standing = self.known_now(&mut tx, Some(&draft), |_| true).await?;
        let checks = self.checks(&draft, &standing);
        let no_room =
            checks.iter().any(|check| check.verdict == Verdict::Blocker && check.code.is_about_room());
        let failed: Vec<&str> = checks
            .iter()
            .filter(|check| check.verdict == Verdict::Blocker)
            .map(|check| check.field.as_str())
            .collect();
        // an account that is not active yet only delays: the outbox waits for it
        let codes: Vec<String> = checks
            .iter()
            .filter(|check| check.verdict == Verdict::Blocker)
            .filter(|check| {
                check.code != CheckCode::AccountNotActive && !(wait && check.code.is_about_room())
            })
            .map(|check| format!("{:?}", check.code))
            .collect();
        if !codes.is_empty() {
            return Err(Problem::new(ErrorCode::ChecksFailed, Retry::Never, codes.join(", "))
                .with("fields", failed.join(",")));
        }
        let sealed = seal(&draft, now, offline, APP)
            .map_err(|error| Problem::new(ErrorCode::Internal, Retry::Never, error.to_string()))?;
        let record = RequestRecord::submitted(draft, now);
        tx.put_request(&record).await?;
        tx.note(id, RequestState::Queued, Provenance::Program, "", now).await?;
        if !self.platform.hands_over() {
            let task = OutboxTask::Submit { payload: sealed.bytes, sha256: sealed.sha256, offline };
            let row = tx.enqueue(id, &task, None, now).await?;
            if wait && (no_room || full) {
                self.wait_for_place(&mut tx, row).await?;
            }
        }
        tx.remove_draft(id).await?;
        let detail = self.detail(&mut tx, &record).await?;
        point!("before T1");
        tx.commit().await?;
        point!("after T1");
        self.blanks().remove(&id);
        self.context.wakes().outbox();
        Ok(detail)
    }
}
