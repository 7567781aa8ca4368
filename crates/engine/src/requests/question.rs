//! What a request waits for: a question that is put to the patron, and what was changed here and is not
//! confirmed.

use hongyan_store::outbox::{Errand, OutboxState};
use hongyan_store::requests::RequestRecord;
use hongyan_store::{StoreError, Tx};

use crate::base::problem::{ErrorCode, Problem};

/// How a change of the text is called where actions are named.
pub(crate) const EDIT: &str = "edit";

/// Parameter of a question that the patron has answered: send it.
const ANSWERED: &str = "answered";

/// The question about a request, while it waits for the patron.
pub(crate) fn question(record: &RequestRecord) -> Option<Problem> {
    let problem: Problem = serde_json::from_str(&record.problem).ok()?;
    let asks = matches!(problem.code, ErrorCode::StillWanted | ErrorCode::Unconfirmed);
    (asks && !problem.params.contains_key(ANSWERED)).then_some(problem)
}

/// The patron's answer: it is to be sent all the same.
pub(crate) fn answer(record: &mut RequestRecord) {
    if let Some(problem) = question(record) {
        record.problem = as_json(&problem.with(ANSWERED, true));
    }
}

/// The change made here that the platform has not confirmed; empty when there is none.
pub(crate) async fn still_pending(tx: &mut Tx, record: &RequestRecord) -> Result<String, StoreError> {
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

/// A problem as it is kept in a row.
pub(crate) fn as_json(problem: &Problem) -> String {
    serde_json::to_string(problem).unwrap_or_default()
}
