//! What a request waits for: a question that is put to the patron, and what was changed here and is not
//! confirmed.

use hongyan_store::outbox::{OutboxState, OutboxTask};
use hongyan_store::requests::{Question, RequestRecord, Why};
use hongyan_store::{StoreError, Tx};

use crate::base::problem::Problem;

/// How a change of the text is called where actions are named.
pub(crate) const EDIT: &str = "edit";

/// The patron's answer: it is to be sent all the same.
pub(crate) fn answer(record: &mut RequestRecord) {
    if let Some(question) = &mut record.question {
        question.answered = true;
    }
}

/// Puts a question to the patron, with what the screens show of it.
pub(crate) fn ask(record: &mut RequestRecord, why: Why, problem: &Problem) {
    record.question = Some(Question::open(why));
    record.problem = as_json(problem);
}

/// Takes it back: nothing is asked any more.
pub(crate) fn take_back(record: &mut RequestRecord) {
    record.question = None;
    record.problem.clear();
}

/// The change made here that the platform has not confirmed; empty when there is none.
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

/// A problem as it is kept in a row.
pub(crate) fn as_json(problem: &Problem) -> String {
    serde_json::to_string(problem).unwrap_or_default()
}
