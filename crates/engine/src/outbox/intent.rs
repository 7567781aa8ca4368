//! Checks before a submission leaves: is it still wanted, and does the platform still accept it? What has
//! waited is never sent silently (docs/REQUESTS.md, "Outbox rules"): the patron is asked, or the request is
//! rejected with the platform's reason.

use std::time::Duration;

use hongyan_connectors::error::NetError;
use hongyan_connectors::gateway::Precheck;
use hongyan_store::outbox::{OutboxRow, OutboxTask, Place, Waiting};
use hongyan_store::requests::{RequestRecord, Why};
use hongyan_store::{StoreError, Tx};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::Next;
use super::Outbox;
use super::verdict::{Verdict, Wait};
use crate::base::change::Tag;
use crate::base::fault::Failure;
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::requests::places::says_no_room;
use crate::requests::question::{self, as_json};

/// A request older than this is confirmed with the patron before it is sent.
const LONG: SignedDuration = SignedDuration::from_hours(14 * 24);
/// A check with the platform older than this is repeated.
const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// Interval before the check is tried again when the platform cannot do it.
const CHECK_AGAIN: Duration = Duration::from_secs(60);

/// Why the patron has to confirm the request first; `None` when not, or when already confirmed.
fn stale(record: &RequestRecord, row: &OutboxRow, now: Timestamp, today: Date) -> Option<&'static str> {
    if record.question.is_some_and(|question| question.answered) {
        return None;
    }
    is_late(record, row, now, today)
}

/// Why the request may not be wanted any more, by the present clock.
fn is_late(record: &RequestRecord, row: &OutboxRow, now: Timestamp, today: Date) -> Option<&'static str> {
    if record.draft.needed_by.is_some_and(|day| day < today) {
        return Some("needed-by");
    }
    (now.duration_since(row.created_at) > LONG).then_some("long-ago")
}

/// Whether the patron is being asked for confirmation although, by the present clock, there is no reason to (a
/// wrong clock asked).
pub(super) async fn is_untrue(
    tx: &mut Tx,
    row: &OutboxRow,
    now: Timestamp,
    today: Date,
) -> Result<bool, StoreError> {
    let Some(record) = tx.request(row.request).await? else { return Ok(false) };
    Ok(asks_whether_wanted(&record) && is_late(&record, row, now, today).is_none())
}

fn asks_whether_wanted(record: &RequestRecord) -> bool {
    record.asks() && record.question.is_some_and(|question| question.why == Why::StillWanted)
}

/// Withdraws the question whether the request is still wanted; the row is due as if it had not been asked.
pub(super) async fn take_back(tx: &mut Tx, id: i64) -> Result<(), StoreError> {
    let Some(mut row) = tx.outbox_row(id).await? else { return Ok(()) };
    let Some(mut record) = tx.request(row.request).await? else { return Ok(()) };
    // the patron may have answered since
    if !asks_whether_wanted(&record) {
        return Ok(());
    }
    row.waiting = Waiting::NO;
    row.problem.clear();
    tx.put_outbox(&row).await?;
    question::take_back(&mut record);
    tx.put_request(&record).await
}

/// Whether the form has to be checked with the platform again: it was written offline, a while ago, or waited
/// for a place.
fn is_unchecked(row: &OutboxRow, now: Timestamp) -> bool {
    let OutboxTask::Submit { offline, .. } = row.task else { return false };
    let first = row.attempts == 0 && !row.absent;
    // a request that waited for a place was written long before it is sent
    first && (row.place == Place::Given || offline || now.duration_since(row.created_at) > FRESH)
}

impl Outbox {
    /// `None`: the row may be sent. Otherwise it was postponed or rejected, and the next step is returned.
    pub(super) async fn reconsider(&self, row: &OutboxRow) -> Result<Option<Next>, Failure> {
        let (now, today) = (self.context.now(), self.context.today());
        let Some(record) = self.context.read().await?.request(row.request).await? else { return Ok(None) };
        if let Some(why) = stale(&record, row, now, today) {
            let problem = Problem::new(ErrorCode::StillWanted, Retry::Never, why).with("why", why);
            self.ask_patron(row.id, Why::StillWanted, problem).await?;
            return Ok(Some(Next::Now));
        }
        let OutboxTask::Submit { payload, .. } = &row.task else { return Ok(None) };
        if !is_unchecked(row, now) {
            return Ok(None);
        }
        let verdict = match self.requests.precheck(payload).await {
            Ok(found) => match blocked(&found) {
                Some(verdict) => verdict,
                None => return Ok(None),
            },
            Err(failure @ (Failure::Store(_) | Failure::Defect(_))) => return Err(failure),
            Err(Failure::Net(error)) => {
                let problem = Problem::from(error.clone());
                match error {
                    // a platform without such a check will object when the request is sent
                    NetError::Refused { .. } | NetError::Unsupported(_) => return Ok(None),
                    NetError::SignIn => Verdict::SignIn,
                    NetError::Unreachable(_) | NetError::Lost(_) | NetError::WrongKind(_) => {
                        Verdict::Later(problem, Wait::Network)
                    }
                    NetError::Throttled { after: Some(after) } => Verdict::Later(problem, Wait::For(after)),
                    _ => Verdict::Later(
                        problem,
                        Wait::For(CHECK_AGAIN.min(self.context.config().poll.unknown)),
                    ),
                }
            }
        };
        self.conclude(row.id, verdict).await.map(Some)
    }

    /// Asks the patron a question; the row waits for the answer without a time limit.
    pub(super) async fn ask_patron(&self, id: i64, why: Why, problem: Problem) -> Result<(), Failure> {
        let mut tx = self.context.write().await?;
        let Some(mut row) = tx.outbox_row(id).await? else { return Ok(()) };
        let Some(mut record) = tx.request(row.request).await? else { return Ok(()) };
        row.problem = as_json(&problem);
        row.waiting = Waiting::Patron;
        tx.put_outbox(&row).await?;
        question::ask(&mut record, why, &problem);
        record.updated_at = self.context.now();
        tx.put_request(&record).await?;
        tx.commit().await?;
        self.context.changed(&[Tag::Requests, Tag::Status]);
        Ok(())
    }
}

/// The platform's first objection, as a verdict; a missing place counts only if there is no other.
fn blocked(found: &Precheck) -> Option<Verdict> {
    let grave = found.blockers.iter().find(|(code, _)| !says_no_room(code));
    let (code, message) = grave.or(found.blockers.first())?;
    let problem = Problem::new(ErrorCode::Refused, Retry::Never, format!("before sending: {code}"));
    let problem = problem.with("code", code).with("message", message);
    Some(if says_no_room(code) { Verdict::NoRoom(problem) } else { Verdict::Rejected(problem) })
}
