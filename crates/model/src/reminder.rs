//! Reminders (docs/REQUESTS.md, Reminders): which dates of a request are near or past. Computed without a
//! network from the dates that are known. Pure: the same dates and the same moment give the same
//! reminders.
//!
//! A date has stages (three days before, the day before, the day itself, past). Only the current stage is
//! told: a patron who was away for three stages gets one reminder. Every stage of every date has one key,
//! which makes telling it idempotent; a changed date has new keys.

use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan as _, Zoned};

use crate::notice::NoticeKind;
use crate::request::{RequestId, RequestState};

/// Hour at which the patron's day begins: before it the previous day counts, so that no reminder appears
/// at midnight.
const MORNING: i64 = 8;
/// Days before a copy expires at which the patron is reminded.
const EXPIRES_SOON: i32 = 3;
/// Dates further past than this many days give no reminder; the list still shows them.
const LONG_PAST: i32 = 60;

/// The dates of a request that reminders are computed from; none where a date is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    /// the request
    pub request: RequestId,
    /// its state
    pub state: RequestState,
    /// due date of a loan
    pub due: Option<Date>,
    /// last day for pickup of a loan
    pub pickup_by: Option<Date>,
    /// last day on which a delivered copy can be opened
    pub open_until: Option<Date>,
    /// when the work is expected
    pub expected: Option<Date>,
    /// last day on which a large attachment of a letter can be fetched from where its sender has left it
    pub link_until: Option<Date>,
}

/// A reminder that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// what the patron is told
    pub kind: NoticeKind,
    /// the date that it is about
    pub date: Date,
    /// unique key: a reminder with this key is told once, ever
    pub key: String,
    /// keys of the later stages of the same date: when one of them has been told, this stage is past.
    /// Keeps a clock that was set back from repeating reminders.
    pub later: Vec<String>,
}

/// The date for which reminders are computed at this moment, in the patron's time zone.
pub fn day_of(local: &Zoned) -> Date {
    let day = local.date();
    if i64::from(local.hour()) < MORNING { day.saturating_sub(1.day()) } else { day }
}

/// When reminders have to be computed next: the next morning in the patron's time zone.
pub fn next_look(local: &Zoned) -> Timestamp {
    let day = day_of(local).saturating_add(1.day());
    let morning = day.to_datetime(Time::midnight()).saturating_add(MORNING.hours());
    match local.time_zone().to_ambiguous_zoned(morning).compatible() {
        Ok(next) => next.timestamp(),
        Err(_) => Timestamp::MAX,
    }
}

impl Days {
    /// The reminders due on this day, at most one for each date of the request.
    pub fn reminders(&self, today: Date) -> Vec<Reminder> {
        use NoticeKind as K;
        let mut found = Vec::new();
        match self.state {
            RequestState::OnLoan | RequestState::Recalled | RequestState::Overdue => {
                let stages = [K::DueSoon, K::DueTomorrow, K::DueToday, K::DueOver];
                found.extend(self.due.and_then(|date| {
                    let stage = match days_left(today, date) {
                        2..=3 => 0,
                        1 => 1,
                        0 => 2,
                        // the platform's own event is the notice
                        left if is_past(left) && self.state != RequestState::Overdue => 3,
                        _ => return None,
                    };
                    self.stage(&stages, stage, date)
                }));
            }
            RequestState::AwaitingPickup => {
                found.extend(self.pickup_by.and_then(|date| {
                    let stage = match days_left(today, date) {
                        1..=2 => 0,
                        0 => 1,
                        _ => return None,
                    };
                    self.stage(&[K::PickupSoon, K::PickupToday], stage, date)
                }));
            }
            RequestState::Delivered => {
                found.extend(self.open_until.and_then(|date| {
                    let near = (0..=EXPIRES_SOON).contains(&days_left(today, date));
                    near.then(|| self.stage(&[K::DocumentExpiring], 0, date)).flatten()
                }));
            }
            _ => {}
        }
        found.extend(self.link_until.filter(|_| !self.state.is_terminal()).and_then(|date| {
            let near = (0..=EXPIRES_SOON).contains(&days_left(today, date));
            near.then(|| self.stage(&[K::DocumentExpiring], 0, date)).flatten()
        }));
        found.extend(self.expected.and_then(|date| {
            is_past(days_left(today, date)).then(|| self.stage(&[NoticeKind::Late], 0, date)).flatten()
        }));
        found
    }

    fn stage(&self, stages: &[NoticeKind], at: usize, date: Date) -> Option<Reminder> {
        let kind = *stages.get(at)?;
        let later = stages.get(at + 1..).unwrap_or_default();
        let later = later.iter().map(|kind| self.key(*kind, date)).collect();
        Some(Reminder { kind, date, key: self.key(kind, date), later })
    }

    /// `reminder:<request>:<kind>:<date>`
    fn key(&self, kind: NoticeKind, date: Date) -> String {
        format!("reminder:{}:{}:{date}", self.request, name(kind))
    }
}

/// The name of a kind in stored keys; must never change.
fn name(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::DueSoon => "due-3",
        NoticeKind::DueTomorrow => "due-1",
        NoticeKind::DueToday => "due-0",
        NoticeKind::DueOver => "due+1",
        NoticeKind::PickupSoon => "pickup-soon",
        NoticeKind::PickupToday => "pickup-today",
        NoticeKind::DocumentExpiring => "document",
        NoticeKind::Late => "late",
        _ => "other",
    }
}

/// Past, but not by more than [`LONG_PAST`].
fn is_past(left: i32) -> bool {
    (-LONG_PAST..0).contains(&left)
}

/// Days from `today` to `date`; negative when `date` is past.
fn days_left(today: Date, date: Date) -> i32 {
    today.until(date).map(|span| span.get_days()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests;
