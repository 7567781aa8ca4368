//! Reminders (DESIGN §4): what the calendar says about a request, reckoned here and without a network
//! from the days that are known. Pure: the same days and the same moment give the same reminders.
//!
//! A day that comes near has stages (three days before, the day before, the day itself, over). Only the
//! stage that holds now is told: whoever was away over three of them hears of one. Each stage of each day
//! has one key, so that nothing is told twice; a changed day makes new keys.

use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan as _, Zoned};

use crate::notice::NoticeKind;
use crate::request::{RequestId, RequestState};

/// Before this hour of the morning it still counts as the day before: nobody is reminded at midnight.
const MORNING: i64 = 8;
/// Days before a copy can no longer be opened.
const EXPIRES_SOON: i32 = 3;
/// Nothing that is longer past than this is worth a reminder: whoever comes back after a year has the list.
const LONG_PAST: i32 = 60;

/// The days of a request that a reminder may be about; none where nobody said one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    /// the request
    pub request: RequestId,
    /// where it stands
    pub state: RequestState,
    /// last day to bring a loan back
    pub due: Option<Date>,
    /// last day to fetch a loan
    pub pickup_by: Option<Date>,
    /// last day on which a delivered copy can be opened
    pub open_until: Option<Date>,
    /// when what is awaited should be here
    pub expected: Option<Date>,
}

/// A reminder whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// what is told
    pub kind: NoticeKind,
    /// the day that it is about
    pub date: Date,
    /// under which it has its turn once, for ever
    pub key: String,
    /// keys of the stages after it: when one of them had its turn, this one is past (a clock that was set
    /// back tells nothing again)
    pub later: Vec<String>,
}

/// The day for which reminders are told at this moment on the patron's clock.
pub fn day_of(local: &Zoned) -> Date {
    let day = local.date();
    if i64::from(local.hour()) < MORNING { day.saturating_sub(1.day()) } else { day }
}

/// When reminders should be looked at again: the next morning on the patron's clock.
pub fn next_look(local: &Zoned) -> Timestamp {
    let day = day_of(local).saturating_add(1.day());
    let morning = day.to_datetime(Time::midnight()).saturating_add(MORNING.hours());
    match local.time_zone().to_ambiguous_zoned(morning).compatible() {
        Ok(next) => next.timestamp(),
        Err(_) => Timestamp::MAX,
    }
}

impl Days {
    /// The reminders that hold on this day, at most one for each of the days of the request.
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
                        // the platform has said so itself, and its event is the notice
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

/// The name of a kind in keys; must never change.
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

/// Over, and not so long that nobody wants to be reminded any more.
fn is_past(left: i32) -> bool {
    (-LONG_PAST..0).contains(&left)
}

/// Days from one to the other; negative when it is past.
fn days_left(today: Date, date: Date) -> i32 {
    today.until(date).map(|span| span.get_days()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests;
