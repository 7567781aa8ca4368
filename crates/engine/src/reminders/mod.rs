//! Reminders, computed offline from the days stored here, by the rules of [`hongyan_model::reminder`]. They are
//! evaluated at the start, every morning, after a sync, and when the machine wakes.

use std::collections::BTreeMap;
use std::time::Duration;

use hongyan_model::library::Library;
use hongyan_model::log::Logged as _;
use hongyan_model::mail::FileKind;
use hongyan_model::reminder::{Days, Reminder, day_of, next_look};
use hongyan_model::request::state::PLATFORM_STATES;
use hongyan_model::{RequestId, RequestState};
use hongyan_store::Tx;
use hongyan_store::notices::NewNotice;
use hongyan_store::requests::RequestRecord;
use hongyan_store::session::is_held;
use jiff::civil::Date;
use tokio_util::sync::CancellationToken;

use crate::base::change::Tag;
use crate::base::clock::{floor, is_told_too_early};
use crate::base::context::Context;
use crate::base::fault::Failure;
use crate::base::problem::Problem;
use crate::base::rows::{FIRST_DONE, PLATFORM_TIME};
use crate::ledger::Vault;
use crate::notices::{Notices, quiet};
use crate::platform::Platform;
use crate::requests::present::row;
use crate::settings::Preferences;
use crate::view::{ClockKind, Connection};

/// Longest sleep between two checks of the clock: it may be set, and timers stop while the machine sleeps.
const LOOK: Duration = Duration::from_secs(60);

/// Reminders about requests. Cheap to clone; clones share their state.
#[derive(Clone)]
pub struct Reminders {
    context: Context,
    notices: Notices,
    vault: Vault,
    platform: Platform,
    preferences: Preferences,
}

impl Reminders {
    pub(crate) fn new(
        context: Context,
        notices: Notices,
        vault: Vault,
        platform: Platform,
        preferences: Preferences,
    ) -> Reminders {
        Reminders { context, notices, vault, platform, preferences }
    }

    /// The reminders loop, until cancelled: adds reminders when they are due, and shows held-back toasts when
    /// quiet hours end.
    pub(crate) async fn remind_all(self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.check_clock().await {
                tracing::warn!(error = %error.logged(), "What the clock says could not be told.");
                self.vault.noticed(&error);
            }
            let seen = self.look().await;
            loop {
                let local = self.context.local();
                let mut next = next_look(&local);
                if let Ok(settings) = self.preferences.now_in_force().await
                    && let Some(end) = quiet::ends(&settings.notices, &local)
                {
                    next = next.min(end);
                }
                let left = Duration::try_from(next.duration_since(self.context.now())).unwrap_or_default();
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = self.context.wakes().reminders_woken() => break,
                    () = tokio::time::sleep(left.min(LOOK)) => {}
                }
                // another day or other quiet hours, whichever way the clock moved
                if self.look().await != seen {
                    break;
                }
            }
        }
    }

    /// The state that the loop watches for changes: the date, and whether it is quiet.
    async fn look(&self) -> (Date, bool) {
        let local = self.context.local();
        let settings = self.preferences.now_in_force().await;
        (day_of(&local), settings.is_ok_and(|settings| quiet::is_quiet(&settings.notices, &local)))
    }

    /// Adds the reminders that are due, and shows held-back toasts if quiet hours are over. Idempotent.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn check_clock(&self) -> Result<(), Problem> {
        self.take_back().await?;
        self.remind().await?;
        self.notices.tell_untold().await?;
        Ok(())
    }

    /// Withdraws what a clock that ran ahead told: reminders dated in the future, with their notices, so that
    /// they are told again when due. Notices of real events get today's date.
    async fn take_back(&self) -> Result<(), Failure> {
        let now = self.context.now();
        let mut tx = self.context.read().await?;
        let latest = tx.last_clock_notice().await?;
        let heard = tx.cursor(PLATFORM_TIME).await?.map(|(_, at)| at);
        drop(tx);
        if !latest.is_some_and(|at| is_told_too_early(at, now, floor(heard))) {
            return Ok(());
        }
        let mut tx = self.context.write().await?;
        let gone = tx.retract_notices_after(now).await?;
        tx.commit().await?;
        tracing::info!(gone, "The clock ran ahead; what it said of days to come is taken back.");
        self.context.changed(&[Tag::Notices, Tag::Requests, Tag::Status]);
        Ok(())
    }

    /// Adds notices for the reminders that are due; each reminder is told once.
    async fn remind(&self) -> Result<(), Failure> {
        let mut tx = self.context.read().await?;
        // the first sync reads history: reminders about it are skipped when it is complete
        let hears_first = !self.platform.hands_over()
            && is_held(tx.session().await?.as_ref())
            && tx.cursor(FIRST_DONE).await?.is_none();
        let due = if hears_first { Vec::new() } else { self.due_reminders(&mut tx).await? };
        let mut open = Vec::new();
        for (record, reminder) in due {
            if !tx.has_reminder(&reminder.key).await? {
                open.push((record, reminder));
            }
        }
        drop(tx);
        if open.is_empty() {
            return Ok(());
        }
        let now = self.context.now();
        let mut tx = self.context.write().await?;
        let mut told = false;
        for (record, reminder) in open {
            let mut passed = !tx.add_reminder(&reminder.key, now).await?;
            for later in &reminder.later {
                passed |= tx.has_reminder(later).await?;
            }
            if passed {
                continue;
            }
            let notice = NewNotice {
                event_key: reminder.key,
                kind: reminder.kind,
                request: Some(record.id()),
                title: record.draft.display_title().to_owned(),
                date: Some(reminder.date),
                at: now,
            };
            told |= tx.add_notice(&notice).await?.is_some();
        }
        tx.commit().await?;
        if told {
            self.context.changed(&[Tag::Notices, Tag::Requests, Tag::Status]);
        }
        Ok(())
    }

    /// Marks the reminders that are due now as told, without notices: what the first sync brings is history.
    pub(crate) async fn pass_over(&self, tx: &mut Tx) -> Result<(), Failure> {
        let now = self.context.now();
        for (_, reminder) in self.due_reminders(tx).await? {
            tx.add_reminder(&reminder.key, now).await?;
        }
        Ok(())
    }

    async fn due_reminders(&self, tx: &mut Tx) -> Result<Vec<(RequestRecord, Reminder)>, Failure> {
        let today = day_of(&self.context.local());
        let open: Vec<RequestState> =
            PLATFORM_STATES.into_iter().filter(|state| !state.is_terminal()).collect();
        let rules = self.platform.rules();
        let mut due = Vec::new();
        for record in tx.requests_in(&open).await? {
            let open_until = match record.state {
                RequestState::Delivered => self.open_until(tx, record.id()).await?,
                _ => None,
            };
            let days = Days { open_until, ..Self::days_of(&record, &rules, today) };
            due.extend(days.reminders(today).into_iter().map(|reminder| (record.clone(), reminder)));
        }
        for (record, until) in self.links_that_end(tx, today).await? {
            let days = Days { link_until: Some(until), ..Self::no_days(&record) };
            due.extend(days.reminders(today).into_iter().map(|reminder| (record.clone(), reminder)));
        }
        Ok(due)
    }

    /// Requests with a letter whose large attachment lies elsewhere and will not for long, with its last day; not those
    /// for which a document came since.
    async fn links_that_end(&self, tx: &mut Tx, today: Date) -> Result<Vec<(RequestRecord, Date)>, Failure> {
        let mut ends: BTreeMap<RequestId, Date> = BTreeMap::new();
        for (id, kept) in tx.letters_that_end(today).await? {
            let Some(until) = kept.letter.kept_until else { continue };
            let files = tx.files(id).await?;
            if files.iter().any(|file| file.kind == FileKind::Document && file.at >= kept.at) {
                continue;
            }
            ends.entry(id).and_modify(|first| *first = until.min(*first)).or_insert(until);
        }
        let ids: Vec<RequestId> = ends.keys().copied().collect();
        let mut records = tx.requests_of(&ids).await?;
        Ok(ends.into_iter().filter_map(|(id, until)| Some((records.remove(&id)?, until))).collect())
    }

    /// The first expiry date among the documents that the patron has not saved.
    async fn open_until(&self, tx: &mut Tx, id: RequestId) -> Result<Option<Date>, Failure> {
        let kept = tx.documents(id).await?;
        let unsaved = kept.iter().filter(|one| one.saved_at.is_none());
        let first = unsaved.filter_map(|one| one.document.expires_at).min();
        let zone = self.context.local().time_zone().clone();
        Ok(first.map(|end| day_of(&end.to_zoned(zone))))
    }

    /// The days of a request: from the platform, from the patron (hand-over), or estimated by the library's
    /// usual times.
    pub(crate) fn days_of(record: &RequestRecord, rules: &Library, today: Date) -> Days {
        let clock = row(record, rules, today, Connection::Online, false).clock;
        let none = Self::no_days(record);
        let expected = matches!(clock.kind, ClockKind::Expected | ClockKind::Late).then_some(clock.date);
        let platform = record.platform.as_ref();
        Days {
            due: platform.and_then(|platform| platform.due_date),
            pickup_by: platform.and_then(|platform| platform.pickup_by),
            expected: expected.flatten(),
            ..none
        }
    }

    /// A request of which no day is known.
    fn no_days(record: &RequestRecord) -> Days {
        Days {
            request: record.id(),
            state: record.state.clone(),
            due: None,
            pickup_by: None,
            open_until: None,
            expected: None,
            link_until: None,
        }
    }
}
