//! The library's fees, times and days as the platform gives them (`/ill/policies`, `/ill/calendar`): fetched
//! once a day with the account, stored in the ledger with the time of the fetch, and used offline until the
//! next fetch. The library profile applies where the platform gives nothing.

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

/// Cursor: the terms last fetched (JSON), with the time.
const TERMS: &str = "terms";
/// From this month on the calendar of the next year is fetched, too.
const NEXT_YEAR: i8 = 10;

/// The terms of the library as fetched from the platform; empty by default.
#[derive(Debug, Default)]
pub(super) struct Told {
    terms: Terms,
    /// when they were fetched
    at: Option<Timestamp>,
}

impl Platform {
    /// The library with the platform's terms applied: all estimates and checks use it. The library of the
    /// context is the profile alone, with contacts and desks.
    pub fn rules(&self) -> Library {
        let told = self.own.told.read().unwrap_or_else(PoisonError::into_inner);
        self.context.library().under(&told.terms)
    }

    /// When the terms in [`Platform::rules`] were fetched; `None` where the platform gave none.
    pub(crate) fn terms_heard(&self) -> Option<Timestamp> {
        self.own.told.read().unwrap_or_else(PoisonError::into_inner).at
    }

    /// 虚拟币 that a request costs, as far as the platform's rate is known; at least one.
    pub(crate) fn coins_for(&self, draft: &Draft) -> i64 {
        let told = self.own.told.read().unwrap_or_else(PoisonError::into_inner);
        let library = self.context.library().under(&told.terms);
        coins(draft, &library, told.terms.coins_per_yuan.unwrap_or(0))
    }

    /// Loads the terms stored in the open files.
    pub(crate) async fn recall_terms(&self) -> Result<(), Problem> {
        let kept = self.context.read().await?.cursor(TERMS).await?;
        // written by a newer version, or missing: they are fetched again soon
        let read =
            kept.and_then(|(text, at)| Some(Told { terms: serde_json::from_str(&text).ok()?, at: Some(at) }));
        self.put_terms(read.unwrap_or_default());
        Ok(())
    }

    /// Sets the terms; whether they differ from the former ones.
    fn put_terms(&self, said: Told) -> bool {
        let mut told = self.own.told.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *told, said);
        before.terms != told.terms
    }

    /// Fetches the terms; `None` when the platform does not give them now or has none.
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

    /// Fetches the calendar of a year; empty on failure, and then the profile's applies.
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

    /// Stores terms, in the transaction that stores the account.
    pub(crate) async fn keep_terms(&self, tx: &mut Tx, terms: &Terms, now: Timestamp) -> Result<(), Failure> {
        // serialising texts and numbers cannot fail
        let text = serde_json::to_string(terms).unwrap_or_default();
        Ok(tx.set_cursor(TERMS, &text, now).await?)
    }

    /// Applies terms that are stored.
    pub(crate) fn apply_terms(&self, terms: Terms, now: Timestamp) {
        // their age is shown, so it is a change once a day even if they are equal
        self.context.changed(&[Tag::Settings]);
        if self.put_terms(Told { terms, at: Some(now) }) {
            // estimates, checks and due clocks are computed anew
            self.context.changed(&[Tag::Drafts, Tag::Requests]);
            self.context.wakes().reminders();
        }
    }
}

fn unread<T>(what: &str, error: &NetError) -> Option<T> {
    tracing::info!(error = %error.logged(), what, "The platform did not say it.");
    None
}
