//! The changes feed, page by page: changed requests, their events, at most one notice for an event. A page is
//! stored in one transaction with the cursor that covers it, so it is stored whole or fetched again.

use std::collections::{HashMap, HashSet};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use hongyan_connectors::gateway::{Change, ChangePage, Session};
use hongyan_model::notice::NoticeKind;
use hongyan_model::request::{Actor, Document, EventKind, Reason, RequestEvent};
use hongyan_model::{Draft, Request, RequestId, RequestState, Service};
use hongyan_store::Tx;
use hongyan_store::notices::NewNotice;
use hongyan_store::requests::RequestRecord;
use jiff::civil::Date;
use tokio::task::JoinSet;

use super::Synchronizer;
use crate::base::change::Tag;
use crate::base::fault::Failure;
use crate::base::rows::{FIRST_DONE, LAST_SYNC, PLATFORM_TIME};
use crate::sync::papers::{self, Heard, Papers};

/// The cursor of the changes feed.
const CHANGES: &str = "changes";
/// Requests whose events are fetched concurrently, where the feed does not contain them.
const AT_ONCE: usize = 4;

/// State of one pass over the feed.
struct Reading {
    /// first sync: everything is history, not news
    first: bool,
    /// in a pass from the beginning: the requests that the platform had when it began and that the feed has not
    /// named yet
    missing: Option<HashSet<RequestId>>,
}

/// A request of a page, with its documents and events.
struct Described {
    id: RequestId,
    /// add no notices for it
    quiet: bool,
    documents: Vec<Document>,
    log: Vec<RequestEvent>,
}

impl Synchronizer {
    /// Reads the feed to its end. `anew`: from the beginning; requests that the platform no longer names are
    /// closed then.
    pub(crate) async fn take_changes(&self, anew: bool) -> Result<(), Failure> {
        let mut tx = self.context.read().await?;
        let first = tx.cursor(FIRST_DONE).await?.is_none();
        let cursor = tx.cursor(CHANGES).await?.map(|(value, _)| value).filter(|_| !anew);
        // only requests known before the pass can be missing: others may arrive during it
        let missing = if anew { Some(tx.platform_ids().await?.into_iter().collect()) } else { None };
        drop(tx);
        let mut reading = Reading { first, missing };
        let mut page = self.page_after(self.platform.session().await?, cursor).await?;
        while page.has_more {
            // pipelining: while this page is stored, the next is fetched and parsed in a task of its own, since
            // both keep a core busy. Its session is read first, before this page takes the ledger's only
            // connection
            let (own, session, since) =
                (self.clone(), self.platform.session().await?, Some(page.next.clone()));
            // aborted when this function returns
            let mut following = JoinSet::new();
            following.spawn(async move { own.page_after(session, since).await });
            Box::pin(self.take_page(page, &mut reading)).await?;
            page = match following.join_next().await {
                Some(Ok(page)) => page?,
                Some(Err(error)) => return Err(error.into()),
                None => return Ok(()),
            };
        }
        Box::pin(self.take_page(page, &mut reading)).await
    }

    async fn page_after(&self, held: Session, since: Option<String>) -> Result<ChangePage, Failure> {
        let since = since.as_deref();
        Ok(self
            .platform
            .call_with(held, |session| async move { self.platform.gateway().changes(&session, since).await })
            .await??)
    }

    /// Stores one page: fetches events that it does not contain, then writes everything in one transaction.
    async fn take_page(&self, page: ChangePage, reading: &mut Reading) -> Result<(), Failure> {
        let ChangePage { changes, next, has_more } = page;
        let ids: Vec<RequestId> = changes.iter().map(id_of).collect();
        let mut logs = self.missing_logs(&changes, &ids).await?;
        let mut papers = self.missing_papers(&changes).await?;
        let now = self.context.now();
        let mut changed = false;
        let mut tx = self.context.write().await?;
        let mut held = tx.requests_of(&ids).await?;
        let buried = tx.tombstones_of(&ids).await?;
        // in a pass from the beginning everything that the platform has is history, also what was deleted here
        let whole = reading.first || reading.missing.is_some();
        let submitting = tx.submitting().await?;
        let mut described: Vec<Described> = Vec::with_capacity(changes.len());
        let mut fresh: Vec<RequestId> = Vec::new();
        for change in changes {
            if let Some(missing) = &mut reading.missing {
                missing.remove(&id_of(&change));
            }
            match change {
                Change::Upsert { mut request, events } => {
                    let id = request.id;
                    let documents = std::mem::take(&mut request.documents);
                    let mut back = false;
                    if buried.contains(&id) {
                        back = request.state.is_terminal();
                        if back && !whole {
                            continue;
                        }
                        // cancelled here before it was sent, and yet it arrived: the patron has to see it
                        tx.remove_tombstone(id).await?;
                    }
                    let known = held.contains_key(&id);
                    let record = held.remove(&id).unwrap_or_else(|| from_elsewhere(&request));
                    let (record, news) = described_as(record, *request, submitting.contains(&id));
                    if news || !known {
                        fresh.push(id);
                    }
                    held.insert(id, record);
                    let log = events.or_else(|| logs.remove(&id)).unwrap_or_default();
                    // events from before this installation are history; those of requests made here are news
                    let quiet = back || (reading.first && !known);
                    described.push(Described { id, quiet, documents, log });
                }
                Change::Delete(id) => {
                    if let Some(record) = held.get(&id).cloned() {
                        // store all of it first: this page may contain news about the deleted request
                        keep(&mut tx, &held, &mut fresh).await?;
                        changed |= ended_there(&mut tx, record).await?;
                        if let Some(ended) = tx.request(id).await? {
                            held.insert(id, ended);
                        }
                    }
                }
            }
        }
        changed |= keep(&mut tx, &held, &mut fresh).await?;
        for Described { id, quiet, documents, .. } in &described {
            if !documents.is_empty() && !submitting.contains(id) {
                tx.put_documents(*id, documents).await?;
            }
            if let Some(papers) = papers.remove(id) {
                changed |= papers::keep(&mut tx, *id, papers, *quiet).await?;
            }
        }
        let all: Vec<(RequestId, &RequestEvent)> =
            described.iter().flat_map(|one| one.log.iter().map(|event| (one.id, event))).collect();
        let new = tx.add_events(&all).await?;
        changed |= !new.is_empty();
        let mut notices = Vec::new();
        for Described { id, quiet, log, .. } in &described {
            let Some(record) = held.get(id).filter(|_| !quiet) else { continue };
            let news = log.iter().filter(|event| new.contains(&event.id));
            notices.extend(news.filter_map(|event| notice_of(record, event)));
        }
        let told = tx.add_notices(&notices).await? > 0;
        if !has_more {
            for id in reading.missing.take().unwrap_or_default() {
                if let Some(record) = tx.request(id).await? {
                    changed |= ended_there(&mut tx, record).await?;
                }
            }
            if reading.first {
                self.reminders.pass_over(&mut tx).await?;
            }
            tx.set_cursor(LAST_SYNC, "", now).await?;
            tx.set_cursor(FIRST_DONE, "", now).await?;
            if let Some(there) = self.platform.gateway().time() {
                tx.set_cursor(PLATFORM_TIME, "", there).await?;
            }
        }
        // an interrupted pass from the beginning starts over: otherwise missing requests would never be closed
        if reading.missing.is_none() || !has_more {
            tx.set_cursor(CHANGES, &next, now).await?;
        }
        // dropping a page of requests takes a while: do it while the commit runs
        let (kept, ()) = tokio::join!(tx.commit(), async move { drop((described, held)) });
        kept?;
        if changed {
            self.context.changed(&[Tag::Requests, Tag::Status]);
        }
        if told {
            self.notices.tell().await;
        }
        Ok(())
    }

    /// Fetches the events that the page does not contain, for requests with events newer than ours. Never
    /// called for a platform that sends the events in its feed.
    async fn missing_logs(
        &self,
        changes: &[Change],
        ids: &[RequestId],
    ) -> Result<HashMap<RequestId, Vec<RequestEvent>>, Failure> {
        if changes.iter().all(|change| !matches!(change, Change::Upsert { events: None, .. })) {
            return Ok(HashMap::new());
        }
        let mut tx = self.context.read().await?;
        let held = tx.requests_of(ids).await?;
        let last = tx.last_events(ids).await?;
        drop(tx);
        let version = |id| held.get(id)?.platform.as_ref().map(|platform| platform.version);
        let mut wanted = Vec::new();
        for change in changes {
            if let Change::Upsert { request, events: None } = change
                && (version(&request.id) != Some(request.version)
                    || last.get(&request.id).is_none_or(|at| *at < request.updated_at))
            {
                wanted.push(request.id);
            }
        }
        stream::iter(wanted)
            .map(|id| async move { Ok::<_, Failure>((id, self.log_of(id).await?)) })
            .buffered(AT_ONCE)
            .try_collect()
            .await
    }

    /// Fetches new messages and documents.
    async fn missing_papers(&self, changes: &[Change]) -> Result<HashMap<RequestId, Papers>, Failure> {
        let heard: Vec<Heard> = changes
            .iter()
            .filter_map(|change| match change {
                Change::Upsert { request, .. } => Some(Heard::of(request)),
                Change::Delete(_) => None,
            })
            .filter(Heard::may_have_papers)
            .collect();
        stream::iter(heard)
            .map(|heard| async move { Ok::<_, Failure>((heard.id, self.papers_of(&heard).await?)) })
            .buffered(AT_ONCE)
            .try_collect()
            .await
    }

    async fn log_of(&self, id: RequestId) -> Result<Vec<RequestEvent>, Failure> {
        Ok(self
            .platform
            .call(|session| async move { self.platform.gateway().events(&session, id).await })
            .await??)
    }
}

/// Stores those of the page that are new or changed; whether there are any.
async fn keep(
    tx: &mut Tx,
    held: &HashMap<RequestId, RequestRecord>,
    fresh: &mut Vec<RequestId>,
) -> Result<bool, Failure> {
    fresh.sort_unstable();
    fresh.dedup();
    let records: Vec<&RequestRecord> = fresh.iter().filter_map(|id| held.get(id)).collect();
    tx.put_requests(&records).await?;
    fresh.clear();
    Ok(!records.is_empty())
}

fn id_of(change: &Change) -> RequestId {
    match change {
        Change::Upsert { request, .. } => request.id,
        Change::Delete(id) => *id,
    }
}

/// A record for a request made on another machine: titled by the work that comes with it, or else by its
/// number.
fn from_elsewhere(request: &Request) -> RequestRecord {
    let loan = request.due_date.is_some() || request.pickup_by.is_some();
    let guess = if loan { Service::Loan } else { Service::Copy };
    let service = request.text.service().unwrap_or(guess);
    RequestRecord::submitted(Draft::blank(request.id, service, request.created_at), request.created_at)
}

/// Merges the platform's description into the record; whether it is news.
fn described_as(mut record: RequestRecord, mut request: Request, submitting: bool) -> (RequestRecord, bool) {
    // the local count of unread messages takes precedence: the patron may have read them here
    request.unread_messages = record.platform.as_ref().map_or(0, |held| held.unread_messages);
    // a page fetched while the patron acted is older than the action's answer. While the submission is open,
    // the outbox decides its state, because only the outbox compares the fingerprint
    let older = record.platform.as_ref().is_some_and(|held| held.version > request.version);
    if older || submitting || record.platform.as_ref() == Some(&request) && record.state == request.state {
        return (record, false);
    }
    record.updated_at = request.updated_at.max(record.created_at);
    // an equal text was merged into the form before
    if record.platform.as_ref().is_none_or(|held| held.text != request.text) {
        request.text.fill(&mut record.draft);
    }
    record.state = request.state.clone();
    record.platform = Some(request);
    (record, true)
}

/// The notice for an event, if it deserves one.
fn notice_of(record: &RequestRecord, event: &RequestEvent) -> Option<NewNotice> {
    let kind = match event.kind {
        EventKind::Moved => NoticeKind::for_state(&event.to_state)?,
        // the patron's own message is no news to the patron
        EventKind::Message if event.actor != Actor::Patron => NoticeKind::Message,
        EventKind::Message
        | EventKind::Document
        | EventKind::Renewal
        | EventKind::Urged
        | EventKind::Other => return None,
    };
    Some(NewNotice {
        event_key: event.id.clone(),
        kind,
        request: Some(record.id()),
        title: record.draft.display_title().to_owned(),
        date: record.platform.as_ref().and_then(|platform| date_of(kind, platform)),
        at: event.at,
    })
}

/// The date that a notice of this kind is about.
fn date_of(kind: NoticeKind, request: &Request) -> Option<Date> {
    match kind {
        NoticeKind::Arrived => request.pickup_by,
        NoticeKind::Recalled | NoticeKind::Overdue => request.due_date,
        _ => None,
    }
}

/// The platform no longer has the request: an open one is closed, a closed one stays as it was. Whether
/// anything changed.
async fn ended_there(tx: &mut Tx, mut record: RequestRecord) -> Result<bool, Failure> {
    if record.state.is_terminal() {
        return Ok(false);
    }
    let Some(platform) = record.platform.as_mut() else { return Ok(false) };
    platform.reason =
        Some(Reason { code: "REQUEST_DELETED".to_owned(), text: String::new(), fields: Vec::new() });
    platform.actions.clear();
    platform.state = RequestState::Cancelled;
    record.state = RequestState::Cancelled;
    record.pending_action.clear();
    tx.put_request(&record).await?;
    Ok(true)
}
