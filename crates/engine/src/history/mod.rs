//! 历史: all requests, to be browsed and searched offline.

mod export;
mod keep;
mod marked;
mod months;
mod statistics;
mod words;

use hongyan_model::request::state::PLATFORM_STATES;
use hongyan_model::{RequestState, lookup};
use hongyan_store::Tx;
use hongyan_store::history::{HistoryFilter as Narrowed, HistoryPage as StoredPage, HistoryPosition, Order};
use jiff::tz::TimeZone;

use crate::base::context::Context;
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::ledger::Vault;
use crate::platform::Platform;
use crate::requests::held_here;
use crate::requests::{places, present};
use crate::view::{
    HistoryCounts, HistoryFilter, HistoryOptions, HistoryPage, HistoryQuery, HistorySort, NameCount,
    RequestGroup,
};

pub use export::Exported;
use months::Month;

/// Maximum number of rows in a page.
const PAGE: u32 = 200;

/// The history. Cheap to clone; clones share their state.
#[derive(Clone)]
pub struct History {
    context: Context,
    vault: Vault,
    platform: Platform,
}

impl History {
    pub(crate) fn new(context: Context, vault: Vault, platform: Platform) -> History {
        History { context, vault, platform }
    }

    /// A page of the history: the rows after position `after`, from the start if `None`; `limit` is at most
    /// 200. With `counts`, also the total and the numbers per month.
    ///
    /// Positions are the times of the requests and never change, so pages read in sequence have neither gaps
    /// nor duplicates, whatever changes in between.
    ///
    /// # Errors
    /// `BadCall` for an invalid month or position; [store errors](crate#errors).
    pub async fn search(
        &self,
        query: &HistoryQuery,
        after: Option<&str>,
        limit: u32,
        counts: bool,
    ) -> Result<HistoryPage, Problem> {
        let zone = crate::base::clock::zone();
        let by_hand = self.platform.hands_over();
        let order = order(query.sort);
        let after = after.map(place).transpose()?;
        let mut tx = self.context.read().await?;
        let narrowed = narrowed(&mut tx, query, &zone, by_hand).await?;
        let meant = match narrowed.only {
            Some(_) => Vec::new(),
            None => marked::meant(&mut tx, &query.text).await?,
        };
        let limit = limit.clamp(1, PAGE);
        let (page, found) = if counts {
            // the text search ran for the counts already: do not run it twice
            let places = tx.history_positions(&narrowed).await?;
            let (here, next) = behind(&places, order, after, limit as usize);
            let entries = tx.requests_at(here, order).await?;
            (StoredPage { entries, next }, Some((places, tx.history_is_indexed().await?)))
        } else {
            (tx.history_page(&narrowed, order, after, limit).await?, None)
        };
        let waiting = places::waiting(&mut tx).await?;
        drop(tx);
        let (today, line) = (self.context.today(), self.platform.connection());
        let rules = self.platform.rules();
        let mut rows: Vec<_> = page
            .entries
            .iter()
            .map(|entry| present::row(&entry.record, &rules, today, line, by_hand))
            .collect();
        places::mark(&mut rows, &waiting);
        Ok(HistoryPage {
            rows,
            meant,
            next: page.next.map(|HistoryPosition(n)| n.to_string()),
            counts: found.map(|(places, complete)| HistoryCounts {
                total: u32::try_from(places.len()).unwrap_or(u32::MAX),
                months: months::count(&places, order, &zone),
                complete,
            }),
        })
    }

    /// The values by which the history can be filtered.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn options(&self) -> Result<HistoryOptions, Problem> {
        let mut tx = self.context.read().await?;
        let suppliers = tx.history_suppliers().await?;
        let span = tx.history_span().await?;
        drop(tx);
        let zone = crate::base::clock::zone();
        let month = |at| Month::of(at, &zone).to_string();
        Ok(HistoryOptions {
            suppliers: suppliers.into_iter().map(|(name, count)| NameCount { name, count }).collect(),
            first: span.map(|(first, _)| month(first)),
            last: span.map(|(_, last)| month(last)),
        })
    }
}

/// Of positions sorted from the oldest: those of the page after `after`, and the position at which the next
/// page begins.
fn behind(
    places: &[HistoryPosition],
    order: Order,
    after: Option<HistoryPosition>,
    limit: usize,
) -> (&[HistoryPosition], Option<HistoryPosition>) {
    match order {
        Order::Newest => {
            let end = after.map_or(places.len(), |after| places.partition_point(|place| *place < after));
            let begin = end.saturating_sub(limit);
            let here = places.get(begin..end).unwrap_or_default();
            (here, here.first().copied().filter(|_| begin > 0))
        }
        Order::Oldest => {
            let begin = after.map_or(0, |after| places.partition_point(|place| *place <= after));
            let end = begin.saturating_add(limit).min(places.len());
            let here = places.get(begin..end).unwrap_or_default();
            (here, here.last().copied().filter(|_| end < places.len()))
        }
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

fn place(text: &str) -> Result<HistoryPosition, Problem> {
    text.parse().map(HistoryPosition).map_err(|_| bad("not a place of the history"))
}

async fn narrowed(
    tx: &mut Tx,
    query: &HistoryQuery,
    zone: &TimeZone,
    by_hand: bool,
) -> Result<Narrowed, Problem> {
    let HistoryFilter { group, outcomes, services, kinds, suppliers, from, to } = &query.filter;
    let month = |text: &Option<String>| text.as_deref().map(Month::read).transpose();
    // a mark is looked up, whatever else stands beside it; a text without one is looked for word by word
    let only = marked::requests(tx, &query.text).await?;
    let mut narrowed = Narrowed {
        wanted: if only.is_some() { None } else { lookup::parse_query(&query.text) },
        only,
        outcomes: outcomes.clone(),
        services: services.clone(),
        kinds: kinds.clone(),
        suppliers: suppliers.clone(),
        from: month(from)?.map(|month| month.begins(zone)),
        until: month(to)?.map(|month| month.next().begins(zone)),
        ..Narrowed::default()
    };
    if matches!(group, Some(RequestGroup::NeedsYou | RequestGroup::Ongoing)) {
        narrowed.asking = held_here(tx, by_hand).await?;
    }
    match group {
        None => {}
        Some(RequestGroup::NeedsYou) => narrowed.states = waiting_states(by_hand),
        Some(RequestGroup::Ongoing) => {
            narrowed.over = Some(false);
            narrowed.without = waiting_states(by_hand);
        }
        Some(RequestGroup::Ended) => narrowed.over = Some(true),
    }
    Ok(narrowed)
}

/// The states in which a request waits for the patron.
fn waiting_states(by_hand: bool) -> Vec<RequestState> {
    let local = [RequestState::Rejected, RequestState::Queued, RequestState::Sending, RequestState::Unknown];
    let waits = |state: &RequestState| state.needs_patron() || by_hand && *state == RequestState::Queued;
    local.into_iter().chain(PLATFORM_STATES).filter(waits).collect()
}

#[cfg(test)]
mod tests {
    use hongyan_store::history::{HistoryPosition, Order};

    use super::behind;

    #[test]
    fn pages_cover_the_list_without_gaps_and_doubles() {
        let places: Vec<HistoryPosition> = (1..=7).map(HistoryPosition).collect();
        for order in [Order::Newest, Order::Oldest] {
            for limit in 1..=8 {
                let (mut seen, mut after) = (Vec::new(), None);
                loop {
                    let (here, next) = behind(&places, order, after, limit);
                    seen.extend(here.iter().map(|place| place.0));
                    after = next;
                    if after.is_none() {
                        break;
                    }
                }
                seen.sort_unstable();
                assert_eq!(seen, [1, 2, 3, 4, 5, 6, 7], "{order:?} {limit}");
            }
        }
        assert_eq!(
            behind(&places, Order::Newest, Some(HistoryPosition(5)), 2).0,
            [HistoryPosition(3), HistoryPosition(4)]
        );
        assert_eq!(behind(&[], Order::Newest, None, 2), (&[][..], None));
    }
}
