//! News from the library: the changes feed, each request's events, one notice each. The cursor is
//! stored with the rows it covers, so a page is taken whole or asked for again.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use hongyan_connectors::error::NetError;
use hongyan_connectors::gateway::{Change, ChangePage};
use hongyan_model::notice::{Notice, NoticeKind};
use hongyan_model::request::{Reason, RequestEvent};
use hongyan_model::{Draft, Request, RequestId, RequestState, Service};
use hongyan_store::Tx;
use hongyan_store::notices::NewNotice;
use hongyan_store::outbox::{Errand, OutboxState};
use hongyan_store::requests::RequestRecord;
use tokio_util::sync::CancellationToken;

use crate::change::Tag;
use crate::config::jitter;
use crate::engine::Engine;
use crate::fault::Failure;
use crate::problem::Problem;
use crate::session::signed_in;
use crate::settings::{LAST_SYNC, is_held};

/// The cursor of the changes feed.
const CHANGES: &str = "changes";
/// Set once everything was heard for the first time.
const FIRST_DONE: &str = "first-sync-done";
/// Requests whose events are fetched at once.
const AT_ONCE: usize = 4;
/// The platform's code for "your cursor is too old".
const CURSOR_EXPIRED: &str = "CURSOR_EXPIRED";

impl Engine {
    /// Follows the platform until stopped.
    pub(crate) async fn follow_all(self, stop: CancellationToken) {
        loop {
            let outcome = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                outcome = self.follow() => outcome,
            };
            let wait = self.until_next(outcome.err()).await;
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.inner.sync_wake.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Asks the work behind the screens for news now, and to try again what waits for the network.
    pub fn sync_now(&self) {
        self.inner.back_online.store(true, std::sync::atomic::Ordering::Release);
        self.inner.outbox_wake.notify_one();
        self.inner.sync_wake.notify_one();
    }

    /// Asks for news and returns when it is here. Nothing to do while nobody is signed in.
    ///
    /// # Errors
    /// Those of the network and of the files.
    pub async fn sync(&self) -> Result<(), Problem> {
        Ok(self.follow().await?)
    }

    /// How long until the platform is asked again.
    async fn until_next(&self, failed: Option<Failure>) -> Duration {
        let poll = self.inner.config.poll;
        let in_doubt = match self.read().await {
            Ok(mut tx) => tx.outbox().await.is_ok_and(|rows| {
                rows.iter().any(|row| {
                    row.state == OutboxState::Unknown && matches!(row.errand, Errand::Submit { .. })
                })
            }),
            Err(_) => false,
        };
        let usual = if self.live().foreground { poll.foreground } else { poll.background };
        let wait = jitter(if in_doubt { poll.unknown.min(usual) } else { usual });
        match failed {
            Some(Failure::Net(NetError::Slow { after: Some(after) })) => {
                wait.max(after.min(Duration::from_secs(86_400)))
            }
            _ => wait,
        }
    }

    /// One run: registration, account, changes. One at a time.
    async fn follow(&self) -> Result<(), Failure> {
        let _turn = self.inner.sync_turn.lock().await;
        let held = is_held(self.read().await?.session().await?.as_ref());
        if !held && !self.registration_is_open().await? {
            return Ok(());
        }
        self.live().syncing = true;
        self.changed(&[Tag::Status]);
        let outcome = self.run(held).await;
        {
            let mut live = self.live();
            live.syncing = false;
            live.sync_problem = match &outcome {
                Ok(()) => None,
                Err(Failure::Net(error)) => Some(error.clone().into()),
                Err(Failure::Store(error)) => Some(Problem::new(
                    crate::problem::ErrorCode::Internal,
                    crate::problem::Retry::Now,
                    error.to_string(),
                )),
            };
        }
        self.changed(&[Tag::Status]);
        outcome
    }

    async fn run(&self, held: bool) -> Result<(), Failure> {
        self.ask_registration().await?;
        if !held {
            return Ok(());
        }
        self.ask_account().await?;
        match self.take_changes(false).await {
            Err(Failure::Net(NetError::Refused { status, code, .. }))
                if code == CURSOR_EXPIRED || status == 410 =>
            {
                tracing::info!("The cursor has expired; everything is asked for again.");
                self.take_changes(true).await
            }
            outcome => outcome,
        }
    }

    /// Reads the feed to its end. `anew`: from the beginning; what the platform does not have any
    /// more has ended there.
    async fn take_changes(&self, anew: bool) -> Result<(), Failure> {
        let mut tx = self.read().await?;
        let first = tx.cursor(FIRST_DONE).await?.is_none();
        let mut cursor = tx.cursor(CHANGES).await?.map(|(value, _)| value).filter(|_| !anew);
        drop(tx);
        let from_start = cursor.is_none();
        let mut seen: HashSet<RequestId> = HashSet::new();
        loop {
            let since = cursor.as_deref();
            let page = signed_in!(self, session => self.inner.gateway.changes(session, since))?;
            let more = page.has_more;
            cursor = Some(page.next.clone());
            if from_start {
                seen.extend(page.changes.iter().filter_map(|change| match change {
                    Change::Upsert(request) => Some(request.id),
                    Change::Delete(_) => None,
                }));
            }
            self.take_page(page, first, from_start, &seen).await?;
            if !more {
                return Ok(());
            }
        }
    }

    /// One page: events first, from the network; then everything in one transaction.
    ///
    /// Asked for from the start, the feed has no cursor of ours before its end: who breaks off begins anew,
    /// since only the whole of it says what the platform does not have any more.
    async fn take_page(
        &self,
        page: ChangePage,
        first: bool,
        from_start: bool,
        seen: &HashSet<RequestId>,
    ) -> Result<(), Failure> {
        let completes = from_start && !page.has_more;
        let ids: Vec<RequestId> = page
            .changes
            .iter()
            .filter_map(|change| match change {
                Change::Upsert(request) => Some(request.id),
                Change::Delete(_) => None,
            })
            .collect();
        let logs: Vec<(RequestId, Vec<RequestEvent>)> = stream::iter(ids)
            .map(|id| async move { Ok::<_, Failure>((id, self.log_of(id).await?)) })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let mut logs = logs.into_iter();
        let now = self.now();
        let mut told = Vec::new();
        let mut changed = !page.changes.is_empty();
        let mut tx = self.write().await?;
        for change in page.changes {
            match change {
                Change::Upsert(request) => {
                    let id = request.id;
                    let known = upsert(&mut tx, *request).await?;
                    let log = logs.next().filter(|(of, _)| *of == id).map(|(_, log)| log).unwrap_or_default();
                    // what happened before we came is history; what was asked for here is news
                    let quiet = first && !known;
                    take_log(&mut tx, id, &log, quiet, &mut told).await?;
                }
                Change::Delete(id) => ended_there(&mut tx, id).await?,
            }
        }
        if completes {
            for record in tx.requests().await? {
                if record.platform.is_some() && !seen.contains(&record.id()) {
                    ended_there(&mut tx, record.id()).await?;
                    changed = true;
                }
            }
        }
        if !from_start || completes {
            tx.set_cursor(CHANGES, &page.next, now).await?;
        }
        if !page.has_more {
            tx.set_cursor(LAST_SYNC, "", now).await?;
            tx.set_cursor(FIRST_DONE, "", now).await?;
        }
        tx.commit().await?;
        if changed {
            self.changed(&[Tag::Requests, Tag::Status]);
        }
        if !told.is_empty() {
            self.inner.news.notices(told);
        }
        Ok(())
    }

    async fn log_of(&self, id: RequestId) -> Result<Vec<RequestEvent>, Failure> {
        Ok(signed_in!(self, session => self.inner.gateway.events(session, id))?)
    }
}

/// Keeps a request as the platform describes it. True when it was known here before.
async fn upsert(tx: &mut Tx, request: Request) -> Result<bool, Failure> {
    let id = request.id;
    if tx.is_buried(id).await? {
        if request.state.is_terminal() {
            return Ok(true);
        }
        // taken back here, and yet it arrived: the patron has to see it
        tx.unbury(id).await?;
    }
    let (mut record, known) = match tx.request(id).await? {
        Some(record) => (record, true),
        None => {
            // asked for on another machine: the feed tells no title, the number has to do
            let service = if request.due_date.is_some() || request.pickup_by.is_some() {
                Service::Loan
            } else {
                Service::Copy
            };
            let draft = Draft::blank(id, service, request.created_at);
            (RequestRecord::submitted(draft, request.created_at), false)
        }
    };
    // a page that was under way while the patron acted is older than what the action answered
    if record.platform.as_ref().is_some_and(|held| held.version > request.version) {
        return Ok(known);
    }
    record.updated_at = request.updated_at.max(record.created_at);
    // while its submission is open, where it stands is for the queue to say: it compares the bytes
    let open = tx.outbox_of(id).await?.iter().any(|row| matches!(row.errand, Errand::Submit { .. }));
    if !open {
        record.state = request.state.clone();
        record.platform = Some(request);
        tx.put_request(&record).await?;
    }
    Ok(known)
}

/// Keeps the events that are new, and makes a notice of those that deserve one.
async fn take_log(
    tx: &mut Tx,
    id: RequestId,
    log: &[RequestEvent],
    quiet: bool,
    told: &mut Vec<Notice>,
) -> Result<(), Failure> {
    let Some(record) = tx.request(id).await? else { return Ok(()) };
    for event in log {
        if !tx.add_event(id, event).await? || quiet {
            continue;
        }
        let Some(kind) = NoticeKind::for_state(&event.to_state) else { continue };
        let new = NewNotice {
            event_key: event.id.clone(),
            kind,
            request: Some(id),
            title: record.draft.display_title().to_owned(),
            at: event.at,
        };
        told.extend(tx.add_notice(&new).await?);
    }
    Ok(())
}

/// The platform does not have it any more: an open request has ended; a past one stays as it was.
async fn ended_there(tx: &mut Tx, id: RequestId) -> Result<(), Failure> {
    let Some(mut record) = tx.request(id).await?.filter(|record| !record.state.is_terminal()) else {
        return Ok(());
    };
    let Some(platform) = record.platform.as_mut() else { return Ok(()) };
    platform.reason = Some(Reason { code: "REQUEST_DELETED".to_owned(), text: String::new() });
    platform.actions.clear();
    platform.state = RequestState::Cancelled;
    record.state = RequestState::Cancelled;
    record.pending_action.clear();
    tx.put_request(&record).await?;
    Ok(())
}
