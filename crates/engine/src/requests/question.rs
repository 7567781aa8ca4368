//! Open questions to the patron about a request, and local changes that the platform has not confirmed.

use hongyan_store::outbox::{OutboxState, OutboxTask};
use hongyan_store::requests::{Question, RequestRecord, Why};
use hongyan_store::{StoreError, Tx};

use crate::base::problem::Problem;

/// Name of an edit among the actions.
pub(crate) const EDIT: &str = "edit";

/// The patron's answer: send it even so.
pub(crate) fn answer(record: &mut RequestRecord) {
    if let Some(question) = &mut record.question {
        question.answered = true;
    }
}

/// Puts a question to the patron, with the problem that the screens show.
pub(crate) fn ask(record: &mut RequestRecord, why: Why, problem: &Problem) {
    record.question = Some(Question::open(why));
    record.problem = as_json(problem);
}

/// Withdraws the question.
pub(crate) fn take_back(record: &mut RequestRecord) {
    record.question = None;
    record.problem.clear();
}

/// The local change that the platform has not confirmed; empty when there is none.
pub(crate) async fn still_pending(tx: &mut Tx, record: &RequestRecord) -> Result<String, StoreError> {
    let rows = tx.outbox_of(record.id()).await?;
    let open = rows.into_iter().filter(|row| row.state != OutboxState::Rejected);
    Ok(open
        .filter_map(|row| match row.task {
            OutboxTask::Act { action, .. } => Some(action),
            OutboxTask::Edit { .. } => Some(EDIT.to_owned()),
            OutboxTask::Submit { .. } | OutboxTask::Message { .. } => None,
        })
        .next()
        .unwrap_or_default())
}

/// A problem in its stored form (JSON).
pub(crate) fn as_json(problem: &Problem) -> String {
    serde_json::to_string(problem).unwrap_or_default()
}
