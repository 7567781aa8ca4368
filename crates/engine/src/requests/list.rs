//! The list of requests, and the details of one.

use std::collections::{HashMap, HashSet};

use hongyan_model::request::again;
use hongyan_model::request::checks::estimate;
use hongyan_model::request::{EventKind, RequestText};
use hongyan_model::{Provenance, Record, Request, RequestId, RequestState};
use hongyan_store::events::LocalEvent;
use hongyan_store::history::{HistoryFilter, Order};
use hongyan_store::outbox::{OutboxTask, Place};
use hongyan_store::requests::RequestRecord;
use hongyan_store::{StoreError, Tx};
use uuid::Uuid;

use super::{Requests, documents, kept, places, present};
use crate::base::fault::not_found;
use crate::base::problem::Problem;
use crate::base::rows::LAST_SYNC;
use crate::view::{
    DraftRow, OutboxView, PendingKind, RequestDetail, RequestGroup, RequestList, RequestRow, TimelineEntry,
};

/// Number of closed requests in the list at first.
const ENDED: u32 = 50;

impl Requests {
    /// Drafts and requests: 需要你 and 进行中, last changed first, and the first part of 已结束.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn list(&self) -> Result<RequestList, Problem> {
        let mut tx = self.context.read().await?;
        let mut records = tx.requests_live().await?;
        let over = HistoryFilter { over: Some(true), ..HistoryFilter::default() };
        let page = tx.history_page(&over, Order::Newest, None, ENDED).await?;
        let more = page.next.is_some();
        records.extend(page.entries.into_iter().map(|entry| entry.record));
        let drafts = tx.drafts().await?;
        let waiting = places::waiting(&mut tx).await?;
        let lists: HashMap<RequestId, Uuid> = tx.batch_of_drafts().await?.into_iter().collect();
        let as_of = tx.cursor(LAST_SYNC).await?.map(|(_, at)| at);
        drop(tx);
        let mut requests = self.rows(&records, &waiting);
        requests.sort_by_key(|row| row.group); // stable sort: the order within a group stays
        let drafts = drafts
            .into_iter()
            .map(|draft| DraftRow {
                id: draft.id,
                title: draft.display_title().to_owned(),
                service: draft.service,
                batch: lists.get(&draft.id).copied(),
                updated_at: draft.updated_at,
            })
            .collect();
        Ok(RequestList { requests, more, drafts, as_of })
    }

    /// The patron's requests for a work, matched by its identifiers; last changed first.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn of_work(&self, work: &Record) -> Result<Vec<RequestRow>, Problem> {
        let mut tx = self.context.read().await?;
        let records = tx.requests_for(&work.identifiers).await?;
        let waiting = places::waiting(&mut tx).await?;
        Ok(self.rows(&records, &waiting))
    }

    /// Everything about one request.
    ///
    /// # Errors
    /// `NotFound`, and [store errors](crate#errors).
    pub async fn get(&self, id: RequestId) -> Result<RequestDetail, Problem> {
        let mut tx = self.context.read().await?;
        let record = tx.request(id).await?.ok_or_else(not_found)?;
        self.detail(&mut tx, &record).await
    }

    fn rows(&self, records: &[RequestRecord], waiting: &HashSet<RequestId>) -> Vec<RequestRow> {
        let (today, line) = (self.context.today(), self.platform.connection());
        let rules = self.platform.rules();
        let by_hand = self.platform.hands_over();
        let row = |record| present::row(record, &rules, today, line, by_hand);
        let mut rows: Vec<RequestRow> = records.iter().map(row).collect();
        places::mark(&mut rows, waiting);
        rows
    }

    pub(crate) async fn detail(&self, tx: &mut Tx, record: &RequestRecord) -> Result<RequestDetail, Problem> {
        let id = record.id();
        let can_take_back = self.platform.hands_over()
            && tx.last_local_event(id).await?.is_some_and(|last| may_be_taken_back(record, &last));
        let mut timeline: Vec<TimelineEntry> = tx
            .local_events(id)
            .await?
            .into_iter()
            .map(|event| TimelineEntry {
                at: event.at,
                state: event.state,
                actor: hongyan_model::request::Actor::Patron,
                note: event.note,
                kind: EventKind::Moved,
                source: event.source,
            })
            .collect();
        timeline.extend(tx.events(id).await?.into_iter().map(|event| TimelineEntry {
            at: event.at,
            state: event.to_state,
            actor: event.actor,
            note: event.note,
            kind: event.kind,
            source: Provenance::Platform,
        }));
        timeline.sort_by_key(|entry| entry.at);
        let submission =
            tx.outbox_of(id).await?.into_iter().find(|row| matches!(row.task, OutboxTask::Submit { .. }));
        let blocked = self.platform.blocked();
        let (today, line) = (self.context.today(), self.platform.connection());
        let waits = submission.as_ref().is_some_and(|row| row.place == Place::Waits);
        let outbox = submission.map(|row| OutboxView {
            waits_for_place: waits,
            attempts: row.attempts,
            problem: serde_json::from_str(&row.problem).ok().or(blocked),
            not_before: row.waiting.until(),
        });
        let is_rejected = record.state == RequestState::Rejected;
        let rejected: Option<Problem> =
            is_rejected.then(|| serde_json::from_str(&record.problem).ok()).flatten();
        let said = rejected.map(|problem| hongyan_model::request::Reason {
            code: problem.params.get("code").cloned().unwrap_or_else(|| code_name(&problem)),
            text: problem.params.get("message").cloned().unwrap_or_default(),
            fields: Vec::new(),
        });
        let reason = said.or_else(|| record.platform.as_ref().and_then(|platform| platform.reason.clone()));
        let code = reason.as_ref().map(|reason| reason.code.as_str()).unwrap_or_default();
        let waiting = places::waiting(tx).await?;
        let pending = self.pending(tx, record).await?;
        let changing = pending.iter().any(|one| one.kind == PendingKind::Edit && !one.can_drop);
        let (now, rules) = (self.context.now(), self.platform.rules());
        let documents = tx.documents(id).await?.into_iter().map(|kept| documents::shown(kept, now)).collect();
        // the text as the platform has it is for edits, not for the screen
        let request =
            record.platform.clone().map(|platform| Request { text: RequestText::default(), ..platform });
        let mark = tx.mark(id).await?.map(|mark| mark.to_string()).unwrap_or_default();
        let letters = tx.letters(id).await?.into_iter().map(kept::letter).collect();
        let files = tx.files(id).await?.into_iter().map(kept::file).collect();
        Ok(RequestDetail {
            letters,
            files,
            mark,
            can_take_back,
            editable: !changing
                && !self.platform.hands_over()
                && request.as_ref().is_some_and(|request| request.editable),
            again: again::changes(&record.state, code, &record.draft),
            pending,
            documents,
            row: self
                .rows(std::slice::from_ref(record), &waiting)
                .pop()
                .unwrap_or_else(|| present::row(record, &rules, today, line, self.platform.hands_over())),
            draft: record.draft.clone(),
            request,
            reason,
            timeline,
            next: present::usual_path(&record.state, record.draft.service),
            actions: present::actions(record, self.platform.hands_over() || waits),
            outbox,
            estimate: estimate(&record.draft, &rules),
        })
    }
}

/// Whether the last event of a request, noted by hand, can be taken back: nothing has moved it since.
pub(crate) fn may_be_taken_back(record: &RequestRecord, last: &LocalEvent) -> bool {
    last.before.is_some() && last.source.is_hearsay() && last.state == record.state
}

/// The error code in its serialised form.
fn code_name(problem: &Problem) -> String {
    serde_json::to_value(problem.code).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Unsent requests that wait for the patron rather than for the connection; there are few, so each is read
/// separately.
pub(crate) async fn held_here(tx: &mut Tx, by_hand: bool) -> Result<Vec<RequestId>, StoreError> {
    let here = tx.requests_in(&[RequestState::Queued, RequestState::Unknown]).await?;
    let asks = |record: &RequestRecord| present::group(record, by_hand) == RequestGroup::NeedsYou;
    Ok(here.iter().filter(|record| asks(record)).map(RequestRecord::id).collect())
}
