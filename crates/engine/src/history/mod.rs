//! 历史: everything that was asked for, browsed and searched without a network.

mod export;
mod keep;
mod months;
mod statistics;
mod words;

use hongyan_model::request::state::PLATFORM_STATES;
use hongyan_model::{RequestState, lookup};
use hongyan_store::history::{HistoryFilter as Narrowed, Order, Place};
use jiff::tz::TimeZone;

use crate::engine::Engine;
use crate::present;
use crate::problem::{ErrorCode, Problem, Retry};
use crate::view::{
    HistoryCounts, HistoryFilter, HistoryOptions, HistoryPage, HistoryQuery, HistorySort, NameCount,
    RequestGroup,
};

pub use export::Exported;
pub(crate) use keep::tend;
use months::Month;

/// Rows of a page at most.
const PAGE: u32 = 200;

impl Engine {
    /// A page of the history: what stands behind `after`, from the beginning if none; `limit` is 200 at
    /// most. With `counts` also how many there are, and in which months.
    ///
    /// Places are times of asking, which never change: pages that are read one after the other have neither
    /// gaps nor doubles, whatever changes meanwhile.
    ///
    /// # Errors
    /// `BadCall` for a month or a place that is none; those of the files.
    pub async fn history_search(
        &self,
        query: &HistoryQuery,
        after: Option<&str>,
        limit: u32,
        counts: bool,
    ) -> Result<HistoryPage, Problem> {
        let zone = TimeZone::system();
        let narrowed = narrowed(query, &zone)?;
        let order = order(query.sort);
        let after = after.map(place).transpose()?;
        let mut tx = self.read().await?;
        let page = tx.history_page(&narrowed, order, after, limit.clamp(1, PAGE)).await?;
        let found = if counts {
            Some((tx.history_places(&narrowed).await?, tx.history_filed().await?))
        } else {
            None
        };
        drop(tx);
        let (today, line) = (self.inner.config.clock.today(), self.live().connection);
        let rules = self.rules();
        let rows =
            page.entries.iter().map(|entry| present::row(&entry.record, &rules, today, line)).collect();
        Ok(HistoryPage {
            rows,
            next: page.next.map(|Place(n)| n.to_string()),
            counts: found.map(|(places, complete)| HistoryCounts {
                total: u32::try_from(places.len()).unwrap_or(u32::MAX),
                months: months::count(&places, order, &zone),
                complete,
            }),
        })
    }

    /// What the history can be narrowed by.
    ///
    /// # Errors
    /// Those of the files.
    pub async fn history_options(&self) -> Result<HistoryOptions, Problem> {
        let mut tx = self.read().await?;
        let suppliers = tx.history_suppliers().await?;
        let span = tx.history_span().await?;
        drop(tx);
        let zone = TimeZone::system();
        let month = |at| Month::of(at, &zone).to_string();
        Ok(HistoryOptions {
            suppliers: suppliers.into_iter().map(|(name, count)| NameCount { name, count }).collect(),
            first: span.map(|(first, _)| month(first)),
            last: span.map(|(_, last)| month(last)),
        })
    }
}

fn order(sort: HistorySort) -> Order {
    match sort {
        HistorySort::Newest => Order::Newest,
        HistorySort::Oldest => Order::Oldest,
    }
}

fn bad(detail: impl Into<String>) -> Problem {
    Problem::new(ErrorCode::BadCall, Retry::Never, detail)
}

fn place(text: &str) -> Result<Place, Problem> {
    text.parse().map(Place).map_err(|_| bad("not a place of the history"))
}

fn narrowed(query: &HistoryQuery, zone: &TimeZone) -> Result<Narrowed, Problem> {
    let HistoryFilter { group, outcomes, services, kinds, suppliers, from, to } = &query.filter;
    let month = |text: &Option<String>| text.as_deref().map(Month::read).transpose();
    let mut narrowed = Narrowed {
        wanted: lookup::question(&query.text),
        outcomes: outcomes.clone(),
        services: services.clone(),
        kinds: kinds.clone(),
        suppliers: suppliers.clone(),
        from: month(from)?.map(|month| month.begins(zone)),
        until: month(to)?.map(|month| month.next().begins(zone)),
        ..Narrowed::default()
    };
    match group {
        None => {}
        Some(RequestGroup::NeedsYou) => narrowed.states = waiting_states(),
        Some(RequestGroup::Ongoing) => {
            narrowed.over = Some(false);
            narrowed.without = waiting_states();
        }
        Some(RequestGroup::Ended) => narrowed.over = Some(true),
    }
    Ok(narrowed)
}

/// The states that wait for the patron.
fn waiting_states() -> Vec<RequestState> {
    let local = [RequestState::Rejected, RequestState::Queued, RequestState::Sending, RequestState::Unknown];
    local.into_iter().chain(PLATFORM_STATES).filter(RequestState::needs_patron).collect()
}
