//! Checks a stored request again before it is sent: what was not checked when it was written, or has changed
//! since, must not be sent silently.

use hongyan_model::request::checks::{Check, CheckCode, Verdict};
use hongyan_model::{Draft, RequestId};
use hongyan_store::outbox::OutboxTask;
use jiff::Timestamp;

use super::Requests;
use crate::base::fault::{Failure, not_found};
use crate::base::problem::Problem;
use crate::requests::drafts::Answered;

/// Result of the checks before sending.
#[derive(Debug, Clone, PartialEq)]
pub enum BeforeSending {
    /// checked with the platform: no objection
    Clear,
    /// objections, each with its reason: the patron has to decide
    Blocked(Vec<Check>),
    /// the platform did not answer: not checked, and not to be sent now
    Unasked(Problem),
}

impl Requests {
    /// Repeats all checks of a request that waits to be sent: the local ones, against requests made before it,
    /// and the platform's. An account that is not active yet is no objection: the outbox waits for it.
    ///
    /// # Errors
    /// `NotFound` when there is no such request or nothing of it waits; [store errors](crate#errors).
    pub async fn recheck_before_sending(&self, id: RequestId) -> Result<BeforeSending, Problem> {
        let mut tx = self.context.read().await?;
        let record = tx.request(id).await?.ok_or_else(not_found)?;
        let submission = tx.outbox_of(id).await?.into_iter().find_map(|row| match row.task {
            OutboxTask::Submit { payload, .. } => Some(payload),
            OutboxTask::Act { .. } | OutboxTask::Edit { .. } | OutboxTask::Message { .. } => None,
        });
        drop(tx);
        let bytes = submission.ok_or_else(not_found)?;
        let answer = match self.precheck(&bytes).await {
            Ok(answer) => Answered::by(answer),
            Err(Failure::Net(error)) => return Ok(BeforeSending::Unasked(error.into())),
            Err(failure @ (Failure::Store(_) | Failure::Defect(_))) => return Err(failure.into()),
        };
        let blockers = self.blockers(&record.draft, record.created_at, answer).await?;
        Ok(if blockers.is_empty() { BeforeSending::Clear } else { BeforeSending::Blocked(blockers) })
    }

    /// The objections. Requests made later are not compared: the duplicate is the later one.
    async fn blockers(
        &self,
        draft: &Draft,
        made: Timestamp,
        answer: Answered,
    ) -> Result<Vec<Check>, Problem> {
        let mut tx = self.context.read().await?;
        let before = self.known_now(&mut tx, Some(draft), |other| other.created_at < made).await?;
        drop(tx);
        let view = self.form(draft.clone(), &before, Some(answer));
        let in_the_way =
            |check: &Check| check.verdict == Verdict::Blocker && check.code != CheckCode::AccountNotActive;
        Ok(view.checks.into_iter().filter(in_the_way).collect())
    }
}
