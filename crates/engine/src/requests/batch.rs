//! Lists of works that are requested together (批量申请). Each work is a draft of its own, so a list is as durable
//! as drafts are; each is submitted by itself, under its own id and in its own transaction.

use futures_util::StreamExt as _;
use futures_util::stream;
use hongyan_formats::list::{ListEntry, Listed};
use hongyan_model::capacity::Capacity;
use hongyan_model::request::batch::{LookUp, ReadAs, service_for};
use hongyan_model::request::checks::{Check, CheckCode, Verdict, twins_within};
use hongyan_model::request::draft::first_name;
use hongyan_model::text::clip;
use hongyan_model::work::Work;
use hongyan_model::{Draft, RequestId, Service};
use hongyan_store::Tx;
use hongyan_store::batches::BatchLine;
use uuid::Uuid;

use super::Requests;
use crate::base::fault::not_found;
use crate::base::problem::{ErrorCode, Problem, Retry};
pub use crate::requests::fill::Given;
use crate::requests::fill::{open_copies, read, says_little};
use crate::requests::places;
use crate::requests::present;
use crate::view::{
    BatchLineView, BatchOutcome, BatchRow, BatchView, Connection, DraftView, Heard, LeftPart, LineOutcome,
};

/// Maximum number of works in a list.
pub const MAX_LINES: usize = 200;
/// Works that are checked with the platform concurrently.
const AT_ONCE: usize = 4;

/// Choices of the patron for a whole list; `None` leaves them unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Common {
    /// acceptance of the copyright terms, for all copies
    pub declaration_accepted: Option<bool>,
    /// pickup desk, for all loans
    pub pickup_location: Option<String>,
}

impl Requests {
    /// Makes a list from a text (one work a line, or a file of references) or from works of a search; each work
    /// becomes a draft. A text that names no work gives a view without lines, and nothing is stored.
    ///
    /// # Errors
    /// `ReferencesUnread`, `TextTooComplex`, and [store errors](crate#errors).
    pub async fn batch_new(&self, given: impl Into<Given>, works: &[Work]) -> Result<BatchView, Problem> {
        let now = self.context.now();
        let id = Uuid::new_v4();
        let fresh = || RequestId(Uuid::new_v4());
        let mut made: Vec<(Draft, BatchLine)> = Vec::new();
        let mut add = |mut draft: Draft, given: String, read_as: ReadAs, look_up: LookUp| {
            // drafts are listed newest first: earlier lines get later times, so that the first line comes first
            let behind = i64::try_from(made.len()).unwrap_or_default();
            draft.updated_at = now - jiff::SignedDuration::from_millis(behind);
            let line = u32::try_from(made.len() + 1).unwrap_or(u32::MAX);
            let line = BatchLine { line, draft: draft.id, given, read_as, look_up };
            made.push((draft, line));
        };
        let Listed { entries, left, .. } = read(given.into()).await?;
        let left = LeftPart::of(left);
        let left_out = (entries.len() + works.len()).saturating_sub(MAX_LINES);
        for work in works.iter().take(MAX_LINES) {
            let record = &work.merged;
            let mut draft = Draft::from_record(record, fresh(), service_for(record), now);
            draft.set_known(self.sources.searches().own_holdings(work), open_copies(record));
            add(draft, record.title.clone(), ReadAs::Search, LookUp::Found);
        }
        for ListEntry { given, read_as, record } in
            entries.into_iter().take(MAX_LINES.saturating_sub(works.len()))
        {
            add(Draft::from_line(&record, read_as, None, fresh(), now), given, read_as, LookUp::Waiting);
        }
        if made.is_empty() {
            return Ok(BatchView {
                id,
                created_at: now,
                lines: Vec::new(),
                left_out: 0,
                left,
                room: Capacity::default(),
            });
        }
        let desk = self.only_desk().await?;
        let mut tx = self.context.write().await?;
        let mut lines = Vec::with_capacity(made.len());
        for (mut draft, line) in made {
            if draft.service == Service::Loan {
                draft.pickup_location.clone_from(&desk);
            }
            tx.save_draft(&draft).await?;
            lines.push(line);
        }
        tx.add_batch(id, &lines, now).await?;
        let mut view = self.batch_view(&mut tx, id).await?;
        tx.commit().await?;
        view.left_out = u32::try_from(left_out).unwrap_or(u32::MAX);
        view.left = left;
        Ok(view)
    }

    /// The present state of a list.
    ///
    /// # Errors
    /// `NotFound`, and [store errors](crate#errors).
    pub async fn batch_get(&self, id: Uuid) -> Result<BatchView, Problem> {
        let mut tx = self.context.read().await?;
        self.batch_view(&mut tx, id).await
    }

    /// All lists, newest first.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn batch_list(&self) -> Result<Vec<BatchRow>, Problem> {
        let mut tx = self.context.read().await?;
        let mut rows = Vec::new();
        for (id, created_at) in tx.batches().await? {
            let mut row = BatchRow { id, created_at, title: String::new(), drafts: 0, requests: 0 };
            for line in tx.batch_lines(id).await? {
                let draft = tx.draft(line.draft).await?;
                let is_request = draft.is_none() && tx.request(line.draft).await?.is_some();
                row.drafts += u32::from(draft.is_some());
                row.requests += u32::from(is_request);
                if row.title.is_empty() && (draft.is_some() || is_request) {
                    let title = draft.as_ref().map(Draft::display_title).filter(|title| !title.is_empty());
                    row.title = clip(title.unwrap_or(&line.given), 80);
                }
            }
            rows.push(row);
        }
        Ok(rows)
    }

    /// Looks up a line in the catalogues and completes its form; edits that the patron made meanwhile are kept.
    ///
    /// # Errors
    /// `NotFound`; `Unreachable` where no catalogue answered: the line still waits; [store errors](crate#errors).
    pub async fn batch_look_up(&self, id: Uuid, line: u32) -> Result<BatchView, Problem> {
        let mut tx = self.context.read().await?;
        let line = tx.batch_lines(id).await?.into_iter().find(|known| known.line == line);
        let line = line.ok_or_else(not_found)?;
        let before = tx.draft(line.draft).await?;
        drop(tx);
        if let Some(before) = before {
            let record = match line.read_as {
                // a line from a file has no text that could be parsed again
                ReadAs::File | ReadAs::Search => of_form(&before),
                _ => {
                    let first = read(line.given.as_str().into()).await?.entries.into_iter().next();
                    first.map(|item| item.record).unwrap_or_default()
                }
            };
            let item = ListEntry { given: line.given.clone(), read_as: line.read_as, record };
            let nearest = self.look_up_listed(&item, &before, says_little(line.read_as)).await?;
            let found = nearest.found.map(|(record, _)| record);
            if found.is_none() && nearest.heard == Some(Heard::Nobody) {
                return Err(Problem::new(
                    ErrorCode::Unreachable,
                    Retry::WhenOnline,
                    "no catalogue answered about the work",
                ));
            }
            let filled = match &found {
                Some(found) => Some(self.fitting(&before, line.read_as, found).await?),
                None => None,
            };
            let mut tx = self.context.write().await?;
            let outcome = if found.is_some() { LookUp::Found } else { LookUp::Absent };
            // an edit made during the look-up is newer than its result
            let untouched = tx.draft(line.draft).await?.as_ref() == Some(&before);
            if let Some(draft) = filled.filter(|_| untouched) {
                tx.save_draft(&draft).await?;
            }
            tx.set_look_up(line.draft, outcome).await?;
            tx.commit().await?;
        }
        self.batch_get(id).await
    }

    /// The form completed with what was found; if the line did not say what kind of work it is, under the
    /// service that fits.
    async fn fitting(
        &self,
        before: &Draft,
        read_as: ReadAs,
        found: &hongyan_model::Record,
    ) -> Result<Draft, Problem> {
        let service = service_for(found);
        let mut before = before.clone();
        if says_little(read_as) && service != before.service {
            before.service = service;
            before.pickup_location =
                if service == Service::Loan { self.only_desk().await? } else { String::new() };
        }
        Ok(self.filled(&before, says_little(read_as), found))
    }

    /// Applies a choice to all works of a list that are still drafts.
    ///
    /// # Errors
    /// `NotFound`, and [store errors](crate#errors).
    pub async fn batch_set(&self, id: Uuid, common: &Common) -> Result<BatchView, Problem> {
        let mut tx = self.context.write().await?;
        for line in tx.batch_lines(id).await? {
            let Some(mut draft) = tx.draft(line.draft).await? else { continue };
            match draft.service {
                Service::Copy => {
                    draft.declaration_accepted =
                        common.declaration_accepted.unwrap_or(draft.declaration_accepted);
                }
                Service::Loan => {
                    if let Some(desk) = &common.pickup_location {
                        draft.pickup_location.clone_from(desk);
                    }
                }
            }
            tx.save_draft(&draft).await?;
        }
        let view = self.batch_view(&mut tx, id).await?;
        tx.commit().await?;
        Ok(view)
    }

    /// Submits lines of a list, each by itself: checked with the platform where it answers, then stored under
    /// its own id and sent as soon as possible. A line that fails does not stop the others. `wait`: lines for
    /// which the platform has no free place are stored too, and sent when one is free.
    ///
    /// # Errors
    /// `NotFound` when there is no such list; [store errors](crate#errors), if they occur before the first
    /// line.
    pub async fn batch_submit(&self, id: Uuid, lines: &[u32], wait: bool) -> Result<BatchOutcome, Problem> {
        let mut tx = self.context.read().await?;
        tx.batch(id).await?.ok_or_else(not_found)?;
        let wanted: Vec<BatchLine> =
            tx.batch_lines(id).await?.into_iter().filter(|line| lines.contains(&line.line)).collect();
        drop(tx);
        let online = self.platform.connection() != Connection::Offline;
        let checked: Vec<(BatchLine, Option<DraftView>)> = stream::iter(wanted)
            .map(|line| async move {
                let view = if online { self.draft_check(line.draft).await.ok() } else { None };
                (line, view)
            })
            .buffered(AT_ONCE)
            .collect()
            .await;
        let mut outcomes = Vec::with_capacity(checked.len());
        for (line, view) in checked {
            outcomes.push(self.submit_line(&line, view, wait).await);
        }
        Ok(BatchOutcome { outcomes, batch: self.batch_get(id).await? })
    }

    async fn submit_line(&self, line: &BatchLine, checked: Option<DraftView>, wait: bool) -> LineOutcome {
        let outcome = |problem: Option<Problem>, form| LineOutcome {
            line: line.line,
            submitted: problem.is_none(),
            problem,
            form,
        };
        let blocks = |check: &&Check| check.verdict == Verdict::Blocker;
        let waits = |view: &DraftView| {
            // an account that is not active yet only delays: the outbox waits for it
            view.checks
                .iter()
                .filter(blocks)
                .all(|check| check.code == CheckCode::AccountNotActive || wait && check.code.is_about_room())
        };
        let full = checked
            .as_ref()
            .is_some_and(|view| view.checks.iter().filter(blocks).any(|check| check.code.is_about_room()));
        if let Some(view) = checked.filter(|view| !waits(view)) {
            let blockers = view.checks.iter().filter(|check| check.verdict == Verdict::Blocker);
            let codes: Vec<String> = blockers.map(|check| format!("{:?}", check.code)).collect();
            let problem = Problem::new(ErrorCode::ChecksFailed, Retry::Never, codes.join(", "));
            return outcome(Some(problem), Some(view));
        }
        match self.submit_or_wait(line.draft, wait, full).await {
            Ok(_) => outcome(None, None),
            Err(problem) => outcome(Some(problem), self.draft_get(line.draft).await.ok()),
        }
    }

    /// Removes a list. Its drafts are kept, or deleted too with `discard`; submitted requests are kept.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn batch_close(&self, id: Uuid, discard: bool) -> Result<(), Problem> {
        let mut tx = self.context.write().await?;
        if discard {
            for line in tx.batch_lines(id).await? {
                if tx.remove_draft(line.draft).await? {
                    tx.add_tombstone(line.draft, self.context.now()).await?;
                }
            }
        }
        tx.remove_batch(id).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn batch_view(&self, tx: &mut Tx, id: Uuid) -> Result<BatchView, Problem> {
        let created_at = tx.batch(id).await?.ok_or_else(not_found)?;
        let standing = self.known_now(tx, None, |_| true).await?;
        let (today, line_now) = (self.context.today(), self.platform.connection());
        let (rules, by_hand) = (self.platform.rules(), self.platform.hands_over());
        let mut lines = Vec::new();
        let mut drafts: Vec<Draft> = Vec::new();
        for BatchLine { line, draft, given, read_as, look_up } in tx.batch_lines(id).await? {
            let (form, request) = match tx.draft(draft).await? {
                Some(draft) => {
                    drafts.push(draft.clone());
                    (Some(self.form(draft, &standing, None)), None)
                }
                None => {
                    let record = tx.request(draft).await?;
                    (None, record.map(|record| present::row(&record, &rules, today, line_now, by_hand)))
                }
            };
            if form.is_some() || request.is_some() {
                lines.push(BatchLineView {
                    line,
                    given,
                    read_as,
                    look_up,
                    form,
                    request,
                    same_as: None,
                    lacks: None,
                });
            }
        }
        // duplicates are searched among the forms; the checks find those among requests
        let numbers: Vec<u32> =
            lines.iter().filter(|line| line.form.is_some()).map(|line| line.line).collect();
        let twins = twins_within(&drafts);
        for (line, twin) in lines.iter_mut().filter(|line| line.form.is_some()).zip(twins) {
            line.same_as = twin.and_then(|at| numbers.get(at).copied());
        }
        let mut room = standing.room;
        let total = room;
        for line in lines.iter_mut().filter(|line| line.same_as.is_none()) {
            if let Some(form) = line.form.as_ref().filter(|form| is_fine(form)) {
                line.lacks = room.take(self.platform.coins_for(&form.draft)).err();
            }
        }
        let waiting = places::waiting(tx).await?;
        places::mark(lines.iter_mut().filter_map(|line| line.request.as_mut()), &waiting);
        Ok(BatchView { id, created_at, lines, left_out: 0, left: Vec::new(), room: total })
    }
}

/// Whether nothing but a missing place prevents submission; the copyright terms are accepted for the whole
/// list.
fn is_fine(form: &DraftView) -> bool {
    form.checks.iter().all(|check| {
        check.verdict != Verdict::Blocker
            || check.code.is_about_room()
            || check.code == CheckCode::CopyrightDeclarationRequired
    })
}

/// The work of a form as a record, for the look-up in catalogues.
fn of_form(draft: &Draft) -> hongyan_model::Record {
    let mut record = hongyan_model::Record {
        title: draft.display_title().to_owned(),
        identifiers: draft.identifiers(),
        ..hongyan_model::Record::default()
    };
    let part = !draft.component_title.is_empty();
    let name = if part { first_name(&draft.component_author) } else { draft.first_named() };
    if !name.is_empty() {
        record.creators.push(hongyan_model::Creator::author(name));
    }
    record
}
