//! The outbox: queue of everything that is sent to the library. The promise: a request that the patron saw as
//! saved is neither lost nor sent twice. T1 (in `requests/submit.rs`) writes request and bytes; T2 commits
//! SENDING before the first byte leaves (write-ahead); T3 commits the outcome. After a crash between T2 and T3
//! the outcome is looked up before anything is sent again. Start at [`verdict`] for the meaning of an answer.
//! Rules: docs/REQUESTS.md, "Outbox rules".

mod errands;
mod intent;
mod verdict;
mod waits;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hongyan_connectors::error::NetError;
use hongyan_connectors::gateway::{LookedUp, Submitted};
use hongyan_model::log::Logged as _;
use hongyan_model::notice::NoticeKind;
use hongyan_model::request::wire::Sealed;
use hongyan_model::{Provenance, RequestId, RequestState};
use hongyan_store::StoreError;
use hongyan_store::notices::NewNotice;
use hongyan_store::outbox::{OutboxRow, OutboxState, OutboxTask, Place, Waiting};
use hongyan_store::requests::Why;
use hongyan_store::session::is_held;
use tokio_util::sync::CancellationToken;

use self::verdict::{Verdict, Wait, after_look_up, after_submit};
use self::waits::{first_due, holds_the_line, is_asked_for, wait_left, waits_for_patron};
use crate::base::change::Tag;
use crate::base::config::{MOST_JITTER, jitter};
use crate::base::context::Context;
use crate::base::fault::Failure;
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::base::schedule::Wake;
use crate::ledger::Vault;
use crate::notices::Notices;
use crate::platform::Platform;
use crate::requests::Requests;
use crate::requests::described;
use crate::requests::question::{self, as_json};

/// How long a platform that takes no idempotency key may need until a submission can be found there.
const SETTLE: Duration = Duration::from_secs(600);
/// Interval at which open questions to the patron are checked against the clock.
const RELOOK: Duration = Duration::from_secs(30);

/// What the loop does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// run again at once
    Now,
    /// sleep: nothing is due for this long
    In(Duration),
    /// sleep until woken
    Woken,
}

/// The outbox. Cheap to clone; clones share their state.
#[derive(Clone)]
pub struct Outbox {
    context: Context,
    notices: Notices,
    vault: Vault,
    platform: Platform,
    requests: Requests,
    own: Arc<Own>,
}

#[derive(Default)]
struct Own {
    /// rows of submissions that a look-up did not find, with the time of the first miss by [`Clock::steady`]
    ///
    /// [`Clock::steady`]: crate::base::clock::Clock::steady
    missed: Mutex<HashMap<i64, Duration>>,
}

impl Outbox {
    pub(crate) fn new(
        context: Context,
        notices: Notices,
        vault: Vault,
        platform: Platform,
        requests: Requests,
    ) -> Outbox {
        Outbox { context, notices, vault, platform, requests, own: Arc::default() }
    }

    /// The outbox loop: processes one row after the other until cancelled.
    pub(crate) async fn send_all(self, stop: CancellationToken) {
        loop {
            let step = tokio::select! {
                biased;
                // a submission under way stays SENDING, and becomes UNKNOWN at the next start
                () = stop.cancelled() => return,
                step = self.send_next() => step,
            };
            let next = step.unwrap_or_else(|failure| {
                tracing::warn!(error = %failure.logged(), "The queue could not be worked on.");
                // disk full, or file locked: the status line shows why nothing is sent
                self.block(Some((&failure).into()));
                self.vault.noticed(&failure.into());
                Next::In(self.context.config().poll.backoff(1))
            });
            let wait = match next {
                Next::Now => continue,
                Next::In(wait) => wait,
                Next::Woken => Duration::MAX,
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.context.wakes().outbox_woken() => {}
                () = tokio::time::sleep(wait.min(Duration::from_secs(86_400))) => {}
            }
        }
    }

    /// Recovery: submissions that a crash left in SENDING become UNKNOWN.
    pub(crate) async fn mark_sending_unknown(&self) -> Result<(), StoreError> {
        let now = self.context.now();
        let mut tx = self.context.write().await?;
        for id in tx.mark_sending_unknown().await? {
            if let Some(mut record) = tx.request(id).await?.filter(|record| record.platform.is_none()) {
                record.state = RequestState::Unknown;
                tx.put_request(&record).await?;
                tx.note(id, RequestState::Unknown, Provenance::Program, "", now).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    async fn send_next(&self) -> Result<Next, Failure> {
        if self.context.wakes().take_back_online() {
            self.end_waits().await?;
        }
        let look_again = self.requests.give_places().await?;
        let rows = self.context.read().await?.outbox_open().await?;
        if rows.is_empty() {
            self.block(None);
            return Ok(look_again.map_or(Next::Woken, Next::In));
        }
        let (now, longest) = (self.context.now(), self.longest_wait());
        let Some(row) = first_due(&rows, now, longest) else {
            let waits = rows.iter().take_while(|row| !holds_the_line(row)).count();
            // a row that blocks the queue counts as well; those behind it do not
            let first = rows.iter().take(waits + 1).filter_map(|row| wait_left(row, now, longest)).min();
            let asked = rows.iter().any(waits_for_patron);
            if asked && self.take_back_questions().await? {
                return Ok(Next::Now);
            }
            // the clock may have been wrong for so short a time that nothing else detected it
            let relook = asked.then_some(RELOOK);
            return Ok([first, look_again, relook].into_iter().flatten().min().map_or(Next::Woken, Next::In));
        };
        if let Some(problem) = self.what_blocks(row).await? {
            self.block(Some(problem));
            return Ok(Next::Woken);
        }
        self.block(None);
        match &row.task {
            OutboxTask::Submit { .. } if row.state == OutboxState::Sending => {
                // T3 failed: the outcome is as unknown as after a crash
                self.mark_sending_unknown().await?;
                Ok(Next::Now)
            }
            OutboxTask::Submit { payload, sha256, .. } => {
                if row.state == OutboxState::Queued
                    && let Some(next) = self.reconsider(row).await?
                {
                    return Ok(next);
                }
                let sealed = Sealed { id: row.request, bytes: payload.clone(), sha256: sha256.clone() };
                self.deliver(row, &sealed).await
            }
            _ => self.perform(row).await,
        }
    }

    /// The longest wait that this program sets itself; the platform may ask for a longer one.
    fn longest_wait(&self) -> Duration {
        let poll = &self.context.config().poll;
        poll.foreground.max(poll.unknown).mul_f64(MOST_JITTER)
    }

    /// Ends every backoff, except a `Retry-After` of the platform, and withdraws questions that a wrong clock
    /// asked. Runs at the start, when the network is back, when the clock was set, and when the patron asks for
    /// it.
    async fn end_waits(&self) -> Result<(), Failure> {
        let (now, longest) = (self.context.now(), self.longest_wait());
        let rows = self.context.read().await?.outbox_open().await?;
        if rows.iter().any(waits_for_patron) {
            self.take_back_questions().await?;
        }
        let waits = |row: &OutboxRow| row.waiting.until().is_some();
        if !rows.iter().any(waits) {
            return Ok(());
        }
        let mut tx = self.context.write().await?;
        for mut row in tx.outbox_open().await?.into_iter().filter(waits) {
            if wait_left(&row, now, longest).is_some_and(|left| left.is_zero() || !is_asked_for(&row)) {
                row.waiting = Waiting::NO;
                tx.put_outbox(&row).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    /// Withdraws questions to the patron that a wrong clock asked and that have no reason now; whether there
    /// were any.
    async fn take_back_questions(&self) -> Result<bool, Failure> {
        let (now, today) = (self.context.now(), self.context.today());
        let mut tx = self.context.read().await?;
        let mut untrue = Vec::new();
        for row in tx.outbox_open().await?.into_iter().filter(waits_for_patron) {
            if intent::is_untrue(&mut tx, &row, now, today).await? {
                untrue.push(row);
            }
        }
        drop(tx);
        if untrue.is_empty() {
            return Ok(false);
        }
        let mut tx = self.context.write().await?;
        for row in &untrue {
            intent::take_back(&mut tx, row.id).await?;
        }
        tx.commit().await?;
        self.context.changed(&[Tag::Requests, Tag::Status]);
        Ok(true)
    }

    /// Why nothing can be sent now; `None` when it can.
    async fn what_blocks(&self, row: &OutboxRow) -> Result<Option<Problem>, Failure> {
        let mut tx = self.context.read().await?;
        let Some(session) = tx.session().await?.filter(|row| is_held(Some(row))) else {
            return Ok(Some(NetError::SignIn.into()));
        };
        if session.must_change_password {
            let problem = Problem::new(ErrorCode::MustChangePassword, Retry::AfterSignIn, "initial password");
            return Ok(Some(problem));
        }
        let account = tx.account().await?;
        let sends = matches!(row.task, OutboxTask::Submit { .. }) && row.state == OutboxState::Queued;
        Ok(account.filter(|account| sends && !account.state.may_request()).map(|account| {
            Problem::new(ErrorCode::AccountNotActive, Retry::Never, format!("{:?}", account.state))
        }))
    }

    fn block(&self, problem: Option<Problem>) {
        let was = self.platform.set_blocked(problem.clone());
        if was != problem {
            self.context.changed(&[Tag::Requests, Tag::Status]);
        }
    }

    /// Takes one submission a step further: sends it, or looks it up.
    async fn deliver(&self, row: &OutboxRow, sealed: &Sealed) -> Result<Next, Failure> {
        let verdict = if row.state == OutboxState::Unknown {
            match self.look_up(row.request).await {
                Err(Failure::Net(error)) => after_look_up(Err(error), &sealed.sha256),
                Err(failure) => return Err(failure),
                Ok(found) => after_look_up(Ok(found), &sealed.sha256),
            }
        } else {
            let Some(row) = self.mark_sending(row.id).await? else { return Ok(Next::Now) };
            match self.submit(sealed).await {
                Err(Failure::Net(error)) => after_submit(Err(error), &sealed.sha256, row.absent),
                Err(failure) => return Err(failure),
                Ok(submitted) => after_submit(Ok(submitted), &sealed.sha256, row.absent),
            }
        };
        point!("reply read");
        self.conclude(row.id, verdict).await
    }

    async fn submit(&self, sealed: &Sealed) -> Result<Submitted, Failure> {
        Ok(self
            .platform
            .call(|session| async move { self.platform.gateway().submit(&session, sealed).await })
            .await??)
    }

    async fn look_up(&self, id: RequestId) -> Result<LookedUp, Failure> {
        Ok(self
            .platform
            .call(|session| async move { self.platform.gateway().look_up(&session, id).await })
            .await??)
    }

    /// T2: commits SENDING before the first byte leaves. `None` when the patron cancelled the request
    /// meanwhile.
    async fn mark_sending(&self, id: i64) -> Result<Option<OutboxRow>, Failure> {
        let mut tx = self.context.write().await?;
        let Some(mut row) = tx.outbox_row(id).await?.filter(|row| row.state == OutboxState::Queued) else {
            return Ok(None);
        };
        row.state = OutboxState::Sending;
        row.attempts += 1;
        tx.put_outbox(&row).await?;
        if let Some(mut record) = tx.request(row.request).await?.filter(|r| r.platform.is_none()) {
            record.state = RequestState::Sending;
            tx.put_request(&record).await?;
        }
        tx.commit().await?;
        point!("after T2");
        self.context.changed(&[Tag::Requests, Tag::Status]);
        Ok(Some(row))
    }

    /// T3: commits the outcome in one transaction.
    async fn conclude(&self, id: i64, verdict: Verdict) -> Result<Next, Failure> {
        let now = self.context.now();
        let mut tx = self.context.write().await?;
        let Some(mut row) = tx.outbox_row(id).await? else { return Ok(Next::Now) };
        let Some(mut record) = tx.request(row.request).await? else { return Ok(Next::Now) };
        let mut told = false;
        let mut next = Next::Now;
        match verdict {
            Verdict::Accepted(request) => {
                question::take_back(&mut record);
                record.updated_at = now;
                described::keep(&mut tx, &mut record, *request).await?;
                tx.remove_outbox(row.id).await?;
                self.context.wake(Wake::Own);
            }
            // the patron agreed to wait for a place, and the platform took nothing
            Verdict::NoRoom(_) if row.place == Place::Given => {
                row.state = OutboxState::Queued;
                self.requests.back_to_waiting(&mut tx, &mut row).await?;
                record.state = RequestState::Queued;
                tx.put_request(&record).await?;
            }
            Verdict::Rejected(problem) | Verdict::NoRoom(problem) => {
                row.state = OutboxState::Rejected;
                row.problem = as_json(&problem);
                tx.put_outbox(&row).await?;
                for other in tx.outbox_of(row.request).await?.iter().filter(|other| other.id != row.id) {
                    tx.remove_outbox(other.id).await?; // nothing to cancel any more
                }
                record.state = RequestState::Rejected;
                record.question = None;
                record.problem.clone_from(&row.problem);
                record.pending_action.clear();
                record.updated_at = now;
                tx.put_request(&record).await?;
                let said = problem.params.get("message").map(String::as_str).unwrap_or_default();
                tx.note(row.request, RequestState::Rejected, Provenance::Platform, said, now).await?;
                told = tx
                    .add_notice(&NewNotice {
                        event_key: format!("rejected:{}", row.request),
                        kind: NoticeKind::Rejected,
                        request: Some(row.request),
                        title: record.draft.display_title().to_owned(),
                        date: None,
                        at: now,
                    })
                    .await?
                    .is_some();
            }
            Verdict::Absent if record.pending_action == "cancel" => {
                // it never arrived, and the patron has cancelled it
                tx.remove_request(row.request).await?;
                tx.add_tombstone(row.request, now).await?;
            }
            Verdict::Absent if !self.platform.gateway().creates_once() => {
                drop(tx);
                return self.not_to_be_found(row).await;
            }
            Verdict::Absent => {
                row.state = OutboxState::Queued;
                row.absent = true;
                row.waiting = Waiting::NO;
                tx.put_outbox(&row).await?;
                record.state = RequestState::Queued;
                tx.put_request(&record).await?;
            }
            Verdict::Unknown(problem, wait) => {
                let before = row.state;
                self.put_off(&mut row, OutboxState::Unknown, &problem, wait, before);
                tx.put_outbox(&row).await?;
                if record.state != RequestState::Unknown {
                    record.state = RequestState::Unknown;
                    record.updated_at = now;
                    tx.put_request(&record).await?;
                    tx.note(row.request, RequestState::Unknown, Provenance::Program, "", now).await?;
                    self.context.wake(Wake::Own);
                }
            }
            Verdict::Later(problem, wait) => {
                let before = row.state;
                self.put_off(&mut row, OutboxState::Queued, &problem, wait, before);
                tx.put_outbox(&row).await?;
                record.state = RequestState::Queued;
                tx.put_request(&record).await?;
            }
            Verdict::SignIn => {
                // a 401 means: not taken. UNKNOWN stays UNKNOWN.
                if row.state == OutboxState::Sending {
                    row.state = OutboxState::Queued;
                    record.state = RequestState::Queued;
                }
                // a wait for network or platform becomes the row's own: rows behind it need not wait
                row.waiting = row.waiting.until().map_or(Waiting::NO, Waiting::Until);
                row.problem = as_json(&Problem::from(NetError::SignIn));
                tx.put_outbox(&row).await?;
                tx.put_request(&record).await?;
                next = Next::Now; // the next step finds out whether the session has ended
            }
        }
        point!("before T3");
        tx.commit().await?;
        point!("after T3");
        self.context.changed(&[Tag::Requests, Tag::Status]);
        if told {
            self.notices.tell().await;
        }
        Ok(next)
    }

    /// A look-up did not find the submission, and the platform takes no idempotency key, so that sending again
    /// could make two requests: it gets time to settle, then the patron is asked.
    async fn not_to_be_found(&self, mut row: OutboxRow) -> Result<Next, Failure> {
        let problem = Problem::new(ErrorCode::Unconfirmed, Retry::Never, "not found after sending");
        // measured from the first miss in this run, by the monotonic clock
        let now = self.context.config().clock.steady();
        let since = {
            let mut missed = self.own.missed.lock().unwrap_or_else(PoisonError::into_inner);
            *missed.entry(row.id).or_insert(now)
        };
        if now.saturating_sub(since) > SETTLE {
            self.ask_patron(row.id, Why::Unconfirmed, problem).await?;
            return Ok(Next::Now);
        }
        let mut tx = self.context.write().await?;
        let wait = Wait::For(jitter(self.context.config().poll.unknown));
        self.put_off(&mut row, OutboxState::Unknown, &problem, wait, OutboxState::Unknown);
        tx.put_outbox(&row).await?;
        tx.commit().await?;
        Ok(Next::Now)
    }

    /// Postpones a row. Being offline does not count as an attempt.
    fn put_off(
        &self,
        row: &mut OutboxRow,
        state: OutboxState,
        problem: &Problem,
        wait: Wait,
        before: OutboxState,
    ) {
        row.state = state;
        row.problem = as_json(problem);
        let wait = match wait {
            Wait::For(wait) => wait,
            Wait::Backoff => jitter(self.context.config().poll.backoff(row.attempts)),
            Wait::Network => {
                if before == OutboxState::Sending {
                    row.attempts = row.attempts.saturating_sub(1);
                }
                jitter(self.context.config().poll.unknown)
            }
        };
        row.waiting = waits::after(problem, self.context.now() + wait.min(Duration::from_secs(86_400)));
    }
}
