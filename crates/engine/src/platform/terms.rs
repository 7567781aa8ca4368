//! The library's fees, times and days as the platform says them (`/ill/policies`, `/ill/calendar`): asked for
//! once a day with the account, kept in the ledger with the time, and in force offline until they are heard
//! anew. Where the platform says nothing the profile holds.

use std::sync::PoisonError;

use hongyan_connectors::error::NetError;
use hongyan_model::Draft;
use hongyan_model::calendar::Calendar;
use hongyan_model::library::Library;
use hongyan_model::library::terms::Terms;
use hongyan_model::log::Logged as _;
use hongyan_model::request::checks::coins;
use hongyan_store::Tx;
use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::Platform;
use crate::base::change::Tag;
use crate::base::fault::Failure;
use crate::base::problem::Problem;

/// The terms as last heard (JSON), with the time.
const TERMS: &str = "terms";
/// From this month on the next year is asked for, too.
const NEXT_YEAR: i8 = 10;

/// What the platform said of the library; nothing yet by default.
#[derive(Debug, Default)]
pub(super) struct Told {
    terms: Terms,
    /// when it did
    at: Option<Timestamp>,
}

impl Platform {
    /// The library with what the platform says of it: by this the program reckons. The profile alone, with
    /// contacts and desks, is the library of the context.
    pub fn rules(&self) -> Library {
        let told = self.own.told.read().unwrap_or_else(PoisonError::into_inner);
        self.context.library().under(&told.terms)
    }

    /// When the platform said what is in [`Platform::rules`]; none where it has said nothing.
    pub(crate) fn terms_heard(&self) -> Option<Timestamp> {
        self.own.told.read().unwrap_or_else(PoisonError::into_inner).at
    }

    /// 虚拟币 that a request takes, as far as the platform has said its rate; at least one.
    pub(crate) fn coins_for(&self, draft: &Draft) -> i64 {
        let told = self.own.told.read().unwrap_or_else(PoisonError::into_inner);
        let library = self.context.library().under(&told.terms);
        coins(draft, &library, told.terms.coins_per_yuan.unwrap_or(0))
    }

    /// The terms that are kept in the open files.
    pub(crate) async fn recall_terms(&self) -> Result<(), Problem> {
        let kept = self.context.read().await?.cursor(TERMS).await?;
        // of a newer program, or none: they are asked for again soon
        let read =
            kept.and_then(|(text, at)| Some(Told { terms: serde_json::from_str(&text).ok()?, at: Some(at) }));
        self.put_terms(read.unwrap_or_default());
        Ok(())
    }

    /// True when they are others than before.
    fn put_terms(&self, said: Told) -> bool {
        let mut told = self.own.told.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *told, said);
        before.terms != told.terms
    }

    /// What the platform says; none when it cannot be read now, or has nothing of the kind.
    pub(crate) async fn ask_terms(&self) -> Result<Option<Terms>, Failure> {
        let policies =
            match self.call(|session| async move { self.own.gateway.policies(&session).await }).await? {
                Ok(policies) => policies,
                Err(error) => return Ok(unread("fees and terms", &error)),
            };
        let today = self.context.today();
        let mut calendar = self.ask_year(today.year()).await?;
        if today.month() >= NEXT_YEAR {
            calendar = calendar.under(&self.ask_year(today.year().saturating_add(1)).await?);
        }
        Ok(Some(Terms {
            loan_fee: policies.loan_fee,
            page_fee: policies.page_fee,
            patron_pays: policies.patron_pays,
            loan_days: policies.loan_days,
            copyright_fraction: policies.copyright_fraction,
            registration_working_days: policies.registration_working_days,
            review_working_days: policies.review_working_days,
            copy_working_days: policies.copy_working_days,
            arrival_days: policies.arrival_days,
            coins_per_yuan: policies.coins_per_yuan,
            calendar,
        }))
    }

    /// The days of a year; empty when they cannot be read, and then the profile's hold.
    async fn ask_year(&self, year: i16) -> Result<Calendar, Failure> {
        let (from, to): (Date, Date) = (date(year, 1, 1), date(year, 12, 31));
        Ok(
            match self
                .call(|session| async move { self.own.gateway.calendar(&session, from, to).await })
                .await?
            {
                Ok(days) => {
                    let days: Vec<(Date, bool)> = days.into_iter().map(|day| (day.date, day.open)).collect();
                    Calendar::of_year(year, &days)
                }
                Err(error) => unread("calendar", &error).unwrap_or_default(),
            },
        )
    }

    /// Keeps terms in the transaction that keeps the account.
    pub(crate) async fn keep_terms(&self, tx: &mut Tx, terms: &Terms, now: Timestamp) -> Result<(), Failure> {
        // texts and numbers: nothing in it cannot be written
        let text = serde_json::to_string(terms).unwrap_or_default();
        Ok(tx.set_cursor(TERMS, &text, now).await?)
    }

    /// Puts terms in force that are kept.
    pub(crate) fn apply_terms(&self, terms: Terms, now: Timestamp) {
        // how old they are is shown: it is news once a day, although they are the same
        self.context.changed(&[Tag::Settings]);
        if self.put_terms(Told { terms, at: Some(now) }) {
            // estimates, checks and clocks are reckoned anew
            self.context.changed(&[Tag::Drafts, Tag::Requests]);
            self.context.wakes().reminders();
        }
    }
}

fn unread<T>(what: &str, error: &NetError) -> Option<T> {
    tracing::info!(error = %error.logged(), what, "The platform did not say it.");
    None
}
