//! Requests: the list, one of them, submitting, and what may be done with it afterwards.

use std::collections::{BTreeMap, HashMap, HashSet};

use hongyan_model::request::again::{self, Change};
use hongyan_model::request::checks::{CheckCode, Verdict, estimate};
use hongyan_model::request::wire::seal;
use hongyan_model::request::{Action, EventKind, RequestText};
use hongyan_model::text::{clean, clip};
use hongyan_model::{Draft, Record, Request, RequestId, RequestState};
use hongyan_store::events::LocalEvent;
use hongyan_store::history::{HistoryFilter, Order};
use hongyan_store::outbox::{Errand, OutboxState, Place};
use hongyan_store::requests::RequestRecord;
use hongyan_store::{StoreError, Tx};
use jiff::Timestamp;
use uuid::Uuid;

use crate::change::Tag;
use crate::documents;
use crate::drafts::APP;
use crate::engine::Engine;
use crate::fault::{not_allowed, not_found};
use crate::outbox::{answer, still_pending};
use crate::places;
use crate::present;
use crate::problem::{ErrorCode, Problem, Retry};
use crate::settings::LAST_SYNC;
use crate::view::{
    Connection, DraftRow, OutboxView, PendingKind, RequestDetail, RequestGroup, RequestList, RequestRow,
    TimelineEntry, TimelineSource,
};

/// Requests that are over in the first look at the list.
const ENDED: u32 = 50;
/// Longest text that is said with an action, characters.
const LONGEST: usize = 1000;

impl Engine {
    /// Drafts and requests: 需要你 and 进行中, last changed first, and the beginning of 已结束.
    ///
    /// # Errors
    /// Those of the files.
    pub async fn request_list(&self) -> Result<RequestList, Problem> {
        let mut tx = self.read().await?;
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
        requests.sort_by_key(|row| row.group); // stable: the order stays within a group
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

    /// The patron's requests for a work, found by its identifiers; last changed first.
    ///
    /// # Errors
    /// Those of the files.
    pub async fn requests_for(&self, work: &Record) -> Result<Vec<RequestRow>, Problem> {
        let mut tx = self.read().await?;
        let records = tx.requests_for(&work.identifiers).await?;
        let waiting = places::waiting(&mut tx).await?;
        Ok(self.rows(&records, &waiting))
    }

    /// Everything about one request.
    ///
    /// # Errors
    /// `NotFound`, and those of the files.
    pub async fn request_get(&self, id: RequestId) -> Result<RequestDetail, Problem> {
        let mut tx = self.read().await?;
        let record = tx.request(id).await?.ok_or_else(not_found)?;
        self.detail(&mut tx, &record).await
    }

    /// Submits a draft: written down with its bytes in one transaction, answered at once, sent as
    /// soon as possible. Pressing twice is the same as once.
    ///
    /// # Errors
    /// `ChecksFailed` with param `fields`; `NotFound`; `DiskFull`: the draft is still there; those of
    /// the files.
    pub async fn request_submit(&self, id: RequestId) -> Result<RequestDetail, Problem> {
        self.request_submit_or_wait(id, false, false).await
    }

    /// As [`Engine::request_submit`]. `wait`: where the platform has no room for it, it is kept all the same and
    /// sent when a place is free. `full`: the platform said just now that it has none.
    ///
    /// # Errors
    /// As [`Engine::request_submit`].
    pub async fn request_submit_or_wait(
        &self,
        id: RequestId,
        wait: bool,
        full: bool,
    ) -> Result<RequestDetail, Problem> {
        let now = self.now();
        let offline = self.live().connection == Connection::Offline;
        let blank = self.inner.blanks().get(&id).cloned();
        let mut tx = self.write().await?;
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
        // an account that is not ready yet only delays: the queue waits for it
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
        note(&mut tx, id, RequestState::Queued, "", now).await?;
        if !self.hands_over() {
            let errand = Errand::Submit { payload: sealed.bytes, sha256: sealed.sha256 };
            let row = tx.enqueue(id, &errand, None, now).await?;
            if wait && (no_room || full) {
                self.wait_for_place(&mut tx, row).await?;
            }
        }
        tx.remove_draft(id).await?;
        let detail = self.detail(&mut tx, &record).await?;
        point!("before T1");
        tx.commit().await?;
        point!("after T1");
        self.inner.blanks().remove(&id);
        self.changed(&[Tag::Drafts, Tag::Requests, Tag::Status]);
        self.inner.outbox_wake.notify_one();
        Ok(detail)
    }

    /// Does one of the request's actions. `edit-again` gives the new draft's detail (its id is the
    /// draft's, its state `DRAFT`); what is removed is given as it last was.
    ///
    /// # Errors
    /// `NotFound`, `NotAllowed`, and those of the files.
    pub async fn request_act(&self, id: RequestId, action: &str) -> Result<RequestDetail, Problem> {
        self.request_act_with(id, action, BTreeMap::new()).await
    }

    /// As [`Engine::request_act`], with what the patron says with it: `reason`, `problem`, `note`, as far as
    /// the action takes them; of `edit-again` the `change` to make.
    ///
    /// # Errors
    /// As [`Engine::request_act`].
    pub async fn request_act_with(
        &self,
        id: RequestId,
        action: &str,
        params: BTreeMap<String, String>,
    ) -> Result<RequestDetail, Problem> {
        let now = self.now();
        let mut tx = self.write().await?;
        let mut record = tx.request(id).await?.ok_or_else(not_found)?;
        let waits = tx.outbox_of(id).await?.iter().any(|row| row.place == Place::Waits);
        let offered = present::actions(&record, self.hands_over() || waits)
            .into_iter()
            .find(|a| a.name == action && a.available);
        let Some(offered) = offered else {
            return Err(not_allowed(&format!("{action} in state {:?}", record.state)));
        };
        let local = record.platform.is_none();
        let detail = match action {
            "retry" => {
                for mut row in tx.outbox_of(id).await? {
                    row.not_before = Timestamp::UNIX_EPOCH;
                    tx.put_outbox(&row).await?;
                }
                self.detail(&mut tx, &record).await?
            }
            "send-anyway" => {
                answer(&mut record);
                if self.hands_over() {
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
                    row.not_before = Timestamp::UNIX_EPOCH;
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
                tx.bury(id, now).await?;
                detail
            }
            "cancel" if local => self.cancel_unsent(&mut tx, &mut record, now).await?,
            action => {
                let params = said(&offered, params);
                let errand = Errand::Act { action: action.to_owned(), action_id: Uuid::new_v4(), params };
                tx.enqueue(id, &errand, None, now).await?;
                record.pending_action = still_pending(&mut tx, &record).await?;
                tx.put_request(&record).await?;
                self.detail(&mut tx, &record).await?
            }
        };
        tx.commit().await?;
        self.changed(&[Tag::Requests, Tag::Drafts, Tag::Status]);
        self.inner.outbox_wake.notify_one();
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
            tx.outbox_of(id).await?.into_iter().find(|row| matches!(row.errand, Errand::Submit { .. }));
        match submission {
            Some(row) if matches!(row.state, OutboxState::Sending | OutboxState::Unknown) || row.absent => {
                let errand = Errand::act("cancel", Uuid::new_v4());
                tx.enqueue(id, &errand, Some(row.id), now).await?;
                record.pending_action = "cancel".to_owned();
                tx.put_request(record).await?;
                self.detail(tx, record).await
            }
            _ => {
                record.state = RequestState::Cancelled;
                record.updated_at = now;
                let detail = self.detail(tx, record).await?;
                tx.remove_request(id).await?;
                tx.bury(id, now).await?;
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
            tx.bury(record.id(), now).await?;
        }
        let mut fresh = RequestRecord::submitted(draft, now);
        fresh.state = RequestState::Draft;
        self.detail(tx, &fresh).await
    }

    fn rows(&self, records: &[RequestRecord], waiting: &HashSet<RequestId>) -> Vec<RequestRow> {
        let (today, line) = (self.inner.config.clock.today(), self.live().connection);
        let rules = self.rules();
        let by_hand = self.hands_over();
        let row = |record| present::row(record, &rules, today, line, by_hand);
        let mut rows: Vec<RequestRow> = records.iter().map(row).collect();
        places::mark(&mut rows, waiting);
        rows
    }

    pub(crate) async fn detail(&self, tx: &mut Tx, record: &RequestRecord) -> Result<RequestDetail, Problem> {
        let id = record.id();
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
                source: TimelineSource::Here,
            })
            .collect();
        timeline.extend(tx.events(id).await?.into_iter().map(|event| TimelineEntry {
            at: event.at,
            state: event.to_state,
            actor: event.actor,
            note: event.note,
            kind: event.kind,
            source: TimelineSource::Platform,
        }));
        timeline.sort_by_key(|entry| entry.at);
        let submission =
            tx.outbox_of(id).await?.into_iter().find(|row| matches!(row.errand, Errand::Submit { .. }));
        let blocked = self.live().blocked.clone();
        let (today, line) = (self.inner.config.clock.today(), self.live().connection);
        let waits = submission.as_ref().is_some_and(|row| row.place == Place::Waits);
        let outbox = submission.map(|row| OutboxView {
            waits_for_place: waits,
            attempts: row.attempts,
            problem: serde_json::from_str(&row.problem).ok().or(blocked),
            not_before: (row.not_before > Timestamp::UNIX_EPOCH).then_some(row.not_before),
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
        let (now, rules) = (self.now(), self.rules());
        let documents = tx.documents(id).await?.into_iter().map(|kept| documents::shown(kept, now)).collect();
        // what the platform holds of the text is for edits, not for the screen
        let request =
            record.platform.clone().map(|platform| Request { text: RequestText::default(), ..platform });
        Ok(RequestDetail {
            editable: !changing
                && !self.hands_over()
                && request.as_ref().is_some_and(|request| request.editable),
            again: again::changes(&record.state, code, &record.draft),
            pending,
            documents,
            row: self
                .rows(std::slice::from_ref(record), &waiting)
                .pop()
                .unwrap_or_else(|| present::row(record, &rules, today, line, self.hands_over())),
            draft: record.draft.clone(),
            request,
            reason,
            timeline,
            next: present::usual_path(&record.state, record.draft.service),
            actions: present::actions(record, self.hands_over() || waits),
            outbox,
            estimate: estimate(&record.draft, &rules),
        })
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

/// The code as it crosses the seam.
fn code_name(problem: &Problem) -> String {
    serde_json::to_value(problem.code).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Of what has not left, what waits for the patron and not for the line: few, and read one by one.
pub(crate) async fn held_here(tx: &mut Tx, by_hand: bool) -> Result<Vec<RequestId>, StoreError> {
    let here = tx.requests_in(&[RequestState::Queued, RequestState::Unknown]).await?;
    let asks = |record: &RequestRecord| present::group(record, by_hand) == RequestGroup::NeedsYou;
    Ok(here.iter().filter(|record| asks(record)).map(RequestRecord::id).collect())
}

/// A line of the timeline that was written here.
pub(crate) async fn note(
    tx: &mut Tx,
    id: RequestId,
    state: RequestState,
    note: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.add_local_event(id, &LocalEvent { at, state, note: note.to_owned() }).await
}
